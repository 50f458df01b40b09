"""The compose file on a real engine: it comes up, plays a campaign, scales, loses a process, and
comes back with its volumes. Minutes long, so it runs where LEADWIRE_TEST_DOCKER names an engine."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agents.settings import Settings
from tests.deploy import engine
from tests.deploy.engine import Stack
from tests.deploy.files import usual

pytestmark = pytest.mark.slow

DAYS, LEADS = 5, 60


@pytest.fixture(scope="module")
def address() -> str:
    """The engine, with the images that the stack needs."""
    found = engine.found()
    if not engine.tool_is_there():
        pytest.fail("an engine is named, but there is no docker-compose (or LEADWIRE_TEST_COMPOSE)")
    engine.build_images(found)
    return found


@pytest.fixture
def stack(address: str, tmp_path: Path) -> Iterator[Stack]:
    """A live stack that is up."""
    made = Stack(tmp_path, address, "leadwiretest")
    made.place()
    try:
        made.call("build", "intake")
        made.call("up", "-d")
        yield made
    finally:
        made.down()


def states(stack: Stack) -> dict[str, set[str]]:
    """What doctor finds: check → states."""
    found: dict[str, set[str]] = {}
    for one in stack.objects("doctor", "--json"):
        found.setdefault(one["check"], set()).add(one["state"])
    return found


def test_up_scaled_struck_down_and_up_again(stack: Stack) -> None:
    """Healthy from nothing; three senders; one killed hard comes back; volumes outlive `down`."""
    everybody = [*usual(), "mailbox", "kafka", "postgres"]
    stack.healthy(everybody)
    assert exit_codes(stack, "migrate", "topics") == {0}

    stack.command("apply", "leadwire.toml")
    found = states(stack)
    for check in ("bus", "topics", "store", "migrations", "durability", "clients", "switches"):
        assert found[check] == {"ok"}, check
    assert found["unsubscribe"] == {"fail"}, "a stack without TLS must not be called well"

    stack.call("up", "-d", "--scale", "sender=3", "--no-recreate")
    assert len(stack.containers("sender")) == 3
    stack.healthy(["sender"])

    before = restarts(stack, "orchestrator")
    stack.call("exec", "-T", "orchestrator", "python3", "-c", STRIKE)
    stack.until(lambda: restarts(stack, "orchestrator") > before, stack.tail)
    stack.healthy(["orchestrator"])

    stack.command("pause", "all", "--reason", "before the move")
    assert shown(stack) == ["before the move"]
    stack.call("down")
    assert stack.containers() == []
    stack.call("up", "-d")
    stack.healthy(everybody)
    assert shown(stack) == ["before the move"]


STRIKE = """
import os, signal
for name in os.listdir("/proc"):
    if name.isdigit() and b"leadwire" in open(f"/proc/{name}/cmdline", "rb").read():
        if int(name) not in (1, os.getpid()):
            os.kill(int(name), signal.SIGKILL)
"""
"""Kills the agent within its container, as a crash does; the engine's own kill would count as a
wish, and start nothing again."""


def exit_codes(stack: Stack, *services: str) -> set[int]:
    """How init jobs ended."""
    return {one["State"]["ExitCode"] for name in services for one in stack.containers(name)}


def restarts(stack: Stack, service: str) -> int:
    """How often the engine has started a service's containers again."""
    return sum(int(one["RestartCount"]) for one in stack.containers(service))


def shown(stack: Stack) -> list[str]:
    """The reasons of switches that doctor shows."""
    found = stack.objects("doctor", "--json", "--offline")
    return [one["reason"].rpartition(": ")[2] for one in found if one["check"] == "switches"]


@pytest.fixture
def played(address: str, tmp_path: Path) -> Iterator[Stack]:
    """A stack on stepped time, with three senders."""
    made = Stack(tmp_path, address, "leadwireplayed", demo=True)
    made.place()
    try:
        made.call("build", "intake")
        made.call("up", "-d", "--scale", "sender=3")
        yield made
    finally:
        made.down()


def test_a_campaign_through_the_stack(played: Stack) -> None:
    """Every agent in its own process, three senders, a sender and the orchestrator killed hard
    meanwhile: what was sent is in the mailbox, once, and what is unclear is counted."""
    played.healthy([*usual(), "kafka", "postgres"])
    words = ["demo", "--stack", "--json", "--dir", "/var/lib/leadwire/mail"]
    limits = ["--days", str(DAYS), "--leads", str(LEADS)]
    with ThreadPoolExecutor(1) as aside:
        running = aside.submit(
            played.call, "--profile", "demo", "run", "--rm", "-T", "demo", *words, *limits
        )
        for service in ("sender", "orchestrator"):
            before = restarts(played, service)
            played.call("exec", "-T", service, "python3", "-c", STRIKE)
            played.until(lambda: restarts(played, service) > before, played.tail)  # noqa: B023
        done = running.result()
    (line,) = [text for text in done.stdout.splitlines() if text.startswith("{")]
    said: dict[str, Any] = json.loads(line)
    assert said["leads_in"] == LEADS
    assert sum(said["end_states"].values()) == LEADS
    assert 0 < said["sent"] <= said["mails_in_mailbox"] <= said["sent"] + said["unknown"]
    assert said["unknown"] <= Settings().slots
    assert (said["doubles"], said["sends_after_stop"]) == (0, 0)
    assert said["dead_letters"] == 0
    assert len(states(played)) > 8
