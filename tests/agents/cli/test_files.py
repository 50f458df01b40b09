"""Store and bus files that are locked, corrupt, old, new, or in no place for them: one clear line,
the documented exit code, and nothing lost."""

import asyncio
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agents.cli import session
from agents.wiring import topics
from bus.sqlite import SqliteBus
from statestore import migrations
from statestore.migrations import Migration
from statestore.sqlite import SqliteStore
from tests.agents.cli.place import Place

READERS = [("leads", "list"), ("dlq", "list"), ("unknowns", "list"), ("explain", "x")]
WRITERS = [("pause", "all", "--reason", "x"), ("resume", "all", "--reason", "x")]
RUBBISH = b"this is neither a store nor a bus. " * 200


@contextmanager
def consuming(opened: SqliteStore | SqliteBus) -> Iterator[None]:
    """Another process that consumes, as far as files can tell."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(opened.start())
    try:
        yield
    finally:
        loop.run_until_complete(opened.stop())
        loop.close()


def said(place: Place, *words: str) -> tuple[int, str]:
    """Exit code and the line on stderr; never a trace."""
    done = place.run(*words)
    assert isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.stderr
    return done.exit_code, done.stderr.strip()


@pytest.mark.parametrize("words", [*READERS, *WRITERS])
def test_a_store_that_is_corrupt_is_named_with_the_remedy(
    place: Place, words: tuple[str, ...]
) -> None:
    """Exit code 4; the file is left as it was."""
    for name in ("state.db-wal", "state.db-shm"):
        (place.folder / name).unlink(missing_ok=True)
    place.store.write_bytes(RUBBISH)
    code, line = said(place, *words)
    assert (code, str(place.store) in line) == (session.UNREACHABLE, True)
    assert place.store.read_bytes() == RUBBISH


COMMANDS = [*READERS, *WRITERS, ("run", "all")]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_store_of_an_old_schema_names_the_command(
    place: Place, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Exit code 3: `leadwire migrate`."""
    known = migrations.migrations()
    step = Migration(len(known) + 1, "0099_more.sql", "ALTER TABLE meta ADD COLUMN more TEXT;")
    monkeypatch.setattr("statestore.sqlite.life.migrations", lambda: [*known, step])
    code, line = said(place, *words)
    assert (code, "leadwire migrate" in line) == (session.CONFIGURATION, True)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_store_of_a_newer_schema_asks_for_the_newer_release(
    place: Place, words: tuple[str, ...]
) -> None:
    """Exit code 3: an older process writes nothing over it."""
    with closing(sqlite3.connect(place.store)) as db:
        db.execute("INSERT INTO migrations VALUES (99, '0099_more.sql', 'x')")
        db.commit()
    code, line = said(place, *words)
    assert (code, "upgrade" in line) == (session.CONFIGURATION, True)


def test_a_store_in_a_folder_that_is_not_there_is_a_matter_of_settings(empty: Place) -> None:
    """Exit code 3, with the path."""
    done = empty.run("leads", "list", LEADWIRE_STORE="sqlite:/nowhere/at/all/state.db")
    assert (done.exit_code, "/nowhere/at/all" in done.stderr) == (session.CONFIGURATION, True)


def test_a_store_that_another_process_consumes_is_not_run_twice(place: Place) -> None:
    """`run` is refused with exit code 4; commands go on beside the process that runs."""
    with consuming(SqliteStore(place.store)):
        code, line = said(place, "run", "all")
        assert (code, "consumes from" in line) == (session.UNREACHABLE, True)
        assert place.run("pause", "all", "--reason", "x").exit_code == 0
        assert place.run("leads", "list").exit_code == session.NOTHING


def test_a_bus_that_another_process_consumes_is_not_run_twice(place: Place) -> None:
    """The same of the bus's file; publishing goes on."""
    with consuming(SqliteBus(place.bus, topics())):
        code, line = said(place, "run", "all")
        assert (code, "consumes from" in line) == (session.UNREACHABLE, True)
        assert place.run("pause", "all", "--reason", "x").exit_code == 0


def test_a_port_that_somebody_has_is_named_with_its_setting(place: Place) -> None:
    """Exit code 3, after what had begun has ended in good order: the next start gets its files."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = place.run("run", "all", LEADWIRE_HTTP="true", LEADWIRE_HTTP_PORT=port)
    assert done.exit_code == session.CONFIGURATION
    assert f"127.0.0.1:{port}" in done.stderr
    assert "set LEADWIRE_HTTP_PORT" in done.stderr
    with consuming(SqliteStore(place.store)):
        assert place.run("leads", "list").exit_code == session.NOTHING


def test_a_corrupt_bus_holds_up_no_stop_and_is_named(place: Place) -> None:
    """What goes through the outbox waits there; what needs the bus ends with exit code 4."""
    _rubbish(place.bus)
    done = place.run("pause", "all", "--reason", "x")
    assert (done.exit_code, "kept in the outbox" in done.stderr) == (0, True)
    code, line = said(place, "leads", "publish", str(place.write("l.csv", "email\na@x.example\n")))
    assert (code, str(place.bus) in line) == (session.UNREACHABLE, True)
    code, line = said(place, "run", "all")
    assert (code, str(place.bus) in line) == (session.UNREACHABLE, True)


def _rubbish(path: Path) -> None:
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    path.write_bytes(RUBBISH)


def test_what_was_committed_while_the_bus_was_away_is_published_later(place: Place) -> None:
    """The next command that publishes, or the process that runs, takes it along."""
    good = place.bus.read_bytes()
    _rubbish(place.bus)
    place.run("pause", "campaign:spring", "--reason", "x")
    place.bus.write_bytes(good)

    async def waiting() -> int:
        store = SqliteStore(place.store)
        await store.start()
        found = await store.outbox(place.clock.now(), 100, machine=1e12, lease=1)
        await store.stop()
        return len([row for row in found if row.event.topic == "control.killed"])

    assert asyncio.run(waiting()) == 1
