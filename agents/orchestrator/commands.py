"""Builds what the orchestrator asks of others: a draft of the writer, a send of a sender."""

from datetime import timedelta

from agents.definitions import Campaign
from agents.orchestrator import facts
from agents.orchestrator.policy import Touch
from agents.orchestrator.record import Record
from agents.orchestrator.turn import Turn
from contracts.ids import AddressHash, CampaignId, ContentId, PersonId, ResourceId, SendId
from contracts.outcome import Mode, SendState
from contracts.outreach import SENDS, Write
from statestore.base import Send, SendWrite

FRESH = timedelta(hours=24)
"""How long a send's command stays good; past it a person decides (design §5)."""


def earlier(turn: Turn, record: Record, planned: Touch) -> tuple[SendId, ...]:
    """The sends of this conversation that went out, oldest first."""
    gone = (SendState.SENT, SendState.UNKNOWN)
    sends = [s for s in turn.view.sends_of.get(record.id, ()) if s.state in gone]
    same = [s for s in sends if s.channel is planned.channel and s.round == record.lead.round]
    return tuple(s.id for s in sorted(same, key=lambda s: s.step))


def ask_draft(
    turn: Turn, record: Record, planned: Touch, campaign: Campaign, version: int, slot: str
) -> None:
    """Asks the writer for this touch's draft."""
    before = earlier(turn, record, planned)
    contents = record.lead.facts.get("content", {})
    first = contents.get(before[0], {}).get("content_id") if before else None
    known = {k: v for k, v in (("first_content", first), ("page", facts.page(record))) if v}
    brief = Write(
        send_id=planned.send,
        lead_id=record.id,
        account_id=turn.account,
        person_id=PersonId(str(record.lead.profile["person"])),
        campaign_id=CampaignId(campaign.id),
        version=version,
        step=planned.step,
        attempt=planned.attempt,
        channel=planned.channel,
        resource_id=ResourceId(slot),
        occurred_at=turn.now,
        template_id=planned.template,
        earlier=before,
        facts=known,
    )
    turn.emit(brief, turn.touched[record.id], planned.send)


def command(
    turn: Turn,
    record: Record,
    planned: Touch,
    campaign: Campaign,
    version: int,
    slot: str,
    row: Send | None,
) -> None:
    """Writes the ledger's row as planned and commands the send, in one commit."""
    draft = record.lead.facts["content"][planned.send]
    address = AddressHash(record.lead.profile["addresses"][planned.channel.value])
    until = turn.now + FRESH
    if row is None or row.state is not SendState.PLANNED:
        planned_row = _row(turn, record, planned, campaign, version, slot, address)
        turn.sends.append(SendWrite(send=planned_row, expect=row.version if row else 0))
    said = SENDS[planned.channel](
        send_id=planned.send,
        lead_id=record.id,
        account_id=turn.account,
        person_id=PersonId(str(record.lead.profile["person"])),
        campaign_id=CampaignId(campaign.id),
        version=version,
        round=record.lead.round,
        step=planned.step,
        attempt=planned.attempt,
        channel=planned.channel,
        resource_id=ResourceId(slot),
        address_hash=address,
        content_id=ContentId(draft["content_id"]),
        content_hash=draft["hash"],
        purpose="answer" if planned.answers else "cadence",
        answers=planned.answers,
        not_before=turn.now,
        not_after=until,
        occurred_at=turn.now,
        earlier=earlier(turn, record, planned),
    )
    turn.emit(said, turn.touched[record.id], planned.send)


def _row(
    turn: Turn,
    record: Record,
    planned: Touch,
    campaign: Campaign,
    version: int,
    slot: str,
    address: AddressHash,
) -> Send:
    draft = record.lead.facts["content"][planned.send]
    cause = turn.touched[record.id]
    return Send(
        id=planned.send,
        tenant=turn.tenant,
        account=turn.account,
        lead=record.id,
        person=PersonId(str(record.lead.profile["person"])),
        campaign=CampaignId(campaign.id),
        definition=version,
        round=record.lead.round,
        step=planned.step,
        attempt=planned.attempt,
        channel=planned.channel,
        address_hash=address,
        resource=ResourceId(slot),
        state=SendState.PLANNED,
        planned_at=turn.now,
        not_after=turn.now + FRESH,
        mode=cause.mode if cause else Mode.LIVE,
        purpose="answer" if planned.answers else "cadence",
        content=ContentId(draft["content_id"]),
        content_hash=draft["hash"],
    )
