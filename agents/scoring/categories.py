"""How relevant a lead's category is to a client: 1 the very same, 0 nothing in common.

Categories are free text from many sources ("Italian Restaurant", "restaurants", "fast_food"), so
they are compared as folded words without plural endings. Words of one trade that share no letters
are related through `FAMILIES`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.identity.words import fold

SAME, CONTAINED, PARTLY, RELATED, FOREIGN = 1.0, 0.9, 0.6, 0.5, 0.05
UNSTATED = 0.5
"""Where the client names no categories: nobody knows, so the middle."""

FAMILIES: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "restaurant cafe coffee bakery bar pub bistro diner pizzeria pizza food fast truck burger "
        "sandwich deli catering caterer takeaway brewery grill steakhouse sushi kebab ice cream "
        "tea pushcart confectionery patisserie eatery canteen",
        "childcare daycare kindergarten preschool nursery child day care head start school",
        "hotel motel hostel lodging guesthouse inn resort bed breakfast apartment",
        "real estate realtor property broker letting estate housing mortgage",
        "auto car vehicle repair garage mechanic tyre tire body dealership dealer motorcycle",
        "dentist dental doctor clinic physician medical health physiotherapy chiropractor optician "
        "pharmacy veterinary veterinarian hospital",
        "hairdresser hair salon barber beauty nail spa cosmetic massage tattoo",
        "lawyer attorney law legal notary solicitor accountant accounting tax bookkeeping audit "
        "consultant consulting advisor",
        "plumber plumbing electrician electrical roofing roofer painter carpenter carpentry "
        "builder construction contractor hvac heating landscaping gardener cleaning locksmith "
        "handyman",
        "gym fitness yoga pilates sport martial dance studio",
        "shop store retail boutique clothes clothing grocery supermarket convenience florist "
        "furniture jewellery jewelry bookshop hardware",
        "software technology it web agency marketing advertising design digital media saas hosting",
        "manufacturing manufacturer factory industrial machining metal engineering fabrication",
        "transport logistics trucking freight courier moving removal warehouse taxi",
    )
)


@dataclass(frozen=True, slots=True)
class Relevance:
    """`score` 0–1, and the words of why."""

    score: float
    why: str


def relevance(categories: Sequence[str], served: Sequence[str]) -> Relevance:
    """Compares a lead's categories with those that the client serves; the best pair counts."""
    stated = [category for category in categories if words(category)]
    if not stated:
        return Relevance(0.0, "no category is known")
    if not served:
        why = f"category “{stated[0]}”; the client names none that it serves, so half the points"
        return Relevance(UNSTATED, why)
    ours, theirs = max(
        ((s, c) for s in served for c in stated), key=lambda pair: _alike(pair[1], pair[0])
    )
    score = _alike(theirs, ours)
    return Relevance(score, _why(score, theirs, ours))


def _why(score: float, category: str, served: str) -> str:
    if score >= CONTAINED:
        return f"category “{category}” is one that the client serves ({served})"
    if score >= RELATED:
        return f"category “{category}” is close to “{served}”, which the client serves"
    return f"category “{category}” is none that the client serves"


@lru_cache(maxsize=65536)
def _alike(category: str, served: str) -> float:
    a, b = words(category), words(served)
    if a == b or "".join(sorted(a)) == "".join(sorted(b)):
        return SAME
    if a <= b or b <= a:
        return CONTAINED
    shared = len(a & b) / min(len(a), len(b))
    if shared >= 0.5:
        return PARTLY
    return RELATED if _families(a) & _families(b) else FOREIGN


def _families(found: Iterable[str]) -> set[int]:
    marks = set(found)
    return {number for number, family in enumerate(FAMILIES) if family & marks}


@lru_cache(maxsize=65536)
def words(text: str) -> frozenset[str]:
    """Returns the words of a category, folded, without plural endings and joining words."""
    found = re.findall(r"[^\W_]+", fold(text))
    return frozenset(_singular(word) for word in found) - {"and", "the", "of", "or", "other"}


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and word[-2] not in "su":
        return word[:-1]
    return word
