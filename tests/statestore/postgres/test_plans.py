"""No statement that a running agent causes reads a whole table of a realistic size.

The database is filled with a hundred thousand leads and what belongs to them, analysed, and asked
everything; the server explains each statement as it runs it (`auto_explain`), with the plan that it
really took.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from statestore.base import StateStore
from statestore.records import micros
from tests.services.postgres import Cluster, cluster
from tests.statestore.everything import every_read, every_write
from tests.statestore.postgres.places import opened
from tests.statestore.values import T, at, out, row, sets, took, unit, wins

pytestmark = pytest.mark.slow

COUNT = 100_000
NOW = micros(at())

FILL = f"""
SELECT set_config('leadwire.tenants', '*', false);
INSERT INTO leadwire.states SELECT 't' || n % 50, 'lead', 'l' || n, 1, 1, 'a' || n / 2,
    CASE n % 7 WHEN 0 THEN 'new' ELSE 'in_sequence' END, '{{"notes": "' || repeat('x', 200) || '"}}'
    FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.persons SELECT 't' || n % 50, 'person', 'p' || n, 1, 1, 'l' || n, '', '{{}}'
    FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.contents SELECT 't' || n % 50, 'content', 'c' || n, 1, 1, 'l' || n, '', '{{}}'
    FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.inbox SELECT 'scoring', md5(n::text), {NOW} - n
    FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.timers SELECT 'orchestrator', 't' || n % 50 || '/a' || n, 't' || n % 50,
    {NOW} + n * 1000000::bigint, '', NULL, CASE n % 2 WHEN 0 THEN 't' || n % 50 || '/email' END,
    n % 3, NULL, NULL, NULL, NULL, n, NULL FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.sends SELECT 'f' || n, 't' || n % 50, 'a' || n / 2, 'l' || n, 'p' || n, 'c1',
    1, 1, n % 5, 1, 'email', md5(n::text), 'r' || n % 200,
    CASE WHEN n % 1000 = 0 THEN 'unknown' WHEN n % 9 = 0 THEN 'planned' ELSE 'sent' END, {NOW} - n,
    {NOW}, 'live', 'cadence', NULL, NULL, 1, false, NULL, NULL, {NOW} - n, NULL, {NOW},
    CASE WHEN n % 18 = 0 THEN {NOW} + n END, '', '', NULL, NULL, NULL, 1
    FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.reservations SELECT 'f' || n, 'q' || n % 200, 't' || n % 50,
    {NOW} - n * 60000000::bigint, true FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.stops SELECT 't' || n % 50, 'x' || n, 'address:' || md5(n::text),
    'unsubscribed', {NOW}, '', '', '', NULL, NULL FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.journal SELECT n, 't' || n % 50, 'a' || n / 2, 'l' || n, 'c1',
    {NOW} - ({COUNT} - n) * 1000000::bigint, 'orchestrator', 'fact', 'lead.scored', '{{}}', NULL,
    1, NULL FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.dead SELECT 'f' || n, 't' || n % 50, 'scoring', 'lead.scored', 'k', '{{}}', '',
    'x', '', 1, '', {NOW}, {NOW}, CASE n % 100 WHEN 0 THEN 'dead' ELSE 'replayed' END, '', NULL,
    'l' || n FROM generate_series(1, {COUNT}) AS n;
INSERT INTO leadwire.deferred SELECT n, 't', 0, NULL, '[]', {NOW} + (86400 + n) * 1000000::bigint
    FROM generate_series(1, 20000) AS n;
"""

SMALL = frozenset(
    {"outbox", "leases", "meta", "migrations", "credits", "admissions", "pg_database", "deferred"}
)
"""Tables that stay small: what is on its way, one row a name, client or step, slots set aside, and
events for later, of which the backlog asks how many there are."""


@pytest.fixture
def explaining_postgres() -> Iterator[Cluster]:
    """A server that writes the plan of each statement into its log."""
    with cluster(
        "session_preload_libraries=auto_explain",
        "auto_explain.log_min_duration=0",
        "auto_explain.log_format=json",
        "fsync=off",
        "max_wal_size=4GB",
        "shared_buffers=512MB",
        "autovacuum=off",
    ) as made:
        yield made


@pytest.fixture
async def store(explaining_postgres: Cluster) -> AsyncIterator[StateStore]:
    server = explaining_postgres.server
    await server.database("plans")
    await server.run("ALTER ROLE postgres SET auto_explain.log_min_duration = -1")
    await server.run(*filter(str.strip, FILL.split(";\n")), database="plans")
    await server.run("VACUUM ANALYZE", database="plans")
    async with opened(server, "plans") as found:
        yield found


async def many(store: StateStore) -> None:
    """Commits units in the numbers of a batch: those take other statements than one alone."""
    batch = [unit(rows=row(f"b{n}"), consumed=took(f"b{n}"), events=out()) for n in range(300)]
    await wins(store, *batch)
    await wins(store, *(unit(rows=row(f"b{n}", 1), timers=sets(f"b{n}")) for n in range(300)))


def plans(log: str) -> list[dict[str, Any]]:
    """The plans that the server wrote for the application's statements."""
    found = re.findall(r"plan:\s*\n(\s*\{.*?\n\s*\})\n(?=\S|\Z)", log, flags=re.DOTALL)
    return [json.loads(text) for text in found]


def scanned(plan: dict[str, Any]) -> set[str]:
    """The tables that a plan reads from front to end."""
    found = set()
    if plan["Node Type"] == "Seq Scan":
        found.add(plan["Relation Name"])
    for part in plan.get("Plans", ()):
        found |= scanned(part)
    return found


async def test_no_statement_reads_a_whole_table(
    store: StateStore, explaining_postgres: Cluster
) -> None:
    """Given every statement that agents cause, then none of their plans reads a table from front
    to end, but for those that stay small, and none is compiled before it runs."""
    for _ in range(7):  # after five runs a statement's plan may become the general one
        await every_read(store)
        await store.dead_letters(T)
    await every_write(store)
    await many(store)
    log = (explaining_postgres.folder / "log").read_text(encoding="utf-8", errors="replace")
    seen = plans(log)
    assert len(seen) > 250
    scanning = {
        one["Query Text"]: tables
        for one in seen
        if "leadwire." in one["Query Text"] and (tables := scanned(one["Plan"]) - SMALL)
    }
    assert scanning == {}
    assert [one["Query Text"] for one in seen if "JIT" in one] == []
