"""`leadwire leads list|show`, `leadwire explain`: where leads stand, and why."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from agents import explaining
from agents.cli import session
from agents.explaining import name_of
from agents.orchestrator.record import read
from agents.scanning import pages
from contracts import registry
from contracts.envelope import Event
from contracts.ids import OPERATOR, AccountId, LeadId, TenantId, partition_key, stop_id
from contracts.lead import Erased
from contracts.outcome import StopReason
from statestore.base import Line, Outgoing, Ref, Row, Stop, StopAdd, Unit


@click.command("list")
@click.option("--status", help="Only leads of this status.")
@click.option("--campaign", help="Only leads of this campaign.")
@click.option("--client", help="Only leads of this client.")
@click.option("--held", is_flag=True, help="Only leads that are held.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def list_(
    status: str | None,
    campaign: str | None,
    client: str | None,
    held: bool,
    limit: int,
    json_: bool,
) -> None:
    """Lists leads: status, why not moving, what comes next and when."""
    session.run(lambda: _list(status, campaign, client, held, limit, json_))


async def _list(
    status: str | None,
    campaign: str | None,
    client: str | None,
    held: bool,
    limit: int,
    json_: bool,
) -> None:
    found: list[dict[str, Any]] = []
    async with session.opened() as open_:
        tenant = TenantId(client) if client else None
        async for page in pages(open_.store, tenant, "lead", status=status):
            found += [r for r in map(_row, page) if _wanted(r, campaign, held)]
            if len(found) > limit:
                break
        shown = found[:limit]
        if not json_:
            await _name(open_, shown)
    columns = ("lead", "name", "status", "campaign", "hold", "next", "why")
    session.rows(shown, columns, json=json_, nothing="no lead matches")
    if len(found) > limit:
        click.echo(f"there are more than these {limit}: --limit N shows N", err=True)


async def _name(open_: session.Session, found: Sequence[dict[str, Any]]) -> None:
    """Adds whom the leads of a table are, for people; objects for machines name ids alone."""
    refs = {Ref(TenantId(row["client"]), "person", row["lead"]): row for row in found}
    people = await open_.store.rows(list(refs))
    for ref, row in refs.items():
        row["name"] = name_of(people.get(ref))


def _wanted(row: dict[str, Any], campaign: str | None, held: bool) -> bool:
    return (campaign is None or row["campaign"] == campaign) and (not held or bool(row["hold"]))


def _row(row: Row) -> dict[str, Any]:
    data = row.data
    enrolled = list(data.get("facts", {}).get("enrolled", {}).values())
    plan, hold = data.get("next") or {}, data.get("hold") or {}
    return {
        "lead": row.ref.key,
        "client": row.ref.tenant,
        "account": row.parent,
        "status": row.status,
        "reason": data.get("reason"),
        "campaign": enrolled[-1]["campaign"] if enrolled else None,
        "hold": hold.get("code"),
        "next": plan.get("at"),
        "why": plan.get("why") or hold.get("gate"),
        "attempt_count": len(data.get("facts", {}).get("contacted", {})),
        "last_contacted": max(
            (e["at"] for e in data.get("facts", {}).get("contacted", {}).values()), default=None
        ),
    }


@click.command("rejected")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line, the record included.")
def rejected(json_: bool) -> None:
    """Lists records that the door refused: what was wrong, where, and what came in."""
    session.run(lambda: _rejected(json_))


async def _rejected(json_: bool) -> None:
    async with session.opened() as open_:
        rows = await open_.store.scan(OPERATOR, "message", status="rejected", limit=10_000)
    found = [
        {
            "at": row.data["at"],
            "code": row.data["code"],
            "pointer": row.data.get("pointer", ""),
            "message": row.data["message"],
            "origin": row.data["origin"],
        }
        | (
            {"value": base64.b64decode(row.data["value"]).decode("utf-8", "replace")}
            if json_
            else {}
        )
        for row in sorted(rows, key=lambda row: str(row.data["at"]))
    ]
    columns = ("at", "code", "pointer", "message", "origin")
    session.rows(found, columns, json=json_, nothing="nothing was rejected")


def _text(kept: str) -> str:
    return base64.b64decode(kept).decode("utf-8", "replace")


@click.command("erase")
@click.argument("lead")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
@click.option("--reason", required=True, help="Who asked, and when.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(lead: str, client: str | None, reason: str, yes: bool) -> None:
    """Blanks what identifies the people of LEAD, for good; they stay suppressed by keyed hash."""
    if not yes:
        click.confirm(f"Erase what identifies the people of {lead}?", abort=True)
    session.run(lambda: _erase(lead, client, reason))


async def _erase(lead: str, client: str | None, reason: str) -> None:
    async with session.opened(publishing=True) as open_:
        found = await explaining.find(open_.store, lead, client)
        if len(found) != 1:
            raise session.Stop(f"{len(found)} leads match {lead!r}; name one", session.NOTHING)
        row, now = found[0], open_.now
        addresses = read(row).lead.profile.get("addresses", {}).values()
        keys = [f"lead:{row.ref.key}", *(f"address:{a}" for a in sorted(set(addresses)))]
        stops = tuple(_suppressed(row, key, now) for key in keys)
        told = Outgoing(event=_erased(row, now))
        await open_.commits.commit([Unit(tenant=row.ref.tenant, stops=stops, events=(told,))])
        blanked = await open_.store.erase(row.ref.tenant, LeadId(row.ref.key), now)
        line = Line(
            tenant=row.ref.tenant,
            account=AccountId(row.parent),
            lead=LeadId(row.ref.key),
            at=now,
            agent="console",
            kind="fact",
            code="erased",
            data={"by": session.who(), "reason": reason, "rows": blanked},
        )
        await open_.commits.commit([Unit(tenant=row.ref.tenant, journal=(line,))])
        await open_.publish()
    click.echo(f"erased {blanked} records of lead {row.ref.key}; it stays suppressed")


def _erased(row: Row, now: datetime) -> Event:
    """Tells whoever keeps copies elsewhere (its landing page, a CRM) to take them down."""
    said = Erased(lead_id=LeadId(row.ref.key), occurred_at=now, by=session.who())
    key = partition_key(row.ref.tenant, AccountId(row.parent))
    cause = f"erased:{row.ref.key}:{now.isoformat()}"
    return registry.produce(said, key=key, source="/console", cause=cause)


def _suppressed(row: Row, key: str, now: datetime) -> StopAdd:
    reason = StopReason.SUPPRESSED
    return StopAdd(
        stop=Stop(
            id=stop_id(f"{row.ref.tenant}/{key}", reason, "erased"),
            tenant=row.ref.tenant,
            key=key,
            reason=reason,
            at=now,
            cause="erasure",
            by=session.who(),
        )
    )


@click.command("summary")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC); default today.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; default the same.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def summary(since: datetime | None, until: datetime | None, json_: bool) -> None:
    """Counts what happened by campaign: sent, blocked by reason, answers, ends, repairs."""
    session.run(lambda: _summary(since, until, json_))


async def _summary(since: datetime | None, until: datetime | None, json_: bool) -> None:
    async with session.opened() as open_:
        first = (since or open_.now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
        last = (until or first).replace(tzinfo=UTC) + timedelta(days=1)
        tally = await open_.store.tally(None, first, last)
    found = [
        {"campaign": campaign, "kind": kind, "code": code, "count": count}
        for (campaign, kind, code), count in sorted(tally.items())
    ]
    columns = ("campaign", "kind", "code", "count")
    session.rows(found, columns, json=json_, nothing="nothing happened in these days")


@click.command("explain")
@click.argument("lead")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
@click.option("--json", "json_", is_flag=True, help="One JSON object with every line.")
def explain(lead: str, client: str | None, json_: bool) -> None:
    """Tells the whole story of LEAD (an id, its start, or part of a name), and what comes next."""
    session.run(lambda: _explain(lead, client, json_))


async def _explain(lead: str, client: str | None, json_: bool) -> None:
    async with session.opened() as open_:
        found = await explaining.find(open_.store, lead, client)
        if not found:
            raise session.Stop(f"no lead {lead!r}; see `leadwire leads list`", session.NOTHING)
        if len(found) > 1:
            listed = "\n".join(f"  {row.ref.key}  {row.status}" for row in found)
            raise session.Stop(f"{len(found)} leads match; name one:\n{listed}", session.USAGE)
        told = await explaining.story(open_.store, found[0], open_.now)
    if json_:
        session.as_json(as_dict(told))
    else:
        show(told)


def as_dict(told: explaining.Story) -> dict[str, Any]:
    """The story as JSON values."""
    return {
        "lead": told.lead,
        "client": told.tenant,
        "account": told.account,
        "status": told.status,
        "reason": told.reason,
        "trace_id": told.trace,
        "next": told.next,
        "next_at": told.next_at,
        "unknowns": list(told.unknowns),
        "quality": told.quality,
        "stops": [{"key": s.key, "reason": s.reason, "at": s.at, "by": s.by} for s in told.stops],
        "lines": [
            {"at": t.at, "kind": t.kind, "code": t.code, "text": t.text, "count": t.count}
            | {"data": dict(t.data)}
            for t in told.lines
        ],
    }


def show(told: explaining.Story) -> None:
    """The story for people: by day, in the lead's own time."""
    click.echo(f"{told.name}  ·  {told.status}: {told.reason}")
    traced = f", trace {told.trace}" if told.trace else ""
    click.echo(f"lead {told.lead} of {told.tenant}, times in {told.zone}{traced}\n")
    day = ""
    for line in told.lines:
        at = line.at.astimezone(ZoneInfo(told.zone))
        today = f"{at:%a %d %b %Y}"
        if today != day:
            click.echo(today)
            day = today
        click.echo(f"  {at:%H:%M}  {line.text}")
    if told.score:
        click.echo("\n" + "\n".join(("score  " if n == 0 else "       ") + line
                                    for n, line in enumerate(told.score)))  # fmt: skip
    click.echo(f"\nnext  {told.next}")
    for unknown in told.unknowns:
        click.echo(f"unknown  {unknown}")
    for stop in told.stops:
        until = f" until {stop.until:%Y-%m-%d}" if stop.until else ""
        where = "everywhere" if stop.tenant == "*" else f"for {stop.tenant}"
        click.echo(f"stop  {stop.reason} ({stop.key.partition(':')[0]}, {where}){until}")
