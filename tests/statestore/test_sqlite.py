"""The SQLite store passes every history, with its threads and inline."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from statestore.base import StateStore
from statestore.sqlite import SqliteStore, connecting
from tests.statestore.conformance import Conformance
from tests.statestore.opening import OpenStore


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new, empty store, which each history copies."""

    async def made(path: Path) -> None:
        store = SqliteStore(path, incarnation="first-life")
        await store.start()
        await store.stop()

    path = tmp_path_factory.mktemp("template") / "state.db"
    asyncio.run(made(path))
    return path


class Opening:
    """Opens stores in a folder of their own, and closes them; the last two stay open.

    Without flushing to the disk, which no history can tell; `sqlite/test_crashes.py` flushes.
    """

    inline = False

    @pytest.fixture
    async def open_store(
        self, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[OpenStore]:
        monkeypatch.setattr(connecting, "SYNCHRONOUS", "OFF")
        opened: list[StateStore] = []

        async def fresh() -> StateStore:
            for store in opened[:-1]:
                await store.stop()
            path = tmp_path / f"state{len(opened)}.db"
            shutil.copy(template, path)
            store = SqliteStore(path, incarnation="another", inline=self.inline)
            await store.start()
            opened.append(store)
            return store

        yield fresh
        for store in opened:
            await store.stop()


class TestThreaded(Opening, Conformance):
    """Every history, with a writer and a reader thread."""


class TestInline(Opening, Conformance):
    """Every history, in the caller's thread."""

    inline = True
