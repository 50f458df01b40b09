"""Turns a row of somebody's business listing into one normalised lead.

Called by intake's file import, the place clusters and `leadwire inspect leads`. Columns are
recognised by name (a table beside this module holds some hundreds in twenty languages); a mapping
from the operator overrides. Nothing is lost: what no field takes stands in `extra` under its own
name, and a value that cannot be read (a telephone number without its country, a postcode that is
none) keeps its writing there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from agents.identity import addresses, companies, countries, phones, zones
from agents.identity.words import fold, lines, words

LONGEST_NAME = 300  # characters; longer ones are texts, and searching them could take long
EMPTY = frozenset(["", "null", "none", "n/a", "na", "nan", "-", "--", "unknown", "undefined"])
NUMBER_FIRST = words("US GB CA AU NZ IE FR ZA IN PH SG MY HK LU KE NG")
PAIR = re.compile(r"[\[(]?\s*(-?\d{1,3}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*[\])]?")
POINT = re.compile(r"point\s*\(\s*(-?\d{1,3}\.?\d*)\s+(-?\d{1,3}\.?\d*)\s*\)", re.IGNORECASE)
TRADING = re.compile(
    r"^(?P<legal>.+?)[\s,;(-]+(?:d\s?/?\s?b\s?/?\s?a|t/a|trading as|doing business as|o/a"
    r"|(?<=ltd )ta|(?<=limited )ta)\b"
    r"[.:\s]+(?P<name>.+?)\)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One business as listed. Empty text means: not stated.

    `phone` is E.164 where that could be told, `phone_written` what stood there; coordinates are
    degrees; `country` is an ISO code and `country_why` what told it: stated, operator, postcode,
    telephone or coordinates. `zones` and `zones_sure` are as in `zones.likely`. `row` is the
    number that the row states of itself.
    """

    name: str = ""
    category: str = ""
    address: str = ""
    house_number: str = ""
    unit: str = ""
    suburb: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    country_why: str = ""
    phone: str | None = None
    phone_written: str = ""
    email: str | None = None
    website: str = ""
    latitude: float | None = None
    longitude: float | None = None
    zones: tuple[str, ...] = ()
    zones_sure: float = 0.0
    row: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


class UnknownField(ValueError):
    """A mapping names a field that listings do not have; the message lists those they have."""


def normalise(
    row: Mapping[str, object],
    *,
    mapping: Mapping[str, str] | None = None,
    country: str | None = None,
) -> Listing:
    """Reads one row. `mapping` is field → column and overrides recognition; `country` (ISO) is
    assumed where the row states none. Raises UnknownField for a wrong mapping, else nothing."""
    values, extra = _assign(row, dict(mapping or {}))
    latitude, longitude = _coordinates(values)
    place, why = countries.of_row(values, country, latitude, longitude)
    phone = _phone(values.get("phone", ""), place)
    if phone and phone.region and not place:
        place, why = phone.region, "telephone"
    name = _name(values, extra)
    postcode = _postcode(values, place, latitude, longitude, extra)
    likely = zones.likely(
        country=place or None,
        region=values.get("state"),
        phone=phone.e164 if phone else None,
        postcode=postcode,
        latitude=latitude,
        longitude=longitude,
        stated=values.get("zone"),
    )
    return Listing(
        name=name,
        address=_address(values, place),
        postcode=postcode,
        country=place,
        country_why=why,
        phone=phone.e164 if phone else None,
        phone_written=values.get("phone", ""),
        email=_email(values.get("email", ""), extra),
        latitude=latitude,
        longitude=longitude,
        zones=likely.zones,
        zones_sure=likely.sure,
        row=_row(values.get("row", "")),
        extra=extra,
        **{plain: values.get(plain, "") for plain in PLAIN},
    )


PLAIN = ("category", "house_number", "unit", "suburb", "city", "state", "website")


def fields() -> tuple[str, ...]:
    """The names that a mapping may use."""
    return tuple(dict.fromkeys(name for name, _ in columns().values()))


@cache
def columns() -> dict[str, tuple[str, int]]:
    """Squashed column name → (field, rank); a lower rank wins where two columns fit."""
    found: dict[str, tuple[str, int]] = {}
    for line in lines("columns.txt"):
        name, _, spellings = line.partition(" : ")
        for rank, spelling in enumerate(spellings.split(" ; ")):
            found.setdefault(squash(spelling), (name.strip(), rank))
    return found


def squash(column: str) -> str:
    """A column name without case, blanks, underscores and punctuation."""
    return re.sub(r"[\W_]+", "", fold(column))


def known(name: str) -> str:
    """The field that a mapping means, under its own name or that of a column ("business_name").
    Raises UnknownField where it is none."""
    if name in fields():
        return name
    if found := columns().get(squash(name)):
        return found[0]
    raise UnknownField(f"no field {name!r}; a mapping may name: {', '.join(fields())}")


