"""Histories about timers: set, replaced, cleared; offered, and never by two; pools by rank."""

import asyncio
from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import LeadId, TenantId
from statestore.base import (
    Committed,
    PoolDemand,
    StateStore,
    Timer,
    TimerClear,
    TimerLease,
    TimerSet,
    TimerWait,
    Unit,
)
from tests.statestore.opening import EXAMPLES, OpenStore
from tests.statestore.values import OTHER, at, codes, key, row, sets, timer, unit, wins

POOL = "acme/email"


async def one(store: StateStore, account: str = "a1") -> Timer:
    """The timer of an account."""
    [found] = (await store.timers("orchestrator", [key(account)])).values()
    return found


def leases(found: Timer, machine: float = 0, until: float = 60) -> Unit:
    """A unit that offers a timer as it was read."""
    lease = TimerLease(
        agent=found.agent, key=found.key, expect=found.version, machine=machine, until=until
    )
    return unit(found.tenant, timers=lease)


def waits(found: Timer, seconds: float = 0, estimate: float | None = None) -> Unit:
    """A unit that marks a timer as waiting for its pool."""
    mark = TimerWait(
        agent=found.agent,
        key=found.key,
        expect=found.version,
        waiting=at(seconds),
        estimate=None if estimate is None else at(estimate),
    )
    return unit(found.tenant, timers=mark)


def names(timers: list[Timer]) -> list[str]:
    return [one.key for one in timers]


