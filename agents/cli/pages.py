"""`leadwire pages build|serve`: pages from a file of leads into a folder, and a look at them.

Touches no store and no bus. A lead whose page cannot be made is named with its key and what to do,
and the others go on; a template or brand that cannot be used ends the command before any page.
"""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

import click

from agents.cli import session
from agents.cli.leads_score import progress
from agents.intake import mapping, reading
from agents.landing import brand, publishing
from agents.landing.brand import Brand, BrandError
from agents.landing.core import Site, make
from agents.landing.publishing import Folder, PlaceError
from agents.landing.site import HEADERS, around
from agents.landing.templates import TemplateProblem, Templates
from agents.landing.values import Failed, Made, Page, PageError, Tally
from contracts import registry
from contracts.errors import ContractError
from contracts.inbound import InboundLead
from contracts.lead import Enrichment, LeadFields
from contracts.upcast import upcast

AT_ONCE = 64
"""Leads whose pages are made together; memory holds no more than these."""


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
    try:
        site = _site(url, brand_folder, templates)
        source = reading.read(file, name=getattr(file, "name", "stdin"))
        with progress(file) as advance:
            run = Run(site, Folder(out), dry=dry_run)
            run.over(_leads(source, maps, run, advance))
        if not dry_run:
            run.finish(prune)
    except (reading.Unreadable, mapping.MappingError, BrandError, TemplateProblem) as error:
        raise click.ClickException(str(error)) from None
    except PlaceError as error:
        raise click.ClickException(str(error)) from None
    _report(run, json_)


def _site(url: str, brand_folder: Path | None, templates: Path | None) -> Site:
    said: Brand | None = None
    if brand_folder is not None:
        said = brand.read(brand_folder)
        for text in said.notes:
            click.echo(f"note: {text}", err=True)
    made = Templates(templates)
    for name in made.names():
        made.check(f"{name}.html")
    own = partial(brand.of_business, brand_folder) if brand_folder else None
    return Site(url=url.rstrip("/"), templates=made, brand=said, brand_of=own)


@dataclass
class Run:
    """One build: counts, addresses, and what was written."""

    site: Site
    place: Folder
    dry: bool = False
    tally: Tally = field(default_factory=Tally)
    urls: list[str] = field(default_factory=list)
    slugs: set[str] = field(default_factory=set)
    keys: dict[str, int] = field(default_factory=dict)
    written: int = 0
    removed: int = 0

    def over(self, leads: Iterator[tuple[str, LeadFields, Enrichment | None]]) -> None:
        """Makes and writes pages, some at once: pictures and files leave the interpreter free."""
        with ThreadPoolExecutor() as pool:
            chunk: list[tuple[str, LeadFields, Enrichment | None]] = []
            for one in leads:
                chunk.append(one)
                if len(chunk) == AT_ONCE:
                    self._chunk(pool, chunk)
                    chunk = []
            self._chunk(pool, chunk)

    def _chunk(
        self, pool: ThreadPoolExecutor, chunk: list[tuple[str, LeadFields, Enrichment | None]]
    ) -> None:
        for made, written in pool.map(self._one, chunk):
            self.told(made)
            self.written += written
            if isinstance(made, Page):
                self.urls.append(made.url)
                self.slugs.add(made.slug)

    def told(self, made: Made) -> None:
        """Counts one, and names it where it failed."""
        self.tally.add(made)
        if isinstance(made, Failed):
            click.echo(f"lead {made.key}: {made.problem}; {made.remedy}", err=True)

    def _one(self, given: tuple[str, LeadFields, Enrichment | None]) -> tuple[Made, int]:
        key, lead, enrichment = given
        try:
            made = make(lead, enrichment, self.site, key=key)
            written = 0
            if isinstance(made, Page) and not self.dry:
                for path, body in publishing.in_order(made.files):
                    if not self.place.holds(path, body):
                        self.place.store(path, body)
                        written += 1
        except PageError as error:
            return Failed(key=key, problem=error.problem, remedy=error.remedy), 0
        except PlaceError as error:
            return Failed(key=key, problem=error.problem, remedy=error.remedy), 0
        return made, written

    def finish(self, prune: bool) -> None:
        """Writes what stands around the pages, and removes what this file does not hold."""
        asyncio.run(self._finish(prune))

    async def _finish(self, prune: bool) -> None:
        for path, body in around(self.site, self.urls).items():
            self.written += await publishing.put(self.place, path, body)
        if prune:
            names = [name async for name in self.place.names()]
            old = [n for n in names if self._is_old(n)]
            self.removed = await publishing.remove(self.place, old)

    def _is_old(self, name: str) -> bool:
        slug = name.partition("/")[0]
        return publishing.PAGE.fullmatch(slug) is not None and slug not in self.slugs


def _leads(
    source: reading.Source, maps: tuple[str, ...], run: Run, advance: Any
) -> Iterator[tuple[str, LeadFields, Enrichment | None]]:
    """Rows as leads with their keys; what is no lead is named and counted."""
    by_name = source.format == "csv"
    chosen = mapping.chosen(maps, source.columns, by_name=by_name) if source.columns else None
    for row in source.rows:
        advance()
        if isinstance(row, reading.Reject):
            run.told(Failed(key=f"row {row.row}", problem=row.message, remedy="mend the row"))
            continue
        chosen = chosen or mapping.chosen(maps, tuple(row.data), by_name=by_name)
        found = _lead(row, chosen, run)
        if isinstance(found, Failed):
            run.told(found)
        else:
            yield found


def _lead(
    row: reading.Accepted, chosen: mapping.FieldMap, run: Run
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
    if key in run.keys:
        problem = f"row {row.row} has the key of row {run.keys[key]}"
        return Failed(key=key, problem=problem, remedy="give each lead its own dedup_key")
    run.keys[key] = row.row
    return key, lead, enrichment


def _report(run: Run, json_: bool) -> None:
    stats = run.tally.landing_stats()
    if json_:
        counts = {"files_written": run.written, "files_removed": run.removed}
        session.as_json({"out": str(run.place.root), **stats, **counts})
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
    with ThreadingHTTPServer(("127.0.0.1", port), partial(Looked, directory=str(folder))) as server:
        click.echo(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)", err=True)
        for slug in sorted(p.parent.name for p in folder.glob("*/index.html"))[:10]:
            click.echo(f"http://127.0.0.1:{server.server_port}/{slug}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.exit(130)


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
