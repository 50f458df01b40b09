"""Turns a row's columns into a lead's fields.

Four ways, the first that applies: `--map FIELD=COLUMN`, a layout file that the operator names, a
layout that ships and whose columns are all there, and recognition of column names (the listing
reader's table, in some twenty languages, and the names that lists of people use). Columns that no
field takes pass through under their own names; one whose name another column has taken as a field
passes through as `column_NAME`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from agents.identity import listings
from agents.identity.words import words
from agents.intake import reading
from contracts import upcast
from contracts.inbound import InboundLead

PAIRS = "--map"
TOP = frozenset(InboundLead.model_fields) | {"latitude", "longitude"}
"""Names that a field may have; below `metadata.`, `quality.`, `consent.` and `enrichment.` any."""
BELOW = ("metadata.", "quality.", "consent.", "enrichment.")
GLUE: Mapping[str, str] = {"address": ", "}
"""What stands between several columns of one field; a blank where it is not named."""
ONE_OF = frozenset(["email", "phone", "website", "country", "postcode", "dedup_key", "account_id"])
"""Fields of which two values joined are none."""


class MappingError(ValueError):
    """A mapping cannot be used; the text names the field or column, and those that there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a field's value comes from: all of `join`, in order, else the first filled one."""

    join: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    glue: str = " "

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it reads."""
        return self.join + self.first

    def read(self, row: Mapping[str, Any]) -> str:
        """Returns the value in a row; empty where nothing is filled."""
        filled = (_cell(row, column) for column in self.join)
        joined = self.glue.join(text for text in filled if text)
        return joined or next(filter(None, (_cell(row, column) for column in self.first)), "")


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Fields and where they come from; `constants` fill what a row leaves open."""

    name: str
    fields: Mapping[str, Part]
    constants: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def apply(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the lead of a row; the row stays as it is."""
        lead: dict[str, Any] = {}
        for name, part in self.fields.items():
            if value := part.read(row):
                _put(lead, name, value)
        taken = {column for part in self.fields.values() for column in part.columns}
        for key, value in row.items():
            if key not in taken:
                lead[key if key not in lead else f"column_{key}"] = value
        for name, value in self.constants.items():
            if lead.get(name) in (None, ""):
                lead[name] = value
        return lead

    def check(self, columns: Sequence[str]) -> None:
        """Raises MappingError where a column that a field needs is not in the file."""
        for name, part in self.fields.items():
            absent = [c for c in part.columns if c.partition(".")[0] not in columns]
            if absent and len(absent) == len(part.columns):
                raise MappingError(_no_column(name, absent[0], columns))


def _no_column(name: str, column: str, columns: Sequence[str]) -> str:
    near = get_close_matches(column, columns, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"{name}={column}: there is no column {column!r}{hint} Columns: {', '.join(columns)}"


def _cell(row: Mapping[str, Any], column: str) -> str:
    if column in row:
        value = row[column]
    else:
        head, _, rest = column.partition(".")
        inner = row.get(head)
        value = inner.get(rest) if isinstance(inner, Mapping) and rest else None
    return "" if value is None or isinstance(value, list | dict) else str(value).strip()


def _put(lead: dict[str, Any], name: str, value: str) -> None:
    *above, last = name.split(".")
    for step in above:
        lead = lead.setdefault(step, {})
    lead[last] = value


# ── from the command line and from files ──────────────────────────────────────────────────────


def given(texts: Iterable[str]) -> FieldMap | None:
    """Returns the mapping of `--map` arguments; None where there are none.

    Each is FIELD=COLUMN (one field may be named several times: its columns are joined, of an
    address or a number the first filled one counts), the name of a layout that ships, or the path
    of a layout file. Later ones win. Raises MappingError.
    """
    found: FieldMap | None = None
    pairs: dict[str, list[str]] = {}
    for text in texts:
        name, equals, column = text.partition("=")
        if equals:
            pairs.setdefault(_field(name.strip()), []).append(column.strip())
        else:
            found = layout(text)
    if pairs:
        base = found or FieldMap(PAIRS, {})
        own = {name: _of_columns(name, tuple(columns)) for name, columns in pairs.items()}
        return replace(base, fields={**base.fields, **own})
    return found


def _of_columns(name: str, columns: tuple[str, ...]) -> Part:
    if name in ONE_OF:
        return Part(first=columns)
    return Part(join=columns, glue=GLUE.get(name, " "))


def _field(name: str) -> str:
    if name in TOP or name.startswith(BELOW):
        return name
    near = get_close_matches(name, TOP, n=1)
    hint = f"; did you mean {near[0]}?" if near else "."
    raise MappingError(
        f"no field {name!r}{hint} Fields: {', '.join(sorted(TOP))}, or metadata.ANYTHING"
    )


def layout(name: str) -> FieldMap:
    """Returns a layout by the name under which it ships, or from a TOML file. Raises MappingError
    naming the file and what is wrong in it."""
    if name in layouts():
        return layouts()[name]
    try:
        text = Path(name).read_text("utf-8")
    except OSError as error:
        known = ", ".join(layouts())
        raise MappingError(
            f"--map {name}: neither FIELD=COLUMN, nor a file ({error.strerror}), "
            f"nor a layout that ships ({known})"
        ) from None
    except UnicodeDecodeError:
        raise MappingError(f"{name} is not UTF-8") from None
    return parsed(name, text)


@cache
def layouts() -> Mapping[str, FieldMap]:
    """The layouts that ship, by name."""
    folder = files("agents.intake") / "layouts"
    paths = sorted(folder.iterdir(), key=lambda path: path.name)
    return {
        path.name.removesuffix(".toml"): parsed(
            path.name.removesuffix(".toml"), path.read_text("utf-8")
        )
        for path in paths
        if path.name.endswith(".toml")
    }


def parsed(name: str, text: str) -> FieldMap:
    """Reads a layout: `[fields]` FIELD = COLUMN, list of columns to join, or a table of `first`,
    `join`, `with`; `[constants]`; `columns` by which it is recognised."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{name} is not readable as TOML: {error}") from None
    unknown = set(document) - {"title", "columns", "fields", "constants"}
    if unknown:
        raise MappingError(f"{name}: no key {sorted(unknown)[0]!r}; there are fields, constants, "
                           "columns, title")  # fmt: skip
    fields = document.get("fields", {})
    return FieldMap(
        name=name,
        fields={_field(key): _part(name, key, value) for key, value in fields.items()},
        constants={_field(key): str(v) for key, v in document.get("constants", {}).items()},
        columns=tuple(document.get("columns", ())),
    )


