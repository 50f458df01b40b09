"""Slots of a resource: never over a cap under any interleaving, and times that are exact."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates import quota
from agents.gates.quota import (
    DAY,
    TICK,
    Busy,
    CalendarDay,
    DayEdge,
    Exhausted,
    FixedDay,
    Gap,
    Granted,
    Policy,
    Ramp,
    Rolling,
)
from agents.gates.rules import DEFAULT, stricter
from contracts.ids import ResourceId, SendId, TenantId
from contracts.outcome import Channel
from statestore.base import Committed, Limit, QuotaReserve, QuotaSettle, Unit, Usage
from statestore.memory import MemoryStore

START = datetime(2026, 10, 2, 22, tzinfo=UTC)
"""A day and a half before Sydney's clocks go forward."""
GUARD = timedelta(seconds=17)


@dataclass
class Ledger:
    """Reservations as the store keeps them: it checks limits, and nothing else."""

    times: list[datetime] = field(default_factory=list)

    def reserve(self, at: datetime, limits: Sequence[Limit]) -> bool:
        """What `QuotaReserve` promises."""
        if any(sum(t > limit.since for t in self.times) >= limit.cap for limit in limits):
            return False
        self.times.append(at)
        return True


def rolling_kept(policy: Rolling, times: Sequence[datetime]) -> bool:
    return all(sum(at - policy.span < other <= at for other in times) <= policy.cap for at in times)


def calendar_kept(policy: CalendarDay, times: Sequence[datetime]) -> bool:
    days = [at.astimezone(ZoneInfo(policy.zone)).date() for at in times]
    return all(days.count(day) <= policy.cap for day in days)


def fixed_kept(policy: FixedDay, times: Sequence[datetime]) -> bool:
    windows = [(at - policy.anchor) // DAY for at in times]
    return all(windows.count(window) <= policy.cap for window in windows)


def gap_kept(policy: Gap, times: Sequence[datetime]) -> bool:
    return all(second - first >= policy.span for first, second in pairwise(sorted(times)))


def ramp_kept(policy: Ramp, times: Sequence[datetime]) -> bool:
    return all(sum(at - DAY < other <= at for other in times) <= policy.cap(at) for at in times)


def edge_kept(policy: DayEdge, times: Sequence[datetime]) -> bool:
    place = ZoneInfo(policy.zone)
    days = [(at.astimezone(place), (at + policy.guard).astimezone(place)) for at in times]
    return all(first.date() == last.date() for first, last in days)


KEPT: dict[type, Callable[..., bool]] = {
    Rolling: rolling_kept,
    CalendarDay: calendar_kept,
    FixedDay: fixed_kept,
    Gap: gap_kept,
    Ramp: ramp_kept,
    DayEdge: edge_kept,
}
"""Each policy's meaning once more, counted from the times alone."""

hours = st.integers(0, 96).map(lambda n: timedelta(hours=n))
one_policy = st.one_of(
    st.builds(Rolling, st.integers(0, 4), st.sampled_from([DAY, 7 * DAY, timedelta(hours=1)])),
    st.builds(CalendarDay, st.integers(0, 4), st.sampled_from(["Australia/Sydney", "UTC"])),
    st.builds(FixedDay, st.integers(0, 4), hours.map(lambda h: START - h)),
    st.builds(Gap, st.integers(1, 900).map(lambda n: timedelta(minutes=n))),
    st.builds(
        Ramp,
        hours.map(lambda h: START - 2 * DAY + h),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 5),
    ),
    st.builds(DayEdge, st.just("Australia/Sydney"), st.just(GUARD)),
)
some_policies = st.lists(one_policy, min_size=1, max_size=3).map(tuple)
moments = st.integers(0, 6 * 24 * 60).map(lambda n: START + timedelta(minutes=n))
times = st.lists(moments, max_size=12).map(lambda found: tuple(sorted(found)))


