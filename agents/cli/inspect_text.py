"""`leadwire inspect text`: what would Leadwire make of these short messages?

Reads messages from a file or stdin, one a line: plain text, or with `--jsonl` objects with `text`
and optionally `channel` (sms where none is given), `vendor` and `language`. Writes one JSON object
a line in input order, or a table where a person looks at it. Touches no store and no bus.

A line that cannot be read yields an object with `line` and `error`, and exit code 1 at the end; the
other lines are read all the same.
"""

import json
import sys
from collections.abc import Iterator
from typing import IO, Any

import click

from agents.replies import intent, keywords, opt_out

CHANNELS = ("email", "sms", "whatsapp", "linkedin", "voice", "mail")
ALIASES = {"call": "voice", "post": "mail", "mms": "sms", "rcs": "sms", "text": "sms"}


class BadRow(ValueError):
    """A line that is no message; the text says what to do."""


@click.command(short_help="opt-out, intent and sentiment of short texts")
@click.argument("source", type=click.File("rb"), default="-", metavar="[FILE|-]")
@click.option("--jsonl", is_flag=True, help="each line is an object with text, channel, vendor")
@click.option("--json", "as_json", is_flag=True, help="JSON lines even on a terminal")
def text(source: IO[bytes], jsonl: bool, as_json: bool) -> None:
    """Reads short messages, one a line: opt-out, opt-in, help, intent and sentiment.

    opt_out is yes, no or doubtful; opt_in and help are yes or no.
    """
    rows = answers(source, jsonl)
    failed = table(rows) if sys.stdout.isatty() and not as_json else lines(rows)
    if failed:
        click.echo(f"{failed} lines could not be read; their objects say why", err=True)
        raise SystemExit(1)


def answers(source: IO[bytes], jsonl: bool) -> Iterator[dict[str, Any]]:
    """Yields an answer for each line that is not blank."""
    for number, raw in enumerate(source, 1):
        if not raw.strip():
            continue
        try:
            yield answer(message(raw, jsonl))
        except BadRow as error:
            yield {"line": number, "error": str(error)}


def message(raw: bytes, jsonl: bool) -> dict[str, Any]:
    """Reads one line; raises `BadRow`."""
    line = raw.decode("utf-8-sig", "replace").rstrip("\r\n")
    if not jsonl:
        return {"text": line}
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"not JSON ({error}): give one object a line") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadRow('no "text": give an object like {"text": "STOP", "channel": "sms"}')
    for name in ("channel", "vendor", "language"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise BadRow(f'"{name}" must be a string')
    return {**row, "channel": channel(row.get("channel"))}


def channel(name: str | None) -> str:
    """The channel's own name; raises `BadRow` for one that Leadwire does not know."""
    known = ALIASES.get((name or "sms").casefold(), (name or "sms").casefold())
    if known not in CHANNELS:
        raise BadRow(f"unknown channel {name!r}: one of {', '.join(CHANNELS)}")
    return known


def answer(row: dict[str, Any]) -> dict[str, Any]:
    """What Leadwire makes of one message."""
    text, where = row["text"], {k: row.get(k) for k in ("vendor", "language")}
    channel = row.get("channel") or "sms"
    keyword = keywords.match(text, channel=channel, **where)
    asked = opt_out.in_message(text, channel=channel, **where)
    meant = intent.classify(text, asked=asked)
    kind = keyword.kind if keyword else None
    return {
        "opt_out": asked.answer,
        "opt_in": "yes" if kind == "opt_in" else "no",
        "help": "yes" if kind == "help" else "no",
        "keyword": keyword.keyword if keyword else None,
        "intent": meant.label,
        "sentiment": meant.sentiment,
        "objection": meant.objection,
        "confidence": meant.confidence,
        "why": meant.why if kind in (None, "opt_out") else f"{asked.why}; {meant.why}",
    }


def lines(rows: Iterator[dict[str, Any]]) -> int:
    """Writes JSON lines; answers how many rows could not be read."""
    failed = 0
    for row in rows:
        failed += "error" in row
        sys.stdout.buffer.write(encoded(row) + b"\n")
    sys.stdout.buffer.flush()
    return failed


def encoded(row: dict[str, Any]) -> bytes:
    """One row as JSON; what UTF-8 cannot hold (lone surrogates) is escaped."""
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(row).encode()


def table(rows: Iterator[dict[str, Any]]) -> int:
    """Shows a table for people; answers how many rows could not be read."""
    from rich.console import Console
    from rich.table import Table

    columns = ("opt_out", "opt_in", "help", "keyword", "intent", "sentiment", "objection", "why")
    shown = Table(*columns)
    failed = 0
    for row in rows:
        failed += "error" in row
        cells = [row.get(name) for name in columns[:-1]]
        shown.add_row(
            *("" if c is None else str(c) for c in cells), row.get("why", row.get("error"))
        )
    Console().print(shown)
    return failed
