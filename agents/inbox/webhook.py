"""A vendor's webhook: verified over its raw bytes, tied to a send of ours, durable before the 2xx.

The path names the sending resource: `POST /webhooks/RESOURCE`. A wrong or stale signature has no
effect (401); what is genuine but not understood is kept (2xx, so that the vendor does not try for
ever); our own failure is 503, so that it does. An event that names no send of ours is kept without
effect. A late acceptance turns an unknown send into a sent one, and never into a new call.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

from agents import definitions
from agents.base import Commits, View
from agents.definitions import Resource
from agents.names import send_of
from agents.sender.news import settled
from agents.sender.recovery import command_of
from agents.sender.settlement import sent as settled_sent
from channels.base import Receipt, VendorEvent, WebhookReader
from channels.errors import Forged, Unreadable
from contracts import lead, registry
from contracts.base import Payload
from contracts.ids import (
    OPERATOR,
    LeadId,
    SendId,
    TenantId,
    named,
    partition_key,
    stop_id,
)
from contracts.outcome import Outcome, SendState, Stage, StopReason
from statestore.base import (
    Consumed,
    Line,
    Lost,
    Outgoing,
    Ref,
    Result,
    RowWrite,
    Send,
    Stop,
    StopAdd,
    Unit,
)

log = structlog.get_logger()

NAME = "inbox"
LARGEST = 1_000_000
"""Bytes of a webhook's body."""
ROUNDS = 5
STOPS: Mapping[str, StopReason] = {
    "bounced_hard": StopReason.HARD_BOUNCE,
    "complained": StopReason.COMPLAINT,
    "unsubscribed": StopReason.UNSUBSCRIBED,
}
"""Kinds that stop an address here and everywhere."""
ARRIVED = frozenset({"accepted", "delivered", "opened", "clicked", "bounced_hard", "bounced_soft"})
"""Kinds that prove that the vendor had the message."""

