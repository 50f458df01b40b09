"""The landing stage: a lead with its score → its page in a folder or bucket, by the landing agent's
own core and places.

A page stands at the same address as on the bus (it follows from the lead's id), and one that has
not changed is not written again. A lead that cannot have a page (no business name, another route,
an earlier lead again) goes on without one, and its line says why. What would fail for every lead (a
template, a brand, a place that refuses) ends the run and names the lead at which it showed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from agents.landing import brand, publishing
from agents.landing.core import Site, make
from agents.landing.publishing import Folder, Place, PlaceError
from agents.landing.site import around
from agents.landing.templates import TemplateProblem
from agents.landing.values import Failed, Page, PageError, Skipped, Tally
from agents.pipeline.carried import Carried
from agents.pipeline.stages import StageError

WORKERS = 4
"""Pages that are made at once."""
FAILURES = 100
"""Leads without a page that the stats name one by one; each line of the output says its own."""


@dataclass(slots=True)
class Landing:
    """Makes and publishes pages.

    `site` says where they will be and whose they are; `place` takes the files, below `below`. None:
    nothing is written, and a page carries its HTML and Markdown. `brands` holds brand folders of
    single businesses by key; `owned` says that the place is this run's alone, so that pages of
    leads that are no longer there go.
    """

    site: Site
    place: Place | None = None
    below: str = ""
    brands: Path | None = None
    owned: bool = False
    name: str = "landing"
    tally: Tally = field(default_factory=Tally)

    async def __call__(self, leads: Sequence[Carried]) -> list[Carried]:
        """Makes the pages of a chunk and brings them up."""
        made = await asyncio.to_thread(self._all, leads)
        if self.place is not None and not isinstance(self.place, Folder):
            await self._publish(self.place, leads, made)
        self._count(made)
        pairs = zip(leads, made, strict=True)
        return [replace(one, page=self._said(one, page)) for one, page in pairs]

    # making

    def _all(self, leads: Sequence[Carried]) -> list[Page | Skipped | Failed]:
        """Half of a page's time goes into its picture, whose encoder lets other threads run."""
        pool = ThreadPoolExecutor(WORKERS)
        try:
            return list(pool.map(self._one, leads))
        finally:
            pool.shutdown(cancel_futures=True)

    def _one(self, one: Carried) -> Page | Skipped | Failed:
        made = self._made(one)
        if isinstance(self.place, Folder) and isinstance(made, Page):
            self._store(self.place, one, made)
        return made

    def _made(self, one: Carried) -> Page | Skipped | Failed:
        if one.payload is None or one.same_as is not None:
            row = one.same_as.row if one.same_as else 0
            return Skipped(key=one.key, reason=f"the same lead as row {row}")
        site = replace(self.site, brand_of=self._brand_of(one))
        try:
            payload = one.payload
            return make(payload.lead, one.enrichment, site, key=payload.lead_id)
        except PageError as error:
            if isinstance(error.__cause__, TemplateProblem):
                raise StageError(f"landing: {one.label}: {error.__cause__}") from error
            return Failed(key=one.key, problem=error.problem, remedy=error.remedy)
        except (brand.BrandError, TemplateProblem) as error:
            raise StageError(f"landing: {one.label}: {error}") from error

    def _brand_of(self, one: Carried) -> Callable[[str], brand.Brand | None] | None:
        """A business's own brand stands under the key that its operator knows, or under its id."""
        if self.brands is None:
            return self.site.brand_of
        folder = self.brands
        return lambda key: brand.of_business(folder, one.key) or brand.of_business(folder, key)

    # bringing up

    def _store(self, folder: Folder, one: Carried, page: Page) -> None:
        try:
            for path, body in publishing.in_order(page.files):
                if not folder.holds(f"{self.below}{path}", body):
                    folder.store(f"{self.below}{path}", body)
        except PlaceError as error:
            raise _told(one, error) from error

    async def _publish(self, place: Place, leads: Sequence[Carried], made: Sequence[Any]) -> None:
        for one, page in zip(leads, made, strict=True):
            if isinstance(page, Page):
                try:
                    await publishing.publish(place, page, below=self.below)
                except PlaceError as error:
                    raise _told(one, error) from error

    def _said(self, one: Carried, made: Page | Skipped | Failed) -> dict[str, Any]:
        if isinstance(made, Skipped):
            return {"why": made.reason}
        if isinstance(made, Failed):
            return {"why": f"{made.problem}; {made.remedy}"}
        content = {}
        if self.place is None:
            content = {"html": made.html.decode(), "markdown": made.markdown.decode()}
        return {
            "url": made.url,
            "path": f"{self.below}{made.path}",
            "title": made.title,
            "template": made.template,
            "languages": list(made.languages),
            "hash": f"sha256:{made.hash}",
            "missing": list(made.missing),
            **content,
        }

    def _count(self, made: Iterable[Page | Skipped | Failed]) -> None:
        for one in made:
            if isinstance(one, Failed) and len(self.tally.failed) >= FAILURES:
                one = Skipped(key=one.key, reason="failed (landing_pages.jsonl says why)")
            elif isinstance(one, Skipped) and one.reason.startswith("the same lead"):
                one = Skipped(key=one.key, reason="the same lead as an earlier row")
            self.tally.add(one)

    # the run's end, and going on after a kill

    async def finish(self, urls: Sequence[str]) -> None:
        """Writes what stands around the pages, and takes down what this run has no lead for."""
        if self.place is None:
            return
        try:
            for path, body in around(self.site, urls).items():
                await publishing.put(self.place, f"{self.below}{path}", body)
            if self.owned:
                await self._sweep(self.place, {url.rstrip("/").rpartition("/")[2] for url in urls})
        except PlaceError as error:
            raise StageError(f"landing: {error}") from error
        except TemplateProblem as error:
            raise StageError(f"landing: {error}") from error

    async def _sweep(self, place: Place, slugs: set[str]) -> None:
        names = [name async for name in place.names(self.below)]
        heads = {name[len(self.below) :].partition("/")[0] for name in names if "/" in name}
        for slug in sorted(heads - slugs):
            if publishing.PAGE.fullmatch(slug):
                await publishing.remove_page(place, slug, below=self.below)

    def kept(self) -> dict[str, Any]:
        """JSON values for a checkpoint."""
        found = {one.name: getattr(self.tally, one.name) for one in fields(Tally)}
        return {**found, "failed": [asdict(one) for one in self.tally.failed]}

    def go_on(self, kept: Mapping[str, Any]) -> None:
        """Counts on from a checkpoint."""
        counters = ("skipped", "templates", "languages", "missing", "unsure")
        self.tally = Tally(
            **{
                **kept,
                **{name: Counter(kept[name]) for name in counters},
                "failed": [Failed(**one) for one in kept["failed"]],
            }
        )

    def landing_stats(self) -> dict[str, Any]:
        """The `landing_stats` of spec 1.4."""
        return self.tally.landing_stats()


def _told(one: Carried, error: PlaceError) -> StageError:
    return StageError(f"landing: {one.label}: {error}; then run the same command again")
