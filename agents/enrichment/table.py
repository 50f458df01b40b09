"""A client's own data as a source: a CSV file or a table of SQLite, matched exactly.

A description in TOML says whose data it is, by which columns a lead is found (the website's
domain, the phone number, the name with the address; each in its normal form, never by resemblance),
and which columns fill which fields. Rows that fit one lead by different columns, or that fit by the
same one and disagree, are doubtful: a person looks before they count.

`described` reads a description when the process starts and raises for what is wrong in it; the data
themselves are read when the first lead asks, again when the file changes, and a file that cannot be
read is named with each lead while the lead goes on.
"""

import asyncio
import sqlite3
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from agents.enrichment.base import Answer, Card, Finding, Source, SourceFailed, Subject
from agents.enrichment.fields import FIELDS, normal
from agents.intake import reading
from agents.intake.ties import shared_domains
from agents.scoring.parts import host

KEYS = ("client", "name", "file", "table", "as_of", "confidence", "match", "fields", "country")
MATCHES = ("domain", "phone", "name", "address")
SURE = 0.85
"""How sure a client's own data are where its description says nothing."""
MOST_ROWS = 5
"""Rows that may fit one lead; more means that the column matches a crowd."""

Columns = str | Mapping[str, str]
Key = tuple[str, str]


class Undescribed(ValueError):
    """A description cannot be used; the text names the file, the key and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a table holds. `as_of` is a date or the column that holds one."""

    path: Path
    client: str
    name: str
    file: Path
    table: str | None
    as_of: datetime | str | None
    confidence: float
    match: Mapping[str, str]
    fields: Mapping[str, Columns]
    country: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it names."""
        mapped = [
            column
            for value in self.fields.values()
            for column in ([value] if isinstance(value, str) else value.values())
        ]
        dated = [self.as_of] if isinstance(self.as_of, str) else []
        return tuple(dict.fromkeys([*self.match.values(), *mapped, *dated]))


def described(path: Path) -> Description:
    """Reads a description; raises Undescribed."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Undescribed(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Undescribed(f"{path} is not readable as TOML: {error}") from None
    _known(path, "key", document, KEYS)
    for key in ("client", "file", "match", "fields"):
        if not document.get(key):
            raise Undescribed(f"{path}: {key} is missing; see the README for an example")
    match = _texts(path, "match", document["match"])
    _known(path, "way to match", match, MATCHES)
    if ("address" in match) != ("name" in match):
        raise Undescribed(f"{path}: match.name and match.address go together")
    file = path.parent / str(document["file"])
    sure = document.get("confidence", SURE)
    if isinstance(sure, bool) or not isinstance(sure, int | float) or not 0 < sure <= 1:
        raise Undescribed(f"{path}: confidence is a number above 0, 1 at most")
    return Description(
        path=path,
        client=str(document["client"]),
        name=str(document.get("name") or file.stem),
        file=file,
        table=document.get("table"),
        as_of=_as_of(path, document.get("as_of")),
        confidence=float(sure),
        match=match,
        fields=_fields(path, document["fields"]),
        country=document.get("country"),
    )


