"""Turns a lead, what enrichment found, and the client's profile into quality and score.

Spec 1.3 (four shares, qualified, reasons) and section 4 (seven weighted parts, tiers). Called by
the scoring agent, by intake for leads whose score came without its parts, by enrichment for the
baseline, and by `leadwire leads score`. Pure: no store, no bus, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.scoring import accuracy, categories
from agents.scoring.known import Known
from agents.scoring.parts import PARTS, Finding, size
from agents.scoring.profile import OVERALL_TARGET, TARGETS, ClientProfile
from contracts.inbound import StatedQuality
from contracts.lead import (
    AlsPart,
    Enriched,
    Enrichment,
    LeadFields,
    Quality,
    Routed,
    Scored,
)
from contracts.outcome import Channel

ALIASES = {"name": "business_name"}
"""Required fields whose name in the record differs (spec 1.3's *name* is the business's)."""

SPOKEN = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.LINKEDIN: "LinkedIn",
    Channel.VOICE: "calling",
    Channel.MAIL: "post",
}
"""Channels as people say them."""

LOW = 40.0
"""Points below which a part is named among the reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What spec 7.2's rule reads. `confidence` is 0–1, each part counting up to its target of 4.2;
    `sufficient` and `missing` are names of parts that are, or are not, as sure as they should be.
    """

    als: float
    confidence: float
    parts: dict[str, AlsPart]
    sufficient: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True where the overall target of 4.2 is met."""
        return self.confidence >= OVERALL_TARGET


def score(lead: LeadFields, enrichment: Enrichment | None, profile: ClientProfile) -> Quality:
    """Returns the quality of a lead; the same input gives the same score, to the last digit."""
    about = Known.of(lead, enrichment)
    parts = _parts(about, profile)
    als = _als(parts)
    sure, doubts = accuracy.accuracy(about)
    lacking = missing(about, profile)
    open_ = open_channels(about, als, profile)
    return Quality(
        completeness_score=_round(1 - len(lacking) / max(len(profile.required), 1)),
        confidence_score=_round(sure),
        category_score=_round(categories.relevance(about.categories, profile.categories).score),
        size_score=_round(size(about)[1]),
        als=als,
        tier=profile.tier(als),
        parts=parts,
        qualified=als >= profile.min_als and bool(open_),
        reasons=_reasons(about, profile, als, parts, lacking, doubts),
        missing=lacking,
    )


def scored(routed: Routed, profile: ClientProfile) -> Scored:
    """Returns the same lead with its quality; keys that came in go out unchanged.

    What the scoring agent publishes and the linear pipeline writes; enrichment may be absent.
    """
    enrichment = routed.enrichment if isinstance(routed, Enriched) else None
    return Scored(
        lead_id=routed.lead_id,
        occurred_at=routed.occurred_at,
        channel=routed.channel,
        account_id=routed.account_id,
        lead=routed.lead,
        origin=routed.origin,
        enrichment=enrichment,
        quality=score(routed.lead, enrichment, profile),
    )


def stated(
    given: StatedQuality, lead: LeadFields, enrichment: Enrichment | None, profile: ClientProfile
) -> Quality:
    """Returns the quality of a lead that came scored: upstream's figures, ours where it has none.

    The tier follows from the score and the client's bounds unless upstream stated it.
    """
    about = Known.of(lead, enrichment)
    open_ = open_channels(about, given.als, profile)
    ours = score(lead, enrichment, profile).model_dump()
    theirs = given.model_dump(exclude_none=True, exclude_unset=True)
    merged: dict[str, Any] = {
        **ours,
        "tier": profile.tier(given.als),
        "qualified": given.als >= profile.min_als and bool(open_),
        "reasons": _not_qualified(about, profile, given.als),
        "parts": {},
        "by": "upstream",
    }
    return Quality.model_validate({**merged, **theirs})


def baseline(lead: LeadFields, enrichment: Enrichment | None, profile: ClientProfile) -> Baseline:
    """Returns score and overall confidence after the sources are merged (spec 1.2, 7.2).

    Overall confidence is the weighted share of the targets that is met: a part surer than its
    target does not make up for another, and a lead at every target is at 100 %. (A plain mean
    could not reach 4.2's overall 80 %: the targets themselves average 70 %.)
    """
    parts = _parts(Known.of(lead, enrichment), profile)
    met = {name: min(1.0, part.confidence / TARGETS[name]) for name, part in parts.items()}
    return Baseline(
        als=_als(parts),
        confidence=_round(sum(part.weight * met[name] for name, part in parts.items())),
        parts=parts,
        sufficient=tuple(name for name, share in met.items() if share >= 1),
        missing=tuple(name for name, share in met.items() if share < 1),
    )


