"""Turns opening hours as written into rows of a week; None where they cannot be read for sure.

`known.py` calls it. Read are the everyday part of OpenStreetMap's `opening_hours` and schema.org's
`openingHours` ("Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-14:00; Su off", "24/7"), as text or list,
and a table of days. Anything else (months, holidays, weeks of the year) is not guessed at: the page
then shows the hours as they were written.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from agents.landing import words
from agents.landing.kinds import LANGUAGES

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Days as schema.org names them."""
Span = tuple[str, str]
"""Opening and closing time, HH:MM."""
Week = tuple[tuple[Span, ...] | None, ...]
"""Seven days from Monday, the spans of each; an empty one is closed, None is not spoken of."""

_DAY = r"[^\W\d_]{2,}\.?"
_DAYS = re.compile(rf"{_DAY}(?:\s*[-–]\s*{_DAY})?(?:\s*,\s*{_DAY}(?:\s*[-–]\s*{_DAY})?)*", re.I)
_SPAN = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.I
)
_CLOSED = re.compile(r"off|closed", re.I)
ALWAYS: Span = ("00:00", "23:59")
"""All day, as schema.org writes it."""
LONGEST = 400


def week(written: Any) -> Week | None:
    """Returns the week of opening hours as written, or None where that is not certain."""
    if isinstance(written, str):
        return _of_text(written)
    if isinstance(written, Mapping):
        parts = [f"{day} {times}" for day, times in written.items() if isinstance(times, str)]
        return _of_text("; ".join(parts)) if len(parts) == len(written) else None
    if isinstance(written, Sequence) and all(isinstance(part, str) for part in written):
        return _of_text("; ".join(written))
    return None


def _of_text(text: str) -> Week | None:
    if not text.strip() or len(text) > LONGEST:
        return None
    if re.sub(r"\s", "", text) == "24/7":
        return ((ALWAYS,),) * 7
    found: list[tuple[Span, ...] | None] = [None] * 7
    for rule in re.split(r"\s*;\s*", text.strip().rstrip(";")):
        read = _rule(rule)
        if read is None:
            return None
        for day in read[0]:
            found[day] = read[1]
    return tuple(found) if any(found) else None


def _rule(rule: str) -> tuple[list[int], tuple[Span, ...]] | None:
    """Days and spans of one rule: "Mo-Fr 09:00-18:00"; without days it holds for all."""
    days = _DAYS.match(rule)
    rest = rule[days.end() :].strip(" :") if days else rule.strip()
    numbers = _day_numbers(days.group()) if days else list(range(7))
    if not numbers:
        return None
    if _CLOSED.fullmatch(rest):
        return numbers, ()
    spans = [_span(part) for part in re.split(r"\s*,\s*", rest)]
    return (numbers, tuple(span for span in spans if span)) if all(spans) else None


def _day_numbers(text: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"\s*,\s*", text):
        ends = [_day(end) for end in re.split(r"\s*[-–]\s*", part)]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            return []
        found += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return found


def _day(text: str) -> int | None:
    start = text.strip(" .").lower()
    fits = [n for n, name in enumerate(DAYS) if name.lower().startswith(start)]
    return fits[0] if len(fits) == 1 else _foreign().get(start)


@cache
def _foreign() -> Mapping[str, int]:
    """Names of days in the languages of pages, and German's short ones, which no other language
    that is read here writes for another day."""
    found = dict(zip(("mo", "di", "mi", "do", "fr", "sa", "so"), range(7), strict=True))
    for language in LANGUAGES:
        found |= {name.lower(): day for day, name in enumerate(words.of(language).days)}
    return found


def _span(text: str) -> Span | None:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    opens = _time(found.group(1), found.group(2), found.group(3))
    closes = _time(found.group(4), found.group(5), found.group(6))
    bare = not any(found.group(n) for n in (2, 3, 5, 6))
    if not opens or not closes or opens == closes or (bare and closes < opens):
        return None  # "9-5" may mean the afternoon
    return opens, closes


def _time(hour: str, minute: str | None, half: str | None) -> str | None:
    """HH:MM; a bare number without am or pm is a whole hour, 24:00 is the end of the day."""
    h, m = int(hour), int(minute or 0)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half.lower() == "pm" else 0)
    if (h, m) == (24, 0):
        return "23:59"
    return f"{h:02}:{m:02}" if h < 24 and m < 60 else None


def folded(found: Week) -> list[tuple[int, int, tuple[Span, ...]]]:
    """Returns runs of equal days that are spoken of: first day, last day, spans."""
    rows: list[tuple[int, int, tuple[Span, ...]]] = []
    for day, spans in enumerate(found):
        if spans is None:
            continue
        if rows and rows[-1][1] == day - 1 and rows[-1][2] == spans:
            rows[-1] = (rows[-1][0], day, spans)
        else:
            rows.append((day, day, spans))
    return rows
