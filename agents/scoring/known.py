"""Turns a lead and its enrichment into what scoring reads: one value per question, each with its
origin.

Sources name things differently (`employees`, `employee_count`, `company_size: "11-50"`), and
enrichment fills gaps only: what came in with the lead wins. Nothing here judges; `parts.py` does.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import ValidationError

from agents.identity import addresses, phones, titles
from agents.identity.words import words as frozen_words
from contracts.lead import Enrichment, LeadFields

Origin = Literal["lead", "enrichment"]

EMPLOYEES = ("employees", "employee_count", "number_of_employees", "company_size", "headcount")
REVIEWS = ("reviews", "review_count", "reviews_count", "user_ratings_total", "rating_count")
RATING = ("rating", "stars", "average_rating")
PRICE = ("price_level", "price_range", "price")
FUNDING = ("funding", "funding_total", "last_funding", "total_funding")
REVENUE = ("revenue", "annual_revenue", "estimated_revenue")
PROFILES = ("linkedin", "linkedin_url", "facebook", "instagram", "twitter", "x", "youtube")
INDUSTRIES = ("industry_category", "industry", "industries", "categories", "subtypes")
TOOLS = ("tech_stack", "technologies", "tools")
BOOKKEEPING = {"confidence", "sources", "evidence", "dates", "also", "contradictions", "tried"}
"""What an enrichment says of its values, and is none itself."""

SHARED_MAILBOXES = frozen_words(
    """info contact hello office sales admin support mail team enquiries inquiries booking bookings
    reservations orders kontakt post service reception customerservice help marketing hr jobs
    billing accounts shop store manager"""
)
"""Local parts that a business shares; they name nobody."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value, who said it, and how sure they said they were (0–1, None: not stated)."""

    value: Any
    origin: Origin
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the business as scoring sees them; no name, since evidence is kept."""

    title: str
    priority: int
    named: bool
    email: bool
    phone: bool
    origin: Origin


@dataclass(frozen=True)
class Known:
    """A lead with what was found out about it."""

    lead: LeadFields
    enrichment: Enrichment | None = None

    @classmethod
    def of(cls, lead: LeadFields, enrichment: Enrichment | None) -> "Known":
        """A lead with its enrichment, or with the one that upstream brought within the lead."""
        brought = (lead.model_extra or {}).get("enrichment")
        if enrichment is None and isinstance(brought, Mapping):
            try:
                enrichment = Enrichment.model_validate(brought)
            except ValidationError:
                return cls(lead)
        return cls(lead, enrichment)

    @cached_property
    def layers(self) -> tuple[tuple[Origin, Mapping[str, Any]], ...]:
        """Where values may stand, the lead's own before what was found."""
        lead, found = self.lead, self.enrichment
        own: list[tuple[Origin, Mapping[str, Any]]] = [
            ("lead", lead.model_extra or {}),
            ("lead", lead.metadata),
        ]
        if found is not None:
            said = found.model_dump(exclude=BOOKKEEPING, exclude_defaults=True)
            company = said.get("company") or said.get("company_details")
            own += [("enrichment", said)]
            own += [("enrichment", company)] if isinstance(company, Mapping) else []
        return tuple(own)

    def first(self, *names: str) -> Said | None:
        """Returns the first value under any of the names."""
        for origin, layer in self.layers:
            for name in names:
                value = layer.get(name)
                if value not in (None, "", [], {}, ()):
                    return Said(value, origin)
        return None

    def all(self, *names: str) -> list[Said]:
        """Returns every entry of lists under the names; a text stands for a list of one."""
        found = []
        for origin, layer in self.layers:
            for name in names:
                found += [Said(v, origin, _stated(v)) for v in _listed(layer.get(name))]
        return found

    def text(self, name: str) -> str:
        """Returns a contact field: what came in, else what enrichment found."""
        own = getattr(self.lead, name, None)
        return str(own or (getattr(self.enrichment, name, None) or "")).strip()

    @cached_property
    def business(self) -> str:
        """The business's name: from the lead, its account's metadata, or what was found out."""
        lead = self.lead
        found = self.enrichment.company.get("name") if self.enrichment else None
        return str(lead.business_name or lead.metadata.get("company_name") or found or "").strip()

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Every category that is stated, the lead's own first."""
        found = [self.lead.category] if self.lead.category else []
        if self.enrichment and self.enrichment.industry_category:
            found.append(self.enrichment.industry_category)
        found += [str(said.value) for said in self.all(*INDUSTRIES)]
        return tuple(dict.fromkeys(text for text in found if text.strip()))

    @cached_property
    def email(self) -> addresses.Address | None:
        """The address to write to, judged; None where there is none."""
        text = self.text("email")
        return addresses.read(text) if text else None

    @cached_property
    def phone(self) -> phones.Phone | None:
        """The number to call, read; None where there is none."""
        text = self.text("phone")
        return phones.read(text, self.lead.country) if text else None

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everybody who is known at the business, the most senior first (spec 3.2)."""
        rows: list[tuple[Mapping[str, Any], Origin]] = [(self._primary(), "lead")]
        rows += [(contact.model_dump(), "lead") for contact in self.lead.account_contacts]
        found = self.first("decision_maker", "decision_makers", "contacts")
        if found is not None and found.origin == "enrichment":
            rows += [(row, found.origin) for row in _listed(found.value) if isinstance(row, dict)]
        people = [
            _person(row, origin, self.lead.country) for row, origin in rows if any(row.values())
        ]
        return tuple(sorted(people, key=lambda person: -person.priority))

    def _primary(self) -> dict[str, Any]:
        lead = self.lead
        if not (lead.name or lead.title or _personal(lead.email)):
            return {}
        return {"name": lead.name, "title": lead.title, "email": lead.email, "phone": lead.phone}

    def number(self, *names: str) -> tuple[float, Origin] | None:
        """Returns the first value under the names that is a number, or a range's middle."""
        said = self.first(*names)
        value = amount(said.value) if said else None
        return (value, said.origin) if said and value is not None else None

    def stated(self, *names: str) -> float | None:
        """Returns the confidence that enrichment states for any of the names."""
        table = self.enrichment.confidence if self.enrichment else {}
        return next((table[name] for name in names if name in table), None)


