"""No question that a running agent asks reads a whole table: its plan starts from an index."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from statestore.sqlite import SqliteStore
from tests.statestore.everything import every_read, every_write
from tests.statestore.sqlite.stores import opened

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
