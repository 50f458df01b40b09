"""A campaign over months, from heaps alone: leads, mailboxes, due times, and the waiting line.

It does what the claimer of due timers and the planner do, with the same pure rules (`waiting`,
`quota`, `window`), and writes down every offer and every send, so that tests can count. Shared by
tests of the waiting line; nothing here sends or stores anything.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from agents.gates import quota
from agents.gates.quota import Policy
from agents.gates.window import Window, is_open, next_open, on_wall
from agents.orchestrator import waiting
from contracts.ids import ResourceId
from statestore.base import Usage

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday."""
HOUR = timedelta(hours=1)
OFFICE = Window.parse("mon-fri 09:00-17:00; holidays")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a campaign is like."""

    leads: int
    boxes: Mapping[str, tuple[Policy, ...]]
    clients: int = 1
    gaps: tuple[float, ...] = (2, 3)
    zones: tuple[str, ...] = ("UTC",)
    silent: float = 1.0
    """Share of people who do not answer a touch; the others end their sequence."""
    wasted: float = 0.0
    """Share of offers that end without a send, for a reason that nobody foresaw."""
    seed: int = 1
    checkpoints: int = 24
    """Into how many steps the coming day is cut; 0: nothing is known of supply."""
    days: int = 400
    shifts: bool = True
    """Whether first touches wait by zone, in pools that know when they open."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A timer: when, for whom, which touch, on which mailbox (empty: any); `first` is when it was
    due before an offer out of hours put it off."""

    at: datetime
    lead: int
    step: int
    box: str = ""
    first: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out, and when it had been due."""

    at: datetime
    due: datetime
    lead: int
    step: int
    box: str


