"""The two turns that every agent takes, and what an agent has to bring.

A *deciding* agent brings `decide`: events of one key and what it asked to read go in, a unit comes
out. The turn does the rest: it drops what was taken before, reads for the whole batch at once,
commits all units together, decides losers again from fresh state, hands the events to the relay,
and acknowledges by returning. One event that cannot be decided is deferred through the store with
growing delays and then dead-lettered with its reason; its neighbours go on.

A *doing* agent brings `decide`, `call` and `record`: claim, call, record. Two commits, and the
call between them, never inside one (`agents/doing.py`).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from agents import counting
from agents.ports import Clock
from agents.scanning import scanned
from bus.base import Delivery
from bus.codec import decode
from contracts.envelope import Event
from contracts.errors import ContractError
from contracts.ids import (
    OPERATOR,
    AddressHash,
    LeadId,
    PartitionKey,
    ResourceId,
    SendId,
    TenantId,
    tenant_of,
)
from contracts.trace import HANDLED
from contracts.value import Value
from statestore.base import (
    Committed,
    Consumed,
    DeadLetter,
    Duplicate,
    Lost,
    Outgoing,
    Poisoned,
    Ref,
    Result,
    Row,
    Send,
    StateStore,
    Stop,
    Timer,
    Unit,
    Usage,
    consuming,
)
from statestore.errors import StoreError, Unavailable

log = structlog.get_logger()

DELAYS = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds of business time before an event that failed is tried again; then it is dead."""
ROUNDS = 8
"""How often losers of a commit are decided again before they are deferred."""


class Temporary(Exception):
    """Cannot be decided now; try again later. The text says what is missing."""


