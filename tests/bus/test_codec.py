"""What `encode` writes, `decode` and the official CloudEvents SDK read, and the other way round."""

import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.base import Message
from bus.codec import attempt_of, decode, encode, read_foreign, schema_uri, stamp
from contracts.envelope import Event
from contracts.errors import Malformed
from contracts.ids import CampaignId, EventId, LeadId, partition_key
from contracts.outcome import Mode

NOON = datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=UTC)


def event(**changes: Any) -> Event:
    """An ordinary fact with every attribute set, or as changed."""
    fields: dict[str, Any] = {
        "id": EventId("e-1"),
        "type": "lead.contacted.v1",
        "source": "leadwire/sender",
        "time": NOON,
        "key": partition_key("acme", "a-1"),
        "data": {"lead_id": "l-1", "step": 1, "occurred_at": "2026-11-21T12:00:00Z"},
        "subject": LeadId("l-1"),
        "campaign": CampaignId("spring"),
        "correlation": "c-1",
        "causation": "e-0",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "recorded": NOON + timedelta(seconds=1),
        "mode": Mode.DEMO,
        "incarnation": "i-1",
        "extensions": {"route": "TARGET"},
    }
    return Event(**{**fields, **changes})


def kafka_message(message: Message) -> kafka.KafkaMessage:
    """Our record in the SDK's words."""
    headers = {name: text.encode() for name, text in message.headers.items()}
    return kafka.KafkaMessage(headers=headers, key=message.key, value=message.value)


def ours(message: kafka.KafkaMessage, topic: str = "inbound.leads") -> Message:
    """The SDK's record in our words."""
    key = message.key or ""
    headers = {name: raw.decode() for name, raw in message.headers.items()}
    return Message(topic, key.decode() if isinstance(key, bytes) else key, headers, message.value)


def test_an_event_survives_the_wire() -> None:
    """Every attribute comes back as it was, extensions too."""
    assert decode(encode(event())) == event()


def test_absent_attributes_stay_absent() -> None:
    """No header stands for what is None, and decode gives None back."""
    bare = Event(
        id=EventId("e-1"),
        type="lead.scored.v1",
        source="s",
        time=NOON,
        key=partition_key("acme", "a-1"),
        data={},
    )
    message = encode(bare)
    assert decode(message) == bare
    assert "ce_subject" not in message.headers
    assert "ce_attempt" not in message.headers


def test_the_record_is_kafkas_binary_mode() -> None:
    """Value plain JSON, attributes as headers, the record's key is the partition key."""
    message = encode(event())
    assert message.topic == "lead.contacted"
    assert message.key == "acme/a-1"
    assert json.loads(message.value) == event().data
    assert message.headers == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "e-1",
        "ce_type": "lead.contacted.v1",
        "ce_source": "leadwire/sender",
        "ce_time": "2026-11-21T12:00:00.250000Z",
        "ce_dataschema": "urn:leadwire:lead.contacted.v1",
        "ce_partitionkey": "acme/a-1",
        "ce_tenant": "acme",
        "ce_mode": "demo",
        "ce_subject": "l-1",
        "ce_campaign": "spring",
        "ce_correlationid": "c-1",
        "ce_causationid": "e-0",
        "ce_traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "ce_recordedtime": "2026-11-21T12:00:01.250000Z",
        "ce_incarnation": "i-1",
        "ce_route": "TARGET",
    }
    assert all(type(text) is str for text in message.headers.values())


def test_topic_and_attempt_travel_beside_the_event() -> None:
    """A delayed retry goes to its own topic and says which attempt it is; the event is the same."""
    message = encode(event(), topic="retry.scoring", attempt=3)
    assert message.topic == "retry.scoring"
    assert attempt_of(message) == 3
    assert attempt_of(encode(event())) == 0
    assert decode(message) == event()


def test_the_moment_of_publishing_may_be_given_with_the_record() -> None:
    """The relay stamps what it publishes; the event need not be made anew for it."""
    later = NOON + timedelta(hours=1)
    message = encode(event(), recorded=stamp(later))
    assert decode(message) == event(recorded=later)


def test_another_zone_is_written_in_utc() -> None:
    """Offsets with seconds exist and RFC 3339 cannot say them, so all is UTC on the wire."""
    odd = timezone(timedelta(hours=5, minutes=53, seconds=28))
    message = encode(event(time=NOON.astimezone(odd)))
    assert message.headers["ce_time"] == "2026-11-21T12:00:00.250000Z"


def test_data_may_be_any_mapping() -> None:
    """A read-only view or a tuple is JSON like a dict or a list."""
    message = encode(event(data=MappingProxyType({"a": ("x", 1), "b": MappingProxyType({})})))
    assert json.loads(message.value) == {"a": ["x", 1], "b": {}}


