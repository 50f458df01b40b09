"""What came in goes out unchanged, whatever its keys are called (spec 1.6)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.pipeline.carried import ADDED, placed
from agents.pipeline.runner import run
from agents.pipeline.stages import StageError

BAKERY: dict[str, Any] = {
    "dedup_key": "place-1",
    "business_name": "Harbour Bakery",
    "category": "bakery",
    "email": "hello@harbour.example",
    "employees": 12,
}

values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
rows = st.dictionaries(st.sampled_from(ADDED) | st.text(max_size=4), values, max_size=6)
additions = st.dictionaries(st.sampled_from(ADDED), st.dictionaries(st.text(max_size=3), values))

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""No property fails because a machine is busy."""


def kept(given: Any, out: Any) -> bool:
    """Says whether all of one value stands in another: objects may have gained keys."""
    if isinstance(given, dict) and isinstance(out, dict):
        return all(name in out and kept(value, out[name]) for name, value in given.items())
    return bool(given == out and type(given) is type(out))


@patient
@given(rows, additions)
def test_no_value_that_came_in_is_changed(row: dict[str, Any], ours: dict[str, Any]) -> None:
    """Whatever the row has taken for itself."""
    assert kept(row, placed(row, ours))


@patient
@given(st.dictionaries(st.sampled_from(ADDED), values), additions)
def test_nothing_that_is_added_is_lost(row: dict[str, Any], ours: dict[str, Any]) -> None:
    """Beside the row's keys, or in `leadwire` where its own key is taken."""
    out = placed(row, ours)
    for name, value in ours.items():
        if name not in row:
            assert out[name] == value
        elif not isinstance(row[name], dict):
            assert out["leadwire"][name] == value


def test_a_lead_of_a_list_comes_out_of_each_stage_with_more() -> None:
    """Lists in, lists out; the lead's own keys first."""
    result = run([BAKERY])
    (routed,), (enriched,), (scored,) = (
        result.routed_leads, result.enriched_leads, result.scored_leads,
    )  # fmt: skip
    assert list(routed) == [*BAKERY, "lead", "routing"]
    assert list(enriched) == [*BAKERY, "lead", "routing", "enrichment"]
    assert list(scored) == [*BAKERY, "lead", "routing", "enrichment", "quality"]
    assert scored["lead"]["qualified"] == scored["quality"]["qualified"]
    assert {name: scored[name] for name in BAKERY} == BAKERY


def test_what_a_row_has_taken_for_something_else_stays() -> None:
    """Its `lead` is a text: ours stands in `leadwire`, and the next stage still knows the lead."""
    (scored,) = run([{**BAKERY, "lead": "L-1", "routing": None}]).scored_leads
    assert (scored["lead"], scored["routing"]) == ("L-1", None)
    assert scored["leadwire"]["lead"]["business_name"] == "Harbour Bakery"
    assert scored["leadwire"]["routing"]["row"] == 1
    assert scored["quality"]["als"] > 0


def test_what_comes_out_goes_in_again() -> None:
    """A later run may begin where an earlier one ended, and says the same."""
    first = run([BAKERY])
    again = run(first.enriched_leads)
    (before,), (after,) = first.scored_leads, again.scored_leads
    assert after["quality"]["als"] == before["quality"]["als"]
    assert after["routing"]["lead_id"] == before["routing"]["lead_id"]


def test_a_list_of_something_else_is_refused_by_place() -> None:
    """It names the entry."""
    with pytest.raises(StageError, match="lead 2 is str, not a mapping"):
        run([BAKERY, "x"])  # type: ignore[list-item]
