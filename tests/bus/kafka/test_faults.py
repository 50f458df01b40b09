"""Protocol errors that a healthy broker gives nobody: each has its answer, and loses nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from bus.errors import Refused, Unavailable
from bus.kafka import KafkaBus
from bus.records import partition_of
from tests.bus.kafka import wire_mock as wire
from tests.bus.kafka.clusters import a_bus, healthy, idle, running
from tests.bus.readers import SCORED, TOPICS, Reader, by_key, ids, message, messages, until


@pytest.fixture
def mock() -> Iterator[wire.Cluster]:
    """A cluster that fails on demand."""
    with wire.cluster(TOPICS) as one:
        yield one


def bus_over(mock: wire.Cluster, **options: Any) -> KafkaBus:
    """A bus over it. The mock keeps an idle fetch for its whole time, hence a short one."""
    return a_bus(mock.address, "", fetch_wait=0.005, publish_seconds=5.0, **options)


@pytest.mark.parametrize("error", [wire.NOT_LEADER, wire.NOT_ENOUGH_REPLICAS])
async def test_what_passes_is_tried_again_in_order(mock: wire.Cluster, error: int) -> None:
    """A leader that moves, replicas that lag: the publisher waits, and everything comes once."""
    reader = Reader()
    async with running(bus_over(mock), reader) as bus:
        mock.fail(wire.PRODUCE, [error] * 3)
        for number in range(5):
            await bus.publish([message(f"t/a{key}", number) for key in range(8)])
        await until(lambda: len(reader.done) == 40, reader)
    assert set(map(tuple, by_key(reader.done).values())) == {tuple(range(5))}


@pytest.mark.parametrize("error", [wire.OUT_OF_ORDER, wire.CORRUPT])
async def test_a_producer_that_lost_its_numbers_is_replaced(
    mock: wire.Cluster, error: int, logged: list[Any]
) -> None:
    """The call says that it may be published again; the next one goes through a new producer."""
    reader = Reader()
    async with running(bus_over(mock), reader) as bus:
        await bus.publish([message("t/a", 0)])
        before = bus.engine.producer
        mock.fail(wire.PRODUCE, [error])
        with pytest.raises(Unavailable, match="nothing is lost"):
            await bus.publish([message("t/a", 1)])
        assert not (await bus.health()).ready
        await bus.publish([message("t/a", 1)])
        assert bus.engine.producer is not before
        assert (await bus.health()).ready
        await until(lambda: len(reader.done) == 2, reader)
    assert "producer_renewed" in [entry["event"] for entry in logged]


async def test_a_batch_that_is_too_large_goes_message_by_message(mock: wire.Cluster) -> None:
    """Where none of them is too large by itself, all of them go."""
    reader = Reader()
    async with running(bus_over(mock), reader) as bus:
        mock.fail(wire.PRODUCE, [wire.TOO_LARGE])
        await bus.publish([message("t/a", number) for number in range(5)])
        await until(lambda: len(reader.done) == 5, reader)
        mock.fail(wire.PRODUCE, [wire.TOO_LARGE])
        with pytest.raises(Refused) as caught:
            await bus.publish([message("t/a", 5)])
        assert caught.value.indexes == (0,)
    assert by_key(reader.done) == {"lead.scored t/a": list(range(5))}


async def test_a_right_that_is_missing_is_named(mock: wire.Cluster) -> None:
    """It may be granted: so it is tried again, not dropped."""
    async with running(bus_over(mock)) as bus:
        mock.fail(wire.PRODUCE, [wire.DENIED])
        with pytest.raises(Unavailable, match=r"no right to write to .*lead\.scored.*grant it"):
            await bus.publish([message("t/a", 0)])
        await bus.publish([message("t/a", 0)])


async def test_a_commit_that_comes_too_late_costs_a_repeat_and_no_message(
    mock: wire.Cluster, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group has moved on without us: the offsets are dropped, and what follows is acknowledged
    as ever."""
    monkeypatch.setattr("bus.kafka.engine.SESSION_SECONDS", 1.0)
    reader = Reader()
    async with running(bus_over(mock), reader) as bus:
        mock.fail(wire.OFFSET_COMMIT, [wire.REBALANCING])
        await bus.publish(messages(8, 1))
        await until(lambda: len(reader.done) >= 8, reader)
        while "commit_came_late" not in [entry["event"] for entry in logged]:
            await bus.health()
        await bus.publish([message(f"t/a{key}", 1) for key in range(8)])
        await until(lambda: len(set(map(str, by_key(reader.done)))) == 8, reader)
        await idle(bus)
    assert all(numbers == [0, 1] for numbers in by_key(reader.done).values())


