"""The written sites of `tests/samples/sites`, served by a real server on this machine and read by
the product's reader; and what each of them says, from the table beside them.

Every site stands under its own name (`*.example`), which a table of the test resolves to an address
on the public Internet; the reader judges it as in production and is told to dial this machine.
"""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from agents.enrichment.base import Answer, SourceFailed, Subject
from agents.enrichment.site.source import SiteSource
from channels.enrichment.web import Manners
from contracts.lead import LeadFields
from tests.agents.enrichment.values import NOW
from tests.channels.enrichment.hosting import Clockwork, Web, reader, reply, serving

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "sites"
PATIENCE, GIVEN_UP = 60.0, 2.0
"""Seconds that a site may take to answer here; the slow ones take for ever, and are given up."""
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Expected:
    """What one site says; see the head of `expected.toml`."""

    site: str
    half: str
    lead: Mapping[str, str]
    host: str
    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    hours: bool = False
    booking: bool = False
    employees: int = 0
    serve: Mapping[str, Any] = field(default_factory=dict)


@cache
def expected() -> tuple[Expected, ...]:
    """Every site of the table."""
    table = tomllib.loads((SAMPLES / "expected.toml").read_text("utf-8"))
    return tuple(_row(name, row) for name, row in table.items())


def _row(name: str, row: dict[str, Any]) -> Expected:
    given: dict[str, Any] = {"site": name, "host": f"{name}.example"}
    given |= {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    return Expected(**given)


def put_up(web: Web, site: Expected) -> None:
    """Puts a site's pages up, with whatever its server does."""
    folder, serve = SAMPLES / site.site, site.serve
    kind = serve.get("content_type", "text/html; charset=utf-8")
    for path in folder.rglob("*.*"):
        target = "/" + path.relative_to(folder).as_posix()
        body = path.read_bytes()
        for name in _targets(target):
            web.pages[site.host, name] = reply(body, content_type=kind)
    if "robots" in serve:
        web.page(site.host, "/robots.txt", reply(serve["robots"], content_type="text/plain"))
    for start, end in serve.get("redirects", {}).items():
        host, _, path = start.rpartition(":")
        moved = reply(status="301 Moved Permanently", location=end)
        web.page(f"{host}.{site.host}" if host else site.host, path, moved)
    body = (folder / "index.html").read_bytes()
    if serve.get("huge"):
        padded = body + b"<!-- padding -->" * (serve["huge"] * MEGABYTE // 16)
        web.page(site.host, "/", reply(padded, content_type=kind))
    if serve.get("slow"):
        web.page(site.host, "/", _dripping(body))


def _targets(target: str) -> set[str]:
    """The ways in which a page is asked for."""
    found = {target}
    if target.endswith("/index.html"):
        found |= {target[: -len("index.html")], target[: -len("/index.html")] or "/"}
    if target.endswith(".html"):
        found.add(target[: -len(".html")])
    return found


def _dripping(body: bytes) -> Any:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n" + body)
        await writer.drain()
        await asyncio.Event().wait()

    return answer


@dataclass
class Visit:
    """What became of one site: the answer, or why there is none."""

    site: Expected
    answer: Answer
    problem: str = ""


@asynccontextmanager
async def hosted() -> AsyncIterator[Web]:
    """All sites, up."""
    async with serving() as web:
        for site in expected():
            put_up(web, site)
        yield web


async def visit(web: Web, site: Expected) -> Visit:
    """Reads one site as the product does."""
    manners = Manners(seconds=GIVEN_UP if site.serve.get("slow") else PATIENCE)
    source = SiteSource(reader(web, clock=Clockwork(), manners=manners))
    lead = LeadFields.model_validate({**site.lead, "website": f"http://{site.host}/"})
    try:
        answer = await source.find(Subject(tenant="harbour", lead=lead, now=NOW))
        return Visit(site, answer)
    except SourceFailed as error:
        return Visit(site, Answer(), str(error))
    finally:
        await source.close()


async def visits() -> tuple[list[Visit], Web]:
    """Reads every site, one after another; returns the web too, with all that it was asked."""
    async with hosted() as web:
        return [await visit(web, site) for site in expected()], web
