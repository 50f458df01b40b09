"""Whom is asked, who is passed over and why, and that a source which fails holds up nobody."""

import pytest

from agents.enrichment.waterfall import ask_all
from agents.scoring.profile import ClientProfile
from contracts.lead import Enriched, Tried
from tests.agents.enrichment.values import NOW, PROFILE, SourceFailed, Told, finding, routed

EMAIL = finding("email", "info@bakery.example")


async def course(*sources: Told, limit: int | None = None) -> list[tuple[str, str, str]]:
    """Runs a waterfall over the bakery; returns source, outcome and why."""
    result = await ask_all(
        routed(), sources, tenant="harbour", profile=PROFILE, now=NOW, limit_micros=limit
    )
    return [(one.source, one.outcome, one.why) for one in result.enrichment.tried]


async def test_the_cheapest_is_asked_first_and_equal_ones_in_order() -> None:
    dear, first, second = (
        Told("vendor", [finding("phone", "+35315550142", "vendor")], cost=500),
        Told("table", [finding("company.employees", 5, "table")]),
        Told("site", [finding("company.technologies", "Wix")]),
    )
    found = await course(dear, first, second)
    assert [name for name, _, _ in found] == ["table", "site", "vendor"]
    assert {outcome for _, outcome, _ in found} == {"found"}


async def test_a_source_that_cannot_add_what_is_missing_is_passed_over() -> None:
    second = Told("vendor", adds=["email"], found=[EMAIL], cost=10)
    profile = ClientProfile(categories=("bakery",), required=("email",))
    result = await ask_all(
        routed(email="own@bakery.example", name="Aoife Byrne", title="CEO"),
        [second],
        tenant="harbour",
        profile=profile,
        now=NOW,
    )
    assert second.asked == []
    (tried,) = result.enrichment.tried
    assert tried.outcome == "passed_over"
    assert tried.why.startswith("can add nothing of what is missing (industry_fit, company_size")


async def test_a_source_that_cannot_look_says_why_and_is_asked_once_it_can() -> None:
    """The site needs a website, which the table behind it brings: passing over is not for good."""
    table = Told("table", [finding("company.website", "https://bakery.example", "table")], cost=5)

    class Site(Told):
        def cannot(self, subject):  # type: ignore[no-untyped-def]
            return None if subject.value("company.website") else "no website is known"

    site = Site("site", [EMAIL])
    assert await course(site, table) == [("table", "found", ""), ("site", "found", "")]
    assert site.asked[0].known["company.website"] == "https://bakery.example"
    assert await course(Site("site", [EMAIL])) == [("site", "passed_over", "no website is known")]


async def test_a_source_that_fails_is_named_and_the_others_go_on() -> None:
    found = await course(
        Told("crm", adds=["email"], error=SourceFailed("crm.csv: no column Mail")),
        Told("broken", adds=["email"], error=KeyError("x")),
        Told("site", [EMAIL]),
    )
    assert found == [
        ("crm", "failed", "crm.csv: no column Mail"),
        ("broken", "failed", "a fault of ours: KeyError('x')"),
        ("site", "found", ""),
    ]


async def test_it_stops_when_it_is_sure_enough() -> None:
    everything = Told(
        "all",
        [
            finding("decision_makers", {"name": "A B", "title": "CEO", "email": "a@b.example"}),
            finding("company.employees", 40),
            finding("company.price_range", "$$$"),
            finding("budget_signals", "raised a round"),
            finding("timing_signals", "opens a shop"),
            finding("pain_points", "no ordering"),
            finding("company.technologies", "Wix"),
            finding("industry_category", "bakery"),
        ],
    )
    late = Told("late", [EMAIL], cost=1)
    found = await course(everything, late)
    assert late.asked == []
    assert found[1][:2] == ("late", "passed_over")
    assert found[1][2].endswith("80% is enough")


async def test_a_source_beyond_the_limit_is_passed_over() -> None:
    found = await course(Told("vendor", [EMAIL], cost=900), limit=500)
    assert found == [
        ("vendor", "passed_over", "costs up to 900 micros, 500 are left for this lead")
    ]


@pytest.mark.parametrize("order", [1, -1])
async def test_the_order_of_sources_changes_nothing_but_the_list_of_the_tried(order: int) -> None:
    adds = ["pain_points", "company.employees", "email", "phone"]
    sources = [
        Told("a", [EMAIL, finding("company.employees", 5, "a")], adds=adds),
        Told("b", [finding("email", "x@b.example", "b"), finding("phone", "091555014")], adds=adds),
        Told("c", [finding("company.employees", 80, "c")], adds=adds),
    ]
    result = await ask_all(routed(), sources[::order], tenant="harbour", profile=PROFILE, now=NOW)
    assert _but_tried(result.payload) == _but_tried(
        (await ask_all(routed(), sources, tenant="harbour", profile=PROFILE, now=NOW)).payload
    )
    assert {one.source for one in result.enrichment.tried} == {"a", "b", "c"}


def _but_tried(payload: Enriched) -> dict[str, object]:
    enrichment = payload.enrichment.model_copy(update={"tried": tuple[Tried, ...]()})
    return payload.model_copy(update={"enrichment": enrichment}).wire()
