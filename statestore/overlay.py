"""What units are judged against: tables as dictionaries, with a log that can undo.

For the memory store these are the tables themselves. For SQLite they hold what a batch of units
asks about, read in a few statements; what the log names at the end is what has to be written. So
one set of rules (`statestore.judge`) serves both, and later units of a batch see what earlier ones
wrote.
"""

from typing import Any, NamedTuple

from contracts.ids import AddressHash, PartitionKey, ResourceId, SendId, StopId, TenantId
from statestore.base import DeadLetter, Lease, Send, Stop
from statestore.records import LineRecord, TimerRecord

ABSENT: Any = object()

TouchKey = tuple[str, str, int, str, int]
"""Tenant, campaign, round, lead, step."""
AddressKey = tuple[str, str, int, int, AddressHash]
"""Tenant, campaign, round, step, address hash."""
Scope = tuple[TenantId, str]
"""Whose last line a repeated line is compared with: the lead's, else the account's own."""
TimerId = tuple[str, str]


RowKey = tuple[str, str, str]
"""Tenant, kind, key: what a `Ref` names, as a tuple, which hashes in a tenth of the time."""
Stored = tuple[int, int, str, str, bytes | None, int | None]
"""A row as it stands: version, schema, parent, status, JSON data, and where its engine keeps it.
Data is None where only the version was asked for."""


class Reservation(NamedTuple):
    """A slot of a resource that a send holds; `kept` once it was sent or is unknown."""

    resource: ResourceId
    tenant: TenantId
    at: int
    kept: bool


class Admission(NamedTuple):
    """A slot of a resource that was set aside for a key."""

    resource: ResourceId
    tenant: TenantId
    at: int
    expires: int


Queued = tuple[Any, ...]
"""An outbox row as it is stored: number, topic, attempt, None (its lease), the event as JSON text;
and, where it is for later, when it is available."""


class Overlay:
    """The tables. `put` and `drop` are logged with what stood there; `undo` takes them back.

    Nothing is ever written over in `inbox` and `outbox`, so that their length says all: what was
    added since a mark stands at their end. They are the two that every unit writes.

    The numbers given last are not taken back: a gap does no harm, a number given twice would.
    """

    def __init__(self) -> None:
        self.log: list[tuple[dict[Any, Any], Any, Any]] = []
        self.inbox: dict[tuple[str, str], int] = {}
        self.rows: dict[RowKey, Stored] = {}
        self.sends: dict[SendId, Send] = {}
        self.touches: dict[TouchKey, SendId] = {}
        self.addresses: dict[AddressKey, SendId] = {}
        self.timers: dict[TimerId, TimerRecord] = {}
        self.reservations: dict[SendId, Reservation] = {}
        self.reserved: dict[ResourceId, dict[SendId, int]] = {}
        self.admissions: dict[PartitionKey, Admission] = {}
        self.admitted: dict[ResourceId, dict[PartitionKey, int]] = {}
        self.stops: dict[tuple[TenantId, StopId], Stop] = {}
        self.stopped: dict[tuple[TenantId, str], dict[StopId, Stop]] = {}
        self.credits: dict[TenantId, int] = {}
        self.leases: dict[str, Lease] = {}
        self.outbox: dict[int, Queued] = {}
        self.lines: dict[int, LineRecord] = {}
        self.last_lines: dict[Scope, int] = {}
        self.dead: dict[str, DeadLetter] = {}
        self.last_outbox = 0
        self.last_line = 0
        self.last_timer = 0
        self.loaded = 0
        """How many of the inbox's entries were there before the batch."""

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Writes one entry."""
        self.log.append((table, key, table.get(key, ABSENT)))
        table[key] = value

    def drop(self, table: dict[Any, Any], key: Any) -> None:
        """Removes one entry; nothing happens where there is none."""
        if key in table:
            self.log.append((table, key, table.pop(key)))

    def mark(self) -> tuple[int, int, int]:
        """Returns how far the tables have come, for `undo`."""
        return len(self.log), len(self.inbox), len(self.outbox)

    def undo(self, mark: tuple[int, int, int]) -> None:
        """Takes back everything since a mark."""
        logged, consumed, queued = mark
        while len(self.log) > logged:
            table, key, old = self.log.pop()
            if old is ABSENT:
                del table[key]
            else:
                table[key] = old
        while len(self.inbox) > consumed:
            self.inbox.popitem()
        while len(self.outbox) > queued:
            self.outbox.popitem()

    def changes(self) -> dict[int, dict[Any, Any]]:
        """Returns what has to be written, by the identity of its table: each key that was put or
        dropped, with what stood there before the batch, or ABSENT."""
        found: dict[int, dict[Any, Any]] = {}
        for table, key, old in self.log:
            first = found.get(id(table))
            if first is None:
                found[id(table)] = {key: old}
            elif key not in first:
                first[key] = old
        return found
