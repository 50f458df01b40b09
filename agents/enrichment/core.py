"""A routed lead and what the sources found → the enriched lead. Pure.

The enrichment agent calls it after each source and once at the end; the linear pipeline calls it
over lists. Nothing that came in is changed: the lead goes out as it came, and everything new stands
under `enrichment`, each field with its confidence, source, evidence and date (spec 1.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agents.enrichment import brought
from agents.enrichment.base import Finding
from agents.enrichment.fields import FIELDS
from agents.enrichment.merge import CAME_IN, Merged, Stated, merge
from agents.enrichment.wanting import When, wants_brain
from agents.identity import titles
from agents.scoring import score as scoring
from agents.scoring.known import Known
from agents.scoring.profile import ClientProfile
from agents.scoring.score import Baseline
from contracts.lead import Contact, Enriched, Enrichment, Found, LeadFields, Routed, Tried

MOST = 20
"""Entries of one list that travel on the event; the surest come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The enriched lead with what the waterfall and a person need to know beside it."""

    payload: Enriched
    baseline: Baseline
    merged: Merged
    lacking: tuple[str, ...]
    """Required fields and parts of the score that are not as sure as they should be."""
    findings: tuple[Finding, ...]
    """What the sources said, as they said it; what came in is not among it."""
    ceilings: Mapping[str, float]
    now: datetime

    @property
    def enrichment(self) -> Enrichment:
        """What was added."""
        return self.payload.enrichment

    @property
    def review(self) -> tuple[Stated, ...]:
        """Findings that a person has to look at before they count."""
        return self.merged.doubtful

    def with_tried(self, tried: Sequence[Tried]) -> "Result":
        """Returns the same with a word on further sources."""
        found = self.enrichment
        more = found.model_copy(update={"tried": (*found.tried, *tried)})
        return replace(self, payload=self.payload.model_copy(update={"enrichment": more}))


def enriched(
    routed: Routed,
    findings: Iterable[Finding] = (),
    *,
    profile: ClientProfile,
    now: datetime,
    tried: Sequence[Tried] = (),
    notes: Sequence[str] = (),
    ceilings: Mapping[str, float] | None = None,
    brain: When = "gaps",
) -> Result:
    """Returns the enriched lead: the same for the same findings, in whatever order they come."""
    given = tuple(findings)
    own = brought.findings(routed.lead, routed.occurred_at)
    ceilings = ceilings or {}
    merged = merge([*own, *given], routed.lead, now, ceilings)
    found = _enrichment(routed.lead, merged, tried, notes)
    base = scoring.baseline(routed.lead, found, profile)
    absent = scoring.missing(Known(routed.lead, found), profile)
    whole = found.model_copy(
        update={
            "overall_confidence": base.confidence,
            "baseline_als": base.als,
            "sufficient": base.sufficient,
            "missing": (*absent, *base.missing),
            "enrichment_complete": base.complete,
            "wants_brain": wants_brain(base, brain),
        }
    )
    payload = Enriched(
        lead_id=routed.lead_id,
        occurred_at=routed.occurred_at,
        channel=routed.channel,
        account_id=routed.account_id,
        lead=routed.lead,
        origin=routed.origin,
        enrichment=whole,
    )
    return Result(
        payload=payload,
        baseline=base,
        merged=merged,
        lacking=(*absent, *base.missing),
        findings=given,
        ceilings=ceilings,
        now=now,
    )


def _enrichment(
    lead: LeadFields, merged: Merged, tried: Sequence[Tried], notes: Sequence[str]
) -> Enrichment:
    new = {name: found for name, found in merged.chosen.items() if not found[0].came_in}
    spoken = {
        name: found[0]
        for name, found in merged.chosen.items()
        if any(source != CAME_IN for source in found[0].sources)
    }
    asked = {source for found in merged.chosen.values() for s in found for source in s.sources}
    return Enrichment.model_validate(
        {
            **_passed_on(lead),
            **_values(lead, new),
            "method": "api" if asked - {CAME_IN} else "none",
            "confidence": {**_stated(lead), **_confidence(spoken)},
            "sources": {name: ", ".join(one.sources) for name, one in spoken.items()},
            "evidence": {name: one.evidence for name, one in spoken.items()},
            "dates": {name: one.at for name, one in spoken.items()},
            "also": [_said(one) for one in merged.also[:MOST]],
            "contradictions": [_said(one) for one in merged.contradictions[:MOST]],
            "needs_review": [_said(one) for one in merged.doubtful[:MOST]],
            "tried": [one.model_dump() for one in tried],
            "cost_micros": sum(one.cost_micros for one in tried),
            "notes": [*notes, *(_refusal(one) for one in merged.refused[:MOST])],
        }
    )


def _passed_on(lead: LeadFields) -> dict[str, Any]:
    """What upstream's enrichment says beyond our fields goes on."""
    given = brought.upstream(lead)
    if given is None:
        return {}
    return {**(given.model_extra or {}), "verified_email": given.verified_email}


def _stated(lead: LeadFields) -> Mapping[str, float]:
    """How sure upstream's enrichment was of what is passed on."""
    given = brought.upstream(lead)
    return given.confidence if given else {}


def _values(lead: LeadFields, new: Mapping[str, Sequence[Stated]]) -> dict[str, Any]:
    """The new values in their places: names with a dot lie within a mapping."""
    out: dict[str, Any] = {"company": {}, "other_ids": {}}
    for name, found in new.items():
        values = [one.value for one in found[:MOST]]
        value = values if FIELDS[name].holds == "set" else values[0]
        head, _, rest = name.partition(".")
        if head == "decision_makers":
            out[head] = _people(values)
        elif rest:
            out[head][rest] = value
        else:
            out[head] = value
    return out


def _people(values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The most senior first, equal ones as sure as they came; keys beyond a contact's stay."""
    rows = [Contact.model_validate(value).model_dump(exclude_none=True) for value in values]
    return sorted(rows, key=lambda row: -_priority(str(row.get("title") or "")))


def _priority(title: str) -> int:
    return titles.read(title).priority if title else 0


SHORT = {"decision_makers": "decision_maker"}
"""Names under which scoring looks for how sure a part is."""


def _confidence(spoken: Mapping[str, Stated]) -> dict[str, float]:
    """By field, and by the short name that scoring reads (`company.employees` → `employees`)."""
    found = {name: one.confidence for name, one in spoken.items()}
    short = {
        SHORT.get(name, name.rpartition(".")[2]): sure
        for name, sure in found.items()
        if name in SHORT or name.startswith("company.")
    }
    return {**short, **found}


def _said(one: Stated) -> dict[str, Any]:
    return Found(
        field=one.field,
        value=one.value,
        confidence=one.confidence,
        source=", ".join(one.sources),
        evidence=one.evidence,
        place=one.place,
        at=one.at,
        why=one.why,
    ).model_dump()


def _refusal(one: Stated) -> str:
    return f"{one.field} of {one.sources[0]} at {one.place} {one.why}: {str(one.value)[:80]!r}"
