"""What every payload refuses and keeps: unknown fields, naive times, text that no store holds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import registry, schema
from contracts.base import DEEPEST, Accepted, Payload
from contracts.catalogue import CATALOGUE, Entry
from contracts.errors import Invalid
from contracts.lead import Contacted, Engaged, LeadFields, Responded, Routed
from contracts.outreach import Write

EXAMPLES = {type_: found["main"] for type_, found in schema.examples().items()}
ENTRIES = [pytest.param(entry, id=entry.type) for entry in CATALOGUE]
PRODUCED = [pytest.param(e, id=e.type) for e in CATALOGUE if e.produced and not e.accepted]
ACCEPTED = [pytest.param(e, id=e.type) for e in CATALOGUE if e.accepted]
FACT = {"lead_id": "l-1", "occurred_at": "2026-11-23T09:00:00Z"}


def texts(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to every text within a JSON value that is free to be any text."""
    if isinstance(value, str):
        return [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value or ())
    return [p for k, v in pairs if isinstance(v, str | dict | list) for p in texts(v, (*path, k))]


def changed(value: Any, path: tuple[Any, ...], text: str) -> Any:
    if not path:
        return text
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], text)
    return copy


@pytest.mark.parametrize("entry", PRODUCED)
def test_what_we_produce_forbids_unknown_fields(entry: Entry) -> None:
    """Design §3."""
    with pytest.raises(Invalid) as caught:
        registry.validated(entry.model, {**EXAMPLES[entry.type], "surprise": 1})
    assert [problem.pointer for problem in caught.value.problems] == ["/surprise"]


@pytest.mark.parametrize("entry", ACCEPTED)
def test_what_we_accept_keeps_unknown_fields_and_sends_them_on(entry: Entry) -> None:
    """Spec 1.1: passed through untouched, nulls and blanks within them too."""
    surprise = {"a": None, "b": [1, {"c": ""}], "": 0}
    read = registry.accept(entry.type, {**EXAMPLES[entry.type], "surprise": surprise, "none": None})
    assert read.wire()["surprise"] == surprise
    assert read.wire()["none"] is None
    strict = registry.validated(entry.model, {**EXAMPLES[entry.type], "surprise": surprise})
    assert strict.wire()["surprise"] == surprise


@pytest.mark.parametrize("entry", ENTRIES)
def test_between_our_own_agents_a_newer_field_is_no_error(entry: Entry) -> None:
    """An older process reads what a newer one wrote (rolling upgrades)."""
    from contracts.envelope import Event
    from contracts.ids import EventId, PartitionKey

    event = Event(
        id=EventId("e"),
        type=entry.type,
        source="/test",
        time=datetime(2026, 11, 23, tzinfo=UTC),
        key=PartitionKey("t/a"),
        data={**EXAMPLES[entry.type], "came_later": 1},
    )
    assert registry.payload(event, entry.model) is not None


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("bad", ["\x00", "\ud800"], ids=["NUL", "surrogate"])
def test_every_model_refuses_text_that_no_store_can_hold(entry: Entry, bad: str) -> None:
    """At every text of its example, within free-form values too; the pointer names the place."""
    example = EXAMPLES[entry.type]
    for path in texts(example):
        with pytest.raises(Invalid) as caught:
            registry.validated(entry.model, changed(example, path, f"a{bad}b"))
        pointers = [problem.pointer for problem in caught.value.problems]
        assert any(registry.pointer(path).startswith(pointer) for pointer in pointers)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("naive", ["2026-11-23T09:00:00", "2026-11-23", 1_795_000_000, 1.7e9, True])
def test_every_model_refuses_a_moment_without_zone(entry: Entry, naive: Any) -> None:
    """Numbers too: nobody knows whether they are seconds or milliseconds."""
    example = EXAMPLES[entry.type]
    moments = [name for name in ("occurred_at", "due", "not_before") if name in example]
    for name in moments:
        with pytest.raises(Invalid) as caught:
            registry.validated(entry.model, {**example, name: naive})
        assert [problem.pointer for problem in caught.value.problems] == [f"/{name}"]
        assert "2026-11-21T09:00:00Z" in str(caught.value)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones()))
