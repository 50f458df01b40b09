"""Turns messages into what a log keeps, and says which of a call it will never keep.

Both logs of our own call it (memory, sqlite), so that they take and refuse alike. Headers are kept
as one JSON object in bytes: nothing of the publisher's can change what was published.
"""

from collections.abc import Container, Mapping
from zlib import crc32

import orjson

from bus.base import Message
from bus.errors import Refused, UnknownTopic


def pack(headers: Mapping[str, str]) -> bytes:
    """Returns headers as bytes; raises TypeError where a text is no Unicode."""
    return orjson.dumps(headers)


def unpack(raw: bytes) -> dict[str, str]:
    """Returns what `pack` was given."""
    headers: dict[str, str] = orjson.loads(raw)
    return headers


def partition_of(key: bytes, partitions: int) -> int:
    """Returns the partition of a key: stable over processes and releases, cheap, even enough."""
    return crc32(key) % partitions


class Sieve:
    """Collects why messages of one call are refused, by index."""

    def __init__(self, topics: Container[str], max_bytes: int) -> None:
        self.topics = topics
        self.max_bytes = max_bytes
        self.unknown: dict[int, str] = {}
        self.others: dict[int, str] = {}

    def admit(self, index: int, message: Message) -> tuple[bytes, bytes] | None:
        """Returns a message's key and headers in bytes, or None where it is refused."""
        try:
            key, headers = message.key.encode(), orjson.dumps(message.headers)
        except (UnicodeEncodeError, TypeError) as error:
            self.no_text(index, message, error)
            return None
        size = len(key) + len(headers) + len(message.value)
        return (key, headers) if self.takes(index, message, size) else None

    def takes(self, index: int, message: Message, size: int) -> bool:
        """Says whether a message of so many bytes is taken; notes why not."""
        if message.topic not in self.topics:
            self.unknown[index] = f"no topic {message.topic!r}"
        elif size > self.max_bytes:
            limit = f"over the limit of {self.max_bytes:,}"
            self.others[index] = f"{message.topic} {message.key}: {size:,} bytes, {limit}"
        else:
            return True
        return False

    def no_text(self, index: int, message: Message, error: Exception) -> None:
        """Notes that key or headers are no text."""
        self.others[index] = f"{message.topic}: key or headers are no Unicode text: {error}"

    def report(self) -> None:
        """Raises UnknownTopic or Refused for what was held back; nothing where all went through."""
        reasons = {**self.unknown, **self.others}
        if not reasons:
            return
        indexes = sorted(reasons)
        text = "; ".join(reasons[index] for index in indexes[:3])
        if len(indexes) > 3:
            text += f"; and {len(indexes) - 3} more"
        if self.others:
            raise Refused(text, indexes)
        raise UnknownTopic(f"{text}; check the name, or run `leadwire topics apply`", indexes)
