"""The Kafka bus keeps the port's promises, on a real broker."""

from collections.abc import AsyncIterator

import pytest

from bus.base import MessageBus, Subscription
from bus.groups import Pauses
from bus.kafka import KafkaBus
from tests.bus.conformance import BusConformance
from tests.bus.kafka.clusters import connection, drop_topics, fresh_prefix, make_topics
from tests.bus.readers import TOPICS


class TestKafkaBus(BusConformance):
    """The suite over topics that each test has for itself."""

    tick = 0.02

    @pytest.fixture(autouse=True)
    async def topics(self, kafka: str) -> AsyncIterator[None]:
        """New topics for each test."""
        self.address, self.prefix = kafka, fresh_prefix()
        names = [f"{self.prefix}{topic}" for topic in TOPICS]
        await make_topics(kafka, names)
        yield
        await drop_topics(kafka, names)

    async def make(self) -> MessageBus:
        return KafkaBus(
            connection(self.address),
            TOPICS,
            pauses=Pauses(0.0, 0.0),
            max_bytes=100_000,
            prefix=self.prefix,
            fetch_wait=0.02,
            heartbeat=0.1,
        )

    def crash(self, bus: MessageBus, subscription: Subscription) -> None:
        assert isinstance(bus, KafkaBus)
        bus.crash(subscription)

    def leave(self, bus: MessageBus, subscription: Subscription) -> None:
        assert isinstance(bus, KafkaBus)
        bus.leave(subscription)
