"""The Postgres store passes every history, as the application's role."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from agents.ports import SystemClock
from statestore.base import StateStore
from statestore.postgres import PostgresStore
from tests.services.postgres import CLEAR, PASSWORD, Databases
from tests.statestore.conformance import Conformance
from tests.statestore.opening import OpenStore


class Opening:
    """Opens stores on databases of their own; the last two stay as they are, older ones are emptied
    and used again."""

    options: dict[str, Any] = {}

    @pytest.fixture
    async def open_store(self, databases: Databases) -> AsyncIterator[OpenStore]:
        turns: list[Turn] = []
        count = 0

        async def fresh() -> StateStore:
            nonlocal count
            place, count = count % AT_ONCE, count + 1
            if place == len(turns):
                turns.append(await opened(databases, place, self.options))
            else:
                await turns[place].empty()
            return turns[place].store

        yield fresh
        for turn in turns:
            await turn.store.stop()
            await turn.cleaner.close()


AT_ONCE = 3


@dataclass(frozen=True)
class Turn:
    """A store with a connection that empties it."""

    store: PostgresStore
    cleaner: "asyncpg.Connection[Any]"

    async def empty(self) -> None:
        await self.cleaner.execute(CLEAR)


async def opened(databases: Databases, place: int, options: dict[str, Any]) -> Turn:
    """Opens a store on this worker's database of that number."""
    server, name = databases.server, await databases.empty(place)
    store = PostgresStore(
        databases.reached.address(name, **options), PASSWORD, elapsed=SystemClock().elapsed
    )
    await store.start()
    return Turn(store, await asyncpg.connect(**server.options(name)))


class TestDirect(Opening, Conformance):
    """Every history, as agents use it."""
