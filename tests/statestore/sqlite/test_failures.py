"""What a full disk, a busy file and a failing engine come to: a named error, and nothing lost."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from statestore.base import Committed, Poisoned
from statestore.errors import Corrupt, Full, Misplaced, StoreError, Unavailable
from statestore.sqlite import SqliteStore, connecting
from statestore.sqlite.failures import lasting, translated
from tests.statestore.sqlite.stores import asked, opened
from tests.statestore.values import at, codes, out, ref, row, took, unit, wins


def large(number: int) -> Any:
    return unit(rows=row(f"l{number}", value="x" * 50_000), consumed=took(f"e{number}"))


@pytest.mark.parametrize("inline", [False, True])
async def test_a_full_disk_loses_nothing(tmp_path: Path, inline: bool) -> None:
    """Given a disk that fills up, then the commit is Full, what was answered stays, reading goes
    on, and with space again the same units commit."""
    path = tmp_path / "state.db"
    async with opened(path, inline=inline) as store:
        await wins(store, large(0))
        limit = await store._write(_limited)
        with pytest.raises(Full, match="nothing was lost"):
            await store.commit([large(n) for n in range(1, 40)])
        assert list(await store.rows([ref(f"l{n}") for n in range(40)])) == [ref("l0")]
        assert await codes(store, large(0)) == ["duplicate"]
        await store._write(lambda c: c.execute(f"PRAGMA max_page_count = {limit}"))
        assert await codes(store, *[large(n) for n in range(40)]) == [
            "duplicate",
            *["committed"] * 39,
        ]


def _limited(connection: sqlite3.Connection) -> int:
    """Lets the file grow no further; returns the limit that was."""
    limit = connection.execute("PRAGMA max_page_count").fetchone()[0]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    return int(limit)


async def test_a_busy_file_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given another process that writes and does not end, then a commit is Unavailable, reads go
    on, and once the other is done the same units commit."""
    monkeypatch.setattr(connecting, "BUSY_SECONDS", 0.0)
    path = tmp_path / "state.db"
    async with opened(path) as store:
        await wins(store, unit(rows=row("l0")))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="another process is writing"):
            await store.commit([unit(rows=row("l1"))])
        assert len(await store.rows([ref("l0")])) == 1
        other.execute("ROLLBACK")
        other.close()
        await wins(store, unit(rows=row("l1")))


class Failing(sqlite3.Connection):
    """An engine that fails on command, before or after it did what it was told."""

    when: str | None = None
    after = False

    def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
        if statement != self.when:
            return super().execute(statement, *given)
        type(self).when = None
        if self.after:
            super().execute(statement, *given)
        raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("inline", [False, True], ids=["threads", "inline"])
async def test_an_unknown_fate_is_never_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool, inline: bool
) -> None:
    """Given an error at the commit itself, before or after it happened, then every waiting caller
    gets Unavailable, and committing again ends with each unit there once."""
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **more: connect(*args, factory=Failing, **more)
    )
    async with opened(tmp_path / "state.db", inline=inline) as store:
        units = [
            unit(rows=row(f"l{n}"), consumed=took(f"e{n}"), events=out(f"o{n}")) for n in range(3)
        ]
        monkeypatch.setattr(Failing, "after", after)
        monkeypatch.setattr(Failing, "when", "COMMIT")
        with pytest.raises(Unavailable, match="disk I/O error"):
            await store.commit(units)
        assert await codes(store, *units) == ["duplicate" if after else "committed"] * 3
        assert len(await store.rows([ref(f"l{n}") for n in range(3)])) == 3
        assert (await store.backlog(at(), 0)).outbox_ready == 3


async def test_callers_share_a_transaction(tmp_path: Path) -> None:
    """Given many callers at once, then their units need far fewer transactions than callers, and
    each gets its own results in its own order."""
    path = tmp_path / "state.db"
    async with opened(path) as store:
        calls = [
            store.commit(
                [unit(rows=row(f"l{n}")), unit(rows=row(f"l{n}")), unit(rows=row(f"m{n}"))]
            )
            for n in range(200)
        ]
        results = await asyncio.gather(*calls)
        for kinds in ([getattr(one, "code", "won") for one in found] for found in results):
            assert kinds == ["won", "version", "won"]
        [(commits,)] = asked(path, "SELECT commits FROM counters")
        assert commits < 50


