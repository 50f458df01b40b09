"""What the SQLite store costs: commits a second, due timers among a million, memory with a million.

One store is filled with a million leads (a row of about 500 bytes, a person, a timer each), one
with ten thousand. *Due timer cost* is the time to offer and plan anew a page of due timers, half of
them in a pool: read, lease, write with one event each, as the claimer and the orchestrator do. The
memory is the peak of a fresh process that works on the large store: pages of due timers, commits of
500, rows at random, a sweep over a thousand rows.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from contracts.envelope import Event
from contracts.ids import EventId, LeadId, PartitionKey, TenantId, named
from statestore.base import (
    Consumed,
    Outgoing,
    Ref,
    RowWrite,
    StateStore,
    Timer,
    TimerLease,
    TimerSet,
    Unit,
)
from statestore.sqlite import SqliteStore, connecting
from tests.bench.rounds import interleaved, ratio, row

MANY, FEW = 1_000_000, 10_000
PAGE, PAGES = 50, 20
CHUNK = 2000
COMMITS = 20_000
SINGLE = 1000
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
TENANT, AGENT = TenantId("acme"), "orchestrator"
POOL = "acme/email"
SPREAD = timedelta(days=60)
FACTS = {"name": "An ordinary business with a name", "notes": "x" * 320, "score": 71.5}

T = TypeVar("T")


# ── filling ───────────────────────────────────────────────────────────────────────────────────


def key(number: int) -> PartitionKey:
    """An account's key, spread over the tree as real ids are."""
    return PartitionKey(f"{TENANT}/{named('bench', number)}")


def timer(number: int, due: datetime) -> Timer:
    """Every second one needs a slot of a pool."""
    pool = POOL if number % 2 else None
    return Timer(agent=AGENT, key=key(number), due=due, pool=pool, rank=number % 3)


def lead(number: int, count: int) -> Unit:
    """One lead with its person and its timer; due times are spread evenly over two months."""
    name = key(number)
    due = START + SPREAD * number / count
    person = {"name": f"Person {number}", "email": f"p{number}@shop.example"}
    writes = (
        RowWrite(ref=Ref(TENANT, "lead", name), expect=0, data=FACTS, status="in_sequence"),
        RowWrite(ref=Ref(TENANT, "person", name), expect=0, data=person, parent=name),
    )
    return Unit(tenant=TENANT, rows=writes, timers=(TimerSet(timer=timer(number, due)),))


async def fill(path: Path, count: int) -> None:
    """Makes a store of so many leads, without waiting for the disk at each of the commits."""
    flushing, connecting.SYNCHRONOUS = connecting.SYNCHRONOUS, "OFF"
    try:
        store = SqliteStore(path, inline=True)
        await store.start()
        for start in range(0, count, CHUNK):
            await store.commit([lead(n, count) for n in range(start, min(start + CHUNK, count))])
        await store.stop()
    finally:
        connecting.SYNCHRONOUS = flushing


def on(path: Path, job: Callable[[StateStore], Awaitable[T]]) -> T:
    """Opens a store, does something with it, and closes it."""

    async def run() -> T:
        store = SqliteStore(path)
        await store.start()
        try:
            return await job(store)
        finally:
            await store.stop()

    return asyncio.run(run())


# ── due timers ────────────────────────────────────────────────────────────────────────────────


def moment_of_page(page: int, count: int) -> datetime:
    """When so many pages of a store's timers have fallen due."""
    return START + SPREAD * ((page + 1) * PAGE) / count


async def offer(store: StateStore, found: Sequence[Timer], now: datetime) -> None:
    """Leases a page of timers with an event each, then plans each for much later."""
    leases = [
        Unit(tenant=TENANT, timers=(lease(one),), events=(event(one.key, now),)) for one in found
    ]
    results = await store.commit(leases)
    numbers = [number for result in results for number in getattr(result, "outbox", ())]
    later = now + 2 * SPREAD
    plans = [
        TimerSet(timer=Timer(agent=AGENT, key=one.key, due=later, pool=one.pool, rank=one.rank))
        for one in found
    ]
    await store.commit([Unit(tenant=TENANT, timers=(plan,)) for plan in plans])
    await store.published(numbers)


def lease(found: Timer) -> TimerLease:
    return TimerLease(agent=AGENT, key=found.key, expect=found.version, machine=0.0, until=60.0)


def event(name: PartitionKey, now: datetime) -> Outgoing:
    made = Event(
        id=EventId(named("bench", name, now.isoformat())),
        type="timer.due.v1",
        source="/timers",
        time=now,
        key=name,
        data={"agent": AGENT, "account_id": name, "due": now.isoformat()},
    )
    return Outgoing(event=made)


