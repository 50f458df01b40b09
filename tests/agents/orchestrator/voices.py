"""What tests of the orchestrator share: casts with several campaigns, and what others say."""

from datetime import datetime
from typing import Any

from agents import declaring
from contracts import lead as says
from contracts import registry
from contracts.base import Payload
from contracts.envelope import Event
from contracts.ids import LeadId, MessageId, partition_key
from contracts.outcome import Mode, ReplyClass
from tests.agents.cast import Cast
from tests.agents.stage import TENANT, document

NOBODY = {"countries": ["ZZ"]}


async def cast_with(*campaigns: dict[str, Any], **cast: Any) -> Cast:
    """A cast whose client has these campaigns, each with what differs from the usual one."""
    made = Cast(**cast)
    whole = document()
    usual = whole["campaign"][0]
    whole["campaign"] = [{**usual, **campaign} for campaign in campaigns or ({},)]
    await apply(made, whole)
    made.table.relay.out.clear()
    return made


async def apply(cast: Cast, whole: dict[str, Any]) -> declaring.Plan:
    """Declares a document, as `leadwire apply` does."""
    now = cast.table.clock.now()
    plan = await declaring.plan(declaring.parse(whole), cast.table.store, now, Mode.LIVE)
    await cast.table.commits.commit(plan.units)
    return plan


def said(payload: Payload, *, cause: str = "", account: str = "account-1") -> Event:
    """A fact of another agent."""
    key = partition_key(TENANT, account)
    return registry.produce(payload, key=key, source="/test", cause=cause or str(payload))


def answer(message: str, at: datetime, **fields: Any) -> Event:
    """Somebody answered."""
    return said(
        says.Responded(
            lead_id=LeadId("lead-1"), occurred_at=at, message_id=MessageId(message), **fields
        )
    )


def classed(message: str, label: ReplyClass, at: datetime) -> Event:
    """What an answer is."""
    return said(
        says.ReplyClassified(
            lead_id=LeadId("lead-1"),
            occurred_at=at,
            message_id=MessageId(message),
            label=label,
            sentiment=0,
            confidence=0.9,
        )
    )


def unsubscribed(at: datetime) -> Event:
    """Somebody wants no more."""
    return said(says.Unsubscribed(lead_id=LeadId("lead-1"), occurred_at=at, source="a link"))


def local(plan: dict[str, Any]) -> str:
    """The wall-clock moment of a plan."""
    return str(plan["wall"])