@given(
    policies=some_policies,
    contenders=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 90), st.booleans()), max_size=60
    ),
)
@settings(max_examples=300, deadline=None)
def test_no_cap_is_ever_exceeded_under_any_interleaving(
    policies: tuple[Policy, ...], contenders: list[tuple[int, int, bool]]
) -> None:
    """Contenders read the time late, commit out of order, and some give their slot back."""
    ledger, clock = Ledger(), START
    for minutes, behind, refused in contenders:
        clock += timedelta(minutes=minutes)
        at = clock - timedelta(minutes=behind)
        capped = [p for p in policies if not isinstance(p, DayEdge)]
        if ledger.reserve(at, quota.limits(capped, at)) and refused:
            ledger.times.remove(at)
        assert all(KEPT[type(policy)](policy, ledger.times) for policy in capped)


@given(policies=some_policies, minutes=st.lists(st.integers(0, 400), max_size=60))
@settings(max_examples=300, deadline=None)
def test_what_is_granted_beforehand_keeps_every_policy(
    policies: tuple[Policy, ...], minutes: list[int]
) -> None:
    """The answer and the store's limits agree, but for midnight, which the permit keeps."""
    ledger, clock = Ledger(), START
    for step in minutes:
        clock += timedelta(minutes=step)
        usage = Usage(reserved=tuple(sorted(ledger.times)))
        granted = quota.answer(policies, usage, clock) == Granted()
        limits = quota.limits(policies, clock)
        near = any(isinstance(p, DayEdge) and p.opens((), clock) != clock for p in policies)
        if limits or granted:
            assert granted == (not near and Ledger(list(ledger.times)).reserve(clock, limits))
        if granted:
            ledger.times.append(clock)
        assert all(KEPT[type(policy)](policy, ledger.times) for policy in policies)


@given(policies=some_policies, reserved=times, now=moments)
@settings(max_examples=300, deadline=None)
def test_the_time_in_an_answer_is_exact(
    policies: tuple[Policy, ...], reserved: tuple[datetime, ...], now: datetime
) -> None:
    """At `until` it is granted, the smallest step before it is not, and None means never."""
    usage = Usage(reserved=reserved)
    found = quota.answer(policies, usage, now)
    if isinstance(found, Granted):
        return
    if found.until is None:
        later = [now + n * timedelta(hours=7) for n in range(200)]
        assert not any(quota.answer(policies, usage, at) == Granted() for at in later)
        return
    assert found.until > now
    assert quota.answer(policies, usage, found.until) == Granted()
    assert quota.answer(policies, usage, found.until - TICK) != Granted()


@given(policies=some_policies, reserved=times, admitted=times, now=moments)
@settings(max_examples=300, deadline=None)
def test_just_as_many_as_are_free_can_be_admitted(
    policies: tuple[Policy, ...],
    reserved: tuple[datetime, ...],
    admitted: tuple[datetime, ...],
    now: datetime,
) -> None:
    """Admissions count like reservations there, whenever they were given; with none free the
    next slot comes later."""
    usage = Usage(reserved=reserved, admitted=admitted)
    free = quota.free(policies, usage, now)
    ledger = Ledger([*reserved, *(now for _ in admitted)])
    limits = quota.limits(policies, now)
    if free:
        assert all(ledger.reserve(now, limits) for _ in range(free))
        assert not ledger.reserve(now, limits)
        assert quota.next_slot(policies, usage, now) == now
    elif limits:
        assert quota.next_slot(policies, usage, now) != now


@given(policies=some_policies, reserved=times, now=moments)
@settings(max_examples=200, deadline=None)
def test_supply_says_how_many_slots_there_will_be_by_when(
    policies: tuple[Policy, ...], reserved: tuple[datetime, ...], now: datetime
) -> None:
    """Each step is what is free then; the steps rise, from now to within the day asked for."""
    capped = tuple(policy for policy in policies if not policy.paces)
    usage = Usage(reserved=reserved)
    steps = quota.supply(policies, usage, now, now + DAY)
    assert steps[0] == (now, quota.free(capped, usage, now))
    assert [count for _, count in steps] == sorted({count for _, count in steps})
    assert all(now <= at <= now + DAY for at, _ in steps)
    assert all(quota.free(capped, usage, at) == count for at, count in steps)
    probes = [now + n * timedelta(minutes=30) for n in range(49)]
    most = max(quota.free(capped, usage, at) for at in probes)
    assert most <= steps[-1][1]


