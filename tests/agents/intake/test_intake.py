"""Admission: what strangers say becomes routed or scored leads, or a refusal by name."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.intake import reading
from agents.intake.intake import Admitted, Door, Refused, admit
from agents.names import Names
from agents.scoring.profile import ClientProfile
from contracts import registry, schema
from contracts.ids import TenantId
from contracts.lead import Rejected, Routed, Scored

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = Names("a secret of the tests")
CLIENT = ClientProfile(categories=("bakery",))
DOOR = Door({TenantId("acme"): CLIENT}, NAMES)
TWO = Door({TenantId("acme"): CLIENT, TenantId("beta"): CLIENT}, NAMES)
EXAMPLES = schema.examples()
BAKERY: dict[str, Any] = EXAMPLES["inbound.leads.v1"]["main"]
ACCOUNT: dict[str, Any] = EXAMPLES["inbound.leads.v1"]["account"]


def admitted(data: Any, door: Door = DOOR, **more: Any) -> Admitted:
    result = admit(data, door=door, now=NOW, origin="leads.csv#1", **more)
    assert isinstance(result, Admitted), result
    return result


def refused(data: Any, door: Door = DOOR, **more: Any) -> Refused:
    result = admit(data, door=door, now=NOW, origin="leads.csv#1", **more)
    assert isinstance(result, Refused), result
    return result


def test_a_lead_becomes_a_routed_event_with_its_keys_untouched() -> None:
    """Spec 1.1: unknown keys are kept; an account of one has the lead's id."""
    one = admitted({**BAKERY, "weird": {"a": None}, "blank": ""})
    assert isinstance(one.payload, Routed)
    sent = one.payload.wire()
    assert {key: sent["lead"][key] for key in BAKERY} == BAKERY
    assert (sent["lead"]["weird"], sent["lead"]["blank"]) == ({"a": None}, "")
    assert sent["account_id"] == sent["lead_id"]
    assert one.key == f"acme/{sent['lead_id']}"
    assert (one.payload.occurred_at, one.payload.origin) == (NOW, "leads.csv#1")
    event = registry.produce(one.payload, key=one.key, source="/intake", cause="c")
    assert registry.payload(event, Routed) == one.payload


def test_the_same_record_twice_is_the_same_lead() -> None:
    """By upstream's key, by account and contact, or by all that it says."""
    for data in (BAKERY, ACCOUNT, {"email": "a@b.example", "note": "x"}):
        assert admitted(data).payload.lead_id == admitted(dict(data)).payload.lead_id
    assert admitted({**BAKERY, "rating": 1}).payload.lead_id == admitted(BAKERY).payload.lead_id
    other = admitted({"email": "a@b.example", "note": "y"}).payload.lead_id
    assert other != admitted({"email": "a@b.example", "note": "x"}).payload.lead_id


def test_two_contacts_of_one_account_are_two_leads_of_it() -> None:
    """A list of people names the account on each row; nobody is lost."""
    one = admitted({"account_id": "7", "email": "a@b.example"})
    two = admitted({"account_id": "7", "email": "b@b.example"})
    assert one.payload.account_id == two.payload.account_id == "7"
    assert one.payload.lead_id != two.payload.lead_id


@pytest.mark.parametrize(
    ("given", "kept"),
    [("lead-7:a", True), ("9f2c41d0-7be8", True), ("alex@b.example", False),
     ("+353915650000", False), ("555-0142-77", False), ("3125550142", False), ("a b", False),
     ("x" * 200, False)],
)  # fmt: skip
def test_ids_of_strangers_are_kept_unless_they_could_identify_somebody(
    given: str, kept: bool
) -> None:
    """Ids travel on events that identify nobody (spec 9.5); the original stays with the lead."""
    one = admitted({"lead_id": given, "account_id": given, "email": "a@b.example"})
    assert (one.payload.lead_id == given) == kept
    assert (one.payload.account_id == given) == kept
    assert one.payload.lead.wire()["lead_id"] == given
    again = admitted({"lead_id": given, "account_id": given, "email": "b@b.example"})
    assert again.payload.lead_id == one.payload.lead_id


