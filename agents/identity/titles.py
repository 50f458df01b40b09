"""Turns a job title into the order in which an account's people are asked (spec 3.2).

Called by intake and the orchestrator's plan through the lead's record, and by `leadwire inspect
title`. A title is read as words, in any of some thirty languages: the words that name a level are
found, and the one that heads the phrase decides. In English the head comes last ("marketing
director", "office manager trainee"), elsewhere first ("directeur marketing"); what follows "of",
"to", "für" or "de" describes the head ("assistant to the CEO" assists). Compounds are read by
their tail ("Vertriebsleiterin"), scripts without blanks by their longest ending. The words stand
in tables beside this module; what is a level only in company ("farm operator") has its own.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from agents.identity.words import fold, lines, words

# Spec 3.2 names chief, officer, vp, director, manager, individual and unknown; the others are
# rungs between them, so that fewer people of one account are equal.
PRIORITY = {
    "chief": 100,
    "officer": 95,
    "public": 90,
    "vp": 80,
    "director": 70,
    "head": 60,
    "manager": 50,
    "craft": 45,
    "supervisor": 40,
    "lead": 30,
    "adviser": 22,
    "individual": 20,
    "hand": 15,
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
    "craft": "manager",
    "supervisor": "supervisor",
    "lead": "individual",
    "adviser": "individual",
    "individual": "individual",
    "hand": "individual",
    "unknown": "unknown",
}
STEP = 3  # what a deputy loses and a senior gains; less than half of any gap between rungs
STEPPED = frozenset({"director", "head", "manager", "craft", "supervisor", "individual"})
SENIORS = frozenset(["senior", "sr", "principal", "lead", "executive", "chief", "head"])
# Last words that make the level before them somebody else's; first words of those close to one.
ASSISTS = frozenset(
    ["assistant", "asst", "associate", "assistants", "associates", "office", "team", "department"]
)
CLOSE = frozenset(["executive", "personal", "office"])
PAST = frozenset(
    ["former", "formerly", "ex", "retired", "ehemaliger", "ehemalige", "ancien", "бывший"]
)
LONGEST = 6  # words of the longest phrase in the tables
LIMIT = 300  # characters; longer texts are descriptions, and their beginning is read

GENERIC = words(
    """staff team employee employees member office info contact reception mitarbeiter mitarbeiterin
    personal equipe personnel personale equipo empleado empleada funcionario medewerker anstalld
    ansatt medarbejder tyontekija pracownik zamestnanec сотрудник работник вработен 社員 員工 직원
    n na a none unknown other various title mr mrs ms dr the our all whole"""
)
# Words after which a title tells of whom or of what somebody is the head.
OF = words(
    """of to for in at the de d du des del della dei degli di da do dos das der fur fuer von vom zu
    zur van voor till til av af for po ds по на за для κατα w we"""
)
SPLIT = re.compile(
    r"\s*(?:[,;/|•·+:]|\s[-–—]+\s|&|\b(?:and|und|et|y|e|og|och|ja|i|oraz|и|та|και)\b)\s*"
)
WORD = re.compile(r"[^\W_]+", re.UNICODE)
BLANKLESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Endings by which languages make the word for who does something.
AGENT = re.compile(
    r"(?:er|ers|or|ors|ist|ists|ian|ians|man|men|woman|women|person|people|ee|eur|euse|trice|ista"
    r"|adora|iere|arz|nik|ник|ница|тель|ист|ер|ор|士|師|师|员|員|사|원)$"
)
# English makes trades with these (winder, sander, riveter); professions that end so are listed.
TRADES = frozenset(["er", "ers", "man", "men"])


@dataclass(frozen=True, slots=True)
class Title:
    """`priority` 0–100 by spec 3.2; `role` the part of the firm; `seniority` one of SENIORITY's
    values; `generic` = says nothing of one person's work ("Staff", "Team", nothing at all)."""

    title: str
    priority: int
    role: str
    seniority: str
    generic: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """A phrase of the tables at words[start:end]."""

    start: int
    end: int
    level: str


_Level = tuple[int, str]
UNKNOWN: _Level = (PRIORITY["unknown"], "unknown")


def read(title: str) -> Title:
    """Reads a title; never raises. What says nothing has priority 10 and seniority unknown."""
    return _read(title[:LIMIT])


