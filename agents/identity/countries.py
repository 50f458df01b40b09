"""Turns what a listing says of its country into an ISO code, and a postcode into its form.

Called by `listings`. A country is taken from what the row states, from the operator, from
postcodes whose form one country has, and last from coordinates deep inside a country: a wrong one
would turn a national telephone number into somebody else's.
"""

import re
from collections.abc import Mapping
from functools import cache

from agents.identity import zones
from agents.identity.words import fold, lines

GB = re.compile(r"(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})")
CANADA = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[A-Z])[ -]?(\d[A-Z]\d)")
UNITED_STATES = re.compile(r"(\d{5})(?:-?(\d{4}))?")
DEEP = 3.0  # how many times farther the next country's town must be than the nearest


def read(country: str) -> str | None:
    """ISO code of a country by code or name; None where it is no country."""
    text = _squash(country)
    if len(text) == 2 and zones.country_zones(text):
        return text.upper()
    return _names().get(text)


def _squash(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name[:80]))


def of_row(
    values: Mapping[str, str],
    given: str | None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> tuple[str, str]:
    """(ISO code, what told it) of a listing's fields; both empty where nothing does."""
    if stated := read(values.get("country", "")):
        return stated, "stated"
    if given:
        return read(given) or given.upper(), "operator"
    code = values.get("postcode", "").upper()
    if GB.fullmatch(code):
        return "GB", "postcode"
    if CANADA.fullmatch(code):
        return "CA", "postcode"
    state = values.get("state", "").strip().upper()
    if UNITED_STATES.fullmatch(code) and len(state) == 2 and zones.in_region("US", state, code):
        return "US", "postcode"
    if latitude is not None and longitude is not None:
        found = zones.country_at(latitude, longitude, DEEP)
        return (found, "coordinates") if found else ("", "")
    return "", ""


def postcode(written: str, country: str) -> str | None:
    """The postcode as its country writes it, unchanged where we do not know how; None where the
    country is known to have no such code. An empty one stays empty."""
    code = " ".join(written.upper().split())
    if not code or country not in {"GB", "CA", "US"}:
        return code
    if country == "US":
        return _american(code)
    match = (GB if country == "GB" else CANADA).fullmatch(code)
    return f"{match.group(1)} {match.group(2)}" if match else code


def _american(code: str) -> str | None:
    """Five digits or nine; spreadsheets drop the zero before those of the north-east."""
    code = re.sub(r"\.0$", "", code)
    if re.fullmatch(r"\d{4}", code):
        code = code.zfill(5)
    match = UNITED_STATES.fullmatch(code)
    return match.group(1) if match else None


@cache
def _names() -> dict[str, str]:
    from importlib.resources import files

    found: dict[str, str] = {}
    text = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, _, name = line.partition("\t")
            found[_squash(name)] = code
    for line in lines("countries.txt"):
        code, _, names = line.partition(" : ")
        found.update({_squash(name): code for name in names.split(" ; ")})
    return found
