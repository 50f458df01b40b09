"""What a batch of units asks about → an overlay that holds it.

Called at the head of a write transaction, so that what is loaded stays true until it commits. Each
question that some unit of the batch has is one statement for all of them; most batches have two
(consumed ids, row versions). Row data is not read: judging needs versions alone.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from contracts.ids import StopId, TenantId
from statestore.base import Lease, Send, Stop, Unit
from statestore.ledger import keys_of
from statestore.overlay import Admission, Overlay, Reservation
from statestore.questions import Questions
from statestore.records import (
    DEAD_COLUMNS,
    LINE_COLUMNS,
    SEND_FIELDS,
    STOP_COLUMNS,
    TIMER_COLUMNS,
    LineRecord,
    TimerRecord,
    dead_of,
    send_of,
    stop_of,
)
from statestore.sqlite.rows import listed
from statestore.tables import table_of

SEND_COLUMNS = ", ".join(SEND_FIELDS)


def load(connection: sqlite3.Connection, units: Sequence[Unit]) -> Overlay:
    """Reads what units ask about; raises TypeError for names that no engine holds."""
    questions, tables = Questions(), Overlay()
    for unit in units:
        questions.ask(unit)
    row = connection.execute("SELECT outbox, journal, timer FROM counters").fetchone()
    tables.last_outbox, tables.last_line, tables.last_timer = row
    for agent, ids in questions.inbox.items():
        _load_inbox(connection, tables, agent, ids)
    for (kind, tenant), keys in questions.refs.items():
        _load_rows(connection, tables, kind, tenant, keys)
    for agent, timers in questions.timers.items():
        _load_timers(connection, tables, agent, timers)
    if questions.sends:
        _load_sends(connection, tables, questions.sends)
    if questions.reserved or questions.reservations or questions.admissions:
        _load_quota(connection, tables, questions)
    _load_stops(connection, tables, questions)
    _load_rest(connection, tables, questions)
    return tables


def _load_inbox(
    connection: sqlite3.Connection, tables: Overlay, agent: str, ids: Sequence[str]
) -> None:
    found = connection.execute(
        "SELECT i.id, i.at FROM json_each(?) AS j CROSS JOIN inbox AS i "
        "ON i.agent = ? AND i.id = j.value",
        (listed(ids), agent),
    )
    tables.inbox.update({(agent, id_): at for id_, at in found})
    tables.loaded = len(tables.inbox)


def _load_rows(
    connection: sqlite3.Connection, tables: Overlay, kind: str, tenant: TenantId, keys: set[str]
) -> None:
    found = connection.execute(
        "SELECT s.key, s.version, s.schema, s.parent, s.status, NULL, s.rowid "  # noqa: S608
        "FROM json_each(?) AS j "
        f"CROSS JOIN {table_of(kind)} AS s ON s.kind = ? AND s.tenant = ? AND s.key = j.value",
        (listed(keys), kind, tenant),
    )
    for row in found:
        tables.rows[tenant, kind, row[0]] = row[1:]


def _load_timers(
    connection: sqlite3.Connection, tables: Overlay, agent: str, keys: set[str]
) -> None:
    columns = ", ".join(f"t.{name}" for name in TIMER_COLUMNS.split(", "))
    found = connection.execute(
        f"SELECT {columns} FROM json_each(?) AS j CROSS JOIN timers AS t "  # noqa: S608
        "ON t.agent = ? AND t.key = j.value",
        (listed(keys), agent),
    )
    for row in found:
        tables.timers[row[0], row[1]] = TimerRecord(*row)


def _load_sends(connection: sqlite3.Connection, tables: Overlay, sends: Iterable[Send]) -> None:
    """Reads the sends themselves, and which other ones hold the keys that they would take."""
    touches, addresses, ids = [], [], set()
    for send in sends:
        ids.add(send.id)
        keys = keys_of(send)
        if keys is not None:
            touches.append(keys[0])
            addresses.append(keys[1])
    found = connection.execute(_SENDS_BY_ID, (listed(ids),)).fetchall()
    found += connection.execute(_SENDS_BY_TOUCH, (listed(touches),))
    found += connection.execute(_SENDS_BY_ADDRESS, (listed(addresses),))
    for send in map(send_of, found):
        tables.sends[send.id] = send
        keys = keys_of(send)
        if keys is not None:
            tables.touches[keys[0]], tables.addresses[keys[1]] = send.id, send.id


_SEND_CELLS = ", ".join(f"s.{name}" for name in SEND_FIELDS)
_SENDS_BY_ID = (
    f"SELECT {_SEND_CELLS} FROM json_each(?) AS j CROSS JOIN sends AS s ON s.id = j.value"  # noqa: S608
)
_KEYED = (
    f"SELECT {_SEND_CELLS} FROM json_each(?) AS j CROSS JOIN sends AS s "  # noqa: S608
    "ON s.state <> 'refused' AND s.step >= 0 AND s.tenant = json_extract(j.value, '$[0]') "
    "AND s.campaign = json_extract(j.value, '$[1]') AND s.round = json_extract(j.value, '$[2]') "
)
_SENDS_BY_TOUCH = (
    f"{_KEYED} AND s.lead = json_extract(j.value, '$[3]') "
    "AND s.step = json_extract(j.value, '$[4]')"
)
_SENDS_BY_ADDRESS = (
    f"{_KEYED} AND s.step = json_extract(j.value, '$[3]') "
    "AND s.address_hash = json_extract(j.value, '$[4]')"
)


def _load_quota(connection: sqlite3.Connection, tables: Overlay, questions: Questions) -> None:
    found = connection.execute(
        "SELECT r.send, r.resource, r.tenant, r.at, r.kept FROM json_each(?) AS j "
        "CROSS JOIN reservations AS r ON r.send = j.value",
        (listed(questions.reservations),),
    )
    for send, resource, tenant, at, kept in found:
        tables.reservations[send] = Reservation(resource, tenant, at, bool(kept))
    for resource, since in questions.reserved.items():
        held = connection.execute(
            "SELECT send, at FROM reservations WHERE resource = ? AND at > ?", (resource, since)
        )
        tables.reserved[resource] = dict(held.fetchall())
    found = connection.execute(
        "SELECT a.key, a.resource, a.tenant, a.at, a.expires FROM json_each(?) AS j "
        "CROSS JOIN admissions AS a ON a.key = j.value",
        (listed(questions.admissions),),
    )
    for key, resource, tenant, at, expires in found:
        tables.admissions[key] = Admission(resource, tenant, at, expires)
    for resource in questions.admitted:
        held = connection.execute(
            "SELECT key, expires FROM admissions WHERE resource = ?", (resource,)
        )
        tables.admitted[resource] = dict(held.fetchall())


def _load_stops(connection: sqlite3.Connection, tables: Overlay, questions: Questions) -> None:
    for column, asked in (("id", questions.stops), ("key", questions.stopped)):
        for tenant, names in asked.items():
            for stop in _stops(connection, column, tenant, names):
                tables.stops[tenant, stop.id] = stop
                tables.stopped.setdefault((tenant, stop.key), {})[StopId(stop.id)] = stop


def _stops(
    connection: sqlite3.Connection, column: str, tenant: TenantId, names: set[str]
) -> list[Stop]:
    cells = ", ".join(f"s.{name}" for name in STOP_COLUMNS.split(", "))
    found = connection.execute(
        f"SELECT {cells} FROM json_each(?) AS j CROSS JOIN stops AS s {_STOP_INDEX[column]} "  # noqa: S608
        f"ON s.tenant = ? AND s.{column} = j.value",
        (listed(names), tenant),
    )
    return [stop_of(row) for row in found]


_STOP_INDEX = {"id": "", "key": "INDEXED BY stops_key"}
"""Without statistics the planner takes every stop of the client for fewer than those of a key."""


def _load_rest(connection: sqlite3.Connection, tables: Overlay, questions: Questions) -> None:
    for tenant in questions.credits:
        for row in connection.execute(_CREDIT, (tenant,)):
            tables.credits[tenant] = row[0]
    for name in questions.leases:
        for owner, epoch, until in connection.execute(_LEASE, (name,)):
            tables.leases[name] = Lease(name=name, owner=owner, epoch=epoch, until=until)
    for scope in questions.scopes:
        _load_last_line(connection, tables, scope)
    for id_ in questions.dead:
        for row in connection.execute(_DEAD, (id_,)):
            tables.dead[id_] = dead_of(row)


_CREDIT = "SELECT balance FROM credits WHERE tenant = ?"
_LEASE = "SELECT owner, epoch, until FROM leases WHERE name = ?"
_DEAD = f"SELECT {DEAD_COLUMNS} FROM dead WHERE id = ?"  # noqa: S608


def _load_last_line(
    connection: sqlite3.Connection, tables: Overlay, scope: tuple[TenantId, str]
) -> None:
    tenant, (what, _, name) = scope[0], scope[1].partition(":")
    where = "lead = ?" if what == "lead" else "account = ? AND lead IS NULL"
    row = connection.execute(
        f"SELECT {LINE_COLUMNS} FROM journal WHERE tenant = ? AND {where} "  # noqa: S608
        "ORDER BY number DESC LIMIT 1",
        (tenant, name),
    ).fetchone()
    if row is not None:
        line = LineRecord(*row)
        tables.lines[line.number], tables.last_lines[scope] = line, line.number
