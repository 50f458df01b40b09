"""Turns the port's values into flat records of integers, text and bytes, and back.

Both embedded adapters use it: SQLite stores the records, memory passes what it is given through
them, so that what one engine cannot hold the other refuses as well. Moments are microseconds since
1970 in UTC: they sort as numbers, and an index entry takes eight bytes. `data` is JSON bytes, so
that what a reader changes never reaches the store. Naive moments, unpaired surrogates, numbers
over 64 bits and values that are no JSON raise here, which is what makes a unit `Poisoned`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from msgspec.structs import asdict

from contracts.envelope import Event
from contracts.ids import (
    AccountId,
    EventId,
    LeadId,
    PartitionKey,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, Mode, SendState, StopReason, VendorClass
from contracts.value import Value
from statestore.base import DeadLetter, Line, Ref, Row, Send, Stop, Timer, Unit

Record = tuple[Any, ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SEND_FIELDS = tuple(field.name for field in fields(Send))
STOP_COLUMNS = "tenant, id, key, reason, at, cause, by, note, until, lifted"
DEAD_COLUMNS = (
    "id, tenant, agent, topic, key, headers, value, reason, detail, attempts, origin, first_at, "
    "last_at, state, note"
)


class TimerRecord(NamedTuple):
    """A timer as it stands; `tenant` is the one within its key."""

    agent: str
    key: str
    tenant: str
    due: int
    reason: str
    lead: str | None
    pool: str | None
    rank: int
    zone: str | None
    wall: str | None
    waiting: int | None
    estimate: int | None
    version: int
    leased_until: float | None


class LineRecord(NamedTuple):
    """A journal line as it stands; its campaign stands beside its data, for `tally`."""

    number: int
    tenant: str
    account: str
    lead: str | None
    campaign: str
    at: int
    agent: str
    kind: str
    code: str
    data: bytes
    repeat: str | None
    times: int
    last_at: int | None


TIMER_COLUMNS = ", ".join(TimerRecord._fields)
LINE_COLUMNS = ", ".join(LineRecord._fields)


def micros(moment: datetime) -> int:
    """Returns microseconds since 1970; raises TypeError for a naive moment."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(number: int) -> datetime:
    """Returns the moment, in UTC."""
    return EPOCH + timedelta(microseconds=number)


def micros_or_none(value: datetime | None) -> int | None:
    return None if value is None else micros(value)


def moment_or_none(number: int | None) -> datetime | None:
    return None if number is None else moment(number)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def packed(value: Any) -> bytes:
    """Returns JSON bytes; raises TypeError for what JSON, UTF-8 or 64 bits cannot hold."""
    return orjson.dumps(value, default=_plain)


def check(unit: Unit) -> None:
    """Raises TypeError where any text, number or value of a unit is none that engines hold."""
    orjson.dumps(unit, default=_passing)


def _passing(value: Any) -> Any:
    if isinstance(value, Value):
        return asdict(value)
    if isinstance(value, Ref):
        return list(value)
    return None if isinstance(value, bytes) else _plain(value)


def unpacked(blob: bytes | str) -> Any:
    """Returns the value of JSON bytes."""
    return orjson.loads(blob)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def row_of(cells: Sequence[Any]) -> Row:
    """Reads a row: tenant, kind, key, version, schema, parent, status, JSON data."""
    tenant, kind, key, version, schema, parent, status, data = cells
    return Row(
        ref=Ref(tenant, kind, key),
        version=version,
        data=unpacked(data),
        parent=parent,
        status=status,
        schema=schema,
    )


# ── events ────────────────────────────────────────────────────────────────────────────────────


def event_record(event: Event) -> bytes:
    """Returns an event as one JSON array."""
    return orjson.dumps(
        (
            event.id,
            event.type,
            event.source,
            micros(event.time),
            event.key,
            event.data,
            event.subject,
            event.campaign,
            event.correlation,
            event.causation,
            event.traceparent,
            None if event.recorded is None else micros(event.recorded),
            event.mode._value_,  # orjson would ask for `value`, which is a property
            event.incarnation,
            event.extensions or None,
        ),
        default=_plain,
    )


def event_of(blob: bytes | str) -> Event:
    """Reads what `event_record` wrote."""
    row = orjson.loads(blob)
    return Event(
        id=EventId(row[0]),
        type=row[1],
        source=row[2],
        time=moment(row[3]),
        key=PartitionKey(row[4]),
        data=row[5],
        subject=row[6],
        campaign=row[7],
        correlation=row[8],
        causation=row[9],
        traceparent=row[10],
        recorded=moment_or_none(row[11]),
        mode=Mode(row[12]),
        incarnation=row[13],
        extensions=row[14] or {},
    )


# ── timers, stops ─────────────────────────────────────────────────────────────────────────────


def timer_record(timer: Timer, version: int) -> TimerRecord:
    """Returns a timer as it stands once it is set: at a version, and nobody's lease on it."""
    return TimerRecord(
        timer.agent,
        timer.key,
        timer.tenant,
        micros(timer.due),
        timer.reason,
        timer.lead,
        timer.pool,
        timer.rank,
        timer.zone,
        timer.wall,
        None if timer.waiting is None else micros(timer.waiting),
        None if timer.estimate is None else micros(timer.estimate),
        version,
        None,
    )


