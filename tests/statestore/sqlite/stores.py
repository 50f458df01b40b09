"""Opening SQLite stores in tests."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from statestore.sqlite import SqliteStore


@asynccontextmanager
async def opened(path: Path, **options: Any) -> AsyncIterator[SqliteStore]:
    """A started store, stopped at the end."""
    store = SqliteStore(path, **options)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


def remove(path: Path) -> None:
    """Deletes a store's files."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def asked(path: Path, statement: str, *given: Any) -> list[Any]:
    """Runs a statement on the file, beside any store."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return connection.execute(statement, given).fetchall()
    finally:
        connection.close()
