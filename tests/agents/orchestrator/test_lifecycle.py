"""Facts join: any order and any repetition of the same facts ends in the same record and status."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.orchestrator import lifecycle
from agents.orchestrator.lifecycle import Lead, add, fact_of, standing
from contracts.outcome import Status

START = datetime(2026, 1, 5, tzinfo=UTC)
ADDRESS = "hash-of-an-address"
Fact = tuple[str, str, dict[str, Any]]


def at(hours: int) -> str:
    return (START + timedelta(hours=hours)).isoformat()


SCORED: Fact = ("scored", "lead", {"at": at(0), "als": 70, "addresses": {"email": ADDRESS}})
ENROLLED: Fact = ("enrolled", "c:1", {"at": at(0), "campaign": "c", "round": 1})


def lead_of(*facts: Fact) -> Lead:
    lead = Lead()
    for kind, id_, entry in facts:
        add(lead.facts, kind, id_, entry)
    return lead


moments = st.integers(0, 400).map(at)
ids = st.sampled_from(["a", "b", "c"])
entries: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "scored": st.fixed_dictionaries(
        {
            "at": moments,
            "als": st.integers(0, 100),
            "addresses": st.just({"email": ADDRESS}),
        }
    ),
    "enrolled": st.fixed_dictionaries(
        {"at": moments, "campaign": st.just("c"), "round": st.integers(1, 3)}
    ),
    "contacted": st.fixed_dictionaries({"at": moments, "step": st.integers(1, 4)}),
    "unknown": st.fixed_dictionaries({"at": moments, "step": st.integers(1, 4)}),
    "bounced": st.fixed_dictionaries(
        {
            "at": moments,
            "kind": st.sampled_from(["hard", "soft"]),
            "address_hash": st.just(ADDRESS),
        }
    ),
    "responded": st.fixed_dictionaries({"at": moments, "automatic": st.booleans()}),
    "classified": st.fixed_dictionaries(
        {
            "at": moments,
            "label": st.sampled_from(["positive", "negative", "neutral", "out_of_office"]),
            "opt_out": st.sampled_from(["yes", "no"]),
        }
    ),
    "unsubscribed": st.fixed_dictionaries({"at": moments, "source": st.just("link")}),
    "complained": st.fixed_dictionaries({"at": moments}),
    "converted": st.fixed_dictionaries({"at": moments, "source": st.just("crm")}),
    "ended": st.fixed_dictionaries(
        {"at": moments, "how": st.just("no_response"), "round": st.integers(1, 3)}
    ),
    "resumed": st.fixed_dictionaries({"at": moments, "lifts": st.lists(ids, max_size=3)}),
}


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    kinds = draw(st.lists(st.sampled_from(sorted(entries)), max_size=14))
    return [(kind, draw(ids), draw(entries[kind])) for kind in kinds]


def test_two_facts_of_one_place_count_alike_in_any_order() -> None:
    """Of two enrolments of a round the earlier stands, and of two opt-outs at one moment one and
    the same is named."""
    joined: list[Fact] = [
        ("enrolled", id_, {"at": at(n), "campaign": "c", "round": 1}) for n, id_ in enumerate("ab")
    ]
    left: list[Fact] = [("unsubscribed", i, {"at": at(2), "source": f"by {i}"}) for i in "ab"]
    for some in (joined, left):
        assert standing(lead_of(*some)) == standing(lead_of(*reversed(some)))


@given(facts(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_and_repetition_change_nothing(some: list[Fact], chance: Any, times: int) -> None:
    """Two histories with the same facts end in the same record and the same standing."""
    shuffled = some * times
    chance.shuffle(shuffled)
    one, other = lead_of(*some), lead_of(*shuffled)
    assert one.facts == other.facts
    assert standing(one) == standing(other)


@given(facts(), facts(), facts())
def test_joining_in_parts_is_joining_at_once(a: list[Fact], b: list[Fact], c: list[Fact]) -> None:
    """Joining is associative: parts may have met before."""
    assert lead_of(*a, *b, *c).facts == lead_of(*c, *lead_facts(lead_of(*b, *a))).facts


def lead_facts(lead: Lead) -> list[Fact]:
    return [(k, i, e) for k, entries_ in lead.facts.items() for i, e in entries_.items()]


@given(facts())
def test_a_fact_that_is_there_adds_nothing(some: list[Fact]) -> None:
    """What adds nothing says so, so that nothing is emitted for it."""
    lead = lead_of(*some)
    assert not any(add(lead.facts, kind, id_, entry) for kind, id_, entry in lead_facts(lead))


UNSUBSCRIBED: Fact = ("unsubscribed", "u", {"at": at(9), "source": "link"})
HARD: Fact = ("bounced", "b", {"at": at(3), "kind": "hard", "address_hash": ADDRESS})
ANSWER: Fact = ("responded", "m", {"at": at(5), "automatic": False})
SILENT: Fact = ("ended", "1:no", {"at": at(90), "how": "no_response", "round": 1})


@pytest.mark.parametrize(
    ("some", "status"),
    [
        ([], Status.NEW),
        ([ENROLLED], Status.IN_SEQUENCE),
        ([ENROLLED, ("contacted", "s", {"at": at(1), "step": 1})], Status.IN_SEQUENCE),
        ([ENROLLED, SILENT], Status.NO_RESPONSE),
        ([ENROLLED, SILENT, ANSWER], Status.RESPONDED),
        ([ENROLLED, ANSWER, ("meeting", "x", {"at": at(6)})], Status.ENGAGED),
        ([ENROLLED, HARD], Status.BOUNCED),
        ([ENROLLED, HARD, ("converted", "x", {"at": at(6)})], Status.BOUNCED),
        ([ENROLLED, HARD, UNSUBSCRIBED], Status.UNSUBSCRIBED),
        ([ENROLLED, ("complained", "x", {"at": at(1)})], Status.DO_NOT_CONTACT),
        ([ENROLLED, ("merged", "x", {"at": at(1), "into": "y"})], Status.CLOSED),
    ],
)
def test_the_printed_precedence_decides(some: list[Fact], status: Status) -> None:
    """Which status wins is the order of the table and nothing else."""
    assert standing(lead_of(SCORED, *some)).status is status


def test_an_absence_note_is_no_answer() -> None:
    """A message that was classified as absence no longer counts as a person's answer."""
    absent: Fact = ("classified", "m", {"at": at(6), "label": "out_of_office"})
    assert standing(lead_of(SCORED, ENROLLED, ANSWER, absent)).status is Status.IN_SEQUENCE