def test_data_that_are_no_json_are_refused_by_name() -> None:
    """The error names the event and the value."""
    with pytest.raises(Malformed, match=r"lead.contacted.v1 e-1.*object"):
        encode(event(data={"a": object()}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": b"{"}, "e-1: unexpected end"),
        ({"value": b"[1]"}, "data are list"),
        ({"value": b"\xff\xfe"}, "e-1"),
        ({"ce_time": "yesterday"}, "yesterday"),
        ({"ce_time": "2026-11-21T12:00:00"}, "has no offset"),
        ({"ce_mode": "prod"}, "mode 'prod' is none of live, test, dryrun, demo"),
        ({"ce_id": None}, "ce_id is missing"),
        ({"ce_type": None}, "ce_type is missing"),
    ],
)
def test_malformed_records_say_what_is_wrong(change: dict[str, Any], reason: str) -> None:
    """Bytes, times, modes and missing headers each raise Malformed with the reason."""
    message = encode(event())
    headers = {**message.headers, **{k: v for k, v in change.items() if k != "value"}}
    headers = {name: text for name, text in headers.items() if text is not None}
    broken = Message(message.topic, message.key, headers, change.get("value", message.value))
    with pytest.raises(Malformed, match=reason):
        decode(broken)


# ── the official SDK ──────────────────────────────────────────────────────────────────────────


def test_the_official_sdk_reads_what_we_write() -> None:
    """Binary mode: attributes, extensions, key and data arrive in its own words."""
    read = kafka.from_binary(kafka_message(encode(event())), JSONFormat(), CloudEvent)
    assert read.get_id() == "e-1"
    assert read.get_type() == "lead.contacted.v1"
    assert read.get_source() == "leadwire/sender"
    assert read.get_subject() == "l-1"
    assert read.get_time() == NOON
    assert read.get_dataschema() == schema_uri("lead.contacted.v1")
    assert read.get_extension("partitionkey") == "acme/a-1"
    assert read.get_extension("correlationid") == "c-1"
    assert read.get_extension("recordedtime") == "2026-11-21T12:00:01.250000Z"
    assert read.get_data() == event().data


def test_the_sdks_structured_form_of_ours_reads_back() -> None:
    """What the SDK read from us and wrote in structured mode, the door reads whole."""
    read = kafka.from_binary(kafka_message(encode(event())), JSONFormat(), CloudEvent)
    foreign = read_foreign(ours(kafka.to_structured(read, JSONFormat())))
    assert foreign.form == "structured"
    assert (foreign.id, foreign.type, foreign.time) == ("e-1", "lead.contacted.v1", NOON)
    assert foreign.key == "acme/a-1"
    assert foreign.data == event().data
    assert foreign.missing == ()
    assert foreign.extensions["campaign"] == "spring"


def sdk_event(data: Any = None) -> CloudEvent:
    """An event as a stranger makes it with the SDK."""
    attributes = {
        "id": "s-1",
        "type": "inbound.lead.v1",
        "source": "//upstream.example/search",
        "time": NOON,
        "subject": "dk-1",
        "partitionkey": "acme/a-1",
        "route": "TARGET",
    }
    return CloudEvent(attributes, data or {"dedup_key": "dk-1"})


@pytest.mark.parametrize("write", [kafka.to_binary, kafka.to_structured])
def test_we_read_what_the_official_sdk_writes(write: Any) -> None:
    """Both Kafka forms give the same Foreign, but for its form."""
    foreign = read_foreign(ours(write(sdk_event(), JSONFormat())))
    assert foreign.form == write.__name__.removeprefix("to_")
    assert foreign.id == "s-1"
    assert foreign.type == "inbound.lead.v1"
    assert foreign.source == "//upstream.example/search"
    assert foreign.subject == "dk-1"
    assert foreign.time == NOON
    assert foreign.key == "acme/a-1"
    assert foreign.extensions["route"] == "TARGET"
    assert foreign.data == {"dedup_key": "dk-1"}
    assert foreign.missing == ()


def test_decode_reads_what_the_official_sdk_writes_in_binary_mode() -> None:
    """Our lean reader understands the SDK's record of the same event."""
    read = kafka.from_binary(kafka_message(encode(event())), JSONFormat(), CloudEvent)
    assert decode(ours(kafka.to_binary(read, JSONFormat()), "lead.contacted")) == event()


# ── properties ────────────────────────────────────────────────────────────────────────────────

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
NAME = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-", min_size=1, max_size=20)
OPTIONAL = st.none() | TEXT.filter(bool)
MOMENT = st.datetimes(timezones=st.just(UTC))
WHOLE = st.integers(-(2**63), 2**64 - 1)
NUMBER = WHOLE | st.floats(allow_nan=False, allow_infinity=False)
LEAF = st.none() | st.booleans() | NUMBER | TEXT
JSON = st.recursive(
    LEAF, lambda part: st.lists(part, max_size=4) | st.dictionaries(TEXT, part, max_size=4)
)
EXTENSION = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20).map(lambda n: f"x{n}")

EVENTS = st.builds(
    Event,
    id=TEXT.filter(bool),
    type=NAME.map(lambda name: f"lead.{name}.v1"),
    source=TEXT.filter(bool),
    time=MOMENT,
    key=st.builds(partition_key, NAME, TEXT),
    data=st.dictionaries(TEXT, JSON, max_size=6),
    subject=OPTIONAL,
    campaign=OPTIONAL,
    correlation=OPTIONAL,
    causation=OPTIONAL,
    traceparent=OPTIONAL,
    recorded=st.none() | MOMENT,
    mode=st.sampled_from(Mode),
    incarnation=OPTIONAL,
    extensions=st.dictionaries(EXTENSION, TEXT, max_size=3),
)


@settings(max_examples=1000, deadline=None)
@given(EVENTS)
def test_any_event_survives_the_wire_and_the_sdk(made: Event) -> None:
    """A thousand generated events: decode gives them back, and the SDK reads the same."""
    message = encode(made)
    assert decode(message) == made
    read = kafka.from_binary(kafka_message(message), JSONFormat(), CloudEvent)
    assert (read.get_id(), read.get_type(), read.get_time()) == (made.id, made.type, made.time)
    assert read.get_data() == made.data
    assert decode(ours(kafka.to_binary(read, JSONFormat()), message.topic)) == made
