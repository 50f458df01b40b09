"""FastStream's broker for one bus: made, connected, given subscribers, closed.

The one module that reaches below FastStream's public surface, in three places: its consumers are
ours (`consumer.py`), its producer is used batch by batch, and a producer that failed is replaced.
All three are pinned by `faststream<0.8` and held by the conformance suite. Below aiokafka's reaches
`readable.py`, pinned by `aiokafka<0.15`.

What FastStream would do by default and must not here: acknowledge before processing, make topics,
inject by type (0.3 ms a message), write two log lines an event. See facts/bus 1.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaConnectionError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from bus.errors import Misconfigured
from bus.kafka.connection import REQUEST_SECONDS, Connection
from bus.kafka.consumer import FetchingConsumer
from bus.kafka.member import POLL_SECONDS, REBALANCE_SECONDS, Member
from bus.kafka.wire import Record

log = structlog.get_logger()

BATCH_BYTES = 900_000
"""Size of a partition's batch; below the topic's default limit of 1 MiB for one."""
FETCH_BYTES = 8 * 1024 * 1024
"""What one fetch brings at most; aiokafka holds so much a broker beside the member's buffer."""
FETCH_WAIT = 0.25
"""Seconds that the broker holds an empty fetch; so long a partition that comes back may wait."""
HEARTBEAT = 1.0
"""Seconds between heartbeats, which is how soon a member hears that others come and go."""
SESSION_SECONDS = 10.0
"""Without a heartbeat for so long a member is dead."""
CLOSE_SECONDS = 3.0
"""Machine seconds that closing a client may take."""

Extend = Callable[[KafkaBroker], None]
"""Adds to the broker before it connects: middlewares, documentation."""


class Engine:
    """One broker object of FastStream."""

    def __init__(
        self,
        connection: Connection,
        *,
        compression: str | None,
        fetch_wait: float,
        heartbeat: float,
        extend: Extend | None,
    ) -> None:
        self.connection = connection
        self.fetch_wait = fetch_wait
        self.heartbeat = heartbeat
        self.options: dict[str, Any] = {
            "enable_idempotence": True,
            "acks": "all",
            "compression_type": compression,
            "max_batch_size": BATCH_BYTES,
        }
        self.broker = KafkaBroker(
            list(connection.servers),
            client_id="leadwire",
            security=connection.security(),
            request_timeout_ms=round(REQUEST_SECONDS * 1000),
            allow_auto_create_topics=False,
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,
            graceful_timeout=None,
            logger=None,
            **self.options,
        )
        if extend is not None:
            extend(self.broker)
        self.topics: Collection[str] = ()
        self._probe: Any = None

    async def connect(self) -> None:
        """Connects producer, admin and probe; raises Unavailable or Misconfigured."""
        self.check_policies()
        try:
            async with asyncio.timeout(2 * REQUEST_SECONDS):
                builder = self._config.builder
                self._probe = builder(group_id=None, enable_auto_commit=False)
                await self._probe.start()  # first: where it fails there is no producer to leak
                await self.broker.connect()
                self._config.builder = partial(FetchingConsumer, **builder.keywords)
        except (KafkaError, OSError, TimeoutError) as error:
            await self.close()
            raise await self.connection.why(error) from error

    def check_policies(self) -> None:
        """Raises Misconfigured for a subscriber that would acknowledge by FastStream's default."""
        subscribers: list[Any] = list(self.broker.subscribers)
        for subscriber in subscribers:
            policy = subscriber.ack_policy
            if policy is not AckPolicy.MANUAL:
                raise Misconfigured(
                    f"a subscriber of {', '.join(subscriber.topic_names)} acknowledges by "
                    f"{policy.name}; say ack_policy=AckPolicy.MANUAL, and commit what was handled"
                )

    @property
    def _config(self) -> Any:
        return self.broker.config.broker_config

    @property
    def producer(self) -> AIOKafkaProducer:
        """aiokafka's producer within FastStream's."""
        return self._config.producer._producer.producer

    @property
    def probe(self) -> AIOKafkaConsumer:
        """A consumer of no group and no topic; it tells where partitions begin and end."""
        return self._probe

    @property
    def admin(self) -> AIOKafkaAdminClient:
        """The admin client."""
        return self._config.admin_client

    async def learn(self, topics: Collection[str]) -> None:
        """Lets producer and probe learn of all topics in one look; left alone they ask for each
        when it is first used, and wait a moment for each."""
        self.topics = topics
        for client in (self.producer.client, self._probe._client):
            await client.set_topics(topics)

    def partitions(self, topics: Collection[str]) -> int:
        """Returns how many partitions each of these topics has at least, as far as the producer has
        heard: it asks every few minutes."""
        known = self.producer.client.cluster.partitions_for_topic
        return min((len(known(topic) or ()) for topic in topics), default=0)

    async def renew_producer(self) -> None:
        """Replaces the producer; raises KafkaError where no broker answers."""
        old = self.producer
        new = AIOKafkaProducer(**self.broker._connection_kwargs)
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._config.producer.connect(new, serializer=None)
                await new.client.set_topics(self.topics)
        except BaseException:
            await closed(new)
            raise
        log.warning("producer_renewed", bus=str(self.connection))
        await closed(old)

    def subscriber(self, member: Member) -> BatchSubscriber:
        """Returns FastStream's subscriber that runs a member's handler."""
        subscription, names = member.subscription, member.names

        async def parsed(message: tuple[Record, ...]) -> KafkaMessage:
            return KafkaMessage(
                raw_message=message,
                body=[record.value or b"" for record in message],
                consumer=FAKE_CONSUMER,
            )

        async def decoded(message: KafkaMessage) -> Any:
            return await member.read(message.raw_message)

        subscriber = self.broker.subscriber(
            *(names.topics[topic] for topic in subscription.topics),
            batch=True,
            group_id=names.group(subscription.group),
            group_instance_id=member.instance,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            isolation_level="read_committed",  # what a stranger took back was never said
            partition_assignment_strategy=(RangePartitionAssignor,),
            listener=member,
            no_reply=True,
            parser=parsed,
            decoder=decoded,
            fetch_max_bytes=FETCH_BYTES,
            fetch_max_wait_ms=round(self.fetch_wait * 1000),
            heartbeat_interval_ms=round(self.heartbeat * 1000),
            session_timeout_ms=round(SESSION_SECONDS * 1000),
            rebalance_timeout_ms=round(REBALANCE_SECONDS * 1000),
            max_poll_interval_ms=round(POLL_SECONDS * 1000),
        )
        subscriber(member.handle)
        return subscriber

    async def close(self) -> None:
        """Closes every client; what a dead broker does not answer is cut off."""
        if self._probe is not None:
            await bounded(self._probe.stop())
            self._probe = None
        if self._config.producer:
            await closed(self.producer)
        await bounded(self.broker.stop())


