"""A lead's state as a join of facts: what each fact adds, and which status wins.

There are no transitions and no illegal facts (design §4). A lead's record holds facts by kind and
id; adding one is commutative, associative and idempotent, so any order and any repetition of the
same facts ends in the same record, and the status is derived from it:

    what each fact adds (a set that only grows, by id)        which status wins (first that holds)
    ─────────────────────────────────────────────────         ────────────────────────────────────
    scored        profile, the larger stamp wins              unsubscribed    an opt-out
    enrolled      a round in a campaign                       do_not_contact  complaint, "no"
    contacted     outcome of a send                           bounced         no address is left
    unknown       outcome of a send                           converted       the deal is won
    refused       outcome of a send                           closed          merged, or closed
    held          outcome of a send, replaced by later        engaged         meeting, "yes"
    bounced       a dead address, or a soft bounce            responded       any other human answer
    responded     a message, human or automatic
    classified    what a message is, larger stamp wins        failed          a send failed for good
    unsubscribed  an opt-out                                  no_response     the round ended silent
    complained    a complaint                                 in_sequence     enrolled
    meeting       a meeting                                   new             nothing of the above
    converted     a deal
    merged        the lead that it became
    page          where its landing page is; without an address it is down, larger stamp wins
    ended         the end of a round
    resumed       names the facts that it lifts

A late fact counts from when it happened. A hard bounce reopens nothing; an answer after the end of
a round wins over `no_response`, since its row stands above. A `resumed` fact answers the facts it
names: they stay on record and no longer count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.ids import AddressHash, SendId
from contracts.outcome import ReplyClass, Status

Facts = dict[str, dict[str, dict[str, Any]]]
"""kind → id → what the fact says; JSON values throughout."""

STAMPED = frozenset({"scored", "classified", "held", "content", "page"})
"""Kinds whose entries are values: of two under one id the one with the larger stamp wins."""

NAMES: Mapping[str, str] = {
    "lead.scored": "scored",
    "lead.contacted": "contacted",
    "lead.send_unknown": "unknown",
    "lead.send_refused": "refused",
    "lead.send_held": "held",
    "lead.bounced": "bounced",
    "lead.responded": "responded",
    "lead.reply_classified": "classified",
    "lead.unsubscribed": "unsubscribed",
    "lead.complained": "complained",
    "lead.meeting_booked": "meeting",
    "lead.converted": "converted",
    "lead.merged": "merged",
    "lead.page_published": "page",
    "lead.page_withdrawn": "page",
}
"""Topic of an event → the kind of fact that it adds."""


def fact_of(
    topic: str, id_: str, data: Mapping[str, Any]
) -> tuple[str, str, dict[str, Any]] | None:
    """Returns (kind, id, entry) of an event's data, or None where it says nothing of a state.

    The id is what makes repetition harmless: the send, the message or the address where there is
    one, else the event's own.
    """
    kind = NAMES.get(topic)
    if kind is None:
        return None
    keep = {name: data[name] for name in KEPT[kind] if data.get(name) is not None}
    named = next((data[name] for name in NAMED_BY.get(kind, ()) if data.get(name)), id_)
    return kind, str(named), {"at": data["occurred_at"], **keep}


NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "scored": ("lead_id",),
    "contacted": ("send_id",),
    "unknown": ("send_id",),
    "refused": ("send_id",),
    "held": ("send_id",),
    "responded": ("message_id",),
    "classified": ("message_id",),
    "page": ("lead_id",),
}

KEPT: Mapping[str, tuple[str, ...]] = {
    "scored": (),
    "contacted": ("step", "attempt", "channel", "resource_id", "send_id"),
    "unknown": ("step", "attempt", "channel", "resource_id", "send_id"),
    "refused": ("step", "attempt", "channel", "code", "recipient_gone", "send_id"),
    "held": ("step", "channel", "code", "gate", "next_eligible", "send_id"),
    "bounced": ("kind", "address_hash", "channel", "reason", "send_id", "about"),
    "responded": ("channel", "automatic", "send_id", "return_date", "message_id"),
    "classified": ("label", "sentiment", "objection", "opt_out", "return_date", "by"),
    "unsubscribed": ("scope", "address_hash", "source"),
    "complained": ("address_hash",),
    "meeting": ("source",),
    "converted": ("source",),
    "merged": ("into",),
    "page": ("url",),
}


def add(facts: Facts, kind: str, id_: str, entry: Mapping[str, Any]) -> bool:
    """Adds a fact in place; True where it added something. Order and repetition do not matter."""
    there = facts.setdefault(kind, {})
    old = there.get(id_)
    new = dict(entry)
    if old is None:
        there[id_] = new
        return True
    winner = max(old, new, key=_stamp) if kind in STAMPED else min(old, new, key=_stamp)
    there[id_] = winner
    return winner != old


def _stamp(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Orders two entries of one id: by time, then by content, so that ties end alike."""
    moment = str(entry.get("at", ""))
    try:
        moment = datetime.fromisoformat(moment).isoformat()
    except ValueError:
        pass
    return moment, repr(sorted(entry.items()))


