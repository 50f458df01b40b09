"""The hop of `hop.py` by hand: the same SQL on the same two files, and nothing around it.
No bus, no store, no turn, no model: dictionaries, orjson and SQLite's module, in one thread, 500
events at a time. Statements, batch size, bytes, tables and durability are those of the product
(store `synchronous=FULL`, bus `NORMAL`); `tests/bench/test_hop.py` compares the statements that
both sides run, and what they leave in the files.
"""

import sqlite3
import time
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

AGENT, TENANT, KIND = "bench", "acme", "counts"
SIZES = (256, 128, 64, 32, 16, 8, 4, 2, 1)
SPACE = sha1(UUID("6f1c3a52-52a4-5d0c-9a53-6c65616477ff").bytes, usedforsecurity=False)

BUS = ("journal_mode=WAL", "synchronous=NORMAL")
STORE = (
    *("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON"),
    *("cache_size = -32768", "temp_store = MEMORY", "wal_autocheckpoint = 4000"),
    "journal_size_limit = 67108864",
)
TAKEN = (
    "SELECT i.id, i.at FROM json_each(?) AS j CROSS JOIN inbox AS i "
    "ON i.agent = ? AND i.id = j.value"
)
ROWS = (
    "SELECT s.tenant, s.kind, s.key, s.version, s.schema, s.parent, s.status, s.data "
    "FROM json_each(?) AS j "
    "CROSS JOIN states AS s ON s.kind = ? AND s.tenant = ? AND s.key = j.value"
)
VERSIONS = (
    "SELECT s.key, s.version, s.schema, s.parent, s.status, NULL, s.rowid FROM json_each(?) AS j "
    "CROSS JOIN states AS s ON s.kind = ? AND s.tenant = ? AND s.key = j.value"
)
READ = (
    "SELECT seq, partition, key, headers, value FROM log_1"
    " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
)
COUNTERS = "SELECT outbox, journal, timer FROM counters"
COUNT = "UPDATE counters SET outbox = ?, journal = ?, timer = ?, commits = commits + 1"
TAKE = "INSERT INTO inbox VALUES (?, ?, ?)"
STAY = "UPDATE states SET version = ?, schema = ?, data = ? WHERE rowid = ?"
QUEUE = "INSERT INTO outbox VALUES (?, ?, ?, ?, ?)"
PUBLISHED = "DELETE FROM outbox WHERE number BETWEEN ? AND ?"
SAVE = "INSERT OR REPLACE INTO offsets (reader, topic, acknowledged) VALUES (?, ?, ?)"


