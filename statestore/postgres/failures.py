"""Turns what asyncpg raises into what the caller does next; foreign exceptions end here.

Four answers. *Clash*: another transaction won a lock or a row, so that the same units are tried
again. *Lasting*: the same statement with the same values would fail again; the writer finds the
unit behind it by halves and reports it as `Poisoned`. *Broken*: the connection is gone; a new one
may serve. Everything else is translated to the store's own errors.
"""

import ssl

import asyncpg

from statestore.errors import Full, Misplaced, OldSchema, StoreError, Unavailable, Unfit

_CLASHES = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.UniqueViolationError,
)
_LASTING = (
    asyncpg.DataError,  # SQLSTATE class 22, and a value that no parameter holds
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    asyncpg.InsufficientPrivilegeError,  # a row that the policies do not admit
)
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.ReadOnlySQLTransactionError,  # after a failover a session may be with the old primary
)
_SHARED = (
    asyncpg.InvalidSQLStatementNameError,
    asyncpg.DuplicatePreparedStatementError,
)
"""A session that others use too: what was prepared in it is not there, or is there already."""
_ABSENT = (
    asyncpg.UndefinedTableError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedColumnError,
)


class Conflict(Exception):
    """What a batch was judged on no longer stood when it was written; never leaves the package."""


def clash(error: BaseException) -> bool:
    """Says whether another transaction came in between, so that trying again is right."""
    return isinstance(error, (Conflict, *_CLASHES))


def lasting(error: BaseException) -> bool:
    """Says whether the same statement with the same values would fail again."""
    if isinstance(error, asyncpg.InterfaceError):
        return False
    return isinstance(error, (*_LASTING, TypeError, ValueError, OverflowError))


def broken(error: BaseException) -> bool:
    """Says whether the connection, and nothing else, is at fault: a new one may serve."""
    if isinstance(error, asyncpg.PostgresError):
        return isinstance(error, _GONE)
    return isinstance(error, OSError | asyncpg.InterfaceError)


def translated(error: BaseException, place: str) -> StoreError:
    """Returns the store's error for an engine's error; the text names the remedy."""
    text = f"{error}" or type(error).__name__
    if isinstance(error, StoreError):
        return error
    if isinstance(error, asyncpg.DiskFullError):
        return Full(f"{place}: no space left on the server; free some, nothing was lost ({text})")
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return Misplaced(f"{place}: no such database; create it, then run `leadwire migrate`")
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return Unfit(
            f"{place}: the server refuses this role ({text}); is store_password the role's, and "
            "has `leadwire migrate` made it?"
        )
    if isinstance(error, _ABSENT):
        return OldSchema(f"{place} lacks what this release needs ({text}); run `leadwire migrate`")
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return Unfit(f"{place}: {text}; run `leadwire migrate`, which grants what is needed")
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return Unavailable(
            f"{place} takes no writes ({text}): a standby, or set so when a disk was full; nothing "
            "was lost, name the primary"
        )
    if isinstance(error, asyncpg.TooManyConnectionsError):
        return Unavailable(
            f"{place} has no connection left ({text}); raise max_connections there, lower "
            "`?connections=` in `store` (8 a process), or put a pooler in between"
        )
    if isinstance(error, _SHARED):
        return Unfit(
            f"{place}: {text}; a transaction pooler stands in between: add ?pooler=transaction to "
            "`store`"
        )
    if isinstance(error, ssl.SSLError):
        return Unfit(f"{place}: TLS failed ({text}); see sslmode and sslrootcert of `store`")
    if isinstance(error, ConnectionError) and "rejected SSL upgrade" in text:
        return Unfit(f"{place} speaks no TLS; set ssl=on there, or another sslmode in `store`")
    if isinstance(error, OSError):
        return Unavailable(
            f"{place} does not answer ({text}); is the server up? Trying again helps"
        )
    return Unavailable(f"{place}: {text}; nothing can be said of what was under way, try again")
