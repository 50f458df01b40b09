"""What is Kafka's own: members of several processes, foreign records, limits, refusals, lag."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from confluent_kafka import Producer
from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import StopConsume
from faststream.kafka import KafkaBroker

from bus.base import Delivery, Message
from bus.errors import BusError, Misconfigured, Refused, UnknownTopic
from bus.kafka import KafkaBus
from bus.kafka.consumer import FetchingConsumer
from bus.kafka.member import State
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
    CONTACTED,
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


@pytest.fixture
async def prefix(kafka: str) -> AsyncIterator[str]:
    """Topics of this test's own."""
    async with topics_of_own(kafka) as name:
        yield name


# ── members ───────────────────────────────────────────────────────────────────────────────────


def partitions(bus: KafkaBus) -> dict[str, set[int]]:
    """Which partitions a bus's one member has, by topic."""
    found: dict[str, set[int]] = {}
    for tp in bus.works[0].member.places:
        found.setdefault(tp.topic, set()).add(tp.partition)
    return found


async def settled(*buses: KafkaBus) -> None:
    """Returns when every bus's member has its share, and nobody two of one."""
    for bus in buses:
        await healthy(bus, lambda health: health.ready)
    async with asyncio.timeout(PATIENCE):
        while sum(len(p) for bus in buses for p in partitions(bus).values()) != 4 * 4:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("count", [2, 3])
async def test_processes_share_a_group_and_get_equal_partitions_of_all_topics(
    kafka: str, prefix: str, count: int
) -> None:
    """Each bus is a process's. A partition number has one owner over all topics, so that a key's
    events meet in one process; when all but one leave, the last one has everything."""
    readers = [Reader() for _ in range(count)]
    buses = [a_bus(kafka, prefix) for _ in range(count)]
    for bus, reader in zip(buses, readers, strict=True):
        bus.subscribe(reader.subscription)
        await bus.start()
    await settled(*buses)
    shares = [partitions(bus) for bus in buses]
    for share in shares:
        assert len(share) == len(TOPICS)
        assert len({frozenset(numbers) for numbers in share.values()}) == 1
    await buses[0].publish([*messages(40, 2), *messages(40, 2, CONTACTED)])
    await until(lambda: sum(len(reader.done) for reader in readers) == 160, *readers)
    assert all(reader.done for reader in readers)
    for bus in buses[1:]:
        await bus.stop()
    await settled(buses[0])
    await buses[0].publish(messages(40, 1))
    await until(lambda: sum(len(reader.done) for reader in readers) == 200, *readers)
    await idle(buses[0])
    await buses[0].stop()


async def test_a_rebalance_waits_for_the_handler_and_commits_what_it_did(
    kafka: str, prefix: str
) -> None:
    """A second process joins while the first one's handler works: nobody gets its messages until
    it has returned, and none of them comes again."""
    gate = Gate()
    first, second = Reader(act=gate, batch=40), Reader()
    one, two = a_bus(kafka, prefix), a_bus(kafka, prefix)
    async with running(one, first):
        await one.publish(messages(40, 1))
        await gate.reached.wait()
        two.subscribe(second.subscription)
        await two.start()
        member = one.works[0].member
        async with asyncio.timeout(PATIENCE):
            while member.consumer is not None and not reassigning(member.consumer):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert member.state is State.READING
        assert not second.handed
        gate.opened.set()
        await settled(one, two)
        await until(lambda: len(first.done) + len(second.done) == 40, first, second)
        await idle(one)
        await two.stop()
    assert len(set(ids([*first.done, *second.done]))) == 40


def reassigning(consumer: Any) -> bool:
    """Says whether its group gives partitions out anew."""
    return bool(consumer._subscription.reassignment_in_progress)


