"""How far every group of agents has read, as the broker says: committed offsets against ends.

Asks with aiokafka's own admin client, beside the product. A group that has never committed has
everything to read.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata


class KafkaLag:
    """Reads the lag of every group; nothing where the broker does not answer."""

    def __init__(self, brokers: str, groups: Mapping[str, Sequence[str]] | None = None) -> None:
        self.brokers = brokers
        self.groups = groups
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._places: dict[str, list[TopicPartition]] = {}

    async def start(self) -> None:
        """Connects, and learns the partitions of what is read."""
        groups = self.groups or {}
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self.brokers, enable_auto_commit=False)
        await self._admin.start()
        await self._consumer.start()
        topics = sorted({topic for topics in groups.values() for topic in topics})
        described = await self._admin.describe_topics(topics)
        partitions = {one["topic"]: len(one["partitions"]) for one in described}
        self._places = {
            group: [TopicPartition(t, n) for t in topics for n in range(partitions[t])]
            for group, topics in groups.items()
        }

    async def stop(self) -> None:
        """Closes both connections."""
        for client in (self._consumer, self._admin):
            with suppress(KafkaError, OSError):
                if isinstance(client, AIOKafkaConsumer):
                    await client.stop()
                elif client is not None:
                    await client.close()

    async def read(self) -> dict[str, int]:
        """Group → records that it has not acknowledged; empty while the broker is away."""
        assert self._admin is not None
        assert self._consumer is not None
        try:
            taken = {
                group: await self._admin.list_consumer_group_offsets(group)
                for group in self._places
            }
            every = sorted({place for places in self._places.values() for place in places})
            ends = await self._consumer.end_offsets(every)  # after: a lag is never too small
            return {
                group: sum(ends[p] - _offset(taken[group].get(p)) for p in places)
                for group, places in self._places.items()
            }
        except (KafkaError, OSError):
            return {}


def _offset(found: OffsetAndMetadata | None) -> int:
    """What a group has committed; nothing is −1 on the wire."""
    return max(found.offset, 0) if found is not None else 0