def test_ids_say_nothing_of_what_they_were_made_of() -> None:
    """Keyed: another installation makes other ones of the same record."""
    other = Door(DOOR.profiles, Names("another secret of tests"))
    assert admitted(BAKERY).payload.lead_id != admitted(BAKERY, other).payload.lead_id


def test_an_account_brings_everybody_it_names() -> None:
    """Spec 1.1, 3.2: the primary contact first, then by role, equal ones as given."""
    contacts = [
        {"email": "c@t.example", "title": "Clerk"},
        {"email": "d@t.example", "title": "Director"},
        {"phone": "+353 1 234 5678", "title": "CEO"},
        {"name": "Nobody reaches them"},
        {"email": "e@t.example", "title": "Director"},
    ]
    one = admitted({**ACCOUNT, "account_contacts": contacts})
    assert [person.email for person in one.people] == [
        "a.example@northwind-tools.example", None, "d@t.example", "e@t.example", "c@t.example",
        None,
    ]  # fmt: skip
    assert one.people[1].phone == "+35312345678"
    assert [person.reachable for person in one.people] == [True] * 5 + [False]
    assert len({person.id for person in one.people}) == 6
    assert str(one.people[0].id) == one.payload.lead_id
    assert one.payload.wire()["lead"]["account_contacts"] == contacts


def test_where_the_primary_cannot_be_reached_the_first_who_can_comes_first() -> None:
    """Nobody is lost: the primary stays among the contacts."""
    data = {
        "account_id": "7",
        "name": "Alex Example",
        "title": "Owner",
        "email": "broken@",
        "account_contacts": [
            {"name": "Bo", "email": "bo@t.example"},
            {"name": "Cy", "email": "cy@t.example", "title": "CEO"},
        ],
    }
    one = admitted(data)
    assert (one.payload.lead.email, one.payload.lead.name) == ("cy@t.example", "Cy")
    names = [contact.name for contact in one.payload.lead.account_contacts]
    assert names == ["Alex Example", "Bo"]
    assert one.payload.lead.account_contacts[0].email == "broken@"
    assert "another contact comes first" in one.notes[0]


def test_a_businesss_own_number_stays_when_a_contact_comes_first() -> None:
    """A phone without a person's name is the business's."""
    data = {"business_name": "Tools", "phone": "+353 1 234 5678",
            "account_contacts": [{"name": "Bo", "email": "bo@t.example"}]}  # fmt: skip
    lead = admitted(data).payload.lead
    assert (lead.name, lead.email, lead.phone) == ("Bo", "bo@t.example", "+353 1 234 5678")


def test_a_countrys_name_becomes_its_code_beside_what_was_written() -> None:
    """Numbers, zones and calendars go by ISO codes."""
    one = admitted({**BAKERY, "country": "Ireland", "phone": "091 565000"})
    assert one.payload.lead.country == "IE"
    assert one.payload.wire()["lead"]["country_as_written"] == "Ireland"
    assert one.people[0].phone == "+35391565000"
    assert one.notes == ("country read as IE",)
    assert admitted({**BAKERY, "country": "Atlantis"}).payload.lead.country == "Atlantis"