async def test_a_process_with_a_lasting_name_moves_no_partition_when_it_restarts(
    kafka: str, prefix: str
) -> None:
    """The others keep theirs, without a pause, and the new life has the old one's."""
    readers = [Reader(), Reader()]
    one = a_bus(kafka, prefix, instance="scoring-0")
    two = a_bus(kafka, prefix, instance="scoring-1")
    for bus, reader in ((one, readers[0]), (two, readers[1])):
        bus.subscribe(reader.subscription)
        await bus.start()
    await settled(one, two)
    kept, mine = partitions(one), partitions(two)
    places = dict(one.works[0].member.places)
    await two.stop()
    again = a_bus(kafka, prefix, instance="scoring-1")
    async with running(again, Reader()):
        await settled(one, again)
        assert partitions(again) == mine
        assert partitions(one) == kept
        assert one.works[0].member.places == places, "the same objects: nothing was revoked"
    await one.stop()


async def test_a_handler_longer_than_the_poll_interval_keeps_its_partitions(
    kafka: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its member goes on polling with its buffer full, so that the group never takes it for dead:
    the batch is acknowledged, and comes once."""
    monkeypatch.setattr("bus.kafka.engine.POLL_SECONDS", 0.5)
    monkeypatch.setattr("bus.kafka.member.TOUCH_SECONDS", 0.1)
    gate = Gate()
    reader = Reader(act=gate, batch=5, buffer=5)
    bus = a_bus(kafka, prefix)
    async with running(bus, reader):
        await bus.publish(messages(10, 3))
        await gate.reached.wait()
        beats = heartbeats(bus)
        async with asyncio.timeout(PATIENCE):
            while len(beats) < 20:  # noqa: ASYNC110  # two seconds of heartbeats, four intervals
                await asyncio.sleep(0.05)
        gate.opened.set()
        await until(lambda: len(reader.done) == 30, reader)
        await idle(bus)
    assert len(reader.handed) == 30


def heartbeats(bus: KafkaBus) -> list[bool]:
    """A list that grows with each heartbeat of a bus's one member."""
    found: list[bool] = []
    consumer: Any = bus.works[0].member.consumer
    beat = consumer._coordinator._do_heartbeat

    async def noted() -> bool:
        done: bool = await beat()
        found.append(done)
        return done

    consumer._coordinator._do_heartbeat = noted
    return found


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


# ── coming again ──────────────────────────────────────────────────────────────────────────────


async def test_attempts_go_on_when_a_partition_moves_within_the_process(
    kafka: str, prefix: str
) -> None:
    """A message that failed twice at one member comes with attempt 3 to another."""
    failed = asyncio.Event()

    async def fail(batch: Sequence[Delivery]) -> None:
        if batch[0].attempt == 2:
            failed.set()
        raise RuntimeError("no")

    first, second = Reader(act=fail), Reader()
    bus = a_bus(kafka, prefix)
    async with running(bus, first):
        await bus.publish([message("t/a", 0)])
        await failed.wait()
        bus.subscribe(second.subscription)
        bus.leave(first.subscription)
        await until(lambda: len(second.done) == 1, second)
        await idle(bus)
    assert second.done[0].attempt >= 3


async def test_what_is_behind_a_failing_message_waits_and_others_go_on(
    kafka: str, prefix: str
) -> None:
    """Its partition is held back and takes no room from the others, however many there are."""
    settled_ = asyncio.Event()

    async def act(batch: Sequence[Delivery]) -> None:
        if any(d.message.key == "t/poison" for d in batch) and not settled_.is_set():
            raise RuntimeError("poison")

    reader = Reader(act=act, batch=20, buffer=40)
    bus = a_bus(kafka, prefix)
    async with running(bus, reader):
        await bus.publish([message("t/poison", 0)])
        await until(lambda: bool(reader.handed), reader)
        stuck = reader.handed[0].partition
        await bus.publish(messages(40, 20))
        free = len([k for k in range(40) if place(f"t/a{k}") != stuck])
        await until(lambda: len(reader.done) == free * 20, reader)
        settled_.set()
        await until(lambda: len(set(ids(reader.done))) == 801, reader)
        await idle(bus)
    assert all(numbers == sorted(numbers) for numbers in by_key(reader.done).values())


def place(key: str) -> int:
    """The partition of a key, as the suite's topics have four."""
    from zlib import crc32

    return crc32(key.encode()) % 4


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
