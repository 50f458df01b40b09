"""Turns fetched records into deliveries.

One pass a batch and nothing per message but the values themselves: this decides throughput. What
a stranger wrote may be no text: such bytes come as `\\xff` within the text, which every store can
hold and a person can read. So reading never fails, and the agent that reads judges the content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bus.base import Delivery, Message


class Record(Protocol):
    """What we read of aiokafka's `ConsumerRecord`."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Names:
    """What topics and groups are called in the cluster: with a prefix, where one is set."""

    topics: Mapping[str, str]
    """Topic → its name in the cluster."""
    own: Mapping[str, str]
    """Name in the cluster → topic."""
    prefix: str = ""

    def group(self, name: str) -> str:
        """Returns what a group is called in the cluster."""
        return f"{self.prefix}{name}"


def names(topics: Iterable[str], prefix: str) -> Names:
    """Returns the names of topics under a prefix."""
    wire = {topic: f"{prefix}{topic}" for topic in topics}
    return Names(wire, {name: topic for topic, name in wire.items()}, prefix)


def deliveries(
    records: Sequence[Record], attempts: Mapping[int, int], topics: Mapping[str, str]
) -> list[Delivery]:
    """Returns records as deliveries. `attempts` says by offset how often one was handed out,
    `topics` what a topic's name in the cluster stands for."""
    return [
        Delivery(
            message_of(record, topics[record.topic]),
            record.partition,
            record.offset,
            attempts.get(record.offset, 0) + 1,
        )
        for record in records
    ]


def message_of(record: Record, topic: str) -> Message:
    """Returns a record as a message; no key is an empty one, no value an empty one too."""
    try:
        key = record.key.decode() if record.key else ""
        headers = {name: raw.decode() for name, raw in record.headers}
    except (UnicodeDecodeError, AttributeError):
        key = readable(record.key)
        headers = {name: readable(raw) for name, raw in record.headers}
    return Message(topic, key, headers, record.value or b"")


def readable(raw: bytes | None) -> str:
    """Returns bytes as text, whatever they are."""
    return raw.decode("utf-8", "backslashreplace") if raw else ""
