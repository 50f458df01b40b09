"""The inbox agent: mailboxes that are read, and the door for what bridges bring.

`Mailboxes` keeps one reader for each resource whose answers are read, and notices declared ones
within seconds. `Replies at the door` (`inbound.replies`) are validated, tied to a lead or a send,
and become the same facts and stops as a mailbox's messages; what ties to nothing is kept and named.
"""

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.utils import format_datetime

import structlog

from agents import counting, definitions
from agents.base import Commits, View
from agents.definitions import Resource
from agents.inbox import matching
from agents.inbox.absorb import Arrival, absorb
from agents.inbox.maildir import MaildirReader
from agents.inbox.matching import Match, writer
from agents.inbox.reading import Reading, read
from agents.inbox.taking import Taking
from agents.inbox.values import Kind
from agents.inbox.webhook import watermark
from agents.leading import Leading
from agents.names import Names
from agents.ports import nudged
from bus.base import Delivery
from bus.foreign import Foreign, read_foreign, split
from bus.foreign import named as named_by
from contracts import lead, registry, trace
from contracts.errors import ContractError
from contracts.ids import OPERATOR, ContentId, PartitionKey, ResourceId, TenantId, named
from contracts.inbound import InboundReply
from contracts.outcome import Mode
from statestore.base import Consumed, Outgoing, Poisoned, Ref, RowWrite, Send, Unit
from statestore.errors import StoreError, Unavailable

log = structlog.get_logger()

NAME = "inbox"
DOOR = "inbound.replies.v1"
ROUNDS = 8
"""How often records that lost their commit are looked at again."""
LOOK = 2.0
"""Machine seconds between two looks for newly declared mailboxes."""
HELD = 10.0
"""Machine seconds after which the mailbox of a process that died is read by another one."""


