"""The claimer of due timers: offers keys that want attention, as capacity allows.

A timer runs nothing. A due one is *offered*: it is leased and `timer.due` goes into the outbox in
one commit, so no two claimers offer the same; the owner of the key plans, and its commit sets or
removes the timer; a lost offer returns when the lease ends. Timers that need a sending resource
wait in pools (`orchestrator/waiting.py`): they are offered with a slot set aside, and the others
become one waiting row each, with one event and an estimate. The loop sleeps until the next due
time, a nudge, or a ceiling.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from agents import counting, definitions
from agents.base import Commits
from agents.definitions import Campaign, Resource
from agents.gates import quota
from agents.gates.rules import DEFAULT
from agents.gathering import ANCHOR, holidays_of, rules_for
from agents.orchestrator import waiting
from contracts import lead, registry
from contracts.campaign import TimerDue
from contracts.ids import AccountId, LeadId, PartitionKey, ResourceId, TenantId, account_of
from contracts.outcome import Channel, Mode
from statestore.base import (
    Committed,
    Line,
    Outgoing,
    PoolDemand,
    QuotaAdmit,
    Timer,
    TimerClear,
    TimerLease,
    TimerSet,
    TimerWait,
    Unit,
    Usage,
)
from statestore.errors import Unavailable

log = structlog.get_logger()

NAME = "timers"
LEASE = 60.0
"""Machine seconds after which a lost offer returns."""
ADMITTED = timedelta(hours=1)
"""How long a slot stays set aside for a touch that does not reach its claim."""
AGAIN = timedelta(minutes=10)
"""The soonest that a pool is looked at again when nothing else wakes it."""
AHEAD = (timedelta(hours=6), timedelta(hours=12), waiting.AHEAD)
LINE = 1000
"""Due follow-ups of a resource that one sweep looks at."""
MARKS = 500
"""Waiting rows that are marked in one commit."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What one sweep did."""

    offers: int = 0
    marked: int = 0


@dataclass(frozen=True, slots=True)
class Followers:
    """The due follow-ups of a resource whose people's hours are open, and where none are, from
    when on the first of the others may be written to."""

    offered: tuple[Timer, ...] = ()
    opens: datetime | None = None


NOBODY = Followers()


