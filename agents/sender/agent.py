"""The sender: `outreach.<channel>.send` → gates, claim, one vendor call, an outcome.

From the claim on the ledger drives a send, not the bus. A claim names every key under which a stop
would hold it, so a stop that is committed first wins; the permit bounds what was claimed before.
Nothing but `call` reaches a vendor, and nothing reaches `call` but a committed claim.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from agents import counting, definitions
from agents.base import Group, Permanent, Reads, View
from agents.definitions import Resource
from agents.doing import CallPermit, Claim, Doing
from agents.gates import facts, judge, quota
from agents.gathering import policies, rules_for
from agents.names import Names
from agents.sender import claims, news, wants
from agents.sender.request import build
from agents.sender.settlement import settle
from agents.settings import SettingsError
from channels.base import Adapter, Capabilities, Lookup, Receipt, Request
from channels.errors import ChannelError
from contracts.envelope import Event, topic_of
from contracts.ids import SendId
from contracts.outcome import Channel, Mode, Outcome, SendState, Stage, VendorClass
from contracts.outreach import SENDS
from statestore.base import (
    ClientActive,
    CreditMove,
    NoStop,
    QuotaReserve,
    Ref,
    Send,
    SendWrite,
    Unit,
)

log = structlog.get_logger()

NAME = "sender"
EARLY = timedelta(seconds=5)
"""By how much the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed send and all that its call and its record need."""

    send: Send
    event: Event
    request: Request
    rendered: bytes
    adapter: Adapter
    lookup: bool = False
    follow_up: bool = False

    @property
    def can(self) -> Capabilities:
        """What the vendor can do."""
        return self.adapter.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the process brings: names, links, mode, test recipients, and its own name."""

    names: Names
    base_url: str
    incarnation: str
    owner: str
    mode: Mode = Mode.LIVE
    lease_seconds: float = 120.0
    """Machine seconds; longer than an adapter's longest call, or one that is slow ends unknown."""
    test_recipients: Mapping[Channel, str] | None = None
    closed: str | None = None


