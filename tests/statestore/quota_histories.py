"""Histories about quota: the last slot, idempotent by send id, admissions, never over the cap."""

import asyncio
from collections import Counter
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import ResourceId, SendId
from statestore.base import (
    Committed,
    QuotaRelease,
    QuotaSettle,
    StateStore,
    Usage,
)
from tests.statestore.opening import EXAMPLES, OpenStore
from tests.statestore.values import admit, at, codes, key, limit, reserve, row, unit, wins

R1 = ResourceId("r1")


async def used(store: StateStore, seconds: float = 0) -> Usage:
    """What counts against the resource over the day before a moment."""
    found = await store.usage([R1], at(seconds - 86_400), at(seconds))
    return found.get(R1, Usage())


def settle(id_: str, commit: bool) -> QuotaSettle:
    return QuotaSettle(send=SendId(id_), commit=commit)


class QuotaHistories:
    """What the port promises about quota."""

    async def test_the_last_slot_goes_to_one(self, open_store: OpenStore) -> None:
        """Given nine of ten slots taken and twenty contenders, then one of them wins."""
        store = await open_store()
        await wins(store, *(unit(quota=reserve(f"s{n}", cap=10)) for n in range(9)))
        tried = [
            store.commit([unit(quota=reserve(f"late{n}", cap=10), rows=row(f"l{n}"))])
            for n in range(20)
        ]
        results = Counter(type(result) for [result] in await asyncio.gather(*tried))
        assert results[Committed] == 1
        assert len((await used(store)).reserved) == 10

    async def test_the_last_slot_within_one_batch(self, open_store: OpenStore) -> None:
        """Given contenders for the last slot in one batch, or in one unit, then one wins."""
        store = await open_store()
        batch = [unit(quota=reserve(f"s{n}")) for n in range(3)]
        assert await codes(store, *batch) == ["committed", "quota", "quota"]
        other = ResourceId("r2")
        both = tuple(reserve(f"t{n}", resource=other) for n in range(2))
        assert await codes(store, unit(quota=both)) == ["quota"]

    async def test_reserving_twice_reserves_once(self, open_store: OpenStore) -> None:
        """Given a send that has its slot, when it asks again with the quota used up, then it keeps
        the one that it has, at the time at which it got it."""
        store = await open_store()
        await wins(store, unit(quota=reserve("s1")), unit(quota=reserve("s1", seconds=9)))
        assert (await used(store, 10)).reserved == (at(),)

    async def test_a_kept_slot_counts_from_its_settlement(self, open_store: OpenStore) -> None:
        """Given a slot that is kept a minute after it was reserved, then it counts from that
        minute, as the vendor's own clock does; a second word about it changes nothing."""
        store = await open_store()
        await wins(store, unit(quota=reserve("s1")))
        for seconds in (60, 600):
            kept = QuotaSettle(send=SendId("s1"), commit=True, at=at(seconds))
            await wins(store, unit(quota=kept))
        assert (await used(store, 700)).reserved == (at(60),)
        assert await codes(store, unit(quota=reserve("s2", seconds=86_430))) == ["quota"]
        assert await codes(store, unit(quota=reserve("s2", seconds=86_460))) == ["committed"]

    async def test_a_send_keeps_its_resource(self, open_store: OpenStore) -> None:
        """Given a send with a slot, when it asks for one of another resource, then it loses: it
        would be counted on neither."""
        store = await open_store()
        await wins(store, unit(quota=reserve("s1")))
        elsewhere = reserve("s1", resource=ResourceId("r2"))
        assert await codes(store, unit(quota=elsewhere)) == ["quota"]

    async def test_what_is_settled_counts_or_returns(self, open_store: OpenStore) -> None:
        """Given reservations, then a kept one counts until its window has passed, one that is
        given back does not, and settling again changes nothing."""
        store = await open_store()
        await wins(store, unit(quota=(reserve("s1", 2), reserve("s2", 2))))
        for _ in range(2):
            await wins(store, unit(quota=(settle("s1", True), settle("s2", False))))
        assert (await used(store)).reserved == (at(),)
        assert await codes(store, unit(quota=reserve("s3", cap=1, seconds=86_399))) == ["quota"]
        assert await codes(store, unit(quota=reserve("s3", cap=1, seconds=86_400))) == ["committed"]
        await wins(store, unit(quota=settle("nobody", True)))

    async def test_a_late_refusal_gives_a_kept_slot_back(self, open_store: OpenStore) -> None:
        """Given an unknown send that a lookup proves refused, then its slot is there again."""
        store = await open_store()
        await wins(store, unit(quota=reserve("s1")), unit(quota=settle("s1", True)))
        await wins(store, unit(quota=settle("s1", False)))
        assert await codes(store, unit(quota=reserve("s2"))) == ["committed"]

    async def test_every_limit_must_hold(self, open_store: OpenStore) -> None:
        """Given a day's cap and a minimum gap, then both bind."""
        store = await open_store()
        limits = (limit(cap=5), limit(cap=1, since=-60))
        await wins(store, unit(quota=reserve("s1", limits=limits)))
        close = (limit(cap=5), limit(cap=1, since=-30))
        assert await codes(store, unit(quota=reserve("s2", limits=close))) == ["quota"]
        clear = (limit(cap=5), limit(cap=1, since=0))
        later = reserve("s2", limits=clear, seconds=60)
        assert await codes(store, unit(quota=later)) == ["committed"]

    async def test_a_cap_of_zero_admits_nobody(self, open_store: OpenStore) -> None:
        """Given a cap of zero, then neither reservation nor admission is granted."""
        store = await open_store()
        units = [unit(quota=reserve("s1", cap=0)), unit(quota=admit("a1", cap=0))]
        assert await codes(store, *units) == ["quota", "quota"]

    async def test_admissions_share_the_slots(self, open_store: OpenStore) -> None:
        """Given two slots, one reserved, then one key is admitted and the next is not; asking
        again for the admitted key is granted."""
        store = await open_store()
        await wins(store, unit(quota=reserve("s1", cap=2)))
        units = [unit(quota=admit(name, cap=2)) for name in ("a1", "a2", "a1")]
        assert await codes(store, *units) == ["committed", "quota", "committed"]
        assert await used(store) == Usage(reserved=(at(),), admitted=(at(),))

    async def test_an_admission_ends_at_its_time(self, open_store: OpenStore) -> None:
        """Given an admission that nobody used, then at its end the slot is free again."""
        store = await open_store()
        await wins(store, unit(quota=admit("a1")))
        assert await codes(store, unit(quota=admit("a2", seconds=3599))) == ["quota"]
        assert (await used(store, 3600)).admitted == ()
        assert await codes(store, unit(quota=admit("a2", seconds=3600))) == ["committed"]

    async def test_an_admission_can_be_released(self, open_store: OpenStore) -> None:
        """Given an admission, when its key lets go, twice, then the slot is free."""
        store = await open_store()
        release = unit(quota=QuotaRelease(key=key("a1")))
        await wins(store, unit(quota=admit("a1")), release, release)
        assert await codes(store, unit(quota=admit("a2"))) == ["committed"]

    async def test_a_reservation_takes_its_admission_over(self, open_store: OpenStore) -> None:
        """Given an admitted key, when its send reserves, then one slot is used, not two; where the
        reservation loses, the admission stands."""
        store = await open_store()
        await wins(store, unit(quota=admit("a1")))
        lost = reserve("s1", cap=0, ends=key("a1"))
        assert await codes(store, unit(quota=lost)) == ["quota"]
        assert (await used(store)).admitted == (at(),)
        await wins(store, unit(quota=reserve("s1", ends=key("a1"))))
        assert await used(store) == Usage(reserved=(at(),))

    async def test_reservations_ignore_admissions(self, open_store: OpenStore) -> None:
        """Given a slot set aside for a key, when another send reserves, then it wins: admissions
        steer, reservations decide."""
        store = await open_store()
        await wins(store, unit(quota=admit("a1")))
        assert await codes(store, unit(quota=reserve("s1"))) == ["committed"]

    async def test_resources_are_counted_apart(self, open_store: OpenStore) -> None:
        """Given two resources, then each has its own slots, and unused ones are left out."""
        store = await open_store()
        other = ResourceId("r2")
        units = [unit(quota=reserve("s1")), unit(quota=reserve("s2", resource=other))]
        assert await codes(store, *units) == ["committed", "committed"]
        found = await store.usage([R1, other, ResourceId("r3")], at(-1), at())
        assert set(found) == {R1, other}

    @EXAMPLES
    @given(
        cap=st.integers(1, 3),
        moves=st.lists(
            st.tuples(
                st.sampled_from(["reserve", "admit", "keep", "back", "release"]),
                st.integers(0, 5),
                st.integers(0, 40),
            ),
            max_size=30,
        ),
    )
    async def test_quota_is_never_over_its_cap(
        self, open_store: OpenStore, cap: int, moves: list[tuple[str, int, int]]
    ) -> None:
        """Given any moves at any times, also backwards, then no window ever holds more
        reservations than the cap."""
        store = await open_store()
        window = 20
        for move, name, seconds in moves:
            limits = (limit(cap, seconds - window),)
            writes = {
                "reserve": reserve(f"s{name}", limits=limits, seconds=seconds, ends=key(str(name))),
                "admit": admit(str(name), limits=limits, seconds=seconds, expires=at(seconds + 5)),
                "keep": settle(f"s{name}", True),
                "back": settle(f"s{name}", False),
                "release": QuotaRelease(key=key(str(name))),
            }
            await store.commit([unit(quota=writes[move])])
            times = (await store.usage([R1], at(-999), at(999))).get(R1, Usage()).reserved
            assert most(times, window) <= cap


def most(times: tuple[datetime, ...], window: float) -> int:
    """The most reservations that any window of this many seconds holds."""
    ends = [sum(0 <= (t - s).total_seconds() < window for t in times) for s in times]
    return max(ends, default=0)
