"""What a start refuses and a migration does: roles, schemas, durability, copies."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from agents.ports import SystemClock
from statestore import migrations as steps_
from statestore.errors import (
    Corrupt,
    Misplaced,
    NewSchema,
    OldSchema,
    StoreError,
    Unavailable,
    Unfit,
)
from statestore.migrations import Migration, migrations
from statestore.postgres import PostgresStore, checking, migrating
from statestore.postgres.address import Address, parsed
from statestore.postgres.failures import clash, lasting, translated
from tests.services.postgres import ADMIN, PASSWORD, ROLE, Databases, Server
from tests.statestore.postgres.places import opened
from tests.statestore.values import codes, ref, row, unit, wins


@pytest.fixture
async def name(databases: Databases) -> str:
    return await databases.empty(2)


@pytest.fixture
async def bare(databases: Databases) -> AsyncIterator[str]:
    """A database without a store, of the migration role."""
    name = f"{databases.prefix}_bare"
    server = databases.server
    await server.run(f'CREATE DATABASE "{name}" OWNER {ADMIN}')
    yield name
    await server.run(f'DROP DATABASE "{name}" WITH (FORCE)')


async def starts(server: Server, name: str, user: str = ROLE, password: str = PASSWORD) -> None:
    """Starts a store as a role, and stops it."""
    address = server.address(name, user)
    store = PostgresStore(address, password, elapsed=SystemClock().elapsed)
    await store.start()
    await store.stop()


async def migrated(server: Server, name: str, role: str = ROLE) -> migrating.Done:
    return await migrating.migrate(
        server.address(name, ADMIN),
        PASSWORD,
        role=role,
        role_password=PASSWORD,
        incarnation="life",
    )


# ── roles ─────────────────────────────────────────────────────────────────────────────────────


async def test_roles_that_nothing_binds_are_refused(databases: Databases, name: str) -> None:
    """Given a superuser, a role that bypasses, and the owner of the tables, then none may run
    agents, and the text names both settings."""
    server = databases.server
    if not await server.ask("SELECT FROM pg_roles WHERE rolname = 'lw_test_bypass'"):
        made = f"LOGIN BYPASSRLS PASSWORD '{PASSWORD}' IN ROLE {ROLE}"
        await server.run(f"CREATE ROLE lw_test_bypass {made}")
    for user, password, why in [
        (server.superuser, server.password, "superuser"),
        ("lw_test_bypass", PASSWORD, "bypass"),
        (ADMIN, PASSWORD, "owns"),
    ]:
        with pytest.raises(Unfit, match=f"{why}.*store_admin"):
            await starts(server, name, user, password or "")


async def test_who_may_not_log_in_is_told_what_to_look_at(databases: Databases, name: str) -> None:
    """Given a wrong password, a role or database that is not there, then the error says which."""
    server = databases.server
    with pytest.raises(Unfit, match="store_password"):
        await starts(server, name, ROLE, "wrong")
    with pytest.raises(Unfit, match="leadwire migrate"):
        await starts(server, name, "nobody_here")
    with pytest.raises(Misplaced, match="no such database"):
        await starts(server, "lw_test_nowhere")


async def test_a_wrong_password_of_the_migration_role_is_its_own(
    databases: Databases, name: str
) -> None:
    """Given the other role's setting to look at, nobody would find it."""
    admin = databases.server.address(name, ADMIN)
    with pytest.raises(Unfit, match=r"migration role.*store_admin_password"):
        await migrating.lacking(admin, "wrong")


async def test_one_role_cannot_be_both(databases: Databases, bare: str) -> None:
    """Given the migration role named as the application's too, then migrating is refused."""
    with pytest.raises(Unfit, match="another role"):
        await migrated(databases.server, bare, role=ADMIN)


async def test_the_applications_role_is_made_with_its_rights(
    databases: Databases, bare: str
) -> None:
    """Given a role that is not there, when the store is migrated, then it is made as an ordinary
    one and a store starts as it; without a password for it the text says what to run."""
    server, role = databases.server, f"{databases.prefix}_role"
    with pytest.raises(Unfit, match="CREATE ROLE"):
        await migrating.migrate(
            server.address(bare, ADMIN), PASSWORD, role=role, role_password=None, incarnation="x"
        )
    done = await migrated(server, bare, role)
    assert done.made_role
    [facts] = await server.ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
        "WHERE rolname = $1",
        role,
    )
    assert not any(facts)
    await starts(server, bare, role)
    assert not (await migrated(server, bare, role)).made_role
    await server.run(f'DROP OWNED BY "{role}"', database=bare)
    await server.run(f'DROP ROLE "{role}"')


# ── schemas ───────────────────────────────────────────────────────────────────────────────────


async def test_a_database_without_a_store_names_the_command(
    databases: Databases, bare: str
) -> None:
    """Given an empty database, then a start says what to run; it makes nothing by itself."""
    with pytest.raises(OldSchema, match="leadwire migrate"):
        await starts(databases.server, bare)
    found = await databases.server.ask("SELECT to_regnamespace('leadwire')", database=bare)
    assert found[0][0] is None


