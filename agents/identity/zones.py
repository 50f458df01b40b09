"""Turns what is known of a recipient's place into IANA zones, and says how sure that is.

Called by intake and the planner through the lead's record, and by the window gate's tests. A stated
zone is the strongest evidence, then coordinates, postcode and subdivision; a telephone's area code
is weak (people carry numbers across a country) and never overrules a place. Where the evidence
leaves several zones, all come back: the caller plans for the intersection of their windows, so a
zone too many costs a little time and a zone too few a call at night.

Zones that keep the same time all year are one here (Detroit and New York): the first stands for
all. Countries are read from tzdata's zone.tab, whose rows name one country each, with
zone1970.tab for what it leaves out.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from agents.identity import phones
from agents.identity.words import fold, lines

# How often the zone is among those answered, by the evidence used. The figures are judgements on
# the safe side, ordered as the facts order them (facts/reliability.md D: area codes are weak).
SURE = {
    "stated": 0.98,
    "country": 0.97,
    "postcode": 0.95,
    "coordinates": 0.95,
    "coordinates alone": 0.85,
    "region": 0.93,
    "fixed_line": 0.85,
    "other phone": 0.6,
    "country of the phone": 0.8,
}
CONFLICT = 0.6  # factor where two kinds of evidence exclude each other
BORDER = 0.6  # anchors nearer to each other than this ratio leave both zones possible
FAR = 1500  # kilometres from the nearest anchor beyond which a coordinate says nothing
INLAND = 150  # kilometres from a country's nearest town within which it may be told by coordinates
BORDERLAND = 70  # kilometres to another country's nearest town below which it may be that country
CELL = 15  # degrees; three cells reach farther than FAR up to the polar circles
SAMPLED = tuple(datetime(2027, month, 15, 12, tzinfo=UTC) for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class LikelyZones:
    """Zones that fit the evidence, most likely first; `sure` is 0–1 that the right time is among
    them. `possible` are all that cannot be excluded (those of the country): what to plan by when
    `sure` is not enough."""

    zones: tuple[str, ...]
    sure: float
    why: str
    possible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Evidence:
    kind: str
    zones: tuple[str, ...]
    sure: float


def country_zones(country: str) -> tuple[str, ...]:
    """Zones of an ISO country in tzdata's order; empty where the country is unknown."""
    return _countries().get(country.strip().upper(), ())


@lru_cache(maxsize=16384)
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
    """Joins all evidence of a recipient's zone.

    `country` is an ISO code, `region` a subdivision's code or name, `phone` E.164 or as written in
    the country, coordinates are degrees, `stated` an IANA name. Never raises: evidence that cannot
    be read is left out, and without any the zones are empty and `sure` is 0.
    """
    place = (country or "").strip().upper()
    if "-" in (region or "") and region and region[:2].upper() in _countries():
        place = place or region[:2].upper()
    evidence = [
        *_stated(stated),
        *_located(place, latitude, longitude),
        *_coded(place, postcode),
        *_parted(place, region),
    ]
    calls = list(_called(place, phone))
    possible = _distinct(country_zones(place) or _called_country(calls, phone, place))
    return _join(place, evidence, calls, possible)


def same(first: str, second: str) -> bool:
    """Whether two zones keep the same time throughout the year."""
    return _times(first) == _times(second)


def in_region(country: str, region: str, postcode: str) -> bool:
    """Whether a subdivision's code and a postcode are known and keep a common time."""
    coded = [zone for found in _coded(country, postcode) for zone in found.zones]
    parted = [zone for found in _parted(country, region) for zone in found.zones]
    return bool(_common(coded, parted))


def country_at(latitude: float, longitude: float, deep: float) -> str | None:
    """The country whose towns are nearest, if the next country's are `deep` times farther and
    not within a day's errand: on both sides of a border stand towns that we do not know."""
    nearest: dict[str, float] = {}
    for country, north, east in _country_cells(latitude, longitude):
        distance = _distance(latitude, longitude, north, east)
        nearest[country] = min(distance, nearest.get(country, math.inf))
    ranked = sorted((distance, country) for country, distance in nearest.items())
    if not ranked or ranked[0][0] > INLAND:
        return None
    alone = len(ranked) == 1 or ranked[1][0] >= max(deep * ranked[0][0], BORDERLAND)
    return ranked[0][1] if alone else None


def _country_cells(latitude: float, longitude: float) -> Iterator[tuple[str, float, float]]:
    for cell in _cells_around(latitude, longitude):
        yield from _towns_in().get(cell, ())


@cache
def _towns_in() -> dict[tuple[int, int], list[tuple[str, float, float]]]:
    found: dict[tuple[int, int], list[tuple[str, float, float]]] = defaultdict(list)
    for country, _, north, east in _anchors():
        found[_cell(north, east)].append((country, north, east))
    return dict(found)


