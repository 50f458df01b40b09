"""A touch whose template speaks of the landing page: it waits, at most a day, and never links to a
page that is not up (spec 1.4)."""

from datetime import datetime, timedelta
from typing import Any

from contracts import lead as says
from contracts.envelope import Event
from contracts.ids import LeadId
from tests.agents.cast import Cast
from tests.agents.orchestrator.voices import cast_with, said
from tests.agents.stage import START, scored

URL = "https://pages.example/harbour/blue-door-1-chicago-abcdefghij/"
LINKS = "Hello {{ business.name }}.{% if landing_page %} See {{ landing_page.url }}{% endif %}"
NEEDS = "Hello {{ business.name }}, see {{ landing_page.url }}"


def campaign(body: str, needs: str | None) -> dict[str, Any]:
    hello = {"id": "hello", "subject": "A page", "body": body}
    if needs is not None:
        hello["needs_page"] = needs
    return {"templates": [hello, {"id": "again", "body": "Again."}]}


async def waiting(body: str = LINKS, needs: str | None = "wait_then_without") -> Cast:
    """A cast whose first touch is due and has no page yet."""
    cast = await cast_with(campaign(body, needs))
    await cast.tell(scored())
    return cast


def published(at: datetime, url: str = URL) -> Event:
    return said(
        says.PagePublished(
            lead_id=LeadId("lead-1"),
            occurred_at=at,
            url=url,
            template="childcare",
            content_hash="sha256:00",
        )
    )


def withdrawn(at: datetime) -> Event:
    return said(says.PageWithdrawn(lead_id=LeadId("lead-1"), occurred_at=at, reason="a test"))


def body(cast: Cast) -> str:
    ((request, _),) = cast.vendor.calls
    return request.body


async def test_it_waits_and_goes_with_the_link_as_soon_as_the_page_is_up() -> None:
    """Nothing is written before: no draft, no slot, no send; the wait is in the history once."""
    cast = await waiting()
    await cast.run(hours=5)
    assert (cast.vendor.calls, cast.said("outreach.content.write"), await cast.used()) == (
        [],
        [],
        0,
    )
    assert (await cast.lead())["next"]["why"] == "waiting for its landing page"
    assert [line.code for line in await cast.lines("plan")].count("page_awaited") == 1
    await cast.tell(published(cast.table.clock.now()))
    await cast.run(hours=20)
    assert URL in body(cast)


async def test_after_a_day_it_goes_without_the_link() -> None:
    cast = await waiting()
    await cast.run(hours=23.9)
    assert not cast.vendor.calls
    await cast.run(hours=1)
    assert "Hello Blue Door 1." in body(cast)
    assert "pages.example" not in body(cast)


async def test_after_a_day_it_is_held_where_the_campaign_says_so_and_goes_when_the_page_comes() -> (
    None
):
    cast = await waiting(NEEDS, "wait_then_hold")
    await cast.run(hours=30)
    assert (await cast.lead())["hold"]["code"] == "page_missing"
    assert not cast.vendor.calls
    await cast.tell(published(cast.table.clock.now()))
    await cast.run(hours=20)
    assert URL in body(cast)


async def test_a_template_that_speaks_of_the_page_waits_though_it_does_not_say_so() -> None:
    """It could not be written without; so it holds rather than fails."""
    cast = await waiting(NEEDS, None)
    await cast.run(hours=30)
    assert (await cast.lead())["hold"]["code"] == "page_missing"


async def test_a_page_that_was_up_before_needs_no_wait() -> None:
    cast = await cast_with(campaign(LINKS, "wait_then_without"))
    await cast.tell(published(START - timedelta(minutes=1)))
    await cast.tell(scored())
    assert URL in body(cast)


async def test_no_page_is_linked_that_was_taken_down() -> None:
    """The last word counts, in whatever order the two arrive."""
    for order in (1, -1):
        cast = await cast_with(campaign(LINKS, "wait_then_without"))
        words = [published(START), withdrawn(START + timedelta(minutes=1))]
        await cast.tell(*words[::order], scored(at=START + timedelta(minutes=2)))
        await cast.run(hours=26)
        assert "pages.example" not in body(cast)


async def test_a_page_published_anew_is_linked_under_its_new_address() -> None:
    cast = await cast_with(campaign(LINKS, "wait_then_without"))
    await cast.tell(published(START), published(START + timedelta(minutes=5), URL + "new/"))
    await cast.tell(scored(at=START + timedelta(minutes=6)))
    assert URL + "new/" in body(cast)


async def test_templates_that_do_not_speak_of_a_page_wait_for_none() -> None:
    cast = await cast_with()
    await cast.tell(scored())
    assert len(cast.vendor.calls) == 1
