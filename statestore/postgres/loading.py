"""What a batch of units asks about → an overlay that holds it.

Called at the head of a transaction. On a first try the units' own expectations are taken for given
(`guesses`). On a later one, after something did not stand as expected, everything is read, and the
rows that would be written are locked in the order of their keys: whoever else wants them waits, so
that the second try is the last but for what is not there to be locked.

Where a slot of a resource is asked for, the resource itself is locked first (an advisory lock that
ends with the transaction): slots are counted, and nobody may add one in between. Stops and clients'
rows are read and never locked (design §6). What was read under other tenants' ids (a send id that
is taken) is seen on the second try alone, with the policies' word for everybody, so that judging
can tell a foreign row from none; nothing of it leaves the store.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from contracts.ids import PartitionKey, SendId, StopId, TenantId
from statestore.base import Lease, Send, Unit
from statestore.ledger import keys_of
from statestore.overlay import Admission, Overlay, Scope
from statestore.postgres import shapes, tenants
from statestore.postgres.connecting import Connection
from statestore.postgres.guesses import Guesses
from statestore.postgres.statements import ROWS, Cells, Columns, columns, filled, packed
from statestore.records import LineRecord, dead_of, send_of, stop_of
from statestore.tables import table_of

BLOCK = 65536
"""Numbers that one batch may give: events, lines and timers, each (sql/postgres/0001_state.sql)."""

_HEAD = (
    "SELECT set_config('leadwire.tenants', $1, true), "
    "CASE WHEN $2 THEN nextval('leadwire.outbox_block') ELSE 0 END, "
    "CASE WHEN $3 THEN nextval('leadwire.journal_block') ELSE 0 END, "
    "CASE WHEN $4 THEN nextval('leadwire.timer_block') ELSE 0 END"
)


async def load(
    connection: Connection, units: Sequence[Unit], offset: float, *, again: bool
) -> Overlay:
    """Reads what units ask about; the transaction has begun and sees nothing yet."""
    guesses, tables = Guesses(), Overlay()
    for unit in units:
        guesses.ask(unit)
    await _head(connection, tables, units)
    if not again:
        guesses.take(units, tables)
    lock = " FOR UPDATE OF s" if again else ""
    if guesses.reserved:
        await _lock_resources(connection, guesses)
    if again:
        await _inbox(connection, tables, guesses)
    await _rows(connection, tables, guesses, lock)
    if guesses.timers:
        await _timers(connection, tables, guesses, offset, lock)
    if guesses.sends:
        await _sends(connection, tables, guesses.sends, offset, lock)
    if guesses.reserved or guesses.reservations or guesses.admissions:
        await _quota(connection, tables, guesses)
    await _stops(connection, tables, guesses)
    await _rest(connection, tables, guesses, offset)
    if again and (guesses.sends or guesses.dead):
        await _foreign(connection, tables, guesses, units, offset)
    return tables


async def _head(connection: Connection, tables: Overlay, units: Sequence[Unit]) -> None:
    row = await connection.fetchrow(
        _HEAD,
        tenants.writing(units),
        any(unit.events for unit in units),
        any(unit.journal for unit in units),
        any(unit.timers for unit in units),
    )
    assert row is not None
    _, tables.last_outbox, tables.last_line, tables.last_timer = row


async def asked(
    connection: Connection, sql: str, shape: Columns, names: Iterable[Cells]
) -> list[Any]:
    """Asks for what stands under names; `{rows}` in the statement yields them as `u`."""
    rows, given = packed(shape, list(dict.fromkeys(names)))
    return list(await connection.fetch(filled(sql, rows), *given))


# ── locks ─────────────────────────────────────────────────────────────────────────────────────

_LOCK_RESOURCES = (
    "SELECT pg_advisory_xact_lock(hashtextextended(r, 0)) FROM "
    '(SELECT r FROM unnest($1::text[]) AS r ORDER BY r COLLATE "C" OFFSET 0) AS s'
)


async def _lock_resources(connection: Connection, guesses: Guesses) -> None:
    """In a statement of its own: the next one sees what whoever held the lock has committed."""
    await connection.fetch(_LOCK_RESOURCES, sorted(guesses.reserved))


# ── consumed ids, rows, timers ────────────────────────────────────────────────────────────────

_TAKEN = columns("agent text, id text")
_INBOX = (
    "SELECT i.agent, i.id, i.at FROM {rows} "
    "JOIN leadwire.inbox AS i ON i.agent = u.agent AND i.id = u.id"
)


async def _inbox(connection: Connection, tables: Overlay, guesses: Guesses) -> None:
    names = [(agent, id_) for agent, ids in guesses.inbox.items() for id_ in ids]
    if names:
        for agent, id_, at in await asked(connection, _INBOX, _TAKEN, names):
            tables.inbox[agent, id_] = at
    tables.loaded = len(tables.inbox)


_NAMES = columns("tenant text, kind text, key text")
_ROWS = (
    "SELECT s.tenant, s.kind, s.key, s.version, s.schema, s.parent, s.status "
    "FROM {rows} JOIN leadwire.%s AS s "
    "ON s.kind = u.kind AND s.tenant = u.tenant AND s.key = u.key "
    "ORDER BY s.kind, s.tenant, s.key"
)


async def _rows(connection: Connection, tables: Overlay, guesses: Guesses, lock: str) -> None:
    """Clients' rows that are only asked about are read without a lock: they are wide."""
    wanted: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for (kind, tenant), keys in guesses.refs.items():
        for key in keys:
            name = (tenant, kind, key)
            written = name in guesses.versions
            wanted[table_of(kind), lock if written else ""].append(name)
    for (table, locking), names in wanted.items():
        found = await asked(connection, _ROWS % table + locking, _NAMES, names)
        for tenant, kind, key, version, schema, parent, status in found:
            tables.rows[tenant, kind, key] = (version, schema, parent, status, None, None)


