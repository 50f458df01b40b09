"""What the overlay's log names → one statement, which also proves what was taken for given.

Several writes of one entry within a batch become one: what stood before the batch decides between
insert, update and delete. Each part says how many rows it has to touch. An insert leaves alone what
is there, an update names the version that it was judged on: where a count differs, somebody else
came first, and the batch is undone (`Conflict`) and judged again. Records are sorted by their keys,
so that two batches wait for each other and never in a circle.

Two statements stand apart. Ledger rows that let go of a unique key do so before others take it. And
the client's credit is counted last of all, since that row is wide (design §6): it is moved by the
difference, whatever it has come to meanwhile, as long as it does not fall below zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from statestore.base import SCHEMA, DeadLetter
from statestore.erasure import SUBJECT
from statestore.ledger import keys_of
from statestore.overlay import ABSENT, Overlay, Queued
from statestore.postgres import shapes
from statestore.postgres.connecting import Connection
from statestore.postgres.failures import Conflict
from statestore.postgres.statements import (
    ROWS,
    Cells,
    Columns,
    Part,
    columns,
    combined,
    insert,
    part,
    replace,
    update,
)
from statestore.records import LineRecord, TimerRecord, dead_record, send_record, stop_record
from statestore.tables import TABLES, table_of

Table = dict[Any, Any]
First = Mapping[Any, Any]
"""Key → what stood there before the batch, or ABSENT."""
Parts = Iterable[Part]


async def flush(
    connection: Connection, tables: Overlay, offset: float, lease: float | None
) -> None:
    """Writes everything that the overlay has on top of what was loaded; raises Conflict where that
    did not stand.

    `offset` translates leases to the server's clock. `lease` is how long this process alone
    publishes its new events, as a moment of machine time; None leaves them to whoever asks.
    """
    changes = tables.changes()

    def first(table: Table) -> First:
        return changes.get(id(table), {})

    freed = _freed(tables.sends, first(tables.sends))
    if freed:
        await connection.execute(_FREE, freed)
    parts = [
        *_inbox(tables),
        *_rows(tables.rows, first(tables.rows)),
        *_sends(tables.sends, first(tables.sends), offset),
        *_keyed(
            "reservations", shapes.RESERVATIONS, tables.reservations, first(tables.reservations)
        ),
        *_keyed("admissions", shapes.ADMISSIONS, tables.admissions, first(tables.admissions)),
        *_stops(tables.stops, first(tables.stops)),
        *_timers(tables.timers, first(tables.timers), offset),
        *_outbox(tables.outbox, shapes.shifted(lease, offset)),
        *_lines(tables.lines, first(tables.lines)),
        *_dead(tables.dead, first(tables.dead)),
    ]
    if parts:
        await run(connection, parts)
    credit = list(_credits(tables.credits, first(tables.credits)))
    if credit:
        await run(connection, credit)


async def run(connection: Connection, parts: Sequence[Part]) -> None:
    """Runs parts as one statement; raises Conflict where one touched other than its rows."""
    texts = tuple([one.sql for one in parts])
    sizes = tuple([len(one.given) for one in parts])
    given = [value for one in parts for value in one.given]
    counts = await connection.fetchrow(combined(texts, sizes), *given)
    assert counts is not None
    for one, count in zip(parts, counts, strict=True):
        if one.rows is not None and count != one.rows:
            raise Conflict(f"{one.what}: {count} of {one.rows} stood as expected")


def _all(shape: Columns, keys: str) -> str:
    """Sets every column but the key's from the record."""
    named = [name for name in shape.names if name not in keys.split(", ")]
    return ", ".join(f"{name} = u.{name}" for name in named)


def _with(shape: Columns, more: str) -> Columns:
    extra = columns(more)
    return Columns(shape.names + extra.names, shape.types + extra.types)


# ── consumed ids, rows ────────────────────────────────────────────────────────────────────────

_TAKE = insert("inbox", shapes.INBOX)


def _inbox(tables: Overlay) -> Parts:
    new = islice(tables.inbox.items(), tables.loaded, None)
    records = sorted([(agent, id_, at) for (agent, id_), at in new])
    return part("inbox", _TAKE, shapes.INBOX, records)


