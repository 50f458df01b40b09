"""Reads of rows, events, stops, the ledger, quota and history: one statement each.

What carries a tenant is asked within its tenants (`Asking.within`): row-level security admits the
rows of those that the call names and no others, beside the WHERE clause that names them too.
"""

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
from statestore.postgres import shapes, tenants
from statestore.postgres.asking import Asking
from statestore.postgres.statements import ROWS, columns, filled, packed
from statestore.records import (
    dead_of,
    line_of,
    micros,
    moment,
    row_of,
    send_of,
    stop_of,
)
from statestore.tables import table_of

# ── rows ──────────────────────────────────────────────────────────────────────────────────────


_CELLS = shapes.ROWS.listed("s.")
_NAMES = columns("tenant text, kind text, key text")
_ROWS = (
    f"SELECT {_CELLS} FROM {ROWS} "  # noqa: S608
    "JOIN leadwire.%s AS s ON s.kind = u.kind AND s.tenant = u.tenant AND s.key = u.key"
)


async def rows(asking: Asking, refs: Iterable[Ref]) -> dict[Ref, Row]:
    """Returns the rows that are there."""
    names: dict[str, dict[tuple[str, str, str], None]] = {}
    for ref in refs:
        names.setdefault(table_of(ref.kind), {})[ref.tenant, ref.kind, ref.key] = None
    admitted = tenants.scope({TenantId(name[0]) for among in names.values() for name in among})
    found = {}
    for table, among in names.items():
        items, given = packed(_NAMES, list(among))
        statement = filled(_ROWS % table, items)
        for row in map(row_of, await asking.within(admitted, statement, *given)):
            found[row.ref] = row
    return found


_CHILDREN = (
    f"SELECT {_CELLS} FROM unnest($1::text[], $2::text[]) AS u(tenant, parent) "  # noqa: S608
    "JOIN leadwire.{} AS s ON s.tenant = u.tenant AND s.parent = u.parent AND s.parent <> '' "
    "AND s.kind = $3 ORDER BY s.tenant, s.parent, s.key"
)


async def children(
    asking: Asking, pairs: Iterable[tuple[TenantId, str]], kind: str
) -> dict[tuple[TenantId, str], list[Row]]:
    """Returns rows of a kind by parent, ordered by key."""
    owners, parents = zip(*dict.fromkeys(pairs), strict=True)
    statement = _CHILDREN.format(table_of(kind))
    cells = await asking.within(tenants.scope(owners), statement, owners, parents, kind)
    found: dict[tuple[TenantId, str], list[Row]] = {}
    for row in map(row_of, cells):
        found.setdefault((row.ref.tenant, row.parent), []).append(row)
    return found


async def scan(
    asking: Asking,
    tenant: TenantId | None,
    kind: str,
    status: str | None,
    after: str,
    limit: int,
) -> list[Row]:
    """Returns a page of rows by (tenant, key)."""
    owner, _, key = after.partition("/")
    given: list[Any] = [kind]
    if tenant is None:
        where, order = "(tenant, key) > ($2, $3)", "tenant, key"
        given += [owner, key]
    elif after and owner != tenant:
        return []
    else:
        where, order = "tenant = $2 AND key > $3", "key"
        given += [tenant, key]
    if status is not None:
        given.append(status)
        where += " AND status = $4" + (" AND status <> ''" if status else "")
    statement = (
        f"SELECT {shapes.ROWS.listed()} FROM leadwire.{table_of(kind)} "  # noqa: S608
        f"WHERE kind = $1 AND {where} ORDER BY {order} LIMIT ${len(given) + 1}"
    )
    found = await asking.within(tenants.scope([tenant]), statement, *given, limit)
    return [row_of(cells) for cells in found]


# ── consumed ids, dead letters ────────────────────────────────────────────────────────────────


async def consumed(asking: Asking, agent: str, ids: Sequence[str]) -> set[str]:
    """Returns which of the ids an agent has taken."""
    found = await asking.plain(
        "SELECT i.id FROM unnest($2::text[]) AS u(id) "
        "JOIN leadwire.inbox AS i ON i.agent = $1 AND i.id = u.id",
        agent,
        ids,
    )
    return {id_ for (id_,) in found}


async def dead_letters(
    asking: Asking, tenant: TenantId | None, agent: str | None, state: str | None
) -> list[DeadLetter]:
    """Returns dead letters, oldest first."""
    where, given = _where(tenant=tenant, agent=agent, state=state)
    found = await asking.within(
        tenants.scope([tenant]),
        f"SELECT {shapes.DEAD.listed()} FROM leadwire.dead {where} ORDER BY first_at, id",  # noqa: S608
        *given,
    )
    return [dead_of(tuple(cells)) for cells in found]


