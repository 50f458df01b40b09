"""Broker or database away in the middle of a campaign (acceptance line e of the cluster).

A process that runs all agents meets a machine that dies under it: readiness names which one, a stop
is written all the same while the bus is away, and when everything is back the backlog drains within
the quotas. Counted by `audit.py` and by the mail files alone.
"""

import asyncio
import json
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from agents.ports import nudged
from agents.simulator import demo
from contracts.outcome import SendState
from tests.journeys import audit
from tests.journeys.fleet import Ended, Fleet
from tests.journeys.outside import PATIENCE, Server
from tests.journeys.test_cluster_kill import BRIEF, react
from tests.services.cluster import Cluster, private_cluster
from tests.services.places import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.service("kafka"),
    pytest.mark.service("postgres"),
]

LEADS = 60
BUS_AT, STORE_AT = 7, 13
"""Steps of business time at which each goes away: calls and answers are under way there."""


@dataclass
class Outages:
    """A world whose machines die, and an operator who looks and acts meanwhile."""

    fleet: Fleet
    cluster: Cluster
    port: int
    steps: int = 0
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Moment → what `/readyz` answered."""
    before: int = 0
    during: int = 0
    """Mails at the kill switch's commit with the bus away, and when everything was still."""

    def next_due(self) -> datetime | None:
        """Nothing of its own: it goes by steps."""
        return None

    async def act(self, now: datetime) -> None:
        """Takes a machine away as the clock has just moved, and brings it back."""
        self.steps += 1
        if self.steps == BUS_AT:
            await self.without_the_bus()
        if self.steps == STORE_AT:
            await self.without_the_store()

    async def without_the_bus(self) -> None:
        """The kill switch is flipped while no broker answers."""
        await asyncio.to_thread(self.cluster.broker.kill)
        self.seen["bus away"] = await self.ready(lambda status: status == 503)
        await self.command("pause", "all", "--reason", "the bus is away")
        self.before = self.mails()
        await self.still()
        self.during = self.mails()
        await asyncio.to_thread(self.cluster.broker.start)
        self.seen["bus back"] = await self.ready(lambda status: status == 200)
        await self.command("resume", "all", "--reason", "the bus is back")

    async def without_the_store(self) -> None:
        """Nothing can be decided or claimed; what was sent is recorded once the store is back."""
        await asyncio.to_thread(self.cluster.database.kill)
        self.seen["store away"] = await self.ready(lambda status: status == 503)
        await asyncio.to_thread(self.cluster.database.start)
        self.seen["store back"] = await self.ready(lambda status: status == 200)

    async def still(self) -> None:
        """Returns when no claim is open any more: what was on the wire has ended."""
        async with asyncio.timeout(PATIENCE):
            while await self.fleet.sends(SendState.CLAIMED):
                await nudged(asyncio.Event(), 0.05)

    async def ready(self, true: Callable[[int], bool]) -> tuple[int, str]:
        """Asks `/readyz` until it answers so."""
        async with asyncio.timeout(PATIENCE):
            while not true((found := await asyncio.to_thread(readiness, self.port))[0]):
                await nudged(asyncio.Event(), 0.1)
        return found

    async def command(self, *words: str) -> None:
        """Runs a command of the product to its end; raises where it fails."""
        await asyncio.to_thread(self.fleet.operator.call, *words)

    def mails(self) -> int:
        """How many mails the server has."""
        return len(audit.mails(self.fleet.folder))


def readiness(port: int) -> tuple[int, str]:
    """Status and body of `/readyz`; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def busiest_day(folder: Path) -> int:
    """The most mails that one mailbox sent within any 24 hours, by the files alone."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for path in (folder / "sent" / "new").glob("*"):
        message = message_from_bytes(path.read_bytes())
        moment = datetime.fromisoformat(str(message["X-Received-At"]).strip())
        times[str(message["From"]).rpartition("<")[2]].append(moment)
    most = 0
    for moments in times.values():
        moments.sort()
        for first in moments:
            within = [m for m in moments if first <= m < first + timedelta(hours=24)]
            most = max(most, len(within))
    return most


@dataclass(frozen=True)
class Played:
    """What the campaign came to, by the files and by the store."""

    counted: dict[str, Any]
    ended: Ended
    busiest: int
    outages: Outages


async def play(folder: Path, cluster: Cluster) -> Played:
    """Plays the campaign to its end."""
    port = free_port()
    settings = {**BRIEF, "http_port": str(port)}
    fleet = Fleet(folder, cluster.settings, wide=0, react=react, mailbox=Server, settings=settings)
    assert isinstance(fleet.mailbox, Server)
    fleet.mailbox.take = fleet.people.take
    outages = Outages(fleet, cluster, port)
    ended = await fleet.play(outages, LEADS)
    return Played(audit.audit(folder), ended, busiest_day(folder), outages)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One campaign, on a broker and a database of its own."""
    folder = tmp_path_factory.mktemp("outage")
    with private_cluster(folder) as cluster:
        yield asyncio.run(play(folder / "campaign", cluster))


def test_readiness_says_which_is_away(played: Played) -> None:
    """503 names the bus, then the store; 200 once they are back."""
    seen = played.outages.seen
    assert {name: status for name, (status, _) in seen.items()} == {
        "bus away": 503,
        "bus back": 200,
        "store away": 503,
        "store back": 200,
    }
    assert named(seen["bus away"][1]) == {"bus"}
    assert "store" in named(seen["store away"][1])


def named(body: str) -> set[str]:
    """The parts that a readiness answer calls not ready."""
    return set(json.loads(body)["problems"])


def test_a_stop_works_with_the_bus_away(played: Played) -> None:
    """Nothing was sent between the kill switch's commit and the resume, but for what was on the
    wire; and the stop, told to everybody once the bus is back, has no send behind it."""
    outages = played.outages
    assert outages.during - outages.before <= 10
    assert played.counted["sends_after_stop"] == 0, played.counted["named"]


def test_nothing_is_lost_and_nothing_is_sent_twice(played: Played) -> None:
    """By the mail files and the exported events; every lead came to its end."""
    counted = played.counted
    assert (counted["doubles"], counted["losses"]) == (0, 0), counted["named"]
    assert len(played.ended.states) == LEADS
    assert not played.ended.standing
    assert not played.ended.dead


def test_the_backlog_drains_within_the_quotas(played: Played) -> None:
    """No mailbox sent more than its day's mails within any 24 hours."""
    assert 0 < played.busiest <= demo.PER_DAY
