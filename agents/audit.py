"""The auditor: proves that no lead is forgotten, repairs and counts the rest.

Every non-terminal lead has exactly one of: a future or leased timer, a waiting row, a named hold
(a live claim has its guard timer). A lead without any gets a timer that is due at once, and a line
in its history. So does one whose hold has outlived its stop: an answer that turned out to be an
absence lifts the stop of the whole account, and a hold may be written by a turn that read the stop
just before a resume. This is also what heals a lost bus: truth is in the store (design §5).

A repair wakes the whole account: its one timer names one lead at most, and others may wait too.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from agents.base import Commits
from agents.leading import Leading
from agents.scanning import pages
from contracts.ids import (
    OPERATOR,
    LeadId,
    PartitionKey,
    TenantId,
    account_of,
    partition_key,
    tenant_of,
)
from statestore.base import Line, Row, Stop, Timer, TimerSet, Unit

log = structlog.get_logger()

NAME = "auditor"
OPEN = ("new", "in_sequence", "responded")
"""Statuses in which something must be to come, or a reason why not."""
SPREAD = timedelta(seconds=2)
"""Between two repairs of one look: what a resume woke late must not come as a burst."""


class Auditor:
    """Runs every few minutes of machine time; one of the two clocks that tick."""

    def __init__(self, commits: Commits, *, every: float, owner: str = NAME) -> None:
        self.commits = commits
        self.every = every
        self.leading = Leading(commits, NAME, owner, 1.5 * every)
        self.repaired = 0

    async def run(self) -> None:
        """Audits for ever."""
        await self.leading.rounds(
            self.every, self.audit, lambda error: log.warning("audit_waits", error=str(error))
        )

    async def audit(self) -> int:
        """Looks at every open lead once; returns how many had to be repaired."""
        found = 0
        for status in OPEN:
            async for rows in pages(self.commits.store, None, "lead", status=status):
                found += await self._page(rows)
        self.repaired += found
        return found

    async def _page(self, rows: Sequence[Row]) -> int:
        keys = {row.ref: partition_key(row.ref.tenant, row.parent) for row in rows}
        timers = await self.commits.store.timers("orchestrator", sorted({*keys.values()}))
        stops = await self.commits.store.stops({pair for row in rows for pair in _scope(row)})
        forgotten: dict[PartitionKey, tuple[Row, str]] = {}
        for row in rows:
            why = self._forgotten(row, timers.get(keys[row.ref]), stops)
            if why:
                forgotten.setdefault(keys[row.ref], (row, why))
        units = [
            self._repair(key, row, why, place)
            for place, (key, (row, why)) in enumerate(forgotten.items())
        ]
        await self.commits.commit(units)
        return len(units)

    def _forgotten(
        self, row: Row, timer: Timer | None, stops: Mapping[tuple[TenantId, str], Sequence[Stop]]
    ) -> str:
        """Why a lead is forgotten; empty where something is to come, or a hold has its reason."""
        now = self.commits.clock.now()
        if row.data.get("next"):
            return "" if timer is not None else "no_next_action"
        if timer is not None and timer.lead in (None, row.ref.key):
            return ""
        if not row.data.get("hold"):
            return "no_next_action"
        scope = _scope(row)
        stands = any(stop.holds(now) for pair in scope for stop in stops.get(pair, ()))
        return "" if stands or not scope else "hold_outlived"

    def _repair(self, key: PartitionKey, row: Row, why: str, place: int) -> Unit:
        now = self.commits.clock.now()
        lead = LeadId(row.ref.key)
        log.warning("lead_repaired", lead_id=lead, status=row.status, why=why)
        timer = Timer(
            agent="orchestrator",
            key=key,
            due=now + SPREAD * place,
            reason="repaired by the auditor",
        )
        line = Line(
            tenant=tenant_of(key),
            account=account_of(key),
            lead=lead,
            at=now,
            agent=NAME,
            kind="repair",
            code=why,
        )
        return Unit(tenant=tenant_of(key), timers=(TimerSet(timer=timer),), journal=(line,))


def _scope(row: Row) -> tuple[tuple[TenantId, str], ...]:
    """Under which (tenant, key) the stop of a lead's hold stands; nothing where none made it."""
    scope = (row.data.get("hold") or {}).get("scope")
    return ((row.ref.tenant, scope), (OPERATOR, scope)) if scope else ()
