"""What is Kafka's own: foreign records, limits, refusals, middlewares, lag."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewPartitions
from confluent_kafka import Producer
from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import StopConsume
from faststream.kafka import KafkaBroker

from bus.base import Delivery, Message
from bus.errors import BusError, Misconfigured, Refused, UnknownTopic
from bus.kafka.consumer import FetchingConsumer
from tests.bus.kafka.clusters import (
    a_bus,
    admin,
    fresh_prefix,
    healthy,
    idle,
    make_topics,
    running,
    topics_of_own,
)
from tests.bus.readers import (
    PATIENCE,
    SCORED,
    TOPICS,
    Gate,
    Reader,
    by_key,
    ids,
    message,
    messages,
    until,
)

# ── what others wrote ─────────────────────────────────────────────────────────────────────────


async def test_foreign_records_are_read_whatever_they_hold(kafka: str, prefix: str) -> None:
    """No key, no value, bytes that are no text, a header twice: each is a delivery, and what is
    behind them arrives."""
    reader = Reader(topics=[SCORED])
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    bus = a_bus(kafka, prefix)
    async with running(bus, reader):
        topic = f"{prefix}{SCORED}"
        await producer.send_and_wait(topic, b"{}", partition=0)
        await producer.send_and_wait(topic, None, key=b"tomb", partition=0)
        headers = [("ce_id", b"caf\xe9"), ("trace", b"\x00\x01"), ("trace", b"two")]
        await producer.send_and_wait(topic, b"\xff", key=b"t/\xff", headers=headers, partition=0)
        await bus.publish([message("t/a", 0)])
        await until(lambda: len(reader.done) == 4, reader)
        await idle(bus)
    await producer.stop()
    found = {delivery.message.key: delivery.message for delivery in reader.done}
    assert found[""] == Message(SCORED, "", {}, b"{}")
    assert found["tomb"].value == b""
    assert found["t/\\xff"].headers == {"ce_id": "caf\\xe9", "trace": "two"}
    assert found["t/\\xff"].value == b"\xff"


async def test_librdkafka_puts_keys_where_we_do(kafka: str, prefix: str) -> None:
    """Its default is ours: what kcat publishes under an account's key lies with the account."""
    reader = Reader(topics=[SCORED])
    bus = a_bus(kafka, prefix)
    stranger = Producer({"bootstrap.servers": kafka})
    for number in range(20):
        stranger.produce(
            f"{prefix}{SCORED}", key=f"t/a{number}", value=b"0", headers={"ce_id": "x"}
        )
    assert await asyncio.to_thread(stranger.flush, PATIENCE) == 0
    async with running(bus, reader):
        await bus.publish(messages(20, 1))
        await until(lambda: len(reader.done) == 40, reader)
    places: dict[str, set[int]] = {}
    for delivery in reader.done:
        places.setdefault(delivery.message.key, set()).add(delivery.partition)
    assert all(len(found) == 1 for found in places.values())
    assert len(places) == 20


async def test_what_a_stranger_took_back_was_never_said(kafka: str, prefix: str) -> None:
    """A transaction that was aborted is not read, one that was committed is; neither leaves a lag
    behind, though each leaves a mark in the log."""
    reader = Reader(topics=[SCORED])
    producer = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=f"{prefix}stranger")
    await producer.start()
    bus = a_bus(kafka, prefix)
    async with running(bus, reader):
        for number in range(3):
            await producer.begin_transaction()
            headers = [("ce_id", f"t/a:{number}".encode())]
            await producer.send_and_wait(
                f"{prefix}{SCORED}", f"{number}".encode(), key=b"t/a", headers=headers, partition=0
            )
            await (producer.abort_transaction() if number == 1 else producer.commit_transaction())
        await until(lambda: len(reader.done) == 2, reader)
        await idle(bus)
    await producer.stop()
    assert ids(reader.done) == ["t/a:0", "t/a:2"]


# ── what is refused ───────────────────────────────────────────────────────────────────────────


async def test_missing_topics_are_named_at_the_start(kafka: str) -> None:
    """With the command that makes them."""
    name = fresh_prefix()
    with pytest.raises(UnknownTopic, match=rf"{name}lead\.contacted.*leadwire topics apply"):
        await a_bus(kafka, name).start()


