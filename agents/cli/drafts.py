"""`leadwire drafts list|show|approve|decline`: what waits for a person in co-pilot and manual mode.

An approval binds to the content's hash: if the draft changes, it has to be approved again. A draft
that fails a check cannot be approved; mend the template and apply it.
"""

from typing import Any

import click

from agents.cli import session
from agents.definitions import Campaign
from agents.definitions import read as declared
from agents.orchestrator.record import Record, read
from agents.scanning import pages
from contracts import lead, registry
from contracts.ids import PartitionKey, partition_key
from statestore.base import Line, Outgoing, Ref, Row, Unit

CODES = ("not_approved", "manual_mode", "draft_refused", "declined")


@click.command("list")
@click.option("--all", "every", is_flag=True, help="Refused and declined ones too.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def list_(every: bool, json_: bool) -> None:
    """Lists drafts that wait for a person."""
    session.run(lambda: _list(every, json_))


async def _list(every: bool, json_: bool) -> None:
    async with session.opened() as open_:
        found = [row async for row in _waiting(open_)]
        wanted = CODES if every else CODES[:2]
        shown = [_row(record) for record in found if str((record.hold or {})["code"]) in wanted]
    columns = ("draft", "lead", "campaign", "why", "since", "problems")
    session.rows(shown, columns, json=json_, nothing="no draft waits")


async def _waiting(open_: session.Session) -> Any:
    async for page in pages(open_.store, None, "lead"):
        for row in page:
            if (row.data.get("hold") or {}).get("code") in CODES:
                yield read(row)


def _row(record: Record) -> dict[str, Any]:
    hold = record.hold or {}
    inputs = hold.get("inputs") or {}
    return {
        "draft": inputs.get("content"),
        "lead": record.id,
        "campaign": (record.lead.enrolment or {}).get("campaign"),
        "why": hold["code"],
        "since": hold["since"],
        "problems": "; ".join(inputs.get("problems") or ()),
    }


@click.command("show")
@click.argument("draft")
def show(draft: str) -> None:
    """Shows DRAFT (its id, or the start of it) as it would go out."""
    session.run(lambda: _show(draft))


async def _show(draft: str) -> None:
    async with session.opened() as open_:
        record, content = await _one(open_, draft)
    data = content.data
    click.echo(f"to lead {record.id}, from template {data['template_id']}")
    click.echo(f"uses {', '.join(data['personalization']) or 'nothing of the lead'}\n")
    click.echo(f"Subject: {data['subject']}\n\n{data['body']}")
    for problem in data["problems"]:
        click.echo(f"refused: {problem}", err=True)


async def _one(open_: session.Session, draft: str) -> tuple[Record, Row]:
    found = [
        record
        async for record in _waiting(open_)
        if str(((record.hold or {}).get("inputs") or {}).get("content", "")).startswith(draft)
    ]
    if len(found) != 1:
        words = f"{len(found)} drafts match {draft!r}; see `drafts list`"
        raise session.Stop(words, session.NOTHING)
    inputs = (found[0].hold or {})["inputs"]
    ref = Ref(found[0].tenant, "content", inputs["content"])
    row = (await open_.store.rows([ref])).get(ref)
    if row is None or not row.data:
        raise session.Stop("the draft was erased", session.NOTHING)
    return found[0], row


@click.command("approve")
@click.argument("draft")
def approve(draft: str) -> None:
    """Approves DRAFT, this very content; in manual mode it lets it go."""
    session.run(lambda: _decide(draft, None))


@click.command("decline")
@click.argument("draft")
@click.option("--reason", required=True, help="Why.")
def decline(draft: str, reason: str) -> None:
    """Declines DRAFT, this very content."""
    session.run(lambda: _decide(draft, reason))


async def _decide(draft: str, reason: str | None) -> None:
    async with session.opened(publishing=True) as open_:
        record, content = await _one(open_, draft)
        if reason is None and content.data["problems"]:
            words = "; ".join(content.data["problems"])
            raise session.Stop(f"it fails a check, mend the template: {words}", session.REFUSED)
        manual = await _manual(open_, record)
        await open_.commits.commit([_unit(open_, record, content, reason, manual)])
        await open_.publish()
    click.echo(f"{'approved' if reason is None else 'declined'} {content.ref.key}")


async def _manual(open_: session.Session, record: Record) -> bool:
    campaign = str((record.lead.enrolment or {}).get("campaign"))
    ref = Ref(record.tenant, "campaign", campaign)
    row = (await open_.store.rows([ref])).get(ref)
    return row is not None and declared(row, Campaign).mode == "manual"


def _unit(
    open_: session.Session, record: Record, content: Row, reason: str | None, manual: bool
) -> Unit:
    base: dict[str, Any] = {
        "lead_id": record.id,
        "occurred_at": open_.now,
        "channel": content.data["channel"],
        "send_id": content.data["send_id"],
        "content_id": content.ref.key,
        "content_hash": content.data["hash"],
        "by": session.who(),
    }
    said = (
        lead.ContentApproved(**base, released=manual)
        if reason is None
        else lead.ContentDeclined(**base, reason=reason)
    )
    key: PartitionKey = partition_key(record.tenant, record.account)
    event = registry.produce(
        said,
        key=key,
        source="/console",
        cause=f"{content.ref.key}:{open_.now.isoformat()}",
        mode=open_.loaded.settings.mode,
    )
    line = Line(
        tenant=record.tenant,
        account=record.account,
        lead=record.id,
        at=open_.now,
        agent="console",
        kind="draft",
        code="approved" if reason is None else "declined",
        data={"by": session.who(), "reason": reason, "content": content.ref.key},
    )
    return Unit(tenant=record.tenant, events=(Outgoing(event=event),), journal=(line,))
