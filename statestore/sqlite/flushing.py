"""What the overlay's log names → statements, one per table and kind of change.

Several writes of one entry within a batch become one: what stood before the batch decides between
insert, update and delete. A row whose parent and status stay leaves their indexes alone.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from statestore.base import Ref, Stop
from statestore.ledger import keys_of
from statestore.overlay import ABSENT, Overlay, Stored
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
from statestore.sqlite.rows import TABLES, table_of

Table = dict[Any, Any]
First = Mapping[Any, Any]
"""Key → what stood there before the batch, or ABSENT."""


def flush(connection: sqlite3.Connection, tables: Overlay) -> None:
    """Writes everything that the log names; does nothing where it is empty."""
    changes: dict[int, dict[Any, Any]] = {}
    for table, key, old in tables.log:
        first = changes.get(id(table))
        if first is None:
            changes[id(table)] = {key: old}
        elif key not in first:
            first[key] = old
    for table, write in _writers(tables):
        first = changes.get(id(table))
        if first:
            write(connection, table, first)
    if changes:
        counters = tables.counters
        connection.execute(
            "UPDATE counters SET outbox = ?, journal = ?, timer = ?, commits = commits + 1",
            (counters["outbox"], counters["journal"], counters["timer"]),
        )


def _writers(
    tables: Overlay,
) -> Iterable[tuple[Table, Callable[[sqlite3.Connection, Table, First], None]]]:
    return (
        (tables.inbox, _flush_inbox),
        (tables.rows, _flush_rows),
        (tables.sends, _flush_sends),
        (tables.reservations, _flush_reservations),
        (tables.admissions, _flush_admissions),
        (tables.stops, _flush_stops),
        (tables.timers, _flush_timers),
        (tables.outbox, _flush_outbox),
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


def _flush_inbox(connection: sqlite3.Connection, table: Table, first: First) -> None:
    rows = [(agent, id_, table[agent, id_]) for agent, id_ in first]
    connection.executemany("INSERT INTO inbox VALUES (?, ?, ?)", rows)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def _flush_rows(connection: sqlite3.Connection, table: Table, first: First) -> None:
    new: dict[str, list[Any]] = {}
    moved: dict[str, list[Any]] = {}
    stayed: dict[str, list[Any]] = {}
    for ref, old in first.items():
        _sort_row(ref, old, table[ref], (new, moved, stayed))
    for name in TABLES:
        for rows, statement in ((new, _INSERT), (moved, _MOVE), (stayed, _STAY)):
            if name in rows:
                connection.executemany(statement[name], rows[name])


def _sort_row(ref: Ref, old: Any, stored: Stored, piles: tuple[dict[str, list[Any]], ...]) -> None:
    version, schema, parent, status, data = stored
    assert data is not None
    kind, tenant, key, text, name = ref.kind, ref.tenant, ref.key, data.decode(), table_of(ref.kind)
    new, moved, stayed = piles
    if old is ABSENT:
        row: tuple[Any, ...] = (tenant, kind, key, version, schema, parent, status, text)
        new.setdefault(name, []).append(row)
    elif (old.parent, old.status) == (parent, status):
        row = (version, schema, text, kind, tenant, key)
        stayed.setdefault(name, []).append(row)
    else:
        row = (version, schema, text, parent, status, kind, tenant, key)
        moved.setdefault(name, []).append(row)


_INSERT = {name: f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?, ?, ?, ?)" for name in TABLES}  # noqa: S608
_WHERE = "WHERE kind = ? AND tenant = ? AND key = ?"
_STAY = {
    name: f"UPDATE {name} SET version = ?, schema = ?, data = ? {_WHERE}"  # noqa: S608
    for name in TABLES
}
_MOVE = {
    name: f"UPDATE {name} SET version = ?, schema = ?, data = ?, parent = ?, status = ? {_WHERE}"  # noqa: S608
    for name in TABLES
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
    connection.executemany(_UPSERT_TIMER, [table[name] for name in first if name in table])


_UPSERT_TIMER = upsert("timers", TIMER_COLUMNS, "agent, key")


def _flush_outbox(connection: sqlite3.Connection, table: Table, first: First) -> None:
    now, later = [], []
    for number in first:
        topic, attempt, available, event = table[number]
        row = (number, topic, attempt, None, event.decode())
        if available is None:
            now.append(row)
        else:
            later.append((*row, available))
    connection.executemany("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", now)
    if later:
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