async def test_topics_of_different_width_are_refused_at_the_start(kafka: str) -> None:
    """A key's topics would lie apart."""
    name = fresh_prefix()
    await make_topics(kafka, [f"{name}{topic}" for topic in TOPICS[1:]], partitions=4)
    await make_topics(kafka, [f"{name}{SCORED}"], partitions=3)
    with pytest.raises(Misconfigured, match=rf"{name}{SCORED} has 3, others 4.*topics plan"):
        await a_bus(kafka, name).start()


async def test_a_subscriber_without_a_policy_is_refused_at_the_start(
    kafka: str, prefix: str
) -> None:
    """FastStream's default acknowledges before processing."""

    def extend(broker: KafkaBroker) -> None:
        broker.subscriber("orders", group_id="others", ack_policy=AckPolicy.ACK)

    with pytest.raises(Misconfigured, match=r"orders acknowledges by ACK; say .*MANUAL"):
        await a_bus(kafka, prefix, extend=extend).start()


async def test_a_bus_that_only_publishes_takes_no_members(kafka: str, prefix: str) -> None:
    """And publishes."""
    reader = Reader()
    bus = a_bus(kafka, prefix, consume=False)
    with pytest.raises(BusError, match="publish only"):
        bus.subscribe(reader.subscription)
    async with running(bus):
        await bus.publish(messages(3, 1))
        assert (await bus.health()).lag == {}
    other = a_bus(kafka, prefix)
    async with running(other, reader):
        await until(lambda: len(reader.done) == 3, reader)


async def test_what_the_topic_has_no_room_for_is_refused_and_the_others_published(
    kafka: str,
) -> None:
    """The broker's limit is lower than ours: the message is named by index, the rest of its batch
    goes, and so does what is published afterwards."""
    async with topics_of_own(kafka, settings={"max.message.bytes": "2000"}) as prefix:
        reader = Reader()
        bus = a_bus(kafka, prefix, compression=None)
        async with running(bus, reader):
            large = Message(SCORED, "t/a", {"ce_id": "large"}, b"x" * 3000)
            few = [message("t/a", 0), large, message("t/a", 1), message("t/b", 0)]
            with pytest.raises(Refused, match=r"max\.message\.bytes") as caught:
                await bus.publish(few)
            assert caught.value.indexes == (1,)
            await bus.publish(messages(5, 30))
            await until(lambda: len(reader.done) == 153, reader)
            await idle(bus)
        assert by_key(reader.done)[f"{SCORED} t/a"] == [0, 1]


async def test_a_middleware_that_raises_loses_nothing(
    kafka: str, prefix: str, logged: list[Any]
) -> None:
    """Before the handler or after it: the piece comes again."""
    raised: list[str] = []

    class Raising(BaseMiddleware):
        """Raises once before a piece is handled."""

        async def consume_scope(self, call_next: Any, msg: Any) -> Any:
            if not raised:
                raised.append("before")
                raise RuntimeError("telemetry")
            return await call_next(msg)

    def extend(broker: KafkaBroker) -> None:
        broker.add_middleware(Raising)

    reader = Reader()
    bus = a_bus(kafka, prefix, extend=extend)
    async with running(bus, reader):
        await bus.publish(messages(5, 2))
        await until(lambda: len(reader.done) == 10, reader)
        await idle(bus)
    assert raised == ["before"]
    assert "handler_failed" in [entry["event"] for entry in logged]


@pytest.mark.parametrize("error", [SystemExit, StopConsume])
async def test_a_handler_that_ends_more_than_itself_has_failed_and_no_more(
    kafka: str, prefix: str, error: type[BaseException]
) -> None:
    """FastStream would stop the subscriber for some of these; its member begins anew."""

    async def act(batch: Sequence[Delivery]) -> None:
        if batch[0].attempt == 1:
            raise error

    reader = Reader(act=act)
    bus = a_bus(kafka, prefix)
    async with running(bus, reader):
        await bus.publish(messages(5, 2))
        await until(lambda: len(reader.done) == 10, reader)
        await idle(bus)
    assert set(map(tuple, by_key(reader.done).values())) == {(0, 1)}


