"""Every event type in one table: its model, who publishes it, who reads it, and how it is kept.

The single source (design §3): the registry looks types up here; JSON Schemas, the AsyncAPI
document and the catalogue page are generated from here. Adding an event is adding a model and a
row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts import campaign, inbound, lead, outreach
from contracts.base import Payload

PERSONAL_DAYS = 7
"""Topics that carry personal fields are kept this long."""
DAYS = 30
DOOR = ("inbound.leads.v1", "inbound.replies.v1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event type: `accepted` from strangers, `produced` by us, or both."""

    model: type[Payload]
    publishers: tuple[str, ...]
    readers: tuple[str, ...]
    produced: bool = True
    accepted: bool = False
    personal: bool = False
    internal: bool = False

    @property
    def type(self) -> str:
        """The wire type, `lead.scored.v1`."""
        return self.model.TYPE

    @property
    def retention_days(self) -> int:
        """How long its topic is kept, in days."""
        return PERSONAL_DAYS if self.personal else DAYS


def _row(model: type[Payload], publishers: str, readers: str, *flags: str) -> Entry:
    return Entry(
        model=model,
        publishers=tuple(publishers.split()),
        readers=tuple(readers.split()),
        produced="door" not in flags,
        accepted="door" in flags or "accepted" in flags,
        personal="personal" in flags,
        internal="internal" in flags,
    )


CATALOGUE: Sequence[Entry] = (
    _row(inbound.InboundLead, "upstream", "intake", "door", "personal"),
    _row(inbound.InboundReply, "bridge", "inbox", "door", "personal"),
    _row(lead.Routed, "intake", "enrichment", "accepted", "personal"),
    _row(lead.Enriched, "enrichment", "scoring", "personal"),
    _row(lead.Scored, "scoring intake", "landing orchestrator", "accepted", "personal"),
    _row(lead.Rejected, "intake inbox", "upstream"),
    _row(lead.Merged, "intake console", "orchestrator landing"),
    _row(lead.PagePublished, "landing", "orchestrator analytics"),
    _row(lead.PageWithdrawn, "landing console", "orchestrator landing analytics"),
    _row(lead.Erased, "console", "landing crm analytics"),
    _row(lead.Enrolled, "orchestrator", "analytics"),
    _row(outreach.Write, "orchestrator", "writer"),
    _row(lead.ContentReady, "writer", "orchestrator console"),
    _row(lead.ContentApproved, "console orchestrator", "orchestrator"),
    _row(lead.ContentDeclined, "console", "orchestrator"),
    *(_row(model, "orchestrator", "sender") for model in outreach.SENDS.values()),
    _row(lead.Contacted, "sender", "orchestrator crm analytics"),
    _row(lead.SendHeld, "sender timers orchestrator", "orchestrator console analytics"),
    _row(lead.SendRefused, "sender", "orchestrator console analytics"),
    _row(lead.SendUnknown, "sender", "orchestrator console analytics"),
    _row(lead.Delivered, "inbox", "orchestrator analytics"),
    _row(lead.Opened, "inbox", "orchestrator analytics"),
    _row(lead.Clicked, "inbox", "orchestrator analytics"),
    _row(lead.Bounced, "inbox sender", "orchestrator analytics"),
    _row(lead.Complained, "inbox", "orchestrator analytics"),
    _row(lead.CallEnded, "inbox", "orchestrator analytics"),
    _row(lead.MailTracked, "inbox", "orchestrator analytics"),
    _row(lead.Responded, "inbox bridge", "replies orchestrator", "accepted"),
    _row(lead.ReplyClassified, "replies", "orchestrator crm analytics"),
    _row(lead.Unsubscribed, "inbox console crm", "orchestrator analytics"),
    _row(lead.MeetingBooked, "inbox console crm", "orchestrator analytics"),
    _row(lead.Converted, "inbox console crm", "orchestrator analytics"),
    _row(lead.Engaged, "orchestrator", "crm analytics"),
    _row(lead.NoResponse, "orchestrator", "crm analytics"),
    _row(lead.Closed, "orchestrator", "crm analytics"),
    _row(lead.CrmSynced, "crm", "analytics"),
    _row(campaign.CampaignActivated, "console", "orchestrator analytics"),
    _row(campaign.CampaignPaused, "console", "orchestrator analytics"),
    _row(campaign.CampaignResumed, "console", "orchestrator analytics"),
    _row(campaign.BlueprintReady, "blueprint", "console analytics"),
    _row(campaign.ClientDeclared, "console", "orchestrator analytics"),
    _row(campaign.ControlKilled, "console", "orchestrator analytics"),
    _row(campaign.ControlResumed, "console", "orchestrator analytics"),
    _row(campaign.TimerDue, "timers", "orchestrator", "internal"),
)
