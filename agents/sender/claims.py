"""What is known of a send when its claim is decided, as values."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agents import definitions
from agents.base import Permanent, View
from agents.definitions import Campaign, Client, Resource
from agents.gates import facts
from agents.gathering import Subject, sending_facts
from agents.names import Names
from agents.orchestrator.facts import approved, released
from agents.orchestrator.record import Record, read
from agents.sender.settlement import key_lives
from agents.sender.wants import refs_of
from agents.sender.wants import test_counter as counter_ref
from agents.writer.templates import content_hash
from channels.base import Adapter, Capabilities, Receipt, diagnostic
from channels.errors import ChannelError, Unsendable
from contracts.ids import MessageId, PartitionKey, answer_send_id, partition_key
from contracts.outcome import Channel, Mode, Outcome, SendState, Stage, StopReason, VendorClass
from statestore.base import Row, RowWrite, Send, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A planned send with everything that was read for it."""

    send: Send
    subject: Subject
    record: Record
    client: Client | None
    campaign: Campaign
    resource: Resource
    content: Mapping[str, Any]
    recipient: str
    contact: Row | None
    watermark: datetime | None
    thread: tuple[Send, ...]
    follow_up: bool
    answered: str | None = None
    """Message-ID of the incoming message that it answers."""

    @property
    def key(self) -> PartitionKey:
        """The account's key."""
        return partition_key(self.send.tenant, self.send.account)


def known(send: Send, view: View, message: Row | None = None) -> Known:
    """Gathers what was read; raises Permanent where something that must be there is not."""
    refs = refs_of(send)
    rows = {name: view.rows.get(ref) for name, ref in refs.items()}
    for name in ("campaign", "resource", "lead", "person", "content"):
        if rows[name] is None:
            raise Permanent(f"no {name} {refs[name].key} of {send.tenant}; was it erased?")
    record = read(_there(rows["lead"]))
    client = definitions.read(rows["client"], Client) if rows["client"] is not None else None
    campaign = definitions.read(_there(rows["campaign"]), Campaign)
    thread = thread_of(send, view)
    person = _there(rows["person"]).data
    return Known(
        send=send,
        subject=Subject(
            tenant=send.tenant,
            account=send.account,
            lead=send.lead,
            record=record.lead,
            client=client,
            campaign=campaign,
            channel=send.channel,
            send=send.id,
            follow_up=follows(send, thread),
        ),
        record=record,
        client=client,
        campaign=campaign,
        resource=definitions.read(_there(rows["resource"]), Resource),
        content=_there(rows["content"]).data,
        recipient=str((person.get("addresses") or {}).get(send.channel.value, "")),
        contact=rows["contact"],
        watermark=_watermark(rows["watermark"]),
        thread=thread,
        follow_up=follows(send, thread),
        answered=str(message.data.get("message_id") or "") or None if message else None,
    )


def _there(row: Row | None) -> Row:
    assert row is not None
    return row


def _watermark(row: Row | None) -> datetime | None:
    return moment(row.data["read_at"]) if row is not None else None


def thread_of(send: Send, view: View) -> tuple[Send, ...]:
    """Earlier sends of the same conversation, oldest first: those that the command names, and
    those that the ledger knows, since a command that recovery made names none."""
    gone = {SendState.SENT, SendState.UNKNOWN}
    known = {one.id: one for one in view.sends_to.get(send.address_hash, ())} | view.sends
    found = [
        one
        for one in known.values()
        if one.lead == send.lead
        and one.channel is send.channel
        and one.round == send.round
        and one.id != send.id
        and one.state in gone
    ]
    return tuple(sorted(found, key=lambda one: one.step))


def follows(send: Send, thread: Sequence[Send]) -> bool:
    """Whether something went before it, over whatever channel: then answers must have been read."""
    return bool(thread) or send.attempt > 1 or send.purpose == "answer"


def facts_of(
    what: Known,
    view: View,
    *,
    incarnation: str,
    command: facts.Command,
    testing: facts.Testing,
) -> facts.Facts:
    """The gates' facts of a send."""
    send = what.send
    content = what.content
    made = content_hash(content.get("subject", ""), content["body"]) if content.get("body") else ""
    whole = bool(made) and made == send.content_hash
    return sending_facts(
        what.subject,
        send,
        what.resource,
        view,
        content=facts.Content(hash=made) if whole else None,
        approval=approval(what),
        command=command,
        incarnation=incarnation,
        testing=testing,
        watermark=what.watermark,
        answers=answers(what, view),
    )


def approval(what: Known) -> facts.Approval | None:
    """The latest word on this very content."""
    hash_ = str(what.send.content_hash)
    by = approved(what.record, hash_)
    if by is not None:
        return facts.Approval(content_hash=hash_, by=by, released=released(what.record, hash_))
    if hash_ in what.record.lead.of("declined"):
        return facts.Approval(content_hash=hash_, approved=False)
    return None


