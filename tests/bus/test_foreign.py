"""What strangers write: every form is read, what is missing named, what is wrong has a reason."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.base import Message
from bus.codec import read_foreign, split
from contracts.errors import ContractError, Malformed, TooLarge

SAMPLES = Path(__file__).parents[1] / "samples" / "events" / "cloudevents.jsonl"
ROWS = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
STRUCTURED = {"content-type": "application/cloudevents+json; charset=utf-8"}
BATCH = {"content-type": "application/cloudevents-batch+json"}
WHOLE = {
    "specversion": "1.0",
    "id": "s-1",
    "source": "//upstream.example",
    "type": "inbound.lead.v1",
    "data": {"dedup_key": "dk-1"},
}


def message(value: Any, headers: dict[str, str] | None = None, key: str = "k") -> Message:
    """A record with a value: bytes as they are, else as JSON."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Message("inbound.leads", key, headers or {}, raw)


# ── the conformance suite's own events ────────────────────────────────────────────────────────


def rows(form: str) -> list[Any]:
    """The sample's rows of one form, named by their ids."""
    return [pytest.param(row, id=row["id"]) for row in ROWS if row["form"] == form]


def as_binary(row: dict[str, Any]) -> Message:
    """A row of attributes, extensions and data as a binary-mode record."""
    given = {**row["attributes"], **row["extensions"]}
    media = given.pop("datacontenttype", "application/json")
    headers = {f"ce_{name}": text for name, text in given.items()} | {"content-type": media}
    return message(row["data"].encode(), headers)


@pytest.mark.parametrize("row", rows("attributes"))
def test_conformance_events_are_read_or_refused_for_their_reason(row: dict[str, Any]) -> None:
    """Version 1.0 with a JSON object is read as it is; the others name what does not fit."""
    media = row["attributes"].get("datacontenttype", "application/json")
    if row["valid_versions"] == ["0.3"]:
        with pytest.raises(Malformed, match=r"specversion '0\.3': this reads 1\.0 only"):
            read_foreign(as_binary(row))
    elif not media.startswith("application/json"):
        with pytest.raises(Malformed, match=f"content type {media.split(';')[0]}"):
            read_foreign(as_binary(row))
    else:
        foreign = read_foreign(as_binary(row))
        assert foreign.id == row["attributes"]["id"]
        assert foreign.source == row["attributes"]["source"]
        assert foreign.extensions == row["extensions"]
        assert foreign.data == json.loads(row["data"])


@pytest.mark.parametrize("row", [*rows("http request"), *rows("kafka message")])
def test_conformance_messages_give_the_expected_attributes(row: dict[str, Any]) -> None:
    """Headers in the manner of HTTP or Kafka, binary or structured: the same event."""
    head, body = {}, row["message"]
    if row["form"] == "http request":
        top, _, body = row["message"].partition("\n\n")
        head = dict(line.split(": ", 1) for line in top.splitlines()[1:])
    foreign = read_foreign(message(body.encode(), {**head, **row.get("headers", {})}))
    expected = row["expected_attributes"]
    assert (foreign.id, foreign.type, foreign.source) == tuple(
        expected[name] for name in ("id", "type", "source")
    )
    assert foreign.time == datetime.fromisoformat(expected["time"])
    assert foreign.data == row["expected_data"]
    assert foreign.missing == ()


# ── forms ─────────────────────────────────────────────────────────────────────────────────────


def test_bare_json_is_read_and_everything_missing_is_named() -> None:
    """A plain object with neither headers nor attributes is an event of a stranger."""
    foreign = read_foreign(message({"dedup_key": "dk-1"}, key="any"))
    assert foreign.form == "bare"
    assert foreign.data == {"dedup_key": "dk-1"}
    assert foreign.key == "any"
    assert (foreign.id, foreign.type, foreign.source, foreign.time) == (None,) * 4
    assert foreign.missing == ("specversion", "id", "source", "type")


def test_what_a_binary_event_lacks_is_named_and_the_rest_kept() -> None:
    """An empty id counts as none; time and source stay."""
    headers = {"ce_id": "", "ce_source": "here", "ce_time": "2026-11-21T09:00:00z"}
    foreign = read_foreign(message({}, headers))
    assert foreign.missing == ("specversion", "id", "type")
    assert foreign.source == "here"
    assert foreign.time == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_whole_event_without_its_header_is_structured() -> None:
    """A sender that forgot the content type wrote an event none the less."""
    foreign = read_foreign(message(WHOLE))
    assert foreign.form == "structured"
    assert foreign.id == "s-1"


def test_structured_attributes_become_their_canonical_text() -> None:
    """Whole numbers and booleans by CloudEvents §3.1."""
    foreign = read_foreign(message({**WHOLE, "sequence": 7, "urgent": True}, STRUCTURED))
    assert foreign.extensions == {"sequence": "7", "urgent": "true"}


def test_base64_data_are_unpacked() -> None:
    """`data_base64` holds the JSON's bytes."""
    packed = base64.b64encode(b'{"dedup_key": "dk-9"}').decode()
    value = {name: part for name, part in WHOLE.items() if name != "data"}
    foreign = read_foreign(message({**value, "data_base64": packed}, STRUCTURED))
    assert foreign.data == {"dedup_key": "dk-9"}