@lru_cache(maxsize=65536)
def _read(title: str) -> Title:
    text = fold(title)
    words = WORD.findall(text)
    past = bool(words) and words[0] in PAST
    generic = all(word in GENERIC for word in words)
    priority, level = UNKNOWN if generic or past else _level(text)
    return Title(title, priority, _function(words), SENIORITY[level], generic)


def _level(text: str) -> _Level:
    """What stands in brackets repeats or abbreviates: it is asked where the rest is mute."""
    outside = re.sub(r"\([^)]*\)?", " ; ", text)
    found = _highest(outside)
    return found if found[1] != "unknown" else _highest(re.sub(r"[()]", " ; ", text))


def _highest(text: str) -> _Level:
    parts = [words for part in SPLIT.split(text) if (words := WORD.findall(part))]
    if parts and _serves(parts[0]):
        return (PRIORITY["individual"], "individual")
    whole = _levels().get(" ".join(WORD.findall(text)), "")
    found = [_segment(part) for part in parts]
    if whole in PRIORITY:
        found.append((PRIORITY[whole], whole))
    return max(found, default=UNKNOWN)


def _serves(words: list[str]) -> bool:
    """An assistant, secretary or office "to", "of" or "for" somebody, whoever that is."""
    cut = _cut(words)
    marks = _marks(words[: cut + 1])
    return cut < len(words) and bool(marks) and marks[-1].level == "assistant"


def _cut(words: list[str]) -> int:
    return next((at for at, word in enumerate(words) if word in OF and at), len(words))


def _segment(words: list[str]) -> _Level:
    """The level of one phrase: of the words before "of" if they say anything, else of all."""
    words = [word for word in words if word != "the"]
    cut = _cut(words)
    whole = [mark for mark in _marks(words) if mark.start < cut < mark.end]
    if whole:
        return _decide(words[: whole[0].end])
    found = _decide(words[:cut])
    return found if found[1] != "unknown" or cut == len(words) else _decide(words[cut + 1 :])


def _decide(words: list[str]) -> _Level:
    if not words:
        return UNKNOWN
    if words[0] == "chief" and words[-1] in {"officer", "exec"}:
        return (PRIORITY["officer"], "officer")
    marks = _marks(words)
    level = _in_company(words) or _of_marks(marks, words)
    if level is None:
        return UNKNOWN
    return _stepped(level, marks, words)


def _of_marks(marks: list[_Mark], words: list[str]) -> str | None:
    """English heads stand last, other languages' first: the last word decides where it is a level
    or an occupation, else the highest level named."""
    levels = [mark for mark in marks if mark.level in PRIORITY]
    if assisting := _assisting(marks, levels, words):
        return assisting
    if levels and levels[-1].end == len(words):
        return levels[-1].level
    leads = bool(levels) and levels[0].start == 0 and words[0] not in SENIORS
    if (occupation := _occupation(words[-1])) and not leads:
        return occupation
    if levels:
        return max(levels, key=lambda mark: PRIORITY[mark.level]).level
    if served := next((mark.level[:-1] for mark in marks if mark.level.endswith("*")), None):
        return served
    return next((kind for word in words if (kind := _occupation(word))), None)


def _assisting(marks: list[_Mark], levels: list[_Mark], words: list[str]) -> str | None:
    """Who assists somebody above contributes; other assistants, trainees and interns help."""
    last = bool(levels) and levels[-1].end == len(words)
    if words[-1] in ASSISTS or (marks and marks[-1].level == "assistant" and not last):
        return "individual" if len(marks) > 1 or words[0] in CLOSE else "hand"
    if marks and marks[0].level == "assistant" and not last:
        return "individual" if len(marks) > 1 or words[0] in CLOSE else "hand"
    return None


def _stepped(level: str, marks: list[_Mark], words: list[str]) -> _Level:
    """The rung with its step: deputies a little lower, seniors a little higher."""
    kinds = {mark.level for mark in marks if mark.end < len(words) or mark.level == "second"}
    served = any(mark.level.endswith("*") for mark in marks)
    deputy = bool(kinds & {"deputy", "second"}) and words[-1] not in ASSISTS
    if level in {"chief", "officer"} and deputy:
        return (PRIORITY["vp"], "vp")
    if served and not deputy:
        return (PRIORITY["individual"], "individual")
    raised = "senior" in kinds or (words[0] in SENIORS and marks[0].level != level)
    step = STEP if raised else 0
    step = -STEP if deputy else step
    return (PRIORITY[level] + (step if level in STEPPED else 0), level)


