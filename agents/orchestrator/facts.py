"""Joins the facts of events into the records of a turn, and says what each of them means there."""

from agents.orchestrator import lifecycle
from agents.orchestrator.record import Record
from agents.orchestrator.turn import Turn
from contracts.envelope import Event
from contracts.ids import LeadId

UNTOLD = frozenset({"url"})
"""What a fact holds and the history does not: a page's address names its business, and an erasure
leaves the history as it is."""


def joined(turn: Turn, event: Event) -> None:
    """Adds a fact to its lead; one that adds nothing touches nothing. A fact that overtook its
    lead's score is kept all the same: any order of the same facts ends alike (design §4)."""
    lead = LeadId(str(event.data.get("lead_id") or ""))
    found = lifecycle.fact_of(event.topic, event.id, event.data)
    if not lead or found is None:
        return
    kind, id_, entry = found
    if kind == "held" and "send_id" not in entry:
        return  # the waiting line says so of a touch that has no send yet; its timer knows
    record = turn.records.setdefault(lead, Record(turn.tenant, turn.account, lead))
    if not lifecycle.add(record.lead.facts, kind, id_, entry):
        return
    record.changed = True
    turn.touch(record.id)
    if kind != "held":  # the sender's verdict stands in the history already, with its count
        told = {name: value for name, value in entry.items() if name not in UNTOLD}
        turn.note(record, "fact", kind, {**told, "id": id_})
    if kind in {"contacted", "unknown", "refused", "held"}:
        record.asked.pop(str(entry.get("send_id")), None)


def content(turn: Turn, event: Event) -> None:
    """Adds what is known of a draft: ready, approved or declined, each bound to its hash."""
    data = event.data
    record = turn.records.get(LeadId(str(data.get("lead_id"))))
    if record is None:
        return
    entry = {
        "at": data["occurred_at"],
        "content_id": data["content_id"],
        "hash": data["content_hash"],
    }
    if event.topic == "lead.content_ready":
        entry["problems"] = list(data.get("problems", ()))
        added = lifecycle.add(record.lead.facts, "content", str(data["send_id"]), entry)
    else:
        kind = "approved" if event.topic == "lead.content_approved" else "declined"
        entry |= {"by": data["by"], "reason": data.get("reason", ""), "send_id": data["send_id"]}
        entry["released"] = bool(data.get("released"))
        added = lifecycle.add(record.lead.facts, kind, str(data["content_hash"]), entry)
    if added or event.topic == "lead.content_ready":
        record.changed |= added
        record.asked.pop(f"draft:{data['send_id']}", None)
        turn.touch(record.id)


def page(record: Record) -> str | None:
    """Returns the address of the lead's landing page where it is up: the last word counts."""
    url = record.lead.facts.get("page", {}).get(record.id, {}).get("url")
    return str(url) if url else None


def released(record: Record, hash_: str) -> bool:
    """Says whether a person let this very content go in manual mode."""
    word = record.lead.of("approved").get(hash_, {})
    return approved(record, hash_) is not None and bool(word.get("released"))


def approved(record: Record, hash_: str) -> str | None:
    """Returns who approved this very content; a later decline of the same hash wins."""
    yes = record.lead.of("approved").get(hash_)
    no = record.lead.of("declined").get(hash_)
    if yes is None or (no is not None and no["at"] >= yes["at"]):
        return None
    return str(yes["by"])
