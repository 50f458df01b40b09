"""Turns what is known of a recipient's place into IANA zones, and says how sure that is.

Called by the window gate and the planner through the lead's record. A phone's area code is weak
evidence (people carry numbers across the country), a stated zone the strongest. Where evidence
leaves several zones, all of them come back: the caller plans for the intersection of their
windows, so too many zones cost a little time and one wrong zone costs a call at night.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from agents.identity import phones


@dataclass(frozen=True, slots=True)
class LikelyZones:
    """Zones that fit all evidence, most likely first; `sure` is 0–1 that one of them is right."""

    zones: tuple[str, ...]
    sure: float
    why: str


@cache
def _by_country() -> dict[str, tuple[str, ...]]:
    """Country → zones, from zone1970.tab in the tzdata wheel (several countries share a row)."""
    from importlib.resources import files

    found: dict[str, list[str]] = defaultdict(list)
    text = files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            countries, _, name, *_ = line.split("\t")
            for country in countries.split(","):
                found[country].append(name)
    return {country: tuple(names) for country, names in found.items()}


def country_zones(country: str) -> tuple[str, ...]:
    """Zones of an ISO country, most populous first; empty where the country is unknown."""
    return _by_country().get(country.upper(), ())


def likely(
    *,
    country: str | None = None,
    region: str | None = None,
    phone: str | None = None,
    postcode: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    stated: str | None = None,
) -> LikelyZones:
    """Joins all evidence of a recipient's zone; never raises, no evidence gives no zones."""
    if stated and stated in _names():
        return LikelyZones((stated,), 0.98, "stated")
    if country:
        names = country_zones(country)
        if len(names) == 1:
            return LikelyZones(names, 0.97, f"{country.upper()} has one zone")
        if names:
            return LikelyZones(names, 0.9, f"all zones of {country.upper()}")
    if phone:
        found = phones.read(phone, country)
        if found.zones:
            return LikelyZones(found.zones, 0.7, "phone number")
    return LikelyZones((), 0.0, "no evidence of place")


@cache
def _names() -> frozenset[str]:
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())
