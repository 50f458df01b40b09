"""Turns an address line into its house number, street and unit, in a form that can be compared.

Called by `listings` and `places`. Two records of one place write "4701 N. Winthrop Ave", "4701
North Winthrop Avenue" and "4701 N Winthrop": what is compared is the number and the street's own
words; kind ("avenue") and direction are kept apart, since half of all records leave them out.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from agents.identity.words import fold, lines


@dataclass(frozen=True, slots=True)
class Street:
    """Parts of one address line. `number` keeps letters and ranges ("12a", "1-3"); `core` are the
    street's own words; `kind` and `direction` are canonical ("ave", "n") or empty."""

    number: str
    core: tuple[str, ...]
    kind: str
    direction: str
    unit: str


NUMBER = re.compile(r"(?:no|nr|n|num|#)?\.?\s*(\d+\s?[a-z]?(?:\s?[-–/]\s?\d+\s?[a-z]?)?)\b")
UNIT = re.compile(
    r"(?:,|\b)\s*(?:unit|suite|ste|apt|apartment|floor|fl|room|rm|bldg|building|shop|stall|#)"
    r"\.?\s*#?([0-9a-z\-]*)\b.*$|\b(\d+(?:st|nd|rd|th) floor)\b.*$"
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@cache
def _kinds() -> tuple[dict[str, str], dict[str, str]]:
    """(street kind → canonical, direction → canonical)."""
    tables: dict[str, dict[str, str]] = {"kind": {}, "direction": {}}
    for line in lines("streets.txt"):
        key, _, spellings = line.partition(" : ")
        table, canonical = key.split()
        tables[table].update(dict.fromkeys(spellings.split(), canonical))
    return tables["kind"], tables["direction"]


@lru_cache(maxsize=65536)
def read(line: str) -> Street:
    """Reads one address line; never raises, an empty line gives an empty street."""
    text = fold(line).strip()
    unit = ""
    if match := UNIT.search(text):
        if match.start() > 0:
            unit = match.group(1) or match.group(2) or ""
            text = text[: match.start()]
    number, text = _number(text)
    kinds, directions = _kinds()
    core: list[str] = []
    kind, direction = "", ""
    for word in WORD.findall(text.replace("'", "").replace("’", "").replace(".", " ")):
        if word in directions and not direction:
            direction = directions[word]
        elif word in kinds and (core or kinds[word].endswith("=")):
            kind = kinds[word].rstrip("=")
        else:
            core.append(word.lstrip("0") or word)
    if not core and kind:
        core, kind = [kind], ""
    return Street(number, tuple(core), kind, direction, unit)


def _number(text: str) -> tuple[str, str]:
    """The house number at the line's beginning or, in most of Europe, at its end."""
    if match := NUMBER.match(text):
        rest = text[match.end() :]
        if not re.match(r"(?:st|nd|rd|th)\b", rest):
            return _tidy(match.group(1)), rest
    tail = re.search(r"[\s,]+(\d+\s?[a-z]?(?:\s?[-–/]\s?\d+\s?[a-z]?)?)$", text)
    if tail and re.search(r"[^\W\d]", text[: tail.start()]):
        return _tidy(tail.group(1)), text[: tail.start()]
    return "", text


def _tidy(number: str) -> str:
    return re.sub(r"\s+", "", number).replace("–", "-").lstrip("0")
