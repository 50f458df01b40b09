"""The bus's port: publish a batch, subscribe a group, at least once.

What an adapter promises
- `publish` returns when every message is durable for this bus. Order is kept per key within a
  topic and nowhere else; no agent may need it. A message over `max_bytes`, or with text that is no
  Unicode, raises `Refused`, one for a topic that is not there `UnknownTopic`; both name the
  indexes, and the others of the call are published.
- Each group gets every message of its topics at least once. A message belongs to a partition by
  the hash of its key; each partition has one owner among the group's members at a time, so that
  messages of a key are handled one batch after another.
- A handler gets a batch in order of arrival within each topic's partition. When it returns, its
  batch is acknowledged; when it raises, nothing of the batch is, and its messages come again with
  `attempt` raised, after a pause that grows up to a bound; they come by partition and in smaller
  pieces, so that what is good among them goes on. Other partitions go on meanwhile. The handler
  must still settle poison itself (the turns do: deferred through the store, then dead-lettered),
  so that a partition is never blocked by one message.
- A member that stops hands its partitions over after its handler has returned (drain). A member
  that crashes has acknowledged nothing that it was handling; it comes again elsewhere.
- At most `batch` messages are in a handler at a time and at most `buffer` are fetched ahead:
  back-pressure reaches the log, never the publisher. `publish` inside a handler never blocks on
  consumers, so a cycle of agents cannot deadlock.
- Nothing is created implicitly: topics of the catalogue are known before start.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.value import Value

MAX_BYTES = 1_000_000
"""Default size limit of a message, key and headers included; Kafka's own default is 1 MiB."""


class Message(Value, frozen=True):
    """A value for the wire: it knows no client library."""

    topic: str
    key: str
    headers: Mapping[str, str]
    value: bytes


class Delivery(Value, frozen=True):
    """A message as a group's member reads it.

    `attempt` counts deliveries of it from 1, as far as the process knows: after a crash of the
    process it counts anew.
    """

    message: Message
    partition: int
    offset: int
    attempt: int = 1

    @property
    def origin(self) -> str:
        """`topic/partition/offset`, for dead letters."""
        return f"{self.message.topic}/{self.partition}/{self.offset}"


Handler = Callable[[Sequence[Delivery]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One member of a group. `group` is the agent's name; `batch` the most that it gets at once.

    A group that is new starts at the oldest message that is kept. Members are told apart by
    identity: make one value for each.
    """

    group: str
    topics: tuple[str, ...]
    handler: Handler
    batch: int = 200
    buffer: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BusHealth:
    """What readiness and the stepped clock's driver read.

    `lag` is how many messages each group has not acknowledged, those in its handlers included.
    """

    ready: bool
    lag: Mapping[str, int] = field(default_factory=dict)
    detail: str = ""

    @property
    def idle(self) -> bool:
        """True where no group has anything left to do."""
        return not any(self.lag.values())


class MessageBus(ABC):
    """The port. See the module's text for what every method promises."""

    max_bytes: int = MAX_BYTES

    @abstractmethod
    async def publish(self, messages: Sequence[Message]) -> None:
        """Publishes messages; returns when all are durable.

        Raises Refused where some will never be taken (the others are published), or Unavailable:
        nothing of the call may be there or all of it, and publishing it again is the way on; but
        for those that `published` names, which are durable.
        """

    @abstractmethod
    def subscribe(self, subscription: Subscription) -> None:
        """Adds a member to a group; before `start` or while running. A topic that is not known
        raises UnknownTopic."""

    @abstractmethod
    async def start(self) -> None:
        """Begins delivering. Raises Locked, Corrupt, Misplaced or Unavailable with the remedy."""

    @abstractmethod
    async def stop(self, drain: float = 15.0) -> None:
        """Stops fetching, waits up to `drain` machine seconds for handlers, acknowledges what
        they finished, and closes. What a handler had not finished comes again."""

    @abstractmethod
    async def health(self) -> BusHealth:
        """Returns readiness and lag."""

    def watch(self, groups: Mapping[str, Sequence[str]]) -> None:  # noqa: B027 — most see all
        """Asks `health` to count the lag of these groups too (group → its topics), whose members
        are in other processes. A bus whose log knows its groups counts them anyway."""
