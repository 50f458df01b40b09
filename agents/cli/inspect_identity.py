"""`leadwire inspect phone|address|title|company|leads|calendar`: what would Leadwire make of these?

The first four read values: plain ones, one a line of a file or of stdin, or as arguments; with
`--jsonl` one object a line. They write one JSON object a line in input order, or a table where a
person looks at it. `leads` reads a whole file of listings, normalises and clusters them; `calendar`
prints the holidays of a region. None touches a store, a bus or the network.

A line that cannot be read yields an object with `line` and `error`, and exit code 1 at the end; the
other lines are read all the same.
"""

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

Row = dict[str, Any]
Command = TypeVar("Command", bound=Callable[..., Any])
NOTHING = 6  # exit code: nothing matched


class BadRow(ValueError):
    """A line that holds no value; the text says what to do."""


def reads_values(command: Command) -> Command:
    """The arguments that all commands over values share."""
    for decorate in (
        click.option("--json", "as_json", is_flag=True, help="JSON lines even on a terminal"),
        click.option("--jsonl", is_flag=True, help="each line is an object"),
        click.argument("sources", nargs=-1, metavar="[VALUE|FILE|-]..."),
    ):
        command = decorate(command)
    return command


@click.command(short_help="E.164, type and zones of numbers")
@reads_values
@click.option("--region", metavar="CC", help="country in which numbers without + were written")
def phone(sources: tuple[str, ...], jsonl: bool, as_json: bool, region: str | None) -> None:
    """Reads telephone numbers: value, and with --jsonl optionally region."""
    from agents.identity import phones

    def answer(row: Row) -> Row:
        found = phones.read(row["value"], row.get("region") or region)
        return {
            "value": row["value"],
            "e164": found.e164,
            "type": found.type,
            "zones": list(found.zones),
            "valid": found.valid,
            "region": found.region,
            "extension": found.extension,
            "numbers": [each.e164 for each in phones.read_all(row["value"], row.get("region"))],
            "why": found.why,
        }

    show(answers(sources, jsonl, "value", ("region",), answer), as_json)


@click.command(short_help="verdict on e-mail addresses")
@reads_values
def address(sources: tuple[str, ...], jsonl: bool, as_json: bool) -> None:
    """Judges e-mail addresses: valid, invalid or unusual. Asks no name server."""
    from agents.identity import addresses

    def answer(row: Row) -> Row:
        found = addresses.read(row["address"])
        return {
            "address": row["address"],
            "verdict": found.verdict,
            "normalised": found.normalised,
            "why": found.why,
        }

    show(answers(sources, jsonl, "address", (), answer), as_json)


@click.command(short_help="priority, role, seniority of titles")
@reads_values
def title(sources: tuple[str, ...], jsonl: bool, as_json: bool) -> None:
    """Reads job titles: priority 0 to 100, role and seniority."""
    from agents.identity import titles

    def answer(row: Row) -> Row:
        found = titles.read(row["title"])
        return {
            "title": row["title"],
            "priority": found.priority,
            "role": found.role,
            "seniority": found.seniority,
            "generic": found.generic,
        }

    show(answers(sources, jsonl, "title", (), answer), as_json)


@click.command(short_help="base name and legal form")
@reads_values
def company(sources: tuple[str, ...], jsonl: bool, as_json: bool) -> None:
    """Splits company names into base name and legal form."""
    from agents.identity import companies

    def answer(row: Row) -> Row:
        found = companies.read(row["name"])
        return {"name": row["name"], "base": found.base, "legal_form": found.legal_form}

    show(answers(sources, jsonl, "name", (), answer), as_json)


@click.command(short_help="normalised leads and clusters")
@click.argument("source", type=click.File("rb"), metavar="FILE.csv|FILE.jsonl|-")
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="overrides recognition")
@click.option("--country", metavar="CC", help="country of the rows that state none")
@click.option("--encoding", help="how the file was saved, where that cannot be told")
@click.option("--delimiter", help="what stands between its cells, where that cannot be told")
@click.option("--json", "as_json", is_flag=True, help="JSON lines even on a terminal")
def leads(
    source: BinaryIO,
    maps: tuple[str, ...],
    country: str | None,
    encoding: str | None,
    delimiter: str | None,
    as_json: bool,
) -> None:
    """Normalises a file of business listings and says which are the same place.

    Each object has row, the lead's fields, cluster (the row of the place's first listing), and
    what joined it: joined_to and evidence.
    """
    from agents.intake import reading

    try:
        name = getattr(source, "name", "-")
        opened = reading.read(source, name=name, encoding=encoding, delimiter=delimiter)
        rows = list(opened.rows)
    except reading.Unreadable as error:
        raise click.UsageError(str(error)) from error
    mapping = mapped(maps, {key for row in rows for key in getattr(row, "data", ())})
    for note in opened.notes:
        click.echo(note, err=True)
    show(listed(rows, mapping, country), as_json, ("row", "cluster", "name", "address", "city",
         "postcode", "phone", "zones", "evidence", "error"))  # fmt: skip


def mapped(maps: Iterable[str], columns: set[str]) -> dict[str, str]:
    """FIELD=COLUMN arguments as a mapping; a usage error where one fits nothing."""
    from agents.identity import listings

    found: dict[str, str] = {}
    for text in maps:
        name, equals, column = text.partition("=")
        if not equals:
            raise click.UsageError(f"--map {text}: write FIELD=COLUMN")
        try:
            found[listings.known(name.strip())] = column.strip()
        except listings.UnknownField as error:
            raise click.UsageError(f"--map {text}: {error}") from error
        if column.strip().partition(".")[0] not in columns:
            raise click.UsageError(
                f"--map {text}: the file has no column {column.strip()!r};"
                f" it has {', '.join(sorted(columns))}"
            )
    return found


