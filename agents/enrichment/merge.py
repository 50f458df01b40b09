"""Findings of any number of sources → one picture of the lead, the same in any order of sources.

Pure. What came in always stands: a finding fills a gap, confirms what stands, or is kept beside it.
How sure a value is follows from who says it and nothing else:

- a source counts once for a value, with its surest finding, never above its card's ceiling;
- a finding older than six months counts 0.7 of itself, one older than two years 0.4 (spec 7.1
  prefers facts under six months old; a figure is needed, and these are ours);
- independent sources that agree raise it (1 − Π(1 − c)), never above 0.98;
- the surest value that contradicts it takes away half of its own sureness.

Every sum and product runs over a sorted list, so that the order of sources changes no digit.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import prod
from typing import Any

import orjson

from agents.enrichment.base import EVIDENCE, Finding
from agents.enrichment.fields import FIELDS, normal
from contracts.lead import LeadFields

FRESH, STALE = timedelta(days=183), timedelta(days=730)
SUREST = 0.98
CAME_IN = "lead"
"""The source name of what came in with the lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One value of a field after the merge, with everybody who states it."""

    field: str
    value: Any
    confidence: float
    sources: tuple[str, ...]
    evidence: str
    place: str
    at: datetime
    why: str = ""

    @property
    def came_in(self) -> bool:
        """True where the lead itself brought it."""
        return CAME_IN in self.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`chosen` is field → what stands (of sets: all, the surest first); `also` are further values
    that contradict nothing; `contradictions` disagree with what stands; `doubtful` wait for a
    person; `refused` cannot be right, each with the reason."""

    chosen: Mapping[str, tuple[Stated, ...]]
    also: tuple[Stated, ...] = ()
    contradictions: tuple[Stated, ...] = ()
    doubtful: tuple[Stated, ...] = ()
    refused: tuple[Stated, ...] = ()

    def one(self, name: str) -> Stated | None:
        """Returns what stands in a field, or None."""
        found = self.chosen.get(name, ())
        return found[0] if found else None

    def values(self) -> dict[str, Any]:
        """Returns field → value of what stands; of sets the list."""
        return {
            name: [one.value for one in found] if FIELDS[name].holds == "set" else found[0].value
            for name, found in self.chosen.items()
        }


def merge(
    findings: Iterable[Finding],
    lead: LeadFields,
    now: datetime,
    ceilings: Mapping[str, float] | None = None,
) -> Merged:
    """Merges findings, those of what came in among them (`brought.findings`).

    `ceilings` is source → how sure it can be at most; a source that is not named has none.
    """
    capped = sorted({_key(one): _capped(one, ceilings or {}) for one in findings}.items())
    clear = [one for _, one in capped if not one.doubt]
    doubtful = tuple(_stated([one], now, why=one.doubt) for _, one in capped if one.doubt)
    fields: dict[str, list[Finding]] = {}
    for one in clear:
        fields.setdefault(one.field, []).append(one)
    parts = [_field(name, fields[name], lead, now) for name in FIELDS if name in fields]
    return Merged(
        chosen={part.name: part.chosen for part in parts if part.chosen},
        also=tuple(one for part in parts for one in part.also),
        contradictions=tuple(one for part in parts for one in part.contradictions),
        doubtful=doubtful,
        refused=tuple(one for part in parts for one in part.refused),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    chosen: tuple[Stated, ...]
    also: tuple[Stated, ...] = ()
    contradictions: tuple[Stated, ...] = ()
    refused: tuple[Stated, ...] = ()


def _field(name: str, found: Sequence[Finding], lead: LeadFields, now: datetime) -> _Part:
    """One field: its values by their normal form, the one that stands, and the others."""
    groups: dict[Hashable, list[Finding]] = {}
    wrong: list[Finding] = []
    for one in found:
        key = normal(name, one.value, lead.country)
        if key is None and one.source != CAME_IN:
            wrong.append(one)
        else:
            groups.setdefault(one.value if key is None else key, []).append(one)
    refused = tuple(_stated([one], now, why="cannot be right") for one in wrong)
    values = sorted((_stated(group, now) for group in groups.values()), key=_rank)
    if FIELDS[name].holds == "set":
        return _Part(name, tuple(values), refused=refused)
    return _one(name, values, refused)


def _one(name: str, values: Sequence[Stated], refused: tuple[Stated, ...]) -> _Part:
    if not values:
        return _Part(name, (), refused=refused)
    first, *others = values
    if FIELDS[name].holds == "several" or not others:
        return _Part(name, (first,), also=tuple(others), refused=refused)
    against = max(other.confidence for other in others)
    less = replace(first, confidence=round(first.confidence * (1 - against / 2), 4))
    return _Part(name, (less,), contradictions=tuple(others), refused=refused)


def _rank(one: Stated) -> tuple[Any, ...]:
    """What came in stands; then the surest, the one that more sources state, the newest. The rest
    only settles ties the same way every time."""
    return (
        not one.came_in,
        -one.confidence,
        -len(one.sources),
        -one.at.timestamp(),
        _canonical(one.value),
    )


def _stated(group: Sequence[Finding], now: datetime, why: str = "") -> Stated:
    """Several findings of one value as one; its wording is that of what came in, else the surest's
    (a number as the site writes it stays readable)."""
    if len(group) == 1:
        return _alone(group[0], now, why)
    best: dict[str, float] = {}
    for one in group:
        best[one.source] = max(best.get(one.source, 0.0), one.confidence * aged(one.at, now))
    sure = 1 - prod(1 - share for share in sorted(best.values()))
    lead = min(group, key=lambda one: _preferred(one, now))
    names = tuple(sorted(best, key=lambda source: (-best[source], source)))
    return Stated(
        field=lead.field,
        value=lead.value,
        confidence=round(min(sure, SUREST), 4),
        sources=names,
        evidence=lead.evidence[:EVIDENCE],
        place=lead.place,
        at=max(one.at for one in group),
        why=why,
    )


def _alone(one: Finding, now: datetime, why: str) -> Stated:
    """What one source states and nobody else."""
    return Stated(
        field=one.field,
        value=one.value,
        confidence=round(min(one.confidence * aged(one.at, now), SUREST), 4),
        sources=(one.source,),
        evidence=one.evidence[:EVIDENCE],
        place=one.place,
        at=one.at,
        why=why,
    )


def _preferred(one: Finding, now: datetime) -> tuple[Any, ...]:
    sure = one.confidence * aged(one.at, now)
    return (one.source != CAME_IN, -sure, _key(one))


def aged(at: datetime, now: datetime) -> float:
    """Returns how much of itself a fact counts at its age."""
    age = now - at
    return 1.0 if age <= FRESH else 0.7 if age <= STALE else 0.4


def _capped(one: Finding, ceilings: Mapping[str, float]) -> Finding:
    sure = max(0.0, min(one.confidence, ceilings.get(one.source, 1.0), 1.0))
    return one if sure == one.confidence else replace(one, confidence=sure)


def _key(one: Finding) -> tuple[Any, ...]:
    """Names a finding by all that it says: the same one twice is one."""
    said = (one.field, one.source, _canonical(one.value), one.evidence, one.place)
    return (*said, one.at.isoformat(), one.confidence, one.doubt)


def _canonical(value: Any) -> str:
    if type(value) is str:
        return f'"{value}'  # as JSON begins it, so that "5" is not 5
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()
