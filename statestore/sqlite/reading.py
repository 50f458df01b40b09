"""Reads of rows, events, stops, the ledger, quota and history: a connection and what is asked for.

Each is one statement, or several on one snapshot. Lists of names travel as JSON (`rows.listed`).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from contracts.ids import (
    AccountId,
    AddressHash,
    LeadId,
    ResourceId,
    SendId,
    TenantId,
)
from contracts.outcome import SendState
from statestore.base import DeadLetter, Line, Ref, Row, Send, Stop, Usage
from statestore.records import (
    DEAD_COLUMNS,
    LINE_COLUMNS,
    SEND_FIELDS,
    STOP_COLUMNS,
    dead_of,
    line_of,
    micros,
    moment,
    row_of,
    send_of,
    stop_of,
    unpacked,
)
from statestore.sqlite.rows import listed
from statestore.tables import table_of

Cells = tuple[Any, ...]
SEND_COLUMNS = ", ".join(SEND_FIELDS)
ROW_COLUMNS = "tenant, kind, key, version, schema, parent, status, data"


def prefixed(columns: str, table: str) -> str:
    """Names columns of one table in a join."""
    return ", ".join(f"{table}.{name}" for name in columns.split(", "))


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def rows(connection: sqlite3.Connection, refs: Iterable[Ref]) -> dict[Ref, Row]:
    """Returns the rows that are there."""
    names: dict[tuple[str, str], dict[str, Ref]] = defaultdict(dict)
    for ref in refs:
        names[ref.kind, ref.tenant][ref.key] = ref
    found: dict[Ref, Row] = {}
    for (kind, tenant), keys in names.items():
        cells = connection.execute(
            f"SELECT {prefixed(ROW_COLUMNS, 's')} FROM json_each(?) AS j "  # noqa: S608
            f"CROSS JOIN {table_of(kind)} AS s ON s.kind = ? AND s.tenant = ? AND s.key = j.value",
            (listed(keys), kind, tenant),
        )
        for _, _, key, version, schema, parent, status, data in cells:
            ref = keys[key]
            found[ref] = Row(
                ref=ref,
                version=version,
                data=unpacked(data),
                parent=parent,
                status=status,
                schema=schema,
            )
    return found


def children(
    connection: sqlite3.Connection, pairs: Iterable[tuple[TenantId, str]], kind: str
) -> dict[tuple[TenantId, str], list[Row]]:
    """Returns rows of a kind by parent, ordered by key."""
    cells = connection.execute(
        f"SELECT {prefixed(ROW_COLUMNS, 's')} FROM json_each(?) AS j "  # noqa: S608
        f"CROSS JOIN {table_of(kind)} AS s ON s.tenant = json_extract(j.value, '$[0]') "
        "AND s.parent = json_extract(j.value, '$[1]') AND s.parent <> '' AND s.kind = ? "
        "ORDER BY s.tenant, s.parent, s.key",
        (listed(dict.fromkeys(pairs)), kind),
    )
    found: dict[tuple[TenantId, str], list[Row]] = {}
    for row in map(row_of, cells):
        found.setdefault((row.ref.tenant, row.parent), []).append(row)
    return found


def scan(
    connection: sqlite3.Connection,
    tenant: TenantId | None,
    kind: str,
    status: str | None,
    after: str,
    limit: int,
) -> list[Row]:
    """Returns a page of rows by (tenant, key)."""
    owner, _, key = after.partition("/")
    if tenant is None:
        where, given, order = "(tenant, key) > (?, ?)", [owner, key], "tenant, key"
    elif after and owner != tenant:
        return []
    else:
        where, given, order = "tenant = ? AND key > ?", [tenant, key], "key"
    if status is not None:
        where, given = f"{where} AND status = ?", [*given, status]
    if status:
        where = f"{where} AND status <> ''"
    cells = connection.execute(
        f"SELECT {ROW_COLUMNS} FROM {table_of(kind)} WHERE kind = ? AND {where} "  # noqa: S608
        f"ORDER BY {order} LIMIT ?",
        [kind, *given, limit],
    )
    return [row_of(row) for row in cells]


# ── consumed ids, dead letters ────────────────────────────────────────────────────────────────


def consumed(connection: sqlite3.Connection, agent: str, ids: Sequence[str]) -> set[str]:
    """Returns which of the ids an agent has taken."""
    found = connection.execute(
        "SELECT i.id FROM json_each(?) AS j CROSS JOIN inbox AS i "
        "ON i.agent = ? AND i.id = j.value",
        (listed(ids), agent),
    )
    return {id_ for (id_,) in found}


INBOX_PAGE = 20_000


def consumed_before(
    connection: sqlite3.Connection, before: datetime, after: tuple[str, str]
) -> tuple[list[tuple[str, str]], tuple[str, str] | None]:
    """Looks through one page of the inbox; returns which of it is older than a moment, and where
    the next page begins, None after the last."""
    rows = connection.execute(
        "SELECT agent, id, at FROM inbox WHERE (agent, id) > (?, ?) ORDER BY agent, id LIMIT ?",
        (*after, INBOX_PAGE),
    ).fetchall()
    bound = micros(before)
    old = [(agent, id_) for agent, id_, at in rows if at < bound]
    return old, (rows[-1][0], rows[-1][1]) if len(rows) == INBOX_PAGE else None


def dead_letters(
    connection: sqlite3.Connection, tenant: TenantId | None, agent: str | None, state: str | None
) -> list[DeadLetter]:
    """Returns dead letters, oldest first."""
    where, given = _where(tenant=tenant, agent=agent, state=state)
    found = connection.execute(
        f"SELECT {DEAD_COLUMNS} FROM dead {where} ORDER BY first_at, id",  # noqa: S608
        given,
    )
    return [dead_of(cells) for cells in found]


def _where(**equal: Any) -> tuple[str, list[Any]]:
    asked = {name: value for name, value in equal.items() if value is not None}
    clauses = " AND ".join(f"{name} = ?" for name in asked)
    return (f"WHERE {clauses}" if clauses else ""), list(asked.values())


# ── stops ─────────────────────────────────────────────────────────────────────────────────────


def stops(
    connection: sqlite3.Connection, pairs: Iterable[tuple[TenantId, str]]
) -> dict[tuple[TenantId, str], list[Stop]]:
    """Returns every stop under (tenant, key), oldest first."""
    cells = connection.execute(
        f"SELECT {prefixed(STOP_COLUMNS, 's')} FROM json_each(?) AS j "  # noqa: S608
        "CROSS JOIN stops AS s INDEXED BY stops_key ON s.tenant = json_extract(j.value, '$[0]') "
        "AND s.key = json_extract(j.value, '$[1]') ORDER BY s.at, s.id",
        (listed(dict.fromkeys(pairs)),),
    )
    found: dict[tuple[TenantId, str], list[Stop]] = {}
    for stop in map(stop_of, cells):
        found.setdefault((stop.tenant, stop.key), []).append(stop)
    return found


def stops_of(
    connection: sqlite3.Connection, tenant: TenantId | None, holding_at: datetime | None
) -> list[Stop]:
    """Returns all stops of a tenant, or of all; or those that hold at a moment."""
    where, given = _where(tenant=tenant)
    if holding_at is not None:
        holding = "lifted IS NULL AND (until IS NULL OR until > ?)"
        where = f"{where} AND {holding}" if where else f"WHERE {holding}"
        given.append(micros(holding_at))
    found = connection.execute(
        f"SELECT {STOP_COLUMNS} FROM stops {where} ORDER BY at, id",  # noqa: S608
        given,
    )
    return [stop_of(cells) for cells in found]


# ── the ledger ────────────────────────────────────────────────────────────────────────────────

_SENDS = f"SELECT {SEND_COLUMNS} FROM sends"  # noqa: S608
_LISTED_SENDS = f"SELECT {prefixed(SEND_COLUMNS, 's')} FROM json_each(?) AS j CROSS JOIN sends AS s"  # noqa: S608


def sends(
    connection: sqlite3.Connection, tenant: TenantId | None, ids: Iterable[SendId]
) -> dict[SendId, Send]:
    """Returns ledger rows by id, of a tenant or of all."""
    found = connection.execute(f"{_LISTED_SENDS} ON s.id = j.value", (listed(ids),))
    every = {send.id: send for send in map(send_of, found)}
    return {id_: send for id_, send in every.items() if tenant in (None, send.tenant)}


def sends_of(
    connection: sqlite3.Connection, tenant: TenantId, leads: Sequence[LeadId]
) -> dict[LeadId, list[Send]]:
    """Returns the ledger rows of leads, by planned_at then step."""
    cells = connection.execute(
        f"{_LISTED_SENDS} ON s.tenant = ? AND s.lead = j.value ORDER BY s.planned_at, s.step, s.id",
        (listed(set(leads)), tenant),
    )
    found: dict[LeadId, list[Send]] = {}
    for send in map(send_of, cells):
        found.setdefault(send.lead, []).append(send)
    return found


def sends_to(
    connection: sqlite3.Connection, tenant: TenantId, addresses: Sequence[AddressHash]
) -> dict[AddressHash, list[Send]]:
    """Returns sends that count against addresses, oldest first."""
    cells = connection.execute(
        f"{_LISTED_SENDS} ON s.tenant = ? AND s.address_hash = j.value "
        "AND s.state IN ('claimed', 'sent', 'unknown') ORDER BY s.planned_at, s.step, s.id",
        (listed(set(addresses)), tenant),
    )
    found: dict[AddressHash, list[Send]] = {}
    for send in map(send_of, cells):
        found.setdefault(send.address_hash, []).append(send)
    return found


def sends_in(
    connection: sqlite3.Connection, state: SendState, tenant: TenantId | None, limit: int
) -> list[Send]:
    """Returns sends in a state, oldest claim first."""
    where, given = _where(state=state.value, tenant=tenant)
    found = connection.execute(
        f"{_SENDS} {where} ORDER BY coalesce(claimed_at, planned_at), id LIMIT ?", [*given, limit]
    )
    return [send_of(cells) for cells in found]


def expired_claims(connection: sqlite3.Connection, machine: float, limit: int) -> list[Send]:
    """Returns claims whose lease has ended."""
    found = connection.execute(
        f"{_SENDS} INDEXED BY sends_claimed WHERE state = 'claimed' AND lease_until <= ? "
        "ORDER BY lease_until, id LIMIT ?",
        (machine, limit),
    )
    return [send_of(cells) for cells in found]


def retries_due(connection: sqlite3.Connection, now: datetime, limit: int) -> list[Send]:
    """Returns planned sends whose next try has come."""
    found = connection.execute(
        f"{_SENDS} INDEXED BY sends_retry WHERE state = 'planned' AND next_try IS NOT NULL "
        "AND next_try <= ? ORDER BY next_try, id LIMIT ?",
        (micros(now), limit),
    )
    return [send_of(cells) for cells in found]


# ── quota, credit ─────────────────────────────────────────────────────────────────────────────


def usage(
    connection: sqlite3.Connection, resources: Sequence[ResourceId], since: datetime, now: datetime
) -> dict[ResourceId, Usage]:
    """Returns what counts against resources: reservations later than `since`, live admissions."""
    names = listed(set(resources))
    reserved = connection.execute(
        "SELECT r.resource, r.at FROM json_each(?) AS j CROSS JOIN reservations AS r "
        "ON r.resource = j.value AND r.at > ? ORDER BY r.at",
        (names, micros(since)),
    )
    times: dict[ResourceId, list[datetime]] = defaultdict(list)
    for resource, at in reserved:
        times[resource].append(moment(at))
    admitted = connection.execute(
        "SELECT a.resource, a.at FROM json_each(?) AS j CROSS JOIN admissions AS a "
        "ON a.resource = j.value AND a.expires > ? ORDER BY a.at",
        (names, micros(now)),
    )
    aside: dict[ResourceId, list[datetime]] = defaultdict(list)
    for resource, at in admitted:
        aside[resource].append(moment(at))
    return {
        resource: Usage(reserved=tuple(times[resource]), admitted=tuple(aside[resource]))
        for resource in {*times, *aside}
    }


def credit(connection: sqlite3.Connection, tenants: Iterable[TenantId]) -> dict[TenantId, int]:
    """Returns balances."""
    found = connection.execute(
        "SELECT c.tenant, c.balance FROM json_each(?) AS j CROSS JOIN credits AS c "
        "ON c.tenant = j.value",
        (listed(tenants),),
    )
    return dict(found.fetchall())


# ── history ───────────────────────────────────────────────────────────────────────────────────


def journal(
    connection: sqlite3.Connection,
    tenant: TenantId,
    lead: LeadId | None,
    account: AccountId | None,
    after: int,
    limit: int,
) -> list[Line]:
    """Returns lines in the order of their commits."""
    where, given = _where(tenant=tenant, lead=lead, account=account)
    found = connection.execute(
        f"SELECT {LINE_COLUMNS} FROM journal {where} AND number > ? ORDER BY number LIMIT ?",  # noqa: S608
        [*given, after, limit],
    )
    return [line_of(cells) for cells in found]


def tally(
    connection: sqlite3.Connection, tenant: TenantId | None, since: datetime, until: datetime
) -> dict[tuple[str, str, str], int]:
    """Returns (campaign, kind, code) → how many lines, counts included."""
    where, given = _where(tenant=tenant)
    clause = "at >= ? AND at < ?"
    found = connection.execute(
        "SELECT campaign, kind, code, sum(times) FROM journal INDEXED BY journal_at "  # noqa: S608
        f"{where} {'AND' if where else 'WHERE'} {clause} GROUP BY campaign, kind, code",
        [*given, micros(since), micros(until)],
    )
    return {(campaign, kind, code): count for campaign, kind, code, count in found}
