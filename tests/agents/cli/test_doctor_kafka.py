"""`leadwire doctor` against a real broker: topics that are missing, groups that are behind."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from agents import wiring
from bus.base import Message
from bus.kafka import KafkaBus
from tests.agents.cli.place import Place
from tests.bus.kafka.clusters import connection, drop_topics, fresh_prefix, make_topics

pytestmark = pytest.mark.service("kafka")


@pytest.fixture
def prefix(kafka: str, place: Place) -> Iterator[str]:
    """A place on Kafka, its topics not yet made."""
    made = fresh_prefix()
    place.environment |= {"LEADWIRE_BUS": f"kafka:{kafka}", "LEADWIRE_BUS_PREFIX": made}
    yield made
    asyncio.run(drop_topics(kafka, [made + topic for topic in wiring.topics()]))


def states(place: Place) -> dict[str, tuple[str, str]]:
    """Check → state and next command, the last of each."""
    lines = place.run("doctor", "--json", "--offline").stdout.splitlines()
    return {one["check"]: (one["state"], one["next"]) for one in map(json.loads, lines)}


def test_missing_topics_then_a_group_behind(kafka: str, prefix: str, place: Place) -> None:
    """First the command that makes them, then the agent that nobody started."""
    assert states(place)["topics"] == ("fail", "leadwire topics apply")
    asyncio.run(make_topics(kafka, [prefix + topic for topic in wiring.topics()], partitions=2))
    assert states(place)["topics"][0] == "warn", "two partitions, and no retention of ours"
    assert place.run("topics", "apply", LEADWIRE_PARTITIONS="2").exit_code == 0
    place.environment["LEADWIRE_PARTITIONS"] = "2"
    found = states(place)
    assert found["bus"][0] == found["topics"][0] == found["lag"][0] == "ok"
    asyncio.run(fill(kafka, prefix, 1000))
    state, next_ = states(place)["lag"]
    assert (state, "leadwire run intake" in next_) == ("warn", True)


def test_a_broker_that_is_away_is_named_and_the_store_is_looked_at(place: Place) -> None:
    """What can be said is said."""
    place.environment["LEADWIRE_BUS"] = "kafka:127.0.0.1:1"
    found = states(place)
    assert found["bus"][0] == "fail"
    assert found["store"][0] == found["switches"][0] == "ok"


async def fill(address: str, prefix: str, count: int) -> None:
    """Publishes at the door, where nobody reads."""
    bus = KafkaBus(connection(address), wiring.topics(), consume=False, prefix=prefix)
    await bus.start()
    await bus.publish([Message("inbound.leads", str(n), {}, b"{}") for n in range(count)])
    await bus.stop(1)