def _where(**equal: Any) -> tuple[str, list[Any]]:
    asked = {name: value for name, value in equal.items() if value is not None}
    clauses = " AND ".join(f"{name} = ${n}" for n, name in enumerate(asked, start=1))
    return (f"WHERE {clauses}" if clauses else ""), list(asked.values())


# ── stops ─────────────────────────────────────────────────────────────────────────────────────

_STOPS = (
    f"SELECT {shapes.STOPS.listed('s.')} FROM unnest($1::text[], $2::text[]) AS u(tenant, key) "  # noqa: S608
    "JOIN leadwire.stops AS s ON s.tenant = u.tenant AND s.key = u.key ORDER BY s.at, s.id"
)


async def stops(
    asking: Asking, pairs: Iterable[tuple[TenantId, str]]
) -> dict[tuple[TenantId, str], list[Stop]]:
    """Returns every stop under (tenant, key), oldest first."""
    owners, keys = zip(*dict.fromkeys(pairs), strict=True)
    found: dict[tuple[TenantId, str], list[Stop]] = {}
    for stop in map(stop_of, await asking.within(tenants.scope(owners), _STOPS, owners, keys)):
        found.setdefault((stop.tenant, stop.key), []).append(stop)
    return found


async def stops_of(
    asking: Asking, tenant: TenantId | None, holding_at: datetime | None
) -> list[Stop]:
    """Returns all stops of a tenant, or of all; or those that hold at a moment."""
    where, given = _where(tenant=tenant)
    if holding_at is not None:
        given.append(micros(holding_at))
        holding = f"lifted IS NULL AND (until IS NULL OR until > ${len(given)})"
        where = f"{where} AND {holding}" if where else f"WHERE {holding}"
    found = await asking.within(
        tenants.scope([tenant]),
        f"SELECT {shapes.STOPS.listed()} FROM leadwire.stops {where} ORDER BY at, id",  # noqa: S608
        *given,
    )
    return [stop_of(cells) for cells in found]


# ── the ledger ────────────────────────────────────────────────────────────────────────────────

_SENDS = f"SELECT {shapes.SENDS.listed('s.')} FROM"
_SENDS_BY_ID = f"{_SENDS} unnest($1::text[]) AS u(id) JOIN leadwire.sends AS s ON s.id = u.id"
_SENDS_OF = (
    f"{_SENDS} unnest($2::text[]) AS u(lead) JOIN leadwire.sends AS s "
    "ON s.tenant = $1 AND s.lead = u.lead ORDER BY s.planned_at, s.step, s.id"
)
_SENDS_TO = (
    f"{_SENDS} unnest($2::text[]) AS u(address) JOIN leadwire.sends AS s "
    "ON s.tenant = $1 AND s.address_hash = u.address "
    "AND s.state IN ('claimed', 'sent', 'unknown') ORDER BY s.planned_at, s.step, s.id"
)


def _sends(found: Iterable[Any], offset: float) -> list[Send]:
    return [send_of(shapes.send_here(cells, offset)) for cells in found]


async def sends(
    asking: Asking, tenant: TenantId | None, ids: Iterable[SendId], offset: float
) -> dict[SendId, Send]:
    """Returns ledger rows by id."""
    found = await asking.within(tenants.scope([tenant]), _SENDS_BY_ID, list(set(ids)))
    return {send.id: send for send in _sends(found, offset) if tenant in (None, send.tenant)}


async def sends_of(
    asking: Asking, tenant: TenantId, leads: Sequence[LeadId], offset: float
) -> dict[LeadId, list[Send]]:
    """Returns the ledger rows of leads, by planned_at then step."""
    found: dict[LeadId, list[Send]] = {}
    asked = await asking.within(tenants.scope([tenant]), _SENDS_OF, tenant, list(set(leads)))
    for send in _sends(asked, offset):
        found.setdefault(send.lead, []).append(send)
    return found


async def sends_to(
    asking: Asking, tenant: TenantId, addresses: Sequence[AddressHash], offset: float
) -> dict[AddressHash, list[Send]]:
    """Returns sends that count against addresses, oldest first."""
    found: dict[AddressHash, list[Send]] = {}
    asked = await asking.within(tenants.scope([tenant]), _SENDS_TO, tenant, list(set(addresses)))
    for send in _sends(asked, offset):
        found.setdefault(send.address_hash, []).append(send)
    return found


