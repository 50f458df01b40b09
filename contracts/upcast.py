"""Pure steps from an older version of an accepted event to the next one.

The oldest version of a lead is the flat row that upstream's search pipeline writes (spec 1.1): its
own key names, numbers as text, coordinates beside each other. Each step takes JSON values and
returns the next version's; a sample of each old version stands in `tests/samples/events`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.errors import Malformed

Step = Callable[[Mapping[str, Any]], dict[str, Any]]

FLAT = {
    "key": "dedup_key",
    "name": "business_name",
    "title": "business_name",
    "business": "business_name",
    "company": "business_name",
    "categoryName": "category",
    "type": "category",
    "street": "address",
    "full_address": "address",
    "site": "website",
    "url": "website",
    "phone_number": "phone",
    "e-mail": "email",
    "zip": "postcode",
    "postal_code": "postcode",
    "state": "region",
    "country_code": "country",
}
"""Names of the flat lead's keys → ours; a key that is already ours wins."""


def from_flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """Version 0 → 1 of a lead: renames keys, nests coordinates, keeps everything else."""
    lead: dict[str, Any] = {}
    for key, value in data.items():
        ours = FLAT.get(key, key)
        if ours == key or (ours not in data and ours not in lead):
            lead[ours] = value
        else:
            lead[key] = value
    for latitude, longitude in (("latitude", "longitude"), ("lat", "lng"), ("lat", "lon")):
        if "geo" not in lead and latitude in lead and longitude in lead:
            geo = _geo(lead[latitude], lead[longitude])
            if geo:
                lead["geo"] = geo
    return {key: value for key, value in lead.items() if value not in ("", None)}


def _geo(latitude: Any, longitude: Any) -> dict[str, float] | None:
    try:
        return {"latitude": float(latitude), "longitude": float(longitude)}
    except (TypeError, ValueError):
        return None


STEPS: dict[str, tuple[str, Step]] = {
    "inbound.leads.v0": ("inbound.leads.v1", from_flat),
}
"""Old type → the next type and the step that leads there."""


def is_flat(data: Mapping[str, Any]) -> bool:
    """Says whether a lead is the search pipeline's flat row: its own key names, and no account.

    An account (spec 1.1) brings `name` and `title` too, but of a person.
    """
    if "business_name" in data or "account_id" in data or "account_contacts" in data:
        return False
    return any(key in data for key in FLAT)


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