class Mailboxes:
    """Runs a reader for each mailbox that is declared, and says of endpoints that they are up."""

    def __init__(self, commits: Commits, names: Names, mode: Mode, owner: str = "inbox") -> None:
        self.commits = commits
        self.taking = Taking(commits, names, mode)
        self.owner = owner
        self.readers: dict[str, MaildirReader] = {}
        self.pushed: set[str] = set()
        self._leading: dict[str, Leading] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Looks for ever; ends its readers when it is ended."""
        try:
            while True:
                await self._look()
                await nudged(asyncio.Event(), LOOK)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            for leading in self._leading.values():
                await leading.release()

    async def _look(self) -> None:
        try:
            rows = await self.commits.store.scan(None, "resource", limit=10_000)
            for resource in (definitions.read(row, Resource) for row in rows):
                if resource.inbox.kind == "read":
                    await self._reading(resource)
                if resource.inbox.kind == "pushed" and resource.id not in self.pushed:
                    self.pushed.add(resource.id)
                    await self.commits.commit([watermark(resource, self.commits.clock.now())])
        except Unavailable as error:
            log.warning("mailboxes_wait", error=str(error))
            return
        for id_, task in list(self._tasks.items()):
            if task.done() and not task.cancelled():
                log.error("mailbox_reader_ended", resource=id_, error=repr(task.exception()))
                del self._tasks[id_], self.readers[id_]

    async def _reading(self, resource: Resource) -> None:
        """Reads a mailbox while its lease is ours, and leaves it to another process else."""
        name = f"mailbox:{resource.client}/{resource.id}"
        leading = self._leading.setdefault(
            resource.id, Leading(self.commits, name, self.owner, HELD)
        )
        ours, reading = await leading.ours(), resource.id in self.readers
        if ours and not reading:
            reader = MaildirReader(self.taking, resource)
            self.readers[resource.id] = reader
            self._tasks[resource.id] = asyncio.create_task(reader.run(), name=resource.id)
        elif reading and not ours:
            del self.readers[resource.id]
            self._tasks.pop(resource.id).cancel()


@dataclass(frozen=True, slots=True)
class Brought:
    """One record at the door: what it says, or why it cannot be read."""

    delivery: Delivery
    name: str
    reply: InboundReply | ContractError
    tenant: str | None = None
    traceparent: str | None = None
    original_id: str | None = None

    @property
    def refusal(self) -> str:
        """The name under which it is refused: mended and sent again under its id, it is looked at
        again, and the same bytes are not."""
        value = self.delivery.message.value
        return f"{self.name}#{hashlib.sha256(value).hexdigest()[:16]}"


class Door:
    """A bus handler for `inbound.replies`."""

    name = NAME
    topics = ("inbound.replies",)

    def __init__(self, commits: Commits, names: Names, mode: Mode) -> None:
        self.commits = commits
        self.names = names
        self.mode = mode

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        """Takes, or refuses and keeps, every record of a batch."""
        with counting.batch(NAME, self.commits.clock):
            await self.take({b.refusal: b for delivery in deliveries for b in brought(delivery)})

    async def take(self, found: Mapping[str, Brought]) -> None:
        """Commits records; losers are looked at again."""
        for _ in range(ROUNDS):
            names = [name for record in found.values() for name in (record.name, record.refusal)]
            seen = await self.commits.store.consumed(NAME, names)
            left = [r for r in found.values() if seen.isdisjoint((r.name, r.refusal))]
            if not left:
                return
            units = [await self._careful(record) for record in left]
            results = await self.commits.commit(units)
            counting.at_the_door(self.topics[0], units, results)
            for record, result in zip(left, results, strict=True):
                if isinstance(result, Poisoned):
                    await self._refuse(record, "unstorable", result.error)
        raise RuntimeError(f"records at the door lost {ROUNDS} commits in a row")

    async def _careful(self, record: Brought) -> Unit:
        """One record at which our reader fails is refused by name; the others go on."""
        try:
            return await self._unit(record)
        except StoreError:
            raise
        except Exception as error:
            words = f"our reader failed: {type(error).__name__}: {error}"
            return self._refused(record, "unreadable", words)

    async def _refuse(self, record: Brought, code: str, words: str) -> None:
        await self.commits.commit([self._refused(record, code, words)])

    def _consumed(self, name: str) -> Consumed:
        return Consumed(agent=NAME, ids=(name,), at=self.commits.clock.now())

    async def _unit(self, record: Brought) -> Unit:
        consumed = self._consumed(record.name)
        if isinstance(record.reply, ContractError):
            place = record.reply.problems[0].pointer
            return self._refused(record, record.reply.code, str(record.reply), place)
        send, evidence = await self._tied(record.reply, record.tenant)
        if send is None:
            words = "nothing that it gives names a send of ours; give send_id or our Message-ID"
            return self._refused(record, "unmatched", words)
        reading, raw = as_reading(record.reply, self.commits.clock.now())
        view = View(self.commits.clock.now())
        arrival = Arrival(
            tenant=send.tenant,
            resource=ResourceId(send.resource),
            raw=raw,
            reading=reading,
            match=Match(send, evidence, True),
            writer=writer(reading, self.names),
            now=view.now,
            mode=self.mode,
            source="door",
            traceparent=record.traceparent,
        )
        unit = absorb(arrival)
        there = await self.commits.store.rows([row.ref for row in unit.rows])
        if there:
            return Unit(tenant=send.tenant, consumed=consumed)
        return Unit(
            tenant=unit.tenant,
            consumed=consumed,
            rows=unit.rows,
            stops=unit.stops,
            events=unit.events,
            journal=unit.journal,
        )

    async def _tied(self, reply: InboundReply, tenant: str | None) -> tuple[Send | None, str]:
        store = self.commits.store
        if reply.send_id:
            whose = None if tenant is None else TenantId(tenant)
            found = (await store.sends(whose, [reply.send_id])).get(reply.send_id)
            if found is not None:
                return found, "the bridge named the send"
        for name in await self._tenants(tenant):
            if reply.lead_id:
                rows = (await store.sends_of(name, [reply.lead_id])).get(reply.lead_id, [])
                if rows:
                    return rows[-1], "the bridge named the lead"
            tied = await self._by_message(name, reply)
            if tied is not None:
                return tied.send, tied.evidence
        return None, ""

    async def _by_message(self, tenant: TenantId, reply: InboundReply) -> Match | None:
        reading, _ = as_reading(reply, self.commits.clock.now())
        ids = [*matching.by_token(reading, self.names), *matching.by_message_id(reading)]
        mine = await self.commits.store.sends(tenant, ids) if ids else {}
        author = matching.writer(reading, self.names)
        to = await self.commits.store.sends_to(tenant, [author]) if author else {}
        written = to.get(author, []) if author else []
        forgeable = reading.kind in {Kind.REPLY, Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY}
        return matching.match(reading, self.names, mine, written, forgeable=forgeable)

    async def _tenants(self, tenant: str | None) -> list[TenantId]:
        if tenant is not None:
            return [TenantId(tenant)]
        rows = await self.commits.store.scan(None, "client", limit=10_000)
        return [row.ref.tenant for row in rows]

    def _refused(self, record: Brought, code: str, words: str, pointer: str = "") -> Unit:
        now = self.commits.clock.now()
        kept = ContentId(named("rejected", record.refusal))
        message = record.delivery.message
        said = lead.Rejected(
            occurred_at=now,
            code=code,
            message=words,
            pointer=pointer,
            original_id=record.original_id,
            kept_as=kept,
            origin=record.delivery.origin,
        )
        event = registry.produce(
            said,
            key=PartitionKey(f"{OPERATOR}/rejected"),
            source=f"/{NAME}",
            cause=f"{NAME}:{record.refusal}",
            mode=self.mode,
            traceparent=record.traceparent,
        )
        row = RowWrite(
            ref=Ref(OPERATOR, "message", kept),
            expect=None,
            status="rejected",
            data={
                "code": code,
                "message": words,
                "pointer": pointer,
                "origin": record.delivery.origin,
                "at": now.isoformat(),
                "topic": message.topic,
                "value": base64.b64encode(message.value[:100_000]).decode(),
            },
        )
        log.warning("reply_rejected", code=code, origin=record.delivery.origin)
        return Unit(
            tenant=OPERATOR,
            consumed=self._consumed(record.refusal),
            rows=(row,),
            events=(Outgoing(event=event),),
        )


def brought(delivery: Delivery) -> list[Brought]:
    """Takes a delivery apart and validates each record."""
    found: list[Brought] = []
    try:
        messages = split(delivery.message)
    except ContractError as error:
        return [Brought(delivery, _name(delivery.message.value, delivery.origin), error)]
    for place, message in enumerate(messages):
        name = _name(message.value, f"{delivery.origin}#{place}")
        try:
            found.append(_brought(delivery, name, read_foreign(message)))
        except ContractError as error:
            source, id_ = named_by(message)
            name = f"{source}:{id_}" if id_ else name
            found.append(Brought(delivery, name, error, original_id=id_))
    return found


def _brought(delivery: Delivery, name: str, foreign: Foreign) -> Brought:
    reply: InboundReply | ContractError
    try:
        reply = said_by(foreign)
    except ContractError as error:
        reply = error
    return Brought(
        delivery,
        f"{foreign.source or ''}:{foreign.id}" if foreign.id else name,
        reply,
        foreign.extensions.get("tenant"),
        trace.read(foreign.extensions.get("traceparent")),
        foreign.id,
    )


def said_by(foreign: Foreign) -> InboundReply:
    """Reads a bridge's record; raises ContractError. One that calls itself `lead.responded` is held
    to that event's schema first, and its `automatic` is believed: no answer stops for a machine."""
    data = dict(foreign.data)
    if foreign.time is not None:
        data.setdefault("occurred_at", foreign.time.isoformat())
    if foreign.type == lead.Responded.TYPE:
        responded = registry.accept(foreign.type, data)
        if getattr(responded, "automatic", False):
            data["kind"] = "automatic"
    return registry.validated(InboundReply, data, extra="allow")


