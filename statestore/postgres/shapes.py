"""Columns of the tables, in the order of their records (`statestore.records`), and leases among
them, which are translated between the server's clock and the caller's on the way."""

from collections.abc import Iterable
from typing import Any

from contracts.ids import PartitionKey
from statestore.overlay import Reservation
from statestore.postgres.statements import Cells, columns
from statestore.records import SEND_FIELDS, LineRecord, TimerRecord

INBOX = columns("agent text, id text, at bigint")
ROWS = columns(
    "tenant text, kind text, key text, version bigint, schema bigint, parent text, status text, "
    "data text"
)
OUTBOX = columns("number bigint, topic text, attempt bigint, leased_until float8, event text")
DEFERRED = columns(
    "number bigint, topic text, attempt bigint, leased_until float8, event text, available bigint"
)
TIMERS = columns(
    "agent text, key text, tenant text, due bigint, reason text, lead text, pool text, "
    "rank bigint, zone text, wall text, waiting bigint, estimate bigint, version bigint, "
    "leased_until float8"
)
SENDS = columns(
    "id text, tenant text, account text, lead text, person text, campaign text, "
    "definition bigint, round bigint, step bigint, attempt bigint, channel text, "
    "address_hash text, resource text, state text, planned_at bigint, not_after bigint, "
    "mode text, purpose text, content text, content_hash text, tries bigint, ambiguous boolean, "
    "vendor_class text, owner text, claimed_at bigint, lease_until float8, settled_at bigint, "
    "next_try bigint, code text, diagnostic text, reference text, provider_id text, "
    "request text, version bigint"
)
RESERVATIONS = columns("send text, resource text, tenant text, at bigint, kept boolean")
ADMISSIONS = columns("key text, resource text, tenant text, at bigint, expires bigint")
STOPS = columns(
    "tenant text, id text, key text, reason text, at bigint, cause text, by text, note text, "
    "until bigint, lifted text"
)
LINES = columns(
    "number bigint, tenant text, account text, lead text, campaign text, at bigint, agent text, "
    "kind text, code text, data text, repeat text, times bigint, last_at bigint"
)
DEAD = columns(
    "id text, tenant text, agent text, topic text, key text, headers text, value bytea, "
    "reason text, detail text, attempts bigint, origin text, first_at bigint, last_at bigint, "
    "state text, note text"
)
CREDITS = columns("tenant text, balance bigint")

assert SENDS.names == SEND_FIELDS
assert TIMERS.names == TimerRecord._fields
assert LINES.names == LineRecord._fields

_LEASE = SEND_FIELDS.index("lease_until")
_AMBIGUOUS = SEND_FIELDS.index("ambiguous")

TimerName = tuple[str, PartitionKey]


def shifted(moment: float | None, by: float) -> float | None:
    """Moves a lease's end from one clock to the other."""
    return None if moment is None else moment + by


def timer_here(cells: Iterable[Any], offset: float) -> TimerRecord:
    """Reads a timer, its lease by the caller's clock."""
    record = TimerRecord(*cells)
    if record.leased_until is None:
        return record
    return record._replace(leased_until=record.leased_until - offset)


def timer_there(record: TimerRecord, offset: float) -> Cells:
    """Returns a timer's cells, its lease by the server's clock."""
    if record.leased_until is None:
        return record
    return record._replace(leased_until=record.leased_until + offset)


def send_here(cells: Iterable[Any], offset: float) -> Cells:
    """Returns a send's cells, its lease by the caller's clock."""
    record = list(cells)
    record[_LEASE] = shifted(record[_LEASE], -offset)
    return tuple(record)


def send_there(record: Cells, offset: float) -> Cells:
    """Returns a send's cells as they are stored."""
    cells = list(record)
    cells[_LEASE] = shifted(cells[_LEASE], offset)
    cells[_AMBIGUOUS] = bool(cells[_AMBIGUOUS])
    return tuple(cells)


def reservation_of(cells: Iterable[Any]) -> Reservation:
    """Reads a reservation without its send."""
    return Reservation(*cells)
