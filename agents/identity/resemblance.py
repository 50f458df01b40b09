"""Turns two business names into how much they resemble each other, in the light of a whole file.

Called by `places`. What two names share counts by how rare it is among the file's names: "Child
Care Center" is shared by hundreds and says little, "Guadalupano" says all. Words match through
the usual shortenings, one slip of the keys, and names written together or apart.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from agents.identity import companies
from agents.identity.words import fold, lines, words

SILENT = words("the a an of at in on by for and und et y e og och de la le el los las du des i")
ARTICLES = words("the a an of and und et")
WORD = re.compile(r"[^\W_]+")
SHORTEST = 4  # letters from which a slip of the keys is forgiven
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
SLIP = 0.8  # worth of a word that matches but for a slip or a shortening


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is compared: its words in order, numbers apart, and all letters in one."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    joined: str


@lru_cache(maxsize=262144)
def read(name: str) -> Name:
    """Prepares a name: legal form, silent words and shortenings taken out."""
    base = companies.read(name).base or name
    text = fold(base).replace("'", "").replace("’", "").replace("`", "")
    every = [ROMAN.get(word, word) for word in WORD.findall(text)]
    every = [_full().get(word, word) for word in every]
    found = [word for word in every if word not in SILENT]
    kept = tuple(
        dict.fromkeys(_singular(word) for word in found if not word.isdigit() and len(word) > 1)
    )
    numbers = frozenset(word for word in found if word.isdigit())
    joined = "".join(_singular(word) for word in every if word not in ARTICLES)
    return Name(kept or tuple(sorted(numbers)), numbers, joined)


class Weights:
    """How much each word of a file's names tells: the rarer, the more."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.seen: Counter[str] = Counter()
        self.total = 1
        for name in names:
            self.seen.update(name.words)
            self.total += 1
        self._known: dict[str, float] = {}

    def of(self, word: str) -> float:
        """From 0.5 for a word in every name to about the logarithm of the file's size."""
        weight = self._known.get(word)
        if weight is None:
            weight = 0.5 + math.log(1 + self.total / (1 + self.seen[word]))
            self._known[word] = weight
        return weight

    def rarest(self, name: Name, count: int) -> Sequence[str]:
        """The words by which to look for other records of the same name."""
        return sorted(name.words, key=lambda word: (-self.of(word), word))[:count]


def compare(first: Name, second: Name, weights: Weights) -> float:
    """0 for nothing in common to 1 for the same; a name contained in a longer one stands high."""
    if first.words == second.words or (first.joined and first.joined == second.joined):
        return 1.0
    if not first.words or not second.words:
        return 0.0
    # In one order always, so that a match between several slips does not hang on who comes first.
    one, other = sorted((first.words, second.words))
    shared = _shared(one, other, weights)
    if shared == 0.0:
        return 0.6 if _initials(first, second) or _initials(second, first) else 0.0
    sums = sorted((_sum(first.words, weights), _sum(second.words, weights)))
    return min(1.0, 0.7 * shared / sums[0] + 0.3 * shared / sums[1])


def _sum(found: Iterable[str], weights: Weights) -> float:
    return sum(weights.of(word) for word in found)


def _shared(first: Sequence[str], second: Sequence[str], weights: Weights) -> float:
    """The weight of what two names share; each word of one answers at most one of the other."""
    common = set(first) & set(second)
    shared = _sum(common, weights)
    left = [word for word in first if word not in common]
    open_ = [word for word in second if word not in common]
    for word in left:
        match = next((other for other in open_ if _alike(word, other)), None)
        if match is not None:
            open_.remove(match)
            shared += SLIP * min(weights.of(word), weights.of(match))
    return shared


def _alike(first: str, second: str) -> bool:
    """Equal but for one slip, or one shortens the other ("devel" for "development")."""
    if first[0] != second[0]:
        return min(len(first), len(second)) > SHORTEST and slipped(first, second)
    short, long = sorted((first, second), key=len)
    if len(short) >= SHORTEST and long.startswith(short):
        return True
    return len(short) >= SHORTEST and slipped(first, second)


def slipped(first: str, second: str) -> bool:
    """Whether one key left out, added, wrong or swapped with its neighbour makes one the other."""
    if abs(len(first) - len(second)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if at is None:
        return True
    rest, other = first[at:], second[at:]
    if len(first) == len(second):
        swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
        return rest[1:] == other[1:] or swapped
    return rest[1:] == other or rest == other[1:]


def _initials(short: Name, long: Name) -> bool:
    letters = "".join(word[0] for word in long.words)
    return any(len(word) >= 3 and word == letters for word in short.words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@cache
def _full() -> dict[str, str]:
    found = {}
    for line in lines("name_words.txt"):
        full, _, others = line.partition(" : ")
        found.update(dict.fromkeys(others.split(), full))
    return found
