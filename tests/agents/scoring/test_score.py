"""Scoring: shares, weighted parts, tiers, what qualifies, and the words for it (spec 1.3, 4)."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.scoring import known
from agents.scoring.known import Known
from agents.scoring.profile import BOUNDS, OPENS, TARGETS, VENDOR, WEIGHTS, ClientProfile, of
from agents.scoring.score import baseline, open_channels, score, stated
from agents.scoring.telling import explain
from contracts import schema
from contracts.inbound import StatedQuality
from contracts.lead import Enrichment, LeadFields
from contracts.outcome import Channel

BAKERY: dict[str, Any] = schema.examples()["inbound.leads.v1"]["main"]
GALWAY = {"latitude": 53.2707, "longitude": -9.0568}
CLIENT = ClientProfile(categories=("bakery", "restaurant"))


def lead(**fields: Any) -> LeadFields:
    return LeadFields.model_validate(fields)


def found(**fields: Any) -> Enrichment:
    return Enrichment.model_validate({"method": "api", **fields})


def rich(**more: Any) -> Enrichment:
    """What a thorough enrichment brings."""
    return found(
        **{
            "industry_category": "Bakery",
            "employees": 600,
            "decision_maker": {"title": "CEO", "email": "ceo@bakery.example"},
            "budget_signals": ["opened a second site"],
            "funding": "EUR 2 M, 2026",
            "pain_points": ["orders by phone only", "two no-shows a day"],
            "timing_signals": ["hires a sales lead", "moves in May"],
            "tech_stack": ["Shopify"],
            **more,
        }
    )


def test_als_is_the_weighted_sum_of_the_parts() -> None:
    """Spec 4.1: seven parts, their weights, 0–100."""
    quality = score(lead(**BAKERY), rich(), CLIENT)
    assert {name: part.weight for name, part in quality.parts.items()} == dict(WEIGHTS)
    total = sum(part.weight * part.points for part in quality.parts.values())
    assert quality.als == pytest.approx(total, abs=0.01)


def test_weights_targets_and_vendor_defaults_are_those_of_the_specification() -> None:
    """Spec 4.1 and 4.2, figure by figure."""
    rows = {
        "industry_fit": (0.20, 0.80, 0.85),
        "decision_maker": (0.20, 0.80, 0.80),
        "company_size": (0.15, 0.70, 0.90),
        "budget_signals": (0.15, 0.60, 0.70),
        "pain_points": (0.15, 0.70, 0.0),
        "timing_signals": (0.10, 0.50, 0.0),
        "tech_stack": (0.05, 0.50, 0.75),
    }
    assert {name: (WEIGHTS[name], TARGETS[name], VENDOR[name]) for name in WEIGHTS} == rows


def test_a_vendor_without_confidence_gets_the_default_and_one_with_it_its_own() -> None:
    """Spec 4.2: timing and pain points 0, as such records say nothing of them."""
    bare = lead(business_name="Bakery", email="info@bakery.example")
    silent = score(bare, rich(), CLIENT).parts
    assert {name: part.confidence for name, part in silent.items()} == dict(VENDOR)
    spoken = score(bare, rich(confidence={"timing": 0.6, "pain_points": 0.9}), CLIENT).parts
    assert (spoken["timing_signals"].confidence, spoken["pain_points"].confidence) == (0.6, 0.9)


def test_findings_of_the_brain_without_confidence_are_not_trusted() -> None:
    """A model must say how sure it is (spec 7.1); silence is no confidence."""
    parts = score(lead(email="info@bakery.example"), rich(method="brain"), CLIENT).parts
    assert parts["company_size"].confidence == 0


def test_a_part_of_which_nothing_is_known_has_no_points_and_no_confidence() -> None:
    """Ignorance never looks like a finding."""
    quality = score(lead(email="info@bakery.example"), None, CLIENT)
    part = quality.parts["pain_points"]
    assert (part.points, part.confidence, part.evidence) == (0, 0, ())
    assert "pain points: nothing is known" in quality.reasons


def test_every_point_has_evidence() -> None:
    """Spec 4.1: kept so that a score can be explained."""
    for enrichment in (None, rich(), rich(method="brain")):
        for part in score(lead(**BAKERY), enrichment, CLIENT).parts.values():
            assert bool(part.evidence) == (part.points > 0)


@pytest.mark.parametrize(
    ("als", "tier"),
    [(100, "hot"), (85, "hot"), (84.99, "warm"), (70, "warm"), (69.99, "cool"), (40, "cool"),
     (39.99, "cold"), (0, "cold")],
)  # fmt: skip
def test_tiers_begin_at_85_70_and_40(als: float, tier: str) -> None:
    """Spec 4.3."""
    assert CLIENT.tier(als) == tier


def test_tier_bounds_are_configurable_and_must_be_in_order() -> None:
    """Spec 4.3: bounds configurable."""
    lenient = ClientProfile(bounds={"hot": 60, "warm": 50, "cool": 30, "cold": 0})
    assert lenient.tier(61) == "hot"
    with pytest.raises(ValueError, match="hot > warm > cool"):
        ClientProfile(bounds={"hot": 50, "warm": 60, "cool": 30, "cold": 0})


def test_weights_that_do_not_add_up_are_refused() -> None:
    """A score over 100 would be none."""
    with pytest.raises(ValueError, match="add up to 1"):
        ClientProfile(weights={**WEIGHTS, "industry_fit": 0.5})


def test_tier_bounds_and_channel_map_agree_with_the_gates() -> None:
    """One figure, one meaning: what scoring calls open, the gate lets through."""
    from agents.gates.rules import Rules, Tier

    rules = Rules()
    assert {t.value: rules.bounds[t] for t in (Tier.HOT, Tier.WARM, Tier.COOL)} == {
        name: BOUNDS[name] for name in ("hot", "warm", "cool")
    }
    assert {channel: tier.value for channel, tier in rules.minimum.items()} == dict(OPENS)


def test_completeness_is_the_share_of_required_fields_that_are_present() -> None:
    """Spec 1.3: name, category, address, website, phone, e-mail by default."""
    quality = score(lead(business_name="A", email="a@b.example", website="b.example"), None, CLIENT)
    assert quality.completeness_score == 0.5
    assert quality.missing == ("category", "address", "phone")


def test_required_fields_are_configurable_down_to_nested_keys() -> None:
    """Spec 1.3: configurable."""
    profile = ClientProfile(required=("email", "metadata.vat", "rating", "geo"))
    quality = score(lead(email="a@b.example", metadata={"vat": "X1"}, rating=4.5), None, profile)
    assert quality.missing == ("geo",)


def test_what_enrichment_found_completes_a_lead() -> None:
    """Enrichment fills gaps (spec 1.2)."""
    quality = score(lead(business_name="A"), found(email="a@b.example"), CLIENT)
    assert "email" not in quality.missing


def test_an_accounts_company_name_is_the_name_of_the_business() -> None:
    """Spec 1.1: `metadata.company_name`."""
    quality = score(lead(email="a@b.example", metadata={"company_name": "Tools"}), None, CLIENT)
    assert "name" not in quality.missing


@pytest.mark.parametrize(
    ("category", "share"),
    [("bakery", 1.0), ("Bakeries", 1.0), ("BAKERY", 1.0), ("Italian restaurant", 0.9),
     ("fast_food", 0.5), ("plumber", 0.05)],
)  # fmt: skip
def test_category_score_is_the_relevance_to_the_client(category: str, share: float) -> None:
    """Spec 1.3: the same, contained, of one trade, or foreign."""
    assert score(lead(email="a@b.example", category=category), None, CLIENT).category_score == share


def test_a_client_without_categories_makes_relevance_neutral() -> None:
    """Nobody knows, so the middle, and the evidence says so."""
    quality = score(lead(**BAKERY), None, ClientProfile())
    assert quality.category_score == 0.5
    assert "half the points" in quality.parts["industry_fit"].evidence[0]


@pytest.mark.parametrize(
    ("stated", "share"),
    [(1, 0.1), (10, 0.4), ("100", 0.7), ("1,000+", 1.0), (50_000, 1.0),
     ("11-50", 0.1 + 0.3 * math.log10(550**0.5))],
)  # fmt: skip
def test_size_follows_employees_on_a_logarithmic_scale(stated: Any, share: float) -> None:
    """Spec 1.3, `size_score`."""
    quality = score(lead(email="a@b.example", metadata={"employees": stated}), None, CLIENT)
    assert quality.size_score == pytest.approx(share, abs=1e-4)


def test_a_client_that_serves_a_size_prefers_it() -> None:
    """Fit of the size, not the size, earns the points; `size_score` stays the estimate."""
    profile = ClientProfile(employees=(5, 50))
    small = score(lead(email="a@b.example", metadata={"employees": 20}), None, profile)
    large = score(lead(email="a@b.example", metadata={"employees": 5000}), None, profile)
    assert small.parts["company_size"].points == 100 > large.parts["company_size"].points
    assert large.size_score > small.size_score


def test_the_most_senior_reachable_person_decides() -> None:
    """Spec 3.2's order; somebody who cannot be reached is worth less."""
    people = [{"title": "CEO"}, {"title": "Sales Director", "email": "d@b.example"}]
    part = score(lead(email="info@b.example", account_contacts=people), None, CLIENT).parts
    assert part["decision_maker"].points == 70
    assert "Sales Director" in part["decision_maker"].evidence[0]