async def closed(producer: AIOKafkaProducer) -> None:
    """Closes a producer; batches that no broker takes within a while are given up, since aiokafka
    would wait for them for ever."""
    stopping = asyncio.ensure_future(producer.stop())
    done, _ = await asyncio.wait({stopping}, timeout=CLOSE_SECONDS)
    if not done:
        log.warning("batches_given_up", seconds=CLOSE_SECONDS)
        await _give_up(producer)
        done, _ = await asyncio.wait({stopping}, timeout=CLOSE_SECONDS)
    if not done:
        stopping.cancel()
    elif (error := stopping.exception()) is not None:
        log.warning("client_closed_hard", error=repr(error))


async def _give_up(producer: AIOKafkaProducer) -> None:
    """Ends what sends, then fails what was not sent; the other way round it would be sent again."""
    sending = producer._sender.sender_task
    sending.cancel()
    await asyncio.wait({sending}, timeout=CLOSE_SECONDS)
    waiting = producer._message_accumulator
    for batches in waiting._batches.values():
        waiting._pending_batches.update(batch for batch in batches if batch.retry_count)
    given_up = {*waiting._pending_batches, *(b for bs in waiting._batches.values() for b in bs)}
    waiting.fail_all(KafkaConnectionError("closed while no broker answered"))
    for batch in given_up:
        batch._drain_waiter.exception()  # nobody is left who would ask, and asyncio complains


async def bounded(closing: Coroutine[Any, Any, None]) -> None:
    """Waits for a client to close, for so long as it makes sense."""
    task = asyncio.ensure_future(closing)
    done, _ = await asyncio.wait({task}, timeout=CLOSE_SECONDS)
    if not done:
        task.cancel()
        log.warning("client_closed_hard", seconds=CLOSE_SECONDS)
    elif task.cancelled() or task.exception() is not None:
        log.warning(
            "client_closed_hard", error=repr(None if task.cancelled() else task.exception())
        )
