"""The agents of one campaign at one table: orchestrator, writer, sender and timers over a store in
memory, with a vendor that a test scripts. `play` carries events until nobody says anything more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from agents.base import DecidingTurn, retry_topic
from agents.doing import DoingTurn
from agents.orchestrator.agent import Orchestrator
from agents.sender.agent import Operation, Sender
from agents.timers import Timers
from agents.writer.agent import Writer
from channels.base import Adapter, Capabilities, Lookup, Permit, Receipt, Request
from contracts.envelope import Event
from contracts.ids import LeadId, SendId
from contracts.outcome import Channel, Mode, Outcome, SendState, Stage, VendorClass
from statestore.base import Line, Outgoing, Send
from tests.agents.stage import NAMES, START, TENANT, Table, delivered, scored

ACCEPTED = Receipt(outcome=Outcome.ACCEPTED, stage=Stage.CONTENT_COMPLETE, provider_id="theirs")
LOST = Receipt(outcome=Outcome.UNKNOWN, stage=Stage.CONTENT_COMPLETE, code="timeout")
DEFERRED = Receipt(outcome=Outcome.DEFERRED, stage=Stage.ENVELOPE, code="smtp_451")
REFUSED = Receipt(outcome=Outcome.REFUSED, stage=Stage.ENVELOPE, code="smtp_550")
GONE = Receipt(outcome=Outcome.RECIPIENT_REFUSED, stage=Stage.ENVELOPE, code="smtp_550_5.1.1")
NOT_STARTED = Receipt(outcome=Outcome.NOT_STARTED, stage=Stage.CONNECTED, code="permit_expired")

Answer = Receipt | Exception | Callable[[Request, Permit], Awaitable[Receipt]]


class Scripted(Adapter, Lookup):
    """A vendor that answers what it was told, then accepts; it keeps what it was asked to send."""

    def __init__(
        self, kind: VendorClass = VendorClass.NOTHING, answers: Sequence[Answer] = (), **can: Any
    ) -> None:
        self.capabilities = Capabilities(
            vendor="scripted", channel=Channel.EMAIL, vendor_class=kind, **can
        )
        self.answers = list(answers)
        self.found: list[Receipt | None] = []
        self.calls: list[tuple[Request, bytes]] = []
        self.looked: list[str] = []
        self.prepared: list[str] = []

    def render(self, request: Request) -> bytes:
        return f"{request.recipient}\n{request.subject}\n{request.date}\n{request.body}".encode()

    async def send(self, request: Request, rendered: bytes, permit: Permit) -> Receipt:
        self.calls.append((request, rendered))
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Receipt) else await answer(request, permit)

    async def look_up(self, reference: str) -> Receipt | None:
        self.looked.append(reference)
        return self.found.pop(0) if self.found else None

    async def prepare(self) -> None:
        self.prepared.append("prepared")

    @property
    def to(self) -> list[str]:
        """Whom it was asked to write to, in order."""
        return [request.recipient for request, _ in self.calls]


@dataclass
class Cast:
    """Everybody; `operation` changes what the sender's process was told."""

    vendor: Scripted = field(default_factory=Scripted)
    table: Table = field(default_factory=Table)
    operation: dict[str, Any] = field(default_factory=dict)
    slots: int = 10
    mode: Mode = Mode.LIVE
    deaf: frozenset[str] = frozenset()
    """Topics that nobody hears."""

    def __post_init__(self) -> None:
        told = {
            "names": NAMES,
            "base_url": "https://leadwire.example",
            "incarnation": "life-1",
            "owner": "process-1",
            "mode": self.mode,
            **self.operation,
        }
        table = self.table
        self.sender = Sender(
            Operation(**told), lambda resource: self.vendor, table.clock.elapsed, slots=self.slots
        )
        self.turn: DoingTurn[Any, Any] = DoingTurn(self.sender, table.commits)
        self.timers = Timers(table.commits, mode=self.mode)
        self.handlers: dict[str, list[Any]] = {}
        for agent in (Orchestrator(NAMES), Writer(NAMES, "https://leadwire.example")):
            self.hear(agent.name, agent.topics, DecidingTurn(agent, table.commits))
        self.hear(self.sender.name, self.sender.topics, self.turn)
        self.heard: list[Event] = []
        self.later: list[Outgoing] = []

    def hear(self, name: str, topics: Sequence[str], handler: Any) -> None:
        """Subscribes a handler, to what it deferred as well."""
        for topic in (*topics, retry_topic(name)):
            self.handlers.setdefault(topic, []).append(handler)

    async def tell(self, *events: Event) -> None:
        """Hands events to whoever hears them, as one batch a topic, and plays on."""
        await self._hand([Outgoing(event=event) for event in events])
        await self.play()

    async def play(self) -> None:
        """Carries events and offers due timers until nothing moves at this moment."""
        for _ in range(300):
            now = self.table.clock.now()
            taken, self.table.relay.out = self.table.relay.out, []
            waiting = [*self.later, *taken]
            self.later = [o for o in waiting if o.available is not None and o.available > now]
            ready = [o for o in waiting if o not in self.later]
            if not ready:
                swept = await self.timers.sweep()
                if not swept.offers and not self.table.relay.out:
                    return
            await self._hand(ready)
        raise AssertionError("it never comes to rest")

    async def _hand(self, ready: Sequence[Outgoing]) -> None:
        topics: dict[str, list[Outgoing]] = {}
        for out in ready:
            self.heard.append(out.event)
            topics.setdefault(out.topic or out.event.topic, []).append(out)
        for topic, outs in topics.items():
            batch = [
                delivered(o.event, offset=n, attempt=o.attempt, topic=o.topic)
                for n, o in enumerate(outs)
            ]
            for handler in self.handlers.get(topic, ()) if topic not in self.deaf else ():
                await handler(batch)
        await self.turn.drain(60)
        await asyncio.sleep(0)

    async def run(self, **by: float) -> None:
        """Moves business time in steps to every due moment within a span, and plays each."""
        end = self.table.clock.now() + timedelta(**by)
        while True:
            await self.play()
            after = await self.next()
            if after is None or after > end:
                self.table.clock.moment = end
                await self.play()
                return
            self.table.clock.moment = max(after, self.table.clock.now())

    async def next(self) -> Any:
        """The next moment at which something falls due."""
        timer = await self.table.store.next_due(self.table.clock.elapsed())
        moments = [o.available for o in self.later if o.available is not None]
        return min([*moments, *([timer] if timer else [])], default=None)

    # what became of it

    def said(self, topic: str) -> list[Event]:
        """The events of a topic that were heard, each once."""
        return list({e.id: e for e in self.heard if e.topic == topic}.values())

    async def sends(self, lead: str = "lead-1") -> list[Send]:
        """The ledger's rows of a lead."""
        return (await self.table.store.sends_of(TENANT, [LeadId(lead)])).get(LeadId(lead), [])

    async def send(self, lead: str = "lead-1") -> Send:
        """The only row of a lead."""
        (row,) = await self.sends(lead)
        return row

    async def lead(self, lead: str = "lead-1") -> dict[str, Any]:
        """A lead's row: its data, and its status."""
        (row,) = [row for row in await self.table.rows("lead") if row.ref.key == lead]
        return {**row.data, "status": row.status}

    async def lines(self, kind: str, lead: str = "lead-1") -> list[Line]:
        """A lead's history of one kind."""
        return [
            line
            for line in await self.table.store.journal(TENANT, lead=LeadId(lead))
            if line.kind == kind
        ]

    async def credit(self) -> int:
        """The client's balance."""
        return (await self.table.store.credit([TENANT]))[TENANT]

    async def used(self) -> int:
        """How many sends count against the mailbox."""
        usage = await self.table.store.usage(["mira"], START - timedelta(days=9), START)  # type: ignore[list-item]
        return len(usage["mira"].reserved) if usage else 0  # type: ignore[index]


async def commanded(cast: Cast, lead: int = 1, **fields: Any) -> Event:
    """Brings a lead to the point where its first send is commanded, and returns the command."""
    deaf, cast.deaf = cast.deaf, cast.deaf | {"outreach.email.send"}
    await cast.tell(scored(lead, **fields))
    cast.deaf = deaf
    found = [e for e in cast.said("outreach.email.send") if e.subject == f"lead-{lead}"]
    return found[-1]


def states(sends: Sequence[Send]) -> dict[SendId, SendState]:
    """The state of each row."""
    return {send.id: send.state for send in sends}
