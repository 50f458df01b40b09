"""Makes the pages of many leads and writes them into a folder: on every core, in flat memory.

`leadwire pages build` and the bench call `Run`. A page is made and written by one process, which
answers with what is to be counted; few leads are done in this process, many by one process a core.
At most a few chunks are under way at a time, so ten thousand leads take no more memory than a
hundred. Answers keep the order of the leads.
"""

import asyncio
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from agents.landing import brand, publishing
from agents.landing.core import Site, make
from agents.landing.publishing import Folder, PlaceError
from agents.landing.site import around
from agents.landing.templates import Templates
from agents.landing.values import Built, Failed, Made, Page, PageError, Skipped, Tally
from contracts.lead import Enrichment, LeadFields

Lead = tuple[str, LeadFields, Enrichment | None]
"""Key, record, and what enrichment found."""
CHUNK = 32
"""Leads that cross to another process together."""
FEW = 320
"""Leads that this process does alone: others take a second to begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What pages are made from and where they go; it can cross to another process."""

    url: str
    out: Path
    brand: Path | None = None
    templates: Path | None = None
    dry: bool = False

    def site(self) -> Site:
        """The site; raises BrandError and TemplateProblem."""
        made = Templates(self.templates)
        for name in made.names():
            made.check(f"{name}.html")
        return Site(
            url=self.url.rstrip("/"),
            templates=made,
            brand=brand.read(self.brand) if self.brand else None,
            brand_of=partial(brand.of_business, self.brand) if self.brand else None,
        )


class Hand:
    """Makes and writes pages, in whatever process."""

    def __init__(self, plan: Plan) -> None:
        self.site = plan.site()
        self.place = Folder(plan.out)
        self.dry = plan.dry

    def chunk(self, leads: Sequence[Lead]) -> list[tuple[Built | Skipped | Failed, int]]:
        """What came of each lead, and how many files were written for it."""
        return [self.one(*lead) for lead in leads]

    def one(
        self, key: str, lead: LeadFields, enrichment: Enrichment | None
    ) -> tuple[Built | Skipped | Failed, int]:
        """Makes one page and writes what changed of it."""
        try:
            made = make(lead, enrichment, self.site, key=key)
            if not isinstance(made, Page):
                return made, 0
            return made.built, 0 if self.dry else self.written(made)
        except (PageError, PlaceError) as error:
            return Failed(key=key, problem=error.problem, remedy=error.remedy), 0

    def written(self, page: Page) -> int:
        """Writes the files that differ."""
        count = 0
        for path, body in publishing.in_order(page.files):
            if not self.place.holds(path, body):
                self.place.store(path, body)
                count += 1
        return count


_hand: Hand


def _begin(plan: Plan) -> None:
    """Readies another process."""
    global _hand
    _hand = Hand(plan)


def _elsewhere(leads: Sequence[Lead]) -> list[tuple[Built | Skipped | Failed, int]]:
    return _hand.chunk(leads)


@dataclass
class Run:
    """One build: counts, addresses, and what was written. `told` hears of each failure."""

    plan: Plan
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    told: Any = None
    tally: Tally = field(default_factory=Tally)
    urls: list[str] = field(default_factory=list)
    slugs: set[str] = field(default_factory=set)
    written: int = 0
    removed: int = 0

    def __post_init__(self) -> None:
        self.hand = Hand(self.plan)

    def over(self, leads: Iterable[Lead]) -> None:
        """Makes and writes the pages of all leads."""
        left = iter(leads)
        for chunk in chunks(islice(left, FEW)):
            self._counted(self.hand.chunk(chunk))
        rest = chunks(left)
        if self.cores == 1:
            for chunk in rest:
                self._counted(self.hand.chunk(chunk))
        elif (first := next(rest, None)) is not None:
            self._many(first, rest)

    def _many(self, first: Sequence[Lead], rest: Iterator[Sequence[Lead]]) -> None:
        """The same by several processes, a few chunks ahead of what was counted."""
        pool = ProcessPoolExecutor(self.cores, get_context("spawn"), _begin, (self.plan,))
        with pool:
            under_way: deque[Future[list[tuple[Built | Skipped | Failed, int]]]] = deque()
            under_way.append(pool.submit(_elsewhere, first))
            for chunk in rest:
                if len(under_way) > 2 * self.cores:
                    self._counted(under_way.popleft().result())
                under_way.append(pool.submit(_elsewhere, chunk))
            while under_way:
                self._counted(under_way.popleft().result())

    def _counted(self, results: Iterable[tuple[Built | Skipped | Failed, int]]) -> None:
        for made, written in results:
            self.count(made)
            self.written += written
            if isinstance(made, Built):
                self.urls.append(made.url)
                self.slugs.add(made.slug)

    def count(self, made: Made) -> None:
        """Counts one lead, and tells of it where it failed."""
        self.tally.add(made)
        if isinstance(made, Failed) and self.told is not None:
            self.told(made)

    def finish(self, prune: bool) -> None:
        """Writes what stands around the pages, and removes what these leads do not hold."""
        asyncio.run(self._finish(prune))

    async def _finish(self, prune: bool) -> None:
        place = self.hand.place
        for path, body in around(self.hand.site, self.urls).items():
            self.written += await publishing.put(place, path, body)
        if prune:
            old = [name async for name in place.names() if self._is_old(name)]
            self.removed = await publishing.remove(place, old)

    def _is_old(self, name: str) -> bool:
        slug = name.partition("/")[0]
        return publishing.PAGE.fullmatch(slug) is not None and slug not in self.slugs


def chunks(leads: Iterable[Lead]) -> Iterator[Sequence[Lead]]:
    """Leads by chunks."""
    left = iter(leads)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
