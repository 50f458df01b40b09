"""Commands: one reader each. `outreach.content.write` asks for a draft, `outreach.<channel>.send`
for a send. Only commands go stale: `not_after` is when.
"""

from typing import Any, ClassVar, Literal

from pydantic import Field

from contracts.base import Moment, Payload, Text
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
from contracts.outcome import Channel


class Write(Payload):
    """A brief for one touch."""

    TYPE: ClassVar[str] = "outreach.content.write.v1"

    send_id: SendId
    lead_id: LeadId
    account_id: AccountId
    person_id: PersonId
    campaign_id: CampaignId
    version: int
    step: int
    attempt: int
    channel: Channel
    resource_id: ResourceId
    occurred_at: Moment
    template_id: Text
    earlier: tuple[SendId, ...] = ()
    facts: dict[str, Any] = Field(default_factory=dict, description="ids and plain values only")


class Send(Payload):
    """Send this content to this person over this channel, between these moments."""

    send_id: SendId
    lead_id: LeadId
    account_id: AccountId
    person_id: PersonId
    campaign_id: CampaignId
    version: int
    round: int = 1
    step: int
    attempt: int
    channel: Channel
    resource_id: ResourceId
    address_hash: AddressHash
    content_id: ContentId
    content_hash: Text
    purpose: Literal["cadence", "answer"] = "cadence"
    answers: MessageId | None = None
    not_before: Moment
    not_after: Moment
    occurred_at: Moment
    earlier: tuple[SendId, ...] = ()


class SendEmail(Send):
    """One e-mail."""

    TYPE: ClassVar[str] = "outreach.email.send.v1"


class SendSms(Send):
    """One text message."""

    TYPE: ClassVar[str] = "outreach.sms.send.v1"


class SendWhatsapp(Send):
    """One WhatsApp message."""

    TYPE: ClassVar[str] = "outreach.whatsapp.send.v1"


class SendLinkedin(Send):
    """One LinkedIn invitation or message."""

    TYPE: ClassVar[str] = "outreach.linkedin.send.v1"


class SendVoice(Send):
    """One call."""

    TYPE: ClassVar[str] = "outreach.voice.send.v1"


class SendMail(Send):
    """One letter or card."""

    TYPE: ClassVar[str] = "outreach.mail.send.v1"


SENDS: dict[Channel, type[Send]] = {
    Channel.EMAIL: SendEmail,
    Channel.SMS: SendSms,
    Channel.WHATSAPP: SendWhatsapp,
    Channel.LINKEDIN: SendLinkedin,
    Channel.VOICE: SendVoice,
    Channel.MAIL: SendMail,
}
"""The command of each channel."""
