"""Crashes: at every statement of a commit, and SIGKILL to a process in the middle of commits.

Whatever the moment, a unit is whole or not there, and what was answered is there.
"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from statestore.base import StateStore, Unit
from statestore.sqlite import SqliteStore
from tests.statestore.sqlite.stores import opened
from tests.statestore.values import (
    T,
    at,
    codes,
    key,
    ref,
    send,
    whole,
    wins,
)

PARTS = 8


async def parts(store: StateStore, numbers: range) -> dict[int, int]:
    """How many parts of each unit are there."""
    names = [f"u{number}" for number in numbers]
    tables: list[Any] = [
        await store.consumed("scoring", names),
        {found.key for found in await store.rows([ref(name) for name in names])},
        {found.key for found in await store.rows([ref(name, "person") for name in names])},
        set(await store.sends(T, [send(name).id for name in names])),
        {name.removeprefix("lead:") for _, name in await store.stops(_stop_keys(names))},
        {found.split("/")[1] for found in await store.timers("orchestrator", map(key, names))},
        {found.data["of"] for found in await store.journal(T, limit=10**6)},
        {found.id.removeprefix("dead-") for found in await store.dead_letters(T)},
    ]
    assert len(tables) == PARTS
    return {number: sum(f"u{number}" in table for table in tables) for number in numbers}


def _stop_keys(names: list[str]) -> list[Any]:
    return [(T, f"lead:{name}") for name in names]


async def counted(store: StateStore, units: int) -> None:
    """Checks the parts that are only counted."""
    assert (await store.backlog(at(), 0)).outbox_ready == units
    assert await store.credit([T]) == ({T: units} if units else {})
    usage = await store.usage([send().resource], at(-1), at())
    assert sum(len(found.reserved) for found in usage.values()) == units


class Crash(BaseException):
    """The process is gone: nothing of it runs any more."""


class Mortal(sqlite3.Connection):
    """A connection whose process dies at a given statement."""

    left: int | None = None

    def _count(self) -> None:
        if self.left is not None:
            if self.left == 0:
                raise Crash
            type(self).left = self.left - 1

    def execute(self, *given: Any) -> sqlite3.Cursor:
        self._count()
        return super().execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        self._count()
        return super().executemany(*given)


async def test_a_crash_at_any_statement_leaves_units_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a commit of three units after one that was answered, when the process dies at its
    first, second, … last statement, then the answered one is there and the three are all there or
    not at all; committing them again makes them whole."""
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **more: connect(*args, factory=Mortal, **more)
    )
    batch, seen = [whole(f"u{n}") for n in (1, 2, 3)], set()
    for step in range(200):
        path = tmp_path / f"{step}.db"
        died = await _commit_and_die(path, batch, step, monkeypatch)
        async with opened(path) as store:
            found = await parts(store, range(4))
            assert found[0] == PARTS
            seen.add(found[1])
            assert set(found.values()) <= {PARTS, found[1]}
            assert found[1] in (0, PARTS)
            await counted(store, 1 if found[1] == 0 else 4)
            assert set(await codes(store, *batch)) <= {"committed", "duplicate"}
            await counted(store, 4)
        if not died:
            break
    assert not died, "the commit has more statements than this test tries"
    assert seen == {0, PARTS}
    assert step > 20


async def _commit_and_die(
    path: Path, batch: list[Unit], step: int, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Commits a batch in a process that dies at a statement; False where it outlived it."""
    store = SqliteStore(path, inline=True)
    await store.start()
    await wins(store, whole("u0"))
    monkeypatch.setattr(Mortal, "left", step)
    try:
        await store.commit(batch)
        return False
    except Crash:
        return True
    finally:
        monkeypatch.setattr(Mortal, "left", None)
        for connection in store._open:
            connection.close()
        store._life._leave()


CHILD = """
import asyncio, sys
from tests.statestore.sqlite.test_crashes import commit_for_ever
asyncio.run(commit_for_ever(sys.argv[1], int(sys.argv[2])))
"""


async def commit_for_ever(path: str, start: int) -> None:
    """Commits units from several callers at once, and prints each that was answered."""
    store = SqliteStore(path)
    await store.start()

    async def caller(number: int) -> None:
        while True:
            batch = [whole(f"u{number + 8 * n}") for n in range(3)]
            await wins(store, *batch)
            names = " ".join(str(number + 8 * n) for n in range(3))
            print(names, flush=True)
            number += 24

    await asyncio.gather(*(caller(start + n) for n in range(8)))


async def test_sigkill_in_the_middle_of_commits(tmp_path: Path) -> None:
    """Given a process with eight callers that is killed again and again, then every unit is whole
    or not there, every answered one is there, and the next process goes on at once."""
    path, start, answered = tmp_path / "state.db", 0, set[int]()
    for answers in (1, 5, 17, 40, 41, 64):
        answered |= _run_and_kill(path, start, answers)
        start = max(answered) + 48
        start += -start % 8
        async with opened(path) as store:
            found = await parts(store, range(start))
            assert set(found.values()) <= {0, PARTS}
            whole_ones = {number for number, count in found.items() if count == PARTS}
            assert answered <= whole_ones
            await counted(store, len(whole_ones))
    assert len(answered) > 100


def _run_and_kill(path: Path, start: int, answers: int) -> set[int]:
    """Lets a process commit until it has answered so often, then kills it; returns the units that
    it had answered."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), str(start)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(answers)]
    os.kill(child.pid, signal.SIGKILL)
    lines += child.stdout.read().splitlines()
    child.wait()
    return {int(number) for text in lines for number in text.split()}
