"""Local hours, weekdays, holidays: against an oracle that looks at every minute's wall clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.gates import window
from agents.gates.window import ALWAYS, BadWindow, Window, is_open, moment, next_open, on_wall

ZONES = (
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "America/Nuuk",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Paris",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Antarctica/Troll",
)
MINUTE = timedelta(minutes=1)
NO_HOLIDAYS = dict[date, str]().get


@cache
def edges(name: str) -> tuple[datetime, datetime]:
    """The two moments of 2026 at which a zone puts its clocks forward or back."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(17520)]
    place = ZoneInfo(name)
    offsets = [hour.astimezone(place).utcoffset() for hour in hours]
    found = [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]
    assert len(found) == 2, name
    return found[0], found[1]


def shown(name: str, at: datetime) -> datetime:
    """What clocks show."""
    return at.astimezone(ZoneInfo(name)).replace(tzinfo=None)


def shut_before(name: str, at: datetime, stop: int) -> bool:
    """Whether clocks have shown the closing time of this local date already."""
    closing = datetime.combine(shown(name, at).date(), time()) + stop * MINUTE
    return any(shown(name, at - n * MINUTE) >= closing for n in range(1, 200))


def oracle(hours: Window, zones: Sequence[str], at: datetime) -> bool:
    """Open by every wall clock, minute by minute."""
    for name in zones:
        local = shown(name, at)
        minute = local.hour * 60 + local.minute
        spans = hours.days[local.weekday()]
        if not any(a <= minute < b and not shut_before(name, at, b) for a, b in spans):
            return False
    return True


def spans() -> st.SearchStrategy[tuple[window.Span, ...]]:
    """Up to two spans of a day, in order."""
    cuts = st.lists(st.integers(0, 96), min_size=2, max_size=4, unique=True).map(sorted)
    return cuts.map(
        lambda c: tuple((c[n] * 15, c[n + 1] * 15) for n in range(0, len(c) - len(c) % 2, 2))
    )


def windows() -> st.SearchStrategy[Window]:
    """Any hours, the same on all days, so that an edge on a Sunday is not skipped."""
    return spans().map(lambda s: Window((s,) * 7, holidays=True))


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("edge", [0, 1], ids=["first", "second"])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_both_dst_edges_agree_with_every_minute_on_the_wall(
    name: str, edge: int, data: st.DataObject
) -> None:
    """Twenty zones, both edges: open is what clocks show, and the next opening is the first."""
    hours = data.draw(windows())
    start = edges(name)[edge] + data.draw(st.integers(-40 * 60, 30 * 60)) * MINUTE
    assert is_open(hours, (name,), NO_HOLIDAYS, start) == oracle(hours, (name,), start)
    found = next_open(hours, (name,), NO_HOLIDAYS, start)
    assert found is not None
    assert oracle(hours, (name,), found)
    between = [start + n * MINUTE for n in range(int((found - start) / MINUTE))]
    assert not any(oracle(hours, (name,), at) for at in between)


@given(
    hours=windows(),
    zones=st.lists(st.sampled_from(ZONES), min_size=2, max_size=4, unique=True),
    minute=st.integers(0, 525_000),
)
@settings(max_examples=60, deadline=None)
def test_several_zones_are_open_only_where_all_of_them_are(
    hours: Window, zones: list[str], minute: int
) -> None:
    """An unknown zone means the intersection of the country's; None only where they never meet."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE
    assert is_open(hours, zones, NO_HOLIDAYS, start) == oracle(hours, zones, start)
    found = next_open(hours, zones, NO_HOLIDAYS, start)
    if found is None:
        coming = [start + n * 15 * MINUTE for n in range(4 * 24 * 8)]
        assert not any(oracle(hours, zones, at) for at in coming)
        return
    assert oracle(hours, zones, found)
    steps = min(int((found - start) / MINUTE), 2000)
    assert not any(oracle(hours, zones, found - n * MINUTE) for n in range(1, steps))


@given(
    hours=windows(),
    name=st.sampled_from(ZONES),
    second=st.integers(0, 86_400 * 365),
    guard=st.integers(0, 120),
)
@settings(max_examples=200, deadline=None)
@example(ALWAYS, "Europe/Paris", 82_790, 17)
def test_a_call_never_crosses_the_windows_edge_or_midnight(
    hours: Window, name: str, second: int, guard: int
) -> None:
    """From the moment that is given until the guard is over, the wall clock stays inside."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    found = next_open(hours, (name,), NO_HOLIDAYS, start, timedelta(seconds=guard))
    if found is None:
        return
    assert is_open(hours, (name,), NO_HOLIDAYS, found, timedelta(seconds=guard))
    during = [found + timedelta(seconds=n) for n in range(guard + 1)]
    assert all(oracle(hours, (name,), at) for at in during)
    assert len({shown(name, at).date() for at in during}) == 1