async def test_a_fetch_that_is_corrupt_is_fetched_again(mock: wire.Cluster) -> None:
    """The member goes on, or begins anew."""
    reader = Reader()
    async with running(bus_over(mock), reader) as bus:
        mock.fail(wire.FETCH, [wire.CORRUPT, wire.NOT_LEADER])
        await bus.publish(messages(8, 3))
        await until(lambda: len(reader.done) == 24, reader)
        await idle(bus)


@pytest.mark.parametrize("request_", [wire.JOIN_GROUP, wire.HEARTBEAT])
async def test_a_member_that_its_group_refuses_says_so_and_begins_anew(
    mock: wire.Cluster, request_: int, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start or in mid-life; meanwhile health names the group and what to grant, and what
    was published arrives when it is let in again."""
    monkeypatch.setattr("bus.kafka.engine.SESSION_SECONDS", 1.0)
    early, late = Reader("early"), Reader("late")
    async with running(bus_over(mock), early) as bus:
        mock.fail(request_, [wire.GROUP_DENIED])
        if request_ == wire.JOIN_GROUP:
            bus.subscribe(late.subscription)
        health = await healthy(bus, lambda health: "refuses" in health.detail)
        assert not health.ready
        assert "access rules" in health.detail
        await bus.publish(messages(8, 2))
        await until(lambda: len(early.done) >= 16, early)
        await idle(bus)
    assert "member_begins_anew" in [entry["event"] for entry in logged]
    assert not late.done or len(set(ids(late.done))) == 16
    assert set(map(tuple, by_key(early.done).values())) == {(0, 1)}


async def test_a_producer_that_cannot_be_replaced_yet_is_replaced_later(
    mock: wire.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call ends as every call does while the broker is away; a later one gets through."""
    reader = Reader()
    async with running(bus_over(mock), reader) as bus:
        await bus.publish([message("t/a", 0)])

        async def away() -> None:
            raise KafkaConnectionError("nobody there")

        with monkeypatch.context() as patched:
            patched.setattr(bus.engine, "renew_producer", away)
            mock.fail(wire.PRODUCE, [wire.OUT_OF_ORDER])
            with pytest.raises(Unavailable):
                await bus.publish([message("t/a", 1)])
        mock.fail(wire.PRODUCE, [wire.OUT_OF_ORDER])
        with pytest.raises(Unavailable):
            await bus.publish([message("t/a", 1)])
        await bus.publish([message("t/a", 1)])
        await until(lambda: len(set(ids(reader.done))) == 2, reader)


async def test_a_partition_that_is_away_holds_up_no_other(mock: wire.Cluster) -> None:
    """It has no leader: the call says which messages are there nevertheless, a later one does not
    wait behind it, and once it has a leader again everything is there."""
    reader = Reader()
    every = [message(f"t/a{key}", 0) for key in range(16)]
    away = partition_of(b"t/a0", 4)
    theirs = {n for n, m in enumerate(every) if partition_of(m.key.encode(), 4) == away}
    async with running(
        a_bus(mock.address, "", fetch_wait=0.005, publish_seconds=1.0), reader
    ) as bus:
        await bus.publish([message(f"t/a{key}", -1) for key in range(16)])
        mock.lead(SCORED, away, away=True)
        for _ in range(3):
            with pytest.raises(Unavailable) as caught:
                await bus.publish(every)
            assert set(caught.value.published) == set(range(16)) - theirs
        mock.lead(SCORED, away, away=False)
        await bus.publish([every[number] for number in theirs])
        await until(lambda: len(set(ids(reader.done))) == 32, reader)
