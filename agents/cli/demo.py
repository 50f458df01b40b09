"""`leadwire demo`: the whole main job on this machine alone, told day by day."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog

from agents.cli import session

if TYPE_CHECKING:
    from agents.simulator.demo import Report


@click.command("demo")
@click.option("--dir", "folder", default="demo", show_default=True, help="Where its files go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--stack", is_flag=True, help="Against agents that run elsewhere, by the settings.")
@click.option("--prepare", is_flag=True, help="With --stack: only make the clock's file.")
@click.option("--days", default=21, show_default=True, type=click.IntRange(1, 21))
@click.option("--leads", default=320, show_default=True, type=click.IntRange(1, 320))
def demo(folder: str, as_json: bool, stack: bool, prepare: bool, days: int, leads: int) -> None:
    """Runs a three-week campaign for 320 businesses in under a minute."""
    if stack or prepare:
        session.run(lambda: _stack(Path(folder), as_json, prepare, days, leads))
        return
    _alone(folder, as_json, days, leads)


async def _stack(folder: Path, as_json: bool, prepare: bool, days: int, leads: int) -> None:
    """The same story against a stack of processes; `deploy/compose.demo.yaml` starts both."""
    from agents.simulator import stack
    from agents.simulator.driver import Stuck

    settings = session.loaded().settings
    if prepare:
        click.echo(stack.prepare(settings), err=True)
        return
    say = (lambda text: None) if as_json else click.echo
    try:
        report = await stack.run(settings, folder, say, days=days, count=leads)
    except Stuck as error:
        raise session.Stop(f"an agent does not go on: {error}", session.FAILED) from error
    if as_json:
        session.as_json(report.as_dict())
    else:
        click.echo("\n".join(counts(report)))


def _alone(folder: str, as_json: bool, days: int, leads: int) -> None:
    from agents.simulator import demo as play

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    say = (lambda text: None) if as_json else click.echo
    say(OPENING)
    try:
        report = asyncio.run(play.run(Path(folder).resolve(), say, days=days, count=leads))
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(report.as_dict()))
        return
    for line in closing(report, folder):
        say(line)


OPENING = """Leadwire demo: three weeks of a campaign, nothing leaves this machine.
  real       320 businesses, every agent, gate and rule, SQLite, SMTP and HTTP over sockets
  simulated  time (a stepped clock), addresses (all end in .example), the people and their words
"""


def counts(report: "Report") -> Iterator[str]:
    """What it came to."""
    yield ""
    yield f"{report.leads_in} leads in; where they stand now:"
    for status, count in sorted(report.end_states.items(), key=lambda row: -row[1]):
        yield f"  {count:>4}  {status}"
    yield (
        f"{report.sent} mails sent, {report.mails_in_mailbox} in the mailbox, "
        f"{report.doubles} doubles, {report.sends_after_stop} after a stop, "
        f"{report.unknown} of unknown outcome, {report.dead_letters} dead letters"
    )
    yield f"{report.waited} touches waited for a free slot of their mailbox"
    yield "held or refused, by gate code: " + (
        ", ".join(f"{code} {count}" for code, count in report.held.items()) or "none"
    )


def closing(report: "Report", folder: str) -> Iterator[str]:
    """What it came to, where things lie, what to try next."""
    yield from counts(report)
    yield ""
    yield f"mails      {folder}/sent/new        what the people answered  {folder}/inbox"
    yield f"database   {folder}/store.db        events for analysts       {folder}/events"
    yield ""
    yield "try next"
    prefix = f"  LEADWIRE_CONFIG={folder}/leadwire.toml .venv/bin/leadwire"
    for name, lead in report.examples.items():
        if lead:
            yield f"{prefix} explain {lead}   # one that {NAMES[name]}"
    yield f"{prefix} leads list --status responded"
    yield f"{prefix} pause all --reason 'trying it'"


NAMES = {
    "held": "is held",
    "replied": "replied",
    "unsubscribed": "unsubscribed",
    "waited": "stayed silent to the end",
}
