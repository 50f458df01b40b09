"""Migrating, backing up, and putting a copy back: what stands in the files afterwards."""

import csv
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.ids import OPERATOR, SendId, StopId
from contracts.outcome import SendState
from statestore import migrations
from statestore.base import SendWrite, StopLift, StoreInfo
from statestore.errors import Corrupt, Locked, Misplaced, NewSchema, StoreError
from statestore.migrations import Migration
from statestore.sqlite import upkeep
from tests.statestore.sqlite.stores import asked, opened
from tests.statestore.values import T, at, ref, row, send, sets, stops, unit, wins


async def filled(path: Path, *names: str) -> None:
    """A store with a row and a stop for each name."""
    async with opened(path, incarnation="one") as store:
        await wins(store, *(unit(rows=row(name), stops=stops(f"lead:{name}")) for name in names))


def beside(path: Path) -> set[str]:
    """The names that begin with a file's own."""
    return {file.name for file in path.parent.glob(f"{path.stem}*")}


async def held_stops(path: Path) -> set[str]:
    async with opened(path, consume=False) as store:
        return {stop.key for stop in await store.stops_of(None)}


# ── migrating ─────────────────────────────────────────────────────────────────────────────────


async def test_a_store_is_made_and_then_up_to_date(tmp_path: Path) -> None:
    """Given no file, then every step is pending; migrating makes it, and once more does nothing."""
    path = tmp_path / "state.db"
    steps = migrations.migrations()
    assert upkeep.lacking(path) == steps
    assert not path.exists()
    assert upkeep.migrate(path, "one") == steps
    assert upkeep.lacking(path) == []
    assert upkeep.migrate(path, "two") == []
    async with opened(path) as store:
        assert (await store.info()).incarnation == "one"


async def test_an_old_store_is_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a store of the release before, then the step is run, its rows stay, and its life goes
    on."""
    path = tmp_path / "state.db"
    await filled(path, "l1")
    steps = [
        *migrations.migrations(),
        Migration(99, "0099_more.sql", "ALTER TABLE meta ADD COLUMN more TEXT;"),
    ]
    monkeypatch.setattr(upkeep, "migrations", lambda: steps)
    assert [step.name for step in upkeep.lacking(path)] == ["0099_more.sql"]
    assert [step.name for step in upkeep.migrate(path, "two")] == ["0099_more.sql"]
    assert asked(path, "SELECT value FROM meta WHERE name = 'incarnation'") == [("one",)]
    assert asked(path, "SELECT key FROM states") == [("l1",)]


async def test_nobody_migrates_under_a_running_process(tmp_path: Path) -> None:
    """Given a process that consumes, then migrating and restoring are refused with its number."""
    path = tmp_path / "state.db"
    async with opened(path):
        with pytest.raises(Locked, match="stop it"):
            upkeep.migrate(path, "two")
    upkeep.migrate(path, "two")


# ── backing up ────────────────────────────────────────────────────────────────────────────────


async def test_a_backup_is_taken_while_the_store_is_used(tmp_path: Path) -> None:
    """Given a running store with commits that are not in its file yet, then the copy holds them
    all, in one file, and the store goes on."""
    path, target = tmp_path / "state.db", tmp_path / "copy.db"
    async with opened(path) as store:
        await wins(store, *(unit(rows=row(f"l{n}")) for n in range(500)))
        done = upkeep.back_up(path, target, at())
        await wins(store, unit(rows=row("after")))
    assert done.size == target.stat().st_size
    assert beside(target) == {"copy.db", "copy.db.stops.csv"}
    assert asked(target, "SELECT count(*) FROM states") == [(500,)]
    assert (await _info(path)).closed is None


async def _info(path: Path) -> StoreInfo:
    async with opened(path, consume=False) as store:
        return await store.info()


async def test_a_backup_cannot_be_sent_from(tmp_path: Path) -> None:
    """Given a copy that somebody puts in place by hand, then it is closed and names the command
    with the time."""
    path, target = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, target, at())
    closed = (await _info(target)).closed
    assert closed is not None
    assert f"leadwire restore FILE --as-of {at().isoformat()}" in closed


async def test_stops_are_written_beside_it(tmp_path: Path) -> None:
    """Given stops of all kinds, then each is a row of CSV, times as text, and what a spreadsheet
    would run is quoted."""
    path, target = tmp_path / "state.db", tmp_path / "copy.db"
    async with opened(path) as store:
        absent = stops("lead:l1", "x", until=at(60), note='=HYPERLINK("http://x")', by="a,b")
        await wins(store, unit(stops=absent), unit(OPERATOR, stops=stops("global", "y", OPERATOR)))
        await wins(store, unit(stops=StopLift(tenant=T, ids=(StopId("x"),), by="r1")))
    done = upkeep.back_up(path, target, at())
    with done.stops_file.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert done.stops == len(rows) == 2
    assert [one["key"] for one in rows] == ["global", "lead:l1"]
    mine = rows[1]
    assert (mine["at"], mine["until"]) == (at().isoformat(), at(60).isoformat())
    assert (mine["note"], mine["by"], mine["lifted"]) == ('\'=HYPERLINK("http://x")', "a,b", "r1")


async def test_a_backup_never_takes_anothers_place(tmp_path: Path) -> None:
    """Given a file that is there, then it is kept unless it may be replaced; what is no store, or
    damaged, makes no backup."""
    path, target = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    target.write_text("precious")
    with pytest.raises(Misplaced, match="--overwrite"):
        upkeep.back_up(path, target, at())
    assert target.read_text() == "precious"
    upkeep.back_up(path, target, at(), overwrite=True)
    for bad in (tmp_path / "none.db", tmp_path / "none" / "x.db"):
        with pytest.raises(Misplaced):
            upkeep.back_up(bad, tmp_path / "other.db", at())
    foreign = tmp_path / "foreign.db"
    asked(foreign, "CREATE TABLE notes (x)")
    with pytest.raises(Corrupt):
        upkeep.back_up(foreign, tmp_path / "other.db", at())
    assert not (tmp_path / "other.db").exists()


# ── restoring ─────────────────────────────────────────────────────────────────────────────────


async def restored(path: Path, copy: Path, seconds: float = 0) -> upkeep.Prepared:
    prepared = upkeep.prepare(path, copy, at(seconds), "second-life")
    upkeep.exchange(path, prepared.file)
    return prepared


async def test_a_copy_takes_the_stores_place(tmp_path: Path) -> None:
    """Given a copy and a store that went on, then the copy is in its place, closed and of a new
    life, and the store that was there is kept whole."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, copy, at())
    await filled(path, "l2")
    prepared = upkeep.prepare(path, copy, at(), "second-life")
    kept = upkeep.exchange(path, prepared.file)
    info = await _info(path)
    assert (info.incarnation, info.closed) == (
        "second-life",
        f"being restored as of {at().isoformat()}",
    )
    assert asked(path, "SELECT key FROM states") == [("l1",)]
    assert kept is not None
    assert asked(kept, "SELECT key FROM states ORDER BY key") == [("l1",), ("l2",)]
    assert not prepared.file.exists()


