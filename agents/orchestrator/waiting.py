"""The waiting line: how many due touches of which pool to offer now, and when the rest may hope.

Demand above capacity is the normal state of outreach (design §6, *Capacity pulls*). A due touch
that needs a sending resource waits in a pool: `resource:R` for a follow-up, whose conversation is
bound to R, `T/email` for a client's first touches, which any of its mailboxes may take. The claimer
of due timers counts the pools, asks `offer`, and offers just so many; nothing is offered into a
resource that has no slot for it, hence hardly any offer ends without a send.

The rule, in this order
1. A resource's free slots go to the follow-ups bound to it that are due.
2. Of what is left, slots are kept for those that fall due within the coming 24 hours, counting on
   every slot that comes free before they do: kept is what they would find missing. Without
   knowing when slots come free (`supply`) all of them are kept for, which is safe and slower.
3. While a follow-up of one of a pool's resources has waited past its day, that pool's first
   touches wait on all of its resources.
4. First touches take what remains: the least recently used resource first and one never used
   before all (spec 5.8), one slot each in turn; clients by turns, who was served longest ago first.

Within a pool the store's order holds: `rank`, then due time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush

from agents.gates.rules import TIERS, Tier
from contracts.ids import ResourceId

AHEAD = timedelta(hours=24)
"""How far ahead follow-ups are kept for."""
NEVER = datetime.min.replace(tzinfo=UTC)

Step = tuple[datetime, int]
"""By this moment, so many in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A sending resource as the line sees it at one moment.

    `free`: slots after reservations and live admissions (`quota.free`). `due`: follow-ups of pool
    `resource:R` that are due. `overdue`: those of them that were due before today began. `ahead`:
    how many in all fall due by each of some moments within 24 h, the due ones included, rising
    (`pool_ahead`); finer steps keep less. `supply`: slots in all by each moment if nobody takes
    one (`quota.supply`), the first now. `per_day`: `quota.per_day`, for estimates.
    """

    id: ResourceId
    free: int
    due: int = 0
    overdue: int = 0
    ahead: tuple[Step, ...] = ()
    supply: tuple[Step, ...] = ()
    last_used: datetime | None = None
    per_day: int = 0

    @property
    def pool(self) -> str:
        """The pool of its follow-ups."""
        return f"resource:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A client's first touches on one channel: how many are due, which resources may take them,
    and when one of them was last given a slot."""

    name: str
    due: int
    resources: tuple[ResourceId, ...]
    served: datetime | None = None


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
    followed = _follow_ups(sorted(resources, key=_use), batch)
    left = {r.id: _after(r, followed.get(r.id, 0)) for r in resources}
    room = None if batch is None else batch - sum(followed.values())
    first = _first_touches(left, pools, now, room)
    admissions = [Admission(f"resource:{id_}", id_, n) for id_, n in followed.items()]
    admissions += [Admission(pool, id_, n) for (pool, id_), n in first.items()]
    return Offers(admissions=tuple(admissions), lines=_lines(left, pools, first, now))


def kept(resource: Resource) -> int:
    """Slots to keep for follow-ups that are due or fall due within 24 hours.

    For each step of `ahead`: all that are due by then, less the slots that come free before the
    step began, as if each of them fell due at its beginning.
    """
    most, began = resource.due, None
    for moment, count in resource.ahead:
        coming = 0 if began is None else max(0, _by(resource.supply, began) - resource.free)
        most = max(most, count - coming)
        began = moment
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
    """The resource once some of its due follow-ups have been offered."""
    return replace(
        resource,
        free=resource.free - went,
        due=resource.due - went,
        overdue=max(0, resource.overdue - went),
        ahead=tuple((at, max(0, count - went)) for at, count in resource.ahead),
        supply=tuple((at, count - went) for at, count in resource.supply),
    )


def _first_touches(
    left: Mapping[ResourceId, Resource],
    pools: Sequence[Pool],
    now: datetime,
    room: int | None,
) -> dict[tuple[str, ResourceId], int]:
    """Deals spare slots out, one at a time: the client served longest ago, then its resource."""
    spare = {id_: max(0, resource.free - kept(resource)) for id_, resource in left.items()}
    used = {id_: _use(resource) for id_, resource in left.items()}
    turns = [(p.served or NEVER, p.name, p.due, p) for p in pools if not _late(p, left)]
    heapify(turns)
    found: dict[tuple[str, ResourceId], int] = {}
    tick = now
    while turns and (room is None or room > 0):
        _, name, due, pool = heappop(turns)
        able = [id_ for id_ in pool.resources if spare.get(id_, 0) > 0]
        if due < 1 or not able:
            continue
        tick += timedelta(microseconds=1)
        id_ = min(able, key=used.__getitem__)
        spare[id_], used[id_] = spare[id_] - 1, (tick, id_)
        found[name, id_] = found.get((name, id_), 0) + 1
        room = None if room is None else room - 1
        heappush(turns, (tick, name, due - 1, pool))
    return found


def _late(pool: Pool, left: Mapping[ResourceId, Resource]) -> bool:
    """Whether a follow-up in this pool's resources has waited past its day and still waits."""
    return any(left[id_].overdue > 0 for id_ in pool.resources if id_ in left)


def _lines(
    left: Mapping[ResourceId, Resource],
    pools: Sequence[Pool],
    first: Mapping[tuple[str, ResourceId], int],
    now: datetime,
) -> dict[str, Line]:
    """The lines of all pools in which somebody still waits."""
    found = [_follow_line(r, now) for r in left.values()]
    for pool in pools:
        went = {id_: n for (name, id_), n in first.items() if name == pool.name}
        mine = [left[id_] for id_ in pool.resources if id_ in left]
        found.append(_first_line(pool, mine, went, now))
    return {line.pool: line for line in found if line.count > 0}


def _follow_line(resource: Resource, now: datetime) -> Line:
    first = _nth(resource, 1, now)
    return Line(resource.pool, resource.due, resource.per_day, first)


def _first_line(
    pool: Pool, resources: Sequence[Resource], went: Mapping[ResourceId, int], now: datetime
) -> Line:
    """First touches get a day's slots less the follow-ups of a day, and at least one: follow-ups
    end, so the line moves again even where today leaves nothing."""
    rates = [max(0, r.per_day - _coming(r)) for r in resources]
    total = sum(r.per_day for r in resources)
    firsts = [at for r in resources if (at := _nth(r, kept(r) + went.get(r.id, 0) + 1, now))]
    rate = max(sum(rates), 1) if total else 0
    later = now + AHEAD if total else None
    return Line(pool.name, pool.due - sum(went.values()), rate, min(firsts, default=later))


def _coming(resource: Resource) -> int:
    return max((count for _, count in resource.ahead), default=resource.due)


def _nth(resource: Resource, slot: int, now: datetime) -> datetime | None:
    """When so many slots will have been there; now where they are, None where it is not known."""
    if resource.free >= slot:
        return now
    return next((at for at, count in resource.supply if count >= slot), None)
