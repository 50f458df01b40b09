"""`leadwire run AGENT…`: starts agents in one process, and drains them on SIGTERM."""

import asyncio
import os
import signal
import socket

import click
import structlog

from agents import collector, logs, wiring
from agents.cli import session
from agents.settings import SettingsError


@click.command("run")
@click.argument("agents", nargs=-1, required=True)
def run(agents: tuple[str, ...]) -> None:
    """Runs `all` agents, or those that are named, until SIGTERM or SIGINT, and drains what is under
    way. AGENTS: intake, enrichment, scoring, landing, orchestrator, writer, sender, inbox, replies,
    analytics. `all` leaves out what the setting `without` names, and landing where `pages` is not
    set. /livez, /readyz, /metrics and /catalogue answer on the setting `http_port`."""
    session.run(lambda: _run(agents))


async def _run(agents: tuple[str, ...]) -> None:
    settings = session.loaded().settings
    logs.configure(settings.log_level, settings.log_format, instance())
    unknown = [name for name in agents if name != "all" and name not in wiring.MAKERS]
    if unknown:
        listed = ", ".join(wiring.MAKERS)
        raise session.Stop(f"no agent {unknown[0]!r}; there are all, {listed}", session.USAGE)
    chosen = () if "all" in agents else agents
    system = wiring.build(settings, chosen)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    collector.settle()
    try:
        await system.start()
        structlog.get_logger().info("running", agents=list(system.agents), mode=settings.mode.value)
        await _watch(system, ended)
    finally:
        await system.stop()


async def _watch(system: wiring.System, ended: asyncio.Event) -> None:
    """Waits for a signal, or for a loop that ends: then the process ends too, and says which."""
    signalled = asyncio.create_task(ended.wait())
    await asyncio.wait([signalled, *system.tasks], return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()
    for task in system.tasks:
        if task.done() and isinstance(error := task.exception(), SettingsError):
            raise error
    done = ", ".join(task.get_name() for task in system.tasks if task.done())
    if done:
        raise session.Stop(f"a loop ended: {system.failed() or done}", session.FAILED)
    structlog.get_logger().info("stopping", reason="signal")


def instance() -> str:
    """Names this process among others: the host (a container's id, a pod's name) and its number."""
    return f"{socket.gethostname()}/{os.getpid()}"
