"""The bus within one process: logs in memory with partitions, groups, offsets and redelivery.

`leadwire run all` with `LEADWIRE_BUS=memory:`, the demo, tests and the simulator use it; it is a
product part, not a stand-in. It behaves as Kafka does towards a group, and everything in it happens
in the loop's thread, in an order that follows from the calls alone, so that one seed gives one
history under virtual time. Messages are kept as bytes. Nothing outlives the process.

A partition is kept from the least offset that any of its topic's groups has acknowledged; a topic
without groups keeps its latest `keep` messages a partition.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from bus.base import (
    MAX_BYTES,
    BusHealth,
    Delivery,
    Message,
    MessageBus,
    Subscription,
)
from bus.errors import Unavailable, UnknownTopic
from bus.faults import Faults
from bus.groups import Cursor, Groups, Pauses
from bus.records import Sieve, partition_of, unpack

PARTITIONS = 8
KEEP = 10_000
_CHUNK = 256
"""A partition's head is cut off in pieces of this size: cutting a list moves all of the rest."""

Record = tuple[str, bytes, bytes]
"""Key, headers, value."""


class _Partition:
    """One partition's messages from offset `base` on."""

    __slots__ = ("base", "records")

    def __init__(self) -> None:
        self.base = 0
        self.records: list[Record] = []

    @property
    def end(self) -> int:
        """The offset that the next message gets."""
        return self.base + len(self.records)

    def cut(self, offset: int) -> None:
        """Drops what lies before an offset, in pieces."""
        surplus = offset - self.base
        if surplus >= _CHUNK:
            del self.records[:surplus]
            self.base = offset


class MemoryLog:
    """All topics' partitions, and what groups have acknowledged of them."""

    def __init__(self, topics: Iterable[str], partitions: int, keep: int) -> None:
        self.topics = {name: [_Partition() for _ in range(partitions)] for name in topics}
        self.keep = keep
        self.offsets: dict[str, dict[str, list[int]]] = {}
        """Topic → group → the next offset to acknowledge, by partition."""

    def append(self, topic: str, partition: int, record: Record) -> None:
        """Adds a message at the end of a partition."""
        log = self.topics[topic][partition]
        log.records.append(record)
        if topic not in self.offsets:
            log.cut(log.end - self.keep)

    def begin(self, group: str, topic: str) -> list[Cursor]:
        """Returns a group's cursors of a topic, where it left off or at the oldest message."""
        logs = self.topics[topic]
        offsets = self.offsets.setdefault(topic, {})
        mine = offsets.setdefault(group, [log.base for log in logs])
        return [
            Cursor(group, topic, partition, mine[partition] - 1, log.end - mine[partition])
            for partition, log in enumerate(logs)
        ]

    def fill(self, cursor: Cursor, want: int, room: int) -> None:
        """Fetches just what is wanted; there is nothing to gain by fetching ahead."""
        log = self.topics[cursor.topic][cursor.partition]
        first = cursor.high + 1
        start = first - log.base
        found = log.records[start : start + min(want, room)]
        topic, partition = cursor.topic, cursor.partition
        cursor.queue.extend(
            Delivery(Message(topic, key, unpack(headers), value), partition, offset)
            for offset, (key, headers, value) in enumerate(found, first)
        )
        cursor.high += len(found)
        if cursor.owner is not None:
            cursor.owner.buffered += len(found)

    def acknowledged(self, cursors: Collection[Cursor]) -> None:
        """Keeps the offsets, and drops what every group has acknowledged."""
        for cursor in cursors:
            groups, partition = self.offsets[cursor.topic], cursor.partition
            groups[cursor.group][partition] = cursor.committed + 1
            least = min(mine[partition] for mine in groups.values())
            self.topics[cursor.topic][partition].cut(least)


