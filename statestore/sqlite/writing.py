"""Writes: everything that waits becomes one transaction, losers left out, poison found by halves.

The writer turns waiting jobs into steps, run by a lane (`lanes`), and yields the calls that wait
for the disk or another process: a lane may make them beside its loop. Jobs are of two kinds.
*Units* of any number of callers are judged together on one overlay. *Deeds* are single statements
of the port (`published`, `acquire`, `erase` …), each within a savepoint. Where all that waits may
be lost with the machine and done again (claims of the relay, published rows), the log is not
flushed for it: the next full commit does that.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from statestore.base import Poisoned, Result, Unit
from statestore.errors import StoreError
from statestore.judge import judge
from statestore.sqlite import connecting
from statestore.sqlite.failures import busy, lasting, translated
from statestore.sqlite.flushing import flush
from statestore.sqlite.lanes import Step, Steps, driven
from statestore.sqlite.loading import load

WEIGHT = 2000
"""Units in one transaction: more gain nothing, and whoever came first would wait for them."""


@dataclass(frozen=True, slots=True)
class Units:
    """Units of one caller; answered by their results in order."""

    units: Sequence[Unit]


@dataclass(frozen=True, slots=True)
class Deed:
    """A single write; answered by what `act` returns. `passing` where the machine may lose it."""

    act: Callable[[sqlite3.Connection], Any]
    passing: bool = False


Job = Units | Deed
Answer = Any
"""The results of units, what a deed returned, or the exception to raise."""


class Writer:
    """Runs jobs on one connection, which nobody else writes through."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self._flushing = True
        connection.execute("PRAGMA busy_timeout = 0")

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """Runs jobs that wait together; returns an answer for each, in their order."""
        return driven(self.steps(jobs))

    def steps(self, jobs: Sequence[Job]) -> Steps:
        """The same in steps."""
        answers: list[Answer] = []
        for group in _groups(jobs):
            answers += yield from self._group(group)
        return answers

    def _group(self, jobs: Sequence[Job]) -> Steps:
        units = [unit for job in jobs if isinstance(job, Units) for unit in job.units]
        deeds = [job for job in jobs if isinstance(job, Deed)]
        passing = not units and all(deed.passing for deed in deeds)
        try:
            results, done = yield from self._transaction(units, deeds, passing)
        except StoreError as error:
            return [error] * len(jobs)
        left, others = iter(results), iter(done)
        return [
            list(islice(left, len(job.units))) if isinstance(job, Units) else next(others)
            for job in jobs
        ]

    def _transaction(
        self, units: Sequence[Unit], deeds: Sequence[Deed], passing: bool
    ) -> Generator[Step, None, tuple[list[Result], list[Answer]]]:
        """One transaction for all; where a lasting failure spoils it, halves of the units, with
        the deeds in a transaction of their own."""
        try:
            yield from self._begin(passing)
            results = self._judged(units) if units else []
            done = [self._deed(deed) for deed in deeds]
            yield self._commit
            return results, done
        except Exception as error:
            self._undo()
            if not lasting(error):
                raise self._failure(error) from error
            halves = yield from self._halved(units, error)
            return halves, (yield from self._apart(deeds))

    def _begin(self, passing: bool) -> Generator[Step, None, None]:
        if passing == self._flushing:
            self._flushing = not passing
            level = "NORMAL" if passing else connecting.SYNCHRONOUS
            self.connection.execute(f"PRAGMA synchronous = {level}")
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if not busy(error):
                raise
            yield self._wait_and_begin

    def _wait_and_begin(self) -> None:
        """Another process is writing: its turn first."""
        self.connection.execute(f"PRAGMA busy_timeout = {connecting.BUSY_SECONDS * 1000:.0f}")
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        finally:
            self.connection.execute("PRAGMA busy_timeout = 0")

    def _commit(self) -> None:
        self.connection.execute("COMMIT")

    def _judged(self, units: Sequence[Unit]) -> list[Result]:
        tables = load(self.connection, units)
        results = [judge(unit, tables) for unit in units]
        flush(self.connection, tables)
        return results

    def _deed(self, deed: Deed) -> Answer:
        """Runs a deed; a lasting failure of its own is its answer, and undone."""
        self.connection.execute("SAVEPOINT deed")
        try:
            answer = deed.act(self.connection)
        except Exception as error:
            if not lasting(error):
                raise
            self.connection.execute("ROLLBACK TO deed")
            answer = error
        self.connection.execute("RELEASE deed")
        return answer

    def _halved(
        self, units: Sequence[Unit], error: Exception
    ) -> Generator[Step, None, list[Result]]:
        if len(units) <= 1:
            return [Poisoned(f"{type(error).__name__}: {error}") for _ in units]
        middle = len(units) // 2
        first, _ = yield from self._transaction(units[:middle], [], passing=False)
        second, _ = yield from self._transaction(units[middle:], [], passing=False)
        return first + second

    def _apart(self, deeds: Sequence[Deed]) -> Steps:
        if not deeds:
            return []
        _, done = yield from self._transaction([], deeds, passing=False)
        return done

    def _undo(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # the engine has rolled back by itself

    def _failure(self, error: Exception) -> StoreError:
        if isinstance(error, StoreError):
            return error
        if isinstance(error, sqlite3.Error):
            return translated(error, self.path)
        raise error


def _groups(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Parts jobs into transactions of at most `WEIGHT` units, unless one caller brings more."""
    group: list[Job] = []
    weight = 0
    for job in jobs:
        units = len(job.units) if isinstance(job, Units) else 1
        if group and weight + units > WEIGHT:
            yield group
            group, weight = [], 0
        group.append(job)
        weight += units
    if group:
        yield group
