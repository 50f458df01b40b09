"""Turns what a stranger says of a lead into what Leadwire publishes of it, or into a refusal.

`admit` is the core of the intake agent and of `leads publish|import`, pure: validate, upcast, name
the client, the lead and its account, and the keys by which it is known. Keys that came in go out
untouched; three things are put right, with the original kept beside them: numbers where text is
meant become text, a country's name its code, and where the primary contact cannot be reached and
another can, that other one comes first.

Ids that strangers bring are kept, unless they could identify somebody: ids travel on events that
must not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from agents.identity import addresses, phones, titles
from agents.intake import countries, ties
from agents.intake.folding import DOOR, Folded, folded
from agents.names import Names
from agents.scoring.profile import ClientProfile
from agents.scoring.score import stated
from contracts import registry
from contracts.errors import ContractError, Problem
from contracts.ids import AccountId, LeadId, PartitionKey, PersonId, TenantId, named, partition_key
from contracts.inbound import InboundLead
from contracts.lead import Contact, LeadFields, Routed, Scored
from contracts.lead import Rejected as RejectedFact
from contracts.upcast import upcast

HANDS = ("name", "email", "phone", "title")
"""What is known of a person (spec 1.1)."""
SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}")
NUMBER_LIKE = re.compile(r"[\d.\-]{7,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the account. `priority` orders them (spec 3.2); `email` and `phone` are normal
    forms, None where what was written cannot be right; `written` is what came in."""

    id: PersonId
    name: str | None
    title: str | None
    email: str | None
    phone: str | None
    priority: int
    written: Mapping[str, Any]

    @property
    def reachable(self) -> bool:
        """True where there is an address or a number that can be right."""
        return bool(self.email or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A lead that may enter. `people` has the primary contact first, then by priority, equal ones
    in the order given; `notes` say in words what was put right."""

    tenant: TenantId
    payload: Routed | Scored
    people: tuple[Person, ...]
    keys: tuple[ties.Key, ...]
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> PartitionKey:
        """The partition key under which it is published."""
        return partition_key(self.tenant, self.payload.account_id)

    @property
    def holder(self) -> ties.Holder:
        """What is kept under each of its keys."""
        own = ties.person(self.keys, self.payload.lead)
        return ties.Holder(self.payload.lead_id, self.payload.account_id, own)

    def tie(self, holders: Mapping[str, ties.Holder]) -> ties.Tie | None:
        """Returns whom it is tied to; see `ties.tie`."""
        stated = self.payload.account_id if self.payload.lead.account_id else None
        return ties.tie(self.keys, self.holder.person, holders, stated)

    def tied(self, tie: ties.Tie) -> "Admitted":
        """Returns the same lead under the lead and account that it is tied to."""
        changes = {"account_id": tie.account, "lead_id": tie.lead or self.payload.lead_id}
        return replace(self, payload=self.payload.model_copy(update=changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A lead that may not enter: `code` is stable, `problems` say where and what to do. No message
    repeats what was written, so that a refusal may travel."""

    code: str
    message: str
    problems: tuple[Problem, ...]
    original_id: str | None = None

    @property
    def pointer(self) -> str:
        """The place of the first problem, as an RFC 6901 pointer into what was written."""
        return self.problems[0].pointer if self.problems else ""

    def fact(self, *, now: datetime, origin: str, kept_as: Any = None) -> RejectedFact:
        """Returns the payload of `lead.rejected`."""
        return RejectedFact(
            occurred_at=now,
            code=self.code,
            message=self.message,
            pointer=self.pointer,
            original_id=self.original_id,
            kept_as=kept_as,
            origin=origin,
        )


@dataclass(frozen=True, slots=True)
class Door:
    """What intake knows of the installation: its clients' profiles by tenant, and its names."""

    profiles: Mapping[TenantId, ClientProfile]
    names: Names


def admit(
    data: Any,
    *,
    door: Door,
    now: datetime,
    origin: str,
    type_: str = DOOR,
    tenant: str | None = None,
    original_id: str | None = None,
    occurred_at: datetime | None = None,
) -> Admitted | Refused:
    """Admits one lead, or says why not.

    `tenant` is the client where the lead does not name one (a command's flag, an event's
    extension); an installation with one client needs neither. `origin` names the event or file row.
    """
    try:
        fold = folded(type_, data) if isinstance(data, Mapping) else Folded(data)
    except ContractError as error:
        return _refused(error, original_id)
    try:
        lead = registry.validated(InboundLead, upcast(DOOR, fold.data)[1], extra="allow")
        client = _client(lead, door, tenant)
        return _admitted(lead, client, door, occurred_at or now, origin)
    except ContractError as error:
        return _refused(error, original_id, fold)


def _refused(error: ContractError, original_id: str | None, fold: Folded | None = None) -> Refused:
    place = fold.pointer if fold else str
    problems = tuple(Problem(place(p.pointer), p.message) for p in error.problems)
    return Refused(code=error.code, message=str(error), problems=problems, original_id=original_id)


class UnknownClient(ContractError):
    """The lead names no client of this installation, or none where there are several."""

    code = "unknown_client"


class Unreachable(ContractError):
    """Nothing that the lead gives can reach anybody."""

    code = "unreachable"


def _client(lead: InboundLead, door: Door, tenant: str | None) -> TenantId:
    known = ", ".join(sorted(door.profiles)) or "none yet: declare one with `leadwire apply`"
    if lead.client_id and tenant and lead.client_id != tenant:
        words = f"the lead says client {lead.client_id!r}, its sender {tenant!r}; make them agree"
        raise UnknownClient(words, [Problem("/client_id", words)])
    wanted = lead.client_id or tenant
    if wanted is None and len(door.profiles) == 1:
        return next(iter(door.profiles))
    if wanted is None:
        words = f"whose lead is it? name its client in client_id; clients are {known}"
        raise UnknownClient(words, [Problem("/client_id", words)])
    if wanted not in door.profiles:
        words = f"no client {wanted!r}; clients are {known}"
        raise UnknownClient(words, [Problem("/client_id", words)])
    return TenantId(wanted)


def _admitted(
    inbound: InboundLead, tenant: TenantId, door: Door, occurred_at: datetime, origin: str
) -> Admitted:
    lead, notes = examined(inbound)
    account = _account_id(lead, tenant, door.names)
    lead_id = _lead_id(inbound, lead, tenant, door.names)
    common: dict[str, Any] = {
        "lead_id": lead_id,
        "occurred_at": occurred_at,
        "account_id": account or AccountId(lead_id),
        "lead": lead,
        "origin": origin,
    }
    payload: Routed | Scored
    if inbound.quality is None:
        payload = Routed(**common)
    else:
        quality = stated(inbound.quality, lead, inbound.enrichment, door.profiles[tenant])
        payload = Scored(**common, quality=quality, enrichment=inbound.enrichment)
    return Admitted(
        tenant=tenant,
        payload=payload,
        people=_people(lead, lead_id, door.names),
        keys=ties.keys(lead, tenant, door.names),
        notes=notes,
    )


def examined(inbound: InboundLead) -> tuple[LeadFields, tuple[str, ...]]:
    """Returns the lead's own record as it goes on, and in words what was put right.

    Raises Unreachable where nothing that it gives can be right.
    """
    lead, notes = put_right(_fields(inbound))
    _check_reachable(lead)
    return lead, notes


def _fields(inbound: InboundLead) -> LeadFields:
    """The lead's own record. What upstream found out stays with a lead that is yet to be scored."""
    taken = {"quality"} if inbound.quality is None else {"quality", "enrichment"}
    return LeadFields.model_validate(inbound.model_dump(exclude=taken, exclude_unset=True))


# ── putting right ─────────────────────────────────────────────────────────────────────────────


def put_right(lead: LeadFields) -> tuple[LeadFields, tuple[str, ...]]:
    """Returns the record with what can be put right put right, and in words what that was."""
    changes: dict[str, Any] = {}
    notes: list[str] = []
    code = countries.code(lead.country) if lead.country else None
    if code and code != lead.country:
        changes |= {"country": code, "country_as_written": lead.country}
        notes.append(f"country read as {code}")
    lead = _changed(lead, changes)
    promoted = _promoted(lead)
    if promoted:
        notes.append("the primary contact cannot be reached; another contact comes first")
    return _changed(lead, promoted), tuple(notes)


def _changed(lead: LeadFields, changes: Mapping[str, Any]) -> LeadFields:
    if not changes:
        return lead
    kept = lead.model_dump(exclude_unset=True, exclude=set(changes))
    return LeadFields.model_validate({**kept, **changes})


def _promoted(lead: LeadFields) -> dict[str, Any]:
    """The changes that put the first reachable contact in the primary's place, if need be.

    A primary who said something stays among the contacts. A number without a person's name is the
    business's own; it stays where it is.
    """
    if _email(lead.email) or (lead.name and _number(lead.phone, lead.country)):
        return {}
    ranked = sorted(lead.account_contacts, key=lambda contact: -_priority(contact.title))
    chosen = next((c for c in ranked if _email(c.email) or _number(c.phone, lead.country)), None)
    if chosen is None or (not chosen.email and lead.phone):
        return {}
    others = [contact for contact in lead.account_contacts if contact is not chosen]
    before = {hand: value for hand in HANDS if (value := getattr(lead, hand))}
    if set(before) - {"phone"}:
        others.insert(0, Contact.model_validate(before))
    new = {hand: value for hand in HANDS if (value := getattr(chosen, hand))}
    gone = dict.fromkeys(set(before) - set(new) - ({"phone"} if not lead.name else set()))
    return {**gone, **new, "account_contacts": [contact.model_dump() for contact in others]}


def _check_reachable(lead: LeadFields) -> None:
    """Raises Unreachable, naming what each way lacks, where none of them can be right."""
    people: list[LeadFields | Contact] = [lead, *lead.account_contacts]
    if any(_email(p.email) or _number(p.phone, lead.country) for p in people):
        return
    if (lead.website and "." in lead.website) or lead.address:
        return
    problems = [problem for n, p in enumerate(people) for problem in _bad_ways(n, p, lead.country)]
    words = "; ".join(f"{problem.pointer}: {problem.message}" for problem in problems)
    raise Unreachable(
        f"nobody is reachable: {words}; website and address are missing too", problems
    )


def _bad_ways(number: int, person: LeadFields | Contact, country: str | None) -> list[Problem]:
    place = "" if number == 0 else f"/account_contacts/{number - 1}"
    found = []
    if person.email:
        found.append(Problem(f"{place}/email", addresses.read(person.email).why))
    if person.phone:
        remedy = "" if country else "; give its country, or write it with + and the country's code"
        found.append(Problem(f"{place}/phone", phones.read(person.phone, country).why + remedy))
    return found or [Problem(f"{place}/email", "email and phone are missing")]


def _email(written: str | None) -> str | None:
    found = addresses.read(written) if written else None
    return found.normalised if found is not None and found.verdict == "valid" else None


def _number(written: str | None, country: str | None) -> str | None:
    return phones.read(written, country).e164 if written else None


def _priority(title: str | None) -> int:
    return titles.read(title).priority if title else 0


# ── ids ───────────────────────────────────────────────────────────────────────────────────────


def _lead_id(inbound: InboundLead, lead: LeadFields, tenant: str, names: Names) -> LeadId:
    """Upstream's id where it may travel; else one that follows from what names the lead.

    That is its `dedup_key`, or its account and primary contact, or all that it says: the same
    record twice is the same lead. The parts are hashed with the installation's key first, since
    whoever knows a number could otherwise try numbers until the id fits.
    """
    given = inbound.lead_id
    if given and _may_travel(given):
        return given
    contact = [str(_email(lead.email) or _number(lead.phone, lead.country) or lead.name or "")]
    if given:
        parts = ["given", given]
    elif lead.dedup_key:
        parts = ["dedup", lead.dedup_key]
    elif lead.account_id:
        parts = ["account", lead.account_id, *contact]
    else:
        parts = ["content", _canonical(lead)]
    return LeadId(named("lead", tenant, names.identity(tenant, *parts)))


def _account_id(lead: LeadFields, tenant: str, names: Names) -> AccountId | None:
    given = lead.account_id
    if not given or _may_travel(given):
        return given
    return AccountId(named("account", tenant, names.identity(tenant, "account", given)))


def _may_travel(id_: str) -> bool:
    """Says whether an id may stand on events that identify nobody: no address, no number."""
    return SAFE_ID.fullmatch(id_) is not None and NUMBER_LIKE.fullmatch(id_) is None


def _canonical(lead: LeadFields) -> str:
    return orjson.dumps(lead.wire(), option=orjson.OPT_SORT_KEYS).decode()


# ── people ────────────────────────────────────────────────────────────────────────────────────


def _people(lead: LeadFields, lead_id: LeadId, names: Names) -> tuple[Person, ...]:
    """Everybody of the account: the primary contact, then the others by priority (spec 3.2)."""
    first = _person(lead, PersonId(lead_id), lead.country)
    others = [
        _person(contact, _person_id(contact, number, lead_id, names), lead.country)
        for number, contact in enumerate(lead.account_contacts)
    ]
    return (first, *sorted(others, key=lambda person: -person.priority))


def _person(contact: LeadFields | Contact, id_: PersonId, country: str | None) -> Person:
    return Person(
        id=id_,
        name=contact.name,
        title=contact.title,
        email=_email(contact.email),
        phone=_number(contact.phone, country),
        priority=_priority(contact.title),
        written={hand: getattr(contact, hand) for hand in HANDS},
    )


def _person_id(contact: Contact, number: int, lead_id: LeadId, names: Names) -> PersonId:
    own = _email(contact.email) or contact.phone or contact.name or str(number)
    return PersonId(named("person", lead_id, names.identity("person", lead_id, own)))


__all__: Sequence[str] = ("Admitted", "Door", "Person", "Refused", "admit")
