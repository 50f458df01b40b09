"""Reads of timers and of what is under way, each flat in the number of timers to come.

Every question walks a partial index (`sql/sqlite/0001_state.sql`) from the end where its answer
stands. Values in front of an index (clients, pools, ranks) are found by jumps: the next one after
this one. Live leases stand in an index of their own and are few; ended ones are rare (their holder
died) and are merged in.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import merge, nsmallest
from itertools import islice
from typing import Any

from contracts.ids import PartitionKey
from statestore.base import Backlog, PoolDemand, Timer
from statestore.records import TIMER_COLUMNS, TimerRecord, micros, moment_or_none, timer_of
from statestore.sqlite.reading import prefixed
from statestore.sqlite.rows import listed
from statestore.turns import by_turns

_TIMERS = f"SELECT {TIMER_COLUMNS} FROM timers"  # noqa: S608
_LAST = 2**63 - 1


def _records(cells: Iterable[Any]) -> Iterator[TimerRecord]:
    return (TimerRecord(*row) for row in cells)


def timers(
    connection: sqlite3.Connection, agent: str, keys: Iterable[PartitionKey]
) -> dict[PartitionKey, Timer]:
    """Returns the timers of keys."""
    found = connection.execute(
        f"SELECT {prefixed(TIMER_COLUMNS, 't')} FROM json_each(?) AS j "  # noqa: S608
        "CROSS JOIN timers AS t ON t.agent = ? AND t.key = j.value",
        (listed(keys), agent),
    )
    return {timer.key: timer for timer in map(timer_of, found)}


# ── without a pool ────────────────────────────────────────────────────────────────────────────

_NEXT_CLIENT = (
    "SELECT tenant, due FROM timers INDEXED BY timers_free "
    "WHERE leased_until IS NULL AND pool IS NULL AND tenant > ? ORDER BY tenant, due LIMIT 1"
)
_FREE = (
    f"{_TIMERS} INDEXED BY timers_free WHERE leased_until IS NULL AND pool IS NULL "
    "AND tenant = ? AND due <= ? ORDER BY due, agent, key"
)
_ENDED = f"{_TIMERS} WHERE leased_until <= ? AND due <= ?"


def due_timers(
    connection: sqlite3.Connection, now: datetime, machine: float, limit: int
) -> list[Timer]:
    """Returns due timers without pool or live lease, clients by turns: whoever has waited longest
    first, each client's by due time."""
    bound = micros(now)
    ended = [r for r in _ended(connection, machine, bound) if r.pool is None]
    first: dict[str, int] = {}
    for tenant, due in [*_clients(connection), *((r.tenant, r.due) for r in ended)]:
        if due <= bound:
            first[tenant] = min(due, first.get(tenant, due))
    waiting = nsmallest(limit, first, key=lambda tenant: (first[tenant], tenant))
    queues = [
        merge(
            _records(connection.execute(_FREE, (tenant, bound))),
            sorted((r for r in ended if r.tenant == tenant), key=_by_due),
            key=_by_due,
        )
        for tenant in waiting
    ]
    return [timer_of(record) for record in by_turns(queues, limit)]