def test_an_opening_that_is_skipped_moves_to_the_end_of_the_gap() -> None:
    """New York, 8 March 2026: clocks go from 02:00 to 03:00; 02:30 is 03:00."""
    assert moment("America/New_York", date(2026, 3, 8), 150) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    hours = Window.parse("sun 02:30-05:00")
    start = datetime(2026, 3, 8, tzinfo=UTC)
    assert next_open(hours, ("America/New_York",), NO_HOLIDAYS, start) == datetime(
        2026, 3, 8, 7, tzinfo=UTC
    )


def test_of_an_hour_that_comes_twice_the_first_counts() -> None:
    """New York, 1 November 2026: 01:30 comes at 05:30 and 06:30 UTC; what closed stays closed."""
    first, second = (datetime(2026, 11, 1, h, 15, tzinfo=UTC) for h in (5, 6))
    assert moment("America/New_York", date(2026, 11, 1), 75) == first
    hours = Window.parse("sun 00:00-01:30")
    assert is_open(hours, ("America/New_York",), NO_HOLIDAYS, first)
    assert not is_open(hours, ("America/New_York",), NO_HOLIDAYS, second)


def test_a_local_hour_two_days_on_is_wall_arithmetic() -> None:
    """Sydney, over the night of 4 October 2026: 10:00 stays 10:00, after 47 hours."""
    before = on_wall("Australia/Sydney", datetime(2026, 10, 3, 10))
    after = on_wall("Australia/Sydney", datetime(2026, 10, 5, 10))
    assert after - before == timedelta(hours=47)


def test_seconds_of_a_planned_wall_time_are_kept() -> None:
    """A planned time is not rounded to minutes."""
    at = on_wall("Europe/Paris", datetime(2026, 7, 1, 10, 0, 30, 5))
    assert at == datetime(2026, 7, 1, 8, 0, 30, 5, tzinfo=UTC)


def test_a_date_that_a_zone_skipped_has_no_openings() -> None:
    """Apia had no 30 December 2011: Thursday's window is followed by Saturday's."""
    thursday = datetime(2011, 12, 30, 5, tzinfo=UTC)
    found = next_open(Window.parse("mon-sun 09:00-17:00"), ("Pacific/Apia",), NO_HOLIDAYS, thursday)
    assert found is not None
    assert shown("Pacific/Apia", found) == datetime(2011, 12, 31, 9)


def test_holidays_are_closed_by_the_local_date() -> None:
    """Sydney's 26 January begins on the 25th in UTC."""
    days = {date(2026, 1, 26): "Australia Day"}
    start = datetime(2026, 1, 25, 22, 30, tzinfo=UTC)
    hours = Window.of()
    assert not is_open(hours, ("Australia/Sydney",), days.get, start)
    found = next_open(hours, ("Australia/Sydney",), days.get, start)
    assert found is not None
    assert shown("Australia/Sydney", found) == datetime(2026, 1, 27, 9)
    open_ = Window.of(holidays=True)
    assert is_open(open_, ("Australia/Sydney",), days.get, start)


