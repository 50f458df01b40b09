"""What the tests of the Kafka bus share: topics of their own in the run's broker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from uuid import uuid4

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bus.base import BusHealth
from bus.groups import Pauses
from bus.kafka import Connection, KafkaBus
from tests.bus.readers import PATIENCE, TOPICS, Reader

PARTITIONS = 4
_numbers = count()
_run = uuid4().hex[:8]


def fresh_prefix() -> str:
    """A prefix that no other test has."""
    return f"t{_run}{next(_numbers)}."


def connection(address: str) -> Connection:
    """How a test connects without encryption."""
    return Connection(servers=(address,))


@asynccontextmanager
async def admin(address: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client of aiokafka's own."""
    client = AIOKafkaAdminClient(bootstrap_servers=address)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def make_topics(
    address: str,
    names: Iterable[str],
    *,
    partitions: int = PARTITIONS,
    settings: Mapping[str, str] | None = None,
) -> None:
    """Makes topics, by aiokafka alone; returns when every partition has its leader."""
    wanted = set(names)
    new = [NewTopic(name, partitions, 1, topic_configs=dict(settings or {})) for name in wanted]
    async with admin(address) as client:
        answer = await client.create_topics(new)
        failed = [row for row in answer.topic_errors if row[1]]
        assert not failed, failed
        async with asyncio.timeout(PATIENCE):
            while not wanted <= await led(client):  # noqa: ASYNC110  # no event says so
                await asyncio.sleep(0.01)


async def led(client: AIOKafkaAdminClient) -> set[str]:
    """Topics whose partitions all have a leader."""
    rows = await client.describe_topics()
    return {
        row["topic"]
        for row in rows
        if row["partitions"] and all(part["leader"] >= 0 for part in row["partitions"])
    }


@asynccontextmanager
async def topics_of_own(
    address: str, *, partitions: int = PARTITIONS, settings: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """A prefix under which the suite's topics stand, gone at the end."""
    prefix = fresh_prefix()
    names = [f"{prefix}{topic}" for topic in TOPICS]
    await make_topics(address, names, partitions=partitions, settings=settings)
    yield prefix
    await drop_topics(address, names)


def a_bus(address: str, prefix: str, **options: Any) -> KafkaBus:
    """A bus over them that loses no time."""
    quick = {"pauses": Pauses(0.0, 0.0), "fetch_wait": 0.02, "heartbeat": 0.1}
    return KafkaBus(connection(address), TOPICS, prefix=prefix, **{**quick, **options})


@asynccontextmanager
async def running(bus: KafkaBus, *readers: Reader) -> AsyncIterator[KafkaBus]:
    """The bus at work, its readers begun; stopped at the end."""
    for reader in readers:
        bus.subscribe(reader.subscription)
    await bus.start()
    try:
        await healthy(bus, lambda health: health.ready)
        yield bus
    finally:
        await bus.stop(drain=0.0)


async def healthy(bus: KafkaBus, true: Callable[[BusHealth], bool]) -> BusHealth:
    """Returns health once a condition over it holds."""
    async with asyncio.timeout(PATIENCE):
        while not true(health := await bus.health()):  # noqa: ASYNC110  # no event says so
            await asyncio.sleep(0.02)
    return health


async def idle(bus: KafkaBus) -> None:
    """Returns when the bus is ready and nothing is left to do."""
    await healthy(bus, lambda health: health.ready and health.idle)


async def drop_topics(address: str, names: Iterable[str]) -> None:
    """Drops topics; the broker does so in its own time."""
    async with admin(address) as client:
        await client.delete_topics(list(names))
