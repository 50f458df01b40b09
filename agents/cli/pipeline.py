"""`leadwire pipeline LEADS --out DIR`: the agents' cores over a file, without bus and store."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from agents import wiring
from agents.cli import session
from agents.cli.leads_score import client_options, profile_of
from agents.enrichment.base import Source
from agents.intake import mapping, reading
from agents.landing.brand import Brand, BrandError
from agents.landing.brand import read as read_brand
from agents.landing.core import Site
from agents.landing.templates import TemplateProblem, Templates
from agents.pipeline.counts import Counts
from agents.pipeline.landing import Landing
from agents.pipeline.runner import (
    CHUNK,
    NO_INSTALLATION,
    PAGES,
    PAGES_URL,
    SKIPPABLE,
    File,
    Options,
    Run,
)
from agents.pipeline.stages import Enrichment, Scoring, Stage, StageError
from agents.pipeline.workplace import Nowhere, OccupiedError, Workplace
from agents.ports import SystemClock
from agents.scoring.profile import ClientProfile
from agents.settings import Settings
from contracts.ids import TenantId

SHOWN = 20
"""Refused rows that are named on stderr, one a line; the rest is counted."""

FEW = 25
"""Leads of a chunk where sources reach out: what a kill makes a run ask again, at most."""
TOLD = ("tables", "read-sites", "pages", "pages-url", "brand", "templates")
"""Further flags that make a run another run, for one that goes on."""

Given = dict[str, Any]


@click.command("pipeline")
@click.argument("leads", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="The folder that the outputs go to.")  # fmt: skip
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN|LAYOUT|FILE",
              help="Which column is which field; or a layout, by name or file.")  # fmt: skip
@click.option("--skip", multiple=True, type=click.Choice(SKIPPABLE), help="Leave this stage out.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N rows.")
@click.option("--resume/--fresh", "resume", default=None,
              help="Go on with the unfinished run in DIR, or throw it away. "
                   "Default: go on where it is the same run.")  # fmt: skip
@client_options
@click.option("--tables", multiple=True, type=click.Path(exists=True, dir_okay=False),
              help="Description (TOML) of a table of yours to look things up in.")  # fmt: skip
@click.option("--read-sites", is_flag=True, help="Read the businesses' own sites, politely.")
@click.option("--pages", help="Where pages go: folder:PATH or s3:BUCKET. Default: DIR/pages.")
@click.option("--pages-url", metavar="URL", help="The address under which pages will be served.")
@click.option("--brand", type=click.Path(file_okay=False, path_type=Path),
              help="Brand folder: whose pages these are.")  # fmt: skip
@click.option("--templates", type=click.Path(file_okay=False, path_type=Path),
              help="Folder whose page templates go before ours.")  # fmt: skip
@click.option("--report", is_flag=True, help="Write report.html, one page for people.")
@click.option("--strict", is_flag=True, help="Stop at the first row that is refused.")
@click.option("--dry-run", is_flag=True, help="Judge and score every row; write nothing.")
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl"]))
@click.option("--encoding", help="Default: found out.")
@click.option("--delimiter", help="Of a CSV. Default: found out.")
@click.option("--json", "json_", is_flag=True, help="The stats as one JSON object.")
def pipeline(**given: Any) -> None:
    """Send the leads of LEADS (CSV or JSONL) through routing, enrichment, scoring and landing.

    DIR gets routed.jsonl, enriched.jsonl, scored.jsonl, pages/ and stats.json. Each line is the row
    as it came in, unchanged, with what the stage added beside it; a row that is refused is in each
    of them too, with `routing.refused`, and in rejected.jsonl. A killed run goes on where it was.
    """
    session.run(lambda: _main(given))


async def _main(given: Given) -> None:
    profile, tenant = profile_of(given)
    told = _Told()
    sources = _sources(given, tenant)
    try:
        stats = await _run(given, profile, tenant, sources, told)
    finally:
        for source in sources:
            await source.close()
    told.rest(stats)
    _say(stats, given)


def _sources(given: Given, tenant: TenantId | None) -> list[Source]:
    """The sources that settings and flags name. Where no client is named, a table serves every
    lead of the run; where one is, only its own tables do, and another's is said to be left out."""
    if "enrichment" in given["skip"] or given["dry_run"]:
        return []
    settings = session.loaded().settings
    tables = ",".join(filter(None, (settings.enrichment_tables, *given["tables"])))
    changes = {
        "enrichment_tables": tables,
        "read_sites": settings.read_sites or given["read_sites"],
    }
    sources = wiring.enrichment_sources(settings.model_copy(update=changes), SystemClock())
    for source in sources:
        card = source.card
        if tenant is None:
            source.card = replace(card, tenant=None)
        elif card.tenant not in (None, tenant):
            click.echo(f"note: {card.name} holds data of client {card.tenant}, and this run is of "
                       f"{tenant}: it is not asked", err=True)  # fmt: skip
    return sources


