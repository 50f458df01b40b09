"""The merge by values and by properties: any order, nothing overwritten, agreement, contradiction,
age."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.enrichment.base import Finding
from agents.enrichment.core import enriched
from agents.enrichment.merge import aged
from tests.agents.enrichment.values import NOW, PROFILE, finding, routed

VALUES: dict[str, list[Any]] = {
    "email": ["info@bakery.example", "Info@Bakery.example", "sales@bakery.example", "no address"],
    "phone": ["+353 1 555 0142", "01 5550142", "+35315550199", "12"],
    "company.name": ["Harbour Street Bakery", "Harbour Street Bakery Ltd", "Quay Bakery"],
    "company.employees": [12, "11-50", 400],
    "company.technologies": ["WordPress", "Shopify", "wordpress"],
    "other_ids.facebook": ["https://facebook.com/bakery", "https://www.facebook.com/bakery/"],
    "decision_makers": [{"name": "Aoife Byrne", "title": "Owner"}, {"name": "aoife byrne"}],
    "industry_category": ["Bakery", "Café"],
}
FINDINGS = st.lists(
    st.builds(
        lambda name, pick, source, sure, days, doubt: finding(
            name,
            VALUES[name][pick % len(VALUES[name])],
            source,
            confidence=sure,
            at=NOW - timedelta(days=days),
            doubt=doubt,
        ),
        st.sampled_from(sorted(VALUES)),
        st.integers(0, 3),
        st.sampled_from(["site", "table:crm", "vendor"]),
        st.floats(0, 1),
        st.sampled_from([0, 100, 200, 900]),
        st.sampled_from(["", "", "", "two rows fit"]),
    ),
    max_size=14,
)
LEADS = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["own@bakery.example", "broken"]),
        "phone": st.just("+35315550142"),
        "website": st.just("https://bakery.example"),
        "category": st.none(),
        "employees": st.just("10"),
        "facebook": st.just("https://facebook.com/other"),
        "enrichment": st.just({"email": "up@bakery.example", "pain_points": ["no ordering"]}),
    },
)


@settings(deadline=None)
@given(FINDINGS, LEADS, st.randoms(use_true_random=False))
def test_the_same_facts_in_any_order_give_the_same_record(
    found: list[Finding], fields: dict[str, Any], chance: Any
) -> None:
    """Shuffled and repeated, to the last digit."""
    lead = routed(**fields)
    shuffled = found + found[:3]
    chance.shuffle(shuffled)
    first = enriched(lead, found, profile=PROFILE, now=NOW)
    second = enriched(lead, shuffled, profile=PROFILE, now=NOW)
    assert first.payload.wire() == second.payload.wire()


@settings(deadline=None)
@given(FINDINGS, LEADS)
def test_nothing_that_came_in_is_ever_overwritten(
    found: list[Finding], fields: dict[str, Any]
) -> None:
    """The lead goes out byte for byte, and a field that it has is not filled again."""
    lead = routed(**fields)
    out = enriched(lead, found, profile=PROFILE, now=NOW).payload
    assert out.lead.wire() == lead.lead.wire()
    said = out.enrichment
    if lead.lead.email:
        assert said.email is None
    if lead.lead.phone:
        assert said.phone is None
    assert "name" not in said.company
    assert {"facebook"}.isdisjoint(said.other_ids) or "facebook" not in fields


def test_a_gap_is_filled_with_confidence_source_evidence_and_date() -> None:
    said = enriched(
        routed(), [finding("email", "info@bakery.example")], profile=PROFILE, now=NOW
    ).enrichment
    assert said.email == "info@bakery.example"
    assert (said.confidence["email"], said.sources["email"]) == (0.8, "site")
    assert (said.evidence["email"], said.dates["email"]) == ("info@bakery.example", NOW)
    assert said.method == "api"


def test_agreement_of_independent_sources_raises_and_of_one_source_does_not() -> None:
    once = [finding("email", "info@bakery.example")]
    twice = [*once, finding("email", "INFO@bakery.example", place="site:2")]
    both = [*once, finding("email", "info@bakery.example", "table:crm")]
    sure = [
        enriched(routed(), f, profile=PROFILE, now=NOW).enrichment.confidence["email"]
        for f in (once, twice, both)
    ]
    assert sure[0] == sure[1] == 0.8
    assert sure[2] == pytest.approx(0.96)


def test_a_contradiction_is_kept_shown_and_takes_sureness_away() -> None:
    found = [
        finding("company.employees", 12, "table:crm"),
        finding("company.employees", 400, "vendor", confidence=0.4),
    ]
    said = enriched(routed(), found, profile=PROFILE, now=NOW).enrichment
    assert said.company["employees"] == 12
    assert said.confidence["employees"] == pytest.approx(0.8 * 0.8)
    assert [(one.value, one.source) for one in said.contradictions] == [(400, "vendor")]


def test_what_contradicts_the_lead_stands_beside_it() -> None:
    said = enriched(
        routed(), [finding("company.name", "Quay Street Garage")], profile=PROFILE, now=NOW
    ).enrichment
    assert "name" not in said.company
    assert [one.value for one in said.contradictions] == ["Quay Street Garage"]


def test_a_second_address_contradicts_nothing() -> None:
    found = [
        finding("email", "info@bakery.example", confidence=0.9),
        finding("email", "jobs@bakery.example", confidence=0.5),
    ]
    said = enriched(routed(), found, profile=PROFILE, now=NOW).enrichment
    assert said.email == "info@bakery.example"
    assert [one.value for one in said.also] == ["jobs@bakery.example"]
    assert said.contradictions == ()


@pytest.mark.parametrize(("days", "share"), [(0, 1.0), (183, 1.0), (184, 0.7), (800, 0.4)])
def test_old_facts_count_less(days: int, share: float) -> None:
    assert aged(NOW - timedelta(days=days), NOW) == share


def test_a_newer_fact_wins_over_an_older_one_that_was_as_sure() -> None:
    found = [
        finding("company.employees", 12, "table:crm", at=NOW - timedelta(days=400)),
        finding("company.employees", 30, "vendor"),
    ]
    said = enriched(routed(), found, profile=PROFILE, now=NOW).enrichment
    assert said.company["employees"] == 30


def test_what_cannot_be_right_is_refused_by_name() -> None:
    said = enriched(routed(), [finding("email", "images@2x")], profile=PROFILE, now=NOW).enrichment
    assert said.email is None
    assert "email of site at site:1 cannot be right: 'images@2x'" in said.notes


def test_a_doubtful_finding_waits_and_counts_for_nothing() -> None:
    found = [finding("email", "info@bakery.example", doubt="two rows fit")]
    result = enriched(routed(), found, profile=PROFILE, now=NOW)
    assert result.enrichment.email is None
    assert [(one.value, one.why) for one in result.enrichment.needs_review] == [
        ("info@bakery.example", "two rows fit")
    ]
    assert len(result.review) == 1


def test_upstreams_enrichment_goes_on_with_what_we_do_not_know_of() -> None:
    given_ = {
        "email": "up@bakery.example",
        "sources": {"email": "acme api"},
        "confidence": {"email": 0.6},
        "pain_points": ["no online ordering"],
        "acme_id": 7,
    }
    said = enriched(routed(enrichment=given_), profile=PROFILE, now=NOW).enrichment
    assert (said.email, said.sources["email"], said.confidence["email"]) == (
        "up@bakery.example", "acme api", 0.6,
    )  # fmt: skip
    assert said.model_extra == {"pain_points": ["no online ordering"], "acme_id": 7}


def test_found_fields_reach_the_score() -> None:
    before = enriched(routed(), profile=PROFILE, now=NOW)
    found = [
        finding("company.employees", 40),
        finding("company.technologies", "Shopify"),
        finding("decision_makers", {"name": "Aoife Byrne", "title": "Owner"}),
        finding("company.website", "https://bakery.example"),
    ]
    after = enriched(routed(), found, profile=PROFILE, now=NOW)
    assert after.baseline.als > before.baseline.als + 15
    assert after.baseline.confidence > before.baseline.confidence
    assert "website" in before.lacking
    assert "website" not in after.lacking
    assert after.baseline.parts["company_size"].evidence == ("about 40 employees",)
