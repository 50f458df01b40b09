"""`leadwire migrate`, `leadwire backup FILE`, `leadwire restore FILE --as-of T`."""

from datetime import datetime
from pathlib import Path

import click

from agents import restoring, wiring
from agents.base import Commits
from agents.cli import session
from agents.outbox import OutboxRelay
from agents.ports import Clock, SystemIds
from agents.settings import Settings, SettingsError
from contracts.envelope import utc
from statestore.sqlite import SqliteStore, upkeep


def store_file(settings: Settings) -> Path:
    """Returns the file that settings name; raises SettingsError for a store without one."""
    kind, _, path = settings.store.partition(":")
    if kind != "sqlite" or not path:
        raise SettingsError(
            f"store {settings.store!r} is no file; set LEADWIRE_STORE=sqlite:PATH "
            "(or LEADWIRE_CONFIG to the file that says so)"
        )
    return Path(path)


# ── migrate ───────────────────────────────────────────────────────────────────────────────────


@click.command("migrate")
@click.option("--check", "check_only", is_flag=True, help="Only say what is pending; exit 1 if so.")
@click.option("--sql", is_flag=True, help="Only print the SQL that would be run.")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout.")
def migrate(check_only: bool, sql: bool, json_: bool) -> None:
    """Brings the store to this release's schema; makes it where it is not there. Stop the
    processes that consume from it, and back it up first."""

    async def main() -> None:
        path = store_file(session.loaded().settings)
        if sql:
            _print_sql(path)
        elif check_only:
            _check(path, json_)
        else:
            _migrate(path, json_)

    session.run(main)


def _print_sql(path: Path) -> None:
    for step in upkeep.lacking(path):
        click.echo(f"-- {step.name}  sha256 {step.checksum}\n{step.sql}")


def _check(path: Path, json_: bool) -> None:
    names = [step.name for step in upkeep.lacking(path)]
    if json_:
        session.as_json({"store": str(path), "pending": names})
    if names:
        text = f"{path}: {', '.join(names)} pending; run `leadwire migrate`"
        raise session.Stop(text, session.FAILED)
    if not json_:
        click.echo(f"{path}: up to date")


def _migrate(path: Path, json_: bool) -> None:
    steps = upkeep.migrate(path, SystemIds().new())
    if json_:
        session.as_json({"store": str(path), "applied": [step.name for step in steps]})
        return
    for step in steps:
        click.echo(f"{path}: applied {step.name}")
    if not steps:
        click.echo(f"{path}: up to date, nothing to do")


# ── backup ────────────────────────────────────────────────────────────────────────────────────


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE where it is there already.")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout.")
def backup(file: Path, overwrite: bool, json_: bool) -> None:
    """Copies the store into FILE while processes run, and its stops into FILE.stops.csv. Note the
    time that it prints: `restore` asks for it."""

    async def main() -> None:
        settings = session.loaded().settings
        now = wiring.make_clock(settings).now()
        done = upkeep.back_up(store_file(settings), file, now, overwrite=overwrite)
        if json_:
            values = {"file": str(done.file), "bytes": done.size, "as_of": now.isoformat()}
            session.as_json({**values, "stops_file": str(done.stops_file), "stops": done.stops})
            return
        click.echo(f"{done.file}: {done.size:,} bytes, as of {now.isoformat()}")
        click.echo(f"{done.stops_file}: {done.stops} stops")

    session.run(main)


# ── restore ───────────────────────────────────────────────────────────────────────────────────


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", "as_of", required=True, help="When FILE was taken: 2026-11-23T09:00:00Z.")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout.")
def restore(file: Path, as_of: str, json_: bool) -> None:
    """Puts the copy FILE in the store's place. Every touch that may have gone out since --as-of
    counts as sent and is listed by `unknowns list`; commands of before are refused. The replaced
    store is kept beside it. Stop the processes that consume from it first."""

    async def main() -> None:
        settings = session.loaded().settings
        clock = wiring.make_clock(settings)
        taken = _moment(as_of, clock)
        path = store_file(settings)
        with upkeep.consuming(path):
            prepared = upkeep.prepare(path, file, taken, SystemIds().new())
            marked = await _marked(prepared.file, settings, clock, taken)
            kept = upkeep.exchange(path, prepared.file)
        _report(path, taken, marked, prepared.stops, kept, json_)

    session.run(main)


def _moment(text: str, clock: Clock) -> datetime:
    try:
        taken = utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise session.Stop(f"--as-of {text}: {error}", session.USAGE) from error
    if taken > clock.now():
        raise session.Stop(f"--as-of {text} lies in the future", session.USAGE)
    return taken


async def _marked(
    prepared: Path, settings: Settings, clock: Clock, taken: datetime
) -> restoring.Marked:
    """Marks, in the copy, what may have gone out; then opens it for claims again."""
    store = SqliteStore(prepared, consume=False)
    await store.start()
    try:
        info = await store.info()
        relay = OutboxRelay(store, wiring.make_bus(settings, consume=False), clock)
        commits = Commits(store, relay, clock, info.incarnation)
        marked = await restoring.mark(commits, taken, settings.mode)
        await store.close_sending(None)
    finally:
        await store.stop()
    return marked


def _report(
    path: Path,
    taken: datetime,
    marked: restoring.Marked,
    stops: int,
    kept: Path | None,
    json_: bool,
) -> None:
    if json_:
        session.as_json(
            {
                "store": str(path),
                "as_of": taken.isoformat(),
                "unknown": marked.ledger + marked.later,
                "stops_carried": stops,
                "replaced": None if kept is None else str(kept),
            }
        )
        return
    click.echo(f"{path}: restored as of {taken.isoformat()}")
    click.echo(f"{marked.ledger} open sends and {marked.later} touches due since are unknown now")
    if kept is not None:
        click.echo(f"the store that was there is kept as {kept}; {stops} of its stops were added")
    click.echo("next: settle what the vendors' own lists show, with `leadwire unknowns list`;")
    click.echo("leads that came in since are not in this copy: publish or import them again")
