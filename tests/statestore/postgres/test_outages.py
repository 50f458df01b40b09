"""The server is killed, restarted, or throws connections out: nothing that was answered is lost,
and what was not answered is settled by committing it again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from agents.ports import SystemClock
from statestore.base import Committed, Duplicate, StateStore, Unit
from statestore.errors import Unavailable
from statestore.postgres import PostgresStore
from tests.services.postgres import PASSWORD, ROLE, Cluster, Databases, Server
from tests.statestore.postgres.places import opened, patiently
from tests.statestore.values import at, out, ref, row, took, unit, wins

LANES, EACH, SIZE = 4, 40, 5
Blow = Callable[[int], Awaitable[None]]


def batch(lane: int, number: int) -> list[Unit]:
    """A few units with names of their own."""
    names = [f"{lane}-{number}-{n}" for n in range(SIZE)]
    return [unit(consumed=took(name), rows=row(name), events=out(f"e-{name}")) for name in names]


async def load(store: StateStore, lane: int, said: Counter[str], blow: Blow) -> None:
    """Commits batch after batch, each again until it is answered."""
    for number in range(EACH):
        await blow(lane * EACH + number)
        units = batch(lane, number)
        doubtful = False
        while True:
            try:
                results = await store.commit(units)
            except Unavailable:
                said["unavailable"] += 1
                doubtful = True
                await asyncio.sleep(0.05)
                continue
            kinds = {type(result) for result in results}
            assert kinds <= ({Committed, Duplicate} if doubtful else {Committed}), results
            assert len(kinds) == 1, "a batch is one transaction"
            said[kinds.pop().__name__] += 1
            break


async def whole(server: Server, name: str) -> tuple[int, int, int]:
    """How many ids, rows and events the database holds."""
    [found] = await server.ask(
        "SELECT (SELECT count(*) FROM leadwire.inbox), (SELECT count(*) FROM leadwire.states), "
        "(SELECT count(*) FROM leadwire.outbox)",
        database=name,
    )
    return tuple(found)


async def through(cluster: Cluster, blow: Blow) -> Counter[str]:
    """Runs the load against blows, and checks that all of it is there once."""
    await cluster.server.database("outage")
    said: Counter[str] = Counter()
    async with asyncio.timeout(240), opened(cluster.server, "outage") as store:
        await asyncio.gather(*(load(store, lane, said, blow) for lane in range(LANES)))
        every = LANES * EACH * SIZE
        assert await whole(cluster.server, "outage") == (every, every, every)
    assert said["Committed"] + said["Duplicate"] == LANES * EACH
    return said


async def test_a_killed_server_loses_nothing_that_was_answered(private_postgres: Cluster) -> None:
    """Given a server whose processes are all killed in mid-load, twice, and started again, then
    every answered unit is there, every other one is settled by its next commit, none twice."""

    async def blow(turn: int) -> None:
        if turn in (12, 28):
            await asyncio.to_thread(private_postgres.kill)
            await asyncio.to_thread(private_postgres.start)

    said = await through(private_postgres, blow)
    assert said["unavailable"] >= 1


async def test_a_restart_under_load_is_waited_out(private_postgres: Cluster) -> None:
    """Given a server that is restarted in good order under load, then the same holds, on the same
    store object."""

    async def blow(turn: int) -> None:
        if turn == 50:
            await asyncio.to_thread(private_postgres.stop)
            await asyncio.to_thread(private_postgres.start)

    await through(private_postgres, blow)


async def test_connections_thrown_out_in_mid_commit(private_postgres: Cluster) -> None:
    """Given an administrator who ends all of our connections again and again, wherever they are,
    then every unit commits once."""
    server = private_postgres.server

    async def blow(turn: int) -> None:
        if turn % 6 == 0:
            await server.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", ROLE
            )

    await through(private_postgres, blow)


async def test_a_server_that_is_away_is_unavailable(private_postgres: Cluster) -> None:
    """Given a server that is down, then reads and writes say so with its address, and once it is up
    the same store serves again; a stop that was asked for meanwhile can be written."""
    server = private_postgres.server
    await server.database("away")
    async with opened(server, "away") as store:
        await wins(store, unit(rows=row("l1")))
        await asyncio.to_thread(private_postgres.stop)
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: store.rows([ref("l1")]),
            lambda: store.commit([unit(rows=row("l2"))]),
            lambda: store.backlog(at(), 0),
            lambda: store.acquire("sweep", "one", 0, 60),
            lambda: store.info(),
        ]
        for call in calls:
            with pytest.raises(Unavailable, match=str(private_postgres.port)):
                await call()
        await asyncio.to_thread(private_postgres.start)
        assert set(await patiently(lambda: store.rows([ref("l1")]))) == {ref("l1")}
        await wins(store, unit(rows=row("l2")))
    unborn = PostgresStore(server.address("away"), PASSWORD, elapsed=SystemClock().elapsed)
    for gone in (store, unborn):
        for asked in (gone.rows([ref("l1")]), gone.due_timers(at(), 0, 1), gone.commit([unit()])):
            with pytest.raises(Unavailable, match="not started"):
                await asked


async def test_a_session_that_takes_no_writes_is_left(databases: Databases) -> None:
    """Given sessions with a server that was the primary once, then what is written goes through
    sessions that are opened anew; while those take none either, the text says what is wrong."""
    name = await databases.empty(1)
    alter = f'ALTER DATABASE "{name}" '
    read_only = "default_transaction_read_only"
    await databases.server.run(f"{alter}SET {read_only} = on")
    try:
        async with opened(databases.server, name) as store:
            with pytest.raises(Unavailable, match=r"takes no writes.*name the primary"):
                await store.commit([unit(rows=row("l1"))])
            with pytest.raises(Unavailable, match="takes no writes"):
                await store.acquire("sweep", "one", 0, 60)
            await databases.server.run(f"{alter}RESET {read_only}")
            await wins(store, unit(rows=row("l1")))
            assert await store.acquire("sweep", "one", 0, 60)
    finally:
        await databases.server.run(f"{alter}RESET {read_only}")


async def test_a_full_server_says_what_to_turn(databases: Databases) -> None:
    """Given a role that has as many connections as it may, then the text names both ends."""
    name, role = await databases.empty(1), f"{databases.prefix}_full"
    server = databases.server
    await server.run(f"CREATE ROLE \"{role}\" LOGIN CONNECTION LIMIT 0 PASSWORD '{PASSWORD}'")
    store = PostgresStore(server.address(name, role), PASSWORD, elapsed=SystemClock().elapsed)
    with pytest.raises(Unavailable, match=r"no connection left.*max_connections.*connections="):
        await store.start()
    await server.run(f'DROP ROLE "{role}"')
