"""What start-up asks of a cluster before anything is read or written; raises with the remedy.

Topics are made by `leadwire topics apply` alone. A broker that makes topics by itself is refused:
any client's typo, or a topic that is asked for a moment too early, would be made with the broker's
own number of partitions, and then no key's topics lie together.
"""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from bus.errors import Misconfigured, Unavailable, UnknownTopic

AUTOMATIC = "auto.create.topics.enable"


async def partitions_of(admin: AIOKafkaAdminClient, topics: Collection[str]) -> int:
    """Returns how many partitions each topic has.

    Raises UnknownTopic for those that are not there, Misconfigured where they differ.
    """
    counts = await counted(admin)
    missing = sorted(set(topics) - counts.keys())
    if missing:
        names = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if missing[5:] else "")
        raise UnknownTopic(f"no topic {names} in the cluster; run `leadwire topics apply`")
    return equal({topic: counts[topic] for topic in topics})


def equal(counts: Mapping[str, int]) -> int:
    """Returns the number that all have; raises Misconfigured naming those that differ."""
    most = max(counts.values(), default=1)
    short = sorted(f"{topic} has {count}" for topic, count in counts.items() if count != most)
    if short:
        raise Misconfigured(
            f"topics need equal numbers of partitions, so that one member has all of a key: "
            f"{', '.join(short[:5])}, others {most}; run `leadwire topics plan`, it says what to do"
        )
    return most


async def counted(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Returns every topic of the cluster with its number of partitions."""
    found: dict[str, int] = {}
    for row in await admin.describe_topics():
        error = for_code(row["error_code"])
        if row["error_code"] and error.__name__ != "UnknownTopicOrPartitionError":
            raise Unavailable(f"topic {row['topic']}: {error()!r}; try again")
        found[row["topic"]] = len(row["partitions"])
    return found


async def refuse_automatic(admin: AIOKafkaAdminClient) -> None:
    """Raises Misconfigured for a broker that makes topics by itself. One that does not let us ask
    is taken at its word: `leadwire topics plan` still says what is wrong with topics."""
    cluster = await admin.describe_cluster()
    for broker in cluster["brokers"]:
        if await setting(admin, str(broker["node_id"]), AUTOMATIC) == "true":
            raise Misconfigured(
                f"broker {broker['node_id']} makes topics by itself ({AUTOMATIC}=true), with the "
                f"wrong number of partitions; set {AUTOMATIC}=false there and restart it"
            )


async def setting(admin: AIOKafkaAdminClient, broker: str, name: str) -> str | None:
    """Returns a broker's setting; None where it has none or may not tell us."""
    resource = ConfigResource(ConfigResourceType.BROKER, broker, configs={name: ""})
    try:
        answers = await admin.describe_configs([resource])
    except KafkaError:
        return None
    return settings_of(answers).get(broker, {}).get(name, (None, False))[0]


def settings_of(answers: Collection[Any]) -> dict[str, dict[str, tuple[str | None, bool]]]:
    """Returns what a description says: resource → setting → (value, set for it alone)."""
    found: dict[str, dict[str, tuple[str | None, bool]]] = {}
    for answer in answers:
        for row in answer.to_object()["resources"]:
            settings = found.setdefault(row["resource_name"], {})
            for entry in row["config_entries"]:
                own = entry.get("config_source") == 1
                settings[entry["config_names"]] = (entry["config_value"], own)
    return found
