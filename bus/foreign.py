"""Turns what a stranger put on a topic into a `Foreign`: data, and the attributes that it had.

Intake and inbox, the door's only readers, call it (design §3). Strangers write CloudEvents 1.0 in
binary or structured mode, several at once in batched mode (`split` takes those apart first), or
bare JSON without any attributes. What they gave is kept, what the specification requires and they
left out is named in `missing`, and nothing is guessed. Text that some store cannot hold is an
error here, at the boundary. Rules: CloudEvents 1.0.2 §3, its JSON format and Kafka binding §3.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from bus.base import MAX_BYTES, Message
from contracts.errors import Malformed, Problem, TooLarge

REQUIRED = ("specversion", "id", "source", "type")
DEEPEST = 100
"""Data nested deeper than this are refused: recursive readers behind the door would break."""

_BATCH = "application/cloudevents-batch+json"
_STRUCTURED = "application/cloudevents+json"
_NAMED = frozenset(
    {*REQUIRED, "subject", "time", "datacontenttype", "dataschema", "data", "data_base64"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """One event of a stranger. `form` is `binary`, `structured` or `bare`.

    `missing` names required attributes that were not given; `extensions` are all attributes that
    CloudEvents does not define, as texts; `time` is aware.
    """

    form: str
    data: dict[str, Any]
    key: str
    id: str | None = None
    type: str | None = None
    source: str | None = None
    subject: str | None = None
    time: datetime | None = None
    extensions: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def split(message: Message, *, max_bytes: int = MAX_BYTES) -> list[Message]:
    """Takes a batched-mode message apart into structured ones; returns any other as it is.

    Raises Malformed where the batch is no JSON array; an empty batch is an empty list.
    """
    headers = _names(message)
    if not _media(headers).startswith("application/cloudevents-batch"):
        return [message]
    check_size(message, max_bytes)
    if _media(headers) != _BATCH:
        raise Malformed(f"content type {_media(headers)}: send {_BATCH}")
    rows = _json(message.value)
    if not isinstance(rows, list):
        raise Malformed(f"a batch is a JSON array of events, this is {_kind(rows)}")
    kept = {**_without_type(message), "content-type": _STRUCTURED}
    return [Message(message.topic, message.key, kept, orjson.dumps(row)) for row in rows]


def read_foreign(message: Message, *, max_bytes: int = MAX_BYTES) -> Foreign:
    """Reads one event of a stranger.

    Raises TooLarge, or Malformed with the reason and its place: not JSON, not UTF-8, another
    `specversion`, a time without zone, data that are no object, NUL or unpaired surrogates, a
    batch that was not split.
    """
    check_size(message, max_bytes)
    headers = _names(message)
    media = _media(headers)
    if media.startswith("application/cloudevents-batch"):
        return _only(message, max_bytes)
    if media.startswith("application/cloudevents"):
        if media != _STRUCTURED:
            raise Malformed(f"content type {media}: send {_STRUCTURED}")
        return _traced(_structured(_json(message.value), message.key), headers)
    attributes = {name[3:]: text for name, text in headers.items() if name.startswith("ce_")}
    if attributes:
        data = _data(message.value, headers.get("content-type"))
        return _traced(_foreign("binary", attributes, data, message.key), headers)
    return _bare(message, headers)


def _traced(foreign: Foreign, headers: Mapping[str, str]) -> Foreign:
    """Takes over the header that tracing libraries put beside a record of whatever form."""
    given = headers.get("traceparent")
    if not given or "traceparent" in foreign.extensions:
        return foreign
    _check_text(given, "/traceparent")
    return replace(foreign, extensions={**foreign.extensions, "traceparent": given})


def named(message: Message) -> tuple[str, str | None]:
    """Returns (source, id) that a record's headers give, for one that cannot be read further."""
    headers = _names(message)
    return headers.get("ce_source", ""), headers.get("ce_id") or None


def check_size(message: Message, max_bytes: int) -> None:
    """Raises TooLarge where key, headers and value together are over the limit."""
    size = len(message.value) + len(message.key)
    size += sum(len(name) + len(text) for name, text in message.headers.items())
    if size > max_bytes:
        text = f"{size:,} bytes, over the limit of {max_bytes:,}; send bodies by reference"
        raise TooLarge(text)


def _bare(message: Message, headers: Mapping[str, str]) -> Foreign:
    """JSON without attributes, unless it is a whole event whose sender left the header out."""
    value = _data(message.value, headers.get("content-type"))
    if isinstance(value, dict) and "specversion" in value and "type" in value:
        return _traced(_structured(value, message.key), headers)
    return _traced(_foreign("bare", {}, value, message.key), headers)


