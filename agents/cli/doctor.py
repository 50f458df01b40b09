"""`leadwire doctor`: what is not well, and which command mends it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import click

from agents import wiring
from agents.cli import session
from agents.doctoring import findings, reading
from agents.doctoring.findings import Finding, State, fail
from agents.settings import Settings, SettingsError
from bus.errors import BusError

COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@click.command("doctor")
@click.option("--json", "json_", is_flag=True, help="One JSON object a finding.")
@click.option("--offline", is_flag=True, help="Ask nobody but bus and store.")
@click.option("--dns", is_flag=True, help="Ask DNS for SPF, DKIM and DMARC of sending domains.")
@click.option("--dkim-selector", "selectors", multiple=True, help="With --dns; may be repeated.")
def doctor(json_: bool, offline: bool, dns: bool, selectors: tuple[str, ...]) -> None:
    """Looks at settings, bus, store, declarations, switches and what is left over: a line each,
    ok, warn or fail, with the reason and the next command. Sends and changes nothing. Exit 1 where
    anything fails, else 0."""
    session.run(lambda: _doctor(json_, not offline, dns, selectors))


async def _doctor(json_: bool, online: bool, dns: bool, selectors: Sequence[str]) -> None:
    found: list[Finding] = []

    def tell(more: Iterable[Finding]) -> None:
        for finding in more:
            found.append(finding)
            _say(finding, json_)

    try:
        loaded = session.loaded()
    except SettingsError as error:
        tell([fail("settings", str(error), "leadwire config show --source")])
        raise session.Stop("1 failed", session.FAILED) from error
    origin = f"{loaded.file}, environment and defaults" if loaded.file else "environment, defaults"
    async for finding in reading.examine(loaded.settings, origin, online=online):
        tell([finding])
    if loaded.settings.bus.startswith("kafka:") and not {"bus", "topics"} & failing(found):
        tell([await _topics(loaded.settings)])
    if dns:
        tell(await reading.domains(loaded.settings, selectors))
    failed = sum(finding.state is State.FAIL for finding in found)
    warned = sum(finding.state is State.WARN for finding in found)
    summary = f"{failed} failed, {warned} warned, {len(found) - failed - warned} ok"
    if failed:
        raise session.Stop(summary, session.FAILED)
    click.echo(summary, err=True)


def failing(found: Sequence[Finding]) -> set[str]:
    """The checks that failed."""
    return {finding.check for finding in found if finding.state is State.FAIL}


async def _topics(settings: Settings) -> Finding:
    """Partitions, retention and cleanup against what `topics plan` says."""
    from agents.cli import topics

    try:
        plan = await topics.planned(settings, False, take=False)
    except BusError as error:
        return fail("topics", str(error), "leadwire topics plan")
    idle = {"keep", "unknown"}
    differing = {s.topic: s.action.value for s in plan.steps if s.action.value not in idle}
    return findings.of_topics(differing, len(wiring.topics()))


def _say(finding: Finding, json_: bool) -> None:
    if json_:
        session.as_json(asdict(finding))
        return
    mark = click.style(f"{finding.state.value:<4}", fg=COLOURS[finding.state])
    click.echo(f"{mark}  {finding.check:<13}  {finding.reason}")
    if finding.next:
        click.echo(f"{'':<19}→ {finding.next}")