def _clients(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yields each client with the due time of its first free timer, by a jump for each."""
    tenant = ""
    while (row := connection.execute(_NEXT_CLIENT, (tenant,)).fetchone()) is not None:
        tenant = row[0]
        yield tenant, row[1]


def _by_due(record: TimerRecord) -> tuple[int, str, str]:
    return (record.due, record.agent, record.key)


def _ended(connection: sqlite3.Connection, machine: float, bound: int) -> list[TimerRecord]:
    return list(_records(connection.execute(_ENDED, (machine, bound))))


# ── pools ─────────────────────────────────────────────────────────────────────────────────────

_NEXT_POOL = (
    "SELECT pool FROM timers INDEXED BY timers_pool "
    "WHERE leased_until IS NULL AND pool IS NOT NULL AND pool > ? ORDER BY pool LIMIT 1"
)


def _pools(connection: sqlite3.Connection) -> Iterator[str]:
    pool = ""
    while (row := connection.execute(_NEXT_POOL, (pool,)).fetchone()) is not None:
        pool = row[0]
        yield pool


def _in_pool(unmarked: bool) -> str:
    index, waiting = (
        ("timers_unmarked", " AND waiting IS NULL") if unmarked else ("timers_pool", "")
    )
    return (
        f"FROM timers INDEXED BY {index} WHERE leased_until IS NULL AND pool IS NOT NULL{waiting} "
        "AND pool = ?"
    )


_NEXT_RANK = {
    bare: f"SELECT rank {_in_pool(bare)} AND rank > ? ORDER BY rank LIMIT 1"
    for bare in (False, True)
}
_COUNT = {
    bare: f"SELECT count(*) {_in_pool(bare)} AND rank = ? AND due <= ?" for bare in (False, True)
}
_PAGE = {
    bare: f"SELECT {TIMER_COLUMNS} {_in_pool(bare)} AND rank = ? AND due <= ? "
    "ORDER BY due, agent, key"
    for bare in (False, True)
}


def _ranks(connection: sqlite3.Connection, pool: str, unmarked: bool) -> Iterator[int]:
    rank = -_LAST - 1
    while row := connection.execute(_NEXT_RANK[unmarked], (pool, rank)).fetchone():
        rank = row[0]
        yield rank


def _counted(connection: sqlite3.Connection, pool: str, bound: int, unmarked: bool) -> int:
    statement = _COUNT[unmarked]
    return sum(
        connection.execute(statement, (pool, rank, bound)).fetchone()[0]
        for rank in _ranks(connection, pool, unmarked)
    )


def due_pools(
    connection: sqlite3.Connection, now: datetime, machine: float
) -> dict[str, PoolDemand]:
    """Returns the pools that have due timers without a live lease."""
    bound, found = micros(now), {}
    ended = [r for r in _ended(connection, machine, bound) if r.pool is not None]
    for pool in {*_pools(connection), *(str(r.pool) for r in ended)}:
        mine = [record for record in ended if record.pool == pool]
        due = len(mine) + _counted(connection, pool, bound, unmarked=False)
        bare = sum(record.waiting is None for record in mine)
        if due:
            unmarked = bare + _counted(connection, pool, bound, unmarked=True)
            found[pool] = PoolDemand(due=due, unmarked=unmarked)
    return found


def due_in_pool(
    connection: sqlite3.Connection,
    pool: str,
    now: datetime,
    machine: float,
    limit: int,
    unmarked: bool,
) -> list[Timer]:
    """Returns due timers of a pool by rank, then due."""
    bound = micros(now)
    ended = [
        record
        for record in _ended(connection, machine, bound)
        if record.pool == pool and not (unmarked and record.waiting is not None)
    ]
    open_ = (
        record
        for rank in _ranks(connection, pool, unmarked)
        for record in _records(connection.execute(_PAGE[unmarked], (pool, rank, bound)))
    )
    merged = merge(open_, sorted(ended, key=_by_rank), key=_by_rank)
    return [timer_of(record) for record in islice(merged, limit)]


def _by_rank(record: TimerRecord) -> tuple[int, int, str, str]:
    return (record.rank, *_by_due(record))


def pool_ahead(
    connection: sqlite3.Connection, pools: Iterable[str], until: datetime
) -> dict[str, int]:
    """Returns how many timers of each pool fall due by a moment, leased ones included."""
    bound, found = micros(until), {}
    for pool in set(pools):
        leased = connection.execute(
            "SELECT count(*) FROM timers WHERE leased_until IS NOT NULL AND pool = ? AND due <= ?",
            (pool, bound),
        ).fetchone()[0]
        count = leased + _counted(connection, pool, bound, unmarked=False)
        if count:
            found[pool] = count
    return found


# ── what comes next ───────────────────────────────────────────────────────────────────────────

_CALLING = "(pool IS NULL OR waiting IS NULL)"
_NEXT_ROWS = f"FROM timers INDEXED BY timers_next WHERE leased_until IS NULL AND {_CALLING}"
_NEXT = f"SELECT min(due) {_NEXT_ROWS}"


_OFFERED = (
    "SELECT count(*) FROM timers WHERE leased_until IS NOT NULL AND due <= ? "  # noqa: S608
    f"AND (leased_until > ? OR {_CALLING})"
)


def next_due(connection: sqlite3.Connection, machine: float) -> datetime | None:
    """Returns the earliest due moment of a timer that is not waiting and has no live lease."""
    ended = connection.execute(
        f"SELECT min(due) FROM timers WHERE leased_until <= ? AND {_CALLING}",  # noqa: S608
        (machine,),
    )
    times = [*connection.execute(_NEXT).fetchone(), *ended.fetchone()]
    return moment_or_none(min((due for due in times if due is not None), default=None))


def backlog(connection: sqlite3.Connection, now: datetime, machine: float) -> Backlog:
    """Returns what is under way or to come."""
    bound = micros(now)

    def one(statement: str, *given: Any) -> Any:
        return connection.execute(statement, given).fetchone()[0]

    leased = f"FROM timers WHERE leased_until IS NOT NULL AND {_CALLING}"
    later = one("SELECT count(*) FROM deferred WHERE available > ?", bound)
    soonest = [one(f"SELECT min(due) {rows} AND due > ?", bound) for rows in (_NEXT_ROWS, leased)]
    return Backlog(
        outbox_ready=one("SELECT count(*) FROM outbox")
        + one("SELECT count(*) FROM deferred WHERE available <= ?", bound),
        outbox_later=later,
        claims_open=one("SELECT count(*) FROM sends WHERE state = 'claimed'"),
        timers_due=one(f"SELECT count(*) {_NEXT_ROWS} AND due <= ?", bound)
        + one(_OFFERED, bound, machine),
        next_timer=moment_or_none(min((due for due in soonest if due is not None), default=None)),
        next_outbox=moment_or_none(
            one("SELECT min(available) FROM deferred WHERE available > ?", bound)
        ),
    )
