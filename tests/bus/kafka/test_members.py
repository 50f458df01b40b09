"""Members of a group, of one process and of several: who has which partition, and what moves."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bus.base import Delivery
from bus.kafka import KafkaBus
from bus.kafka.member import State
from tests.bus.kafka.clusters import (
    a_bus,
    healthy,
    idle,
    running,
)
from tests.bus.readers import (
    CONTACTED,
    PATIENCE,
    TOPICS,
    Gate,
    Reader,
    by_key,
    ids,
    message,
    messages,
    until,
)


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
