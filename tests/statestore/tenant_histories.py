"""Histories about clients: every method is tried with another client's ids."""

import pytest

from contracts.ids import AccountId, AddressHash, LeadId, ResourceId, SendId, StopId
from contracts.outcome import SendState
from statestore.base import (
    ClientActive,
    CreditMove,
    NoStop,
    QuotaRelease,
    QuotaSettle,
    SendWrite,
    StateStore,
    StopLift,
    Unit,
)
from tests.statestore.opening import OpenStore
from tests.statestore.values import (
    OTHER,
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

CLAIMED = {"state": SendState.CLAIMED, "next_try": at(), "lease_until": 1.0}

OURS = unit(
    consumed=took("e1"),
    rows=(
        row("l1", parent="a1", status="new"),
        row(T, kind="client", status="active"),
        row("p1", kind="person", parent="lead-s1"),
    ),
    sends=SendWrite(send=send("s1", **CLAIMED), expect=0),
    quota=(reserve("s1"), admit("a1", cap=9)),
    stops=stops("lead:l1", "x"),
    timers=sets("a1"),
    events=out(),
    journal=line(),
    dead=letter(),
    credit=CreditMove(tenant=T, amount=-5),
)

WRITES: dict[str, Unit] = {
    "row": unit(OTHER, rows=row("l1", 1)),
    "row at any version": unit(OTHER, rows=row("l1", None)),
    "send": unit(OTHER, sends=SendWrite(send=send("s1"), expect=1)),
    "quota": unit(OTHER, quota=reserve("s2", resource=ResourceId("r9"))),
    "admission": unit(OTHER, quota=admit("a2")),
    "release": unit(OTHER, quota=QuotaRelease(key=key("a1"))),
    "stop": unit(OTHER, stops=stops("lead:l1", "y")),
    "lift": unit(OTHER, stops=StopLift(tenant=T, ids=(StopId("x"),), by="r")),
    "line": unit(OTHER, journal=line()),
    "credit": unit(OTHER, credit=CreditMove(tenant=T, amount=1)),
    "condition": unit(OTHER, conditions=NoStop(tenant=T, keys=("global",), at=at())),
    "client": unit(OTHER, conditions=ClientActive(tenant=T)),
    "dead letter": unit(OTHER, dead=letter(tenant=OTHER)),
    "timer": unit(OTHER, timers=sets("a1", 99)),
}


async def everything(store: StateStore) -> list[object]:
    """All that our client has."""
    return [
        await store.rows([ref(), ref(T, "client"), ref("p1", "person")]),
        await store.sends(T, [SendId("s1")]),
        await store.usage([ResourceId("r1")], at(-1), at()),
        await store.stops_of(T),
        await store.timers("orchestrator", [key()]),
        await store.journal(T),
        await store.dead_letters(T, state=None),
        await store.credit([T]),
    ]


class TenantHistories:
    """Tenants never see each other."""

    @pytest.mark.parametrize("name", WRITES)
    async def test_a_unit_cannot_touch_another_client(
        self, open_store: OpenStore, name: str
    ) -> None:
        """Given a unit of one client that writes or asks about another's, then it is poisoned and
        nothing changes."""
        store = await open_store()
        await wins(store, OURS)
        before = await everything(store)
        assert await codes(store, WRITES[name]) == ["poisoned"]
        assert await everything(store) == before

    async def test_a_foreign_send_id_is_no_way_in(self, open_store: OpenStore) -> None:
        """Given another client's send id under one's own name, then writing it loses, and settling
        or reserving under it changes nothing of theirs."""
        store = await open_store()
        await wins(store, OURS)
        before = await everything(store)
        mine = send("s1", tenant=OTHER)
        tries = [unit(OTHER, sends=SendWrite(send=mine, expect=expect)) for expect in (0, 1)] + [
            unit(OTHER, quota=reserve("s1", cap=9, tenant=OTHER))
        ]
        assert await codes(store, *tries) == ["version", "version", "quota"]
        settle = unit(OTHER, quota=QuotaSettle(send=SendId("s1"), commit=False))
        assert await codes(store, settle) == ["committed"]
        assert await everything(store) == before

    async def test_reads_with_foreign_ids_find_nothing(self, open_store: OpenStore) -> None:
        """Given another client's keys, then every read that names a client finds nothing."""
        store = await open_store()
        await wins(store, OURS)
        lead, account = LeadId("l1"), AccountId("a1")
        foreign = [ref("l1", tenant=OTHER), ref("p1", "person", OTHER), ref(T, "client", OTHER)]
        found: list[object] = [
            await store.rows(foreign),
            await store.children([(OTHER, "a1"), (OTHER, "lead-s1")], "lead"),
            await store.scan(OTHER, "lead"),
            await store.scan(OTHER, "lead", after="acme/"),
            await store.scan(OTHER, "lead", status="new"),
            await store.dead_letters(OTHER),
            await store.stops([(OTHER, "lead:l1")]),
            await store.stops_of(OTHER),
            await store.sends(OTHER, [SendId("s1")]),
            await store.sends_of(OTHER, [LeadId("lead-s1")]),
            await store.sends_to(OTHER, [AddressHash("hash-s1")]),
            await store.sends_in(SendState.CLAIMED, tenant=OTHER),
            await store.credit([OTHER]),
            await store.timers("orchestrator", [key("a1", OTHER)]),
            await store.journal(OTHER),
            await store.journal(OTHER, lead=lead),
            await store.journal(OTHER, account=account),
            await store.tally(OTHER, at(-9), at(9)),
            await store.erase(OTHER, LeadId("lead-s1"), at()),
        ]
        assert not any(found), found

    async def test_equal_ids_of_two_clients_are_apart(self, open_store: OpenStore) -> None:
        """Given two clients who use the same names, then each reads its own, also in one call and
        after both were written in one batch."""
        store = await open_store()
        await wins(
            store,
            unit(rows=row("l1", parent="a1", value="ours"), journal=line(code="ours")),
            unit(
                OTHER,
                rows=row("l1", parent="a1", value="theirs", tenant=OTHER),
                journal=line(code="theirs", tenant=OTHER),
            ),
        )
        both = await store.rows([ref(), ref(tenant=OTHER)])
        assert [both[one].data["value"] for one in (ref(), ref(tenant=OTHER))] == ["ours", "theirs"]
        nested = await store.children([(T, "a1"), (OTHER, "a1")], "lead")
        assert nested[T, "a1"][0].data == {"value": "ours"}
        assert nested[OTHER, "a1"][0].data == {"value": "theirs"}
        assert [one.code for one in await store.journal(OTHER, lead=LeadId("l1"))] == ["theirs"]
