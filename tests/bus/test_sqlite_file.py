"""What is the SQLite bus's own: its file, its errors and remedies, what it keeps and drops."""

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from bus.errors import BusError, Corrupt, Full, Locked, Misplaced, Unavailable
from bus.sqlite import SqliteBus
from bus.sqlite.place import check_place, file_system
from bus.sqlite.writer import TRIM
from tests.bus.files import read, rows, started, wide, write, writing
from tests.bus.readers import (
    PATIENCE,
    SCORED,
    TOPICS,
    Gate,
    Reader,
    by_key,
    ids,
    message,
    messages,
    until,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the bus lives."""
    return tmp_path / "bus.db"


# ── the place ─────────────────────────────────────────────────────────────────────────────────


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Nothing is made on the way: a typo would otherwise start an empty bus."""
    with pytest.raises(Misplaced, match="make the folder, or choose another path"):
        await started(tmp_path / "no" / "bus.db")


async def test_a_folder_instead_of_a_file_is_named(tmp_path: Path) -> None:
    """With what a file would be called."""
    with pytest.raises(Misplaced, match=r"name a file in it, as .*bus\.db"):
        await started(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="this user may write everywhere")
async def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    """Before SQLite gives a less telling answer."""
    os.chmod(tmp_path, 0o500)
    with pytest.raises(Misplaced, match="cannot be written"):
        await started(tmp_path / "bus.db")


def test_a_network_mount_is_refused_and_a_local_one_is_not(tmp_path: Path) -> None:
    """By the innermost mount point of the folder; blanks in names are escaped in the table."""
    share = tmp_path / "a share"
    share.mkdir()
    mounts = tmp_path / "mounts"
    escaped = str(share).replace(" ", "\\040")
    mounts.write_text(f"/dev/x / ext4 rw 0 0\nhost:/x {escaped} nfs4 rw 0 0\n\n")
    with pytest.raises(Misplaced, match=r"network mount \(nfs4\).*local disk"):
        check_place(share / "bus.db", mounts)
    check_place(tmp_path / "bus.db", mounts)
    assert file_system(share, mounts) == "nfs4"
    assert file_system(share, tmp_path / "none") is None


async def test_only_its_owner_reads_the_file(path: Path) -> None:
    """Some topics carry names and addresses."""
    bus = await started(path)
    await bus.publish([message("t/a", 0)])
    for file in path.parent.iterdir():
        if not file.name.endswith(".lock"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await bus.stop()


# ── who may open it ───────────────────────────────────────────────────────────────────────────


async def test_one_consumes_and_others_publish(path: Path) -> None:
    """The lock is for consumers alone; one that only publishes cannot subscribe."""
    reader = Reader()
    bus = await started(path, reader)
    with pytest.raises(Locked, match=f"process {os.getpid()} consumes"):
        await started(path)
    other = await started(path, consume=False)
    with pytest.raises(BusError, match="publish only"):
        other.subscribe(Reader().subscription)
    await other.publish(messages(3, 3))
    await until(lambda: len(reader.done) == 9, reader)
    await other.stop()
    await bus.stop()
    bus = await started(path)
    await bus.stop()


async def test_messages_of_several_processes_mix_in_order(path: Path) -> None:
    """Own ones are handed over, others' are read from the file; health counts both at once."""
    gate, reader = Gate(), Reader()
    reader.act = gate
    bus = await started(path, reader, poll=None)
    other = await started(path, consume=False)
    for number in range(30):
        await (bus if number % 3 else other).publish([message(f"k{key}", number) for key in "abc"])
    assert (await bus.health()).lag == {"scoring": 90}
    gate.opened.set()
    await until(lambda: len(reader.done) == 90, reader)
    await other.publish([message("ka", 30)])
    assert (await bus.health()).lag == {"scoring": 1}
    await until(lambda: len(reader.done) == 91, reader)
    assert len(set(ids(reader.handed))) == 91
    assert all(numbers == sorted(numbers) for numbers in by_key(reader.done).values())
    await other.stop()
    await bus.stop()


async def test_the_number_of_partitions_belongs_to_the_file(path: Path) -> None:
    """Another number later would break the order of keys that are under way."""
    bus = await started(path, partitions=7)
    await bus.stop()
    bus = await started(path, partitions=2)
    assert bus.partitions == 7
    await bus.stop()


async def test_a_topic_that_is_new_to_the_file_is_made_at_the_start(path: Path) -> None:
    """A new release brings new events; what is in the file stays."""
    bus = SqliteBus(path, [SCORED])
    await bus.start()
    await bus.publish([message("t/a", 0)])
    await bus.stop()
    reader = Reader()
    bus = await started(path, reader)
    await bus.publish([message("t/a", 1, TOPICS[-1])])
    await until(lambda: len(reader.done) == 2, reader)
    await bus.stop()


# ── what can be wrong with it ─────────────────────────────────────────────────────────────────


async def test_a_file_that_is_none_of_sqlites_is_named(path: Path) -> None:
    """And left as it is."""
    write(path, b"leads, mostly\n" * 1000)
    with pytest.raises(Corrupt, match=r"is no bus, or damaged.*move it away"):
        await started(path)
    assert read(path) == b"leads, mostly\n" * 1000


async def test_another_programs_database_is_named(path: Path) -> None:
    """And left as it is, with its tables."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(Corrupt, match="but no bus; choose another path"):
        await started(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


async def test_a_file_of_a_newer_release_is_named(path: Path) -> None:
    """An older process keeps its hands off."""
    bus = await started(path)
    await bus.stop()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(Corrupt, match="newer release"):
        await started(path)


async def test_a_failed_start_leaves_the_file_free(path: Path) -> None:
    """The lock is given back."""
    write(path, b"x" * 5000)
    for _ in range(2):
        with pytest.raises(Corrupt):
            await started(path)
    os.unlink(path)
    await (await started(path)).stop()


async def test_a_file_that_was_damaged_is_named_at_the_start(path: Path) -> None:
    """Whole pages overwritten: counting what is to do meets them, and nothing is passed over."""
    bus = await started(path)
    await bus.publish(messages(50, 40))
    await bus.stop()
    raw = bytearray(read(path))
    raw[len(raw) // 2 :] = b"\xff" * (len(raw) - len(raw) // 2)
    write(path, raw)
    with pytest.raises(Corrupt, match="move it away and start again"):
        await started(path, Reader())


async def test_a_full_file_is_named_and_takes_more_when_it_was_read(path: Path) -> None:
    """`largest` bounds the file: publish raises Full, what was published is delivered, and what
    every group has consumed makes room."""
    bus = await started(path, largest=2_000_000)
    count = 0

    async def publish() -> None:
        await bus.publish([wide(f"{n}") for n in range(100)])

    with pytest.raises(Full, match="no space left"):  # noqa: PT012  # it takes some
        while True:
            await publish()
            count += 1
    assert not (await bus.health()).ready
    assert "no space left" in (await bus.health()).detail
    reader = Reader()
    bus.subscribe(reader.subscription)
    await until(lambda: len(reader.done) == count * 100, reader)
    async with asyncio.timeout(PATIENCE):
        while len(rows(path)) > 1500:  # noqa: ASYNC110  # deleted in the background
            await asyncio.sleep(0)
    await publish()
    await until(lambda: len(reader.done) == (count + 1) * 100, reader)
    assert (await bus.health()).ready
    await bus.stop()


async def test_a_file_that_another_process_keeps_locked_can_be_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unavailable once patience is up, nothing of the call is there; the next try goes through."""
    monkeypatch.setattr("bus.sqlite.writer.BUSY", 0.0)
    reader = Reader()
    bus = await started(path, reader)
    other = writing(path)
    with pytest.raises(Unavailable, match="another process has been writing"):
        await bus.publish(messages(2, 2))
    other.close()
    await bus.publish(messages(2, 2))
    await until(lambda: len(reader.done) == 4, reader)
    assert len(reader.handed) == 4
    await bus.stop()


# ── what is kept, and what is dropped ─────────────────────────────────────────────────────────


async def test_what_every_group_consumed_is_deleted_in_pieces_and_the_last_row_stays(
    path: Path,
) -> None:
    """The next message's number follows from the last row's, also after a restart."""
    reader = Reader()
    bus = await started(path, reader)
    total = 3 * TRIM + 10
    for start in range(0, total, 500):
        await bus.publish([message("t/a", n) for n in range(start, min(start + 500, total))])
    await until(lambda: len(reader.done) == total, reader)
    async with asyncio.timeout(PATIENCE):
        while len(rows(path)) > TRIM:  # noqa: ASYNC110  # deleted in the background
            await asyncio.sleep(0)
    assert max(rows(path)) == total
    await bus.stop()
    again = Reader()
    bus = await started(path, again)
    await bus.publish([message("t/a", total)])
    await until(lambda: len(again.done) == 1, again)
    assert again.done[0].offset == total + 1
    await bus.stop()


async def test_what_a_group_has_not_read_is_kept_though_it_has_no_member(path: Path) -> None:
    """An agent that is left out today finds its messages tomorrow; health names it. Forgotten, it
    keeps nothing any more."""
    absent, present = Reader("absent"), Reader("present")
    bus = await started(path, absent, present)
    await bus.stop()
    bus = await started(path, present)
    await bus.publish(messages(10, TRIM // 2))
    await until(lambda: len(present.done) == 5 * TRIM, present)
    assert (await bus.health()).detail == f"kept for groups without a member: absent ({5 * TRIM:,})"
    assert len(rows(path)) == 5 * TRIM
    with pytest.raises(BusError, match="present is at work"):
        await bus.forget("present")
    await bus.forget("absent")
    await bus.publish([message("t/a", 0)])
    await until(lambda: len(present.done) == 5 * TRIM + 1, present)
    async with asyncio.timeout(PATIENCE):
        while len(rows(path)) > TRIM:  # noqa: ASYNC110  # deleted in the background
            await asyncio.sleep(0)
    await bus.stop()


async def test_what_is_published_before_any_consumer_ever_ran_is_kept(path: Path) -> None:
    """An import comes first, the agents are started later."""
    bus = await started(path, consume=False)
    await bus.publish(messages(10, 2 * TRIM // 10))
    await bus.stop()
    reader = Reader()
    bus = await started(path, reader)
    await until(lambda: len(reader.done) == 2 * TRIM, reader)
    await bus.stop()


async def test_what_was_flushed_does_not_come_again_after_a_kill(path: Path) -> None:
    """A process that ends there and then has acknowledged all of it."""
    reader = Reader()
    bus = await started(path, reader)
    await bus.publish(messages(5, 5))
    await until(lambda: len(reader.done) == 25, reader)
    await bus.flush()
    copy = path.with_name("copy.db")
    for end in ("", "-wal"):
        write(copy.with_name(f"copy.db{end}"), read(path.with_name(f"bus.db{end}")))
    again = Reader()
    after = await started(copy, again)
    assert (await after.health()).lag == {"scoring": 0}
    await after.stop()
    await bus.stop()
