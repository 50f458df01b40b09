"""The real agents in one process on virtual time, a world around them, and a seed that says what
goes wrong. `simulate(seed)` returns what was broken, with a trace that one seed always gives.

Three weeks of trouble, then calm: people answer, click and go away; operators flip switches;
processes crash by freezing, stall and come back beside their successors; store and bus misbehave;
vendors of four classes answer one thing and do another. The judges look at every call and every
acceptance, and at the end at the store.
"""

import asyncio
import hashlib
import heapq
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

import orjson

from agents import controls, declaring, wiring
from agents.base import Commits
from agents.inbox.taking import Taking
from agents.inbox.unsubscribe import Unsubscribe
from agents.inbox.webhook import Webhooks
from agents.names import Names
from agents.outbox import OutboxRelay
from agents.settings import Settings
from agents.simulator import loop as virtual
from agents.simulator import people
from agents.wiring import System
from bus.base import Message
from bus.memory import MemoryBus
from channels.base import Request, VendorEvent
from contracts.ids import OPERATOR, PartitionKey, ResourceId, SendId, TenantId
from contracts.outcome import Mode, SendState, VendorClass
from statestore.base import Committed, Lost, Ref, Result, RowWrite, Send, StateStore, Stop, Unit
from statestore.memory import MemoryStore
from tests.simulation import judges
from tests.simulation.judges import Judge, Stops
from tests.simulation.process import Process, ProcessBus, ProcessClock, ProcessStore
from tests.simulation.profile import CALM, Profile, described, draw
from tests.simulation.vendors import Acceptance, Book, Call, Vendor

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
TENANT = TenantId("harbour")
SECRET = "a secret of the simulation, long enough"
CLASSES = {"kay": "K", "ell": "L", "wey": "W", "enn": "N"}
"""Mailboxes by the class of their vendor."""
CAP = 3
STEPS = 3
GAP = timedelta(days=5)
"""The channel's cooldown is the longest gap here."""
CREDITS = 500
TROUBLE = 16.0
LONGEST = 90.0
"""Days of trouble, and days after which a lead that has not ended is forgotten."""
READ = 240.0
AGENTS = ("intake", "scoring", "orchestrator", "writer", "sender", "replies")
LOSABLE = frozenset(
    {"timer.due", "outreach.email.send", "outreach.content.write", "lead.content_ready"}
    | {"lead.contacted", "lead.send_held", "lead.send_unknown", "lead.send_refused"}
    | {"retry.sender"}
)
"""Topics whose loss must heal by itself: truth is in the store. Leads themselves and answers are
facts of others; a bus that loses those loses news that nobody has written down elsewhere."""
DAY = 86_400.0


class Numbered:
    """Ids in a row, so that one seed gives one run."""

    def __init__(self) -> None:
        self.last = 0

    def new(self) -> str:
        self.last += 1
        return f"id-{self.last:06d}"


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


class Weather:
    """What the bus does to messages; asked for each."""

    def __init__(self, rng: Random, profile: Profile) -> None:
        self.rng = rng
        self.profile = profile

    def delays(self, message: Message) -> Sequence[float]:
        weather, rng = self.profile, self.rng
        if weather.lost and message.topic in LOSABLE and rng.random() < weather.lost:
            return []
        first = rng.uniform(0, weather.longest) if rng.random() < weather.delay else 0.0
        double = rng.random() < weather.duplicate
        return [first, rng.uniform(0, weather.longest)] if double else [first]


@dataclass(order=True)
class Due:
    """Something that people do at a moment."""

    at: float
    number: int
    act: Callable[[], Any] = field(compare=False)


