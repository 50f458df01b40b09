"""What one incoming message means: stops, facts and a kept copy, in one unit. Pure.

Whoever learns of a stop writes it in the commit that stores the news, before any event travels
(design §6). A person's answer stops its account at once; the replies agent may narrow that later.
An opt-out is kept for the client and, as a keyed hash, for the whole installation. A bounce or a
complaint has effect only where our own token or Message-ID ties it to a send.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from agents.inbox.matching import Match
from agents.inbox.reading import Reading
from agents.inbox.values import About, Class, Kind
from contracts import lead, registry
from contracts.base import Payload
from contracts.ids import (
    OPERATOR,
    AddressHash,
    LeadId,
    MessageId,
    ResourceId,
    TenantId,
    named,
    partition_key,
    stop_id,
)
from contracts.outcome import Channel, Mode, StopReason
from statestore.base import Line, Outgoing, Ref, RowWrite, Send, Stop, StopAdd, Unit

NAME = "inbox"
LONGEST_ABSENCE = timedelta(days=21)
SHORT_ABSENCE = timedelta(days=3)
"""How long an absence without a return date is believed."""
RAW_KEPT = 300_000
"""Bytes of a raw message that are kept with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message as it came in: where, when, and what was read in it."""

    tenant: TenantId
    resource: ResourceId
    raw: bytes
    reading: Reading
    match: Match | None
    writer: AddressHash | None
    now: datetime
    mode: Mode = Mode.LIVE
    source: str = "maildir"
    traceparent: str | None = None
    """The trace that a bridge's own system began."""

    @property
    def message(self) -> MessageId:
        """One name a message, however often it is read: by its own id, else by its bytes. Some
        programs give every message the same id, so who wrote it and when belong to its name: the
        second of two must not be taken for the first, whose opt-out it may be."""
        reading = self.reading
        if not reading.message_id:
            own = base64.b64encode(self.raw[:4096]).decode()
            return MessageId(named("message", self.tenant, own))
        written = reading.written.isoformat() if reading.written else ""
        return MessageId(
            named("message", self.tenant, reading.message_id, reading.sender or "", written)
        )

    @property
    def happened(self) -> datetime:
        """When it was written, never later than now."""
        written = self.reading.written
        return min(written.astimezone(UTC), self.now) if written else self.now

    @property
    def send(self) -> Send | None:
        """The send that it belongs to."""
        return self.match.send if self.match else None


Effect = Callable[[Arrival, Send], tuple[Sequence[Stop], Sequence[Payload]]]


def absorb(arrival: Arrival) -> Unit:
    """Returns everything that follows from a message."""
    send = arrival.send
    if send is None:
        return unmatched(arrival)
    effect = EFFECTS.get(arrival.reading.kind, nothing)
    stops, payloads = effect(arrival, send)
    if arrival.reading.refused:
        stops = [*stops, _stop(arrival, f"account:{send.account}", StopReason.REVIEW)]
    key = partition_key(send.tenant, send.account)
    events = [
        registry.produce(
            payload,
            key=key,
            source=f"/{NAME}",
            cause=f"message:{arrival.message}",
            ordinal=place,
            mode=send.mode,
            time=arrival.happened,
            traceparent=arrival.traceparent,
        )
        for place, payload in enumerate(payloads)
    ]
    return Unit(
        tenant=arrival.tenant,
        rows=(kept(arrival, send.lead),),
        stops=tuple(StopAdd(stop=stop) for stop in stops),
        events=tuple(Outgoing(event=event) for event in events),
        journal=(line(arrival, send, stops),),
    )


def unmatched(arrival: Arrival) -> Unit:
    """Kept without effect, but for an opt-out: whoever asks to be left alone is left alone."""
    stops: list[Stop] = []
    if arrival.reading.opt_out == "yes" and arrival.writer is not None:
        stops = _everywhere(arrival, arrival.writer, StopReason.UNSUBSCRIBED)
    return Unit(
        tenant=arrival.tenant,
        rows=(kept(arrival, LeadId("")),),
        stops=tuple(StopAdd(stop=stop) for stop in stops),
    )


