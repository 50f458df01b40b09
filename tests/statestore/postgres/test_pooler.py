"""Behind a transaction pooler: no session is ours, and every history still holds.

PgBouncer gives each transaction whichever server connection is free. What a store leaves in one
would reach somebody else's transaction: a tenant that was set, a statement kept by name, a lock.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from statestore.errors import Unfit
from tests.services.places import absent, free_port, run_pid
from tests.services.postgres import (
    PASSWORD,
    ROLE,
    Databases,
    Server,
    hand_over,
    unprivileged,
    wait_for,
)
from tests.statestore.commit_histories import CommitHistories
from tests.statestore.ledger_histories import LedgerHistories
from tests.statestore.postgres.places import opened
from tests.statestore.quota_histories import QuotaHistories
from tests.statestore.tenant_histories import TenantHistories
from tests.statestore.test_postgres import Opening
from tests.statestore.values import OTHER, T, ref, row, unit, wins

CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
admin_users = nobody
"""


@pytest.fixture(scope="module")
def pooler(postgres: Server) -> Iterator[Server]:
    """PgBouncer in front of the run's server, with three server connections a database."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        absent("no pgbouncer: install Debian's package")
    folder = Path(tempfile.mkdtemp(prefix="leadwire-pgbouncer-"))
    own = free_port()
    text = CONFIGURATION.format(host=postgres.host, port=postgres.port, own=own, folder=folder)
    forced = f"* = host={postgres.host} port={postgres.port} user={ROLE} password={PASSWORD}"
    text = text.replace(f"* = host={postgres.host} port={postgres.port}", forced)
    (folder / "pgbouncer.ini").write_text(text)
    (folder / "users").write_text(f'"{ROLE}" "{PASSWORD}"\n')
    hand_over(folder, *folder.iterdir())
    guard = [sys.executable, "-m", "tests.services.guard", str(run_pid()), str(folder)]
    command = [*guard, *unprivileged(), program, str(folder / "pgbouncer.ini")]
    with (folder / "out").open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    server = Server("127.0.0.1", own, ROLE, PASSWORD)
    try:
        wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def databases(postgres: Server, pooler: Server) -> Databases:
    """This worker's databases, reached through the pooler."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return Databases(postgres, f"lw_pooled_{os.getpid()}_{worker}", through=pooler)


class TestPooled(Opening, CommitHistories, LedgerHistories, QuotaHistories, TenantHistories):
    """Histories of everything that spans statements."""

    options = {"pooled": True}


async def test_tenants_do_not_leak_between_sessions(databases: Databases) -> None:
    """Given two stores whose transactions share three server connections, then neither finds what
    the other's tenants were set for."""
    name = await databases.empty(3)
    server = databases.reached
    async with (
        opened(server, name, pooled=True) as one,
        opened(server, name, pooled=True) as two,
    ):
        for n in range(30):
            await wins(one, unit(rows=row(f"l{n}")))
            assert await two.rows([ref(f"l{n}", tenant=OTHER)]) == {}
            assert set(await two.rows([ref(f"l{n}", tenant=T)])) == {ref(f"l{n}")}
    raw = replace(server, password=PASSWORD)
    for _ in range(9):
        [row_] = await raw.ask("SELECT current_setting('leadwire.tenants', true)", database=name)
        assert not row_[0]


async def test_a_pooler_that_nobody_mentioned_is_named(databases: Databases) -> None:
    """Given stores that take their sessions for their own, then the first statement that meets
    somebody else's says which option to add."""
    name = await databases.empty(2)

    async def ask() -> None:
        async with AsyncExitStack() as stack:
            stores = [
                await stack.enter_async_context(opened(databases.reached, name)) for _ in range(3)
            ]
            for n in range(30):
                await asyncio.gather(*(store.rows([ref(f"l{n}")]) for store in stores))

    with pytest.raises(Unfit, match=r"\?pooler=transaction"):
        await ask()
