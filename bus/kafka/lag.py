"""Counts what each group has not acknowledged, from what the brokers say."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

COORDINATOR_SECONDS = 0.1
"""Machine seconds between two questions for a group's coordinator."""

Offsets = Mapping[TopicPartition, int]


async def lags(
    admin: AIOKafkaAdminClient,
    probe: AIOKafkaConsumer,
    groups: Mapping[str, Iterable[str]],
    partitions: int,
) -> dict[str, int]:
    """Returns group → messages behind, over all of its topics, whoever of it reads them."""
    wanted = {
        group: [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        for group, topics in groups.items()
    }
    every = sorted({tp for tps in wanted.values() for tp in tps})
    if not every:
        return {}
    committed = await asyncio.gather(*(acknowledged(admin, *item) for item in wanted.items()))
    ends: Offsets = await probe.end_offsets(every)
    heads: Offsets = {}
    if any(mine.get(tp, -1) < ends[tp] for mine in committed for tp in every):
        heads = await probe.beginning_offsets(every)
    return {
        group: sum(behind(mine.get(tp), heads.get(tp, 0), ends[tp]) for tp in tps)
        for (group, tps), mine in zip(wanted.items(), committed, strict=True)
    }


def behind(committed: int | None, head: int, end: int) -> int:
    """Returns how many of a partition are left; what was dropped by age is not."""
    return max(0, end - max(head, committed or 0))


async def acknowledged(
    admin: AIOKafkaAdminClient, group: str, tps: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """Returns what a group has committed; a partition without is left out. A cluster's first
    groups have no coordinator for a moment: waits for it, as long as the caller does."""
    while True:
        try:
            found = await admin.list_consumer_group_offsets(group, partitions=tps)
            break
        except GroupCoordinatorNotAvailableError:
            await asyncio.sleep(COORDINATOR_SECONDS)
    return {tp: row.offset for tp, row in found.items() if row.offset >= 0}
