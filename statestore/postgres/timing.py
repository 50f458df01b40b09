"""Reads of timers and of what is under way, each flat in the number of timers to come.

Every question walks a partial index (sql/postgres/0001_state.sql) from the end where its answer
stands. Values in front of an index (clients, pools, ranks) are found by jumps: the next one after
this one, as a recursive query. Live leases stand in an index of their own and are few; ended ones
are rare (their holder died) and are added to what is free. Moments of leases are the server's here.
Timers carry no policy: who asks serves every client.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.ids import PartitionKey
from statestore.base import Backlog, PoolDemand, Timer
from statestore.postgres import shapes, tenants
from statestore.postgres.asking import Asking
from statestore.records import micros, moment_or_none, timer_of

CELLS = shapes.TIMERS.listed("t.")


def _timers(found: Iterable[Any], offset: float) -> list[Timer]:
    return [timer_of(shapes.timer_here(cells, offset)) for cells in found]


_NAMED = (
    f"SELECT {CELLS} FROM unnest($2::text[]) AS u(key) "  # noqa: S608
    "JOIN leadwire.timers AS t ON t.agent = $1 AND t.key = u.key"
)


async def timers(
    asking: Asking, agent: str, keys: Iterable[PartitionKey], offset: float
) -> dict[PartitionKey, Timer]:
    """Returns the timers of keys."""
    found = await asking.plain(_NAMED, agent, list(set(keys)))
    return {timer.key: timer for timer in _timers(found, offset)}


# ── without a pool ────────────────────────────────────────────────────────────────────────────

_FREE = "t.leased_until IS NULL AND t.pool IS NULL"
_ENDED = "t.leased_until <= $2 AND t.due <= $1"
_DUE = f"""
WITH RECURSIVE clients AS (
    (SELECT t.tenant, t.due FROM leadwire.timers AS t WHERE {_FREE}
     ORDER BY t.tenant, t.due LIMIT 1)
    UNION ALL
    SELECT n.tenant, n.due FROM clients AS c CROSS JOIN LATERAL (
        SELECT t.tenant, t.due FROM leadwire.timers AS t WHERE {_FREE} AND t.tenant > c.tenant
        ORDER BY t.tenant, t.due LIMIT 1
    ) AS n
), ended AS (
    SELECT {CELLS} FROM leadwire.timers AS t WHERE {_ENDED} AND t.pool IS NULL
), chosen AS (
    SELECT tenant, min(due) AS first FROM (
        SELECT tenant, due FROM clients WHERE due <= $1 UNION ALL SELECT tenant, due FROM ended
    ) AS every GROUP BY tenant ORDER BY 2, 1 LIMIT $3
), page AS (
    SELECT c.first, t.* FROM chosen AS c CROSS JOIN LATERAL (
        SELECT {CELLS} FROM leadwire.timers AS t
        WHERE {_FREE} AND t.tenant = c.tenant AND t.due <= $1
        ORDER BY t.due, t.agent, t.key LIMIT $3
    ) AS t
    UNION ALL
    SELECT c.first, t.* FROM chosen AS c JOIN ended AS t ON t.tenant = c.tenant
), turns AS (
    SELECT page.*, row_number() OVER (PARTITION BY tenant ORDER BY due, agent, key) AS turn
    FROM page
)
SELECT {CELLS} FROM turns AS t ORDER BY turn, first, tenant LIMIT $3
"""  # noqa: S608


async def due_timers(
    asking: Asking, now: datetime, machine: float, limit: int, offset: float
) -> list[Timer]:
    """Returns due timers without pool or live lease, clients by turns: whoever has waited longest
    first, each client's by due time."""
    return _timers(await asking.plain(_DUE, micros(now), machine, limit), offset)


# ── pools ─────────────────────────────────────────────────────────────────────────────────────

_OPEN = "t.leased_until IS NULL AND t.pool IS NOT NULL"
_BARE = f"{_OPEN} AND t.waiting IS NULL"


def _ranks(name: str, free: str, pool: str) -> str:
    """A recursive query `name(rank)` over the ranks of one pool."""
    where = f"{free} AND t.pool = {pool}"
    return f"""{name} AS (
    (SELECT t.rank FROM leadwire.timers AS t WHERE {where} ORDER BY t.rank LIMIT 1)
    UNION ALL
    SELECT n.rank FROM {name} AS r CROSS JOIN LATERAL (
        SELECT t.rank FROM leadwire.timers AS t WHERE {where} AND t.rank > r.rank
        ORDER BY t.rank LIMIT 1
    ) AS n
)"""  # noqa: S608


def _counted(free: str, pool: str, bound: str) -> str:
    """How many timers of a pool are due, rank by rank."""
    return f"""(WITH RECURSIVE {_ranks("ranks", free, pool)}
    SELECT coalesce(sum(c.count), 0)::bigint FROM ranks CROSS JOIN LATERAL (
        SELECT count(*) AS count FROM leadwire.timers AS t
        WHERE {free} AND t.pool = {pool} AND t.rank = ranks.rank AND t.due <= {bound}
    ) AS c)"""  # noqa: S608


