"""Leads that the tests of landing pages share; none of these businesses exists."""

from typing import Any

from agents.landing.core import Site, make
from agents.landing.values import Page
from contracts.lead import Enrichment, LeadFields

FULL: dict[str, Any] = {
    "dedup_key": "crypt",
    "business_name": "The Crypt & Vine",
    "category": "Italian restaurant",
    "tagline": "Wood fire, short menu",
    "description": "A cellar kitchen whose menu follows the season.",
    "keywords": ["wood oven", "cellar"],
    "address": "75 Market Street",
    "city": "Lancaster",
    "region": "Lancashire",
    "postcode": "LA1 1JG",
    "country": "GB",
    "geo": {"latitude": 54.0482, "longitude": -2.8009},
    "phone": "0113 496 0858",
    "email": "info@thecrypt.example",
    "website": "thecrypt.example/menu",
    "opening_hours": "Mo-Fr 12:00-22:00; Sa 10:00-23:00; Su off",
    "cuisine": "italian;pizza",
}
FOUND: dict[str, Any] = {
    "other_ids": {"facebook": "https://www.facebook.com/thecrypt"},
    "services": ["Lunch", "Catering"],
    "price_range": "££",
    "payment": ["Cash", "Visa"],
    "languages": ["en", "it"],
    "booking_url": "https://thecrypt.example/book",
    "menu_url": "https://thecrypt.example/carte",
}


def lead(**changes: Any) -> LeadFields:
    """The full lead with changes; None takes a field away."""
    values = {**FULL, **changes}
    return LeadFields.model_validate({k: v for k, v in values.items() if v is not None})


def page(
    given: LeadFields | None = None,
    found: dict[str, Any] | None = None,
    site: Site | None = None,
    key: str = "crypt",
) -> Page:
    """The page of a lead, the full one by default."""
    enrichment = Enrichment.model_validate(FOUND if found is None else found)
    made = make(given or lead(), enrichment, site or Site(url="https://pages.example"), key=key)
    assert isinstance(made, Page)
    return made