async def test_two_migrators_take_turns(databases: Databases, bare: str) -> None:
    """Given two migrators at once, then one runs the steps and the other finds them done."""
    server = databases.server
    both = await asyncio.gather(migrated(server, bare), migrated(server, bare))
    assert sorted(len(done.steps) for done in both) == [0, len(migrations("postgres"))]
    await starts(server, bare)


TWO = Migration(2, "0002_more.sql", "ALTER TABLE leadwire.states ADD COLUMN more text")
BAD = Migration(2, "0002_bad.sql", "CREATE TABLE leadwire.x (y int); SELECT 1 / 0")


async def test_every_earlier_version_is_brought_up_with_its_rows(
    databases: Databases, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a store of an earlier version with rows of several clients, then a start refuses it,
    each step up runs once and sees every row, and an older process refuses what came out."""
    server, known = databases.server, migrations("postgres")
    async with opened(server, name) as store:
        await wins(store, unit(rows=row("l1")))
    fill = "UPDATE leadwire.states SET more = 'seen'"
    two = replace(TWO, sql=f"{TWO.sql}; {fill}")
    newer = [*known, replace(two, number=known[-1].number + 1)]
    for module in (migrating, steps_):
        monkeypatch.setattr(module, "migrations", lambda engine="sqlite": newer)
    monkeypatch.setattr("statestore.postgres.store.migrations", lambda engine: newer)
    with pytest.raises(OldSchema, match=r"0002_more\.sql.*leadwire migrate"):
        await starts(server, name)
    assert [one.name for one in (await migrated(server, name)).steps] == ["0002_more.sql"]
    assert (await migrated(server, name)).steps == []
    async with opened(server, name) as store:
        assert set(await store.rows([ref("l1")])) == {ref("l1")}
        assert await codes(store, unit(rows=row("l1", 1))) == ["committed"]
    assert [tuple(one) for one in await server.ask(
        "SELECT more FROM leadwire.states", database=name
    )] == [("seen",)]  # fmt: skip
    monkeypatch.undo()
    with pytest.raises(NewSchema, match="upgrade Leadwire"):
        await starts(server, name)
    await server.database(name)


async def test_a_failing_step_leaves_nothing(
    databases: Databases, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a step whose second statement fails, then its first is undone, the steps before it
    stand, and the next run goes on from there."""
    known = migrations("postgres")
    bad = [*known, replace(BAD, number=known[-1].number + 1)]
    monkeypatch.setattr(migrating, "migrations", lambda engine: bad)
    with pytest.raises(StoreError, match="division by zero"):
        await migrated(databases.server, bare)
    monkeypatch.undo()
    assert (await migrated(databases.server, bare)).steps == []
    found = await databases.server.ask("SELECT to_regclass('leadwire.x')", database=bare)
    assert found[0][0] is None


async def test_a_first_migration_that_was_interrupted_is_taken_up(
    databases: Databases, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a migrator that ended in its very first step, then the next one begins there, and does
    not take the table of steps for somebody else's."""
    server = databases.server
    for module in (migrating, steps_):
        monkeypatch.setattr(module, "migrations", lambda engine: [replace(BAD, number=1)])
    with pytest.raises(StoreError, match="division by zero"):
        await migrated(server, bare)
    monkeypatch.undo()
    admin = server.address(bare, ADMIN)
    assert len(await migrating.lacking(admin, PASSWORD)) == len(migrations("postgres"))
    assert len((await migrated(server, bare)).steps) == len(migrations("postgres"))
    await starts(server, bare)


async def test_a_step_does_not_wait_for_ever_for_a_table(
    databases: Databases, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given somebody who has read a table and not ended the transaction, then a step that changes
    it gives up and says whom to look for: behind it, every agent would wait."""
    server, known = databases.server, migrations("postgres")
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.1)
    newer = [*known, replace(TWO, number=known[-1].number + 1)]
    for module in (migrating, steps_):
        monkeypatch.setattr(module, "migrations", lambda engine: newer)
    reader = await asyncpg.connect(**server.options(name, ROLE, PASSWORD))
    async with reader.transaction():
        await reader.fetch("SELECT * FROM leadwire.states")
        with pytest.raises(
            Unavailable, match=rf"0002_more\.sql.*process {reader.get_server_pid()}"
        ):
            await migrated(server, name)
    await reader.close()
    assert [one.name for one in (await migrated(server, name)).steps] == ["0002_more.sql"]
    await server.database(name)


async def test_a_changed_step_and_a_strangers_schema_are_refused(
    databases: Databases, bare: str
) -> None:
    """Given a schema of that name that is no store, then migrating touches nothing; given a step
    whose text is not the one that was applied, then nothing starts."""
    server = databases.server
    await server.run(
        f"CREATE SCHEMA leadwire AUTHORIZATION {ADMIN}",
        "CREATE TABLE leadwire.notes (x int)",
        database=bare,
    )
    with pytest.raises(Corrupt, match="no store"):
        await migrated(server, bare)
    await server.run("DROP SCHEMA leadwire CASCADE", database=bare)
    await migrated(server, bare)
    await server.run("UPDATE leadwire.migrations SET checksum = 'other'", database=bare)
    with pytest.raises(Corrupt, match="differs"):
        await starts(server, bare)


# ── durability, copies ────────────────────────────────────────────────────────────────────────


async def test_a_server_that_forgets_is_not_durable(databases: Databases, name: str) -> None:
    """Given a role whose commits are not flushed, then the store says that it is not durable, which
    keeps sending closed; asked otherwise it is."""
    server = databases.server
    async with opened(server, name) as store:
        info = await store.info()
        assert (info.durable, info.shared, info.closed, info.engine) == (
            True,
            True,
            None,
            "postgres",
        )
    await server.run(f"ALTER ROLE {ROLE} IN DATABASE \"{name}\" SET synchronous_commit = 'off'")
    async with opened(server, name) as store:
        assert not (await store.info()).durable
    await server.run(f'ALTER ROLE {ROLE} IN DATABASE "{name}" RESET synchronous_commit')


@pytest.mark.parametrize("word", ["fsync", "full_page_writes"])
def test_a_server_without_flushing_is_not_durable(word: str) -> None:
    """Given a server that was told not to flush at all, then it is not durable either."""
    facts = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
    assert checking.durable(facts)
    assert not checking.durable({**facts, word: "off"})


async def test_a_copy_starts_closed(databases: Databases, name: str) -> None:
    """Given a database that was copied to another place, then the copy is closed for claims and
    says what to run; the one that went on is not."""
    server, copy = databases.server, f"{databases.prefix}_copy"
    async with opened(server, name) as store:
        await wins(store, unit(rows=row("l1")))
    await server.run(f'CREATE DATABASE "{copy}" TEMPLATE "{name}" OWNER {ADMIN}')
    try:
        async with opened(server, copy) as store:
            assert "leadwire restore" in str((await store.info()).closed)
        async with opened(server, name) as store:
            assert (await store.info()).closed is None
            await store.close_sending("for a reason")
            assert (await store.info()).closed == "for a reason"
            await store.close_sending(None)
            assert (await store.info()).closed is None
    finally:
        await server.run(f'DROP DATABASE "{copy}" WITH (FORCE)')


# ── addresses ─────────────────────────────────────────────────────────────────────────────────


def test_an_address_is_read() -> None:
    """Given an address with everything, then every part of it is found; given less, defaults."""
    whole = parsed(
        "app@db.example:6543/lead?sslmode=verify-full&sslrootcert=/ca.pem&pooler=transaction"
        "&connections=12"
    )
    assert whole == Address(
        user="app",
        host="db.example",
        port=6543,
        database="lead",
        sslmode="verify-full",
        sslrootcert="/ca.pem",
        pooled=True,
        connections=12,
    )
    assert parsed("app@[::1]/lead") == Address(user="app", host="::1", port=5432, database="lead")
    assert str(parsed("app@[::1]/lead")) == "app@[::1]:5432/lead"
    assert parsed("app@db/lead?sslrootcert=/ca.pem").sslmode == "verify-full"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("app:secret@db.example/lead", "store_password"),
        ("db.example/lead", "lacks a part"),
        ("app@db.example", "lacks a part"),
        ("app@db.example:port/lead", "port"),
        ("app@db.example/lead?ssl=on", "unknown option"),
        ("app@db.example/lead?sslmode=maybe", "sslmode"),
        ("app@db.example/lead?sslmode=require&sslrootcert=/ca.pem", "write sslmode=verify-full"),
        ("app@db.example/lead?pooler=session", "pooler"),
        ("app@db.example/lead?connections=1", "connections"),
    ],
)
def test_a_wrong_address_says_what_to_write(text: str, says: str) -> None:
    """Given an address with something wrong, then the error names it."""
    with pytest.raises(ValueError, match=says):
        parsed(text)


async def test_a_server_without_tls_is_refused_where_it_was_asked(
    databases: Databases, name: str
) -> None:
    """Given a server without TLS, then a store that requires it does not fall back."""
    address = databases.server.address(name, sslmode="require")
    store = PostgresStore(address, PASSWORD, elapsed=SystemClock().elapsed)
    with pytest.raises(Unfit, match="speaks no TLS"):
        await store.start()
    lost = replace(address, sslmode="verify-full", sslrootcert="/none/ca.pem")
    blind = PostgresStore(lost, PASSWORD, elapsed=SystemClock().elapsed)
    with pytest.raises(Unfit, match="sslrootcert"):
        await blind.start()


def test_a_servers_errors_all_have_a_home() -> None:
    """Given every error class of the driver, then each is a clash, lasting, or translated to one
    of the store's own, with the place in its text."""
    kinds = [
        kind
        for kind in vars(asyncpg.exceptions).values()
        if isinstance(kind, type) and issubclass(kind, asyncpg.PostgresError)
    ]
    assert len(kinds) > 200
    for kind in kinds:
        error = kind("text of the server")
        assert clash(error) or lasting(error) or "app@db" in str(translated(error, "app@db"))
    assert isinstance(translated(ConnectionRefusedError(), "app@db"), StoreError)
