"""How many events a second go through the buses, beside a bare loop over the SQLite bus's own SQL.

A round publishes ordinary events (about 700 bytes with their headers) in batches of 500 while one
group consumes them in batches of 500, and ends when the last one is handled and, on SQLite, its
offset is in the file. The bare loop writes the same rows, offsets and deletions with the same
statements, and hands its rows over by a list. Messages are encoded before the clock starts.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bus.base import Delivery, Message, MessageBus, Subscription
from bus.codec import encode
from bus.memory import MemoryBus
from bus.records import pack
from bus.sqlite import SqliteBus
from bus.sqlite.file import connect, prepare
from contracts.envelope import Event
from contracts.ids import CampaignId, LeadId, event_id, partition_key
from tests.bench.rounds import interleaved, ratio, row

EVENTS = 20_000
BATCH = 500
TOPIC = "lead.contacted"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def event(number: int) -> Event:
    """An ordinary fact: ids, a step, a moment."""
    lead = LeadId(f"lead-{number % 2000}")
    moment = START + timedelta(seconds=number)
    data = {
        "lead_id": lead,
        "occurred_at": moment.isoformat(),
        "channel": "email",
        "send_id": event_id("send", "x", number),
        "step": 1,
        "attempt": 1,
        "resource": "mailbox-1",
    }
    return Event(
        id=event_id("bench", "lead.contacted.v1", number),
        type="lead.contacted.v1",
        source="leadwire/sender",
        time=moment,
        recorded=moment,
        key=partition_key("acme", f"account-{number % 2000}"),
        subject=lead,
        campaign=CampaignId("spring"),
        correlation=event_id("bench", "correlation", number),
        causation=event_id("bench", "causation", number),
        incarnation=event_id("bench", "incarnation"),
        data=data,
    )


def messages() -> list[Message]:
    """What every round publishes."""
    return [encode(event(number)) for number in range(EVENTS)]


async def through(bus: MessageBus, published: Sequence[Message]) -> float:
    """Publishes and consumes; returns events a second."""
    count, done = 0, asyncio.Event()

    async def handler(batch: Sequence[Delivery]) -> None:
        nonlocal count
        count += len(batch)
        if count == len(published):
            done.set()

    bus.subscribe(Subscription(group="bench", topics=(TOPIC,), handler=handler, batch=BATCH))
    await bus.start()
    begun = time.perf_counter()
    for start in range(0, len(published), BATCH):
        await bus.publish(published[start : start + BATCH])
        await asyncio.sleep(0)
    await done.wait()
    await bus.stop()
    return len(published) / (time.perf_counter() - begun)


def memory(published: Sequence[Message]) -> float:
    """One round through the memory bus."""
    return asyncio.run(through(MemoryBus([TOPIC]), published))


def sqlite(published: Sequence[Message]) -> float:
    """One round through the SQLite bus."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(through(SqliteBus(Path(folder) / "bus.db", [TOPIC]), published))


def raw(published: Sequence[Message]) -> float:
    """One round of the bare loop; what the bus computes for its rows is computed before."""
    rows = [(i % 4, m.key, pack(m.headers), m.value) for i, m in enumerate(published)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw.db"
        db = connect(path)
        prepare(db, path, [TOPIC], 4)
        begun = time.perf_counter()
        bare(db, rows)
        seconds = time.perf_counter() - begun
        db.close()
    return len(published) / seconds


def bare(db: sqlite3.Connection, rows: Sequence[tuple[int, str, bytes, bytes]]) -> None:
    """The same SQL: rows in, offsets saved, consumed pieces deleted, 500 a transaction."""
    inserts = {
        size: "INSERT INTO log_1 (partition,key,headers,value) VALUES "
        + ",".join(["(?,?,?,?)"] * size)
        for size in (256, 128, 64, 32, 16, 4)
    }
    for end in range(BATCH, len(rows) + 1, BATCH):
        flat = [value for row in rows[end - BATCH : end] for value in row]
        db.execute("BEGIN IMMEDIATE")
        at = 0
        for size in (256, 128, 64, 32, 16, 4):
            db.execute(inserts[size], flat[at : at + 4 * size])
            at += 4 * size
        offsets = f"[{end},{end},{end},{end}]"
        db.execute("INSERT OR REPLACE INTO offsets VALUES ('bench', 1, ?)", (offsets,))
        if end % (2 * BATCH) == 0 and end > 2 * BATCH:
            db.execute("DELETE FROM log_1 WHERE seq <= ?", (end - 2 * BATCH,))
        db.execute("COMMIT")


def rows() -> Iterator[dict[str, Any]]:
    """Measures, and returns the rows that `make bench` prints."""
    published = messages()
    figures = interleaved(
        {
            "bus_memory_events_a_second": lambda: memory(published),
            "bus_sqlite_events_a_second": lambda: sqlite(published),
            "bus_raw_sqlite_events_a_second": lambda: raw(published),
        }
    )
    for name, seconds in figures.items():
        yield row(name, seconds, "events/s")
    yield ratio(
        "bus_sqlite_vs_raw_sqlite",
        figures["bus_sqlite_events_a_second"],
        figures["bus_raw_sqlite_events_a_second"],
    )


if __name__ == "__main__":
    import json

    for figure in rows():
        print(json.dumps(figure))
