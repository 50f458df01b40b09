"""`leadwire events validate`: what would Leadwire say to these events? A verdict a line."""

import sys
from typing import BinaryIO

import click
import orjson

from agents.intake import verdicts
from bus.base import MAX_BYTES


@click.command("validate")
@click.argument("file", type=click.File("rb"))
@click.option("--type", "type_", help="Type of lines that are bare data, as inbound.leads.v1.")
@click.option("--max-bytes", type=click.IntRange(min=1), default=MAX_BYTES, show_default=True)
@click.option("--failures", is_flag=True, help="Print the verdicts of failing lines only.")
def validate(file: BinaryIO, type_: str | None, max_bytes: int, failures: bool) -> None:
    """Judge each line of FILE (JSONL; - is stdin): structured CloudEvents, or data with --type.

    One JSON object a line: line, ok, id, type, code, pointer, message, problems. Pointers lead into
    the line as it is written. Exit code 1 where one fails.
    """
    lines = failed = 0
    for verdict in verdicts.verdicts(file, type_=type_, max_bytes=max_bytes):
        lines += 1
        failed += not verdict.ok
        if not (failures and verdict.ok):
            click.echo(orjson.dumps(verdict.row()))
    click.echo(f"{lines} events, {failed} failed" if lines else "no events in it", err=True)
    sys.exit(1 if failed else 0)
