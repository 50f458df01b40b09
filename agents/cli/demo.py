"""`leadwire demo`: the whole main job on this machine alone, told day by day."""

import asyncio
import json
import logging
import sys
from pathlib import Path

import click
import structlog


@click.command("demo")
@click.option("--dir", "folder", default="demo", show_default=True, help="Where its files go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def demo(folder: str, as_json: bool) -> None:
    """Runs a three-week campaign for 320 businesses in under a minute."""
    from agents.simulator import demo as play

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    say = (lambda text: None) if as_json else click.echo
    say(OPENING)
    try:
        report = asyncio.run(play.run(Path(folder).resolve(), say))
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


def closing(report, folder: str):  # type: ignore[no-untyped-def]  # the report's module loads late
    """What it came to, where things lie, what to try next."""
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
