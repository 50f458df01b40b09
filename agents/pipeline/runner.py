"""Runs the linear pipeline: rows in, and out of each stage the same leads with more known of them.

`run_file` reads a file and writes a folder (`leadwire pipeline` calls it), chunk by chunk in
constant memory, and goes on after a kill; `run` takes and returns lists. Both are the bus agents'
own cores in a row: intake's door, enrichment, scoring, landing. Routing always runs; every other
stage can be skipped, and the rest goes on without what it would have added.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from agents.intake import mapping, reading
from agents.landing.core import Site
from agents.landing.publishing import Folder
from agents.names import Names
from agents.pipeline.carried import Carried
from agents.pipeline.counts import Counts
from agents.pipeline.landing import Landing
from agents.pipeline.routing import InMemory, Router, Row, Seen
from agents.pipeline.stages import Enrichment, Scoring, Stage, StageError, checked
from agents.pipeline.workplace import Checkpoint, Workplace
from agents.ports import Clock, SystemClock
from agents.scoring.profile import ClientProfile
from contracts.ids import TenantId

CHUNK = 250
"""Leads that go through all stages together; what a kill makes a run do again, at most."""
NO_INSTALLATION = "leadwire pipeline without an installation"
"""Keys the ids of leads that bring none where no secret is set: the same file, the same ids."""
OUTPUTS: Mapping[str, str] = {
    "routing": "routed.jsonl",
    "enrichment": "enriched.jsonl",
    "scoring": "scored.jsonl",
    "landing": "landing_pages.jsonl",
}
REPORT = "report.html"
PAGES = "pages"
PAGES_URL = "https://pages.example"
"""Where pages say that they are until somebody says where they will be."""
REJECTED = "rejected.jsonl"
SKIPPABLE = ("enrichment", "scoring", "landing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run is told. `stages` come after routing, in order; `tenant` is the client, None where
    each lead may name its own; `secret` is the installation's, where leads shall have the ids that
    they have on its bus; `strict` ends the run at the first row that is refused or cannot be read.
    """

    profile: ClientProfile = field(default_factory=ClientProfile)
    tenant: TenantId | None = None
    maps: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    limit: int | None = None
    strict: bool = False
    secret: str = NO_INSTALLATION
    chunk: int = CHUNK

    def router(self, origin: str, now: datetime, seen: Seen) -> Router:
        """Returns the first stage."""
        return Router(self.profile, Names(self.secret), self.tenant, origin, now, seen)


@dataclass(slots=True)
class Result:
    """Lists out (spec 1.6): every lead in each, refused ones with `routing.refused`."""

    routed_leads: list[dict[str, Any]] = field(default_factory=list)
    enriched_leads: list[dict[str, Any]] = field(default_factory=list)
    scored_leads: list[dict[str, Any]] = field(default_factory=list)
    landing_pages: list[dict[str, Any]] = field(default_factory=list)
    landing_stats: dict[str, Any] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> list[dict[str, Any]]:
        """The leads that were refused."""
        return [one for one in self.routed_leads if "refused" in one.get("routing", {})]


# ── lists ─────────────────────────────────────────────────────────────────────────────────────


async def through(
    leads: Iterable[Mapping[str, Any]], options: Options, *, clock: Clock | None = None
) -> Result:
    """Sends a list of leads through the stages; raises StageError, MappingError."""
    now = (clock or SystemClock()).now()
    router = options.router("list", now, InMemory())
    result, counts = Result(), Counts()
    lists = {
        "enrichment": result.enriched_leads,
        "scoring": result.scored_leads,
    }
    for rows in _chunks(islice(_rows(leads, options.maps), options.limit), options.chunk):
        counts.totals["rows"] += len(rows)
        carried = router.take(rows)
        _strictly(options, carried)
        result.routed_leads += [one.values() for one in carried]
        for stage in options.stages:
            carried = await checked(stage, carried)
            if isinstance(stage, Landing):
                result.landing_pages += [one.page_line() for one in carried]
            else:
                lists.get(stage.name, []).extend(one.values() for one in carried)
        counts.take(carried, options.profile)
    for stage in options.stages:
        if isinstance(stage, Landing):
            counts.landing = result.landing_stats = stage.landing_stats()
    result.stats = counts.stats()
    return result


