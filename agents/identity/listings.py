"""Turns a row of somebody's business listing into one normalised lead.

Called by intake's file import, the place clusters and `leadwire inspect leads`. Columns are
recognised by name (a table beside this module holds some hundred in twenty languages); a mapping
from the operator overrides. Nothing is lost: what no field takes stands in `extra` under its own
name, and a value that cannot be read (a telephone number without its country) keeps its writing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from agents.identity import addresses, phones, zones
from agents.identity.words import fold, lines


@dataclass(frozen=True, slots=True)
class Listing:
    """One business as listed. Empty text means: not stated. `phone` is E.164 where that could be
    told, `phone_written` what stood there; `latitude` and `longitude` are degrees."""

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
    values, extra = _assign(row, mapping or {})
    place = _country(values, country)
    phone = _phone(values.get("phone", ""), place)
    if phone and not place:
        place = phone.region or ""
    email = _email(values.get("email", ""))
    latitude, longitude = _coordinates(values)
    likely = zones.likely(
        country=place or None, region=values.get("state") or None, phone=phone.e164 if phone else None,
        postcode=values.get("postcode") or None, latitude=latitude, longitude=longitude,
        stated=values.get("zone") or None,
    )  # fmt: skip
    return Listing(
        name=_text(values.get("name", "")),
        category=_text(values.get("category", "")),
        address=_address(values),
        house_number=_text(values.get("house_number", "")),
        unit=_text(values.get("unit", "")),
        suburb=_text(values.get("suburb", "")),
        city=_text(values.get("city", "")),
        state=_text(values.get("state", "")),
        postcode=_postcode(values.get("postcode", ""), place),
        country=place,
        phone=phone.e164 if phone else None,
        phone_written=_text(values.get("phone", "")),
        email=email,
        website=_text(values.get("website", "")),
        latitude=latitude,
        longitude=longitude,
        zones=likely.zones,
        zones_sure=likely.sure,
        row=_row(values.get("row", "")),
        extra=extra,
    )


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


def fields() -> tuple[str, ...]:
    """The names that a mapping may use."""
    return tuple(dict.fromkeys(name for name, _ in columns().values()))


def _assign(
    row: Mapping[str, object], mapping: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, object]]:
    for name in mapping:
        if name not in fields():
            raise UnknownField(f"no field {name!r}; a mapping may name: {', '.join(fields())}")
    taken = {column: name for name, column in mapping.items()}
    candidates: dict[str, list[tuple[int, str, str, object]]] = {}
    extra: dict[str, object] = {}
    for path, value in _flat(row):
        found = (taken[path], -1) if path in taken else _recognise(path)
        if found is None or (found[0] in mapping and found[1] >= 0) or not _filled(value):
            extra[path] = value
        else:
            candidates.setdefault(found[0], []).append((found[1], path, str(value), value))
    values: dict[str, str] = {}
    for name, options in candidates.items():
        options.sort(key=lambda option: option[0])
        values[name] = options[0][2]
        extra.update({path: value for _, path, _, value in options[1:]})
    return values, extra


def _flat(row: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in row.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.")
        else:
            yield path, value


def _recognise(path: str) -> tuple[str, int] | None:
    table = columns()
    return table.get(squash(path)) or table.get(squash(path.rpartition(".")[2]))


def _filled(value: object) -> bool:
    return value is not None and str(value).strip().casefold() not in {"", "null", "none", "n/a"}


def _text(value: str) -> str:
    return " ".join(value.split())


def _address(values: Mapping[str, str]) -> str:
    lines = [values.get(name, "") for name in ("house_name", "line1", "line2", "line3")]
    return ", ".join(_text(line) for line in lines if line.strip())


def _postcode(value: str, country: str) -> str:
    text = _text(value).upper()
    if country == "GB":
        text = text.replace(" ", "")
        return f"{text[:-3]} {text[-3:]}" if len(text) > 4 else text
    return text


GB = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}", re.IGNORECASE)
CANADA = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[A-Z]\s*\d[A-Z]\d", re.IGNORECASE)


def _country(values: Mapping[str, str], given: str | None) -> str:
    stated = _text(values.get("country", "")).upper()
    if len(stated) == 2 and stated.isalpha():
        return "GB" if stated == "UK" else stated
    if given:
        return given.upper()
    postcode = values.get("postcode", "").strip()
    if GB.fullmatch(postcode):
        return "GB"
    if CANADA.fullmatch(postcode):
        return "CA"
    return ""


def _phone(value: str, country: str) -> phones.Phone | None:
    found = phones.read_all(value, country or None) if value else ()
    return found[0] if found else None


def _email(value: str) -> str | None:
    for part in re.split(r"[\s;,<>]+|mailto:", value):
        if "@" in part:
            found = addresses.read(part.strip(".'\""))
            if found.verdict == "valid":
                return found.normalised
    return None


def _coordinates(values: Mapping[str, str]) -> tuple[float | None, float | None]:
    try:
        latitude, longitude = float(values["latitude"]), float(values["longitude"])
    except (KeyError, ValueError):
        return None, None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return (latitude, longitude) if inside else (None, None)


def _row(value: str) -> int | None:
    return int(value) if value.strip().isdecimal() else None