@dataclass
class Year:
    """The campaign as it runs."""

    setting: Setting
    now: datetime = START
    coming: list[Due] = field(default_factory=list)
    lines: dict[str, deque[Due]] = field(default_factory=lambda: defaultdict(deque))
    dues: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    used: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    served: dict[str, datetime] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    offers: int = 0
    late_while_first: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.setting.seed)
        for lead in range(self.setting.leads):
            self._set(Due(START, lead, 1))

    # what it is made of

    def client(self, lead: int) -> str:
        return f"client-{lead % self.setting.clients}"

    def zone(self, lead: int) -> str:
        return self.setting.zones[lead % len(self.setting.zones)]

    def pool(self, due: Due) -> str:
        if due.box:
            return f"resource:{due.box}"
        shift = f"@{self.zone(due.lead)}" if self.setting.shifts else ""
        return f"{self.client(due.lead)}/email{shift}"

    def _set(self, due: Due) -> None:
        heappush(self.coming, due)
        if due.box:
            insort(self.dues[due.box], due.at)

    def midnight(self) -> datetime:
        return datetime.combine(self.now.date(), time(), UTC)

    # one moment

    def run(self) -> "Year":
        """Runs until nothing is left or the days are over."""
        end = START + timedelta(days=self.setting.days)
        while self.now < end:
            while self.coming and self.coming[0].at <= self.now:
                due = heappop(self.coming)
                self.lines[self.pool(due)].append(due)
            while self._round():
                pass
            following = self._next()
            if following is None:
                break
            self.now = following
        return self

    def _round(self) -> bool:
        """Asks the line once and carries out what it says; whether it said anything."""
        found = waiting.offer(list(self._resources()), self._pools(), self.now)
        for admission in found.admissions:
            for _ in range(admission.count):
                self._offer(self._take(self.lines[admission.pool]), admission)
        return bool(found.admissions)

    def _take(self, line: deque[Due]) -> Due:
        """The first in line; of follow-ups the first whose hours are open."""
        found = next(n for n, due in enumerate(line) if not due.box or self._may(due))
        due = line[found]
        del line[found]
        return due

    def _may(self, due: Due) -> bool:
        return not self.setting.shifts or self._opens(self.zone(due.lead)) is None

    def _offer(self, due: Due, admission: waiting.Admission) -> None:
        self.offers += 1
        self.served[admission.pool] = self.now
        if due.box:
            del self.dues[due.box][bisect_left(self.dues[due.box], due.at)]
        if not is_open(OFFICE, (self.zone(due.lead),), None, self.now):
            again = next_open(OFFICE, (self.zone(due.lead),), None, self.now)
            assert again is not None
            self._set(Due(again, due.lead, due.step, due.box, due.first or due.at))
        elif self.rng.random() < self.setting.wasted:
            self._set(Due(self.now + timedelta(minutes=5), due.lead, due.step, due.box))
        else:
            self._send(due, str(admission.resource))

    def _send(self, due: Due, box: str) -> None:
        assert not due.box or due.box == box
        policies = self.setting.boxes[box]
        assert quota.answer(policies, Usage(reserved=self._live(box)), self.now) == quota.Granted()
        if due.step == 1:
            self.late_while_first += sum(
                bisect_left(self.dues[name], self.midnight()) for name in self.setting.boxes
            )
        insort(self.used[box], self.now)
        self.sent.append(Sent(self.now, due.first or due.at, due.lead, due.step, box))
        if due.step <= len(self.setting.gaps) and self.rng.random() < self.setting.silent:
            self._set(Due(self._later(due), due.lead, due.step + 1, box))

    def _later(self, due: Due) -> datetime:
        """The next touch: some days on by the wall, at the first open moment."""
        name = self.zone(due.lead)
        wall = self.now.astimezone(ZoneInfo(name)).replace(tzinfo=None)
        planned = on_wall(name, wall + timedelta(days=self.setting.gaps[due.step - 1]))
        found = next_open(OFFICE, (name,), None, planned)
        assert found is not None
        return found

    # what the line is told

    def _live(self, box: str) -> tuple[datetime, ...]:
        since = quota.horizon(self.setting.boxes[box], self.now)
        return tuple(self.used[box][bisect_right(self.used[box], since) :])

    def _resources(self) -> Iterator[waiting.Resource]:
        for box, policies in self.setting.boxes.items():
            usage = Usage(reserved=self._live(box))
            dues, steps = self.dues[box], self.setting.checkpoints
            marks = [self.now + n * waiting.AHEAD / max(steps, 1) for n in range(1, steps + 1)]
            yield waiting.Resource(
                id=ResourceId(box),
                free=quota.free(policies, usage, self.now),
                due=sum(self._may(due) for due in self.lines[f"resource:{box}"]),
                out_of_hours=sum(not self._may(due) for due in self.lines[f"resource:{box}"]),
                overdue=bisect_left(dues, self.midnight()),
                ahead=tuple(
                    (mark, bisect_right(dues, mark)) for mark in marks or [self.now + waiting.AHEAD]
                ),
                supply=quota.supply(policies, usage, self.now, self.now + waiting.AHEAD)
                if steps
                else (),
                last_used=self.used[box][-1] if self.used[box] else None,
                per_day=quota.per_day(policies, self.now),
            )

    def _pools(self) -> Sequence[waiting.Pool]:
        boxes = tuple(ResourceId(box) for box in self.setting.boxes)
        names = [name for name in self.lines if not name.startswith("resource:")]
        return [
            waiting.Pool(
                name=name,
                due=len(self.lines[name]),
                resources=boxes,
                served=self.served.get(name),
                opens=self._opens(name.partition("@")[2]),
            )
            for name in names
        ]

    def _opens(self, zone: str) -> datetime | None:
        if not zone or not self.setting.shifts or is_open(OFFICE, (zone,), None, self.now):
            return None
        return next_open(OFFICE, (zone,), None, self.now)

    def _next(self) -> datetime | None:
        """When something may change: a timer falls due, or a slot comes free for who waits."""
        moments = [self.coming[0].at] if self.coming else []
        if any(self.lines.values()):
            for box, policies in self.setting.boxes.items():
                usage = Usage(reserved=self._live(box))
                steps = quota.supply(policies, usage, self.now, self.now + 2 * waiting.AHEAD)
                moments += [at for at, _ in steps[1:2]]
                moments.append(quota.next_slot(policies, usage, self.now) or self.now)
            moments.append(self.midnight() + timedelta(days=1))
            moments += [at for zone in self.setting.zones if (at := self._opens(zone))]
        return min((at for at in moments if at > self.now), default=None)

    # what tests count

    @property
    def per_send(self) -> float:
        """Offers per send."""
        return self.offers / len(self.sent)

    def by_day(self) -> Counter[str]:
        """Sends by date."""
        return Counter(sent.at.date().isoformat() for sent in self.sent)

    def late(self) -> list[Sent]:
        """Follow-ups that went later than the day on which they were due."""
        return [s for s in self.sent if s.step > 1 and s.at.date() > s.due.date()]

    def waited_while_first_went(self) -> list[Sent]:
        """Follow-ups that waited past their day while, after that day, a first touch went out."""
        firsts = sorted(sent.at for sent in self.sent if sent.step == 1)
        found = []
        for sent in self.late():
            day_over = datetime.combine(sent.due.date(), time(), UTC) + timedelta(days=1)
            if bisect_left(firsts, sent.at) > bisect_left(firsts, day_over):
                found.append(sent)
        return found
