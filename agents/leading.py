"""One process of many at a time: a lease of the store for what the fleet needs done once.

Auditing, sweeping up lost claims and reading a mailbox are harmless when two processes do them, and
wasteful. Whoever holds the lease does it; when that process dies its lease runs out, and another
goes on. An embedded store has one process, which need not ask.
"""

import asyncio
from collections.abc import Awaitable, Callable

from agents.base import Commits
from agents.ports import nudged
from statestore.base import Lease
from statestore.errors import Unavailable


class Leading:
    """A named lease as one process sees it; `seconds` of machine time after its last renewal it is
    anybody's."""

    def __init__(self, commits: Commits, name: str, owner: str, seconds: float) -> None:
        self.commits = commits
        self.name = name
        self.owner = owner
        self.seconds = seconds
        self.lease: Lease | None = None

    async def ours(self) -> bool:
        """Takes or renews it; False while another process holds it. Raises Unavailable."""
        if not self.commits.shared:
            return True
        store, machine = self.commits.store, self.commits.clock.elapsed()
        self.lease = await store.acquire(self.name, self.owner, machine, self.seconds)
        return self.lease is not None

    async def rounds(
        self,
        every: float,
        look: Callable[[], Awaitable[object]],
        away: Callable[[Unavailable], object],
    ) -> None:
        """Looks for ever, every so many machine seconds, where it is ours; `away` is told where the
        store is."""
        while True:
            await nudged(asyncio.Event(), every)
            try:
                if await self.ours():
                    await look()
            except Unavailable as error:
                away(error)

    async def release(self) -> None:
        """Gives it back, so that another need not wait for its end; silent where the store is
        away: then it ends by itself."""
        lease, self.lease = self.lease, None
        if lease is not None:
            try:
                await self.commits.store.release(lease)
            except Unavailable:
                pass