_TIMER_NAMES = columns("agent text, key text")
_TIMERS = (
    f"SELECT {shapes.TIMERS.listed('s.')} FROM {ROWS} "  # noqa: S608
    "JOIN leadwire.timers AS s ON s.agent = u.agent AND s.key = u.key ORDER BY s.agent, s.key"
)


async def _timers(
    connection: Connection, tables: Overlay, guesses: Guesses, offset: float, lock: str
) -> None:
    names = [(agent, key) for agent, keys in guesses.timers.items() for key in keys]
    for cells in await asked(connection, _TIMERS + lock, _TIMER_NAMES, names):
        record = shapes.timer_here(cells, offset)
        tables.timers[record.agent, record.key] = record


# ── the ledger, quota ─────────────────────────────────────────────────────────────────────────

_SENDS = f"SELECT {shapes.SENDS.listed('s.')} FROM "  # noqa: S608
_BY_ID = (
    f"{_SENDS} unnest($1::text[]) AS u(id) JOIN leadwire.sends AS s ON s.id = u.id ORDER BY s.id"
)
_KEYED = (
    "JOIN leadwire.sends AS s ON s.state <> 'refused' AND s.step >= 0 AND s.tenant = u.tenant "
    "AND s.campaign = u.campaign AND s.round = u.round AND s.step = u.step"
)
_TOUCHES = columns("tenant text, campaign text, round bigint, lead text, step bigint")
_BY_TOUCH = f"{_SENDS} {ROWS} {_KEYED} AND s.lead = u.lead"
_ADDRESSES = columns("tenant text, campaign text, round bigint, step bigint, address_hash text")
_BY_ADDRESS = f"{_SENDS} {ROWS} {_KEYED} AND s.address_hash = u.address_hash"


async def _sends(
    connection: Connection, tables: Overlay, sends: Sequence[Send], offset: float, lock: str
) -> None:
    """Reads the sends themselves, and which other ones hold the keys that they would take."""
    found = await connection.fetch(_BY_ID + lock, list({send.id for send in sends}))
    keys = [both for send in sends if (both := keys_of(send)) is not None]
    if keys:
        touches, addresses = zip(*keys, strict=True)
        found += await asked(connection, _BY_TOUCH, _TOUCHES, touches)
        found += await asked(connection, _BY_ADDRESS, _ADDRESSES, addresses)
    for cells in found:
        _put_send(tables, send_of(shapes.send_here(cells, offset)))


def _put_send(tables: Overlay, send: Send) -> None:
    tables.sends[send.id] = send
    keys = keys_of(send)
    if keys is not None:
        tables.touches[keys[0]], tables.addresses[keys[1]] = send.id, send.id


_RESERVATIONS = (
    "SELECT r.send, r.resource, r.tenant, r.at, r.kept FROM leadwire.reservations AS r "
    "WHERE r.send = ANY($1::text[]) ORDER BY r.send FOR UPDATE"
)
_RESERVED = (
    "SELECT u.resource, r.send, r.at FROM unnest($1::text[], $2::bigint[]) AS u(resource, since) "
    "JOIN leadwire.reservations AS r ON r.resource = u.resource AND r.at > u.since"
)
_ADMISSIONS = (
    "SELECT a.key, a.resource, a.tenant, a.at, a.expires FROM leadwire.admissions AS a "
    "WHERE a.key = ANY($1::text[]) ORDER BY a.key FOR UPDATE"
)
_ADMITTED = (
    "SELECT a.resource, a.key, a.expires FROM leadwire.admissions AS a "
    "WHERE a.resource = ANY($1::text[])"
)


