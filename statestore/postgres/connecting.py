"""Opens connections the way this store needs them.

Sessions keep nothing but one choice of the planner's: every setting is local to its transaction, no
advisory lock outlives one, and nothing is reset between two uses. So a transaction pooler may stand
in between; there, statements are not kept by name either (`Address.pooled`).
"""

import ssl
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from statestore.errors import StoreError, Unfit
from statestore.postgres.address import Address
from statestore.postgres.failures import translated

CONNECT_SECONDS = 10.0
STATEMENT_SECONDS = 60.0
"""Longest wait for one statement: behind it stands a lock that nobody gives back, or a network
that is gone."""
STATEMENTS = 512
"""Prepared statements kept by a connection."""


class Unreset(asyncpg.Connection):
    """A connection whose sessions keep nothing, so that there is nothing to reset."""

    def get_reset_query(self) -> str:
        return ""


Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
"""One of our own, or one that a pool has lent."""


def encryption(address: Address) -> Any:
    """Returns asyncpg's `ssl` argument; raises Unfit for a CA file that cannot be read. Without one
    the system's authorities vouch."""
    if not address.sslmode.startswith("verify"):
        return address.sslmode
    if address.sslrootcert is not None and not Path(address.sslrootcert).is_file():
        raise Unfit(f"sslrootcert {address.sslrootcert} is no file; name the server's CA file")
    context = ssl.create_default_context(cafile=address.sslrootcert)
    context.check_hostname = address.sslmode == "verify-full"
    return context


def options(address: Address, password: str | None) -> dict[str, Any]:
    """Returns what every way of connecting takes."""
    return {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": password,
        "database": address.database,
        "ssl": encryption(address),
        "timeout": CONNECT_SECONDS,
        "command_timeout": STATEMENT_SECONDS,
        "statement_cache_size": 0 if address.pooled else STATEMENTS,
        "max_cached_statement_lifetime": 0,
        "connection_class": Unreset,
        "server_settings": {"application_name": "leadwire"},
    }


async def connect(address: Address, password: str | None) -> "asyncpg.Connection[Any]":
    """Opens one connection; raises Unavailable, Unfit or Misplaced with the remedy."""
    try:
        connection: asyncpg.Connection[Any] = await asyncpg.connect(**options(address, password))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise translated(error, str(address)) from error
    return connection


async def _plain(connection: "asyncpg.Connection[Any]") -> None:
    """Lets the server not compile our statements: each touches few rows, and those that walk an
    index by jumps look dear to it (measured: 50 ms of compiling for 20 of work, at every look for
    due pools). Behind a transaction pooler a session is not ours to set."""
    await connection.execute("SET jit = off")


async def pool(address: Address, password: str | None) -> "asyncpg.Pool[Any]":
    """Opens a pool; raises Unavailable, Unfit or Misplaced with the remedy."""
    try:
        opened: asyncpg.Pool[Any] = await asyncpg.create_pool(
            **options(address, password),
            min_size=1,
            max_size=address.connections,
            init=None if address.pooled else _plain,
        )
    except StoreError:
        raise
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise translated(error, str(address)) from error
    return opened
