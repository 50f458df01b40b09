"""Turns a resource's policies and its reservations into: granted, busy until, exhausted until.

Called by the daily-limit gate, the sender (`limits` go with its reservation), the claimer of due
timers (`free`, `supply` feed the waiting line) and the forecast (spec 5.9, design §6 *Quota*). The
ledger of reservations is the truth; a policy is a rule over their times. `limits` turns policies
into values that the store checks in its own transaction, so that many contenders for a last slot
get one; `answer` says the same beforehand, with the time at which the answer changes.

Policies hold together: all of them must grant. *Busy* means a matter of pacing (a minimum gap, or
midnight too near), *exhausted* that a cap is reached; the two are never folded into one, as a
caller waits for the first and plans anew for the second.

The fixed 24 h window is kept because it was asked for by name; it lets nearly two caps through
around its edge (measured: 199 at cap 100), hence rolling is the default. Its windows are counted
from a given moment instead of from the first send after a lapse: a window that a send opens would
need a counter beside the ledger, and two contenders could open it twice.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from agents.gates import window
from agents.gates.rules import Rules
from contracts.outcome import Channel
from statestore.base import Limit, Usage

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
"""The smallest step of a moment: a limit counts what is *later than* its `since`."""


@dataclass(frozen=True, slots=True)
class Rolling:
    """At most `cap` within any stretch of `span`; after exactly that a slot is free again."""

    cap: int
    span: timedelta = DAY
    paces: ClassVar[bool] = False

    def limit(self, now: datetime) -> Limit:
        """What the store checks."""
        return Limit(now - self.span, self.cap)

    def opens(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """The first moment from now on with a slot; None where there never is one."""
        if self.cap < 1:
            return None
        return max(now, times[-self.cap] + self.span) if len(times) >= self.cap else now


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """At most `cap` within a calendar day of the resource's zone, 23 to 25 hours long."""

    cap: int
    zone: str
    paces: ClassVar[bool] = False

    def limit(self, now: datetime) -> Limit:
        """What the store checks: everything since local midnight, that moment included."""
        return Limit(self.midnight(now, 0) - TICK, self.cap)

    def opens(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """Now, or the midnight after which fewer than `cap` are counted."""
        if self.cap < 1:
            return None
        while _later(times, self.limit(now).since) >= self.cap:
            now = self.midnight(now, 1)
        return now

    def midnight(self, now: datetime, ahead: int) -> datetime:
        """The beginning of the local day, or of one `ahead` days later."""
        day = now.astimezone(window.zone(self.zone)).date()
        return window.moment(self.zone, day + timedelta(days=ahead), 0)


@dataclass(frozen=True, slots=True)
class FixedDay:
    """At most `cap` within each 24 h counted from `anchor`; lets two caps through at its edge."""

    cap: int
    anchor: datetime
    paces: ClassVar[bool] = False

    def limit(self, now: datetime) -> Limit:
        """What the store checks: everything since the window began."""
        return Limit(self.began_at(now) - TICK, self.cap)

    def opens(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """Now, or the beginning of the window that has a slot."""
        if self.cap < 1:
            return None
        while _later(times, self.limit(now).since) >= self.cap:
            now = self.began_at(now) + DAY
        return now

    def began_at(self, now: datetime) -> datetime:
        """When the window of a moment began."""
        return self.anchor + (now - self.anchor) // DAY * DAY


@dataclass(frozen=True, slots=True)
class Gap:
    """At least `span` between two sends of a resource: pacing, never a reason to plan anew."""

    span: timedelta
    paces: ClassVar[bool] = True

    def limit(self, now: datetime) -> Limit:
        """What the store checks: none within the gap."""
        return Limit(now - self.span, 1)

    def opens(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """The end of the gap after the last reservation."""
        return max(now, times[-1] + self.span) if times else now


@dataclass(frozen=True, slots=True)
class Ramp:
    """Warm-up by age: `first` a day (rolling) at `began`, `more` each day after, up to `full`."""

    began: datetime
    first: int
    more: int
    full: int
    paces: ClassVar[bool] = False

    def cap(self, now: datetime) -> int:
        """How many within the 24 h up to now."""
        age = (now - self.began) // DAY
        return 0 if age < 0 else min(self.full, self.first + self.more * age)

    def limit(self, now: datetime) -> Limit:
        """What the store checks."""
        return Limit(now - DAY, self.cap(now))

    def opens(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """The first moment at which enough have aged out, or the cap has grown enough."""
        if self.cap(max(now, self._grown())) < 1:
            return None
        while _later(times, now - DAY) >= self.cap(now):
            aged = [time + DAY for time in times if time + DAY > now]
            now = min([*aged, max(self.began, self.began + ((now - self.began) // DAY + 1) * DAY)])
        return now

    def _grown(self) -> datetime:
        days = -(-max(self.full - self.first, 0) // self.more) if self.more > 0 else 0
        return self.began + days * DAY


@dataclass(frozen=True, slots=True)
class DayEdge:
    """No call that may run past midnight of the resource's zone: a call counts for the day it is
    made in, so for `guard` before midnight the answer is busy (facts/reliability C3). The store has
    nothing to check here, the permit keeps to the edge."""

    zone: str
    guard: timedelta
    paces: ClassVar[bool] = True

    def opens(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """Now, or midnight where it is nearer than the guard."""
        day = now.astimezone(window.zone(self.zone)).date() + timedelta(days=1)
        midnight = window.moment(self.zone, day, 0)
        return midnight if now + self.guard >= midnight else now


Policy = Rolling | CalendarDay | FixedDay | Gap | Ramp | DayEdge

NAMES = ("rolling_24h", "calendar_day", "rolling_7d", "fixed_24h")
"""What an operator may write for a resource's policy."""


def named(
    name: str,
    cap: int,
    guard: timedelta,
    *,
    weekly: int | None = None,
    zone: str = "UTC",
    anchor: datetime | None = None,
) -> tuple[Policy, ...]:
    """Turns a declared policy and its cap a day into policies. Raises ValueError.

    `weekly` caps any seven days besides; `rolling_7d` takes five caps where it is not given.
    `guard` is how long a call may take; `fixed_24h` needs `anchor`, from which its windows count.
    """
    week = 5 * cap if weekly is None and name == "rolling_7d" else weekly
    more: tuple[Policy, ...] = () if week is None else (Rolling(week, 7 * DAY),)
    if name in ("rolling_24h", "rolling_7d"):
        return Rolling(cap), *more
    if name == "calendar_day":
        return CalendarDay(cap, zone), DayEdge(zone, guard), *more
    if name == "fixed_24h" and anchor is not None:
        return FixedDay(cap, anchor), *more
    if name == "fixed_24h":
        raise ValueError("fixed_24h: give the moment from which its windows are counted")
    raise ValueError(f"no such policy: {name!r}; there are {', '.join(NAMES)}")


def policies(
    rules: Rules,
    channel: Channel,
    name: str = "rolling_24h",
    *,
    zone: str = "UTC",
    anchor: datetime | None = None,
) -> tuple[Policy, ...]:
    """The policies of one resource by the figures that hold for a send (spec 5.9).

    A resource's own cap comes in through `rules`: the operator's word for it, see rules.tightest.
    """
    return named(
        name,
        int(rules.daily[channel]),
        rules.guard,
        weekly=None if (week := rules.weekly.get(channel)) is None else int(week),
        zone=zone,
        anchor=anchor,
    )


# ── the answers ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Granted:
    """There is a slot now."""


@dataclass(frozen=True, slots=True)
class Busy:
    """There is quota, but not at this moment: try again at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Exhausted:
    """A cap is reached until then; None where no time will change it (a cap of zero)."""

    until: datetime | None


Answer = Granted | Busy | Exhausted


def limits(policies: Sequence[Policy], now: datetime) -> tuple[Limit, ...]:
    """What the store must check as it reserves a slot at this moment."""
    return tuple(p.limit(now) for p in policies if not isinstance(p, DayEdge))


def answer(policies: Sequence[Policy], usage: Usage, now: datetime) -> Answer:
    """Says whether one more may go now, by reservations alone: admissions steer, they never decide.

    `until` is exact: at that moment, with no further reservation, the answer is granted.
    """
    at = opens(policies, usage.reserved, now)
    if at == now:
        return Granted()
    capped = [p for p in policies if not p.paces]
    if at is not None and opens(capped, usage.reserved, now) == now:
        return Busy(at)
    return Exhausted(at)


def opens(policies: Sequence[Policy], times: Sequence[datetime], now: datetime) -> datetime | None:
    """The first moment from now on that all policies grant; None where there never is one."""
    known = sorted(times)
    while True:
        found = [policy.opens(known, now) for policy in policies]
        if any(moment is None for moment in found):
            return None
        latest = max((moment for moment in found if moment is not None), default=now)
        if latest == now:
            return now
        now = latest


def free(policies: Sequence[Policy], usage: Usage, now: datetime) -> int:
    """How many may be admitted now, after reservations and live admissions; 0 where none."""
    times = _taken(usage, now)
    if any(p.opens(times, now) != now for p in policies if p.paces):
        return 0
    return _left(policies, times, now)


def _taken(usage: Usage, now: datetime) -> list[datetime]:
    """Reservations, and admissions as if each became one now: whenever it was given, a live
    admission takes a slot, and the store counts it so too."""
    return sorted((*usage.reserved, *(now for _ in usage.admitted)))


def _left(policies: Sequence[Policy], times: Sequence[datetime], now: datetime) -> int:
    room = [lim.cap - _later(times, lim.since) for lim in limits(policies, now)]
    return max(0, min(room, default=0))


def next_slot(policies: Sequence[Policy], usage: Usage, now: datetime) -> datetime | None:
    """When the next slot can be admitted: now where one is free. Admissions count as if they
    were sent; where one ends unused the slot is free earlier, and its end wakes the claimer."""
    return opens(policies, _taken(usage, now), now)


def supply(
    policies: Sequence[Policy], usage: Usage, now: datetime, until: datetime
) -> tuple[tuple[datetime, int], ...]:
    """How many slots there are by each moment up to `until`, if nobody takes any: rising steps.

    The first is (now, free now). Pacing is left out: it delays, and takes no slot away.
    """
    capped = [policy for policy in policies if not policy.paces]
    times = _taken(usage, now)
    steps = [(now, _left(capped, times, now))]
    for moment in _changes(capped, times, now, until):
        slots = _left(capped, times, moment)
        if slots > steps[-1][1]:
            steps.append((moment, slots))
    return tuple(steps)


def _changes(
    policies: Sequence[Policy], times: Sequence[datetime], now: datetime, until: datetime
) -> list[datetime]:
    """Moments at which the number of free slots may rise."""
    found: set[datetime] = set()
    for policy in policies:
        if isinstance(policy, Rolling | Ramp):
            span = policy.span if isinstance(policy, Rolling) else DAY
            found.update(time + span for time in times)
        if not isinstance(policy, Rolling):
            found.update(_edges(policy, now, until))
    return sorted(moment for moment in found if now < moment <= until)


def _edges(policy: Policy, now: datetime, until: datetime) -> list[datetime]:
    """The days' beginnings of a policy between two moments."""
    edges: list[datetime] = []
    while now <= until:
        if isinstance(policy, CalendarDay):
            now = policy.midnight(now, 1)
        elif isinstance(policy, FixedDay):
            now = policy.began_at(now) + DAY
        elif isinstance(policy, Ramp):
            now = policy.began + ((now - policy.began) // DAY + 1) * DAY
        else:
            break
        edges.append(now)
    return edges


def per_day(policies: Sequence[Policy], now: datetime) -> int:
    """How many a day the policies allow in the long run, for estimates."""
    rates: list[float] = []
    for policy in policies:
        if isinstance(policy, Rolling):
            rates.append(policy.cap * (DAY / policy.span))
        elif isinstance(policy, CalendarDay | FixedDay):
            rates.append(policy.cap)
        elif isinstance(policy, Ramp):
            rates.append(policy.cap(now))
        elif isinstance(policy, Gap) and policy.span:
            rates.append(DAY / policy.span)
    return int(min(rates, default=0))


def horizon(policies: Sequence[Policy], now: datetime) -> datetime:
    """From when on reservations must be read so that every policy can be answered."""
    return min((lim.since for lim in limits(policies, now)), default=now) - DAY


def without(usage: Usage, own: datetime | None) -> Usage:
    """The usage less one reservation: a send's own does not stand in its way when it is judged
    again (the store reserves by send id, and takes a second time for the first)."""
    if own is None or own not in usage.reserved:
        return usage
    at = usage.reserved.index(own)
    return Usage(reserved=usage.reserved[:at] + usage.reserved[at + 1 :], admitted=usage.admitted)


def _later(times: Sequence[datetime], since: datetime) -> int:
    """How many of sorted times are later than a moment."""
    return len(times) - bisect_right(times, since)
