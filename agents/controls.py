"""Pause and resume by scope: one stop row, whatever it holds up (design §5, §6).

A pause works with the bus down: the stop is in the store before any event travels. A resume names
the stops that it lifts and says so on the bus, and the orchestrator looks at what the scope held in
chunks, without a burst. Scopes: `all`, `client:T`, `campaign:C`, `channel:email`, `resource:R`,
`account:A`, `lead:L`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agents.base import Commits
from contracts import registry
from contracts.campaign import ControlKilled, ControlResumed
from contracts.ids import (
    OPERATOR,
    PartitionKey,
    StopId,
    TenantId,
    partition_key,
    stop_id,
)
from contracts.outcome import Channel, Mode, StopReason
from statestore.base import Outgoing, Ref, StateStore, Stop, StopAdd, StopLift, Unit

SCOPES = ("client", "campaign", "channel", "resource", "account", "lead")
PAUSES = frozenset({StopReason.PAUSED, StopReason.KILLED})
ANSWERS = frozenset(
    {StopReason.RESPONDED, StopReason.REVIEW, StopReason.DOUBTFUL_OPT_OUT, StopReason.OUT_OF_OFFICE}
)
"""What a person may lift for a lead or an account by resuming it; opt-outs are never lifted so."""


class UnknownScope(ValueError):
    """The scope cannot be read; the text says how to write one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a stop holds: the tenant whose row it is, and its key."""

    tenant: TenantId
    key: str

    @property
    def words(self) -> str:
        """The scope in words."""
        return "everything" if self.key == "global" else self.key.replace(":", " ")


async def scope_of(text: str, store: StateStore, tenant: str | None) -> Scope:
    """Reads a scope; raises UnknownScope where it names nothing that is there: a stop under a name
    that nobody has would hold nothing, and say that it does. Leads and accounts may be named by
    the start of their id, as tables show them."""
    if text in {"all", "global"}:
        return Scope(OPERATOR, "global")
    kind, _, name = text.partition(":")
    if kind not in SCOPES or not name:
        listed = ", ".join(f"{one}:ID" for one in SCOPES)
        raise UnknownScope(f"{text!r} is no scope; write all, {listed}")
    if kind == "channel" and name not in set(Channel):
        raise UnknownScope(f"no channel {name!r}; there are {', '.join(Channel)}")
    rows = await store.scan(None, "client", limit=10_000)
    clients = [row.ref.tenant for row in rows]
    asked = name if kind == "client" else tenant
    if asked is not None and asked not in clients:
        raise UnknownScope(f"no client {asked!r}{_there(clients)}")
    if kind == "client":
        return Scope(TenantId(name), text)
    if kind == "channel":
        return Scope(OPERATOR if tenant is None else TenantId(tenant), text)
    owners = clients if tenant is None else [TenantId(tenant)]
    found = [(t, full) for t in owners for full in await _named(store, t, kind, name)]
    if len(found) != 1:
        raise UnknownScope(await _why_not(store, owners, kind, name, found))
    return Scope(found[0][0], f"{kind}:{found[0][1]}")


def _there(names: Sequence[str]) -> str:
    shown = ", ".join(sorted(names)[:SHOWN])
    return f"; there are {shown}" if shown else "; there are none"


SHOWN = 12
"""How many names an error lists."""
LEAST = 4
"""Letters of an id by which a lead may be named."""


async def _named(store: StateStore, tenant: TenantId, kind: str, name: str) -> list[str]:
    """The full names that a client has for what was named."""
    if kind == "account" and await store.children([(tenant, name)], "lead"):
        return [name]
    if kind != "account" and await store.rows([Ref(tenant, kind, name)]):
        return [name]
    if kind not in ("account", "lead") or len(name) < LEAST:
        return []
    rows = await store.scan(tenant, "lead", after=f"{tenant}/{name}", limit=SHOWN)
    leads = [row for row in rows if row.ref.key.startswith(name)]
    return sorted({row.parent if kind == "account" else row.ref.key for row in leads})


async def _why_not(
    store: StateStore,
    owners: Sequence[TenantId],
    kind: str,
    name: str,
    found: Sequence[tuple[TenantId, str]],
) -> str:
    if found:
        clients = sorted({tenant for tenant, _ in found})
        if len(clients) > 1:
            words = f"clients {', '.join(clients)} have one; name the client with --client"
            return f"{kind} {name!r}: {words}"
        return f"{kind} {name!r} is the start of several: {', '.join(full for _, full in found)}"
    if kind in ("account", "lead"):
        return f"no {kind} {name!r}; see `leadwire leads list`"
    rows = [row for tenant in owners for row in await store.scan(tenant, kind, limit=SCANNED)]
    return f"no {kind} {name!r}{_there([row.ref.key for row in rows])}"


SCANNED = 1000


async def pause(
    commits: Commits, scope: Scope, *, reason: str, by: str, mode: Mode, kill: bool = False
) -> Stop:
    """Writes one stop, durable when this returns; the same pause twice is one."""
    now = commits.clock.now()
    why = StopReason.KILLED if kill else StopReason.PAUSED
    place = (scope.tenant, scope.key)
    ever = (await commits.store.stops([place])).get(place, [])
    lasting = (stop for stop in ever if stop.holds(now) and stop.until is None)
    same = next((stop for stop in lasting if stop.reason is why), None)
    if same is not None:
        return same
    stop = Stop(
        id=stop_id(f"{scope.tenant}/{scope.key}", why, f"{now.isoformat()}#{len(ever)}"),
        tenant=scope.tenant,
        key=scope.key,
        reason=why,
        at=now,
        by=by,
        note=reason,
    )
    said = ControlKilled(occurred_at=now, by=by, scope=scope.key, reason=reason, stop_id=stop.id)
    event = registry.produce(
        said, key=_key(scope.tenant), source="/console", cause=stop.id, mode=mode
    )
    unit = Unit(tenant=scope.tenant, stops=(StopAdd(stop=stop),), events=(Outgoing(event=event),))
    await commits.commit([unit])
    return stop


async def holding(store: StateStore, scope: Scope, now: datetime) -> list[Stop]:
    """The stops that hold under a scope's own key."""
    found = await store.stops([(scope.tenant, scope.key)])
    return [stop for stop in found.get((scope.tenant, scope.key), []) if stop.holds(now)]


