"""Turns a file or a pipe of leads into rows, one at a time, however it was saved.

`leads import`, `leads publish` and `leads score` call it. CSV comes in UTF-8, UTF-16 or Latin-1,
with any of four delimiters, with a byte order mark, with cells that hold line breaks and with rows
that lost a cell; JSONL as one object a line. A row that cannot be read is a `Reject` that says
which and why, and the next one goes on: nothing of a file is lost in silence, and a file of any
length is read in constant memory.

Text without a byte order mark is taken for UTF-8; a line that is none is read as Windows-1252, the
superset of Latin-1 that spreadsheets write, and `Source.notes` says so. That way a file whose
first accent comes in row 50,000 is still read in one pass.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from bus.base import MAX_BYTES
from contracts.base import escaped, storable
from contracts.errors import Malformed
from contracts.parsing import read_object

HEAD = 65_536
"""Bytes that are looked at before reading begins."""
DELIMITERS = (",", ";", "\t", "|")
LONGEST_RECORD = 200
"""Lines that one CSV record may span; an open quote beyond it is a stray quote."""
FALLBACK = "cp1252"

MAGIC = {
    b"PK\x03\x04": "a spreadsheet or archive, not text: save it as CSV in UTF-8",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet, not text: save it as CSV in UTF-8",
    b"\x1f\x8b": "compressed: unpack it first, as gunzip -c FILE | leadwire … -",
    b"PAR1": "Parquet, not text: export it as CSV or JSONL",
    b"%PDF": "a PDF, not text",
    codecs.BOM_UTF32_LE: "UTF-32: save it in UTF-8",
    codecs.BOM_UTF32_BE: "UTF-32: save it in UTF-8",
}


class Unreadable(Exception):
    """Nothing of this file can be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One row: its number among the rows, from 1; the line it begins on; its cells by column.
    `raw` is the object as it was written, where the file is JSONL."""

    row: int
    line: int
    data: dict[str, Any]
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that cannot be read. `raw` is what stood there, cut where it is very long."""

    row: int
    line: int
    code: str
    pointer: str
    message: str
    raw: str


@dataclass(slots=True)
class Source:
    """An opened file. `rows` may be walked once; `notes` grow while it is, without repeating."""

    format: str
    encoding: str
    rows: Iterator[Accepted | Reject]
    columns: tuple[str, ...] = ()
    delimiter: str = ""
    notes: list[str] = field(default_factory=list)


