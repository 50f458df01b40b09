"""What the sender commits beside the ledger's row: quota, credit, facts, stops, history."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agents.base import View, retry_topic
from agents.gates.facts import Verdict
from agents.sender.settlement import Settlement, unknown
from channels.base import Receipt
from contracts import lead, registry
from contracts.base import Payload
from contracts.envelope import Event
from contracts.ids import OPERATOR, CampaignId, EventId, named, partition_key, stop_id
from contracts.outcome import Mode, SendState, Stage, StopReason
from statestore.base import (
    CreditMove,
    Line,
    Outgoing,
    QuotaRelease,
    QuotaSettle,
    QuotaWrite,
    Send,
    SendWrite,
    Stop,
    StopAdd,
    StopWrite,
    Unit,
)

NAME = "sender"
PRICE = 1
STUCK = timedelta(minutes=5)
"""When a refusal without a time is looked at again."""


def _of_send(send: Send, now: datetime) -> dict[str, Any]:
    return {
        "lead_id": send.lead,
        "occurred_at": now,
        "channel": send.channel,
        "send_id": send.id,
        "campaign_id": CampaignId(send.campaign),
        "step": send.step,
        "attempt": send.attempt,
        "resource_id": send.resource,
    }


def _event(payload: Payload, send: Send, cause: Event, ordinal: str) -> Outgoing:
    key = partition_key(send.tenant, send.account)
    event = registry.produce(
        payload, key=key, source=f"/{NAME}", cause=cause, ordinal=f"{send.id}:{ordinal}"
    )
    return Outgoing(event=event)


def line(send: Send, now: datetime, kind: str, code: str, **data: Any) -> Line:
    """A line of the lead's history about a send."""
    return Line(
        tenant=send.tenant,
        account=send.account,
        lead=send.lead,
        at=now,
        agent=NAME,
        kind=kind,
        code=code,
        data={
            "campaign": send.campaign,
            "send_id": send.id,
            "step": send.step,
            "channel": send.channel.value,
            "resource": send.resource,
            **{name: value for name, value in data.items() if value not in (None, "")},
        },
    )


# ── what a gate said ──────────────────────────────────────────────────────────────────────────


def held(send: Send, event: Event, verdict: Verdict, view: View) -> Unit:
    """A gate said not now: the ledger holds, the orchestrator plans anew."""
    now = view.now
    row = replace(send, state=SendState.HELD, code=verdict.code, next_try=None)
    again = verdict.next_eligible or now + STUCK
    fact = lead.SendHeld(
        **_of_send(send, now),
        gate=verdict.gate,
        code=verdict.code,
        inputs=dict(verdict.inputs),
        next_eligible=again,
    )
    said = line(send, now, "verdict", verdict.code, gate=verdict.gate, inputs=dict(verdict.inputs))
    return Unit(
        tenant=send.tenant,
        sends=(SendWrite(send=row, expect=send.version),),
        quota=(QuotaRelease(key=partition_key(send.tenant, send.account)),),
        events=(_event(fact, send, event, f"held:{send.version}"),),
        journal=(said.with_(repeat=f"{send.id}:{verdict.code}"),),
    )


def refused_by_gate(send: Send, event: Event, verdict: Verdict, view: View) -> Unit:
    """A gate refused for good: certainly not sent."""
    now = view.now
    row = replace(send, state=SendState.REFUSED, code=verdict.code, settled_at=now, next_try=None)
    fact = lead.SendRefused(**_of_send(send, now), code=verdict.code)
    said = line(send, now, "verdict", verdict.code, gate=verdict.gate, inputs=dict(verdict.inputs))
    return Unit(
        tenant=send.tenant,
        sends=(SendWrite(send=row, expect=send.version),),
        quota=(QuotaRelease(key=partition_key(send.tenant, send.account)),),
        events=(_event(fact, send, event, "refused"),),
        journal=(said,),
    )


def unknown_by_gate(send: Send, event: Event, verdict: Verdict, view: View) -> Unit:
    """A gate refused a further attempt of something that may be out there already."""
    done = unknown(replace(send, code=verdict.code, next_try=None), view.now)
    fact = lead.SendUnknown(**_of_send(send, view.now), stage=Stage.CONTENT_BEGUN.value)
    return Unit(
        tenant=send.tenant,
        sends=(SendWrite(send=done.send, expect=send.version),),
        quota=(QuotaSettle(send=send.id, commit=True, at=view.now),),
        events=(_event(fact, send, event, "unknown"),),
        journal=(line(send, view.now, "verdict", verdict.code, gate=verdict.gate),),
    )