def _in_company(words: list[str]) -> str | None:
    """The level of a word that names one only beside others (title_contexts.txt)."""
    beside = {*words[:-1], "*", *(f"{a}+{b}" for a, b in pairwise(words))}
    for level, company in _contexts().get(words[-1], ()):
        if company & (set(words[-2:-1]) if "next" in company else beside):
            return level
    return None


@cache
def _contexts() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Head word → (level, words that must stand beside it), in the table's order."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for line in lines("title_contexts.txt"):
        level, heads, beside = line.split(" : ")
        for head in heads.split():
            found.setdefault(head, []).append((level, frozenset(beside.split())))
    return found


def _marks(words: list[str]) -> list[_Mark]:
    """The phrases of the tables in order, the longest at each place."""
    found: list[_Mark] = []
    at = 0
    while at < len(words):
        mark = _mark(words, at)
        if mark:
            found.append(mark)
        at = mark.end if mark else at + 1
    return found


def _mark(words: list[str], at: int) -> _Mark | None:
    for count in range(min(LONGEST, len(words) - at), 0, -1):
        if level := _levels().get(" ".join(words[at : at + count])):
            return _Mark(at, at + count, level)
    level = _compound(words[at])
    return _Mark(at, at + 1, level) if level else None


def _compound(word: str) -> str | None:
    if BLANKLESS.search(word):
        endings = (word[start:] for start in range(len(word)))
        return next((level for end in endings if (level := _levels().get(end))), None)
    tails = ((tail, level) for tail, level in _tails() if word.endswith(tail))
    return next((level for tail, level in tails if len(word) >= len(tail) + 3), None)


@cache
def _levels() -> dict[str, str]:
    """Phrase (folded, one blank between words) or "-tail" → level."""
    found: dict[str, str] = {}
    for line in lines("title_levels.txt"):
        level, _, phrases = line.partition(" : ")
        for phrase in phrases.split(" ; "):
            key = phrase.strip()
            key = fold(key) if key.startswith("-") else " ".join(WORD.findall(fold(key)))
            found.setdefault(key, level.strip())
    return found


@cache
def _tails() -> list[tuple[str, str]]:
    tails = [(key[1:], level) for key, level in _levels().items() if key.startswith("-")]
    return sorted(tails, key=lambda tail: -len(tail[0]))


def _occupation(word: str) -> str | None:
    if level := _occupations().get(word):
        return level if level in PRIORITY else None
    if len(word) < 4 or not (ending := AGENT.search(word)):
        return None
    return "hand" if ending.group() in TRADES else "individual"


@cache
def _occupations() -> dict[str, str]:
    """Word → hand, adviser or individual, or thing: a word that only sounds like an occupation."""
    found: dict[str, str] = {}
    for line in lines("title_occupations.txt"):
        level, _, words = line.partition(" : ")
        found.update(dict.fromkeys(words.split(), level))
    return found


@cache
def _functions() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(phrase → function, [(stem, function)])."""
    phrases: dict[str, str] = {}
    stems: list[tuple[str, str]] = []
    for line in lines("title_functions.txt"):
        name, _, spellings = line.partition(" : ")
        for spelling in (fold(part.strip()) for part in spellings.split(" ; ")):
            if spelling.endswith("-") or BLANKLESS.search(spelling):
                stems.append((spelling.rstrip("-"), name))
            else:
                phrases.setdefault(" ".join(WORD.findall(spelling)), name)
    return phrases, stems


def _function(words: list[str]) -> str:
    phrases, stems = _functions()
    for count in range(min(LONGEST, len(words)), 0, -1):
        for at in range(len(words) - count + 1):
            if name := phrases.get(" ".join(words[at : at + count])):
                return name
    found = (name for word in words for stem, name in stems if _stemmed(word, stem))
    return next(found, "general")


def _stemmed(word: str, stem: str) -> bool:
    return stem in word if BLANKLESS.search(word) else word.startswith(stem)
