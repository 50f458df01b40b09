"""The state store in memory: dictionaries, and the same rules as every other store.

For simulation, tests, the demo and dry runs; a product part, complete and ordered, that keeps
nothing when the process ends (`StoreInfo.durable` is False, so that sending in mode `live` stays
closed). Units are judged one after another on the tables themselves. Row data stands as JSON bytes
and is read afresh each time: what a reader changes never reaches the store.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

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
    CONTENT_KINDS,
    PERSONAL_KINDS,
    Backlog,
    Committed,
    DeadLetter,
    Lease,
    Line,
    OutboxRow,
    Poisoned,
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
from statestore.erasure import about, blank, erased_letter, erased_send
from statestore.judge import judge
from statestore.leasing import taken
from statestore.overlay import Overlay, Queued, Stored
from statestore.records import check, event_of, line_of, micros, moment, packed, timer_of, unpacked
from statestore.shelves import Shelves

MEMORY_SCHEMA = 1


class MemoryStore(StateStore):
    """The port over dictionaries; one event loop, no other process."""

    def __init__(self, incarnation: str) -> None:
        self.incarnation = incarnation
        self._tables = Overlay()
        self._shelves = Shelves(self._tables)
        self._claims: dict[int, float] = {}
        self._closed: str | None = None

    # writing

    async def commit(self, units: Sequence[Unit]) -> list[Result]:
        return [self._commit(unit) for unit in units]

    def _commit(self, unit: Unit) -> Result:
        try:
            check(unit)
        except TypeError as error:
            return Poisoned(f"{type(error).__name__}: {error}")
        result = judge(unit, self._tables)
        if isinstance(result, Committed):
            self._shelves.follow()
        return result

    # rows

    def _row(self, ref: Ref) -> Row:
        name = (ref.tenant, ref.kind, ref.key)
        version, schema, parent, status, data, _ = self._tables.rows[name]
        assert data is not None
        return Row(
            ref=ref,
            version=version,
            data=unpacked(data),
            parent=parent,
            status=status,
            schema=schema,
        )

    async def rows(self, refs: Iterable[Ref]) -> dict[Ref, Row]:
        rows = self._tables.rows
        return {ref: self._row(ref) for ref in refs if (ref.tenant, ref.kind, ref.key) in rows}

    async def children(
        self, tenant_parents: Iterable[tuple[TenantId, str]], kind: str
    ) -> dict[tuple[TenantId, str], list[Row]]:
        found = {}
        for tenant, parent in tenant_parents:
            keys = self._shelves.children.get((tenant, parent, kind))
            if keys:
                found[tenant, parent] = [self._row(Ref(tenant, kind, key)) for key in sorted(keys)]
        return found

    async def scan(
        self,
        tenant: TenantId | None,
        kind: str,
        *,
        status: str | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[Row]:
        order = self._shelves.kinds.get(kind)
        start = tuple(after.split("/", 1)) if after else (tenant or "", "")
        found: list[Row] = []
        if order is None or (tenant is not None and start[0] != tenant):
            return found
        for owner, key in order.after(start):
            if len(found) >= limit or tenant not in (None, owner):
                break
            if status in (None, self._tables.rows[owner, kind, key][3]):
                found.append(self._row(Ref(owner, kind, key)))
        return found

    # consumed ids, outbox, dead letters

    async def consumed(self, agent: str, ids: Sequence[str]) -> set[str]:
        return {id_ for id_ in ids if (agent, id_) in self._tables.inbox}

    async def forget_consumed(self, before: datetime, limit: int = 10_000) -> int:
        bound = micros(before)
        old = [name for name, at in self._tables.inbox.items() if at < bound][:limit]
        for name in old:
            del self._tables.inbox[name]
        return len(old)

    async def outbox(
        self, now: datetime, limit: int, *, machine: float, lease: float
    ) -> list[OutboxRow]:
        bound = micros(now)
        found: list[OutboxRow] = []
        for number, queued in self._tables.outbox.items():
            if len(found) >= limit:
                break
            free = self._claims.get(number, machine) <= machine
            if free and _available(queued) <= bound:
                self._claims[number] = machine + lease
                found.append(_outbox_row(queued))
        return found

    async def published(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._tables.outbox.pop(number, None)
            self._claims.pop(number, None)

    async def dead_letters(
        self, tenant: TenantId | None, *, agent: str | None = None, state: str | None = "dead"
    ) -> list[DeadLetter]:
        found = [
            letter
            for letter in self._tables.dead.values()
            if tenant in (None, letter.tenant)
            and agent in (None, letter.agent)
            and state in (None, letter.state)
        ]
        return sorted(found, key=attrgetter("first_at", "id"))

    async def settle_dead(self, id_: str, *, state: str, note: str, at: datetime) -> bool:
        letter = self._tables.dead.get(id_)
        if letter is None or letter.state != "dead":
            return False
        self._tables.dead[id_] = replace(letter, state=state, note=note)
        return True

    # stops, ledger, quota, credit

    async def stops(
        self, pairs: Iterable[tuple[TenantId, str]]
    ) -> dict[tuple[TenantId, str], list[Stop]]:
        found = {}
        for pair in pairs:
            under = self._tables.stopped.get(pair)
            if under:
                found[pair] = sorted(under.values(), key=attrgetter("at", "id"))
        return found

    async def stops_of(
        self, tenant: TenantId | None, *, holding_at: datetime | None = None
    ) -> list[Stop]:
        found = [
            stop
            for stop in self._tables.stops.values()
            if tenant in (None, stop.tenant) and (holding_at is None or stop.holds(holding_at))
        ]
        return sorted(found, key=attrgetter("at", "id"))

    async def sends(self, tenant: TenantId | None, ids: Iterable[SendId]) -> dict[SendId, Send]:
        sends = self._tables.sends
        found = {id_: sends[id_] for id_ in ids if id_ in sends}
        return {id_: send for id_, send in found.items() if tenant in (None, send.tenant)}

    async def sends_of(self, tenant: TenantId, leads: Sequence[LeadId]) -> dict[LeadId, list[Send]]:
        found = {}
        for lead in leads:
            ids = self._shelves.leads.get((tenant, lead))
            if ids:
                found[lead] = self._sorted(ids, "planned_at", "step", "id")
        return found

    async def sends_to(
        self, tenant: TenantId, addresses: Sequence[AddressHash]
    ) -> dict[AddressHash, list[Send]]:
        found = {}
        for address in addresses:
            ids = self._shelves.addresses.get((tenant, address))
            if ids:
                found[address] = self._sorted(ids, "planned_at", "step", "id")
        return found

    def _sorted(self, ids: Iterable[SendId], *names: str) -> list[Send]:
        return sorted((self._tables.sends[id_] for id_ in ids), key=attrgetter(*names))

    async def sends_in(
        self, state: SendState, *, tenant: TenantId | None = None, limit: int = 1000
    ) -> list[Send]:
        ids = self._shelves.states.get(state, set())
        among = [self._tables.sends[id_] for id_ in ids]
        found = [send for send in among if tenant in (None, send.tenant)]
        return sorted(found, key=_claim_order)[:limit]

    async def expired_claims(self, machine: float, limit: int = 1000) -> list[Send]:
        ids = self._shelves.states.get(SendState.CLAIMED, set())
        among = [self._tables.sends[id_] for id_ in ids]
        found = [s for s in among if s.lease_until is not None and s.lease_until <= machine]
        return sorted(found, key=attrgetter("lease_until", "id"))[:limit]

    async def retries_due(self, now: datetime, limit: int = 1000) -> list[Send]:
        ids = self._shelves.states.get(SendState.PLANNED, set())
        among = [self._tables.sends[id_] for id_ in ids]
        found = [s for s in among if s.next_try is not None and s.next_try <= now]
        return sorted(found, key=attrgetter("next_try", "id"))[:limit]

    async def usage(
        self, resources: Sequence[ResourceId], since: datetime, now: datetime
    ) -> dict[ResourceId, Usage]:
        return {name: use for name in resources if (use := self._usage(name, since, now))}

    def _usage(self, resource: ResourceId, since: datetime, now: datetime) -> Usage | None:
        reserved = self._tables.reserved.get(resource, {}).values()
        keys = self._tables.admitted.get(resource, {})
        live = [self._tables.admissions[key] for key in keys]
        bound, late = micros(since), micros(now)
        counted = sorted(at for at in reserved if at > bound)
        admitted = sorted(one.at for one in live if one.expires > late)
        if not counted and not admitted:
            return None
        return Usage(
            reserved=tuple(moment(at) for at in counted),
            admitted=tuple(moment(at) for at in admitted),
        )

    async def credit(self, tenants: Iterable[TenantId]) -> dict[TenantId, int]:
        credits_ = self._tables.credits
        return {tenant: credits_[tenant] for tenant in tenants if tenant in credits_}

    # timers

    async def timers(self, agent: str, keys: Iterable[PartitionKey]) -> dict[PartitionKey, Timer]:
        timers = self._tables.timers
        return {key: timer_of(timers[agent, key]) for key in keys if (agent, key) in timers}

    async def due_timers(self, now: datetime, machine: float, limit: int) -> list[Timer]:
        return self._shelves.timetable.due(now, machine, limit)

    async def due_pools(self, now: datetime, machine: float) -> dict[str, PoolDemand]:
        return self._shelves.timetable.pools(now, machine)

    async def due_in_pool(
        self, pool: str, now: datetime, machine: float, limit: int, *, unmarked: bool = False
    ) -> list[Timer]:
        return self._shelves.timetable.in_pool(pool, now, machine, limit, unmarked=unmarked)

    async def pool_ahead(self, pools: Sequence[str], until: datetime) -> dict[str, int]:
        ahead = {pool: self._shelves.timetable.ahead(pool, until) for pool in pools}
        return {pool: count for pool, count in ahead.items() if count}

    async def next_due(self, machine: float) -> datetime | None:
        return self._shelves.timetable.next(machine)

    # leases, history, information

    async def acquire(self, name: str, owner: str, machine: float, seconds: float) -> Lease | None:
        lease = taken(self._tables.leases.get(name), name, owner, machine, seconds)
        if lease is not None:
            self._tables.leases[name] = lease
        return lease

    async def release(self, lease: Lease) -> None:
        there = self._tables.leases.get(lease.name)
        if there is not None and (there.owner, there.epoch) == (lease.owner, lease.epoch):
            self._tables.leases[lease.name] = replace(there, owner="", until=0.0)

    async def journal(
        self,
        tenant: TenantId,
        *,
        lead: LeadId | None = None,
        account: AccountId | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Line]:
        name: Any = tenant
        if lead is not None:
            name = (tenant, "lead", lead)
        elif account is not None:
            name = (tenant, "account", account)
        numbers = self._shelves.history.get(name, [])
        lines = [self._tables.lines[n] for n in numbers[bisect_right(numbers, after) :]]
        chosen = (line for line in lines if account in (None, line.account))
        return [line_of(line) for line in islice(chosen, limit)]

    async def tally(
        self, tenant: TenantId | None, since: datetime, until: datetime
    ) -> dict[tuple[str, str, str], int]:
        counts: dict[tuple[str, str, str], int] = {}
        first, last = micros(since), micros(until)
        for line in self._tables.lines.values():
            if tenant in (None, line.tenant) and first <= line.at < last:
                name = (line.campaign, line.kind, line.code)
                counts[name] = counts.get(name, 0) + line.times
        return counts

    async def backlog(self, now: datetime, machine: float) -> Backlog:
        bound, timetable = micros(now), self._shelves.timetable
        times = [_available(queued) for queued in self._tables.outbox.values()]
        later = [at for at in times if at > bound]
        return Backlog(
            outbox_ready=len(times) - len(later),
            outbox_later=len(later),
            claims_open=len(self._shelves.states.get(SendState.CLAIMED, set())),
            timers_due=timetable.awaited_due(now, machine),
            next_timer=timetable.awaited_after(now),
            next_outbox=moment(min(later)) if later else None,
        )

    async def erase(self, tenant: TenantId, lead: LeadId, at: datetime) -> int:
        tables, count = self._tables, 0
        for kind in sorted(PERSONAL_KINDS | CONTENT_KINDS):
            for key in self._shelves.children.get((tenant, lead, kind), set()):
                tables.rows[tenant, kind, key] = _blanked(tables.rows[tenant, kind, key], at)
                count += 1
        for id_ in self._shelves.leads.get((tenant, lead), set()):
            tables.sends[id_] = erased_send(tables.sends[id_])
        for letter in [one for one in tables.dead.values() if about(one, tenant, lead)]:
            tables.dead[letter.id] = erased_letter(letter)
        return count

    async def info(self) -> StoreInfo:
        return StoreInfo(
            engine="memory",
            schema=MEMORY_SCHEMA,
            incarnation=self.incarnation,
            durable=False,
            closed=self._closed,
        )

    async def close_sending(self, reason: str | None) -> None:
        self._closed = reason

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close; what was committed stays readable."""


def _blanked(stored: Stored, at: datetime) -> Stored:
    version, schema, parent, status, _, place = stored
    return (version + 1, schema, parent, status, packed(blank(at)), place)


def _available(queued: Queued) -> int:
    """When an outbox row may be published; at once is before every moment."""
    return int(queued[5]) if len(queued) > 5 else -1


def _outbox_row(queued: Queued) -> OutboxRow:
    number, topic, attempt, _, event = queued[:5]
    return OutboxRow(
        number=number,
        event=event_of(event),
        topic=topic,
        attempt=attempt,
        available=moment(queued[5]) if len(queued) > 5 else None,
    )


def _claim_order(send: Send) -> tuple[datetime, str]:
    return (send.claimed_at or send.planned_at, send.id)
