"""How a store's file begins, is found again, and what is refused at the start."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from contracts.ids import SendId
from contracts.outcome import SendState
from statestore import migrations
from statestore.base import SendWrite, TimerLease
from statestore.errors import Corrupt, Locked, NewSchema, OldSchema, StoreError, Unavailable
from statestore.migrations import Migration
from statestore.sqlite import SqliteStore, connecting
from tests.statestore.sqlite.stores import asked, opened, remove
from tests.statestore.values import at, codes, key, out, ref, row, send, sets, stops, unit, wins


async def test_a_new_file_is_made_and_found_again(tmp_path: Path) -> None:
    """Given no file, then it is made, with the life that it was given; later starts keep it."""
    path = tmp_path / "state.db"
    async with opened(path, incarnation="one") as store:
        await wins(store, unit(rows=row()))
        info = await store.info()
        assert (info.engine, info.incarnation, info.durable) == ("sqlite", "one", True)
        assert info.schema == len(migrations.migrations())
    async with opened(path, incarnation="two") as store:
        assert (await store.info()).incarnation == "one"
        assert len(await store.rows([ref()])) == 1


async def test_every_new_file_has_a_life_of_its_own(tmp_path: Path) -> None:
    """Given no name for it, then a new file's life is named after its birth: two are never the
    same, also at one path."""
    lives = set()
    for name in ("a.db", "b.db", "a.db"):
        remove(tmp_path / name)
        async with opened(tmp_path / name) as store:
            lives.add((await store.info()).incarnation)
    assert len(lives) == 3


async def test_durability_is_read_not_assumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an engine that does not flush, then the store says that claims would not survive."""
    monkeypatch.setattr(connecting, "SYNCHRONOUS", "NORMAL")
    async with opened(tmp_path / "state.db") as store:
        assert not (await store.info()).durable


async def test_one_process_consumes(tmp_path: Path) -> None:
    """Given a consumer, then a second is refused; one that only publishes is not, and both write
    and see each other's writes."""
    path = tmp_path / "state.db"
    async with opened(path) as store:
        with pytest.raises(Locked, match="publish only"):
            await SqliteStore(path).start()
        async with opened(path, consume=False) as other:
            await wins(other, unit(stops=stops("global"), rows=row()))
            assert len(await store.stops([(row().ref.tenant, "global")])) == 1
            assert await codes(store, unit(rows=row())) == ["version"]
    async with opened(path):
        pass


async def test_a_refused_start_leaves_no_lock(tmp_path: Path) -> None:
    """Given a start that failed, then the next one is not in its way."""
    path = tmp_path / "state.db"
    path.write_bytes(b"not a database" * 100)
    for _ in range(2):
        with pytest.raises(Corrupt):
            await SqliteStore(path).start()
    path.unlink()
    async with opened(path):
        pass


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\x00" + b"\xff" * 8192])
async def test_a_file_that_is_no_store_is_refused(tmp_path: Path, content: bytes) -> None:
    """Given a file that is no database, or a damaged one, then it is Corrupt, and left alone."""
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(Corrupt, match=r"restore a backup|another file"):
        await SqliteStore(path).start()
    assert path.read_bytes() == content


async def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    """Given another program's database, then nothing is added to it."""
    path = tmp_path / "state.db"
    asked(path, "CREATE TABLE notes (text)")
    with pytest.raises(Corrupt, match="no Leadwire store"):
        await SqliteStore(path).start()
    assert asked(path, "SELECT name FROM sqlite_master") == [("notes",)]


