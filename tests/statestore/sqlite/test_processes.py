"""Several processes on one file: nobody's write is lost, whoever else writes at the same time."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from contracts.ids import StopId
from statestore.base import Committed, NoStop
from statestore.sqlite import SqliteStore
from tests.statestore.sqlite.stores import opened
from tests.statestore.values import T, at, codes, out, ref, row, stops, unit, wins

ROOT = Path(__file__).parents[3]
TIMES = 60
CHILD = """
import asyncio, sys
from tests.statestore.sqlite import test_processes
asyncio.run(getattr(test_processes, sys.argv[1])(sys.argv[2]))
"""


def child(name: str, path: Path) -> "subprocess.Popen[str]":
    """Runs a coroutine of this module in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, name, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def count_up(store: SqliteStore, times: int) -> None:
    """Adds one to a row so often, deciding again from fresh state whenever the write lost."""
    while times:
        found = (await store.rows([ref("counter")])).get(ref("counter"))
        version, value = (found.version, found.data["value"]) if found else (0, 0)
        written = unit(rows=row("counter", version, value=value + 1), events=out())
        [result] = await store.commit([written])
        times -= isinstance(result, Committed)


async def count_up_beside(path: str) -> None:
    """The other process: it publishes only."""
    async with opened(Path(path), consume=False) as store:
        await count_up(store, TIMES)


async def stop_everything(path: str) -> None:
    """The command line in another process: it writes the global switch."""
    async with opened(Path(path), consume=False) as store:
        await wins(store, unit(stops=stops("global", "switch")))
        print("stopped", flush=True)


async def test_no_update_is_lost_between_processes(tmp_path: Path) -> None:
    """Given two processes that count up one row by compare and set, then the row counts both, and
    every event has a number of its own."""
    path = tmp_path / "state.db"
    async with opened(path) as store:
        beside = child("count_up_beside", path)
        await count_up(store, TIMES)
        assert await asyncio.to_thread(beside.wait) == 0
        [found] = (await store.rows([ref("counter")])).values()
        assert (found.version, found.data["value"]) == (2 * TIMES, 2 * TIMES)
        queued = await store.outbox(at(), 999, machine=0, lease=1)
        assert len({one.number for one in queued}) == 2 * TIMES
    assert beside.stdout is not None
    beside.stdout.close()


async def test_a_stop_of_another_process_holds_at_once(tmp_path: Path) -> None:
    """Given a stop that another process has committed, then the next claim here loses."""
    path = tmp_path / "state.db"
    claim = unit(conditions=NoStop(tenant=T, keys=("global",), at=at(1)))
    async with opened(path) as store:
        assert await codes(store, claim) == ["committed"]
        beside = child("stop_everything", path)
        assert beside.stdout is not None
        assert await asyncio.to_thread(beside.stdout.readline) == "stopped\n"
        assert await codes(store, claim) == ["stop"]
        found = await store.stops([(T, "global")])
        assert [one.id for one in found[T, "global"]] == [StopId("switch")]
        await asyncio.to_thread(beside.wait)
        beside.stdout.close()
