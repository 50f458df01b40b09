"""Turns logs into batches for handlers: groups, their members, cursors, and coming again.

The memory bus and the SQLite bus share it; each brings its `Log`. A *cursor* is what one group has
read of one topic's partition; it has one owner among the group's members, and the owner has one
handler at work, so that a key's messages are handled one batch after another. Everything happens
in the event loop's thread, is driven by events and the loop's own time, and is deterministic under
a virtual loop: no thread, no polling, no wall clock. There is one task per member and none per
message.

What failed comes again by *rewinding* its cursor to what was acknowledged; `attempts` remembers
how often each message was handed out. While it holds any, the cursor is handed out alone and in
halves of the piece that failed, so that poison ends up by itself and the good around it goes on.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import structlog

from bus.base import Delivery, Subscription
from bus.errors import BusError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long what failed waits: `first` seconds, twice as long each time, at most `longest`."""

    first: float = 0.1
    longest: float = 30.0

    def after(self, attempt: int) -> float:
        """Returns the pause after an attempt, counted from 1."""
        return float(min(self.first * 2 ** min(attempt - 1, 60), self.longest))


class Cursor:
    """What one group has read of one topic's partition.

    `committed` is the last offset acknowledged, `high` the last one fetched into `queue`, and
    `pending` how many are in the log and not acknowledged.
    """

    __slots__ = (
        "attempts",
        "committed",
        "group",
        "high",
        "owner",
        "partition",
        "pending",
        "queue",
        "retry",
        "topic",
        "width",
    )

    def __init__(self, group: str, topic: str, partition: int, committed: int, pending: int):
        self.group = group
        self.topic = topic
        self.partition = partition
        self.committed = committed
        self.high = committed
        self.pending = pending
        self.queue: deque[Delivery] = deque()
        self.owner: Member | None = None
        self.attempts: dict[int, int] = {}
        self.width = 0
        self.retry: asyncio.TimerHandle | None = None

    @property
    def ready(self) -> bool:
        """Says whether there is something to hand out and no pause holds it."""
        return self.pending > 0 and self.retry is None

    def rewind(self) -> None:
        """Forgets what was fetched; it is fetched again from what was acknowledged."""
        if self.owner is not None:
            self.owner.buffered -= len(self.queue)
        self.queue.clear()
        self.high = self.committed

    def fail(self, taken: Sequence[Delivery], *, halve: bool) -> None:
        """Notes that a piece was handed out in vain."""
        self.rewind()
        self.attempts.update((delivery.offset, delivery.attempt) for delivery in taken)
        self.width = max(1, len(taken) // 2 if halve else len(taken))

    def settle(self, taken: Sequence[Delivery]) -> None:
        """Notes that a piece was acknowledged."""
        self.committed = taken[-1].offset
        self.pending -= len(taken)
        if self.attempts:
            for delivery in taken:
                self.attempts.pop(delivery.offset, None)

    def take(self, limit: int) -> list[Delivery]:
        """Takes up to so many from the queue, each with its attempt."""
        queue = self.queue
        if self.attempts:
            limit = min(limit, self.width)
        taken = [queue.popleft() for _ in range(min(limit, len(queue)))]
        if self.attempts:
            seen = self.attempts
            taken = [d.with_(attempt=seen.get(d.offset, 0) + 1) for d in taken]
        return taken


class Log(Protocol):
    """What a bus brings: where a group stands, and what comes after."""

    def begin(self, group: str, topic: str) -> list[Cursor]:
        """Makes a group known, and returns its cursors of a topic by partition."""

    def fill(self, cursor: Cursor, want: int, room: int) -> None:
        """Puts what comes after `cursor.high` into its empty queue: `want` would do, `room` is the
        most.

        It raises `high` accordingly, adds to the owner's `buffered`, and may serve the owner's
        other cursors of the topic by the way.
        """

    def acknowledged(self, cursors: Collection[Cursor]) -> None:
        """Takes note of what these cursors have acknowledged."""


class State(Enum):
    """Where a member stands."""

    READING = "reading"
    LEAVING = "leaving"
    """Its handler may finish; it gets nothing more."""
    GONE = "gone"
    """Whatever its handler does no longer counts."""


class Member:
    """One subscription at work: a task that hands out batches one after another."""

    def __init__(self, group: "Group", subscription: Subscription) -> None:
        self.group = group
        self.subscription = subscription
        self.state = State.READING
        self.buffered = 0
        self.ready: dict[Cursor, None] = {}
        self.flight: dict[Cursor, list[Delivery]] = {}
        self.wake = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def offer(self, cursor: Cursor) -> None:
        """Notes that a cursor of its has something."""
        self.ready[cursor] = None
        self.wake.set()

    async def run(self) -> None:
        """Hands out batches until it leaves; yields to the loop after each."""
        while self.state is State.READING:
            batch = self.gather()
            if batch:
                await self.handle(batch)
            if batch or self.ready:
                await asyncio.sleep(0)
            else:
                self.wake.clear()
                await self.wake.wait()

    def gather(self) -> list[Delivery]:
        """Takes the next batch from its cursors by turns; one that failed comes alone."""
        batch: list[Delivery] = []
        most = self.subscription.batch
        for cursor in list(self.ready):
            if cursor.attempts and batch:
                continue
            taken = self._take(cursor, most - len(batch))
            if taken:
                self.flight[cursor] = taken
                batch += taken
            if cursor.attempts or len(batch) >= most:
                break
        return batch

    def _take(self, cursor: Cursor, limit: int) -> list[Delivery]:
        if not cursor.queue:
            self._fill(cursor, limit)
        taken = cursor.take(limit)
        self.buffered -= len(taken)
        del self.ready[cursor]
        if len(taken) < cursor.pending and cursor.retry is None:
            self.ready[cursor] = None
        return taken

    def _fill(self, cursor: Cursor, want: int) -> None:
        """A log that cannot be read now is asked again later."""
        try:
            self.group.log.fill(cursor, want, self.subscription.buffer - self.buffered)
        except BusError as error:
            log.warning("log_unreadable", group=self.group.name, error=str(error))
            self.group.pause(cursor, self.group.pauses.longest)

    async def handle(self, batch: Sequence[Delivery]) -> None:
        """Runs the handler over a batch and settles its outcome, unless it is gone meanwhile.

        A CancelledError that nobody asked this task for is the handler's own failure.
        """
        try:
            await self.subscription.handler(batch)
        except asyncio.CancelledError as error:
            if self.task is None or self.task.cancelling():
                raise
            self._failed(error)
        except Exception as error:
            self._failed(error)
        else:
            self._done()
        if self.group.unsettled:
            self.group.assign()

    def _done(self) -> None:
        if self.state is State.GONE:
            return
        flight, self.flight = self.flight, {}
        for cursor, taken in flight.items():
            cursor.settle(taken)
        self.group.log.acknowledged(flight.keys())

    def _failed(self, error: BaseException) -> None:
        if self.state is State.GONE:
            return
        flight, self.flight = self.flight, {}
        attempt = max(taken[0].attempt for taken in flight.values())
        pause = self.group.pauses.after(attempt)
        fields = {"group": self.group.name, "attempt": attempt, "pause": pause}
        trace = error if attempt == 1 else None
        log.warning("handler_failed", **fields, error=repr(error), exc_info=trace)
        for cursor, taken in flight.items():
            self.ready.pop(cursor, None)
            cursor.fail(taken, halve=attempt > 1)
            self.group.pause(cursor, pause)

    def lose(self) -> None:
        """Gives back what its handler holds, as after a crash: it comes again at once."""
        self.state = State.GONE
        flight, self.flight = self.flight, {}
        for cursor, taken in flight.items():
            cursor.fail(taken, halve=False)
        self.wake.set()


class Group:
    """The members of one name and their cursors."""

    def __init__(self, name: str, log: Log, pauses: Pauses) -> None:
        self.name = name
        self.log = log
        self.pauses = pauses
        self.members: list[Member] = []
        self.cursors: dict[tuple[str, int], Cursor] = {}
        self.unsettled = False

    def admit(self, member: Member) -> None:
        """Adds a member, with cursors for topics that are new to the group."""
        known = {topic for topic, _ in self.cursors}
        for topic in member.subscription.topics:
            if topic not in known:
                for cursor in self.log.begin(self.name, topic):
                    self.cursors[topic, cursor.partition] = cursor
        self.members.append(member)
        self.assign()

    def assign(self) -> None:
        """Gives every cursor its owner; one in a handler is handed over when that returns.

        Partition numbers are dealt by turns, so that one number has one owner over all topics of
        members with equal topics.
        """
        self.unsettled = False
        readers: dict[str, list[Member]] = {}
        for member in self.members:
            if member.state is State.READING:
                for topic in member.subscription.topics:
                    readers.setdefault(topic, []).append(member)
        for cursor in self.cursors.values():
            among = readers.get(cursor.topic)
            self._move(cursor, among[cursor.partition % len(among)] if among else None)

    def _move(self, cursor: Cursor, owner: Member | None) -> None:
        old = cursor.owner
        if old is owner:
            return
        if old is not None:
            if cursor in old.flight:
                self.unsettled = True
                return
            cursor.rewind()
            old.ready.pop(cursor, None)
        cursor.owner = owner
        if owner is not None and cursor.ready:
            owner.offer(cursor)

    def pause(self, cursor: Cursor, seconds: float) -> None:
        """Keeps a cursor back for so many seconds of the loop."""
        loop = asyncio.get_running_loop()
        cursor.retry = loop.call_later(seconds, self._resume, cursor)

    @staticmethod
    def _resume(cursor: Cursor) -> None:
        cursor.retry = None
        if cursor.owner is not None and cursor.ready:
            cursor.owner.offer(cursor)

    @property
    def lag(self) -> int:
        """How many messages are not acknowledged."""
        return sum(cursor.pending for cursor in self.cursors.values())


class Groups:
    """All groups of one bus."""

    def __init__(self, log: Log, pauses: Pauses) -> None:
        self.log = log
        self.pauses = pauses
        self.running = False
        self.waiting: list[Subscription] = []
        self.groups: dict[str, Group] = {}
        self.broken = ""

    def subscribe(self, subscription: Subscription) -> None:
        """Adds a member, at work as soon as the bus runs."""
        if not self.running:
            self.waiting.append(subscription)
            return
        name = subscription.group
        group = self.groups.get(name)
        if group is None:
            group = self.groups[name] = Group(name, self.log, self.pauses)
        member = Member(group, subscription)
        group.admit(member)
        member.task = asyncio.create_task(member.run(), name=f"bus:{name}")
        member.task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.broken = f"{task.get_name()}: {error!r}"
            log.error("member_ended", member=task.get_name(), error=repr(error))

    def member(self, subscription: Subscription) -> Member:
        """Returns the member of a subscription; raises LookupError where it has none."""
        for group in self.groups.values():
            for member in reversed(group.members):
                if member.subscription is subscription:
                    return member
        raise LookupError(f"no member of {subscription.group} has this subscription")

    def crash(self, subscription: Subscription) -> None:
        """Freezes a member: what its handler does no longer counts, and others take over."""
        member = self.member(subscription)
        member.lose()
        member.group.assign()

    def leave(self, subscription: Subscription) -> None:
        """Takes a member out; what its handler holds is handed over when that returns."""
        member = self.member(subscription)
        member.state = State.LEAVING
        member.wake.set()
        member.group.assign()

    def start(self) -> None:
        """Puts the members to work."""
        self.running, self.broken = True, ""
        waiting, self.waiting = self.waiting, []
        for subscription in waiting:
            self.subscribe(subscription)

    def appended(self, topic: str, counts: Mapping[int, int]) -> None:
        """Takes note of new messages: partition → how many."""
        for group in self.groups.values():
            for partition, count in counts.items():
                cursor = group.cursors.get((topic, partition))
                if cursor is None:
                    break
                cursor.pending += count
                if cursor.owner is not None and cursor.retry is None:
                    cursor.owner.offer(cursor)

    def lag(self) -> dict[str, int]:
        """Returns how many messages each group has not acknowledged."""
        return {name: group.lag for name, group in self.groups.items()}

    async def stop(self, drain: float) -> None:
        """Waits for handlers up to `drain` seconds; those that take longer are lost."""
        self.running = False
        members = [member for group in self.groups.values() for member in group.members]
        for member in members:
            if member.state is State.READING:
                member.state = State.LEAVING
            member.wake.set()
        await self._settle([m for m in members if m.state is State.LEAVING], drain)
        for member in members:
            member.lose()
        await _cancelled([m.task for m in members if m.task is not None])
        for group in self.groups.values():
            for cursor in group.cursors.values():
                if cursor.retry is not None:
                    cursor.retry.cancel()
        self.groups.clear()

    @staticmethod
    async def _settle(members: Iterable[Member], drain: float) -> None:
        tasks = [member.task for member in members if member.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=drain)


async def _cancelled(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancels tasks; one that swallows it gets no second second."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1.0)
