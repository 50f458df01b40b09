"""How the SQLite bus writes and reads: together, beside other processes, from file or by hand."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bus.base import Delivery
from bus.errors import BusError, Unavailable
from bus.sqlite.writer import CHECKPOINT, FULL, Job
from tests.bus.files import started, wide, writing
from tests.bus.readers import (
    SCORED,
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


async def test_the_log_is_copied_back_and_stays_short(path: Path) -> None:
    """Beside the writing, by a thread; a stopped bus leaves no log behind."""
    bus = await started(path, consume=False)
    for number in range(60):
        await bus.publish([wide(f"{number}-{n}") for n in range(100)])
    assert bus._writer.pages < FULL
    log = path.with_name("bus.db-wal")
    assert log.stat().st_size < 60 * 100 * 2000
    await bus.stop()
    assert not log.exists()


async def test_a_log_that_cannot_be_copied_back_is_logged_and_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, logged: list[Any]
) -> None:
    """Publishing and stopping go on; the messages stand in the log."""

    def fails(path: Path) -> tuple[int, int]:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("bus.sqlite.writer.checkpoint", fails)
    monkeypatch.setattr("bus.sqlite.writer.CHECKPOINT", 50)
    bus = await started(path, consume=False)
    for number in range(60):
        await bus.publish([wide(f"{number}-{n}") for n in range(100)])
    await bus.stop()
    failures = [entry for entry in logged if entry["event"] == "bus_checkpoint_failed"]
    assert len(failures) > 1
    assert "disk I/O error" in failures[0]["error"]
    reader = Reader()
    bus = await started(path, reader)
    await until(lambda: len(reader.done) == 6000, reader)
    await bus.stop()


async def test_writing_waits_for_a_log_that_is_too_long(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where copying back cannot keep up, publishers wait for it and lose nothing."""
    monkeypatch.setattr("bus.sqlite.writer.FULL", CHECKPOINT)
    bus = await started(path)
    reader = Reader()
    bus.subscribe(reader.subscription)
    await asyncio.gather(
        *(bus.publish([wide(f"{number}-{n}") for n in range(100)]) for number in range(10))
    )
    for number in range(10, 60):
        await bus.publish([wide(f"{number}-{n}") for n in range(100)])
    await until(lambda: len(reader.done) == 6000, reader)
    await bus.stop()


async def test_publishing_waits_while_another_process_writes(path: Path) -> None:
    """The loop goes on meanwhile; once the other one is done everything is published, in order."""
    reader = Reader()
    bus = await started(path, reader)
    other = writing(path)
    waiting = [asyncio.ensure_future(bus.publish([message("t/a", n)])) for n in range(3)]
    while not bus._writer._tries:  # noqa: ASYNC110  # no event says so
        await asyncio.sleep(0)
    assert not any(one.done() for one in waiting)
    other.close()
    await asyncio.gather(*waiting)
    await until(lambda: len(reader.done) == 3, reader)
    assert by_key(reader.done) == {f"{SCORED} t/a": [0, 1, 2]}
    assert len(reader.handed) == 3
    await bus.stop()


async def test_a_read_that_fails_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The member waits and goes on; nothing is passed over."""
    bus = await started(path)
    await bus.publish(messages(5, 5))
    original, calls = bus.log._read, list[int]()

    def fails_once(*arguments: object) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise Unavailable("the device is away")
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(bus.log, "_read", fails_once)
    reader = Reader()
    bus.subscribe(reader.subscription)
    await until(lambda: len(reader.done) == 25, reader)
    await bus.stop()


async def test_publishers_of_one_moment_share_a_transaction(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty-four callers, one commit."""
    bus = await started(path)
    original, commits = bus._writer.write, list[int]()

    def counted(jobs: Sequence[Job]) -> BusError | None:
        commits.append(len(jobs))
        return original(jobs)

    monkeypatch.setattr(bus._writer, "write", counted)
    await asyncio.gather(*(bus.publish([message(f"t/{n}", n)]) for n in range(64)))
    assert commits == [64]
    await bus.stop()


async def test_a_group_that_fell_behind_reads_from_the_file_and_catches_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its buffer holds what it may, the rest waits in the file; then it is handed over again."""
    gate, reader = Gate(), Reader(batch=10, buffer=40)
    reader.act = gate
    bus = await started(path, reader)
    for number in range(100):
        await bus.publish([message(f"k{key}", number) for key in range(8)])
    await gate.reached.wait()
    assert bus.groups.member(reader.subscription).buffered <= 40
    gate.opened.set()
    await until(lambda: len(reader.done) == 800, reader)
    reads = list[int]()
    monkeypatch.setattr(bus.log, "_read", lambda *_: reads.append(1))
    await bus.publish([message(f"k{key}", 100) for key in range(8)])
    await until(lambda: len(reader.done) == 808, reader)
    assert not reads
    assert all(numbers == list(range(101)) for numbers in by_key(reader.done).values())
    assert len(reader.handed) == 808
    await bus.stop()


async def test_what_fails_is_read_again_while_others_are_handed_over(path: Path) -> None:
    """One key fails now and then in a stream of others; each keeps its order."""

    async def act(batch: Sequence[Delivery]) -> None:
        if any(d.message.key == "k3" and d.attempt < 1 + int(d.message.value) % 3 for d in batch):
            raise RuntimeError("now and then")

    reader = Reader(act=act, batch=25)
    bus = await started(path, reader)
    for number in range(60):
        await bus.publish([message(f"k{key}", number) for key in range(10)])
    await until(lambda: len(set(ids(reader.done))) == 600, reader)
    assert all(numbers == list(range(60)) for numbers in by_key(reader.done).values())
    assert len(reader.done) == 600
    await bus.stop()