def timer_of(row: Record) -> Timer:
    """Reads a `TimerRecord`, or a row of its columns."""
    record = TimerRecord(*row)
    return Timer(
        agent=record.agent,
        key=PartitionKey(record.key),
        due=moment(record.due),
        reason=record.reason,
        lead=None if record.lead is None else LeadId(record.lead),
        pool=record.pool,
        rank=record.rank,
        zone=record.zone,
        wall=record.wall,
        waiting=moment_or_none(record.waiting),
        estimate=moment_or_none(record.estimate),
        version=record.version,
        leased_until=record.leased_until,
    )


def stop_record(stop: Stop) -> Record:
    """Returns a stop in the order of `STOP_COLUMNS`."""
    return (
        stop.tenant,
        stop.id,
        stop.key,
        stop.reason.value,
        micros(stop.at),
        stop.cause,
        stop.by,
        stop.note,
        micros_or_none(stop.until),
        stop.lifted,
    )


def stop_of(row: Record) -> Stop:
    """Reads what `stop_record` wrote."""
    tenant, id_, key, reason, at, cause, by, note, until, lifted = row
    return Stop(
        id=StopId(id_),
        tenant=TenantId(tenant),
        key=key,
        reason=StopReason(reason),
        at=moment(at),
        cause=cause,
        by=by,
        note=note,
        until=moment_or_none(until),
        lifted=lifted,
    )


# ── the ledger ────────────────────────────────────────────────────────────────────────────────


def send_record(send: Send) -> Record:
    """Returns a ledger row in the order of `SEND_FIELDS`."""
    return (
        send.id,
        send.tenant,
        send.account,
        send.lead,
        send.person,
        send.campaign,
        send.definition,
        send.round,
        send.step,
        send.attempt,
        send.channel.value,
        send.address_hash,
        send.resource,
        send.state.value,
        micros(send.planned_at),
        micros(send.not_after),
        send.mode.value,
        send.purpose,
        send.content,
        send.content_hash,
        send.tries,
        int(send.ambiguous),
        None if send.vendor_class is None else send.vendor_class.value,
        send.owner,
        micros_or_none(send.claimed_at),
        send.lease_until,
        micros_or_none(send.settled_at),
        micros_or_none(send.next_try),
        send.code,
        send.diagnostic,
        send.reference,
        send.provider_id,
        send.request,
        send.version,
    )


def send_of(row: Record) -> Send:
    """Reads what `send_record` wrote."""
    cells = dict(zip(SEND_FIELDS, row, strict=True))
    for name, read in _SEND_READERS.items():
        if cells[name] is not None:
            cells[name] = read(cells[name])
    return Send(**cells)


_SEND_READERS: Mapping[str, Callable[[Any], Any]] = {
    "channel": Channel,
    "state": SendState,
    "mode": Mode,
    "vendor_class": VendorClass,
    "ambiguous": bool,
    "planned_at": moment,
    "not_after": moment,
    "claimed_at": moment,
    "settled_at": moment,
    "next_try": moment,
}


# ── history ───────────────────────────────────────────────────────────────────────────────────


def line_record(line: Line, number: int) -> LineRecord:
    """Returns a journal line as it stands under a number."""
    return LineRecord(
        number,
        line.tenant,
        line.account,
        line.lead,
        line.data.get("campaign") or "",
        micros(line.at),
        line.agent,
        line.kind,
        line.code,
        packed(line.data),
        line.repeat,
        line.count,
        micros_or_none(line.last_at),
    )


def line_of(row: Record) -> Line:
    """Reads a `LineRecord`, or a row of its columns."""
    record = LineRecord(*row)
    return Line(
        tenant=TenantId(record.tenant),
        account=AccountId(record.account),
        at=moment(record.at),
        agent=record.agent,
        kind=record.kind,
        code=record.code,
        lead=None if record.lead is None else LeadId(record.lead),
        data=unpacked(record.data),
        repeat=record.repeat,
        count=record.times,
        last_at=moment_or_none(record.last_at),
        number=record.number,
    )


def dead_record(letter: DeadLetter) -> Record:
    """Returns a dead letter in the order of `DEAD_COLUMNS`."""
    return (
        letter.id,
        letter.tenant,
        letter.agent,
        letter.topic,
        letter.key,
        packed(letter.headers),
        letter.value,
        letter.reason,
        letter.detail,
        letter.attempts,
        letter.origin,
        micros(letter.first_at),
        micros(letter.last_at),
        letter.state,
        letter.note,
    )


def dead_of(row: Record) -> DeadLetter:
    """Reads what `dead_record` wrote."""
    id_, tenant, agent, topic, key, headers, value, reason, detail, attempts, origin, *rest = row
    first_at, last_at, state, note = rest
    return DeadLetter(
        id=id_,
        tenant=TenantId(tenant),
        agent=agent,
        topic=topic,
        key=key,
        headers=unpacked(headers),
        value=bytes(value),
        reason=reason,
        detail=detail,
        attempts=attempts,
        origin=origin,
        first_at=moment(first_at),
        last_at=moment(last_at),
        state=state,
        note=note,
    )
