"""`leadwire backup` and `leadwire restore` where the store is a Postgres database.

Lazy like the adapter itself: nothing of it is imported before a command is run on Postgres.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agents import restoring, wiring
from agents.base import Commits
from agents.outbox import OutboxRelay
from agents.ports import Clock, SystemIds
from agents.settings import Settings
from statestore.backups import Backup
from statestore.errors import StoreError

if TYPE_CHECKING:
    from statestore.postgres import Address, PostgresStore


@dataclass(frozen=True, slots=True)
class Restored:
    """What going on from a copy came to."""

    place: str
    marked: restoring.Marked
    stops: int


def _store(address: "Address", password: str | None, clock: Clock) -> "PostgresStore":
    from statestore.postgres import PostgresStore

    return PostgresStore(address, password, elapsed=clock.elapsed)


async def back_up(settings: Settings, file: Path, now: datetime, *, overwrite: bool) -> Backup:
    """Dumps the database that settings name."""
    admin, admin_password = wiring.postgres_place(settings, admin=True)
    address, password = wiring.postgres_place(settings)
    from statestore.postgres import upkeep

    store = _store(address, password, wiring.make_clock(settings))
    await store.start()
    try:
        return await upkeep.back_up(admin, admin_password, store, file, now, overwrite=overwrite)
    finally:
        await store.stop()


async def restore(
    settings: Settings, file: Path | None, taken: datetime, clock: Clock, replaced: str | None
) -> Restored:
    """Goes on from the copy that settings name; raises StoreError with what to do first."""
    address, password = wiring.postgres_place(settings)
    if file is not None:
        raise StoreError(_how(address, file))
    from statestore.postgres import upkeep

    busy = await upkeep.others(address, password)
    if busy:
        raise StoreError(f"{address} is in use by {busy} connections; stop its processes first")
    store = _store(address, password, clock)
    await store.start()
    try:
        await upkeep.begin(store, taken, SystemIds().new())
        stops = await _carried(store, address, password, clock, replaced)
        info = await store.info()
        relay = OutboxRelay(store, wiring.make_bus(settings, consume=False), clock)
        commits = Commits(store, relay, clock, info.incarnation)
        marked = await restoring.mark(commits, taken, settings.mode)
        await upkeep.finish(store)
    finally:
        await store.stop()
    return Restored(str(address), marked, stops)


async def _carried(
    store: "PostgresStore",
    address: "Address",
    password: str | None,
    clock: Clock,
    replaced: str | None,
) -> int:
    if replaced is None:
        return 0
    from statestore.postgres import upkeep

    old = _store(replace(address, database=replaced), password, clock)
    await old.start()
    try:
        return await upkeep.carry_stops(store, old)
    finally:
        await old.stop()


def _how(address: "Address", file: Path) -> str:
    """Says how a dump is put in place: by the database's own programs, beside what is there."""
    there = f"--host={address.host} --port={address.port} --username=ADMIN"
    return (
        f"a database is put in place by its own programs: createdb {there} NEWNAME && pg_restore "
        f"{there} --no-privileges --dbname=NEWNAME {file}; then name NEWNAME in `store`, run "
        f"`leadwire migrate`, and `leadwire restore --as-of TIME --replaced {address.database}`"
    )
