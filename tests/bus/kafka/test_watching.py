"""Lag of groups whose members are elsewhere: what doctor, and whoever moves a clock, look at."""

import asyncio

import pytest

from bus.base import Message, Subscription
from bus.kafka import KafkaBus
from tests.bus.kafka.clusters import connection, drop_topics, fresh_prefix, make_topics
from tests.bus.readers import PATIENCE

TOPICS = ("lead.routed", "lead.scored")
GROUPS = {"scoring": ("lead.routed",), "writer": ("lead.routed", "lead.scored")}


def message(topic: str, number: int) -> Message:
    """A message of its own key."""
    return Message(topic, f"t/a{number}", {}, b"{}")


@pytest.mark.service("kafka")
async def test_a_process_that_reads_nothing_sees_how_far_others_are(kafka: str) -> None:
    """A group that never read has everything to read; what another process acknowledges counts."""
    prefix = fresh_prefix()
    names = [prefix + topic for topic in TOPICS]
    await make_topics(kafka, names)
    outside = KafkaBus(connection(kafka), TOPICS, consume=False, prefix=prefix)
    agent = KafkaBus(connection(kafka), TOPICS, prefix=prefix)
    outside.watch(GROUPS)
    await outside.start()
    try:
        await outside.publish([message(topic, n) for topic in TOPICS for n in range(5)])
        assert (await outside.health()).lag == {"scoring": 5, "writer": 10}
        await agent.start()
        agent.subscribe(Subscription(group="scoring", topics=("lead.routed",), handler=nothing))
        async with asyncio.timeout(PATIENCE):
            while (await outside.health()).lag["scoring"]:  # noqa: ASYNC110  # no event says so
                await asyncio.sleep(0.05)
        assert (await outside.health()).lag == {"scoring": 0, "writer": 10}
        assert (await agent.health()).lag == {"scoring": 0}
    finally:
        await agent.stop(1)
        await outside.stop(1)
        await drop_topics(kafka, names)


async def nothing(batch: object) -> None:
    """A handler."""
