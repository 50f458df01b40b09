"""The bare loop is a fair baseline: the same statements on the same files, the same outcome."""

import asyncio
import re
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.bench import hop, raw_sqlite

EVENTS = 1500
TABLES = ("log_1", "log_2", "offsets", "inbox", "states", "outbox", "counters")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that any connection is asked to run."""
    found: list[str] = []
    connect: Any = sqlite3.connect

    class Noting(sqlite3.Connection):
        """Notes what it runs."""

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            found.append(sql)
            return super().execute(sql, *values)

        def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
            found.append(sql)
            return super().executemany(sql, *values)

    monkeypatch.setattr(sqlite3, "connect", partial(connect, factory=Noting))
    return found


def changes(asked: list[str]) -> set[str]:
    """Statements that write to the hop's tables, however many rows one takes."""
    plain = (re.sub(r"(\(\?[?, ]*\))(,\(\?[?, ]*\))+", r"\1", " ".join(s.split())) for s in asked)
    return {
        text
        for text in plain
        if re.match("INSERT|UPDATE|DELETE", text) and any(name in text for name in TABLES)
    }


def reads(asked: list[str]) -> set[str]:
    """Statements that read names and rows."""
    return {" ".join(s.split()) for s in asked if "json_each" in s or "headers, value FROM" in s}


def outcome(folder: Path) -> dict[str, list[Any]]:
    """What stands in both files, but for times of publishing."""
    bus, store = sqlite3.connect(folder / "bus.db"), sqlite3.connect(folder / "store.db")
    found = {
        "published": sorted(
            (key, sorted(h for h in headers.decode().split(",") if "recordedtime" not in h))
            for key, headers in bus.execute("SELECT key, headers FROM log_2")
        ),
        "values": sorted(bus.execute("SELECT key, value FROM log_2").fetchall()),
        "taken": sorted(store.execute("SELECT agent, id FROM inbox").fetchall()),
        "states": sorted(store.execute("SELECT key, version, data FROM states").fetchall()),
        "outbox": store.execute("SELECT * FROM outbox").fetchall(),
    }
    bus.close()
    store.close()
    return found


def test_both_sides_run_the_same_statements_and_leave_the_same(
    tmp_path: Path, asked: list[str]
) -> None:
    """Every write of one side is a write of the other; rows, ids and bytes are equal."""
    facts = [hop.fact(number) for number in range(EVENTS)]
    seen = []
    for name in ("ours", "raw"):
        folder = tmp_path / name
        folder.mkdir()
        asyncio.run(hop.prepared(folder, facts))
        asked.clear()
        if name == "ours":
            asyncio.run(hop.ours(folder, EVENTS))
        else:
            raw_sqlite.hop(folder / "bus.db", folder / "store.db", hop.BATCH)
        seen.append((changes(asked), reads(asked)))
        hop.check(folder, EVENTS)
    (our_changes, our_reads), (raw_changes, raw_reads) = seen
    only_ours = {s for s in our_changes - raw_changes if "leased_until" not in s}
    assert not only_ours, "the relay's lease at the start apart, nothing is written besides"
    assert raw_changes <= our_changes
    assert raw_reads <= our_reads
    assert outcome(tmp_path / "ours") == outcome(tmp_path / "raw")
