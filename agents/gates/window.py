"""Turns a recipient's zones, weekdays, hours and holidays into: open now, or next open when.

Called by the window gate, the planner and the forecast (spec 6, row *window*; 3.4). Nothing here
adds hours to a local time: a local day is cut into stretches of one UTC offset, and hours are laid
on each stretch, so that days of 23, 25, 23.5 or 24.5 hours come out right by themselves. The two
rules that remain are choices: an edge that the clocks skip moves forward to the end of the gap, and
of an hour that comes twice the first counts (facts/reliability D), so a window that closed is not
opened again by clocks that are put back.

Several zones mean that nobody knows which one is right: only moments that all of them allow are
open. A guard band keeps a call that starts now from ending outside: neither the window's edge nor
local midnight may lie within it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = DAYS[:5]
MINUTES = 24 * 60
HORIZON = timedelta(days=35)
"""How far ahead an opening is looked for: weekly hours show all that they have in five weeks."""

HolidayName = Callable[[date], str | None]
"""The name of the holiday on a local date, None on any other day. The caller binds region and the
types of holidays that count."""
Span = tuple[int, int]
"""Minutes after local midnight: from, until (excluded); 1440 is the end of the day."""
Opening = tuple[datetime, datetime]
"""From, until (excluded), in UTC."""


class BadWindow(ValueError):
    """A window that cannot be read; the text says how to write one."""


@dataclass(frozen=True, slots=True)
class Window:
    """Local hours by weekday, Monday first; `holidays` True keeps public holidays open too."""

    days: tuple[tuple[Span, ...], ...]
    holidays: bool = False

    def __post_init__(self) -> None:
        if len(self.days) != len(DAYS) or not any(self.days):
            raise BadWindow("a window has seven weekdays, and hours on at least one of them")
        for spans in self.days:
            ends = [0, *(minute for span in spans for minute in span), MINUTES]
            if ends != sorted(ends) or any(start == end for start, end in spans):
                raise BadWindow("hours of a day run forward within 00:00–24:00 and do not overlap")

    @classmethod
    def of(
        cls,
        days: Sequence[str] = WEEKDAYS,
        start: time = time(9),
        end: time = time(17),
        *,
        holidays: bool = False,
    ) -> "Window":
        """The same hours on some weekdays; `end` 00:00 is the end of the day."""
        unknown = [day for day in days if day not in DAYS]
        if unknown:
            raise BadWindow(f"no such weekday: {unknown[0]!r}; write {', '.join(DAYS)}")
        span = (_minutes(start), _minutes(end) or MINUTES)
        return cls(tuple((span,) if day in days else () for day in DAYS), holidays)

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Reads `mon-fri 09:00-17:00; sat 10:00-14:00; holidays`. Raises BadWindow."""
        days: list[tuple[Span, ...]] = [()] * len(DAYS)
        holidays = False
        for part in filter(None, (piece.strip().lower() for piece in text.split(";"))):
            if part == "holidays":
                holidays = True
                continue
            for day, span in _read(part):
                days[day] = tuple(sorted((*days[day], span)))
        return cls(tuple(days), holidays)

    def within(self, other: "Window") -> bool:
        """Says whether every moment open here is open there: this one is as strict or stricter."""
        if self.holidays and not other.holidays:
            return False
        pairs = zip(self.days, other.days, strict=True)
        return all(_covered(span, there) for here, there in pairs for span in here)

    def __str__(self) -> str:
        """As `parse` reads it: days of the same hours together."""
        parts = [
            f"{days} {_clock(start)}-{_clock(end)}"
            for days, spans in _alike(self.days)
            for start, end in spans
        ]
        return "; ".join([*parts, *(["holidays"] if self.holidays else [])])

    def both(self, other: "Window") -> "Window":
        """The hours that both allow. Raises BadWindow where they never meet."""
        pairs = zip(self.days, other.days, strict=True)
        days = tuple(tuple(_meet(here, there)) for here, there in pairs)
        return Window(days, self.holidays and other.holidays)


def _alike(days: Sequence[tuple[Span, ...]]) -> list[tuple[str, tuple[Span, ...]]]:
    """Neighbouring weekdays that have the same hours: `mon-fri` and their hours."""
    found: list[tuple[str, tuple[Span, ...]]] = []
    for spans, group in groupby(zip(DAYS, days, strict=True), key=lambda pair: pair[1]):
        names = [day for day, _ in group]
        found.append((names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}", spans))
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


ALWAYS = Window((((0, MINUTES),),) * len(DAYS), holidays=True)

_PART = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?\s+(\d\d?):(\d\d)-(\d\d?):(\d\d)")


def _read(part: str) -> Iterator[tuple[int, Span]]:
    found = _PART.fullmatch(part)
    if not found or not {found[1], found[2] or found[1]} <= set(DAYS):
        raise BadWindow(f"cannot read {part!r}; write hours as `mon-fri 09:00-17:00`")
    first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
    span = int(found[3]) * 60 + int(found[4]), int(found[5]) * 60 + int(found[6])
    for day in range(first, last + 1 if last >= first else last + 8):
        yield day % 7, span


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _covered(span: Span, by: Sequence[Span]) -> bool:
    start = span[0]
    for begin, end in by:
        if begin <= start < end:
            start = end
    return start >= span[1]


def _meet(here: Sequence[Span], there: Sequence[Span]) -> Iterator[Span]:
    for begin, end in here:
        for start, stop in there:
            if max(begin, start) < min(end, stop):
                yield max(begin, start), min(end, stop)


# ── wall clocks ───────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Returns a zone by its IANA name; raises ValueError where there is none.

    Kept here, as `zoneinfo` itself keeps eight and reads the others from their files again.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name!r}; write an IANA name") from error