def test_a_resume_answers_what_it_names_and_nothing_else() -> None:
    """A resume lifts the facts that it names; an answer that comes later counts."""
    resumed: Fact = ("resumed", "r", {"at": at(9), "lifts": ["m"]})
    lead = lead_of(SCORED, ENROLLED, ANSWER, resumed)
    assert standing(lead).status is Status.IN_SEQUENCE
    add(lead.facts, "responded", "m2", {"at": at(10), "automatic": False})
    assert standing(lead).status is Status.RESPONDED


def test_a_soft_bounce_and_one_about_the_sender_close_nothing() -> None:
    """Only a hard bounce of the recipient closes an address."""
    soft: Fact = ("bounced", "s", {"at": at(1), "kind": "soft", "address_hash": ADDRESS})
    ours: Fact = ("bounced", "o", {**HARD[2], "about": "sender"})
    assert standing(lead_of(SCORED, ENROLLED, soft, ours)).status is Status.IN_SEQUENCE


def test_events_name_their_facts() -> None:
    """The same send told twice, under two event ids, is one fact."""
    data = {"lead_id": "l", "occurred_at": at(1), "send_id": "s1", "step": 1, "attempt": 1}
    first = fact_of("lead.contacted", "e1", data)
    again = fact_of("lead.contacted", "e2", data)
    assert first == again
    assert fact_of("lead.enrolled", "e3", data) is None
    assert set(lifecycle.KEPT) == set(lifecycle.NAMES.values())
