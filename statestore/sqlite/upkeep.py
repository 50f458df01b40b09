"""What an operator does to a store's file: migrate it, back it up, put a copy back.

Synchronous, for the command line; nothing here runs beside an event loop. A backup is taken while
processes run: SQLite's online backup reads one state of the file and holds up nobody. The copy is
one file without log, marked closed, so that whoever puts it back by hand cannot send from it. What
`restore` does to the sends is `agents/restoring.py`; here a copy is prepared beside the store and
changes places with it in one step.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from statestore.backups import Backup, part_of, stops_beside, write_stops
from statestore.errors import Corrupt, Misplaced, StoreError
from statestore.migrations import Migration, applied, apply, check, empty, migrations, pending
from statestore.records import STOP_COLUMNS
from statestore.sqlite.connecting import BUSY_SECONDS, READER_PAGES_KIB, WRITER_PAGES_KIB, connect
from statestore.sqlite.deeds import end_leases, get_meta, put_meta
from statestore.sqlite.failures import translated
from statestore.sqlite.life import create
from statestore.sqlite.places import ConsumerLock, check_place

BACKED_UP = "backed_up_at"
CLOSED = (
    "this is a backup of {at}; run `leadwire restore FILE --as-of {at}`, so that nobody who was "
    "written to since is written to twice"
)


@contextmanager
def _opened(path: Path, pages_kib: int = READER_PAGES_KIB) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there; engine errors come out as ours."""
    check_place(path)
    if not path.is_file():
        raise Misplaced(f"no file {path}")
    try:
        with closing(connect(path, pages_kib=pages_kib)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise translated(error, path) from error


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing of a file, not even how it keeps its log."""
    if not path.is_file():
        raise Misplaced(f"no file {path}")
    try:
        name = f"file:{quote(str(path.absolute()))}?mode=ro"
        with closing(sqlite3.connect(name, uri=True, timeout=BUSY_SECONDS)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise translated(error, path) from error


# ── migrating ─────────────────────────────────────────────────────────────────────────────────


def lacking(path: Path) -> list[Migration]:
    """Returns the steps that a store lacks: all where there is no file yet."""
    check_place(path)
    if not path.exists():
        return migrations()
    with _opened(path) as connection:
        return pending(connection, migrations())


def migrate(path: Path, incarnation: str) -> list[Migration]:
    """Brings a store to this release's schema, or makes it; returns the steps that were run.

    Raises Locked while a process consumes from it.
    """
    check_place(path)
    with consuming(path):
        path.touch(mode=0o600)
        with _opened(path, WRITER_PAGES_KIB) as connection:
            steps = pending(connection, migrations())
            if empty(connection):
                create(connection, steps, incarnation)
            else:
                apply(connection, steps)
            return steps


@contextmanager
def consuming(path: Path) -> Iterator[None]:
    """Holds the consumer's lock meanwhile."""
    lock = ConsumerLock(path)
    noted = lock.take()
    try:
        lock.note(**{name: value for name, value in noted.items() if name != "pid"})
        yield
    finally:
        lock.leave()


# ── backing up ────────────────────────────────────────────────────────────────────────────────


def back_up(path: Path, target: Path, at: datetime, *, overwrite: bool = False) -> Backup:
    """Copies a store as it stands at `at`, whether or not processes use it.

    Raises Misplaced where the target cannot be written or is there already.
    """
    check_place(target)
    part = part_of(target, overwrite)
    _copy(path, part)
    with _opened(part) as connection:
        with transaction(connection):
            put_meta(connection, BACKED_UP, at.isoformat())
            put_meta(connection, "closed", CLOSED.format(at=at.isoformat()))
        listed = stops_beside(target)
        stops = connection.execute(f"SELECT {STOP_COLUMNS} FROM stops ORDER BY tenant, at, id")  # noqa: S608
        count = write_stops(map(tuple, stops), listed)
        connection.execute("PRAGMA journal_mode = DELETE")
    put_in_place(part, target)
    return Backup(target, target.stat().st_size, listed, count)


def _copy(path: Path, target: Path) -> None:
    """Copies a store's file in one piece and looks it through; raises Corrupt for damage."""
    remove(target)
    with _reading(path) as source:
        if not applied(source):
            raise Corrupt(f"{path} is no Leadwire store")
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        remove(target)
        raise Corrupt(f"{path} is damaged ({found}); take an earlier backup")


# ── restoring ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Prepared:
    """A copy that is ready to be looked through, and how many stops it got from the store in
    place."""

    file: Path
    stops: int


def prepare(path: Path, copy: Path, as_of: datetime, incarnation: str) -> Prepared:
    """Makes the file that shall take a store's place: closed, of a new life, with the stops that
    the store in place still knows.

    Raises StoreError where the copy is younger than `as_of`, for what went out before it was taken
    would not be looked at; Corrupt, NewSchema for a copy that is none of ours.
    """
    prepared = path.with_name(path.name + ".restoring")
    _copy(copy, prepared)
    with _opened(prepared, WRITER_PAGES_KIB) as connection:
        taken = get_meta(connection, BACKED_UP)
        if taken is not None and as_of > datetime.fromisoformat(taken):
            raise StoreError(f"{copy} is of {taken}; --as-of must not be later than that")
        apply(connection, pending(connection, migrations()))
        check(connection, migrations())
        stops = carry_stops(connection, path) if path.exists() else 0
        with transaction(connection):
            end_leases(connection)
            put_meta(connection, "incarnation", incarnation)
            put_meta(connection, "restored_as_of", as_of.isoformat())
            put_meta(connection, "closed", f"being restored as of {as_of.isoformat()}")
    return Prepared(prepared, stops)


def carry_stops(connection: sqlite3.Connection, path: Path) -> int:
    """Adds the stops that the store in place has and the copy has not: who opted out since is not
    written to again. Returns how many; none where that store cannot be read any more."""
    try:
        connection.execute("ATTACH DATABASE ? AS replaced", (str(path),))
        added = connection.execute(
            f"INSERT OR IGNORE INTO stops ({STOP_COLUMNS}) "  # noqa: S608
            f"SELECT {STOP_COLUMNS} FROM replaced.stops"
        )
        return added.rowcount
    except sqlite3.DatabaseError:
        return 0
    finally:
        if len(connection.execute("PRAGMA database_list").fetchall()) > 1:
            connection.execute("DETACH DATABASE replaced")


def replaced_name(path: Path) -> Path:
    """Returns the name under which the store in place is kept: the first that is free."""
    number = 1
    while (kept := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    return kept


def exchange(path: Path, prepared: Path) -> Path | None:
    """Puts a prepared file in a store's place and keeps the old one beside it; returns its name."""
    with _opened(prepared) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    kept = None
    if path.exists():
        kept = replaced_name(path)
        _settle_log(path)
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                os.replace(part, kept.with_name(kept.name + suffix))
    put_in_place(prepared, path)
    return kept


def _settle_log(path: Path) -> None:
    """Takes a store's log into its file, so that one file holds it all; a damaged one keeps its
    parts, which move together."""
    try:
        with _opened(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
    except StoreError:
        pass  # it is being replaced because it cannot be read


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commits what is done meanwhile, all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def put_in_place(part: Path, target: Path) -> None:
    """Renames a finished file, so that nobody ever sees half of one, and makes that durable."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, target)
    folder = os.open(target.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(path: Path) -> None:
    """Deletes a database file with what belongs to it."""
    names: Sequence[str] = ("", "-wal", "-shm", "-journal")
    for suffix in names:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
