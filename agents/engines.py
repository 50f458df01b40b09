"""Settings → the clock and the state store that they name.

Part of `agents/wiring.py`, which names the concrete adapters: an adapter is imported when it is
chosen, and one whose extra is not installed is answered with the extra's name.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents import settings as configuration
from agents.ports import Clock, Ids, SteppedClock, SystemClock
from agents.settings import Settings, SettingsError
from contracts.outcome import Mode
from statestore.base import StateStore

if TYPE_CHECKING:
    from statestore.postgres import Address


def make_clock(settings: Settings) -> Clock:
    """`system`, or `stepped:PATH`, which mode `live` refuses (design §9)."""
    kind, _, path = settings.clock.partition(":")
    if kind == "system":
        return SystemClock()
    if kind != "stepped" or not path:
        raise SettingsError(f"clock {settings.clock!r}: write system or stepped:PATH")
    if settings.mode is Mode.LIVE:
        raise SettingsError("mode live takes no stepped clock; use mode demo, test or dryrun")
    if not os.path.exists(path):
        raise SettingsError(f"no clock file {path}; its driver makes it")
    return SteppedClock(Path(path))


def make_store(
    settings: Settings, ids: Ids, *, consume: bool = True, clock: Clock | None = None
) -> StateStore:
    """The store that settings name."""
    kind, _, path = settings.store.partition(":")
    if kind == "memory":
        from statestore.memory import MemoryStore

        return MemoryStore(ids.new())
    if kind == "sqlite" and path:
        from statestore.sqlite import SqliteStore

        return SqliteStore(Path(path), consume=consume)
    if kind == "postgres" and path:
        return _postgres_store(settings, consume, clock or make_clock(settings))
    raise SettingsError(
        f"store {settings.store!r}: write memory:, sqlite:PATH or postgres:USER@HOST:PORT/DATABASE"
    )


GRACE = 10.0
"""Machine seconds for which a process's own relay alone publishes what it commits."""


def _postgres_store(settings: Settings, consume: bool, clock: Clock) -> StateStore:
    address, password = postgres_place(settings)
    from statestore.postgres import PostgresStore

    return PostgresStore(
        address,
        password,
        elapsed=clock.elapsed,
        wall=clock.now if isinstance(clock, SystemClock) else None,
        grace=GRACE if consume else 0.0,
    )


def postgres_place(settings: Settings, *, admin: bool = False) -> "tuple[Address, str | None]":
    """Where the database is that settings name, and the password of the application's role, or of
    the migration role; raises SettingsError."""
    kind, _, path = settings.store.partition(":")
    if kind != "postgres" or not path:
        raise SettingsError(
            f"store {settings.store!r} is no database: write postgres:USER@HOST:PORT/DATABASE"
        )
    try:
        from statestore.postgres import parsed
    except ImportError as error:
        text = f"store postgres: needs the extra: pip install 'leadwire[postgres]' ({error})"
        raise SettingsError(text) from error
    try:
        address = parsed(path)
    except ValueError as error:
        raise SettingsError(f"store: {error}") from None
    if not admin:
        return address, _password(settings.store_password)
    if not settings.store_admin:
        raise SettingsError(
            "no store_admin: set LEADWIRE_STORE_ADMIN to the role that owns the tables (and "
            "LEADWIRE_STORE_ADMIN_PASSWORD=env:NAME or file:PATH)"
        )
    owner = replace(address, user=settings.store_admin, pooled=False)
    return owner, _password(settings.store_admin_password)


def _password(reference: str) -> str | None:
    return configuration.secret(reference) if reference else None
