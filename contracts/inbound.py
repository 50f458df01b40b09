"""The door: what strangers write to `inbound.leads` and `inbound.replies`.

Any key; binary or structured CloudEvents, or bare JSON. Unknown keys are kept. Accepted types may
never gain a required field (the schema check says so).
"""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from contracts.base import Accepted, Moment, Personal, Points, Share, Text
from contracts.ids import LeadId, SendId
from contracts.lead import AlsPart, Enrichment, LeadFields, Tier
from contracts.outcome import Channel


class StatedQuality(Accepted):
    """A score that upstream gave: the ALS alone is enough, scoring adds the rest."""

    als: Points
    completeness_score: Share | None = None
    confidence_score: Share | None = None
    category_score: Share | None = None
    size_score: Share | None = None
    tier: Tier | None = None
    parts: dict[str, AlsPart] = Field(default_factory=dict)
    qualified: bool | None = None
    reasons: tuple[Text, ...] = ()


class InboundLead(LeadFields):
    """A routed lead as upstream knows it; with `quality` it enters already scored."""

    TYPE: ClassVar[str] = "inbound.leads.v1"

    lead_id: LeadId | None = Field(default=None, description="upstream's own id of the lead")
    quality: StatedQuality | None = None
    enrichment: Enrichment | None = None

    @model_validator(mode="after")
    def _somebody_reachable(self) -> "InboundLead":
        people = [self.email, self.phone]
        people += [way for person in self.account_contacts for way in (person.email, person.phone)]
        if not any(people) and not self.website and not self.address:
            raise ValueError(
                "nobody is reachable: email, phone, website and address are missing here and "
                "in account_contacts; give one of them"
            )
        return self


class InboundReply(Accepted):
    """An answer from a bridge: what was said, when, and something that ties it to a send."""

    TYPE: ClassVar[str] = "inbound.replies.v1"

    occurred_at: Moment
    channel: Channel = Channel.EMAIL
    text: Personal | None = None
    raw: Personal | None = Field(default=None, description="the whole message, RFC 5322")
    sender: Personal | None = Field(default=None, description="address or number that answered")
    lead_id: LeadId | None = None
    send_id: SendId | None = None
    kind: Literal["reply", "automatic", "unsubscribe", "bounce", "complaint", "delivered"] = "reply"

    @model_validator(mode="after")
    def _ties(self) -> "InboundReply":
        if not (self.lead_id or self.send_id or self.sender or self.raw):
            raise ValueError("nothing ties this to a lead: give lead_id, send_id, sender or raw")
        return self
