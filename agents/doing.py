"""The turn of a doing agent: claim, call, record. Two commits, and the call between them.

It claims one unit for each free slot and never more, so that what is claimed is what may be on the
wire, and a crash leaves at most that many unknowns. A command is acknowledged once its claim or its
refusal is committed; from there the claim drives it, not the bus. `record` is tried until the
store takes it: an outcome is never forgotten while the process lives.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from agents import counting
from agents.base import (
    ROUNDS,
    Commits,
    Deciding,
    DecidingTurn,
    Group,
    Reads,
    Taken,
    Temporary,
    View,
    load,
    read_for,
)
from agents.ports import Clock
from bus.base import Delivery
from channels.base import PermitExpired
from contracts.envelope import Event
from contracts.ids import PartitionKey
from contracts.trace import HANDLED
from statestore.base import Committed, Consumed, Lost, Poisoned, Unit
from statestore.errors import StoreError, Unavailable

log = structlog.get_logger()

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")

PERMIT_SECONDS = 2.0
"""How long a call may wait before it begins; the promise is 3 s after a stop (design §6)."""
RECORD_AGAIN = 0.5
"""Machine seconds before a store that was away is handed an outcome again."""
LOSSES = 100
"""How often a record may lose its commit: each time somebody else has moved the row on."""


class CallPermit:
    """Two seconds of the claimer's own elapsed clock, counted from before the claim's reads."""

    def __init__(self, clock: Clock, started: float, seconds: float = PERMIT_SECONDS) -> None:
        self._clock = clock
        self._ends = started + seconds
        self.revoked = False

    def check(self) -> None:
        """Raises PermitExpired once its seconds are over or it was revoked."""
        if self.revoked or self._clock.elapsed() >= self._ends:
            raise PermitExpired("the permit is over: claim again")


@dataclass(frozen=True, slots=True)
class Claim(Generic[Job]):
    """A decision to call: what claims it, and what the call needs."""

    unit: Unit
    job: Job


class Doing(ABC, Generic[Job, Outcome]):
    """An agent that calls somebody between two commits."""

    name: str
    topics: tuple[str, ...]
    slots: int = 10

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        """Says what `decide` needs; asked again until it wants nothing more."""
        return Reads()

    def reads_to_prepare(self, events: Sequence[Event]) -> Reads:
        """Says what `prepare` needs."""
        return Reads()

    async def prepare(self, events: Sequence[Event], view: View) -> None:
        """Opens what the calls of these commands will need, before the permit's time begins.

        Most have nothing to prepare. Silent about failure: the call meets it again.
        """

    @abstractmethod
    def decide(self, event: Event, view: View) -> Claim[Job] | Unit | None:
        """Turns a command into a claim, a refusal (a unit), or nothing. Pure."""

    @abstractmethod
    async def call(self, job: Job, permit: CallPermit) -> Outcome:
        """Makes the call. Whatever happens there is an outcome; it does not raise."""

    def abandoned(self, job: Job) -> Outcome | None:
        """The outcome of a claim that may stand or not, since the store fell away during its
        commit: no call was made. None leaves it to the claim's lease."""
        return None

    def reads_to_record(self, job: Job, outcome: Outcome) -> Reads:
        """Says what `record` needs."""
        return Reads()

    @abstractmethod
    def record(self, job: Job, outcome: Outcome, view: View) -> Unit | None:
        """Turns an outcome into what is kept of it. Pure; called again when its commit lost."""


class _Reader(Deciding):
    """Lends a doing agent's name, topics and reads to the parts that both turns share."""

    def __init__(self, agent: "Doing[Job, Outcome]") -> None:
        self.name, self.topics, self._agent = agent.name, agent.topics, agent

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        return self._agent.reads(groups, view)

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        raise AssertionError("a doing agent decides one command at a time")


