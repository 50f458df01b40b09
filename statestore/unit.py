"""What a turn hands to the store: a unit, the writes and conditions in it, and what became of it.

`decide` of every agent builds these values and the port's `commit` takes them (`statestore/base.py`
says what all or nothing means). Each write says what it expects to find, and by which code its
unit is `Lost` where it finds something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import force_setattr

from contracts.envelope import Event
from contracts.ids import (
    PartitionKey,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.value import Value
from statestore.values import SCHEMA, DeadLetter, Line, Ref, Send, Stop, Timer

# ── rows ───────────────────────────────────────────────────────────────────────────────────────


class RowWrite(Value, frozen=True, kw_only=True):
    """Writes a row at `expect + 1`; `expect` 0 means that there must be none yet.

    `expect` None writes whatever stands there (last writer wins); for rows with one writer only.
    """

    ref: Ref
    expect: int | None
    data: Mapping[str, Any]
    parent: str = ""
    status: str = ""
    schema: int = SCHEMA


# ── timers ─────────────────────────────────────────────────────────────────────────────────────


class TimerSet(Value, frozen=True, kw_only=True):
    """Sets the timer of (agent, key), replacing what stands there, its lease and its waiting."""

    timer: Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerClear:
    """Removes the timer of (agent, key); nothing happens where there is none."""

    agent: str
    key: PartitionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerLease:
    """Offers a due timer: loses (code `timer`) unless it stands at `expect` with no live lease.

    `machine` is now and `until` the lease's end, both in machine seconds of the store's host.
    """

    agent: str
    key: PartitionKey
    expect: int
    machine: float
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerWait:
    """Marks a due timer as waiting for its pool; loses (code `timer`) unless at `expect`."""

    agent: str
    key: PartitionKey
    expect: int
    waiting: datetime
    estimate: datetime | None


TimerWrite = TimerSet | TimerClear | TimerLease | TimerWait

# ── the send ledger ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWrite:
    """Writes a ledger row at `expect + 1`; 0 means that there must be none. Loses with `version`
    or, where one of the unique keys is taken by another send, with `unique`."""

    send: Send
    expect: int


# ── quota and credit ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `cap` reservations later than `since`; one policy turned into values for now."""

    since: datetime
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaAdmit:
    """Sets a slot of a resource aside for a key before its send is claimed, until `expires`.

    It loses (code `quota`) where live admissions and reservations leave no slot. An admission is
    keyed by the timer's key and ends with the reservation that names it, or at `expires`.
    """

    resource: ResourceId
    tenant: TenantId
    key: PartitionKey
    at: datetime
    expires: datetime
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRelease:
    """Ends the admission of a key on any resource; nothing happens where there is none."""

    key: PartitionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaReserve:
    """Reserves one slot of a resource for a send, idempotent by send id.

    It loses (code `quota`) where reservations of other sends leave none within one of `limits`,
    and where the send holds a slot of another resource: settle that one first.
    Admissions of other keys do not count here: they steer, reservations decide. `ends` is the
    key whose admission this reservation takes over.
    """

    resource: ResourceId
    tenant: TenantId
    send: SendId
    at: datetime
    limits: tuple[Limit, ...]
    ends: PartitionKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSettle:
    """Ends a reservation: `commit` keeps it counted (sent or unknown), else it is given back.

    `at`: the first settlement that keeps it counts it from then on, where that is later. A vendor
    counts by when it accepted, which is after the claim: by seconds, or with a retry by minutes.
    """

    send: SendId
    commit: bool
    at: datetime | None = None


QuotaWrite = QuotaAdmit | QuotaRelease | QuotaReserve | QuotaSettle


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMove:
    """Takes `amount` credits of a client (negative gives back); loses with `credit` where the
    balance would fall below zero. The row is made by the first negative move."""

    tenant: TenantId
    amount: int


# ── stops and conditions ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAdd:
    """Adds a stop; adding one that is there (by id) changes nothing."""

    stop: Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLift:
    """Answers stops by id; what is not there or already answered is left as it is."""

    tenant: TenantId
    ids: tuple[StopId, ...]
    by: str


StopWrite = StopAdd | StopLift


@dataclass(frozen=True, slots=True, kw_only=True)
class NoStop:
    """None of these keys has a stop that holds at `at`, of this tenant or of `*`; code `stop`.

    `passing` names stops that may be there (an answer passes its message's one, spec 2.5).
    """

    tenant: TenantId
    keys: tuple[str, ...]
    at: datetime
    passing: frozenset[StopId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientActive:
    """The client's own row (kind `client`, key = tenant) is present and its status is `active` or
    `trialing`; absence never permits. Code `client`."""

    tenant: TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """The lease of this name still stands at this epoch. Code `fence`."""

    lease: str
    epoch: int


Condition = NoStop | ClientActive | Fence

# ── consumed ids, events ───────────────────────────────────────────────────────────────────────


class Consumed(Value, frozen=True, kw_only=True):
    """Event ids that an agent has taken; a unit with one that is already there is `Duplicate`
    when all are, else `Lost` with code `inbox`."""

    agent: str
    ids: tuple[str, ...]
    at: datetime


class Outgoing(Value, frozen=True, kw_only=True):
    """One event for the relay, to be published at `available` (None: at once).

    `topic` overrides the event's own (a delayed retry goes to `retry.<agent>`).
    """

    event: Event
    available: datetime | None = None
    topic: str | None = None
    attempt: int = 0


# ── the unit, and what became of it ────────────────────────────────────────────────────────────


class Unit(Value, frozen=True, kw_only=True):
    """Everything that one key's turn writes, all or nothing."""

    tenant: TenantId
    consumed: Consumed | None = None
    conditions: tuple[Condition, ...] = ()
    rows: tuple[RowWrite, ...] = ()
    sends: tuple[SendWrite, ...] = ()
    quota: tuple[QuotaWrite, ...] = ()
    stops: tuple[StopWrite, ...] = ()
    timers: tuple[TimerWrite, ...] = ()
    events: tuple[Outgoing, ...] = ()
    journal: tuple[Line, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
    credit: CreditMove | None = None


def consuming(unit: Unit, consumed: Consumed) -> Unit:
    """Puts the consumed ids into a unit that nobody else holds, and returns it.

    For the turns alone, which own what `decide` has just made: a copy with one field changed takes
    a twentieth of what a whole hop takes.
    """
    force_setattr(unit, "consumed", consumed)
    return unit


class Committed(Value, frozen=True):
    """The unit is durable. `outbox` numbers its events' outbox rows, in their order."""

    outbox: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Every consumed id was already there: nothing was written, the effect is in place."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Left out; decide again from fresh state. `code`: version, newer, unique, timer, quota,
    credit, stop, client, fence or inbox; `detail` says which row, key or stop."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Poisoned:
    """Cannot be written, and never will be: its events are deferred, then dead-lettered."""

    error: str


Result = Committed | Duplicate | Lost | Poisoned