def opened(path: Path, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    """A connection with the product's settings."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in pragmas:
        db.execute(f"PRAGMA {pragma}")
    return db


def hop(bus_file: Path, store_file: Path, batch: int) -> float:
    """Takes every event of the first topic through; returns events a second."""
    bus, store = opened(bus_file, BUS), opened(store_file, STORE)
    begun, after, count = time.perf_counter(), 0, 0
    end = bus.execute("SELECT max(seq) FROM log_1").fetchone()[0]
    while rows := bus.execute(READ, (after, end, batch)).fetchall():
        made = decide(store, rows)
        numbers = commit(store, made)
        after, count = rows[-1][0], count + len(rows)
        publish(bus, made, after, trim=count % 1000 == 0)
        store.execute("PRAGMA synchronous = NORMAL")
        store.execute("BEGIN IMMEDIATE")
        store.executemany(PUBLISHED, [(numbers[0], numbers[-1])])
        store.execute("COMMIT")
        store.execute("PRAGMA synchronous = FULL")
    seconds = time.perf_counter() - begun
    bus.close()
    store.close()
    return count / seconds


Made = dict[str, Any]


def decide(store: sqlite3.Connection, rows: list[Any]) -> list[Made]:
    """Reads what the events are about, and makes what follows from each."""
    events = [
        (key, orjson.loads(headers), orjson.loads(value)) for _, _, key, headers, value in rows
    ]
    keys = listed([key for key, _, _ in events])
    states = {row[2]: row for row in store.execute(ROWS, (keys, KIND, TENANT))}
    made = []
    for key, headers, value in events:
        state = orjson.loads(states[key][7])
        state["count"] += 1
        state["last"] = value["occurred_at"]
        made.append(made_of(key, headers, value, state, states[key]))
    return made


def made_of(key: str, headers: dict[str, str], value: Made, state: Made, row: Any) -> Made:
    """One event's new state, its outgoing event and that one's record."""
    id_ = headers["ce_id"]
    name = named(f"event\x1f{id_}\x1flead.opened.v1\x1f0")
    parent = headers["ce_traceparent"]
    trace = f"{parent[:36]}{name[19:23]}{name[24:]}{parent[52:]}"
    out = {
        **headers,
        "ce_id": name,
        "ce_traceparent": trace,
        "ce_type": "lead.opened.v1",
        "ce_source": "/bench",
        "ce_dataschema": "urn:leadwire:lead.opened.v1",
        "ce_causationid": id_,
        "ce_recordedtime": headers["ce_time"],
    }
    data = orjson.dumps(value)
    source, subject, campaign = (out[f"ce_{name}"] for name in ("source", "subject", "campaign"))
    attributes = (
        subject,
        campaign,
        out["ce_correlationid"],
        id_,
        trace,
        None,
        "live",
        "life",
        None,
    )
    event = (name, out["ce_type"], source, micros(out["ce_time"]), key, value, *attributes)
    return {
        "id": id_,
        "key": key,
        "version": row[3] + 1,
        "data": orjson.dumps(state).decode(),
        "event": orjson.dumps(event).decode(),
        "headers": orjson.dumps(out),
        "value": data,
    }


def micros(text: str) -> int:
    """A moment as the outbox keeps it."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def named(text: str) -> str:
    """A UUIDv5, the quick way."""
    digest = SPACE.copy()
    digest.update(text.encode())
    t = digest.hexdigest()
    return f"{t[:8]}-{t[8:12]}-5{t[13:16]}-{'89ab'[int(t[16], 16) % 4]}{t[17:20]}-{t[20:32]}"


def commit(store: sqlite3.Connection, made: list[Made]) -> range:
    """Inbox, states and outbox in one transaction; returns the outbox numbers."""
    store.execute("BEGIN IMMEDIATE")
    first, journal, timer = store.execute(COUNTERS).fetchone()
    taken = store.execute(TAKEN, (listed([one["id"] for one in made]), AGENT)).fetchall()
    keys = listed([one["key"] for one in made])
    places = {row[0]: row for row in store.execute(VERSIONS, (keys, KIND, TENANT))}
    assert not taken
    assert all(places[one["key"]][1] + 1 == one["version"] for one in made)
    store.executemany(TAKE, [(AGENT, one["id"], 0) for one in made])
    store.executemany(
        STAY, [(one["version"], 1, one["data"], places[one["key"]][6]) for one in made]
    )
    numbers = range(first + 1, first + 1 + len(made))
    store.executemany(
        QUEUE,
        [(n, "lead.opened", 0, None, one["event"]) for n, one in zip(numbers, made, strict=True)],
    )
    store.execute(COUNT, (numbers[-1], journal, timer))
    store.execute("COMMIT")
    return numbers


def publish(bus: sqlite3.Connection, made: list[Made], after: int, *, trim: bool) -> None:
    """The records into the bus, with the offsets; what was consumed goes a thousand at a time."""
    flat = [v for one in made for v in (0, one["key"], one["headers"], one["value"])]
    bus.execute("BEGIN IMMEDIATE")
    at, left = 0, len(made)
    for size in SIZES:
        while left >= size:
            values = ",".join(["(?,?,?,?)"] * size)
            bus.execute(
                f"INSERT INTO log_2 (partition,key,headers,value) VALUES {values}",
                flat[at : at + 4 * size],
            )
            at, left = at + 4 * size, left - size
    bus.execute(SAVE, (AGENT, 1, f"[{after},{after},{after},{after}]"))
    if trim:
        bus.execute("DELETE FROM log_1 WHERE seq <= ?", (after - 1,))
    bus.execute("COMMIT")


def listed(values: list[str]) -> str:
    """A list as SQLite's json_each takes it."""
    return orjson.dumps(values).decode()
