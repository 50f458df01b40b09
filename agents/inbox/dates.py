"""Dates as people write them in a note, each with the day that it means.

Called by `returning.py`. A mention without a year, without a month or with its numbers in doubt is
resolved against the day on which the message was written: an absence ends soon after its notice.
Numbers like 01/09 are read by the sender's locale, told by other dates in the same text, by the
weekday beside it, by the country of the sender's address, by the text's language and by the zone of
the message's clock, in this order.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agents.inbox import calendar_words as names
from agents.inbox.date_patterns import MARK, MONTHS, PATTERNS, SHORT, WEEKDAYS, alternatives

STALE = 60  # days by which a date without a year may lie behind the message, and be meant as past


@dataclass(frozen=True)
class Mention:
    """A date in a text: where it stands, the day it means, and how that was decided."""

    start: int
    end: int
    day: date
    kind: str
    why: str = ""


@dataclass(frozen=True)
class Locale:
    """How numbers like 01/09 are to be read: `order` is "dm", "md", or empty when unknown."""

    order: str
    why: str


def mentions(text: str, written: date, locale: Locale) -> tuple[Mention, ...]:
    """Every date that stands in a text, in order of appearance, longer finds before shorter."""
    taken: list[Mention] = []
    locale = told_by_dates(text, locale)
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if any(m.start < match.end() and match.start() < m.end for m in taken):
                continue
            beside = weekday_beside(text, match.start(), match.end()) if kind != "weekday" else None
            found = day_of(kind, match, written, locale, beside)
            if found:
                taken.append(Mention(match.start(), match.end(), *found))
    return tuple(sorted(without_weekdays(taken, text), key=lambda mention: mention.start))


def told_by_dates(text: str, locale: Locale) -> Locale:
    """A number above twelve in one date says how the writer orders all of them."""
    for match in re.finditer(r"(?<![\d/.-])(\d{1,2})[/-](\d{1,2})(?![\d/-]\d{3})", text[:5000]):
        first, second = int(match[1]), int(match[2])
        if 12 < first <= 31 and 1 <= second <= 12:
            return Locale("dm", f"as in {match[0]}")
        if 12 < second <= 31 and 1 <= first <= 12:
            return Locale("md", f"as in {match[0]}")
    return locale


LONG = [*WEEKDAYS, *(word for word in SHORT if len(word) > 2)]
NEXT_TO = alternatives(LONG)
DOTTED = alternatives(word for word in SHORT if len(word) == 2)
BESIDE_BEFORE = re.compile(
    rf"(?<![^\W_])(?:({NEXT_TO})[.,]?|({DOTTED})[.,])"
    r"\s{0,2}(?:,|the|den|dem|le|el|día|il|de|\(|an)?\s{0,2}\Z",
    re.IGNORECASE,
)
BESIDE_AFTER = re.compile(rf"\s{{0,2}}[(（,]?\s{{0,2}}({NEXT_TO}|{MARK})(?=[)）\s,.;]|\Z)", re.I)


def weekday_beside(text: str, start: int, end: int) -> int | None:
    """The weekday that stands next to a date, if one does."""
    match = BESIDE_BEFORE.search(text[max(0, start - 40) : start]) or BESIDE_AFTER.match(
        text[end : end + 30]
    )
    if match is None:
        return None
    word = next(group for group in match.groups() if group).lower()
    return WEEKDAYS.get(word, SHORT.get(word, names.WEEKDAY_MARKS.get(word)))


def without_weekdays(found: list[Mention], text: str) -> Iterator[Mention]:
    """Mentions without the weekdays that only name the date beside them."""
    for mention in found:
        if mention.kind != "weekday" or not any(
            other.kind not in ("weekday", "relative", "span") and near(mention, other, text)
            for other in found
        ):
            yield mention


def near(first: Mention, second: Mention, text: str) -> bool:
    gap = text[min(first.end, second.end) : max(first.start, second.start)]
    return len(gap) <= 8 and not re.search(r"[.;!?]\s|\bor\b|\bund\b|\band\b", gap)


def day_of(
    kind: str, match: re.Match[str], written: date, locale: Locale, beside: int | None
) -> tuple[date, str, str] | None:
    """The day a match means, its kind and the reason; None where it is no date."""
    given = match.groupdict()
    if kind == "weekday":
        return next_weekday(written, weekday_of(given)), kind, ""
    if kind == "relative":
        return relative(given["relative"].lower(), written), kind, ""
    if kind == "span":
        return span(given, written)
    if kind == "day":
        return with_kind(next_day(written, int(given["day"])), kind)
    if kind == "month":
        return with_kind(month_part(given, written), kind)
    if kind == "numeric":
        return numeric(given, written, locale, beside)
    number = int(given["number"]) if "number" in given else MONTHS[given["month"].lower()]
    return with_kind(resolved(written, year_of(given), number, int(given["day"]), beside), kind)


def weekday_of(given: dict[str, str]) -> int:
    if given.get("weekday"):
        return WEEKDAYS[given["weekday"].lower()]
    return names.WEEKDAY_MARKS[given.get("mark") or given["other"]]


def with_kind(day: date | None, kind: str) -> tuple[date, str, str] | None:
    return None if day is None else (day, kind, "")


def year_of(given: dict[str, str]) -> int | None:
    if given.get("year"):
        year = int(given["year"])
        return year + 2000 if year < 100 else year
    return 2000 + int(given["short"]) if given.get("short") else None


def resolved(
    written: date, year: int | None, month: int, day: int, beside: int | None = None
) -> date | None:
    """A day with its year: the given one, else the first that lies ahead, near past excepted."""
    if year is not None:
        return valid(year, month, day)
    years = [
        valid(y, month, day)
        for y in (written.year - 1, written.year, written.year + 1, written.year + 2)
    ]
    days = [one for one in years if one is not None]
    if beside is not None:
        fitting = [
            d for d in days if d.weekday() == beside and d >= written - timedelta(days=STALE)
        ]
        days = fitting or days
    recent = [one for one in days if timedelta(0) < written - one <= timedelta(days=STALE)]
    ahead = [one for one in days if one >= written]
    if recent and (not ahead or ahead[0] - written > timedelta(days=240)):
        return recent[-1]
    return ahead[0] if ahead else None


def valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def numeric(
    given: dict[str, str], written: date, locale: Locale, beside: int | None
) -> tuple[date, str, str] | None:
    """01/09 and its like: both readings are tried, and the better founded one is taken."""
    first, second, year = int(given["first"]), int(given["second"]), year_of(given)
    if given["mark"] == "." and not re.fullmatch(
        r"\d{1,2}\.\d{1,2}\.?(?:\s?(?:20)?\d\d)?",
        ".".join(part for part in (given["first"], given["second"], given["year"]) if part),
    ):
        return None
    readings = {
        "dm": resolved(written, year, second, first, beside),
        "md": resolved(written, year, first, second, beside),
    }
    sound = {order: day for order, day in readings.items() if day is not None}
    if not sound:
        return None
    if given["mark"] == "." and "dm" in sound:
        return sound["dm"], "numeric", ""
    order, why = chosen(sound, written, locale, beside)
    return sound[order], "numeric", why


def chosen(
    sound: dict[str, date], written: date, locale: Locale, beside: int | None
) -> tuple[str, str]:
    if len(sound) == 1 or sound["dm"] == sound["md"]:
        return next(iter(sound)), ""
    if beside is not None:
        fitting = [order for order, day in sound.items() if day.weekday() == beside]
        if len(fitting) == 1:
            return fitting[0], "by its weekday"
    if locale.order:
        return locale.order, f"{locale.order} {locale.why}"
    near_days = {order: day for order, day in sound.items() if 0 <= (day - written).days <= 45}
    if len(near_days) == 1:
        return next(iter(near_days)), "the nearer reading"
    return "dm", "assumed day before month"


def next_weekday(written: date, weekday: int) -> date:
    """The next day of that name after the message was written, never the same day."""
    return written + timedelta(days=(weekday - written.weekday() - 1) % 7 + 1)


def next_day(written: date, day: int) -> date | None:
    """The next day of the month with that number, today included."""
    year, month = written.year, written.month
    for _ in range(13):
        found = valid(year, month, day)
        if found and found >= written:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


ENDS = re.compile(r"end|late|ende|fin\b|fine?s?\b|finales?|final|eind|slut|koń|kon|конц", re.I)
MIDDLES = re.compile(r"mi|half|med|meados|met|poł|серед", re.I)


def month_part(given: dict[str, str], written: date) -> date | None:
    """The end of a month is the day after its last; its middle the fifteenth; else its first."""
    month, year = MONTHS[given["month"].lower()], year_of(given)
    part = (given.get("part") or "").strip().lower().removeprefix("the ")
    if (
        not part
        and len(given["month"]) < 4
        and given["month"].lower() not in ("may", "mai", "mei", "maj")
    ):
        return None
    if MIDDLES.match(part):
        return resolved(written, year, month, 15)
    last = calendar.monthrange(year or written.year, month)[1]
    if ENDS.match(part):
        end = resolved(written, year, month, last)
        return end + timedelta(days=1) if end else None
    return resolved(written, year, month, 1)


def relative(words: str, written: date) -> date:
    if words in names.TOMORROW or words in names.TODAY:
        return written + timedelta(days=1)
    if words in names.DAY_AFTER_TOMORROW:
        return written + timedelta(days=2)
    if words in names.NEW_YEAR:
        return date(written.year + 1, 1, 2)  # the first itself is a holiday nearly everywhere
    days = 4 if words in names.END_OF_NEXT_WEEK else 0
    return next_weekday(written, 0) + timedelta(days=days)


def span(given: dict[str, str], written: date) -> tuple[date, str, str] | None:
    """ "in two weeks", "for 3 days": counted from the message."""
    text = given["count"].lower()
    count = int(text) if text.isdigit() else names.NUMBERS.get(text, 0)
    days = 7 * count if given["unit"].lower() in names.WEEK_UNITS else count
    return (written + timedelta(days=days), "span", "") if 0 < days <= 180 else None