def test_busy_and_exhausted_are_never_folded_into_one() -> None:
    """Pacing says busy, a cap says exhausted, both say exhausted, a cap of zero says for ever."""
    paced = (Rolling(3), Gap(timedelta(minutes=5)))
    once = Usage(reserved=(START,))
    assert quota.answer(paced, once, START) == Busy(START + timedelta(minutes=5))
    thrice = Usage(reserved=(START - 2 * TICK, START - TICK, START))
    assert quota.answer(paced, thrice, START) == Exhausted(START - 2 * TICK + DAY)
    assert quota.answer((Rolling(0),), Usage(), START) == Exhausted(None)
    for capped in (Ramp(START, 1, 0, 1), CalendarDay(1, "UTC"), FixedDay(1, START)):
        found = quota.answer((capped,), once, START)
        assert isinstance(found, Exhausted)


def test_a_slot_is_free_again_after_exactly_a_day() -> None:
    """Rolling 24 h, to the microsecond."""
    usage = Usage(reserved=(START,))
    assert quota.answer((Rolling(1),), usage, START + DAY - TICK) == Exhausted(START + DAY)
    assert quota.answer((Rolling(1),), usage, START + DAY) == Granted()


def test_rolling_admits_one_cap_around_any_edge_where_the_fixed_window_admits_two() -> None:
    """Why the fixed window is no default (facts/reliability C1: 199 at cap 100)."""
    edge = START + DAY
    burst = [edge - timedelta(minutes=1) + n * timedelta(milliseconds=500) for n in range(240)]
    counts = {}
    for name in ("rolling_24h", "fixed_24h"):
        ledger = Ledger()
        policies = quota.named(name, 100, GUARD, anchor=START)
        counts[name] = sum(ledger.reserve(at, quota.limits(policies, at)) for at in burst)
    assert counts == {"rolling_24h": 100, "fixed_24h": 200}


def test_a_calendar_day_in_sydney_has_23_hours_once() -> None:
    """4 October 2026: from midnight to midnight is 23 hours, and the cap holds for the day."""
    policy = CalendarDay(1, "Australia/Sydney")
    midnight = datetime(2026, 10, 3, 14, tzinfo=UTC)
    assert policy.opens([midnight], midnight) == midnight + timedelta(hours=23)
    assert policy.opens([midnight - TICK], midnight) == midnight


def test_no_call_may_run_past_midnight_of_the_resources_zone() -> None:
    """Within the guard before midnight the answer is busy, until midnight."""
    policies = quota.named("calendar_day", 5, GUARD, zone="Australia/Sydney")
    midnight = datetime(2026, 10, 3, 14, tzinfo=UTC)
    assert quota.answer(policies, Usage(), midnight - GUARD) == Busy(midnight)
    assert quota.answer(policies, Usage(), midnight - GUARD - TICK) == Granted()


def test_warm_up_grows_day_by_day_and_stops_at_the_full_cap() -> None:
    """5 on the first day, 10 on the second, at most 40; none before it began."""
    ramp = Ramp(START, 5, 5, 40)
    caps = [ramp.cap(START + n * DAY) for n in (-1, 0, 1, 6, 7, 100)]
    assert caps == [0, 5, 10, 35, 40, 40]
    assert ramp.opens([], START - 3 * DAY) == START
    assert Ramp(START, 0, 1, 1).opens([], START) == START + DAY
    assert Ramp(START, 0, 0, 9).opens([], START) is None


@pytest.mark.parametrize(
    ("channel", "cap"),
    [
        (Channel.EMAIL, 50),
        (Channel.SMS, 100),
        (Channel.WHATSAPP, 100),
        (Channel.VOICE, 50),
        (Channel.MAIL, 1000),
    ],
)
def test_default_caps_are_those_of_the_specification(channel: Channel, cap: int) -> None:
    """Spec 5.9, a day of 24 rolling hours."""
    assert quota.policies(DEFAULT, channel) == (Rolling(cap),)


