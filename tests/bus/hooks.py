"""What an adapter's test gives to the suite of `conformance.py`.

Nothing in the suite waits on the clock: all is driven by events and by conditions over what readers
saw. `tick` is what a condition over health waits between two looks: 0 where the bus lives in the
loop, more where a server answers.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bus.base import BusHealth, MessageBus, Subscription
from tests.bus.readers import (
    PATIENCE,
    Reader,
)


class Hooks(ABC):
    """What an adapter's test supplies."""

    tick = 0.0

    @abstractmethod
    async def make(self) -> MessageBus:
        """Returns a bus over `readers.TOPICS` with at least four partitions, not started.

        It comes again at once (no pause), takes 100,000 bytes at most, and keeps its log for the
        test: making another one goes on with the same log.
        """

    @abstractmethod
    def crash(self, bus: MessageBus, subscription: Subscription) -> None:
        """Freezes a member: what its handler does no longer counts."""

    @abstractmethod
    def leave(self, bus: MessageBus, subscription: Subscription) -> None:
        """Takes a member out in order."""

    @asynccontextmanager
    async def running(self, *readers: Reader) -> AsyncIterator[MessageBus]:
        """A started bus whose readers have all begun, stopped at the end."""
        bus = await self.make()
        for reader in readers:
            bus.subscribe(reader.subscription)
        await bus.start()
        try:
            await self.healthy(bus, lambda health: health.ready)
            yield bus
        finally:
            await bus.stop(drain=0.0)

    async def healthy(self, bus: MessageBus, true: Callable[[BusHealth], bool]) -> BusHealth:
        """Returns health once a condition over it holds."""
        async with asyncio.timeout(PATIENCE):
            while not true(health := await bus.health()):  # noqa: ASYNC110  # no event says so
                await asyncio.sleep(self.tick)
        return health

    async def idle(self, bus: MessageBus) -> None:
        """Returns when nothing is left to do."""
        await self.healthy(bus, lambda health: health.idle)
