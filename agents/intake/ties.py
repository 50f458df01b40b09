"""Turns a lead into identity keys, and keys that are already taken into a tie. Pure.

Identity at intake is exact (design §3): e-mail; name with phone; name with address; address with
phone. Each is normalised and hashed with the installation's key, so that the store holds no
personal data in its index and two clients' keys never meet. Likely duplicates are another matter:
they are listed for a person, never joined.

What says nothing of who somebody is joins nobody: a shared mailbox on the domain of a mail host, a
site builder or a chain; a mailbox that answers nobody; a toll-free or shared-cost number, which a
chain lists for all its branches.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agents.identity import addresses, companies, phones, streets
from agents.identity.words import fold, words
from agents.names import Names
from contracts.ids import AccountId, LeadId
from contracts.lead import LeadFields

OF_A_PERSON = ("id", "email")
STRENGTH = ("id", "email", "name+phone", "name+address", "address+phone")
"""Kinds of keys, the surest first. `id` is upstream's own `dedup_key`."""

SHARED = words(
    """info contact hello office sales admin support mail team enquiries enquiry inquiries booking
    bookings reservations orders kontakt post service reception customerservice customercare help
    marketing hr jobs billing accounts shop store manager webmaster postmaster user username name
    yourname your email test example"""
)
"""Local parts that nobody owns alone."""
NOBODY = words("noreply no-reply donotreply do-not-reply no.reply mailer-daemon nobody")
SHARED_NUMBERS = words("toll_free premium_rate shared_cost uan")


@dataclass(frozen=True, slots=True)
class Key:
    """One way in which a lead is known: its kind, and the keyed hash of the normalised value."""

    kind: str
    hash: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a key: the lead and its account. `person` is the hash of the mailbox of the person
    that the lead is about, None where that is unknown or shared."""

    lead: LeadId
    account: AccountId
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """What the keys say. `lead` None: another person of the same business, hence the same account.

    `evidence` are the kinds of keys that agree; `others` hold further leads that other keys of this
    record name: with it, those and `lead` turn out to be one (`lead.merged`, under the account of
    each, since that is where its record is).
    """

    account: AccountId
    lead: LeadId | None
    evidence: tuple[str, ...]
    others: tuple[Holder, ...] = ()

    @property
    def also(self) -> tuple[LeadId, ...]:
        """The leads of `others`."""
        return tuple(holder.lead for holder in self.others)


def keys(lead: LeadFields, tenant: str, names: Names) -> tuple[Key, ...]:
    """Returns the identity keys of a lead, the surest first; few or none where little is known."""
    business = _business(lead)
    number = _number(lead)
    place = _place(lead)
    values: dict[str, tuple[str, ...] | None] = {
        "id": (lead.dedup_key,) if lead.dedup_key else None,
        "email": _joining(lead.email),
        "name+phone": (business, number) if business and number else None,
        "name+address": (business, place) if business and place else None,
        "address+phone": (place, number) if place and number else None,
    }
    return tuple(
        Key(kind, names.identity(kind, tenant, *values[kind] or ()))
        for kind in STRENGTH
        if values[kind]
    )


def person(found: Sequence[Key], lead: LeadFields) -> str | None:
    """Returns the hash of the mailbox where it is one person's own, for `Holder.person`."""
    local = (lead.email or "").partition("@")[0].casefold()
    if local in SHARED:
        return None
    return next((key.hash for key in found if key.kind == "email"), None)


def tie(
    found: Sequence[Key],
    own: str | None,
    holders: Mapping[str, Holder],
    account: AccountId | None = None,
) -> Tie | None:
    """Returns whom a new record is tied to; None where nobody holds any of its keys.

    `own` is `person()` of the new record, `holders` maps key hashes to who holds them. The surest
    key decides. A business's key (all but `id` and `email`) whose holder is about another person
    than this record joins the account, not the lead; where upstream itself named another account
    (`account`), it joins nothing.
    """
    held = [
        (key, holders[key.hash])
        for key in found
        if key.hash in holders and not _other_account(key, holders[key.hash], account)
    ]
    same = [(key, holder) for key, holder in held if not _other_person(key, holder, own)]
    if not held:
        return None
    if not same:
        first = held[0][1]
        return Tie(first.account, None, _kinds(held, first))
    first = same[0][1]
    by_lead = {holder.lead: holder for _, holder in reversed(same) if holder.lead != first.lead}
    return Tie(first.account, first.lead, _kinds(same, first), tuple(by_lead.values()))


def _other_person(key: Key, holder: Holder, own: str | None) -> bool:
    if key.kind in OF_A_PERSON:
        return False
    return own is not None and holder.person is not None and own != holder.person


def _other_account(key: Key, holder: Holder, account: AccountId | None) -> bool:
    return key.kind not in OF_A_PERSON and account is not None and account != holder.account


def _kinds(held: Sequence[tuple[Key, Holder]], first: Holder) -> tuple[str, ...]:
    return tuple(key.kind for key, holder in held if holder.lead == first.lead)


# ── normal forms ──────────────────────────────────────────────────────────────────────────────


def _joining(email: str | None) -> tuple[str, ...] | None:
    """The normal form of an address that belongs to somebody."""
    found = addresses.read(email) if email else None
    if found is None or found.verdict != "valid" or not found.normalised:
        return None
    local, _, domain = found.normalised.rpartition("@")
    if local in NOBODY or (local in SHARED and domain in shared_domains()):
        return None
    return (found.normalised,)


@cache
def shared_domains() -> Mapping[str, str]:
    """Domain → why it joins nobody: `mail`, `builder` or `chain`."""
    text = files("agents.intake").joinpath("tables", "shared_domains.txt").read_text("utf-8")
    rows = (line.split(": ", 1) for line in text.splitlines() if line and line[0] != "#")
    return {domain: why for why, domains in rows for domain in domains.split()}


def _business(lead: LeadFields) -> str:
    """A business's name without legal form, case, accents and punctuation; else the person's."""
    name = lead.business_name or str(lead.metadata.get("company_name") or "") or lead.name or ""
    base = companies.read(name).base or name
    return " ".join(re.findall(r"[^\W_]+", fold(base)))


def _number(lead: LeadFields) -> str:
    """E.164, or the digits of a number whose country nobody knows (within a name or an address)."""
    if not lead.phone:
        return ""
    found = phones.read(lead.phone, lead.country)
    if found.type in SHARED_NUMBERS:
        return ""
    digits = "".join(letter for letter in lead.phone if letter.isdecimal())
    return found.e164 or (digits if len(digits) >= 6 else "")


def _place(lead: LeadFields) -> str:
    """House number, the street's own words, and the postcode or else the town; else nothing."""
    if not lead.address:
        return ""
    street = streets.read(lead.address)
    rest = " ".join(street.rest)
    town = "".join((lead.postcode or "").split()).casefold() or fold(lead.city or rest).strip()
    if not (street.low and street.core and town):
        return ""
    number = f"{street.low}-{street.high}{street.letter}"
    return "|".join((number, " ".join(street.core), town))
