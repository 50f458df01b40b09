"""Turns a country as somebody wrote it into its ISO 3166-1 alpha-2 code.

Intake calls it for leads that say "Ireland" or "USA" where numbers, zones and calendars need "IE"
and "US". English names come from the zone database's own list; the other spellings stand here.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from agents.identity.words import fold

SPELLINGS: Mapping[str, str] = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "uk": "GB",
    "u.k.": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "republic of ireland": "IE",
    "eire": "IE",
    "deutschland": "DE",
    "osterreich": "AT",
    "oesterreich": "AT",
    "schweiz": "CH",
    "suisse": "CH",
    "svizzera": "CH",
    "espana": "ES",
    "italia": "IT",
    "nederland": "NL",
    "holland": "NL",
    "the netherlands": "NL",
    "belgie": "BE",
    "belgique": "BE",
    "danmark": "DK",
    "sverige": "SE",
    "norge": "NO",
    "suomi": "FI",
    "polska": "PL",
    "cesko": "CZ",
    "czechia": "CZ",
    "magyarorszag": "HU",
    "brasil": "BR",
    "turkiye": "TR",
    "south korea": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "macedonia": "MK",
}


def code(country: str) -> str | None:
    """Returns the alpha-2 code of a name, an alpha-2 or a common spelling; None for anything else.

    `UK`, which is reserved and no code, means `GB`.
    """
    text = " ".join(fold(country).split())
    if text in SPELLINGS:
        return SPELLINGS[text]
    if len(text) == 2 and text.upper() in _names().values():
        return text.upper()
    return _names().get(text)


@cache
def _names() -> dict[str, str]:
    """English name → code, from iso3166.tab in the tzdata wheel."""
    text = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return {fold(name).replace("&", "and"): alpha for alpha, name in rows}