def _part(name: str, key: str, value: Any) -> Part:
    glue = GLUE.get(key, " ")
    if isinstance(value, str):
        return Part(first=(value,))
    if isinstance(value, list):
        return Part(join=tuple(map(str, value)), glue=glue)
    if isinstance(value, dict) and set(value) <= {"first", "join", "with"}:
        join, first = tuple(value.get("join", ())), tuple(value.get("first", ()))
        return Part(join=join, first=first, glue=str(value.get("with", glue)))
    raise MappingError(f"{name}: {key} is a column, a list of columns, or first/join/with")


# ── recognised ────────────────────────────────────────────────────────────────────────────────

PEOPLE: Mapping[str, str] = {
    name: meaning
    for meaning, names in {
        "name": "fullname contactname contact personname contactperson ansprechpartner nomcontact",
        "first": "firstname givenname forename vorname prenom fornavn fornamn imie imię",
        "last": "lastname surname familyname nachname nomdefamille apellido cognome etternavn",
        "title": "jobtitle position role jobrole jobfunction funktion fonction cargo stelle",
        "email": "workemail personalemail directemail contactemail",
        "phone": "workphone directphone mobilephone directdial",
    }.items()
    for name in names.split()
}
"""Squashed column names of lists of people → what they hold."""
COMPANIES = words("company companyname organisation organization firma employer")
PLACES = words("category line1 house_number website latitude postcode city")
"""Listing fields that a business has; a list without any of them is one of people."""
OURS: Mapping[str, str] = {
    "name": "business_name",
    "category": "category",
    "city": "city",
    "state": "region",
    "postcode": "postcode",
    "country": "country",
    "phone": "phone",
    "email": "email",
    "website": "website",
    "latitude": "latitude",
    "longitude": "longitude",
    "zone": "timezone",
}
"""The listing reader's fields → ours; the parts of an address are joined."""
ADDRESS = ("house_name", "house_number", "line1", "unit", "line2", "line3")


WAYS = ("email", "phone", "website", "address", "account_contacts")


