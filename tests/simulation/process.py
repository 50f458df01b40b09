"""One process as its ports see it: a store, a bus and a clock that can fail, dawdle, or stop for
good. A crash is a freeze: nothing that the process awaits ever comes back, and nothing is
cancelled, since a killed process runs no `finally`. A stall is a freeze with an end."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from agents.simulator.loop import VirtualClock
from bus.base import BusHealth, Message, MessageBus, Subscription
from bus.memory import MemoryBus
from contracts.outcome import SendState
from statestore.base import StateStore, Unit
from statestore.errors import Unavailable
from tests.simulation.profile import CALM, Profile

LONG = 30.0
"""Waits with a ceiling of this and more are for lost nudges: they may be `PATIENCE` long here."""
PATIENCE = 900.0


class Process:
    """Whether a process still runs, and what it meets at its ports."""

    frozen: list["asyncio.Future[None]"]

    def __init__(self, name: str, rng: Random, profile: Profile = CALM) -> None:
        self.name = name
        self.rng = rng
        self.profile = profile
        self.dead = False
        self.until = 0.0
        self.frozen = []
        self.on_crash: Callable[[], None] = lambda: None
        self.point: Any = None

    async def boundary(self) -> None:
        """Every port passes here on its way in and out: a dead process never does."""
        if self.dead:
            never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.frozen.append(never)
            await never
        loop = asyncio.get_running_loop()
        while not self.dead and loop.time() < self.until:  # noqa: ASYNC110 — an end that moves
            await asyncio.sleep(self.until - loop.time())
        if self.dead:
            await self.boundary()

    def crash(self) -> None:
        """Freezes it for good."""
        if not self.dead:
            self.dead = True
            self.on_crash()

    def stall(self, seconds: float) -> None:
        """Freezes it for a while."""
        self.until = max(self.until, asyncio.get_running_loop().time() + seconds)

    def falls(self, chance: float) -> bool:
        """Whether something of this chance happens."""
        return chance > 0.0 and self.rng.random() < chance


class ProcessClock(VirtualClock):
    """The loop's time; long ceilings are stretched, so that idle days cost little."""

    def __init__(self, process: Process, start: datetime) -> None:
        super().__init__(asyncio.get_running_loop(), start)
        self.process = process

    async def wait(self, until: datetime | None, nudge: asyncio.Event, ceiling: float) -> None:
        await self.process.boundary()
        await super().wait(until, nudge, PATIENCE if ceiling >= LONG else ceiling)
        await self.process.boundary()


class ProcessStore:
    """The one store as a process reaches it: statements fail before or after they took effect,
    take time, and are where crashes fall. Stands for a `StateStore` by having its methods."""

    def __init__(self, inner: StateStore, process: Process, seen: Any) -> None:
        self.inner = inner
        self.process = process
        self.seen = seen

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)

        async def through(*args: Any, **kwargs: Any) -> Any:
            await self._arrive(name)
            result = await method(*args, **kwargs)
            await self.process.boundary()
            return result

        setattr(self, name, through)
        return through

    async def _arrive(self, name: str) -> None:
        process = self.process
        await process.boundary()
        if process.falls(process.profile.slow):
            await asyncio.sleep(process.rng.uniform(0.0, process.profile.slowest))
            await process.boundary()
        if process.falls(process.profile.fails_before):
            raise Unavailable(f"the store is away before {name}")

    async def commit(self, units: Sequence[Unit]) -> Any:
        """Commits, with what may go wrong on both sides of it."""
        claims = _sends(units, SendState.CLAIMED)
        ends = _sends(units, SendState.SENT, SendState.UNKNOWN, SendState.REFUSED)
        for send in claims:
            await self._pass("read→claim", send)
        for send in ends:
            await self._pass("reply→record", send)
        await self._arrive("commit")
        result = await self.seen(self.inner, units)
        await self.process.boundary()
        if self.process.falls(self.process.profile.fails_after):
            raise Unavailable("the store is away after a commit")
        for send in claims:
            await self._pass("claim→wire", send)
        for send in ends:
            await self._pass("record→publish", send)
        return result

    async def _pass(self, point: str, send: Any) -> None:
        if self.process.point is not None:
            await self.process.point(point, self.process, send)


def _sends(units: Sequence[Unit], *states: SendState) -> list[Any]:
    return [w.send for unit in units for w in unit.sends if w.send.state in states]


class ProcessBus(MessageBus):
    """The one bus as a process reaches it; its members vanish with it."""

    def __init__(self, inner: MemoryBus, process: Process) -> None:
        self.inner = inner
        self.process = process
        self.mine: list[Subscription] = []
        self.started = False

    async def publish(self, messages: Sequence[Message]) -> None:
        await self.process.boundary()
        await self.inner.publish(messages)
        if self.process.point is not None:
            await self.process.point("publish→ack", self.process, None)
        await self.process.boundary()

    def subscribe(self, subscription: Subscription) -> None:
        self.mine.append(subscription)

    async def start(self) -> None:
        await self.process.boundary()
        self.started = True
        for subscription in self.mine:
            self.inner.subscribe(subscription)

    def vanish(self) -> None:
        """The broker notices that the process is gone: what it held comes again elsewhere."""
        for subscription in self.mine if self.started else ():
            self.inner.crash(subscription)

    async def stop(self, drain: float = 15.0) -> None:
        """The one bus outlives its processes."""

    async def health(self) -> BusHealth:
        return await self.inner.health()
