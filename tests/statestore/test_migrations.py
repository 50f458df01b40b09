"""Numbered steps: applied once, whole, in order, and compared by their checksums."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from statestore.errors import Corrupt, NewSchema, OldSchema
from statestore.migrations import (
    Migration,
    applied,
    apply,
    check,
    migrations,
    pending,
    statements,
)

ONE = Migration(1, "0001_one.sql", "CREATE TABLE a (x TEXT DEFAULT 'a;b'); -- first; table\n")
TWO = Migration(2, "0002_two.sql", "CREATE TABLE b (y);\nINSERT INTO b VALUES (1);")
BAD = Migration(2, "0002_bad.sql", "CREATE TABLE b (y); INSERT INTO nowhere VALUES (1);")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    yield opened
    opened.close()


def tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def test_steps_are_numbered_without_gaps() -> None:
    """Given the steps that are shipped, then their numbers run from 1."""
    steps = migrations()
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0].name == "0001_state.sql"


def test_steps_are_applied_once_and_remembered(connection: sqlite3.Connection) -> None:
    """Given two steps, when they are applied twice, then each ran once and is listed."""
    assert pending(connection, [ONE, TWO]) == [ONE, TWO]
    for _ in range(2):
        apply(connection, pending(connection, [ONE, TWO]))
    assert tables(connection) == {"a", "b", "migrations"}
    assert connection.execute("SELECT count(*) FROM b").fetchone() == (1,)
    assert applied(connection) == {s.number: (s.name, s.checksum) for s in (ONE, TWO)}
    check(connection, [ONE, TWO])


def test_a_failing_step_leaves_nothing(connection: sqlite3.Connection) -> None:
    """Given a step whose second statement fails, then its first is undone and the steps before it
    stand."""
    with pytest.raises(sqlite3.OperationalError):
        apply(connection, [ONE, BAD])
    assert tables(connection) == {"a", "migrations"}
    assert pending(connection, [ONE, TWO]) == [TWO]


def test_two_processes_apply_a_step_once(tmp_path: Path, connection: sqlite3.Connection) -> None:
    """Given two processes that both found a step pending, then the second finds it done."""
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    apply(other, [ONE, TWO])
    apply(connection, [ONE, TWO])
    assert connection.execute("SELECT count(*) FROM b").fetchone() == (1,)
    other.close()


def test_what_is_wrong_is_told_apart(connection: sqlite3.Connection) -> None:
    """Given an older store, a newer one, one of other text and a foreign one, then each has its
    own error."""
    apply(connection, [ONE])
    with pytest.raises(OldSchema, match=r"0002_two\.sql"):
        check(connection, [ONE, TWO])
    with pytest.raises(Corrupt, match="differs"):
        check(connection, [Migration(1, ONE.name, ONE.sql + " ")])
    apply(connection, [TWO])
    with pytest.raises(NewSchema):
        check(connection, [ONE])
    foreign = sqlite3.connect(":memory:")
    foreign.execute("CREATE TABLE notes (x)")
    with pytest.raises(Corrupt, match="no Leadwire store"):
        check(foreign, [ONE])
    foreign.close()


def test_scripts_are_split_at_the_ends_of_statements() -> None:
    """Given semicolons within texts, comments and triggers, then statements stay whole."""
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = 1; DELETE FROM b; END;"
    found = statements(f"{ONE.sql}\n{trigger}\nSELECT ';' -- done\n;\n")
    assert len(found) == 3
    assert found[1].endswith("END;")
