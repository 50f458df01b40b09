"""Turns messages into one record batch a partition, and waits until the brokers have them all.

A batch a partition and one future for each: aiokafka's own `send` costs several times as much a
message. Order holds per key: its rows stand in one partition's batch, in the order of the call, and
a partition has one batch on its way at a time. The producer is idempotent, so that its own repeats
after an outage leave no doubles; but what a call gave up waiting for may still arrive, and then
the caller's repeat follows it.

A batch that failed for good leaves a hole in the producer's numbers, which the broker takes for a
loss, for ever: so after any failure but a time-out a new producer takes its place.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)
from aiokafka.producer.message_accumulator import BatchBuilder

from bus.base import Message
from bus.errors import Unavailable
from bus.kafka.engine import Engine
from bus.records import Sieve, partition_of

log = structlog.get_logger()

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
WIDEST = 4
"""Bytes that a character of UTF-8 takes at most."""

Numbered = tuple[int, Message]
Place = tuple[str, int]
"""A topic and a partition of it."""


@dataclass(slots=True)
class Load:
    """What goes to one partition: the call's messages, and the batches made of them."""

    topic: str
    partition: int
    batches: list[BatchBuilder] = field(default_factory=list)
    messages: list[list[Numbered]] = field(default_factory=list)
    """The messages of each batch, with their index in the call."""

    def add(self, producer: AIOKafkaProducer, numbered: Numbered, key: bytes) -> None:
        """Puts a message at the end."""
        message = numbered[1]
        headers = [(name, text.encode()) for name, text in message.headers.items()]
        if not self.batches or not self._fits(message, key, headers):
            self.batches.append(producer.create_batch())
            self.messages.append([])
            self._fits(message, key, headers)
        self.messages[-1].append(numbered)

    def _fits(self, message: Message, key: bytes, headers: list[tuple[str, bytes]]) -> bool:
        """Appends to the last batch; says whether there was room. An empty batch takes any."""
        made = self.batches[-1].append(
            timestamp=None, key=key, value=message.value, headers=headers
        )
        return made is not None


@dataclass(slots=True)
class Sent:
    """One batch on its way."""

    place: Place
    messages: list[Numbered]
    future: "asyncio.Future[object]"

    @property
    def arrived(self) -> bool:
        """Says whether the brokers have it."""
        done = self.future.done() and not self.future.cancelled()
        return done and self.future.exception() is None


