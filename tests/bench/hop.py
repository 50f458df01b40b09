"""One hop through the product: consume → commit (inbox, state, outbox) → relay → publish.

Facts wait in the bus file, the state of two thousand keys in the store. An agent takes them by the
turn of `agents/base.py`: each adds to its key's row and causes one fact, which the relay publishes.
A round ends when all of them are in the bus, no outbox row is left, and every offset is saved.
`raw_sqlite.py` runs the same SQL on the same two files without bus, store, turn or model; the
figure is what we reach of it, round by round.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agents import collector
from agents.base import Commits, Deciding, DecidingTurn, Group, Reads, View
from agents.outbox import OutboxRelay
from agents.ports import SystemClock
from bus.base import Delivery, Subscription
from bus.codec import encode
from bus.sqlite import SqliteBus
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import CampaignId, LeadId, PartitionKey, SendId, event_id, partition_key
from contracts.outcome import Channel
from statestore.base import Outgoing, Ref, RowWrite, Unit
from statestore.sqlite import SqliteStore
from tests.bench import raw_sqlite
from tests.bench.rounds import interleaved, ratio, row

EVENTS = 10_000
KEYS = 2000
BATCH = 500
IN, OUT = "lead.delivered", "lead.opened"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
TENANT, KIND, AGENT = "acme", "counts", "bench"


def fact(number: int, place: int | None = None) -> Event:
    """The fact that comes in, about the lead at a place (one after another where none is named)."""
    moment = START + timedelta(seconds=number)
    place = number % KEYS if place is None else place
    name = LeadId(f"lead-{place}")
    said = lead.Delivered(
        lead_id=name,
        occurred_at=moment,
        channel=Channel.EMAIL,
        send_id=SendId(event_id("send", "x", number)),
    )
    return registry.produce(
        said,
        key=partition_key(TENANT, f"account-{place}"),
        source="/inbox",
        cause=f"webhook-{number}",
        campaign=CampaignId("spring"),
        correlation=event_id("bench", "correlation", number),
        incarnation="life",
        recorded=moment,
    )


class Counting(Deciding):
    """Counts a key's facts in its row, and says so: the smallest agent that does all of a hop."""

    name = AGENT
    topics = (IN,)

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        if view.rows:
            return Reads()
        return Reads(rows=tuple(Ref(events[0].tenant, KIND, key) for key, events in groups))

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit:
        first = events[0]
        ref = Ref(first.tenant, KIND, key)
        row_ = view.rows[ref]
        data = dict(row_.data)
        data["count"] += len(events)
        out = []
        for event in events:
            data["last"] = event.data["occurred_at"]
            said = lead.Opened(
                lead_id=event.data["lead_id"],
                occurred_at=event.time,
                channel=event.data["channel"],
                send_id=event.data["send_id"],
            )
            made = registry.produce(said, key=key, source="/bench", cause=event)
            out.append(Outgoing(event=made))
        write = RowWrite(
            ref=ref, expect=row_.version, data=data, parent=row_.parent, status=row_.status
        )
        return Unit(tenant=first.tenant, rows=(write,), events=tuple(out))


def seeds() -> list[RowWrite]:
    """Every key's row before the first fact."""
    data = {"count": 0, "last": None, "name": "An ordinary row of some two hundred bytes", "n": 1}
    return [
        RowWrite(
            ref=Ref(TENANT, KIND, partition_key(TENANT, f"account-{number}")),  # type: ignore[arg-type]
            expect=0,
            data={**data, "notes": "x" * 80},
        )
        for number in range(KEYS)
    ]


async def prepared(folder: Path, facts: Sequence[Event]) -> None:
    """Makes both files: facts in the bus, rows in the store."""
    store = SqliteStore(folder / "store.db", incarnation="life")
    await store.start()
    await store.commit([Unit(tenant=write.ref.tenant, rows=(write,)) for write in seeds()])
    await store.stop()
    bus = SqliteBus(folder / "bus.db", (IN, OUT))
    await bus.start()
    await bus.publish([encode(event) for event in facts])
    await bus.stop()


async def ours(folder: Path, count: int) -> float:
    """Lets the product do the hop; returns events a second."""
    clock = SystemClock()
    store = SqliteStore(folder / "store.db", incarnation="life")
    bus = SqliteBus(folder / "bus.db", (IN, OUT))
    await store.start()
    relay = OutboxRelay(store, bus, clock)
    turn = DecidingTurn(Counting(), Commits(store, relay, clock, "life"))
    relaying = asyncio.create_task(relay.run())
    await bus.start()
    taken, handled = 0, asyncio.Event()

    async def handler(batch: Sequence[Delivery]) -> None:
        nonlocal taken
        await turn(batch)
        taken += len(batch)
        if taken == count:
            handled.set()

    begun = time.perf_counter()
    bus.subscribe(Subscription(group=AGENT, topics=(IN,), handler=handler, batch=BATCH))
    await handled.wait()
    while relay.pending:  # noqa: ASYNC110  # no event says so
        await asyncio.sleep(0.001)
    await bus.flush()
    seconds = time.perf_counter() - begun
    relaying.cancel()
    await bus.stop()
    await store.stop()
    return count / seconds


def one_round(facts: Sequence[Event], raw: bool) -> float:
    """One round on fresh files, by the product or by the bare loop."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(prepared(folder, facts))
        if raw:
            figure = raw_sqlite.hop(folder / "bus.db", folder / "store.db", BATCH)
        else:
            figure = asyncio.run(ours(folder, len(facts)))
        check(folder, len(facts))
    return figure


def check(folder: Path, count: int) -> None:
    """Raises where a hop did not do all of its work."""
    bus, store = sqlite3.connect(folder / "bus.db"), sqlite3.connect(folder / "store.db")
    figures = {
        "published": bus.execute("SELECT count(*) FROM log_2").fetchone()[0],
        "taken": store.execute("SELECT count(*) FROM inbox").fetchone()[0],
        "counted": store.execute(
            "SELECT sum(json_extract(data, '$.count')) FROM states"
        ).fetchone()[0],
        "left": store.execute("SELECT count(*) FROM outbox").fetchone()[0],
    }
    bus.close()
    store.close()
    if figures != {"published": count, "taken": count, "counted": count, "left": 0}:
        raise AssertionError(f"{count} events went in, this came of it: {figures}")


def rows() -> Iterator[dict[str, Any]]:
    """Measures, and returns the rows that `make bench` prints."""
    facts = [fact(number) for number in range(EVENTS)]
    collector.settle()
    figures = interleaved(
        {
            "hop_embedded_events_a_second": lambda: one_round(facts, raw=False),
            "hop_raw_sqlite_events_a_second": lambda: one_round(facts, raw=True),
        }
    )
    for name, figure in figures.items():
        yield row(name, figure, "events/s")
    yield ratio("hop_embedded_vs_raw_sqlite", *figures.values())


if __name__ == "__main__":
    import json

    for line in rows():
        print(json.dumps(line))
