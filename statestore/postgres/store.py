"""The port over one database: starts and stops, and hands every call to its statements.

Units go to the writer (`writing`), everything else is one statement over the pool (`asking`).
Machine seconds of the caller are turned into the server's here and back (`clocks`).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from contracts.ids import (
    AccountId,
    AddressHash,
    LeadId,
    PartitionKey,
    ResourceId,
    SendId,
    TenantId,
)
from contracts.outcome import SendState
from statestore.base import (
    Backlog,
    DeadLetter,
    Lease,
    Line,
    OutboxRow,
    PoolDemand,
    Ref,
    Result,
    Row,
    Send,
    StateStore,
    Stop,
    StoreInfo,
    Timer,
    Unit,
    Usage,
)
from statestore.errors import StoreError, Unavailable
from statestore.migrations import migrations
from statestore.postgres import checking, clocks, connecting, deeds, reading, timing
from statestore.postgres.address import Address
from statestore.postgres.asking import Asking
from statestore.postgres.clocks import Offset
from statestore.postgres.failures import translated
from statestore.postgres.writing import LANES, Writer


class PostgresStore(StateStore):
    """The port over one database, shared by any number of processes and hosts.

    `elapsed` is the caller's machine time, which leases are given in; `wall` its wall clock, to be
    compared with the server's at the start (None: not compared, as under a stepped clock). `grace`
    is for how many machine seconds this process alone publishes the events that it commits: its
    relay has them in memory, and others would publish them once more.
    """

    def __init__(
        self,
        address: Address,
        password: str | None,
        *,
        elapsed: Callable[[], float],
        wall: Callable[[], datetime] | None = None,
        grace: float = 0.0,
    ) -> None:
        self.address = address
        self._place = str(address)
        self._password = password
        self._elapsed = elapsed
        self._wall = wall
        self._grace = grace
        self._pool: asyncpg.Pool[Any] | None = None
        self._asking: Asking | None = None
        self._writer: Writer | None = None
        self._known: Offset | None = None
        self._measuring: asyncio.Task[None] | None = None
        self._facts: checking.Found | None = None

    # starting and stopping

    async def start(self) -> None:
        """Opens connections and checks the database.

        Raises Unavailable, OldSchema, NewSchema, Corrupt, Misplaced or Unfit with the remedy.
        """
        pool = await connecting.pool(self.address, self._password)
        try:
            async with pool.acquire() as connection:
                self._facts = await checking.check(connection, migrations("postgres"), self._place)
                self._known = await clocks.measured(connection.fetchval, self._elapsed)
            if self._wall is not None:
                checking.check_skew(self.skew(), self._place)
        except (StoreError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            pool.terminate()
            raise translated(error, self._place) from error
        lanes = max(self.address.connections - LANES, 1)
        self._pool = pool
        self._asking = Asking(pool, self._place, pooled=self.address.pooled, lanes=lanes)
        self._writer = Writer(pool, self._place, self._offset, self._kept)

    async def stop(self) -> None:
        """Finishes what is under way and closes; stopping twice does nothing."""
        writer, pool = self._writer, self._pool
        self._writer = self._asking = self._pool = None
        if writer is not None:
            await writer.close()
        if self._measuring is not None:
            await asyncio.wait([self._measuring])
        if pool is not None:
            await _closed(pool)

    def skew(self) -> timedelta:
        """Returns how far this host's wall clock is ahead of the server's; zero where no wall clock
        was given."""
        if self._wall is None or self._known is None:
            return timedelta()
        return clocks.skew(self._known, self._wall(), self._elapsed())

    @property
    def home(self) -> str:
        """Where the database is: its cluster's identifier, and its number there."""
        assert self._facts is not None
        return self._facts.home

    @property
    def asking(self) -> Asking:
        """Single statements, for what an operator does (`upkeep`); raises Unavailable before the
        start."""
        if self._asking is None:
            raise Unavailable(f"{self._place}: the store is not started")
        return self._asking

    # machine time

    def _offset(self) -> float:
        """Server seconds minus machine seconds; measured again behind the caller's back."""
        if self._known is None:
            raise Unavailable(f"{self._place}: the store is not started")
        due = self._elapsed() - self._known.measured >= clocks.EVERY
        if due and self._measuring is None and self._asking is not None:
            self._measuring = asyncio.create_task(self._measure(self._asking))
        return self._known.seconds

    async def _measure(self, asking: Asking) -> None:
        try:
            found = await clocks.measured(asking.value, self._elapsed)
            self._known = clocks.later(self._known, found)
        except StoreError:
            pass  # the next call tries again
        finally:
            self._measuring = None

    def _kept(self) -> float | None:
        """Until when, by machine time, new events are left to this process."""
        return self._elapsed() + self._grace if self._grace else None

    # writing

    async def commit(self, units: Sequence[Unit]) -> list[Result]:
        if self._writer is None:
            raise Unavailable(f"{self._place}: the store is not started")
        return await self._writer.commit(units) if units else []

    # rows

    async def rows(self, refs: Iterable[Ref]) -> dict[Ref, Row]:
        named = list(refs)
        return await reading.rows(self.asking, named) if named else {}

    async def children(
        self, tenant_parents: Iterable[tuple[TenantId, str]], kind: str
    ) -> dict[tuple[TenantId, str], list[Row]]:
        pairs = list(tenant_parents)
        return await reading.children(self.asking, pairs, kind) if pairs else {}

    async def scan(
        self,
        tenant: TenantId | None,
        kind: str,
        *,
        status: str | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[Row]:
        return await reading.scan(self.asking, tenant, kind, status, after, limit)

    # consumed ids, outbox, dead letters

    async def consumed(self, agent: str, ids: Sequence[str]) -> set[str]:
        return await reading.consumed(self.asking, agent, ids) if ids else set()

    async def outbox(
        self, now: datetime, limit: int, *, machine: float, lease: float
    ) -> list[OutboxRow]:
        at = machine + self._offset()
        return await deeds.claim_outbox(self.asking, now, limit, at, at + lease)

    async def published(self, numbers: Sequence[int]) -> None:
        if numbers:
            await deeds.delete_published(self.asking, numbers)

    async def dead_letters(
        self, tenant: TenantId | None, *, agent: str | None = None, state: str | None = "dead"
    ) -> list[DeadLetter]:
        return await reading.dead_letters(self.asking, tenant, agent, state)

    async def settle_dead(self, id_: str, *, state: str, note: str, at: datetime) -> bool:
        return await deeds.settle_dead(self.asking, id_, state, note, at)

    async def forget_consumed(self, before: datetime, limit: int = 10_000) -> int:
        return await deeds.forget_consumed(self.asking, before, limit)

    # stops, ledger, quota, credit

    async def stops(
        self, pairs: Iterable[tuple[TenantId, str]]
    ) -> dict[tuple[TenantId, str], list[Stop]]:
        named = list(pairs)
        return await reading.stops(self.asking, named) if named else {}

    async def stops_of(
        self, tenant: TenantId | None, *, holding_at: datetime | None = None
    ) -> list[Stop]:
        return await reading.stops_of(self.asking, tenant, holding_at)

    async def sends(self, tenant: TenantId | None, ids: Iterable[SendId]) -> dict[SendId, Send]:
        named = list(ids)
        return await reading.sends(self.asking, tenant, named, self._offset()) if named else {}

    async def sends_of(self, tenant: TenantId, leads: Sequence[LeadId]) -> dict[LeadId, list[Send]]:
        if not leads:
            return {}
        return await reading.sends_of(self.asking, tenant, leads, self._offset())

    async def sends_to(
        self, tenant: TenantId, addresses: Sequence[AddressHash]
    ) -> dict[AddressHash, list[Send]]:
        if not addresses:
            return {}
        return await reading.sends_to(self.asking, tenant, addresses, self._offset())

    async def sends_in(
        self, state: SendState, *, tenant: TenantId | None = None, limit: int = 1000
    ) -> list[Send]:
        return await reading.sends_in(self.asking, state, tenant, limit, self._offset())

    async def expired_claims(self, machine: float, limit: int = 1000) -> list[Send]:
        return await reading.expired_claims(self.asking, machine, limit, self._offset())

    async def retries_due(self, now: datetime, limit: int = 1000) -> list[Send]:
        return await reading.retries_due(self.asking, now, limit, self._offset())

    async def usage(
        self, resources: Sequence[ResourceId], since: datetime, now: datetime
    ) -> dict[ResourceId, Usage]:
        return await reading.usage(self.asking, resources, since, now) if resources else {}

    async def credit(self, tenants: Iterable[TenantId]) -> dict[TenantId, int]:
        named = list(tenants)
        return await reading.credit(self.asking, named) if named else {}

    # timers

    async def timers(self, agent: str, keys: Iterable[PartitionKey]) -> dict[PartitionKey, Timer]:
        named = list(keys)
        return await timing.timers(self.asking, agent, named, self._offset()) if named else {}

    async def due_timers(self, now: datetime, machine: float, limit: int) -> list[Timer]:
        offset = self._offset()
        return await timing.due_timers(self.asking, now, machine + offset, limit, offset)

    async def due_pools(self, now: datetime, machine: float) -> dict[str, PoolDemand]:
        return await timing.due_pools(self.asking, now, machine + self._offset())

    async def due_in_pool(
        self, pool: str, now: datetime, machine: float, limit: int, *, unmarked: bool = False
    ) -> list[Timer]:
        offset = self._offset()
        return await timing.due_in_pool(
            self.asking, pool, now, machine + offset, limit, offset, unmarked=unmarked
        )

    async def pool_ahead(self, pools: Sequence[str], until: datetime) -> dict[str, int]:
        return await timing.pool_ahead(self.asking, pools, until) if pools else {}

    async def next_due(self, machine: float) -> datetime | None:
        return await timing.next_due(self.asking, machine + self._offset())

    # leases, history, information

    async def acquire(self, name: str, owner: str, machine: float, seconds: float) -> Lease | None:
        until, offset = machine + seconds, self._offset()
        epoch = await deeds.acquire(self.asking, name, owner, machine + offset, until + offset)
        return None if epoch is None else Lease(name=name, owner=owner, epoch=epoch, until=until)

    async def release(self, lease: Lease) -> None:
        await deeds.release(self.asking, lease)

    async def journal(
        self,
        tenant: TenantId,
        *,
        lead: LeadId | None = None,
        account: AccountId | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Line]:
        return await reading.journal(self.asking, tenant, lead, account, after, limit)

    async def tally(
        self, tenant: TenantId | None, since: datetime, until: datetime
    ) -> dict[tuple[str, str, str], int]:
        return await reading.tally(self.asking, tenant, since, until)

    async def backlog(self, now: datetime, machine: float) -> Backlog:
        return await timing.backlog(self.asking, now, machine + self._offset())

    async def erase(self, tenant: TenantId, lead: LeadId, at: datetime) -> int:
        return await deeds.erase(self.asking, tenant, lead, at)

    async def info(self) -> StoreInfo:
        words = await deeds.meta(self.asking)
        assert self._facts is not None
        moved = words.get("home") != self._facts.home
        return StoreInfo(
            engine="postgres",
            schema=self._facts.schema,
            incarnation=words.get("incarnation") or "",
            durable=self._facts.durable,
            closed=words.get("closed") or (checking.COPY if moved else None),
            shared=True,
        )

    async def close_sending(self, reason: str | None) -> None:
        await deeds.put_meta(self.asking, "closed", reason)


async def _closed(pool: "asyncpg.Pool[Any]") -> None:
    """Closes a pool, however long its server takes to answer."""
    try:
        await asyncio.wait_for(pool.close(), connecting.CONNECT_SECONDS)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pool.terminate()