def _only(message: Message, max_bytes: int) -> Foreign:
    parts = split(message, max_bytes=max_bytes)
    if len(parts) != 1:
        raise Malformed(f"a batch of {len(parts)} events: split it first")
    return read_foreign(parts[0], max_bytes=max_bytes)


def _structured(value: Any, key: str) -> Foreign:
    if not isinstance(value, dict):
        raise Malformed(f"a structured event is a JSON object, this is {_kind(value)}")
    given = {
        name: _text(name, part)
        for name, part in value.items()
        if name not in ("data", "data_base64") and part is not None
    }
    if "data_base64" in value:
        data = _data(_unpacked(value["data_base64"]), given.get("datacontenttype"))
    else:
        data = value.get("data")
    return _foreign("structured", given, data, key)


def _unpacked(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise Malformed(
            f"data_base64 is no base64: {error}", [_at("/data_base64", error)]
        ) from None


def _foreign(form: str, given: Mapping[str, str], data: Any, key: str) -> Foreign:
    for name, text in given.items():
        _check_text(text, f"/{name}")
    _check_text(key, "/partitionkey")
    if given.get("specversion", "1.0") != "1.0":
        text = f"specversion {given['specversion']!r}: this reads 1.0 only"
        raise Malformed(text, [Problem("/specversion", "send 1.0")])
    if not isinstance(data, dict):
        text = f"data must be a JSON object, this is {_kind(data)}"
        raise Malformed(text, [Problem("/data", text)])
    _check_tree(data)
    return Foreign(
        form=form,
        data=data,
        key=key or given.get("partitionkey", ""),
        id=given.get("id") or None,
        type=given.get("type") or None,
        source=given.get("source") or None,
        subject=given.get("subject") or None,
        time=_time(given.get("time")),
        extensions={name: text for name, text in given.items() if name not in _NAMED},
        missing=tuple(name for name in REQUIRED if not given.get(name)),
    )


def _time(text: str | None) -> datetime | None:
    """RFC 3339: a date, a time and an offset; a moment without zone names no moment."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("z", "Z"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        words = f"time {text!r} is no RFC 3339 time with offset, as 2026-11-21T09:00:00Z"
        raise Malformed(words, [Problem("/time", words)])
    return moment


def _data(value: bytes, content_type: str | None) -> Any:
    media = (content_type or "application/json").partition(";")[0].strip().lower()
    if media not in ("application/json", "text/json") and not media.endswith("+json"):
        raise Malformed(f"content type {media}: send application/json")
    return _json(value)


def _json(value: bytes) -> Any:
    body = value.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = _unreadable(body) or f"not JSON: {error}"
        raise Malformed(reason, [Problem("/data", reason)]) from None


def _unreadable(body: bytes) -> str | None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = body[error.start]
        return f"not UTF-8: byte 0x{byte:02x} at {error.start}; send UTF-8"
    if not body:
        return "empty; send a JSON object"
    return None


def _check_tree(data: dict[str, Any]) -> None:
    """Looks at every text within the data; a stack of its own, as data may be deep."""
    stack: list[tuple[str, int, Any]] = [("/data", 0, data)]
    while stack:
        place, depth, value = stack.pop()
        if isinstance(value, str):
            if "\x00" in value:
                _check_text(value, place)
        elif isinstance(value, dict | list):
            if depth >= DEEPEST:
                raise Malformed(f"nested deeper than {DEEPEST} levels", [Problem(place, "deep")])
            stack.extend((child, depth + 1, part) for child, part in _parts(place, value))


def _parts(place: str, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield f"{place}/{number}", part
        return
    for name, part in value.items():
        _check_text(name, place)
        yield f"{place}/{name.replace('~', '~0').replace('/', '~1')}", part


def _check_text(text: str, place: str) -> None:
    if "\x00" in text:
        raise Malformed("holds a NUL character", [Problem(place, "remove the NUL character")])
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed(
            "holds an unpaired surrogate", [Problem(place, "send valid Unicode")]
        ) from None


def _text(name: str, value: Any) -> str:
    """An attribute's canonical text (CloudEvents §3.1): true and false, digits, or as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    text = f"attribute {name} is {_kind(value)}; attributes are text, whole numbers or booleans"
    raise Malformed(text, [Problem(f"/{name}", text)])


def _names(message: Message) -> dict[str, str]:
    """Headers under the Kafka binding's names, whatever their case or HTTP's `ce-`."""
    found = {}
    for name, text in message.headers.items():
        lower = name.lower()
        found["ce_" + lower[3:] if lower.startswith("ce-") else lower] = text
    return found


def _without_type(message: Message) -> dict[str, str]:
    return {k: v for k, v in message.headers.items() if k.lower() != "content-type"}


def _media(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean"}
    if value is None:
        return "nothing"
    return names.get(type(value), "a number")


def _at(place: str, error: Exception) -> Problem:
    return Problem(place, str(error))
