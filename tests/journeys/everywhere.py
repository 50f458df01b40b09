"""One campaign on one pair of bus and store, plain or disturbed → what became of every lead.

The 300 leads and both campaigns are the demo's; answers depend on recipient and step alone; 30
mails a day and mailbox bind. It runs until nothing is to come: what is compared is what rules
decide, and not how far a day got. *Disturbed*: every message is published twice, both copies
anywhere among those of its call, half of the second copies only with a later call.

`python -m tests.journeys.everywhere KIND plain|disturbed FOLDER [SETTINGS]` prints one JSON object;
`test_same_everywhere.py` runs these beside each other. SETTINGS, a JSON object, names broker and
store of kind `cluster`.
"""

import asyncio
import json
import logging
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from agents import declaring, wiring
from agents.ports import SteppedClock, SystemIds
from agents.settings import Settings
from agents.simulator import demo
from agents.simulator.campaign import Stage, stage
from agents.wiring import System
from bus.base import Message, MessageBus
from bus.memory import MemoryBus
from bus.sqlite import SqliteBus
from contracts.outcome import SendState
from statestore.base import Row, Send, Stop

LEADS = 300
SEED = 20260302
LONGEST = timedelta(days=120)
"""Business time by which everything must have come to rest."""


class Disturbing(MessageBus):
    """Publishes every message twice, in another order; nothing is lost."""

    chance = random.Random(SEED)
    late: list[Message]
    copies = 0

    async def publish(self, messages: Sequence[Message]) -> None:
        late, self.late = getattr(self, "late", []), []
        batch = [*messages, *late]
        for message in messages:
            (batch if self.chance.random() < 0.5 else self.late).append(message)
        self.copies += len(messages)
        self.chance.shuffle(batch)
        await super().publish(batch)  # type: ignore[safe-super]  # mixed into a whole bus


class DisturbedMemoryBus(Disturbing, MemoryBus):
    """The memory bus, disturbed."""


class DisturbedSqliteBus(Disturbing, SqliteBus):
    """The SQLite bus, disturbed."""


def bus_of(kind: str, disturbed: bool, folder: Path, settings: Settings) -> MessageBus:
    """A bus of a kind."""
    if kind == "cluster":
        bus = wiring.make_bus(settings)
        if disturbed:
            bus.__class__ = type("DisturbedKafkaBus", (Disturbing, type(bus)), {})
        return bus
    if kind == "memory":
        return (DisturbedMemoryBus if disturbed else MemoryBus)(wiring.topics())
    made = DisturbedSqliteBus if disturbed else SqliteBus
    return made(folder / "bus.db", wiring.topics())


async def play(
    kind: str, disturbed: bool, folder: Path, engines: Mapping[str, str]
) -> dict[str, Any]:
    """Runs the campaign to its end; returns what `outcome` says."""
    demo.prepare(folder)
    settings = {
        "store": "memory:" if kind == "memory" else f"sqlite:{folder / 'store.db'}",
        **engines,
        "secret": f"file:{folder / 'secret'}",
        "http_port": 0,
    }
    clicks = demo.Clicks()

    def built(chosen: Settings, clock: SteppedClock) -> System:
        bus = bus_of(kind, disturbed, folder, chosen)
        return wiring.build(chosen, clock=clock, ids=SystemIds(), bus=bus)

    addresses = {name: f"{name}@harbour.example" for name in demo.BOXES}
    async with stage(
        folder,
        start=demo.START,
        settings=settings,
        mailboxes=list(addresses.values()),
        click=clicks.follow,
        system=built,
    ) as on:
        await on.system.web.started.wait()
        clicks.port = on.system.web.port
        await on.declare(declaring.parse(demo.declared(folder, addresses, on.mailbox.port)))
        await on.publish([demo.lead_of(n, row) for n, row in enumerate(demo.listings()[:LEADS])])
        await to_the_end(on)
        return await outcome(on)


async def to_the_end(on: Stage) -> None:
    """Steps until nothing is to come, and until no copy is on its way."""
    driver = on.driver(demo.START + LONGEST)
    while True:
        await driver.run()
        bus = on.system.bus
        if not getattr(bus, "late", None):
            break
        await bus.publish([])
    if await driver.next_due() is not None:
        raise RuntimeError(f"something is still to come after {LONGEST.days} days")


async def outcome(on: Stage) -> dict[str, Any]:
    """What became of every lead, and what the run was like."""
    store = on.system.store
    rows = await store.scan(None, "lead", limit=10_000)
    sends = await store.sends_in(SendState.SENT, limit=100_000)
    stops = await store.stops_of(demo.TENANT)
    held = await store.tally(None, demo.START, demo.START + LONGEST)
    return {
        "leads": {row.ref.key: of_lead(row, sends, stops) for row in rows},
        "mails": len(on.mailbox.files()),
        "sent": len(sends),
        "waited": sum(n for (_, k, c), n in held.items() if k == "hold" and "rate_limit" in c),
        "copies": getattr(on.system.bus, "copies", 0),
        "dead": len(await store.dead_letters(None)),
    }


def of_lead(row: Row, sends: Sequence[Send], stops: Sequence[Stop]) -> dict[str, Any]:
    """What is compared of a lead: nothing of it is a moment."""
    lead = row.ref.key
    mine = [send for send in sends if send.lead == lead]
    addresses = row.data["facts"]["scored"][lead]["addresses"].values()
    keys = {f"lead:{lead}", f"account:{row.parent}", *(f"address:{a}" for a in addresses)}
    hold = row.data.get("hold") or {}
    return {
        "status": row.status,
        "reason": row.data.get("reason"),
        "hold": hold.get("code"),
        "steps": sorted((send.step, send.channel.value) for send in mine),
        "stops": sorted(
            [s.key, s.reason.value, s.cause, bool(s.lifted)] for s in stops if s.key in keys
        ),
    }


def main(kind: str, way: str, folder: str, engines: str = "{}") -> None:
    """Prints one run's outcome."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    played = play(kind, way == "disturbed", Path(folder), json.loads(engines))
    print(json.dumps(asyncio.run(played)))


if __name__ == "__main__":
    main(*sys.argv[1:])
