"""Several stores on one database, as several processes and hosts are: nobody wins twice."""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from agents.ports import SystemClock
from contracts.ids import SendId
from statestore.base import (
    Committed,
    CreditMove,
    Lost,
    NoStop,
    QuotaSettle,
    SendWrite,
    StateStore,
    TimerLease,
    Unit,
)
from statestore.postgres import PostgresStore
from tests.services.postgres import Databases
from tests.statestore.postgres.places import opened
from tests.statestore.values import (
    T,
    admit,
    at,
    codes,
    line,
    out,
    ref,
    reserve,
    row,
    send,
    sets,
    stops,
    took,
    unit,
    wins,
)

ROOT = Path(__file__).resolve().parents[3]
COUNT = 5


@pytest.fixture
async def stores(databases: Databases) -> AsyncIterator[list[PostgresStore]]:
    """Stores of their own connections on one database."""
    name = await databases.empty(1)
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(opened(databases.server, name)) for _ in range(COUNT)
        ]


async def contend(stores: list[PostgresStore], units: list[Unit]) -> Counter[str]:
    """Commits each unit on a store of its turn, all at once."""
    tried = [codes(stores[n % COUNT], one) for n, one in enumerate(units)]
    return Counter(code for [code] in await asyncio.gather(*tried))


async def test_one_expected_version_is_won_once(stores: list[PostgresStore]) -> None:
    """Given twenty contenders of five processes for a row that is not there, then one makes it; for
    its next version, then one writes it."""
    for expect in (0, 1):
        units = [unit(rows=row("l1", expect, value=n)) for n in range(20)]
        assert await contend(stores, units) == {"committed": 1, "version": 19}


async def test_the_last_slot_is_reserved_once(stores: list[PostgresStore]) -> None:
    """Given twenty contenders for the last slot of a resource, then one gets it."""
    await wins(stores[0], *(unit(quota=reserve(f"old{n}", cap=5)) for n in range(4)))
    units = [unit(quota=reserve(f"s{n}", cap=5)) for n in range(20)]
    assert await contend(stores, units) == {"committed": 1, "quota": 19}
    units = [unit(quota=admit(f"a{n}", cap=6)) for n in range(20)]
    assert await contend(stores, units) == {"committed": 1, "quota": 19}


async def test_the_last_slot_is_reserved_once_whatever_the_servers_default(
    databases: Databases,
) -> None:
    """Given a database whose transactions see one snapshot unless they say otherwise, then slots
    are still counted as they stand once the resource is locked."""
    name = await databases.empty(1)
    level = f'ALTER DATABASE "{name}" SET default_transaction_isolation = '
    await databases.server.run(f"{level}'repeatable read'")
    try:
        async with AsyncExitStack() as stack:
            stores = [
                await stack.enter_async_context(opened(databases.server, name))
                for _ in range(COUNT)
            ]
            await test_the_last_slot_is_reserved_once(stores)
    finally:
        await databases.server.run(f"{level}DEFAULT")


async def test_one_touch_is_planned_once(stores: list[PostgresStore]) -> None:
    """Given twenty sends for one touch, or to one address, then one is planned."""
    units = [unit(sends=SendWrite(send=send(f"s{n}", lead="l1"), expect=0)) for n in range(20)]
    assert await contend(stores, units) == {"committed": 1, "unique": 19}
    units = [
        unit(sends=SendWrite(send=send(f"t{n}", address_hash="h1", step=3), expect=0))
        for n in range(20)
    ]
    assert await contend(stores, units) == {"committed": 1, "unique": 19}


async def test_a_fact_is_taken_once(stores: list[PostgresStore]) -> None:
    """Given one event delivered to twenty handlers, then one unit commits and all others are
    duplicates, with one event in the outbox."""
    units = [unit(consumed=took("e1"), rows=row(f"l{n}"), events=out()) for n in range(20)]
    assert await contend(stores, units) == {"committed": 1, "duplicate": 19}
    assert (await stores[0].backlog(at(), 0)).outbox_ready == 1


async def test_a_timer_is_offered_once(stores: list[PostgresStore]) -> None:
    """Given a due timer that all processes have read, then one offers it."""
    await wins(stores[0], unit(timers=sets()))
    [found] = await stores[1].due_timers(at(), 0, 9)
    offer = TimerLease(agent=found.agent, key=found.key, expect=found.version, machine=0, until=9e9)
    units = [unit(timers=offer) for _ in range(20)]
    assert await contend(stores, units) == {"committed": 1, "timer": 19}


async def test_credit_is_spent_once(stores: list[PostgresStore]) -> None:
    """Given seven credits and twenty contenders, then seven spend one."""
    await wins(stores[0], unit(credit=CreditMove(tenant=T, amount=-7)))
    units = [unit(rows=row(f"l{n}"), credit=CreditMove(tenant=T, amount=1)) for n in range(20)]
    assert await contend(stores, units) == {"committed": 7, "credit": 13}
    assert await stores[0].credit([T]) == {T: 0}


async def test_a_lease_has_one_holder(stores: list[PostgresStore]) -> None:
    """Given twenty who ask for a lease at once, then one holds it."""
    tried = [stores[n % COUNT].acquire("sweep", f"owner{n}", 0, 9e8) for n in range(20)]
    assert sum(lease is not None for lease in await asyncio.gather(*tried)) == 1


