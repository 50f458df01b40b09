"""`leadwire leads score`: what would these leads score? Reads a file, touches no store."""

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, TypeVar

import click
import orjson

from agents import declaring
from agents.cli import session
from agents.intake import mapping, reading
from agents.intake.intake import put_right
from agents.scoring import profile, telling
from agents.scoring import score as scoring
from agents.scoring.profile import ClientProfile
from contracts import registry
from contracts.errors import ContractError, Invalid
from contracts.ids import TenantId
from contracts.inbound import InboundLead, StatedQuality
from contracts.lead import LeadFields, Quality
from contracts.upcast import upcast

Command = TypeVar("Command", bound=Callable[..., Any])


def client_options(command: Command) -> Command:
    """The options that say whose leads are scored."""
    for option in (
        click.option("--min-als", type=click.FloatRange(0, 100), default=40.0, show_default=True),
        click.option("--required", multiple=True, help="A field that must be there."),
        click.option("--category", "categories", multiple=True, help="A category that it serves."),
        click.option("--client", help="Whose leads: a client of the file that settings name."),
    ):
        command = option(command)
    return command


def profile_of(given: Mapping[str, Any]) -> tuple[ClientProfile, TenantId | None]:
    """Returns the profile of the client that is named, or the one that the options describe."""
    base = declared(given["client"]) if given["client"] else ClientProfile()
    found = replace(
        base,
        categories=given["categories"] or base.categories,
        required=given["required"] or base.required,
        min_als=given["min_als"],
    )
    return found, TenantId(given["client"]) if given["client"] else None


def declared(client: str) -> ClientProfile:
    """Returns the profile of a client by the file that declares it (`LEADWIRE_CONFIG`)."""
    file = session.loaded().file
    if file is None:
        raise session.Stop(
            "--client needs the file that declares it: set LEADWIRE_CONFIG", session.CONFIGURATION
        )
    try:
        clients = {one.id: one for one in declaring.read(file).clients}
    except declaring.DeclarationError as error:
        raise session.Stop(f"{file} cannot be read:\n{error}", session.CONFIGURATION) from error
    if client not in clients:
        known = ", ".join(clients) or "none"
        raise session.Stop(f"no client {client!r} in {file}; there are {known}", session.USAGE)
    return profile.of(clients[client])


@click.command("score")
@click.argument("file", type=click.File("rb"))
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Or a layout file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a lead on stdout.")
@click.option("--explain", "explained", is_flag=True, help="Say how each score came about.")
@client_options
@click.option(
    "--format", "format_", type=click.Choice(["csv", "jsonl"]), help="Default: by content."
)
@click.option("--encoding", help="Default: found out.")
@click.option("--delimiter", help="Of a CSV. Default: found out.")
@click.option("--rejects", type=click.File("wb"), help="Write rows that cannot be scored here.")
def score(
    file: BinaryIO,
    maps: tuple[str, ...],
    as_json: bool,
    explained: bool,
    format_: str | None,
    encoding: str | None,
    delimiter: str | None,
    rejects: BinaryIO | None,
    **client: Any,
) -> None:
    """Score the leads of FILE (CSV or JSONL; - is stdin) as the scoring agent would.

    With --json each lead comes out with the keys that it came in with, and `quality` beside them;
    `lead.qualified` repeats `quality.qualified`. Rows that cannot be scored are named on stderr
    (exit code 1) and written to --rejects; a file without any ends with 6.
    """
    try:
        whose = profile_of(client)[0]
        source = reading.read(
            file,
            name=getattr(file, "name", "stdin"),
            format=format_,
            encoding=encoding,
            delimiter=delimiter,
        )
        show = _printer(as_json, explained)
        scored, refused = _run(source, file, maps, whose, show, rejects)
    except (reading.Unreadable, mapping.MappingError) as error:
        raise click.ClickException(str(error)) from None
    except session.Stop as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)
    for note in source.notes:
        click.echo(f"note: {note}", err=True)
    if not scored and not refused:
        click.echo("no leads in it", err=True)
        sys.exit(6)
    sys.exit(1 if refused else 0)


@dataclass(frozen=True, slots=True)
class Scored:
    """A row as it came, with its quality."""

    data: dict[str, Any]
    lead: LeadFields
    quality: Quality

    def row(self) -> dict[str, Any]:
        """Returns the row with its keys unchanged, and the quality beside them."""
        ours = self.quality.wire()
        given = self.data.get("quality")
        merged = {**ours, **given} if isinstance(given, dict) else ours
        out = {**self.data, "quality": merged}
        out.setdefault("lead", {"qualified": self.quality.qualified})
        return out