def moment(name: str, day: date, minute: int) -> datetime:
    """The first moment at which clocks of a zone show a local time or later, in UTC.

    A time that comes twice is the first of both; one that is skipped is the end of the gap.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    place = zone(name)
    early = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    if early.astimezone(place).replace(tzinfo=None) == wall:
        return early
    late = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    return _change(place, min(early, late), max(early, late))


def on_wall(name: str, wall: datetime) -> datetime:
    """The moment of a planned local time (naive), in UTC: *the same hour two days on* is wall
    arithmetic, never +48 h."""
    day, start = wall.date(), datetime.combine(wall.date(), time())
    whole, rest = divmod(wall - start, timedelta(minutes=1))
    return moment(name, day, whole) + rest


def _change(place: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The second at which the UTC offset between two moments changes."""
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _stretches(place: ZoneInfo, start: datetime, end: datetime) -> Iterator[Opening]:
    """Cuts a time at each change of the zone's offset. Looks every three hours: no zone has ever
    changed twice within so little."""
    low = begin = start
    while low < end:
        high = min(low + timedelta(hours=3), end)
        if low.astimezone(place).utcoffset() != high.astimezone(place).utcoffset():
            cut = _change(place, low, high)
            yield begin, cut
            begin = cut
        low = high
    yield begin, end


@lru_cache(maxsize=8192)
def _openings(spans: tuple[Span, ...], name: str, day: date) -> tuple[Opening, ...]:
    """When the hours of one local day are open, in order, touching ones joined."""
    place = zone(name)
    edge = timedelta(hours=3)
    day_start, day_end = moment(name, day, 0) - edge, moment(name, day, MINUTES) + edge
    midnight = datetime.combine(day, time(), UTC)
    found: list[Opening] = []
    for begin, end in _stretches(place, day_start, day_end):
        offset = begin.astimezone(place).utcoffset() or timedelta()
        for start, stop in spans:
            opens = midnight + timedelta(minutes=start) - offset
            shuts = midnight + timedelta(minutes=stop) - offset
            shut_first = moment(name, day, stop)
            found.append((max(begin, opens), min(end, shuts, shut_first)))
    return tuple(_joined(sorted(pair for pair in found if pair[0] < pair[1])))


def _joined(openings: Sequence[Opening]) -> Iterator[Opening]:
    current: Opening | None = None
    for opening in openings:
        if current and opening[0] <= current[1]:
            current = current[0], max(current[1], opening[1])
            continue
        if current:
            yield current
        current = opening
    if current:
        yield current


# ── the two questions ─────────────────────────────────────────────────────────────────────────


def _on(window: Window, name: str, day: date, holiday: HolidayName | None) -> tuple[Opening, ...]:
    """Openings of one local date. Without a calendar only Monday to Friday are open (design §5)."""
    spans = window.days[day.weekday()]
    if holiday is None and not window.holidays and day.weekday() > 4:
        return ()
    if not spans or (holiday is not None and not window.holidays and holiday(day)):
        return ()
    return _openings(spans, name, day)


def _next(
    window: Window,
    name: str,
    holiday: HolidayName | None,
    now: datetime,
    guard: timedelta,
    days: int = HORIZON.days,
) -> datetime | None:
    """The first moment from now on at which a call may start, by one zone, within some days."""
    today = now.astimezone(zone(name)).date()
    for ahead in range(days):
        for opens, shuts in _on(window, name, today + timedelta(days=ahead), holiday):
            start = max(opens, now)
            if start + guard < shuts:
                return start
    return None


def next_open(
    window: Window,
    zones: Sequence[str],
    holiday: HolidayName | None,
    now: datetime,
    guard: timedelta = timedelta(),
) -> datetime | None:
    """The first moment, not before `now`, at which every zone's window is open for `guard` more.

    UTC. None where the zones' hours do not meet within 35 days. `holiday` None: no calendar is
    known, and only weekdays are open. Raises ValueError for no zone, or an unknown one.
    """
    if not zones:
        raise ValueError("no zone: name the recipient's, or all of the country's")
    start = now.astimezone(UTC)
    limit = start + HORIZON
    while start < limit:
        latest = start
        for name in zones:
            found = _next(window, name, holiday, latest, guard)
            if found is None:
                return None
            latest = found
        if latest == start:
            return start
        start = latest
    return None


def is_open(
    window: Window,
    zones: Sequence[str],
    holiday: HolidayName | None,
    now: datetime,
    guard: timedelta = timedelta(),
) -> bool:
    """Says whether a call that starts now and takes `guard` stays within every zone's window."""
    if not zones:
        raise ValueError("no zone: name the recipient's, or all of the country's")
    start = now.astimezone(UTC)
    return all(_next(window, name, holiday, start, guard, days=2) == start for name in zones)
