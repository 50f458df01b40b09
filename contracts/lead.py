"""What is said about a lead: the facts of design §3's table, one model each.

`lead.routed`, `lead.enriched` and `lead.scored` carry the lead's record (`contracts/record.py`,
whose names this module passes on), with personal fields (marked `x-data-class`), on topics that are
kept seven days; all the others carry ids, and consumers read the rest from the store. Who publishes
and who reads each one stands in `contracts/catalogue.py`.
"""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from contracts.base import Accepted, Fact, Moment, Payload, Personal, Points, Share, Text
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    ContentId,
    LeadId,
    MessageId,
    PersonId,
    ResourceId,
    SendId,
)
from contracts.outcome import ReplyClass
from contracts.record import AlsPart as AlsPart
from contracts.record import Contact as Contact
from contracts.record import Enrichment as Enrichment
from contracts.record import Found as Found
from contracts.record import Geo as Geo
from contracts.record import LeadFields as LeadFields
from contracts.record import Quality as Quality
from contracts.record import Tier as Tier
from contracts.record import Tried as Tried


class Routed(Fact, Accepted):
    """A lead from the search pipeline, tied to an account and a client."""

    TYPE: ClassVar[str] = "lead.routed.v1"

    account_id: AccountId
    lead: LeadFields
    origin: Text = Field(description="id of the event or file row that it came from")


class Enriched(Routed):
    """The same lead with what enrichment found."""

    TYPE: ClassVar[str] = "lead.enriched.v1"

    model_config = ConfigDict(frozen=True, extra="forbid")

    enrichment: Enrichment


class Scored(Routed):
    """The same lead with its quality and score."""

    TYPE: ClassVar[str] = "lead.scored.v1"

    enrichment: Enrichment | None = None
    quality: Quality
    person_id: PersonId | None = None


class Rejected(Payload):
    """A stranger's event was refused: what was wrong, where, and its original id."""

    TYPE: ClassVar[str] = "lead.rejected.v1"

    occurred_at: Moment
    code: Text
    message: Text
    pointer: Text = ""
    original_id: Text | None = None
    kept_as: ContentId | None = Field(default=None, description="where the raw record is kept")
    origin: Text


class Merged(Fact):
    """Two records turned out to be one lead; the younger closes as a duplicate."""

    TYPE: ClassVar[str] = "lead.merged.v1"

    into: LeadId
    evidence: Text
    by: Text


class PagePublished(Fact):
    """A landing page is up at this address."""

    TYPE: ClassVar[str] = "lead.page_published.v1"

    url: Text
    template: Text
    content_hash: Text


class PageWithdrawn(Fact):
    """A landing page was taken down; nothing may link to it any more."""

    TYPE: ClassVar[str] = "lead.page_withdrawn.v1"

    reason: Text


class Erased(Fact):
    """What identifies the people of a lead was blanked on somebody's request: whoever keeps a copy
    elsewhere (a page, a CRM, a table) takes it down too."""

    TYPE: ClassVar[str] = "lead.erased.v1"

    by: Text


class Enrolled(Fact):
    """A lead joined a campaign, under this version of its definition."""

    TYPE: ClassVar[str] = "lead.enrolled.v1"

    campaign_id: CampaignId
    version: int
    round: int = 1
    steps: int
    als: Points
    tier: Text


class ContentReady(Fact):
    """A draft is written; its hash is what an approval binds to."""

    TYPE: ClassVar[str] = "lead.content_ready.v1"

    send_id: SendId
    content_id: ContentId
    content_hash: Text
    step: int
    provenance: Literal["template", "brain", "person", "function"] = "template"
    template_id: Text | None = None
    personalization: tuple[Text, ...] = ()
    problems: tuple[Text, ...] = Field(
        default=(), description="failed checks; a draft with one cannot be approved"
    )


class ContentApproved(Fact):
    """Somebody, or the campaign's permission mode, approved this very content."""

    TYPE: ClassVar[str] = "lead.content_approved.v1"

    send_id: SendId
    content_id: ContentId
    content_hash: Text
    by: Text
    released: bool = Field(default=False, description="a person sends it: passes manual mode")


class ContentDeclined(Fact):
    """Somebody declined this content, and why."""

    TYPE: ClassVar[str] = "lead.content_declined.v1"

    send_id: SendId
    content_id: ContentId
    content_hash: Text
    by: Text
    reason: Text


class _OfSend(Fact):
    send_id: SendId
    campaign_id: CampaignId | None = None
    step: int
    attempt: int = Field(ge=1, description="1 = first contact")
    resource_id: ResourceId | None = None


class Contacted(_OfSend):
    """The vendor accepted a send; once per accepted send (spec 2.3)."""

    TYPE: ClassVar[str] = "lead.contacted.v1"

    provider_message_id: Text | None = None
    settled: bool = Field(default=False, description="true where an unknown was settled later")


