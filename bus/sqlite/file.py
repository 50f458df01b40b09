"""Opens a bus file, makes or checks what is in it, and gives SQLite's errors their own names.

A topic is a table of its own, so that every insert lands at the end of a tree and a slow group
holds up its own topics only. `seq` grows by one a message and is never used again: retention keeps
the last row of each topic, and SQLite numbers on from the largest. `offsets` holds, for each group
and topic, up to where each partition is acknowledged, as a JSON array. The number of partitions
belongs to the file: where it exists already, it wins.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bus.errors import BusError, Corrupt, Full, Misplaced, Unavailable

APPLICATION = 0x4C574255
"""`LWBU`: marks a SQLite file as a bus of ours."""
VERSION = 1
PAGE = 8192
"""Bytes; a fifth faster than SQLite's default for rows of about a kilobyte."""
BUSY = 5.0
"""Seconds that a statement waits for another process."""
STATEMENTS = 512
"""Prepared statements kept: one for each topic and number of rows (see writer)."""

_SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE offsets (
    reader TEXT NOT NULL, topic INTEGER NOT NULL, acknowledged TEXT NOT NULL,
    PRIMARY KEY (reader, topic)
) WITHOUT ROWID;
"""
_TOPIC = """
CREATE TABLE log_{id} (
    seq INTEGER PRIMARY KEY, partition INTEGER NOT NULL,
    key TEXT NOT NULL, headers BLOB NOT NULL, value BLOB NOT NULL
)
"""


def connect(path: Path, *, largest: int | None = None) -> sqlite3.Connection:
    """Opens a connection for this bus's use; `largest` bounds the file in bytes.

    Durability is WAL with `synchronous=NORMAL`: a commit survives the process, whatever ends it.
    When the machine loses power, the last ones may go; the file stays whole, and what is lost is
    found by the store's auditor (design §8).
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with named(path):
        db = sqlite3.connect(
            path,
            timeout=BUSY,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS,
        )
        try:
            _set(db, largest)
        except sqlite3.Error:
            db.close()
            raise
    return db


def _set(db: sqlite3.Connection, largest: int | None) -> None:
    db.execute(f"PRAGMA page_size={PAGE}")
    mode = db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise sqlite3.OperationalError(f"the file system gives no write-ahead log, but {mode}")
    db.execute("PRAGMA synchronous=NORMAL")
    if largest is not None:
        page = db.execute("PRAGMA page_size").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={max(largest // page, 1)}")


def prepare(
    db: sqlite3.Connection, path: Path, topics: Iterable[str], partitions: int
) -> tuple[int, dict[str, int]]:
    """Makes what is missing; returns the file's number of partitions, and topics with their ids.

    Raises Corrupt where the file is something else, or of a newer release.
    """
    with named(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            _check(db, path, partitions)
            known = _topics(db, topics)
            found = db.execute("SELECT value FROM settings WHERE name = 'partitions'").fetchone()
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
    return int(found[0]), known


def _check(db: sqlite3.Connection, path: Path, partitions: int) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    empty = not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == 0 and empty:
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute("INSERT INTO settings VALUES ('partitions', ?)", (partitions,))
        db.execute(f"PRAGMA application_id={APPLICATION}")
        db.execute(f"PRAGMA user_version={VERSION}")
    elif application != APPLICATION:
        raise Corrupt(f"{path} is a SQLite file, but no bus; choose another path")
    elif version > VERSION:
        raise Corrupt(f"{path} was written by a newer release ({version}); upgrade this process")


def _topics(db: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    known = {name: id_ for id_, name in db.execute("SELECT id, name FROM topics")}
    for name in names:
        if name not in known:
            cursor = db.execute("INSERT INTO topics (name) VALUES (?)", (name,))
            known[name] = int(cursor.lastrowid or 0)
            db.execute(_TOPIC.format(id=known[name]))
    return known


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Gives SQLite's errors from within their names, with the cause chained."""
    try:
        yield
    except sqlite3.Error as error:
        raise name(error, path) from error


_FULL, _BUSY, _LOCKED, _READONLY, _CANTOPEN = 13, 5, 6, 8, 14
_CORRUPT, _NOTADB = 11, 26


def is_busy(error: BusError) -> bool:
    """Says whether another process was writing when this happened."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF in (_BUSY, _LOCKED)


def name(error: sqlite3.Error, path: Path) -> BusError:
    """Returns a bus error for one of SQLite's, its cause (https://sqlite.org/rescode.html)."""
    found = _name(error, getattr(error, "sqlite_errorcode", 0) & 0xFF, path)
    found.__cause__ = error
    return found


def _name(error: sqlite3.Error, code: int, path: Path) -> BusError:
    if code == _FULL:
        return Full(f"{path}: no space left ({error}); free some, nothing was lost")
    if code in (_BUSY, _LOCKED):
        return Unavailable(f"{path}: another process has been writing for {BUSY:g} s; try again")
    if code in (_CORRUPT, _NOTADB):
        return Corrupt(
            f"{path} is no bus, or damaged ({error}); move it away and start again: events that "
            "were not published wait in the store, and its auditor plans anew what was lost"
        )
    if code in (_READONLY, _CANTOPEN):
        return Misplaced(f"{path} cannot be opened for writing ({error}); check owner and mount")
    return Unavailable(f"{path}: {error}")
