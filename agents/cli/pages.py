"""`leadwire pages build|serve`: pages from a file of leads into a folder, and a look at them.

Touches no store and no bus. A lead whose page cannot be made is named with its key and what to do,
and the others go on; a template or brand that cannot be used ends the command before any page.
"""

import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

import click

from agents.cli import session
from agents.cli.leads_score import progress
from agents.intake import mapping, reading
from agents.landing.brand import BrandError
from agents.landing.building import Plan, Run
from agents.landing.publishing import PlaceError
from agents.landing.site import HEADERS
from agents.landing.templates import TemplateProblem
from agents.landing.values import Failed
from contracts import registry
from contracts.errors import ContractError
from contracts.inbound import InboundLead
from contracts.lead import Enrichment, LeadFields
from contracts.upcast import upcast


@click.command("build")
@click.argument("file", type=click.File("rb"))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder.")
@click.option("--url", default="https://pages.example", show_default=True, help="Where it will be.")
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Or a layout file.")
@click.option("--brand", "brand_folder", type=click.Path(path_type=Path), help="A brand folder.")
@click.option("--templates", type=click.Path(path_type=Path), help="Templates that go before ours.")
@click.option("--prune", is_flag=True, help="Remove pages that are not of this file.")
@click.option("--dry-run", is_flag=True, help="Make every page, write none.")
@click.option("--json", "json_", is_flag=True, help="landing_stats as one JSON object.")
def build(
    file: BinaryIO,
    out: Path,
    url: str,
    maps: tuple[str, ...],
    brand_folder: Path | None,
    templates: Path | None,
    prune: bool,
    dry_run: bool,
    json_: bool,
) -> None:
    """Make the landing pages of FILE (JSONL or CSV; - is stdin) in a folder, ready to host.

    Unchanged pages are not written again. Ends with 1 where a lead's page could not be made.
    """
    plan = Plan(url=url, out=out, brand=brand_folder, templates=templates, dry=dry_run)
    try:
        run = Run(plan, told=_failed)
        for text in run.hand.site.brand.notes if run.hand.site.brand else ():
            click.echo(f"note: {text}", err=True)
        source = reading.read(file, name=getattr(file, "name", "stdin"))
        with progress(file) as advance:
            run.over(_leads(source, maps, run, advance))
        if not dry_run:
            run.finish(prune)
    except (reading.Unreadable, mapping.MappingError, BrandError, TemplateProblem) as error:
        raise click.ClickException(str(error)) from None
    except PlaceError as error:
        raise click.ClickException(str(error)) from None
    _report(run, json_)


def _failed(one: Failed) -> None:
    click.echo(f"lead {one.key}: {one.problem}; {one.remedy}", err=True)


def _leads(
    source: reading.Source, maps: tuple[str, ...], run: Run, advance: Any
) -> Iterator[tuple[str, LeadFields, Enrichment | None]]:
    """Rows as leads with their keys; what is no lead is named and counted."""
    by_name = source.format == "csv"
    chosen = mapping.chosen(maps, source.columns, by_name=by_name) if source.columns else None
    keys: dict[str, int] = {}
    for row in source.rows:
        advance()
        if isinstance(row, reading.Reject):
            run.count(Failed(key=f"row {row.row}", problem=row.message, remedy="mend the row"))
            continue
        chosen = chosen or mapping.chosen(maps, tuple(row.data), by_name=by_name)
        found = _lead(row, chosen, keys)
        if isinstance(found, Failed):
            run.count(found)
        else:
            yield found


def _lead(
    row: reading.Accepted, chosen: mapping.FieldMap, keys: dict[str, int]
) -> tuple[str, LeadFields, Enrichment | None] | Failed:
    data = row.data
    try:
        mapped = upcast(InboundLead.TYPE, chosen.apply(data))[1]
        given = mapped.pop("enrichment", None)
        lead = registry.validated(LeadFields, mapped)
        enrichment = registry.validated(Enrichment, given) if given else None
    except ContractError as error:
        key = str(data.get("dedup_key") or f"row {row.row}")
        return Failed(key=key, problem=str(error), remedy=f"mend row {row.row}")
    key = lead.dedup_key or f"row-{row.row}"
    if key in keys:
        problem = f"row {row.row} has the key of row {keys[key]}"
        return Failed(key=key, problem=problem, remedy="give each lead its own dedup_key")
    keys[key] = row.row
    return key, lead, enrichment


def _report(run: Run, json_: bool) -> None:
    stats = run.tally.landing_stats()
    if json_:
        counts = {"files_written": run.written, "files_removed": run.removed}
        session.as_json({"out": str(run.plan.out), **stats, **counts})
    else:
        click.echo(f"{stats['pages']} pages, {run.written} files written, {run.removed} removed")
        for reason, count in stats["skipped"].items():
            click.echo(f"{count} leads without a page: {reason}")
        for name, count in sorted(stats["missing"].items(), key=lambda one: -one[1]):
            click.echo(f"{count} pages without {name}")
    if run.tally.failed:
        click.echo(f"{len(run.tally.failed)} pages could not be made", err=True)
        sys.exit(session.FAILED)
    if not run.tally.pages and not run.tally.skipped:
        click.echo("no leads in it", err=True)
        sys.exit(session.NOTHING)


# ── serve ─────────────────────────────────────────────────────────────────────────────────────


@click.command("serve")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--port", default=8008, show_default=True, type=click.IntRange(0, 65535))
def serve(folder: Path, port: int) -> None:
    """Serve FOLDER on this machine alone, with the headers and the 404 that a host would give."""
    with _server(folder, port) as server:
        click.echo(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)", err=True)
        for slug in sorted(p.parent.name for p in folder.glob("*/index.html"))[:10]:
            click.echo(f"http://127.0.0.1:{server.server_port}/{slug}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.exit(130)


def _server(folder: Path, port: int) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(Looked, directory=str(folder)))
    except OSError as error:
        words = (
            f"port {port} cannot be used ({error.strerror}); name another with --port, 0 for any"
        )
        raise click.ClickException(words) from error


class Looked(SimpleHTTPRequestHandler):
    """Serves files with the site's headers."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        for line in HEADERS.splitlines()[1:]:
            name, _, value = line.strip().partition(": ")
            if name:
                self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: what is asked for is seen in the browser."""
