"""The port over a Kafka cluster: what `publish`, `subscribe`, `start`, `stop` and `health` do.

`agents/wiring.py` makes it for `LEADWIRE_BUS=kafka:HOST:PORT`. It creates nothing: topics are made
by `leadwire topics apply`, and start-up refuses a cluster that lacks some or makes them by itself.

What Kafka adds to the port's promises: a rebalance waits for a member's handler at most
`HAND_OVER_SECONDS`; after that the handler's outcome does not count, as after a crash. The
`buffer` of a subscription bounds messages; the client holds up to `FETCH_BYTES` more of raw bytes.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from faststream.kafka.subscriber.usecase import BatchSubscriber

from bus.base import MAX_BYTES, BusHealth, Message, MessageBus, Subscription
from bus.errors import BusError, Unavailable, UnknownTopic
from bus.groups import Pauses
from bus.kafka import checking
from bus.kafka.connection import Connection
from bus.kafka.engine import FETCH_WAIT, HEARTBEAT, Engine, Extend, bounded
from bus.kafka.lag import lags
from bus.kafka.member import COMMIT_SECONDS, Member, Troubles
from bus.kafka.producing import Publisher
from bus.kafka.wire import names
from bus.records import Sieve

log = structlog.get_logger()

COMPRESSION = "zstd"
"""Measured: 0.4 µs of 6 a message here, and a fifth of the bytes for brokers, disks and wires."""
PUBLISH_SECONDS = 10.0
"""Machine seconds after which `publish` gives up waiting for the brokers."""
HEALTH_SECONDS = 5.0
"""Machine seconds that the brokers have for an answer about lag."""
REJOIN_SECONDS = 1.0
"""Machine seconds before a member whose consumer failed begins anew."""


@dataclass(eq=False)
class Work:
    """One member, FastStream's subscriber for it, and the task that keeps it alive."""

    member: Member
    subscriber: BatchSubscriber
    task: "asyncio.Task[None] | None" = None
    trouble: str = ""