async def resume(
    commits: Commits, scope: Scope, *, reason: str, by: str, mode: Mode
) -> Sequence[Stop]:
    """Lifts what a person may lift under a scope; returns it, empty where nothing held. It is told
    in the commit that lifts: an answer that is settled is settled by the event."""
    now = commits.clock.now()
    may = PAUSES | (ANSWERS if scope.key.startswith(("account:", "lead:")) else frozenset())
    lifted = [s for s in await holding(commits.store, scope, now) if s.reason in may]
    if not lifted:
        return lifted
    ids = tuple(stop.id for stop in lifted)
    told = [
        _resumed(key, scope, ids, reason, by, now, mode)
        for key in await _concerned(commits.store, scope)
    ]
    lift = StopLift(tenant=scope.tenant, ids=ids, by=by)
    await commits.commit([Unit(tenant=scope.tenant, stops=(lift,), events=tuple(told))])
    return lifted


async def _concerned(store: StateStore, scope: Scope) -> list[PartitionKey]:
    """Under which keys the resume is told: the account's, the client's, or every client's."""
    kind, _, name = scope.key.partition(":")
    if kind == "account":
        return [partition_key(scope.tenant, name)]
    if kind == "lead":
        ref = Ref(scope.tenant, "lead", name)
        row = (await store.rows([ref])).get(ref)
        return [partition_key(scope.tenant, row.parent)] if row is not None else []
    if scope.tenant != OPERATOR:
        return [_key(scope.tenant)]
    rows = await store.scan(None, "client", limit=10_000)
    return [_key(row.ref.tenant) for row in rows]


def _resumed(
    key: PartitionKey,
    scope: Scope,
    ids: tuple[StopId, ...],
    reason: str,
    by: str,
    now: datetime,
    mode: Mode,
) -> Outgoing:
    said = ControlResumed(occurred_at=now, by=by, scope=scope.key, reason=reason, lifts=ids)
    event = registry.produce(said, key=key, source="/console", cause=f"{ids[0]}:{key}", mode=mode)
    return Outgoing(event=event)


def _key(tenant: TenantId) -> PartitionKey:
    return PartitionKey(f"{tenant}/_control")
