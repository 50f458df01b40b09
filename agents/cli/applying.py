"""`leadwire apply FILE`: declares clients, sending resources and campaigns."""

from pathlib import Path

import click

from agents import declaring
from agents.cli import session
from statestore.base import Committed


@click.command("apply")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def apply(file: Path, dry_run: bool, json_: bool) -> None:
    """Brings the store to what FILE declares; the same file again changes nothing."""
    session.run(lambda: _apply(file, dry_run, json_))


async def _apply(file: Path, dry_run: bool, json_: bool) -> None:
    try:
        declared = declaring.read(file)
    except declaring.DeclarationError as error:
        raise session.Stop(f"{file} cannot be applied:\n{error}", session.CONFIGURATION) from error
    async with session.opened(publishing=not dry_run) as open_:
        mode = open_.loaded.settings.mode
        plan = await declaring.plan(declared, open_.store, open_.now, mode)
        if not dry_run:
            results = await open_.commits.commit(plan.units)
            lost = [result for result in results if not isinstance(result, Committed)]
            if lost:
                raise session.Stop(
                    "somebody else applied at the same time; run it again", session.FAILED
                )
            await open_.publish()
    found = [_row(change) for change in plan.changes]
    columns = ("kind", "id", "client", "state", "version", "replans", "fields")
    session.rows(found, columns, json=json_, nothing="the file declares nothing")
    if dry_run:
        click.echo("dry run: nothing was written", err=True)


def _row(change: declaring.Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "id": change.id,
        "client": change.tenant,
        "state": change.state,
        "version": change.version,
        "replans": change.replans,
        "fields": ", ".join(change.fields),
    }
