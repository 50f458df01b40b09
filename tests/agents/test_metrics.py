"""Metrics: the names of the table, labels of few values, and counts that follow what happened."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents import controls, wiring
from agents.base import Permanent
from agents.counting import PROCESS
from agents.metrics import Readings
from agents.settings import Settings
from agents.wiring import System
from bus.errors import Unavailable as BusAway
from contracts.outcome import Mode
from statestore.errors import Unavailable
from tests.agents.cast import LOST, Cast, Scripted
from tests.agents.stage import scored

TABLE = Path(__file__).resolve().parents[2] / "deploy" / "observability.md"
FEW = frozenset(
    (
        "account",
        "agent",
        "channel",
        "code",
        "decision",
        "group",
        "intent",
        "kind",
        "le",
        "mode",
        "outcome",
        "provider",
        "reason",
        "result",
        "rule",
        "scope",
        "source",
        "type",
        "version",
    )
)
"""Every label that there is; `account` is a sending resource of the operator's."""


@pytest.fixture
async def system(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[System, Cast]]:
    """A system over the store of a cast that has written to two people."""
    monkeypatch.setenv("TEST_SECRET", "a secret of the tests, long enough")
    cast = Cast(Scripted(answers=[LOST]))
    await cast.table.declare()
    await cast.tell(scored(1), scored(2))
    settings = Settings(secret="env:TEST_SECRET", http=False)
    made = wiring.build(settings, store=cast.table.store, clock=cast.table.clock)
    await made.bus.start()
    await made.open()
    yield made, cast
    await made.bus.stop(1)


async def shown(system: System) -> dict[str, Any]:
    """What the process shows, by family."""
    text = await Readings(system).text()
    return {family.name: family for family in text_string_to_metric_families(text)}


def table() -> dict[str, tuple[str, ...]]:
    """The table for operators: metric → labels."""
    found = re.findall(r"^\| `(leadwire_\w+)` \|([^|]+)\|([^|]*)\|", TABLE.read_text(), re.M)
    return {name: tuple(filter(None, labels.strip().split(", "))) for name, _, labels in found}


def counted(name: str, **labels: str) -> float:
    """A counter of this process."""
    return PROCESS.get_sample_value(f"leadwire_{name}_total", labels) or 0.0


async def test_the_table_names_every_metric_and_no_other(system: tuple[System, Cast]) -> None:
    """Dashboards and alarms are built from the table."""
    families = await shown(system[0])
    names = {
        f"{name}_total" if family.type == "counter" else name for name, family in families.items()
    }
    assert names == set(table())


async def test_labels_are_those_of_the_table_and_name_nobody(
    system: tuple[System, Cast],
) -> None:
    """Low cardinality: no lead, no address, no subject."""
    made, _ = system
    for name, family in (await shown(made)).items():
        told = table()[f"{name}_total" if family.type == "counter" else name]
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(told), sample
            assert set(sample.labels) <= FEW
            for value in sample.labels.values():
                assert "@" not in value
                assert "lead-" not in value


async def test_counters_follow_what_was_decided_called_and_kept() -> None:
    """Two people written to, one of them with an unclear outcome; one event twice; one that nobody
    can take."""
    before = {
        "done": counted("events", agent="orchestrator", type="lead.scored.v1", result="done"),
        "again": counted("events", agent="orchestrator", type="lead.scored.v1", result="repeated"),
        "sent": counted("messages", channel="email", provider="scripted", result="accepted"),
        "unknown": counted("messages", channel="email", provider="scripted", result="unknown"),
        "enrolled": counted("leads", outcome="enrolled"),
        "allowed": counted("policy_decisions", rule="all", decision="allowed"),
    }
    cast = Cast(Scripted(answers=[LOST]))
    await cast.table.declare()
    await cast.tell(scored(1), scored(2))
    await cast.tell(scored(1))
    after = {
        "done": counted("events", agent="orchestrator", type="lead.scored.v1", result="done"),
        "again": counted("events", agent="orchestrator", type="lead.scored.v1", result="repeated"),
        "sent": counted("messages", channel="email", provider="scripted", result="accepted"),
        "unknown": counted("messages", channel="email", provider="scripted", result="unknown"),
        "enrolled": counted("leads", outcome="enrolled"),
        "allowed": counted("policy_decisions", rule="all", decision="allowed"),
    }
    rise = {name: after[name] - before[name] for name in after}
    assert rise == {
        "done": 2, "again": 1, "sent": 1, "unknown": 1, "enrolled": 2, "allowed": 2
    }  # fmt: skip


async def test_a_dead_letter_is_counted_with_its_reason() -> None:
    """Once, when it is committed."""
    labels = {"agent": "orchestrator", "reason": "permanent"}
    before = counted("dead_letters", **labels)
    cast = Cast()
    await cast.table.declare()
    (turn,) = cast.handlers["lead.scored"]

    def never(*_: object) -> None:
        raise Permanent("no")

    turn.agent.decide = never
    await cast.tell(scored(1))
    assert counted("dead_letters", **labels) - before == 1


async def test_gauges_say_what_is_paused_and_what_is_left(system: tuple[System, Cast]) -> None:
    """A pause of one campaign shows at once; the mailbox has its day's slots less two."""
    made, cast = system
    scope = await controls.scope_of("campaign:spring", cast.table.store, None)
    await controls.pause(cast.table.commits, scope, reason="t", by="me", mode=Mode.LIVE)
    families = await shown(made)
    paused = {s.labels["scope"]: s.value for s in families["leadwire_paused"].samples}
    assert paused == {"global": 0, "channel": 0, "client": 0, "campaign": 1, "resource": 0}
    (left,) = families["leadwire_quota_remaining"].samples
    assert left.labels["channel"] == "email"
    (unknown,) = families["leadwire_unknown_sends"].samples
    assert unknown.value == 1


async def test_without_the_orchestrator_the_store_is_not_asked(
    system: tuple[System, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender's scrape costs its store nothing."""
    made, cast = system
    made.agents = ("sender",)

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the store was asked")

    for name in ("backlog", "scan", "dead_letters", "sends_in", "tally"):
        monkeypatch.setattr(cast.table.store, name, asked)
    families = await shown(made)
    assert "leadwire_build_info" in families
    assert "leadwire_unknown_sends" not in families


@pytest.mark.parametrize("part", ["store", "bus"])
async def test_what_is_away_is_said_and_the_rest_still_shown(
    system: tuple[System, Cast], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """An alarm has to see it, and a scrape that fails shows nothing at all."""
    made, cast = system

    async def away(*_: object, **__: object) -> None:
        raise (Unavailable if part == "store" else BusAway)("gone")

    target, name = (cast.table.store, "backlog") if part == "store" else (made.bus, "health")
    monkeypatch.setattr(target, name, away)
    families = await shown(made)
    (sample,) = families[f"leadwire_{part}_up"].samples
    assert sample.value == 0
    assert "leadwire_events" in families