def test_linkedin_has_a_week_besides() -> None:
    """17 a day and 80 in any seven days."""
    found = quota.policies(DEFAULT, Channel.LINKEDIN)
    assert found == (Rolling(17), Rolling(80, 7 * DAY))
    assert quota.per_day(found, START) == 11


def test_a_stricter_campaign_makes_a_smaller_cap() -> None:
    """Rules merged for the send decide."""
    rules = stricter(DEFAULT, {"daily.email": 20})
    assert quota.policies(rules, Channel.EMAIL, "fixed_24h", anchor=START) == (FixedDay(20, START),)


def test_policies_are_named_or_refused() -> None:
    """An unknown name lists the known ones; the fixed window asks for its anchor."""
    week = quota.named("rolling_7d", 10, GUARD)
    assert week == (Rolling(10), Rolling(50, 7 * DAY))
    with pytest.raises(ValueError, match=r"'monthly'; there are rolling_24h, calendar_day"):
        quota.named("monthly", 5, GUARD)
    with pytest.raises(ValueError, match="windows are counted"):
        quota.named("fixed_24h", 5, GUARD)


def test_horizon_reaches_back_far_enough_for_every_policy() -> None:
    """A week's policy needs a week of reservations, and the day before."""
    found = quota.horizon((Rolling(5), Rolling(9, 7 * DAY)), START)
    assert found == START - 8 * DAY
    assert quota.horizon((), START) == START - DAY


@pytest.mark.parametrize(
    ("policies", "a_day"),
    [
        ((Rolling(50),), 50),
        ((Rolling(50), Rolling(70, 7 * DAY)), 10),
        ((CalendarDay(9, "UTC"), DayEdge("UTC", GUARD)), 9),
        ((FixedDay(8, START),), 8),
        ((Rolling(50), Gap(timedelta(hours=1))), 24),
        ((Ramp(START, 5, 5, 40),), 5),
        ((), 0),
    ],
)
def test_slots_a_day_are_those_of_the_tightest_policy(
    policies: tuple[Policy, ...], a_day: int
) -> None:
    """For estimates."""
    assert quota.per_day(policies, START) == a_day


def test_a_sends_own_reservation_does_not_stand_in_its_way() -> None:
    """One of two equal times is taken off, an unknown one takes nothing off."""
    usage = Usage(reserved=(START, START), admitted=(START,))
    assert quota.without(usage, START) == Usage(reserved=(START,), admitted=(START,))
    assert quota.without(usage, START + TICK) == usage
    three = tuple(START + n * TICK for n in range(3))
    assert quota.without(Usage(reserved=three), three[1]).reserved == (three[0], three[2])
    assert quota.without(usage, None) == usage


def test_of_twenty_contenders_for_a_stores_last_slot_one_wins() -> None:
    """Limits as the real store checks them; a refusal gives the slot back to one more."""
    tenant, resource = TenantId("acme"), ResourceId("box")
    policies = (Rolling(3), CalendarDay(3, "Australia/Sydney"))

    def unit(n: int, at: datetime) -> Unit:
        limits = quota.limits(policies, at)
        reserve = QuotaReserve(
            resource=resource, tenant=tenant, send=SendId(f"s{n}"), at=at, limits=limits
        )
        return Unit(tenant=tenant, quota=(reserve,))

    async def contend() -> tuple[int, int]:
        store = MemoryStore("test")
        first = await store.commit([unit(n, START + n * TICK) for n in range(20)])
        won = [n for n, result in enumerate(first) if isinstance(result, Committed)]
        back = QuotaSettle(send=SendId(f"s{won[0]}"), commit=False)
        await store.commit([Unit(tenant=tenant, quota=(back,))])
        again = await store.commit([unit(n, START + n * TICK) for n in range(20, 40)])
        return len(won), sum(isinstance(result, Committed) for result in again)

    assert asyncio.run(contend()) == (3, 1)
