"""What is said about campaigns, clients and the switches: `campaign.*`, `client.*`, `control.*`,
and the internal `timer.due`.
"""

from typing import Any, ClassVar

from pydantic import Field

from contracts.base import Moment, Payload, Text
from contracts.ids import AccountId, CampaignId, LeadId, ResourceId, StopId


class _Declared(Payload):
    occurred_at: Moment
    by: Text = "operator"


class CampaignActivated(_Declared):
    """A campaign, or its next numbered definition, is in force."""

    TYPE: ClassVar[str] = "campaign.activated.v1"

    campaign_id: CampaignId
    version: int


class CampaignPaused(_Declared):
    """A stop was written for a whole campaign."""

    TYPE: ClassVar[str] = "campaign.paused.v1"

    campaign_id: CampaignId
    reason: Text
    stop_id: StopId


class CampaignResumed(_Declared):
    """The named stops of a campaign are lifted."""

    TYPE: ClassVar[str] = "campaign.resumed.v1"

    campaign_id: CampaignId
    reason: Text
    lifts: tuple[StopId, ...]


class BlueprintReady(_Declared):
    """A blueprint was made for a campaign."""

    TYPE: ClassVar[str] = "campaign.blueprint_ready.v1"

    campaign_id: CampaignId
    version: int


class ClientDeclared(_Declared):
    """A client was declared or changed."""

    TYPE: ClassVar[str] = "client.declared.v1"

    status: Text
    version: int


class ControlKilled(_Declared):
    """A stop was written by a person: global, client, channel, resource, account or lead."""

    TYPE: ClassVar[str] = "control.killed.v1"

    scope: Text
    reason: Text
    stop_id: StopId


class ControlResumed(_Declared):
    """A person lifted the named stops of a scope."""

    TYPE: ClassVar[str] = "control.resumed.v1"

    scope: Text
    reason: Text
    lifts: tuple[StopId, ...]


class TimerDue(Payload):
    """A key wants attention; internal. `slot` names the resource whose slot was set aside."""

    TYPE: ClassVar[str] = "timer.due.v1"

    agent: Text
    account_id: AccountId
    lead_id: LeadId | None = None
    due: Moment
    reason: Text = ""
    slot: ResourceId | None = None
    extra: dict[str, Any] = Field(default_factory=dict)
