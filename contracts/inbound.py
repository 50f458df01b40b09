"""The door: what strangers write to `inbound.leads` and `inbound.replies`.

Any key; binary or structured CloudEvents, or bare JSON. Unknown keys are kept. Accepted types may
never gain a required field (the schema check says so).
"""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from contracts.base import Accepted, Moment, Personal
from contracts.ids import LeadId, SendId
from contracts.lead import LeadFields, Quality
from contracts.outcome import Channel


class InboundLead(LeadFields):
    """A routed lead as upstream knows it; with `quality` it enters already scored."""

    TYPE: ClassVar[str] = "inbound.leads.v1"

    quality: Quality | None = None
    enrichment: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _somebody_reachable(self) -> "InboundLead":
        people = [self.email, self.phone]
        people += [way for person in self.account_contacts for way in (person.email, person.phone)]
        if not any(people) and not self.website and not self.address:
            raise ValueError(
                "nobody is reachable: give email, phone, website or address, "
                "or one of them in account_contacts"
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
    kind: Literal["reply", "unsubscribe", "bounce", "complaint", "delivered"] = "reply"

    @model_validator(mode="after")
    def _ties(self) -> "InboundReply":
        if not (self.lead_id or self.send_id or self.sender or self.raw):
            raise ValueError("nothing ties this to a lead: give lead_id, send_id, sender or raw")
        return self