class Due:
    """Goes through a store's due timers; each round goes on where the last ended."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count, self.page = path, count, 0

    def round(self) -> float:
        """Microseconds a due timer."""
        return on(self.path, self._round)

    async def _round(self, store: StateStore) -> float:
        seconds, offered = 0.0, 0
        for _ in range(PAGES):
            self.page += 1
            now = moment_of_page(self.page, self.count)
            begun = time.perf_counter()
            found = await store.due_timers(now, 1.0, PAGE)
            for pool in await store.due_pools(now, 1.0):
                found += await store.due_in_pool(pool, now, 1.0, PAGE)
            await offer(store, found, now)
            await store.next_due(1.0)
            seconds += time.perf_counter() - begun
            offered += len(found)
        return seconds / max(offered, 1) * 1e6


# ── commits ───────────────────────────────────────────────────────────────────────────────────


def unit(number: int) -> Unit:
    """What a fact costs: its id, the lead's row, one event."""
    name = key(number % FEW)
    consumed = Consumed(agent="bench", ids=(named("in", number),), at=START)
    write = RowWrite(ref=Ref(TENANT, "lead", name), expect=None, data=FACTS, status="in_sequence")
    made = Event(
        id=EventId(named("out", number)),
        type="lead.scored.v1",
        source="/scoring",
        time=START,
        key=name,
        data=FACTS,
        subject=LeadId(name),
    )
    return Unit(tenant=TENANT, consumed=consumed, rows=(write,), events=(Outgoing(event=made),))


def commits(path: Path, count: int, size: int) -> float:
    """Units a second at a number of units a commit, their events published."""
    units = [unit(number) for number in range(count)]

    async def run(store: StateStore) -> float:
        begun = time.perf_counter()
        for start in range(0, count, size):
            results = await store.commit(units[start : start + size])
            await store.published([n for one in results for n in getattr(one, "outbox", ())])
        return count / (time.perf_counter() - begun)

    figure = on(path, run)
    on(path, _forget)
    return figure


async def _forget(store: StateStore) -> None:
    while await store.forget_consumed(START + SPREAD):
        pass


# ── memory ────────────────────────────────────────────────────────────────────────────────────


async def busy(store: StateStore) -> None:
    """An hour of a busy process, in small: everything that reads and writes many rows."""
    for page in range(100):
        now = moment_of_page(page + 10_000, MANY)
        await store.due_timers(now, 1.0, PAGE)
        await store.due_pools(now, 1.0)
        names = [key((page * 7919 + n * 104_729) % MANY) for n in range(500)]
        await store.rows([Ref(TENANT, "lead", name) for name in names])
        await store.commit([unit(page * 500 + n) for n in range(500)])
    await store.scan(TENANT, "lead", status="in_sequence", limit=1000)
    await store.backlog(START, 1.0)


def peak() -> float:
    """The process's own peak, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(one.split()[1]) for one in lines if one.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(path: str) -> None:
    """In a process of its own: works on a store and prints its peak."""
    on(Path(path), busy)
    print(peak())


def memory(path: Path) -> float:
    """The peak of a fresh process that works on a store, in megabytes."""
    command = [sys.executable, "-c", f"from tests.bench import store; store.main({str(path)!r})"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    on(path, _forget)
    return float(done.stdout)


# ── figures ───────────────────────────────────────────────────────────────────────────────────


def rows() -> Iterator[dict[str, Any]]:
    """Measures, and returns the rows that `make bench` prints."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.db", Path(folder) / "many.db"
        for path, count in ((few, FEW), (many, MANY)):
            asyncio.run(fill(path, count))
        figures = interleaved(
            {
                "due_timer_us_10k": Due(few, FEW).round,
                "due_timer_us_1m": Due(many, MANY).round,
                "store_units_a_second_at_500_a_commit": lambda: commits(few, COMMITS, 500),
                "store_units_a_second_at_1_a_commit": lambda: commits(few, SINGLE, 1),
                "rss_mb_1m_leads_sqlite": lambda: memory(many),
            }
        )
    cost = figures.pop("due_timer_us_1m"), figures.pop("due_timer_us_10k")
    yield ratio("due_timer_cost_1m_vs_10k", *cost)
    yield row("due_timer_us_1m", cost[0], "us", 1)
    yield row("due_timer_us_10k", cost[1], "us", 1)
    yield row("rss_mb_1m_leads_sqlite", figures.pop("rss_mb_1m_leads_sqlite"), "MB", 1)
    for name, values in figures.items():
        yield row(name, values, "units/s")


if __name__ == "__main__":
    import json

    for figure in rows():
        print(json.dumps(figure), flush=True)
