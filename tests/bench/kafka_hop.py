"""One hop through the product on a real Kafka and a real Postgres, beside the same hop by hand.

As in `hop.py`: facts wait in a topic, the state of ten thousand leads in the store; an agent adds
each fact to its lead's row and causes one fact, which the relay publishes. `raw_kafka.py` does the
same with aiokafka and asyncpg alone, `by_faststream.py` as FastStream's users would. A round is a
new group over the same facts; its time runs from the first record to the last committed offset. The
client's processor time is beside it: broker and database share the machine's cores with the client.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

import orjson

from agents import collector
from agents.base import Commits, DecidingTurn
from agents.outbox import OutboxRelay
from agents.ports import SystemClock
from bus.base import Delivery, Message, Subscription
from bus.codec import encode
from bus.kafka import Connection, KafkaBus
from statestore.postgres import PostgresStore
from statestore.postgres.address import Address
from tests.bench import by_faststream, raw_kafka
from tests.bench.engines import Engines, engines
from tests.bench.hop import BATCH, IN, KIND, OUT, TENANT, Counting, fact, seeds
from tests.bench.rounds import interleaved, ratio, row
from tests.services.postgres import PASSWORD

EVENTS = 20_000
SINGLE = 1_000
"""Events of a round that takes them one by one."""
FEW, MANY = 10_000, 1_000_000
"""Leads in the store."""
FOREVER = 60.0
_round = count(1)


@dataclass
class Figures:
    """Events a second, and the client's µs an event, of one side over all rounds."""

    cpu: list[float] = field(default_factory=list)

    def note(self, events: int, seconds: float, cpu: float) -> float:
        """Takes a round; returns its events a second."""
        self.cpu.append(cpu / events * 1e6)
        return events / seconds


