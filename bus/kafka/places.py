"""What one member has fetched of one topic's partition, and how it comes again after a failure.

The consumer's fetch-ahead fills a place, the member takes pieces from it. What failed is not kept:
the consumer is set back to it and paused, so that a partition in trouble holds no room that others
need; it is fetched again when its pause is over. Until everything of it is acknowledged, the place
hands out halves, alone, so that poison ends up by itself (as in `bus.groups`). How often a message
was handed out is remembered by the process, so that it survives a rebalance within it.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from bus.kafka.wire import Record


@dataclass(slots=True)
class Trouble:
    """What failed of a partition: offset → how often it was handed out, and how much at once."""

    attempts: dict[int, int] = field(default_factory=dict)
    width: int = 0

    def fail(self, taken: Sequence[Record], *, halve: bool) -> int:
        """Notes that a piece was handed out in vain; returns the highest attempt in it."""
        attempts = self.attempts
        for record in taken:
            attempts[record.offset] = attempts.get(record.offset, 0) + 1
        self.width = max(1, len(taken) // 2 if halve else len(taken))
        return max(attempts[record.offset] for record in taken)

    def settle(self, taken: Sequence[Record]) -> None:
        """Notes that a piece was acknowledged; nothing before it comes again."""
        last = taken[-1].offset
        for offset in [offset for offset in self.attempts if offset <= last]:
            del self.attempts[offset]


SAME_AGAIN, WITHIN = 5, 20.0
"""How often the same share within how many machine seconds is restless."""


class Shares:
    """Which partitions a member was given, and when.

    A broker gives two processes of one lasting name the same share by turns, for ever, and tells
    neither; each handles what the other does. A group that only grows or shrinks gives other
    shares.
    """

    def __init__(self) -> None:
        self._last: deque[tuple[frozenset[TopicPartition], float]] = deque(maxlen=SAME_AGAIN)

    def note(self, share: frozenset[TopicPartition], now: float) -> None:
        """Takes note of a share, by machine time."""
        self._last.append((share, now))

    def restless(self, now: float) -> bool:
        """Says whether it was the same again and again just now."""
        shares = {share for share, _ in self._last}
        return (
            len(self._last) == SAME_AGAIN and len(shares) == 1 and now - self._last[0][1] < WITHIN
        )


class Place:
    """One assigned partition."""

    __slots__ = ("fetched", "next", "queue", "retry", "tp", "trouble")

    def __init__(self, tp: TopicPartition, trouble: Trouble) -> None:
        self.tp = tp
        self.queue: deque[Record] = deque()
        self.trouble = trouble
        self.retry: asyncio.TimerHandle | None = None
        self.fetched = False
        """Whether any record of it has come here."""
        self.next: int | None = None
        """The offset after the last that was acknowledged here; None before the first, and once
        what came after was given up unhandled."""

    @property
    def troubled(self) -> bool:
        """Says whether something of it failed and is not settled yet."""
        return bool(self.trouble.attempts)

    def take(self, limit: int) -> list[Record]:
        """Takes up to so many records."""
        queue = self.queue
        if self.trouble.attempts:
            limit = min(limit, self.trouble.width)
        if limit >= len(queue):
            taken = list(queue)
            queue.clear()
            return taken
        return [queue.popleft() for _ in range(limit)]

    def close(self) -> None:
        """Forgets what was fetched, and any pause."""
        self.queue.clear()
        if self.retry is not None:
            self.retry.cancel()
            self.retry = None