_POOLS = f"""
WITH RECURSIVE pools AS (
    (SELECT t.pool FROM leadwire.timers AS t WHERE {_OPEN} ORDER BY t.pool LIMIT 1)
    UNION ALL
    SELECT n.pool FROM pools AS p CROSS JOIN LATERAL (
        SELECT t.pool FROM leadwire.timers AS t WHERE {_OPEN} AND t.pool > p.pool
        ORDER BY t.pool LIMIT 1
    ) AS n
), ended AS (
    SELECT t.pool, t.waiting FROM leadwire.timers AS t WHERE {_ENDED} AND t.pool IS NOT NULL
), every AS (
    SELECT pool FROM pools UNION SELECT pool FROM ended
)
SELECT e.pool,
    (SELECT count(*) FROM ended WHERE pool = e.pool) + {_counted(_OPEN, "e.pool", "$1")},
    (SELECT count(*) FROM ended WHERE pool = e.pool AND waiting IS NULL)
        + {_counted(_BARE, "e.pool", "$1")}
FROM every AS e
"""  # noqa: S608


async def due_pools(asking: Asking, now: datetime, machine: float) -> dict[str, PoolDemand]:
    """Returns the pools that have due timers without a live lease."""
    found = await asking.plain(_POOLS, micros(now), machine)
    return {pool: PoolDemand(due=due, unmarked=bare) for pool, due, bare in found if due}


def _page(free: str, ended: str) -> str:
    return f"""
WITH RECURSIVE {_ranks("ranks", free, "$4")}, page AS (
    (SELECT t.* FROM ranks CROSS JOIN LATERAL (
        SELECT {CELLS} FROM leadwire.timers AS t
        WHERE {free} AND t.pool = $4 AND t.rank = ranks.rank AND t.due <= $1
        ORDER BY t.due, t.agent, t.key LIMIT $3
    ) AS t LIMIT $3)
    UNION ALL
    SELECT {CELLS} FROM leadwire.timers AS t WHERE {_ENDED} AND t.pool = $4{ended}
)
SELECT {CELLS} FROM page AS t ORDER BY t.rank, t.due, t.agent, t.key LIMIT $3
"""  # noqa: S608


_PAGE = {False: _page(_OPEN, ""), True: _page(_BARE, " AND t.waiting IS NULL")}


async def due_in_pool(
    asking: Asking,
    pool: str,
    now: datetime,
    machine: float,
    limit: int,
    offset: float,
    *,
    unmarked: bool,
) -> list[Timer]:
    """Returns due timers of a pool by rank, then due."""
    found = await asking.plain(_PAGE[unmarked], micros(now), machine, limit, pool)
    return _timers(found, offset)


_AHEAD = f"""
SELECT u.pool, {_counted(_OPEN, "u.pool", "$2")} + (
    SELECT count(*) FROM leadwire.timers AS t
    WHERE t.leased_until IS NOT NULL AND t.pool = u.pool AND t.due <= $2
) FROM unnest($1::text[]) AS u(pool)
"""  # noqa: S608


async def pool_ahead(asking: Asking, pools: Iterable[str], until: datetime) -> dict[str, int]:
    """Returns how many timers of each pool fall due by a moment, leased ones included."""
    found = await asking.plain(_AHEAD, list(set(pools)), micros(until))
    return {pool: count for pool, count in found if count}


# ── what comes next ───────────────────────────────────────────────────────────────────────────

_CALLING = "(t.pool IS NULL OR t.waiting IS NULL)"
_CALM = f"t.leased_until IS NULL AND {_CALLING}"
_NEXT = f"""
SELECT least(
    (SELECT t.due FROM leadwire.timers AS t WHERE {_CALM} ORDER BY t.due LIMIT 1),
    (SELECT min(t.due) FROM leadwire.timers AS t WHERE t.leased_until <= $1 AND {_CALLING})
)
"""  # noqa: S608


async def next_due(asking: Asking, machine: float) -> datetime | None:
    """Returns the earliest due moment of a timer that is not waiting and has no live lease."""
    return moment_or_none(await asking.value(_NEXT, machine))


_BACKLOG = f"""
SELECT
    (SELECT count(*) FROM leadwire.outbox)
        + (SELECT count(*) FROM leadwire.deferred WHERE available <= $1),
    (SELECT count(*) FROM leadwire.deferred WHERE available > $1),
    (SELECT count(*) FROM leadwire.sends WHERE state = 'claimed'),
    (SELECT count(*) FROM leadwire.timers AS t WHERE {_CALM} AND t.due <= $1)
        + (SELECT count(*) FROM leadwire.timers AS t WHERE t.leased_until IS NOT NULL
           AND t.due <= $1 AND (t.leased_until > $2 OR {_CALLING})),
    least(
        (SELECT t.due FROM leadwire.timers AS t WHERE {_CALM} AND t.due > $1
         ORDER BY t.due LIMIT 1),
        (SELECT min(t.due) FROM leadwire.timers AS t WHERE t.leased_until IS NOT NULL
         AND {_CALLING} AND t.due > $1)
    ),
    (SELECT available FROM leadwire.deferred WHERE available > $1 ORDER BY available LIMIT 1)
"""  # noqa: S608


async def backlog(asking: Asking, now: datetime, machine: float) -> Backlog:
    """Returns what is under way or to come."""
    [found] = await asking.within(tenants.EVERYBODY, _BACKLOG_NAMED, micros(now), machine)
    ready, later, claims, due, next_timer, next_outbox = found
    return Backlog(
        outbox_ready=ready,
        outbox_later=later,
        claims_open=claims,
        timers_due=due,
        next_timer=moment_or_none(next_timer),
        next_outbox=moment_or_none(next_outbox),
    )


_BACKLOG_NAMED = f"SELECT * FROM ({_BACKLOG}) AS b(ready, later, claims, due, timer, outbox)"  # noqa: S608
