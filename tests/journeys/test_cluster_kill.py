"""Three processes a role on Kafka and Postgres, killed hard through a whole campaign; the broker
and the database restarted once each in its middle (acceptance line c of the cluster).

Kills are aimed by progress, not by the clock: as business time has just moved, and while the mail
server holds a message and has not said 250. What became of it is counted by `audit.py`, from the
mail files and the exported events alone.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agents.ports import nudged
from agents.simulator.people import REACTIONS, Reaction, by_share
from tests.journeys import audit
from tests.journeys.fleet import Ended, Fleet
from tests.journeys.outside import PATIENCE, Server
from tests.services.cluster import Cluster, private_cluster
from tests.services.kafka import Broker
from tests.services.postgres import Cluster as Database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.service("kafka"),
    pytest.mark.service("postgres"),
]

LEADS = 60
WIDE = 3
SLOTS = 10
EVERY = 3
"""Steps of business time between two kills of any process."""
KILLS = 10
OPEN = frozenset({5, 19, 34, 55, 80})
"""At which mail a sender is killed before the 250."""
BROKER, DATABASE = 8, 14
"""At which step each is restarted."""
BRIEF = {"lease_seconds": "8", "audit_seconds": "2"}
"""Machine seconds; lost claims and lost offers would be found by the minute else."""


def react(recipient: str, step: int) -> Reaction | None:
    """The demo's people; who would click asks in words, as links lead to whichever process."""
    found = by_share(recipient, step)
    return REACTIONS["opt_out"] if found and found.name == "opt_out_click" else found


@dataclass
class Reaper:
    """A world in which processes die, and engines are restarted."""

    fleet: Fleet
    cluster: Cluster
    chance: Random = field(default_factory=lambda: Random(41))
    steps: int = 0
    killed: list[str] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)

    def next_due(self) -> datetime | None:
        """Nothing of its own: it goes by steps."""
        return None

    async def act(self, now: datetime) -> None:
        """Kills as the clock has just moved, or restarts an engine under way."""
        self.steps += 1
        if self.steps % EVERY == 0:
            self.kill(self.chance.choice(sorted(self.fleet.processes)))
        if self.steps == BROKER:
            await self.restart("broker", self.cluster.broker)
        if self.steps == DATABASE:
            await self.restart("database", self.cluster.database)

    async def restart(self, name: str, engine: Broker | Database) -> None:
        """Kills an engine, as a machine that dies does, and starts it when a process that was
        killed too has come up in vain: both are gone at once where they shared a machine."""
        await asyncio.to_thread(engine.kill)
        unlucky = self.chance.choice(sorted(self.fleet.processes))
        self.kill(unlucky)
        async with asyncio.timeout(PATIENCE):
            while self.fleet.processes[unlucky].code() is None:
                await nudged(asyncio.Event(), 0.1)
        await asyncio.to_thread(engine.start)
        self.restarted.append(name)

    async def before(self, number: int) -> bool:
        """While a mail is open: kills every sender; every second time the server keeps the mail."""
        if number not in OPEN:
            return True
        for name in sorted(self.fleet.processes):
            if name.startswith("sender"):
                self.kill(name)
        return number % 2 == 1

    def kill(self, name: str) -> None:
        """Kills a process and starts it again."""
        self.fleet.processes[name].kill()
        self.fleet.processes[name].start()
        self.killed.append(name)


@dataclass(frozen=True)
class Played:
    """What the campaign came to, by the files and by the store."""

    counted: dict[str, Any]
    ended: Ended
    turned_away: int
    reaper: Reaper


async def play(folder: Path, cluster: Cluster) -> Played:
    """Plays the campaign to its end."""
    fleet = Fleet(folder, cluster.settings, wide=WIDE, react=react, mailbox=Server, settings=BRIEF)
    assert isinstance(fleet.mailbox, Server)
    fleet.mailbox.take = fleet.people.take
    reaper = Reaper(fleet, cluster)
    fleet.mailbox.before = reaper.before
    ended = await fleet.play(reaper, LEADS)
    away = sum(process.turned_away for process in fleet.processes.values())
    return Played(audit.audit(folder), ended, away, reaper)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One campaign, on a broker and a database of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    with private_cluster(folder) as cluster:
        yield asyncio.run(play(folder / "campaign", cluster))


def test_processes_of_every_role_died_and_both_engines_were_restarted(played: Played) -> None:
    """Enough kills to be worth the name, senders in the middle of a call among them."""
    roles = Counter(name.partition("-")[0] for name in played.reaper.killed)
    assert len(played.reaper.killed) >= KILLS
    assert roles["sender"] >= len(OPEN)
    assert played.reaper.restarted == ["broker", "database"]
    assert played.turned_away >= 2  # who comes up without an engine ends, and is started again


def test_nothing_is_sent_twice_and_nothing_is_lost(played: Played) -> None:
    """By the mail files and the exported events: no double, no loss, no send after a stop."""
    counted = played.counted
    found = (counted["doubles"], counted["losses"], counted["sends_after_stop"])
    assert found == (0, 0, 0), counted["named"]
    assert counted["mails_in_mailbox"] > LEADS


def test_unknowns_are_at_most_the_slots_of_the_senders_that_died(played: Played) -> None:
    """Each is named in the ledger and told by an event."""
    senders = sum(name.startswith("sender") for name in played.reaper.killed)
    assert played.ended.unknown <= SLOTS * senders
    assert len(played.counted["named"]["unknown"]) == played.ended.unknown


def test_every_lead_came_to_an_end(played: Played) -> None:
    """None is left in between, nothing is dead, and everybody stopped in order at the end."""
    assert len(played.ended.states) == LEADS
    assert not played.ended.standing
    assert played.counted["end_states"] == dict(Counter(played.ended.states.values()))
    assert not played.ended.dead
    assert set(played.ended.codes) == {0}
