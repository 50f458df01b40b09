"""What the overlay's log names → statements, one per table and kind of change.

Several writes of one entry within a batch become one: what stood before the batch decides between
insert, update and delete. A row whose parent and status stay leaves their indexes alone.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from statestore.base import CONTENT_KINDS, PERSONAL_KINDS, Stop
from statestore.ledger import keys_of
from statestore.overlay import ABSENT, Overlay, Queued
from statestore.records import (
    DEAD_COLUMNS,
    LINE_COLUMNS,
    SEND_FIELDS,
    STOP_COLUMNS,
    TIMER_COLUMNS,
    LineRecord,
    dead_record,
    send_record,
    stop_record,
)
from statestore.tables import TABLES, table_of

Table = dict[Any, Any]
First = Mapping[Any, Any]
"""Key → what stood there before the batch, or ABSENT."""


def flush(connection: sqlite3.Connection, tables: Overlay) -> None:
    """Writes everything that the overlay has on top of what was loaded."""
    changes = tables.changes()
    if len(tables.inbox) > tables.loaded:
        _flush_inbox(connection, tables)
    for table, write in _writers(tables) if changes else ():
        first = changes.get(id(table))
        if first:
            write(connection, table, first)
    if tables.outbox:
        _flush_outbox(connection, tables.outbox)
    if changes or tables.outbox or len(tables.inbox) > tables.loaded:
        connection.execute(
            "UPDATE counters SET outbox = ?, journal = ?, timer = ?, commits = commits + 1",
            (tables.last_outbox, tables.last_line, tables.last_timer),
        )


def _writers(
    tables: Overlay,
) -> Iterable[tuple[Table, Callable[[sqlite3.Connection, Table, First], None]]]:
    return (
        (tables.rows, _flush_rows),
        (tables.sends, _flush_sends),
        (tables.reservations, _flush_reservations),
        (tables.admissions, _flush_admissions),
        (tables.stops, _flush_stops),
        (tables.timers, _flush_timers),
        (tables.lines, _flush_lines),
        (tables.dead, _flush_dead),
        (tables.credits, _flush_credits),
    )


def marks(columns: str) -> str:
    """Returns as many question marks as there are columns."""
    return ", ".join("?" for _ in columns.split(","))


def upsert(table: str, columns: str, keys: str) -> str:
    """Returns the statement that inserts a row or replaces all but its key."""
    names = [name for name in columns.split(", ") if name not in keys.split(", ")]
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks(columns)}) "  # noqa: S608
        f"ON CONFLICT ({keys}) DO UPDATE SET {sets}"
    )


def _flush_inbox(connection: sqlite3.Connection, tables: Overlay) -> None:
    new = islice(tables.inbox.items(), tables.loaded, None)
    rows = [(agent, id_, at) for (agent, id_), at in new]
    connection.executemany("INSERT INTO inbox VALUES (?, ?, ?)", rows)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def _flush_rows(connection: sqlite3.Connection, table: Table, first: First) -> None:
    """A row that was there is changed in its place, which saves finding it again by its name."""
    piles: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for (tenant, kind, key), old in first.items():
        version, schema, parent, status, data, place = table[tenant, kind, key]
        name, text = _TABLE_OF.get(kind, "states"), data.decode()
        if old is ABSENT:
            row = (tenant, kind, key, version, schema, parent, status, text)
            piles[name, "new"].append(row)
        elif old[2] == parent and old[3] == status:
            piles[name, "stayed"].append((version, schema, text, place))
        else:
            piles[name, "moved"].append((version, schema, text, parent, status, place))
    for pile, rows in piles.items():
        connection.executemany(_ROWS[pile], rows)


_TABLE_OF = {kind: table_of(kind) for kind in PERSONAL_KINDS | CONTENT_KINDS}
_NEW = "INSERT INTO {} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_STAYED = "UPDATE {} SET version = ?, schema = ?, data = ? WHERE rowid = ?"
_MOVED = "UPDATE {} SET version = ?, schema = ?, data = ?, parent = ?, status = ? WHERE rowid = ?"
_ROWS = {
    (name, pile): statement.format(name)
    for name in TABLES
    for pile, statement in (("new", _NEW), ("stayed", _STAYED), ("moved", _MOVED))
}


# ── the ledger, quota, stops ──────────────────────────────────────────────────────────────────


def _flush_sends(connection: sqlite3.Connection, table: Table, first: First) -> None:
    """Sends whose keys change let go of the old ones first, since others of the batch may take
    them."""
    freed = [
        (id_,)
        for id_, old in first.items()
        if old is not ABSENT and keys_of(old) not in (None, keys_of(table[id_]))
    ]
    if freed:
        connection.executemany("UPDATE sends SET state = 'refused' WHERE id = ?", freed)
    connection.executemany(_UPSERT_SEND, [send_record(table[id_]) for id_ in first])


_UPSERT_SEND = upsert("sends", ", ".join(SEND_FIELDS), "id")


def _flush_reservations(connection: sqlite3.Connection, table: Table, first: First) -> None:
    _delete(connection, "DELETE FROM reservations WHERE send = ?", table, first)
    rows = [(send, *table[send]) for send in first if send in table]
    connection.executemany(_UPSERT_RESERVATION, rows)


_UPSERT_RESERVATION = upsert("reservations", "send, resource, tenant, at, kept", "send")


def _flush_admissions(connection: sqlite3.Connection, table: Table, first: First) -> None:
    _delete(connection, "DELETE FROM admissions WHERE key = ?", table, first)
    rows = [(key, *table[key]) for key in first if key in table]
    connection.executemany(_UPSERT_ADMISSION, rows)


_UPSERT_ADMISSION = upsert("admissions", "key, resource, tenant, at, expires", "key")


def _delete(connection: sqlite3.Connection, statement: str, table: Table, first: First) -> None:
    """Deletes the entries that are gone; names of several parts are tuples."""
    gone = [key if isinstance(key, tuple) else (key,) for key in first if key not in table]
    if gone:
        connection.executemany(statement, gone)


def _flush_stops(connection: sqlite3.Connection, table: Table, first: First) -> None:
    stops: list[Stop] = [table[name] for name in first]
    connection.executemany(_UPSERT_STOP, [stop_record(stop) for stop in stops])


_UPSERT_STOP = upsert("stops", STOP_COLUMNS, "tenant, id")


# ── timers, events, history, credit ───────────────────────────────────────────────────────────


def _flush_timers(connection: sqlite3.Connection, table: Table, first: First) -> None:
    _delete(connection, "DELETE FROM timers WHERE agent = ? AND key = ?", table, first)
    rows = [tuple(table[name]) for name in first if name in table]
    connection.executemany(_UPSERT_TIMER, rows)


_UPSERT_TIMER = upsert("timers", TIMER_COLUMNS, "agent, key")


def _flush_outbox(connection: sqlite3.Connection, outbox: Mapping[int, Queued]) -> None:
    now = [row for row in outbox.values() if len(row) == 5]
    connection.executemany("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", now)
    if len(now) < len(outbox):
        later = [row for row in outbox.values() if len(row) > 5]
        connection.executemany("INSERT INTO deferred VALUES (?, ?, ?, ?, ?, ?)", later)


def _flush_lines(connection: sqlite3.Connection, table: Table, first: First) -> None:
    new, again = [], []
    for number, old in first.items():
        line: LineRecord = table[number]
        if old is ABSENT:
            new.append((*line[:_DATA], line.data.decode(), *line[_DATA + 1 :]))
        else:
            again.append((line.times, line.last_at, number))
    connection.executemany(_INSERT_LINE, new)
    if again:
        connection.executemany("UPDATE journal SET times = ?, last_at = ? WHERE number = ?", again)


_INSERT_LINE = f"INSERT INTO journal VALUES ({marks(LINE_COLUMNS)})"  # noqa: S608
_DATA = LineRecord._fields.index("data")


def _flush_dead(connection: sqlite3.Connection, table: Table, first: First) -> None:
    records = [dead_record(table[id_]) for id_ in first]
    rows = [(*row[:_HEADERS], row[_HEADERS].decode(), *row[_HEADERS + 1 :]) for row in records]
    connection.executemany(_UPSERT_DEAD, rows)


_UPSERT_DEAD = upsert("dead", DEAD_COLUMNS, "id") + ", settled_at = NULL"
_HEADERS = DEAD_COLUMNS.split(", ").index("headers")


def _flush_credits(connection: sqlite3.Connection, table: Table, first: First) -> None:
    rows = [(tenant, table[tenant]) for tenant in first]
    connection.executemany(_UPSERT_CREDIT, rows)


_UPSERT_CREDIT = upsert("credits", "tenant, balance", "tenant")
