"""One life of a process on a SQLite bus, for the tests that kill it: `python -m tests.bus.life`.

`live FILE EFFECTS` publishes the next numbers for every key from what EFFECTS says was published,
and consumes what is there: each effect is a line that is in the file before the handler returns.
`publish FILE COUNT` only publishes, `consume FILE` keeps the file open, `fill FILE` goes on until
the device is full. All say on stdout what they did, a line each, so that the test is driven by what
happened and not by a clock.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from bus.base import Delivery, Subscription
from bus.errors import BusError
from bus.sqlite import SqliteBus
from tests.bus.readers import SCORED, TOPICS, message

KEYS = 12
LAST = 400
"""Numbers that each key gets."""


def say(text: str) -> None:
    """Writes a line at once."""
    os.write(1, f"{text}\n".encode())


async def live(file: Path, effects: Path) -> None:
    """Publishes and consumes until every number of every key has had its effect."""
    handle = os.open(effects, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    lines = effects.read_text().splitlines()  # noqa: ASYNC240  # before anything runs
    seen = {line for line in lines if line.startswith("effect")}
    done = asyncio.Event()

    async def handler(batch: Sequence[Delivery]) -> None:
        text = [f"effect {d.message.key} {d.message.value.decode()}" for d in batch]
        os.write(handle, "".join(f"{line}\n" for line in text).encode())
        seen.update(text)
        say("handled")
        await asyncio.sleep(0)
        if len(seen) == KEYS * LAST:
            done.set()

    bus = SqliteBus(file, TOPICS)
    bus.subscribe(Subscription(group="g", topics=TOPICS, handler=handler, batch=50))
    await bus.start()
    published = sum(1 for line in lines if line.startswith("published"))
    for number in range(published, LAST):
        await bus.publish([message(f"k{key}", number) for key in range(KEYS)])
        os.write(handle, f"published {number}\n".encode())
    await done.wait()
    await bus.stop()
    say("finished")


async def publish(file: Path, count: int) -> None:
    """Publishes to a file that another process may consume from."""
    bus = SqliteBus(file, TOPICS, consume=False)
    await bus.start()
    for number in range(count):
        await bus.publish([message(f"k{key}", number) for key in range(KEYS)])
    await bus.stop()
    say("published")


async def consume(file: Path) -> None:
    """Opens a file as its consumer, says what came of it, and keeps it until it is killed."""
    bus = SqliteBus(file, TOPICS)
    try:
        await bus.start()
    except BusError as error:
        say(f"{type(error).__name__}: {error}")
    else:
        say("consuming")
        await asyncio.Event().wait()


async def fill(file: Path) -> None:
    """Publishes until the device is full, frees some space, and consumes what is there."""
    ballast = file.with_name("ballast")
    ballast.write_bytes(b"x" * 1_000_000)
    bus = SqliteBus(file, TOPICS)
    await bus.start()
    count = 0
    try:
        while True:
            await bus.publish([message(f"k{n}", count, SCORED) for n in range(100)])
            count += 1
    except BusError as error:
        say(f"{type(error).__name__}: {error}")
    say(f"ready {(await bus.health()).ready}")
    ballast.unlink()
    await bus.publish([message(f"k{n}", count, SCORED) for n in range(100)])
    got: list[Delivery] = []
    done = asyncio.Event()

    async def handler(batch: Sequence[Delivery]) -> None:
        got.extend(batch)
        if len(got) >= 100 * (count + 1):
            done.set()

    bus.subscribe(Subscription(group="g", topics=TOPICS, handler=handler))
    await done.wait()
    await bus.stop()
    say(f"consumed all: {len(got) == 100 * (count + 1)}")


def main() -> None:
    """Runs what the command line asks for."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    what, file, *rest = sys.argv[1:]
    if what == "live":
        asyncio.run(live(Path(file), Path(rest[0])))
    elif what == "publish":
        asyncio.run(publish(Path(file), int(rest[0])))
    elif what == "consume":
        asyncio.run(consume(Path(file)))
    else:
        asyncio.run(fill(Path(file)))


if __name__ == "__main__":
    main()