def chosen(texts: Iterable[str], columns: Sequence[str], *, by_name: bool) -> FieldMap:
    """Returns the mapping for a file: what was given, over what its columns tell.

    `by_name` says whether columns may be recognised by name (a CSV), or only a whole layout (JSONL,
    whose keys are names of fields already). Raises MappingError for a wrong argument, for a column
    that is not there, and where no column says how to reach anybody.
    """
    explicit = given(texts)
    if explicit is not None and explicit.name != PAIRS:
        explicit.check(columns)
        return explicit
    found = fitting(columns, by_name=by_name)
    if explicit is not None:
        explicit.check(columns)
        found = _over(found, explicit)
    if by_name:
        _check_ways(found, columns)
    return found


def mapped(
    source: reading.Source, texts: Sequence[str]
) -> Iterator[tuple[reading.Accepted, FieldMap] | reading.Reject]:
    """Yields a file's rows with the mapping for them, found at its header or its first object.

    Raises MappingError as `chosen` does; rows that cannot be read come through as they are.
    """
    by_name = source.format == "csv"
    found = chosen(texts, source.columns, by_name=by_name) if source.columns else None
    for row in source.rows:
        if isinstance(row, reading.Reject):
            yield row
            continue
        found = found or chosen(texts, tuple(row.data), by_name=by_name)
        yield row, found


def _over(found: FieldMap, explicit: FieldMap) -> FieldMap:
    taken = {column for part in explicit.fields.values() for column in part.columns}
    rest = {n: part for n, part in found.fields.items() if taken.isdisjoint(part.columns)}
    return replace(found, name=PAIRS, fields={**rest, **explicit.fields})


def _check_ways(found: FieldMap, columns: Sequence[str]) -> None:
    known = {*found.fields, *upcast.from_flat(dict.fromkeys(columns, "x"))}
    if known.isdisjoint(WAYS):
        raise MappingError(
            "no column says how to reach anybody (e-mail, phone, website or address); name one, "
            f"as --map email=COLUMN. Columns: {', '.join(columns)}"
        )


def fitting(columns: Sequence[str], *, by_name: bool = True) -> FieldMap:
    """Returns the layout that ships whose columns are all there, or what column names tell."""
    for found in layouts().values():
        if found.columns and set(found.columns) <= set(columns):
            return found
    return recognised(columns) if by_name else FieldMap("as it is", {})


def recognised(columns: Sequence[str]) -> FieldMap:
    """Returns the mapping that column names tell; a column under one of our names needs none."""
    names = {column: listings.squash(column) for column in columns}
    people = _of_people(set(names.values()))
    found: dict[str, list[tuple[int, str]]] = {}
    for column, name in names.items():
        meaning = None if column in TOP else _meaning(name, people)
        if meaning is not None:
            found.setdefault(meaning[0], []).append((meaning[1], column))
    best = {key: min(rows)[1] for key, rows in found.items()}
    return FieldMap("recognised", _fields(best, set(columns)))


def _of_people(names: set[str]) -> bool:
    """Says whether a list names people: beside their company, by parts, or without any place."""
    if not COMPANIES.isdisjoint(names) or any(
        PEOPLE.get(name) in ("first", "last", "title") for name in names
    ):
        return True
    table = listings.columns()
    return not any(table.get(name, ("",))[0] in PLACES for name in names)


def _meaning(name: str, people: bool) -> tuple[str, int] | None:
    if name in COMPANIES:
        return "business_name", 0
    if name in PEOPLE:
        return f"person_{PEOPLE[name]}", 0
    if people and name in ("name", "title"):
        return f"person_{name}", 1
    row = listings.columns().get(name)
    if row is None or row[0] not in (*OURS, *ADDRESS):
        return None
    return OURS.get(row[0], row[0]), row[1]


def _fields(best: Mapping[str, str], columns: set[str]) -> dict[str, Part]:
    """Fields of the recognised columns, less those that the file has under our own name."""
    first = {key: Part(first=(c,)) for key, c in best.items() if key in OURS.values()}
    lines = tuple(best[key] for key in ADDRESS if key in best)
    if lines:
        first["address"] = Part(join=lines, glue=", ")
    whole = tuple(best[key] for key in ("person_first", "person_last") if key in best)
    if "person_name" in best:
        first["name"] = Part(first=(best["person_name"],))
    elif whole:
        first["name"] = Part(join=whole)
    for key in ("title", "email", "phone"):
        if f"person_{key}" in best:
            own = Part(first=(best[f"person_{key}"],))
            first[key] = replace(
                own, first=own.first + first[key].columns if key in first else own.first
            )
    return {key: part for key, part in first.items() if key not in columns}
