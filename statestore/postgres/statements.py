"""Rows of Python ↔ arrays of a statement: how many rows travel in one round trip.

A statement takes one array a column and unnests them. Several statements that write different
tables become one (`combined`), with a count of the rows that each of them touched: a batch that
writes inbox, rows and outbox is one round trip and one plan to look up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Names and types of columns, in the order of a record's cells."""

    names: tuple[str, ...]
    types: tuple[str, ...]

    def listed(self, prefix: str = "") -> str:
        """Returns the names by comma, each with a prefix."""
        return ", ".join(f"{prefix}{name}" for name in self.names)

    def unnested(self, alias: str, first: int = 1) -> str:
        """Returns the FROM item that turns arrays `$first`… into rows."""
        arrays = ", ".join(f"${first + n}::{type_}[]" for n, type_ in enumerate(self.types))
        return f"unnest({arrays}) AS {alias}({self.listed()})"


def columns(text: str) -> Columns:
    """Reads `name type, name type …`."""
    pairs = [part.split() for part in text.split(",")]
    return Columns(tuple(pair[0] for pair in pairs), tuple(" ".join(pair[1:]) for pair in pairs))


def arrays(records: Iterable[Cells]) -> list[list[Any]]:
    """Turns records into one list a column."""
    return [list(column) for column in zip(*records, strict=True)]


def insert(table: str, shape: Columns, conflict: str = "DO NOTHING") -> str:
    """Returns the statement that adds records; what stands there already is left alone, so that
    the count of rows tells it."""
    return (
        f"INSERT INTO leadwire.{table} ({shape.listed()}) "  # noqa: S608
        f"SELECT * FROM {shape.unnested('u')} ON CONFLICT {conflict}"
    )


def replace(table: str, shape: Columns, keys: str) -> str:
    """Returns the statement that adds records, or writes over all but the key."""
    named = [name for name in shape.names if name not in keys.split(", ")]
    sets = ", ".join(f"{name} = excluded.{name}" for name in named)
    return insert(table, shape, f"({keys}) DO UPDATE SET {sets}")


def update(table: str, shape: Columns, sets: str, where: str) -> str:
    """Returns the statement that changes the rows `s` by the records `u`."""
    return f"UPDATE leadwire.{table} AS s SET {sets} FROM {shape.unnested('u')} WHERE {where}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a flush with its arrays; `rows` is how many it has to touch, None where
    any number is right."""

    sql: str
    given: Sequence[Any]
    rows: int | None
    what: str = ""


@lru_cache(maxsize=2048)
def combined(texts: tuple[str, ...], sizes: tuple[int, ...]) -> str:
    """Returns one statement that runs several and selects how many rows each has touched."""
    parts, base = [], 0
    for number, (text, size) in enumerate(zip(texts, sizes, strict=True)):
        parts.append(f"p{number} AS ({_shifted(text, base)} RETURNING 1)")
        base += size
    counts = ", ".join(f"(SELECT count(*) FROM p{number})" for number in range(len(texts)))  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {counts}"


def _shifted(text: str, base: int) -> str:
    """Renumbers a statement's parameters."""
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + base}", text)


def scoped(select: str) -> str:
    """Returns a read that names its tenants itself, as its last parameter.

    One statement is one round trip; with a transaction around it, it would be three. The setting is
    local to the statement's own transaction. The read stands in a lateral subquery that refers to
    the setting and is not pulled up (OFFSET 0), so that it begins only once the setting stands:
    row-level security then admits these tenants, whatever plan is chosen.
    """
    last = max((int(number) for number in re.findall(r"\$(\d+)", select)), default=0) + 1
    return (
        f"SELECT q.* FROM (SELECT set_config('leadwire.tenants', ${last}, true) AS scope "  # noqa: S608
        f"OFFSET 0) AS g CROSS JOIN LATERAL (SELECT * FROM ({select}) AS r "
        "WHERE g.scope IS NOT NULL OFFSET 0) AS q"
    )
