"""The port's single writes: a connection inside the writer's transaction, and what to change."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from contracts.ids import LeadId, TenantId
from statestore.base import Lease, OutboxRow
from statestore.erasure import ERASED, SUBJECT, blank
from statestore.leasing import taken
from statestore.records import event_of, micros, moment_or_none, packed

# ── outbox ────────────────────────────────────────────────────────────────────────────────────

_FREE = "(leased_until IS NULL OR leased_until <= ?)"
_NOW = (
    f"SELECT number, topic, attempt, event, NULL FROM outbox WHERE {_FREE} "  # noqa: S608
    "ORDER BY number LIMIT ?"
)
_LATER = (
    "SELECT number, topic, attempt, event, available FROM deferred "  # noqa: S608
    f"WHERE {_FREE} AND available <= ? ORDER BY available, number LIMIT ?"
)


def claim_outbox(
    connection: sqlite3.Connection, now: datetime, limit: int, machine: float, until: float
) -> list[OutboxRow]:
    """Claims rows that are available, oldest first."""
    rows = connection.execute(_NOW, (machine, limit)).fetchall()
    rows += connection.execute(_LATER, (machine, micros(now), limit)).fetchall()
    chosen = sorted(rows)[:limit]
    for table, later in (("outbox", False), ("deferred", True)):
        numbers = [row[0] for row in chosen if (row[4] is not None) == later]
        connection.executemany(
            f"UPDATE {table} SET leased_until = ? WHERE number BETWEEN ? AND ?",  # noqa: S608
            [(until, *run) for run in runs(numbers)],
        )
    return [
        OutboxRow(
            number=number,
            event=event_of(event),
            topic=topic,
            attempt=attempt,
            available=moment_or_none(available),
        )
        for number, topic, attempt, event, available in chosen
    ]


def delete_published(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Deletes outbox rows; those for later stand in another table."""
    known = set(numbers)
    spans = list(runs(known))
    gone = connection.executemany(_DELETE.format("outbox"), spans).rowcount
    if gone < len(known):
        connection.executemany(_DELETE.format("deferred"), spans)


_DELETE = "DELETE FROM {} WHERE number BETWEEN ? AND ?"


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yields the first and last of each run of neighbours: numbers given in one commit stand side
    by side, and a run is one statement."""
    ordered = sorted(numbers)
    start = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or ordered[place] != ordered[place - 1] + 1:
            yield ordered[start], ordered[place - 1]
            start = place


def forget_consumed(connection: sqlite3.Connection, names: Sequence[tuple[str, str]]) -> int:
    """Drops inbox rows by agent and id; returns how many there were."""
    statement = "DELETE FROM inbox WHERE agent = ? AND id = ?"
    return connection.executemany(statement, names).rowcount


def settle_dead(
    connection: sqlite3.Connection, id_: str, state: str, note: str, at: datetime
) -> bool:
    """Marks a dead letter; False where it is not there or not dead."""
    changed = connection.execute(
        "UPDATE dead SET state = ?, note = ?, settled_at = ? WHERE id = ? AND state = 'dead'",
        (state, note, micros(at), id_),
    )
    return changed.rowcount == 1


# ── leases ────────────────────────────────────────────────────────────────────────────────────


def acquire(
    connection: sqlite3.Connection, name: str, owner: str, machine: float, seconds: float
) -> Lease | None:
    """Takes or renews a lease; None while somebody else holds it."""
    row = connection.execute(
        "SELECT name, owner, epoch, until FROM leases WHERE name = ?", (name,)
    ).fetchone()
    there = None
    if row is not None:
        there = Lease(name=row[0], owner=row[1], epoch=row[2], until=row[3])
    lease = taken(there, name, owner, machine, seconds)
    if lease is not None:
        connection.execute(
            "INSERT INTO leases VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "owner = excluded.owner, epoch = excluded.epoch, until = excluded.until",
            (lease.name, lease.owner, lease.epoch, lease.until),
        )
    return lease


def release(connection: sqlite3.Connection, lease: Lease) -> None:
    """Gives a lease back if it is still the holder's."""
    connection.execute(
        "UPDATE leases SET owner = '', until = 0 WHERE name = ? AND owner = ? AND epoch = ?",
        (lease.name, lease.owner, lease.epoch),
    )


def end_leases(connection: sqlite3.Connection) -> None:
    """Ends every lease. A consumer that starts is alone, so that whoever held one is dead; and
    machine seconds of before a restart of the host say nothing after it."""
    connection.execute("UPDATE timers SET leased_until = NULL WHERE leased_until IS NOT NULL")
    connection.execute("UPDATE leases SET owner = '', until = 0 WHERE owner <> ''")
    for table in ("outbox", "deferred"):
        connection.execute(
            f"UPDATE {table} SET leased_until = NULL WHERE leased_until IS NOT NULL"  # noqa: S608
        )
    connection.execute("UPDATE sends SET lease_until = 0 WHERE state = 'claimed'")


# ── erasure, closing ──────────────────────────────────────────────────────────────────────────


def erase(connection: sqlite3.Connection, tenant: TenantId, lead: LeadId, at: datetime) -> int:
    """Blanks what identifies a lead's people (`statestore.erasure`); returns how many rows."""
    count = 0
    for table in ("persons", "contents"):
        changed = connection.execute(
            f"UPDATE {table} SET data = ?, version = version + 1 "  # noqa: S608
            "WHERE tenant = ? AND parent = ? AND parent <> ''",
            (packed(blank(at)).decode(), tenant, lead),
        )
        count += changed.rowcount
    connection.execute(
        "UPDATE sends SET diagnostic = '', request = NULL, version = version + 1 "
        "WHERE tenant = ? AND lead = ? AND (diagnostic <> '' OR request IS NOT NULL)",
        (tenant, lead),
    )
    connection.execute(
        "UPDATE dead SET value = x'', detail = '', state = 'discarded', note = ? "
        "WHERE tenant = ? AND json_extract(headers, ?) = ?",
        (ERASED, tenant, f"$.{SUBJECT}", lead),
    )
    return count


def put_meta(connection: sqlite3.Connection, name: str, value: str | None) -> None:
    """Writes a word about the store itself."""
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def get_meta(connection: sqlite3.Connection, name: str) -> str | None:
    """Reads a word about the store itself; None where there is none."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]
