"""Older versions of accepted events become the current one, and lose nothing on the way."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import registry, upcast
from contracts.errors import Invalid, Malformed, UnknownType
from contracts.inbound import InboundLead
from contracts.lead import LeadFields

SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "events").glob("*.v0.*.json"))
DOOR = "inbound.leads.v1"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda child: (
        st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=5), child, max_size=3)
    ),
    max_leaves=5,
)
KNOWN = {*LeadFields.model_fields, *InboundLead.model_fields, *upcast.PLACES}
KNOWN |= {name for names in upcast.NAMES.values() for name in names}
KNOWN |= {name for pair in upcast.COORDINATES for name in pair}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_of_an_old_version_becomes_the_current_one(path: Path) -> None:
    """Each sample states what it becomes, and the current model takes it."""
    sample = json.loads(path.read_text("utf-8"))
    assert upcast.upcast(DOOR, sample["given"]) == (DOOR, sample["expected"])
    lead = registry.accept(DOOR, sample["given"])
    assert isinstance(lead, InboundLead)
    assert lead.business_name
    assert lead.geo is not None


def test_every_step_has_a_sample() -> None:
    """A new version brings one pure step and a sample of the old one (design §3)."""
    assert {path.name.rsplit(".", 2)[0] for path in SAMPLES} == set(upcast.STEPS)


@given(st.dictionaries(st.text(max_size=12).filter(lambda key: key not in KNOWN), JSON, max_size=6))
def test_upcasting_keeps_every_unknown_key_as_it_is(unknown: dict[str, Any]) -> None:
    """Spec 1.1: unknown keys are kept and passed through untouched, blank ones and nulls too."""
    flat = {"name": "Bakery", "address": "1 Main Street", "lat": "1.5", "lng": "2.5", **unknown}
    _, lead = upcast.upcast(DOOR, flat)
    assert lead["business_name"] == "Bakery"
    assert {key: lead[key] for key in unknown} == unknown


@given(st.dictionaries(st.sampled_from(sorted(KNOWN)) | st.text(max_size=5), JSON, max_size=8))
def test_upcasting_twice_is_upcasting_once_and_keeps_every_value(data: dict[str, Any]) -> None:
    """Idempotent on any object; what is renamed keeps its value, only blanks of ours go."""
    once = upcast.upcast(DOOR, data)[1]
    assert upcast.upcast(DOOR, once)[1] == once
    values = [value for value in once.values() if not isinstance(value, dict)]
    coordinates = {*upcast.PLACES, *(name for pair in upcast.COORDINATES for name in pair)}
    for key, value in data.items():
        if key not in coordinates and not isinstance(value, dict) and value not in ("", None):
            assert value in values or (isinstance(value, str) and not value.strip())


@pytest.mark.parametrize(
    "written",
    [{"latitude": 53.2, "longitude": -9.1}, {"lat": "53.2", "lng": "-9.1"}, [53.2, -9.1],
     "53.2, -9.1", {"type": "Point", "coordinates": [-9.1, 53.2]}],
)  # fmt: skip
def test_coordinates_are_read_however_they_are_written(written: Any) -> None:
    """Names for both, a pair, text, or a GeoJSON point (longitude first)."""
    _, lead = upcast.upcast(DOOR, {"business_name": "Bakery", "geo": written})
    assert lead["geo"] == {"latitude": 53.2, "longitude": -9.1}


@pytest.mark.parametrize("written", ["somewhere", [1, 2, 3], {"lat": "x", "lng": 1}, "200,10", 7])
def test_coordinates_that_are_none_are_refused_by_name(written: Any) -> None:
    """They are left for the model, whose refusal points at them."""
    with pytest.raises(Invalid) as caught:
        registry.accept(DOOR, {"email": "a@b.example", "geo": written})
    assert caught.value.problems[0].pointer.startswith("/geo")


@pytest.mark.parametrize(
    "lead",
    [
        {"name": "Alex Example", "email": "a@b.example", "title": "Owner"},
        {"account_id": "7", "name": "Alex Example", "website": "b.example"},
        {"name": "Alex Example", "title": "CTO", "company": "Tools", "website": "b.example"},
        {"name": "Alex Example", "business_name": "Tools", "address": "1 Main Street"},
    ],
)
def test_a_persons_name_stays_a_persons_name(lead: dict[str, Any]) -> None:
    """An account, a contact list, or a name beside a business's: `name` is somebody's."""
    assert upcast.upcast(DOOR, lead)[1]["name"] == "Alex Example"


@pytest.mark.parametrize("sign", ["address", "category", "website", "geo", "dedup_key", "site"])
def test_beside_what_only_a_business_has_name_is_the_businesss(sign: str) -> None:
    """The search pipeline calls a business `name`."""
    lead = upcast.upcast(DOOR, {"name": "Bakery", sign: "x"})[1]
    assert lead["business_name"] == "Bakery"
    assert "name" not in lead


def test_a_key_that_is_already_ours_wins() -> None:
    """And the other name keeps its value."""
    lead = upcast.upcast(DOOR, {"business_name": "B", "website": "b.example", "site": "c.example"})
    assert lead[1] == {"business_name": "B", "website": "b.example", "site": "c.example"}


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_what_is_no_object_is_malformed(data: Any) -> None:
    """With the type that it is instead."""
    with pytest.raises(Malformed, match="not a JSON object"):
        registry.accept(DOOR, data)


@pytest.mark.parametrize(
    ("type_", "remedy"),
    [
        ("lead.scored.v2", "upgrade Leadwire, or have its publisher send lead.scored.v1"),
        ("lead.scored.v0", "have its publisher send lead.scored.v1"),
        ("lead.scored", "name its version too, as lead.scored.v1"),
        ("lead.scoord.v1", "did you mean lead.scored.v1"),
        ("something else", "leadwire schema export"),
    ],
)
def test_an_unknown_type_names_the_remedy(type_: str, remedy: str) -> None:
    """A newer version, an older one without a step, no version, a typo, nothing of ours."""
    with pytest.raises(UnknownType) as caught:
        registry.accept(type_, {})
    assert remedy in str(caught.value)