class World:
    """Everything outside the agents, and the judges."""

    def __init__(self, seed: int, profile: Profile, leads: int) -> None:
        self.seed = seed
        self.profile = profile
        self.count = leads
        self.rng = Random(seed)
        self.loop = asyncio.get_running_loop()
        self.store = MemoryStore(f"life-{seed}")
        self.weather = Weather(self.rng, profile)
        self.bus = MemoryBus(wiring.topics(), partitions=4, faults=self.weather)
        self.books = {name: Book(name, VendorClass(kind)) for name, kind in CLASSES.items()}
        self.judge = Judge(CAP, GAP)
        self.stops = Stops()
        self.names = Names(SECRET)
        self.ids = Numbered()
        self.trace: list[str] = []
        self.mail: dict[str, list[bytes]] = {name: [] for name in CLASSES}
        self.read_at: dict[str, datetime] = {}
        self.deaf_until = 0.0
        self.due: list[Due] = []
        self.number = 0
        self.crashes = 0
        self.processes: list[Process] = []
        self.systems: list[System] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        self.flipped: list[controls.Scope] = []
        self.calm = False
        self.everyone = 0

    # time

    @property
    def now(self) -> datetime:
        """Business time."""
        return START + timedelta(seconds=self.loop.time())

    def note(self, *words: object) -> None:
        """Adds a line to the trace."""
        self.trace.append(f"{self.loop.time():.6f} " + " ".join(map(str, words)))

    def later(self, seconds: float, act: Callable[[], Any]) -> None:
        """Does something later; what it returns to await is awaited."""
        self.number += 1
        heapq.heappush(self.due, Due(self.loop.time() + seconds, self.number, act))
        self.loop.call_later(seconds, self._act)

    def _act(self) -> None:
        while self.due and self.due[0].at <= self.loop.time() + 1e-6:
            done = heapq.heappop(self.due).act()
            if done is not None:
                self.spawn(done)

    def spawn(self, coroutine: Any) -> None:
        """Runs something beside; a failure of the harness itself is a broken run."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.judge.fault("H", f"{task.get_coro()!r} raised {task.exception()!r}")

    # processes

    async def open(self) -> None:
        """The bridge, which never fails: webhooks, clicks, operators and upstream go through it."""
        await self.bus.start()
        self.bridge = Process("bridge", self.rng)
        store = cast(StateStore, ProcessStore(self.store, self.bridge, self.committed))
        clock = ProcessClock(self.bridge, START)
        relay = OutboxRelay(store, ProcessBus(self.bus, self.bridge), clock)
        self.commits = Commits(store, relay, clock, self.store.incarnation)
        self.spawn(relay.run())
        declared = declaring.parse(document())
        plan = await declaring.plan(declared, self.store, self.now, Mode.DEMO)
        await self.commits.commit(plan.units)
        self.start_process()

    def start_process(self) -> None:
        """Starts a process; one whose start fails is started again."""
        process = Process(f"p{len(self.processes)}", self.rng, CALM if self.calm else self.profile)
        process.point = self.point
        self.processes.append(process)
        self.spawn(self._run(process))

    async def _run(self, process: Process) -> None:
        bus = ProcessBus(self.bus, process)
        process.on_crash = lambda: self._crashed(process, bus)
        while True:
            system = self.build(process, bus)
            try:
                await system.start()
                break
            except Exception as error:
                self.note(process.name, "failed to start", type(error).__name__)
                bus.mine.clear()
                for task in system.tasks:
                    task.cancel()
                await asyncio.sleep(5.0)
        self.systems.append(system)
        self.note(process.name, "runs")
        await self.read(process, system)

    def build(self, process: Process, bus: ProcessBus) -> System:
        """The product's own wiring, with this world's ports."""
        os.environ["SIMULATION_SECRET"] = SECRET
        settings = Settings.model_validate(
            {
                "secret": "env:SIMULATION_SECRET",
                "http": False,
                "mode": Mode.DEMO,
                "base_url": "https://links.example",
                "audit_seconds": 7200.0,
                "slots": 4,
            }
        )
        store = cast(StateStore, ProcessStore(self.store, process, self.committed))
        clock = ProcessClock(process, START)
        system = wiring.build(settings, AGENTS, clock=clock, ids=self.ids, store=store, bus=bus)
        for name, book in self.books.items():
            system.adapters[name] = Vendor(book, process, self)
        return system

    def _crashed(self, process: Process, bus: ProcessBus) -> None:
        """The broker notices, and somebody starts another one."""
        self.crashes += 1
        self.note(process.name, "crashed")
        bus.vanish()
        self.later(self.rng.choice((0.2, 20.0, 200.0)), self.start_process)

    async def read(self, process: Process, system: System) -> None:
        """Reads the mailboxes within this process: every four minutes of the working day."""
        taking = Taking(system.commits, self.names, Mode.DEMO)
        while True:
            await process.boundary()
            if self.loop.time() >= self.deaf_until:
                for name in CLASSES:
                    await self._read_one(taking, name)
            await asyncio.sleep(READ if self.now.hour >= 14 and self.now.weekday() < 5 else 3600.0)

    async def _read_one(self, taking: Taking, name: str) -> None:
        raws = list(self.mail[name])
        row = RowWrite(
            ref=Ref(TENANT, "watermark", name), expect=None, data={"read_at": self.now.isoformat()}
        )
        try:
            results = await taking.take(
                TENANT, ResourceId(name), raws, [Unit(tenant=TENANT, rows=(row,))]
            )
        except Exception as error:
            self.note("mailbox waits", type(error).__name__)
            return
        for raw, result in zip(raws, results, strict=True):
            taken = isinstance(result, Committed) or (
                isinstance(result, Lost) and result.code == "version"
            )
            if taken and raw in self.mail[name]:
                self.mail[name].remove(raw)

    # what is committed

    async def committed(self, inner: StateStore, units: Sequence[Unit]) -> list[Result]:
        """Commits for everybody, and looks at what was."""
        machine, now = self.loop.time(), self.now
        claims = {
            index: [(w.send, self.stops.holding(w.send, now)) for w in unit.sends if _claims(w)]
            for index, unit in enumerate(units)
        }
        results = await inner.commit(units)
        for index, (unit, result) in enumerate(zip(units, results, strict=True)):
            if not isinstance(result, Committed):
                continue
            for send, holding in claims[index]:
                self.judge.claim(send, holding)
            self.stops.follow(unit, machine)
            for row in unit.rows:
                if row.ref.kind == "watermark":
                    self.read_at[row.ref.key] = datetime.fromisoformat(row.data["read_at"])
        return results

    def row_of(self, send: str) -> Send:
        """The ledger's row of a send."""
        return self.store._tables.sends[SendId(send)]

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
        found = judges.leads(rows, timed, self.stops, self.now, self.count)
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


