"""`leadwire topics plan|apply` against a real cluster: what they print, and how they end."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents import wiring
from agents.cli.topics import apply, plan, retention_days
from tests.bus.kafka.clusters import fresh_prefix


@pytest.fixture
def prefix(kafka: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Topics of this test's own, in the run's cluster."""
    name = fresh_prefix()
    monkeypatch.setenv("LEADWIRE_BUS", f"kafka:{kafka}")
    monkeypatch.setenv("LEADWIRE_BUS_PREFIX", name)
    monkeypatch.setenv("LEADWIRE_PARTITIONS", "2")
    return name


def run(command: Any, *arguments: str) -> Result:
    """A command as the command line runs it."""
    return CliRunner().invoke(command, arguments)


def rows(result: Result) -> dict[str, dict[str, Any]]:
    """Its JSON lines by topic."""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return {row["topic"]: row for row in found}


def test_apply_makes_every_topic_once(prefix: str) -> None:
    """Plan says what is missing, apply makes it, a second time there is nothing to do."""
    planned = rows(run(plan, "--json"))
    assert set(planned) == {f"{prefix}{topic}" for topic in wiring.topics()}
    assert {row["action"] for row in planned.values()} == {"create"}
    assert planned[f"{prefix}lead.scored"]["kept"] == "7 days"
    assert planned[f"{prefix}lead.contacted"]["kept"] == "30 days"
    assert run(plan, "--check").exit_code == 1
    assert rows(run(apply, "--dry-run", "--json")) == planned
    assert run(apply).exit_code == 0
    after = run(plan, "--check", "--json")
    assert after.exit_code == 0
    assert {row["action"] for row in rows(after).values()} == {"keep"}
    assert {row["partitions"] for row in rows(after).values()} == {2}


def test_more_partitions_are_refused_until_somebody_says_so(
    prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5 and what it would break; with the word, they are made."""
    assert run(apply).exit_code == 0
    monkeypatch.setenv("LEADWIRE_PARTITIONS", "3")
    refused = run(apply, "--json")
    assert refused.exit_code == 5
    assert "--reorder-ok" in refused.stderr
    assert "cannot be undone" in refused.stderr
    assert {row["action"] for row in rows(refused).values()} == {"refuse"}
    done = run(apply, "--reorder-ok", "--json")
    assert done.exit_code == 0
    assert {row["partitions"] for row in rows(run(plan, "--json")).values()} == {3}


def test_another_bus_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3 and what to write."""
    monkeypatch.setenv("LEADWIRE_BUS", "memory:")
    result = run(plan)
    assert result.exit_code == 3
    assert "write kafka:HOST:PORT" in result.stderr


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4, with the address and what to look at."""
    monkeypatch.setenv("LEADWIRE_BUS", "kafka:127.0.0.1:1")
    result = run(plan)
    assert result.exit_code == 4
    assert "kafka:127.0.0.1:1 cannot be reached" in result.stderr
    assert "LEADWIRE_BUS" in result.stderr


def test_every_topic_has_its_days() -> None:
    """Personal fields go after a week, also where they were deferred."""
    days = retention_days()
    assert set(days) == set(wiring.topics())
    assert days["inbound.leads"] == days["retry.scoring"] == 7
    assert days["lead.unsubscribed"] == 30
