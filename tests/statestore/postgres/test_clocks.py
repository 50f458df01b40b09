"""Leases of hosts whose machine time starts anywhere are comparable by the server's clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from agents.ports import SystemClock
from contracts.outcome import SendState
from statestore.base import Fence, SendWrite, TimerLease
from statestore.errors import Unfit
from statestore.postgres.clocks import Offset, later, skew
from tests.services.postgres import Databases
from tests.statestore.postgres.places import opened
from tests.statestore.values import at, codes, key, out, send, sets, unit, wins

DAYS = 86_400.0


def started(ago: float) -> Callable[[], float]:
    """Machine time of a host that was started so many seconds ago."""
    system = SystemClock()
    begun = system.elapsed()
    return lambda: system.elapsed() - begun + ago


async def test_leases_hold_between_hosts_days_apart(databases: Databases) -> None:
    """Given two hosts, one up for a minute and one for three weeks, then each sees the other's
    lease of a name, a timer, a claim and outbox rows as live for as long as it is, no longer."""
    name = await databases.empty(0)
    young, old = started(60.0), started(21 * DAYS)
    async with (
        opened(databases.server, name, elapsed=young) as one,
        opened(databases.server, name, elapsed=old) as two,
    ):
        lease = await one.acquire("sweep", "one", young(), 300)
        assert lease is not None
        assert await two.acquire("sweep", "two", old(), 300) is None
        fenced = unit(conditions=Fence(lease="sweep", epoch=lease.epoch))
        assert await codes(two, fenced) == ["committed"]

        claim = send("s1", state=SendState.CLAIMED, claimed_at=at(), lease_until=young() + 300)
        await wins(one, unit(timers=sets(), sends=SendWrite(send=claim, expect=0), events=out()))
        [timer] = await one.due_timers(at(), young(), 9)
        offer = TimerLease(
            agent=timer.agent,
            key=timer.key,
            expect=timer.version,
            machine=young(),
            until=young() + 300,
        )
        await wins(one, unit(timers=offer))
        assert len(await one.outbox(at(), 9, machine=young(), lease=300)) == 1

        assert await two.due_timers(at(), old(), 9) == []
        assert await two.expired_claims(old()) == []
        assert await two.outbox(at(), 9, machine=old(), lease=300) == []
        [seen] = (await two.timers("orchestrator", [key()])).values()
        assert seen.leased_until == pytest.approx(old() + 300, abs=5)
        [again] = (await two.sends(claim.tenant, [claim.id])).values()
        assert again.lease_until == pytest.approx(old() + 300, abs=5)

        late = old() + 301
        assert len(await two.due_timers(at(), late, 9)) == 1
        assert len(await two.expired_claims(late)) == 1
        assert len(await two.outbox(at(), 9, machine=late, lease=300)) == 1
        taken = await two.acquire("sweep", "two", late, 300)
        assert taken is not None
        assert taken.epoch == lease.epoch + 1


async def test_what_a_host_sets_it_reads_back(databases: Databases) -> None:
    """Given a claim's lease in machine seconds, then it comes back within a microsecond."""
    name = await databases.empty(0)
    async with opened(databases.server, name) as store:
        claim = send("s1", state=SendState.CLAIMED, lease_until=123456.789123)
        await wins(store, unit(sends=SendWrite(send=claim, expect=0)))
        [found] = (await store.sends(claim.tenant, [claim.id])).values()
        assert found.lease_until == pytest.approx(123456.789123, abs=1e-6)


def test_an_offset_is_kept_while_it_may_be_right() -> None:
    """Given a new measurement, then the known one goes on while both can be right, so that leases
    come back as they were set; a clock that was set is followed."""
    known = Offset(1000.0, 0.002, 5.0)
    assert later(None, known) == known
    assert later(known, Offset(1000.003, 0.004, 35.0)) == Offset(1000.0, 0.002, 35.0)
    stepped = Offset(1003.0, 0.004, 65.0)
    assert later(known, stepped) == stepped


def test_skew_is_what_the_wall_clocks_differ_by() -> None:
    """Given an offset, then this host's wall clock minus the server's is the skew."""
    server = datetime(2026, 11, 23, 9, tzinfo=UTC)
    offset = Offset(server.timestamp() - 50.0, 0.001, 50.0)
    assert skew(offset, server + timedelta(seconds=40), 50.0) == timedelta(seconds=40)


@pytest.mark.parametrize("seconds", [-3600, 31, 86_400])
async def test_a_host_whose_clock_is_off_is_refused(databases: Databases, seconds: int) -> None:
    """Given a host whose wall clock is over half a minute from the server's, then the store does
    not start there, and says by how much and what to do."""
    name = await databases.empty(0)

    def wall() -> datetime:
        return SystemClock().now() + timedelta(seconds=seconds)

    with pytest.raises(Unfit, match="NTP"):
        async with opened(databases.server, name, wall=wall):
            pass
    async with opened(databases.server, name, wall=SystemClock().now) as store:
        assert abs(store.skew()) < timedelta(seconds=30)
