"""Fixtures of the Kafka bus's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.bus.kafka.clusters import topics_of_own


@pytest.fixture
async def prefix(kafka: str) -> AsyncIterator[str]:
    """Topics of this test's own."""
    async with topics_of_own(kafka) as name:
        yield name
