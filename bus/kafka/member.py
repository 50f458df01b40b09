"""One subscription at work on Kafka: fetches ahead, hands out pieces, commits what was handled.

FastStream's loop calls `next_piece`, then its middlewares and `handle`; this module decides what a
piece is and what its outcome means, as `bus.groups` does for the other buses. Commits name offsets
(a partition's last acknowledged one), a moment after the handler has returned and always before a
partition is given away. Everything runs in the loop's thread; there is one task a member and none
a message.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError
from faststream.exceptions import IgnoredException

from bus.base import Delivery, Subscription
from bus.groups import Pauses
from bus.kafka.consumer import FetchingConsumer, Piece
from bus.kafka.places import Place, Shares, Trouble
from bus.kafka.wire import Names, Record, deliveries

log = structlog.get_logger()

COMMIT_AFTER = 0.05
"""Machine seconds that acknowledged offsets wait for others to be committed with."""
COMMIT_SECONDS = 5.0
"""Machine seconds that a commit may take where something waits for it."""
HAND_OVER_SECONDS = 45.0
"""Machine seconds that a rebalance waits for this member's handler."""
REBALANCE_SECONDS = 60.0
"""Machine seconds that the group waits for a member; longer than `HAND_OVER_SECONDS`."""
POLL_SECONDS = 300.0
"""Machine seconds without polling after which the group takes a member for dead."""
WAIT_MS = 1000
"""Milliseconds of one wait for records."""
TOUCH_SECONDS = 5.0
"""Machine seconds between two polls while the member has no room."""

Troubles = dict[tuple[str, TopicPartition], Trouble]
"""What failed of a group's partition, in this process."""


class State(Enum):
    """Where a member stands."""

    JOINING = "joining its group"
    READING = "reading"
    LEAVING = "leaving its group"
    """Its handler may finish; it gets nothing more."""
    GONE = "gone"
    """Whatever its handler does no longer counts."""


