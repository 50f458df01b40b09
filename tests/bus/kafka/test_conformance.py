"""The Kafka bus keeps the port's promises, on a real broker."""

from collections.abc import AsyncIterator

import pytest

from bus.base import MessageBus, Subscription
from bus.kafka import KafkaBus
from tests.bus.conformance import BusConformance
from tests.bus.kafka.clusters import a_bus, topics_of_own


class TestKafkaBus(BusConformance):
    """The suite over topics that each test has for itself."""

    tick = 0.02

    @pytest.fixture(autouse=True)
    async def topics(self, kafka: str) -> AsyncIterator[None]:
        """New topics for each test."""
        async with topics_of_own(kafka) as prefix:
            self.address, self.prefix = kafka, prefix
            yield

    async def make(self) -> MessageBus:
        return a_bus(self.address, self.prefix, max_bytes=100_000)

    def crash(self, bus: MessageBus, subscription: Subscription) -> None:
        assert isinstance(bus, KafkaBus)
        bus.crash(subscription)

    def leave(self, bus: MessageBus, subscription: Subscription) -> None:
        assert isinstance(bus, KafkaBus)
        bus.leave(subscription)
