"""What enrichment can add, one row a field: how values are compared, and what they help.

`merge.py` reads how many values a field may have and when two are the same; `waterfall.py` reads
which required field or part of the score a source may help by it. Names with a dot lie within the
mapping of that name in `contracts.lead.Enrichment`.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from agents.identity import addresses, companies, phones
from agents.identity.words import fold

Holds = Literal["one", "several", "set"]
"""one: two different values contradict each other; several: the best stands, the others are kept
beside it; set: all of them stand."""

Normal = Callable[[Any, str | None], Hashable | None]
"""The form by which two values are compared, for the lead's country; None: it cannot be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; `lead` names the lead's own field that it would fill if that is empty."""

    name: str
    holds: Holds
    normal: Normal
    lead: str | None = None
    helps: tuple[str, ...] = ()


def _email(value: Any, country: str | None) -> Hashable | None:
    found = addresses.read(str(value))
    return found.normalised if found.verdict == "valid" else None


def _phone(value: Any, country: str | None) -> Hashable | None:
    return phones.read(str(value), country).e164


def _text(value: Any, country: str | None) -> Hashable | None:
    return re.sub(r"[\W_]+", "", fold(str(value))) or None


def _name(value: Any, country: str | None) -> Hashable | None:
    return _text(companies.read(str(value)).base, None) or _text(value, None)


def _host(value: Any, country: str | None) -> Hashable | None:
    text = str(value).strip().casefold()
    text = text.partition("://")[2] or text
    name = re.split(r"[/?#:]", text, maxsplit=1)[0].removeprefix("www.")
    return name if "." in name else None


def _page(value: Any, country: str | None) -> Hashable | None:
    text = str(value).strip()
    return text.partition("://")[2].removeprefix("www.").rstrip("/").casefold() or None


def _number(value: Any, country: str | None) -> Hashable | None:
    found = re.findall(r"\d+", str(value))
    return tuple(map(int, found)) or None


def _person(value: Any, country: str | None) -> Hashable | None:
    name = value.get("name") if isinstance(value, Mapping) else None
    return _text(name, None) if name else None


def _json(value: Any, country: str | None) -> Hashable | None:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _row(
    name: str, holds: Holds, normal: Normal, lead: str | None = None, helps: str = ""
) -> Field:
    return Field(name=name, holds=holds, normal=normal, lead=lead, helps=tuple(helps.split()))


NETWORKS = (
    *("linkedin", "facebook", "instagram", "x", "youtube", "tiktok", "pinterest", "xing"),
    *("yelp", "tripadvisor", "whatsapp", "telegram", "google_maps"),
)
"""Social profiles that are told apart; each is `other_ids.NETWORK`."""

FIELDS: Mapping[str, Field] = {
    row.name: row
    for row in (
        _row("email", "several", _email, "email", "email decision_maker"),
        _row("phone", "several", _phone, "phone", "phone"),
        _row("company.name", "one", _name, "business_name", "name"),
        _row("industry_category", "several", _text, "category", "category industry_fit"),
        _row("company.website", "one", _host, "website", "website"),
        _row("company.address", "several", _text, "address", "address"),
        _row("company.city", "several", _text, "city"),
        _row("company.region", "several", _text, "region"),
        _row("company.postcode", "one", _text, "postcode"),
        _row("company.country", "one", _text, "country"),
        _row("company.geo", "several", _json, "geo"),
        _row("company.legal_name", "several", _name),
        _row("company.employees", "one", _number, None, "company_size"),
        _row("company.founded", "one", _number),
        _row("company.price_range", "several", _text, None, "budget_signals"),
        _row("company.rating", "several", _text),
        _row("company.reviews", "several", _number, None, "company_size"),
        _row("company.opening_hours", "several", _json),
        _row("company.description", "several", _text),
        _row("company.booking_url", "several", _page),
        _row("company.contact_page", "several", _page),
        _row("company.services", "set", _text),
        _row("company.languages", "set", _text),
        _row("company.technologies", "set", _text, None, "tech_stack"),
        _row("budget_signals", "set", _text, None, "budget_signals"),
        _row("timing_signals", "set", _text, None, "timing_signals"),
        _row("pain_points", "set", _text, None, "pain_points"),
        _row("decision_makers", "set", _person, None, "decision_maker"),
        *(_row(f"other_ids.{network}", "several", _page) for network in NETWORKS),
    )
}


def normal(name: str, value: Any, country: str | None) -> Hashable | None:
    """Returns the form by which two values of a field are compared; None: it cannot be right."""
    if value in (None, "", [], {}, ()):
        return None
    return FIELDS[name].normal(value, country)