def _rows(leads: Iterable[Mapping[str, Any]], maps: Sequence[str]) -> Iterator[Row]:
    found: mapping.FieldMap | None = None
    for number, lead in enumerate(leads, 1):
        if not isinstance(lead, Mapping):
            raise StageError(f"routing: lead {number} is {type(lead).__name__}, not a mapping")
        found = found or mapping.chosen(maps, tuple(lead), by_name=False)
        yield reading.Accepted(number, number, dict(lead)), found


def _chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    walk = iter(rows)
    while chunk := list(islice(walk, size)):
        yield chunk


def _strictly(options: Options, leads: Sequence[Carried]) -> None:
    for one in leads:
        if options.strict and one.refused is not None:
            first = one.refused.problems[0]
            place = f" at {first.pointer}" if first.pointer else ""
            raise StageError(
                f"routing: {one.label}: {one.refused.code}{place}: {first.message} (--strict)"
            )


# ── files ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of leads: how to read it, and what names it for a run that goes on later."""

    stream: BinaryIO
    name: str
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    digest: str = ""
    size: int = 0

    @classmethod
    def of(cls, path: Path, **how: str | None) -> "File":
        """Opens a path."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
        return cls(stream=path.open("rb"), name=str(path), digest=digest, size=size, **how)

    def source(self) -> reading.Source:
        """Begins to read."""
        return reading.read(
            self.stream,
            name=self.name,
            format=self.format,
            encoding=self.encoding,
            delimiter=self.delimiter,
        )


Told = Callable[[Counts], None]


@dataclass(slots=True)
class Run:
    """One file on its way into one folder. `said` hears of the counts after each chunk, `refused`
    of every row that is not taken."""

    file: File
    work: Workplace
    options: Options
    clock: Clock = field(default_factory=SystemClock)
    settings: Mapping[str, Any] = field(default_factory=dict)
    report: bool = False
    said: Told = lambda counts: None
    refused: Callable[[Mapping[str, Any]], None] = lambda row: None
    counts: Counts = field(default_factory=Counts)

    async def go(self, *, resume: bool | None = None) -> dict[str, Any]:
        """Runs to the end, or raises StageError with everything so far kept; returns the stats.

        Raises OccupiedError, Unreadable and MappingError before anything is written.
        """
        try:
            return await self._go(resume)
        finally:
            self.work.close()
            self.file.stream.close()

    async def _go(self, resume: bool | None) -> dict[str, Any]:
        source = self.file.source()
        rows = mapping.mapped(source, self.options.maps)
        first = next(rows, None)
        before = self.work.open(self._described(), resume=resume)
        now = datetime.fromisoformat(before.now) if before else self.clock.now()
        done = self._continued(before)
        router = self.options.router(self.file.name, now, self.work)
        left = islice(_again(first, rows), done, self.options.limit)
        for chunk in _chunks(left, self.options.chunk):
            await self._chunk(chunk, router)
            done += len(chunk)
            self._keep(done, now)
            self.said(self.counts)
        await self._finish()
        stats = {**self.counts.stats(), "notes": list(source.notes)}
        text = orjson.dumps(stats, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        whole = {"stats.json": text, **self._reported(stats, now)}
        made = {*self.work.lengths(), *whole}
        self.work.finish(whole)
        self.work.withdraw([name for name in (*OUTPUTS.values(), REPORT) if name not in made])
        return stats

    @property
    def _landing(self) -> Landing | None:
        return next((s for s in self.options.stages if isinstance(s, Landing)), None)

    async def _finish(self) -> None:
        """What the stages do once, at the end."""
        landing = self._landing
        if landing is not None:
            self.counts.landing = landing.landing_stats()
            path = self.work.inner / OUTPUTS["landing"]
            rows = (orjson.loads(line) for line in path.open("rb")) if self.work.writes else ()
            await landing.finish([row["url"] for row in rows if "url" in row])

    def _reported(self, stats: Mapping[str, Any], now: datetime) -> dict[str, bytes]:
        """The report, where it is asked for: made of the outputs, so a run that went on has it."""
        if not self.report or not self.work.writes:
            return {}
        from agents.pipeline.report import figures, page

        title, when = Path(self.file.name).name, f"{now:%d %B %Y, %H:%M} UTC"
        found = figures.of(self.work.inner, self.work.out / PAGES, stats, title, when)
        return {REPORT: page.rendered(found)}

    def _keep(self, done: int, now: datetime) -> None:
        if self._landing is not None:
            self.counts.landing = self._landing.kept()
        lengths = self.work.lengths()
        self.work.commit(Checkpoint(done, lengths, self.counts.kept(), now.isoformat()))

    def _described(self) -> dict[str, Any]:
        """What makes a run the same run, for one that goes on."""
        return {
            "input": self.file.digest or self.file.name,
            "--map": list(self.options.maps),
            "--limit": self.options.limit,
            "--skip": [name for name in SKIPPABLE if name not in self._names()],
            "client": self.options.tenant,
            "profile": repr(self.options.profile),
            **self.settings,
        }

    def _names(self) -> list[str]:
        return [stage.name for stage in self.options.stages]

    def _continued(self, before: Checkpoint | None) -> int:
        lengths = before.lengths if before else {}
        names = [OUTPUTS[name] for name in ("routing", *self._names()) if name in OUTPUTS]
        for name in (*names, REJECTED):
            self.work.part(name, lengths.get(name, 0))
        if before is None:
            return 0
        self.counts = Counts.of(before.counts)
        if self._landing is not None and self.counts.landing:
            self._landing.go_on(self.counts.landing)
        return before.rows

    async def _chunk(self, chunk: Sequence[Row | reading.Reject], router: Router) -> None:
        self.counts.totals["rows"] += len(chunk)
        unread = [row for row in chunk if isinstance(row, reading.Reject)]
        leads = router.take([row for row in chunk if not isinstance(row, reading.Reject)])
        self.counts.totals["unreadable"] += len(unread)
        self._reject(unread, leads)
        self._append("routing", leads)
        for stage in self.options.stages:
            leads = await checked(stage, leads)
            self._append(stage.name, leads)
        self.counts.take(leads, self.options.profile)

    def _append(self, stage: str, leads: Sequence[Carried]) -> None:
        if stage == "landing":
            lines = [_dumped(one.page_line()) for one in leads]
            self.work.append(OUTPUTS[stage], lines, leads)
        elif stage in OUTPUTS:
            self.work.append(OUTPUTS[stage], [one.line() for one in leads], leads)

    def _reject(self, unread: Sequence[reading.Reject], leads: Sequence[Carried]) -> None:
        found = [_unread(row) for row in unread]
        found += [_refused(one) for one in leads if one.refused is not None]
        for row in sorted(found, key=lambda row: row["row"]):
            self.refused(row)
            if self.options.strict:
                place = f" at {row['pointer']}" if row["pointer"] else ""
                raise StageError(
                    f"row {row['row']}: {row['code']}{place}: {row['message']}; "
                    "nothing is in place (--strict)"
                )
            self.work.append(REJECTED, [_dumped(row)])


def _again(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    if first is not None:
        yield first
        yield from rest


def _dumped(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _unread(row: reading.Reject) -> dict[str, Any]:
    names = ("row", "line", "code", "pointer", "message", "raw")
    return {name: getattr(row, name) for name in names}


def _refused(one: Carried) -> dict[str, Any]:
    refused = one.refused.row() if one.refused else {}
    return {"row": one.row, "key": one.key, **refused, "data": dict(one.data)}


async def through_file(
    path: Path, out: Path, options: Options, *, resume: bool | None = None
) -> dict[str, Any]:
    """Sends a file through the stages into a folder; returns what `stats.json` holds."""
    return await Run(file=File.of(path), work=Workplace(out), options=options).go(resume=resume)


def standard(
    profile: ClientProfile | None = None,
    *,
    pages_url: str = PAGES_URL,
    pages: Path | None = None,
    **more: Any,
) -> Options:
    """Returns the options of a run with every stage, as far as it goes without network.

    `pages` is the folder that pages go to, None: they are returned with the list. Further keywords
    are those of `Options`.
    """
    found = profile or ClientProfile()
    place = None if pages is None else Folder(pages)
    landing = Landing(site=Site(url=pages_url), place=place)
    return Options(profile=found, stages=(Enrichment(found), Scoring(found), landing), **more)


def run(leads: Iterable[Mapping[str, Any]], options: Options | None = None) -> Result:
    """Sends a list of leads through the stages, for programs without an event loop."""
    return asyncio.run(through(leads, options or standard()))


def run_file(path: str | Path, out: str | Path, options: Options | None = None) -> dict[str, Any]:
    """Sends a file of leads through the stages into a folder; returns the stats.

    An unfinished run of the same file and options in that folder goes on.
    """
    chosen = options or standard(pages=Path(out) / PAGES)
    return asyncio.run(through_file(Path(path), Path(out), chosen))
