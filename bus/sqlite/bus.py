"""A durable bus in one file: `leadwire run all` survives `kill -9` with it, and needs no broker.

One process consumes and holds a lock; any process may publish. Publishing is durable for the
process when it returns: see `file.connect` for what that means when the machine itself dies.
`agents/wiring.py` makes it for `LEADWIRE_BUS=sqlite:PATH`.
"""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog

from bus.base import MAX_BYTES, BusHealth, Message, MessageBus, Subscription
from bus.errors import BusError, Unavailable, UnknownTopic
from bus.groups import Groups, Pauses
from bus.records import Sieve, partition_of
from bus.sqlite.file import connect, prepare
from bus.sqlite.log import SqliteLog
from bus.sqlite.place import ConsumerLock, check_place
from bus.sqlite.writer import Job, Writer

log = structlog.get_logger()

PARTITIONS = 4
POLL = 0.05
"""Machine seconds between two looks for what other processes published."""
SAVE = 0.02
"""Machine seconds that acknowledged offsets wait for a publish to travel with."""

Handed = dict[int, tuple[list[int], list[Message]]]
"""By topic: the partitions of a call's rows, and copies of its messages if somebody here reads."""


class SqliteBus(MessageBus):
    """The port's promises over one file; see the module's text.

    `topics` are all that exist. `consume=False` opens the file to publish only. `partitions` counts
    when the file is made; later its own number holds. `poll` None looks for no other processes, and
    `inline` lets no thread copy the file's log back: for the simulator, which allows neither timers
    that tick nor threads. `largest` bounds the file in bytes. After `stop` it may be started again.
    """

    def __init__(
        self,
        path: Path | str,
        topics: Iterable[str],
        *,
        consume: bool = True,
        partitions: int = PARTITIONS,
        pauses: Pauses | None = None,
        max_bytes: int = MAX_BYTES,
        poll: float | None = POLL,
        inline: bool = False,
        largest: int | None = None,
    ) -> None:
        self.path = Path(path)
        self.names = tuple(dict.fromkeys(topics))
        self.consume = consume
        self.partitions = partitions
        self.max_bytes = max_bytes
        self.poll = poll
        self.inline = inline
        self.largest = largest
        self.pauses = pauses or Pauses()
        self.open = False
        self.trouble = ""
        self._lock = ConsumerLock(self.path)
        self._waiting: list[Subscription] = []
        self._asked: dict[int, tuple[Handed, asyncio.Future[None]]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # the port

    async def start(self) -> None:
        """Begins delivering. Raises Locked, Corrupt, Misplaced or Unavailable with the remedy."""
        check_place(self.path)
        if self.consume:
            self._lock.acquire()
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise
        self.open, self.trouble = True, ""
        self.groups.start()
        waiting, self._waiting = self._waiting, []
        for subscription in waiting:
            self.groups.subscribe(subscription)
        if self.consume:
            self._look()

    def _open(self) -> None:
        self._write_db = connect(self.path, largest=self.largest)
        try:
            partitions, numbers = prepare(self._write_db, self.path, self.names, self.partitions)
            self._read_db = connect(self.path)
        except BaseException:
            self._write_db.close()
            raise
        self.partitions = partitions
        self.numbers = {name: numbers[name] for name in self.names}
        self.log = SqliteLog(self._read_db, self.path, self.numbers, partitions, self._save_soon)
        self.groups = Groups(self.log, self.pauses)
        self.log.groups = self.groups
        self._writer = Writer(self._write_db, self.path, self._written, inline=self.inline)

    async def publish(self, messages: Sequence[Message]) -> None:
        """See the port; the messages are in the file when this returns."""
        if not self.open:
            raise Unavailable(f"{self.path}: the bus is not started; call start first")
        sieve = Sieve(self.numbers, self.max_bytes)
        job, handed = Job(), Handed()
        admit, numbers, count = sieve.admit, self.numbers, self.partitions
        for index, message in enumerate(messages):
            kept = admit(index, message)
            if kept is None:
                continue
            number = numbers[message.topic]
            if number not in handed:
                job.inserts[number], handed[number] = [], ([], [])
            key, headers = kept
            partition = partition_of(key, count)
            job.inserts[number] += (partition, message.key, headers, message.value)
            job.size += len(headers) + len(message.value)
            partitions, copies = handed[number]
            partitions.append(partition)
            if self.log.numbered[number].cursors:
                copies.append(_own(message))
        if handed:
            await self._write(job, handed)
        sieve.report()

    def subscribe(self, subscription: Subscription) -> None:
        """See the port. Raises BusError where the file is open to publish only."""
        missing = [topic for topic in subscription.topics if topic not in self.names]
        if missing:
            raise UnknownTopic(f"{subscription.group} reads {', '.join(missing)}: no such topic")
        if not self.consume:
            raise BusError(f"{self.path} is open to publish only; {subscription.group} cannot read")
        if self.open:
            self.groups.subscribe(subscription)
        else:
            self._waiting.append(subscription)

    async def stop(self, drain: float = 15.0) -> None:
        """See the port."""
        if not self.open:
            return
        await self.groups.stop(drain)
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._save()
        self.open = False
        await self._writer.stop()
        self._read_db.close()
        self._write_db.close()
        self._lock.release()

    async def health(self) -> BusHealth:
        """Ready while it is started, its last write went through and no member ended by an error.

        It looks for other processes' messages first, so that lag 0 means that there are none.
        """
        if not self.open:
            return BusHealth(ready=False, detail="not started")
        trouble = self.groups.broken or self.trouble
        try:
            self.log.notice()
        except BusError as error:
            trouble = str(error)
        return BusHealth(
            ready=not trouble, lag=self.groups.lag(), detail=trouble or self._kept_for_absent()
        )

    def _kept_for_absent(self) -> str:
        absent = self.log.absent() if self.consume else {}
        rows = [f"{group} ({count:,})" for group, count in sorted(absent.items())]
        return f"kept for groups without a member: {', '.join(rows)}" if rows else ""

    # beyond the port

    def crash(self, subscription: Subscription) -> None:
        """Freezes a member, for tests and the simulator: what its handler does no longer counts,
        and what it held comes again elsewhere. Raises LookupError for one that is not there."""
        self.groups.crash(subscription)

    def leave(self, subscription: Subscription) -> None:
        """Takes a member out; its partitions are handed over after its handler has returned."""
        self.groups.leave(subscription)

    async def flush(self) -> None:
        """Returns when everything that was acknowledged before is in the file, so that it does not
        come again even after `kill -9`; left alone that takes some milliseconds."""
        await self._write(Job(), {})

    async def forget(self, group: str) -> None:
        """Drops what the file knows of a group that is no more, so that it keeps nothing for it.

        Raises BusError while the group has members here.
        """
        if group in self.groups.groups:
            raise BusError(f"{group} is at work; stop it first")
        for topic in self.log.topics.values():
            topic.acknowledged.pop(group, None)
        await self._write(Job(forget=group), {})

    # writing

    async def _write(self, job: Job, handed: Handed) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        job.offsets = self.log.unsaved()
        self._asked[id(job)] = (handed, done)
        self._writer.submit(job)
        await done

    def _written(self, jobs: Sequence[Job], error: BusError | None) -> None:
        """Takes note of a transaction: hands over, drops, and wakes those who wait."""
        for job in jobs:
            handed, done = self._asked.pop(id(job), ({}, None))
            if error is not None:
                self.log.unsaved_again(job.offsets)
                self.log.not_trimmed(job.trims)
            else:
                for number, parts in handed.items():
                    self.log.handed_over(self.log.numbered[number], job.first[number], *parts)
                self._trim({**self.log.trimmed(job.trims), **self.log.surplus(job.offsets)})
            if done is not None and not done.done():
                done.set_result(None) if error is None else done.set_exception(error)
        self._judge(error)

    def _judge(self, error: BusError | None) -> None:
        if error is not None and not self.trouble:
            log.warning("bus_write_failed", path=str(self.path), error=str(error))
        self.trouble = "" if error is None else str(error)

    def _trim(self, trims: dict[int, int]) -> None:
        if trims and self.open:
            self._writer.submit(Job(trims=trims))

    def _save_soon(self) -> None:
        if "save" not in self._timers:
            loop = asyncio.get_running_loop()
            self._timers["save"] = loop.call_later(SAVE, self._save)

    def _save(self) -> None:
        self._timers.pop("save", None)
        offsets = self.log.unsaved()
        if offsets:
            self._writer.submit(Job(offsets=offsets))

    # reading

    def _look(self) -> None:
        """Notices what others published; the one thing here that ticks."""
        if self.poll is None:
            return
        try:
            self.log.notice()
        except BusError as error:
            self._judge(error)
        self._timers["look"] = asyncio.get_running_loop().call_later(self.poll, self._look)


def _own(message: Message) -> Message:
    """A copy that the publisher cannot change any more; values are bytes and need none."""
    return Message(message.topic, message.key, dict(message.headers), message.value)
