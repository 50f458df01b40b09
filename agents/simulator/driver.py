"""Moves the stepped clock: to the next due moment, and only when nothing is under way.

Under way means: an event is not acknowledged, an outbox row is not published, a claim is open, a
due timer is not offered, an answer lies unread. All of that is on record in store, bus and
mailboxes, so a driver can stand beside the process, or outside it and see the same through the
files (`Probe`). What happens out in the world (people who answer) is a `World`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from agents import definitions
from agents.definitions import Resource
from agents.ports import SteppedClock, nudged
from bus.base import MessageBus
from statestore.base import Backlog, Ref, StateStore

PAUSE = 0.002
"""Machine seconds between two looks."""


class World(Protocol):
    """Whoever acts outside: people who answer, operators who flip switches."""

    def next_due(self) -> datetime | None:
        """When something happens next outside; None where nothing does."""

    async def act(self, now: datetime) -> None:
        """Does what is due."""


class Stuck(Exception):
    """Something has been under way for too long; the text says what."""


@dataclass
class Probe:
    """Looks at store, bus and mailboxes; the same from inside and from outside a process."""

    store: StateStore
    bus: MessageBus
    clock: SteppedClock
    extra: Callable[[], bool] = lambda: True
    """Says that nothing more is under way, where the caller knows more than the files."""
    last: str = ""
    resources: list[Resource] = field(default_factory=list)

    async def backlog(self) -> Backlog:
        """What is under way or to come in the store."""
        return await self.store.backlog(self.clock.now(), self.clock.elapsed())

    async def idle(self) -> bool:
        """True where nothing is under way at this business time."""
        backlog = await self.backlog()
        health = await self.bus.health()
        reasons = {
            "outbox": backlog.outbox_ready,
            "claims": backlog.claims_open,
            "timers": backlog.timers_due,
            "lag": sum(health.lag.values()),
            "bus": "" if health.ready else health.detail or "not ready",
            "mail": await self.unread(),
            "process": not self.extra(),
        }
        self.last = ", ".join(f"{name} {value}" for name, value in reasons.items() if value)
        return not self.last

    async def unread(self) -> int:
        """How many mailboxes have mail, or were not read since the clock moved."""
        if not self.resources:
            rows = await self.store.scan(None, "resource", limit=1000)
            found = [definitions.read(row, Resource) for row in rows]
            self.resources = [r for r in found if r.inbox.kind == "read"]
        refs = [Ref(r.client, "watermark", r.id) for r in self.resources]  # type: ignore[arg-type]
        rows_by_ref = await self.store.rows(refs)
        late = 0
        for resource, ref in zip(self.resources, refs, strict=True):
            row = rows_by_ref.get(ref)
            read_at = datetime.fromisoformat(row.data["read_at"]) if row else None
            fresh = read_at is not None and read_at >= self.clock.now()
            late += not fresh or _holds_mail(Path(str(resource.inbox.maildir)))
        return late


def _holds_mail(folder: Path) -> bool:
    new = folder / "new"
    return new.is_dir() and any(new.iterdir())


@dataclass
class Driver:
    """Steps until a moment, or until nothing is to come."""

    probe: Probe
    clock: SteppedClock
    worlds: Sequence[World]
    until: datetime
    patience: float = 60.0
    """Machine seconds after which something under way is stuck."""
    on_step: Callable[[datetime], None] = lambda moment: None
    steps: int = 0

    async def run(self) -> None:
        """Steps through business time; raises Stuck."""
        while True:
            for world in self.worlds:
                await world.act(self.clock.now())
            await self.settle()
            moment = await self.next_due()
            if moment is None or moment > self.until:
                return
            self.clock.move(max(moment, self.clock.now()))
            self.steps += 1
            self.on_step(self.clock.now())

    async def settle(self) -> None:
        """Waits until two looks in a row see nothing under way."""
        deadline = self.clock.elapsed() + self.patience
        quiet = 0
        while quiet < 2:
            quiet = quiet + 1 if await self.probe.idle() else 0
            if self.clock.elapsed() > deadline:
                raise Stuck(f"at {self.clock.now()}: {self.probe.last}")
            await nudged(asyncio.Event(), PAUSE)

    async def next_due(self) -> datetime | None:
        """The next moment at which anything happens, inside or outside."""
        backlog = await self.probe.backlog()
        moments = [backlog.next_timer, backlog.next_outbox]
        moments += [world.next_due() for world in self.worlds]
        now = self.clock.now()
        later = [m if m > now else now + timedelta(seconds=1) for m in moments if m is not None]
        return min(later, default=None)