@pytest.mark.parametrize(
    ("data", "code", "pointer", "words"),
    [
        ({"business_name": "B"}, "invalid", "", "email, phone, website and address are missing"),
        ({"email": "n/a"}, "unreachable", "/email", "website and address are missing too"),
        ({"phone": "12"}, "unreachable", "/phone", "give its country, or write it with +"),
        ({"account_contacts": [{"name": "A", "email": "x@"}]}, "unreachable", "/email", "missing"),
        ({"email": "a@b.example", "geo": {"latitude": 99, "longitude": 1}}, "invalid",
         "/geo/latitude", "less than or equal to 90"),
        ({"email": "a@b.example", "quality": {"tier": "hot"}}, "invalid", "/quality/als",
         "missing"),
        ({"email": "a@b.example", "quality": {"als": 101}}, "invalid", "/quality/als", "100"),
        ({"email": ["a@b.example"]}, "invalid", "/email", "valid string"),
        ({"email": "a@b.example", "x": "\x00"}, "invalid", "/x", "NUL"),
        ({"email": "a@b.example", "client_id": "zeta"}, "unknown_client", "/client_id",
         "no client 'zeta'; clients are acme"),
        ([], "malformed", "", "not a JSON object"),
        (None, "malformed", "", "not a JSON object"),
    ],
)  # fmt: skip
def test_a_lead_that_may_not_enter_is_refused_by_name(
    data: Any, code: str, pointer: str, words: str
) -> None:
    """Spec 1.1, 9.3: what is missing or wrong, where, and what to do."""
    result = refused(data, original_id="e-1")
    assert (result.code, result.pointer, result.original_id) == (code, pointer, "e-1")
    assert words in result.message
    fact = result.fact(now=NOW, origin="leads.csv#1")
    assert registry.validated(Rejected, fact.wire()) == fact


def test_a_refusal_repeats_nothing_that_was_written() -> None:
    """`lead.rejected` identifies nobody."""
    for data in (
        {"email": "alex.secret(at)b.example", "phone": "secret 12"},
        {"email": "a@b.example", "geo": "secret", "metadata": "secret", "quality": "secret"},
    ):
        assert "secret" not in json.dumps(refused(data).fact(now=NOW, origin="o").wire())


def test_whose_lead_it_is() -> None:
    """The lead's own word, its sender's, or the only client; never a guess."""
    assert admitted({"email": "a@b.example"}).tenant == "acme"
    assert admitted({"email": "a@b.example", "client_id": "beta"}, TWO).tenant == "beta"
    assert admitted({"email": "a@b.example"}, TWO, tenant="beta").tenant == "beta"
    assert "clients are acme, beta" in refused({"email": "a@b.example"}, TWO).message
    both = refused({"email": "a@b.example", "client_id": "beta"}, TWO, tenant="acme")
    assert "make them agree" in both.message
    assert "leadwire apply" in refused({"email": "a@b.example"}, Door({}, NAMES)).message


def test_a_lead_that_was_scored_passes_as_scored() -> None:
    """Spec 1.1; the ALS alone is enough, a whole quality comes through as it is."""
    one = admitted(EXAMPLES["inbound.leads.v1"]["scored"])
    assert isinstance(one.payload, Scored)
    assert (one.payload.quality.als, one.payload.quality.tier) == (72, "warm")
    assert "quality" not in one.payload.wire()["lead"]
    whole = EXAMPLES["lead.scored.v1"]["main"]
    again = admitted({**BAKERY, "quality": whole["quality"], "enrichment": whole["enrichment"]})
    assert isinstance(again.payload, Scored)
    assert again.payload.quality.wire() == whole["quality"]
    carried = again.payload.wire()["enrichment"]
    assert {name: carried[name] for name in whole["enrichment"]} == whole["enrichment"]


def test_what_upstream_found_out_stays_with_a_lead_that_is_yet_to_be_scored() -> None:
    """Nothing is lost between intake and enrichment, and scoring reads it."""
    from agents.scoring.score import score

    enrichment = {"method": "api", "industry_category": "Bakery", "employees": 12}
    one = admitted({"email": "a@b.example", "enrichment": enrichment})
    lead = one.payload.lead
    assert lead.wire()["enrichment"] == enrichment | lead.wire()["enrichment"]
    assert score(lead, None, CLIENT).category_score == 1.0


@pytest.mark.parametrize("type_", ["lead.routed.v1", "lead.scored.v1"])
def test_strangers_may_publish_our_own_events_there(type_: str) -> None:
    """Whole as we would, folded into the same lead; further keys are kept."""
    one = admitted({**EXAMPLES[type_]["main"], "vendor_ref": 7}, type_=type_)
    assert type(one.payload) is (Routed if type_ == "lead.routed.v1" else Scored)
    assert one.payload.lead_id == EXAMPLES[type_]["main"]["lead_id"]
    assert one.payload.lead.wire()["vendor_ref"] == 7


