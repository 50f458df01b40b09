"""The replies agent: `lead.responded` → `lead.reply_classified`, by rules, and narrower stops.

The inbox has stopped the account already. What turns out to be an absence note frees the account
and holds the person until the day of return; a negative answer becomes do-not-contact; a person's
opt-out suppresses. Untrusted text is read into bounded values here and steers nothing else: it may
add a stop and lift the one that its own message made.
"""

from collections.abc import Sequence
from typing import Any

from agents.base import Deciding, Group, Reads, View
from agents.inbox.absorb import SHORT_ABSENCE
from agents.replies import intent, opt_out
from agents.replies.intent import Intent
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import LeadId, MessageId, PartitionKey, stop_id
from contracts.outcome import ReplyClass, StopReason
from statestore.base import (
    Line,
    Outgoing,
    Ref,
    Stop,
    StopAdd,
    StopLift,
    StopWrite,
    Unit,
)

NAME = "replies"
AUTOMATIC = frozenset({ReplyClass.OUT_OF_OFFICE, ReplyClass.BOUNCE})


class Replies(Deciding):
    """Classification by rules: the deterministic twin of spec 7.4."""

    name = NAME
    topics = ("lead.responded",)

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        if view.rows or view.stops:
            return Reads()
        found = [(key, event) for key, events in groups for event in events]
        refs = tuple(
            Ref(event.tenant, "message", str(event.data["message_id"]))
            for _, event in found
            if event.data.get("message_id")
        )
        leads = tuple(Ref(e.tenant, "lead", str(e.data["lead_id"])) for _, e in found)
        stops = tuple((e.tenant, f"account:{e.account}") for _, e in found)
        return Reads(rows=refs + leads, stops=stops)

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        units = [unit for event in events if (unit := self.classified(event, view)) is not None]
        if not units:
            return None
        return Unit(
            tenant=events[0].tenant,
            stops=tuple(stop for unit in units for stop in unit.stops),
            events=tuple(out for unit in units for out in unit.events),
            journal=tuple(line for unit in units for line in unit.journal),
        )

    def classified(self, event: Event, view: View) -> Unit | None:
        """Classifies one answer; automatic ones by header are not a person's words."""
        said = registry.payload(event, lead.Responded)
        if said.message_id is None or said.automatic:
            return None
        row = view.row(event.tenant, "message", said.message_id)
        text = str(row.data.get("visible_text", "")) if row else (said.text or "")
        subject = str(row.data.get("subject", "")) if row else ""
        read = intent.classify(text, subject=subject)
        asked = opt_out.in_mail(text, subject)
        verdict = _said(said, read, asked.answer, view)
        out = registry.produce(verdict, key=event.key, source=f"/{NAME}", cause=event)
        return Unit(
            tenant=event.tenant,
            stops=narrowed(event, said, read, asked.answer, view),
            events=(Outgoing(event=out),),
            journal=(_line(event, said, read, asked.answer, view),),
        )


def _said(said: lead.Responded, read: Intent, answer: opt_out.Answer, view: View) -> Any:
    label = ReplyClass(read.label)
    return lead.ReplyClassified(
        lead_id=said.lead_id,
        occurred_at=view.now,
        channel=said.channel,
        message_id=MessageId(str(said.message_id)),
        label=label,
        sentiment=read.sentiment,
        confidence=read.confidence,
        objection=read.objection,
        key_phrases=read.key_phrases,
        flags=flags(read),
        urgency=read.urgency,
        recommended_action=read.recommended_action,
        opt_out=answer,
        return_date=said.return_date,
    )


def flags(read: Intent) -> tuple[str, ...]:
    """What else an answer holds, by name; the words themselves stay in the store."""
    named = {
        "referral": read.referral,
        "meeting": read.meeting,
        "call_me": read.call_me,
        "wrong_person": read.wrong_person,
        "customer": read.customer,
        "legal_threat": read.legal_threat,
    }
    return tuple(name for name, value in named.items() if value)


def narrowed(
    event: Event, said: lead.Responded, read: Intent, answer: opt_out.Answer, view: View
) -> tuple[StopWrite, ...]:
    """Stops that the class adds, and the account's one that it lifts."""
    label = ReplyClass(read.label)
    if answer == "yes" or label is ReplyClass.NEGATIVE:
        reason = StopReason.UNSUBSCRIBED if answer == "yes" else StopReason.NEGATIVE_SENTIMENT
        return (StopAdd(stop=_stop(event, said, f"lead:{said.lead_id}", reason, view)),)
    if label not in AUTOMATIC:
        return ()
    mine = [
        stop.id
        for stop in view.stops.get((event.tenant, f"account:{event.account}"), ())
        if stop.cause == said.message_id and stop.reason is StopReason.RESPONDED
    ]
    lift = StopLift(tenant=event.tenant, ids=tuple(mine), by=f"{NAME}: {label}")
    until = said.return_date or said.occurred_at + SHORT_ABSENCE
    hold = _stop(event, said, f"lead:{said.lead_id}", StopReason.OUT_OF_OFFICE, view)
    absent = Stop(
        id=hold.id, tenant=hold.tenant, key=hold.key, reason=hold.reason, at=hold.at,
        cause=hold.cause, by=NAME, until=until,
    )  # fmt: skip
    return (lift, StopAdd(stop=absent))


def _stop(event: Event, said: lead.Responded, key: str, reason: StopReason, view: View) -> Stop:
    return Stop(
        id=stop_id(f"{event.tenant}/{key}", reason, str(said.message_id)),
        tenant=event.tenant,
        key=key,
        reason=reason,
        at=view.now,
        cause=str(said.message_id),
        by=NAME,
    )


def _line(
    event: Event, said: lead.Responded, read: Intent, answer: opt_out.Answer, view: View
) -> Line:
    return Line(
        tenant=event.tenant,
        account=event.account,
        lead=LeadId(said.lead_id),
        at=view.now,
        agent=NAME,
        kind="message",
        code=f"reply_{read.label}",
        data={
            "campaign": event.campaign or "",
            "message": said.message_id,
            "sentiment": round(read.sentiment, 2),
            "confidence": round(read.confidence, 2),
            "objection": read.objection,
            "opt_out": answer,
            "flags": list(flags(read)),
        },
    )
