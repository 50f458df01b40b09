"""The auditor: proves that no lead is forgotten, repairs and counts the rest.

Every non-terminal lead has exactly one of: a future or leased timer, a waiting row, a named hold
(a live claim has its guard timer). A lead without any gets a timer that is due at once, and a line
in its history. This is also what heals a lost bus: truth is in the store (design §5).
"""

import asyncio
from collections.abc import Sequence

import structlog

from agents.base import Commits
from agents.ports import nudged
from contracts.ids import LeadId, PartitionKey, account_of, partition_key, tenant_of
from statestore.base import Line, Row, Timer, TimerSet, Unit
from statestore.errors import Unavailable

log = structlog.get_logger()

NAME = "auditor"
OPEN = ("new", "in_sequence", "responded")
"""Statuses in which something must be to come, or a reason why not."""
PAGE = 500


class Auditor:
    """Runs every few minutes of machine time; one of the two clocks that tick."""

    def __init__(self, commits: Commits, *, every: float) -> None:
        self.commits = commits
        self.every = every
        self.repaired = 0

    async def run(self) -> None:
        """Audits for ever."""
        while True:
            await nudged(asyncio.Event(), self.every)
            try:
                await self.audit()
            except Unavailable as error:
                log.warning("audit_waits", error=str(error))

    async def audit(self) -> int:
        """Looks at every open lead once; returns how many had to be repaired."""
        found = 0
        for status in OPEN:
            after = ""
            while True:
                rows = await self.commits.store.scan(
                    None, "lead", status=status, after=after, limit=PAGE
                )
                found += await self._page(rows)
                if len(rows) < PAGE:
                    break
                after = f"{rows[-1].ref.tenant}/{rows[-1].ref.key}"
        self.repaired += found
        return found

    async def _page(self, rows: Sequence[Row]) -> int:
        bare = {
            partition_key(row.ref.tenant, row.parent): row
            for row in rows
            if not row.data.get("hold")
        }
        timers = await self.commits.store.timers("orchestrator", list(bare))
        forgotten = [key for key in bare if key not in timers]
        await self.commits.commit([self._repair(key, bare[key]) for key in forgotten])
        return len(forgotten)

    def _repair(self, key: PartitionKey, row: Row) -> Unit:
        now = self.commits.clock.now()
        lead = LeadId(row.ref.key)
        log.warning("lead_repaired", lead_id=lead, status=row.status)
        timer = Timer(
            agent="orchestrator", key=key, due=now, reason="repaired by the auditor", lead=lead
        )
        line = Line(
            tenant=tenant_of(key),
            account=account_of(key),
            lead=lead,
            at=now,
            agent=NAME,
            kind="repair",
            code="no_next_action",
        )
        return Unit(tenant=tenant_of(key), timers=(TimerSet(timer=timer),), journal=(line,))
