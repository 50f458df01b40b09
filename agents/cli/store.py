"""`leadwire migrate`, `leadwire backup FILE`, `leadwire restore FILE --as-of T`."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from agents import restoring, wiring
from agents.base import Commits
from agents.cli import session, store_postgres
from agents.outbox import OutboxRelay
from agents.ports import Clock, SystemIds
from agents.settings import Settings, SettingsError
from contracts.envelope import utc
from statestore.backups import Backup
from statestore.migrations import Migration
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
@click.option("--dry-run", is_flag=True, help="Only say what would be done; exit 0.")
@click.option("--sql", is_flag=True, help="Only print the SQL that would be run.")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout.")
def migrate(check_only: bool, dry_run: bool, sql: bool, json_: bool) -> None:
    """Brings the store to this release's schema; makes it where it is not there. Stop the
    processes that consume from it, and back it up first. On Postgres it logs in as store_admin,
    makes the role that `store` names where it is not there, and grants it what agents need."""

    async def main() -> None:
        settings = session.loaded().settings
        if sql or check_only or dry_run:
            place, steps = await lacking(settings)
            if sql:
                _print_sql(steps)
            else:
                _pending(place, steps, json_, failing=check_only)
            return
        place, steps, notes = await apply(settings)
        _applied(place, steps, notes, json_)

    session.run(main)


async def lacking(settings: Settings) -> tuple[str, Sequence[Migration]]:
    """Returns where the store is, and the steps that it lacks."""
    if settings.store.startswith("postgres:"):
        address, password = wiring.postgres_place(settings, admin=True)
        from statestore.postgres import migrating

        return str(address), await migrating.lacking(address, password)
    path = store_file(settings)
    return str(path), upkeep.lacking(path)


async def apply(settings: Settings) -> tuple[str, Sequence[Migration], Sequence[str]]:
    """Runs the steps that the store lacks; returns where it is, the steps, and what else was
    done."""
    incarnation = SystemIds().new()
    if not settings.store.startswith("postgres:"):
        path = store_file(settings)
        return str(path), upkeep.migrate(path, incarnation), ()
    address, password = wiring.postgres_place(settings, admin=True)
    ours, our_password = wiring.postgres_place(settings)
    from statestore.postgres import migrating

    done = await migrating.migrate(
        address, password, role=ours.user, role_password=our_password, incarnation=incarnation
    )
    made = f"made role {ours.user}" if done.made_role else f"role {ours.user} was there"
    return str(address), done.steps, (f"{made}; granted it what agents need",)


def _print_sql(steps: Sequence[Migration]) -> None:
    for step in steps:
        click.echo(f"-- {step.name}  sha256 {step.checksum}\n{step.sql}")


def _pending(place: str, steps: Sequence[Migration], json_: bool, *, failing: bool) -> None:
    names = [step.name for step in steps]
    if json_:
        session.as_json({"store": place, "pending": names})
    text = f"{place}: {', '.join(names)} pending; run `leadwire migrate`"
    if names and failing:
        raise session.Stop(text, session.FAILED)
    if not json_:
        click.echo(text if names else f"{place}: up to date")


def _applied(place: str, steps: Sequence[Migration], notes: Sequence[str], json_: bool) -> None:
    if json_:
        applied = [step.name for step in steps]
        session.as_json({"store": place, "applied": applied, "notes": list(notes)})
        return
    for step in steps:
        click.echo(f"{place}: applied {step.name}")
    if not steps:
        click.echo(f"{place}: up to date, nothing to do")
    for note in notes:
        click.echo(f"{place}: {note}")


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
        done = await _backed_up(settings, file, now, overwrite)
        if json_:
            values = {"file": str(done.file), "bytes": done.size, "as_of": now.isoformat()}
            session.as_json({**values, "stops_file": str(done.stops_file), "stops": done.stops})
            return
        click.echo(f"{done.file}: {done.size:,} bytes, as of {now.isoformat()}")
        click.echo(f"{done.stops_file}: {done.stops} stops")

    session.run(main)


async def _backed_up(settings: Settings, file: Path, now: datetime, overwrite: bool) -> Backup:
    if settings.store.startswith("postgres:"):
        return await store_postgres.back_up(settings, file, now, overwrite=overwrite)
    return upkeep.back_up(store_file(settings), file, now, overwrite=overwrite)


# ── restore ───────────────────────────────────────────────────────────────────────────────────


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--as-of", "as_of", required=True, help="When it was taken: 2026-11-23T09:00:00Z.")
@click.option("--replaced", help="Postgres: the database that the copy replaces, for its stops.")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout.")
def restore(file: Path | None, as_of: str, replaced: str | None, json_: bool) -> None:
    """Puts the copy FILE in the store's place. Every touch that may have gone out since --as-of
    counts as sent and is listed by `unknowns list`; commands of before are refused. The replaced
    store is kept beside it. Stop the processes that consume from it first.

    On Postgres, pg_restore puts the copy into a database of another name first; then name that one
    in `store`, and run this without FILE."""

    async def main() -> None:
        settings = session.loaded().settings
        clock = wiring.make_clock(settings)
        taken = _moment(as_of, clock)
        if settings.store.startswith("postgres:"):
            done = await store_postgres.restore(settings, file, taken, clock, replaced)
            _report(done.place, taken, done.marked, done.stops, replaced, json_)
            return
        path = store_file(settings)
        if file is None or replaced is not None:
            text = "name the copy: leadwire restore FILE --as-of TIME (--replaced is Postgres's)"
            raise session.Stop(text, session.USAGE)
        with upkeep.consuming(path):
            prepared = upkeep.prepare(path, file, taken, SystemIds().new())
            marked = await _marked(prepared.file, settings, clock, taken)
            kept = upkeep.exchange(path, prepared.file)
        _report(str(path), taken, marked, prepared.stops, kept, json_)

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
    path: str,
    taken: datetime,
    marked: restoring.Marked,
    stops: int,
    kept: Path | str | None,
    json_: bool,
) -> None:
    if json_:
        session.as_json(
            {
                "store": path,
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