async def test_damage_within_the_file_is_named(tmp_path: Path) -> None:
    """Given a store whose pages were overwritten, then reading them says Corrupt, not nothing."""
    path = tmp_path / "state.db"
    async with opened(path) as store:
        await wins(store, *(unit(rows=row(f"l{n}", value="x" * 500)) for n in range(500)))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(b"\xff" * (size // 2))
    with pytest.raises(Corrupt, match="restore a backup"):
        async with opened(path, consume=False) as store:
            await store.scan(None, "lead", limit=10_000)


async def test_an_old_schema_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a store of the release before, then agents refuse it and name `leadwire migrate`; the
    file is not touched."""
    path = tmp_path / "state.db"
    async with opened(path):
        pass
    known = migrations.migrations()
    step = Migration(len(known) + 1, "0099_more.sql", "ALTER TABLE meta ADD COLUMN more TEXT;")
    monkeypatch.setattr("statestore.sqlite.life.migrations", lambda: [*known, step])
    with pytest.raises(OldSchema, match="leadwire migrate"):
        await SqliteStore(path).start()
    assert len(asked(path, "SELECT * FROM migrations")) == len(known)


async def test_a_newer_schema_asks_for_the_newer_release(tmp_path: Path) -> None:
    """Given a store that a newer release has changed, then this one refuses it."""
    path = tmp_path / "state.db"
    async with opened(path):
        pass
    asked(path, "INSERT INTO migrations VALUES (99, '0099_more.sql', 'x')")
    with pytest.raises(NewSchema, match="upgrade"):
        await SqliteStore(path).start()


async def test_a_changed_step_is_noticed(tmp_path: Path) -> None:
    """Given a store that was made by another text of the same step, then it is refused."""
    path = tmp_path / "state.db"
    async with opened(path):
        pass
    asked(path, "UPDATE migrations SET checksum = 'other'")
    with pytest.raises(Corrupt, match="differs"):
        await SqliteStore(path).start()


async def test_an_old_copy_starts_closed(tmp_path: Path) -> None:
    """Given a file that was put back from a copy, then sending is closed and the reason names
    `leadwire restore`; the file that went on stays open."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    async with opened(path, incarnation="one") as store:
        await wins(store, unit(rows=row("l1")))
    shutil.copy(path, copy)
    async with opened(path) as store:
        await wins(store, unit(rows=row("l2")))
    async with opened(path) as store:
        assert (await store.info()).closed is None
    shutil.copy(copy, path)
    async with opened(path) as store:
        closed = (await store.info()).closed
        assert closed is not None
        assert "leadwire restore" in closed
    async with opened(path) as store:
        assert (await store.info()).closed == closed


async def test_a_consumer_ends_the_leases_of_the_dead(tmp_path: Path) -> None:
    """Given leases and claims of a process that died, on a host whose machine time began anew,
    then the next consumer finds timers and events on offer, claims expired, and epochs raised."""
    path = tmp_path / "state.db"
    claim = SendWrite(send=send(state=SendState.CLAIMED, lease_until=9e9), expect=0)
    async with opened(path) as store:
        await wins(store, unit(timers=sets(), events=(out("e1"), out("e2", available=at(-1)))))
        await wins(store, unit(sends=claim))
        [timer] = await store.due_timers(at(), 9e8, 1)
        lease = TimerLease(
            agent=timer.agent, key=timer.key, expect=timer.version, machine=9e8, until=9e9
        )
        await wins(store, unit(timers=lease))
        assert len(await store.outbox(at(), 9, machine=9e8, lease=9e9)) == 2
        held = await store.acquire("sweep", "dead", 9e8, 9e9)
        assert held is not None
    async with opened(path, consume=False) as store:
        assert await store.due_timers(at(), 5, 9) == []
    async with opened(path) as store:
        assert [found.key for found in await store.due_timers(at(), 5, 9)] == [key()]
        assert len(await store.outbox(at(), 9, machine=5, lease=30)) == 2
        assert [found.id for found in await store.expired_claims(5)] == [SendId("s1")]
        taken = await store.acquire("sweep", "dead", 5, 60)
        assert taken is not None
        assert taken.epoch > held.epoch


async def test_a_store_that_is_not_started_says_so(tmp_path: Path) -> None:
    """Given a store before its start or after its stop, then every call is Unavailable; stopping
    again does nothing."""
    store = SqliteStore(tmp_path / "state.db")
    for _ in range(2):
        for call in (store.rows([ref()]), store.commit([unit()]), store.published([1])):
            with pytest.raises(Unavailable, match="not started"):
                await call
        await store.start()
        await store.stop()
        await store.stop()


async def test_an_engine_that_is_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an engine older than what the statements need, then start says which is needed."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match=r"3\.35"):
        await SqliteStore(tmp_path / "state.db").start()
