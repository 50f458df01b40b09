"""`leadwire init DIR`: a folder from which Leadwire runs as one process an agent, by compose."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from agents.cli import session
from agents.deploying import placing
from agents.deploying.placing import Placed
from agents.ports import new_secret


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace files of ours that were changed; asks first.")
@click.option("--yes", is_flag=True, help="With --force: do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a file.")
def init(folder: Path, force: bool, yes: bool, dry_run: bool, json_: bool) -> None:
    """Writes compose file, .env with secrets drawn anew, and a starter leadwire.toml into DIR.
    Running it again adds what is missing; it never changes a secret, a setting or a declaration
    that is there."""
    session.run(lambda: _init(folder, force, yes, dry_run, json_))


async def _init(folder: Path, force: bool, yes: bool, dry_run: bool, json_: bool) -> None:
    try:
        placed = placing.plan(folder, new_secret, force=force)
        if not dry_run:
            _ask([one.name for one in placed if one.state == "replaced"], yes)
            write(folder, placed)
    except (OSError, UnicodeDecodeError) as error:
        raise session.Stop(f"{folder}: {error}", session.FAILED) from error
    found = [{"file": one.name, "state": one.state, "note": one.note} for one in placed]
    session.rows(found, ("file", "state", "note"), json=json_, nothing="nothing is shipped")
    if dry_run:
        click.echo("dry run: nothing was written", err=True)
    elif not json_:
        click.echo(_next(folder))


def _ask(names: Sequence[str], yes: bool) -> None:
    if not names or yes:
        return
    question = f"replace {', '.join(names)}, and lose what was changed there?"
    if not sys.stdin.isatty():
        raise session.Stop(f"{question} Say so with --yes.", session.USAGE)
    if not click.confirm(question):
        raise session.Stop("nothing was written", session.FAILED)


def write(folder: Path, placed: Sequence[Placed]) -> None:
    """Writes what a plan says. Each file appears whole: written beside, then renamed; one with
    secrets is never readable for others, not for a moment."""
    for one in placed:
        if one.text is None:
            continue
        path = folder / one.name
        _make(path.parent, folder)
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, one.mode)
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(one.text)
        beside.chmod(one.mode)
        beside.replace(path)


def _make(parent: Path, folder: Path) -> None:
    """Folders within ours are mounted, and containers run as another user; ours itself is left as
    strict as the operator's umask makes it."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in reversed([parent, *parent.parents]):
        if folder in part.parents and not part.exists():
            part.mkdir()
            part.chmod(0o755)


NEXT = """
next
  cd {folder}
  docker compose up -d                               # docker-compose 1.29 or later does as well
  docker compose run --rm cli apply leadwire.toml    # after you looked through it
  docker compose run --rm cli doctor                 # what is not well, and what to do
  docker compose up -d --scale sender=3

.env holds secrets that cannot be drawn again: keep a copy where your backups are."""
NO_SOURCE = """
no checkout is beside this installation: set LEADWIRE_SOURCE in .env to one, from which the image is
built, or LEADWIRE_IMAGE to one that your engine can pull"""


def _next(folder: Path) -> str:
    return NEXT.format(folder=folder) + ("" if placing.checkout() else NO_SOURCE)
