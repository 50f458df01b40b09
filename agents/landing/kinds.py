"""Turns the words of a category into the kind of business: its schema.org type, the industry whose
template it gets, and its name in ten languages.

Called by `known.py`. Categories are free text from many sources in many languages, so they are
compared as folded words (`agents/scoring/categories.py`); the longest phrase wins, then the first
line of the table. What no line knows is a general business, of type LocalBusiness, and keeps the
words that it came with.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from agents.scoring.categories import words

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da")
"""The languages that pages speak, in the order of the table's names."""
INDUSTRIES = (
    "restaurant",
    "cafe",
    "childcare",
    "trades",
    "retail",
    "health",
    "real_estate",
    "auto_repair",
    "general",
)
"""Every industry that has a template of its own."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of business. `names` has its name by language; empty where only the category's own
    words are known."""

    type: str
    industry: str
    names: Mapping[str, str]


GENERAL = Kind("LocalBusiness", "general", {})


@lru_cache(maxsize=4096)
def kind(categories: tuple[str, ...]) -> Kind:
    """Returns the kind of a business by its categories, the first one that is known."""
    for category in categories:
        found = _best(words(category))
        if found is not None:
            return found
    return GENERAL


def _best(said: frozenset[str]) -> Kind | None:
    fitting = [
        (len(phrase), -number) for number, (phrase, _) in enumerate(_table()) if phrase <= said
    ]
    if not fitting:
        return None
    return _table()[-max(fitting)[1]][1]


@cache
def _table() -> Sequence[tuple[frozenset[str], Kind]]:
    """Phrase and kind, a row for each phrase, in the table's order."""
    found = []
    for line in (files(__package__) / "tables/kinds.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            type_, industry, phrases, names = (part.strip() for part in line.split(" | "))
            labels = dict(zip(LANGUAGES, names.split("; "), strict=True))
            one = Kind(type_, industry, labels)
            found += [(words(phrase), one) for phrase in phrases.split(", ")]
    return found


def kinds() -> tuple[Kind, ...]:
    """Every kind that the table knows, each once."""
    return tuple({one.type: one for _, one in _table()}.values())


def humanised(category: str) -> str:
    """Returns a category as people write it: `fast_food` is "Fast food"."""
    text = re.sub(r"[_\s]+", " ", category).strip()
    return text[:1].upper() + text[1:]
