"""The memory bus keeps the port's promises; and its own: virtual time, faults, retention."""

import asyncio
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from agents.simulator.loop import run
from bus.base import Delivery, MessageBus, Subscription
from bus.faults import SeededFaults
from bus.groups import Pauses
from bus.memory import MemoryBus
from tests.bus.conformance import BusConformance
from tests.bus.readers import (
    CONTACTED,
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


class TestMemoryBus(BusConformance):
    """The suite over one log in memory; a stopped bus is started again."""

    @pytest.fixture(autouse=True)
    def log(self) -> None:
        """A new log for each test."""
        self.bus = MemoryBus(TOPICS, pauses=Pauses(0.0, 0.0), max_bytes=100_000)

    async def make(self) -> MessageBus:
        return self.bus

    def crash(self, bus: MessageBus, subscription: Subscription) -> None:
        assert bus is self.bus
        self.bus.crash(subscription)

    def leave(self, bus: MessageBus, subscription: Subscription) -> None:
        assert bus is self.bus
        self.bus.leave(subscription)


def test_what_fails_waits_twice_as_long_each_time_up_to_a_bound() -> None:
    """In seconds of the loop: a week of it passes in a blink."""
    moments: list[float] = []

    async def act(batch: Sequence[Delivery]) -> None:
        moments.append(asyncio.get_running_loop().time())
        if batch[0].attempt < 9:
            raise RuntimeError("not yet")

    async def body() -> None:
        bus = MemoryBus(TOPICS, pauses=Pauses(1.0, 60.0))
        reader = Reader(act=act)
        bus.subscribe(reader.subscription)
        await bus.start()
        await bus.publish([message("t/a", 0)])
        await until(lambda: len(reader.done) == 1, reader, patience=None)
        await bus.stop()

    run(lambda clock: body())
    gaps = [after - before for before, after in pairwise(moments)]
    assert gaps == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60])


def test_other_partitions_go_on_while_one_waits() -> None:
    """Within the pause of a failed partition all others are finished."""

    async def act(batch: Sequence[Delivery]) -> None:
        if any(d.message.key == "t/a0" and d.attempt < 3 for d in batch):
            raise RuntimeError("not yet")

    async def body() -> list[str]:
        bus = MemoryBus(TOPICS, pauses=Pauses(100.0, 100.0))
        reader = Reader(act=act, batch=1)
        bus.subscribe(reader.subscription)
        await bus.start()
        await bus.publish(messages(20, 2))
        await asyncio.sleep(50.0)
        finished = {d.message.key for d in reader.done}
        stuck = {d.partition for d in reader.handed if d.message.key == "t/a0"}
        assert all(d.partition not in stuck for d in reader.done)
        await asyncio.sleep(1000.0)
        assert (await bus.health()).idle
        await bus.stop()
        return sorted(finished)

    assert len(run(lambda clock: body())) >= 15


def history(faults: SeededFaults | None) -> list[str]:
    """What a group saw of 400 messages, published ten at a time, five seconds apart."""

    async def body() -> list[str]:
        bus = MemoryBus(TOPICS, faults=faults)
        reader = Reader(batch=6)
        bus.subscribe(reader.subscription)
        await bus.start()
        rows = messages(20, 20)
        for start in range(0, len(rows), 10):
            await bus.publish(rows[start : start + 10])
            await asyncio.sleep(5.0)
        while not (await bus.health()).idle:  # noqa: ASYNC110  # no event says so
            await asyncio.sleep(1.0)
        await bus.stop()
        assert set(map(tuple, by_key(reader.done).values())) == {tuple(range(20))}
        return ids(reader.done)

    return run(lambda clock: body())


def faults(seed: int) -> SeededFaults:
    """Plenty of them."""
    return SeededFaults(random.Random(seed), duplicate=0.2, delay=0.4, longest=60.0)


def test_faults_double_and_reorder_but_keep_each_keys_order() -> None:
    """Nothing is lost, some comes twice, keys overtake each other."""
    disturbed, plain = history(faults(1)), history(None)
    assert set(disturbed) == set(plain)
    assert len(disturbed) > len(plain) == 400
    assert list(dict.fromkeys(disturbed)) != plain


def test_one_seed_gives_one_history() -> None:
    """And another seed another one."""
    assert history(faults(7)) == history(faults(7))
    assert history(faults(7)) != history(faults(8))


