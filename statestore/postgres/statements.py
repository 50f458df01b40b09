"""Rows of Python ↔ parameters of a statement: how many rows travel in one round trip.

A statement takes one array a column and unnests them into rows `u`. Encoding an array costs for
each of its elements, so that a column that says the same in every row travels as one value, and one
that counts up as its first. Several statements that write different tables become one (`combined`),
with a count of the rows that each of them touched: a batch that writes inbox, rows and outbox is
one round trip and one plan to look up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Cells = tuple[Any, ...]

SAME, EACH, NEXT = "same", "each", "next"
"""How a column travels: one value for all rows, a value for each, or the first of a count."""

OLD = "old"
"""The version that a row was judged on; it always travels for each row. As one value it would be
a condition on the table alone, which the planner takes for rare and answers by reading the whole
table first (measured: 600 ms in place of 10 for 500 rows of 10,000, until it knew better)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names and types of columns, in the order of a record's cells."""

    names: tuple[str, ...]
    types: tuple[str, ...]

    def listed(self, prefix: str = "") -> str:
        """Returns the names by comma, each with a prefix."""
        return ", ".join(f"{prefix}{name}" for name in self.names)


def columns(text: str) -> Columns:
    """Reads `name type, name type …`."""
    pairs = [part.split() for part in text.split(",")]
    return Columns(tuple(pair[0] for pair in pairs), tuple(" ".join(pair[1:]) for pair in pairs))


def packed(shape: Columns, records: Sequence[Cells]) -> tuple[str, list[Any]]:
    """Returns the FROM item `u` that yields records, and its parameters from `$1` on."""
    given: list[Any] = list(map(list, zip(*records, strict=True)))
    ways = [_way(column) for column in given]
    if len(records) > 1 and EACH not in ways:
        ways[0] = EACH  # somebody has to say how many there are
    if len(records) > 1 and shape.names[-1] == OLD:
        ways[-1] = EACH
    for place, way in enumerate(ways):
        if way != EACH:
            given[place] = given[place][0]
    return _rows(shape, tuple(ways), len(records) > 1), given


def _way(column: list[Any]) -> str:
    first, last, count = column[0], column[-1], len(column)
    if column.count(first) == count:
        return SAME
    if type(first) is type(last) is int and last - first == count - 1 and _counts_up(column):
        return NEXT
    return EACH


def _counts_up(column: list[Any]) -> bool:
    return column == list(range(column[0], column[0] + len(column)))


@lru_cache(maxsize=2048)
def _rows(shape: Columns, ways: tuple[str, ...], many: bool) -> str:
    cells, arrays, names = [], [], []
    for place, (name, type_, way) in enumerate(zip(shape.names, shape.types, ways, strict=True), 1):
        if way == EACH:
            arrays.append(f"${place}::{type_}[]")
            names.append(name)
            cells.append(f"a.{name}")
        elif way == NEXT:
            cells.append(f"${place}::{type_} + a.place - 1 AS {name}")
        else:
            cells.append(f"${place}::{type_} AS {name}")
    if not many:
        return f"(SELECT {', '.join(cells)}) AS u"
    given = f"unnest({', '.join(arrays)}) WITH ORDINALITY AS a({', '.join([*names, 'place'])})"
    return f"(SELECT {', '.join(cells)} FROM {given}) AS u"  # noqa: S608


ROWS = "{rows}"
"""Stands for the FROM item in a statement's text."""


def insert(table: str, shape: Columns, conflict: str = "DO NOTHING") -> str:
    """Returns the statement that adds records; what stands there already is left alone, so that
    the count of rows tells it."""
    return (
        f"INSERT INTO leadwire.{table} ({shape.listed()}) "  # noqa: S608
        f"SELECT {shape.listed('u.')} FROM {ROWS} ON CONFLICT {conflict}"
    )


def replace(table: str, shape: Columns, keys: str) -> str:
    """Returns the statement that adds records, or writes over all but the key."""
    named = [name for name in shape.names if name not in keys.split(", ")]
    sets = ", ".join(f"{name} = excluded.{name}" for name in named)
    return insert(table, shape, f"({keys}) DO UPDATE SET {sets}")


def update(table: str, sets: str, where: str) -> str:
    """Returns the statement that changes the rows `s` by the records `u`."""
    return f"UPDATE leadwire.{table} AS s SET {sets} FROM {ROWS} WHERE {where}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a flush with its parameters; `rows` is how many it has to touch, None where
    any number is right."""

    sql: str
    given: Sequence[Any]
    rows: int | None
    what: str = ""


def part(
    what: str, sql: str, shape: Columns, records: Iterable[Cells], *, any_number: bool = False
) -> Iterable[Part]:
    """Returns the part that writes records; none for none."""
    ordered = list(records)
    if not ordered:
        return ()
    rows, given = packed(shape, ordered)
    return (Part(filled(sql, rows), given, None if any_number else len(ordered), what),)


@lru_cache(maxsize=2048)
def filled(sql: str, rows: str) -> str:
    """Puts the FROM item into a statement."""
    return sql.replace(ROWS, rows)


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
