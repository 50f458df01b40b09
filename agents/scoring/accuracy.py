"""How accurate a lead's data are (spec 1.3, `confidence_score`), geocode included.

Each field that is there is judged by itself and against its neighbours: an address on the website's
own domain is surer than one elsewhere, coordinates with one decimal name a county. What is absent
is completeness' business, except coordinates: a lead without them is less sure to be where it says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from agents.identity import zones
from agents.scoring.known import Known
from agents.scoring.parts import host

DOUBTFUL = 0.5
BORDER = 4.0
"""How many times farther the next country's towns must be for coordinates to name a country."""


@dataclass(frozen=True, slots=True)
class Check:
    """One field's accuracy 0–1, and what is doubtful about it."""

    share: float
    doubt: str = ""


def accuracy(about: Known) -> tuple[float, tuple[str, ...]]:
    """Returns the mean accuracy of what is there, 0–1, and every doubt in words."""
    checks = [check for judge in JUDGES if (check := judge(about)) is not None]
    score = sum(check.share for check in checks) / len(checks)
    return score, tuple(check.doubt for check in checks if check.share < DOUBTFUL and check.doubt)


def _email(about: Known) -> Check | None:
    found = about.email
    if found is None:
        return None
    if found.verdict == "invalid":
        return Check(0.0, f"the e-mail is no address: {found.why}")
    if found.verdict == "unusual":
        return Check(0.3, f"the e-mail is unusual: {found.why}")
    enrichment = about.enrichment
    if enrichment is not None and enrichment.verified_email is not None:
        return (
            Check(1.0) if enrichment.verified_email else Check(0.2, "the e-mail failed its check")
        )
    own = bool(found.domain) and host(about.lead.website) == (found.domain or "").casefold()
    return Check(_capped(0.95 if own else 0.75, about, "email"))


def _phone(about: Known) -> Check | None:
    found = about.phone
    if found is None:
        return None
    if not found.valid:
        return Check(0.2, f"the phone number cannot be read: {found.why}")
    return Check(_capped(0.9, about, "phone"))


def _capped(share: float, about: Known, name: str) -> float:
    """A value that enrichment found is no surer than enrichment says."""
    stated = about.stated(name)
    return share if getattr(about.lead, name) or stated is None else min(share, stated)


def _address(about: Known) -> Check | None:
    text = about.lead.address
    if not text:
        return None
    placed = bool(about.lead.city or about.lead.postcode or "," in text)
    if any(letter.isdigit() for letter in text):
        return Check(0.9 if placed else 0.6)
    return Check(0.6 if placed else 0.4, "the address has neither a number nor a town")


def _geocode(about: Known) -> Check:
    geo = about.lead.geo
    if geo is None:
        return Check(0.0, "its place on the map is not known")
    if geo.latitude == geo.longitude == 0:
        return Check(0.0, "the coordinates are 0, 0: a failed geocode")
    country = (about.lead.country or "").upper()
    where = _country(round(geo.latitude, 2), round(geo.longitude, 2)) if len(country) == 2 else None
    if where is not None and where != country:
        return Check(0.1, f"the coordinates lie in {where}, the address in {country}")
    stated = (geo.model_extra or {}).get("confidence")
    if isinstance(stated, int | float) and 0 <= stated <= 1:
        return Check(float(stated), "the geocoder is not sure")
    decimals = min(_decimals(geo.latitude), _decimals(geo.longitude))
    if decimals >= 3:
        return Check(0.95)
    return Check(0.6 if decimals == 2 else 0.3, "the coordinates name an area, not a place")


@lru_cache(maxsize=65536)
def _country(latitude: float, longitude: float) -> str | None:
    """The country of coordinates to about a kilometre; leads of a campaign stand close together."""
    return zones.country_at(latitude, longitude, BORDER)


def _decimals(degrees: float) -> int:
    exponent = Decimal(repr(degrees)).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _website(about: Known) -> Check | None:
    if not about.lead.website:
        return None
    return Check(0.8) if host(about.lead.website) else Check(0.1, "the website is no address")


def _name(about: Known) -> Check | None:
    if not about.business:
        return None
    letters = sum(letter.isalnum() for letter in about.business)
    return Check(0.9) if letters > 1 else Check(0.2, "the business's name is no name")


def _category(about: Known) -> Check | None:
    return Check(0.8) if about.categories else None


JUDGES: Sequence[Callable[[Known], Check | None]] = (
    _email,
    _phone,
    _address,
    _geocode,
    _website,
    _name,
    _category,
)
