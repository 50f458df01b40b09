"""What a process shows at `/metrics`, as Prometheus text. Prefix `leadwire_`, base units, labels of
few values, never a lead, an address or a subject.

Three parts. What the process did is counted by itself (`agents/counting.py`). How it stands with
bus and build every process says. What the store holds for all of them (waiting rows, quota,
pauses, unknowns) is read by those that run the orchestrator, at most every quarter minute, and says
the same on each of them: take the largest, not the sum. `deploy/observability.md` lists them all.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from agents import definitions
from agents.counting import PROCESS
from agents.definitions import Resource
from agents.gates import quota
from agents.timers import policies
from bus.errors import BusError
from contracts.ids import OPERATOR, ResourceId, TenantId
from contracts.outcome import Channel, SendState, StopReason
from statestore.base import Row, Usage
from statestore.errors import StoreError

if TYPE_CHECKING:
    from agents.wiring import System

FRESH = 15.0
"""Machine seconds for which what was read of the store is good."""
WIDE = ("client", "campaign", "resource")
"""Kinds of declared things that a pause may name."""
PAUSES = frozenset({StopReason.PAUSED, StopReason.KILLED})
COUNTED = timedelta(days=8)
"""How far back a quota's policy may look (a rolling week and the day that it began)."""
PAGE = 500
APPROVALS_UP_TO = 20
"""Pages of leads that are looked through for drafts that wait; with more the gauge is left out,
since a part of the truth would be taken for the whole."""
APPROVALS = frozenset({"not_approved", "manual_mode"})


class View(Collector):
    """Metrics that were read from store and bus."""

    def __init__(self, found: Sequence[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


class Readings:
    """Reads the gauges of one system; keeps the store's for a quarter minute."""

    def __init__(self, system: "System") -> None:
        self.system = system
        self._wide: Sequence[Metric] = ()
        self._read: float | None = None

    async def text(self) -> str:
        """Returns everything as Prometheus text."""
        registry = CollectorRegistry()
        registry.register(View([*await self._own(), *await self._of_store()]))
        return (generate_latest(PROCESS) + generate_latest(registry)).decode()

    async def _own(self) -> list[Metric]:
        system = self.system
        build = {"version": version("leadwire"), "mode": system.settings.mode.value}
        return [
            *await self._lag(),
            gauge("build_info", "What runs.", tuple(build), {tuple(build.values()): 1}),
            single("outbox_pending", "Committed here, not published yet.", system.relay.pending),
            single("timer_offers", "Timers offered by this process.", system.timers.offers),
        ]

    async def _lag(self) -> list[Metric]:
        try:
            health = await self.system.bus.health()
        except BusError:
            return [up("bus", False)]
        lag = {(group,): number for group, number in health.lag.items()}
        return [
            gauge("consumer_lag", "Not acknowledged.", ("group",), lag),
            up("bus", health.ready),
        ]

    async def _of_store(self) -> Sequence[Metric]:
        """The store's part; while it is away, what was read before is left out."""
        if "orchestrator" not in self.system.agents:
            return ()
        elapsed = self.system.clock.elapsed()
        if self._read is None or elapsed - self._read > FRESH:
            try:
                self._wide = [*await self._backlog(), *await self._declared(), up("store", True)]
            except StoreError:
                return [up("store", False)]
            self._read = elapsed
        return self._wide

    async def _backlog(self) -> list[Metric]:
        store, now = self.system.store, self.system.clock.now()
        machine = self.system.clock.elapsed()
        backlog = await store.backlog(now, machine)
        pools = await store.due_pools(now, machine)
        letters = Tally((letter.agent,) for letter in await store.dead_letters(None))
        unknown = len(await store.sends_in(SendState.UNKNOWN, limit=100_000))
        waiting = sum(seen.due - seen.unmarked for seen in pools.values())
        return [
            gauge("dead_letters_open", "Dead letters nobody settled.", ("agent",), letters),
            single("outbox_rows", "Committed, not published.", backlog.outbox_ready),
            single("claims_open", "Sends that may be on the wire.", backlog.claims_open),
            single("followups_due", "Timers due that somebody has to act on.", backlog.timers_due),
            single("waiting", "Touches that wait for a free slot.", waiting),
            single("unknown_sends", "Sends of unknown outcome.", unknown),
            *await self._approvals(),
        ]

    async def _approvals(self) -> list[Metric]:
        count, after = 0, ""
        for _ in range(APPROVALS_UP_TO):
            page = await self.system.store.scan(None, "lead", after=after, limit=PAGE)
            count += sum((row.data.get("hold") or {}).get("code") in APPROVALS for row in page)
            if len(page) < PAGE:
                return [single("approvals_pending", "Drafts that wait for a person.", count)]
            after = f"{page[-1].ref.tenant}/{page[-1].ref.key}"
        return []

    async def _declared(self) -> list[Metric]:
        store, now = self.system.store, self.system.clock.now()
        rows = {kind: await store.scan(None, kind, limit=10_000) for kind in WIDE}
        known = [definitions.read(row, Resource) for row in rows["resource"]]
        usage = await store.usage([ResourceId(one.id) for one in known], now - COUNTED, now)
        left = {
            (one.channel.value, one.id): quota.free(
                policies(one), usage.get(ResourceId(one.id), Usage()), now
            )
            for one in known
            if one.enabled
        }
        paused = await self._paused(rows)
        return [
            gauge("quota_remaining", "Slots that are free now.", ("channel", "account"), left),
            gauge("paused", "Pauses and kill switches that hold.", ("scope",), paused),
        ]

    async def _paused(self, rows: Mapping[str, Sequence[Row]]) -> Mapping[tuple[str, ...], float]:
        """Counts by the kind of scope; single accounts and leads are no matter of an alarm."""
        now = self.system.clock.now()
        pairs = [(OPERATOR, "global"), *((OPERATOR, f"channel:{name.value}") for name in Channel)]
        for kind, found in rows.items():
            pairs += [(row.ref.tenant, f"{kind}:{row.ref.key}") for row in found]
        tenants = {TenantId(row.ref.tenant) for row in rows["client"]}
        pairs += [(tenant, f"channel:{name.value}") for tenant in tenants for name in Channel]
        stops = await self.system.store.stops(pairs)
        counts: Tally[tuple[str, ...]] = Tally(
            {(scope,): 0 for scope in ("global", "channel", *WIDE)}
        )
        for (_, key), holding in stops.items():
            if any(stop.reason in PAUSES and stop.holds(now) for stop in holding):
                counts[key.partition(":")[0],] += 1
        return counts


def gauge(
    name: str,
    words: str,
    labels: tuple[str, ...],
    values: Mapping[Any, float],
) -> Metric:
    """A gauge with labels; `values` by tuples of them."""
    family = GaugeMetricFamily(f"leadwire_{name}", words, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family


def up(part: str, is_up: bool) -> Metric:
    """Whether a part that the process needs answers."""
    words = f"1 while the {part} answers."
    return single(f"{part}_up", words, float(is_up))


def single(name: str, words: str, value: float) -> Metric:
    """A gauge without labels."""
    return GaugeMetricFamily(f"leadwire_{name}", words, value=value)