class TimerHistories:
    """What the port promises about timers."""

    async def test_a_timer_comes_back_as_it_was_set(self, open_store: OpenStore) -> None:
        """Given a timer with every field, then it is read with every field."""
        store = await open_store()
        whole = timer(
            "a1",
            5,
            reason="touch",
            lead=LeadId("l1"),
            pool=POOL,
            rank=3,
            zone="Australia/Sydney",
            wall="2026-11-24T10:00",
            waiting=at(1),
            estimate=at(2),
        )
        await wins(store, unit(timers=sets("a1")), unit(timers=TimerSet(timer=whole)))
        found = await one(store)
        assert found.version > 0
        assert {**_fields(found), "version": 0} == _fields(whole)

    async def test_setting_replaces(self, open_store: OpenStore) -> None:
        """Given a timer that is set again, then only the second is due, at its own time, without
        the first one's lease or waiting mark."""
        store = await open_store()
        await wins(store, unit(timers=sets("a1", 0, pool=POOL)))
        await wins(store, waits(await one(store)))
        await wins(store, leases(await one(store)))
        await wins(store, unit(timers=sets("a1", 100)))
        assert await store.due_timers(at(99), 0, 10) == []
        [found] = await store.due_timers(at(100), 0, 10)
        assert (found.waiting, found.leased_until, found.pool) == (None, None, None)
        assert await store.due_pools(at(100), 0) == {}

    async def test_clearing_removes(self, open_store: OpenStore) -> None:
        """Given a timer, when it is cleared twice, then it is gone, and the second does nothing."""
        store = await open_store()
        clear = unit(timers=TimerClear(agent="orchestrator", key=key()))
        await wins(store, unit(timers=sets()), clear, clear)
        assert await store.timers("orchestrator", [key()]) == {}
        assert await store.next_due(0) is None

    async def test_agents_have_their_own_timers(self, open_store: OpenStore) -> None:
        """Given two agents' timers of one key, then each has its own."""
        store = await open_store()
        await wins(store, unit(timers=(sets("a1", 0), sets("a1", 1, agent="writer"))))
        assert (await store.timers("writer", [key()]))[key()].due == at(1)
        assert (await store.timers("orchestrator", [key()]))[key()].due == at(0)

    async def test_a_due_timer_is_offered_once(self, open_store: OpenStore) -> None:
        """Given twenty contenders who read one due timer, then one wins its offer, and it is not
        due to anybody until the lease ends."""
        store = await open_store()
        await wins(store, unit(timers=sets()))
        [found] = await store.due_timers(at(), 0, 10)
        tried = [store.commit([leases(found, until=60)]) for _ in range(20)]
        results = Counter(type(result) for [result] in await asyncio.gather(*tried))
        assert results[Committed] == 1
        assert await store.due_timers(at(), 59.9, 10) == []
        assert await store.next_due(59.9) is None
        assert names(await store.due_timers(at(), 60, 10)) == [key()]
        assert await store.next_due(60) == at()

    async def test_a_lost_offer_returns(self, open_store: OpenStore) -> None:
        """Given a lease whose holder is gone, then after its end the timer is offered again, and
        the old holder's version no longer stands."""
        store = await open_store()
        await wins(store, unit(timers=sets()))
        first = await one(store)
        await wins(store, leases(first, machine=0, until=60))
        second = await one(store)
        assert await codes(store, leases(second, machine=59, until=119)) == ["timer"]
        assert await codes(store, leases(second, machine=60, until=120)) == ["committed"]
        assert await codes(store, leases(second, machine=121, until=180)) == ["timer"]

    async def test_a_stale_offer_loses(self, open_store: OpenStore) -> None:
        """Given a timer that was read, then set anew or cleared and set, then the old offer loses,
        with everything else in its unit."""
        store = await open_store()
        await wins(store, unit(timers=sets()))
        old = await one(store)
        again = unit(timers=(TimerClear(agent="orchestrator", key=key()), sets("a1", 50)))
        await wins(store, again)
        offer = leases(old).timers
        assert await codes(store, unit(timers=offer, rows=row())) == ["timer"]
        assert (await one(store)).leased_until is None
        assert await codes(store, waits(old)) == ["timer"]

    async def test_a_waiting_mark_is_made_once(self, open_store: OpenStore) -> None:
        """Given twenty contenders who mark one timer, then one mark is made: one hold, one
        event."""
        store = await open_store()
        await wins(store, unit(timers=sets("a1", 0, pool=POOL)))
        found = await one(store)
        tried = [store.commit([waits(found, 10, 500)]) for _ in range(20)]
        results = Counter(type(result) for [result] in await asyncio.gather(*tried))
        assert results[Committed] == 1
        marked = await one(store)
        assert (marked.waiting, marked.estimate, marked.due) == (at(10), at(500), at(0))

    async def test_waiting_timers_stay_with_their_pool(self, open_store: OpenStore) -> None:
        """Given a pool with marked and unmarked timers, then demand counts both, only unmarked
        ones are left to mark, and a marked one is no reason to wake."""
        store = await open_store()
        units = [unit(timers=sets(f"a{n}", n, pool=POOL)) for n in range(4)]
        await wins(store, *units, unit(timers=sets("later", 1000, pool=POOL)))
        assert await store.next_due(0) == at(0)
        for name in ("a0", "a1"):
            await wins(store, waits(await one(store, name)))
        assert await store.due_pools(at(10), 0) == {POOL: PoolDemand(due=4, unmarked=2)}
        left = await store.due_in_pool(POOL, at(10), 0, 10, unmarked=True)
        assert names(left) == [key("a2"), key("a3")]
        assert names(await store.due_in_pool(POOL, at(10), 0, 3)) == [
            key(f"a{n}") for n in (0, 1, 2)
        ]
        for name in ("a2", "a3"):
            await wins(store, waits(await one(store, name)))
        assert await store.next_due(0) == at(1000)
        assert await store.due_timers(at(10), 0, 10) == []

    async def test_an_offered_timer_is_no_demand(self, open_store: OpenStore) -> None:
        """Given leased timers of a pool, marked or not, then neither count nor page has them until
        the lease ends."""
        store = await open_store()
        await wins(store, *(unit(timers=sets(f"a{n}", n, pool=POOL)) for n in range(3)))
        await wins(store, waits(await one(store, "a0")))
        await wins(store, *[leases(await one(store, name)) for name in ("a0", "a1")])
        assert await store.due_pools(at(10), 59) == {POOL: PoolDemand(due=1, unmarked=1)}
        assert names(await store.due_in_pool(POOL, at(10), 59, 10)) == [key("a2")]
        assert await store.due_pools(at(10), 60) == {POOL: PoolDemand(due=3, unmarked=2)}
        assert len(await store.due_in_pool(POOL, at(10), 60, 10)) == 3

    async def test_an_offered_timer_is_under_way(self, open_store: OpenStore) -> None:
        """Given a timer that waits for its pool, then nobody has to act on it; once it is offered
        somebody has, until it is set anew."""
        store = await open_store()
        await wins(store, unit(timers=sets("a1", 0, pool=POOL)))
        await wins(store, waits(await one(store)))
        assert (await store.backlog(at(), 0)).timers_due == 0
        await wins(store, leases(await one(store)))
        assert (await store.backlog(at(), 59)).timers_due == 1
        await wins(store, unit(timers=sets("a1", 99)))
        assert (await store.backlog(at(), 59)).timers_due == 0

    async def test_pools_go_by_rank_then_due(self, open_store: OpenStore) -> None:
        """Given timers of several ranks, then the lowest rank comes first, then the earliest, and
        what is not due does not come."""
        store = await open_store()
        plan = [("late-first", 0, 9), ("first", 0, 2), ("follow", -1, 5), ("cold", 7, 1)]
        await wins(store, *(unit(timers=sets(n, due, pool=POOL, rank=r)) for n, r, due in plan))
        found = await store.due_in_pool(POOL, at(8), 0, 10)
        assert names(found) == [key("follow"), key("first"), key("cold")]
        assert names(await store.due_in_pool(POOL, at(9), 0, 2)) == [key("follow"), key("first")]
        assert await store.due_in_pool("acme/sms", at(9), 0, 2) == []

    async def test_what_lies_ahead_of_pools(self, open_store: OpenStore) -> None:
        """Given timers of two pools, then those that fall due by a moment are counted."""
        store = await open_store()
        await wins(store, *(unit(timers=sets(f"a{n}", n, pool=POOL)) for n in range(5)))
        await wins(store, unit(timers=sets("other", 1, pool="resource:r1")))
        assert await store.pool_ahead([POOL, "resource:r1", "none"], at(2)) == {
            POOL: 3,
            "resource:r1": 1,
        }

    async def test_clients_take_turns(self, open_store: OpenStore) -> None:
        """Given one client with many due timers and another with two, then they alternate, each
        client's by due time."""
        store = await open_store()
        await wins(store, *(unit(timers=sets(f"a{n}", n)) for n in range(20)))
        few = [unit(OTHER, timers=sets(f"b{n}", 100 + n, tenant=OTHER)) for n in range(2)]
        await wins(store, *few)
        found = names(await store.due_timers(at(200), 0, 6))
        assert sorted(found[:2]) == [key("a0"), key("b0", OTHER)]
        assert sorted(found[2:4]) == [key("a1"), key("b1", OTHER)]
        assert found[4:] == [key("a2"), key("a3")]

    async def test_no_client_starves(self, open_store: OpenStore) -> None:
        """Given more clients than are taken at once, then those due longest come first, and all
        come as offers are made."""
        store = await open_store()
        tenants = [TenantId(f"t{n}") for n in range(9)]
        for n, tenant in enumerate(tenants):
            many = [unit(tenant, timers=sets(f"a{k}", n, tenant=tenant)) for k in range(3)]
            await wins(store, *many)
        seen: list[str] = []
        for _ in range(3):
            due = await store.due_timers(at(100), 0, 3)
            await wins(store, *(leases(found) for found in due))
            seen += [found.tenant for found in due]
        assert len(seen) == 9
        assert seen[:3] == tenants[:3]

    @EXAMPLES
    @given(
        timers=st.lists(
            st.tuples(
                st.integers(0, 5),
                st.integers(0, 6),
                st.sampled_from([None, POOL, "resource:r1"]),
                st.integers(0, 2),
                st.sampled_from(["free", "leased", "waiting"]),
            ),
            max_size=14,
        ),
        moment=st.integers(0, 6),
        machine=st.sampled_from([0.0, 60.0]),
    )
    async def test_every_due_timer_is_in_exactly_one_queue(
        self,
        open_store: OpenStore,
        timers: list[tuple[int, int, str | None, int, str]],
        moment: int,
        machine: float,
    ) -> None:
        """Given any timers, then the reads agree with one another: each due timer without a live
        lease is in its pool or in the open queue, and the counts are those of the pages."""
        store = await open_store()
        for number, due, pool, rank, mark in timers:
            await wins(store, unit(timers=sets(f"a{number}", due, pool=pool, rank=rank)))
            found = await one(store, f"a{number}")
            if mark != "free":
                await wins(store, leases(found) if mark == "leased" else waits(found))
        every = await store.timers("orchestrator", [key(f"a{n}") for n in range(6)])
        open_ = [t for t in every.values() if (t.leased_until or 0) <= machine]
        due_ = {t.key for t in open_ if t.due <= at(moment)}
        free = names(await store.due_timers(at(moment), machine, 99))
        pooled: list[str] = []
        for pool, demand in (await store.due_pools(at(moment), machine)).items():
            page = await store.due_in_pool(pool, at(moment), machine, 99)
            bare = await store.due_in_pool(pool, at(moment), machine, 99, unmarked=True)
            assert page == sorted(page, key=lambda t: (t.rank, t.due, t.key))
            assert (len(page), len(bare)) == (demand.due, demand.unmarked)
            assert {t.key for t in bare} == {t.key for t in page if t.waiting is None}
            pooled += names(page)
        assert sorted(free + pooled) == sorted(due_)
        calling = [t.due for t in open_ if t.pool is None or t.waiting is None]
        assert await store.next_due(machine) == min(calling, default=None)
        backlog = await store.backlog(at(moment), machine)
        calling = [t.due for t in every.values() if t.pool is None or t.waiting is None]
        acted_on = [
            t.due
            for t in every.values()
            if t.pool is None or t.waiting is None or (t.leased_until or 0) > machine
        ]
        assert backlog.timers_due == sum(due <= at(moment) for due in acted_on)
        later = [due for due in calling if due > at(moment)]
        assert backlog.next_timer == min(later, default=None)

    async def test_a_million_years_hence_is_no_trouble(self, open_store: OpenStore) -> None:
        """Given due times at both ends of the calendar, then they are kept to the microsecond."""
        store = await open_store()
        far = at().replace(year=9999, microsecond=999_999)
        early = at() - timedelta(days=365 * 500)
        for moment in (far, early):
            await wins(store, unit(timers=TimerSet(timer=timer().with_(due=moment))))
            assert (await one(store)).due == moment


def _fields(found: Timer) -> dict[str, object]:
    return {name: getattr(found, name) for name in Timer.__struct_fields__}