class KafkaBus(MessageBus):
    """The port's promises over a cluster; see the module's text.

    `topics` are all that this process may use. `prefix` stands before the names of topics and
    groups in the cluster, so that several installations share one. `instance` names the process
    among its role's, the same after a restart (a StatefulSet's pod name): then a restart within the
    session's time moves no partition. `extend` is given FastStream's broker before it connects, for
    middlewares; they see each batch. `consume=False` only publishes. After `stop` it may be started
    again.
    """

    def __init__(
        self,
        connection: Connection,
        topics: Iterable[str],
        *,
        consume: bool = True,
        pauses: Pauses | None = None,
        max_bytes: int = MAX_BYTES,
        compression: str | None = COMPRESSION,
        prefix: str = "",
        instance: str = "",
        publish_seconds: float = PUBLISH_SECONDS,
        fetch_wait: float = FETCH_WAIT,
        heartbeat: float = HEARTBEAT,
        extend: Extend | None = None,
    ) -> None:
        self.connection = connection
        self.topics = frozenset(topics)
        self.names = names(self.topics, prefix)
        self.consume = consume
        self.pauses = pauses or Pauses()
        self.max_bytes = max_bytes
        self.compression = compression
        self.instance = instance
        self.publish_seconds = publish_seconds
        self.fetch_wait = fetch_wait
        self.heartbeat = heartbeat
        self.extend = extend
        self.open = False
        self.works: list[Work] = []
        self.troubles: Troubles = {}
        self._told_width = False
        self._watched: Mapping[str, Sequence[str]] = {}
        self._waiting: list[Subscription] = []
        self._tasks: set[asyncio.Task[None]] = set()

    # the port

    async def start(self) -> None:
        """Begins delivering. Raises Unavailable where no broker answers, Misconfigured where it
        refuses us or makes topics by itself, UnknownTopic where `leadwire topics apply` is due."""
        self.engine = Engine(
            self.connection,
            compression=self.compression,
            fetch_wait=self.fetch_wait,
            heartbeat=self.heartbeat,
            extend=self.extend,
        )
        await self.engine.connect()
        try:
            partitions = await self._checked()
            await self.engine.learn(self.names.own)
        except BaseException:
            await self.engine.close()
            raise
        self.partitions, self._told_width = partitions, False
        self.publisher = Publisher(self.engine, self.names.topics, partitions, self.publish_seconds)
        self.open = True
        waiting, self._waiting = self._waiting, []
        for subscription in waiting:
            self.subscribe(subscription)

    async def _checked(self) -> int:
        try:
            await checking.refuse_automatic(self.engine.admin)
            return await checking.partitions_of(self.engine.admin, self.names.own)
        except (KafkaError, OSError, TimeoutError) as error:
            raise self.connection.failed(error) from error

    async def publish(self, messages: Sequence[Message]) -> None:
        """See the port; the messages are with every replica in sync when this returns. What a call
        that raised Unavailable had sent may still arrive, before what is published again."""
        if not self.open:
            raise Unavailable(f"{self.connection}: the bus is not started; call start first")
        sieve = Sieve(self.topics, self.max_bytes)
        if messages:
            await self.publisher.publish(messages, sieve)
        sieve.report()

    def subscribe(self, subscription: Subscription) -> None:
        """See the port. Raises BusError where the bus was made to publish only."""
        missing = [topic for topic in subscription.topics if topic not in self.topics]
        if missing:
            raise UnknownTopic(f"{subscription.group} reads {', '.join(missing)}: no such topic")
        if not self.consume:
            raise BusError(f"{self.connection} is open to publish only; {subscription.group} reads")
        if not self.open:
            self._waiting.append(subscription)
            return
        instance = self._instance(subscription.group)
        member = Member(subscription, self.names, self.pauses, self.troubles, self._spawn, instance)
        work = Work(member, self.engine.subscriber(member))
        work.task = asyncio.create_task(self._live(work), name=f"bus:{subscription.group}")
        self.works.append(work)

    async def stop(self, drain: float = 15.0) -> None:
        """See the port."""
        if not self.open:
            return
        works, self.works = self.works, []
        for work in works:
            work.member.leave()
        await asyncio.gather(*(self._end(work, drain) for work in works))
        self.open = False
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=COMMIT_SECONDS)
            for task in late:
                task.cancel()
        await self.engine.close()

    async def health(self) -> BusHealth:
        """Ready where a broker answers, every member has joined its group, and the last publish
        went through. What was acknowledged is committed first, so that lag 0 means none."""
        if not self.open:
            return BusHealth(ready=False, detail="not started")
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                await asyncio.gather(*(work.member.catch_up() for work in self.works))
                lag = await self._lag()
        except (KafkaError, OSError, TimeoutError) as error:
            return BusHealth(ready=False, detail=str(self.connection.failed(error)))
        trouble = self._trouble()
        return BusHealth(ready=not trouble, lag=lag, detail=trouble)

    def watch(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._watched = groups

    async def _lag(self) -> dict[str, int]:
        groups: dict[str, set[str]] = {
            group: {self.names.topics[topic] for topic in topics}
            for group, topics in self._watched.items()
        }
        for work in self.works:
            subscription = work.member.subscription
            wire = {self.names.topics[topic] for topic in subscription.topics}
            groups.setdefault(subscription.group, set()).update(wire)
        wire_groups = {self.names.group(group): topics for group, topics in groups.items()}
        width = self._width()
        found = await lags(self.engine.admin, self.engine.probe, wire_groups, width)
        return {group: found[self.names.group(group)] for group in groups}

    def _width(self) -> int:
        """Returns how many partitions every topic has; says once where they have become more since
        the start. They are read as soon as the group notices, but keys go where they went."""
        now = self.engine.partitions(self.names.own)
        if now <= self.partitions:
            return self.partitions
        if not self._told_width:
            self._told_width = True
            log.warning("topics_widened", began_with=self.partitions, now=now)
        return now

    def _trouble(self) -> str:
        rows = [self.publisher.trouble] if self.publisher.trouble else []
        for work in self.works:
            if trouble := work.trouble or work.member.trouble():
                rows.append(f"{work.member.group}: {trouble}")
        return "; ".join(rows)

    # beyond the port

    def crash(self, subscription: Subscription) -> None:
        """Freezes a member, for tests: what its handler does no longer counts, and what it held
        comes again elsewhere. Raises LookupError for one that is not there."""
        work = self._work(subscription)
        work.member.lose()
        self._spawn(self._frozen(work))

    def leave(self, subscription: Subscription) -> None:
        """Takes a member out; its partitions are handed over after its handler has returned."""
        work = self._work(subscription)
        work.member.leave()
        self.works.remove(work)
        self._spawn(self._end(work, None))

    def _work(self, subscription: Subscription) -> Work:
        for work in reversed(self.works):
            if work.member.subscription is subscription:
                return work
        raise LookupError(f"no member of {subscription.group} has this subscription")

    # members

    def _instance(self, group: str) -> str | None:
        if not self.instance:
            return None
        number = sum(work.member.group == group for work in self.works)
        return f"{self.instance}-{group}-{number}"

    async def _live(self, work: Work) -> None:
        """Keeps a member at work; one whose consumer failed begins anew after a pause."""
        member = work.member
        while not member.leaving():
            try:
                await work.subscriber.start()
                work.trouble = ""
                await member.pump(lambda: work.subscriber.running)
            except Exception as error:  # whatever it is, nobody else would notice
                if member.leaving():
                    return
                work.trouble = str(self.connection.failed(error))
                log.warning("member_begins_anew", group=member.group, error=repr(error))
                await self._anew(work)

    async def _anew(self, work: Work) -> None:
        await bounded(work.subscriber.stop())
        work.member.begin_anew()
        try:
            async with asyncio.timeout(REJOIN_SECONDS):
                await asyncio.Event().wait()
        except TimeoutError:
            return

    async def _end(self, work: Work, drain: float | None) -> None:
        """Ends a member: its handler may finish, what it did is committed, its group is left."""
        member = work.member
        if not await member.drained(drain):
            member.lose()
        await member.commit_within(COMMIT_SECONDS)
        await self._closed(work)
        await bounded(work.subscriber.stop())

    async def _frozen(self, work: Work) -> None:
        """Lets a crashed member's group go on without it, while its handler hangs."""
        await work.member.commit_within(COMMIT_SECONDS)
        await self._closed(work)
        if work.member.consumer is not None:
            await bounded(work.member.consumer.stop())

    @staticmethod
    async def _closed(work: Work) -> None:
        if work.task is not None:
            work.task.cancel()
            await asyncio.wait({work.task})

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
