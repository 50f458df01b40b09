"""The landing agent: a page is said to be up only after it is, and is gone when its lead is."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.base import retry_topic
from agents.doing import DoingTurn
from agents.landing.agent import KIND, NAME, Landing
from agents.landing.core import mark
from agents.landing.publishing import Folder, PlaceError
from agents.landing.sites import Sites
from agents.landing.upkeep import Upkeep
from contracts import lead as says
from contracts.envelope import Event
from contracts.ids import LeadId, TenantId
from statestore.base import Line, Outgoing
from tests.agents.orchestrator.voices import said
from tests.agents.stage import START, TENANT, Table, delivered, scored

URL = "https://pages.example"


class Counting(Folder):
    """A folder that counts what is written, and fails as often as it was told to."""

    def __init__(self, root: Path, *failures: PlaceError) -> None:
        super().__init__(root)
        self.failures = list(failures)
        self.written: list[str] = []

    async def write(self, path: str, body: bytes) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.written.append(path)
        await super().write(path, body)


class Desk:
    """The agent at a table, with a folder for its pages."""

    def __init__(self, folder: Path, *failures: PlaceError, **sites: Any) -> None:
        self.table = Table()
        self.place = Counting(folder, *failures)
        self.agent = Landing(self.place, Sites(url=URL, **sites))
        self.turn = DoingTurn(self.agent, self.table.commits)

    async def tell(self, *events: Event) -> None:
        await self.turn([delivered(event, offset=n) for n, event in enumerate(events)])
        await self.turn.drain(60)

    async def later(self, **by: float) -> None:
        """Moves time on and hands over what falls due until then."""
        self.table.clock.move(**by)
        now = self.table.clock.now()
        ready = [o for o in self.table.relay.out if o.available and o.available <= now]
        self.table.relay.out = [o for o in self.table.relay.out if o not in ready]
        await self.turn(
            [
                delivered(o.event, offset=n, attempt=o.attempt, topic=o.topic)
                for n, o in enumerate(ready)
            ]
        )
        await self.turn.drain(60)

    def files(self) -> set[str]:
        """The files of pages and what stands around them, by client."""
        return {name for name in self.place._names("") if "/" in name}

    def said(self, topic: str) -> list[Event]:
        return self.table.relay.events(topic)

    def guards(self) -> Sequence[Outgoing]:
        return [o for o in self.table.relay.out if o.topic == retry_topic(NAME)]

    async def row(self) -> Any:
        (row,) = await self.table.rows(KIND)
        return row

    async def lines(self) -> list[Line]:
        return [
            line
            for line in await self.table.store.journal(TENANT, lead=LeadId("lead-1"))
            if line.kind == "page"
        ]


def erased() -> Event:
    return said(says.Erased(lead_id=LeadId("lead-1"), occurred_at=START, by="mira"))


def merged() -> Event:
    into = LeadId("lead-2")
    return said(
        says.Merged(
            lead_id=LeadId("lead-1"), occurred_at=START, into=into, evidence="same", by="intake"
        )
    )


async def test_a_target_s_page_goes_up_and_only_then_is_it_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.tell(scored())
    (event,) = desk.said("lead.page_published")
    path = event.data["url"].removeprefix(f"{URL}/") + "index.html"
    assert b"Blue Door 1" in (tmp_path / path).read_bytes()
    assert event.data["template"] == "childcare"
    row = await desk.row()
    assert (row.status, row.data["url"]) == ("up", event.data["url"])
    assert [line.code for line in await desk.lines()] == ["page_up"]


async def test_other_routes_get_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.tell(scored(route="OTHER"))
    assert (desk.files(), await desk.table.rows(KIND)) == (set(), [])


async def test_the_same_score_twice_writes_and_says_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.tell(scored())
    before = list(desk.place.written)
    await desk.tell(scored())
    await desk.tell(scored(at=START + timedelta(days=1)))
    assert desk.place.written == before
    assert len(desk.said("lead.page_published")) == 1


async def test_a_changed_lead_changes_its_page_under_the_same_address(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.tell(scored())
    await desk.tell(scored(at=START + timedelta(days=1), business_name="Blue Door Nursery"))
    first, second = desk.said("lead.page_published")
    assert first.data["url"] == second.data["url"]
    assert first.data["content_hash"] != second.data["content_hash"]


async def test_a_claim_whose_process_died_is_made_again(tmp_path: Path) -> None:
    """The event that looks after it comes at the lease's end; after a page that went up it does
    nothing."""
    desk = Desk(tmp_path)
    call, desk.agent.call = desk.agent.call, died  # type: ignore[method-assign, assignment]
    await desk.tell(scored())
    assert (await desk.row()).status == "claimed"
    desk.agent.call = call  # type: ignore[method-assign]
    await desk.later(minutes=6)
    assert (await desk.row()).status == "up"
    written = list(desk.place.written)
    await desk.later(minutes=6)
    assert desk.place.written == written
    assert len(desk.said("lead.page_published")) == 1


async def died(*_: object) -> None:
    raise SystemError("the process ended here")


async def test_what_a_place_cannot_do_just_now_is_tried_again(tmp_path: Path) -> None:
    full = PlaceError("no space", "free some", lasting=False)
    desk = Desk(tmp_path, full, full)
    await desk.tell(scored())
    assert (await desk.row()).status == "claimed"
    assert not desk.said("lead.page_published")
    await desk.later(seconds=5)
    await desk.later(seconds=30)
    assert len(desk.said("lead.page_published")) == 1
    problems = [line.data["problem"] for line in await desk.lines() if line.code == "page_failed"]
    assert problems[0] == "lead lead-1: no space; free some"


async def test_what_a_person_has_to_mend_is_kept_with_the_lead_and_named(tmp_path: Path) -> None:
    refused = PlaceError("bucket pages refused", "check pages_s3_key")
    desk = Desk(tmp_path, refused)
    await desk.tell(scored())
    row = await desk.row()
    assert row.status == "failed"
    assert row.data["problem"] == "lead lead-1: bucket pages refused; check pages_s3_key"
    await desk.later(hours=3)
    assert not desk.said("lead.page_published")
    await desk.tell(scored(at=START + timedelta(days=1)))
    assert len(desk.said("lead.page_published")) == 1


async def test_a_broken_brand_or_template_names_the_lead(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "site", brands=tmp_path / "brand")
    await desk.tell(scored())
    assert "lead lead-1: no file" in (await desk.row()).data["problem"]


@pytest.mark.parametrize("end", [erased, merged])
async def test_an_erased_or_merged_lead_s_page_is_gone_and_stays_gone(
    tmp_path: Path, end: Any
) -> None:
    """Files, and what the record said of it; a score that comes late brings nothing back."""
    desk = Desk(tmp_path)
    await desk.tell(scored(1), scored(2))
    await desk.tell(end())
    assert {name.split("/")[1][-10:] for name in desk.files()} == {mark("lead-2")}
    row = next(r for r in await desk.table.rows(KIND) if r.ref.key == "lead-1")
    assert row.status == "down"
    assert "blue" not in str(row.data).lower()
    assert [e.subject for e in desk.said("lead.page_withdrawn")] == ["lead-1"]
    await desk.tell(scored(1, at=START + timedelta(days=2)))
    assert {name.split("/")[1][-10:] for name in desk.files()} == {mark("lead-2")}


async def test_a_page_is_found_and_taken_down_though_no_record_of_it_is_left(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    await desk.tell(scored())
    other = Desk(tmp_path)
    await other.tell(erased())
    assert other.files() == set()


async def test_an_erasure_that_meets_a_page_being_written_comes_after_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    call, desk.agent.call = desk.agent.call, died  # type: ignore[method-assign, assignment]
    await desk.tell(scored())
    desk.agent.call = call  # type: ignore[method-assign]
    await desk.tell(erased())
    for _ in range(12):
        await desk.later(minutes=10)
    assert (desk.files(), (await desk.row()).status) == (set(), "down")


async def test_sitemap_and_robots_follow_the_pages_that_are_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    upkeep = Upkeep(desk.agent, desk.table.commits, "process-1")
    await desk.tell(scored(1), scored(2))
    assert await upkeep.round() == 7
    sitemap = tmp_path / TENANT / "sitemap.xml"
    assert f"Sitemap: {URL}/harbour/sitemap.xml" in (tmp_path / "robots.txt").read_text()
    assert sitemap.read_text().count("<loc>") == 2
    assert await upkeep.round() == 0
    await desk.tell(erased())
    await upkeep.round()
    assert mark("lead-1") not in sitemap.read_text()
    assert mark("lead-2") in sitemap.read_text()


async def test_each_client_has_its_own_folder(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.tell(scored())
    assert {name.split("/")[0] for name in desk.files()} == {TenantId("harbour")}