def test_a_moment_of_any_zone_is_the_same_moment_in_utc(moment: datetime) -> None:
    """Aware UTC everywhere within."""
    fact = Engaged(lead_id="l", occurred_at=moment, reason="r")
    assert fact.occurred_at.timestamp() == moment.timestamp()
    assert fact.occurred_at.tzinfo is UTC
    assert registry.validated(Engaged, fact.wire()) == fact


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    """Turned into UTC it would leave the years that there are."""
    with pytest.raises(Invalid, match="beyond the calendar"):
        registry.validated(
            Engaged, {**FACT, "reason": "r", "occurred_at": "0001-01-01T00:00+14:00"}
        )


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_payload_cannot_be_changed(entry: Entry) -> None:
    """Frozen."""
    read = registry.validated(entry.model, EXAMPLES[entry.type])
    name = next(iter(type(read).model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(read, name, None)


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_is_sent_reads_back_the_same(entry: Entry) -> None:
    """`wire()` and reading are inverses."""
    read = registry.validated(entry.model, EXAMPLES[entry.type])
    assert registry.validated(entry.model, read.wire()) == read


def test_absent_optional_fields_are_left_out_and_nulls_that_came_in_stay() -> None:
    """In a lead within an event as well."""
    lead = LeadFields.model_validate(
        {"email": "a@b.example", "phone": None, "metadata": {"x": None}}
    )
    sent = Routed(**FACT, account_id="a", lead=lead, origin="o").wire()
    assert "phone" not in sent["lead"]
    assert "channel" not in sent
    assert sent["lead"]["metadata"] == {"x": None}


def test_a_null_in_an_accepted_event_means_absent() -> None:
    """Serialisers of strangers write nulls for what they do not have."""
    read = registry.accept(
        "lead.responded.v1", {**FACT, "bot": None, "text": None, "send_id": None}
    )
    assert isinstance(read, Responded)
    assert read.bot is False


def test_numbers_and_blanks_in_a_lead_are_read_as_meant() -> None:
    """A phone or postcode as a number is text; a blank is absent; unknown blanks stay."""
    lead = LeadFields.model_validate(
        {"phone": 3125550142, "postcode": 60652, "email": " ", "x": ""}
    )
    assert (lead.phone, lead.postcode, lead.email) == ("3125550142", "60652", None)
    assert lead.wire()["x"] == ""


def test_data_nested_too_deep_is_refused_and_what_is_just_not_is_kept() -> None:
    """Encoders and recursive readers give up somewhere; the boundary says where first."""
    deep: Any = "x"
    for _ in range(DEEPEST - 2):
        deep = [deep]
    brief = EXAMPLES["outreach.content.write.v1"]
    assert registry.validated(Write, {**brief, "facts": {"deep": deep}}).facts["deep"] == deep
    for _ in range(2000):
        deep = {"x": deep}
    with pytest.raises(Invalid, match="nested more than 100 levels"):
        registry.validated(Write, {**brief, "facts": {"deep": deep}})


def test_pointers_are_escaped() -> None:
    """RFC 6901 section 3: ~ and / within a key."""
    with pytest.raises(Invalid) as caught:
        registry.accept("lead.responded.v1", {**FACT, "a/b~c": {"d": ["\x00"]}})
    assert caught.value.problems[0].pointer == "/a~1b~0c/d/0"


def test_accepted_payloads_are_named_last_where_they_are_mixed_in() -> None:
    """Of two configurations the later base's holds; naming it first would forbid unknown fields."""
    mixed = [e.model for e in CATALOGUE if e.accepted and issubclass(e.model, Accepted)]
    assert {model.model_config["extra"] for model in mixed} == {"allow"}
    assert all(issubclass(e.model, Accepted) for e in CATALOGUE if e.accepted)


def test_every_type_is_unique_and_names_its_version() -> None:
    """One model, one type, `.vN`."""
    types = [entry.type for entry in CATALOGUE]
    assert len(set(types)) == len(types)
    assert all(type_.rpartition(".v")[2].isdecimal() for type_ in types)
    assert all(issubclass(entry.model, Payload) for entry in CATALOGUE)


def test_an_event_produced_twice_has_one_id() -> None:
    """Ids follow from cause, type and ordinal (design §3)."""
    from contracts.ids import PartitionKey

    fact = Contacted(**FACT, send_id="s", step=1, attempt=1)
    made = [
        registry.produce(fact, key=PartitionKey("t/a"), source="/s", cause="c", ordinal=n)
        for n in (0, 0, 1)
    ]
    assert made[0].id == made[1].id != made[2].id
    assert made[0].subject == "l-1"
