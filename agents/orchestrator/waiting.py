"""The waiting line: how many due touches of which pool to offer now, and when the rest may hope.

Demand above capacity is the normal state of outreach (design §6, *Capacity pulls*). A due touch
that needs a sending resource waits in a pool: `resource:R` for a follow-up, whose conversation is
bound to R, `T/email…` for a client's first touches, which any of its mailboxes may take. The
claimer of due timers counts the pools, asks `offer`, and offers just so many; nothing is offered
into a resource that has no slot for it, hence hardly any offer ends without a send.

Slots come free 24 hours after they were used, on Saturdays too, when nobody may be written to. A
line of thousands would then be offered, refused and planned anew, one after the other (measured:
2.2 to 7 offers a send). So a pool's name may end in the *shift* of its people, their zone and
calendar, and a pool whose hours are shut is offered nothing (measured: 1.0 to 1.1).

The rule, in this order
1. A resource's free slots go to the follow-ups bound to it that are due.
2. Of what is left, slots are kept for those that fall due within the coming 24 hours, less the
   slots that come free by then. Without knowing when (`supply`) all of them are kept for.
3. While a follow-up of one of a pool's resources has waited past its day, that pool's first
   touches wait on all of its resources: no guess about supply can break the promise.
4. First touches take what remains: the least recently used resource first and one never used
   before all (spec 5.8), one slot each in turn; clients by turns, who was served longest ago
   first, and so among a client's pools.

Within a pool the store's order holds: `rank`, then due time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush, heapreplace

from agents.gates.rules import TIERS, Tier
from agents.gates.window import HORIZON, HolidayName, Window, is_open, next_open, zone
from contracts.ids import ResourceId

AHEAD = timedelta(hours=24) - timedelta(microseconds=1)
"""How far ahead follow-ups are kept for: a slot that is used now is free again a moment later."""
NEVER = datetime.min.replace(tzinfo=UTC)

Step = tuple[datetime, int]
"""By this moment, so many in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A sending resource as the line sees it at one moment.

    `free`: slots after reservations and live admissions (`quota.free`). `due`: follow-ups of pool
    `resource:R` that are due and may be offered; `out_of_hours`: due ones whose people's hours are
    shut. `overdue`: those of both that were due before today began. `ahead`: how many in all fall
    due by each of some moments within 24 h, the due ones included, rising (`pool_ahead`).
    `supply`: slots in all by each moment if nobody takes one (`quota.supply`), the first now.
    `per_day`: `quota.per_day`, for estimates; 0 for one that takes none (disabled, a cap of zero),
    which holds nobody up. `opens`: from when on any of its follow-ups is within its hours; None:
    now.
    """

    id: ResourceId
    free: int
    due: int = 0
    out_of_hours: int = 0
    overdue: int = 0
    ahead: tuple[Step, ...] = ()
    supply: tuple[Step, ...] = ()
    last_used: datetime | None = None
    per_day: int = 0
    opens: datetime | None = None

    @property
    def pool(self) -> str:
        """The pool of its follow-ups."""
        return f"resource:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A client's first touches on one channel: how many are due, which resources may take them,
    when one of them was last given a slot, and from when on their hours are open (None: now)."""

    name: str
    due: int
    resources: tuple[ResourceId, ...]
    served: datetime | None = None
    opens: datetime | None = None

    @property
    def client(self) -> str:
        """Whose first touches they are: what stands before the first slash of the name."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Admission:
    """Offer `count` due touches of a pool, each with a slot of the resource set aside."""

    pool: str
    resource: ResourceId
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a pool's waiting touches may hope for: `count` wait, `per_day` go, the first of them
    at `first` or later."""

    pool: str
    count: int
    per_day: int
    first: datetime | None

    def estimate(self, position: int) -> datetime | None:
        """When the touch at a position (1: next) may expect its turn; None where no slot ever
        comes. A day holds `per_day`, so it is the first slot's time of day, some days on."""
        if self.first is None or self.per_day < 1:
            return None
        return self.first + timedelta(days=max(position - 1, 0) // self.per_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What to offer now, in this order, and the lines that are left."""

    admissions: tuple[Admission, ...] = ()
    lines: Mapping[str, Line] = field(default_factory=dict)


# ── pools by the hours of their people ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shift:
    """Zones (at most two, see `shift`) and calendar of the people in a pool."""

    zones: tuple[str, ...]
    calendar: str = ""

    def opens(
        self, hours: Window, holiday: HolidayName | None, now: datetime, guard: timedelta
    ) -> datetime | None:
        """From when on they may be written to; None: now. Where that is never within sight, in a
        month: then the hours are asked for again."""
        if is_open(hours, self.zones, holiday, now, guard):
            return None
        return next_open(hours, self.zones, holiday, now, guard) or now + HORIZON


def shift(zones: Sequence[str], calendar: str = "") -> Shift | None:
    """The shift of people in some zones; None for no zone. Of many zones the two farthest apart
    stand for all: a pool's hours steer offers, the gate decides."""
    if not zones:
        return None
    ordered = sorted(
        set(zones), key=lambda name: (_SAMPLE.astimezone(zone(name)).utcoffset(), name)
    )
    return Shift(tuple(dict.fromkeys((ordered[0], ordered[-1]))), calendar)


_SAMPLE = datetime(2026, 1, 15, tzinfo=UTC)
"""One moment for all, so that a pool has one name in summer and winter."""


def pool_name(base: str, of: Shift | None) -> str:
    """`acme/email` with its shift: `acme/email@Europe/London|GB`. Raises ValueError for a base with
    `@`, which could not be read back."""
    if "@" in base:
        raise ValueError(f"a pool's name must hold no @: {base!r}")
    return base if of is None else f"{base}@{','.join(of.zones)}|{of.calendar}"


def parts_of(name: str) -> tuple[str, Shift | None]:
    """Reads a pool's name back: its base, and its shift where it has one."""
    base, at, rest = name.partition("@")
    zones, _, calendar = rest.partition("|")
    return base, Shift(tuple(zones.split(",")), calendar) if at else None


# ── the line ──────────────────────────────────────────────────────────────────────────────────


def rank(*, follow_up: bool, tier: Tier | str, purpose: str = "cadence") -> int:
    """A timer's rank in its pool, lowest first: answers, follow-ups, first touches; each by tier.

    Due time orders equal ones, in the store. Raises ValueError for a tier that is none.
    """
    kind = 0 if purpose == "answer" else 1 if follow_up else 2
    return kind * len(TIERS) + TIERS.index(Tier(tier))


def offer(
    resources: Sequence[Resource],
    pools: Sequence[Pool],
    now: datetime,
    *,
    batch: int | None = None,
) -> Offers:
    """Says what to offer now; at most `batch` touches in all (spec 2.4), None for no such bound.

    Pure: the same counts give the same offers. Admissions never exceed a resource's free slots.
    """
    able = [resource for resource in resources if not is_shut(resource.opens, now)]
    followed = _follow_ups(sorted(able, key=_use), batch)
    left = {r.id: _after(r, followed.get(r.id, 0)) for r in resources}
    room = None if batch is None else batch - sum(followed.values())
    first = _first_touches(left, pools, now, room)
    admissions = [Admission(f"resource:{id_}", id_, n) for id_, n in followed.items()]
    admissions += [Admission(pool, id_, n) for (pool, id_), n in first.items()]
    return Offers(admissions=tuple(admissions), lines=_lines(left, pools, first, now))


def kept(resource: Resource) -> int:
    """Slots to keep for follow-ups that are due or fall due within 24 hours: by each moment of
    `ahead`, those that are due by then less the slots that come free until then."""
    most = resource.due + resource.out_of_hours
    for moment, count in resource.ahead:
        coming = max(0, _by(resource.supply, moment) - resource.free)
        most = max(most, count - coming)
    return most


def _by(supply: Sequence[Step], moment: datetime) -> int:
    return max((count for at, count in supply if at <= moment), default=0)


def _use(resource: Resource) -> tuple[datetime, str]:
    """Least recently used first, never used first of all (spec 5.8)."""
    return resource.last_used or NEVER, resource.id


def _follow_ups(resources: Iterable[Resource], batch: int | None) -> dict[ResourceId, int]:
    """How many due follow-ups go on each resource."""
    found: dict[ResourceId, int] = {}
    room = batch
    for resource in resources:
        count = max(0, min(resource.free, resource.due))
        count = count if room is None else min(count, room)
        if count:
            found[resource.id] = count
            room = None if room is None else room - count
    return found


def _after(resource: Resource, went: int) -> Resource:
    """The resource once some of its due follow-ups have been offered. Which of them were overdue
    is not known here, so as many as may still wait count."""
    return replace(
        resource,
        free=resource.free - went,
        due=resource.due - went,
        overdue=min(resource.overdue, resource.due + resource.out_of_hours - went),
        ahead=tuple((at, max(0, count - went)) for at, count in resource.ahead),
        supply=tuple((at, count - went) for at, count in resource.supply),
    )


def _first_touches(
    left: Mapping[ResourceId, Resource],
    pools: Sequence[Pool],
    now: datetime,
    room: int | None,
) -> dict[tuple[str, ResourceId], int]:
    """Deals spare slots out, one at a time: whose turn it is, then its least used resource."""
    spare = {id_: max(0, resource.free - kept(resource)) for id_, resource in left.items()}
    used = {id_: _use(resource) for id_, resource in left.items()}
    turns = _Turns(
        p for p in pools if p.due > 0 and not _late(p, left) and not is_shut(p.opens, now)
    )
    found: dict[tuple[str, ResourceId], int] = {}
    tick = now
    while (room is None or room > 0) and (pool := turns.next()) is not None:
        spared = [id_ for id_ in pool.resources if spare.get(id_, 0) > 0]
        if not spared:
            continue
        tick += timedelta(microseconds=1)
        id_ = min(spared, key=used.__getitem__)
        spare[id_], used[id_] = spare[id_] - 1, (tick, id_)
        found[pool.name, id_] = found.get((pool.name, id_), 0) + 1
        room = None if room is None else room - 1
        turns.took(pool, tick)
    return found


class _Turns:
    """Whose turn it is: the client served longest ago, and of its pools the one served so."""

    def __init__(self, pools: Iterable[Pool]) -> None:
        self._lines: dict[str, list[tuple[datetime, str, Pool]]] = {}
        for pool in pools:
            self._lines.setdefault(pool.client, []).append((pool.served or NEVER, pool.name, pool))
        for line in self._lines.values():
            heapify(line)
        self._clients = [(max(at for at, *_ in line), c) for c, line in self._lines.items()]
        heapify(self._clients)
        self._taken: dict[str, int] = {}

    def next(self) -> Pool | None:
        """The pool whose turn it is, which leaves the line until it `took`; None: nobody's."""
        while self._clients:
            line = self._lines[self._clients[0][1]]
            if line:
                return heappop(line)[2]
            heappop(self._clients)
        return None

    def took(self, pool: Pool, at: datetime) -> None:
        """The pool got a slot: it and its client go to the end of their lines."""
        taken = self._taken[pool.name] = self._taken.get(pool.name, 0) + 1
        if taken < pool.due:
            heappush(self._lines[pool.client], (at, pool.name, pool))
        heapreplace(self._clients, (at, pool.client))


def _late(pool: Pool, left: Mapping[ResourceId, Resource]) -> bool:
    """Whether a follow-up in this pool's resources has waited past its day and still waits."""
    found = (left[id_] for id_ in pool.resources if id_ in left)
    return any(resource.overdue > 0 and resource.per_day > 0 for resource in found)


def is_shut(opens: datetime | None, now: datetime) -> bool:
    """Whether hours that open at a moment (None: they are open) are shut now."""
    return opens is not None and opens > now


def _lines(
    left: Mapping[ResourceId, Resource],
    pools: Sequence[Pool],
    first: Mapping[tuple[str, ResourceId], int],
    now: datetime,
) -> dict[str, Line]:
    """The lines of all pools in which somebody still waits."""
    found = [_follow_line(r, now) for r in left.values()]
    sharing = Counter(id_ for pool in pools for id_ in pool.resources if pool.due > 0)
    for pool in pools:
        went = {id_: n for (name, id_), n in first.items() if name == pool.name}
        mine = [left[id_] for id_ in pool.resources if id_ in left]
        rate = sum(max(0, r.per_day - _coming(r)) / max(sharing[r.id], 1) for r in mine)
        found.append(_first_line(pool, mine, went, int(rate), now))
    return {line.pool: line for line in found if line.count > 0}


def _follow_line(resource: Resource, now: datetime) -> Line:
    first = _nth(resource, 1, now)
    at = _not_before(first, resource.opens) if resource.per_day else None
    return Line(resource.pool, resource.due + resource.out_of_hours, resource.per_day, at)


def _first_line(
    pool: Pool,
    resources: Sequence[Resource],
    went: Mapping[ResourceId, int],
    rate: int,
    now: datetime,
) -> Line:
    """First touches get a day's slots less the follow-ups of a day, and at least one: follow-ups
    end, so the line moves again even where today leaves nothing."""
    able = [resource for resource in resources if resource.per_day > 0]
    firsts = [at for r in able if (at := _nth(r, kept(r) + went.get(r.id, 0) + 1, now))]
    first = min(firsts, default=now + AHEAD) if able else None
    count = pool.due - sum(went.values())
    return Line(pool.name, count, max(rate, 1), _not_before(first, pool.opens))


def _not_before(first: datetime | None, opens: datetime | None) -> datetime | None:
    return max(first, opens) if first is not None and opens is not None else first


def _coming(resource: Resource) -> int:
    due = resource.due + resource.out_of_hours
    return max((count for _, count in resource.ahead), default=due)


def _nth(resource: Resource, slot: int, now: datetime) -> datetime | None:
    """When so many slots will have been there; now where they are, None where it is not known."""
    if resource.free >= slot:
        return now
    return next((at for at, count in resource.supply if count >= slot), None)
