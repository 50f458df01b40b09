"""Units and what goes into them, short enough that a history reads as a story."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.envelope import Event
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    EventId,
    LeadId,
    PartitionKey,
    PersonId,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, SendState, StopReason
from statestore.base import (
    Committed,
    Consumed,
    CreditMove,
    DeadLetter,
    Limit,
    Line,
    Outgoing,
    QuotaAdmit,
    QuotaReserve,
    Ref,
    RowWrite,
    Send,
    SendWrite,
    StateStore,
    Stop,
    StopAdd,
    Timer,
    TimerSet,
    Unit,
)

T = TenantId("acme")
OTHER = TenantId("rival")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FAR = START + timedelta(days=400)


def at(seconds: float = 0) -> datetime:
    """The start of the week, and some seconds."""
    return START + timedelta(seconds=seconds)


def ref(key: str = "l1", kind: str = "lead", tenant: TenantId = T) -> Ref:
    return Ref(tenant, kind, key)


def row(key: str = "l1", expect: int | None = 0, value: object = 1, **more: Any) -> RowWrite:
    kind, tenant = more.pop("kind", "lead"), more.pop("tenant", T)
    data = more.pop("data", {"value": value})
    return RowWrite(ref=Ref(tenant, kind, key), expect=expect, data=data, **more)


def unit(tenant: TenantId = T, **parts: Any) -> Unit:
    """A unit; single values stand for tuples of one."""
    many: dict[str, Any] = {
        k: v if isinstance(v, tuple) or k in _ONES else (v,) for k, v in parts.items()
    }
    return Unit(tenant=tenant, **many)


_ONES = ("consumed", "credit")


def took(*ids: str, agent: str = "scoring", seconds: float = 0) -> Consumed:
    return Consumed(agent=agent, ids=ids, at=at(seconds))


def key(account: str = "a1", tenant: TenantId = T) -> PartitionKey:
    return PartitionKey(f"{tenant}/{account}")


def event(id_: str = "e1", account: str = "a1", tenant: TenantId = T, **more: Any) -> Event:
    fields: dict[str, Any] = {
        "id": EventId(id_),
        "type": "lead.scored.v1",
        "source": "leadwire/scoring",
        "time": at(),
        "key": key(account, tenant),
        "data": {"lead_id": "l1", "als": 71.5},
        "subject": LeadId("l1"),
    }
    return Event(**{**fields, **more})


def out(id_: str = "e1", tenant: TenantId = T, **more: Any) -> Outgoing:
    return Outgoing(event=event(id_, tenant=tenant), **more)


def timer(account: str = "a1", due: float = 0, **more: Any) -> Timer:
    fields = {"agent": "orchestrator", "tenant": T, **more}
    tenant = fields.pop("tenant")
    return Timer(key=key(account, tenant), due=at(due), **fields)


def sets(account: str = "a1", due: float = 0, **more: Any) -> TimerSet:
    return TimerSet(timer=timer(account, due, **more))


def send(id_: str = "s1", **more: Any) -> Send:
    """A planned first touch by e-mail; lead and address follow the id unless they are given."""
    fields: dict[str, Any] = {
        "id": SendId(id_),
        "tenant": T,
        "account": AccountId("a1"),
        "lead": LeadId(f"lead-{id_}"),
        "person": PersonId("p1"),
        "campaign": CampaignId("c1"),
        "definition": 1,
        "round": 1,
        "step": 0,
        "attempt": 1,
        "channel": Channel.EMAIL,
        "address_hash": AddressHash(f"hash-{id_}"),
        "resource": ResourceId("r1"),
        "state": SendState.PLANNED,
        "planned_at": at(),
        "not_after": at(86_400),
    }
    return Send(**{**fields, **more})


def limit(cap: int = 1, since: float = -86_400) -> Limit:
    return Limit(since=at(since), cap=cap)


def reserve(id_: str = "s1", cap: int = 1, seconds: float = 0, **more: Any) -> QuotaReserve:
    fields: dict[str, Any] = {
        "resource": ResourceId("r1"),
        "tenant": T,
        "send": SendId(id_),
        "at": at(seconds),
        "limits": (limit(cap, seconds - 86_400),),
    }
    return QuotaReserve(**{**fields, **more})


def admit(account: str = "a1", cap: int = 1, seconds: float = 0, **more: Any) -> QuotaAdmit:
    tenant = more.get("tenant", T)
    fields: dict[str, Any] = {
        "resource": ResourceId("r1"),
        "tenant": tenant,
        "key": key(account, tenant),
        "at": at(seconds),
        "expires": at(seconds + 3600),
        "limits": (limit(cap, seconds - 86_400),),
    }
    return QuotaAdmit(**{**fields, **more})


def stop(key_: str = "lead:l1", id_: str = "", tenant: TenantId = T, **more: Any) -> Stop:
    reason = more.pop("reason", StopReason.UNSUBSCRIBED)
    name = StopId(id_ or f"stop-{key_}")
    return Stop(id=name, tenant=tenant, key=key_, reason=reason, at=more.pop("at", at()), **more)


def stops(key_: str = "lead:l1", id_: str = "", tenant: TenantId = T, **more: Any) -> StopAdd:
    return StopAdd(stop=stop(key_, id_, tenant, **more))


def line(kind: str = "fact", code: str = "lead.scored", seconds: float = 0, **more: Any) -> Line:
    fields: dict[str, Any] = {
        "tenant": T,
        "account": AccountId("a1"),
        "at": at(seconds),
        "agent": "orchestrator",
        "kind": kind,
        "code": code,
        "lead": LeadId("l1"),
    }
    return Line(**{**fields, **more})


def letter(id_: str = "d1", seconds: float = 0, **more: Any) -> DeadLetter:
    headers: Mapping[str, str] = {"ce_id": id_, "ce_subject": "l1"}
    fields: dict[str, Any] = {
        "id": id_,
        "tenant": T,
        "agent": "scoring",
        "topic": "lead.scored",
        "key": "acme/a1",
        "headers": headers,
        "value": b'{"name": "\xff not text"}',
        "reason": "Invalid",
        "detail": "/als: too large",
        "attempts": 5,
        "origin": "lead.scored/3/17",
        "first_at": at(seconds),
        "last_at": at(seconds + 60),
    }
    return DeadLetter(**{**fields, **more})


def whole(name: str, expect: int = 0) -> Unit:
    """A unit with a part in every table, each of which can be asked for by the unit's name."""
    return unit(
        consumed=took(name),
        rows=(row(name, expect), row(name, expect, kind="person")),
        sends=SendWrite(send=send(name), expect=0),
        quota=reserve(name, cap=10**6),
        stops=stops(f"lead:{name}"),
        timers=sets(name),
        events=out(f"event-{name}"),
        journal=line(lead=LeadId(name), data={"of": name}),
        dead=letter(f"dead-{name}"),
        credit=CreditMove(tenant=T, amount=-1),
    )


async def wins(store: StateStore, *units: Unit) -> list[Committed]:
    """Commits units that must all win."""
    results = await store.commit(units)
    assert all(isinstance(result, Committed) for result in results), results
    return [result for result in results if isinstance(result, Committed)]


async def codes(store: StateStore, *units: Unit) -> list[str]:
    """Commits units and names what became of each: `committed`, `duplicate`, `poisoned`, or the
    code of what it lost."""
    results = await store.commit(units)
    return [getattr(result, "code", type(result).__name__.lower()) for result in results]