def _join(
    place: str, evidence: list[_Evidence], calls: list[_Evidence], possible: tuple[str, ...]
) -> LikelyZones:
    if evidence:
        return _weigh(evidence, possible)
    if len(possible) == 1 and place:
        return LikelyZones(possible, SURE["country"], f"{place} keeps one time", possible)
    if calls:
        return LikelyZones(calls[0].zones, calls[0].sure, calls[0].kind, possible)
    if possible:
        return LikelyZones(possible, SURE["country"], f"all times of {place}", possible)
    return LikelyZones((), 0.0, "no evidence of place")


def _weigh(evidence: list[_Evidence], possible: tuple[str, ...]) -> LikelyZones:
    """The strongest evidence narrowed by the rest; what contradicts it widens instead."""
    zones, sure, why = evidence[0].zones, evidence[0].sure, [evidence[0].kind]
    for other in evidence[1:]:
        narrowed = _common(zones, other.zones)
        if narrowed:
            zones, sure = narrowed, 1 - (1 - sure) * (1 - other.sure / 2)
            why.append(other.kind)
        else:
            zones, sure = _distinct((*zones, *other.zones)), sure * CONFLICT
            why.append(f"against {other.kind}")
    return LikelyZones(zones, round(min(sure, 0.99), 2), ", ".join(why), possible or zones)


def _stated(stated: str | None) -> Iterator[_Evidence]:
    if stated and stated.strip() in _names():
        yield _Evidence("stated", (stated.strip(),), SURE["stated"])


def _coded(country: str, postcode: str | None) -> Iterator[_Evidence]:
    code = re.sub(r"[\s-]", "", postcode or "").upper()
    table = _postcodes().get(country)
    if not table or not code:
        return
    for size in range(len(code), 0, -1):
        if zones := table.get(code[:size]):
            yield _Evidence(f"postcode {postcode}", zones, SURE["postcode"])
            return


def _parted(country: str, region: str | None) -> Iterator[_Evidence]:
    name = fold(region or "").strip().removeprefix(f"{country.lower()}-").replace(".", "")
    if zones := _regions().get((country, re.sub(r"[\s_-]+", "_", name))):
        yield _Evidence(f"region {region}", zones, SURE["region"])


def _located(country: str, latitude: float | None, longitude: float | None) -> Iterator[_Evidence]:
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return
    if country and len(_distinct(country_zones(country))) == 1:
        return
    known = country if country in _countries() else ""
    kind = "coordinates" if known else "coordinates alone"
    if found := _nearest(known, latitude, longitude):
        yield _Evidence(kind, found, SURE[kind])


def _nearest(country: str, latitude: float, longitude: float) -> tuple[str, ...]:
    """Zones of the nearest anchors: one, or all whose anchors are about as near."""
    best: dict[tuple[timedelta | None, ...], tuple[float, str]] = {}
    for zone, north, east in _around(country, latitude, longitude):
        distance = _distance(latitude, longitude, north, east)
        times = _times(zone)
        if times not in best or distance < best[times][0]:
            best[times] = (distance, zone)
    ranked = sorted(best.values())
    if not ranked or ranked[0][0] > FAR:
        return ()
    nearest = ranked[0][0]
    return tuple(zone for distance, zone in ranked if nearest >= distance * BORDER)


def _around(country: str, latitude: float, longitude: float) -> Iterator[tuple[str, float, float]]:
    """(zone, latitude, longitude) of a country's anchors, or without one of those in the cells
    around, so that a million listings need not be measured against all the world."""
    if country:
        yield from _cells().get(country, ())
        return
    for cell in _cells_around(latitude, longitude):
        yield from _cells().get(cell, ())