async def _run(
    given: Given,
    profile: ClientProfile,
    tenant: TenantId | None,
    sources: Sequence[Source],
    told: "_Told",
) -> dict[str, Any]:
    with _file(given) as file, _progress(file) as shown:
        run = Run(
            file=file,
            work=Nowhere() if given["dry_run"] else Workplace(given["out"]),
            options=_options(given, profile, tenant, sources),
            settings={f"--{n}": str(given[n.replace("-", "_")]) for n in TOLD},
            report=given["report"],
            said=shown,
            refused=told,
        )
        try:
            return await run.go(resume=given["resume"])
        except (OccupiedError, StageError, reading.Unreadable, mapping.MappingError) as error:
            raise session.Stop(str(error), session.FAILED) from error


def _options(
    given: Given, profile: ClientProfile, tenant: TenantId | None, sources: Sequence[Source]
) -> Options:
    return Options(
        profile=profile,
        tenant=tenant,
        maps=given["maps"],
        stages=tuple(_stages(given, profile, tenant, sources)),
        limit=given["limit"],
        strict=given["strict"],
        secret=_secret(),
        chunk=FEW if any(source.card.network for source in sources) else CHUNK,
    )


def _secret() -> str:
    """The installation's where there is one, so that leads have the ids that they have there."""
    settings = session.loaded().settings
    return wiring.installation_secret(settings) if settings.secret else NO_INSTALLATION


def _stages(
    given: Given, profile: ClientProfile, tenant: TenantId | None, sources: Sequence[Source]
) -> Iterator[Stage]:
    if "enrichment" not in given["skip"]:
        brain = session.loaded().settings.brain_enrich_when
        yield Enrichment(profile, sources, brain=brain)
    if "scoring" not in given["skip"]:
        yield Scoring(profile)
    if "landing" not in given["skip"]:
        yield _landing(given, tenant)


def _landing(given: Given, tenant: TenantId | None) -> Landing:
    """The landing stage; what a brand or a place lacks is said before the first lead.

    A named client's pages lie below its name, as the landing agent puts them.
    """
    settings = session.loaded().settings
    changes = {"pages": given["pages"] or f"folder:{given['out'] / PAGES}",
               "pages_url": given["pages_url"] or settings.pages_url or PAGES_URL}  # fmt: skip
    said = Settings.model_validate({**settings.model_dump(), **changes})
    if said.pages_url == PAGES_URL:
        click.echo(f"note: pages name {PAGES_URL} as their address; say yours by --pages-url",
                   err=True)  # fmt: skip
    below = f"{tenant}/" if tenant else ""
    brands = _brands(given["brand"] or settings.pages_brand or None, tenant)
    templates = given["templates"] or settings.pages_templates or None
    try:
        site = Site(
            url=f"{said.pages_url.rstrip('/')}/{below}".rstrip("/"),
            templates=Templates(Path(templates) if templates else None),
            brand=_brand(brands),
            indexed=said.pages_indexed,
        )
    except (BrandError, TemplateProblem) as error:
        raise session.Stop(str(error), session.CONFIGURATION) from error
    place = None if given["dry_run"] else wiring.make_place(said)
    return Landing(site=site, place=place, below=below, brands=brands, owned=not given["pages"])