def test_evidence_names_no_person() -> None:
    """Evidence is kept beyond the person's data, so it must not identify anybody."""
    row = lead(name="Alex Example", title="Owner", email="alex@b.example", phone="+353 1 234 5678")
    text = str(score(row, rich(), CLIENT).model_dump()).casefold()
    assert not any(word in text for word in ("alex", "2345678", "234 5678", "@"))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"geo": GALWAY}, {}),
        ({"geo": GALWAY}, {"geo": {"latitude": 53, "longitude": -9}}),
        ({"geo": GALWAY}, {"geo": {"latitude": 0, "longitude": 0}}),
        ({"geo": GALWAY, "country": "IE"}, {"geo": GALWAY, "country": "US"}),
        ({"geo": GALWAY}, {"geo": GALWAY | {"confidence": 0.2}}),
        ({"email": "a@b.example"}, {"email": "not an address"}),
        ({"email": "a@b.example", "website": "https://www.b.example/"},
         {"email": "a@b.example", "website": "https://c.example"}),
        ({"phone": "+353 91 565 000"}, {"phone": "12"}),
    ],
)  # fmt: skip
def test_accurate_data_are_surer(better: dict[str, Any], worse: dict[str, Any]) -> None:
    """Spec 1.3: accuracy of the data, geocode included."""
    base = {"business_name": "Bakery", "category": "bakery"}
    sure = score(lead(**{**base, **better}), None, CLIENT).confidence_score
    assert sure > score(lead(**{**base, **worse}), None, CLIENT).confidence_score


