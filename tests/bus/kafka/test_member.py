"""What a member acknowledges when something comes in between: never more than was handled.

The consumer is a stand-in that lets a test act in the middle of one of its calls; on a real broker
these moments are too short to be met.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from aiokafka.structs import ConsumerRecord

from bus.base import Delivery, Subscription
from bus.groups import Pauses
from bus.kafka.member import Member
from bus.kafka.wire import names
from tests.bus.readers import PATIENCE, SCORED

TP, OTHER = TopicPartition(SCORED, 0), TopicPartition(SCORED, 1)


async def nothing() -> None:
    """Comes in between without a trace."""


class Consumer:
    """Says a position and takes commits; `between` happens in the middle of either."""

    def __init__(self) -> None:
        self.at: dict[TopicPartition, int] = {TP: 0, OTHER: 0}
        self.committed: dict[TopicPartition, int] = {}
        self.between: Callable[[], Awaitable[None]] = nothing

    async def position(self, tp: TopicPartition) -> int:
        await self.between()
        return self.at[tp]

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        await self.between()
        self.committed.update(offsets)

    def pause(self, *_: TopicPartition) -> None:
        """Nothing is fetched here anyway."""

    resume = pause

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.at[tp] = offset


def record(offset: int, tp: TopicPartition = TP) -> Any:
    """A record of a partition."""
    return ConsumerRecord(
        *(tp.topic, tp.partition, offset, 0, 0, b"t/a", b"{}", None, 3, 2), headers=()
    )


class Bench:
    """A member, its consumer, and a handler that waits for the test."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.stubborn = False
        self.consumer = Consumer()
        subscription = Subscription(group="scoring", topics=(SCORED,), handler=self.work)
        spawn = asyncio.ensure_future
        self.member = Member(subscription, names((SCORED,), ""), Pauses(), {}, spawn)
        self.member.attach(self.consumer)  # type: ignore[arg-type]

    async def work(self, _: Sequence[Delivery]) -> None:
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            if not self.stubborn:
                raise
            await self.go.wait()

    async def fetched(self, *offsets: int) -> None:
        """The broker's answer: these records, and the position after them."""
        self.member.push({TP: [record(offset) for offset in offsets]})
        self.consumer.at[TP] = offsets[-1] + 1

    async def handing_out(self) -> "asyncio.Task[None]":
        """FastStream's part, once: takes a piece and hands it to the handler."""
        member = self.member
        [records] = (await member.next_piece()).values()
        task = asyncio.create_task(member.handle(await member.read(records)))
        await asyncio.sleep(0)
        return task

    async def rebalance(self) -> None:
        """The same partitions, given anew; reading begins at what was committed."""
        await self.member.on_partitions_revoked({TP, OTHER})
        self.consumer.at[TP] = self.consumer.committed.get(TP, 0)
        await self.member.on_partitions_assigned({TP, OTHER})


@pytest.fixture
async def bench() -> Bench:
    """A member with two partitions."""
    made = Bench()
    await made.member.on_partitions_assigned({TP, OTHER})
    return made


async def test_health_in_a_rebalance_acknowledges_nothing_unhandled(bench: Bench) -> None:
    """It asks for a position, and gets the next life's: what that one fetched is not handled."""
    bench.go.set()
    await bench.fetched(0, 1)
    await (await bench.handing_out())

    async def between() -> None:
        bench.consumer.between = nothing
        await bench.rebalance()
        await bench.fetched(2, 3, 4)

    bench.consumer.between = between
    await bench.member.catch_up()
    assert bench.consumer.committed == {TP: 2}


async def test_what_a_rebalance_did_not_wait_for_is_not_acknowledged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler is too slow; while its partitions wait for an earlier commit to end, health is
    asked, and does not take for handled what the handler still holds."""
    monkeypatch.setattr("bus.kafka.member.HAND_OVER_SECONDS", 0.0)
    bench.go.set()
    await bench.fetched(0)
    await (await bench.handing_out())
    bench.go.clear()
    await bench.fetched(1, 2)
    slow = await bench.handing_out()
    answered = asyncio.Event()

    async def between() -> None:
        bench.consumer.between = nothing
        await answered.wait()

    bench.consumer.between = between
    tasks = [asyncio.create_task(bench.member.commit())]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(bench.member.on_partitions_revoked({TP, OTHER})))
    while bench.member.flight:  # noqa: ASYNC110  # no event says that it was given up
        await asyncio.sleep(0)
    tasks.append(asyncio.create_task(bench.member.catch_up()))
    await asyncio.sleep(0)
    answered.set()
    await asyncio.wait(tasks)
    bench.go.set()
    await slow
    await bench.member.commit()
    assert bench.consumer.committed == {TP: 1}


async def test_a_handler_that_was_given_up_settles_nothing_of_the_next(bench: Bench) -> None:
    """Its consumer failed, another took its place, and only then does it return, having ignored
    that it was cancelled: what the next one holds is still to be handled."""
    bench.stubborn = True
    await bench.fetched(0)
    old = await bench.handing_out()
    old.cancel()
    await asyncio.sleep(0)
    bench.member.begin_anew()
    await bench.member.on_partitions_assigned({TP, OTHER})
    old_go, bench.go = bench.go, asyncio.Event()
    await bench.fetched(0, 1, 2)
    new = await bench.handing_out()
    old_go.set()
    await asyncio.wait({old}, timeout=PATIENCE)
    assert bench.member.acknowledged == {}
    assert not await bench.member.drained(0.0), "a rebalance still waits for it"
    bench.go.set()
    await new
    assert bench.member.acknowledged == {TP: 3}


async def test_a_late_commit_keeps_what_is_still_ours_and_drops_the_rest(bench: Bench) -> None:
    """It fails while partitions are given anew: what was acknowledged since is committed, nothing
    of a partition that somebody may have read further."""
    bench.member.places[TP].next = bench.member.acknowledged[TP] = 5
    bench.member.places[OTHER].next = bench.member.acknowledged[OTHER] = 7

    async def between() -> None:
        bench.consumer.between = nothing
        await bench.member.on_partitions_assigned({OTHER})  # a new place: another was there
        raise CommitFailedError("the group has moved on")

    bench.consumer.between = between
    await bench.member.commit()
    assert bench.member.acknowledged == {TP: 5}
    await bench.member.commit()
    assert bench.consumer.committed == {TP: 5}


async def test_a_mark_before_the_start_is_acknowledged(bench: Bench) -> None:
    """A stranger's transaction was the last in a partition when the process ended: the next one
    reads past its mark, and is not behind for ever."""
    bench.consumer.at[TP] = 6
    await bench.member.catch_up()
    assert bench.consumer.committed == {TP: 6}
