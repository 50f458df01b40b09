"""Numbered SQL files → a database's schema, and what the application's role may do with it.

`leadwire migrate` calls it with the migration role, which owns the tables; agents only compare
(`checking`). One migrator at a time: an advisory lock is held from the first look to the last step,
so that a second one waits and then finds nothing to do. Each file is applied once, whole, in one
transaction that sees every tenant's rows, and its checksum is kept. Forward only.

The application's role is made where it is not there, as an ordinary role that neither owns nor
bypasses anything, and gets what it needs: rows are deleted only where they are passing by nature.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg

from statestore.errors import Corrupt, Unavailable, Unfit
from statestore.migrations import Migration, migrations
from statestore.postgres.address import Address
from statestore.postgres.checking import HOME, applied, pending
from statestore.postgres.connecting import Connection, connect
from statestore.postgres.failures import translated

LOCK = 0x6C656164
"""Of the advisory lock: the word *lead*."""
LOCK_SECONDS = 10
"""How long a step waits for a table that somebody uses. Whoever comes after it waits behind it, so
that a step that waited for ever would stop every agent."""

_TABLE = """
CREATE SCHEMA IF NOT EXISTS leadwire;
CREATE TABLE IF NOT EXISTS leadwire.migrations (
    number   bigint PRIMARY KEY,
    name     text NOT NULL,
    checksum text NOT NULL,
    at       timestamptz NOT NULL DEFAULT now()
)"""

_STRANGERS = """
SELECT to_regclass('leadwire.migrations') IS NULL
    AND EXISTS (SELECT FROM pg_class WHERE relnamespace = 'leadwire'::regnamespace)"""
"""Whether somebody else made the schema. A migration that was interrupted before its first step was
through has left the table of steps there, empty."""

PASSING = ("inbox", "outbox", "deferred", "timers", "reservations", "admissions")
"""Tables whose rows the application deletes; everything else is only added to and changed."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a migration did: the steps that it ran, and whether it made the application's role."""

    steps: Sequence[Migration]
    made_role: bool


async def _connected(address: Address, password: str | None) -> "asyncpg.Connection[Any]":
    """Connects the migration role, past any pooler's rules."""
    try:
        return await connect(replace(address, pooled=False), password)
    except Unfit as error:
        refused = isinstance(error.__cause__, asyncpg.InvalidAuthorizationSpecificationError)
        if not refused or "password" not in str(error.__cause__):
            raise
        raise Unfit(
            f"{address}: the server refuses the migration role ({error.__cause__}); is "
            "store_admin_password that of store_admin?"
        ) from error


@asynccontextmanager
async def _alone(address: Address, password: str | None) -> AsyncIterator[Connection]:
    """A connection of the migration role that holds the migrators' lock."""
    connection = await _connected(address, password)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK, timeout=None)
        yield connection
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise translated(error, str(address)) from error
    finally:
        await connection.close()


async def lacking(address: Address, password: str | None) -> list[Migration]:
    """Returns the steps that a database lacks: all where there is no store yet."""
    connection = await _connected(address, password)
    try:
        return await _pending(connection, str(address))
    finally:
        await connection.close()


async def _pending(connection: Connection, place: str) -> list[Migration]:
    known = migrations("postgres")
    if await connection.fetchval("SELECT to_regnamespace('leadwire')") is None:
        return known
    if await connection.fetchval(_STRANGERS):
        raise Corrupt(f"{place} has a schema leadwire that is no store; name another database")
    return pending(await applied(connection), known, place)


async def migrate(
    address: Address,
    password: str | None,
    *,
    role: str,
    role_password: str | None,
    incarnation: str,
) -> Done:
    """Brings a database to this release's schema and grants `role` what agents need.

    `address` is the migration role's. Raises NewSchema, Corrupt, Unfit or Unavailable.
    """
    if role == address.user:
        raise Unfit(
            f"role {role} cannot both migrate and run agents: the owner of the tables is not bound "
            "by row-level security; name another role in store_admin"
        )
    async with _alone(address, password) as connection:
        steps = await _pending(connection, str(address))
        if steps:
            await connection.execute(_TABLE)
        for step in steps:
            try:
                await _apply(connection, step)
            except asyncpg.LockNotAvailableError as error:
                raise await _in_use(connection, step) from error
        await _name_life(connection, incarnation)
        made = await _grant(connection, role, role_password)
    return Done(steps, made)


async def _apply(connection: Connection, step: Migration) -> None:
    async with connection.transaction():
        await connection.execute("SELECT set_config('leadwire.tenants', '*', true)")
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS * 1000:.0f}ms'")
        await connection.execute(step.sql, timeout=None)
        await connection.execute(
            "INSERT INTO leadwire.migrations (number, name, checksum) VALUES ($1, $2, $3)",
            step.number,
            step.name,
            step.checksum,
        )


_HOLDERS = """
SELECT string_agg(DISTINCT format('process %s (%s)', a.pid, coalesce(a.usename, '?')), ', ')
FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE c.relnamespace = 'leadwire'::regnamespace AND l.pid <> pg_backend_pid()"""


async def _in_use(connection: Connection, step: Migration) -> Unavailable:
    """Returns what to raise for a step that waited too long for a table."""
    holders = await connection.fetchval(_HOLDERS) or "somebody"
    return Unavailable(
        f"{step.name}: a table that it changes is in use by {holders}; nothing was changed. Stop "
        "Leadwire's processes, end what else looks at the store, and migrate again"
    )


async def _name_life(connection: Connection, incarnation: str) -> None:
    """Names a new store's life and where it began; a store that is there keeps its own."""
    await connection.execute(
        f"INSERT INTO leadwire.meta VALUES ('incarnation', $1), ('home', ({HOME})) "  # noqa: S608
        "ON CONFLICT DO NOTHING",
        incarnation,
    )


# ── rights ────────────────────────────────────────────────────────────────────────────────────


def grants(role: str) -> list[str]:
    """Returns what is granted; `role` is quoted already."""
    return [
        f"GRANT USAGE ON SCHEMA leadwire TO {role}",
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA leadwire TO {role}",
        f"GRANT DELETE ON {', '.join(f'leadwire.{name}' for name in PASSING)} TO {role}",
        f"REVOKE INSERT, UPDATE ON leadwire.migrations FROM {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA leadwire TO {role}",
    ]


async def _grant(connection: Connection, role: str, password: str | None) -> bool:
    """Grants what agents need; makes the role where it is not there, and says whether it did."""
    there = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    if not there:
        await _make(connection, role, password)
    quoted = await connection.fetchval("SELECT quote_ident($1)", role)
    async with connection.transaction():
        for statement in grants(quoted):
            await connection.execute(statement)
    return not there


async def _make(connection: Connection, role: str, password: str | None) -> None:
    if not password:
        raise Unfit(
            f"there is no role {role}, and no store_password to make it with: set store_password, "
            f"or make it yourself: CREATE ROLE \"{role}\" LOGIN PASSWORD '…'"
        )
    text = await connection.fetchval(
        "SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)", role, password
    )
    try:
        await connection.execute(text)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unfit(
            f"the migration role may not make role {role}; have an administrator run: "
            f"CREATE ROLE \"{role}\" LOGIN PASSWORD '…'"
        ) from error
    except asyncpg.DuplicateObjectError:
        pass  # another database's migrator made it meanwhile; roles are the cluster's
