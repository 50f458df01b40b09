"""How a store's file begins, is found again, and is left.

The order matters: the place is checked before the file is touched, the lock is taken before the
schema is looked at, and leases end only once the process knows that it is the only consumer. The
lock's file remembers how many commits the store had seen; a file that has seen fewer is an old
copy, and sending from it stays closed until `leadwire restore` has settled what went out since.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.ids import named
from statestore.errors import Full, StoreError
from statestore.migrations import Migration, apply, check, empty, migrations
from statestore.sqlite.connecting import WRITER_PAGES_KIB, connect, durable
from statestore.sqlite.deeds import end_leases, get_meta, put_meta
from statestore.sqlite.failures import translated
from statestore.sqlite.places import ConsumerLock, check_place

OLD_COPY = (
    "this file is older than the store that ran here last: it was put back from a copy; "
    "run `leadwire restore FILE --as-of TIME` so that nobody is written to twice"
)


class Life:
    """One process's time with a store's file."""

    def __init__(self, path: Path, incarnation: str | None, consume: bool) -> None:
        self.path = path
        self.incarnation = incarnation
        self.schema = 0
        self.durable = False
        self._lock = ConsumerLock(path) if consume else None

    def begin(self) -> sqlite3.Connection:
        """Returns the writing connection of a store that is fit to be used."""
        check_place(self.path)
        noted = self._lock.take() if self._lock else {}
        try:
            connection = connect(self.path, pages_kib=WRITER_PAGES_KIB)
        except StoreError:
            self._leave()
            raise
        try:
            self._open(connection, noted)
        except sqlite3.Error as error:
            connection.close()
            self._leave()
            raise translated(error, self.path) from error
        except StoreError:
            connection.close()
            self._leave()
            raise
        return connection

    def _open(self, connection: sqlite3.Connection, noted: Mapping[str, Any]) -> None:
        steps = migrations()
        if empty(connection):
            create(connection, steps, self.incarnation or birth(self.path))
        check(connection, steps)
        self.schema = steps[-1].number
        self.durable = durable(connection)
        if self._lock is not None:
            self._take_over(connection, noted)

    def _take_over(self, connection: sqlite3.Connection, noted: Mapping[str, Any]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        end_leases(connection)
        same = noted.get("incarnation") == get_meta(connection, "incarnation")
        if same and noted.get("commits", 0) > commits(connection):
            put_meta(connection, "closed", OLD_COPY)
        connection.execute("COMMIT")
        self._note(connection)

    def _note(self, connection: sqlite3.Connection) -> None:
        if self._lock is not None:
            incarnation = get_meta(connection, "incarnation")
            self._lock.note(incarnation=incarnation, commits=commits(connection))

    def end(self, connection: sqlite3.Connection) -> None:
        """Notes how far the store came, and gives the lock back."""
        try:
            self._note(connection)
        except (sqlite3.Error, Full):
            pass  # the note of the start stands
        self._leave()

    def _leave(self) -> None:
        if self._lock is not None:
            self._lock.leave()


def create(connection: sqlite3.Connection, steps: list[Migration], incarnation: str) -> None:
    """Makes the tables of a new store and names its life; whoever comes second finds them."""
    apply(connection, steps)
    connection.execute("BEGIN IMMEDIATE")
    if get_meta(connection, "incarnation") is None:
        put_meta(connection, "incarnation", incarnation)
    connection.execute("COMMIT")


def birth(path: Path) -> str:
    """Names a new file after where and when it came to be; no later file has the same name."""
    made = path.stat()
    return named("store", made.st_dev, made.st_ino, made.st_ctime_ns)


def commits(connection: sqlite3.Connection) -> int:
    """Returns how many transactions with units the store has seen."""
    return int(connection.execute("SELECT commits FROM counters").fetchone()[0])
