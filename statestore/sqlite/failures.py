"""Turns what the engine raises into what the caller does next; foreign exceptions end here.

Lasting failures (a value that no column holds, a broken constraint) are none of them: the writer
finds the unit behind one by halves and reports it as `Poisoned`.
"""

import sqlite3
from pathlib import Path

from statestore.errors import Corrupt, Full, Misplaced, StoreError, Unavailable

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LASTING = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    }
)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def busy(error: sqlite3.Error) -> bool:
    """Says whether another process is writing."""
    return _code(error) in _BUSY


def lasting(error: Exception) -> bool:
    """Says whether the same statement with the same values would fail again."""
    if isinstance(error, sqlite3.Error):
        code = _code(error)
        return code in _LASTING or (code == 0 and not isinstance(error, sqlite3.OperationalError))
    return isinstance(error, TypeError | ValueError | OverflowError)


def translated(error: sqlite3.Error, path: Path) -> StoreError:
    """Returns the store's error for an engine's error; the text names the remedy."""
    code, text = _code(error), str(error)
    if code == sqlite3.SQLITE_FULL:
        return Full(f"{path}: no space left; free some, nothing was lost ({text})")
    if code in _DAMAGED:
        return Corrupt(f"{path} is damaged or no store ({text}); restore a backup of it")
    if code == sqlite3.SQLITE_CANTOPEN:
        return Misplaced(f"{path} cannot be opened; does its folder exist, may you write there?")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return Misplaced(f"{path} or its folder is read-only for this user ({text})")
    if code in _BUSY:
        return Unavailable(f"{path} is busy: another process is writing; try again ({text})")
    return Unavailable(f"{path}: {text}; nothing can be said of what was under way, try again")
