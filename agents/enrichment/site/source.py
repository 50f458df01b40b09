"""The business's own site as a source: a handful of pages, read politely, and what they say.

Home first, then what its links call contact, imprint, about and team. Whom to connect to and what a
robots.txt allows is `channels.enrichment`'s to judge; what the words mean is `extract.py`'s.
"""

import asyncio

from agents.enrichment.base import Answer, Card, Source, SourceFailed, Subject
from agents.enrichment.fields import FIELDS
from agents.enrichment.site import decoding, document, links
from agents.enrichment.site.extract import NAME, Read, extract
from agents.intake.ties import shared_domains
from agents.scoring.parts import SOCIAL_HOSTS, host
from channels.enrichment.base import Page, Pages, Refusal

MOST_PAGES = 6
MOST_FRAMES = 3
"""Pages of a frameset that are read; they count among the others."""
ADDS = frozenset(FIELDS) - {"budget_signals", "timing_signals", "pain_points"}
NOT_OWN = (*SOCIAL_HOSTS, "tripadvisor.com", "google.com", "goo.gl", "linkedin.com", "booking.com")
"""Hosts whose pages are about everybody; they are asked by nobody here."""
FAILED = frozenset({"unreachable", "timeout", "address"})


class SiteSource(Source):
    """Reads the lead's own site."""

    card = Card(
        name=NAME,
        adds=ADDS,
        ceiling=0.92,
        seconds=180.0,
        fresh_days=30.0,
        network=True,
    )

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def cannot(self, subject: Subject) -> str | None:
        where = website(subject)
        if where is None:
            return "no website is known"
        name = host(where)
        if any(name == other or name.endswith("." + other) for other in NOT_OWN):
            return f"its website is a page of {name}, not its own"
        return None

    async def find(self, subject: Subject) -> Answer:
        where = website(subject)
        if where is None:
            return Answer(note="no website is known")
        home = await self._home(where)
        if isinstance(home, Refusal):
            if home.kind in FAILED:
                raise SourceFailed(f"the site cannot be read: {home.why}")
            return Answer(note=home.why)
        name = host(home.url)
        if any(name == other or name.endswith("." + other) for other in NOT_OWN):
            return Answer(note=f"the site leads to {name}")
        return await asyncio.to_thread(extract, await self._read(home), subject)

    async def close(self) -> None:
        await self.pages.close()

    async def _home(self, where: str) -> Page | Refusal:
        """The home page; without a scheme both are tried, the safe one first."""
        if "://" in where:
            return await self.pages.read(where)
        page = await self.pages.read(f"https://{where}")
        if isinstance(page, Refusal) and page.kind in FAILED:
            return await self.pages.read(f"http://{where}")
        return page

    async def _read(self, home: Page) -> list[Read]:
        """The home page and those that it leads to; what cannot be read is left out."""
        found = [Read("home", await read(home))]
        onward = links.onward(found[0].document)
        if onward and links.same_site(home.url, onward):
            page = await self.pages.read(onward)
            if isinstance(page, Page):
                found.insert(0, Read("home", await read(page)))
        for url in found[0].document.frames[:MOST_FRAMES]:
            inner = await self.pages.read(url) if links.same_site(home.url, url) else None
            if isinstance(inner, Page):
                found.append(Read("home", await read(inner)))
        for kind, url in links.next_pages([one.document for one in found], MOST_PAGES - len(found)):
            if url in {one.document.url for one in found}:
                continue
            page = await self.pages.read(url)
            if isinstance(page, Page):
                found.append(Read(kind, await read(page)))
        return found


async def read(page: Page) -> document.Document:
    """A page's octets as a document; in a thread, since a large page takes its time."""
    return await asyncio.to_thread(lambda: document.read(decoding.text(page), page.url))


def website(subject: Subject) -> str | None:
    """Where the lead's site is: as stated, as another source found, else the domain of its e-mail
    where that is not a mail host's."""
    stated = subject.value("company.website")
    if stated and host(str(stated)):
        return str(stated).strip()
    domain = (subject.lead.email or "").rpartition("@")[2].strip().casefold()
    return domain if "." in domain and domain not in shared_domains() else None