class DoingTurn(Generic[Job, Outcome]):
    """The handler of a doing agent."""

    def __init__(self, agent: Doing[Job, Outcome], commits: Commits) -> None:
        self.agent = agent
        self.commits = commits
        self.clock = commits.clock
        self.inner = DecidingTurn(_Reader(agent), commits)
        self.running: set[asyncio.Task[None]] = set()
        self.calls: dict[asyncio.Task[None], Job] = {}
        self._free = asyncio.Event()
        self._free.set()

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        """Claims or refuses every delivery, as slots become free; then returns."""
        with counting.batch(self.agent.name, self.clock) as batch:
            waiting = [one for group in await self.inner.fresh(deliveries) for one in group]
            batch.events += [one.event for one in waiting]
            await self._claim_all(waiting)

    async def _claim_all(self, waiting: list[Taken]) -> None:
        losses: dict[str, int] = {}
        while waiting:
            await self._slot()
            chunk = self._chunk(waiting)
            lost = await self._claim(chunk)
            for one in lost:
                losses[one.inbox_id] = losses.get(one.inbox_id, 0) + 1
            spent = [one for one in lost if losses[one.inbox_id] >= ROUNDS]
            for one in spent:
                await self.inner.put_off([one], Temporary(f"lost {ROUNDS} commits in a row"))
            again = [one for one in lost if one not in spent]
            waiting = again + [one for one in waiting if one not in chunk]

    async def drain(self, seconds: float) -> None:
        """Waits for calls under way, at most some machine seconds."""
        if self.running:
            await asyncio.wait(self.running, timeout=seconds)

    async def _slot(self) -> None:
        while len(self.running) >= self.agent.slots:
            self._free.clear()
            await self._free.wait()

    def _chunk(self, waiting: Sequence[Taken]) -> list[Taken]:
        """The next commands: one a key, one a free slot."""
        chosen: dict[PartitionKey, Taken] = {}
        room = self.agent.slots - len(self.running)
        for one in waiting:
            if len(chosen) < room:
                chosen.setdefault(one.event.key, one)
        return list(chosen.values())

    async def _claim(self, chunk: Sequence[Taken]) -> list[Taken]:
        """Decides and commits; starts the calls that were claimed; returns what lost."""
        groups = [(one.event.key, [one.event]) for one in chunk]
        try:
            await self._prepare([one.event for one in chunk])
            started, now = self.clock.elapsed(), self.clock.now()
            view = await read_for(self.inner.agent, self.commits.store, groups, now)
        except StoreError:
            raise
        except Exception as error:
            return await self._unasked(chunk, error)
        decided: list[tuple[Taken, Unit, Claim[Job] | None]] = []
        for one in chunk:
            token = HANDLED.set(one.event)
            try:
                decision = self.agent.decide(one.event, view)
            except Exception as error:
                await self.inner.put_off([one], error)
                continue
            finally:
                HANDLED.reset(token)
            claim = decision if isinstance(decision, Claim) else None
            unit = decision.unit if isinstance(decision, Claim) else decision
            decided.append((one, self.inner.consuming([one], unit, now), claim))
        return await self._commit(decided, started)

    async def _unasked(self, chunk: Sequence[Taken], error: Exception) -> list[Taken]:
        """A command for which the agent cannot say what to read holds up no other."""
        if len(chunk) == 1:
            await self.inner.put_off(chunk, error)
            return []
        return [lost for one in chunk for lost in await self._claim([one])]

    async def _prepare(self, events: Sequence[Event]) -> None:
        wanted = self.agent.reads_to_prepare(events)
        if wanted:
            view = View(self.clock.now())
            await load(self.commits.store, wanted, view)
            await self.agent.prepare(events, view)

    async def _commit(
        self, decided: Sequence[tuple[Taken, Unit, Claim[Job] | None]], started: float
    ) -> list[Taken]:
        try:
            results = await self.commits.commit([unit for _, unit, _ in decided]) if decided else []
        except Unavailable:
            await self._abandon([claim.job for _, _, claim in decided if claim is not None])
            raise
        lost: list[Taken] = []
        for (one, _, claim), result in zip(decided, results, strict=True):
            if isinstance(result, Lost):
                lost.append(one)
            elif isinstance(result, Poisoned):
                await self.inner.put_off([one], Temporary(result.error))
            elif claim is not None and isinstance(result, Committed):
                self._start(claim.job, started, one.event)
        return lost

    async def _abandon(self, jobs: Sequence[Job]) -> None:
        """Hands back claims of which nobody knows whether they stand: their commands, if they do,
        will not come again, and this process knows that it called nobody."""
        for job in jobs:
            outcome = self.agent.abandoned(job)
            if outcome is not None:
                await self.settle(job, outcome)

    def _start(self, job: Job, started: float, event: Event) -> None:
        permit = CallPermit(self.clock, started)
        task = asyncio.create_task(self._do(job, permit, event), name=f"{self.agent.name}-call")
        self.running.add(task)
        self.calls[task] = job
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        del self.calls[task]
        self._free.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("call_failed", agent=self.agent.name, error=repr(task.exception()))

    async def _do(self, job: Job, permit: CallPermit, event: Event) -> None:
        HANDLED.set(event)  # of this task alone: it ends with the call
        outcome = await self.agent.call(job, permit)
        await self.settle(job, outcome)

    async def settle(self, job: Job, outcome: Outcome) -> None:
        """Records an outcome; waits for the store as long as it takes."""
        for _ in range(LOSSES):
            if await self._taken_by_store(job, outcome):
                return
        log.error("record_lost", agent=self.agent.name, job=repr(job)[:500])

    async def _taken_by_store(self, job: Job, outcome: Outcome) -> bool:
        while True:
            try:
                return await self._record(job, outcome)
            except Unavailable as error:
                log.warning("record_waits", agent=self.agent.name, error=str(error))
                await self.clock.wait(None, asyncio.Event(), RECORD_AGAIN)

    async def _record(self, job: Job, outcome: Outcome) -> bool:
        view = View(self.clock.now())
        await load(self.commits.store, self.agent.reads_to_record(job, outcome), view)
        unit = self.agent.record(job, outcome, view)
        if unit is None:
            return True
        result = (await self.commits.commit([unit]))[0]
        if isinstance(result, Poisoned):
            log.error("record_refused", agent=self.agent.name, error=result.error)
            return True
        return not isinstance(result, Lost)


def consuming(unit: Unit, agent: str, ids: tuple[str, ...], view: View) -> Unit:
    """Returns a unit that consumes ids, for loops that act without a delivery."""
    return unit.with_(consumed=Consumed(agent=agent, ids=ids, at=view.now))
