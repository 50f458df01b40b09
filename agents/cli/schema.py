"""`leadwire schema export|check|asyncapi|page`: what every event says, for machines and for people,
and whether a change breaks anybody.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import click

from contracts import compatibility, schema


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write one JSON Schema (2020-12) per event and version into FOLDER."""
    paths = schema.write(folder)
    click.echo(f"{len(paths)} schemas written to {folder}", err=True)


@click.command("check")
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of older schemas, as `schema export` wrote them. Default: the ones that ship.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a break on stdout.")
def check(against: Path | None, as_json: bool) -> None:
    """Fail where the events of this version break those who read or write older ones.

    Produced events may gain optional fields, never lose or retype one, nor widen a closed
    enumeration. Accepted events may never gain a required field or narrow a type.
    """
    older = _older(against)
    found = compatibility.breaks(older, schema.schemas())
    for broken in found:
        click.echo(_json(broken) if as_json else _words(broken))
    _tell_stale(against)
    if found:
        click.echo(f"{len(found)} breaks against {against or 'the schemas that ship'}", err=True)
        sys.exit(1)
    click.echo(f"compatible: {len(older)} event types checked", err=True)


OUT = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file instead of stdout.",
)


@click.command("asyncapi")
@OUT
def asyncapi(out: Path | None) -> None:
    """Write the AsyncAPI 3 document: every topic with its key, headers, retention and payloads, who
    sends and who reads, and what strangers may send at the door."""
    from agents import subscribing
    from contracts import asyncapi as documents

    made = documents.document(subscribing.groups(), version("leadwire"))
    _write(documents.text(made), out)


@click.command("page")
@OUT
@click.option("--broker", default="localhost:9092", help="What its examples name.")
def page(out: Path | None, broker: str) -> None:
    """Write the catalogue of events as one HTML page that holds everything itself. A process that
    runs serves it at /catalogue."""
    from agents import subscribing
    from agents.catalogue import page as pages

    _write(pages.page(subscribing.groups(), version("leadwire"), broker), out)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
    click.echo(f"{len(text.encode()):,} bytes written to {out}", err=True)


def _older(folder: Path | None) -> dict[str, schema.Schema]:
    try:
        older = schema.committed() if folder is None else schema.read(folder)
    except ValueError as error:
        raise click.ClickException(f"{folder or 'contracts/schemas'}: {error}") from None
    if not older:
        raise click.UsageError(f"no schemas in {folder}; `leadwire schema export` writes them")
    return older


def _json(broken: compatibility.Break) -> str:
    return json.dumps(
        {
            "type": broken.type,
            "rule": broken.rule,
            "path": broken.path,
            "message": broken.message,
        }
    )


def _words(broken: compatibility.Break) -> str:
    return f"{broken.type}  {broken.path}  {broken.rule}: {broken.message}"


def _tell_stale(against: Path | None) -> None:
    stale = schema.stale() if against is None else []
    if stale:
        click.echo(
            f"out of date, though compatible where nothing is named above: {', '.join(stale)}; "
            "run `leadwire schema export contracts/schemas` and commit",
            err=True,
        )