class Publisher:
    """Publishes for one bus. `topics` says what they are called in the cluster, `partitions` how
    many each has, `seconds` how long a call waits."""

    def __init__(
        self, engine: Engine, topics: Mapping[str, str], partitions: int, seconds: float
    ) -> None:
        self.engine = engine
        self.topics = topics
        self.partitions = partitions
        self.seconds = seconds
        self.trouble = ""
        self._stuck: set[Place] = set()
        """Partitions that did not take their batch in time: they come last, so that nobody waits
        behind them."""
        self._renewing = asyncio.Lock()
        self._turns: dict[tuple[str, int], asyncio.Lock] = {}

    async def publish(self, messages: Sequence[Message], sieve: Sieve) -> None:
        """Publishes what the sieve takes; raises Unavailable, or notes there what is refused."""
        producer = self.engine.producer
        loads = self._loads(producer, enumerate(messages), sieve)
        failed = await self._deliver(producer, loads)
        if failed:
            await self._settle(producer, failed, sieve)
        self.trouble = ""

    def _loads(
        self, producer: AIOKafkaProducer, messages: Iterable[Numbered], sieve: Sieve
    ) -> Mapping[Place, Load]:
        """Sorts messages by partition; the one pass over a call's messages."""
        loads: dict[tuple[str, int], Load] = {}
        quick, topics = sieve.max_bytes // WIDEST, self.topics
        for numbered in messages:
            index, message = numbered
            try:
                key = message.key.encode()
                chars = len(key) + len(message.value) + sum(map(len, message.headers.values()))
                name = topics.get(message.topic)
                doubtful = name is None or chars > quick
                if doubtful and not sieve.takes(index, message, _size(message, key)):
                    continue
                place = (name or message.topic, partition_of(key, self.partitions))
                load = loads.get(place)
                if load is None:
                    load = loads[place] = Load(*place)
                load.add(producer, numbered, key)
            except (UnicodeEncodeError, AttributeError, TypeError) as error:
                sieve.no_text(index, message, error)
        return loads

    async def _deliver(
        self, producer: AIOKafkaProducer, loads: Mapping[Place, Load]
    ) -> list[tuple[Sent, BaseException]]:
        """Sends all loads and waits for them; returns the batches that failed, and why."""
        sent: list[Sent] = []
        try:
            async with asyncio.timeout(self.seconds):
                for place, load in self._ordered(loads):
                    for batch, messages in zip(load.batches, load.messages, strict=True):
                        sent.append(Sent(place, messages, await self._send(producer, load, batch)))
                results = await asyncio.gather(
                    *(one.future for one in sent), return_exceptions=True
                )
        except (TimeoutError, KafkaError, AssertionError) as error:
            self._note_stuck(loads, sent)
            raise await self._away(producer, error, sent) from error
        finally:
            for one in sent:
                one.future.cancel()  # nobody waits any more; the batch itself goes on
        self._stuck.difference_update(loads)
        pairs = zip(sent, results, strict=True)
        failed = [(one, result) for one, result in pairs if isinstance(result, BaseException)]
        for _, result in failed:
            if not isinstance(result, TOO_LARGE):
                await self.renew(producer)
                raise await self._away(producer, result, sent)
        return failed

    def _ordered(self, loads: Mapping[Place, Load]) -> Iterable[tuple[Place, Load]]:
        if not self._stuck:
            return loads.items()
        return sorted(loads.items(), key=lambda item: item[0] in self._stuck)

    def _note_stuck(self, loads: Mapping[Place, Load], sent: Sequence[Sent]) -> None:
        arrived = Counter(one.place for one in sent if one.arrived)
        for place, load in loads.items():
            if arrived[place] < len(load.batches):
                self._stuck.add(place)
            else:
                self._stuck.discard(place)

    async def _send(
        self, producer: AIOKafkaProducer, load: Load, batch: BatchBuilder
    ) -> "asyncio.Future[object]":
        """Puts a batch on its way; returns what says that it has arrived.

        A partition has room for one, so calls take turns: aiokafka would let them fight for it, and
        counts the waiting of those who lose several times over.
        """
        turn = self._turns.setdefault((load.topic, load.partition), asyncio.Lock())
        async with turn:
            future: asyncio.Future[object] = await producer.send_batch(
                batch, load.topic, partition=load.partition
            )
            return future

    async def _settle(
        self,
        producer: AIOKafkaProducer,
        failed: Sequence[tuple[Sent, BaseException]],
        sieve: Sieve,
    ) -> None:
        """Sends batches that were too large message by message."""
        await self.renew(producer)
        for one, _ in failed:
            if len(one.messages) == 1:
                index, message = one.messages[0]
                sieve.others[index] = f"{message.topic} {message.key}: {_too_large(message)}"
                continue
            for index, message in one.messages:
                await self._alone(index, message, sieve)

    async def _alone(self, index: int, message: Message, sieve: Sieve) -> None:
        producer = self.engine.producer
        failed = await self._deliver(producer, self._loads(producer, [(index, message)], sieve))
        if failed:
            await self._settle(producer, failed, sieve)

    async def _away(
        self, producer: AIOKafkaProducer, error: BaseException, sent: Iterable[Sent]
    ) -> Exception:
        """Returns what to raise; gets a new producer where the old one is of no use."""
        arrived = [index for one in sent if one.arrived for index, _ in one.messages]
        if isinstance(error, TopicAuthorizationFailedError):
            text = f"{self.engine.connection}: no right to write to {error}: grant it"
        elif isinstance(error, TimeoutError | KafkaTimeoutError):
            text = f"{self.engine.connection}: not confirmed within {self.seconds:.0f} s"
        else:
            text = f"{self.engine.connection}: {error!r}"
            await self.renew(producer)
        self.trouble = text
        return Unavailable(f"{text}; nothing is lost, publish it again", arrived)

    async def renew(self, used: AIOKafkaProducer) -> None:
        """Puts a new producer in the place of one that failed, unless somebody has already. Where
        no broker answers, the next call that fails tries again."""
        async with self._renewing:
            if self.engine.producer is not used:
                return
            try:
                await self.engine.renew_producer()
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("producer_not_renewed", error=repr(error))


def _size(message: Message, key: bytes) -> int:
    headers = sum(len(name.encode()) + len(text.encode()) for name, text in message.headers.items())
    return len(key) + len(message.value) + headers


def _too_large(message: Message) -> str:
    size = _size(message, message.key.encode())
    return (
        f"{size:,} bytes, over the topic's limit at the broker (max.message.bytes); raise that, "
        "or send bodies by reference"
    )
