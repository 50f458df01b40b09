"""`leadwire leads publish|import FILE`: leads from a file or stdin through the door.

Every row is judged here as intake will judge it, so that what is wrong is said at once, with
row and reason; what is accepted is published to `inbound.leads` under a name of its own, so that
publishing a file twice brings no lead twice. `import` reads the whole file before it publishes the
first row, and publishes nothing where `--strict` finds a reject.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import click
import orjson

from agents import definitions, wiring
from agents.cli import session
from agents.cli.leads_score import progress, refuse
from agents.definitions import Client
from agents.intake import mapping, reading
from agents.intake.intake import Admitted, Door, admit
from agents.names import Names
from agents.scoring import profile
from bus.base import Message
from contracts.ids import TenantId
from statestore.base import Ref

CHUNK = 500

Options = dict[str, Any]


def options(command: click.Command) -> click.Command:
    """The options that both commands take."""
    for option in (
        click.argument("file", type=click.File("rb")),
        click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Or a layout."),
        click.option("--client", help="Whose leads, where rows do not say it."),
        click.option("--campaign", help="The campaign that takes them."),
        click.option("--country", help="Their country, where rows do not say it (ISO 3166)."),
        click.option("--dry-run", is_flag=True, help="Judge every row, publish nothing."),
        click.option("--strict", is_flag=True, help="Publish nothing where a row is rejected."),
        click.option("--rejects", type=click.File("wb"), help="Write rejected rows here (JSONL)."),
        click.option("--format", "format_", type=click.Choice(["csv", "jsonl"])),
        click.option("--encoding", help="Default: found out."),
        click.option("--delimiter", help="Of a CSV. Default: found out."),
        click.option("--json", "json_", is_flag=True, help="The summary as one JSON object."),
    ):
        command = option(command)
    return command


@click.command("publish")
@options  # type: ignore[arg-type]  # click's decorators take functions and commands alike
def publish(**given: Any) -> None:
    """Publish the leads of FILE (CSV or JSONL; - is stdin), row by row as they are read."""
    session.run(lambda: _main(given, whole=False))


@click.command("import")
@options  # type: ignore[arg-type]
def import_(**given: Any) -> None:
    """Judge the whole of FILE first, then publish what is accepted; says what was there before."""
    session.run(lambda: _main(given, whole=True))


@dataclass
class Count:
    """What became of the rows."""

    accepted: int = 0
    rejected: int = 0
    twice: int = 0
    known: int = 0
    published: int = 0
    notes: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "accepted": self.accepted,
            "rejected": self.rejected,
            "duplicates_in_file": self.twice,
            "already_known": self.known,
            "published": self.published,
        }


@dataclass
class Run:
    """One file on its way."""

    given: Options
    open_: session.Session
    door: Door
    count: Count = field(default_factory=Count)
    seen: dict[str, int] = field(default_factory=dict)
    waiting: list[Message] = field(default_factory=list)

    def judged(self, row: reading.Accepted, chosen: mapping.FieldMap) -> Admitted | None:
        """Judges one row as intake will; counts, and names what is wrong with it."""
        data = self.filled(chosen.apply(row.data))
        one = admit(
            data, door=self.door, now=self.open_.now, origin=self.name, tenant=self.given["client"]
        )
        if not isinstance(one, Admitted):
            first = one.problems[0] if one.problems else None
            raw = orjson.dumps(row.data).decode()
            words = first.message if first else one.message
            self.reject(reading.Reject(row.row, row.line, one.code, one.pointer, words, raw))
            return None
        self.count.accepted += 1
        self.note_twice(row, one)
        self.waiting.append(self.message(row, data, one))
        return one

    def note_twice(self, row: reading.Accepted, one: Admitted) -> None:
        """Says of a row which earlier row of the file it is the same lead as."""
        hashes = [key.hash for key in one.keys]
        first = next((self.seen[h] for h in hashes if h in self.seen), None)
        if first is not None:
            self.count.twice += 1
            click.echo(f"row {row.row}: the same lead as row {first}", err=True)
        for hash_ in hashes:
            self.seen.setdefault(hash_, row.row)

    def filled(self, data: dict[str, Any]) -> dict[str, Any]:
        """Adds what the command says and the row does not."""
        if self.given["campaign"]:
            data.setdefault("campaign_id", self.given["campaign"])
        if self.given["country"] and not data.get("country"):
            data["country"] = self.given["country"].upper()
        return data

    @property
    def name(self) -> str:
        """The file's name, for the record."""
        return str(getattr(self.given["file"], "name", "stdin"))

    def message(self, row: reading.Accepted, data: Mapping[str, Any], one: Admitted) -> Message:
        """The row as an event of its own name: the same row twice is one event."""
        body = orjson.dumps(dict(data), default=str)
        id_ = hashlib.sha256(one.tenant.encode() + b"\x00" + body).hexdigest()
        headers = {
            "ce_specversion": "1.0",
            "ce_id": id_,
            "ce_type": "inbound.leads.v1",
            "ce_source": "/leads/file",
            "ce_tenant": one.tenant,
            "content-type": "application/json",
        }
        return Message("inbound.leads", one.payload.lead_id, headers, body)

    def reject(self, row: reading.Reject) -> None:
        """Names a row that is not taken, and writes it to the rejects file."""
        self.count.rejected += 1
        refuse(row, self.given["rejects"])

    async def flush(self, *, everything: bool) -> None:
        """Publishes what waits."""
        while self.waiting and (everything or len(self.waiting) >= CHUNK):
            chunk, self.waiting = self.waiting[:CHUNK], self.waiting[CHUNK:]
            await self.open_.bus.publish(chunk)
            self.count.published += len(chunk)

    async def known(self, found: list[Admitted]) -> None:
        """Counts which leads the store knows already."""
        refs = [[Ref(one.tenant, "identity", key.hash) for key in one.keys] for one in found]
        rows = await self.open_.store.rows([ref for several in refs for ref in several])
        self.count.known += sum(any(ref in rows for ref in several) for several in refs)


