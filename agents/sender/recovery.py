"""What a process that died left claimed: nobody can say what became of it, and nobody tries again
blindly. Its claims are settled as unclear, by the vendor's class.

`recover` does so at the start; `Sweeper` as long as a sender runs, for claims that a process left
which dies beside others, and for tries that are due whose command the bus has lost: the ledger
drives a send from its claim on, not the bus (design §6).
"""

from collections.abc import Collection
from datetime import timedelta

import structlog

from agents import definitions
from agents.base import Reads, View, load, retry_topic
from agents.definitions import Resource
from agents.doing import DoingTurn
from agents.leading import Leading
from agents.orchestrator.record import KIND, read
from agents.ports import Clock
from agents.sender.agent import Job, Sender
from agents.sender.news import settled
from agents.sender.settlement import settle
from channels.base import Capabilities, Receipt
from contracts import trace
from contracts.envelope import Event
from contracts.ids import ContentId, EventId, SendId, named, partition_key
from contracts.outcome import Outcome, SendState, Stage, VendorClass
from contracts.outreach import SENDS
from statestore.base import Outgoing, Ref, Send, StateStore, Unit

log = structlog.get_logger()

OVERDUE = timedelta(minutes=5)
"""How long a try that is due may be on its way before it is commanded again."""
LOST = Receipt(
    outcome=Outcome.UNKNOWN,
    stage=Stage.CONTENT_BEGUN,
    code="claim_lost",
    diagnostic="the process that held the claim ended before it recorded an outcome",
)


async def recover(
    turn: DoingTurn[Job, Receipt], store: StateStore, clock: Clock, owner: str
) -> int:
    """Settles claims that others left, at start-up of the one process that consumes.

    Never on a store that several processes share: there a claim is another sender's call under way
    until its lease ends, and `expire` looks after it.
    """
    left = [s for s in await store.sends_in(SendState.CLAIMED) if s.owner != owner]
    return await _settle(turn, clock, left)


async def expire(
    turn: DoingTurn[Job, Receipt], store: StateStore, clock: Clock, spare: Collection[SendId] = ()
) -> int:
    """Settles claims whose lease has ended, but for those to `spare`."""
    ended = await store.expired_claims(clock.elapsed())
    return await _settle(turn, clock, [send for send in ended if send.id not in spare])


async def remind(turn: DoingTurn[Job, Receipt], store: StateStore, clock: Clock) -> int:
    """Commands tries again whose moment went by: the command may be lost. One that only is late
    changes nothing, since the ledger's row decides which of them claims."""
    due = await store.retries_due(clock.now() - OVERDUE)
    view = View(clock.now())
    await load(store, Reads(rows=tuple({_lead(send) for send in due})), view)
    again = [(send, command_of(send, entered(send, view))) for send in due]
    units = [
        Unit(
            tenant=send.tenant, events=(Outgoing(event=event, topic=retry_topic(turn.agent.name)),)
        )
        for send, event in again
    ]
    if units:
        log.warning("tries_reminded", count=len(units))
        await turn.commits.commit(units)
    return len(units)


class Sweeper:
    """Looks for lost claims and lost tries every so many machine seconds, as the auditor does."""

    def __init__(
        self, turn: DoingTurn[Job, Receipt], *, every: float, owner: str = "sweeper"
    ) -> None:
        self.turn = turn
        self.every = every
        self.leading = Leading(turn.commits, "sweeper", owner, 1.5 * every)

    async def run(self) -> None:
        """Looks for ever."""
        await self.leading.rounds(
            self.every, self.look, lambda error: log.warning("sweep_waits", error=str(error))
        )

    async def look(self) -> None:
        """Looks once."""
        store, clock = self.turn.commits.store, self.turn.commits.clock
        await expire(self.turn, store, clock, self.calling())
        await remind(self.turn, store, clock)

    def calling(self) -> set[SendId]:
        """Calls of this process that are still open: they end by themselves, and class K would be
        called a second time beside the first."""
        return {job.send.id for job in self.turn.calls.values()}


async def _settle(turn: DoingTurn[Job, Receipt], clock: Clock, sends: list[Send]) -> int:
    agent = turn.agent
    assert isinstance(agent, Sender)
    units = []
    view = View(clock.now())
    refs = {Ref(send.tenant, "resource", send.resource) for send in sends}
    refs |= {_lead(send) for send in sends}
    await load(turn.commits.store, Reads(rows=tuple(refs)), view)
    for send in sends:
        done = settle(send, LOST, capabilities(agent, send, view), clock.now())
        command = command_of(send, entered(send, view))
        units.append(settled(send, command, done, LOST, view))
    if units:
        log.warning("claims_recovered", count=len(units))
        await turn.commits.commit(units)
    return len(units)


def capabilities(agent: Sender, send: Send, view: View) -> Capabilities:
    """What the send's vendor can do about it; by its class alone where the resource is gone."""
    row = view.row(send.tenant, "resource", send.resource)
    if row is not None:
        return agent.adapter_of(definitions.read(row, Resource)).capabilities
    kind = send.vendor_class or VendorClass.NOTHING
    return Capabilities(vendor="gone", channel=send.channel, vendor_class=kind)


def _lead(send: Send) -> Ref:
    return Ref(send.tenant, KIND, send.lead)


def entered(send: Send, view: View) -> str | None:
    """The trace in which the send's lead came in at the door: its command's is gone with it."""
    row = view.rows.get(_lead(send))
    return read(row).lead.profile.get("trace") if row is not None else None


def command_of(send: Send, traceparent: str | None = None) -> Event:
    """The command that a ledger row stands for, where its event is gone."""
    id_ = EventId(named("recovered", send.id, send.version))
    payload = SENDS[send.channel](
        send_id=send.id,
        lead_id=send.lead,
        account_id=send.account,
        person_id=send.person,
        campaign_id=send.campaign,
        version=send.definition,
        round=send.round,
        step=send.step,
        attempt=send.attempt,
        channel=send.channel,
        resource_id=send.resource,
        address_hash=send.address_hash,
        content_id=send.content or ContentId(""),
        content_hash=send.content_hash or "",
        not_before=send.planned_at,
        not_after=send.not_after,
        occurred_at=send.planned_at,
    )
    return Event(
        id=id_,
        traceparent=trace.following(traceparent, id_),
        type=payload.TYPE,
        source="/sender",
        time=send.planned_at,
        key=partition_key(send.tenant, send.account),
        data=payload.wire(),
        subject=send.lead,
        campaign=send.campaign,
        mode=send.mode,
    )