async def test_a_middleware_that_stops_the_subscriber_does_not_end_the_member(
    kafka: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is noticed that nobody hands out any more, and begun anew."""
    monkeypatch.setattr("bus.kafka.member.WAIT_MS", 50)
    raised: list[str] = []

    class Stopping(BaseMiddleware):
        """Stops once, before a piece is handled."""

        async def consume_scope(self, call_next: Any, msg: Any) -> Any:
            if not raised:
                raised.append("stop")
                raise StopConsume
            return await call_next(msg)

    reader = Reader()
    bus = a_bus(kafka, prefix, extend=lambda broker: broker.add_middleware(Stopping))
    async with running(bus, reader):
        await bus.publish(messages(5, 2))
        await until(lambda: len(reader.done) == 10, reader)
        await idle(bus)


async def test_a_fetch_that_ends_by_a_bug_is_noticed_and_begun_anew(
    kafka: str, prefix: str, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was raised: no member is ever dead and silent."""
    reader = Reader()
    bus = a_bus(kafka, prefix)
    async with running(bus, reader):
        fetched = FetchingConsumer.fetched

        async def broken(self: FetchingConsumer, milliseconds: int, most: int) -> Any:
            monkeypatch.setattr(FetchingConsumer, "fetched", fetched)
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr(FetchingConsumer, "fetched", broken)
        await bus.publish(messages(5, 2))
        await healthy(bus, lambda health: "a bug" in health.detail)
        await until(lambda: len(set(ids(reader.done))) == 10, reader)
        await idle(bus)
    assert "member_begins_anew" in [entry["event"] for entry in logged]


# ── lag ───────────────────────────────────────────────────────────────────────────────────────


async def test_lag_is_the_groups_whoever_reads(kafka: str, prefix: str) -> None:
    """Each process sees what is left for the whole group, also what another one holds; what was
    dropped by age is not left."""
    gate = Gate()
    reader = Reader(topics=[SCORED], act=gate)
    one, two = a_bus(kafka, prefix), a_bus(kafka, prefix)
    async with running(one):
        await one.publish(messages(40, 5))
        async with admin(kafka) as client:
            await client.delete_records({tp: before(3) for tp in spread(prefix)})
        two.subscribe(reader.subscription)
        one.subscribe(Reader(topics=[SCORED], act=gate).subscription)
        await two.start()
        await gate.reached.wait()
        left = (await two.health()).lag["scoring"]
        assert left == (await one.health()).lag["scoring"] == 200 - 4 * 3
        gate.opened.set()
        await idle(one)
        await idle(two)
        await two.stop()


def spread(prefix: str) -> list[TopicPartition]:
    """The partitions of the first topic."""
    return [TopicPartition(f"{prefix}{SCORED}", number) for number in range(4)]


def before(offset: int) -> Any:
    """What deletes a partition's records before an offset."""
    from aiokafka.admin import RecordsToDelete

    return RecordsToDelete(before_offset=offset)


async def test_partitions_that_were_added_are_counted_and_told(
    kafka: str, prefix: str, logged: list[Any]
) -> None:
    """`leadwire topics apply --reorder-ok` beside a process that runs: what a producer of the new
    width puts into the new partitions is behind until it is read, and the log says to restart."""
    bus = a_bus(kafka, prefix, consume=False)
    bus.watch({"scoring": [SCORED]})
    async with running(bus):
        assert (await bus.health()).lag == {"scoring": 0}
        wider = {f"{prefix}{topic}": NewPartitions(6) for topic in TOPICS}
        async with admin(kafka) as client:
            await client.create_partitions(wider)
        async with asyncio.timeout(PATIENCE):
            while bus.engine.partitions(list(wider)) < 6:
                await bus.engine.producer.client.force_metadata_update()
        producer = AIOKafkaProducer(bootstrap_servers=kafka)
        await producer.start()
        await producer.send_and_wait(f"{prefix}{SCORED}", b"{}", partition=5)
        await producer.stop()
        for _ in range(2):
            assert (await bus.health()).lag == {"scoring": 1}
    told = [entry for entry in logged if entry["event"] == "topics_widened"]
    assert [(entry["began_with"], entry["now"]) for entry in told] == [(4, 6)]
