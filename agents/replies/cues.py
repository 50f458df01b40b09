"""Finds the cues of intention in a text: wordings, what they stand for, and their weight.

`intent.py` adds the cues up; `particulars.py` reads values near them. The wordings are in `words/`,
by language, all tried on every text (`wordings.py` says how that stays quick).
"""

from functools import cache
from typing import NamedTuple, cast

from agents.replies import wordings, words
from agents.replies.folding import Prepared
from agents.replies.wordings import Cue, Label, Objection

# Which labels a cue speaks for, and how much of its weight each gets.
LABELS: dict[Cue, dict[Label, float]] = {
    "interest": {"positive": 1},
    "meeting": {"positive": 1},
    "call_me": {"positive": 1},
    "asks_for_more": {"positive": 0.9},
    "agreement": {"positive": 0.7},
    "decline": {"negative": 1},
    "hostile": {"negative": 1},
    "legal": {"negative": 1},
    "timing": {"objection": 1},
    "budget": {"objection": 1},
    "authority": {"objection": 1},
    "need": {"objection": 1},
    "competitor": {"objection": 1},
    "referral": {"objection": 0.5, "neutral": 0.3},
    "wrong_person": {"objection": 0.6, "neutral": 0.3},
    "gone": {"neutral": 1},
    "customer": {"neutral": 1},
    "question": {"neutral": 0.7},
    "thanks": {"neutral": 0.5},
    "noted": {"neutral": 1},
    "absence": {"out_of_office": 1},
    "bounce": {"bounce": 1},
}

# Which objection a cue speaks for. Who sends us to somebody else says that others decide.
OBJECTIONS: dict[Cue, Objection] = {
    "timing": "timing", "budget": "budget", "authority": "authority", "need": "need",
    "competitor": "competitor", "wrong_person": "authority", "referral": "authority",
}  # fmt: skip

# How friendly a cue is, from -1 to 1.
MOOD: dict[Cue, float] = {
    "interest": 1, "meeting": 0.8, "call_me": 0.8, "asks_for_more": 0.6, "agreement": 0.7,
    "decline": -0.5, "hostile": -1.2, "legal": -1, "timing": -0.15, "budget": -0.3,
    "authority": -0.1, "need": -0.35, "competitor": -0.3, "referral": 0.15, "wrong_person": -0.1,
    "gone": 0, "customer": 0.1, "question": 0, "thanks": 0.4, "noted": 0.1, "absence": 0,
    "bounce": 0,
}  # fmt: skip


class Found(NamedTuple):
    """A cue in a text: what it stands for, its weight, its words, and where it is."""

    cue: Cue
    weight: float
    words: str
    start: int
    end: int


def find(prepared: Prepared) -> list[Found]:
    """Finds all cues; of two that overlap and stand for the same, the longer stays."""
    found = [
        Found(cast(Cue, rule.kind), rule.weight, prepared.typed(*match.span()), *match.span())
        for rule, match in index().matches(prepared.folded)
        if match.group().strip()
    ]
    return without_overlaps(found)


def without_overlaps(found: list[Found]) -> list[Found]:
    """Drops cues that lie inside a stronger or longer one of the same kind."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (-(f.end - f.start), -f.weight)):
        if not any(
            o.cue == one.cue and o.start < one.end and one.start < o.end for o in kept[:200]
        ):
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)


@cache
def index() -> wordings.Index:
    """Every language's wordings, read once."""
    return wordings.Index(
        rule
        for language, (parts, blocks) in words.INTENTS.items()
        for rule in wordings.rules(language, blocks, parts)
    )
