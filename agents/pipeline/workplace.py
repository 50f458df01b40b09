"""The folder that a run of the linear pipeline writes, so that a kill loses and doubles nothing.

Outputs grow in `OUT/.pipeline/` and are moved into place when all are complete; a reader never sees
half a run, and the last complete one stays until the next is. Each chunk is appended to every
output and made lasting, and only then one SQLite commit says so: rows taken, the outputs' lengths,
the keys seen, the counts. Who goes on after a kill cuts the outputs back to the lengths of the last
commit. One process at a time: a lock says who.
"""

import errno
import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from agents.pipeline.carried import Carried
from agents.pipeline.routing import Known
from agents.pipeline.stages import StageError

INNER = ".pipeline"
SCHEMA = """
create table seen (key text primary key, lead text, account text, person text, row integer,
                   business text) without rowid;
create table run (name text primary key, value text) without rowid;
"""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class OccupiedError(Exception):
    """OUT holds something that this run would spoil; the text says which flag decides."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a run is: rows of the input that are through, the outputs' lengths, the counts, and
    the moment it began."""

    rows: int
    lengths: Mapping[str, int]
    counts: Mapping[str, Any]
    now: str


class Workplace:
    """An opened OUT; close it in any case."""

    writes = True

    def __init__(self, out: Path) -> None:
        self.out = out
        self.inner = out / INNER
        self._files: dict[str, IO[bytes]] = {}
        self._lock: IO[str] | None = None
        self._database: sqlite3.Connection | None = None

    # opening

    def open(self, run: Mapping[str, Any], *, resume: bool | None) -> Checkpoint | None:
        """Opens for a run that `run` describes; returns where an unfinished one of the same stands.

        `resume` True: there must be one; False: what is unfinished is thrown away; None: goes on
        with it where it is the same run. Raises OccupiedError.
        """
        self._take_lock()
        if resume is False:
            self._clear()
        before = self._load()
        if before is not None and before.get("finishing"):
            self._move(before["finishing"])
            before = None
        if before is None:
            self._clear()
            if resume:
                raise OccupiedError(f"nothing to resume in {self.out}: run without --resume")
            self._create(run)
            return None
        if (other := _difference(before.get("run", {}), run)) is not None:
            raise OccupiedError(
                f"{self.out} holds an unfinished run with another {other}; finish that one as it "
                "was begun, or throw it away with --fresh"
            )
        kept = before.get("checkpoint")
        return Checkpoint(**kept) if kept else None

    def _take_lock(self) -> None:
        try:
            self.inner.mkdir(parents=True, exist_ok=True)
            self._lock = (self.inner / "lock").open("w")
        except OSError as error:
            raise OccupiedError(
                f"{self.out} cannot be written to ({error.strerror}): name another folder with "
                "--out, or make this one writable"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OccupiedError(f"another run is at work in {self.out}; wait for it") from None

    def _clear(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        for path in self.inner.iterdir():
            if path.name != "lock":
                path.unlink()

    def _load(self) -> dict[str, Any] | None:
        path = self.inner / "run.db"
        if not path.exists():
            return None
        self._database = _connected(path)
        try:
            rows = self._database.execute("select name, value from run").fetchall()
        except sqlite3.DatabaseError:
            return None
        return {name: json.loads(value) for name, value in rows} or None

    def _create(self, run: Mapping[str, Any]) -> None:
        self._database = _connected(self.inner / "run.db")
        self._database.executescript(SCHEMA)
        self._put("run", dict(run))
        self._database.commit()

    @property
    def database(self) -> sqlite3.Connection:
        """The run's working file."""
        if self._database is None:
            raise RuntimeError("open the workplace first")
        return self._database

    def _put(self, name: str, value: Any) -> None:
        self.database.execute("insert or replace into run values (?, ?)", (name, json.dumps(value)))

    # outputs

    def part(self, name: str, length: int = 0) -> None:
        """Opens an output at a length, which drops what an interrupted chunk left behind it."""
        path = self.inner / name
        file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        self._files[name] = file
        if file.seek(0, os.SEEK_END) < length:
            raise OccupiedError(f"{path} is shorter than it was; start again with --fresh")
        file.truncate(length)
        file.seek(length)

    def append(self, name: str, lines: Sequence[bytes], leads: Sequence[Carried] = ()) -> None:
        """Appends lines, one a lead where leads are given; a full disk is named with the lead."""
        data = b"".join(lines)
        written = 0
        try:
            while written < len(data):
                written += self._files[name].write(data[written:]) or 0
        except OSError as error:
            raise full(error, self.out / name, _at(lines, leads, written)) from error

    def commit(self, checkpoint: Checkpoint) -> None:
        """Makes a chunk lasting: first the outputs, then the word that they are."""
        try:
            for file in self._files.values():
                os.fsync(file.fileno())
            self._put("checkpoint", {name: getattr(checkpoint, name) for name in _FIELDS})
            self.database.commit()
        except (OSError, sqlite3.OperationalError) as error:
            raise full(error, self.inner) from error

    def lengths(self) -> dict[str, int]:
        """The outputs' lengths."""
        return {name: file.tell() for name, file in self._files.items()}

    def finish(self, texts: Mapping[str, bytes]) -> None:
        """Moves the outputs into place, with further whole files, and clears the working files."""
        try:
            for name, text in texts.items():
                (self.inner / name).write_bytes(text)
            self._put("finishing", [*self._files, *texts])
            self.database.commit()
            self._move([*self._files, *texts])
        except (OSError, sqlite3.OperationalError) as error:
            raise full(error, self.out) from error
        self.close()
        shutil.rmtree(self.inner)

    def withdraw(self, names: Sequence[str]) -> None:
        """Removes outputs of an earlier run that this one has not made: OUT shows one run."""
        for name in names:
            (self.out / name).unlink(missing_ok=True)

    def _move(self, names: Sequence[str]) -> None:
        """Puts outputs into place; those that a kill left behind are moved by the next run."""
        for name in names:
            if (self.inner / name).exists():
                os.replace(self.inner / name, self.out / name)

    def close(self) -> None:
        """Closes everything; what is committed stays for the next run."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # keys seen

    def of(self, hashes: Sequence[str]) -> dict[str, Known]:
        """Returns who holds which of the keys."""
        marks = ",".join("?" * len(hashes))
        rows = self.database.execute(
            "select key, lead, account, person, row, business from seen "  # noqa: S608  # marks
            f"where key in ({marks})",
            list(hashes),
        )
        return {row[0]: Known(*row[1:]) for row in rows}

    def keep(self, found: Mapping[str, Known]) -> None:
        """Keeps holders; lasting with the next commit."""
        rows = [(key, k.lead, k.account, k.person, k.row, k.business) for key, k in found.items()]
        try:
            self.database.executemany("insert or ignore into seen values (?,?,?,?,?,?)", rows)
        except sqlite3.OperationalError as error:
            raise full(error, self.inner) from error


class Nowhere(Workplace):
    """A workplace that writes nothing, for `--dry-run`."""

    writes = False

    def __init__(self) -> None:
        super().__init__(Path())
        self._known: dict[str, Known] = {}

    def open(self, run: Mapping[str, Any], *, resume: bool | None) -> Checkpoint | None:
        return None

    def part(self, name: str, length: int = 0) -> None:
        pass

    def append(self, name: str, lines: Sequence[bytes], leads: Sequence[Carried] = ()) -> None:
        pass

    def commit(self, checkpoint: Checkpoint) -> None:
        pass

    def finish(self, texts: Mapping[str, bytes]) -> None:
        pass

    def withdraw(self, names: Sequence[str]) -> None:
        pass

    def of(self, hashes: Sequence[str]) -> dict[str, Known]:
        return {key: self._known[key] for key in hashes if key in self._known}

    def keep(self, found: Mapping[str, Known]) -> None:
        self._known.update(found)


_FIELDS = ("rows", "lengths", "counts", "now")


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    return database


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Returns the first thing in which two runs differ."""
    return next((k for k in {**before, **now} if before.get(k) != now.get(k)), None)


def _at(lines: Sequence[bytes], leads: Sequence[Carried], written: int) -> Carried | None:
    """Returns the lead whose line the disk had no place for."""
    for line, lead in zip(lines, leads, strict=False):
        written -= len(line)
        if written < 0:
            return lead
    return None


def full(error: Exception, path: Path, lead: Carried | None = None) -> StageError:
    """Returns the error that names file, lead and remedy."""
    where = f", at {lead.label}" if lead else ""
    if getattr(error, "errno", None) in FULL or "full" in str(error):
        return StageError(
            f"no space left to write {path}{where}: free some, then run the same command again; "
            "it goes on where it stopped"
        )
    return StageError(f"{path} cannot be written{where}: {error}")
