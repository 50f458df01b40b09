"""A real PostgreSQL for tests: by address, else Debian's programs, else a container, else a skip.

`LEADWIRE_TEST_POSTGRES=postgresql://superuser[:password]@HOST:PORT/postgres` names a server that is
there already; tests make databases and roles on it and leave everything else alone. Otherwise a
cluster is made in a temporary folder and run by an unprivileged user, shared by the workers of the
run, and ends with it. `private_postgres` is a server of one's own, to be killed and started again.
"""

import asyncio
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from statestore.postgres.address import Address
from statestore.postgres.checking import HOME
from statestore.postgres.migrating import migrate
from tests.services.places import absent, free_port, locked, run_folder, run_pid

NAME = "LEADWIRE_TEST_POSTGRES"
BIN = "/usr/lib/postgresql"
ADMIN, ROLE, PASSWORD = "lw_test_admin", "lw_test_app", "app-secret"
TEMPLATE = "lw_test_template"
PATIENCE = 120.0
TABLES = (
    *("inbox", "states", "persons", "contents", "outbox", "deferred", "timers", "sends"),
    *("reservations", "admissions", "stops", "credits", "leases", "journal", "dead"),
)
CLEAR = (
    "; ".join(f"DELETE FROM leadwire.{table}" for table in TABLES)
    + "; DELETE FROM leadwire.meta WHERE name NOT IN ('incarnation', 'home')"
)
"""Empties a store."""


# ── a cluster ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Server:
    """Where a server is, and its superuser."""

    host: str
    port: int
    superuser: str = "postgres"
    password: str | None = None

    def options(self, database: str = "postgres", user: str = "", password: str = "") -> Any:
        """What asyncpg connects with: as the superuser, unless somebody else is named."""
        return {
            "host": self.host,
            "port": self.port,
            "user": user or self.superuser,
            "password": password or (None if user else self.password),
            "database": database,
        }

    def address(self, database: str, user: str = ROLE, **more: Any) -> Address:
        """The address of a database, as the application's role."""
        return Address(user=user, host=self.host, port=self.port, database=database, **more)

    async def run(self, *statements: str, database: str = "postgres") -> None:
        """Runs statements as the superuser, each for itself."""
        connection = await asyncpg.connect(**self.options(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def ask(self, statement: str, *given: Any, database: str = "postgres") -> list[Any]:
        """Asks as the superuser, whom no policy binds."""
        connection = await asyncpg.connect(**self.options(database))
        try:
            return list(await connection.fetch(statement, *given))
        finally:
            await connection.close()

    async def prepare(self) -> None:
        """Makes the roles and a template: a new, empty store."""
        made = f"LOGIN PASSWORD '{PASSWORD}'"
        for role, rights in ((ADMIN, "CREATEROLE CREATEDB"), (ROLE, "")):
            if not await self.ask("SELECT FROM pg_roles WHERE rolname = $1", role):
                await self.run(f"CREATE ROLE {role} {rights} {made}")
        await self.run(
            f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE} OWNER {ADMIN}"
        )
        admin = self.address(TEMPLATE, ADMIN)
        await migrate(admin, PASSWORD, role=ROLE, role_password=PASSWORD, incarnation="first-life")

    async def database(self, name: str) -> None:
        """Makes a database as a copy of the template, at home where it is."""
        await self.run(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} OWNER {ADMIN}',
        )
        await self.run(
            f"UPDATE leadwire.meta SET value = ({HOME}) WHERE name = 'home'", database=name
        )

    async def clear(self, name: str) -> None:
        """Empties a store."""
        await self.run(CLEAR, database=name)