ReaderOf = Callable[[Resource], WebhookReader | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor is told."""

    status: int
    words: str


class Webhooks:
    """Takes webhooks of every resource that has a reader."""

    def __init__(self, commits: Commits, reader_of: ReaderOf) -> None:
        self.commits = commits
        self.reader_of = reader_of

    async def take(self, resource_id: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Takes one request; raises the store's Unavailable where nothing can be kept."""
        resource = await self._resource(resource_id)
        reader = self.reader_of(resource) if resource is not None else None
        if resource is None or reader is None:
            return Answer(404, "no such endpoint")
        if len(body) > LARGEST:
            return Answer(413, "too large")
        try:
            events = reader.read(headers, body, now=self.commits.clock.now().timestamp())
        except Forged as error:
            log.warning("webhook_refused", resource=resource_id, reason=str(error))
            return Answer(401, "not verified")
        except Unreadable as error:
            await self._keep(resource, body, str(error))
            return Answer(202, "kept")
        for event in events:
            await self._event(resource, event)
        await self.commits.commit([watermark(resource, self.commits.clock.now())])
        return Answer(200, "taken")

    async def _resource(self, id_: str) -> Resource | None:
        rows = await self.commits.store.scan(None, "resource", limit=10_000)
        found = (definitions.read(row, Resource) for row in rows if row.ref.key == id_)
        return next(found, None)

    async def _event(self, resource: Resource, event: VendorEvent) -> None:
        """Commits one event; a loser (the sender recorded meanwhile) is looked at again."""
        for _ in range(ROUNDS):
            result = await self._commit(resource, event)
            if not isinstance(result, Lost):
                return
        raise RuntimeError(f"webhook {event.event_id} lost {ROUNDS} commits in a row")

    async def _commit(self, resource: Resource, event: VendorEvent) -> Result:
        now = self.commits.clock.now()
        send_id = send_of(event.reference or "")
        sends = await self.commits.store.sends(None, [send_id]) if send_id else {}
        send = sends.get(SendId(send_id)) if send_id else None
        if send is None or send.resource != resource.id:
            return (await self.commits.commit([_unmatched(resource, event, now)]))[0]
        return (await self.commits.commit([effect(event, send, now)]))[0]

    async def _keep(self, resource: Resource, body: bytes, why: str) -> None:
        name = named("webhook", resource.id, hashlib.sha256(body).hexdigest())
        data = {
            "why": why,
            "resource": resource.id,
            "body": body[:100_000].decode("utf-8", "replace"),
        }
        tenant = TenantId(resource.client)
        row = RowWrite(
            ref=Ref(tenant, "message", name), expect=None, status="unreadable", data=data
        )
        await self.commits.commit([Unit(tenant=tenant, rows=(row,))])


def watermark(resource: Resource, now: datetime) -> Unit:
    """The endpoint is ready: answers that are pushed are as fresh as its last word."""
    tenant = TenantId(resource.client)
    row = RowWrite(
        ref=Ref(tenant, "watermark", resource.id), expect=None, data={"read_at": now.isoformat()}
    )
    return Unit(tenant=tenant, rows=(row,))


def _unmatched(resource: Resource, event: VendorEvent, now: datetime) -> Unit:
    tenant = TenantId(resource.client)
    row = RowWrite(
        ref=Ref(tenant, "message", named("webhook", resource.id, event.event_id)),
        expect=None,
        status="unmatched",
        data={"kind": event.kind, "received": now.isoformat(), "raw": _plain(event.raw)},
    )
    log.warning("webhook_unmatched", resource=resource.id, kind=event.kind)
    return Unit(tenant=tenant, rows=(row,))


def _plain(raw: Mapping[str, object]) -> Any:
    return orjson.loads(orjson.dumps(dict(raw), default=str))


def effect(event: VendorEvent, send: Send, now: datetime) -> Unit:
    """What a vendor's word about a send of ours does, in one unit; pure."""
    happened = min(_moment(event.occurred_at, now), now)
    unit = late_truth(event, send, now)
    payload = fact(event, send, happened)
    stops = tuple(StopAdd(stop=stop) for stop in stops_of(event, send, now))
    events = unit.events if unit else ()
    if payload is not None:
        said = registry.produce(
            payload,
            key=partition_key(send.tenant, send.account),
            source=f"/{NAME}",
            cause=f"webhook:{send.resource}:{event.event_id}",
            mode=send.mode,
            time=happened,
        )
        events = (*events, Outgoing(event=said))
    base = unit or Unit(tenant=send.tenant)
    name = f"webhook:{send.resource}:{event.event_id}:{event.kind}"
    return base.with_(
        consumed=Consumed(agent=NAME, ids=(name,), at=now),
        stops=stops,
        events=events,
        journal=(*base.journal, _line(event, send, now)),
    )


def late_truth(event: VendorEvent, send: Send, now: datetime) -> Unit | None:
    """A send that the vendor speaks of was accepted: settled as sent, also before its call has
    come to an end (the word may be faster than the answer)."""
    if not _open(send) or event.kind not in ARRIVED:
        return None
    row = replace(
        send,
        code="settled_by_webhook",
        provider_id=event.provider_id,
        owner=None,
        lease_until=None,
        next_try=None,
    )
    receipt = Receipt(
        outcome=Outcome.ACCEPTED,
        stage=Stage.CONTENT_COMPLETE,
        code="settled_by_webhook",
        provider_id=event.provider_id,
    )
    return settled(send, command_of(send), settled_sent(row, now), receipt, View(now))


def _open(send: Send) -> bool:
    """True where nobody knows yet, or nobody can say, whether the vendor took it."""
    waiting = send.state is SendState.PLANNED and send.ambiguous
    return waiting or send.state in {SendState.CLAIMED, SendState.UNKNOWN}


def fact(event: VendorEvent, send: Send, happened: datetime) -> Payload | None:
    """The fact of a vendor's word; None where it is none of ours."""
    base: dict[str, Any] = {
        "lead_id": LeadId(send.lead),
        "occurred_at": happened,
        "channel": send.channel,
        "send_id": send.id,
    }
    later = {**base, "resource_id": send.resource, "vendor_event_id": event.event_id}
    if event.kind in {"bounced_hard", "bounced_soft"}:
        kind: Any = event.kind.removeprefix("bounced_")
        return lead.Bounced(
            **later, kind=kind, address_hash=send.address_hash, reason=event.code or None
        )
    if event.kind == "complained":
        return lead.Complained(**later, address_hash=send.address_hash)
    if event.kind == "unsubscribed":
        return lead.Unsubscribed(**base, address_hash=send.address_hash, source="vendor")
    simple = {"delivered": lead.Delivered, "opened": lead.Opened, "clicked": lead.Clicked}
    model = simple.get(event.kind)
    return model(**later) if model is not None else None


def stops_of(event: VendorEvent, send: Send, now: datetime) -> Sequence[Stop]:
    """The stops of a vendor's word: the address here and everywhere, the person who asked."""
    reason = STOPS.get(event.kind)
    if reason is None:
        return ()
    keys = [
        (send.tenant, f"address:{send.address_hash}"),
        (OPERATOR, f"address:{send.address_hash}"),
    ]
    if reason is not StopReason.HARD_BOUNCE:
        keys.append((send.tenant, f"lead:{send.lead}"))
    return [
        Stop(
            id=stop_id(f"{tenant}/{key}", reason, send.id if tenant != OPERATOR else key),
            tenant=tenant,
            key=key,
            reason=reason,
            at=now,
            cause=f"webhook:{event.event_id}" if tenant != OPERATOR else "",
            by=NAME,
        )
        for tenant, key in keys
    ]


def _line(event: VendorEvent, send: Send, now: datetime) -> Line:
    return Line(
        tenant=send.tenant,
        account=send.account,
        lead=send.lead,
        at=now,
        agent=NAME,
        kind="message",
        code=f"vendor_{event.kind}",
        data={"campaign": send.campaign, "step": send.step, "send_id": send.id},
        repeat=f"{send.id}:{event.kind}",
    )


def _moment(text: str, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return now
    return found if found.tzinfo else found.replace(tzinfo=UTC)