async def sends_in(
    asking: Asking, state: SendState, tenant: TenantId | None, limit: int, offset: float
) -> list[Send]:
    """Returns sends in a state, oldest claim first."""
    where, given = _where(state=state.value, tenant=tenant)
    found = await asking.within(
        tenants.scope([tenant]),
        f"{_SENDS} leadwire.sends AS s {where} "
        f"ORDER BY coalesce(claimed_at, planned_at), id LIMIT ${len(given) + 1}",
        *given,
        limit,
    )
    return _sends(found, offset)


_EXPIRED = (
    f"{_SENDS} leadwire.sends AS s WHERE state = 'claimed' AND lease_until <= $1 "
    "ORDER BY lease_until, id LIMIT $2"
)


async def expired_claims(asking: Asking, machine: float, limit: int, offset: float) -> list[Send]:
    """Returns claims whose lease has ended."""
    found = await asking.within(tenants.EVERYBODY, _EXPIRED, machine + offset, limit)
    return _sends(found, offset)


_RETRIES = (
    f"{_SENDS} leadwire.sends AS s WHERE state = 'planned' AND next_try IS NOT NULL "
    "AND next_try <= $1 ORDER BY next_try, id LIMIT $2"
)


async def retries_due(asking: Asking, now: datetime, limit: int, offset: float) -> list[Send]:
    """Returns planned sends whose next try has come."""
    return _sends(await asking.within(tenants.EVERYBODY, _RETRIES, micros(now), limit), offset)


# ── quota, credit ─────────────────────────────────────────────────────────────────────────────

_USAGE = (
    "SELECT r.resource, r.at, false FROM unnest($1::text[]) AS u(resource) "
    "JOIN leadwire.reservations AS r ON r.resource = u.resource AND r.at > $2 "
    "UNION ALL SELECT a.resource, a.at, true FROM unnest($1::text[]) AS u(resource) "
    "JOIN leadwire.admissions AS a ON a.resource = u.resource AND a.expires > $3 ORDER BY 2"
)


async def usage(
    asking: Asking, resources: Sequence[ResourceId], since: datetime, now: datetime
) -> dict[ResourceId, Usage]:
    """Returns what counts against resources: reservations later than `since`, live admissions;
    whoever used them, since a resource's limits are its own (spec 5.9)."""
    times: dict[ResourceId, list[datetime]] = defaultdict(list)
    aside: dict[ResourceId, list[datetime]] = defaultdict(list)
    found = await asking.plain(_USAGE, list(set(resources)), micros(since), micros(now))
    for resource, at, admitted in found:
        (aside if admitted else times)[resource].append(moment(at))
    return {
        resource: Usage(reserved=tuple(times[resource]), admitted=tuple(aside[resource]))
        for resource in {*times, *aside}
    }


async def credit(asking: Asking, owners: Iterable[TenantId]) -> dict[TenantId, int]:
    """Returns balances."""
    asked = list(owners)
    statement = "SELECT tenant, balance FROM leadwire.credits WHERE tenant = ANY($1::text[])"
    found = await asking.within(tenants.scope(asked), statement, asked)
    return {TenantId(tenant): balance for tenant, balance in found}


# ── history ───────────────────────────────────────────────────────────────────────────────────


async def journal(
    asking: Asking,
    tenant: TenantId,
    lead: LeadId | None,
    account: AccountId | None,
    after: int,
    limit: int,
) -> list[Line]:
    """Returns lines in the order of their numbers: those of one key are given in the order of
    their commits, since one process at a time writes about it."""
    where, given = _where(tenant=tenant, lead=lead, account=account)
    last = len(given)
    found = await asking.within(
        tenants.scope([tenant]),
        f"SELECT {shapes.LINES.listed()} FROM leadwire.journal {where} "  # noqa: S608
        f"AND number > ${last + 1} ORDER BY number LIMIT ${last + 2}",
        *given,
        after,
        limit,
    )
    return [line_of(cells) for cells in found]


async def tally(
    asking: Asking, tenant: TenantId | None, since: datetime, until: datetime
) -> dict[tuple[str, str, str], int]:
    """Returns (campaign, kind, code) → how many lines, counts included."""
    where, given = _where(tenant=tenant)
    last = len(given)
    found = await asking.within(
        tenants.scope([tenant]),
        "SELECT campaign, kind, code, sum(times)::bigint FROM leadwire.journal "  # noqa: S608
        f"{where} {'AND' if where else 'WHERE'} at >= ${last + 1} AND at < ${last + 2} "
        "GROUP BY campaign, kind, code",
        *given,
        micros(since),
        micros(until),
    )
    return {(campaign, kind, code): count for campaign, kind, code, count in found}
