"""Turns an address into its house number, street and unit, in a form that can be compared.

Called by `listings` and `places`. Two records of one place write "4701 N. Winthrop Ave", "4701
North Winthrop Avenue" and "4701 N Winthrop": what is compared is the number and the street's own
words; its kind ("avenue") and direction are kept apart, since half of all records leave them out.
An address may hold several parts between commas (a building's name, a floor, the town): the one
that looks most like a street is taken, and the others stand in `rest`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from agents.identity.words import fold, lines


@dataclass(frozen=True, slots=True)
class Street:
    """Parts of one address. `low` and `high` are the house numbers that it spans (0 = none),
    `letter` what stands behind them; `core` are the street's own words, `kind` and `direction`
    canonical ("ave", "n") or empty; `rest` are the address's other parts, folded."""

    low: int
    high: int
    letter: str
    core: tuple[str, ...]
    kind: str
    direction: str
    unit: str
    rest: tuple[str, ...] = ()


NOWHERE = Street(0, 0, "", (), "", "", "")
SPAN = r"\s?(?:[-–/&]|\bto\b)\s?(\d{1,6})(?:[a-z]\b)?"
FIRST = re.compile(
    rf"(?:no|nr|num|#)?\.?\s*(\d{{1,6}})([a-z]\b)?(?:{SPAN}|\s(\d{{1,6}})\b(?=\s+[^\W\d]))?(?!\w)"
)
LAST = re.compile(
    rf"(?<=[^\W\d])\.?[\s,]+(?:no|nr|num|#)?\.?\s*(\d{{1,6}})\s?([a-z]\b)?(?:{SPAN})?()$"
)
ORDINAL = re.compile(r"0*(\d+)(?:st|nd|rd|th|[stndrhk]{2,3})")
WORD = re.compile(r"[^\W_]+")
LIMIT = 400  # characters of an address that are read


@lru_cache(maxsize=65536)
def read(address: str) -> Street:
    """Reads an address of one or several parts; never raises, nothing readable gives NOWHERE."""
    text = fold(address[:LIMIT]).replace("'", "").replace("’", "")
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    parts = _with_lone_numbers(parts)
    if not parts:
        return NOWHERE
    best = max(range(len(parts)), key=lambda at: (_likeness(parts[at]), -at))
    rest = tuple(part for at, part in enumerate(parts) if at != best)
    return _parse(parts[best], rest)


def _with_lone_numbers(parts: list[str]) -> list[str]:
    """Joins "1-5" to the street that follows it and "12" to the street before it."""
    joined: list[str] = []
    lone = ""
    for part in parts:
        if re.fullmatch(r"[\d\s\-–/]+[a-z]?", part) and len(part) < 12:
            lone = part
        else:
            joined.append(f"{lone} {part}".strip() if lone else part)
            lone = ""
    if lone and joined:
        joined[-1] = f"{joined[-1]} {lone}"
    return joined or ([lone] if lone else [])


def _likeness(part: str) -> int:
    """How much a part looks like a street: number and words, a street's kind, no unit word."""
    tables = _tables()
    words = WORD.findall(part)
    numbered = bool(FIRST.match(part) or LAST.search(part)) and len(words) > 1
    kind = bool(words) and (words[-1] in tables["kind"] or words[0] in tables["opening"])
    inside = bool(words) and words[0] in tables["unit"]
    return 2 * numbered + kind - 2 * inside


def _parse(part: str, rest: tuple[str, ...]) -> Street:
    text, unit = _without_unit(part)
    low, high, letter, text = _number(text)
    words = _words(text)
    direction = _take_direction(words)
    kind = _take_kind(words)
    core = tuple(_canonical(word) for word in words)
    if not core and kind:
        core, kind = (kind,), ""
    if not core and direction:
        core, direction = (direction,), ""
    return Street(low, high, letter, core, kind, direction, unit, rest)


def _without_unit(part: str) -> tuple[str, str]:
    match = re.search(r"(?<=\S)\s+(\d+(?:st|nd|rd|th))\s+(?:floor|fl)\b.*$", part)
    match = match or _units().search(part)
    if match is None or not re.search(r"[^\W\d]{2}", part[: match.start()]):
        return part, ""
    return part[: match.start()], next((group for group in match.groups() if group), "")


@cache
def _units() -> re.Pattern[str]:
    words = "|".join(_tables()["unit"])
    return re.compile(rf"(?<=\S)\s+(?:(?:{words})\b\.?\s*#?\s*([\w-]*)|#\s*([\w-]+)).*$")


def _number(text: str) -> tuple[int, int, str, str]:
    """(low, high, letter, text without) of the number at the beginning or, as in most of Europe,
    at the end."""
    if (match := FIRST.match(text)) and text[match.end() :].strip():
        rest = text[match.end() :]
    elif match := LAST.search(text):
        rest = text[: match.start()]
    else:
        return 0, 0, "", text
    first, letter, last, loose = match.groups()
    return int(first), _high(first, last or loose), letter or "", rest


def _high(low: str, high: str | None) -> int:
    """The end of a span, of which the leading digits may be left out ("3012-16")."""
    if not high:
        return int(low)
    whole = low[: max(0, len(low) - len(high))] + high
    return int(whole) if int(low) <= int(whole) < int(low) + 200 else int(low)


def _words(text: str) -> list[str]:
    return WORD.findall(text.replace(".", " "))


def _take_direction(words: list[str]) -> str:
    for at in (0, len(words) - 1):
        if len(words) > 1 and (direction := _tables()["direction"].get(words[at])):
            del words[at]
            return direction
    return ""


def _take_kind(words: list[str]) -> str:
    tables = _tables()
    for at in range(len(words) - 1, 0, -1):
        if kind := tables["kind"].get(words[at]):
            after = words[at + 1 :]
            del words[at : at + 1 + (len(after) if all(word.isdigit() for word in after) else 0)]
            return kind
    if len(words) > 1 and (kind := tables["opening"].get(words[0])):
        del words[0]
        return kind
    for ending, kind in tables["ending"].items():
        if words and words[-1].endswith(ending) and len(words[-1]) > len(ending) + 3:
            words[-1] = words[-1][: -len(ending)]
            return kind
    return ""


def _canonical(word: str) -> str:
    if match := ORDINAL.fullmatch(word):
        return match.group(1)
    tables = _tables()
    short = tables["kind"].get(word) or tables["direction"].get(word)
    return short or {"saint": "st", "fort": "ft", "mount": "mt", "doctor": "dr"}.get(word, word)


@cache
def _tables() -> dict[str, Mapping[str, str]]:
    """Table → spelling → canonical word; the endings longest first."""
    found: dict[str, dict[str, str]] = {"unit": {}}
    for line in lines("streets.txt"):
        key, _, spellings = line.partition(" : ")
        table, _, canonical = key.partition(" ")
        for spelling in spellings.split():
            found.setdefault(table, {}).setdefault(spelling, canonical)
    endings = sorted(found["ending"].items(), key=lambda item: -len(item[0]))
    return {**found, "ending": dict(endings)}
