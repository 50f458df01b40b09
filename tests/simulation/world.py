"""The real agents in one process on virtual time, a world around them, and a seed that says what
goes wrong. `simulate(seed)` returns what was broken, with a trace that one seed always gives.

Three weeks of trouble, then calm: people answer, click and go away; operators flip switches;
processes crash by freezing, stall and come back beside their successors; store and bus misbehave;
vendors of four classes answer one thing and do another. The judges look at every call and every
acceptance, and at the end at the store.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson

from agents import controls
from agents.enrichment.base import Source
from agents.inbox.unsubscribe import Unsubscribe
from agents.inbox.webhook import Webhooks
from agents.simulator import loop as virtual
from agents.simulator import people
from bus.base import Message
from channels.base import Request, VendorEvent
from contracts.ids import (
    OPERATOR,
    PartitionKey,
)
from contracts.outcome import Mode, SendState, VendorClass
from statestore.base import (
    Outgoing,
    Send,
    Stop,
    Unit,
)
from tests.simulation import judges
from tests.simulation.declared import (
    CREDITS,
    DAY,
    LONGEST,
    START,
    TENANT,
    TROUBLE,
    lead_of,
    twin,
)
from tests.simulation.hosting import Hosting
from tests.simulation.process import Process, ProcessBus
from tests.simulation.profile import CALM, Profile, described, draw
from tests.simulation.vendors import Acceptance, Book, Call


@dataclass
class Outcome:
    """What a run came to."""

    seed: int
    faults: str
    broken: list[str]
    trace: str
    accepted: int
    unknown: int
    crashes: int
    lead_days: float
    statuses: dict[str, int]

    def __str__(self) -> str:
        lines = "\n  ".join(self.broken[:12])
        return f"seed {self.seed} ({self.faults}), {len(self.broken)} broken:\n  {lines}"


class World(Hosting):
    """Everything outside the agents, and the judges."""

    # vendors

    def began(self, book: Book, request: Request, body: bytes) -> Call:
        """A call has passed its permit."""
        machine, now, send = self.loop.time(), self.now, self.row_of(request.send_id)
        call = Call(request.send_id, book.resource, book.kind, machine, body)
        late = self.stops.holding(send, now, machine - judges.AFTER_STOP)
        self.judge.call(call, send, book, late, now, self.read_at.get(book.resource))
        book.calls.append(call)
        self.note("call", book.resource, send.lead, send.step)
        return call

    def accepts(self, book: Book, request: Request, call: Call) -> None:
        """The vendor takes a message; class K takes one key once while it remembers it."""
        send, machine = self.row_of(request.send_id), self.loop.time()
        there = book.of(request.reference)
        if book.kind is VendorClass.KEY and there is not None:
            return
        every = [(a, self.row_of(a.send)) for b in self.books.values() for a in b.accepted]
        one = Acceptance(request.send_id, book.resource, machine, request, call.started)
        self.judge.accept(one, send, every)
        book.accepted.append(one)
        self.note("accepted", book.resource, send.lead, send.step)
        self._reacts(request, send.step)
        if book.kind is VendorClass.WEBHOOK and not self._falls(self.profile.webhook_lost):
            for _ in range(self.rng.choice((1, 1, 2))):
                after = self.rng.choice((0.001, 5.0, 4000.0))
                self.later(after, lambda: self._webhook(book, request))

    async def _webhook(self, book: Book, request: Request) -> None:
        body = orjson.dumps({"reference": request.reference, "at": self.now.isoformat()})
        hooks = Webhooks(self.commits, lambda resource: Reader())
        await hooks.take(book.resource, {}, body)

    def _reacts(self, request: Request, step: int) -> None:
        reaction = people.by_share(f"{self.seed}/{request.recipient}", step)
        if reaction is None:
            return
        mail = people.Mail(
            envelope_from=request.envelope_from or request.sender,
            sender=request.sender,
            recipient=request.recipient,
            subject=request.subject,
            message_id=request.reference,
            references=request.references,
            body=request.body,
            received=self.now,
            unsubscribe=request.headers["List-Unsubscribe"].strip("<>"),
        )
        after = reaction.after.total_seconds() * self.rng.choice((0.01, 1.0, 12.0))
        self.later(after, lambda: self._act_of(reaction, mail))

    def _act_of(self, reaction: people.Reaction, mail: people.Mail) -> Any:
        self.note(reaction.name, mail.recipient)
        if reaction.write is None:
            token = mail.unsubscribe.rsplit("/", 1)[1]
            return Unsubscribe(self.commits, self.names).post(token)
        raw = reaction.write(mail, self.now)
        name = mail.sender.partition("@")[0]
        self.mail[name] += [raw] * self.rng.choice((1, 1, 2))
        return None

    # danger windows

    def _falls(self, chance: float) -> bool:
        return not self.calm and chance > 0.0 and self.rng.random() < chance

    async def point(self, name: str, process: Process, send: Any) -> None:
        """A send passes a danger window: what the profile aims there happens."""
        profile = process.profile
        if name not in profile.aimed:
            return
        id_ = send.id if isinstance(send, Send) else send
        if id_ is not None and self._falls(profile.opt_out):
            self.note("aimed opt-out", name)
            await Unsubscribe(self.commits, self.names).post(self.names.token(id_, "unsubscribe"))
        if id_ is not None and self._falls(profile.switch):
            await self.flip(self._scope(id_))
        if self._falls(profile.stall):
            seconds = self.rng.choice((0.5, 1.5, 2.5, 5.0, 70.0, 400.0))
            self.note(process.name, "stalls at", name, seconds)
            process.stall(seconds)
            if seconds > 60 and self.rng.random() < 0.5 and process is self.processes[-1]:
                self.start_process()
                self.later(seconds + self.rng.choice((0.0, 1.0, 3000.0)), process.crash)
                process.on_crash = self._superseded(process)
        if self._falls(profile.crash):
            self.note(process.name, "crashes at", name)
            process.crash()
        await process.boundary()

    def _superseded(self, process: Process) -> Callable[[], None]:
        """A stalled process whose successor runs already dies without another."""
        vanish = process.on_crash

        def gone() -> None:
            alive = [p for p in self.processes if not p.dead]
            if alive:
                self.note(process.name, "ends beside", alive[-1].name)
                self.crashes += 1
                self._bus_of(process).vanish()
            else:
                vanish()

        return gone

    def _bus_of(self, process: Process) -> ProcessBus:
        system = next((s for s in self.systems if s.bus.process is process), None)  # type: ignore[attr-defined]
        return cast(ProcessBus, system.bus) if system else ProcessBus(self.bus, process)

    def _scope(self, id_: str) -> controls.Scope:
        send = self.row_of(id_)
        return self.rng.choice(
            (
                controls.Scope(OPERATOR, "global"),
                controls.Scope(TENANT, f"client:{TENANT}"),
                controls.Scope(TENANT, f"campaign:{send.campaign}"),
                controls.Scope(TENANT, f"resource:{send.resource}"),
                controls.Scope(TENANT, f"account:{send.account}"),
            )
        )

    async def flip(self, scope: controls.Scope) -> None:
        """Pauses a scope; it is resumed minutes, hours or days later."""
        self.note("paused", scope.key)
        self.flipped.append(scope)
        await controls.pause(
            self.commits, scope, reason="a drill", by="an operator", mode=Mode.DEMO, kill=True
        )
        self.later(self.rng.choice((60.0, 7200.0, 200_000.0)), lambda: self.resume(scope))

    async def resume(self, scope: controls.Scope) -> None:
        """Lifts what a drill paused, and nothing else."""
        self.note("resumed", scope.key)
        await controls.resume(
            self.commits, scope, reason="the drill is over", by="an operator", mode=Mode.DEMO
        )

    # the run

    async def trouble(self) -> None:
        """Leads come in over two days; operators flip switches; readers go deaf."""
        for number in range(self.count):
            self.later(self.rng.uniform(0, 2 * DAY), self._comes(number))
        self.later(self.rng.uniform(0, 2 * DAY), self._twin)
        if self.profile.switch:
            for _ in range(2):
                self.later(self.rng.uniform(0, 14 * DAY), self._flips)
        for day in range(int(TROUBLE)):
            if self._falls(self.profile.deaf):
                self.later(day * DAY + self.rng.uniform(0, DAY), self._deafen)
        if self.profile.crash:
            for _ in range(4):
                self.later(self.rng.uniform(0, 14 * DAY), self._kill)
        await asyncio.sleep(TROUBLE * DAY)

    def _comes(self, number: int) -> Callable[[], Any]:
        message = Message("inbound.leads", str(number), {}, orjson.dumps(lead_of(number)))
        return lambda: self.bus.publish([message] * self.rng.choice((1, 1, 2)))

    async def _twin(self) -> None:
        unit = Unit(tenant=TENANT, events=(Outgoing(event=twin(self.now)),))
        await self.commits.commit([unit])

    def _flips(self) -> Any:
        ids = list(self.store._tables.sends)
        scope = (
            self._scope(self.rng.choice(ids)) if ids else controls.Scope(TENANT, "campaign:spring")
        )
        return self.flip(scope)

    def _deafen(self) -> None:
        self.deaf_until = self.loop.time() + self.rng.choice((600.0, 20_000.0, 90_000.0))

    def _kill(self) -> None:
        alive = [p for p in self.processes if not p.dead]
        if alive:
            self.rng.choice(alive).crash()

    async def quiet(self) -> None:
        """Calm: no more faults; runs until every lead has ended, or for too long."""
        self.calm = True
        self.weather.profile = CALM
        for process in self.processes:
            process.profile = CALM
        if all(process.dead for process in self.processes):
            self.start_process()
        for scope in self.flipped:
            await self.resume(scope)
        while self.loop.time() < LONGEST * DAY:
            await asyncio.sleep(DAY / 2)
            if not await self.unfinished():
                break
        await asyncio.sleep(3600.0)

    async def unfinished(self) -> list[str]:
        """What is not as it must be at the end."""
        rows = await self.store.scan(None, "lead", limit=10_000)
        keys = [PartitionKey(f"{row.ref.tenant}/{row.parent}") for row in rows]
        timers = await self.store.timers("orchestrator", keys)
        timed = {key.split("/", 1)[1] for key in timers}
        sends = list(self.store._tables.sends.values())
        reserved = list(self.store._tables.reservations)
        balance = (await self.store.credit([TENANT]))[TENANT]
        found = judges.leads(rows, timed, self.stops, self.now, self.count + 1)
        found += judges.ledger(sends, self.books.values(), reserved)
        found += judges.credit(balance, CREDITS, sends)
        for system in self.systems:
            process = system.bus.process  # type: ignore[attr-defined]
            if not process.dead and system.failed():
                found.append(f"H: {process.name}: {system.failed()}")
        dead = await self.store.dead_letters(None)
        return found + [f"C5: dead letter of {d.agent}: {d.detail[:200]}" for d in dead]

    async def outcome(self) -> Outcome:
        """Judges the end."""
        broken = [*self.judge.broken, *await self.unfinished()]
        sends = self.store._tables.sends.values()
        statuses: dict[str, int] = {}
        for row in await self.store.scan(None, "lead", limit=10_000):
            statuses[row.status] = statuses.get(row.status, 0) + 1
        text = "\n".join([*self.trace, str(sorted(statuses.items()))])
        return Outcome(
            seed=self.seed,
            faults=described(self.profile),
            broken=broken,
            trace=hashlib.sha256(text.encode()).hexdigest(),
            accepted=sum(len(book.accepted) for book in self.books.values()),
            unknown=sum(send.state is SendState.UNKNOWN for send in sends),
            crashes=self.crashes,
            lead_days=self.count * self.loop.time() / DAY,
            statuses=statuses,
        )


class Reader:
    """A vendor's webhook, whose signature is not this simulation's matter."""

    def read(self, headers: Any, body: bytes, *, now: float) -> Sequence[VendorEvent]:
        data = orjson.loads(body)
        event = VendorEvent(
            kind="accepted",
            event_id=f"event:{data['reference']}",
            occurred_at=data["at"],
            reference=data["reference"],
            provider_id=data["reference"],
        )
        return [event]


def simulate(
    seed: int,
    *,
    leads: int = 16,
    profile: Profile | None = None,
    source: Callable[[Process], Source] | None = None,
) -> Outcome:
    """Runs one seed to its end and returns what was broken; `source` is what enrichment asks."""

    async def main(clock: virtual.VirtualClock) -> Outcome:
        world = World(seed, draw(seed) if profile is None else profile, leads)
        world.source = source
        await world.open()
        await world.trouble()
        await world.quiet()
        return await world.outcome()

    return virtual.run(main, START)


__all__ = ["Outcome", "Stop", "simulate"]
