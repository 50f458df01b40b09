"""What a process shows at `/metrics`, as Prometheus text. Prefix `leadwire_`, base units, labels of
few values, never a lead, an address or a subject.

Counters are views of the journal and gauges of store and bus (design §8), so they survive restarts
and agree over processes; the journal is counted anew at most every half minute. Only what happens
in the process itself (events handled) is counted there.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from agents.counting import PROCESS
from contracts.outcome import SendState

if TYPE_CHECKING:
    from agents.wiring import System

FRESH = 30.0
"""Machine seconds for which a count of the journal is good."""
START = datetime(2000, 1, 1, tzinfo=UTC)
VIEWS: Mapping[str, tuple[str, str, str]] = {
    "outcome": ("leadwire_messages", "result", "Vendor calls by what they came to."),
    "verdict": ("leadwire_policy_decisions", "decision", "Refusals at the moment of sending."),
    "hold": ("leadwire_holds", "code", "Holds by gate code."),
    "message": ("leadwire_incoming", "kind", "What came back, and what it was taken for."),
    "end": ("leadwire_leads", "outcome", "Leads that reached an end."),
    "repair": ("leadwire_repairs", "code", "Leads that the auditor found without a next action."),
}
"""Kind of journal line → (counter, label, help)."""


class View(Collector):
    """Metrics that were read from store and bus."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


class Readings:
    """Reads the views of one system; keeps the journal's count for half a minute."""

    def __init__(self, system: "System") -> None:
        self.system = system
        self._tally: Mapping[tuple[str, str, str], int] = {}
        self._counted: float | None = None

    async def text(self) -> str:
        """Returns everything as Prometheus text."""
        registry = CollectorRegistry()
        registry.register(View([*await self._journal(), *await self._gauges()]))
        return (generate_latest(PROCESS) + generate_latest(registry)).decode()

    async def _journal(self) -> list[Metric]:
        clock = self.system.clock
        if self._counted is None or clock.elapsed() - self._counted > FRESH:
            until = clock.now() + timedelta(days=1)
            self._tally = await self.system.store.tally(None, START, until)
            self._counted = clock.elapsed()
        counts: Tally[tuple[str, str]] = Tally()
        for (_, kind, code), count in self._tally.items():
            counts[kind, code] += count
        found: list[Metric] = []
        for kind, (name, label, words) in VIEWS.items():
            family = CounterMetricFamily(name, words, labels=[label])
            for (k, code), count in sorted(counts.items()):
                if k == kind:
                    family.add_metric([code], count)
            found.append(family)
        return found

    async def _gauges(self) -> list[Metric]:
        system = self.system
        store, now = system.store, system.clock.now()
        backlog = await store.backlog(now, system.clock.elapsed())
        health = await system.bus.health()
        dead = await store.dead_letters(None)
        stops = await store.stops_of(None, holding_at=now)
        unknown = len(await store.sends_in(SendState.UNKNOWN, limit=100_000))
        return [
            gauge("leadwire_consumer_lag", "Not acknowledged.", "group", health.lag),
            gauge("leadwire_stops", "Stops that hold.", "reason", Tally(s.reason for s in stops)),
            gauge("leadwire_dead_letters", "Dead letters.", "agent", Tally(d.agent for d in dead)),
            single("leadwire_outbox_rows", "Committed, not published.", backlog.outbox_ready),
            single("leadwire_claims_open", "Sends that may be on the wire.", backlog.claims_open),
            single("leadwire_followups_due", "Due timers not offered.", backlog.timers_due),
            single("leadwire_unknown_sends", "Sends of unknown outcome.", unknown),
            single("leadwire_timer_offers", "Timers offered.", system.timers.offers),
        ]


def gauge(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
    """A gauge with one label."""
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([str(value)], count)
    return family


def single(name: str, words: str, value: float) -> Metric:
    """A gauge without labels."""
    return GaugeMetricFamily(name, words, value=value)
