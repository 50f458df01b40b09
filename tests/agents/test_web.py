"""The process's port: links that only a POST follows, readiness by name, metrics that parse."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents import wiring
from agents.base import Commits
from agents.settings import Settings
from agents.web import Web
from agents.wiring import System
from bus.base import BusHealth
from bus.errors import Unavailable as BusAway
from contracts.outcome import SendState
from statestore.errors import Unavailable
from tests.agents.cast import LOST, Cast, Scripted
from tests.agents.stage import scored

SECRET = "a secret of the tests, long enough"


@pytest.fixture
async def system(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[System, Cast]]:
    """A system over the store of a cast that has written to somebody; its bus is in memory."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    cast = Cast(Scripted(answers=[LOST]))
    await cast.table.declare()
    await cast.tell(scored(1), scored(2))
    settings = Settings(secret="env:TEST_SECRET", http=True, http_port=0)
    made = wiring.build(settings, store=cast.table.store, clock=cast.table.clock)
    await made.bus.start()
    await made.open()
    yield made, cast
    await made.bus.stop(1)


def client(system: System) -> httpx.AsyncClient:
    """Asks the port without a socket."""
    transport = httpx.ASGITransport(app=system.web.app())
    return httpx.AsyncClient(transport=transport, base_url="http://leadwire.example")


def link(cast: Cast) -> str:
    """The path of the link in the first mail."""
    header = cast.vendor.calls[0][0].headers["List-Unsubscribe"]
    return "/u/" + header.strip("<>").rpartition("/")[2]


async def test_looking_at_a_link_unsubscribes_nobody(system: tuple[System, Cast]) -> None:
    """Software fetches every link: GET and HEAD show a page with a button, no more (RFC 8058)."""
    made, cast = system
    async with client(made) as ask:
        for _ in range(3):
            page = await ask.get(link(cast))
            assert (page.status_code, '<form method="post">' in page.text) == (200, True)
            assert (await ask.head(link(cast))).status_code == 200
    assert await cast.table.store.stops_of(None) == []
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == (
        "no-store",
        "no-referrer",
    )


async def test_a_post_unsubscribes_before_it_answers(system: tuple[System, Cast]) -> None:
    """As mail programs send it; three stops are in the store when the 200 is there."""
    made, cast = system
    body = {"List-Unsubscribe": "One-Click"}
    async with client(made) as ask:
        done = await ask.post(link(cast), data=body)
        assert (done.status_code, "Nothing more will be sent" in done.text) == (200, True)
        assert len(await cast.table.store.stops_of(None)) == 3
        assert (await ask.post(link(cast), data=body)).status_code == 200


async def test_a_post_is_not_answered_as_done_while_the_store_is_away(
    system: tuple[System, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 and when to try again: nobody is told that it was done."""
    made, cast = system

    async def away(self: Commits, units: Any) -> Any:
        raise Unavailable("away")

    monkeypatch.setattr(Commits, "commit", away)
    async with client(made) as ask:
        answer = await ask.post(link(cast))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert await cast.table.store.stops_of(None) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["nonsense", "a" * 39, "%00", "<script>"])
async def test_a_foreign_link_is_not_ours(
    system: tuple[System, Cast], method: str, token: str
) -> None:
    """404, and what was asked is not repeated."""
    made, cast = system
    async with client(made) as ask:
        answer = await ask.request(method, f"/u/{token}")
    assert (answer.status_code, "<script>" in answer.text) == (404, False)
    assert await cast.table.store.stops_of(None) == []


async def test_a_process_that_works_is_live_and_ready(system: tuple[System, Cast]) -> None:
    """Both say so, and which version it is."""
    made, _ = system
    async with client(made) as ask:
        assert (await ask.get("/livez")).json() == {"live": True}
        ready = await ask.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "problems": {}})
        assert (await ask.get("/version")).json()["leadwire"]


async def _store_away(made: System) -> None:
    async def info() -> Any:
        raise Unavailable("the disk is gone")

    made.store.info = info  # type: ignore[method-assign]


async def _closed(made: System) -> None:
    await made.store.close_sending("restored copy")


async def _bus_away(made: System) -> None:
    async def health() -> BusHealth:
        raise BusAway("no broker")

    made.bus.health = health  # type: ignore[method-assign]


async def _draining(made: System) -> None:
    made.draining = True


async def _loop_ended(made: System) -> None:
    async def broken() -> None:
        raise RuntimeError("a bug")

    made._spawn(broken(), "relay")
    with pytest.raises(RuntimeError):
        await made.tasks[-1]


@pytest.mark.parametrize(
    ("trouble", "part", "words"),
    [
        (_store_away, "store", "the disk is gone"),
        (_closed, "sending", "restored copy"),
        (_bus_away, "bus", "no broker"),
        (_draining, "process", "draining"),
        (_loop_ended, "loop", "relay"),
    ],
)
async def test_readiness_names_the_part_that_is_not_ready(
    system: tuple[System, Cast], trouble: Any, part: str, words: str
) -> None:
    """503 and why; it is still live."""
    made, _ = system
    await trouble(made)
    async with client(made) as ask:
        answer = await ask.get("/readyz")
        assert (answer.status_code, list(answer.json()["problems"])) == (503, [part])
        assert words in answer.json()["problems"][part]
        assert (await ask.get("/livez")).status_code == 200


async def test_metrics_are_prometheus_text_and_gauges_agree_with_the_store(
    system: tuple[System, Cast],
) -> None:
    """Parsed by the reference parser: every sample has a family, and nobody's name is a label."""
    made, cast = system
    async with client(made) as ask:
        answer = await ask.get("/metrics")
    families = {f.name: f for f in text_string_to_metric_families(answer.text)}
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    (unknown,) = families["leadwire_unknown_sends"].samples
    assert unknown.value == len(await cast.table.store.sends_in(SendState.UNKNOWN)) == 1
    for word in ("lead-1", "blue-door", "@"):
        assert word not in answer.text


async def test_the_catalogue_and_its_document_are_served(system: tuple[System, Cast]) -> None:
    """For analysts, by the same port; nothing may run there but the page's own script."""
    made, _ = system
    async with client(made) as ask:
        page = await ask.get("/catalogue")
        document = await ask.get("/asyncapi.json")
    assert (page.status_code, document.status_code) == (200, 200)
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"].partition("script-src")[2]
    assert "lead.contacted.v1" in page.text
    assert document.json()["asyncapi"] == "3.0.0"


async def test_a_path_that_is_not_there_and_a_method_that_is_not_meant(
    system: tuple[System, Cast],
) -> None:
    """404 and 405, by the letter."""
    made, cast = system
    async with client(made) as ask:
        assert (await ask.get("/nothing")).status_code == 404
        assert (await ask.delete(link(cast))).status_code == 405
        assert (await ask.post("/webhooks/nobody", content=b"{}")).status_code == 404


async def test_the_port_listens_and_stops(system: tuple[System, Cast]) -> None:
    """Over a real socket, on a port that was free."""
    import asyncio

    made, _ = system
    assert isinstance(made.web, Web)
    task = asyncio.create_task(made.web.run())
    await made.web.started.wait()
    async with httpx.AsyncClient() as ask:
        answer = await ask.get(f"http://127.0.0.1:{made.web.port}/livez")
    assert answer.status_code == 200
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
