"""Encryption to a real server: who is trusted, and what is said where nobody is."""

import asyncio
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.ports import SystemClock
from statestore.errors import Unfit
from statestore.postgres import PostgresStore, upkeep
from tests.services.places import absent
from tests.services.postgres import ADMIN, PASSWORD, Cluster, Databases, hand_over, programs
from tests.statestore.postgres.places import opened
from tests.statestore.values import ref, row, unit, wins

TLS = Path(__file__).resolve().parents[2] / "samples" / "tls"
AUTHORITY = str(TLS / "authority.pem")
TRUSTED = {"sslmode": "verify-full", "sslrootcert": AUTHORITY}
UNNAMED = "127.0.0.2"
"""Of this machine, and not in the certificate."""


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Cluster]:
    """A server that talks to nobody in the open."""
    if programs() is None:
        absent("no initdb: install Debian's postgresql")
    folder = Path(tempfile.mkdtemp(prefix="leadwire-postgres-"))
    files = [Path(shutil.copy(TLS / f"server.{kind}", folder)) for kind in ("pem", "key")]
    files[1].chmod(0o600)
    hand_over(*files)
    certificate = (f"ssl_cert_file={files[0]}", f"ssl_key_file={files[1]}")
    made = Cluster(folder, ("ssl=on", *certificate, f"listen_addresses=127.0.0.1,{UNNAMED}"))
    try:
        made.make()
        rules = Path(made.data) / "pg_hba.conf"
        rules.write_text(re.sub(r"^host\b", "hostssl", rules.read_text(), flags=re.MULTILINE))
        made.start()
        asyncio.run(made.server.prepare())
        asyncio.run(made.server.database("secret"))
        yield made
    finally:
        made.stop("immediate")
        made.remove()


def unborn(cluster: Cluster, **options: Any) -> PostgresStore:
    """A store that is not started."""
    address = cluster.server.address("secret", **options)
    return PostgresStore(address, PASSWORD, elapsed=SystemClock().elapsed)


@pytest.mark.parametrize(
    "options",
    [TRUSTED, {**TRUSTED, "sslmode": "verify-ca"}, {"sslmode": "require"}, {"sslmode": "prefer"}],
)
async def test_a_store_works_encrypted(encrypted: Cluster, options: dict[str, str]) -> None:
    """Given each way to trust, then every connection of the store is encrypted."""
    address = encrypted.server.address("secret", **options)
    async with opened(encrypted.server, "secret") as plain:
        await wins(plain, unit(rows=row(f"l-{options['sslmode']}")))
    store = PostgresStore(address, PASSWORD, elapsed=SystemClock().elapsed)
    await store.start()
    assert await store.rows([ref(f"l-{options['sslmode']}")])
    ways = await encrypted.server.ask(
        "SELECT s.ssl FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid) "
        "WHERE a.application_name = 'leadwire'"
    )
    assert ways
    assert all(one["ssl"] for one in ways)
    await store.stop()


@pytest.fixture
def stranger(tmp_path: Path) -> str:
    """An authority that has signed nothing here."""
    file = tmp_path / "other.pem"
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null"
    made = f"openssl req -x509 {key} -subj /CN=other -out {file}"
    subprocess.run(made.split(), check=True, capture_output=True)
    return str(file)


async def test_a_server_that_nobody_vouches_for_is_refused(
    encrypted: Cluster, stranger: str
) -> None:
    """Given an authority of another's, or none but the system's, then the store names the setting,
    and nothing was sent."""
    for authority in (stranger, None):
        store = unborn(encrypted, sslmode="verify-full", sslrootcert=authority)
        with pytest.raises(Unfit, match=r"CERTIFICATE_VERIFY_FAILED.*sslrootcert of `store`"):
            await store.start()


async def test_a_server_of_another_name_is_refused(encrypted: Cluster) -> None:
    """Given a certificate that does not hold the address's host, then verify-full says which host
    it is, and verify-ca takes it."""
    full = replace(encrypted.server.address("secret", **TRUSTED), host=UNNAMED)
    store = PostgresStore(full, PASSWORD, elapsed=SystemClock().elapsed)
    with pytest.raises(Unfit, match=rf"{UNNAMED}.*sslmode"):
        await store.start()
    loose = replace(full, sslmode="verify-ca")
    taken = PostgresStore(loose, PASSWORD, elapsed=SystemClock().elapsed)
    await taken.start()
    await taken.stop()


async def test_a_file_that_is_no_authority_is_named(encrypted: Cluster) -> None:
    """Given some other file, then the text leads to the setting."""
    with pytest.raises(Unfit, match="sslrootcert"):
        await unborn(encrypted, sslmode="verify-full", sslrootcert=__file__).start()


async def test_talking_in_the_open_is_refused_by_a_server_that_forbids_it(
    encrypted: Cluster,
) -> None:
    """Given sslmode=disable and a server that wants encryption, then its words are told."""
    with pytest.raises(Unfit, match="no encryption"):
        await unborn(encrypted, sslmode="disable").start()


async def test_a_server_without_tls_is_said_to_have_none(databases: Databases) -> None:
    """Given a server that has none, then the text does not ask whether it is up."""
    address = databases.server.address(await databases.empty(3), **TRUSTED)
    store = PostgresStore(address, PASSWORD, elapsed=SystemClock().elapsed)
    with pytest.raises(Unfit, match=r"speaks no TLS; set ssl=on.*sslmode"):
        await store.start()


async def test_a_backup_is_fetched_encrypted(encrypted: Cluster, tmp_path: Path) -> None:
    """Given the store's authority, then pg_dump trusts it as well."""
    admin = encrypted.server.address("secret", ADMIN, **TRUSTED)
    async with opened(encrypted.server, "secret") as store:
        done = await upkeep.back_up(admin, PASSWORD, store, tmp_path / "dump", datetime.now(UTC))
    assert done.size > 0
