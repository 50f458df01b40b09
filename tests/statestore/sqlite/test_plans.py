"""No question that a running agent asks reads a whole table: its plan starts from an index."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.ids import AccountId, LeadId, ResourceId
from contracts.outcome import SendState
from statestore.base import (
    ClientActive,
    CreditMove,
    Fence,
    NoStop,
    QuotaRelease,
    QuotaSettle,
    SendWrite,
    StateStore,
    StopLift,
    TimerClear,
)
from statestore.sqlite import SqliteStore
from tests.statestore.sqlite.stores import opened
from tests.statestore.values import (
    T,
    admit,
    at,
    key,
    letter,
    line,
    out,
    ref,
    reserve,
    row,
    send,
    sets,
    stops,
    took,
    unit,
)

WHOLE = {
    "SELECT count(*) FROM outbox": "it is empty but for what is on its way",
    "UPDATE dead SET value": "an erasure; dead letters are few",
    "UPDATE counters": "one row",
    "SELECT outbox, journal, timer FROM counters": "one row",
    "SELECT number, topic, attempt, event, NULL FROM outbox": "from its front, in order",
}
"""Statements that may read a table from its front, and why."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with opened(tmp_path / "state.db", inline=True) as found:
        yield found


async def every_write(store: StateStore) -> None:
    """Commits with every kind of part, and every deed."""
    conditions = (
        NoStop(tenant=T, keys=("global", "lead:l1"), at=at()),
        ClientActive(tenant=T),
        Fence(lease="sweep", epoch=1),
    )
    quota = (
        reserve(ends=key()),
        admit(cap=2),
        QuotaSettle(send=send().id, commit=True),
        QuotaRelease(key=key()),
    )
    await store.commit([unit(rows=row(T, kind="client", status="active"))])
    await store.acquire("sweep", "one", 0, 60)
    parts = unit(
        consumed=took("e1"),
        conditions=conditions,
        rows=(row("l1"), row("p1", kind="person", parent="l1")),
        sends=SendWrite(send=send(), expect=0),
        quota=quota,
        stops=(stops("lead:l2"), StopLift(tenant=T, ids=(), by="x")),
        timers=(sets(), TimerClear(agent="orchestrator", key=key("a2"))),
        events=(out(), out("e2", available=at(5))),
        journal=line(repeat="x"),
        dead=letter(),
        credit=CreditMove(tenant=T, amount=-1),
    )
    [won] = await store.commit([parts])
    assert type(won).__name__ == "Committed", won
    await store.commit([unit(rows=row("l1", 1, status="new"))])
    await store.commit([unit(timers=(sets("a3", 0, pool="p"), sets("a4", 99, pool="p", rank=1)))])
    await store.outbox(at(9), 9, machine=0, lease=9)
    await store.published([1, 2])
    await store.settle_dead("d1", state="replayed", note="", at=at())
    await store.erase(T, LeadId("l1"), at())


async def every_read(store: StateStore) -> None:
    """Asks everything that agents ask while they run."""
    await store.rows([ref(), ref("p1", "person")])
    await store.children([(T, "a1")], "lead")
    for status in (None, "new"):
        await store.scan(T, "lead", status=status)
        await store.scan(None, "lead", status=status, after="acme/l1")
    await store.consumed("scoring", ["e1"])
    await store.stops([(T, "global")])
    await store.sends(T, [send().id])
    await store.sends_of(T, [send().lead])
    await store.sends_to(T, [send().address_hash])
    for state in SendState:
        await store.sends_in(state)
    await store.expired_claims(5)
    await store.retries_due(at())
    await store.usage([ResourceId("r1")], at(-9), at())
    await store.credit([T])
    await store.timers("orchestrator", [key()])
    await store.due_timers(at(9), 0, 50)
    await store.due_pools(at(9), 0)
    await store.due_in_pool("p", at(9), 0, 50)
    await store.due_in_pool("p", at(9), 0, 50, unmarked=True)
    await store.pool_ahead(["p"], at(9))
    await store.next_due(0)
    await store.journal(T, lead=LeadId("l1"))
    await store.journal(T, account=AccountId("a1"))
    await store.tally(T, at(-9), at(9))
    await store.backlog(at(), 0)


async def test_no_statement_reads_a_whole_table(store: SqliteStore) -> None:
    """Given every statement that agents cause, then none of their plans scans a table, but for
    those that are named here with their reason."""
    [connection] = store._open
    said: list[str] = []
    connection.set_trace_callback(said.append)
    await every_write(store)
    await every_read(store)
    connection.set_trace_callback(None)
    statements = {text for text in said if text.split()[0] in ("SELECT", "UPDATE", "DELETE")}
    assert len(statements) > 60
    scanning = {
        text: scans
        for text in statements
        if not text.startswith(tuple(WHOLE)) and (scans := scanned(connection, text))
    }
    assert scanning == {}
    looking = {
        text: steps
        for text in statements
        if text.startswith(("SELECT count(*) FROM timers INDEXED", "SELECT tenant, due"))
        if "COVERING" not in (steps := " ".join(plan(connection, text)))
    }
    assert looking == {}


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    """The steps of a statement's plan."""
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


def scanned(connection: sqlite3.Connection, statement: str) -> list[str]:
    """The steps of a plan that read a whole table or sort one in passing."""
    return [
        step
        for step in plan(connection, statement)
        if step.startswith("SCAN") and not step.startswith(("SCAN j VIRTUAL", "SCAN CONSTANT"))
    ]
