"""Numbered SQL files → a store's schema. `leadwire migrate` runs them, start-up compares.

Each file is applied once, whole, in one transaction, and its checksum is kept: a file that was
changed after it was applied is refused, since two stores of one number would then differ. A file
that has no tables yet is made on the first start; one that is older is never changed without being
asked, so that an operator can back it up first.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from statestore.errors import Corrupt, NewSchema, OldSchema

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a schema to the next."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Names the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(engine: str = "sqlite") -> list[Migration]:
    """Returns the steps of an engine, in order."""
    folder = files("statestore").joinpath("sql", engine)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [
        Migration(int(name.split("_", 1)[0]), name, folder.joinpath(name).read_text("utf-8"))
        for name in names
    ]


def applied(connection: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """Returns number → (name, checksum) of the steps that a file has; none for an empty file."""
    exists = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    if not connection.execute(exists).fetchone()[0]:
        return {}
    rows = connection.execute("SELECT number, name, checksum FROM migrations")
    return {number: (name, checksum) for number, name, checksum in rows}


def empty(connection: sqlite3.Connection) -> bool:
    """Says whether a file has no tables at all."""
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def pending(connection: sqlite3.Connection, known: Sequence[Migration]) -> list[Migration]:
    """Returns the steps that a file lacks.

    Raises Corrupt for a file of somebody else's or one whose steps are not ours, and NewSchema for
    one that a newer process has changed.
    """
    done = applied(connection)
    if not done and not empty(connection):
        raise Corrupt("this is a database, but no Leadwire store; name another file")
    for step in known:
        if step.number in done and done[step.number][1] != step.checksum:
            raise Corrupt(f"{step.name} differs from the one applied here; restore its release")
    newer = sorted(set(done) - {step.number for step in known})
    if newer:
        raise NewSchema(
            f"the store is at schema {newer[-1]}, this process knows {known[-1].number}; "
            "upgrade Leadwire, or restore a backup from before"
        )
    return [step for step in known if step.number not in done]


def check(connection: sqlite3.Connection, known: Sequence[Migration]) -> None:
    """Raises OldSchema, naming the command, where steps are pending."""
    steps = pending(connection, known)
    if steps:
        names = ", ".join(step.name for step in steps)
        raise OldSchema(
            f"the store lacks {names}; stop its processes, back it up, run `leadwire migrate`"
        )


def apply(connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    """Applies steps, each in a transaction of its own; the connection is in autocommit mode."""
    for step in steps:
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(_TABLE)
            if step.number not in applied(connection):
                for statement in statements(step.sql):
                    connection.execute(statement)
                row = (step.number, step.name, step.checksum)
                connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", row)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def statements(script: str) -> list[str]:
    """Splits a script at the semicolons that end statements."""
    found, held = [], ""
    for piece in script.split(";"):
        held += piece + ";"
        if sqlite3.complete_statement(held):
            found.append(held.strip())
            held = ""
    return [one for one in found if one.strip(" ;\n")]
