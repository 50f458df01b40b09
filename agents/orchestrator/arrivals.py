"""A scored lead arrives: its record, its person, and what rules may know of it (the profile).

The profile holds no personal data: keyed hashes of its addresses by channel, zones, score, tier,
category, place. Names, addresses and the lead's own fields go into the row `person`, which
erasure blanks.
"""

from collections.abc import Mapping
from typing import Any

from agents.identity import addresses, phones, zones
from agents.names import Names
from agents.orchestrator import lifecycle
from agents.orchestrator.record import Record
from agents.orchestrator.turn import Turn
from contracts.envelope import Event
from contracts.ids import LeadId, PersonId
from contracts.outcome import Channel
from statestore.base import Ref, RowWrite

HANDS = ("name", "email", "phone", "title")


def scored(turn: Turn, event: Event) -> None:
    """Takes `lead.scored`: makes or updates the record; an older score changes nothing."""
    lead = LeadId(str(event.data["lead_id"]))
    record = turn.records.get(lead)
    if record is None:
        record = Record(turn.tenant, turn.account, lead)
        turn.records[lead] = record
    entry = profile(event, turn.names)
    if not lifecycle.add(record.lead.facts, "scored", lead, entry):
        return
    record.changed = True
    turn.touch(lead)
    if record.lead.profile is not entry and record.lead.profile != entry:
        return
    turn.rows.append(person(turn, event, lead))
    kept = {name: entry[name] for name in ("als", "tier", "qualified", "channels")}
    turn.note(record, "fact", "scored", kept)


def person(turn: Turn, event: Event, lead: LeadId) -> RowWrite:
    """The row that says who it is and how to reach them."""
    fields = dict(event.data["lead"])
    reach = reachable(fields, event.data.get("enrichment"))
    data = {
        **{name: fields.get(name) for name in HANDS},
        "addresses": reach,
        "lead": {
            **fields,
            "enrichment": event.data.get("enrichment"),
            "quality": event.data.get("quality"),
        },
    }
    ref = Ref(turn.tenant, "person", PersonId(lead))
    return RowWrite(ref=ref, expect=None, parent=lead, data=data)


def profile(event: Event, names: Names) -> dict[str, Any]:
    """Returns what rules may know of a lead, from its scored event."""
    data = event.data
    fields: Mapping[str, Any] = data["lead"]
    quality: Mapping[str, Any] = data["quality"]
    reach = reachable(fields, data.get("enrichment"))
    where = place(fields, reach)
    return {
        "at": data["occurred_at"],
        "als": quality["als"],
        "tier": quality["tier"],
        "qualified": quality.get("qualified", False),
        "person": lead_person(data),
        "addresses": {channel: names.address(channel, to) for channel, to in reach.items()},
        "channels": sorted(reach),
        "domain": _domain(reach, names),
        "route": fields.get("route", "TARGET"),
        "category": fields.get("category"),
        "country": fields.get("country"),
        "region": fields.get("region"),
        "campaign": fields.get("campaign_id") or event.campaign,
        "consent": (fields.get("consent") or {}).get("basis"),
        "trace": event.traceparent,
        **where,
    }


def lead_person(data: Mapping[str, Any]) -> str:
    """The person of a lead alone in its account has the lead's id."""
    return str(data.get("person_id") or data["lead_id"])


def reachable(fields: Mapping[str, Any], enrichment: Mapping[str, Any] | None) -> dict[str, str]:
    """Returns channel → normalised address or number; what came in goes before what was found out
    later, and what cannot be right is left out."""
    found: dict[str, str] = {}
    enrichment = enrichment or fields.get("enrichment") or {}
    email = fields.get("email") or enrichment.get("email")
    if email:
        normalised = addresses.read(str(email)).normalised
        if normalised:
            found[Channel.EMAIL.value] = normalised
    number = fields.get("phone") or enrichment.get("phone")
    if number:
        e164 = phones.read(str(number), fields.get("country")).e164
        if e164:
            found |= dict.fromkeys(("sms", "voice", "whatsapp"), e164)
    return found


def place(fields: Mapping[str, Any], reach: Mapping[str, str]) -> dict[str, Any]:
    """Returns the likely zones, how sure they are, and the calendar's region."""
    geo = fields.get("geo") or {}
    likely = zones.likely(
        country=fields.get("country"),
        region=fields.get("region"),
        phone=reach.get("voice"),
        postcode=fields.get("postcode"),
        latitude=geo.get("latitude"),
        longitude=geo.get("longitude"),
        stated=fields.get("timezone"),
    )
    return {"zones": list(likely.zones), "zone_sure": likely.sure, "zone_why": likely.why}


def _domain(reach: Mapping[str, str], names: Names) -> str | None:
    email = reach.get("email")
    return names.identity("domain", email.rpartition("@")[2]) if email else None
