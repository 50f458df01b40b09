"""Row-level security itself, beside every WHERE clause: as the application's role, by hand."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import asyncpg
import pytest

from contracts.ids import AccountId, AddressHash, LeadId, SendId, TenantId
from contracts.outcome import SendState
from statestore.base import ClientActive, NoStop, Outgoing, StateStore, Unit
from statestore.postgres import tenants
from tests.services.postgres import PASSWORD, ROLE, Databases
from tests.statestore.postgres.places import opened
from tests.statestore.tenant_histories import OURS
from tests.statestore.values import OTHER, T, at, codes, event, ref, row, stops, took, unit, wins

Raw: TypeAlias = "asyncpg.Connection[Any]"

BOUND = ("states", "persons", "contents", "sends", "stops", "credits", "journal", "dead")
SERVING = ("inbox", "outbox", "deferred", "timers", "leases", "reservations", "admissions")


@pytest.fixture
async def name(databases: Databases) -> str:
    return await databases.empty(0)


@pytest.fixture
async def store(databases: Databases, name: str) -> AsyncIterator[StateStore]:
    async with opened(databases.server, name) as store:
        await wins(store, OURS)
        yield store


@pytest.fixture
async def raw(databases: Databases, name: str, store: StateStore) -> AsyncIterator[Raw]:
    """A connection of the application's role, with no store around it."""
    connection = await asyncpg.connect(**databases.server.options(name, ROLE, PASSWORD))
    yield connection
    await connection.close()


async def seen(raw: Raw, table: str, setting: str | None) -> int:
    """How many rows of a table a transaction sees that has set, or has not set, its tenants."""
    async with raw.transaction():
        if setting is not None:
            await raw.execute("SELECT set_config('leadwire.tenants', $1, true)", setting)
        return int(await raw.fetchval(f"SELECT count(*) FROM leadwire.{table}"))


OURS_ONLY = [table for table in BOUND if table != "contents"]
"""Tables in which our client has rows."""


@pytest.mark.parametrize("table", OURS_ONLY)
async def test_a_table_shows_the_rows_of_who_was_set(raw: Raw, table: str) -> None:
    """Given a client's rows, when a query names no client, then only a transaction that has set
    this one, or everybody by name, sees them: none set, another one, a part of a name and a longer
    name see nothing."""
    assert await seen(raw, table, ",acme,") >= 1
    assert await seen(raw, table, ",rival,acme,") >= 1
    assert await seen(raw, table, "*") >= 1
    for setting in (None, "", ",", ",rival,", "acme", ",acm,", ",acmee,", ",xacme,"):
        assert await seen(raw, table, setting) == 0, setting


@pytest.mark.parametrize("table", OURS_ONLY)
async def test_nobody_else_changes_or_deletes(raw: Raw, table: str) -> None:
    """Given a transaction of another client, then an update without a WHERE touches nothing, and
    records are not the application's to delete at all."""
    column = "status" if table in ("states", "persons") else "tenant"
    async with raw.transaction():
        await raw.execute("SELECT set_config('leadwire.tenants', ',rival,', true)")
        done = await raw.execute(f"UPDATE leadwire.{table} SET {column} = 'rival'")
        assert done == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await raw.execute(f"DELETE FROM leadwire.{table}")


async def test_a_row_cannot_be_written_for_another(raw: Raw) -> None:
    """Given a transaction of one client, then it can neither add a row of another nor give one of
    its own away."""
    async with raw.transaction():
        await raw.execute("SELECT set_config('leadwire.tenants', ',rival,', true)")
        await raw.execute("INSERT INTO leadwire.credits VALUES ('rival', 5)")
    for statement in (
        "INSERT INTO leadwire.credits VALUES ('third', 5)",
        "UPDATE leadwire.credits SET tenant = 'third' WHERE tenant = 'rival'",
    ):
        async with raw.transaction():
            await raw.execute("SELECT set_config('leadwire.tenants', ',rival,', true)")
            refused = pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security")
            with refused:
                async with raw.transaction():
                    await raw.execute(statement)


async def test_every_table_is_bound_or_named_as_serving_all(raw: Raw) -> None:
    """Given the schema, then each table is bound by the policy, forced on its owner too, or stands
    among those that serve every client."""
    rows = await raw.fetch(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'leadwire'::regnamespace AND relkind = 'r'"
    )
    bound = {name for name, forced in rows if forced}
    assert bound == set(BOUND)
    assert {name for name, _ in rows} - bound == {*SERVING, "meta", "migrations"}