def read(
    stream: BinaryIO,
    *,
    name: str = "-",
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> Source:
    """Opens a stream of leads; what is not given is found out.

    `format` is `csv` or `jsonl`; `max_bytes` the longest row. Raises Unreadable where it is no
    text, empty, of an unknown encoding, or without a header.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(_Raw(stream))
    head = _head(buffered)
    for magic, why in MAGIC.items():
        if head.startswith(magic):
            raise Unreadable(f"{name} is {why}")
    found = encoding or _encoding(head)
    lines = _Lines(_text(buffered, found, name), max_bytes)
    kind = format or _format(name, head.decode(found, "replace"), name)
    source = Source(kind, found, iter(()))
    if kind == "jsonl":
        source.rows = _jsonl(lines)
    else:
        _open_csv(lines, source, name, delimiter, strict=encoding is not None)
    return source


class _Raw(io.RawIOBase):
    """Lets any object with `read` be buffered."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _head(stream: io.BufferedReader) -> bytes:
    """What the stream begins with, without taking it."""
    return bytes(stream.peek(HEAD)[:HEAD])


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    evens, odds = head[0:400:2].count(0), head[1:400:2].count(0)
    few = min(len(head), 400) // 8
    if odds > few and odds > 4 * evens:
        return "utf-16-le"
    if evens > few and evens > 4 * odds:
        return "utf-16-be"
    return "utf-8-sig"


def _text(stream: io.BufferedReader, encoding: str, name: str) -> io.TextIOWrapper:
    """Bytes that the encoding lacks come through as escapes, and are settled line by line."""
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    try:
        return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
    except LookupError:
        raise Unreadable(
            f"{name}: no encoding {encoding!r}; write utf-8, utf-16, latin-1 or cp1252"
        ) from None


def _format(name: str, head: str, label: str) -> str:
    start = head.lstrip("\ufeff \t\r\n")
    if not start:
        raise Unreadable(f"{label} is empty")
    if start.startswith("["):
        raise Unreadable(f"{label} is one JSON array; write one object a line: jq -c '.[]' FILE")
    if start.partition("\n")[0].strip() == "{":
        raise Unreadable(f"{label}: its objects span lines; write one a line: jq -c . FILE")
    if name.lower().endswith((".jsonl", ".ndjson", ".json")) or start.startswith("{"):
        return "jsonl"
    return "csv"


@dataclass(slots=True)
class _Lines:
    """Lines with their numbers; one that is longer than `longest` is cut, and said to be."""

    stream: io.TextIOWrapper
    longest: int
    number: int = 0

    def next(self) -> tuple[str, bool] | None:
        """Returns the next line and whether it was cut; None at the end."""
        line = self.stream.readline(self.longest + 1)
        if not line:
            return None
        self.number += 1
        cut = len(line) > self.longest and not line.endswith(("\n", "\r"))
        rest = line if cut else ""
        while rest and not rest.endswith(("\n", "\r")):
            rest = self.stream.readline(HEAD)
        return line, cut


# ── JSONL ─────────────────────────────────────────────────────────────────────────────────────


def _jsonl(lines: _Lines) -> Iterator[Accepted | Reject]:
    row = 0
    while (found := lines.next()) is not None:
        line, cut = found
        if not line.strip():
            continue
        row += 1
        yield _too_long(row, lines, line) if cut else _object(row, lines.number, line)


def _object(row: int, number: int, line: str) -> Accepted | Reject:
    escape = "surrogateescape" if _escaped(line) else "surrogatepass"
    try:
        return Accepted(row, number, read_object(line.encode("utf-8", escape)), line.strip())
    except Malformed as error:
        problem = error.problems[0]
        return _reject(row, number, "malformed", problem.message, line, problem.pointer)


def _escaped(line: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in line) if not line.isascii() else False


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────


def _open_csv(
    lines: _Lines, source: Source, name: str, delimiter: str | None, *, strict: bool
) -> None:
    csv.field_size_limit(max(lines.longest, csv.field_size_limit()))
    reader = _Csv(lines, source, delimiter or "", strict)
    header = reader.header(name)
    source.columns = _columns(header, source.notes)
    source.delimiter = reader.delimiter
    source.rows = reader.rows()


def _columns(header: Sequence[str], notes: list[str]) -> tuple[str, ...]:
    """Names of the columns; a blank one gets its number, a repeated one its count."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    for position, cell in enumerate(header, 1):
        name = cell.strip() or f"column_{position}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    twice = sorted(name for name, count in seen.items() if count > 1)
    if twice:
        notes.append(f"columns named twice: {', '.join(twice)}; later ones get a number")
    return tuple(found)


@dataclass(slots=True)
class _Csv:
    """Records of a CSV file; lines are joined while a quoted cell is open."""

    lines: _Lines
    source: Source
    delimiter: str
    strict: bool
    ahead: list[tuple[str, bool]] = field(default_factory=list)
    guessed: int = 0

    def header(self, name: str) -> list[str]:
        line, cut = self.line() or ("", False)
        if line.lower().startswith("sep=") and len(line.strip()) == 5:
            self.delimiter = self.delimiter or line[4]
            line, cut = self.line() or ("", False)
        if cut or not line.strip():
            raise Unreadable(f"{name}: the first line should name the columns; it does not")
        self.delimiter = self.delimiter or _delimiter(line)
        record = self.record(line)
        return self.cells(record if record is not None else line)

    def rows(self) -> Iterator[Accepted | Reject]:
        row = 0
        while (found := self.line()) is not None:
            line, cut = found
            if not line.strip(f" \t\r\n{self.delimiter}"):
                continue
            row += 1
            begins = self.lines.number - len(self.ahead)
            yield _too_long(row, self.lines, line) if cut else self.row(row, begins, line)

    def row(self, row: int, begins: int, line: str) -> Accepted | Reject:
        record = self.record(line)
        if record is None:
            message = "a quote is opened and never closed; close it or double it"
            return _reject(row, begins, "open_quote", message, line)
        if len(record) > self.lines.longest:
            return _too_long(row, self.lines, record)
        return self.fitted(row, begins, record, self.cells(record))

    def fitted(self, row: int, begins: int, record: str, cells: list[str]) -> Accepted | Reject:
        columns = self.source.columns
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(columns):
            return _reject(row, begins, "ragged", _ragged(cells, columns, self.delimiter), record)
        if _escaped(record):
            message = f"not valid {self.source.encoding}; name the right one with --encoding"
            return _reject(row, begins, "malformed", message, record)
        for column, cell in zip(columns, cells, strict=True):
            try:
                storable(cell)
            except ValueError as error:
                place = f"/{escaped(column)}"
                return _reject(row, begins, "malformed", str(error), record, place)
        return Accepted(row, begins, dict(zip(columns, cells, strict=True)))

    def line(self) -> tuple[str, bool] | None:
        if self.ahead:
            return self.ahead.pop(0)
        found = self.lines.next()
        return None if found is None else (self.settled(found[0]), found[1])

    def settled(self, line: str) -> str:
        """Reads a line again whose bytes were not of the encoding that was taken for granted."""
        if self.strict or not _escaped(line):
            return line
        self.guessed += 1
        if self.guessed == 1:
            self.source.notes.append(
                "not all of it is UTF-8: lines that are not were read as Windows-1252 (Latin-1); "
                "check the accents, or name the encoding with --encoding"
            )
        return line.encode("utf-8", "surrogateescape").decode(FALLBACK, "replace")

    def record(self, line: str) -> str | None:
        """Joins lines until no quoted cell is open; None where the quote is a stray one."""
        parts = [line]
        while _is_open("".join(parts), self.delimiter):
            more = self.line() if len(parts) < LONGEST_RECORD else None
            if more is None or more[1]:
                self.ahead = [(part, False) for part in parts[1:]] + ([more] if more else [])
                return None
            parts.append(more[0])
        return "".join(parts)

    def cells(self, record: str) -> list[str]:
        """Splits a record. A quote within a cell that does not begin with one is a letter."""
        text = record.rstrip("\r\n")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter)
        return [cell for row in reader for cell in row]


def _is_open(record: str, delimiter: str) -> bool:
    """Says whether a quoted cell is still open at the end of a record."""
    if '"' not in record:
        return False
    open_, at_start, index = False, True, 0
    while index < len(record):
        letter = record[index]
        if open_:
            if letter == '"' and record[index + 1 : index + 2] == '"':
                index += 1
            elif letter == '"':
                open_ = False
        elif letter == '"' and at_start:
            open_ = True
        at_start = not open_ and letter == delimiter
        index += 1
    return open_


def _delimiter(line: str) -> str:
    """The delimiter that the header has most of, outside quotes."""
    bare = "".join(part for number, part in enumerate(line.split('"')) if number % 2 == 0)
    best = max(DELIMITERS, key=bare.count)
    return best if bare.count(best) else ","


def _ragged(cells: Sequence[str], columns: Sequence[str], delimiter: str) -> str:
    shown = {"\t": "tab"}.get(delimiter, delimiter)
    if len(cells) > len(columns):
        remedy = f"put cells that hold {shown!r} into quotes"
    else:
        remedy = f"its last cells, from {columns[len(cells)]!r} on, are missing"
    return f"{len(cells)} cells, the header names {len(columns)}: {remedy}"


def _too_long(row: int, lines: _Lines, text: str) -> Reject:
    message = f"longer than {lines.longest:,} bytes, the most that one lead may have"
    return _reject(row, lines.number, "too_large", message, text)


def _reject(row: int, line: int, code: str, message: str, raw: str, pointer: str = "") -> Reject:
    text = raw.rstrip("\r\n").encode("utf-8", "replace").decode()
    return Reject(
        row, line, code, pointer, message, text if len(text) < 2000 else text[:2000] + "…"
    )
