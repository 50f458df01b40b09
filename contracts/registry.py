"""Looks event types up, makes events from payloads, and reads payloads from events.

`produce` validates our own output strictly; `accept` validates what strangers wrote, keeps
unknown fields, and turns older versions into the current one by the steps of `contracts.upcast`;
`payload` reads an event between our own agents.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.base import Payload, escaped
from contracts.catalogue import CATALOGUE, Entry
from contracts.envelope import Event, topic_of
from contracts.errors import Invalid, Problem, UnknownType
from contracts.ids import EventId, PartitionKey, event_id
from contracts.trace import following
from contracts.upcast import upcast

P = TypeVar("P", bound=Payload)
Extra = Literal["allow", "ignore", "forbid"]

ENTRIES: Mapping[str, Entry] = {entry.type: entry for entry in CATALOGUE}
BY_MODEL: Mapping[type[Payload], Entry] = {entry.model: entry for entry in CATALOGUE}


def entry(type_: str) -> Entry:
    """Returns the row of a wire type; raises UnknownType with the versions that are known."""
    found = ENTRIES.get(type_)
    if found is None:
        raise UnknownType(f"no event type {type_!r}; {_remedy(type_)}")
    return found


def _remedy(type_: str) -> str:
    stem, _, version = type_.rpartition(".v")
    known = sorted(name for name in ENTRIES if topic_of(name) in (stem, type_))
    if not known:
        near = get_close_matches(type_, ENTRIES, n=1)
        return f"did you mean {near[0]}?" if near else "`leadwire schema export` writes all types"
    if topic_of(type_) == type_:
        return f"name its version too, as {known[-1]}"
    newest = int(known[-1].rpartition(".v")[2])
    if version.isdigit() and int(version) > newest:
        return (
            f"it is newer than this installation, which knows {', '.join(known)}: "
            f"upgrade Leadwire, or have its publisher send {known[-1]}"
        )
    return f"this installation knows {', '.join(known)}: have its publisher send {known[-1]}"


def produce(
    payload: Payload,
    *,
    key: PartitionKey,
    source: str,
    cause: Event | str,
    ordinal: int | str = 0,
    **attributes: Any,
) -> Event:
    """Makes the event of a payload; its id follows from the cause, the type and the ordinal.

    `cause` is the event behind it (correlation, mode, campaign, incarnation and trace go on from
    there) or the name of what caused it where no event did; then it begins a trace, or goes on
    from the `traceparent` among `attributes`.
    """
    data = payload.wire()
    if not isinstance(cause, Event):
        return _event(payload, data, source, key, cause, ordinal, attributes)
    if attributes:
        carried = {**_carried(cause), **attributes}
        return _event(payload, data, source, key, cause.id, ordinal, carried)
    type_, causation = payload.TYPE, cause.id
    id_ = event_id(causation, type_, ordinal)
    return Event(  # the ordinary way, written out: it is a tenth of what an event costs
        id=id_,
        type=type_,
        source=source,
        time=_moment(payload),
        key=key,
        data=data,
        subject=data.get("lead_id"),
        campaign=data.get("campaign_id") or cause.campaign,
        correlation=cause.correlation or causation,
        causation=causation,
        traceparent=following(cause.traceparent, id_),
        mode=cause.mode,
        incarnation=cause.incarnation,
    )


def _event(
    payload: Payload,
    data: dict[str, Any],
    source: str,
    key: PartitionKey,
    causation: str,
    ordinal: int | str,
    given: Mapping[str, Any],
) -> Event:
    fields: dict[str, Any] = {"subject": data.get("lead_id"), **given}
    if data.get("campaign_id"):
        fields["campaign"] = data["campaign_id"]
    id_ = event_id(causation, payload.TYPE, ordinal)
    fields["traceparent"] = following(fields.get("traceparent"), id_)
    return Event(
        id=id_,
        type=payload.TYPE,
        source=source,
        time=fields.pop("time", None) or _moment(payload),
        key=key,
        data=data,
        causation=causation,
        **fields,
    )


def _moment(payload: Payload) -> datetime:
    """When it happened; for a command, when it falls due."""
    moment: datetime = getattr(payload, "occurred_at", None) or payload.due  # type: ignore[attr-defined]
    return moment


def _carried(cause: Event) -> dict[str, Any]:
    return {
        "correlation": cause.correlation or cause.id,
        "mode": cause.mode,
        "campaign": cause.campaign,
        "traceparent": cause.traceparent,
        "incarnation": cause.incarnation,
    }


def payload(event: Event, model: type[P]) -> P:
    """Reads an event's data as a model; raises Invalid naming each problem.

    Unknown fields are kept, not refused: a newer process may have added an optional one.
    """
    return validated(model, event.data, extra="allow")


def accept(type_: str, data: Any) -> Payload:
    """Reads what a stranger wrote, from any known version; unknown fields are kept.

    Raises UnknownType, Malformed (no JSON object) or Invalid, with a pointer for each problem.
    """
    current, upcasted = upcast(type_, data)
    return validated(entry(current).model, upcasted, extra="allow")


def validated(model: type[P], data: Any, extra: Extra | None = None) -> P:
    """Validates JSON values against a model; raises Invalid with a pointer for each problem.

    `extra` overrides what the model does with unknown fields.
    """
    try:
        return model.model_validate(data, extra=extra)
    except ValidationError as error:
        problems = [_problem(row) for row in error.errors(include_url=False, include_input=False)]
        text = "; ".join(f"{p.pointer or '/'}: {p.message}" for p in problems[:5])
        raise Invalid(f"{model.TYPE or model.__name__}: {text}", problems) from error


MESSAGES = {
    "timezone_aware": "has no zone; write it with an offset, as 2026-11-21T09:00:00Z",
    "missing": "missing; this field is required",
    "extra_forbidden": "unknown field; this event has no such field",
    "model_type": 'wants an object with keys, as {"latitude": 48.1, "longitude": 11.5} for geo',
}
"""Pydantic's error types → words that say what to do, where its own do not."""


def _problem(row: ErrorDetails) -> Problem:
    inner = str(row.get("ctx", {}).get("pointer", ""))
    message = MESSAGES.get(row["type"]) or row["msg"].removeprefix("Value error, ")
    return Problem(pointer(row["loc"]) + inner, message)


def pointer(location: Iterable[int | str]) -> str:
    """Returns the RFC 6901 JSON pointer of a validation error's location."""
    return "".join(f"/{escaped(part)}" for part in location)


def reread(event: Event, moment: datetime) -> Event:
    """Returns the event stamped with the moment at which we publish it."""
    return event.with_(recorded=moment)


__all__ = ["BY_MODEL", "ENTRIES", "EventId", "accept", "entry", "payload", "pointer", "produce"]
