"""A business as schema.org says it: the JSON-LD of its page.

`core.py` calls `described`. Every property comes from a field that is known; types and properties
are looked up in schema.org's vocabulary by a test.
"""

from typing import Any

import orjson

from agents.landing.hours import DAYS
from agents.landing.known import Business

FOOD = frozenset({"Restaurant", "FastFoodRestaurant", "BarOrPub", "CafeOrCoffeeShop", "Bakery"})
FOOD_TYPES = FOOD | {"IceCreamShop", "Brewery", "FoodEstablishment"}
"""Types that may say what they serve."""


def described(business: Business, url: str, picture: str, language: str) -> dict[str, Any]:
    """Returns the structured data of a page: a LocalBusiness of the right subtype."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": business.kind.type,
        "@id": f"{url}#business",
        "name": business.name,
        "image": picture,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url, "inLanguage": language},
        "description": business.description,
        "slogan": business.tagline,
        "telephone": business.phone,
        "email": business.email,
        "url": business.website.url if business.website else "",
        "logo": business.logo,
        "address": _address(business),
        "geo": _geo(business),
        "openingHoursSpecification": _hours(business),
        "sameAs": [profile.url for profile in business.profiles],
        "priceRange": business.price_range,
        "knowsLanguage": list(business.languages),
        "paymentAccepted": ", ".join(business.payment),
        "areaServed": list(business.areas),
        "keywords": ", ".join(business.keywords),
        "makesOffer": [_offer(name) for name in business.services],
    }
    if business.kind.type in FOOD_TYPES:
        found |= {"servesCuisine": list(business.cuisine), "hasMenu": business.menu}
    return {key: value for key, value in found.items() if value}


def _address(business: Business) -> dict[str, str]:
    parts = {
        "streetAddress": business.street,
        "addressLocality": business.city,
        "addressRegion": business.region,
        "postalCode": business.postcode,
        "addressCountry": business.country,
    }
    found = {key: value for key, value in parts.items() if value}
    return {"@type": "PostalAddress", **found} if found else {}


def _geo(business: Business) -> dict[str, Any]:
    if business.latitude is None:
        return {}
    return {
        "@type": "GeoCoordinates",
        "latitude": business.latitude,
        "longitude": business.longitude,
    }


def _hours(business: Business) -> list[dict[str, Any]]:
    days_of: dict[tuple[str, str], list[str]] = {}
    for day, spans in zip(DAYS, business.hours or (), strict=False):
        for span in spans or ():
            days_of.setdefault(span, []).append(f"https://schema.org/{day}")
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": days,
            "opens": opens,
            "closes": closes,
        }
        for (opens, closes), days in days_of.items()
    ]


def _offer(name: str) -> dict[str, Any]:
    return {"@type": "Offer", "itemOffered": {"@type": "Service", "name": name}}


def script(data: dict[str, Any]) -> str:
    """Returns JSON that cannot end the script element it stands in, nor open a comment there."""
    text = orjson.dumps(data).decode()
    for sign, escape in ESCAPES:
        text = text.replace(sign, escape)
    return text


ESCAPES = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)