class MemoryBus(MessageBus):
    """The port's promises within one process; see the module's text.

    `topics` are all that exist. `pauses` say how long what failed waits, in seconds of the loop.
    After `stop` it may be started again: groups go on where they were, members subscribe anew.
    """

    def __init__(
        self,
        topics: Iterable[str],
        *,
        partitions: int = PARTITIONS,
        pauses: Pauses | None = None,
        max_bytes: int = MAX_BYTES,
        keep: int = KEEP,
        faults: Faults | None = None,
    ) -> None:
        self.max_bytes = max_bytes
        self.partitions = partitions
        self.faults = faults
        self.log = MemoryLog(topics, partitions, keep)
        self.groups = Groups(self.log, pauses or Pauses())
        self.open = False
        self._late: dict[tuple[str, str], deque[tuple[Record, Sequence[float]]]] = {}
        self._on_the_way: dict[str, int] = {}
        self._timers: set[asyncio.TimerHandle] = set()

    async def publish(self, messages: Sequence[Message]) -> None:
        """See the port; an undisturbed message is in its log when this returns."""
        if not self.open:
            raise Unavailable("the bus is not started; call start first")
        sieve = Sieve(self.log.topics, self.max_bytes)
        counts: dict[str, dict[int, int]] = {}
        for index, message in enumerate(messages):
            kept = sieve.admit(index, message)
            if kept is None:
                continue
            partition = partition_of(kept[0], self.partitions)
            record = (message.key, kept[1], bytes(message.value))
            if self.faults is None:
                self.log.append(message.topic, partition, record)
                found = counts.setdefault(message.topic, {})
                found[partition] = found.get(partition, 0) + 1
            else:
                self._disturbed(message, partition, record, self.faults)
        for topic, found in counts.items():
            self.groups.appended(topic, found)
        sieve.report()

    def subscribe(self, subscription: Subscription) -> None:
        """See the port."""
        missing = [topic for topic in subscription.topics if topic not in self.log.topics]
        if missing:
            raise UnknownTopic(f"{subscription.group} reads {', '.join(missing)}: no such topic")
        self.groups.subscribe(subscription)

    async def start(self) -> None:
        """Begins delivering."""
        self.open = True
        self.groups.start()

    async def stop(self, drain: float = 15.0) -> None:
        """See the port. Messages that faults hold back arrive at once, doubles of them never."""
        await self.groups.stop(drain)
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._on_the_way.clear()
        for (topic, key), records in self._late.items():
            for record, _ in records:
                self._append(topic, partition_of(key.encode(), self.partitions), record)
        self._late.clear()
        self.open = False

    async def health(self) -> BusHealth:
        """Ready while it is started and no member has ended by an error."""
        broken = self.groups.broken
        return BusHealth(
            ready=self.open and not broken,
            lag=self._lag(),
            detail=broken or ("" if self.open else "not started"),
        )

    def crash(self, subscription: Subscription) -> None:
        """Freezes a member, for tests and the simulator: what its handler does no longer counts,
        and what it held comes again elsewhere. Raises LookupError for one that is not there."""
        self.groups.crash(subscription)

    def leave(self, subscription: Subscription) -> None:
        """Takes a member out; its partitions are handed over after its handler has returned."""
        self.groups.leave(subscription)

    # faults

    def _lag(self) -> Mapping[str, int]:
        lag = self.groups.lag()
        for topic, count in self._on_the_way.items():
            for group in self.log.offsets.get(topic, ()):
                lag[group] = lag.get(group, 0) + count
        return lag

    def _disturbed(self, message: Message, partition: int, record: Record, faults: Faults) -> None:
        """Schedules a message's copies; the first ones of a key arrive in their order, and
        doubles after their first."""
        place = (message.topic, message.key)
        delays = faults.delays(message)
        if not delays:
            return
        if delays[0] <= 0.0 and place not in self._late:
            self._arrived(message.topic, partition, record, delays[1:])
        else:
            self._late.setdefault(place, deque()).append((record, delays[1:]))
            self._later(delays[0], message.topic, lambda: self._first_late(place, partition))

    def _arrived(
        self, topic: str, partition: int, record: Record, doubles: Sequence[float]
    ) -> None:
        self._append(topic, partition, record)
        for delay in doubles:
            self._later(delay, topic, lambda: self._append(topic, partition, record))

    def _later(self, delay: float, topic: str, arrive: Callable[[], None]) -> None:
        def act() -> None:
            self._timers.discard(timer)
            self._on_the_way[topic] -= 1
            arrive()

        self._on_the_way[topic] = self._on_the_way.get(topic, 0) + 1
        timer = asyncio.get_running_loop().call_later(max(delay, 0.0), act)
        self._timers.add(timer)

    def _first_late(self, place: tuple[str, str], partition: int) -> None:
        late = self._late[place]
        record, doubles = late.popleft()
        if not late:
            del self._late[place]
        self._arrived(place[0], partition, record, doubles)

    def _append(self, topic: str, partition: int, record: Record) -> None:
        self.log.append(topic, partition, record)
        self.groups.appended(topic, {partition: 1})
