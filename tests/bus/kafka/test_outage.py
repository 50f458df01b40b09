"""The broker goes away and comes back: nothing is lost, nothing is swapped, and health says why.

These tests have a broker of their own, and kill it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from bus.errors import Misconfigured, Unavailable
from bus.kafka import KafkaBus
from tests.bus.kafka.clusters import (
    a_bus,
    admin,
    connection,
    fresh_prefix,
    healthy,
    idle,
    make_topics,
    running,
)
from tests.bus.readers import PATIENCE, TOPICS, Gate, Reader, by_key, ids, message, until
from tests.services import kafka
from tests.services.kafka import Broker

KEYS = 12


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that may be killed."""
    one = kafka.private(tmp_path_factory.mktemp("kafka"))
    one.start()
    yield one
    one.kill()


@asynccontextmanager
async def at_work(broker: Broker, *readers: Reader) -> AsyncIterator[KafkaBus]:
    """A bus over new topics, whose readers have begun."""
    if broker.process is None:
        broker.start()
    prefix = fresh_prefix()
    await make_topics(broker.address, [f"{prefix}{topic}" for topic in TOPICS])
    bus = a_bus(broker.address, prefix, publish_seconds=2.0)
    async with running(bus, *readers):
        yield bus


async def in_thread(act: object) -> None:
    """Lets the loop go on while a broker starts."""
    await asyncio.to_thread(act)  # type: ignore[arg-type]


async def published(bus: KafkaBus, number: int) -> int:
    """Publishes one number for every key until it is taken; returns how often it was refused."""
    refused = 0
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await bus.publish([message(f"t/a{key}", number) for key in range(KEYS)])
            except Unavailable:
                refused += 1
            else:
                return refused


async def test_a_broker_that_is_killed_under_load_loses_and_swaps_nothing(broker: Broker) -> None:
    """It is killed in mid-stream and started again, twice. Every message that a publish returned
    for arrives; each key's come in their order once repeats are out; bus and group recover."""
    reader = Reader(batch=20)
    refused = 0
    async with at_work(broker, reader) as bus:
        for number in range(60):
            if number in (15, 35):
                broker.kill()
                starting = asyncio.create_task(in_thread(broker.start))
            refused += await published(bus, number)
        await starting
        wanted = {f"t/a{key}:{number}" for key in range(KEYS) for number in range(60)}
        await until(lambda: wanted <= set(ids(reader.done)), reader)
        health = await healthy(bus, lambda health: health.ready)
        assert health.lag == {"scoring": 0}
    assert refused > 0
    assert set(map(tuple, by_key(reader.done).values())) == {tuple(range(60))}


async def test_publish_fails_in_bounded_time_and_health_says_why(broker: Broker) -> None:
    """Unavailable with the address, though no broker ever answers; afterwards it works again, also
    for a member that began in between."""
    reader, late = Reader(), Reader("late")
    async with at_work(broker, reader) as bus:
        broker.kill()
        with pytest.raises(Unavailable, match=f"{broker.address}.*nothing is lost"):
            await bus.publish([message("t/a", 0)])
        with pytest.raises(Unavailable):
            await bus.publish([message("t/a", 0)])
        health = await healthy(bus, lambda health: not health.ready)
        assert broker.address in health.detail
        bus.subscribe(late.subscription)
        await in_thread(broker.start)
        await published(bus, 1)
        await healthy(bus, lambda health: health.ready)
        last = f"t/a{KEYS - 1}:1"
        await until(lambda: last in ids(reader.done) and last in ids(late.done), reader, late)
        assert by_key(reader.done)["lead.scored t/a"] == [0]


async def test_a_handler_that_works_through_an_outage_is_acknowledged(broker: Broker) -> None:
    """What it did counts once the broker is back: its batch does not come again."""
    gate = Gate()
    reader = Reader(act=gate)
    async with at_work(broker, reader) as bus:
        await published(bus, 0)
        await gate.reached.wait()
        broker.kill()
        gate.opened.set()
        await until(lambda: bool(reader.done), reader)
        await in_thread(broker.start)
        await published(bus, 1)
        wanted = {f"t/a{key}:{number}" for key in range(KEYS) for number in range(2)}
        await until(lambda: wanted <= set(ids(reader.done)), reader)
        await idle(bus)
    assert set(map(tuple, by_key(reader.done).values())) == {(0, 1)}


async def test_stopping_without_a_broker_ends(broker: Broker) -> None:
    """Nothing waits for ever for somebody who is gone."""
    reader = Reader()
    async with at_work(broker, reader) as bus:
        await published(bus, 0)
        broker.kill()
        with pytest.raises(Unavailable):
            await bus.publish([message("t/a", 1)])
        async with asyncio.timeout(PATIENCE):
            await bus.stop(drain=1.0)
        assert not (await bus.health()).ready


async def test_starting_without_a_broker_is_refused_with_its_address(broker: Broker) -> None:
    """Unavailable; and the same bus starts once the broker is there."""
    broker.kill()
    bus = KafkaBus(connection(broker.address), TOPICS)
    with pytest.raises(Unavailable, match=f"kafka:{broker.address} cannot be reached"):
        await bus.start()
    assert not (await bus.health()).ready


async def test_a_broker_that_makes_topics_by_itself_is_refused(broker: Broker) -> None:
    """At the start, with the setting to change; nothing was made by asking."""
    broker.kill()
    broker.change("auto.create.topics.enable", "true")
    try:
        broker.start()
        with pytest.raises(Misconfigured, match=r"set auto\.create\.topics\.enable=false"):
            await a_bus(broker.address, "nobody.").start()
        async with admin(broker.address) as client:
            assert not [name for name in await client.list_topics() if name.startswith("nobody.")]
    finally:
        broker.change("auto.create.topics.enable", "false")
        broker.kill()