class Member(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """See the module's text. `spawn` keeps a task of the bus's; `instance` is the member's lasting
    name in its group, if it has one."""

    def __init__(
        self,
        subscription: Subscription,
        names: Names,
        pauses: Pauses,
        troubles: Troubles,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        instance: str | None = None,
    ) -> None:
        self.subscription = subscription
        self.instance = instance
        self.shares = Shares()
        self.names = names
        self.group = subscription.group
        self.pauses = pauses
        self.troubles = troubles
        self.state = State.JOINING
        self.consumer: FetchingConsumer | None = None
        self.places: dict[TopicPartition, Place] = {}
        self.ready: dict[Place, None] = {}
        self.flight: dict[Place, list[Record]] = {}
        self.buffered = 0
        self.wake = asyncio.Event()
        self.room = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()
        self.acknowledged: dict[TopicPartition, int] = {}
        self._spawn = spawn
        self._later: asyncio.TimerHandle | None = None
        self._committing = asyncio.Lock()

    def attach(self, consumer: FetchingConsumer) -> None:
        self.consumer = consumer

    # handing out

    async def next_piece(self) -> Piece:
        """Returns what is handled next, and notes it as under way."""
        if self.flight:
            self._failed(
                self.flight, RuntimeError("a middleware raised before the handler was called")
            )
        while not self.leaving():
            piece = self.gather()
            if piece:
                return {place.tp: taken for place, taken in piece.items()}
            self.wake.clear()
            await self.wake.wait()
        raise ConsumerStoppedError

    def gather(self) -> dict[Place, list[Record]]:
        """Takes the next piece from its places by turns; one that failed comes alone."""
        most = self.subscription.batch
        for place in list(self.ready):
            if place.troubled and self.flight:
                continue
            taken = place.take(most)
            self.flight[place] = taken
            most -= len(taken)
            del self.ready[place]
            if place.queue:
                self.ready[place] = None
            if place.troubled or not most:
                break
        if self.flight:
            self.free.clear()
            self._took(sum(map(len, self.flight.values())))
        return self.flight

    def _took(self, count: int) -> None:
        self.buffered -= count
        if self.buffered <= self._low:
            self.room.set()

    @property
    def _low(self) -> int:
        """With so many left it fetches on: large pieces, and never an idle handler."""
        return max(0, self.subscription.buffer - self.subscription.batch)

    def attempts(self) -> Mapping[int, int]:
        """Returns what is known of the pieces under way; one in trouble comes alone."""
        for place in self.flight:
            if place.troubled:
                return place.trouble.attempts
        return {}

    async def read(self, records: Sequence[Record]) -> list[Delivery]:
        """Decodes a piece."""
        return deliveries(records, self.attempts(), self.names.own)

    async def handle(self, batch: list[Delivery]) -> None:
        """Runs the handler and settles the outcome; what it raised goes on to the middlewares.

        A CancelledError that nobody asked this task for is the handler's own failure. What
        FastStream takes for a word to itself (stop, exit) is one too, and goes on as an error.
        """
        mine = self.flight
        try:
            await self.subscription.handler(batch)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                self._lost(mine)
                raise
            self._failed(mine, error)
        except (SystemExit, IgnoredException) as error:
            self._failed(mine, error)
            raise RuntimeError(f"the handler raised {error!r}") from error
        except BaseException as error:
            self._failed(mine, error)
            raise
        else:
            self._done(mine)

    def _returned(self, mine: dict[Place, list[Record]]) -> dict[Place, list[Record]]:
        """Returns what a handler settles: nothing where it was given up meanwhile, since what is
        under way then is somebody else's."""
        if self.flight is not mine:
            return {}
        self.flight = {}
        return mine

    def _done(self, mine: dict[Place, list[Record]]) -> None:
        flight = self._returned(mine)
        for place, taken in flight.items():
            place.next = self.acknowledged[place.tp] = taken[-1].offset + 1
            if place.troubled:
                place.trouble.settle(taken)
        self._freed()
        if flight and self._later is None:
            loop = asyncio.get_running_loop()
            self._later = loop.call_later(COMMIT_AFTER, self._commit_now)

    def _failed(self, mine: dict[Place, list[Record]], error: BaseException) -> None:
        flight = self._returned(mine)
        if flight:
            attempt = 0
            for place, taken in flight.items():
                again = place.troubled and place.trouble.attempts.get(taken[0].offset, 0) > 0
                attempt = max(attempt, place.trouble.fail(taken, halve=again))
            pause = self.pauses.after(attempt)
            fields = {"group": self.group, "attempt": attempt, "pause": pause}
            trace = error if attempt == 1 else None
            log.warning("handler_failed", **fields, error=repr(error), exc_info=trace)
            for place, taken in flight.items():
                self._set_back(place, taken[0].offset, pause)
        self._freed()

    def _freed(self) -> None:
        if not self.flight:
            self.free.set()

    def _set_back(self, place: Place, offset: int, pause: float) -> None:
        """Lets a partition begin again at an offset after a pause, and holds nothing of it."""
        self.ready.pop(place, None)
        self._took(len(place.queue))
        place.close()
        if self.consumer is None or self.places.get(place.tp) is not place:
            return
        try:
            self.consumer.pause(place.tp)
            self.consumer.seek(place.tp, offset)
        except IllegalStateError:
            place.next = None  # a rebalance has begun: it starts at the committed offset anyway
            return
        loop = asyncio.get_running_loop()
        place.retry = loop.call_later(pause, self._resume, place)

    def _resume(self, place: Place) -> None:
        place.retry = None
        if self.consumer is None or self.places.get(place.tp) is not place:
            return
        try:
            self.consumer.resume(place.tp)
        except IllegalStateError:
            return

    def _lost(self, mine: dict[Place, list[Record]]) -> None:
        """Forgets what a handler holds: it is not acknowledged, and comes again elsewhere."""
        self._give_up(mine)
        self._freed()

    def _give_up(self, mine: dict[Place, list[Record]]) -> None:
        for place in self._returned(mine):
            place.next = None

    # fetching ahead

    async def pump(self, handing_out: Callable[[], bool]) -> None:
        """Fetches until the member leaves; raises where its consumer, or the loop that hands out,
        is of no use any more."""
        consumer = self.consumer
        while consumer is not None and self.state in (State.JOINING, State.READING):
            if not handing_out():
                raise RuntimeError("FastStream has stopped its subscriber")
            if await self._has_room():
                most = max(1, self.subscription.buffer - self.buffered)
                self.push(await consumer.fetched(WAIT_MS, most))
            else:
                await consumer.touch()

    async def _has_room(self) -> bool:
        if self.buffered <= self._low:
            return True
        self.room.clear()
        try:
            async with asyncio.timeout(TOUCH_SECONDS):
                await self.room.wait()
        except TimeoutError:
            return False
        return True

    def push(self, found: Piece) -> None:
        """Puts fetched records where they belong; what is not ours any more is left out."""
        for tp, records in found.items():
            place = self.places.get(tp)
            if place is None or place.retry is not None:
                continue
            place.queue.extend(records)
            place.fetched = True
            self.buffered += len(records)
            self.ready[place] = None
        if self.ready:
            self.wake.set()

    # the group

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Begins with its partitions."""
        for tp in assigned:
            trouble = self.troubles.setdefault((self.group, tp), Trouble())
            self.places[tp] = Place(tp, trouble)
        if self.state is State.JOINING:
            self.state = State.READING
        self.shares.note(frozenset(assigned), asyncio.get_running_loop().time())
        log.info("partitions_assigned", group=self.group, count=len(assigned))

    def trouble(self) -> str:
        """Says why its group's work does not go on, or nothing."""
        if self.instance and self.shares.restless(asyncio.get_running_loop().time()):
            return (
                f"another process takes its place again and again as {self.instance}; give each "
                "process of a role a bus_instance of its own, or none"
            )
        return str(self.state.value) if self.state is State.JOINING else ""

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Gives its partitions away: the handler returns first, and what it did is committed."""
        self.ready.clear()
        if not await self.drained(HAND_OVER_SECONDS):
            log.warning("handler_too_slow", group=self.group, seconds=HAND_OVER_SECONDS)
            self._give_up(self.flight)
        await self.commit_within(COMMIT_SECONDS)
        self.forget()
        if self.state is State.READING:
            self.state = State.JOINING

    async def drained(self, seconds: float | None) -> bool:
        """Waits for the handler; says whether it has returned in time."""
        try:
            async with asyncio.timeout(seconds):
                await self.free.wait()
        except TimeoutError:
            return False
        return True

    def forget(self) -> None:
        """Drops everything that was fetched and not handled."""
        for place in self.places.values():
            place.close()
        self.places.clear()
        self.ready.clear()
        self.acknowledged.clear()
        self.buffered = 0
        self.room.set()

    def begin_anew(self) -> None:
        """Makes ready for another consumer in the place of one that failed."""
        self._lost(self.flight)
        self.forget()
        if self.state is State.READING:
            self.state = State.JOINING

    # committing

    def _commit_now(self) -> None:
        self._later = None
        if self.state is not State.GONE:
            self._spawn(self.commit_within(COMMIT_SECONDS))

    async def commit_within(self, seconds: float) -> None:
        """Commits what was acknowledged, and says so in the log where that fails: then it comes
        again, which the agents' inbox notices."""
        try:
            async with asyncio.timeout(seconds):
                await self.commit()
        except TimeoutError:
            log.warning("commit_waits", group=self.group, seconds=seconds)
        except KafkaError as error:
            log.warning("commit_failed", group=self.group, error=repr(error))

    async def catch_up(self) -> None:
        """Acknowledges marks at the end of a partition too: a stranger's transaction leaves one
        behind its messages, and it would be behind for ever."""
        for place in list(self.places.values()):
            if self.consumer is not None and self._idle(place):
                await self._to_the_end(place, self.consumer)
        await self.commit()

    def _idle(self, place: Place) -> bool:
        """Says whether all that was read of a partition of its own is handled."""
        mine = self.state is State.READING and self.places.get(place.tp) is place
        known = place.next is not None or not place.fetched
        return mine and known and not place.queue and not place.retry and place not in self.flight

    async def _to_the_end(self, place: Place, consumer: FetchingConsumer) -> None:
        try:
            position = await consumer.position(place.tp)
        except (ConsumerStoppedError, IllegalStateError):
            return  # it is given away just now
        if self._idle(place) and position > (place.next or 0):
            place.next = self.acknowledged[place.tp] = position

    async def commit(self) -> None:
        """Commits the offsets after what was acknowledged; nothing to do is nothing."""
        async with self._committing:
            offsets, self.acknowledged = self.acknowledged, {}
            if not offsets or self.consumer is None:
                return
            try:
                await self.consumer.commit(offsets)
            except (CommitFailedError, IllegalStateError) as error:
                self._put_back(offsets)
                log.warning("commit_came_late", group=self.group, error=repr(error))
            except BaseException:
                self._put_back(offsets)
                raise

    def _put_back(self, tps: Iterable[TopicPartition]) -> None:
        """Lets what was not committed be committed next time, but for partitions that were given
        away meanwhile: whoever has them may be further."""
        for tp in tps:
            place = self.places.get(tp)
            if place is not None and place.next is not None:
                self.acknowledged.setdefault(tp, place.next)

    # ending

    def leaving(self) -> bool:
        """Says whether it gets nothing more."""
        return self.state in (State.LEAVING, State.GONE)

    def leave(self) -> None:
        """Hands out nothing more."""
        if self.state is not State.GONE:
            self.state = State.LEAVING
        self.ready.clear()
        self.wake.set()

    def lose(self) -> None:
        """Lets nothing count any more that its handler does, as after a crash."""
        self.leave()
        self.state = State.GONE
        self._lost(self.flight)