def test_without_a_calendar_only_weekdays_are_open() -> None:
    """Design §5: an unknown calendar means weekdays only, whatever the window says."""
    hours = Window.parse("mon-sun 09:00-17:00")
    saturday = datetime(2026, 8, 1, 12, tzinfo=UTC)
    assert is_open(hours, ("UTC",), NO_HOLIDAYS, saturday)
    assert next_open(hours, ("UTC",), None, saturday) == datetime(2026, 8, 3, 9, tzinfo=UTC)


def test_zones_whose_hours_never_meet_have_no_opening() -> None:
    """Russia's office hours, from Kaliningrad to Kamchatka, share no minute."""
    zones = ("Europe/Kaliningrad", "Asia/Kamchatka")
    start = datetime(2026, 8, 3, tzinfo=UTC)
    assert next_open(Window.of(), zones, NO_HOLIDAYS, start) is None


def test_holidays_without_end_give_no_opening() -> None:
    """The search ends."""
    start = datetime(2026, 8, 3, tzinfo=UTC)
    assert next_open(Window.of(), ("UTC",), lambda _: "closed", start) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri 09:00-17:00", (((540, 1020),),) * 5 + ((), ())),
        ("sat-sun 10:00-24:00", ((),) * 5 + (((600, 1440),),) * 2),
        ("sun-mon 00:00-01:00", (((0, 60),),) + ((),) * 5 + (((0, 60),),)),
        ("wed 13:00-14:00; WED 9:00-12:00", ((), (), ((540, 720), (780, 840)), (), (), (), ())),
    ],
)
def test_hours_are_read_from_text(text: str, days: tuple[tuple[window.Span, ...], ...]) -> None:
    """As operators write them."""
    assert Window.parse(text) == Window(days)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "holidays",
        "monday 09:00-17:00",
        "mon 9-17",
        "mon 17:00-09:00",
        "mon 09:00-09:00",
        "mon 09:00-25:00",
        "mon 09:00-12:00; mon 11:00-13:00",
        "fri 22:00-02:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    """With words that say how to write them."""
    with pytest.raises(BadWindow, match=r"hours|weekday"):
        Window.parse(text)


def test_unknown_names_are_refused_by_name() -> None:
    """A weekday, a zone, no zone at all."""
    with pytest.raises(BadWindow, match="'montag'"):
        Window.of(("montag",))
    with pytest.raises(ValueError, match="'Mars/Olympus'"):
        is_open(Window.of(), ("Mars/Olympus",), None, datetime(2026, 1, 1, tzinfo=UTC))
    for ask in (is_open, next_open):
        with pytest.raises(ValueError, match="no zone"):
            ask(Window.of(), (), None, datetime(2026, 1, 1, tzinfo=UTC))


@given(first=windows(), second=windows(), minute=st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_within_and_both_mean_what_they_say(first: Window, second: Window, minute: int) -> None:
    """`both` is open where both are; a window is within another that is open wherever it is."""
    at = datetime(2026, 1, 5, tzinfo=UTC) + minute * MINUTE
    opens = [is_open(w, ("UTC",), NO_HOLIDAYS, at) for w in (first, second)]
    try:
        joined = first.both(second)
    except BadWindow:
        assert not all(opens)
        return
    assert is_open(joined, ("UTC",), NO_HOLIDAYS, at) == all(opens)
    assert joined.within(first)
    assert joined.within(second)
    assert not first.within(second) or not opens[0] or opens[1]


@pytest.mark.parametrize(
    "text",
    [
        "mon-fri 09:00-17:00",
        "mon-fri 09:00-12:00; mon-fri 13:00-17:00; sat 10:00-14:00; holidays",
        "mon-sun 00:00-24:00",
        "tue 09:00-10:00; thu 09:00-10:00",
    ],
)
def test_a_window_is_written_as_it_is_read(text: str) -> None:
    """What an error shows can be put into the file."""
    assert str(Window.parse(text)) == text