def test_a_scored_lead_with_its_fields_at_the_top_is_taken_too() -> None:
    """The smallest event that a producer may send; without a score it is none."""
    one = admitted({"lead_id": "l1", "email": "a@b.example", "als": 90}, type_="lead.scored.v1")
    assert isinstance(one.payload, Scored)
    assert (one.payload.lead_id, one.payload.quality.tier) == ("l1", "hot")
    result = refused({"lead_id": "l1", "email": "a@b.example"}, type_="lead.scored.v1")
    assert (result.code, result.pointer) == ("invalid", "/quality/als")


def test_pointers_lead_into_what_the_stranger_wrote() -> None:
    """Below `lead` where it stood there."""
    data = {**EXAMPLES["lead.routed.v1"]["main"]}
    data["lead"] = {**data["lead"], "geo": {"latitude": 99, "longitude": 0}}
    assert refused(data, type_="lead.routed.v1").pointer == "/lead/geo/latitude"


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("lead.scored.v2", "upgrade Leadwire"),
        ("lead.contacted.v1", "is no lead"),
        ("x", "no event"),
    ],
)
def test_another_type_is_refused_with_the_remedy(type_: str, words: str) -> None:
    """Newer, no lead's, or unknown."""
    result = refused(BAKERY, type_=type_)
    assert result.code == "unknown_type"
    assert words in result.message


def test_a_tie_moves_the_lead_under_the_one_that_is_there() -> None:
    """And a colleague under the account alone."""
    first = admitted(BAKERY)
    held = {key.hash: first.holder for key in first.keys}
    again = admitted({**BAKERY, "dedup_key": "other", "email": None})
    tie = again.tie(held)
    assert tie is not None
    moved = again.tied(tie)
    assert (moved.payload.lead_id, moved.key) == (first.payload.lead_id, first.key)
    alex = admitted({**BAKERY, "dedup_key": "a", "email": "alex@b.example"})
    held = {key.hash: alex.holder for key in alex.keys}
    bo = admitted({**BAKERY, "dedup_key": "b", "email": "bo@b.example"})
    tie = bo.tie(held)
    assert tie is not None
    assert bo.tied(tie).payload.lead_id == bo.payload.lead_id
    assert bo.tied(tie).key == alex.key


def test_real_listings_are_admitted_and_listed_twice_are_tied() -> None:
    """A file with merged listings: most places stand in it more than once."""
    from pathlib import Path

    from agents.intake import mapping

    path = Path(__file__).parents[2] / "samples" / "leads" / "chicago_childcare.csv"
    held: dict[str, Any] = {}
    tied = 0
    with path.open("rb") as stream:
        source = reading.read(stream, name=path.name)
        layout = mapping.fitting(source.columns)
        for row in source.rows:
            assert isinstance(row, reading.Accepted)
            one = admitted(layout.apply(row.data))
            tied += one.tie(held) is not None
            for key in one.keys:
                held.setdefault(key.hash, one.holder)
    assert tied >= 40


TEXT = st.text(max_size=12)
FIELDS = st.sampled_from(
    [*Routed.model_fields, *BAKERY, *ACCOUNT, "quality", "geo", "name", "type"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.just("a@b.example"),
    lambda child: st.lists(child, max_size=2) | st.dictionaries(TEXT, child, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(FIELDS, VALUES, max_size=6))
def test_whatever_strangers_write_is_admitted_or_refused(data: dict[str, Any]) -> None:
    """Never an exception; what is admitted can be published, what is refused has a code."""
    result = admit(data, door=DOOR, now=NOW, origin="o")
    if isinstance(result, Refused):
        assert re.fullmatch("[a-z_]+", result.code)
        assert result.message
    else:
        registry.produce(result.payload, key=result.key, source="/intake", cause="c")
