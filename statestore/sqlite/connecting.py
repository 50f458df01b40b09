"""Opens connections the way this store needs them, and reads whether they are what was asked.

`synchronous=FULL`: a claim must survive the machine (design §8). The page caches are bounded, so
that memory does not grow with rows. `fullfsync` makes macOS flush the drive too; elsewhere it does
nothing.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from statestore.errors import Unavailable
from statestore.sqlite.failures import translated

T = TypeVar("T")

OLDEST = (3, 35, 0)
"""Of the engine: `RETURNING` and what the planner does with partial indexes."""
BUSY_SECONDS = 5.0
SYNCHRONOUS = "FULL"
"""What a commit that was answered rests on; `StoreInfo.durable` reads it back."""
WRITER_PAGES_KIB = 32 * 1024
READER_PAGES_KIB = 12 * 1024
CHECKPOINT_PAGES = 4000
"""16 MiB of log: one page that is changed by many commits is copied back once."""


def connect(path: Path, *, pages_kib: int) -> sqlite3.Connection:
    """Opens a connection in autocommit mode; raises Corrupt, Misplaced or Unavailable."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise Unavailable(f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed")
    try:
        connection = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise translated(error, path) from error
    try:
        for pragma in _pragmas(pages_kib):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        connection.close()
        raise translated(error, path) from error
    return connection


def _pragmas(pages_kib: int) -> list[str]:
    return [
        "journal_mode = WAL",
        f"synchronous = {SYNCHRONOUS}",
        "fullfsync = ON",
        "checkpoint_fullfsync = ON",
        f"cache_size = -{pages_kib}",
        "temp_store = MEMORY",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
        "journal_size_limit = 67108864",
        "trusted_schema = OFF",
    ]


def durable(connection: sqlite3.Connection) -> bool:
    """Says whether what this connection commits survives the machine."""
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    return str(mode).lower() == "wal" and int(synchronous) >= 2


def snapshot(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], T]) -> T:
    """Runs a read of several statements on one state of the store."""
    if connection.in_transaction:
        return job(connection)
    connection.execute("BEGIN")
    try:
        return job(connection)
    finally:
        connection.execute("COMMIT")