async def test_repeats_are_all_counted(stores: list[PostgresStore]) -> None:
    """Given equal verdicts from all processes at once, then the line's count is theirs."""
    await wins(stores[0], unit(journal=line(repeat="r")))
    units = [unit(journal=line(repeat="r", seconds=n)) for n in range(20)]
    assert await contend(stores, units) == {"committed": 20}
    assert sum(one.count for one in await stores[0].journal(T)) == 21


async def test_outbox_rows_are_claimed_by_one(stores: list[PostgresStore]) -> None:
    """Given relays that claim at once, then no row goes to two, and each goes to one."""
    await wins(stores[0], *(unit(events=out(f"e{n}")) for n in range(200)))
    seen: list[int] = []

    async def relay(store: StateStore) -> None:
        while rows := await store.outbox(at(), 7, machine=0, lease=900):
            seen.extend(one.number for one in rows)

    await asyncio.gather(*(relay(store) for store in stores))
    assert len(seen) == len(set(seen)) == 200


async def test_a_fresh_event_is_its_own_process_to_publish(databases: Databases) -> None:
    """Given a process whose relay has its events in memory, then no other is offered them until
    its grace is over; a dead one's are."""
    name = await databases.empty(1)
    async with (
        opened(databases.server, name, grace=60.0) as one,
        opened(databases.server, name) as two,
    ):
        await wins(one, unit(events=out()))
        machine = SystemClock().elapsed()
        assert await two.outbox(at(), 9, machine=machine, lease=1) == []
        assert len(await two.outbox(at(), 9, machine=machine + 61, lease=1)) == 1


async def test_no_update_is_lost(stores: list[PostgresStore]) -> None:
    """Given all processes counting up the same ten rows by compare and set in batches of their own
    order, then every success is in the rows: locks taken crosswise end in nobody's loss."""
    wins_: Counter[str] = Counter()

    async def count(store: StateStore, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            refs = [ref(f"c{n}") for n in chance.sample(range(10), 5)]
            there = await store.rows(refs)
            batch = [
                unit(
                    rows=row(
                        one.key,
                        there[one].version if one in there else 0,
                        value=(there[one].data["value"] if one in there else 0) + 1,
                    ),
                    timers=sets(one.key, seed),
                    quota=reserve(f"{seed}-{one.key}", cap=10_000),
                    credit=CreditMove(tenant=T, amount=-1),
                )
                for one in refs
            ]
            for one, result in zip(refs, await store.commit(batch), strict=True):
                assert isinstance(result, Committed | Lost), result
                wins_[one.key] += isinstance(result, Committed)

    await asyncio.gather(*(count(store, n) for n, store in enumerate(stores)))
    found = await stores[0].rows([ref(f"c{n}") for n in range(10)])
    assert {one.key: stored.data["value"] for one, stored in found.items()} == wins_
    assert (await stores[0].credit([T]))[T] == sum(wins_.values())


async def test_stores_in_processes_of_their_own(databases: Databases) -> None:
    """Given two more processes that count up one row beside this one, then it counts all three."""
    name = await databases.empty(1)
    server = databases.server
    command = [sys.executable, "-c", CHILD, server.host, str(server.port), name]
    beside = [await asyncio.create_subprocess_exec(*command, cwd=ROOT) for _ in range(2)]
    async with opened(server, name) as store:
        await count_up(store, 30)
        for one in beside:
            assert await one.wait() == 0
        [found] = (await store.rows([ref("counter")])).values()
        assert (found.version, found.data["value"]) == (90, 90)
        queued = await store.outbox(at(), 999, machine=0, lease=1)
        assert len({one.number for one in queued}) == 90


CHILD = """
import asyncio, sys
from tests.services.postgres import Server
from tests.statestore.postgres.places import opened
from tests.statestore.postgres.test_processes import count_up

async def main():
    async with opened(Server(sys.argv[1], int(sys.argv[2])), sys.argv[3]) as store:
        await count_up(store, 30)

asyncio.run(main())
"""


async def count_up(store: StateStore, times: int) -> None:
    """Adds to the counter by compare and set until it was won so many times."""
    while times:
        found = (await store.rows([ref("counter")])).get(ref("counter"))
        version, value = (found.version, found.data["value"]) if found else (0, 0)
        written = unit(rows=row("counter", version, value=value + 1), events=out())
        [result] = await store.commit([written])
        times -= isinstance(result, Committed)


async def test_a_stop_of_another_process_holds_at_once(stores: list[PostgresStore]) -> None:
    """Given a stop that another process has committed, then the next claim here loses."""
    claim = unit(conditions=NoStop(tenant=T, keys=("global",), at=at(1)))
    assert await codes(stores[0], claim) == ["committed"]
    await wins(stores[1], unit(stops=stops("global", "switch")))
    assert await codes(stores[0], claim) == ["stop"]


async def test_settling_beside_reserving_never_exceeds_a_cap(stores: list[PostgresStore]) -> None:
    """Given claims and settlements of one resource by all processes, then reservations that are
    kept or open never exceed the cap."""
    cap = 10

    async def work(store: StateStore, seed: int) -> int:
        kept = 0
        for n in range(10):
            name = f"{seed}-{n}"
            [code] = await codes(store, unit(quota=reserve(name, cap=cap, seconds=n)))
            if code == "committed":
                keep = n % 2 == 0
                kept += keep
                await wins(store, unit(quota=QuotaSettle(send=SendId(name), commit=keep)))
        return kept

    kept = sum(await asyncio.gather(*(work(store, n) for n, store in enumerate(stores))))
    found = await stores[0].usage([reserve().resource], at(-86_400), at(99))
    assert len(found[reserve().resource].reserved) == kept <= cap