def nobody() -> tuple[int, int] | None:
    """Whom servers run as that refuse root; None where we are not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    one = names.get("postgres") or names["nobody"]
    return one.pw_uid, one.pw_gid


def unprivileged() -> list[str]:
    """What a command begins with to run as an ordinary user."""
    who = nobody()
    if who is None:
        return []
    return ["setpriv", f"--reuid={who[0]}", f"--regid={who[1]}", "--clear-groups"]


def hand_over(*paths: Path) -> None:
    """Gives files to that user."""
    who = nobody()
    if who is not None:
        for path in paths:
            os.chown(path, *who)


def programs() -> Path | None:
    """Where initdb and postgres are: Debian keeps them out of PATH."""
    found = sorted(Path(BIN).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


@dataclass
class Cluster:
    """A cluster in a folder of its own, run by Debian's programs as an unprivileged user; it ends
    with the test run at the latest (`guard`)."""

    folder: Path
    settings: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    guard: "subprocess.Popen[bytes] | None" = None

    @cached_property
    def bin(self) -> Path:
        found = programs()
        assert found is not None
        return found

    def command(self, program: str, *words: str) -> list[str]:
        """A program of the server, as its user."""
        return [*unprivileged(), f"{self.bin}/{program}", *words]

    @property
    def data(self) -> str:
        return f"{self.folder}/data"

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, password="super-secret")

    def make(self) -> None:
        """Runs initdb."""
        self.folder.mkdir(parents=True, exist_ok=True)
        word = self.folder / "password"
        word.write_text("super-secret")
        hand_over(self.folder, word)
        options = ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={word}", "--no-sync"]
        command = self.command("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", *options)
        subprocess.run(command, check=True, capture_output=True)

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            "max_connections=200",
            "shared_buffers=128MB",
            "deadlock_timeout=200ms",
            *self.settings,
        ]
        flags = [word for option in options for word in ("-c", option)]
        command = self.command("postgres", "-D", self.data, *flags)
        guard = [sys.executable, "-m", "tests.services.guard", str(run_pid()), str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.guard = subprocess.Popen(
                [*guard, *command], stdout=log, stderr=log, start_new_session=True
            )
        wait_for(self.server, self.guard)

    def stop(self, how: str = "fast") -> None:
        """Stops the server: `fast` writes a checkpoint, `immediate` leaves it to recovery."""
        command = self.command("pg_ctl", "stop", "-w", "-D", self.data, "-m", how)
        subprocess.run(command, check=False, capture_output=True)
        if self.guard is not None:
            self.guard.wait(PATIENCE)
            self.guard = None

    def kill(self) -> None:
        """Kills the server with all of its processes at once, as a machine that dies does."""
        assert self.guard is not None
        pid = int((Path(self.data) / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGSTOP)  # it starts nobody whom we would miss
        mine = children(pid)
        os.killpg(self.guard.pid, signal.SIGKILL)
        for child in mine:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it has noticed by itself
        self.guard.wait(PATIENCE)
        self.guard = None
        # A dead process that nobody has buried yet counts as running for the next start.
        for left in (Path(self.data) / "postmaster.pid", *self.folder.glob(".s.PGSQL.*.lock")):
            left.unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(path.parent.name))
    return found


def wait_for(server: Server, process: "subprocess.Popen[bytes]") -> None:
    """Returns once a server answers; raises after a generous while, or when it has ended."""

    async def asked() -> bool:
        try:
            await server.ask("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    until = time.monotonic() + PATIENCE
    while not asyncio.run(asked()):
        if time.monotonic() > until or process.poll() is not None:
            raise RuntimeError("PostgreSQL does not start; see `log` in its folder")
        time.sleep(0.05)


# ── one for the whole run ─────────────────────────────────────────────────────────────────────


def named(text: str) -> Server:
    """Reads an address from the environment."""
    parts = urlsplit(text)
    assert parts.hostname, f"{NAME}={text}: write postgresql://USER[:PASSWORD]@HOST:PORT/postgres"
    return Server(parts.hostname, parts.port or 5432, parts.username or "postgres", parts.password)


def shared() -> Server:
    """The run's server, with a template of an empty store: whoever comes first makes it."""
    note = run_folder() / "postgres.json"
    with locked(note.with_suffix(".lock")):
        if not note.exists():
            server = _found()
            asyncio.run(server.prepare())
            note.write_text(json.dumps(asdict(server)))
        return Server(**json.loads(note.read_text()))


def _found() -> Server:
    given = os.environ.get(NAME)
    if given:
        return named(given)
    if programs() is None:
        return _contained()
    made = Cluster(Path(tempfile.mkdtemp(prefix="leadwire-postgres-")))
    made.make()
    made.start()
    return made.server


def _contained() -> Server:
    """The last way: a container, which testcontainers ends with the run. Skips at home, fails where
    services are required."""
    try:
        from testcontainers.postgres import PostgresContainer

        container = PostgresContainer("postgres:16-alpine", password="super-secret", driver=None)
        container.start()
    except Exception as error:
        absent(f"no {NAME}, no initdb of Debian's postgresql, no container ({error})")
    port = int(container.get_exposed_port(5432))
    return Server(container.get_container_host_ip(), port, container.username, "super-secret")


# ── fixtures ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def postgres() -> Server:
    """The run's server, with a template of an empty store."""
    return shared()


class Databases:
    """Databases of one worker, used in turns: a new one is an old one that was emptied."""

    def __init__(self, server: Server, prefix: str, through: Server | None = None) -> None:
        self.server = server
        self.reached = through or server
        """Where stores connect: the server, or a pooler before it."""
        self.prefix = prefix
        self.made: list[str] = []

    async def empty(self, turn: int) -> str:
        """Names a database that holds an empty store."""
        name = f"{self.prefix}_{turn % 4}"
        if name in self.made:
            await self.server.clear(name)
        else:
            await self.server.database(name)
            self.made.append(name)
        return name


@pytest.fixture(scope="session")
def databases(postgres: Server) -> Iterator[Databases]:
    """This worker's databases."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    made = Databases(postgres, f"lw_test_{os.getpid()}_{worker}")
    yield made
    if NAME in os.environ:  # a server of our own ends with the run, and its databases with it
        gone = [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in made.made]
        asyncio.run(postgres.run(*gone))


@contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """A server of one's own, prepared."""
    if programs() is None:
        absent("no initdb: install Debian's postgresql")
    made = Cluster(Path(tempfile.mkdtemp(prefix="leadwire-postgres-")), settings)
    try:
        made.make()
        made.start()
        asyncio.run(made.server.prepare())
        yield made
    finally:
        if made.guard is not None:
            made.stop("immediate")
        made.remove()


@pytest.fixture
def private_postgres() -> Iterator[Cluster]:
    """A server of one's own, to be stopped and killed."""
    with cluster() as made:
        yield made
