"""What units are judged against: tables as dictionaries, with a log that can undo.

For the memory store these are the tables themselves. For SQLite they hold what a batch of units
asks about, read in a few statements; what the log names at the end is what has to be written. So
one set of rules (`statestore.judge`) serves both, and later units of a batch see what earlier ones
wrote.
"""

from typing import Any, NamedTuple

from contracts.ids import AddressHash, PartitionKey, ResourceId, SendId, StopId, TenantId
from statestore.base import DeadLetter, Lease, Ref, Send, Stop
from statestore.records import LineRecord, TimerRecord

ABSENT: Any = object()

TouchKey = tuple[str, str, int, str, int]
"""Tenant, campaign, round, lead, step."""
AddressKey = tuple[str, str, int, int, AddressHash]
"""Tenant, campaign, round, step, address hash."""
Scope = tuple[TenantId, str]
"""Whose last line a repeated line is compared with: the lead's, else the account's own."""
TimerId = tuple[str, str]


class Stored(NamedTuple):
    """A row as it stands. `data` is JSON bytes; None where only its version was asked for."""

    version: int
    schema: int
    parent: str
    status: str
    data: bytes | None


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


class Queued(NamedTuple):
    """An outbox row; `available` None means at once."""

    topic: str
    attempt: int
    available: int | None
    event: bytes


class Overlay:
    """The tables. `put` and `drop` are logged with what stood there; `undo` takes them back."""

    def __init__(self) -> None:
        self.log: list[tuple[dict[Any, Any], Any, Any]] = []
        self.inbox: dict[tuple[str, str], int] = {}
        self.rows: dict[Ref, Stored] = {}
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
        self.counters: dict[str, int] = {"outbox": 0, "journal": 0, "timer": 0}

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Writes one entry."""
        self.log.append((table, key, table.get(key, ABSENT)))
        table[key] = value

    def drop(self, table: dict[Any, Any], key: Any) -> None:
        """Removes one entry; nothing happens where there is none."""
        if key in table:
            self.log.append((table, key, table.pop(key)))

    def next(self, counter: str) -> int:
        """Returns the next number of a counter; numbers are never given twice."""
        number = self.counters[counter] + 1
        self.put(self.counters, counter, number)
        return number

    def undo(self, mark: int) -> None:
        """Takes back everything that was logged after `mark`."""
        while len(self.log) > mark:
            table, key, old = self.log.pop()
            if old is ABSENT:
                del table[key]
            else:
                table[key] = old