class Timers:
    """One per process that sweeps; several may run beside each other."""

    def __init__(
        self, commits: Commits, *, sweep: int = 50, mode: Mode = Mode.LIVE, ceiling: float = 60.0
    ) -> None:
        self.commits = commits
        self.store = commits.store
        self.clock = commits.clock
        self.limit = sweep
        self.mode = mode
        self.ceiling = min(ceiling, LEASE)
        self.offers = 0
        self._nudge = asyncio.Event()
        self._served: dict[str, datetime] = {}

    def nudge(self) -> None:
        """Makes the loop look again: a timer was set, a slot came back."""
        self._nudge.set()

    async def run(self) -> None:
        """Sweeps for ever."""
        while True:
            self._nudge.clear()
            try:
                done = await self.sweep()
                until = None if done.offers else await self.store.next_due(self.clock.elapsed())
            except Unavailable as error:
                log.warning("timers_wait", error=str(error))
                done, until = Offered(), None
                await asyncio.sleep(0)
            if not done.offers:
                await self.clock.wait(until, self._nudge, self.ceiling)

    async def sweep(self) -> Offered:
        """Offers what is due now; returns how much."""
        now, machine = self.clock.now(), self.clock.elapsed()
        plain = await self.store.due_timers(now, machine, self.limit)
        offers = [self._offer(timer, now, machine) for timer in plain if timer.agent != NAME]
        done = await self._commit(offers)
        for timer in plain:
            counting.offered(now - timer.due)
        pooled = await self._sweep_pools(now, machine)
        await self._clear([timer for timer in plain if timer.agent == NAME])
        self.offers += done + pooled.offers
        return Offered(done + pooled.offers, pooled.marked)

    async def _clear(self, woke: Sequence[Timer]) -> None:
        """Removes the wakes that were due, once what they woke is on record: whoever looks, or
        starts again after a crash, never finds a line that nobody will look at. One that the sweep
        has set anew stays."""
        standing = await self.store.timers(NAME, [timer.key for timer in woke]) if woke else {}
        same = [t for t in woke if t.key in standing and standing[t.key].due == t.due]
        await self._commit([_cleared(timer) for timer in same])

    async def _commit(self, units: Sequence[Unit]) -> int:
        if not units:
            return 0
        results = await self.commits.commit(units)
        return sum(isinstance(result, Committed) for result in results)

    def _offer(
        self, timer: Timer, now: datetime, machine: float, admit: QuotaAdmit | None = None
    ) -> Unit:
        due = TimerDue(
            agent=timer.agent,
            account_id=account_of(timer.key),
            lead_id=timer.lead,
            due=timer.due,
            reason=timer.reason,
            slot=admit.resource if admit else None,
        )
        cause = (
            f"{timer.agent}:{timer.key}:{timer.version}:{timer.due.isoformat()}:{now.isoformat()}"
        )
        event = registry.produce(
            due, key=timer.key, source=f"/{NAME}", cause=cause, mode=self.mode, time=now
        )
        lease = TimerLease(
            agent=timer.agent,
            key=timer.key,
            expect=timer.version,
            machine=machine,
            until=machine + LEASE,
        )
        return Unit(
            tenant=timer.tenant,
            timers=(lease,),
            quota=(admit,) if admit else (),
            events=(Outgoing(event=event),),
        )

    # pools

    async def _sweep_pools(self, now: datetime, machine: float) -> Offered:
        demand = await self.store.due_pools(now, machine)
        if not demand:
            return Offered()
        known = await self._resources()
        pools = _pools(demand, await self._campaigns(), known, self._served, now)
        mine = _concerned(demand, pools, known)
        usage = await self.store.usage(
            [ResourceId(r.id) for r in mine], now - timedelta(days=8), now
        )
        open_ = await self._open(demand, now, machine)
        resources = await self._seen(mine, demand, open_, usage, now)
        offers = waiting.offer(resources, pools, now)
        done = 0
        for admission in offers.admissions:
            done += await self._admit(admission, known, open_, now, machine)
        marked = await self._wait(offers.lines, demand, now, machine)
        await self._wake(offers.lines, known, now)
        return Offered(done, marked)

    async def _resources(self) -> dict[str, Resource]:
        rows = await self.store.scan(None, "resource", limit=10_000)
        return {row.ref.key: definitions.read(row, Resource) for row in rows}

    async def _campaigns(self) -> dict[str, Campaign]:
        """`tenant/campaign` → its definition in force."""
        rows = await self.store.scan(None, "campaign", limit=10_000)
        return {f"{r.ref.tenant}/{r.ref.key}": definitions.read(r, Campaign) for r in rows}

    async def _open(
        self, demand: Mapping[str, PoolDemand], now: datetime, machine: float
    ) -> dict[str, Followers]:
        """The due follow-ups of each resource by their people's hours: a slot that comes free at
        night is not offered in vain."""
        pools = [pool for pool in demand if pool.startswith("resource:")]
        return {
            pool: followers(await self.store.due_in_pool(pool, now, machine, LINE), now)
            for pool in pools
        }

    async def _seen(
        self,
        mine: Sequence[Resource],
        demand: Mapping[str, PoolDemand],
        open_: Mapping[str, Followers],
        usage: Mapping[ResourceId, Usage],
        now: datetime,
    ) -> list[waiting.Resource]:
        pools = [f"resource:{resource.id}" for resource in mine]
        ahead = [(now + span, await self.store.pool_ahead(pools, now + span)) for span in AHEAD]
        today = datetime.combine(now.date(), time(), now.tzinfo)
        overdue = await self.store.pool_ahead(pools, today - timedelta(microseconds=1))
        return [
            _seen(
                resource,
                demand,
                open_.get(f"resource:{resource.id}", NOBODY),
                usage.get(ResourceId(resource.id), Usage()),
                ahead,
                overdue,
                now,
            )
            for resource in mine
        ]

    async def _admit(
        self,
        admission: waiting.Admission,
        known: Mapping[str, Resource],
        open_: Mapping[str, Followers],
        now: datetime,
        machine: float,
    ) -> int:
        resource = known[admission.resource]
        if admission.pool in open_:
            timers: Sequence[Timer] = open_[admission.pool].offered[: admission.count]
        else:
            timers = await self.store.due_in_pool(admission.pool, now, machine, admission.count)
        limits = quota.limits(policies(resource), now)
        units = [
            self._offer(
                timer,
                now,
                machine,
                QuotaAdmit(
                    resource=admission.resource,
                    tenant=timer.tenant,
                    key=timer.key,
                    at=now,
                    expires=now + ADMITTED,
                    limits=limits,
                ),
            )
            for timer in timers
        ]
        self._served[admission.pool] = now
        for timer in timers:
            counting.offered(now - timer.due)
        return await self._commit(units)

    async def _wait(
        self,
        lines: Mapping[str, waiting.Line],
        demand: Mapping[str, PoolDemand],
        now: datetime,
        machine: float,
    ) -> int:
        marked = 0
        for pool, line in lines.items():
            seen = demand.get(pool)
            if seen is None or not seen.unmarked:
                continue
            before = line.count - seen.unmarked
            timers = await self.store.due_in_pool(pool, now, machine, MARKS, unmarked=True)
            units = [
                self._waiting(timer, line.estimate(max(before, 0) + place), now)
                for place, timer in enumerate(timers, start=1)
            ]
            marked += await self._commit(units)
        return marked

    def _waiting(self, timer: Timer, estimate: datetime | None, now: datetime) -> Unit:
        code = f"rate_limit_{_channel(timer.pool)}"
        inputs = {"pool": timer.pool, "waiting_since": now.isoformat()}
        held = lead.SendHeld(
            lead_id=timer.lead or LeadId(""),
            occurred_at=now,
            gate="daily_limit",
            code=code,
            inputs=inputs,
            next_eligible=estimate,
        )
        event = registry.produce(
            held,
            key=timer.key,
            source=f"/{NAME}",
            cause=f"wait:{timer.key}:{timer.version}:{timer.due.isoformat()}",
            mode=self.mode,
        )
        mark = TimerWait(
            agent=timer.agent, key=timer.key, expect=timer.version, waiting=now, estimate=estimate
        )
        line = _line(timer, code, inputs, estimate, now)
        return Unit(
            tenant=timer.tenant, timers=(mark,), events=(Outgoing(event=event),), journal=(line,)
        )

    async def _wake(
        self, lines: Mapping[str, waiting.Line], known: Mapping[str, Resource], now: datetime
    ) -> None:
        """Sets the moment at which a pool that waits is looked at again."""
        moments: dict[PartitionKey, datetime] = {}
        for pool, line in lines.items():
            key = _wake_key(pool, known)
            if key is None:
                continue
            moment = max(line.first or now + waiting.AHEAD, now + AGAIN)
            moments[key] = min(moments.get(key, moment), moment)
        standing = await self.store.timers(NAME, list(moments))
        units = [
            Unit(tenant=_tenant(key), timers=(TimerSet(timer=Timer(agent=NAME, key=key, due=due)),))
            for key, due in moments.items()
            if key not in standing or standing[key].due != due
        ]
        await self._commit(units)


