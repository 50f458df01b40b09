"""What the tests of the SQLite bus share: a bus at work, and what stands in its file."""

import sqlite3
from pathlib import Path

from bus.base import Message
from bus.groups import Pauses
from bus.sqlite import SqliteBus
from tests.bus.readers import (
    SCORED,
    TOPICS,
    Reader,
)


async def started(path: Path, *readers: Reader, **settings: object) -> SqliteBus:
    """A bus at work."""
    bus = SqliteBus(path, TOPICS, pauses=Pauses(0.0, 0.0), **settings)  # type: ignore[arg-type]
    for reader in readers:
        bus.subscribe(reader.subscription)
    await bus.start()
    return bus


def read(path: Path) -> bytes:
    """The file as it is."""
    return path.read_bytes()


def write(path: Path, raw: bytes | bytearray) -> None:
    """Something else in its place."""
    path.write_bytes(raw)


def rows(path: Path) -> list[int]:
    """The numbers of the rows that are in the file, whatever their topic."""
    with sqlite3.connect(path) as db:
        tables = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'log%'")]
        return sorted(s for t in tables for (s,) in db.execute(f"SELECT seq FROM {t}"))


def wide(name: str) -> Message:
    """A message of some size."""
    return Message(SCORED, f"t/{name}", {"ce_id": name, "x": "x" * 1000}, b"{}")


def writing(path: Path) -> sqlite3.Connection:
    """Another process in the midst of a transaction."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other
