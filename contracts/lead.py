"""What is said about a lead: the facts of design §3's table, one model each.

`lead.routed`, `lead.enriched` and `lead.scored` carry personal fields (marked `x-data-class`) on
topics that are kept seven days; all the others carry ids, and consumers read the rest from the
store. Who publishes and who reads each one stands in `contracts/catalogue.py`.
"""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from contracts.base import PERSONAL, Accepted, Fact, Moment, Payload, Personal, Points, Share, Text
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


class Reachable(Accepted):
    """Takes numbers where text is meant (a phone, a postcode), and blank text for absent."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: v for key, v in value.items() if not cls._is_blank(key, v)}

    @classmethod
    def _is_blank(cls, key: str, value: Any) -> bool:
        return key in cls.model_fields and isinstance(value, str) and not value.strip()


class Contact(Reachable):
    """A person at an account: at least one way to reach them is needed for a lead."""

    email: Personal | None = None
    name: Personal | None = None
    phone: Personal | None = None
    title: Text | None = None


class Geo(Accepted):
    """Where a business is, WGS 84 degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class LeadFields(Reachable):
    """The record of a lead as it travels through the pipeline (spec 1.1); unknown keys stay."""

    dedup_key: Text | None = None
    route: Text = "TARGET"
    business_name: Text | None = None
    category: Text | None = None
    address: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postcode: Text | None = None
    country: Text | None = Field(default=None, description="ISO 3166-1 alpha-2")
    geo: Geo | None = None
    website: Text | None = None
    phone: Personal | None = None
    email: Personal | None = None
    name: Personal | None = None
    title: Text | None = None
    timezone: Text | None = Field(default=None, description="IANA zone, where it is known")
    account_id: AccountId | None = None
    account_contacts: tuple[Contact, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict, json_schema_extra=PERSONAL)
    client_id: Text | None = Field(default=None, description="whose lead this is: the tenant")
    campaign_id: CampaignId | None = None
    consent: dict[str, Any] | None = Field(
        default=None,
        description="basis, source and evidence of consent, where there is one",
        json_schema_extra=PERSONAL,
    )


class Found(Accepted):
    """One value that a source states, with the literal text that it rests on."""

    field: Text
    value: str | int | float | bool | dict[str, Any] | list[Any] = Field(json_schema_extra=PERSONAL)
    confidence: Share
    source: Text = Field(description="who says it; several that agree are joined by commas")
    evidence: Personal = Field(default="", description="the words themselves, as they stood")
    place: Text = Field(default="", description="URL, or file and row")
    at: Moment | None = Field(default=None, description="when it was true, or else seen")
    why: Text = Field(default="", description="why it is not among the fields: for a person")


class Tried(Accepted):
    """A source that enrichment asked or passed over, and what came of it."""

    source: Text
    outcome: Literal["found", "nothing", "passed_over", "failed"]
    why: Text = ""
    found: int = Field(default=0, description="how many values it stated")
    cost_micros: int = Field(default=0, ge=0, description="US dollars × 1,000,000")


class Enrichment(Accepted):
    """What enrichment added, never over what came in (spec 1.2).

    `confidence`, `sources`, `evidence` and `dates` are by field; a field that came in and that a
    source confirmed has them too, but no value here. Other keys pass through.
    """

    method: Literal["api", "brain", "none"] = "none"
    email: Personal | None = None
    verified_email: bool | None = None
    phone: Personal | None = None
    other_ids: dict[str, Text] = Field(default_factory=dict)
    industry_category: Text | None = None
    company: dict[str, Any] = Field(
        default_factory=dict,
        description="name, address, website, employees, opening_hours, services, languages, "
        "technologies, booking_url and the like",
        json_schema_extra=PERSONAL,
    )
    decision_makers: tuple[Contact, ...] = Field(
        default=(), description="people at the business by name, the most senior first"
    )
    confidence: dict[str, Share] = Field(default_factory=dict)
    sources: dict[str, Text] = Field(default_factory=dict)
    evidence: dict[str, Text] = Field(default_factory=dict, json_schema_extra=PERSONAL)
    dates: dict[str, Moment] = Field(default_factory=dict)
    also: tuple[Found, ...] = Field(default=(), description="further addresses, numbers, profiles")
    contradictions: tuple[Found, ...] = Field(
        default=(), description="what disagrees with the value that stands"
    )
    needs_review: tuple[Found, ...] = Field(
        default=(), description="findings that a person has to accept, correct or drop"
    )
    tried: tuple[Tried, ...] = ()
    overall_confidence: Share | None = None
    baseline_als: Points | None = None
    sufficient: tuple[Text, ...] = Field(default=(), description="parts as sure as they should be")
    missing: tuple[Text, ...] = Field(default=(), description="what no source could add")
    enrichment_complete: bool = Field(default=False, description="overall confidence is at 80 %")
    wants_brain: Text | None = Field(default=None, description="why a model would be asked")
    cost_micros: int = Field(default=0, ge=0, description="US dollars × 1,000,000")
    notes: tuple[Text, ...] = ()


class AlsPart(Payload):
    """One weighted part of the score, with the evidence that it rests on (spec 4.1)."""

    weight: Share
    points: Points
    confidence: Share
    evidence: tuple[Text, ...] = ()


Tier = Literal["hot", "warm", "cool", "cold"]


class Quality(Accepted):
    """What scoring says of a lead (spec 1.3): four shares, the score and its parts."""

    completeness_score: Share
    confidence_score: Share
    category_score: Share
    size_score: Share
    als: Points
    tier: Tier
    parts: dict[str, AlsPart] = Field(default_factory=dict)
    qualified: bool = False
    reasons: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = Field(default=(), description="required fields that are absent")
    by: Text = Field(default="leadwire", description="whose score it is")


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
