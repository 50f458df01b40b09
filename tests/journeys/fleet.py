"""Many processes of the product on Kafka and Postgres, with the world around them in ours.

What `outside.py` is for one process on files: clock, mail server, people, and a driver that sees
the processes only through store and broker, as an operator's tools would. Processes are started,
killed and started again at will; so are the broker and the database, which a fleet has for itself.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from agents import wiring
from agents.ports import SteppedClock, SystemIds, nudged
from agents.settings import Settings
from agents.simulator import demo
from agents.simulator.campaign import maildir
from agents.simulator.driver import Driver, Probe, World
from agents.simulator.people import People, Reaction
from bus.base import BusHealth, Message, MessageBus, Subscription
from channels.email.mailbox import Mailbox
from contracts.outcome import Mode, SendState, Status
from statestore.base import DeadLetter, Row, Send
from tests.journeys.outside import PATIENCE, Process
from tests.journeys.watching import KafkaLag

ROLES: Mapping[str, Sequence[str]] = {
    "front": ("intake", "enrichment", "scoring", "writer"),
    "orchestrator": ("orchestrator", "replies"),
    "sender": ("sender",),
    "inbox": ("inbox", "analytics"),
}
"""Which agents share a process; every role is there as often as a fleet is wide."""


class WatchedKafka(MessageBus):
    """What the driver asks of the bus: how far every group is, as the broker says."""

    def __init__(self, lag: KafkaLag) -> None:
        self.lag = lag

    async def publish(self, messages: Sequence[Message]) -> None:
        raise AssertionError("whoever watches publishes nothing")

    def subscribe(self, subscription: Subscription) -> None:
        raise AssertionError("whoever watches reads nothing")

    async def start(self) -> None:
        await self.lag.start()

    async def stop(self, drain: float = 0.0) -> None:
        await self.lag.stop()

    async def health(self) -> BusHealth:
        lag = await self.lag.read()
        return BusHealth(ready=bool(lag), lag=lag or {"broker": 1})


@dataclass(frozen=True)
class Ended:
    """What a campaign came to, by the store; `standing` are leads that neither ended nor have a
    named hold, `codes` what the processes ended with."""

    states: dict[str, str]
    standing: list[str]
    unknown: int
    dead: list[DeadLetter]
    codes: list[int]


def stands(row: Row) -> bool:
    """True for a lead of which nothing is to come and nothing says why."""
    return row.status in {Status.NEW, Status.IN_SEQUENCE} and not row.data.get("hold")


class Fleet:
    """A campaign's surroundings, and a fleet of processes in their midst.

    `engines` are the settings that name broker and store; `wide` is how many processes each role
    has; 0 means one process that runs all agents.
    """

    def __init__(
        self,
        folder: Path,
        engines: Mapping[str, str],
        *,
        wide: int,
        react: Callable[[str, int], Reaction | None],
        mailbox: type[Mailbox] = Mailbox,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        demo.prepare(folder)
        self.folder = folder
        self.addresses = {name: f"{name}@harbour.example" for name in demo.BOXES}
        self.clock = SteppedClock.create(folder / "clock", demo.START)
        boxes = {address: maildir(folder, address) for address in self.addresses.values()}
        self.people = People(boxes, None, react)
        self.mailbox = mailbox(folder / "sent", now=self.clock.now)
        self.settings = {**engines, "ceiling_seconds": "0.2", **(settings or {})}
        names = [(role, n) for role in ROLES for n in range(wide)] if wide else [("all", 0)]
        self.processes = {
            f"{role}-{n}": Process(folder, ROLES.get(role, ("all",)), self.settings, f"{role}-{n}")
            for role, n in names
        }
        self.operator = Process(folder, (), self.settings, "operator")
        self.chosen = Settings.model_validate(
            {
                "mode": Mode.DEMO,
                "secret": f"file:{folder / 'secret'}",
                "analytics_dir": str(folder / "events"),
                **engines,
            }
        )
        self.store = wiring.make_store(self.chosen, SystemIds(), consume=False)
        self.bus = WatchedKafka(KafkaLag(self.chosen.bus.removeprefix("kafka:")))

    async def open(self, leads: Sequence[Mapping[str, Any]]) -> None:
        """Migrates, makes topics, declares the campaigns, publishes the leads, starts everybody."""
        await self.mailbox.start()
        demo.declared(self.folder, self.addresses, self.mailbox.port)
        file = self.folder / "leads.jsonl"
        file.write_text("".join(json.dumps(lead) + "\n" for lead in leads))
        for command in (
            ("migrate",),
            ("topics", "apply"),
            ("apply", str(self.folder / "leadwire.toml")),
            ("leads", "publish", str(file)),
        ):
            self.operator.call(*command)
        await self.store.start()
        self.bus.lag.groups = await wiring.readers(self.chosen)
        await self.bus.start()
        for process in self.processes.values():
            process.start()

    def alive(self) -> bool:
        """Keeps every process going, as whatever supervises a fleet does; raises where one ended
        that nobody killed and that found both engines there as it came up."""
        return all(process.kept() for process in self.processes.values())

    async def run(self, *others: World, patience: float = PATIENCE) -> None:
        """Steps until nothing is to come."""
        probe = Probe(self.store, self.bus, self.clock, self.alive)
        until = demo.START + timedelta(days=120)
        await Driver(probe, self.clock, [self.people, *others], until, patience=patience).run()

    async def play(self, world: World, leads: int) -> Ended:
        """Plays a campaign for every fifth listing, so many of them, to its end; nobody is left."""
        listings = list(enumerate(demo.listings()))[::5][:leads]
        try:
            await self.open([demo.lead_of(number, listing) for number, listing in listings])
            await self.run(world)
            rows = await self.store.scan(None, "lead", limit=1000)
            unknown = len(await self.sends(SendState.UNKNOWN))
            dead = await self.store.dead_letters(None)
            codes = await self.close()
        finally:
            self.kill()
        states = {row.ref.key: row.status for row in rows}
        standing = [row.ref.key for row in rows if stands(row)]
        return Ended(states, standing, unknown, list(dead), codes)

    async def close(self) -> list[int]:
        """Ends every process gracefully, once it has come up; returns their exit codes."""
        async with asyncio.timeout(PATIENCE):
            while not (self.alive() and all(p.running() for p in self.processes.values())):
                await nudged(asyncio.Event(), 0.1)
        codes = [process.terminate() for process in self.processes.values()]
        await self.bus.stop()
        await self.store.stop()
        await self.mailbox.close()
        return codes

    def kill(self) -> None:
        """Kills whatever still runs."""
        for process in self.processes.values():
            process.kill()

    async def sends(self, state: SendState) -> list[Send]:
        """The ledger's sends in a state."""
        return await self.store.sends_in(state, limit=10_000)
