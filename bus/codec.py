"""Turns an event into a record of key, headers and bytes, and back. Relay and turns call it.

The form is CloudEvents 1.0 in Kafka's binary mode: the value is the data as plain JSON, attributes
are `ce_*` headers, the record's key is the partition key. `decode` is lean: it trusts our own
agents and validates nothing but what it needs (facts/bus 3i); what strangers wrote is read by
`bus.foreign`, whose names are repeated here. Once turns are batched these two functions decide
throughput, hence the flat code: one dict, no loop over attributes, no model.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from bus.base import Message
from bus.foreign import Foreign, read_foreign, split
from contracts.envelope import Event, topic_of
from contracts.errors import Malformed, Problem
from contracts.ids import PartitionKey
from contracts.outcome import Mode

JSON = "application/json"
SPECVERSION = "1.0"

_MODES = {mode.value: mode for mode in Mode}
_TYPES: dict[str, tuple[str, str]] = {}
"""Type → (topic, dataschema); filled as types come by, so it is as long as the catalogue."""

_OURS = frozenset(
    {
        "content-type",
        "ce_specversion",
        "ce_id",
        "ce_type",
        "ce_source",
        "ce_subject",
        "ce_time",
        "ce_dataschema",
        "ce_partitionkey",
        "ce_tenant",
        "ce_campaign",
        "ce_correlationid",
        "ce_causationid",
        "ce_traceparent",
        "ce_recordedtime",
        "ce_mode",
        "ce_incarnation",
        "ce_attempt",
    }
)


def encode(
    event: Event, *, topic: str | None = None, attempt: int = 0, recorded: str | None = None
) -> Message:
    """Returns the record of an event. Raises Malformed where its data are no JSON.

    `topic` overrides the event's own (a delayed retry); `attempt` travels as `ce_attempt` where it
    is above 0; `recorded` is the moment of publishing, as `stamp` writes it once for a whole batch.
    """
    type_ = event.type
    names = _TYPES.get(type_) or _name(type_)
    key = event.key
    headers = {
        "content-type": JSON,
        "ce_specversion": SPECVERSION,
        "ce_id": event.id,
        "ce_type": type_,
        "ce_source": event.source,
        "ce_time": stamp(event.time),
        "ce_dataschema": names[1],
        "ce_partitionkey": key,
        "ce_tenant": key.partition("/")[0],
        "ce_mode": event.mode._value_,
    }
    if event.subject is not None:
        headers["ce_subject"] = event.subject
    if event.campaign is not None:
        headers["ce_campaign"] = event.campaign
    if event.correlation is not None:
        headers["ce_correlationid"] = event.correlation
    if event.causation is not None:
        headers["ce_causationid"] = event.causation
    if event.traceparent is not None:
        headers["ce_traceparent"] = event.traceparent
    if recorded is not None:
        headers["ce_recordedtime"] = recorded
    elif event.recorded is not None:
        headers["ce_recordedtime"] = stamp(event.recorded)
    if event.incarnation is not None:
        headers["ce_incarnation"] = event.incarnation
    if attempt > 0:
        headers["ce_attempt"] = str(attempt)
    if event.extensions:
        headers.update({f"ce_{name}": text for name, text in event.extensions.items()})
    try:
        value = orjson.dumps(event.data, default=_plain)
    except TypeError as error:
        raise Malformed(f"{type_} {event.id}: its data are no JSON: {error}") from error
    return Message(topic or names[0], key, headers, value)


def decode(message: Message) -> Event:
    """Returns the event of a record that our own agents wrote; raises Malformed with the reason."""
    headers: Mapping[str, Any] = message.headers  # ids among them, which are texts
    get = headers.get
    try:
        data = orjson.loads(message.value)
        moment = _from_text(headers["ce_time"])
        if type(data) is not dict:
            raise ValueError(f"data are {type(data).__name__}, not an object")
        if moment.tzinfo is None:
            raise ValueError(f"time {headers['ce_time']!r} has no offset")
        recorded = get("ce_recordedtime")
        return Event(
            id=headers["ce_id"],
            type=headers["ce_type"],
            source=headers["ce_source"],
            time=moment,
            key=PartitionKey(message.key),
            data=data,
            subject=get("ce_subject"),
            campaign=get("ce_campaign"),
            correlation=get("ce_correlationid"),
            causation=get("ce_causationid"),
            traceparent=get("ce_traceparent"),
            recorded=None if recorded is None else _from_text(recorded),
            mode=_MODES[get("ce_mode", "live")],
            incarnation=get("ce_incarnation"),
            extensions={} if headers.keys() <= _OURS else _extensions(message),
        )
    except KeyError as error:
        raise _missing(message, error) from error
    except ValueError as error:
        raise Malformed(f"{_label(message)}: {error}") from error


def attempt_of(message: Message) -> int:
    """Returns how many delayed retries came before this one: `ce_attempt`, else 0."""
    text = message.headers.get("ce_attempt", "0")
    return int(text) if text.isdecimal() else 0


def stamp(moment: datetime) -> str:
    """Returns a moment as RFC 3339 in UTC; other offsets may have seconds, which it cannot say.

    By way of orjson, which takes a third of the time of `isoformat`.
    """
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return orjson.dumps(moment, option=orjson.OPT_UTC_Z)[1:-1].decode()


def schema_uri(type_: str) -> str:
    """Returns the `dataschema` of a type: `urn:leadwire:lead.scored.v1`."""
    return f"urn:leadwire:{type_}"


_from_text: Callable[[str], datetime] = datetime.fromisoformat


def _name(type_: str) -> tuple[str, str]:
    names = _TYPES[type_] = (topic_of(type_), schema_uri(type_))
    return names


def _plain(value: Any) -> Any:
    """JSON values that are no dict or list themselves: other mappings, sequences and sets."""
    if hasattr(value, "items"):
        return dict(value.items())
    if hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"{type(value).__name__} {value!r}")


def _extensions(message: Message) -> dict[str, str]:
    return {
        name[3:]: text
        for name, text in message.headers.items()
        if name not in _OURS and name.startswith("ce_")
    }


def _label(message: Message) -> str:
    return message.headers.get("ce_id", f"a message on {message.topic}")


def _missing(message: Message, error: KeyError) -> Malformed:
    name = str(error.args[0])
    if name in ("ce_id", "ce_type", "ce_source", "ce_time"):
        text = f"{_label(message)}: the header {name} is missing; our agents always write it"
        return Malformed(text, [Problem(f"/{name[3:]}", "missing")])
    return Malformed(f"{_label(message)}: mode {name!r} is none of {', '.join(_MODES)}")


__all__ = [
    "JSON",
    "SPECVERSION",
    "Foreign",
    "attempt_of",
    "decode",
    "encode",
    "read_foreign",
    "schema_uri",
    "split",
    "stamp",
]