@dataclass(frozen=True)
class Place:
    """A database with so many leads, and the topics of facts about them."""

    engines: Engines
    leads: int

    @property
    def prefix(self) -> str:
        """What stands before the topics' names."""
        return f"bench{self.leads}."

    @property
    def address(self) -> Address:
        """The database, as the application's role."""
        return self.engines.database.address(f"bench{self.leads}")

    @property
    def dsn(self) -> str:
        """The same as asyncpg takes it."""
        at = self.address
        return f"postgresql://{at.user}:{PASSWORD}@{at.host}:{at.port}/{at.database}"

    async def prepare(self, events: int = EVENTS) -> None:
        """Makes rows and topics, and publishes the facts."""
        server, name = self.engines.database, self.address.database
        seed = orjson.dumps(dict(seeds()[0].data)).decode()
        await server.database(name)
        await server.run(
            "INSERT INTO leadwire.states (tenant, kind, key, version, schema, parent, status, data)"
            f" SELECT '{TENANT}', '{KIND}', '{TENANT}/account-' || n, 1, 1, '', '', '{seed}'"
            f" FROM generate_series(0, {self.leads - 1}) n",
            "VACUUM ANALYZE leadwire.states",
            database=name,
        )
        await self.engines.topics(f"{self.prefix}{topic}" for topic in (IN, OUT))
        bus = self.bus(consume=False)
        await bus.start()
        step = max(self.leads // events, 1)
        facts = [encode(fact(n, n * step % self.leads)) for n in range(events)]
        await published(bus, facts)
        await bus.stop()

    def bus(self, **options: Any) -> KafkaBus:
        """The product's bus on this place's topics."""
        connection = Connection(servers=(self.engines.brokers,))
        return KafkaBus(connection, (IN, OUT), prefix=self.prefix, **options)

    def store(self, clock: SystemClock) -> PostgresStore:
        """The product's store, as wiring makes it."""
        return PostgresStore(self.address, PASSWORD, elapsed=clock.elapsed, grace=5.0)

    async def emptied(self) -> None:
        """Leaves rows and facts, and nothing of the last round's marks."""
        await self.engines.database.run(
            "TRUNCATE leadwire.inbox, leadwire.outbox",
            "VACUUM leadwire.states",
            database=self.address.database,
        )

    async def check(self, agent: str, events: int) -> None:
        """Raises where a round did not do all of its work."""
        asked = (
            "SELECT (SELECT count(*) FROM leadwire.inbox WHERE agent = $1), "
            "(SELECT count(*) FROM leadwire.outbox)"
        )
        rows = await self.engines.database.ask(asked, agent, database=self.address.database)
        if tuple(rows[0]) != (events, 0):
            raise AssertionError(f"{agent}: {events} events went in, this came of it: {rows[0]}")


async def published(bus: KafkaBus, facts: Sequence[Message]) -> None:
    """Publishes in pieces."""
    for start in range(0, len(facts), 1000):
        await bus.publish(facts[start : start + 1000])


async def ours(place: Place, agent: str, events: int) -> tuple[float, float]:
    """Lets the product do the hop; returns seconds and the client's processor time."""
    clock = SystemClock()
    store, bus = place.store(clock), place.bus()
    await store.start()
    relay = OutboxRelay(store, bus, clock, ceiling=FOREVER)
    counting = Counting()
    counting.name = agent
    turn = DecidingTurn(counting, Commits(store, relay, clock, "life"))
    relaying = asyncio.create_task(relay.run())
    taken, handled, begun = 0, asyncio.Event(), (0.0, 0.0)

    async def handler(batch: Sequence[Delivery]) -> None:
        nonlocal taken, begun
        begun = begun if taken else (time.perf_counter(), time.process_time())
        await turn(batch)
        taken += len(batch)
        if taken >= events:
            handled.set()

    bus.subscribe(Subscription(group=agent, topics=(IN,), handler=handler, batch=BATCH))
    await bus.start()
    await handled.wait()
    while relay.pending:  # noqa: ASYNC110  # no event says so
        await asyncio.sleep(0.001)
    await bus.health()
    passed = time.perf_counter() - begun[0], time.process_time() - begun[1]
    relaying.cancel()
    await bus.stop()
    await store.stop()
    return passed


Hop = Callable[[Place, str, int], Any]


async def raw(place: Place, agent: str, events: int) -> tuple[float, float]:
    """By hand."""
    source, out = f"{place.prefix}{IN}", f"{place.prefix}{OUT}"
    return await raw_kafka.hop(place.engines.brokers, place.dsn, source, out, agent, events)


async def single(place: Place, agent: str, events: int) -> tuple[float, float]:
    """FastStream, a message at a time."""
    source, out = f"{place.prefix}{IN}", f"{place.prefix}{OUT}"
    return await by_faststream.single(place.engines.brokers, place.dsn, source, out, agent, events)


async def batched(place: Place, agent: str, events: int) -> tuple[float, float]:
    """FastStream, batches by hand."""
    source, out = f"{place.prefix}{IN}", f"{place.prefix}{OUT}"
    return await by_faststream.batched(place.engines.brokers, place.dsn, source, out, agent, events)


def one_round(place: Place, hop: Hop, events: int, figures: Figures) -> float:
    """One round of one side; returns events a second."""
    agent = f"bench-{hop.__name__}-{next(_round)}"
    asyncio.run(place.emptied())
    seconds, cpu = asyncio.run(hop(place, agent, events))
    asyncio.run(place.check(agent, events))
    return figures.note(events, seconds, cpu)


SIDES: dict[str, tuple[Hop, int]] = {
    "hop_kafka_postgres": (ours, EVENTS),
    "hop_raw_kafka_postgres": (raw, EVENTS),
    "hop_faststream_per_message": (single, SINGLE),
    "hop_faststream_batch": (batched, EVENTS),
}


def rows() -> Iterator[dict[str, Any]]:
    """Measures, and returns the rows that `make bench` prints."""
    collector.settle()
    with engines() as running:
        few, many = Place(running, FEW), Place(running, MANY)
        asyncio.run(few.prepare())
        asyncio.run(many.prepare())
        yield from compared(few, many)


def compared(few: Place, many: Place) -> Iterator[dict[str, Any]]:
    """The sides in turns, and the product with a hundred times the leads beside them."""
    noted = {name: Figures() for name in (*SIDES, "many")}
    things: dict[str, Callable[[], float]] = {
        name: partial(one_round, few, hop, events, noted[name])
        for name, (hop, events) in SIDES.items()
    }
    things["many"] = partial(one_round, many, ours, EVENTS, noted["many"])
    figures = interleaved(things)
    mine = figures["hop_kafka_postgres"]
    for name in SIDES:
        yield row(f"{name}_events_a_second", figures[name], "events/s")
        yield row(f"{name}_client_cpu", noted[name].cpu, "µs an event", digits=1)
    yield ratio("hop_kafka_postgres_vs_raw", mine, figures["hop_raw_kafka_postgres"])
    yield ratio(
        "hop_kafka_postgres_vs_faststream_per_message", mine, figures["hop_faststream_per_message"]
    )
    yield ratio("hop_kafka_postgres_vs_faststream_batch", mine, figures["hop_faststream_batch"])
    yield ratio("hop_kafka_postgres_1m_leads_vs_10k", figures["many"], mine)


if __name__ == "__main__":
    import json

    for line in rows():
        print(json.dumps(line), flush=True)
