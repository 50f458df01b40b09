"""`leadwire pages publish|remove`: has the landing agent make pages anew, or take one down.

Both go through the store and the outbox, so they work while processes run and with the bus down;
the agent that runs next does it.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import click

from agents import explaining
from agents.base import retry_topic
from agents.cli import session
from agents.landing.agent import DOWN, KIND, NAME
from agents.landing.core import TARGET
from agents.landing.upkeep import page_rows
from contracts import lead as says
from contracts import registry
from contracts.ids import AccountId, LeadId, TenantId, partition_key
from statestore.base import Outgoing, Ref, Row, StateStore, Unit


@click.command("publish")
@click.argument("lead", required=False)
@click.option("--client", help="Whose leads; default: every client's.")
@click.option("--failed", is_flag=True, help="Only pages that could not be made before.")
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout.")
def publish(lead: str | None, client: str | None, failed: bool, dry_run: bool, json_: bool) -> None:
    """Have the page of LEAD, or every page, made anew: after a change of templates or brand, or
    once what refused a page is mended. Pages that were taken down stay down."""

    async def main() -> int:
        async with session.opened(publishing=True) as open_:
            count = 0
            async for row in _wanted(open_.store, lead, client, failed):
                event = await _again(open_.store, row, open_.now)
                if event is None:
                    continue
                count += 1
                if not dry_run:
                    await open_.commits.commit([Unit(tenant=row.ref.tenant, events=(event,))])
            await open_.publish()
        return count

    count = session.run(main)
    if json_:
        session.as_json({"asked": 0 if dry_run else count, "matched": count})
    else:
        click.echo(f"{count} pages {'would be' if dry_run else 'will be'} made anew", err=True)
    if not count:
        raise SystemExit(session.NOTHING)


async def _wanted(
    store: StateStore, lead: str | None, client: str | None, failed: bool
) -> AsyncIterator[Row]:
    """The rows of pages that may be made anew."""
    async for row in page_rows(store, TenantId(client) if client else None):
        named = lead is None or row.ref.key == lead
        if named and row.status != DOWN and (not failed or row.status == "failed"):
            yield row


async def _again(store: StateStore, row: Row, now: datetime) -> Outgoing | None:
    """What the lead's last score said, for the landing agent alone; None where it was erased."""
    ref = Ref(row.ref.tenant, "person", row.ref.key)
    person = (await store.rows([ref])).get(ref)
    fields = dict((person.data if person else {}).get("lead") or {})
    quality, enrichment = fields.pop("quality", None), fields.pop("enrichment", None)
    if not quality or fields.get("route", TARGET) != TARGET:
        return None
    said = says.Scored(
        lead_id=LeadId(row.ref.key),
        occurred_at=now,
        account_id=AccountId(row.parent),
        lead=says.LeadFields.model_validate(fields),
        origin="pages publish",
        enrichment=says.Enrichment.model_validate(enrichment) if enrichment else None,
        quality=says.Quality.model_validate(quality),
    )
    key = partition_key(row.ref.tenant, AccountId(row.parent))
    cause = f"pages:{row.ref.key}:{now.isoformat()}"
    event = registry.produce(said, key=key, source="/console", cause=cause)
    return Outgoing(event=event, topic=retry_topic(NAME))


@click.command("remove")
@click.argument("lead")
@click.option("--client", help="Whose lead, where several clients have one of that name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(lead: str, client: str | None, yes: bool) -> None:
    """Take the page of LEAD down, for good: no later score brings it up again."""
    if not yes:
        click.confirm(f"Take the page of {lead} down for good?", abort=True)
    session.run(lambda: _remove(lead, client))
    click.echo(f"the page of {lead} will be taken down", err=True)


async def _remove(lead: str, client: str | None) -> None:
    async with session.opened(publishing=True) as open_:
        found = await explaining.find(open_.store, lead, client)
        if len(found) != 1:
            raise session.Stop(f"{len(found)} leads match {lead!r}; name one", session.NOTHING)
        row = found[0]
        ref = Ref(row.ref.tenant, KIND, row.ref.key)
        page = (await open_.store.rows([ref])).get(ref)
        if page is None or page.status == DOWN:
            raise session.Stop(f"lead {row.ref.key} has no page", session.NOTHING)
        said = says.PageWithdrawn(
            lead_id=LeadId(row.ref.key), occurred_at=open_.now, reason=f"by {session.who()}"
        )
        key = partition_key(row.ref.tenant, AccountId(row.parent))
        cause = f"remove:{row.ref.key}:{open_.now.isoformat()}"
        event = registry.produce(said, key=key, source="/console", cause=cause)
        told = (Outgoing(event=event),)
        await open_.commits.commit([Unit(tenant=row.ref.tenant, events=told)])
        await open_.publish()