def _run(
    source: reading.Source,
    file: BinaryIO,
    maps: tuple[str, ...],
    whose: ClientProfile,
    show: "Show",
    rejects: BinaryIO | None,
) -> tuple[int, int]:
    """Scores row after row; returns how many were, and how many could not be."""
    scored = refused = 0
    found: Scored | reading.Reject
    with progress(file) as advance, show:
        for row in mapping.mapped(source, maps):
            advance()
            found = row if isinstance(row, reading.Reject) else _scored(*row, whose)
            if isinstance(found, Scored):
                scored += 1
                show(found)
            else:
                refused += 1
                refuse(found, rejects)
    return scored, refused


def _scored(
    row: reading.Accepted, chosen: mapping.FieldMap, whose: ClientProfile
) -> Scored | reading.Reject:
    try:
        data = upcast(InboundLead.TYPE, chosen.apply(row.data))[1]
        given = data.pop("quality", None)
        lead = put_right(registry.validated(LeadFields, data))[0]
        if given is None:
            return Scored(row.data, lead, scoring.score(lead, None, whose))
        quality = registry.validated(StatedQuality, given)
        return Scored(row.data, lead, scoring.stated(quality, lead, None, whose))
    except ContractError as error:
        return rejected(row, error)


def rejected(row: reading.Accepted, error: ContractError) -> reading.Reject:
    first = error.problems[0]
    raw = orjson.dumps(row.data).decode()
    message = first.message if isinstance(error, Invalid) else str(error)
    return reading.Reject(row.row, row.line, error.code, first.pointer, message, raw)


def refuse(row: reading.Reject, rejects: BinaryIO | None) -> None:
    place = f" at {row.pointer}" if row.pointer else ""
    click.echo(f"row {row.row} (line {row.line}): {row.code}{place}: {row.message}", err=True)
    if rejects is not None:
        fields = ("row", "line", "code", "pointer", "message", "raw")
        line = {name: getattr(row, name) for name in fields}
        rejects.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


@contextmanager
def progress(file: BinaryIO) -> Iterator[Callable[[], None]]:
    """A bar on stderr, by bytes read where the file's size is known; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        total = _size(file)
        task = bar.add_task("reading", total=total)

        def advance() -> None:
            if total:
                bar.update(task, completed=file.tell())

        yield advance


def _size(file: BinaryIO) -> int | None:
    try:
        return os.fstat(file.fileno()).st_size if file.seekable() else None
    except OSError:
        return None


# ── showing ───────────────────────────────────────────────────────────────────────────────────


class Show(ABC):
    """Shows scored leads; a context, since a table is printed at its end."""

    def __enter__(self) -> None:  # noqa: B027  # most have nothing to open
        """Nothing is to be opened."""

    @abstractmethod
    def __call__(self, scored: Scored) -> None:
        """Shows one."""

    def __exit__(self, *error: object) -> None:  # noqa: B027  # most have nothing to close
        """Nothing is to be closed."""


class _Json(Show):
    def __call__(self, scored: Scored) -> None:
        click.echo(orjson.dumps(scored.row()))


class _Words(Show):
    def __call__(self, scored: Scored) -> None:
        click.echo(_label(scored.lead))
        for line in telling.explain(scored.quality):
            click.echo(f"  {line}")


class _Table(Show):
    def __init__(self) -> None:
        from rich.table import Table

        self.table = Table("Business", "Score", "Tier", "Qualified", "What holds it back")

    def __call__(self, scored: Scored) -> None:
        from rich.markup import escape

        quality = scored.quality
        cells = [_label(scored.lead), f"{quality.als:.1f}", quality.tier]
        cells += ["yes" if quality.qualified else "no", "; ".join(quality.reasons[:2])]
        self.table.add_row(*map(escape, cells))

    def __exit__(self, *error: object) -> None:
        from rich.console import Console

        if self.table.row_count:
            Console().print(self.table)


def _label(lead: LeadFields) -> str:
    company = lead.metadata.get("company_name")
    return str(lead.business_name or company or lead.name or lead.email or lead.dedup_key or "—")


def _printer(as_json: bool, explained: bool) -> Show:
    if as_json:
        return _Json()
    return _Words() if explained else _Table()
