"""Everything that running agents write to a store and ask of it, for tests of its plans."""

from contracts.ids import AccountId, AddressHash, LeadId, ResourceId, SendId, TenantId
from contracts.outcome import SendState
from statestore.base import (
    ClientActive,
    CreditMove,
    Fence,
    NoStop,
    QuotaRelease,
    QuotaSettle,
    SendWrite,
    StateStore,
    StopLift,
    TimerClear,
)
from tests.statestore.values import (
    T,
    admit,
    at,
    codes,
    key,
    letter,
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

PARTS = unit(
    consumed=took("e1"),
    conditions=(
        NoStop(tenant=T, keys=("global", "lead:l1"), at=at()),
        ClientActive(tenant=T),
        Fence(lease="sweep", epoch=1),
    ),
    rows=(row("l1"), row("p1", kind="person", parent="l1")),
    sends=SendWrite(send=send(), expect=0),
    quota=(
        reserve(ends=key()),
        admit(cap=2),
        QuotaSettle(send=send().id, commit=True),
        QuotaRelease(key=key()),
    ),
    stops=(stops("lead:l2"), StopLift(tenant=T, ids=(), by="x")),
    timers=(sets(), TimerClear(agent="orchestrator", key=key("a2"))),
    events=(out(), out("e2", available=at(5))),
    journal=(line(repeat="x"), line(lead=None, repeat="y")),
    dead=letter(),
    credit=CreditMove(tenant=T, amount=-1),
)
"""A unit with every kind of part."""


async def every_write(store: StateStore) -> None:
    """Commits every kind of part, as taken for given and as read, and does every deed."""
    await wins(store, unit(rows=row(T, kind="client", status="active")))
    await store.acquire("sweep", "one", 0, 60)
    await wins(store, PARTS)
    assert await codes(store, PARTS) == ["duplicate"]
    assert await codes(store, unit(rows=row("l1", 7))) == ["version"]
    await wins(store, unit(rows=row("l1", 1, status="new")))
    await wins(store, unit(timers=(sets("a3", 0, pool="p"), sets("a4", 99, pool="p", rank=1))))
    rows = await store.outbox(at(9), 9, machine=0, lease=9)
    await store.published([one.number for one in rows])
    await store.settle_dead("d1", state="replayed", note="", at=at())
    await store.erase(T, LeadId("l1"), at())
    await store.forget_consumed(at(-9e8))


async def every_read(store: StateStore) -> None:
    """Asks everything that agents ask while they run, in the numbers in which they ask."""
    await store.rows([ref(), ref("p1", "person")])
    await store.rows([ref(f"l{n}", tenant=TenantId(f"t{n % 50}")) for n in range(400)])
    await store.children([(T, "a1")], "lead")
    for status in (None, "new"):
        await store.scan(T, "lead", status=status)
        await store.scan(None, "lead", status=status, after="t1/l1")
    await store.consumed("scoring", [f"e{n}" for n in range(400)])
    await store.stops([(T, "global"), (T, "address:x")])
    await store.sends(T, [send().id])
    await store.sends(None, [SendId(f"f{n}") for n in range(200)])
    await store.sends_of(T, [send().lead])
    await store.sends_to(T, [AddressHash("x"), send().address_hash])
    for state in SendState:
        await store.sends_in(state)
    await store.expired_claims(5)
    await store.retries_due(at())
    await store.usage([ResourceId("r1"), ResourceId("q7")], at(-86_400), at())
    await store.credit([T])
    await store.timers("orchestrator", [key()])
    await store.due_timers(at(9), 0, 50)
    await store.due_pools(at(9), 0)
    await store.due_in_pool("p", at(9), 0, 50)
    await store.due_in_pool("p", at(9), 0, 50, unmarked=True)
    await store.pool_ahead(["p"], at(9))
    await store.next_due(0)
    await store.journal(T, lead=LeadId("l1"))
    await store.journal(T, account=AccountId("a1"))
    await store.tally(T, at(-9), at(9))
    await store.backlog(at(), 0)