async def _main(given: Options, *, whole: bool) -> None:
    try:
        async with session.opened(bus=not given["dry_run"]) as open_:
            run = Run(given, open_, await _door(open_))
            await _rows(run, hold=whole or given["strict"] or given["dry_run"])
            stopped = given["dry_run"] or (given["strict"] and run.count.rejected)
            if not stopped:
                await run.flush(everything=True)
    except (reading.Unreadable, mapping.MappingError) as error:
        raise session.Stop(str(error), session.FAILED) from error
    _say(run, given)


async def _door(open_: session.Session) -> Door:
    rows = await open_.store.scan(None, "client", limit=10_000)
    clients = [definitions.read(row, Client) for row in rows]
    names = Names(wiring.installation_secret(open_.loaded.settings))
    return Door({TenantId(c.id): profile.of(c) for c in clients}, names)


async def _rows(run: Run, *, hold: bool) -> None:
    file: BinaryIO = run.given["file"]
    source = reading.read(
        file,
        name=run.name,
        format=run.given["format_"],
        encoding=run.given["encoding"],
        delimiter=run.given["delimiter"],
    )
    found: list[Admitted] = []
    with progress(file) as advance:
        for row in mapping.mapped(source, run.given["maps"]):
            advance()
            if isinstance(row, reading.Reject):
                run.reject(row)
            elif (one := run.judged(*row)) is not None:
                found.append(one)
            if len(found) >= CHUNK:
                await run.known(found)
                found.clear()
            if not hold:
                await run.flush(everything=False)
    await run.known(found)
    run.count.notes += source.notes


def _say(run: Run, given: Options) -> None:
    count = run.count
    for note in count.notes:
        click.echo(f"note: {note}", err=True)
    if given["json_"]:
        session.as_json(count.row())
    else:
        words = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in count.row().items())
        click.echo(words)
    if given["dry_run"]:
        click.echo("dry run: nothing was published", err=True)
    elif given["strict"] and count.rejected:
        raise session.Stop("rows were rejected, so nothing was published (--strict)", 1)
    if not count.accepted and not count.rejected:
        raise session.Stop("no leads in it", session.NOTHING)
    if count.rejected:
        raise session.Stop(f"{count.rejected} rows were rejected", session.FAILED)