async def test_stops_since_the_copy_are_carried_over(tmp_path: Path) -> None:
    """Given people who opted out after the copy was taken, then their stops are in the restored
    store; a pause that was lifted since holds again."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, copy, at())
    await filled(path, "l2")
    async with opened(path) as store:
        lift = StopLift(tenant=T, ids=(StopId("stop-lead:l1"),), by="r1")
        await wins(store, unit(stops=lift))
    prepared = await restored(path, copy)
    assert prepared.stops == 1
    assert await held_stops(path) == {"lead:l1", "lead:l2"}
    async with opened(path, consume=False) as store:
        assert [one.lifted for one in await store.stops_of(T)] == [None, None]


@pytest.mark.parametrize("damage", ["gone", "garbage", "torn"])
async def test_a_store_that_cannot_be_read_is_replaced(tmp_path: Path, damage: str) -> None:
    """Given a store that is gone, overwritten or torn, then the copy takes its place all the same,
    and what is left of it is kept."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, copy, at())
    if damage == "gone":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"nothing of a database" * 999)
    else:
        path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 40_000)
    await restored(path, copy)
    assert asked(path, "SELECT key FROM states") == [("l1",)]
    assert ("state.db.replaced-1" in beside(path)) == (damage != "gone")


async def test_leases_of_the_copy_have_ended(tmp_path: Path) -> None:
    """Given a copy with claims and offers under way, then nobody holds them in the new life."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    async with opened(path) as store:
        claim = send(state=SendState.CLAIMED, lease_until=9e9)
        await wins(store, unit(sends=SendWrite(send=claim, expect=0), timers=sets()))
        upkeep.back_up(path, copy, at())
    await restored(path, copy)
    async with opened(path, consume=False) as store:
        assert [one.id for one in await store.expired_claims(0)] == [SendId("s1")]


async def test_as_of_is_never_later_than_the_copy(tmp_path: Path) -> None:
    """Given a copy that knows when it was taken, then a later `--as-of` is refused: what went out
    in between would not be looked at; an earlier one is only more careful."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, copy, at())
    with pytest.raises(StoreError, match="must not be later"):
        upkeep.prepare(path, copy, at(1), "second-life")
    await restored(path, copy, -3600)


async def test_a_copy_of_another_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a copy of the release before, then it is brought up; one of a newer release is
    refused and nothing is replaced."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, copy, at())
    newer = tmp_path / "newer.db"
    newer.write_bytes(copy.read_bytes())
    asked(newer, "INSERT INTO migrations VALUES (99, '0099_x.sql', 'x')")
    with pytest.raises(NewSchema):
        upkeep.prepare(path, newer, at(), "second-life")
    steps = [*migrations.migrations(), Migration(99, "0099_y.sql", "CREATE TABLE more (x);")]
    monkeypatch.setattr(upkeep, "migrations", lambda: steps)
    prepared = upkeep.prepare(path, copy, at(), "second-life")
    assert asked(prepared.file, "SELECT count(*) FROM more") == [(0,)]
    assert asked(path, "SELECT key FROM states") == [("l1",)]


async def test_the_copy_itself_is_not_touched(tmp_path: Path) -> None:
    """Given a copy, when it was restored, then it can be restored again."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1")
    upkeep.back_up(path, copy, at())
    before = copy.read_bytes()
    for _ in range(2):
        await restored(path, copy)
    assert copy.read_bytes() == before
    assert beside(path) >= {"state.db.replaced-1", "state.db.replaced-2"}


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    """Given work that fails half-way, then none of it is there."""
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError):
        _insert_and_fail(connection)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.close()


def _insert_and_fail(connection: sqlite3.Connection) -> None:
    with upkeep.transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("INSERT INTO nowhere VALUES (1)")


async def test_rows_outlive_a_round_trip(tmp_path: Path) -> None:
    """Given a store that was backed up and restored, then what it held is read as before."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    await filled(path, "l1", "l2")
    upkeep.back_up(path, copy, at() + timedelta(hours=1))
    await restored(path, copy)
    async with opened(path) as store:
        found = await store.rows([ref("l1"), ref("l2")])
        assert {one.key: stored.data for one, stored in found.items()} == {
            "l1": {"value": 1},
            "l2": {"value": 1},
        }