def policies(resource: Resource) -> tuple[quota.Policy, ...]:
    """A resource's own quota policies: what the operator declared, else spec 5.9."""
    cap = resource.per_day if resource.per_day is not None else int(DEFAULT.daily[resource.channel])
    weekly = DEFAULT.weekly.get(resource.channel)
    return quota.named(
        resource.policy,
        cap,
        DEFAULT.guard,
        weekly=int(weekly) if weekly is not None else None,
        zone=resource.zone,
        anchor=ANCHOR,
    )


def _seen(
    resource: Resource,
    demand: Mapping[str, PoolDemand],
    line: Followers,
    usage: Usage,
    ahead: Sequence[tuple[datetime, Mapping[str, int]]],
    overdue: Mapping[str, int],
    now: datetime,
) -> waiting.Resource:
    """A resource as the waiting line sees it."""
    pool = f"resource:{resource.id}"
    own = policies(resource)
    free = quota.free(own, usage, now) if resource.enabled else 0
    shut = max((demand[pool].due if pool in demand else 0) - len(line.offered), 0)
    return waiting.Resource(
        id=ResourceId(resource.id),
        free=free,
        due=len(line.offered),
        out_of_hours=shut,
        opens=line.opens,
        overdue=overdue.get(pool, 0),
        ahead=tuple((moment, counts.get(pool, 0)) for moment, counts in ahead),
        supply=tuple(quota.supply(own, usage, now, now + waiting.AHEAD))
        if resource.enabled
        else (),
        last_used=max((*usage.reserved, *usage.admitted), default=None),
        per_day=quota.per_day(own, now) if resource.enabled else 0,
    )