class Sender(Doing[Job, Receipt]):
    """Doing agent of one or several channels; `adapter_of` gives a resource's adapter."""

    name = NAME

    def __init__(
        self,
        operation: Operation,
        adapter_of: Callable[[Resource], Adapter],
        elapsed: Callable[[], float],
        channels: Sequence[Channel] = tuple(Channel),
        slots: int = 10,
    ) -> None:
        self.operation = operation
        self.adapter_of = adapter_of
        self.elapsed = elapsed
        self.slots = slots
        self.topics = tuple(topic_of(SENDS[channel].TYPE) for channel in channels)

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        return wants.reads(groups, view, testing=self.operation.mode is Mode.TEST)

    # before the permit's time begins

    def reads_to_prepare(self, events: Sequence[Event]) -> Reads:
        refs = {Ref(e.tenant, "resource", str(e.data["resource_id"])) for e in events}
        return Reads(rows=tuple(refs))

    async def prepare(self, events: Sequence[Event], view: View) -> None:
        """Opens connections of the commands' resources: a server that greets slowly, against
        spam, would use up the permit. A resource that cannot be prepared holds up no other."""
        resources = [definitions.read(row, Resource) for row in view.rows.values()]
        await asyncio.gather(*(self.prepared(resource) for resource in resources))

    async def prepared(self, resource: Resource) -> None:
        """Opens one resource's connection; what is wrong with it the claim meets again."""
        try:
            await self.adapter_of(resource).prepare()
        except Exception as error:
            log.warning("not_prepared", resource=resource.id, error=repr(error))

    # claim

    def decide(self, event: Event, view: View) -> Claim[Job] | Unit | None:
        send = view.sends.get(SendId(str(event.data["send_id"])))
        if send is None:
            raise Permanent("no such send in the ledger; the command is of another store")
        if send.state is not SendState.PLANNED or not_yet(send, view.now):
            return None
        send = self.rehearsed(send)
        answered = wants.message_ref(event)
        known = claims.known(send, view, view.rows.get(answered) if answered else None)
        if self.operation.closed is not None:
            return self.refused(send, event, claims.closed(self.operation.closed), view)
        judged = self.looked_at(known, event, view)
        verdict = judge(judged, view.now) or claims.moved(known, self.operation.names)
        if verdict is not None:
            return self.refused(send, event, verdict, view)
        return self.claimed(known, judged, event, view)

    def rehearsed(self, send: Send) -> Send:
        """A process in test mode writes to nobody, whoever commanded it in whatever mode."""
        return replace(send, mode=Mode.TEST) if self.operation.mode is Mode.TEST else send

    def looked_at(self, known: claims.Known, event: Event, view: View) -> facts.Facts:
        """Everything that the sixteen gates look at, for this send at this moment."""
        operation = self.operation
        mode = known.send.mode
        recipient = (operation.test_recipients or {}).get(known.send.channel)
        return claims.facts_of(
            known,
            view,
            incarnation=operation.incarnation,
            command=facts.Command(
                not_before=claims.moment(event.data["not_before"]),
                not_after=known.send.not_after,
                incarnation=event.incarnation,
            ),
            testing=facts.Testing(
                recipient=bool(recipient) if mode is Mode.TEST else None,
                emails=claims.test_mails(known.send, view) if mode is Mode.TEST else None,
            ),
        )

    def refused(self, send: Send, event: Event, verdict: facts.Verdict, view: View) -> Unit:
        """A gate refused: held or refused; what may already be out there stays unknown."""
        if send.ambiguous:
            return news.unknown_by_gate(send, event, verdict, view)
        if verdict.lasting:
            return news.refused_by_gate(send, event, verdict, view)
        return news.held(send, event, verdict, view)

    def claimed(
        self, known: claims.Known, judged: facts.Facts, event: Event, view: View
    ) -> Claim[Job] | Unit:
        """Claims: quota, credit, ledger, and the condition that no stop came in between."""
        send, resource = known.send, known.resource
        try:
            adapter = self.adapter_of(resource)
            request = self.request(known)
            rendered = adapter.render(request)
        except (ChannelError, SettingsError) as error:
            return self.refused(send, event, claims.own_fault(error), view)
        doubt = claims.not_again(send, adapter.capabilities, view.now)
        if doubt is not None:
            return self.refused(send, event, doubt, view)
        row = replace(
            send,
            state=SendState.CLAIMED,
            owner=self.operation.owner,
            claimed_at=send.claimed_at if send.ambiguous and send.claimed_at else view.now,
            lease_until=self.elapsed() + self.operation.lease_seconds,
            next_try=None,
            vendor_class=adapter.capabilities.vendor_class,
            reference=request.reference,
            request=claims.kept_bytes(send, adapter, rendered),
        )
        unit = self.claim_unit(known, judged, row, view)
        lookup = send.ambiguous and adapter.capabilities.vendor_class is VendorClass.LOOKUP
        stored = claims.stored_bytes(row) or rendered
        final = replace(row, version=send.version + 1)
        return Claim(unit, Job(final, event, request, stored, adapter, lookup, known.follow_up))

    def request(self, known: claims.Known) -> Request:
        """The vendor's request, redirected in test mode before anything is rendered."""
        send = known.send
        recipient = known.recipient
        if send.mode is Mode.TEST:
            recipient = (self.operation.test_recipients or {}).get(send.channel, "")
        sender = known.client.sender if known.client else None
        return build(
            send,
            content=known.content,
            recipient=recipient,
            resource=known.resource,
            sender_name=sender.name if sender else "",
            names=self.operation.names,
            base_url=self.operation.base_url,
            earlier=known.thread,
            answered=known.answered,
        )

    def claim_unit(self, known: claims.Known, judged: facts.Facts, row: Send, view: View) -> Unit:
        """Everything that a claim writes, all or nothing."""
        send = known.send
        rules = rules_for(known.campaign, known.resource)
        reserve = QuotaReserve(
            resource=send.resource,
            tenant=send.tenant,
            send=send.id,
            at=view.now,
            limits=quota.limits(policies(known.resource, rules), view.now),
            ends=known.key,
        )
        price = int(rules.credit_price[send.channel])
        answers = judged.intent.answers
        passing = frozenset({answers.passes}) if answers and answers.passes else frozenset()
        return Unit(
            tenant=send.tenant,
            conditions=(
                NoStop(tenant=send.tenant, keys=judged.intent.keys(), at=view.now, passing=passing),
                ClientActive(tenant=send.tenant),
            ),
            rows=(claims.contact_row(known, view), *claims.test_counter(known.send, view)),
            sends=(SendWrite(send=row, expect=send.version),),
            quota=(reserve,),
            credit=None if send.ambiguous else CreditMove(tenant=send.tenant, amount=price),
        )

    # call

    async def call(self, job: Job, permit: CallPermit) -> Receipt:
        started = self.elapsed()
        receipt = await self.called(job, permit)
        channel = job.send.channel.value
        counting.called(channel, job.can.vendor, receipt, self.elapsed() - started)
        return receipt

    async def called(self, job: Job, permit: CallPermit) -> Receipt:
        """Whatever happens there is a receipt."""
        try:
            if job.lookup and isinstance(job.adapter, Lookup):
                return await self.looked_up(job, job.adapter)
            return await job.adapter.send(job.request, job.rendered, permit)
        except ChannelError as error:
            return claims.not_called(error)
        except Exception as error:
            log.error("adapter_raised", vendor=job.can.vendor, error=repr(error))
            return Receipt(
                outcome=Outcome.UNKNOWN,
                stage=Stage.CONTENT_BEGUN,
                code="adapter_error",
                diagnostic=repr(error)[:500],
            )

    async def looked_up(self, job: Job, adapter: Lookup) -> Receipt:
        """Class L: asks the vendor; what it does not know stays unclear."""
        found = await adapter.look_up(job.request.reference)
        if found is not None:
            return found
        return Receipt(outcome=Outcome.UNKNOWN, stage=Stage.CONTENT_COMPLETE, code="not_found")

    # record

    def abandoned(self, job: Job) -> Receipt:
        return Receipt(outcome=Outcome.NOT_STARTED, stage=Stage.NONE, code="claim_unclear")

    def reads_to_record(self, job: Job, outcome: Receipt) -> Reads:
        return Reads(sends=((job.send.tenant, job.send.id),))

    def record(self, job: Job, outcome: Receipt, view: View) -> Unit | None:
        current = view.sends.get(job.send.id)
        if current is None:
            return None
        if not _ours(current, job.send):
            return self.late(job, current, outcome, view)
        return self.settled(job, current, outcome, view)

    def settled(self, job: Job, current: Send, receipt: Receipt, view: View) -> Unit:
        """The outcome and what is published of it, in one commit."""
        done = settle(current, receipt, job.can, view.now)
        return news.settled(current, job.event, done, receipt, view)

    def late(self, job: Job, current: Send, receipt: Receipt, view: View) -> Unit | None:
        """The claim was taken from us: a late acceptance may turn unknown into sent, no more.

        That no byte left would be known here too, and is not said: unknown was told, counted and
        planned upon, so the next touch, or the end, may be out by now, and a touch that came back
        would go behind its successor. A person settles it, who sees the order.
        """
        if current.state is SendState.UNKNOWN and receipt.outcome is Outcome.ACCEPTED:
            return self.settled(job, current, receipt, view)
        return None


def not_yet(send: Send, now: datetime) -> bool:
    """Whether its next try is still to come: a command that comes a second time, late or early,
    does not shorten a vendor's wait. The try's own command may be a little early: its moment was
    another machine's."""
    return send.next_try is not None and send.next_try - now > EARLY


def _ours(current: Send, claimed: Send) -> bool:
    """True where the row is still this very claim: an erasure moves its version on."""
    mine = (claimed.state, claimed.owner, claimed.claimed_at, claimed.tries)
    return (current.state, current.owner, current.claimed_at, current.tries) == mine
