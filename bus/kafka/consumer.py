"""FastStream's consumer, with our fetch-ahead between it and the broker.

FastStream's loop asks `getmany` for the next batch, and runs its middlewares and our handler over
it. What it gets is a piece that the member has gathered; meanwhile the member's own task fetches
ahead by `fetched`, and so keeps polling however long a handler takes: a slow handler never looks
dead to the group, and never loses its partitions while it works (facts/bus 1, trap 10).
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer import fetcher

from bus.kafka.readable import Records
from bus.kafka.wire import Record

fetcher.MemoryRecords = Records
"""aiokafka's fetcher has no other place to say it (`readable`)."""

NOWHERE = TopicPartition("", 0)
"""A partition that nobody has; polling it alone fetches nothing and counts as polling."""

Piece = dict[TopicPartition, list[Record]]


class Owner(Protocol):
    """What a consumer asks of the member that it belongs to."""

    async def next_piece(self) -> Piece:
        """Returns what is to be handled next; never empty."""

    def attach(self, consumer: "FetchingConsumer") -> None:
        """Takes note of the consumer that FastStream has made."""


class FetchingConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """One member's consumer. Its listener is the member itself."""

    owner: Owner
    stopping: "asyncio.Future[None] | None" = None

    def subscribe(
        self,
        topics: Iterable[str] = (),
        pattern: str | None = None,
        listener: Any = None,
    ) -> None:
        """Subscribes, and tells the member (it is the listener) which consumer is its own."""
        self.owner = listener
        self.owner.attach(self)
        super().subscribe(topics=list(topics), pattern=pattern, listener=listener)

    async def getmany(self, *partitions: TopicPartition, **limits: Any) -> Mapping[Any, Any]:
        """Returns the next piece; the member sets the limits, not FastStream."""
        return await self.owner.next_piece()

    async def fetched(self, milliseconds: int, most: int) -> Piece:
        """Returns what the broker has sent, at most so many records; waits that long for any."""
        found: Piece = await super().getmany(timeout_ms=milliseconds, max_records=most)
        return found

    async def touch(self) -> None:
        """Tells the group that this member polls, and fetches nothing."""
        await super().getmany(NOWHERE, timeout_ms=0)

    async def stop(self) -> None:
        """Closes it, once, and to the end: FastStream may stop a subscriber from within its own
        loop, and cancels that loop first; a consumer that is closed by half keeps its partitions.
        """
        if self.stopping is None:
            self.stopping = asyncio.ensure_future(self._stop())
        await asyncio.shield(self.stopping)

    async def _stop(self) -> None:
        """While no broker answers, aiokafka 0.14 stumbles over a fetch that it cancels itself, and
        leaves its connections open; they are closed here."""
        try:
            await super().stop()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            await self._client.close()
