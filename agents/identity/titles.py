"""Turns a job title into the order in which an account's people are asked (spec 3.2).

Called by intake and the orchestrator's plan through the lead's record, and by `leadwire inspect
title`. A title is read as words, in any of some thirty languages: the words that name a level are
found, and the one that heads the phrase decides. In English the head comes last ("marketing
director", "assistant manager trainee"), elsewhere first ("directeur marketing"); whatever follows
"of", "to", "für", "de" describes the head ("assistant to the CEO" assists). Compounds are read by
their tail ("Vertriebsleiterin"), scripts without blanks by their longest ending.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from agents.identity.companies import fold

# Priorities of spec 3.2 stand at chief, officer, vp, director, manager, individual and unknown;
# the rest are rungs between them, so that equal ones are rare.
PRIORITY = {
    "chief": 100,
    "officer": 95,
    "public": 90,
    "vp": 80,
    "director": 70,
    "head": 60,
    "manager": 50,
    "supervisor": 40,
    "lead": 30,
    "individual": 20,
    "unknown": 10,
}
SENIORITY = {
    "chief": "c_level",
    "officer": "c_level",
    "public": "c_level",
    "vp": "vp",
    "director": "director",
    "head": "manager",
    "manager": "manager",
    "supervisor": "supervisor",
    "lead": "individual",
    "individual": "individual",
    "unknown": "unknown",
}
GENERIC = frozenset(
    "staff team employee employees member office info contact reception mitarbeiter personal "
    "equipe personnel personale equipo empleado medewerker anstalld pracownik сотрудник".split()
)
LONGEST = 6  # words of the longest phrase in the tables
LIMIT = 300  # characters; longer texts are descriptions, and their beginning is read


@dataclass(frozen=True, slots=True)
class Title:
    """`priority` 0–100 by spec 3.2; `role` the part of the firm; `seniority` one of SENIORITY's
    values. `generic` = names no function of a person ("Staff", "Team", nothing)."""

    title: str
    priority: int
    role: str
    seniority: str
    generic: bool


def read(title: str) -> Title:
    """Reads a title; never raises. What says nothing has priority 10 and seniority unknown."""
    return _read(title[:LIMIT])


@lru_cache(maxsize=65536)
def _read(title: str) -> Title:
    text = fold(title)
    outer = re.sub(r"\([^)]*\)?", " ; ", text)
    level = _best(outer)
    if level[0] == "unknown":
        level = max(level, _best(text), key=lambda found: found[1])
    words = _words(text)
    generic = not words or all(word in GENERIC for word in words)
    name, priority = ("unknown", 10) if generic else level
    return Title(title, priority, _function(words), SENIORITY[name], generic)


SPLIT = re.compile(r"\s*(?:[,;/|•·+]|\s[-–—]\s|&| and | und | et | y | e | og | och | i | и )\s*")
OF = frozenset(
    "of to for the de du des del della dei di da do dos das der fur fuer von vom zu van voor "
    "till til av af do ds po по на за для κατα".split()
)
WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)?", re.UNICODE)


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text)]


def _best(text: str) -> tuple[str, int]:
    whole = _phrase(_words(text))
    found = [_segment(_words(part)) for part in SPLIT.split(text) if part.strip()]
    found = found or [("unknown", 10)]
    best = max(found, key=lambda level: level[1])
    return whole if whole and whole[1] > best[1] else best


def _phrase(words: list[str]) -> tuple[str, int] | None:
    """A title that is nothing but one phrase of the table ("président directeur général")."""
    level = _levels().get(" ".join(words))
    return (level, PRIORITY[level]) if level in PRIORITY else None


@cache
def _levels() -> dict[str, str]:
    found: dict[str, str] = {}
    for level, spelling in _table("title_levels.txt"):
        found.setdefault(
            " ".join(_words(fold(spelling))) if spelling[0] != "-" else spelling, level
        )
    return found


def _table(name: str) -> list[tuple[str, str]]:
    text = files("agents.identity").joinpath("tables", name).read_text("utf-8")
    rows = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, _, spellings = line.partition(" : ")
            rows += [(key.strip(), spelling.strip()) for spelling in spellings.split(" ; ")]
    return rows


AGENT = re.compile(
    r"(?:er|or|ist|ian|ician|man|woman|person|ant|ee|ess|eur|euse|rice|ista|ador|adora|tor|ero|era"
    r"|iere|ier|arz|ник|тель|ист|ер|ор|士|師|员|員|사)$"
)
KNOWN = frozenset(
    "clerk agent analyst nurse chef cook pilot guard aide rep reps representative attorney counsel "
    "doctor physician surgeon specialist expert consultant advisor adviser officer executive "
    "associate technician assistant intern teller scientist architect scout judge monk priest nun "
    "model host hostess mechanic dentist therapist librarian artist professional hand "
    "staff crew operative tech nurse midwife".split()
)


def _segment(words: list[str]) -> tuple[str, int]:
    head: list[str] = []
    for word in words:
        if word in OF and head:
            break
        head.append(word)
    marks = _marks(words)
    return _decide(marks, words, head)


def _marks(words: list[str]) -> list[tuple[int, int, str]]:
    """(start, end, level) of the phrases found, longest first at each place."""
    found, at = [], 0
    while at < len(words):
        for count in range(min(LONGEST, len(words) - at), 0, -1):
            level = _levels().get(" ".join(words[at : at + count]))
            if level is None and count == 1:
                level = _compound(words[at])
            if level:
                found.append((at, at + count, level))
                at += count
                break
        else:
            at += 1
    return found


@cache
def _tails() -> list[tuple[str, str]]:
    tails = [(key[1:], level) for key, level in _levels().items() if key.startswith("-")]
    return sorted(tails, key=lambda tail: -len(tail[0]))


def _compound(word: str) -> str | None:
    if not word.isascii() and re.search(r"[\u3040-\u9fff\uac00-\ud7af]", word):
        for size in range(len(word), 0, -1):
            if level := _levels().get(word[-size:]):
                return level
        return None
    return next(
        (level for tail, level in _tails() if word.endswith(tail) and len(word) >= len(tail) + 3),
        None,
    )


def _decide(
    marks: list[tuple[int, int, str]], words: list[str], head: list[str]
) -> tuple[str, int]:
    inside = [mark for mark in marks if mark[0] < max(len(head), 1)]
    levels = [mark for mark in inside if mark[2] in PRIORITY]
    modifiers = {mark[2] for mark in inside if mark[2] not in PRIORITY}
    if "assistant" in modifiers and not any(mark[1] == len(head) for mark in levels if mark[0] > 0):
        return ("individual", 20)
    if levels:
        level = (
            levels[-1][2]
            if levels[-1][1] == len(head)
            else max(levels, key=lambda m: PRIORITY[m[2]])[2]
        )
        if levels[-1][1] < len(head) and _agent(head[-1]) and level in {"head", "lead", "chief"}:
            return ("individual", 25)
        priority = PRIORITY[level] - (5 if "deputy" in modifiers else 0)
        return (level, priority)
    if words and (words[0] == "chief" and words[-1] == "officer"):
        return ("officer", 95)
    if any(_agent(word) for word in head) or modifiers:
        return ("individual", 20)
    return ("unknown", 10)


def _agent(word: str) -> bool:
    return (
        word in KNOWN or word.rstrip("s") in KNOWN or (len(word) > 4 and bool(AGENT.search(word)))
    )


@cache
def _functions() -> tuple[dict[str, str], list[tuple[str, str]]]:
    whole: dict[str, str] = {}
    stems: list[tuple[str, str]] = []
    for name, spelling in _table("title_functions.txt"):
        key = fold(spelling)
        if key.endswith("-"):
            stems.append((key[:-1], name))
        else:
            whole.setdefault(" ".join(_words(key)), name)
    return whole, stems


def _function(words: list[str]) -> str:
    whole, stems = _functions()
    for count in range(min(LONGEST, len(words)), 0, -1):
        for at in range(len(words) - count + 1):
            if name := whole.get(" ".join(words[at : at + count])):
                return name
    for word in words:
        for stem, name in stems:
            if word.startswith(stem):
                return name
    return "general"
