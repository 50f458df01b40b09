"""The hop of `kafka_hop.py` as FastStream's users write it, over the same tables and bytes.

`single` is the idiom: a message at a time, acknowledged when its transaction stands. `batched` is
what who has measured writes by hand: a batch subscriber, one transaction a batch, and every record
published under its key without waiting for each (`publish_batch` would put all into one partition).
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from tests.bench.hop import BATCH
from tests.bench.raw_kafka import PUBLISHED, commit


class Taken:
    """Counts what was handled, and when the first of it came."""

    def __init__(self, events: int) -> None:
        self.left = events
        self.done = asyncio.Event()
        self.begun = (0.0, 0.0)

    def begin(self) -> None:
        """Starts both clocks, once."""
        if not self.begun[0]:
            self.begun = time.perf_counter(), time.process_time()

    def end(self, count: int) -> None:
        """Takes note of handled records."""
        self.left -= count
        if self.left <= 0:
            self.done.set()

    def passed(self) -> tuple[float, float]:
        """Seconds, and processor time."""
        return time.perf_counter() - self.begun[0], time.process_time() - self.begun[1]


def broker_of(brokers: str) -> KafkaBroker:
    """A broker as durable as ours."""
    return KafkaBroker(
        brokers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=1 << 20,
        compression_type="zstd",
        logger=None,
    )


async def single(
    brokers: str, database: str, source: str, out: str, agent: str, events: int
) -> tuple[float, float]:
    """A message at a time."""
    broker, store, taken = broker_of(brokers), await asyncpg.connect(database), Taken(events)

    @broker.subscriber(
        source, group_id=agent, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def handle(body: Any, message: KafkaMessage) -> None:
        if taken.left <= 0:
            return
        taken.begin()
        made, first = await commit(store, agent, out, [message.raw_message])
        for one in made:
            await broker.publish(one["value"], out, key=one["key"], headers=_text(one["headers"]))
        await store.execute(PUBLISHED, first, first)
        taken.end(1)

    return await _run(broker, store, taken)


async def batched(
    brokers: str, database: str, source: str, out: str, agent: str, events: int
) -> tuple[float, float]:
    """A batch at a time."""
    broker, store, taken = broker_of(brokers), await asyncpg.connect(database), Taken(events)

    @broker.subscriber(
        source,
        group_id=agent,
        auto_offset_reset="earliest",
        batch=True,
        max_records=BATCH,
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def handle(bodies: list[Any], message: KafkaMessage) -> None:
        taken.begin()
        records: Sequence[Any] = message.raw_message
        made, first = await commit(store, agent, out, list(records))
        sent = [
            await broker.publish(
                one["value"],
                out,
                key=one["key"],
                headers=_text(one["headers"]),
                no_confirm=True,
            )
            for one in made
        ]
        await asyncio.gather(*sent)
        await store.execute(PUBLISHED, first, first + len(made) - 1)
        taken.end(len(records))

    return await _run(broker, store, taken)


def _text(headers: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    return {name: value.decode() for name, value in headers}


async def _run(broker: KafkaBroker, store: Any, taken: Taken) -> tuple[float, float]:
    await broker.start()
    await taken.done.wait()
    passed = taken.passed()
    await broker.stop()
    await store.close()
    return passed
