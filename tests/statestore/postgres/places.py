"""Opening stores on a real database in tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from agents.ports import SystemClock
from statestore.errors import Unavailable
from statestore.postgres import PostgresStore
from tests.services.postgres import PASSWORD, Server

T = TypeVar("T")

PATIENCE = 120.0
"""Machine seconds after which something that has to come will not come any more."""


@asynccontextmanager
async def opened(server: Server, name: str, **options: Any) -> AsyncIterator[PostgresStore]:
    """A started store on a database, stopped at the end."""
    more = {k: options.pop(k) for k in ("pooled", "connections") if k in options}
    given = {"elapsed": SystemClock().elapsed, **options}
    store = PostgresStore(server.address(name, **more), PASSWORD, **given)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


async def patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Does something until the store is there again; fails after a generous while."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await act()
            except Unavailable:
                await asyncio.sleep(0.05)