_OLD_ROWS = _with(shapes.ROWS, "old bigint")
_NEW_ROW = {name: insert(name, shapes.ROWS) for name in TABLES}
_CHANGED_ROW = {
    name: update(
        name,
        "version = u.version, schema = u.schema, parent = u.parent, status = u.status, "
        "data = u.data",
        "s.kind = u.kind AND s.tenant = u.tenant AND s.key = u.key AND s.version = u.old "
        f"AND s.schema <= {SCHEMA}",
    )
    for name in TABLES
}
_BY_NAME = itemgetter(1, 0, 2)


def _rows(table: Table, first: First) -> Parts:
    new: dict[str, list[Cells]] = defaultdict(list)
    changed: dict[str, list[Cells]] = defaultdict(list)
    for name, old in first.items():
        version, schema, parent, status, data, _ = table[name]
        cells = (*name, version, schema, parent, status, data.decode())
        if old is ABSENT:
            new[table_of(name[1])].append(cells)
        else:
            changed[table_of(name[1])].append((*cells, old[0]))
    for place, records in new.items():
        yield from part(place, _NEW_ROW[place], shapes.ROWS, sorted(records, key=_BY_NAME))
    for place, records in changed.items():
        yield from part(place, _CHANGED_ROW[place], _OLD_ROWS, sorted(records, key=_BY_NAME))


# ── the ledger, quota, stops ──────────────────────────────────────────────────────────────────

_FREE = "UPDATE leadwire.sends SET state = 'refused' WHERE id = ANY($1::text[])"
_NEW_SEND = insert("sends", shapes.SENDS)
_OLD_SENDS = _with(shapes.SENDS, "old bigint")
_CHANGED_SEND = update("sends", _all(shapes.SENDS, "id"), "s.id = u.id AND s.version = u.old")


def _freed(table: Table, first: First) -> list[str]:
    """Names sends that let go of the keys that they had."""
    return sorted(
        id_
        for id_, old in first.items()
        if old is not ABSENT and keys_of(old) not in (None, keys_of(table[id_]))
    )


def _sends(table: Table, first: First, offset: float) -> Parts:
    new, changed = [], []
    for id_, old in sorted(first.items(), key=itemgetter(0)):
        cells = shapes.send_there(send_record(table[id_]), offset)
        if old is ABSENT:
            new.append(cells)
        else:
            changed.append((*cells, old.version))
    yield from part("sends", _NEW_SEND, shapes.SENDS, new)
    yield from part("sends", _CHANGED_SEND, _OLD_SENDS, changed)


def _keyed(name: str, shape: Columns, table: Table, first: First) -> Parts:
    """A table whose first column is the key and whose records stand in the overlay without it."""
    key = shape.names[0]
    keys = sorted(first)
    gone = [(one,) for one in keys if one not in table and first[one] is not ABSENT]
    new = [(one, *table[one]) for one in keys if one in table and first[one] is ABSENT]
    changed = [(one, *table[one]) for one in keys if one in table and first[one] is not ABSENT]
    named = f"s.{key} = u.{key}"
    delete = f"DELETE FROM leadwire.{name} AS s USING {ROWS} WHERE {named}"  # noqa: S608
    yield from part(name, delete, columns(f"{key} text"), gone)
    yield from part(name, insert(name, shape), shape, new)
    yield from part(name, update(name, _all(shape, key), named), shape, changed)


_NEW_STOP = insert("stops", shapes.STOPS)
_LIFTED = columns("tenant text, id text, lifted text")
_LIFT = update(
    "stops",
    "lifted = u.lifted",
    "s.tenant = u.tenant AND s.id = u.id AND s.lifted IS NULL",
)


def _stops(table: Table, first: First) -> Parts:
    names = sorted(first)
    new = [stop_record(table[name]) for name in names if first[name] is ABSENT]
    lifted = [(*name, table[name].lifted) for name in names if first[name] is not ABSENT]
    yield from part("stops", _NEW_STOP, shapes.STOPS, new)
    yield from part("stops", _LIFT, _LIFTED, lifted)


# ── timers, events ────────────────────────────────────────────────────────────────────────────

_SET_TIMER = replace("timers", shapes.TIMERS, "agent, key")
_STANDING = "s.agent = u.agent AND s.key = u.key AND s.version = u.old"
_OLD_TIMERS = _with(shapes.TIMERS, "old bigint")
_CHANGED_TIMER = update("timers", _all(shapes.TIMERS, "agent, key"), _STANDING)
_GONE_TIMERS = columns("agent text, key text, old bigint")
_CLEAR_TIMER = f"DELETE FROM leadwire.timers AS s USING {ROWS} WHERE {_STANDING}"  # noqa: S608


