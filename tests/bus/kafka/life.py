"""One consuming process, for the test that kills it: `python -m tests.bus.kafka.life ADDRESS PREFIX
EFFECTS`.

Each effect is a line that is in the file before the handler returns. It says `joined` on stdout
when it has its share, and `handled` after each batch, so that the test is driven by what happened
and not by a clock. A member that is killed is dead to its group two seconds later.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

import structlog

from bus.base import Delivery, Subscription
from bus.kafka import engine
from tests.bus.kafka.clusters import a_bus, healthy
from tests.bus.readers import TOPICS


async def live(address: str, prefix: str, effects: str) -> None:
    """Consumes until it is killed."""
    handle = os.open(effects, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    async def handler(batch: Sequence[Delivery]) -> None:
        lines = [f"{d.message.key} {d.message.value.decode()}\n" for d in batch]
        os.write(handle, "".join(lines).encode())
        os.write(1, b"handled\n")

    bus = a_bus(address, prefix)
    bus.subscribe(Subscription(group="g", topics=TOPICS, handler=handler, batch=20))
    await bus.start()
    await healthy(bus, lambda health: health.ready)
    os.write(1, b"joined\n")
    await asyncio.Event().wait()


if __name__ == "__main__":
    engine.SESSION_SECONDS = 2.0
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(live(*sys.argv[1:4]))
