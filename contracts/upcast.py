"""Pure steps from an older version of an accepted event to the next one.

The oldest version of a lead is the flat row that upstream's search pipeline writes (spec 1.1): its
own key names, coordinates beside each other and as text, empty cells for what it did not find. It
carries no version of its own, so it is known by its keys. Each step takes JSON values and returns
the next version's; a sample of each old version stands in `tests/samples/events`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.errors import Malformed
from contracts.lead import LeadFields

Step = Callable[[Mapping[str, Any]], dict[str, Any]]

NAMES: Mapping[str, Sequence[str]] = {
    "dedup_key": ("key", "place_id", "placeId"),
    "business_name": ("business", "company", "company_name", "name", "title"),
    "category": ("categoryName", "type"),
    "address": ("full_address", "formatted_address", "street_address", "street"),
    "postcode": ("zip", "zip_code", "postal_code", "postalCode"),
    "region": ("state", "province"),
    "country": ("country_code", "countryCode"),
    "website": ("site", "homepage", "url"),
    "phone": ("phone_number", "phoneNumber", "telephone"),
    "email": ("e-mail", "email_address", "emailAddress"),
}
"""Our key → the flat lead's names for it, the surest first; a key that is already ours wins."""

AMBIGUOUS = frozenset(("key", "business", "company", "name", "title", "type", "state", "url"))
"""Names that may mean something else in a lead that says `business_name` itself."""

COORDINATES = (("latitude", "longitude"), ("lat", "lng"), ("lat", "lon"), ("lat", "long"))
PLACES = ("geo", "location", "coordinates", "gps_coordinates")
"""Keys under which search pipelines nest coordinates."""

PLACE_SIGNS = frozenset(
    ["dedup_key", "route", "category", "address", "website", "geo", "latitude", "lat"]
    + [name for ours in ("category", "address", "website") for name in NAMES[ours]]
) - {"type"}
"""What a business has and a person has not: beside one of these, `name` names a business."""

_ALIASES = frozenset(name for names in NAMES.values() for name in names) - AMBIGUOUS
_OURS = frozenset(LeadFields.model_fields)


def from_flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """Version 0 → 1 of a lead: renames keys, nests coordinates, keeps everything else.

    Empty cells of our own keys are left out; a key that we do not know keeps whatever it has.
    """
    lead = dict(data)
    for ours, names in NAMES.items():
        if _blank(lead.get(ours)):
            _rename(lead, ours, [name for name in names if _may_mean(name, data)])
    _nest_coordinates(lead)
    return {k: v for k, v in lead.items() if k not in _OURS or not _blank(v)}


def _rename(lead: dict[str, Any], ours: str, names: Sequence[str]) -> None:
    for name in names:
        if not _blank(lead.get(name)) and not isinstance(lead[name], dict | list):
            lead[ours] = lead.pop(name)
            return


def _may_mean(name: str, data: Mapping[str, Any]) -> bool:
    """Says whether a key of this lead may be read as the name that it can be."""
    if name in ("name", "title"):
        return _names_business(data)
    if name == "url":
        return "business_name" not in data and "/maps" not in str(data.get(name, ""))
    return name not in AMBIGUOUS or "business_name" not in data


def _names_business(data: Mapping[str, Any]) -> bool:
    """Says whether `name` (or `title`) is that of a business, not of a person.

    An account (spec 1.1) brings the name and title of its primary contact; so does a list of
    people, which has both, or a company beside the name.
    """
    if any(key in data for key in ("business_name", "account_id", "account_contacts", "company")):
        return False
    both = not _blank(data.get("name")) and not _blank(data.get("title"))
    return not both and not PLACE_SIGNS.isdisjoint(data)


def _nest_coordinates(lead: dict[str, Any]) -> None:
    for place in PLACES:
        if not _is_geo(lead.get("geo")) and (found := geo(lead.get(place))):
            lead["geo"] = found
            if place != "geo":
                del lead[place]
    for latitude, longitude in COORDINATES:
        if "geo" not in lead and latitude in lead and longitude in lead:
            found = _pair(lead[latitude], lead[longitude])
            if found:
                lead["geo"] = found
                del lead[latitude], lead[longitude]


def geo(value: Any) -> dict[str, Any] | None:
    """Reads coordinates however they are written: names for both, "lat,lng", or a GeoJSON point.

    None where there are none. A bare pair of numbers is latitude first, as search pipelines write
    it; a GeoJSON point (RFC 7946 section 3.1.1) is longitude first.
    """
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, list | tuple):
        return _pair(*value) if len(value) == 2 else None
    if not isinstance(value, Mapping):
        return None
    point = value.get("coordinates")
    if value.get("type") == "Point" and isinstance(point, list) and len(point) in (2, 3):
        return _pair(point[1], point[0])
    pairs = (_pair(value.get(a), value.get(b)) for a, b in COORDINATES)
    return next((pair for pair in pairs if pair), None)


def _pair(latitude: Any, longitude: Any) -> dict[str, Any] | None:
    try:
        north, east = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None
    fits = -90 <= north <= 90 and -180 <= east <= 180
    return {"latitude": north, "longitude": east} if fits else None


def _is_geo(value: Any) -> bool:
    return isinstance(value, Mapping) and {"latitude", "longitude"} <= set(value)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


STEPS: dict[str, tuple[str, Step]] = {
    "inbound.leads.v0": ("inbound.leads.v1", from_flat),
}
"""Old type → the next type and the step that leads there."""


def is_flat(data: Mapping[str, Any]) -> bool:
    """Says whether a lead is the search pipeline's flat row: by its key names."""
    if not _ALIASES.isdisjoint(data) or any(pair[0] in data for pair in COORDINATES):
        return True
    if any(place in data and not _is_geo(data[place]) and geo(data[place]) for place in PLACES):
        return True
    if "business_name" in data:
        return False
    named = not {"company", "business"}.isdisjoint(data)
    return named or (_names_business(data) and not {"name", "title"}.isdisjoint(data))


def upcast(type_: str, data: Any) -> tuple[str, Any]:
    """Returns the current type and data of an accepted event; raises Malformed for no object."""
    if not isinstance(data, Mapping):
        raise Malformed(f"{type_}: the data is {type(data).__name__}, not a JSON object")
    if type_ == "inbound.leads.v1" and is_flat(data):
        type_ = "inbound.leads.v0"
    while type_ in STEPS:
        type_, step = STEPS[type_]
        data = step(data)
    return type_, data
