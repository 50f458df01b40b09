"""Turns topics that are wanted and topics that are there into steps, and takes them.

`leadwire topics plan|apply` calls it. `decide` is pure: the same wishes and the same cluster give
the same steps, and a second application has none left. Partitions are never made fewer (Kafka
cannot), and more only where the caller says so, since more of them move keys. Settings of a topic
that are not ours stay as somebody set them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    InvalidReplicationFactorError,
    KafkaError,
    TopicAuthorizationFailedError,
    for_code,
)

from bus.errors import Misconfigured, Unavailable
from bus.kafka import checking
from bus.kafka.connection import REQUEST_SECONDS, Connection

REPLICATION = "default.replication.factor"
VISIBLE_SECONDS = 30.0
"""Machine seconds that a new topic may take until every broker knows it."""

MORE = (
    "more partitions move keys to other members: until the old ones are read to their end, events "
    "of one account may be handled at two places and in another order (no agent needs order, but "
    "expect lost commits and repeats); it cannot be undone, and agents must be restarted"
)


class Action(Enum):
    """What a step does."""

    CREATE = "create"
    ALTER = "alter"
    """Its settings become what they should be."""
    RAISE = "raise"
    """It gets more partitions, and its settings if they are wrong too."""
    KEEP = "keep"
    REFUSE = "refuse"
    """It should have more partitions, and nobody said that keys may move."""
    UNKNOWN = "unknown"
    """Nobody here wants it; left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A topic as it should be; `settings` are Kafka's names and values."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A topic as it is: `settings` by name → (value, set for this topic alone)."""

    partitions: int
    replication: int
    settings: Mapping[str, tuple[str | None, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done about one topic."""

    topic: str
    action: Action
    partitions: int
    replication: int
    settings: Mapping[str, str] = field(default_factory=dict)
    """What is set: everything for a new topic, what differs for an old one."""
    note: str = ""

    @property
    def changes(self) -> bool:
        """Says whether there is something to do, or should be."""
        return self.action not in (Action.KEEP, Action.UNKNOWN)


def decide(
    wishes: Sequence[Wish],
    found: Mapping[str, Found],
    *,
    partitions: int,
    replication: int,
    reorder_ok: bool = False,
    ours: Iterable[str] = (),
) -> list[Step]:
    """Returns a step for each topic, by name.

    `replication` is for new topics. `ours` are beginnings of names that nobody else uses: topics
    under them that no wish names are shown as unknown.
    """
    names = {wish.name for wish in wishes}
    there = [found[name].partitions for name in names if name in found]
    most = max(there, default=partitions)
    target = max(most, partitions) if reorder_ok else most
    steps = [
        _known(wish, found[wish.name], target, partitions, replication, reorder_ok)
        if wish.name in found
        else Step(
            topic=wish.name,
            action=Action.CREATE,
            partitions=target,
            replication=replication,
            settings=dict(wish.settings),
        )
        for wish in wishes
    ]
    strange = [name for name in found if name not in names and name.startswith(tuple(ours))]
    steps += [_strange(name, found[name]) for name in strange]
    return sorted(steps, key=lambda step: step.topic)


def _known(
    wish: Wish, found: Found, target: int, partitions: int, replication: int, reorder_ok: bool
) -> Step:
    wrong = {
        name: value
        for name, value in wish.settings.items()
        if found.settings.get(name, (None, False))[0] != value
    }
    notes: list[str] = []
    action = Action.ALTER if wrong else Action.KEEP
    short = found.partitions < max(target, partitions)
    if short:
        action = Action.RAISE if reorder_ok else Action.REFUSE
        notes.append(f"has {found.partitions} of {max(target, partitions)} partitions")
    if found.partitions > partitions:
        notes.append(f"partitions = {partitions} is less than it has; Kafka makes none fewer")
    if found.replication < replication:
        notes.append(f"has {found.replication} of {replication} copies: use kafka-reassign-…")
    return Step(
        topic=wish.name,
        action=action,
        partitions=target if reorder_ok else found.partitions,
        replication=found.replication,
        settings=wrong,
        note="; ".join(notes),
    )


def _strange(name: str, found: Found) -> Step:
    return Step(
        topic=name,
        action=Action.UNKNOWN,
        partitions=found.partitions,
        replication=found.replication,
        note="not of this release; left alone",
    )


@asynccontextmanager
async def administrating(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client; errors of the cluster come as ours."""
    client = AIOKafkaAdminClient(
        bootstrap_servers=list(connection.servers),
        client_id="leadwire",
        request_timeout_ms=round(REQUEST_SECONDS * 1000),
        **connection.options(),
    )
    try:
        await client.start()
        yield client
    except (KafkaError, OSError, TimeoutError) as error:
        raise await connection.why(error) from error
    finally:
        await client.close()


async def look(admin: AIOKafkaAdminClient) -> dict[str, Found]:
    """Returns every topic of the cluster but Kafka's own."""
    rows = [row for row in await admin.describe_topics() if not row["is_internal"]]
    resources = [ConfigResource(ConfigResourceType.TOPIC, row["topic"]) for row in rows]
    answers = await admin.describe_configs(resources) if resources else []
    settings = checking.settings_of(answers)
    return {
        row["topic"]: Found(
            partitions=len(row["partitions"]),
            replication=min((len(part["replicas"]) for part in row["partitions"]), default=0),
            settings=settings.get(row["topic"], {}),
        )
        for row in rows
    }


async def usual_replication(admin: AIOKafkaAdminClient) -> int:
    """Returns how many copies the cluster makes of its own accord; three, or as many as there are
    brokers, where it does not say."""
    brokers = (await admin.describe_cluster())["brokers"]
    for broker in brokers:
        value = await checking.setting(admin, str(broker["node_id"]), REPLICATION)
        if value is not None:
            return int(value)
    return min(3, len(brokers))


async def take(
    admin: AIOKafkaAdminClient, steps: Sequence[Step], found: Mapping[str, Found]
) -> None:
    """Takes the steps; raises Misconfigured naming the first topic that the cluster refuses."""
    await _create(admin, [step for step in steps if step.action is Action.CREATE])
    for step in steps:
        if step.action is Action.RAISE and step.partitions > found[step.topic].partitions:
            await admin.create_partitions({step.topic: NewPartitions(step.partitions)})
        if step.action is not Action.CREATE and step.settings:
            await _alter(admin, step, found[step.topic])
    await _visible(admin, steps)


async def _create(admin: AIOKafkaAdminClient, steps: Sequence[Step]) -> None:
    """Makes topics; one that somebody else has made meanwhile is looked at by the next plan."""
    if not steps:
        return
    new = [
        NewTopic(step.topic, step.partitions, step.replication, topic_configs=dict(step.settings))
        for step in steps
    ]
    answer = await admin.create_topics(new)
    for name, code, text in answer.topic_errors:
        error = for_code(code)
        if code and error.__name__ != "TopicAlreadyExistsError":
            raise Misconfigured(f"topic {name} cannot be made: {_refusal(error, text)}")


async def _alter(admin: AIOKafkaAdminClient, step: Step, found: Found) -> None:
    """Sets what is wrong. Kafka takes the whole list at once, so the others' own go along."""
    own = {name: value for name, (value, mine) in found.settings.items() if mine and value}
    resource = ConfigResource(
        ConfigResourceType.TOPIC, step.topic, configs={**own, **step.settings}
    )
    for answer in await admin.alter_configs([resource]):
        for row in answer.resources:
            if row[0]:
                text = _refusal(for_code(row[0]), row[1])
                raise Misconfigured(f"topic {step.topic} cannot be changed: {text}")


def _refusal(error: type[Exception], text: str | None) -> str:
    """What a cluster says about a step, with the setting where it is one of ours."""
    said = text or error.__name__
    if error is InvalidReplicationFactorError:
        return f"{said} Set LEADWIRE_REPLICATION to at most as many as there are brokers"
    if error in (ClusterAuthorizationFailedError, TopicAuthorizationFailedError):
        return f"{said}: let bus_user create and alter topics, or have somebody run this who may"
    return said


async def _visible(admin: AIOKafkaAdminClient, steps: Sequence[Step]) -> None:
    """Returns when the cluster knows every topic with all of its partitions and their leaders: it
    answers before it does."""
    wanted = {step.topic: step.partitions for step in steps if step.changes}
    try:
        async with asyncio.timeout(VISIBLE_SECONDS):
            while short := await _short(admin, wanted):
                await _moment()
    except TimeoutError:
        text = f"{', '.join(sorted(short))}: made, but without leaders yet; try again"
        raise Unavailable(text) from None


async def _short(admin: AIOKafkaAdminClient, wanted: Mapping[str, int]) -> set[str]:
    led = {
        row["topic"]: sum(part["leader"] >= 0 for part in row["partitions"])
        for row in await admin.describe_topics()
    }
    return {name for name, count in wanted.items() if led.get(name, 0) < count}


async def _moment() -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, done.set)
    await done.wait()