def _brands(folder: Path | str | None, tenant: TenantId | None) -> Path | None:
    """The brand folder: the client's within it, where it holds one a client."""
    if folder is None:
        return None
    own = Path(folder) / (tenant or "")
    return own if (own / "brand.toml").is_file() else Path(folder)


def _brand(folder: Path | None) -> Brand | None:
    if folder is None:
        return None
    found = read_brand(folder)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    return found


@contextmanager
def _file(given: Given) -> Iterator[File]:
    try:
        found = File.of(
            given["leads"],
            format=given["format_"],
            encoding=given["encoding"],
            delimiter=given["delimiter"],
        )
    except OSError as error:
        raise session.Stop(f"{given['leads']}: {error.strerror}", session.FAILED) from error
    with found.stream:
        yield found


class _Told:
    """Names refused rows on stderr, the first few of them."""

    def __init__(self) -> None:
        self.codes: Counter[str] = Counter()

    def __call__(self, row: Mapping[str, Any]) -> None:
        self.codes[str(row["code"])] += 1
        if sum(self.codes.values()) <= SHOWN:
            place = f" at {row['pointer']}" if row["pointer"] else ""
            key = f" {row['key']}" if row.get("key") else ""
            click.echo(f"row {row['row']}{key}: {row['code']}{place}: {row['message']}", err=True)

    def rest(self, stats: Mapping[str, Any]) -> None:
        """Says how many there are, and where they stand."""
        for note in stats["notes"]:
            click.echo(f"note: {note}", err=True)
        count = stats["refused"] + stats["unreadable"]
        if count:
            codes = ", ".join(f"{code} {n}" for code, n in self.codes.most_common())
            rows = "1 row was" if count == 1 else f"{count} rows were"
            click.echo(f"{rows} refused ({codes}); rejected.jsonl lists them", err=True)


@contextmanager
def _progress(file: File) -> Iterator[Callable[[Counts], None]]:
    """A bar on stderr with counts, by bytes read; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda counts: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=file.size or None)

        def said(counts: Counts) -> None:
            words = f"{counts.totals['routed']:,} leads, {counts.totals['refused']:,} refused"
            bar.update(task, completed=file.stream.tell(), description=words)

        yield said


def _say(stats: Mapping[str, Any], given: Given) -> None:
    if given["json_"]:
        session.as_json(stats)
    else:
        tiers = ", ".join(f"{n} {tier}" for tier, n in stats["tiers"].items() if n)
        click.echo(f"{stats['rows']:,} rows → {stats['routed']:,} leads routed, "
                   f"{stats['refused'] + stats['unreadable']:,} refused, "
                   f"{stats['same_as']:,} the same as an earlier row")  # fmt: skip
        if stats["scored"]:
            click.echo(f"{stats['scored']:,} scored ({tiers}), {stats['qualified']:,} qualified")
        if stats["gained"]:
            click.echo(f"{stats['gained']:,} of them gained something from a source, "
                       f"{stats['needs_review']:,} need a person's look")  # fmt: skip
        for name, outcomes in stats["enrichment"]["sources"].items():
            if outcomes.get("failed"):
                click.echo(f"source {name} failed for {outcomes['failed']:,} leads; each line of "
                           "enriched.jsonl says why (enrichment.tried)", err=True)  # fmt: skip
        if stats["pages"]:
            click.echo(f"{stats['pages']:,} landing pages")
        click.echo("dry run: nothing was written" if given["dry_run"] else f"in {given['out']}")
    if not stats["rows"]:
        raise session.Stop("no leads in it", session.NOTHING)
    if not stats["routed"]:
        words = "no row was taken; does --map name the columns that are there?"
        raise session.Stop(words, session.FAILED)
