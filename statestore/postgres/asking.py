"""Single statements over the pool: reads, and the port's single writes.

A read names the tenants that it is admitted to (`within`); what carries no policy is asked plainly.
A connection that turns out to be gone (the server restarted meanwhile) is replaced and the
statement run once more: every one of them may be repeated.
"""

from asyncio import Semaphore
from typing import Any

import asyncpg

from statestore.postgres.failures import broken, translated
from statestore.postgres.statements import scoped

Found = list[Any]
"""Records, which unpack and index like tuples."""


class Asking:
    """Statements on connections of a pool, at most `lanes` at once."""

    def __init__(self, pool: "asyncpg.Pool[Any]", place: str, *, pooled: bool, lanes: int) -> None:
        self._pool = pool
        self._place = place
        self._pooled = pooled
        self._lanes = Semaphore(lanes)
        self._scoped: dict[str, str] = {}

    async def plain(self, sql: str, *given: Any) -> Found:
        """Runs a statement on tables without a policy, or on what serves every client."""
        return await self._twice(sql, given)

    async def within(self, scope: str, sql: str, *given: Any) -> Found:
        """Runs a read that is admitted to some tenants (`tenants.scope`)."""
        text = self._scoped.get(sql)
        if text is None:
            text = self._scoped.setdefault(sql, scoped(sql))
        return await self._twice(text, (*given, scope))

    async def value(self, sql: str, *given: Any) -> Any:
        """Returns the first cell of the first row."""
        [row] = await self.plain(sql, *given)
        return row[0]

    async def writing(self, scope: str, *statements: tuple[str, tuple[Any, ...]]) -> list[Found]:
        """Runs statements in one transaction that is admitted to some tenants."""
        async with self._lanes:
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    await connection.execute(_ADMIT, scope)
                    return [await connection.fetch(sql, *given) for sql, given in statements]
            except Exception as error:
                if broken(error):
                    await self._pool.expire_connections()
                raise translated(error, self._place) from error

    async def _twice(self, sql: str, given: tuple[Any, ...]) -> Found:
        async with self._lanes:
            try:
                return await self._once(sql, given)
            except Exception as error:
                if not broken(error):
                    raise _ours(error, self._place) from error
                await self._pool.expire_connections()
            try:
                return await self._once(sql, given)
            except Exception as error:
                raise _ours(error, self._place) from error

    async def _once(self, sql: str, given: tuple[Any, ...]) -> Found:
        async with self._pool.acquire() as connection:
            if not self._pooled:
                return await connection.fetch(sql, *given)
            async with connection.transaction():
                return await connection.fetch(sql, *given)


_ADMIT = "SELECT set_config('leadwire.tenants', $1, true)"


def _ours(error: Exception, place: str) -> Exception:
    """What the caller gave wrongly is the caller's; the rest is the store's."""
    if isinstance(error, asyncpg.DataError | TypeError | ValueError):
        return error
    return translated(error, place)
