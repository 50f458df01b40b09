"""The demo's campaign against agents that run elsewhere: processes of their own, on whatever bus
and store the settings name. `leadwire demo --stack` runs it; `deploy/compose.demo.yaml` starts all.

This process runs no agent. It makes the clock's file and moves it, takes every mail on port 1025
and answers as the people would, publishes the leads at the door, and reads from store, bus and
mailboxes whether anything is still under way. What it tells in the end is read from the store.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agents import wiring
from agents.names import Names
from agents.ports import SteppedClock, SystemIds
from agents.settings import Settings, SettingsError
from agents.simulator.campaign import Stage, maildir
from agents.simulator.demo import BOXES, START, Clicks, Report, Say, declared, play
from agents.simulator.people import People
from channels.email.mailbox import Mailbox
from contracts.outcome import Mode

PORT = 1025
EVERYWHERE = "0.0.0.0"  # noqa: S104  # within the containers' own network; no port is published
PATIENCE = 300.0
"""Machine seconds that one step may take: groups assemble and rebalance meanwhile."""


def clock_file(settings: Settings) -> Path:
    """The file of the stepped clock; raises SettingsError where settings name none."""
    kind, _, path = settings.clock.partition(":")
    if settings.mode is not Mode.DEMO or kind != "stepped" or not path:
        raise SettingsError(
            f"mode {settings.mode.value}, clock {settings.clock!r}: the demo against a stack needs "
            "LEADWIRE_MODE=demo and LEADWIRE_CLOCK=stepped:PATH, the same for every process"
        )
    return Path(path)


def prepare(settings: Settings) -> str:
    """Makes the clock's file where it is not there; says what it did."""
    path = clock_file(settings)
    if path.exists():
        return f"{path} is there, standing at {SteppedClock(path).now().isoformat()}"
    path.parent.mkdir(parents=True, exist_ok=True)
    SteppedClock.create(path, START)
    return f"{path} made, standing at {START.isoformat()}"


async def run(settings: Settings, folder: Path, say: Say, *, days: int, count: int) -> Report:
    """Plays the campaign; `folder` is where mails and mailboxes lie, the inbox agent's too."""
    clock_file(settings)
    clock = wiring.make_clock(settings)
    assert isinstance(clock, SteppedClock)
    if clock.now() != START:
        raise SettingsError(
            f"the clock stands at {clock.now().isoformat()}: this stack has played before; "
            "take it down with its volumes and begin anew"
        )
    addresses = {name: f"{name}@harbour.example" for name in BOXES}
    async with _stage(settings, clock, folder, list(addresses.values())) as on:
        declaration = declared(folder, addresses, on.mailbox.port, _here())
        return await play(on, folder, declaration, say, days=days, count=count, patience=PATIENCE)


def _here() -> str:
    """The address under which other processes reach this one's mail server: a container's own,
    which they share a network with, whatever its name is there."""
    return socket.gethostbyname(socket.gethostname())


@asynccontextmanager
async def _stage(
    settings: Settings, clock: SteppedClock, folder: Path, mailboxes: list[str]
) -> AsyncIterator[Stage]:
    boxes = {address: maildir(folder, address) for address in mailboxes}
    people = People(boxes, Clicks().follow)
    mailbox = Mailbox(
        folder / "sent",
        now=clock.now,
        on_message=people.take,
        host=EVERYWHERE,
        port=PORT,
    )
    await mailbox.start()
    system = _without_agents(settings, clock)
    system.bus.watch(await wiring.readers(settings))
    try:
        await system.start()
        yield Stage(folder, clock, mailbox, people, system)
    finally:
        await system.stop()
        await mailbox.close()


def _without_agents(settings: Settings, clock: SteppedClock) -> wiring.System:
    """A system that publishes what it commits, and consumes nothing."""
    ids = SystemIds()
    return wiring.System(
        settings=settings,
        store=wiring.make_store(settings, ids, consume=False),
        bus=wiring.make_bus(settings, consume=False),
        clock=clock,
        ids=ids,
        names=Names(wiring.installation_secret(settings)),
        agents=(),
    )