def test_a_byte_order_mark_is_passed_over() -> None:
    """RFC 8259 §8.1 allows a reader to; spreadsheet exports write one."""
    assert read_foreign(message(b'\xef\xbb\xbf{"a": 1}')).data == {"a": 1}


def test_a_batch_comes_apart_into_its_events() -> None:
    """Each becomes a structured record of its own, to be read or refused by itself."""
    parts = split(message([WHOLE, {**WHOLE, "id": "s-2"}, {**WHOLE, "data": 5}], BATCH))
    assert [read_foreign(part).id for part in parts[:2]] == ["s-1", "s-2"]
    with pytest.raises(Malformed, match="this is a number"):
        read_foreign(parts[2])


def test_a_batch_of_one_needs_no_splitting_and_one_of_two_does() -> None:
    """read_foreign never takes one event and drops the others."""
    assert read_foreign(message([WHOLE], BATCH)).id == "s-1"
    with pytest.raises(Malformed, match="a batch of 2 events: split it first"):
        read_foreign(message([WHOLE, WHOLE], BATCH))


def test_split_leaves_other_messages_as_they_are() -> None:
    """Binary, structured and bare ones are one event each."""
    for given_ in (message(WHOLE, STRUCTURED), message({"a": 1})):
        assert split(given_) == [given_]


# ── errors ────────────────────────────────────────────────────────────────────────────────────

DEEP = b'{"a":' * 150 + b"1" + b"}" * 150


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (b"", {}, "empty; send a JSON object"),
        (b"hello", {}, "not JSON"),
        (b'{"a": NaN}', {}, "not JSON"),
        (b'{"a": "\xe9"}', {}, "not UTF-8: byte 0xe9 at 7"),
        (b'{"a": "\\ud800"}', {}, "not JSON.*surrogate"),
        (b'{"a": ["x", "\\u0000"]}', {}, "NUL"),
        (b'{"\\u0000": 1}', {}, "NUL"),
        (b"[]", {}, "data must be a JSON object, this is an array"),
        (b"null", {}, "this is nothing"),
        (b'"text"', {}, "this is text"),
        (b"true", {}, "this is a boolean"),
        (DEEP, {}, "nested deeper than 100"),
        (b"[" * 5000, {}, "not JSON"),
        (b"{}", {"ce_specversion": "2.0"}, "specversion '2.0'"),
        (b"{}", {"ce_id": "x", "content-type": "text/csv"}, "text/csv: send application/json"),
        (b"{}", {"ce_id": "a\x00b"}, "NUL"),
        (b"{}", {"ce_id": "a\udcffb"}, "unpaired surrogate"),
        (b"{}", {"ce_time": "2026-11-21 09:00"}, "no RFC 3339 time"),
        (b"{}", {"ce_time": "soon"}, "no RFC 3339 time"),
        (b"<e/>", {"content-type": "application/cloudevents+xml"}, r"send application/cloudevents"),
        (b"[1]", STRUCTURED, "a structured event is a JSON object"),
        (b'{"specversion": "0.3", "type": "t"}', STRUCTURED, "specversion '0.3'"),
        (b'{"specversion": "1.0", "id": {}}', STRUCTURED, "attribute id is an object"),
        (b'{"specversion": "1.0", "data_base64": "%"}', STRUCTURED, "no base64"),
        (b'{"specversion": "1.0", "data_base64": 5}', STRUCTURED, "no base64"),
        (b"{}", BATCH, "a batch is a JSON array"),
    ],
)
def test_what_cannot_be_read_has_a_reason(
    value: bytes, headers: dict[str, str], reason: str
) -> None:
    """Each kind of damage is named, and the error carries a pointer."""
    with pytest.raises(Malformed, match=reason) as caught:
        read_foreign(message(value, headers))
    assert caught.value.problems


def test_a_nul_is_found_where_it_stands() -> None:
    """The JSON pointer leads to it, escaped by RFC 6901."""
    with pytest.raises(Malformed) as caught:
        read_foreign(message({"a/b": [{"c~d": "x\x00y"}]}))
    assert caught.value.problems[0].pointer == "/data/a~1b/0/c~0d"


def test_five_megabytes_are_refused_with_both_figures() -> None:
    """The size counts key and headers; the limit is a parameter."""
    with pytest.raises(TooLarge, match=r"5,0\d\d,\d\d\d bytes, over the limit of 1,000,000"):
        read_foreign(message({"a": "x" * 5_000_000}))
    with pytest.raises(TooLarge):
        split(message([WHOLE], BATCH), max_bytes=50)
    assert read_foreign(message({"a": "x" * 100}), max_bytes=200).data


@settings(max_examples=500, deadline=None)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.dictionaries(
        st.sampled_from(["content-type", "ce_time", "ce_specversion", "ce_id", "Ce-Source"]),
        st.text(max_size=12) | st.sampled_from([*STRUCTURED.values(), *BATCH.values(), "1.0"]),
        max_size=3,
    ),
)
def test_any_bytes_are_read_or_refused_never_a_crash(value: bytes, headers: dict[str, str]) -> None:
    """Whatever stands on the topic, the door gets a Foreign or a ContractError."""
    with suppress(ContractError):
        for part in split(message(value, headers)):
            assert isinstance(read_foreign(part).data, dict)
