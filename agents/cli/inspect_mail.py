"""`leadwire inspect mail`: what would Leadwire make of these messages?

Reads messages from files, folders or stdin; with `--jsonl` one object a line, of `format` (`text`,
`html` or `eml`) and `input`. Writes one JSON object a message in input order, or a table where a
person looks at it. Touches no store and no bus, and says what the inbox agent would be told.

A file or line that cannot be read yields an object with `error`, and exit code 1 at the end; the
others are read all the same. A file of several reports (mbox) yields one object with all their
results; a file named *.mbox one object a message.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from agents.inbox import mime, reading, values

NOTHING = 6  # exit code: nothing matched
NOT_MAIL = frozenset(
    {".jsonl", ".json", ".csv", ".md", ".py", ".toml", ".yaml", ".yml", ".zip", ".gz", ".db"}
)
COLUMNS = ("file", "kind", "results", "opt_out", "intent", "return_date", "visible_text")
Row = dict[str, Any]


class BadRow(ValueError):
    """Something that holds no message; the text says what to do."""


@click.command(short_help="bounces, replies, absences, complaints")
@click.argument("sources", nargs=-1, metavar="FILE|FOLDER|-...")
@click.option("--jsonl", is_flag=True, help="each line is an object with format and input")
@click.option("--json", "as_json", is_flag=True, help="JSON lines even on a terminal")
@click.option("--date", type=click.DateTime(), help="reckon from this day where a mail has no date")
def mail(sources: tuple[str, ...], jsonl: bool, as_json: bool, date: datetime | None) -> None:
    """Reads messages: kind, results by recipient, visible text, opt-out, intent, return date."""
    now = date.astimezone() if date else None
    rows = from_lines(sources or ("-",), now) if jsonl else from_files(sources or ("-",), now)
    if sys.stdout.isatty() and not as_json:
        read, failed = table(rows)
    else:
        read, failed = lines(rows)
    if failed:
        click.echo(f"{failed} could not be read; their objects say why", err=True)
        raise SystemExit(1)
    if not read:
        click.echo("no messages found: give a message, a folder of messages, or -", err=True)
        raise SystemExit(NOTHING)


def from_files(sources: tuple[str, ...], now: datetime | None) -> Iterator[Row]:
    """An answer for each message of each source, folders in order of name."""
    for source in sources:
        if source == "-":
            yield answer("-", limited(sys.stdin.buffer), now)
            continue
        for path in files(Path(source)):
            yield from from_file(path, now)


def files(path: Path) -> Iterator[Path]:
    """The path itself, or the messages below it; hidden files and data files are left out."""
    if not path.is_dir():
        yield path
        return
    for found in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
        if found.is_file() and not hidden and found.suffix.lower() not in NOT_MAIL:
            yield found


def from_file(path: Path, now: datetime | None) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            raw = limited(file)
    except OSError as error:
        yield {"file": str(path), "error": f"{error.strerror or error}: give a readable file"}
        return
    if path.suffix.lower() == ".mbox":
        for number, message in enumerate(mime.mailbox(raw), 1):
            yield answer(f"{path}#{number}", message, now)
    else:
        yield answer(str(path), raw, now)


def limited(file: BinaryIO) -> bytes:
    """As much of a file as is ever looked at; the reader refuses the rest by name."""
    return file.read(mime.LIMITS.size + 1)


def from_lines(sources: tuple[str, ...], now: datetime | None) -> Iterator[Row]:
    """An answer for each line that is not blank."""
    for source in sources:
        try:
            with click.open_file(source, "rb") as file:
                for number, line in enumerate(file, 1):
                    if line.strip():
                        yield from_line(line, f"{source}:{number}", now)
        except OSError as error:
            yield {"file": source, "error": f"{error.strerror or error}: give a readable file"}


def from_line(line: bytes, name: str, now: datetime | None) -> Row:
    try:
        row = parsed(line)
    except BadRow as error:
        return {"file": name, "error": str(error)}
    given = str(row.get("id") or row.get("file") or name)
    sent = row.get("sent")
    return answer(given, raw_of(row), now, sent if isinstance(sent, str) else None)


def parsed(line: bytes) -> Row:
    """One line as an object with a known format; raises `BadRow`."""
    try:
        row = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise BadRow(f"not JSON ({error}): give one object a line") from None
    if not isinstance(row, dict) or not isinstance(row.get("input"), str):
        raise BadRow('no "input": give an object like {"format": "text", "input": "Hello"}')
    if row.get("format", "text") not in ("text", "html", "eml"):
        raise BadRow(f'unknown format {row["format"]!r}: one of "text", "html", "eml"')
    return row


SENT_ID = "sent@inspect.invalid"


def raw_of(row: Row) -> bytes:
    """A raw message of a row; text and HTML get the least header that says what they are."""
    body = row["input"].encode("utf-8", "replace")
    if row.get("format", "text") == "eml":
        return bytes(body)
    kind = "html" if row.get("format") == "html" else "plain"
    answers = f"In-Reply-To: <{SENT_ID}>\n" if isinstance(row.get("sent"), str) else ""
    head = f"MIME-Version: 1.0\n{answers}Content-Type: text/{kind}; charset=utf-8\n\n"
    return head.encode() + bytes(body)


def answer(name: str, raw: bytes, now: datetime | None, sent: str | None = None) -> Row:
    """What Leadwire makes of one message, as it is printed."""
    found = reading.read(raw, sent={SENT_ID: sent} if sent else None, now=now)
    return {
        "file": name,
        "kind": found.kind.value,
        "results": [shown(result) for result in found.results],
        "visible_text": found.visible_text,
        "signature": found.signature,
        "opt_out": found.opt_out,
        "intent": found.intent or None,
        "sentiment": found.sentiment,
        "objection": found.objection or None,
        "return_date": found.return_date.isoformat() if found.return_date else None,
        "deputy": found.deputy or None,
        "gone": found.gone,
        "sender": found.sender,
        "subject": found.subject,
        "message_id": found.message_id or None,
        "in_reply_to": None if found.in_reply_to == SENT_ID else found.in_reply_to or None,
        "references": list(found.references),
        "original_ids": list(found.original_ids),
        "names_no_send": found.names_no_send,
        "refused": found.refused or None,
        "why": list(found.why),
    }


def shown(result: values.Result) -> Row:
    return {
        "recipient": result.recipient,
        "class": result.class_.value,
        "status": result.status,
        "reply_code": result.reply_code,
        "reason": result.reason.value,
        "about": result.about.value,
        "diagnostic": result.diagnostic,
    }


def lines(rows: Iterator[Row]) -> tuple[int, int]:
    """Writes JSON lines; answers how many there were, and how many could not be read."""
    read = failed = 0
    for row in rows:
        read += 1
        failed += "error" in row
        sys.stdout.buffer.write(encoded(row) + b"\n")
    sys.stdout.buffer.flush()
    return read, failed


def encoded(row: Row) -> bytes:
    """One row as JSON; what UTF-8 cannot hold (names of files) is escaped."""
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(row).encode()


def table(rows: Iterator[Row]) -> tuple[int, int]:
    """Shows a table for people; counts like `lines`."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    seen = Table(*COLUMNS)
    read = failed = 0
    for row in rows:
        read += 1
        failed += "error" in row
        seen.add_row(*(Text(cell) for cell in cells(row)))
    Console().print(seen)
    return read, failed


def cells(row: Row) -> list[str]:
    """One row of the table: short, on one line, without control characters."""
    if "error" in row:
        return [plain(row["file"]), "error", plain(row["error"]), "", "", "", ""]
    results = ", ".join(f"{r['recipient']} {r['class']} ({r['reason']})" for r in row["results"])
    values = {**row, "results": results}
    return [plain(values.get(name)) for name in COLUMNS]


def plain(value: object) -> str:
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else " " for c in text)[:120]