def answers(what: Known, view: View) -> facts.Answers | None:
    """For an answer (spec 2.5): the incoming message, and the one stop that it may pass."""
    if what.send.purpose != "answer":
        return None
    answered = what.record.lead.of("responded")
    tenant = what.send.tenant
    message = next((m for m in answered if answer_send_id(tenant, m) == what.send.id), "")
    stops = [stop for found in view.stops.values() for stop in found]
    passes = next((s for s in stops if _of_message(s, message)), None)
    fact = answered.get(message, {})
    return facts.Answers(
        message=MessageId(message),
        automatic=bool(fact.get("automatic")) if fact else None,
        passes=passes.id if passes else None,
    )


def _of_message(stop: Stop, message: str) -> bool:
    return stop.reason is StopReason.RESPONDED and stop.cause == message


def contact_row(what: Known, view: View) -> RowWrite:
    """The address's own row: two claims to one person cannot pass each other."""
    ref = refs_of(what.send)["contact"]
    version = what.contact.version if what.contact is not None else 0
    return RowWrite(
        ref=ref,
        expect=version,
        data={"last_claim": view.now.isoformat(), "send": what.send.id},
    )


def kept_bytes(send: Send, adapter: Adapter, rendered: bytes) -> str | None:
    """For class K the request's bytes are stored with the claim, and whose key it is: a retry
    sends the same bytes to the same vendor. Written as `vendor:base64`."""
    can = adapter.capabilities
    if can.vendor_class is not VendorClass.KEY:
        return None
    return send.request or f"{can.vendor}:{base64.b64encode(rendered).decode()}"


def stored_bytes(send: Send) -> bytes | None:
    """The bytes of an earlier attempt, where they were kept."""
    return base64.b64decode(send.request.rpartition(":")[2]) if send.request else None


def not_again(send: Send, can: Capabilities, now: datetime) -> facts.Verdict | None:
    """Why a try that ended unclear cannot be made again, whatever the ledger planned: a key means
    nothing to another vendor, and nothing to its own once its life is over. Both may have come
    about since it was planned: by a declaration, and while no process ran."""
    if not send.ambiguous:
        return None
    first = (send.request or "").rpartition(":")[0]
    if can.vendor_class is not send.vendor_class or first not in ("", can.vendor):
        inputs = {"vendor": can.vendor, "first_tried_by": first or str(send.vendor_class)}
        return facts.Verdict("vendor", "vendor_changed", inputs, lasting=True)
    if can.vendor_class is VendorClass.KEY and not key_lives(send, can, now):
        return facts.Verdict("vendor", "key_expired", {"vendor": can.vendor}, lasting=True)
    return None


def moved(what: Known, names: Names) -> facts.Verdict | None:
    """The person has another address than the one that the send was planned for: the ledger, the
    stops and the pace that were looked at are those of the old one, so it is planned anew."""
    if not what.recipient:
        return None  # erased, or gone: the vendor's adapter says that nobody can be written to
    if names.address(what.send.channel, what.recipient) == what.send.address_hash:
        return None
    inputs = {"channel": what.send.channel.value, "step": what.send.step}
    return facts.Verdict("recipient", "address_changed", inputs)


def closed(reason: str) -> facts.Verdict:
    """The refusal of a store that is closed for sending."""
    return facts.Verdict("store", "store_closed", {"reason": reason})


def own_fault(error: Exception) -> facts.Verdict:
    """What a vendor cannot express is over; a setting that is wrong waits until it is right."""
    lasting = isinstance(error, Unsendable)
    code = "unsendable" if lasting else "misconfigured"
    return facts.Verdict("vendor", code, {"error": str(error)[:500]}, lasting=lasting)


def not_called(error: ChannelError) -> Receipt:
    """The adapter found our own fault before anything was on the wire: certainly not sent."""
    lasting = isinstance(error, Unsendable)
    return Receipt(
        outcome=Outcome.REFUSED if lasting else Outcome.DEFERRED,
        stage=Stage.NONE,
        code="unsendable" if lasting else "misconfigured",
        diagnostic=diagnostic(str(error)),
        about_sender=True,
    )


def test_mails(send: Send, view: View) -> tuple[datetime, ...]:
    """When the client's test e-mails went in the last day, over all resources."""
    row = view.rows.get(counter_ref(send))
    times = (moment(text) for text in (row.data["times"] if row is not None else ()))
    return tuple(at for at in times if at > view.now - timedelta(days=1))


def test_counter(send: Send, view: View) -> tuple[RowWrite, ...]:
    """Counts one more test e-mail, in the claim's own commit (spec 5.7)."""
    if send.mode is not Mode.TEST or send.channel is not Channel.EMAIL:
        return ()
    row = view.rows.get(counter_ref(send))
    times = [*test_mails(send, view), view.now]
    write = RowWrite(
        ref=counter_ref(send),
        expect=row.version if row is not None else 0,
        data={"times": [at.isoformat() for at in times]},
    )
    return (write,)


def moment(text: str) -> datetime:
    """Reads an ISO moment."""
    return datetime.fromisoformat(text)
