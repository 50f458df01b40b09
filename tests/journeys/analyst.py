"""An analyst's consumer, written from the catalogue page alone: run by `python -I`, nothing of the
product imported. Reads every topic of a prefix to its end in a consumer group of its own, decodes
each record with the official CloudEvents SDK, and prints a JSON object a record.

    python -I analyst.py HOST:PORT GROUP PREFIX
"""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat


async def main(broker: str, group: str, prefix: str) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    names = sorted(name for name in await consumer.topics() if name.startswith(prefix))
    consumer.subscribe(names)
    ends: dict[TopicPartition, int] = {}
    while not ends or not await at_the_end(consumer, ends):
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                print(json.dumps(shown(record, prefix), default=str))
        if not ends and consumer.assignment():
            ends = await consumer.end_offsets(list(consumer.assignment()))
    await consumer.commit()
    await consumer.stop()


async def at_the_end(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """Says whether all that was there at the start is read."""
    return all([await consumer.position(place) >= end for place, end in ends.items()])


def shown(record: object, prefix: str) -> dict:  # type: ignore[type-arg]  # plain JSON
    key, headers = record.key, dict(record.headers)  # type: ignore[attr-defined]
    topic, value = record.topic.removeprefix(prefix), record.value  # type: ignore[attr-defined]
    row = {"topic": topic, "key": key.decode() if key else None}
    if "ce_id" not in headers:
        return {**row, "bare": value.decode("utf-8", "replace")}
    event = from_binary(KafkaMessage(headers, key, value), JSONFormat())
    return {**row, "attributes": event.get_attributes(), "data": event.get_data()}


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    ours = {"agents", "bus", "channels", "contracts", "statestore"} & set(sys.modules)
    if ours:
        raise SystemExit(f"imported of the product: {ours}")