def _concerned(
    demand: Mapping[str, PoolDemand], pools: Sequence[waiting.Pool], known: Mapping[str, Resource]
) -> list[Resource]:
    """The resources for which something is due, by themselves or through a campaign's pool."""
    wanted = {str(id_) for pool in pools for id_ in pool.resources}
    return [r for id_, r in known.items() if id_ in wanted or f"resource:{id_}" in demand]


def _pools(
    demand: Mapping[str, PoolDemand],
    campaigns: Mapping[str, Campaign],
    known: Mapping[str, Resource],
    served: Mapping[str, datetime],
    now: datetime,
) -> list[waiting.Pool]:
    """The pools of first touches, `tenant/channel/campaign@shift`: what may take them, and from
    when on their people's hours are open."""
    found: list[waiting.Pool] = []
    for pool, seen in demand.items():
        if pool.startswith("resource:"):
            continue
        base, shift = waiting.parts_of(pool)
        tenant, channel, name = base.split("/", 2)
        campaign = campaigns.get(f"{tenant}/{name}")
        if campaign is None:
            continue
        declared = [known[id_] for id_ in campaign.resources if id_ in known]
        able = tuple(ResourceId(r.id) for r in declared if r.enabled and r.channel == channel)
        found.append(
            waiting.Pool(
                name=pool,
                due=seen.due,
                resources=able,
                served=served.get(pool),
                opens=_hours(campaign, Channel(channel), shift, now),
            )
        )
    return found


def _hours(
    campaign: Campaign, channel: Channel, shift: waiting.Shift | None, now: datetime
) -> datetime | None:
    """From when on a pool's people may be written to; None: now."""
    if shift is None:
        return None
    rules = rules_for(campaign, None)
    return shift.opens(rules.windows[channel], holidays_of(shift.calendar), now, rules.guard)


def followers(due: Sequence[Timer], now: datetime) -> Followers:
    """Parts due follow-ups by their people's hours: by zone alone, the gate decides."""
    moments = [(timer, opens_at(timer, now)) for timer in due]
    offered = tuple(timer for timer, moment in moments if moment is None)
    first = min((moment for _, moment in moments if moment is not None), default=None)
    return Followers(offered, None if offered else first)


def opens_at(timer: Timer, now: datetime) -> datetime | None:
    """From when on a follow-up's person may be written to; None: now, or nobody knows."""
    if timer.zone is None:
        return None
    shift = waiting.Shift((timer.zone,))
    return shift.opens(DEFAULT.windows[Channel.EMAIL], None, now, DEFAULT.guard)


def _cleared(timer: Timer) -> Unit:
    return Unit(tenant=timer.tenant, timers=(TimerClear(agent=timer.agent, key=timer.key),))


def _channel(pool: str | None) -> str:
    parts = (pool or "").split("/")
    return parts[1] if len(parts) > 1 and parts[1] in set(Channel) else "resource"


def _wake_key(pool: str, known: Mapping[str, Resource]) -> PartitionKey | None:
    if pool.startswith("resource:"):
        resource = known.get(pool.removeprefix("resource:"))
        return PartitionKey(f"{resource.client}/pool:{pool}") if resource else None
    tenant, _, rest = pool.partition("/")
    return PartitionKey(f"{tenant}/pool:{rest}")


def _tenant(key: PartitionKey) -> TenantId:
    return TenantId(key.split("/", 1)[0])


def _line(
    timer: Timer, code: str, inputs: Mapping[str, object], estimate: datetime | None, now: datetime
) -> Line:
    return Line(
        tenant=timer.tenant,
        account=AccountId(timer.key.split("/", 1)[1]),
        lead=timer.lead,
        at=now,
        agent=NAME,
        kind="hold",
        code=code,
        data={**inputs, "estimate": estimate.isoformat() if estimate else None},
    )