def _assign(
    row: Mapping[str, object], mapping: dict[str, str]
) -> tuple[dict[str, str], dict[str, object]]:
    """Field → text of the best column that fills it, and everything else."""
    mapping = {known(name): column for name, column in mapping.items()}
    fitting: dict[str, list[tuple[int, str, object]]] = {}
    extra: dict[str, object] = {}
    for path, value in _flat(row):
        found = _field_of(path, value, mapping)
        if found is None:
            extra[path] = value
        elif _text(value).casefold() not in EMPTY:
            fitting.setdefault(found[0], []).append((found[1], path, value))
    values: dict[str, str] = {}
    for name, columns_ in fitting.items():
        columns_.sort(key=lambda column: column[0])
        values[name] = _text(columns_[0][2])
        extra.update({path: value for _, path, value in columns_[1:]})
    return values, extra


def _field_of(path: str, value: object, mapping: Mapping[str, str]) -> tuple[str, int] | None:
    """(field, rank) of a column, or None where nothing of ours takes it."""
    mapped = next((name for name, column in mapping.items() if column in (path, _last(path))), None)
    if mapped:
        return (mapped, -1)
    found = _recognised(path)
    if found and isinstance(value, str) and (PAIR.fullmatch(value) or POINT.match(value)):
        found = ("coordinates", 0)
    return None if found is None or found[0] in mapping else found


@lru_cache(maxsize=4096)
def _recognised(path: str) -> tuple[str, int] | None:
    return columns().get(squash(path)) or columns().get(squash(_last(path)))


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _flat(row: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Columns of a row; those of objects inside it under a dotted path."""
    for key, value in row.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.")
        else:
            yield path, value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_text(part) for part in value)
    return " ".join(str(value).split())


def _name(values: Mapping[str, str], extra: dict[str, object]) -> str:
    """The name it trades under; the owner's, where both are written, goes to `extra`. Some write
    them the wrong way round: a legal form gives the owner away."""
    name = values.get("name", "")
    match = TRADING.match(name) if len(name) <= LONGEST_NAME else None
    if match is None:
        return name
    legal, trading = (match[part].strip(" ,;-") for part in ("legal", "name"))
    if companies.read(trading).legal_form and not companies.read(legal).legal_form:
        legal, trading = trading, legal
    extra.setdefault("legal name", legal)
    return trading


def _address(values: Mapping[str, str], country: str) -> str:
    """The address in one line; a house number from its own column stands where the country has
    it."""
    number, street = values.get("house_number", ""), values.get("line1", "")
    order = (number, street) if country in NUMBER_FIRST else (street, number)
    line = " ".join(part for part in order if part) if street else ""
    parts = (values.get("house_name", ""), line, values.get("line2", ""), values.get("line3", ""))
    return ", ".join(part.strip(" ,") for part in parts if part.strip(" ,"))


def _postcode(
    values: Mapping[str, str],
    country: str,
    latitude: float | None,
    longitude: float | None,
    extra: dict[str, object],
) -> str:
    """The postcode in its country's form; what is none, or lies in another time than the
    coordinates, goes to `extra`: columns named so hold ids of districts as well."""
    written = values.get("postcode", "")
    code = countries.postcode(written, country)
    if code is None:
        extra.setdefault("postcode written", written)
        return ""
    if code and country and latitude is not None:
        there = zones.likely(country=country, latitude=latitude, longitude=longitude).zones
        coded = zones.likely(country=country, postcode=code).zones
        if not any(zones.same(one, other) for one in there for other in coded):
            extra.setdefault("postcode written", written)
            return ""
    return code


def _phone(value: str, country: str) -> phones.Phone | None:
    found = phones.read_all(value, country or None) if value else ()
    return found[0] if found else None


def _email(value: str, extra: dict[str, object]) -> str | None:
    for part in re.split(r"[\s;,<>|]+|mailto:", value):
        if "@" in part:
            found = addresses.read(part.strip(".'\"()[]"))
            if found.verdict == "valid":
                return found.normalised
    if value:
        extra.setdefault("email written", value)
    return None


def _row(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) <= 18 else None


def _coordinates(values: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Degrees from two columns or one; nothing where they are out of range or both zero."""
    pair = (values.get("latitude", ""), values.get("longitude", ""))
    if match := POINT.match(values.get("coordinates", "")):
        pair = (match.group(2), match.group(1))
    elif match := PAIR.fullmatch(values.get("coordinates", "")):
        pair = (match.group(1), match.group(2))
    try:
        latitude, longitude = (float(part.replace(",", ".")) for part in pair)
    except ValueError:
        return None, None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return (latitude, longitude) if inside else (None, None)
