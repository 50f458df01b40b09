"""The memory store passes every history."""

import pytest

from statestore.base import StateStore
from statestore.memory import MemoryStore
from tests.statestore.conformance import Conformance
from tests.statestore.opening import OpenStore
from tests.statestore.values import row, unit, wins


class TestMemory(Conformance):
    """Every history, in memory."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        async def opened() -> StateStore:
            store = MemoryStore("first-life")
            await store.start()
            return store

        return opened


async def test_memory_says_that_it_keeps_nothing() -> None:
    """Given a memory store, then a claim would not survive the machine, and it says so."""
    info = await MemoryStore("first-life").info()
    assert (info.engine, info.incarnation, info.durable) == ("memory", "first-life", False)


async def test_a_stopped_store_can_still_be_read() -> None:
    """Given a run that ended, then what it committed can be looked at."""
    store = MemoryStore("first-life")
    await wins(store, unit(rows=row()))
    await store.stop()
    assert len(await store.rows([row().ref])) == 1