def test_a_verified_address_is_surer_than_one_that_failed() -> None:
    """Enrichment's `verified_email` counts."""
    row = lead(**BAKERY)
    verified = score(row, found(verified_email=True), CLIENT).confidence_score
    assert verified > score(row, found(verified_email=False), CLIENT).confidence_score


def test_qualified_needs_the_minimum_and_an_open_channel() -> None:
    """Spec 1.3: ALS at the campaign's minimum and one reachable channel."""
    assert score(lead(**BAKERY), rich(), CLIENT).qualified
    unreachable = {key: BAKERY[key] for key in ("business_name", "category", "website")}
    quality = score(lead(**unreachable), rich(), CLIENT)
    assert not quality.qualified
    assert any("no channel is open" in reason for reason in quality.reasons)
    strict = score(lead(**BAKERY), rich(), ClientProfile(categories=("bakery",), min_als=99))
    assert not strict.qualified
    assert "under the campaign's minimum of 99" in strict.reasons[0]


def test_a_number_alone_opens_calls_at_70_and_texts_at_85() -> None:
    """Spec 4.3's channel map."""
    about = Known(lead(phone="+353 91 565 000"))
    assert open_channels(about, 69.9, CLIENT) == ()
    assert open_channels(about, 70, CLIENT) == (Channel.VOICE,)
    assert set(open_channels(about, 85, CLIENT)) == {Channel.VOICE, Channel.SMS, Channel.WHATSAPP}


def test_baseline_is_the_same_score_with_overall_confidence() -> None:
    """Spec 1.2: enrichment uses scoring's own functions."""
    row = lead(**BAKERY)
    assert baseline(row, rich(), CLIENT).als == score(row, rich(), CLIENT).als