class Permanent(Exception):
    """Cannot be decided, ever; the event is dead-lettered with this reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What a turn wants to read, for all its keys at once."""

    rows: tuple[Ref, ...] = ()
    children: tuple[tuple[TenantId, str, str], ...] = ()
    """(tenant, parent, kind)"""
    scans: tuple[tuple[TenantId, str, str | None], ...] = ()
    """(tenant, kind, status): small sets that a tenant declares, and chunks of holds."""
    stops: tuple[tuple[TenantId, str], ...] = ()
    sends: tuple[tuple[TenantId, SendId], ...] = ()
    sends_of: tuple[tuple[TenantId, LeadId], ...] = ()
    sends_to: tuple[tuple[TenantId, AddressHash], ...] = ()
    timers: tuple[tuple[str, PartitionKey], ...] = ()
    usage: tuple[ResourceId, ...] = ()
    credit: tuple[TenantId, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(slots=True)
class View:
    """What was read. Absent things are absent from the mappings; keys under which no stop was
    found have an empty list."""

    now: datetime
    rows: dict[Ref, Row] = field(default_factory=dict)
    children: dict[tuple[TenantId, str, str], list[Row]] = field(default_factory=dict)
    scans: dict[tuple[TenantId, str, str | None], list[Row]] = field(default_factory=dict)
    stops: dict[tuple[TenantId, str], list[Stop]] = field(default_factory=dict)
    sends: dict[SendId, Send] = field(default_factory=dict)
    sends_of: dict[LeadId, list[Send]] = field(default_factory=dict)
    sends_to: dict[AddressHash, list[Send]] = field(default_factory=dict)
    timers: dict[PartitionKey, Timer] = field(default_factory=dict)
    usage: dict[ResourceId, Usage] = field(default_factory=dict)
    credit: dict[TenantId, int] = field(default_factory=dict)
    known: dict[Any, Any] = field(default_factory=dict)
    """What a turn worked out of its rows, for all keys of the batch (declared things, parsed)."""
    losses: dict[PartitionKey, str] = field(default_factory=dict)
    """Why a key's unit lost just before, where it is decided again: what stands in its way may be
    something that no read shows."""

    def row(self, tenant: str, kind: str, key: str) -> Row | None:
        """Returns a row that was asked for, or None where there is none."""
        return self.rows.get(Ref(TenantId(tenant), kind, key))

    def holding(self, tenant: str, keys: Iterable[str]) -> list[Stop]:
        """Returns the stops that hold now under keys, the operator's among them."""
        owners = (TenantId(tenant), OPERATOR)
        found = (s for key in keys for t in owners for s in self.stops.get((t, key), ()))
        return [stop for stop in found if stop.holds(self.now)]


Group = tuple[PartitionKey, Sequence[Event]]


class Deciding(ABC):
    """An agent that takes facts and commits what follows from them."""

    name: str
    topics: tuple[str, ...]

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        """Says what `decide` needs; asked again with what was read, until it wants nothing more."""
        return Reads()

    @abstractmethod
    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        """Turns the events of one key, oldest first, into everything that follows from them.

        Pure: what it knows is in its arguments. None: nothing follows. Raises Temporary or
        Permanent; any other exception counts as Temporary.
        """


async def load(store: StateStore, wanted: Reads, view: View) -> None:
    """Reads what is wanted, one batched call a kind, into the view."""
    if wanted.rows:
        view.rows.update(await store.rows(wanted.rows))
    for kind in {kind for _, _, kind in wanted.children}:
        pairs = [(tenant, parent) for tenant, parent, k in wanted.children if k == kind]
        found = await store.children(pairs, kind)
        view.children.update({(t, p, kind): rows for (t, p), rows in found.items()})
    for scan in wanted.scans:
        view.scans[scan] = await scanned(store, *scan)
    if wanted.stops:
        view.stops |= {pair: [] for pair in wanted.stops}  # looked under, so it is not asked again
        view.stops.update(await store.stops(wanted.stops))
    for tenant in {tenant for tenant, _ in wanted.sends}:
        ids = [id_ for t, id_ in wanted.sends if t == tenant]
        view.sends.update(await store.sends(tenant, ids))
    for tenant in {tenant for tenant, _ in wanted.sends_of}:
        leads = [lead for t, lead in wanted.sends_of if t == tenant]
        view.sends_of.update(await store.sends_of(tenant, leads))
    for tenant in {tenant for tenant, _ in wanted.sends_to}:
        addresses = [address for t, address in wanted.sends_to if t == tenant]
        view.sends_to.update(await store.sends_to(tenant, addresses))
    for agent in {agent for agent, _ in wanted.timers}:
        keys = [key for a, key in wanted.timers if a == agent]
        view.timers.update(await store.timers(agent, keys))
    if wanted.usage:
        since = view.now - timedelta(days=7)
        view.usage.update(await store.usage(wanted.usage, since, view.now))
    if wanted.credit:
        view.credit.update(await store.credit(wanted.credit))


async def read_for(
    agent: Deciding, store: StateStore, groups: Sequence[Group], now: datetime
) -> View:
    """Reads all that an agent wants for these groups; at most five rounds of asking."""
    view = View(now)
    for _ in range(5):
        wanted = agent.reads(groups, view)
        if not wanted:
            break
        await load(store, wanted, view)
    return view


class Relay(ABC):
    """Takes events that were committed, to publish them; `agents/outbox.py` is the one."""

    @abstractmethod
    def hand_over(self, numbers: Sequence[int], outgoing: Sequence[Outgoing]) -> None:
        """Takes events with their outbox numbers, in their order; returns at once."""

    def nudge(self) -> None:  # noqa: B027 — a relay that keeps no table has nothing to look at
        """Makes it look for events that were committed and that nobody has handed over."""


class Taken(Value, frozen=True):
    """One delivery as an event, with the name under which it is consumed."""

    delivery: Delivery
    event: Event
    inbox_id: str

    @property
    def attempt(self) -> int:
        """How often this event was deferred before."""
        return int(self.delivery.message.headers.get("ce_attempt", "0"))


def taken(delivery: Delivery) -> Taken:
    """Reads a delivery; raises ContractError. A deferred event is consumed under its attempt."""
    event = decode(delivery.message)
    attempt = delivery.message.headers.get("ce_attempt")
    return Taken(delivery, event, f"{event.id}#{attempt}" if attempt else event.id)


def grouped(readable: Mapping[str, Taken]) -> list[list[Taken]]:
    """Groups by key, in order of arrival."""
    groups: dict[PartitionKey, list[Taken]] = {}
    for one in readable.values():
        groups.setdefault(one.event.key, []).append(one)
    return list(groups.values())


class Commits:
    """Commits units and hands their events over; what both turns and the loops share."""

    shared = False
    """Whether other processes may be at work on the same store."""

    def __init__(self, store: StateStore, relay: Relay, clock: Clock, incarnation: str) -> None:
        self.store = store
        self.relay = relay
        self.clock = clock
        self.incarnation = incarnation

    async def commit(self, units: Sequence[Unit]) -> list[Result]:
        """Commits, stamps events with this store's incarnation, and hands them to the relay.

        After a commit of which nobody knows whether it stands, the relay looks at the table: its
        events may be there, and would else wait for the ceiling.
        """
        stamped = [self._stamped(unit) for unit in units]
        try:
            results = await self.store.commit(stamped)
        except Unavailable:
            self.relay.nudge()
            raise
        numbers: list[int] = []
        outgoing: list[Outgoing] = []
        telling: list[Unit] = []
        for unit, result in zip(stamped, results, strict=True):
            if isinstance(result, Committed):
                numbers += result.outbox
                outgoing += unit.events
                if unit.journal or unit.sends or unit.stops or unit.dead:
                    telling.append(unit)
        if outgoing:
            self.relay.hand_over(numbers, outgoing)
        counting.committed(telling)
        return results

    def _stamped(self, unit: Unit) -> Unit:
        life = self.incarnation
        for out in unit.events:
            if out.event.incarnation != life:
                break
        else:
            return unit
        events = tuple(
            out
            if out.event.incarnation == life
            else out.with_(event=out.event.with_(incarnation=life))
            for out in unit.events
        )
        return unit.with_(events=events)


class DecidingTurn:
    """The handler of a deciding agent: load, decide, commit, publish, acknowledge."""

    def __init__(self, agent: Deciding, commits: Commits) -> None:
        self.agent = agent
        self.commits = commits
        self.store = commits.store
        self.clock = commits.clock

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        """Settles every delivery of a batch: decided, deferred or dead; then returns.

        What was taken before is found out by the commit, which has to look anyway: a duplicate is
        decided in vain, and every other batch is spared a question to the store.
        """
        with counting.batch(self.agent.name, self.clock) as batch:
            groups = grouped(await self.readable(deliveries))
            batch.events += [one.event for group in groups for one in group]
            for group in await self.rounds(groups):
                left = [group] if len(group) == 1 else await self.singly(group)
                for lost in left:
                    await self.put_off(lost, Temporary(f"lost {ROUNDS} commits in a row"))

    async def rounds(self, groups: list[list[Taken]]) -> list[list[Taken]]:
        """Decides and commits until nothing is left, or for long enough; returns what is left."""
        losses: dict[PartitionKey, str] = {}
        for _ in range(ROUNDS):
            if not groups:
                break
            groups = await self.round(groups, losses)
        return groups

    async def singly(self, group: list[Taken]) -> list[list[Taken]]:
        """Takes a group's events one after another: two of them may write one row that is not
        there yet, so that their unit loses against itself whenever they come together."""
        return [left for one in group for left in await self.rounds([[one]])]

    async def fresh(self, deliveries: Sequence[Delivery]) -> list[list[Taken]]:
        """Groups by key what was not taken before."""
        readable = await self.readable(deliveries)
        seen = await self.store.consumed(self.agent.name, list(readable))
        for inbox_id in seen:
            counting.record(readable[inbox_id].event.type, "repeated")
        return grouped({id_: one for id_, one in readable.items() if id_ not in seen})

    async def readable(self, deliveries: Sequence[Delivery]) -> dict[str, Taken]:
        """Reads deliveries, each event once; dead-letters what cannot be read."""
        found: dict[str, Taken] = {}
        for delivery in deliveries:
            try:
                one = taken(delivery)
            except ContractError as error:
                await self.bury(delivery, error)
                continue
            found.setdefault(one.inbox_id, one)
        return found

    async def round(
        self, groups: list[list[Taken]], losses: dict[PartitionKey, str]
    ) -> list[list[Taken]]:
        """Decides and commits groups; returns those that have to be decided again."""
        now = self.clock.now()
        asked = [(group[0].event.key, [one.event for one in group]) for group in groups]
        try:
            view = await read_for(self.agent, self.store, asked, now)
        except StoreError:
            raise
        except Exception as error:
            return await self.unasked(groups, losses, error)
        view.losses = dict(losses)
        units: list[Unit] = []
        decided: list[list[Taken]] = []
        again: list[list[Taken]] = []
        before = HANDLED.get()
        try:
            for group, (key, events) in zip(groups, asked, strict=True):
                HANDLED.set(events[-1])
                try:
                    unit = self.agent.decide(key, events, view)
                except Exception as error:
                    again += await self.failed(group, error)
                    continue
                units.append(self.consuming(group, unit, now))
                decided.append(group)
        finally:
            HANDLED.set(before)
        results = await self.commits.commit(units) if units else []
        for group, result in zip(decided, results, strict=True):
            if isinstance(result, Poisoned):
                again += await self.failed(group, Temporary(result.error))
            elif isinstance(result, Lost):
                losses[group[0].event.key] = result.code
                again += await self.lost(group, result)
            elif isinstance(result, Duplicate):
                counting.odd((one.event.id for one in group), "repeated")
        return again

    async def unasked(
        self, groups: list[list[Taken]], losses: dict[PartitionKey, str], error: Exception
    ) -> list[list[Taken]]:
        """One of these events is such that the agent cannot even say what to read for it: each
        group is asked for alone, so that the others go on."""
        if len(groups) == 1:
            return await self.failed(groups[0], error)
        return [left for group in groups for left in await self.round([group], losses)]

    def consuming(self, group: Sequence[Taken], unit: Unit | None, now: datetime) -> Unit:
        """Returns the unit with the ids that it consumes."""
        ids = tuple([one.inbox_id for one in group])
        consumed = Consumed(agent=self.agent.name, ids=ids, at=now)
        if unit is None:
            return Unit(tenant=group[0].event.tenant, consumed=consumed)
        return consuming(unit, consumed)

    async def lost(self, group: list[Taken], result: Lost) -> list[list[Taken]]:
        """Decides again; what a newer process wrote is left for it."""
        if result.code == "newer":
            await self.put_off(group, Temporary(f"{result.detail}: written by a newer process"))
            return []
        if result.code == "inbox":
            return await self.fresh([one.delivery for one in group])
        return [group]

    async def failed(self, group: list[Taken], error: Exception) -> list[list[Taken]]:
        """Separates the events of a group that failed; a single one is put off."""
        if len(group) > 1:
            return [[one] for one in group]
        await self.put_off(group, error)
        return []

    async def put_off(self, group: Sequence[Taken], error: Exception) -> None:
        """Defers events through the store, or dead-letters them when they have had their tries."""
        now = self.clock.now()
        token = HANDLED.set(group[0].event)
        words = f"{type(error).__name__}: {error}"
        log.warning("event_put_off", agent=self.agent.name, error=words)
        HANDLED.reset(token)
        later = [
            one for one in group if not isinstance(error, Permanent) and one.attempt < len(DELAYS)
        ]
        dead = [one for one in group if one not in later]
        counting.odd([one.event.id for one in later], "deferred")
        counting.odd([one.event.id for one in dead], "dead")
        name = self.agent.name
        await self.commits.commit(
            [deferred(one, error, name, now) for one in later]
            + [buried(x.delivery, error, name, now, x.inbox_id, x.attempt + 1) for x in dead]
        )

    async def bury(self, delivery: Delivery, error: Exception) -> None:
        """Dead-letters what cannot even be read."""
        inbox_id = f"unreadable:{delivery.origin}"
        log.error(
            "event_unreadable", agent=self.agent.name, origin=delivery.origin, error=str(error)
        )
        counting.record(delivery.message.topic, "dead")
        unit = buried(delivery, error, self.agent.name, self.clock.now(), inbox_id, 1)
        await self.commits.commit([unit])


def deferred(one: Taken, error: Exception, agent: str, now: datetime) -> Unit:
    """The unit that consumes an event and sends it to its agent again, later."""
    available = now + timedelta(seconds=DELAYS[one.attempt])
    outgoing = Outgoing(
        event=one.event,
        available=available,
        topic=retry_topic(agent),
        attempt=one.attempt + 1,
    )
    return Unit(
        tenant=one.event.tenant,
        consumed=Consumed(agent=agent, ids=(one.inbox_id,), at=now),
        events=(outgoing,),
    )


def buried(
    delivery: Delivery, error: Exception, agent: str, now: datetime, inbox_id: str, attempts: int
) -> Unit:
    """The unit that consumes a delivery and keeps it as a dead letter."""
    message = delivery.message
    tenant = tenant_of(message.key) if "/" in message.key else OPERATOR
    letter = DeadLetter(
        id=f"{agent}:{inbox_id}",
        tenant=tenant,
        agent=agent,
        topic=message.topic,
        key=message.key,
        headers=dict(message.headers),
        value=message.value,
        reason=getattr(error, "code", type(error).__name__.lower()),
        detail=str(error)[:2000],
        attempts=attempts,
        origin=delivery.origin,
        first_at=now,
        last_at=now,
    )
    consumed = Consumed(agent=agent, ids=(inbox_id,), at=now)
    return Unit(tenant=tenant, consumed=consumed, dead=(letter,))


def retry_topic(agent: str) -> str:
    """The topic through which an agent's deferred events come back to it, and to nobody else."""
    return f"retry.{agent}"