def _claims(write: Any) -> bool:
    return bool(write.send.state is SendState.CLAIMED)


def lead_of(number: int) -> dict[str, Any]:
    """A business of Chicago; every fifth shares its account with the one before."""
    account = number - 1 if number % 5 == 4 else number
    return {
        "dedup_key": f"sim-{number:03d}",
        "route": "TARGET",
        "client_id": TENANT,
        "account_id": f"account-{account}",
        "business_name": f"Blue Door {NAMED[number % len(NAMED)]} {number}",
        "category": "childcare",
        "country": "US",
        "region": "IL",
        "city": "Chicago",
        "address": f"{100 + number} Lake Street",
        "timezone": "America/Chicago",
        "email": f"desk@blue-door-{number:03d}.example",
    }


NAMED = ("Books", "Bakery", "Garden", "Cycles", "Studio", "Clinic", "Kitchen")


def document() -> dict[str, Any]:
    """The client, its four mailboxes and its campaign."""
    sender = {"name": "Mira Holm", "company": "Harbour", "postal_address": "12 Quay Street"}
    templates = [
        {"id": "one", "subject": "A question", "body": "Hello {{ business.name }}, one."},
        {"id": "two", "body": "Again, {{ business.name }}."},
        {"id": "three", "body": "Last, {{ business.name }}."},
    ]
    return {
        "client": [
            {
                "id": TENANT,
                "name": "Harbour",
                "active_since": START - timedelta(days=90),
                "credits": CREDITS,
                "country": "US",
                "zone": "America/Chicago",
                "sender": sender,
            }
        ],
        "resource": [
            {
                "id": name,
                "client": TENANT,
                "address": f"{name}@harbour.example",
                "per_day": CAP,
                "inbox": {"kind": "read", "maildir": "unused"},
            }
            for name in CLASSES
        ],
        "campaign": [
            {
                "id": "spring",
                "client": TENANT,
                "mode": "autopilot",
                "sequence": [{"template": name} for name in ("one", "two", "three")],
                "resources": list(CLASSES),
                "templates": templates,
            }
        ],
    }


def simulate(seed: int, *, leads: int = 16, profile: Profile | None = None) -> Outcome:
    """Runs one seed to its end and returns what was broken."""

    async def main(clock: virtual.VirtualClock) -> Outcome:
        world = World(seed, draw(seed) if profile is None else profile, leads)
        await world.open()
        await world.trouble()
        await world.quiet()
        return await world.outcome()

    return virtual.run(main, START)


__all__ = ["Outcome", "Stop", "simulate"]
