"""Which campaign takes a scored lead (spec 2.2): the one that it names, else the client's first
whose entry rule fits; none: the lead is held as `no_campaign`, and listed."""

from collections.abc import Mapping
from typing import Any

from agents.definitions import Campaign
from agents.orchestrator import lifecycle
from agents.orchestrator.record import Record, text
from agents.orchestrator.turn import Turn
from contracts import lead as says
from contracts.ids import CampaignId


def enrol(turn: Turn, record: Record) -> bool:
    """Enrols a new lead; False where it is held instead."""
    profile = record.lead.profile
    problem = refusal(turn, profile)
    if problem is not None:
        held = {
            "inputs": {},
            **problem,
            "gate": "enrolment",
            "since": text(turn.now),
            "until": None,
            "scope": None,
        }
        if record.set_hold(held):
            turn.say_held(record, held)
        record.set_plan(None)
        return False
    chosen, version = next(found for found in turn.campaigns() if fits(found[0], profile))
    entry = {
        "at": text(turn.now),
        "campaign": chosen.id,
        "version": version,
        "round": 1,
        "steps": len(chosen.sequence),
    }
    lifecycle.add(record.lead.facts, "enrolled", f"{chosen.id}:1", entry)
    record.changed = True
    said = says.Enrolled(
        lead_id=record.id,
        occurred_at=turn.now,
        campaign_id=CampaignId(chosen.id),
        version=version,
        steps=len(chosen.sequence),
        als=profile["als"],
        tier=profile["tier"],
    )
    turn.emit(said, turn.touched[record.id], record.id)
    turn.note(record, "fact", "enrolled", {"version": version, "steps": len(chosen.sequence)})
    return True


def refusal(turn: Turn, profile: Mapping[str, Any]) -> dict[str, Any] | None:
    """Why a lead cannot be enrolled now."""
    if not profile:
        return {"code": "not_scored", "inputs": {}}
    if turn.client is None:
        return {"code": "client_unknown", "inputs": {"client": turn.tenant}}
    if profile.get("route") != "TARGET":
        return {"code": "not_target", "inputs": {"route": profile.get("route")}}
    fitting = [campaign.id for campaign, _ in turn.campaigns() if fits(campaign, profile)]
    if not fitting:
        return {"code": "no_campaign", "inputs": {"campaigns": len(turn.campaigns())}}
    if not profile.get("addresses"):
        return {
            "code": "no_channel",
            "inputs": {"reason": "no address or number that can be right"},
        }
    return None


def fits(campaign: Campaign, profile: Mapping[str, Any]) -> bool:
    """Says whether a campaign takes a lead: it is named, or its entry rule fits."""
    if campaign.status in {"completed", "cancelled"}:
        return False
    named = profile.get("campaign")
    if named:
        return bool(named == campaign.id)
    entry = campaign.entry
    category = str(profile.get("category") or "").casefold()
    return (
        _among(category, [c.casefold() for c in entry.categories], part=True)
        and _among(str(profile.get("country") or ""), entry.countries)
        and _among(str(profile.get("region") or ""), entry.regions)
        and _among(str(profile.get("tier")), entry.tiers)
        and (not entry.qualified_only or bool(profile.get("qualified")))
    )


def _among(value: str, allowed: Any, *, part: bool = False) -> bool:
    """True where nothing is asked, or the value is (part of) one of what is asked."""
    if not allowed:
        return True
    return any(value == one or (part and one in value) for one in allowed)
