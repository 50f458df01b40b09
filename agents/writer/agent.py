"""The writer: `outreach.content.write` → a stored draft and `lead.content_ready`.

Deterministic: the template of the campaign's step, rendered from what is known. The draft's id
follows from the send and the definition, so asking twice writes once. A draft that fails a check
is stored and announced with its problems; nobody can approve it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from agents import definitions
from agents.base import Deciding, Group, Permanent, Reads, View
from agents.definitions import Campaign, Client
from agents.names import Names
from agents.writer.templates import Brief, Draft, write
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import ContentId, PartitionKey, TenantId, named
from contracts.outreach import Write
from statestore.base import Line, Outgoing, Ref, RowWrite, Unit

NAME = "writer"


class Writer(Deciding):
    """Templates per step; a registered function can replace a channel's writer (spec 1.7)."""

    name = NAME
    topics = ("outreach.content.write",)

    def __init__(self, names: Names, base_url: str) -> None:
        self.names = names
        self.base_url = base_url.rstrip("/")

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        if view.rows:
            return Reads()
        refs: list[Ref] = []
        for _, events in groups:
            for event in events:
                refs += _refs(event)
        return Reads(rows=tuple(refs))

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        parts = [self.drafted(event, view) for event in events]
        return Unit(
            tenant=events[0].tenant,
            rows=tuple(row for rows, _, _ in parts for row in rows),
            events=tuple(out for _, out, _ in parts),
            journal=tuple(line for _, _, line in parts),
        )

    def drafted(self, event: Event, view: View) -> tuple[list[RowWrite], Outgoing, Line]:
        """Writes one draft, or finds the one that is there."""
        command = registry.payload(event, Write)
        campaign, client = _definition(command, event.tenant, view)
        content_id = ContentId(
            named("content", command.send_id, command.version, command.template_id)
        )
        there = view.row(event.tenant, "content", content_id)
        if there is not None and there.data:
            draft = _stored(there.data)
            rows: list[RowWrite] = []
        else:
            draft = write(
                campaign.template(command.template_id), self.brief(command, campaign, client, view)
            )
            rows = [_row(event.tenant, content_id, command, draft)]
        ready = lead.ContentReady(
            lead_id=command.lead_id,
            occurred_at=view.now,
            channel=command.channel,
            send_id=command.send_id,
            content_id=content_id,
            content_hash=draft.hash,
            step=command.step,
            template_id=draft.template_id,
            personalization=draft.personalization,
            problems=draft.problems,
        )
        out = registry.produce(ready, key=event.key, source="/writer", cause=event)
        return rows, Outgoing(event=out), _line(event, command, draft, view)

    def brief(self, command: Write, campaign: Campaign, client: Client, view: View) -> Brief:
        """Gathers what the template may say about lead, client and campaign."""
        person = view.row(client.id, "person", command.person_id)
        known: Mapping[str, Any] = person.data if person is not None else {}
        fields = known.get("lead", {})
        name = known.get("name") or ""
        earlier = view.row(client.id, "content", str(command.facts.get("first_content", "")))
        token = self.names.token(command.send_id, "unsubscribe")
        sender = client.sender.model_dump() if client.sender else {}
        return Brief(
            channel=command.channel,
            business={**fields, "name": fields.get("business_name")},
            person={
                "name": name,
                "first_name": name.split()[0] if name else "",
                "title": known.get("title"),
            },
            client=client.model_dump(mode="json", include=CLIENT_WORDS),
            sender=sender,
            campaign={"offer": campaign.offer, "audience": campaign.audience},
            step=command.step,
            unsubscribe_url=f"{self.base_url}/u/{token}",
            previous_subject=str(earlier.data["subject"]) if earlier and earlier.data else None,
            landing_page={"url": command.facts["page"]} if command.facts.get("page") else None,
            enrichment=fields.get("enrichment"),
            quality=fields.get("quality"),
            max_words=campaign.max_words,
        )


CLIENT_WORDS = {
    "name",
    "services",
    "value_proposition",
    "differentiators",
    "case_studies",
    "prices",
}
"""What a client lets us say of it (spec 2.6); nothing else reaches a template."""


def _refs(event: Event) -> list[Ref]:
    data, tenant = event.data, event.tenant
    content = named("content", data["send_id"], data["version"], data["template_id"])
    refs = [
        Ref(tenant, "client", tenant),
        Ref(tenant, "definition", f"{data['campaign_id']}@{data['version']}"),
        Ref(tenant, "person", data["person_id"]),
        Ref(tenant, "content", content),
    ]
    first = data.get("facts", {}).get("first_content")
    return [*refs, Ref(tenant, "content", first)] if first else refs


def _definition(command: Write, tenant: str, view: View) -> tuple[Campaign, Client]:
    row = view.row(tenant, "definition", f"{command.campaign_id}@{command.version}")
    client = view.row(tenant, "client", tenant)
    if row is None or client is None:
        raise Permanent(
            f"no definition {command.campaign_id}@{command.version} of {tenant}; "
            "`leadwire apply` its campaign"
        )
    return definitions.read(row, Campaign), definitions.read(client, Client)


def _stored(data: Mapping[str, Any]) -> Draft:
    return Draft(
        subject=data["subject"],
        body=data["body"],
        template_id=data["template_id"],
        personalization=tuple(data["personalization"]),
        problems=tuple(data["problems"]),
    )


def _row(tenant: str, content_id: ContentId, command: Write, draft: Draft) -> RowWrite:
    return RowWrite(
        ref=Ref(TenantId(tenant), "content", content_id),
        expect=0,
        parent=command.lead_id,
        data={
            "send_id": command.send_id,
            "lead_id": command.lead_id,
            "channel": command.channel.value,
            "subject": draft.subject,
            "body": draft.body,
            "hash": draft.hash,
            "template_id": draft.template_id,
            "personalization": list(draft.personalization),
            "problems": list(draft.problems),
        },
    )


def _line(event: Event, command: Write, draft: Draft, view: View) -> Line:
    return Line(
        tenant=event.tenant,
        account=event.account,
        lead=command.lead_id,
        at=view.now,
        agent=NAME,
        kind="draft",
        code="draft_refused" if draft.problems else "draft_written",
        data={
            "campaign": command.campaign_id,
            "step": command.step,
            "template": draft.template_id,
            "problems": list(draft.problems),
            "used": list(draft.personalization),
        },
    )