async def test_the_role_cannot_lift_what_binds_it(raw: Raw) -> None:
    """Given the application's role, then it can neither drop the policy, nor stop its own binding,
    nor change what was migrated."""
    for statement in (
        "DROP POLICY admitted ON leadwire.states",
        "ALTER TABLE leadwire.states DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE leadwire.states NO FORCE ROW LEVEL SECURITY",
        "UPDATE leadwire.migrations SET checksum = ''",
        "CREATE TABLE leadwire.more (x int)",
        "TRUNCATE leadwire.sends",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await raw.execute(statement)
    await raw.execute("SET row_security = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await raw.fetch("SELECT * FROM leadwire.states")


async def test_a_forgotten_tenant_finds_nothing(
    store: StateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given reads whose scope is forgotten, then what each WHERE clause names is not there: the
    policy alone is enough."""
    monkeypatch.setattr(tenants, "scope", lambda owners: ",")
    monkeypatch.setattr(tenants, "EVERYBODY", ",")
    lead = LeadId("l1")
    found: list[object] = [
        await store.rows([ref(), ref("p1", "person"), ref(T, "client")]),
        await store.children([(T, "a1")], "lead"),
        await store.scan(T, "lead"),
        await store.scan(None, "lead"),
        await store.dead_letters(T),
        await store.dead_letters(None),
        await store.stops([(T, "lead:l1")]),
        await store.stops_of(None),
        await store.sends(T, [SendId("s1")]),
        await store.sends(None, [SendId("s1")]),
        await store.sends_of(T, [LeadId("lead-s1")]),
        await store.sends_to(T, [AddressHash("hash-s1")]),
        await store.sends_in(SendState.CLAIMED),
        await store.expired_claims(9e9),
        await store.retries_due(at(9)),
        await store.credit([T]),
        await store.journal(T),
        await store.journal(T, lead=lead),
        await store.journal(T, account=AccountId("a1")),
        await store.tally(None, at(-9), at(9)),
        await store.erase(T, LeadId("lead-s1"), at()),
    ]
    assert not any(found), found


async def test_two_hundred_tenants_are_one_transaction(
    databases: Databases, name: str, store: StateStore
) -> None:
    """Given a batch of 200 events over 200 clients, then one transaction commits it, and each
    client has its own row and no other's."""
    clients = [TenantId(f"client-{n}") for n in range(200)]
    units = [
        Unit(
            tenant=tenant,
            consumed=took(f"e-{tenant}"),
            rows=(row("l1", 0, value=tenant, tenant=tenant),),
            events=(Outgoing(event=event(f"o-{tenant}", tenant=tenant)),),
        )
        for tenant in clients
    ]
    assert set(await codes(store, *units)) == {"committed"}
    rows = await databases.server.ask(
        "SELECT count(*), count(DISTINCT xmin::text) FROM leadwire.states WHERE key = 'l1' "
        "AND tenant LIKE 'client-%'",
        database=name,
    )
    assert tuple(rows[0]) == (200, 1)
    found = await store.rows([ref("l1", tenant=tenant) for tenant in clients])
    assert {one.tenant: stored.data["value"] for one, stored in found.items()} == {
        tenant: tenant for tenant in clients
    }


@pytest.mark.parametrize("bad", ["a,b", "", ",", "a b", "x" * 64, "ac\x00me", "a'b"])
async def test_what_is_no_tenants_id_has_no_rows(store: StateStore, bad: str) -> None:
    """Given a text that is no tenant's id, a comma within it above all, then its unit is poisoned
    while the others commit, and reads find nothing."""
    tenant = TenantId(bad)
    units = [unit(rows=row("good")), unit(tenant, stops=stops("global", "x", tenant))]
    assert await codes(store, *units) == ["committed", "poisoned"]
    assert await store.scan(TenantId("a"), "lead") == []
    assert await store.sends_in(SendState.CLAIMED, tenant=TenantId(",acme,")) == []


async def test_an_unset_tenant_sends_nothing(store: StateStore) -> None:
    """Given a claim for a client whose rows the transaction is not admitted to, then the client's
    own row is not visible to it, and absence never permits."""
    claim = unit(
        OTHER,
        conditions=(ClientActive(tenant=OTHER), NoStop(tenant=OTHER, keys=("global",), at=at())),
    )
    assert await codes(store, claim) == ["client"]
