"""The processes of a run over one store and one bus: they start, read mail, crash and come back.

Ports are wrapped (`process.py`), so that a process can freeze at each of them; every commit of
anybody passes `committed`, where the judges look at it.
"""

import asyncio
import heapq
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from agents import controls, declaring, wiring
from agents.base import Commits
from agents.enrichment.base import Source
from agents.inbox.taking import Taking
from agents.names import Names
from agents.outbox import OutboxRelay
from agents.settings import Settings
from agents.wiring import System
from bus.base import Message
from bus.memory import MemoryBus
from contracts.ids import ResourceId, SendId
from contracts.outcome import Mode, SendState, VendorClass
from statestore.base import Committed, Lost, Ref, Result, RowWrite, Send, StateStore, Unit
from statestore.memory import MemoryStore
from tests.simulation.declared import CAP, CLASSES, GAP, START, TENANT, document
from tests.simulation.judges import Judge, Stops
from tests.simulation.process import Process, ProcessBus, ProcessClock, ProcessStore
from tests.simulation.profile import CALM, Profile
from tests.simulation.vendors import Book, Vendor

SECRET = "a secret of the simulation, long enough"
READ = 240.0
AGENTS = ("intake", "enrichment", "scoring", "orchestrator", "writer", "sender", "replies")
LOSABLE = frozenset(
    {"timer.due", "outreach.email.send", "outreach.content.write", "lead.content_ready"}
    | {"lead.contacted", "lead.send_held", "lead.send_unknown", "lead.send_refused"}
    | {"retry.sender"}
)
"""Topics whose loss must heal by itself: truth is in the store. Leads themselves and answers are
facts of others; a bus that loses those loses news that nobody has written down elsewhere."""


class Numbered:
    """Ids in a row, so that one seed gives one run."""

    def __init__(self) -> None:
        self.last = 0

    def new(self) -> str:
        self.last += 1
        return f"id-{self.last:06d}"


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


class Hosting:
    """The bus, the store, the processes over them, and what is committed; `World` acts on it."""

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
        self.source: Callable[[Process], Source] | None = None
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
        if self.source is not None:
            system.asked = [self.source(process)]
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

    async def point(self, name: str, process: Process, send: Any) -> None:
        """A send passes a danger window; `World` says what happens there."""


def _claims(write: Any) -> bool:
    return bool(write.send.state is SendState.CLAIMED)
