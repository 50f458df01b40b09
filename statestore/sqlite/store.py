"""The port over one file: starts and stops, and hands every call to its lane."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

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
from statestore.errors import Unavailable
from statestore.sqlite import deeds, reading, timing
from statestore.sqlite.connecting import READER_PAGES_KIB, connect, snapshot
from statestore.sqlite.failures import translated
from statestore.sqlite.lanes import Inline, Lane, Split, Threaded
from statestore.sqlite.life import Life
from statestore.sqlite.writing import Deed, Units, Writer

T = TypeVar("T")
Read = Callable[[sqlite3.Connection], Any]


class SqliteStore(StateStore):
    """The port over one file.

    `consume` takes the consumer's lock; without it any number of processes may read and write
    (stops, rows, units), but only the one that consumes is alone. `inline` runs statements in the
    caller, for a simulated loop. `incarnation` names the life that begins where the file is new
    (not given: after the file's own birth); a store that is there keeps its own.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        consume: bool = True,
        inline: bool = False,
        incarnation: str | None = None,
    ) -> None:
        self.path = Path(path)
        self._life = Life(self.path, incarnation, consume)
        self._inline = inline
        self._writes: Lane | None = None
        self._reads: Lane | None = None
        self._near: Lane | None = None
        """Reads by name, in the loop's thread."""
        self._open: list[sqlite3.Connection] = []

    # starting and stopping

    async def start(self) -> None:
        """Opens the file, makes it where it is not there, and checks it.

        Raises Misplaced, Locked, Corrupt, OldSchema, NewSchema or Unavailable with the remedy.
        """
        connection = self._life.begin()
        self._open = [connection]
        writer = Writer(connection, self.path)
        if self._inline:
            self._writes = Inline(writer.run)
            self._reads = self._near = Inline(partial(self._answers, connection))
        else:
            near, far = (connect(self.path, pages_kib=READER_PAGES_KIB) for _ in range(2))
            self._open += (near, far)
            self._writes = Split(writer.steps, "store-writer")
            self._near = Inline(partial(self._answers, near))
            self._reads = Threaded(partial(self._answers, far), "store-reader")

    async def stop(self) -> None:
        """Finishes what is under way and closes; stopping twice does nothing."""
        for lane in (self._writes, self._near, self._reads):
            if lane is not None:
                await lane.close()
        self._writes = self._near = self._reads = None
        if self._open:
            self._life.end(self._open[0])
        for connection in self._open:
            connection.close()
        self._open = []

    # the lanes

    def _answers(self, connection: sqlite3.Connection, jobs: Sequence[Read]) -> list[Any]:
        return [self._answer(connection, job) for job in jobs]

    def _answer(self, connection: sqlite3.Connection, job: Read) -> Any:
        try:
            return job(connection)
        except sqlite3.Error as error:
            failure = translated(error, self.path)
            failure.__cause__ = error
            return failure
        except Exception as error:
            return error

    async def _read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        if self._reads is None:
            raise Unavailable(f"{self.path}: the store is not started")
        answer: T = await self._reads.run(job)
        return answer

    async def _named(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Reads what is asked for by name: as much as was named, and nothing to wait for."""
        if self._near is None:
            raise Unavailable(f"{self.path}: the store is not started")
        answer: T = await self._near.run(job)
        return answer

    async def _read_many(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Reads by several statements on one state of the store."""
        return await self._read(lambda connection: snapshot(connection, job))

    async def _write(self, act: Callable[[sqlite3.Connection], T], *, passing: bool = False) -> T:
        if self._writes is None:
            raise Unavailable(f"{self.path}: the store is not started")
        answer: T = await self._writes.run(Deed(act, passing))
        return answer

    # writing

    async def commit(self, units: Sequence[Unit]) -> list[Result]:
        if self._writes is None:
            raise Unavailable(f"{self.path}: the store is not started")
        if not units:
            return []
        results: list[Result] = await self._writes.run(Units(units))
        return results

    # rows

    async def rows(self, refs: Iterable[Ref]) -> dict[Ref, Row]:
        named = list(refs)
        return (
            await self._named(lambda c: snapshot(c, lambda at: reading.rows(at, named)))
            if named
            else {}
        )

    async def children(
        self, tenant_parents: Iterable[tuple[TenantId, str]], kind: str
    ) -> dict[tuple[TenantId, str], list[Row]]:
        pairs = list(tenant_parents)
        return await self._named(lambda c: reading.children(c, pairs, kind)) if pairs else {}

    async def scan(
        self,
        tenant: TenantId | None,
        kind: str,
        *,
        status: str | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[Row]:
        return await self._read(lambda c: reading.scan(c, tenant, kind, status, after, limit))

    # consumed ids, outbox, dead letters

    async def consumed(self, agent: str, ids: Sequence[str]) -> set[str]:
        return await self._named(lambda c: reading.consumed(c, agent, ids)) if ids else set()

    async def outbox(
        self, now: datetime, limit: int, *, machine: float, lease: float
    ) -> list[OutboxRow]:
        until = machine + lease
        claim = partial(deeds.claim_outbox, now=now, limit=limit, machine=machine, until=until)
        return await self._write(claim, passing=True)

    async def published(self, numbers: Sequence[int]) -> None:
        if numbers:
            await self._write(lambda c: deeds.delete_published(c, numbers), passing=True)

    async def dead_letters(
        self, tenant: TenantId | None, *, agent: str | None = None, state: str | None = "dead"
    ) -> list[DeadLetter]:
        return await self._read(lambda c: reading.dead_letters(c, tenant, agent, state))

    async def settle_dead(self, id_: str, *, state: str, note: str, at: datetime) -> bool:
        return await self._write(lambda c: deeds.settle_dead(c, id_, state, note, at))

    async def forget_consumed(self, before: datetime, limit: int = 10_000) -> int:
        old: list[tuple[str, str]] = []
        after: tuple[str, str] | None = ("", "")
        while after is not None and len(old) < limit:
            page = partial(reading.consumed_before, before=before, after=after)
            found, after = await self._read(page)
            old += found
        forget = partial(deeds.forget_consumed, names=old[:limit])
        return await self._write(forget, passing=True) if old else 0

    # stops, ledger, quota, credit

    async def stops(
        self, pairs: Iterable[tuple[TenantId, str]]
    ) -> dict[tuple[TenantId, str], list[Stop]]:
        named = list(pairs)
        return await self._named(lambda c: reading.stops(c, named)) if named else {}

    async def stops_of(
        self, tenant: TenantId | None, *, holding_at: datetime | None = None
    ) -> list[Stop]:
        return await self._read(lambda c: reading.stops_of(c, tenant, holding_at))

    async def sends(self, tenant: TenantId | None, ids: Iterable[SendId]) -> dict[SendId, Send]:
        named = list(ids)
        return await self._named(lambda c: reading.sends(c, tenant, named)) if named else {}

    async def sends_of(self, tenant: TenantId, leads: Sequence[LeadId]) -> dict[LeadId, list[Send]]:
        return await self._named(lambda c: reading.sends_of(c, tenant, leads)) if leads else {}

    async def sends_to(
        self, tenant: TenantId, addresses: Sequence[AddressHash]
    ) -> dict[AddressHash, list[Send]]:
        if not addresses:
            return {}
        return await self._named(lambda c: reading.sends_to(c, tenant, addresses))

    async def sends_in(
        self, state: SendState, *, tenant: TenantId | None = None, limit: int = 1000
    ) -> list[Send]:
        return await self._read(lambda c: reading.sends_in(c, state, tenant, limit))

    async def expired_claims(self, machine: float, limit: int = 1000) -> list[Send]:
        return await self._read(lambda c: reading.expired_claims(c, machine, limit))

    async def retries_due(self, now: datetime, limit: int = 1000) -> list[Send]:
        return await self._read(lambda c: reading.retries_due(c, now, limit))

    async def usage(
        self, resources: Sequence[ResourceId], since: datetime, now: datetime
    ) -> dict[ResourceId, Usage]:
        if not resources:
            return {}
        read = partial(reading.usage, resources=resources, since=since, now=now)
        return await self._named(lambda c: snapshot(c, read))

    async def credit(self, tenants: Iterable[TenantId]) -> dict[TenantId, int]:
        named = list(tenants)
        return await self._named(lambda c: reading.credit(c, named)) if named else {}

    # timers

    async def timers(self, agent: str, keys: Iterable[PartitionKey]) -> dict[PartitionKey, Timer]:
        named = list(keys)
        return await self._named(lambda c: timing.timers(c, agent, named)) if named else {}

    async def due_timers(self, now: datetime, machine: float, limit: int) -> list[Timer]:
        return await self._read_many(lambda c: timing.due_timers(c, now, machine, limit))

    async def due_pools(self, now: datetime, machine: float) -> dict[str, PoolDemand]:
        return await self._read_many(lambda c: timing.due_pools(c, now, machine))

    async def due_in_pool(
        self, pool: str, now: datetime, machine: float, limit: int, *, unmarked: bool = False
    ) -> list[Timer]:
        page = partial(
            timing.due_in_pool, pool=pool, now=now, machine=machine, limit=limit, unmarked=unmarked
        )
        return await self._read_many(page)

    async def pool_ahead(self, pools: Sequence[str], until: datetime) -> dict[str, int]:
        return await self._read_many(lambda c: timing.pool_ahead(c, pools, until))

    async def next_due(self, machine: float) -> datetime | None:
        return await self._read_many(lambda c: timing.next_due(c, machine))

    # leases, history, information

    async def acquire(self, name: str, owner: str, machine: float, seconds: float) -> Lease | None:
        return await self._write(lambda c: deeds.acquire(c, name, owner, machine, seconds))

    async def release(self, lease: Lease) -> None:
        await self._write(lambda c: deeds.release(c, lease))

    async def journal(
        self,
        tenant: TenantId,
        *,
        lead: LeadId | None = None,
        account: AccountId | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Line]:
        return await self._read(lambda c: reading.journal(c, tenant, lead, account, after, limit))

    async def tally(
        self, tenant: TenantId | None, since: datetime, until: datetime
    ) -> dict[tuple[str, str, str], int]:
        return await self._read(lambda c: reading.tally(c, tenant, since, until))

    async def backlog(self, now: datetime, machine: float) -> Backlog:
        return await self._read_many(lambda c: timing.backlog(c, now, machine))

    async def erase(self, tenant: TenantId, lead: LeadId, at: datetime) -> int:
        return await self._write(lambda c: deeds.erase(c, tenant, lead, at))

    async def info(self) -> StoreInfo:
        return await self._write(self._info, passing=True)

    def _info(self, connection: sqlite3.Connection) -> StoreInfo:
        return StoreInfo(
            engine="sqlite",
            schema=self._life.schema,
            incarnation=deeds.get_meta(connection, "incarnation") or "",
            durable=self._life.durable,
            closed=deeds.get_meta(connection, "closed"),
        )

    async def close_sending(self, reason: str | None) -> None:
        await self._write(lambda c: deeds.put_meta(c, "closed", reason))
