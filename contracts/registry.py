"""Looks event types up, makes events from payloads, and reads payloads from events.

`produce` validates our own output strictly; `accept` validates what strangers wrote, keeps
unknown fields, and turns older versions into the current one by the steps of `contracts.upcast`;
`payload` reads an event between our own agents.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from contracts.base import Payload
from contracts.catalogue import CATALOGUE, Entry
from contracts.envelope import Event
from contracts.errors import Invalid, Problem, UnknownType
from contracts.ids import EventId, PartitionKey, event_id
from contracts.upcast import upcast

P = TypeVar("P", bound=Payload)

ENTRIES: Mapping[str, Entry] = {entry.type: entry for entry in CATALOGUE}
BY_MODEL: Mapping[type[Payload], Entry] = {entry.model: entry for entry in CATALOGUE}


def entry(type_: str) -> Entry:
    """Returns the row of a wire type; raises UnknownType with the versions that are known."""
    found = ENTRIES.get(type_)
    if found is None:
        stem = type_.rpartition(".v")[0]
        known = sorted(name for name in ENTRIES if name.rpartition(".v")[0] == stem)
        hint = f"known: {', '.join(known)}" if known else "see `leadwire schema export`"
        raise UnknownType(f"no event type {type_!r}; {hint}")
    return found


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
    there) or the name of what caused it where no event did.
    """
    data = payload.wire()
    carried = _carried(cause) if isinstance(cause, Event) else {}
    causation = cause.id if isinstance(cause, Event) else cause
    fields: dict[str, Any] = {"subject": data.get("lead_id"), **carried, **attributes}
    if data.get("campaign_id"):
        fields["campaign"] = data["campaign_id"]
    moment = fields.pop("time", None) or getattr(payload, "occurred_at", None) or payload.due  # type: ignore[attr-defined]
    return Event(
        id=event_id(causation, payload.TYPE, ordinal),
        type=payload.TYPE,
        source=source,
        time=moment,
        key=key,
        data=data,
        causation=causation,
        **fields,
    )


def _carried(cause: Event) -> dict[str, Any]:
    return {
        "correlation": cause.correlation or cause.id,
        "mode": cause.mode,
        "campaign": cause.campaign,
        "traceparent": cause.traceparent,
        "incarnation": cause.incarnation,
    }


def payload(event: Event, model: type[P]) -> P:
    """Reads an event's data as a model; raises Invalid naming each problem."""
    return validated(model, event.data)


def accept(type_: str, data: Any) -> Payload:
    """Reads what a stranger wrote, from any known version; unknown fields are kept."""
    current, upcasted = upcast(type_, data)
    return validated(entry(current).model, upcasted, extra="allow")


def validated(model: type[P], data: Any, extra: Any = None) -> P:
    """Validates JSON values against a model; raises Invalid with a pointer for each problem."""
    try:
        return model.model_validate(data, extra=extra)
    except ValidationError as error:
        problems = [Problem(pointer(row["loc"]), row["msg"]) for row in error.errors()]
        text = "; ".join(f"{p.pointer or '/'}: {p.message}" for p in problems[:5])
        raise Invalid(f"{model.TYPE or model.__name__}: {text}", problems) from error


def pointer(location: tuple[int | str, ...]) -> str:
    """Returns the RFC 6901 JSON pointer of a validation error's location."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    return "".join(f"/{part}" for part in parts)


def reread(event: Event, moment: datetime) -> Event:
    """Returns the event stamped with the moment at which we publish it."""
    return event.with_(recorded=moment)


__all__ = ["BY_MODEL", "ENTRIES", "EventId", "accept", "entry", "payload", "pointer", "produce"]