def test_a_lost_topic_loses_its_messages_and_no_others() -> None:
    """While it is lost; health does not count them."""

    async def body() -> None:
        faults = SeededFaults(random.Random(1), lost=[CONTACTED])
        bus = MemoryBus(TOPICS, faults=faults)
        reader = Reader()
        bus.subscribe(reader.subscription)
        await bus.start()
        await bus.publish([message("t/a", 0, CONTACTED), message("t/a", 1)])
        faults.lost.clear()
        await bus.publish([message("t/a", 2, CONTACTED)])
        await until(lambda: len(reader.done) == 2, reader)
        assert (await bus.health()).idle
        await bus.stop()
        assert ids(reader.done) == ["t/a:1", "t/a:2"]

    run(lambda clock: body())


def test_what_faults_hold_back_counts_as_lag_and_survives_a_stop() -> None:
    """The stepped clock's driver must not take it for idle."""

    async def body() -> None:
        faults = SeededFaults(random.Random(1), delay=1.0, longest=60.0)
        bus = MemoryBus(TOPICS, faults=faults)
        bus.subscribe(Reader().subscription)
        await bus.start()
        await bus.publish(messages(3, 3))
        assert (await bus.health()).lag == {"scoring": 9}
        await bus.stop()
        reader = Reader()
        bus.subscribe(reader.subscription)
        await bus.start()
        await until(lambda: len(reader.done) == 9, reader)
        assert set(map(tuple, by_key(reader.done).values())) == {(0, 1, 2)}
        await bus.stop()

    run(lambda clock: body())


async def started(bus: MemoryBus, *readers: Reader) -> MemoryBus:
    """The bus with readers, at work."""
    for reader in readers:
        bus.subscribe(reader.subscription)
    await bus.start()
    return bus


def kept(bus: MemoryBus, topic: str) -> int:
    """How many messages of a topic are still there."""
    return sum(len(log.records) for log in bus.log.topics[topic])


async def test_what_every_group_has_acknowledged_is_dropped_and_nothing_else() -> None:
    """The slowest group decides."""
    gate = Gate()
    slow, quick = Reader("slow", act=gate, batch=5), Reader("quick")
    bus = await started(MemoryBus(TOPICS, partitions=2), slow, quick)
    await bus.publish(messages(10, 300))
    await until(lambda: len(quick.done) == 3000, quick)
    assert kept(bus, SCORED) == 3000
    gate.opened.set()
    await until(lambda: len(slow.done) == 3000, slow)
    assert kept(bus, SCORED) < 2 * 300
    await bus.stop()


async def test_a_topic_that_nobody_reads_keeps_its_latest() -> None:
    """So that a long life does not fill the memory."""
    bus = await started(MemoryBus(TOPICS, partitions=1, keep=100))
    await bus.publish(messages(1, 2000))
    assert 100 <= kept(bus, SCORED) < 100 + 300
    reader = Reader()
    bus.subscribe(reader.subscription)
    await until(lambda: len(reader.done) >= 100, reader)
    assert int(reader.done[-1].message.value) == 1999
    await bus.stop()


async def test_no_more_than_the_buffer_is_fetched_ahead() -> None:
    """Memory fetches just what a batch takes."""
    gate = Gate()
    reader = Reader(act=gate, batch=10, buffer=20)
    bus = await started(MemoryBus(TOPICS), reader)
    await bus.publish(messages(10, 50))
    await gate.reached.wait()
    assert bus.groups.member(reader.subscription).buffered <= 20
    await bus.stop(drain=0.0)


async def test_a_member_that_is_not_there_cannot_crash() -> None:
    """The error names the group."""
    bus = await started(MemoryBus(TOPICS))
    with pytest.raises(LookupError, match="scoring"):
        bus.crash(Reader().subscription)
    await bus.stop()


async def test_a_member_that_ended_by_an_error_makes_the_bus_unready() -> None:
    """Only what no handler may raise ends one; health names it."""

    class Ended(BaseException):
        """Neither an Exception nor a cancellation."""

    async def act(batch: Sequence[Delivery]) -> None:
        raise Ended

    reader = Reader(act=act)
    bus = await started(MemoryBus(TOPICS), reader)
    await bus.publish([message("t/a", 0)])
    await until(lambda: len(reader.handed) == 1, reader)
    while (health := await bus.health()).ready:  # noqa: ASYNC110  # no event says so
        await asyncio.sleep(0)
    assert "bus:scoring" in health.detail
    assert health.lag == {"scoring": 1}
    await bus.stop()
