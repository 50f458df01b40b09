"""What came with the lead, as findings: the first source of every lead, and the one that wins.

Pure, and no `Source` to be asked: the core always knows it. Beside the lead's own fields it reads
what upstream calls differently (`linkedin_url`, `employee_count`) and the enrichment that upstream
brought within the lead; the words themselves are the evidence.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from agents.enrichment.base import Finding
from agents.enrichment.fields import FIELDS, NETWORKS
from agents.enrichment.merge import CAME_IN
from agents.scoring import known
from contracts.lead import Enrichment, LeadFields

OWN = 0.7
"""How sure a listing is of a field: listings copy each other (as `agents.scoring.parts.OWN`)."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "company.employees": known.EMPLOYEES,
    "company.reviews": known.REVIEWS,
    "company.rating": known.RATING,
    "company.price_range": known.PRICE,
    "company.technologies": known.TOOLS,
    "company.opening_hours": ("opening_hours", "hours"),
    "budget_signals": ("budget_signals",),
    "timing_signals": ("timing_signals",),
    "pain_points": ("pain_points",),
    **{f"other_ids.{n}": (n, f"{n}_url", f"contact:{n}") for n in NETWORKS},
}
"""Field → names under which listings hold it."""


def findings(lead: LeadFields, at: datetime) -> tuple[Finding, ...]:
    """Returns what the lead itself says, as of the moment it came in."""
    return tuple(_findings(lead, at))


def _findings(lead: LeadFields, at: datetime) -> Iterator[Finding]:
    for row in FIELDS.values():
        value = getattr(lead, row.lead) if row.lead else None
        if value not in (None, ""):
            if hasattr(value, "model_dump"):
                value = value.model_dump()
            yield _finding(row.name, value, at, f"/lead/{row.lead}")
    extra = lead.model_extra or {}
    for layer, place in ((extra, "/lead"), (lead.metadata, "/lead/metadata")):
        yield from _by_name(layer, place, at)
    yield from _upstream(extra.get("enrichment"), at)


def _by_name(layer: Mapping[str, Any], place: str, at: datetime) -> Iterator[Finding]:
    for name, spellings in NAMES.items():
        spelling = next((s for s in spellings if layer.get(s) not in (None, "", [], {})), None)
        if spelling is None:
            continue
        for value in _values(name, layer[spelling]):
            yield _finding(name, value, at, f"{place}/{spelling}")


def _values(name: str, value: Any) -> Sequence[Any]:
    """A list stands for its entries where the field is a set."""
    if FIELDS[name].holds == "set" and isinstance(value, list | tuple):
        return [_worded(one) for one in value]
    return [value]


def _worded(value: Any) -> str:
    return known.words(known.Said(value, "lead"))


def upstream(lead: LeadFields) -> Enrichment | None:
    """Returns the enrichment that upstream brought within the lead; None where there is none or
    it cannot be read."""
    given = (lead.model_extra or {}).get("enrichment")
    if not isinstance(given, Mapping):
        return None
    try:
        return Enrichment.model_validate(given)
    except ValidationError:
        return None


def _upstream(given: Any, at: datetime) -> Iterator[Finding]:
    """Upstream's enrichment is a source of its own: it does not count as what came in."""
    if not isinstance(given, Mapping):
        return
    try:
        found = Enrichment.model_validate(given)
    except ValidationError:
        return
    for name, value in _of(found):
        short = name.partition(".")[2] or name
        sure = found.confidence.get(name, found.confidence.get(short, OWN))
        yield Finding(
            field=name,
            value=value,
            confidence=sure,
            source=found.sources.get(name, found.sources.get(short, "upstream")),
            evidence=_text(value),
            place=f"/lead/enrichment/{name.replace('.', '/')}",
            at=found.dates.get(name, at),
        )


def _of(found: Enrichment) -> Iterator[tuple[str, Any]]:
    for name in ("email", "phone", "industry_category"):
        if getattr(found, name):
            yield name, getattr(found, name)
    for network, value in found.other_ids.items():
        if f"other_ids.{network}" in FIELDS:
            yield f"other_ids.{network}", value
    for key, value in found.company.items():
        if f"company.{key}" in FIELDS:
            yield from ((f"company.{key}", one) for one in _values(f"company.{key}", value))
    for person in found.decision_makers:
        yield "decision_makers", person.model_dump(exclude_none=True)


def _finding(name: str, value: Any, at: datetime, place: str) -> Finding:
    return Finding(
        field=name,
        value=value,
        confidence=OWN,
        source=CAME_IN,
        evidence=_text(value),
        place=place,
        at=at,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
