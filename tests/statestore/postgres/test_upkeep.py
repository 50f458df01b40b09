"""A backup is taken under load of nobody, put elsewhere, and gone on from without writing twice."""

import asyncio
import csv
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.outcome import SendState
from statestore.base import SendWrite
from statestore.postgres.upkeep import program
from tests.services.postgres import ADMIN, PASSWORD, ROLE, Databases, Server
from tests.statestore.postgres.places import opened
from tests.statestore.values import OTHER, T, at, ref, row, send, sets, stops, unit, wins

AS_OF = "2026-11-23T09:00:00+00:00"


@pytest.fixture
async def name(databases: Databases) -> str:
    return await databases.empty(2)


@pytest.fixture
async def copy(databases: Databases) -> AsyncIterator[str]:
    """The name of a database that a copy is put into."""
    name = f"{databases.prefix}_restored"
    await databases.server.run(f'CREATE DATABASE "{name}" OWNER {ADMIN}')
    yield name
    await databases.server.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def environment(server: Server, name: str, **more: str) -> dict[str, str]:
    """What an operator sets."""
    return {
        "LEADWIRE_STORE": f"postgres:{ROLE}@{server.host}:{server.port}/{name}",
        "LEADWIRE_STORE_PASSWORD": "env:APP_PASSWORD",
        "LEADWIRE_STORE_ADMIN": ADMIN,
        "LEADWIRE_STORE_ADMIN_PASSWORD": "env:APP_PASSWORD",
        "LEADWIRE_SECRET": "env:KEY_OF_TESTS",
        "APP_PASSWORD": PASSWORD,
        "KEY_OF_TESTS": "a key of at least sixteen characters",
        **more,
    }


def leadwire(settings: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """Runs the command line as an operator does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LEADWIRE_")}
    return subprocess.run(
        [sys.executable, "-c", "from agents.cli import main; main()", *words],
        env={**kept, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def listed(file: str) -> list[str]:
    """The ids in a list of stops."""
    with Path(file).open(encoding="utf-8") as rows:
        return [row["id"] for row in csv.DictReader(rows)]


def put_in_place(*command: str) -> None:
    """Runs pg_restore as the migration role."""
    subprocess.run(command, env={**os.environ, "PGPASSWORD": PASSWORD}, check=True)


async def test_from_a_backup_to_a_store_that_sends_again(
    databases: Databases, name: str, copy: str, tmp_path: Path
) -> None:
    """Given rows of two clients, a claim and a timer, when the store is dumped, somebody opts out
    meanwhile, and the dump is put into another database, then that one is closed until it is gone
    on from; then the claim is unknown, the stop is there, nothing is leased, its life is new, and
    every client's rows are in it."""
    server, file = databases.server, tmp_path / "leads.dump"
    claimed = send("s1", state=SendState.CLAIMED, claimed_at=at(), lease_until=9e9)
    async with opened(server, name) as store:
        await wins(store, unit(rows=row("l1"), timers=sets(), stops=stops("lead:l1", "=early")))
        await wins(store, unit(OTHER, rows=row("l1", tenant=OTHER)))
        await wins(store, unit(sends=SendWrite(send=claimed, expect=0)))
        first = (await store.info()).incarnation
    done = leadwire(environment(server, name), "backup", str(file), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["stops"], Path(told["file"])) == (1, file)
    assert listed(told["stops_file"]) == ["'=early"]
    again = leadwire(environment(server, name), "backup", str(file))
    assert "--overwrite" in again.stderr

    async with opened(server, name) as store:
        await wins(store, unit(stops=stops("lead:l1", "late")))
    refused = leadwire(environment(server, name), "restore", str(file), "--as-of", AS_OF)
    assert "pg_restore" in refused.stderr
    put = [program("pg_restore"), f"--host={server.host}", f"--port={server.port}"]
    put += [f"--username={ADMIN}", "--no-privileges", f"--dbname={copy}", str(file)]
    put_in_place(*put)
    there = environment(server, copy)
    migrated = leadwire(there, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    async with opened(server, copy) as store:
        assert "restore" in str((await store.info()).closed)
        busy = leadwire(there, "restore", "--as-of", AS_OF)
        assert "stop its processes" in busy.stderr

    restored = leadwire(there, "restore", "--as-of", AS_OF, "--replaced", name, "--json")
    assert restored.returncode == 0, restored.stderr
    assert json.loads(restored.stdout)["stops_carried"] == 1
    async with opened(server, copy) as store:
        info = await store.info()
        assert info.closed is None
        assert info.incarnation != first
        both = [ref("l1"), ref("l1", tenant=OTHER)]
        assert set(await store.rows(both)) == set(both)
        assert {one.id for one in await store.stops_of(T)} == {"=early", "late"}
        assert [one.id for one in await store.sends_in(SendState.UNKNOWN)] == ["s1"]
        assert await store.sends_in(SendState.CLAIMED) == []


def test_migrating_by_the_command_line(databases: Databases) -> None:
    """Given an empty database, then a dry run says what would be done, `--check` fails, and
    migrating does it, says so, and is repeatable."""
    server, name = databases.server, f"{databases.prefix}_cli"
    asyncio.run(server.run(f'CREATE DATABASE "{name}" OWNER {ADMIN}'))
    settings = environment(server, name)
    try:
        dry = leadwire(settings, "migrate", "--dry-run")
        assert dry.returncode == 0, dry.stderr
        assert "0001_state.sql pending" in dry.stdout
        assert leadwire(settings, "migrate", "--check").returncode == 1
        assert "CREATE POLICY" in leadwire(settings, "migrate", "--sql").stdout
        done = leadwire(settings, "migrate")
        assert "applied 0001_state.sql" in done.stdout, done.stderr
        assert "granted" in done.stdout
        assert "nothing to do" in leadwire(settings, "migrate").stdout
        assert leadwire(settings, "migrate", "--check").returncode == 0
    finally:
        asyncio.run(server.run(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"LEADWIRE_STORE": "postgres:app:secret@h/db"}, "store_password"),
        ({"LEADWIRE_STORE": "postgres:h"}, "postgres:USER@HOST:PORT/DATABASE"),
        ({"LEADWIRE_STORE_PASSWORD": "secret"}, "literal secret"),
        ({"LEADWIRE_STORE_ADMIN": ""}, "LEADWIRE_STORE_ADMIN"),
    ],
)
def test_wrong_settings_say_what_to_set(change: dict[str, str], says: str) -> None:
    """Given a wrong setting of the store, then the command ends with the code for that and names
    what to write."""
    settings = {**environment(Server("h", 1), "db"), **change}
    found = leadwire(settings, "migrate")
    assert found.returncode == 3
    assert says in found.stderr