def _known(path: Path, what: str, given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
            raise Undescribed(f"{path}: no {what} {name!r}{hint}")


def _texts(path: Path, key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise Undescribed(f"{path}: {key} is a table of NAME = COLUMN")
    return dict(value)


def _fields(path: Path, value: Any) -> dict[str, Columns]:
    if not isinstance(value, dict):
        raise Undescribed(f"{path}: fields is a table of FIELD = COLUMN")
    found: dict[str, Columns] = {}
    for key, column in value.items():
        name = key if key in FIELDS else f"company.{key}"
        if name not in FIELDS:
            _known(path, "field", [key], tuple(FIELDS))
        person = name == "decision_makers"
        if person != isinstance(column, dict):
            words = "a table of name, title, email, phone" if person else "a column's name"
            raise Undescribed(f"{path}: fields.{key} is {words}")
        found[name] = _texts(path, f"fields.{key}", column) if person else str(column)
    return found


def _as_of(path: Path, value: Any) -> datetime | str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    raise Undescribed(f"{path}: as_of is a date, or the name of a column that holds one")


# ── the data ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stood, and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Index:
    """Every row by the keys under which leads find it; `skipped` rows could not be read, and
    `changed` is when the file was written: what it says is no newer than that."""

    changed: datetime
    rows: dict[Key, list[Row]] = field(default_factory=dict)
    count: int = 0
    skipped: int = 0


def rows_of(what: Description) -> Iterator[Row | None]:
    """Yields the rows of a description's file; None for one that cannot be read.

    Raises SourceFailed for a file that cannot be opened and for columns that are not there.
    """
    try:
        yield from _sqlite(what) if _is_sqlite(what.file) else _csv(what)
    except (OSError, sqlite3.Error, reading.Unreadable) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise SourceFailed(f"{what.file.name} cannot be read: {words}") from error


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _csv(what: Description) -> Iterator[Row | None]:
    with what.file.open("rb") as file:
        source = reading.read(file, name=what.file.name)
        columns: Sequence[str] = source.columns or ()
        checked = False
        for one in source.rows:
            if isinstance(one, reading.Reject):
                yield None
                continue
            if not checked:
                _there(what, columns or tuple(one.data))
                checked = True
            yield Row(one.row, {c: _cell(one.data.get(c)) for c in what.columns})
        if not checked:
            _there(what, columns)


def _sqlite(what: Description) -> Iterator[Row | None]:
    if not what.table:
        raise SourceFailed(f"{what.path.name}: {what.file.name} is SQLite; name its table")
    name = what.table.replace('"', '""')
    connection = sqlite3.connect(f"{what.file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        cursor = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 — quoted above
        columns = [column[0] for column in cursor.description]
        _there(what, columns)
        for number, values in enumerate(cursor, start=1):
            cells = dict(zip(columns, values, strict=True))
            yield Row(number, {c: _cell(cells[c]) for c in what.columns})
    finally:
        connection.close()


def _there(what: Description, columns: Sequence[str]) -> None:
    for column in what.columns:
        if column not in columns:
            near = get_close_matches(column, columns, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            words = f"{what.file.name}: there is no column {column!r}{hint}"
            raise SourceFailed(f"{words} (columns: {', '.join(columns)[:200]})")


def _cell(value: Any) -> str:
    return "" if value is None else str(value).strip()


def indexed(what: Description) -> Index:
    """Reads a file into an index; see `rows_of` for what it raises."""
    found = Index(datetime.fromtimestamp(what.file.stat().st_mtime, UTC))
    for row in rows_of(what):
        if row is None:
            found.skipped += 1
            continue
        found.count += 1
        cells = {way: row.cells[column] for way, column in what.match.items()}
        for key in keys(cells, what.country):
            found.rows.setdefault(key, []).append(row)
    return found


def keys(said: Mapping[str, str], country: str | None) -> list[Key]:
    """Returns the keys of a row or a lead: exact, in normal form. Domains of mail hosts, site
    builders and chains match nobody."""
    found: list[Key] = []
    domain = host(said.get("domain", "").rpartition("@")[2])
    if domain and domain not in shared_domains():
        found.append(("domain", domain))
    number = normal("phone", said.get("phone", ""), country)
    if number is not None:
        found.append(("phone", str(number)))
    name = normal("company.name", said.get("name", ""), country)
    address = normal("company.address", said.get("address", ""), country)
    if name and address:
        found.append(("name and address", f"{name} {address}"))
    return found


def keys_of(subject: Subject) -> list[Key]:
    """Returns the keys of a lead."""
    lead = subject.lead
    common = {
        "phone": lead.phone or "",
        "name": lead.business_name or "",
        "address": lead.address or "",
    }
    found = keys({**common, "domain": subject.value("company.website") or ""}, lead.country)
    found += keys({"domain": lead.email or ""}, lead.country)
    return list(dict.fromkeys(found))


class TableSource(Source):
    """Findings from one described table."""

    def __init__(self, what: Description) -> None:
        self.what = what
        self.card = Card(
            name=f"table:{what.name}",
            adds=frozenset(what.fields),
            ceiling=what.confidence,
            tenant=what.client,
        )
        self._index: Index | None = None
        self._state: tuple[int, int] | None = None
        self._turn = asyncio.Lock()

    def cannot(self, subject: Subject) -> str | None:
        ways = {way for way, _ in keys_of(subject)}
        mine = {
            "name and address" if way in ("name", "address") else way for way in self.what.match
        }
        if ways & mine:
            return None
        return f"the lead has nothing to match by ({', '.join(sorted(mine))})"

    async def find(self, subject: Subject) -> Answer:
        index = await self._current()
        fitting = {key: index.rows[key] for key in keys_of(subject) if key in index.rows}
        note = f"{index.skipped} rows of it cannot be read" if index.skipped else ""
        return Answer(findings=self._found(index, fitting, subject), note=note)

    def _found(
        self, index: Index, fitting: Mapping[Key, Sequence[Row]], subject: Subject
    ) -> tuple[Finding, ...]:
        what = self.what if self.what.as_of else replace(self.what, as_of=index.changed)
        return findings(what, fitting, subject)

    async def _current(self) -> Index:
        """The index of the file as it stands; read in a thread, by one at a time."""
        async with self._turn:
            try:
                stat = self.what.file.stat()
            except OSError as error:
                words = f"{self.what.file.name} cannot be read: {error.strerror}"
                raise SourceFailed(words) from error
            state = (stat.st_mtime_ns, stat.st_size)
            if self._index is None or state != self._state:
                self._index = await asyncio.to_thread(indexed, self.what)
                self._state = state
            return self._index


def findings(
    what: Description, fitting: Mapping[Key, Sequence[Row]], subject: Subject
) -> tuple[Finding, ...]:
    """Turns the rows that fit a lead into findings; where they disagree, a person has to look."""
    rows = {row.number: row for found in fitting.values() for row in found}
    doubt = _doubt(fitting)
    found = [one for row in rows.values() for one in _of_row(what, row, subject, doubt)]
    if doubt or len(rows) < 2:
        return tuple(found)
    return tuple(_disagreeing(found, subject.lead.country, fitting))


def _doubt(fitting: Mapping[Key, Sequence[Row]]) -> str:
    """Why the rows as a whole are doubtful: different columns lead to different rows, or one
    column to a crowd."""
    sets = {key: {row.number for row in found} for key, found in fitting.items()}
    crowd = next((key for key, numbers in sets.items() if len(numbers) > MOST_ROWS), None)
    if crowd:
        return f"{len(sets[crowd])} rows fit by {crowd[0]}"
    pairs = list(sets.items())
    for place, (key, numbers) in enumerate(pairs):
        for other, others in pairs[place + 1 :]:
            if not numbers & others:
                mine, theirs = min(numbers), min(others)
                return f"row {mine} fits by {key[0]}, row {theirs} by {other[0]}"
    return ""


def _disagreeing(
    found: Sequence[Finding], country: str | None, fitting: Mapping[Key, Sequence[Row]]
) -> Iterator[Finding]:
    ways = ", ".join(sorted({way for way, _ in fitting}))
    for one in found:
        values = {normal(f.field, f.value, country) for f in found if f.field == one.field}
        if FIELDS[one.field].holds == "one" and len(values) > 1:
            yield replace(one, doubt=f"rows that fit by {ways} disagree")
        else:
            yield one


def _of_row(what: Description, row: Row, subject: Subject, doubt: str) -> Iterator[Finding]:
    at = _at(what, row, subject.now)
    for name, columns in what.fields.items():
        value, evidence = _value(row, columns)
        if not value:
            continue
        yield Finding(
            field=name,
            value=value,
            confidence=what.confidence,
            source=f"table:{what.name}",
            evidence=evidence,
            place=f"{what.file.name} row {row.number}",
            at=at,
            doubt=doubt,
        )


def _value(row: Row, columns: Columns) -> tuple[Any, str]:
    if isinstance(columns, str):
        return row.cells[columns], row.cells[columns]
    person = {part: row.cells[column] for part, column in columns.items() if row.cells[column]}
    return (person if person.get("name") else None), ", ".join(person.values())


def _at(what: Description, row: Row, now: datetime) -> datetime:
    """When a row was true: its own date, its table's, else a date long past: nobody knows."""
    if isinstance(what.as_of, datetime):
        return min(what.as_of, now)
    if what.as_of is None:
        return now
    try:
        found = datetime.fromisoformat(row.cells[what.as_of])
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return min(found if found.tzinfo else found.replace(tzinfo=UTC), now)
