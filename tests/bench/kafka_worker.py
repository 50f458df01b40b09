"""One process of the hop, for `two_processes.py`: joins a group, takes what comes, says how much.

`python -m tests.bench.kafka_worker BROKERS DATABASE PREFIX AGENT` prints a JSON object a line:
`assigned`, how many partitions it has, whenever that changes; `taken`, how many events it has
handled and relayed, after each batch. Ends when its input does.
"""

import asyncio
import json
import sys
from collections.abc import Sequence

from agents import collector
from agents.base import Commits, DecidingTurn
from agents.outbox import OutboxRelay
from agents.ports import SystemClock
from bus.base import Delivery, Subscription
from bus.kafka import Connection, KafkaBus
from statestore.postgres import PostgresStore, parsed
from tests.bench.hop import BATCH, IN, OUT, Counting
from tests.services.postgres import PASSWORD


def say(**words: object) -> None:
    """A line for the parent."""
    print(json.dumps(words), flush=True)


class Watched(KafkaBus):
    """Tells how many partitions its one member has."""

    async def tell(self) -> None:
        """Says so whenever it changes."""
        last = -1
        while True:
            consumer = self.works[0].member.consumer if self.works else None
            found = len(consumer.assignment()) if consumer is not None else 0
            if found != last:
                say(assigned=found)
            last = found
            await asyncio.sleep(0.05)


async def main(brokers: str, database: str, prefix: str, agent: str) -> None:
    """Works until the input ends."""
    clock, counting = SystemClock(), Counting()
    counting.name = agent
    store = PostgresStore(parsed(database), PASSWORD, elapsed=clock.elapsed, grace=5.0)
    bus = Watched(Connection(servers=(brokers,)), (IN, OUT), prefix=prefix)
    await store.start()
    relay = OutboxRelay(store, bus, clock)
    turn = DecidingTurn(counting, Commits(store, relay, clock, "life"))
    taken = 0

    async def handler(batch: Sequence[Delivery]) -> None:
        nonlocal taken
        await turn(batch)
        taken += len(batch)

    async def report() -> None:
        last = 0
        while True:
            if taken != last and not relay.pending:
                last = taken
                say(taken=last)
            await asyncio.sleep(0.02)

    bus.subscribe(Subscription(group=agent, topics=(IN,), handler=handler, batch=BATCH))
    await bus.start()
    beside = [asyncio.create_task(one) for one in (relay.run(), bus.tell(), report())]
    await asyncio.to_thread(sys.stdin.read)
    for task in beside:
        task.cancel()
    await bus.stop()
    await store.stop()


if __name__ == "__main__":
    collector.settle()
    asyncio.run(main(*sys.argv[1:]))