def listed(rows: list[Any], mapping: Mapping[str, str], country: str | None) -> Iterator[Row]:
    """One object a row of a file, in its order: the lead, or why it could not be read."""
    from agents.identity import listings, places

    read = [
        listings.normalise(row.data, mapping=mapping, country=country)
        for row in rows
        if hasattr(row, "data")
    ]
    joins = places.cluster(read)
    at = iter(range(len(read)))
    numbers = [listing.row for listing in read]
    if None in numbers or len(set(numbers)) < len(numbers):
        numbers = [row.row for row in rows if hasattr(row, "data")]
    for row in rows:
        if not hasattr(row, "data"):
            yield {"line": row.line, "row": row.row, "error": row.message}
            continue
        index = next(at)
        yield lead(read[index], joins[index], numbers, index)


def lead(listing: Any, join: Any, numbers: list[Any], index: int) -> Row:
    """One listing as an object; clusters and partners are named by row."""
    shown = {name: getattr(listing, name) for name in listing.__slots__ if name != "row"}
    return {
        "row": numbers[index],
        **shown,
        "zones": list(listing.zones),
        "cluster": numbers[join.cluster],
        "joined_to": None if join.partner is None else numbers[join.partner],
        "evidence": list(join.evidence),
    }


@click.command(short_help="public holidays of a region")
@click.argument("region")
@click.argument("year", type=int)
@click.option("--json", "as_json", is_flag=True, help="JSON lines even on a terminal")
def calendar(region: str, year: int, as_json: bool) -> None:
    """Lists the holidays of a country (DE) or subdivision (DE-BY, CA-QC) in a year."""
    from agents.identity import calendars

    try:
        days = calendars.holidays(region, year)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not days:
        click.echo(f"no holidays known for {region} in {year}", err=True)
        raise SystemExit(NOTHING)
    rows = (
        {
            "date": day.date.isoformat(),
            "name": day.name,
            "type": day.type,
            "substitute": day.substitute,
        }
        for day in days
    )
    show(rows, as_json)


# ── reading and showing ───────────────────────────────────────────────────────────────────────


def answers(
    sources: tuple[str, ...],
    jsonl: bool,
    name: str,
    more: tuple[str, ...],
    answer: Callable[[Row], Row],
) -> Iterator[Row]:
    """Yields an answer for each value, or an object that says why there is none."""
    for number, raw in enumerate(lines_of(sources, jsonl), 1):
        try:
            yield answer(row_of(raw, jsonl, name, more))
        except BadRow as error:
            yield {"line": number, "error": str(error)}


def lines_of(sources: tuple[str, ...], jsonl: bool) -> Iterator[bytes]:
    """Lines of the files named, of stdin, or arguments that are values themselves."""
    for source in sources or ("-",):
        if source == "-":
            yield from (line for line in sys.stdin.buffer if not jsonl or line.strip())
        elif is_file(source):
            with Path(source).open("rb") as file:
                yield from (line for line in file if not jsonl or line.strip())
        elif jsonl:
            raise click.UsageError(f"there is no file {source}")
        else:
            yield source.encode("utf-8", "surrogateescape")


def is_file(source: str) -> bool:
    """Whether an argument names a file; a value may be no name that a system takes."""
    try:
        return Path(source).is_file()
    except (OSError, ValueError):
        return False


def row_of(raw: bytes, jsonl: bool, name: str, more: tuple[str, ...]) -> Row:
    """One line as an object; raises BadRow with what to write instead."""
    text = raw.decode("utf-8-sig", "replace").rstrip("\r\n")
    if not jsonl:
        return {name: text}
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"not JSON ({error}): give one object a line") from None
    if not isinstance(row, dict) or not isinstance(row.get(name), str):
        raise BadRow(f'no "{name}": give an object like {{"{name}": "…"}}')
    for other in more:
        if row.get(other) is not None and not isinstance(row[other], str):
            raise BadRow(f'"{other}" must be a string')
    return row


def show(rows: Iterable[Row], as_json: bool, columns: tuple[str, ...] = ()) -> None:
    """Writes JSON lines, or a table for people; exit code 1 where a row could not be read."""
    people = sys.stdout.isatty() and not as_json
    failed = table(list(rows), columns) if people else written(rows)
    if failed:
        click.echo(f"{failed} rows could not be read; their objects say why", err=True)
        raise SystemExit(1)


def written(rows: Iterable[Row]) -> int:
    """Writes JSON lines as they come; answers how many rows could not be read."""
    failed = 0
    for row in rows:
        failed += "error" in row
        sys.stdout.buffer.write(encoded(row) + b"\n")
    sys.stdout.buffer.flush()
    return failed


def encoded(row: Row) -> bytes:
    """One row as JSON; what UTF-8 cannot hold (lone surrogates) is escaped, and what JSON cannot
    hold (a number that is none) becomes null."""
    row = {name: finite(value) for name, value in row.items()}
    try:
        return json.dumps(row, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return json.dumps(row, default=str).encode()


def finite(value: Any) -> Any:
    """A value without infinities and not-a-numbers, however deep."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return value


def table(rows: list[Row], columns: tuple[str, ...]) -> int:
    """Shows a table; answers how many rows could not be read."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    kept = [name for name in names if any(row.get(name) not in (None, "", []) for row in rows)]
    shown = Table(*kept)
    for row in rows:
        shown.add_row(*(Text(cell(row.get(name))) for name in kept))
    Console().print(shown)
    return sum("error" in row for row in rows)


def cell(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, list):
        return ", ".join(cell(part) for part in value)
    return "" if value is None else str(value)
