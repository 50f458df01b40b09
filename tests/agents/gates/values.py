"""One send that may go, as facts; tests change one thing of it and ask what refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agents.gates import quota
from agents.gates.facts import (
    Answers,
    Approval,
    Campaign,
    Client,
    Command,
    Consent,
    Content,
    Facts,
    Inbox,
    Intent,
    Permission,
    Recipient,
    Resource,
    Stops,
    Testing,
    Touch,
    Wash,
)
from agents.gates.rules import DEFAULT, Basis
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    LeadId,
    MessageId,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, Mode, SendState, Status, StopReason
from statestore.base import Stop, Usage

NOW = datetime(2026, 9, 2, 10, 0, tzinfo=UTC)
"""A Wednesday."""
TENANT, ACCOUNT, LEAD = TenantId("acme"), AccountId("a1"), LeadId("l1")
BOX = ResourceId("box-1")


def holiday(day: date) -> str | None:
    """A calendar with one holiday, the day after NOW's."""
    return "Foundation Day" if day == date(2026, 9, 3) else None


def intent(channel: Channel = Channel.EMAIL, **changes: Any) -> Intent:
    """A follow-up in the cadence."""
    whole = Intent(
        tenant=TENANT,
        account=ACCOUNT,
        lead=LEAD,
        campaign=CampaignId("c1"),
        send=SendId("s2"),
        channel=channel,
        address=AddressHash("hash-1"),
        others=(AddressHash("hash-2"),),
        domain="bakery.example",
        resource=BOX,
        follow_up=True,
    )
    return replace(whole, **changes)


def read(about: Intent, *found: Stop) -> Stops:
    """Every key was looked under, and this was found."""
    return Stops(frozenset(about.pairs()), found)


def facts(channel: Channel = Channel.EMAIL, **changes: Any) -> Facts:
    """Facts under which every gate lets a send pass, but for the changes."""
    about = changes.pop("intent", None) or intent(channel)
    whole = Facts(
        intent=about,
        status=Status.IN_SEQUENCE,
        client=Client(status="active", active_since=NOW - timedelta(days=30), credits=5),
        campaign=Campaign(status="active", permission=Permission.COPILOT),
        content=Content(hash="h"),
        approval=Approval(content_hash="h", by="person", released=True),
        resource=resource(channel),
        usage=Usage(),
        touches=(touch(days=30),),
        stops=read(about),
        als=95.0,
        consent=Consent(basis=Basis.WRITTEN),
        wash=Wash(listed=False, at=NOW - timedelta(days=1)),
        recipient=Recipient(
            zones=("Europe/London",), country="AU", number_country="AU", holiday=holiday
        ),
        command=Command(not_before=NOW, not_after=NOW + timedelta(days=1), incarnation="store-1"),
        incarnation="store-1",
        mode=Mode.LIVE,
        testing=Testing(recipient=True, emails=()),
    )
    return replace(whole, **changes)


def resource(channel: Channel = Channel.EMAIL, **changes: Any) -> Resource:
    """A mailbox, number or seat whose answers have just been read."""
    whole = Resource(
        id=BOX,
        channel=channel,
        kind="smtp",
        policies=quota.policies(DEFAULT, channel),
        inbox=Inbox(kind="read", watermark=NOW),
    )
    return replace(whole, **changes)


def answering(**changes: Any) -> Facts:
    """An answer to a message that paused the account."""
    about = intent(
        purpose="answer",
        answers=Answers(message=MessageId("m1"), automatic=False, passes=StopId("pause")),
    )
    pause = stop(f"account:{ACCOUNT}", StopReason.RESPONDED, id="pause", cause="m1")
    whole = {
        "intent": about,
        "status": Status.RESPONDED,
        "stops": read(about, pause),
        "touches": (touch(minutes=5),),
    }
    return facts(**{**whole, **changes})


def rehearsal(recipient: bool, *emails: datetime) -> Testing:
    """What test mode knows."""
    return Testing(recipient=recipient, emails=emails)


def touch(channel: Channel = Channel.EMAIL, *, send: str = "s1", **ago: float) -> Touch:
    """An earlier touch, so long before NOW."""
    at = NOW - timedelta(**ago)
    return Touch(at=at, channel=channel, state=SendState.SENT, send=SendId(send))


def stop(
    key: str,
    reason: StopReason,
    *,
    tenant: str = TENANT,
    id: str = "stop",
    cause: str = "",
    until: datetime | None = None,
    lifted: str | None = None,
) -> Stop:
    """A stop from an hour before NOW."""
    return Stop(
        id=StopId(id),
        tenant=TenantId(tenant),
        key=key,
        reason=reason,
        at=NOW - timedelta(hours=1),
        cause=cause,
        until=until,
        lifted=lifted,
    )