def _timers(table: Table, first: First, offset: float) -> Parts:
    """A timer that was not asked about is written whatever stands there: setting replaces."""
    added, changed, gone = [], [], []
    for name, old in sorted(first.items(), key=itemgetter(0)):
        record: TimerRecord | None = table.get(name)
        if record is None:
            if old is not ABSENT:
                gone.append((*name, old.version))
        elif old is ABSENT:
            added.append(shapes.timer_there(record, offset))
        else:
            changed.append((*shapes.timer_there(record, offset), old.version))
    yield from part("timers", _SET_TIMER, shapes.TIMERS, added, any_number=True)
    yield from part("timers", _CHANGED_TIMER, _OLD_TIMERS, changed)
    yield from part("timers", _CLEAR_TIMER, _GONE_TIMERS, gone)


_QUEUE = insert("outbox", shapes.OUTBOX)
_DEFER = insert("deferred", shapes.DEFERRED)


def _outbox(outbox: Mapping[int, Queued], lease: float | None) -> Parts:
    now = [
        (number, topic, attempt, lease, event)
        for number, topic, attempt, _, event, *later in outbox.values()
        if not later
    ]
    yield from part("outbox", _QUEUE, shapes.OUTBOX, now)
    if len(now) < len(outbox):
        later = (row for row in outbox.values() if len(row) > 5)
        yield from part("deferred", _DEFER, shapes.DEFERRED, later)


# ── history, dead letters, credit ─────────────────────────────────────────────────────────────

_NEW_LINE = insert("journal", shapes.LINES)
_REPEATS = columns("number bigint, times bigint, last_at bigint, old bigint")
_AGAIN = update(
    "journal",
    "times = u.times, last_at = u.last_at",
    "s.number = u.number AND s.times = u.old",
)
_DATA = LineRecord._fields.index("data")


def _lines(table: Table, first: First) -> Parts:
    new, again = [], []
    for number, old in sorted(first.items(), key=itemgetter(0)):
        line: LineRecord = table[number]
        if old is ABSENT:
            new.append((*line[:_DATA], line.data.decode(), *line[_DATA + 1 :]))
        else:
            again.append((number, line.times, line.last_at, old.times))
    yield from part("journal", _NEW_LINE, shapes.LINES, new)
    yield from part("journal", _AGAIN, _REPEATS, again)


_LETTER = _with(shapes.DEAD, "subject text")
_NEW_DEAD = insert("dead", _LETTER)
_DEAD_AGAIN = update("dead", f"{_all(_LETTER, 'id, tenant')}, settled_at = NULL", "s.id = u.id")
_HEADERS = shapes.DEAD.names.index("headers")


def _dead(table: Table, first: First) -> Parts:
    ids = sorted(first)
    new = [_letter(table[id_]) for id_ in ids if first[id_] is ABSENT]
    again = [_letter(table[id_]) for id_ in ids if first[id_] is not ABSENT]
    yield from part("dead", _NEW_DEAD, _LETTER, new)
    yield from part("dead", _DEAD_AGAIN, _LETTER, again)


def _letter(letter: DeadLetter) -> Cells:
    cells = dead_record(letter)
    head, headers, rest = cells[:_HEADERS], cells[_HEADERS], cells[_HEADERS + 1 :]
    return (*head, headers.decode(), *rest, letter.headers.get(SUBJECT))


_NEW_CREDIT = insert("credits", shapes.CREDITS)
_MOVES = columns("tenant text, taken bigint")
_MOVED_CREDIT = update(
    "credits",
    "balance = s.balance - u.taken",
    "s.tenant = u.tenant AND s.balance >= u.taken",
)


def _credits(table: Table, first: First) -> Parts:
    tenants = sorted(first)
    new = [(tenant, table[tenant]) for tenant in tenants if first[tenant] is ABSENT]
    moved = [
        (tenant, first[tenant] - table[tenant]) for tenant in tenants if first[tenant] is not ABSENT
    ]
    yield from part("credits", _NEW_CREDIT, shapes.CREDITS, new)
    yield from part("credits", _MOVED_CREDIT, _MOVES, moved)