class SendHeld(Fact):
    """A gate said not now: which, on what inputs, and when it may be tried again.

    Without `send_id` it comes from the waiting line (the touch has no slot yet) or from the
    orchestrator (nothing is planned, and this is why).
    """

    TYPE: ClassVar[str] = "lead.send_held.v1"

    send_id: SendId | None = None
    campaign_id: CampaignId | None = None
    step: int | None = None
    attempt: int | None = Field(default=None, ge=1)
    resource_id: ResourceId | None = None
    gate: Text
    code: Text
    inputs: dict[str, Any] = Field(default_factory=dict)
    next_eligible: Moment | None = None


class SendRefused(_OfSend):
    """Certainly not sent, and not to be tried again: by the vendor or by a lasting gate."""

    TYPE: ClassVar[str] = "lead.send_refused.v1"

    code: Text
    diagnostic: Text = ""
    recipient_gone: bool = False


class SendUnknown(_OfSend):
    """Nobody can say whether it was sent; it counts as sent and is never tried blindly."""

    TYPE: ClassVar[str] = "lead.send_unknown.v1"

    stage: Text
    diagnostic: Text = ""


class _LaterWord(Fact):
    send_id: SendId | None = None
    resource_id: ResourceId | None = None
    vendor_event_id: Text | None = None
    bot: bool = False


class Delivered(_LaterWord):
    """The vendor says that it was delivered."""

    TYPE: ClassVar[str] = "lead.delivered.v1"


class Opened(_LaterWord):
    """The vendor says that it was opened; machines open mail too, so it means little."""

    TYPE: ClassVar[str] = "lead.opened.v1"


class Clicked(_LaterWord):
    """A link was fetched; scanners fetch links too."""

    TYPE: ClassVar[str] = "lead.clicked.v1"

    url: Text | None = None


class Bounced(_LaterWord):
    """Not delivered; `hard` closes the address, `soft` does not."""

    TYPE: ClassVar[str] = "lead.bounced.v1"

    kind: Literal["hard", "soft"]
    address_hash: AddressHash | None = None
    status: Text | None = None
    reason: Text | None = None
    about: Literal["recipient", "sender"] = "recipient"


class Complained(_LaterWord):
    """The recipient called it spam."""

    TYPE: ClassVar[str] = "lead.complained.v1"

    address_hash: AddressHash | None = None


class CallEnded(_LaterWord):
    """A voice call ended: outcome, length, cost, where the transcript is."""

    TYPE: ClassVar[str] = "lead.call_ended.v1"

    outcome: Text
    seconds: float = Field(ge=0)
    cost_micros: int | None = None
    currency: Text | None = None
    transcript_id: ContentId | None = None


class MailTracked(_LaterWord):
    """Where a letter or card is on its way."""

    TYPE: ClassVar[str] = "lead.mail_tracked.v1"

    state: Text


class Responded(_LaterWord, Accepted):
    """Somebody, or something, answered. A foreign bridge may put the text in (spec 2.3)."""

    TYPE: ClassVar[str] = "lead.responded.v1"

    message_id: MessageId | None = None
    text: Personal | None = None
    automatic: bool = False
    evidence: Text = Field(default="", description="what tied the message to the lead")
    return_date: Moment | None = Field(default=None, description="of an absence note")


class ReplyClassified(Fact):
    """What an answer is, by rules or by a model (spec 7.4)."""

    TYPE: ClassVar[str] = "lead.reply_classified.v1"

    message_id: MessageId
    label: ReplyClass
    sentiment: float = Field(ge=-1, le=1)
    confidence: Share
    objection: Text | None = None
    key_phrases: tuple[Text, ...] = ()
    flags: tuple[Text, ...] = ()
    urgency: Literal["high", "medium", "low"] = "low"
    recommended_action: Text = ""
    opt_out: Literal["yes", "no", "doubtful"] = "no"
    return_date: Moment | None = None
    by: Text = "rules"


class Unsubscribed(Fact):
    """Somebody wants no more messages; always wins."""

    TYPE: ClassVar[str] = "lead.unsubscribed.v1"

    scope: Literal["person", "address", "account", "domain"] = "person"
    address_hash: AddressHash | None = None
    source: Text
    send_id: SendId | None = None


class MeetingBooked(Fact):
    """A meeting is in a calendar; ends the sequence."""

    TYPE: ClassVar[str] = "lead.meeting_booked.v1"

    source: Text
    starts_at: Moment | None = None


class Converted(Fact):
    """The deal is won; ends the sequence."""

    TYPE: ClassVar[str] = "lead.converted.v1"

    source: Text


class Engaged(Fact):
    """The sequence ended with interest."""

    TYPE: ClassVar[str] = "lead.engaged.v1"

    reason: Text
    campaign_id: CampaignId | None = None


class NoResponse(Fact):
    """The sequence ended without an answer."""

    TYPE: ClassVar[str] = "lead.no_response.v1"

    reason: Text
    campaign_id: CampaignId | None = None


class Closed(Fact):
    """The lead is closed, and why."""

    TYPE: ClassVar[str] = "lead.closed.v1"

    reason: Text
    campaign_id: CampaignId | None = None


class CrmSynced(Fact):
    """The CRM holds the lead under these object ids."""

    TYPE: ClassVar[str] = "lead.crm_synced.v1"

    objects: dict[str, Text]