async def _quota(connection: Connection, tables: Overlay, guesses: Guesses) -> None:
    if guesses.reservations:
        for send, *cells in await connection.fetch(_RESERVATIONS, list(guesses.reservations)):
            tables.reservations[send] = shapes.reservation_of(cells)
    if guesses.reserved:
        tables.reserved.update({resource: {} for resource in guesses.reserved})
        since = list(guesses.reserved.values())
        for resource, send, at in await connection.fetch(_RESERVED, list(guesses.reserved), since):
            tables.reserved[resource][SendId(send)] = at
    if guesses.admissions:
        for key, *cells in await connection.fetch(_ADMISSIONS, list(guesses.admissions)):
            tables.admissions[key] = Admission(*cells)
    if guesses.admitted:
        tables.admitted.update({resource: {} for resource in guesses.admitted})
        for resource, key, expires in await connection.fetch(_ADMITTED, list(guesses.admitted)):
            tables.admitted[resource][PartitionKey(key)] = expires


# ── stops, and what is rarer ──────────────────────────────────────────────────────────────────

_STOP_NAMES = columns("tenant text, name text")
_STOPS = (
    f"SELECT {shapes.STOPS.listed('s.')} FROM {ROWS} "  # noqa: S608
    "JOIN leadwire.stops AS s ON s.tenant = u.tenant AND s.%s = u.name"
)


async def _stops(connection: Connection, tables: Overlay, guesses: Guesses) -> None:
    for column, wanted in (("id", guesses.stops), ("key", guesses.stopped)):
        names = [(tenant, name) for tenant, names in wanted.items() for name in names]
        if not names:
            continue
        for cells in await asked(connection, _STOPS % column, _STOP_NAMES, names):
            stop = stop_of(tuple(cells))
            tables.stops[stop.tenant, stop.id] = stop
            tables.stopped.setdefault((stop.tenant, stop.key), {})[StopId(stop.id)] = stop


_CREDITS = "SELECT tenant, balance FROM leadwire.credits WHERE tenant = ANY($1::text[])"
_LEASES = (
    "SELECT name, owner, epoch, until FROM leadwire.leases WHERE name = ANY($1::text[]) "
    "ORDER BY name FOR SHARE"
)
_DEAD = f"SELECT {shapes.DEAD.listed()} FROM leadwire.dead WHERE id = ANY($1::text[])"  # noqa: S608


async def _rest(connection: Connection, tables: Overlay, guesses: Guesses, offset: float) -> None:
    if guesses.credits:
        found = await connection.fetch(_CREDITS, list(guesses.credits))
        tables.credits.update({TenantId(tenant): balance for tenant, balance in found})
    if guesses.leases:
        for name, owner, epoch, until in await connection.fetch(_LEASES, list(guesses.leases)):
            lease = Lease(name=name, owner=owner, epoch=epoch, until=until - offset)
            tables.leases[name] = lease
    if guesses.scopes:
        await _last_lines(connection, tables, guesses.scopes)
    if guesses.dead:
        for cells in await connection.fetch(_DEAD, list(guesses.dead)):
            tables.dead[cells[0]] = dead_of(tuple(cells))


_LAST_LINES = (
    f"SELECT {shapes.LINES.listed('s.')} FROM {ROWS} "  # noqa: S608
    "CROSS JOIN LATERAL (SELECT * FROM leadwire.journal AS j WHERE j.tenant = u.tenant AND %s "
    "ORDER BY j.number DESC LIMIT 1) AS s"
)
_LAST_OF = {
    "lead": _LAST_LINES % "j.lead = u.name",
    "account": _LAST_LINES % "j.account = u.name AND j.lead IS NULL",
}


async def _last_lines(connection: Connection, tables: Overlay, scopes: Iterable[Scope]) -> None:
    wanted: dict[str, list[tuple[TenantId, str]]] = defaultdict(list)
    for tenant, name in scopes:
        what, _, key = name.partition(":")
        wanted[what].append((tenant, key))
    for what, names in wanted.items():
        for cells in await asked(connection, _LAST_OF[what], _STOP_NAMES, names):
            line = LineRecord(*cells)
            scope = f"{what}:{line.lead if what == 'lead' else line.account}"
            tables.lines[line.number] = line
            tables.last_lines[TenantId(line.tenant), scope] = line.number


# ── ids that another tenant has ───────────────────────────────────────────────────────────────

_ADMIT = "SELECT set_config('leadwire.tenants', $1, true)"


async def _foreign(
    connection: Connection,
    tables: Overlay,
    guesses: Guesses,
    units: Sequence[Unit],
    offset: float,
) -> None:
    """Adds rows of other tenants that stand under the same ids: judging refuses them by name."""
    await connection.execute(_ADMIT, tenants.EVERYBODY)
    if guesses.sends:
        ids = list({send.id for send in guesses.sends})
        for cells in await connection.fetch(_BY_ID, ids):
            send = send_of(shapes.send_here(cells, offset))
            tables.sends.setdefault(send.id, send)
    if guesses.dead:
        for cells in await connection.fetch(_DEAD, list(guesses.dead)):
            tables.dead.setdefault(cells[0], dead_of(tuple(cells)))
    await connection.execute(_ADMIT, tenants.writing(units))
