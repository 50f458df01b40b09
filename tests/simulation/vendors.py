"""Scripted vendors of the four classes with their own books, which the judges read.

A book knows what a vendor really took, whatever its answer said: it accepts and answers, accepts
and times out, accepts late, refuses, defers, or never gets the message."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from channels.base import Adapter, Capabilities, Lookup, Permit, PermitExpired, Receipt, Request
from contracts.outcome import Channel, Outcome, Stage, VendorClass
from tests.simulation.process import Process

KEY_LIFE = timedelta(hours=24)
HORIZON = timedelta(minutes=2)


@dataclass(slots=True)
class Call:
    """One attempt that passed its permit: from here on it may have arrived."""

    send: str
    resource: str
    kind: VendorClass
    started: float
    body: bytes
    answer: str = "open"
    """`definite` once the vendor clearly said no, `accepted`, or `unclear`; `open` while nobody
    has heard: a process that dies leaves it so."""


@dataclass(slots=True)
class Acceptance:
    """One message that a vendor took."""

    send: str
    resource: str
    at: float
    request: Request
    began: float


@dataclass(slots=True)
class Book:
    """What one resource's vendor knows."""

    resource: str
    kind: VendorClass
    calls: list[Call] = field(default_factory=list)
    accepted: list[Acceptance] = field(default_factory=list)

    def of(self, reference: str) -> Acceptance | None:
        """What was taken under a reference."""
        return next((a for a in self.accepted if a.request.reference == reference), None)


class Vendor(Adapter, Lookup):
    """One resource's adapter within one process."""

    def __init__(self, book: Book, process: Process, world: Any) -> None:
        self.book = book
        self.process = process
        self.world = world
        self.capabilities = Capabilities(
            vendor="scripted",
            channel=Channel.EMAIL,
            vendor_class=book.kind,
            key_life=KEY_LIFE if book.kind is VendorClass.KEY else None,
            lookup_horizon=HORIZON if book.kind is VendorClass.LOOKUP else None,
            lookup_complete=True,
        )

    def render(self, request: Request) -> bytes:
        parts = (request.recipient, request.reference, request.date, request.subject, request.body)
        return "\n".join(parts).encode()

    async def send(self, request: Request, rendered: bytes, permit: Permit) -> Receipt:
        process, profile = self.process, self.process.profile
        await process.boundary()
        if process.falls(profile.slow_wire):
            await asyncio.sleep(process.rng.uniform(0.0, 4.0))
            await process.boundary()
        try:
            permit.check()
        except PermitExpired:
            return Receipt(outcome=Outcome.NOT_STARTED, stage=Stage.CONNECTED, code="permit")
        call = self.world.began(self.book, request, rendered)
        receipt = await self._called(request, call)
        call.answer = ANSWERS.get(receipt.outcome, "definite")
        await process.boundary()
        return receipt

    async def _called(self, request: Request, call: Call) -> Receipt:
        process, profile = self.process, self.process.profile
        await self.world.point("wire→accept", process, request.send_id)
        await asyncio.sleep(process.rng.uniform(0.01, 0.4))
        if process.falls(profile.refuses):
            gone = process.falls(0.5)
            kind = Outcome.RECIPIENT_REFUSED if gone else Outcome.REFUSED
            return Receipt(outcome=kind, stage=Stage.ENVELOPE, code="smtp_550")
        if process.falls(profile.defers):
            return Receipt(outcome=Outcome.DEFERRED, stage=Stage.ENVELOPE, code="smtp_451")
        if process.falls(profile.unclear):
            return await self._unclear(request, call)
        self.world.accepts(self.book, request, call)
        await self.world.point("accept→reply", process, request.send_id)
        return Receipt(
            outcome=Outcome.ACCEPTED, stage=Stage.CONTENT_COMPLETE, provider_id=request.reference
        )

    async def _unclear(self, request: Request, call: Call) -> Receipt:
        """Accepted and lost on the way back, accepted much later, or never arrived."""
        rng = self.process.rng
        fate = rng.choice(("lost_answer", "late", "never", "never"))
        if fate == "lost_answer":
            self.world.accepts(self.book, request, call)
            await self.world.point("accept→reply", self.process, request.send_id)
        elif fate == "late":
            after = rng.choice((1.0, 30.0, 60.0))
            self.world.later(after, lambda: self.world.accepts(self.book, request, call))
        await asyncio.sleep(rng.choice((0.1, 15.0)))
        code = rng.choice(("timeout", "http_502", "connection_reset"))
        return Receipt(outcome=Outcome.UNKNOWN, stage=Stage.CONTENT_COMPLETE, code=code)

    async def look_up(self, reference: str) -> Receipt | None:
        await self.process.boundary()
        await asyncio.sleep(self.process.rng.uniform(0.01, 0.3))
        found = self.book.of(reference)
        await self.process.boundary()
        if found is None:
            return None
        return Receipt(
            outcome=Outcome.ACCEPTED, stage=Stage.CONTENT_COMPLETE, provider_id=reference
        )


ANSWERS = {Outcome.ACCEPTED: "accepted", Outcome.UNKNOWN: "unclear"}
