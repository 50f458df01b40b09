"""`leadwire review list|show|accept|correct|drop`: leads whose findings wait for a person.

Such a lead is not scored and not written to until somebody decides; the decision publishes
`lead.enriched` under the id that it would have had at once, so that two people deciding is one.
"""

from typing import Any

import click

from agents import definitions
from agents.cli import session
from agents.definitions import Client
from agents.enrichment import agent, review
from agents.enrichment.core import Result
from agents.enrichment.review import Decision, Kept
from agents.scanning import pages
from agents.scoring import profile
from contracts.ids import AccountId, LeadId, TenantId
from statestore.base import Committed, Line, Outgoing, Ref, Row, RowWrite, Unit


@click.command("list")
@click.option("--client", help="Only leads of this client.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def list_(client: str | None, json_: bool) -> None:
    """Lists leads whose findings wait for a person: since when, and which fields."""
    session.run(lambda: _list(client, json_))


async def _list(client: str | None, json_: bool) -> None:
    async with session.opened() as open_:
        rows = await _waiting(open_, client)
    found = [
        {
            "lead": row.ref.key,
            "client": row.ref.tenant,
            "since": row.data.get("since"),
            "fields": ", ".join(row.data.get("fields") or ()),
        }
        for row in rows
    ]
    session.rows(found, ("lead", "client", "since", "fields"), json=json_, nothing="nothing waits")


async def _waiting(open_: session.Session, client: str | None) -> list[Row]:
    tenant = TenantId(client) if client else None
    found = pages(open_.store, tenant, agent.KIND, status=agent.REVIEW)
    return [row async for page in found for row in page]


@click.command("show")
@click.argument("lead")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a finding.")
def show(lead: str, client: str | None, json_: bool) -> None:
    """Shows what is doubtful about LEAD (its id, or the start of it), with its evidence."""
    session.run(lambda: _show(lead, client, json_))


async def _show(lead: str, client: str | None, json_: bool) -> None:
    async with session.opened() as open_:
        _, what = await _one(open_, lead, client)
    columns = ("field", "value", "why", "source", "evidence", "place")
    session.rows(review.as_rows(what), columns, json=json_, nothing="nothing is doubtful")


async def _one(open_: session.Session, lead: str, client: str | None) -> tuple[Row, Kept]:
    rows = [row for row in await _waiting(open_, client) if row.ref.key.startswith(lead)]
    if len(rows) != 1:
        words = f"{len(rows)} leads that wait match {lead!r}; see `leadwire review list`"
        raise session.Stop(words, session.NOTHING)
    ref = Ref(rows[0].ref.tenant, review.KIND, rows[0].ref.key)
    found = (await open_.store.rows([ref])).get(ref)
    what = review.read(found.data) if found is not None else None
    if what is None:
        raise session.Stop("what was found was erased", session.NOTHING)
    return rows[0], what


@click.command("accept")
@click.argument("lead")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
def accept(lead: str, client: str | None) -> None:
    """Takes the doubtful findings of LEAD as they are, and lets it go on."""
    session.run(lambda: _decide(lead, client, "accepted"))


@click.command("correct")
@click.argument("lead")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
def correct(lead: str, values: tuple[str, ...], client: str | None) -> None:
    """Puts FIELD=VALUE in the place of LEAD's doubtful findings, and lets it go on."""
    session.run(lambda: _decide(lead, client, "corrected", values))


@click.command("drop")
@click.argument("lead")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
def drop(lead: str, client: str | None) -> None:
    """Lets LEAD go on without its doubtful findings."""
    session.run(lambda: _decide(lead, client, "dropped"))


async def _decide(
    lead: str, client: str | None, decision: Decision, values: tuple[str, ...] = ()
) -> None:
    async with session.opened(publishing=True) as open_:
        row, what = await _one(open_, lead, client)
        result = await _result(open_, row, what, decision, values)
        done = await open_.commits.commit([_unit(open_, row, what, result, decision)])
        if not isinstance(done[0], Committed):
            raise session.Stop("somebody else decided it meanwhile", session.FAILED)
        await open_.publish()
    click.echo(f"{decision}; lead {row.ref.key} goes on")


async def _result(
    open_: session.Session, row: Row, what: Kept, decision: Decision, values: tuple[str, ...]
) -> Result:
    ref = Ref(row.ref.tenant, "client", row.ref.tenant)
    client = (await open_.store.rows([ref])).get(ref)
    if client is None:
        words = f"no client {row.ref.tenant}; declare it with `leadwire apply`"
        raise session.Stop(words, session.CONFIGURATION)
    try:
        return review.decided(
            what,
            decision,
            profile=profile.of(definitions.read(client, Client)),
            now=open_.now,
            by=session.who(),
            corrections=values,
        )
    except review.Wrong as error:
        raise session.Stop(str(error), session.USAGE) from None


def _unit(open_: session.Session, row: Row, what: Kept, result: Result, decision: Decision) -> Unit:
    told: dict[str, Any] = {**agent.told(result), "decision": decision, "by": session.who()}
    line = Line(
        tenant=row.ref.tenant,
        account=AccountId(row.parent),
        lead=LeadId(row.ref.key),
        at=open_.now,
        agent="console",
        kind="enrichment",
        code="reviewed",
        data=told,
    )
    done = {"event": what.event.id, "since": open_.now.isoformat(), "decision": decision}
    return Unit(
        tenant=row.ref.tenant,
        rows=(
            RowWrite(
                ref=row.ref,
                expect=row.version,
                parent=row.parent,
                status=agent.DONE,
                data=done,
            ),
            review.settled(what.event, decision),
        ),
        events=(Outgoing(event=agent.said(what.event, result)),),
        journal=(line,),
    )