async def test_a_poisoned_caller_spoils_nobodys_group(tmp_path: Path) -> None:
    """Given many callers at once, one with a unit that no engine holds and one whose deed fails,
    then only theirs fail."""
    async with opened(tmp_path / "state.db") as store:
        names = [f"l{n}" if n != 20 else "bad\ud800" for n in range(50)]
        calls = [store.commit([unit(rows=row(name))]) for name in names]
        failing = store.acquire("name\ud800", "owner", 0, 1)
        *results, failed = await asyncio.gather(*calls, failing, return_exceptions=True)
        kinds = [type(found[0]) for found in results if isinstance(found, list)]
        assert kinds.count(Committed) == 49
        assert kinds[20] is Poisoned
        assert isinstance(failed, UnicodeEncodeError)


async def test_a_caller_that_gives_up_disturbs_nobody(tmp_path: Path) -> None:
    """Given a caller that was cancelled while it waited, then the others get their results."""
    async with opened(tmp_path / "state.db") as store:
        tasks = [asyncio.ensure_future(store.commit([unit(rows=row(f"l{n}"))])) for n in range(20)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(results[3], asyncio.CancelledError)
        assert sum(isinstance(found, list) for found in results) == 19


async def test_stopping_finishes_what_waits(tmp_path: Path) -> None:
    """Given commits under way, when the store stops, then they are answered and durable."""
    path = tmp_path / "state.db"
    store = SqliteStore(path)
    await store.start()
    tasks = [asyncio.ensure_future(store.commit([unit(rows=row(f"l{n}"))])) for n in range(20)]
    await asyncio.sleep(0)
    await store.stop()
    results = await asyncio.gather(*tasks)
    assert all(isinstance(found, Committed) for [found] in results)
    async with opened(path) as store:
        assert len(await store.scan(None, "lead")) == 20


def raised(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("text of the engine")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind", "remedy"),
    [
        (sqlite3.SQLITE_FULL, Full, "free some"),
        (sqlite3.SQLITE_BUSY, Unavailable, "try again"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Unavailable, "try again"),
        (sqlite3.SQLITE_IOERR_WRITE, Unavailable, "try again"),
        (sqlite3.SQLITE_NOTADB, Corrupt, "restore a backup"),
        (sqlite3.SQLITE_CORRUPT_INDEX, Corrupt, "restore a backup"),
        (sqlite3.SQLITE_CANTOPEN, Misplaced, "folder"),
        (sqlite3.SQLITE_READONLY, Misplaced, "read-only"),
    ],
)
def test_every_engine_error_has_a_home(code: int, kind: type, remedy: str) -> None:
    """Given an error of the engine, then it becomes ours, with the remedy."""
    failure = translated(raised(code), Path("state.db"))
    assert type(failure) is kind
    assert remedy in str(failure)
    assert not lasting(raised(code))


def test_lasting_failures_are_told_from_passing_ones() -> None:
    """Given a broken constraint or a value that no column holds, then trying again is no use."""
    assert lasting(raised(sqlite3.SQLITE_CONSTRAINT_UNIQUE))
    assert lasting(raised(sqlite3.SQLITE_TOOBIG))
    assert lasting(sqlite3.InterfaceError("type is not supported"))
    assert lasting(OverflowError("too large"))
    assert not lasting(sqlite3.OperationalError("no code"))
    assert not lasting(MemoryError())


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Path]:
    """A real file system of two megabytes, where this process may mount one."""
    at = tmp_path / "little"
    at.mkdir()
    program = shutil.which("mount")
    words = [program or "", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(at)]
    if program is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("needs the right to mount a tmpfs, which this process has not")
    yield at
    subprocess.run(["umount", str(at)], check=True, capture_output=True)


def fill(folder: Path) -> Path:
    """Takes every byte that is left; removed, they are free again."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


async def test_a_real_full_disk_is_named_at_every_moment_and_loses_nothing(little: Path) -> None:
    """Before the store is made, as it runs, as it ends, and as it comes up again."""
    path = little / "state.db"
    filler = fill(little)
    with pytest.raises(StoreError, match=r"space|full"):
        await SqliteStore(path).start()
    filler.unlink()
    async with opened(path) as store:
        await wins(store, large(0))
        filler = fill(little)
        with pytest.raises(Full, match="nothing was lost"):
            await store.commit([large(n) for n in range(1, 60)])
        assert list(await store.rows([ref(f"l{n}") for n in range(60)])) == [ref("l0")]
    (little / "state.db.lock").write_bytes(b"")
    fill(little)
    with pytest.raises(StoreError, match=r"space|full"):
        await SqliteStore(path).start()
    filler.unlink()
    async with opened(path) as store:
        assert await codes(store, large(0), large(1)) == ["duplicate", "committed"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
async def test_a_folder_in_which_nothing_can_be_made_is_named() -> None:
    """As one of another user, or a file system that is read only."""
    with pytest.raises(Misplaced, match=r"cannot be opened .* can write to"):
        await SqliteStore(Path("/proc/state.db")).start()
