"""Puts into one transaction what many callers want written; `SqliteBus.publish` hands it jobs.

Statements run in the loop's thread, once per turn of the loop, for all jobs that have gathered:
group commit without waiting. A thread for them was tried and measured: SQLite's module gives the
interpreter's lock up at every step of a statement, so that two busy threads hand it to and fro,
and a hop took twice the processor time. What does wait for the disk, the checkpoint that copies
the log back into the file, is one call, and a thread makes that.

Rows go in by statements of many rows: half the time of `executemany`.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from bus.errors import BusError
from bus.sqlite.file import BUSY, PAGE, is_busy, name

log = structlog.get_logger()

ROWS = 256
"""The most rows of one statement; smaller powers of two take the rest."""
COLUMNS = 4
TRIM = 1000
"""Rows that one transaction deletes at most of one topic."""
CHECKPOINT = 512
"""Pages of the log after which they are copied back: 4 MiB."""
FULL = 8192
"""Pages of the log at which writing waits for that: 64 MiB."""
AGAIN = 0.005
"""Seconds between two tries while another process writes."""

_SIZES = tuple(ROWS >> shift for shift in range(ROWS.bit_length()))
_SAVE = "INSERT OR REPLACE INTO offsets (reader, topic, acknowledged) VALUES (?, ?, ?)"
_INSERTIONS: dict[tuple[int, int], str] = {}


@dataclass(slots=True)
class Job:
    """What one caller wants written.

    `inserts` holds the columns of each topic's rows one after another, `size` about how many bytes
    they are; `first` is filled in with the seq that the first row of each topic got. `trims` say up
    to which seq a topic may go.
    """

    inserts: dict[int, list[Any]] = field(default_factory=dict)
    size: int = 0
    offsets: Sequence[tuple[str, int, str]] = ()
    trims: dict[int, int] = field(default_factory=dict)
    forget: str | None = None
    first: dict[int, int] = field(default_factory=dict)


Done = Callable[[Sequence[Job], BusError | None], None]


class Writer:
    """Writes jobs to the file, in their order; `done` is called with what was written, or why not.

    `inline` keeps checkpoints in the loop's thread too, for a loop that allows no others.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, done: Done, *, inline: bool) -> None:
        self.db = db
        self.path = path
        self.done = done
        self.inline = inline
        self.pages = 0
        """About how many are in the log and not copied back."""
        self._jobs: list[Job] = []
        self._turn: asyncio.Handle | None = None
        self._tries = 0
        self._copying: asyncio.Future[tuple[int, int]] | None = None
        db.execute("PRAGMA busy_timeout = 0")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT if inline else 0}")

    def submit(self, job: Job) -> None:
        """Takes a job, to be written in the loop's next turn with whatever else there is."""
        self._jobs.append(job)
        if self._turn is None:
            self._turn = asyncio.get_running_loop().call_soon(self._flush)

    async def stop(self) -> None:
        """Writes what it has taken, and ends."""
        while self._jobs:
            self._drop_turn()
            self._flush()
            if self._jobs:
                await (self._copied_back() if self._copying else asyncio.sleep(AGAIN))
        self._drop_turn()
        await self._copied_back()

    async def _copied_back(self) -> None:
        """Returns when no copying is under way; whether it went well, its own end says."""
        if self._copying is not None:
            await asyncio.wait([self._copying])

    def _drop_turn(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _flush(self) -> None:
        """Writes all jobs, or comes again where the log is full or another process writes."""
        self._turn = None
        if self._copying is not None and self.pages >= FULL:
            return
        jobs, error = self._jobs, self.write(self._jobs)
        if error is not None and is_busy(error) and self._tries * AGAIN < BUSY:
            self._tries += 1
            self._turn = asyncio.get_running_loop().call_later(AGAIN, self._flush)
            return
        self._jobs, self._tries = [], 0
        self.done(jobs, error)
        if self.pages >= CHECKPOINT and not self.inline and self._copying is None:
            self._copy_back()

    # one transaction

    def write(self, jobs: Sequence[Job]) -> BusError | None:
        """Writes jobs in one transaction; all or nothing."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            self._insert(jobs)
            self._rest(jobs)
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            return name(error, self.path)
        self.pages += 3 + sum(job.size for job in jobs) // PAGE
        return None

    def _roll_back(self) -> None:
        try:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
        except sqlite3.Error as error:
            log.warning("bus_rollback_failed", path=str(self.path), error=str(error))

    def _insert(self, jobs: Sequence[Job]) -> None:
        columns: dict[int, list[Any]] = {}
        for job in jobs:
            for topic, mine in job.inserts.items():
                columns.setdefault(topic, []).extend(mine)
        starts = {topic: self._rows(topic, values) for topic, values in columns.items()}
        for job in jobs:
            for topic, mine in job.inserts.items():
                job.first[topic] = starts[topic]
                starts[topic] += len(mine) // COLUMNS

    def _rows(self, topic: int, values: list[Any]) -> int:
        """Inserts rows and returns the seq of the first."""
        at, left, last = 0, len(values) // COLUMNS, 0
        total = left
        for size in _SIZES:
            while left >= size:
                end = at + size * COLUMNS
                last = self.db.execute(_insertion(topic, size), values[at:end]).lastrowid or 0
                at, left = end, left - size
        return last - total + 1

    def _rest(self, jobs: Sequence[Job]) -> None:
        offsets = {row[:2]: row for job in jobs for row in job.offsets}
        for row in offsets.values():
            self.db.execute(_SAVE, row)
        for job in jobs:
            for topic, upto in job.trims.items():
                sql = f"DELETE FROM log_{topic} WHERE seq <= ?"  # noqa: S608  # a number of ours
                self.db.execute(sql, (upto,))
            if job.forget is not None:
                self.db.execute("DELETE FROM offsets WHERE reader = ?", (job.forget,))

    # the log

    def _copy_back(self) -> None:
        """Begins to copy the log back; other transactions go on meanwhile."""
        loop = asyncio.get_running_loop()
        self._copying = loop.run_in_executor(None, checkpoint, self.path)
        self._copying.add_done_callback(self._copied)

    def _copied(self, copying: "asyncio.Future[tuple[int, int]]") -> None:
        self._copying, self.pages = None, 0
        if copying.cancelled() or (error := copying.exception()) is not None:
            reason = "" if copying.cancelled() else repr(error)
            log.warning("bus_checkpoint_failed", path=str(self.path), error=reason)
        else:
            written, copied = copying.result()
            self.pages = written if written > copied else 0
        if self._jobs and self._turn is None:
            self._flush()


def checkpoint(path: Path) -> tuple[int, int]:
    """Copies the log back as far as no reader is in the way; returns the pages that are in it, and
    how many of them have been copied since it began."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous=NORMAL")
        _, written, copied = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return written, copied
    finally:
        db.close()


def _insertion(topic: int, rows: int) -> str:
    """The statement for so many rows; kept, so that SQLite's module finds it prepared."""
    text = _INSERTIONS.get((topic, rows))
    if text is None:
        values = ",".join(["(?,?,?,?)"] * rows)
        table = f"log_{topic} (partition,key,headers,value)"
        text = f"INSERT INTO {table} VALUES {values}"  # noqa: S608  # a number of ours
        _INSERTIONS[topic, rows] = text
    return text