@dataclass(frozen=True, slots=True)
class Standing:
    """A status, why, and when what made it so happened."""

    status: Status
    reason: str
    at: datetime | None = None


@dataclass(slots=True)
class Lead:
    """A lead's record as rules read it; `facts` is what is stored."""

    facts: Facts = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The facts of a kind that no resume has lifted."""
        lifted = self.lifted
        return {id_: entry for id_, entry in self.facts.get(kind, {}).items() if id_ not in lifted}

    @property
    def lifted(self) -> set[str]:
        """Ids of facts that a resume named."""
        return {id_ for e in self.facts.get("resumed", {}).values() for id_ in e.get("lifts", ())}

    @property
    def profile(self) -> dict[str, Any]:
        """What scoring said last: score, tier, zones, address hashes by channel, person."""
        return next(iter(self.facts.get("scored", {}).values()), {})

    @property
    def dead_addresses(self) -> set[AddressHash]:
        """Addresses that bounced hard, or that a vendor refused for good."""
        return {
            e["address_hash"]
            for e in self.of("bounced").values()
            if e.get("kind") == "hard" and e.get("address_hash") and e.get("about") != "sender"
        }

    @property
    def round(self) -> int:
        """The round that the lead is in; 0 before it was enrolled."""
        return max((int(e["round"]) for e in self.facts.get("enrolled", {}).values()), default=0)

    @property
    def enrolment(self) -> dict[str, Any] | None:
        """The enrolment of the current round; of two the earlier, in whatever order they came."""
        entries = self.facts.get("enrolled", {}).values()
        latest = [entry for entry in entries if int(entry["round"]) == self.round]
        return min(latest, key=_stamp, default=None)

    def outcome(self, send: SendId | str) -> str | None:
        """What became of a send, the strongest word first: contacted, unknown, refused, held."""
        for kind in ("contacted", "unknown", "refused", "held"):
            if send in self.facts.get(kind, {}):
                return kind
        return None


def standing(lead: Lead) -> Standing:
    """Derives the status by the printed precedence."""
    for rule in PRECEDENCE:
        found = rule(lead)
        if found is not None:
            return found
    return Standing(Status.NEW, "not enrolled")


def _first(
    status: Status, reason: str, entries: Mapping[str, Mapping[str, Any]]
) -> Standing | None:
    if not entries:
        return None
    entry = min(entries.values(), key=_stamp)
    detail = entry.get("source") or entry.get("code") or entry.get("reason") or ""
    text = f"{reason}: {detail}" if detail else reason
    return Standing(status, text, _moment(entry))


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(entry.get("at")))
    except ValueError:
        return None


def _labelled(lead: Lead, *labels: str) -> dict[str, dict[str, Any]]:
    return {i: e for i, e in lead.of("classified").items() if e.get("label") in labels}


def _unsubscribed(lead: Lead) -> Standing | None:
    told = {i: e for i, e in lead.of("classified").items() if e.get("opt_out") == "yes"}
    return _first(Status.UNSUBSCRIBED, "opted out", lead.of("unsubscribed")) or _first(
        Status.UNSUBSCRIBED, "opted out in an answer", told
    )


def _do_not_contact(lead: Lead) -> Standing | None:
    negative = _labelled(lead, ReplyClass.NEGATIVE)
    return _first(Status.DO_NOT_CONTACT, "complained", lead.of("complained")) or _first(
        Status.DO_NOT_CONTACT, "negative answer", negative
    )


def _bounced(lead: Lead) -> Standing | None:
    addresses = set(lead.profile.get("addresses", {}).values())
    if addresses and addresses <= lead.dead_addresses:
        hard = {i: e for i, e in lead.of("bounced").items() if e.get("kind") == "hard"}
        return _first(Status.BOUNCED, "no address is left", hard)
    return None


def _converted(lead: Lead) -> Standing | None:
    return _first(Status.CONVERTED, "deal won", lead.of("converted"))


def _closed(lead: Lead) -> Standing | None:
    entry = _first(Status.CLOSED, "merged into another lead", lead.of("merged"))
    return entry or _first(Status.CLOSED, "closed", _ends(lead, "closed"))


def _engaged(lead: Lead) -> Standing | None:
    return _first(Status.ENGAGED, "meeting booked", lead.of("meeting")) or _first(
        Status.ENGAGED, "positive answer", _labelled(lead, ReplyClass.POSITIVE)
    )


def _responded(lead: Lead) -> Standing | None:
    return _first(Status.RESPONDED, "answered", human_answers(lead))


def human_answers(lead: Lead) -> dict[str, dict[str, Any]]:
    """Answers that a person wrote: not automatic by header, and not classed so later.

    A neutral answer whose quiet time is over no longer counts (an `ended` fact closes the round).
    """
    automatic = _labelled(lead, ReplyClass.OUT_OF_OFFICE, ReplyClass.BOUNCE)
    over = {e.get("message_id") for e in _ends(lead, "no_response").values()}
    return {
        id_: entry
        for id_, entry in lead.of("responded").items()
        if not entry.get("automatic") and id_ not in automatic and id_ not in over
    }


def _failed(lead: Lead) -> Standing | None:
    return _first(Status.FAILED, "could not be sent", _ends(lead, "failed"))


def _no_response(lead: Lead) -> Standing | None:
    return _first(
        Status.NO_RESPONSE, "the sequence ended without an answer", _ends(lead, "no_response")
    )


def _ends(lead: Lead, how: str) -> dict[str, dict[str, Any]]:
    ended = lead.of("ended").items()
    return {i: e for i, e in ended if e.get("how") == how and int(e.get("round", 0)) == lead.round}


def _in_sequence(lead: Lead) -> Standing | None:
    enrolment = lead.enrolment
    if enrolment is None:
        return None
    return Standing(Status.IN_SEQUENCE, f"in campaign {enrolment['campaign']}", _moment(enrolment))


PRECEDENCE = (
    _unsubscribed,
    _do_not_contact,
    _bounced,
    _converted,
    _closed,
    _engaged,
    _responded,
    _failed,
    _no_response,
    _in_sequence,
)
"""Which status wins: the first rule that finds something."""
TERMINAL = frozenset(
    {
        Status.UNSUBSCRIBED,
        Status.DO_NOT_CONTACT,
        Status.BOUNCED,
        Status.CONVERTED,
        Status.CLOSED,
        Status.ENGAGED,
        Status.FAILED,
        Status.NO_RESPONSE,
    }
)
"""Statuses in which nothing is planned unless a new fact reopens the lead."""
