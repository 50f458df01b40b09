"""Trace context: a well-formed one goes on, any other begins anew, and no chance is in it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import lead, registry, trace
from contracts.envelope import Event
from contracts.ids import LeadId, PartitionKey, named

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = PartitionKey("acme/account-1")


def closed(cause: Event | str, **attributes: str) -> Event:
    """An event of ours."""
    said = lead.Closed(lead_id=LeadId("lead-1"), occurred_at=NOW, reason="tried")
    return registry.produce(said, key=KEY, source="/test", cause=cause, **attributes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GIVEN, GIVEN),
        (f"  {GIVEN} ", GIVEN),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", GIVEN),
        (None, None),
        ("", None),
        (GIVEN.upper(), None),
        (GIVEN + "-more", None),
        ("ff" + GIVEN[2:], None),
        ("00-" + "0" * 32 + GIVEN[35:], None),
        (GIVEN[:36] + "0" * 16 + "-01", None),
        (GIVEN[:-1], None),
        ("00-aa-bb-01", None),
    ],
)
def test_what_a_stranger_gives_is_read_by_the_recommendation(
    text: str | None, expected: str | None
) -> None:
    """Trace Context §3.2: lower case, no zeros, no version ff; a later version is read as ours."""
    assert trace.read(text) == expected


@given(st.text())
def test_no_text_harms_anybody(text: str) -> None:
    """Either it is well formed, or there is none."""
    found = trace.read(text)
    assert found is None or trace.read(found) == found


def test_an_event_that_nobody_caused_begins_a_trace_named_like_itself() -> None:
    """The same cause gives the same bytes: nothing random is asked for."""
    first, again = closed("door:1"), closed("door:1")
    assert first.traceparent == again.traceparent == trace.read(first.traceparent)
    ids = trace.ids(first.traceparent)
    assert ids is not None
    assert ids[0] == first.id.replace("-", "")
    assert closed("door:2").traceparent != first.traceparent


def test_what_follows_stays_in_the_trace_under_a_span_of_its_own() -> None:
    """Flags too: a trace that its owner does not sample is not sampled further on."""
    unsampled = GIVEN[:-1] + "0"
    first = closed("door:1", traceparent=unsampled)
    second = closed(first)
    traces = [trace.ids(event.traceparent) for event in (first, second)]
    assert [found[0] for found in traces if found] == [GIVEN[3:35]] * 2
    assert len({found[1] for found in traces if found} | {GIVEN[36:52]}) == 3
    assert second.traceparent is not None
    assert second.traceparent.endswith("-00")


@given(st.text(max_size=20))
def test_a_span_is_never_nothing(word: str) -> None:
    """All zeros would be no span: a UUID's last part is a hash."""
    made = trace.following(None, named(word))
    assert trace.read(made) == made
