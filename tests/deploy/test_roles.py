"""The database's roles as compose makes them, on a real server: what each may, and what doctor says
of a store from nothing to declared."""

import asyncio
import json
import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from tests.agents.cli.place import Place
from tests.deploy.files import DEPLOY
from tests.services.postgres import Cluster, private_postgres, programs

pytestmark = pytest.mark.service("postgres")
__all__ = ["private_postgres"]

SECRETS = {"STORE_PASSWORD": "of the agents' 'role'", "STORE_ADMIN_PASSWORD": 'of the "owner"; --'}
"""With everything that a shell or SQL might trip over."""


@pytest.fixture
def place(private_postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place whose store is that server's, after `roles.sh` and nothing else."""
    monkeypatch.chdir(tmp_path)
    server = private_postgres.server
    where = {"PGHOST": server.host, "PGPORT": str(server.port), "POSTGRES_USER": server.superuser}
    secret = {"PGPASSWORD": server.password} if server.password else {}
    path = f"{programs()}:{os.environ['PATH']}"
    script = str(DEPLOY / "postgres" / "roles.sh")
    environment = {**where, **secret, **SECRETS, "PATH": path}
    subprocess.run(["/bin/sh", script], env=environment, check=True)
    made = Place(tmp_path)
    made.environment |= {
        "LEADWIRE_STORE": f"postgres:leadwire@{server.host}:{server.port}/leadwire",
        "LEADWIRE_STORE_PASSWORD": "env:STORE_PASSWORD",
        "LEADWIRE_STORE_ADMIN": "leadwire_owner",
        "LEADWIRE_STORE_ADMIN_PASSWORD": "env:STORE_ADMIN_PASSWORD",
        **SECRETS,
    }
    return made


def states(place: Place, **env: str) -> dict[str, tuple[str, str]]:
    """Check → state and next command, the last of each."""
    lines = place.run("doctor", "--json", "--offline", **env).stdout.splitlines()
    return {one["check"]: (one["state"], one["next"]) for one in map(json.loads, lines)}


def test_from_roles_to_a_declared_store(place: Place) -> None:
    """Doctor names the next command at each step; the roles are what they are said to be."""
    assert states(place)["migrations"] == ("fail", "leadwire migrate")
    assert place.run("migrate").exit_code == 0
    assert "nothing to do" in place.run("migrate").output
    found = states(place)
    for check in ("store", "migrations", "roles", "durability", "switches", "backlog"):
        assert (check, found[check][0]) == (check, "ok")
    assert found["clients"] == ("warn", "leadwire apply leadwire.toml")
    assert place.apply().exit_code == 0
    assert states(place)["clients"][0] == "ok"


def test_agents_with_the_owners_role_are_refused(place: Place) -> None:
    """By doctor as by an agent: nothing would keep clients apart."""
    assert place.run("migrate").exit_code == 0
    owner = place.environment["LEADWIRE_STORE"].replace("leadwire@", "leadwire_owner@")
    wrong = {"LEADWIRE_STORE": owner, "LEADWIRE_STORE_PASSWORD": "env:STORE_ADMIN_PASSWORD"}
    assert states(place, **wrong)["store"][0] == "fail"
    assert "row-level security" in place.run("doctor", "--offline", **wrong).output


def test_a_server_that_is_away(place: Place, private_postgres: Cluster) -> None:
    """One line, and no traceback."""
    private_postgres.stop("immediate")
    done = place.run("doctor", "--offline")
    assert (done.exit_code, states(place)["store"][0]) == (1, "fail")
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_the_application_role_makes_and_drops_nothing(
    place: Place, private_postgres: Cluster
) -> None:
    """Tried as that role: new tables, the store's own tables, another role."""
    assert place.run("migrate").exit_code == 0
    server = private_postgres.server

    async def refused(statement: str) -> bool:
        password = SECRETS["STORE_PASSWORD"]
        options = server.options("leadwire", user="leadwire", password=password)
        connection = await asyncpg.connect(**options)
        try:
            await connection.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            return True
        finally:
            await connection.close()
        return False

    for statement in (
        "CREATE TABLE public.mine (a int)",
        "CREATE SCHEMA mine",
        "DROP TABLE leadwire.journal",
        "ALTER TABLE leadwire.states DISABLE ROW LEVEL SECURITY",
        "CREATE ROLE mine",
        "SET ROLE leadwire_owner",
    ):
        assert asyncio.run(refused(statement)), statement
