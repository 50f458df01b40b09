"""What an operator does to a database: back it up, and go on from a copy of it.

Asynchronous, for the command line. A backup is pg_dump's: one snapshot, taken while processes run,
of every client's rows (the dump runs under row-level security with everybody named). Putting it in
place is pg_restore's, into a database of another name, which finds itself elsewhere than where it
was made and is closed for claims (`checking`). `begin` then gives it a life of its own, ends every
lease and carries the stops of the database that it replaces; what it does to the sends is
`agents/restoring.py`; `finish` opens it.
"""

import asyncio
import os
import shutil
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from contracts.ids import TenantId
from statestore.backups import Backup, part_of, stops_beside, write_stops
from statestore.base import Stop, StopAdd, Unit
from statestore.errors import Misplaced, StoreError, Unfit
from statestore.postgres import checking, deeds
from statestore.postgres.address import Address
from statestore.postgres.connecting import connect
from statestore.postgres.store import PostgresStore
from statestore.records import stop_record

BACKED_UP = "backed_up_at"
PROGRAMS = "/usr/lib/postgresql"


# ── backing up ────────────────────────────────────────────────────────────────────────────────


async def back_up(
    admin: Address,
    password: str | None,
    store: PostgresStore,
    target: Path,
    at: datetime,
    *,
    overwrite: bool = False,
) -> Backup:
    """Dumps a database as it stands at `at`; `admin` owns its tables, `store` is started.

    Raises Misplaced where the target is there already, Unfit where pg_dump is not.
    """
    part = _place(target, overwrite)
    await deeds.put_meta(store.asking, BACKED_UP, at.isoformat())
    await _dump(admin, password, part)
    return _put_in_place(part, target, await store.stops_of(None))


def _place(target: Path, overwrite: bool) -> Path:
    part = part_of(target, overwrite)
    if not target.absolute().parent.is_dir():
        raise Misplaced(f"there is no folder {target.absolute().parent}")
    return part


def _put_in_place(part: Path, target: Path, stops: Sequence[Stop]) -> Backup:
    """Renames a finished dump, so that nobody ever sees half of one, and lists the stops."""
    os.replace(part, target)
    listed = stops_beside(target)
    count = write_stops(map(stop_record, stops), listed)
    return Backup(target, target.stat().st_size, listed, count)


async def _dump(admin: Address, password: str | None, target: Path) -> None:
    command = [
        program("pg_dump"),
        "--format=custom",
        "--schema=leadwire",
        "--enable-row-security",
        "--no-privileges",
        f"--file={target}",
        f"--host={admin.host}",
        f"--port={admin.port}",
        f"--username={admin.user}",
        "--no-password",
        f"--dbname={admin.database}",
    ]
    environment = {
        **os.environ,
        "PGOPTIONS": "-c leadwire.tenants=*",
        "PGSSLMODE": admin.sslmode,
        **({"PGPASSWORD": password} if password else {}),
        **({"PGSSLROOTCERT": _authority(admin)} if admin.sslmode.startswith("verify") else {}),
    }
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise StoreError(f"pg_dump failed: {said.decode(errors='replace').strip()}")


def _authority(admin: Address) -> str:
    """Names libpq's file of authorities; by itself it would look for one at the user's home."""
    return admin.sslrootcert or ssl.get_default_verify_paths().cafile or "system"


def program(name: str) -> str:
    """Finds one of PostgreSQL's programs; raises Unfit with what to install."""
    newest = sorted(Path(PROGRAMS).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name) or (str(newest[-1]) if newest else None)
    if found is None:
        raise Unfit(f"{name} is not here; install PostgreSQL's client programs")
    return found


# ── going on from a copy ──────────────────────────────────────────────────────────────────────

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND usename = current_user AND pid <> ALL($1::int[])"
)
_END_LEASES = (
    "UPDATE leadwire.timers SET leased_until = NULL WHERE leased_until IS NOT NULL",
    "UPDATE leadwire.leases SET owner = '', until = 0 WHERE owner <> ''",
    "UPDATE leadwire.outbox SET leased_until = NULL WHERE leased_until IS NOT NULL",
    "UPDATE leadwire.deferred SET leased_until = NULL WHERE leased_until IS NOT NULL",
    "UPDATE leadwire.sends SET lease_until = 0 WHERE state = 'claimed'",
)


async def others(address: Address, password: str | None) -> int:
    """Returns how many connections of the application's role the database has beside this one."""
    connection = await connect(replace(address, pooled=False), password)
    try:
        mine = await connection.fetchval("SELECT pg_backend_pid()")
        return int(await connection.fetchval(_OTHERS, [mine]))
    finally:
        await connection.close()


async def begin(store: PostgresStore, as_of: datetime, incarnation: str) -> None:
    """Closes a copy for claims and begins its own life; repeating it does no harm.

    Raises StoreError where the copy is younger than `as_of`: what went out before it was taken
    would not be looked at.
    """
    words = await deeds.meta(store.asking)
    moved = (await store.info()).closed == checking.COPY
    taken = words.get(BACKED_UP)
    if moved and taken and as_of > datetime.fromisoformat(taken):
        raise StoreError(f"this copy is of {taken}; --as-of must not be later than that")
    await store.close_sending(f"being restored as of {as_of.isoformat()}")
    await deeds.put_meta(store.asking, "incarnation", incarnation)
    await deeds.put_meta(store.asking, "restored_as_of", as_of.isoformat())
    await store.asking.writing("*", *((statement, ()) for statement in _END_LEASES))


async def carry_stops(store: PostgresStore, replaced: PostgresStore) -> int:
    """Adds the stops that the replaced database has and the copy has not: who opted out since is
    not written to again. Returns how many."""
    known = {(stop.tenant, stop.id) for stop in await store.stops_of(None)}
    missing = [s for s in await replaced.stops_of(None) if (s.tenant, s.id) not in known]
    units = [Unit(tenant=TenantId(s.tenant), stops=(StopAdd(stop=s),)) for s in missing]
    await store.commit(units)
    return len(missing)


async def finish(store: PostgresStore) -> None:
    """Makes the copy's place its home, and opens it for claims."""
    await deeds.put_meta(store.asking, "home", store.home)
    await store.close_sending(None)