def missing(about: Known, profile: ClientProfile) -> tuple[str, ...]:
    """Returns the required fields that neither came in nor were found."""
    return tuple(name for name in profile.required if not _present(about, name))


def open_channels(about: Known, als: float, profile: ClientProfile) -> tuple[Channel, ...]:
    """Returns the channels by which the lead can be reached at its score (spec 4.3)."""
    return tuple(c for c in reachable(about) if als >= profile.opens_at(c))


def reachable(about: Known) -> tuple[Channel, ...]:
    """Returns the channels for which the lead has an address that can be right."""
    found = []
    if about.email is not None and about.email.verdict == "valid":
        found.append(Channel.EMAIL)
    others = about.enrichment.other_ids if about.enrichment else {}
    if others.get("linkedin") or about.first("linkedin", "linkedin_url"):
        found.append(Channel.LINKEDIN)
    if about.phone is not None and about.phone.valid:
        found += [Channel.VOICE, Channel.SMS, Channel.WHATSAPP]
    if about.lead.address and (about.lead.city or about.lead.postcode):
        found.append(Channel.MAIL)
    return tuple(found)


def _parts(about: Known, profile: ClientProfile) -> dict[str, AlsPart]:
    return {
        name: _part(judge(about, profile), profile.weights[name]) for name, judge in PARTS.items()
    }


def _part(found: Finding, weight: float) -> AlsPart:
    return AlsPart(
        weight=weight,
        points=_round(found.points),
        confidence=_round(found.confidence),
        evidence=found.evidence,
    )


def _als(parts: dict[str, AlsPart]) -> float:
    return round(sum(part.weight * part.points for part in parts.values()), 2)


def _round(value: float) -> float:
    return round(value, 4)


def _present(about: Known, name: str) -> bool:
    if name == "name":
        return bool(about.business)
    if name == "category":
        return bool(about.categories)
    if name in ("email", "phone"):
        return bool(about.text(name))
    field = ALIASES.get(name, name)
    if field in LeadFields.model_fields:
        own = getattr(about.lead, field)
        return own not in (None, "", (), {}) or about.first(field) is not None
    return about.first(name) is not None or _nested(about.lead.model_dump(), name) is not None


def _nested(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return None if value in ("", [], {}) else value


# ── words ─────────────────────────────────────────────────────────────────────────────────────


def _reasons(
    about: Known,
    profile: ClientProfile,
    als: float,
    parts: dict[str, AlsPart],
    lacking: Sequence[str],
    doubts: Sequence[str],
) -> tuple[str, ...]:
    """Why the score is not higher and, first of all, why the lead is not qualified."""
    weak = sorted(
        (name for name, part in parts.items() if part.points < LOW),
        key=lambda name: -parts[name].weight * (100 - parts[name].points),
    )
    return (
        *_not_qualified(about, profile, als),
        *(f"{name} is missing" for name in lacking),
        *(_weakness(name, parts[name]) for name in weak),
        *doubts,
    )


def _not_qualified(about: Known, profile: ClientProfile, als: float) -> tuple[str, ...]:
    found = []
    if als < profile.min_als:
        found.append(f"score {als:.1f} is under the campaign's minimum of {profile.min_als:g}")
    if not open_channels(about, als, profile):
        has = reachable(about)
        later = ", ".join(f"{SPOKEN[c]} opens at {profile.opens_at(c):g}" for c in has)
        found.append(f"no channel is open: {later or _unreachable(about)}")
    return tuple(found)


def _unreachable(about: Known) -> str:
    """Why none of what is given reaches anybody."""
    why = []
    if about.email is not None:
        why.append("the e-mail is no address")
    if about.phone is not None:
        why.append("the phone number cannot be read")
    if about.lead.address:
        why.append("the postal address lacks town and postcode")
    return ", ".join(why) or "e-mail, phone and postal address are missing"


def _weakness(name: str, part: AlsPart) -> str:
    label = name.replace("_", " ")
    if not part.evidence:
        return f"{label}: nothing is known"
    return f"{label}: {part.points:.0f} of 100 ({'; '.join(part.evidence)})"
