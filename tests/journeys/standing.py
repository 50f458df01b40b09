"""A campaign whose calls can be made to stand at any stage of SMTP, and a machine clock to push.

Everything of the product runs in this process over a real socket; ours are the mail server at the
other end, which lets a dialogue go on only when told, and machine time, which a test may move on
(a permit's two seconds pass in no time). `test_stop.py` and `tests/bench/stops.py` use it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from agents import controls, declaring, wiring
from agents.ports import SteppedClock, SystemIds, nudged
from agents.settings import Settings
from agents.simulator import demo
from agents.simulator.driver import Driver, Probe
from agents.wiring import System
from bus.base import Message
from channels.email.mailbox import Mailbox, _Connection
from contracts.outcome import Mode, SendState
from statestore.base import Send

STAGES = ("MAIL", "RCPT", "DATA")
"""Where a call can stand: before the server's answer. Content follows the answer to DATA. Before
them stands a connection without a message, which the sender opens ahead of its claims
(`tests/channels` has the permit's stages up to there)."""


class PushedClock(SteppedClock):
    """Stepped business time; machine time runs, and can be pushed ahead."""

    ahead = 0.0

    def elapsed(self) -> float:
        return super().elapsed() + self.ahead


class Gatekeeper(Mailbox):
    """A mail server that answers one command only when told, and counts who waits for it."""

    closed_at = ""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.open = asyncio.Event()
        self.waiting = 0
        self.commands: Counter[str] = Counter()
        self.contents: list[float] = []
        """Machine seconds (of the loop) at which a whole content was there."""

    def _connection(self) -> "Guarded":
        return Guarded(self)

    async def pass_(self, command: str) -> None:
        """Lets a command through, or keeps it waiting."""
        self.commands[command] += 1
        if command == self.closed_at:
            self.waiting += 1
            await self.open.wait()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any, *more: Any) -> str:
        """Notes when content came."""
        self.contents.append(asyncio.get_running_loop().time())
        return await super().handle_DATA(server, session, envelope)


class Guarded(_Connection):
    """One dialogue, with the gatekeeper before each answer."""

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._gate("MAIL")
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await self._gate("RCPT")
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        await self._gate("DATA")
        await super().smtp_DATA(arg)

    async def _gate(self, command: str) -> None:
        assert isinstance(self._mailbox, Gatekeeper)
        await self._mailbox.pass_(command)


class Scene:
    """A campaign under way, up to the first touches of its first day."""

    def __init__(self, system: System, server: Gatekeeper, clock: PushedClock) -> None:
        self.system, self.server, self.clock = system, server, clock
        probe = Probe(system.store, system.bus, clock, self.quiet)
        driver = Driver(probe, clock, [], demo.START + timedelta(hours=5))
        self.playing = asyncio.create_task(driver.run())

    def quiet(self) -> bool:
        """Nothing is under way in the process."""
        relay, turns = self.system.relay, self.system.turns
        return not relay.pending and not any(turn.running for turn in turns)

    async def standing(self, count: int) -> None:
        """Returns once so many calls stand at the gate."""
        while self.server.waiting < count:
            assert not self.playing.done(), "the campaign ended before calls stood"
            await nudged(asyncio.Event(), 0.001)

    async def arrived(self, count: int) -> None:
        """Returns once so many contents came."""
        while len(self.server.contents) < count:
            assert not self.playing.done(), "the campaign ended before"
            await nudged(asyncio.Event(), 0.0005)

    async def stop(self, scope: str = "all") -> None:
        """Commits a stop: durable when this returns."""
        commits = self.system.commits
        found = await controls.scope_of(scope, commits.store, None)
        words = {"reason": "a test of stops", "by": "test", "mode": Mode.DEMO}
        await controls.pause(commits, found, kill=scope == "all", **words)  # type: ignore[arg-type]

    async def sends(self, *states: SendState) -> list[Send]:
        """The ledger's sends in some states."""
        found = [await self.system.store.sends_in(state, limit=10_000) for state in states]
        return [send for sends in found for send in sends]

    async def end(self) -> None:
        """Lets everything go on to its end."""
        self.server.open.set()
        await self.playing


@asynccontextmanager
async def scene(
    folder: Path,
    *,
    leads: int,
    closed_at: str = "",
    kind: str = "memory",
    slots: int = 10,
) -> AsyncIterator[Scene]:
    """A campaign about to begin, with a server whose gate stands closed at a command."""
    demo.prepare(folder)
    clock = PushedClock(SteppedClock.create(folder / "clock", demo.START).path)
    server = Gatekeeper(folder / "sent", now=clock.now)
    server.closed_at = closed_at
    await server.start()
    system = wiring.build(_settings(folder, kind, slots), clock=clock, ids=SystemIds())
    addresses = {name: f"{name}@harbour.example" for name in demo.BOXES}
    await system.start()
    try:
        declared = declaring.parse(demo.declared(folder, addresses, server.port))
        plan = await declaring.plan(declared, system.store, clock.now(), Mode.DEMO)
        await system.commits.commit(plan.units)
        await system.bus.publish(_messages(leads))
        playing = Scene(system, server, clock)
        yield playing
        playing.playing.cancel()
    finally:
        server.open.set()
        await system.stop()
        await server.close()


def _settings(folder: Path, kind: str, slots: int) -> Settings:
    files = {"store": f"sqlite:{folder / 'store.db'}", "bus": f"sqlite:{folder / 'bus.db'}"}
    return Settings.model_validate(
        {
            "mode": Mode.DEMO,
            "secret": f"file:{folder / 'secret'}",
            "http": False,
            "slots": slots,
            **(files if kind == "sqlite" else {}),
        }
    )


def _messages(leads: int) -> list[Message]:
    """Restaurants: the first whose day begins."""
    rows = [r for r in enumerate(demo.listings()) if r[1]["category"] == "restaurant"][:leads]
    return [
        Message("inbound.leads", str(number), {}, orjson.dumps(demo.lead_of(number, row)))
        for number, row in rows
    ]