def test_a_lead_at_every_target_is_complete_and_a_vendors_record_alone_is_not() -> None:
    """Spec 4.2, 7.1: timing and pain points remain to be found out."""
    row = lead(business_name="Bakery", email="info@bakery.example")
    alone = baseline(row, rich(), CLIENT)
    assert alone.missing == ("pain_points", "timing_signals")
    assert alone.confidence == pytest.approx(0.75)
    assert not alone.complete
    full = baseline(row, rich(confidence={"timing": 0.5, "pain_points": 0.7}), CLIENT)
    assert full.complete
    assert full.missing == ()


def test_a_lead_that_came_scored_keeps_its_score_and_gets_the_rest() -> None:
    """Spec 1.1: leads may enter already scored; the ALS alone is enough."""
    quality = stated(StatedQuality(als=72), lead(**BAKERY), None, CLIENT)
    assert (quality.als, quality.tier, quality.qualified, quality.by) == (
        72, "warm", True, "upstream",
    )  # fmt: skip
    assert quality.completeness_score == 1


def test_a_whole_quality_comes_through_as_it_is() -> None:
    """What upstream states wins, unknown keys included."""
    given = schema.examples()["lead.scored.v1"]["main"]["quality"] | {"model": "v7"}
    quality = stated(StatedQuality.model_validate(given), lead(**BAKERY), None, CLIENT)
    assert {key: quality.wire()[key] for key in given} == given


def test_an_explanation_is_readable_and_adds_up() -> None:
    """Every part with points earned, of how many, on what evidence; then what holds it back."""
    lines = explain(score(lead(**BAKERY), found(), CLIENT))
    text = "\n".join(lines)
    assert lines[0].startswith("Score ")
    assert (
        "Industry fit: 20.0 of 20 points: category “bakery” is one that the client serves" in text
    )
    assert "Pain points: 0.0 of 15 points: nothing is known" in text
    assert lines[1].startswith("Not qualified: score ")
    assert any(line.startswith("Worth finding out: ") for line in lines)


def test_a_declared_client_becomes_a_profile() -> None:
    """`agents.definitions.Client` → what scoring reads."""
    from agents.definitions import Client

    client = Client(
        id="acme",
        name="Acme",
        active_since="2026-01-01T00:00:00Z",
        categories=("bakery",),
        required_fields=("email",),
    )
    assert of(client, 55) == ClientProfile(categories=("bakery",), required=("email",), min_als=55)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda child: (
        st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=10), child, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        *known.EMPLOYEES,
        *known.REVIEWS,
        *known.RATING,
        *known.PRICE,
        *known.FUNDING,
        *known.REVENUE,
        *known.INDUSTRIES[1:],
        *known.TOOLS,
        "decision_maker",
        "pain_points",
        "budget_signals",
        "timing_signals",
        "company",
        "linkedin",
    ]
)


@given(st.dictionaries(KEYS, JSON, max_size=6), st.dictionaries(KEYS, JSON, max_size=6))
def test_whatever_sources_say_gives_a_score_between_0_and_100(
    own: dict[str, Any], extra: dict[str, Any]
) -> None:
    """Foreign values of any shape neither break scoring nor leave the scale; same in, same out."""
    try:
        row, more = lead(email="a@b.example", **own), found(**extra)
    except ValueError:
        return
    quality = score(row, more, CLIENT)
    assert 0 <= quality.als <= 100
    assert quality == score(row, more, CLIENT)
    assert explain(quality)
    assert 0 <= baseline(row, more, CLIENT).confidence <= 1


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ("200-500", "200-500 employees, counted as 316"),
        ("11-50 employees", "11-50 employees, counted as 23"),
        ("1,200", "about 1,200 employees"),
        (12.5, "about 12 employees"),
        (1, "about 1 employee"),
    ],
)
def test_the_evidence_says_what_was_said_of_the_size(size: Any, words: str) -> None:
    """Nobody said 316: the range stands beside the figure that it is counted as."""
    quality = score(lead(email="a@b.example", metadata={"employees": size}), None, CLIENT)
    assert quality.parts["company_size"].evidence == (words,)