def amount(value: Any) -> float | None:
    """Reads a number out of a value: 42, "1,200", "11-50" (its geometric middle), "1000+"."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list | tuple):
        return float(len(value))
    numbers = [float(text) for text in re.findall(r"\d+(?:\.\d+)?", str(value).replace(",", ""))]
    if not numbers:
        return None
    if len(numbers) >= 2 and 0 < numbers[0] < numbers[1]:
        return float((numbers[0] * numbers[1]) ** 0.5)
    return numbers[0]


def words(said: Said) -> str:
    """Returns an entry as text: itself, or the telling field of a finding."""
    value = said.value
    if isinstance(value, Mapping):
        keys = ("text", "signal", "finding", "name", "description", "quote", "title", "value")
        value = next((value[key] for key in keys if value.get(key)), "")
    return " ".join(str(value).split())[:200]


def _listed(value: Any) -> Iterable[Any]:
    if value in (None, "", [], {}):
        return []
    return value if isinstance(value, list | tuple) else [value]


def _stated(value: Any) -> float | None:
    sure = value.get("confidence") if isinstance(value, Mapping) else None
    if isinstance(sure, bool) or not isinstance(sure, int | float):
        return None
    return min(max(sure / 100 if sure > 1 else float(sure), 0.0), 1.0)


def _person(row: Mapping[str, Any], origin: Origin, country: str | None) -> Person:
    title = str(row.get("title") or "")
    email, phone = str(row.get("email") or ""), str(row.get("phone") or "")
    return Person(
        title=title,
        priority=titles.read(title).priority if title else 0,
        named=bool(row.get("name")),
        email=bool(email) and addresses.read(email).verdict == "valid",
        phone=bool(phone) and phones.read(phone, country).valid,
        origin=origin,
    )


def _personal(email: str | None) -> bool:
    """Says whether a mailbox looks like one person's."""
    local = (email or "").partition("@")[0].casefold()
    return bool(local) and re.split(r"[.+_-]", local)[0] not in SHARED_MAILBOXES