def kept(arrival: Arrival, lead_id: LeadId) -> RowWrite:
    """The message's own row; erasure blanks it."""
    reading = arrival.reading
    data = {
        "kind": reading.kind.value,
        "sender": reading.sender,
        "subject": reading.subject,
        "message_id": reading.message_id,
        "visible_text": reading.visible_text,
        "signature": reading.signature,
        "opt_out": reading.opt_out,
        "intent": reading.intent,
        "written": arrival.happened.isoformat(),
        "received": arrival.now.isoformat(),
        "resource": arrival.resource,
        "send_id": arrival.send.id if arrival.send else None,
        "evidence": arrival.match.evidence if arrival.match else "none",
        "why": list(reading.why),
        "raw": base64.b64encode(arrival.raw[:RAW_KEPT]).decode(),
    }
    status = "matched" if arrival.send else "unmatched"
    ref = Ref(arrival.tenant, "message", arrival.message)
    return RowWrite(ref=ref, expect=0, parent=lead_id, status=status, data=data)


# ── effects by kind ───────────────────────────────────────────────────────────────────────────


def nothing(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """Kept, and that is all."""
    return (), ()


def answered(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """A person wrote: their account stops at once."""
    reading = arrival.reading
    stops = [_stop(arrival, f"account:{send.account}", StopReason.RESPONDED)]
    payloads: list[Payload] = [_responded(arrival, send, automatic=False)]
    if reading.opt_out == "yes":
        more, said = opted_out(arrival, send, "answer")
        stops += more
        payloads.append(said)
    elif reading.opt_out == "doubtful":
        stops.append(_stop(arrival, f"lead:{send.lead}", StopReason.DOUBTFUL_OPT_OUT))
    return stops, payloads


def opted_out(arrival: Arrival, send: Send, source: str) -> tuple[list[Stop], Payload]:
    """The person, the address written to and the address written from; here and everywhere."""
    addresses = {send.address_hash, *([arrival.writer] if arrival.writer else [])}
    stops = [_stop(arrival, f"lead:{send.lead}", StopReason.UNSUBSCRIBED)]
    for address in sorted(addresses):
        stops += _everywhere(arrival, address, StopReason.UNSUBSCRIBED)
    said = lead.Unsubscribed(
        lead_id=send.lead,
        occurred_at=arrival.happened,
        channel=send.channel,
        address_hash=send.address_hash,
        source=source,
        send_id=send.id,
    )
    return stops, said


def absent(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """Out of office: held until the day of return, and not taken for an answer."""
    until = back(arrival.reading.return_date, arrival.happened)
    stop = _stop(arrival, f"lead:{send.lead}", StopReason.OUT_OF_OFFICE, until=until)
    more, said = asked_for_silence(arrival, send)
    return (stop, *more), (_responded(arrival, send, automatic=True, until=until), *said)


def asked_for_silence(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """What an automatic answer may ask: a clear opt-out binds, a doubtful one pauses."""
    if arrival.reading.opt_out == "yes":
        stops, said = opted_out(arrival, send, "automatic answer")
        return stops, (said,)
    if arrival.reading.opt_out == "doubtful":
        return (_stop(arrival, f"lead:{send.lead}", StopReason.DOUBTFUL_OPT_OUT),), ()
    return (), ()


def back(day: date | None, written: datetime) -> datetime:
    """The moment from which an absent person may be written to again, bounded."""
    if day is None:
        return written + SHORT_ABSENCE
    moment = datetime.combine(day, time(), UTC)
    return max(min(moment, written + LONGEST_ABSENCE), written)


def automatic(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """Another automatic answer; one that says the person is gone waits for a person."""
    stops: Sequence[Stop] = ()
    if arrival.reading.gone:
        stops = (_stop(arrival, f"lead:{send.lead}", StopReason.REVIEW, note="no longer there"),)
    more, said = asked_for_silence(arrival, send)
    return (*stops, *more), (_responded(arrival, send, automatic=True), *said)


def bounced(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """Only a report that our own token or Message-ID ties to a send may close an address."""
    if arrival.match is None or not arrival.match.ours:
        return (), ()
    results = arrival.reading.results
    worst = min(results, key=lambda r: r.class_ is not Class.HARD, default=None)
    if worst is None:
        return (), ()
    sender_side = worst.about is About.SENDER
    hard = worst.class_ is Class.HARD and not sender_side
    said = lead.Bounced(
        lead_id=send.lead,
        occurred_at=arrival.happened,
        channel=send.channel,
        send_id=send.id,
        resource_id=send.resource,
        kind="hard" if hard else "soft",
        address_hash=send.address_hash,
        status=worst.status or None,
        reason=worst.reason.value,
        about="sender" if sender_side else "recipient",
    )
    stops = _everywhere(arrival, send.address_hash, StopReason.HARD_BOUNCE) if hard else []
    return stops, (said,)


def complained(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """A feedback report: an opt-out and a complaint; a mail program's own unsubscribe mail, and a
    report of type `opt-out`, are an opt-out and no complaint (RFC 5965, RFC 2369)."""
    reasons = {result.reason.value for result in arrival.reading.results}
    if reasons == {"unsubscribed"}:
        asked, said_so = opted_out(arrival, send, "report")
        return asked, (said_so,)
    stops = [_stop(arrival, f"lead:{send.lead}", StopReason.COMPLAINT)]
    stops += _everywhere(arrival, send.address_hash, StopReason.COMPLAINT)
    said = lead.Complained(
        lead_id=send.lead,
        occurred_at=arrival.happened,
        channel=send.channel,
        send_id=send.id,
        address_hash=send.address_hash,
    )
    return stops, (said,)


def delivered(arrival: Arrival, send: Send) -> tuple[Sequence[Stop], Sequence[Payload]]:
    """A success report."""
    said = lead.Delivered(
        lead_id=send.lead, occurred_at=arrival.happened, channel=send.channel, send_id=send.id
    )
    return (), (said,)


EFFECTS: dict[Kind, Effect] = {
    Kind.REPLY: answered,
    Kind.OUT_OF_OFFICE: absent,
    Kind.AUTO_REPLY: automatic,
    Kind.BOUNCE: bounced,
    Kind.COMPLAINT: complained,
    Kind.DELIVERED: delivered,
}
"""What each kind of message does."""


# ── parts ─────────────────────────────────────────────────────────────────────────────────────


def _responded(
    arrival: Arrival, send: Send, *, automatic: bool, until: datetime | None = None
) -> Payload:
    return lead.Responded(
        lead_id=send.lead,
        occurred_at=arrival.happened,
        channel=Channel.EMAIL,
        send_id=send.id,
        resource_id=send.resource,
        message_id=arrival.message,
        automatic=automatic,
        evidence=arrival.match.evidence if arrival.match else "",
        return_date=until,
    )


def _stop(
    arrival: Arrival,
    key: str,
    reason: StopReason,
    *,
    tenant: TenantId | None = None,
    until: datetime | None = None,
    note: str = "",
) -> Stop:
    owner = tenant or arrival.tenant
    own = owner != OPERATOR
    cause = arrival.message if own else key
    return Stop(
        id=stop_id(f"{owner}/{key}", reason, cause),
        tenant=owner,
        key=key,
        reason=reason,
        at=arrival.now,
        cause=cause if own else "",
        by=NAME,
        note=note,
        until=until,
    )


def _everywhere(arrival: Arrival, address: AddressHash, reason: StopReason) -> list[Stop]:
    """The client's own stop, and the installation's: a hash and nothing else (spec 6)."""
    key = f"address:{address}"
    return [_stop(arrival, key, reason), _stop(arrival, key, reason, tenant=OPERATOR)]


def line(arrival: Arrival, send: Send, stops: Sequence[Stop]) -> Line:
    """What came back, in the lead's history: no words of the person, only what they mean."""
    reading = arrival.reading
    data: dict[str, Any] = {
        "campaign": send.campaign,
        "message": arrival.message,
        "send_id": send.id,
        "step": send.step,
        "evidence": arrival.match.evidence if arrival.match else "",
        "opt_out": reading.opt_out,
        "reasons": sorted({result.reason.value for result in reading.results}),
        "stops": sorted({f"{stop.reason} {stop.key.split(':')[0]}" for stop in stops}),
        "return_date": reading.return_date.isoformat() if reading.return_date else None,
    }
    return Line(
        tenant=arrival.tenant,
        account=send.account,
        lead=send.lead,
        at=arrival.now,
        agent=NAME,
        kind="message",
        code=reading.kind.value,
        data={name: value for name, value in data.items() if value not in (None, "", [])},
    )