# ── what the vendor said ──────────────────────────────────────────────────────────────────────


def settled(send: Send, event: Event, done: Settlement, receipt: Receipt, view: View) -> Unit:
    """A call's outcome: ledger, quota, credit, fact and history, in one commit."""
    now = view.now
    events = [*_published(send, event, done, receipt, now), *_again(event, done)]
    said = line(
        done.send,
        now,
        "outcome",
        done.news or "tried",
        vendor_code=receipt.code,
        diagnostic=receipt.diagnostic[:200],
        stage=receipt.stage.value,
        tries=done.send.tries,
        again=done.again.isoformat() if done.again else None,
        provider_id=receipt.provider_id,
    )
    return Unit(
        tenant=send.tenant,
        sends=(SendWrite(send=done.send, expect=send.version),),
        quota=_quota(send, done, now),
        credit=CreditMove(tenant=send.tenant, amount=-PRICE) if done.quota is False else None,
        stops=(*_dead_address(send, done, now), *_resting(send, done, receipt, now)),
        events=tuple(events),
        journal=(said,),
    )


def _quota(send: Send, done: Settlement, now: datetime) -> tuple[QuotaWrite, ...]:
    if done.quota is None:
        return ()
    return (QuotaSettle(send=send.id, commit=done.quota, at=now),)


def _published(
    send: Send, event: Event, done: Settlement, receipt: Receipt, now: datetime
) -> list[Outgoing]:
    base = _of_send(send, now)
    makers: Mapping[str, Payload | None] = {
        "contacted": lead.Contacted(**base, provider_message_id=receipt.provider_id)
        if done.news == "contacted"
        else None,
        "refused": lead.SendRefused(
            **base, code=done.send.code or "refused", recipient_gone=done.dead_address
        )
        if done.news == "refused"
        else None,
        "unknown": lead.SendUnknown(**base, stage=receipt.stage.value)
        if done.news == "unknown"
        else None,
        f"held:{send.version}": lead.SendHeld(
            **base,
            gate="vendor",
            code="resource_refused",
            inputs={"resource": send.resource, "vendor_code": receipt.code},
            next_eligible=done.rests,
        )
        if done.news == "held"
        else None,
    }
    found = [_event(p, send, event, news) for news, p in makers.items() if p is not None]
    if done.dead_address:
        bounced = lead.Bounced(
            lead_id=send.lead,
            occurred_at=now,
            channel=send.channel,
            send_id=send.id,
            kind="hard",
            address_hash=send.address_hash,
            status=receipt.code,
            reason="refused during the send",
        )
        found.append(_event(bounced, send, event, "bounced"))
    return found


def _again(event: Event, done: Settlement) -> list[Outgoing]:
    """The command comes back to the sender at the next try, under a name of its own."""
    if done.again is None:
        return []
    id_ = EventId(named("retry", event.id, done.send.tries, done.send.version))
    return [Outgoing(event=event.with_(id=id_), available=done.again, topic=retry_topic(NAME))]


def _resting(
    send: Send, done: Settlement, receipt: Receipt, now: datetime
) -> tuple[StopWrite, ...]:
    """A resource whose log-in is refused, or whose host is away, rests: each of its leads would
    meet the same. A person who has mended it resumes it, else it is tried again at the end."""
    if done.rests is None:
        return ()
    key = f"resource:{send.resource}"
    stop = Stop(
        id=stop_id(f"{send.tenant}/{key}", StopReason.PAUSED, f"{send.id}:{send.version}"),
        tenant=send.tenant,
        key=key,
        reason=StopReason.PAUSED,
        at=now,
        cause=send.id,
        by=NAME,
        note=f"{receipt.code}: {receipt.diagnostic}"[:300],
        until=done.rests,
    )
    return (StopAdd(stop=stop),)


def _dead_address(send: Send, done: Settlement, now: datetime) -> tuple[StopWrite, ...]:
    """An address that is refused for good is dead for everybody (spec 2.3, 6)."""
    if not done.dead_address or send.mode is Mode.TEST:
        return ()
    key = f"address:{send.address_hash}"
    return tuple(
        StopAdd(
            stop=Stop(
                id=stop_id(f"{tenant}/{key}", StopReason.HARD_BOUNCE, send.address_hash),
                tenant=tenant,
                key=key,
                reason=StopReason.HARD_BOUNCE,
                at=now,
                cause="" if tenant == OPERATOR else send.id,
                by=NAME,
            )
        )
        for tenant in (send.tenant, OPERATOR)
    )
