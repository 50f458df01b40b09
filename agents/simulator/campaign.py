"""A whole campaign on stepped time, in one process: the demo's and the journeys' common stage.

Everything is the product's own: agents, store, bus, gates, SMTP over real sockets, mailboxes on
disk. Only business time, the mail server at the other end and the people are made (`people.py`).
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from agents import declaring, wiring
from agents.declaring import Declaration
from agents.ports import Ids, SteppedClock
from agents.settings import Settings
from agents.simulator.driver import Driver, Probe, World
from agents.simulator.people import People, Reaction, by_share
from agents.wiring import System
from bus.base import Message
from channels.email.mailbox import Mailbox
from contracts.outcome import Mode

CHUNK = 200


@dataclass
class Stage:
    """A running campaign's parts."""

    folder: Path
    clock: SteppedClock
    mailbox: Mailbox
    people: People
    system: System
    worlds: list[World] = field(default_factory=list)

    async def declare(self, declaration: Declaration) -> None:
        """Applies clients, resources and campaigns."""
        plan = await declaring.plan(declaration, self.system.store, self.clock.now(), Mode.DEMO)
        await self.system.commits.commit(plan.units)

    async def publish(self, leads: Iterable[Mapping[str, Any]]) -> int:
        """Publishes leads at the door, as an upstream system would."""
        messages = [
            Message("inbound.leads", str(number), {}, orjson.dumps(dict(lead)))
            for number, lead in enumerate(leads)
        ]
        for start in range(0, len(messages), CHUNK):
            await self.system.bus.publish(messages[start : start + CHUNK])
        return len(messages)

    def driver(
        self, until: datetime, on_step: Callable[[datetime], None] = lambda moment: None
    ) -> Driver:
        """The driver of this stage's clock."""
        probe = Probe(self.system.store, self.system.bus, self.clock, self.quiet)
        return Driver(probe, self.clock, [self.people, *self.worlds], until, on_step=on_step)

    def quiet(self) -> bool:
        """Says that nothing is under way within the process; raises where a loop has ended."""
        failed = self.system.failed()
        if failed:
            raise RuntimeError(f"a loop of the process ended: {failed}")
        return not self.system.relay.pending and not any(t.running for t in self.system.turns)


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    start: datetime,
    settings: Mapping[str, Any],
    mailboxes: Sequence[str],
    react: Callable[[str, int], Reaction | None] = by_share,
    click: Callable[[str], object] | None = None,
    ids: Ids | None = None,
    system: Callable[[Settings, SteppedClock], System] | None = None,
) -> AsyncIterator[Stage]:
    """Opens a stage in a folder: clock, mailbox, people, system; closes all of it."""
    clock = opened(folder, start)
    people = People({address: maildir(folder, address) for address in mailboxes}, click, react)
    mailbox = Mailbox(folder / "sent", now=clock.now, on_message=people.take)
    chosen = Settings.model_validate({"mode": Mode.DEMO, **settings})
    await mailbox.start()
    built = system(chosen, clock) if system else wiring.build(chosen, clock=clock, ids=ids)
    try:
        await built.start()
        yield Stage(folder, clock, mailbox, people, built)
    finally:
        await built.stop()
        await mailbox.close()


def opened(folder: Path, start: datetime) -> SteppedClock:
    """Makes the folder and the clock in it."""
    folder.mkdir(parents=True, exist_ok=True)
    return SteppedClock.create(folder / "clock", start)


def maildir(folder: Path, address: str) -> Path:
    """Where answers to one of our addresses fall."""
    return folder / "inbox" / address