def _cells_around(latitude: float, longitude: float) -> Iterator[tuple[int, int]]:
    row, column = _cell(latitude, longitude)
    for north in (row - 1, row, row + 1):
        for east in (column - 1, column, column + 1):
            yield (north, east % (360 // CELL))


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return int(latitude // CELL), int((longitude + 180) // CELL) % (360 // CELL)


def _distance(north: float, east: float, north2: float, east2: float) -> float:
    """Kilometres on the ground, well enough for ranking (an equirectangular projection)."""
    span = (east2 - east + 180) % 360 - 180
    width = span * math.cos(math.radians((north + north2) / 2))
    return 111.2 * math.hypot(north2 - north, width)


def _called(country: str, phone: str | None) -> Iterator[_Evidence]:
    """A country of one time is told by tzdata, not by the prefix table, whose zones are merged
    where they agreed once (Morocco stands under the Canaries there)."""
    if not phone:
        return
    number = phones.read(phone, country or None)
    home = _distinct(country_zones(number.region or ""))
    if len(home) == 1:
        yield _Evidence("country of the telephone number", home, SURE["country of the phone"])
    elif number.zones and number.type == "fixed_line":
        yield _Evidence("area code of a fixed line", _distinct(number.zones), SURE["fixed_line"])
    elif number.zones:
        yield _Evidence("telephone number", _distinct(number.zones), SURE["other phone"])


def _called_country(calls: list[_Evidence], phone: str | None, country: str) -> tuple[str, ...]:
    if not calls or not phone:
        return ()
    return country_zones(phones.read(phone, country or None).region or "") or calls[0].zones


def _common(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    times = {_times(zone) for zone in second}
    return tuple(zone for zone in first if _times(zone) in times)


def _distinct(zones: Iterable[str]) -> tuple[str, ...]:
    """One zone for each course of the year's time, the first named."""
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        found.setdefault(_times(zone), zone)
    return tuple(found.values())


@cache
def _times(zone: str) -> tuple[timedelta | None, ...]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        here = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return (None,)
    return tuple(moment.astimezone(here).utcoffset() for moment in SAMPLED)


@cache
def _names() -> frozenset[str]:
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


def _rows(table: str) -> Iterator[tuple[list[str], str, str]]:
    """(countries, coordinates, zone) of a table of the tzdata wheel."""
    from importlib.resources import files

    text = files("tzdata").joinpath("zoneinfo", table).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            countries, where, zone, *_ = line.split("\t")
            yield countries.split(","), where, zone


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for table in ("zone.tab", "zone1970.tab"):
        known = frozenset(found)
        for countries, _, zone in _rows(table):
            for country in countries:
                if country not in known:
                    found[country].append(zone)
    return {country: _populous(country, zones) for country, zones in found.items()}


def _populous(country: str, zones: list[str]) -> tuple[str, ...]:
    """Zones by the number of towns that the anchors hold for them; stations come last."""
    towns = Counter(zone for place, zone, _, _ in _towns() if place == country)
    lived = [zone for zone in zones if not zone.startswith("Antarctica/") or country == "AQ"]
    return tuple(sorted(lived, key=lambda zone: -towns[zone]))


@cache
def _regions() -> dict[tuple[str, str], tuple[str, ...]]:
    """(country, code or name) → zones."""
    found = {}
    for line in lines("regions.txt"):
        names, _, zones = line.partition(" : ")
        country, *spellings = names.split()
        for spelling in spellings:
            found[(country, fold(spelling))] = _distinct(zones.split())
    return found


@cache
def _postcodes() -> dict[str, dict[str, tuple[str, ...]]]:
    """Country → prefix → zones."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for line in lines("postcodes.txt"):
        prefixes, _, places = line.partition(" : ")
        country, *ranges = prefixes.split()
        zones = _distinct(zone for place in places.split() for zone in _zones_of(place))
        for part in ranges:
            found[country].update(dict.fromkeys(_expand(part), zones))
    return dict(found)


def _zones_of(place: str) -> tuple[str, ...]:
    country, dash, region = place.partition("-")
    return _regions()[(country, region.lower())] if dash and "/" not in place else (place,)


def _expand(part: str) -> list[str]:
    first, _, last = part.partition("-")
    if not last:
        return [first]
    return [str(code).zfill(len(first)) for code in range(int(first), int(last) + 1)]


@cache
def _anchors() -> tuple[tuple[str, str, float, float], ...]:
    """(country, zone, latitude, longitude), ours and the reference points of zone.tab."""
    points = (
        (countries[0], zone, *_degrees(where)) for countries, where, zone in _rows("zone.tab")
    )
    return (*_towns(), *points)


@cache
def _cells() -> dict[object, list[tuple[str, float, float]]]:
    """Anchors by country and by cell of CELL degrees."""
    found: dict[object, list[tuple[str, float, float]]] = defaultdict(list)
    for country, zone, north, east in _anchors():
        found[country].append((zone, north, east))
        found[_cell(north, east)].append((zone, north, east))
    return dict(found)


@cache
def _towns() -> tuple[tuple[str, str, float, float], ...]:
    found = []
    for line in lines("anchors.txt"):
        head, _, places = line.partition(" : ")
        country, zone = head.split()
        for place in places.split():
            north, _, east = place.partition(",")
            found.append((country, zone, float(north), float(east)))
    return tuple(found)


def _degrees(where: str) -> tuple[float, float]:
    """ISO 6709 as in zone.tab: ±DDMM±DDDMM, with seconds or without."""
    match = re.fullmatch(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?", where)
    if match is None:
        raise ValueError(f"zone.tab holds a coordinate that is none: {where}")
    parts = match.groups("0")
    north = int(parts[1]) + int(parts[2]) / 60 + int(parts[3]) / 3600
    east = int(parts[5]) + int(parts[6]) / 60 + int(parts[7]) / 3600
    return (-north if parts[0] == "-" else north, -east if parts[4] == "-" else east)
