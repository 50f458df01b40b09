"""What units ask about, by table: the names of everything that judging them needs to see.

Every store that judges on an overlay (`statestore.overlay`) collects these before it reads: each
question that some unit of a batch has becomes one statement for all of them.
"""

from collections import defaultdict

from contracts.ids import OPERATOR, PartitionKey, ResourceId, SendId, TenantId
from statestore.base import (
    ClientActive,
    Fence,
    NoStop,
    QuotaAdmit,
    QuotaRelease,
    QuotaReserve,
    QuotaSettle,
    QuotaWrite,
    Send,
    StopAdd,
    StopWrite,
    TimerSet,
    Unit,
)
from statestore.judge import scope_of
from statestore.records import micros


class Questions:
    """What units ask about, by table."""

    def __init__(self) -> None:
        self.inbox: dict[str, list[str]] = defaultdict(list)
        self.refs: dict[tuple[str, TenantId], set[str]] = defaultdict(set)
        self.sends: list[Send] = []
        self.timers: dict[str, set[str]] = defaultdict(set)
        self.reservations: set[SendId] = set()
        self.admissions: set[PartitionKey] = set()
        self.reserved: dict[ResourceId, int] = {}
        self.admitted: set[ResourceId] = set()
        self.stops: dict[TenantId, set[str]] = defaultdict(set)
        self.stopped: dict[TenantId, set[str]] = defaultdict(set)
        self.credits: set[TenantId] = set()
        self.leases: set[str] = set()
        self.scopes: set[tuple[TenantId, str]] = set()
        self.dead: set[str] = set()

    def ask(self, unit: Unit) -> None:
        """Adds what one unit asks about."""
        if unit.consumed is not None:
            self.inbox[unit.consumed.agent] += unit.consumed.ids
        for row in unit.rows:
            ref = row.ref
            self.refs[ref.kind, ref.tenant].add(ref.key)
        for line in unit.journal:
            if line.repeat is not None:
                self.scopes.add(scope_of(line))
        for timer in unit.timers:
            if not isinstance(timer, TimerSet):
                self.timers[timer.agent].add(timer.key)
        if unit.conditions or unit.sends or unit.quota or unit.stops or unit.dead or unit.credit:
            self._rarer(unit)

    def _rarer(self, unit: Unit) -> None:
        for condition in unit.conditions:
            self._condition(condition)
        self.sends += [write.send for write in unit.sends]
        for quota in unit.quota:
            self._quota(quota)
        for stop in unit.stops:
            self._stop(stop)
        self.dead.update(letter.id for letter in unit.dead)
        if unit.credit is not None:
            self.credits.add(unit.credit.tenant)

    def _condition(self, condition: NoStop | ClientActive | Fence) -> None:
        if isinstance(condition, NoStop):
            self.stopped[condition.tenant].update(condition.keys)
            self.stopped[OPERATOR].update(condition.keys)
        elif isinstance(condition, ClientActive):
            self.refs["client", condition.tenant].add(condition.tenant)
        else:
            self.leases.add(condition.lease)

    def _quota(self, write: QuotaWrite) -> None:
        if isinstance(write, QuotaAdmit | QuotaReserve):
            since = min((micros(limit.since) for limit in write.limits), default=0)
            known = self.reserved.get(write.resource, since)
            self.reserved[write.resource] = min(known, since)
        if isinstance(write, QuotaAdmit):
            self.admitted.add(write.resource)
        if isinstance(write, QuotaReserve | QuotaSettle):
            self.reservations.add(write.send)
        if isinstance(write, QuotaAdmit | QuotaRelease):
            self.admissions.add(write.key)
        elif isinstance(write, QuotaReserve) and write.ends is not None:
            self.admissions.add(write.ends)

    def _stop(self, write: StopWrite) -> None:
        if isinstance(write, StopAdd):
            self.stops[write.stop.tenant].add(write.stop.id)
        else:
            self.stops[write.tenant].update(write.ids)