def _name(value: bytes, origin: str) -> str:
    return hashlib.sha256(origin.encode() + b"\x00" + value).hexdigest()


KINDS = {
    "automatic": Kind.AUTO_REPLY,
    "bounce": Kind.BOUNCE,
    "complaint": Kind.COMPLAINT,
    "delivered": Kind.DELIVERED,
}
"""A bridge's word for what it brings → ours; `reply` and `unsubscribe` are read."""


def as_reading(reply: InboundReply, now: object) -> tuple[Reading, bytes]:
    """Returns what a bridge's record says as a message: its raw mail, or one made of its text."""
    if reply.raw:
        raw = reply.raw.encode("utf-8", "surrogateescape")
        return read(raw), raw
    message = EmailMessage()
    message["From"] = reply.sender or ""
    message["Date"] = format_datetime(reply.occurred_at)
    message["Message-ID"] = f"<{named('bridge', reply.model_dump_json())}@bridge.invalid>"
    message.set_content(reply.text or "")
    raw = bytes(message)
    reading = read(raw)
    if reply.kind == "unsubscribe":
        return _with(reading, kind=Kind.REPLY, opt_out="yes"), raw
    if reply.kind in KINDS:
        return _with(reading, kind=KINDS[reply.kind]), raw
    return reading, raw


def _with(reading: Reading, **changes: object) -> Reading:
    return replace(reading, **changes)  # type: ignore[arg-type]  # fields of Reading by name
