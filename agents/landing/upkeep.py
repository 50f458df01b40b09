"""Keeps what stands around the pages: sitemap, robots.txt, 404, headers, a client's logo.

A loop beside the landing agent: when the set of pages has changed, it reads which are up and writes
what differs, at most every half minute, however many pages came; one process of many does it.
"""

import asyncio
from collections.abc import AsyncIterator

import structlog

from agents.base import Commits
from agents.landing import publishing
from agents.landing.agent import KIND, NAME, UP, Landing
from agents.landing.publishing import PlaceError
from agents.landing.site import above, around
from agents.landing.templates import TemplateProblem
from agents.landing.values import PageError
from agents.leading import Leading
from agents.ports import nudged
from agents.scanning import pages
from contracts.ids import TenantId
from statestore.base import Row, StateStore
from statestore.errors import Unavailable

log = structlog.get_logger()

EVERY = 30.0
"""Least machine seconds between two rounds."""
LOOK = 3600.0
"""Machine seconds after which a round is made though nothing was heard of a change."""
LOOK_SHARED = 120.0
"""The same where other processes publish too, of whose pages this one hears nothing."""


class Upkeep:
    """Writes the files around the pages of every client."""

    def __init__(self, agent: Landing, commits: Commits, owner: str) -> None:
        self.agent = agent
        self.commits = commits
        self.leading = Leading(commits, f"{NAME}-upkeep", owner, 2 * EVERY)

    async def run(self) -> None:
        """Goes round for ever."""
        self.agent.changed.set()
        while True:
            await nudged(self.agent.changed, LOOK_SHARED if self.commits.shared else LOOK)
            self.agent.changed.clear()
            try:
                if await self.leading.ours():
                    await self.round()
            except (Unavailable, PlaceError, PageError, TemplateProblem) as error:
                log.error("pages_upkeep_failed", error=str(error))
                self.agent.changed.set()
            await nudged(asyncio.Event(), EVERY)

    async def round(self) -> int:
        """Writes what differs, client by client; returns how many files were written."""
        urls = await pages_up(self.commits.store)
        sites = {tenant: await asyncio.to_thread(self.agent.sites.of, tenant) for tenant in urls}
        written = 0
        for tenant, found in urls.items():
            files = await asyncio.to_thread(around, sites[tenant], found)
            for path, body in files.items():
                written += await publishing.put(self.agent.place, f"{tenant}/{path}", body)
        for path, body in above(self.agent.sites.root(), sites.values()).items():
            written += await publishing.put(self.agent.place, path, body)
        return written


async def pages_up(store: StateStore) -> dict[TenantId, list[str]]:
    """The addresses of the pages that are up, by client; a client whose last page went is there
    too, with none."""
    found: dict[TenantId, list[str]] = {}
    async for row in page_rows(store):
        urls = found.setdefault(row.ref.tenant, [])
        if row.status == UP:
            urls.append(str(row.data["url"]))
    return found


async def page_rows(store: StateStore, tenant: TenantId | None = None) -> AsyncIterator[Row]:
    """Every row of a page, of one client or of all."""
    async for rows in pages(store, tenant, KIND):
        for row in rows:
            yield row
