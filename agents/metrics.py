"""What a process counts, as Prometheus text. Names by facts of the field: prefix `leadwire_`, base
units, labels of few values, never a lead, an address or a subject.

Gauges are read from store and bus when asked; counters are counted where things happen.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from contracts.outcome import SendState

if TYPE_CHECKING:
    from agents.wiring import System

REGISTRY = CollectorRegistry()
EVENTS = Counter(
    "leadwire_events", "Events handled, by agent, type and result.", ["agent", "type", "result"],
    registry=REGISTRY,
)  # fmt: skip
MESSAGES = Counter(
    "leadwire_messages", "Vendor calls, by channel, vendor and outcome.",
    ["channel", "provider", "result"], registry=REGISTRY,
)  # fmt: skip
DECISIONS = Counter(
    "leadwire_policy_decisions", "Gate verdicts at the moment of sending.", ["rule", "decision"],
    registry=REGISTRY,
)  # fmt: skip
OFFERS = Counter("leadwire_timer_offers", "Timers offered.", registry=REGISTRY)
REPAIRS = Counter(
    "leadwire_repairs", "Leads that the auditor found without a next action.", registry=REGISTRY
)
LAG = Gauge("leadwire_consumer_lag", "Messages not acknowledged.", ["group"], registry=REGISTRY)
OUTBOX = Gauge("leadwire_outbox_rows", "Events committed, not published.", registry=REGISTRY)
CLAIMS = Gauge("leadwire_claims_open", "Sends that may be on the wire.", registry=REGISTRY)
UNKNOWNS = Gauge("leadwire_unknown_sends", "Sends of unknown outcome.", registry=REGISTRY)
DUE = Gauge("leadwire_timers_due", "Due timers that are not offered.", registry=REGISTRY)
DEAD = Gauge("leadwire_dead_letters", "Dead letters.", ["agent"], registry=REGISTRY)
PAUSED = Gauge("leadwire_stops_held", "Stops that hold, by reason.", ["reason"], registry=REGISTRY)
AGE = Gauge("leadwire_dead_letter_oldest_seconds", "Age of the oldest.", registry=REGISTRY)


async def collected(system: "System") -> str:
    """Reads the gauges and returns everything as text."""
    store, now = system.store, system.clock.now()
    backlog = await store.backlog(now, system.clock.elapsed())
    OUTBOX.set(backlog.outbox_ready)
    CLAIMS.set(backlog.claims_open)
    DUE.set(backlog.timers_due)
    UNKNOWNS.set(len(await store.sends_in(SendState.UNKNOWN)))
    for group, lag in (await system.bus.health()).lag.items():
        LAG.labels(group).set(lag)
    dead = await store.dead_letters(None)
    DEAD.clear()
    for letter in dead:
        DEAD.labels(letter.agent).inc()
    oldest = min((letter.first_at for letter in dead), default=now)
    AGE.set(max((now - oldest) / timedelta(seconds=1), 0))
    PAUSED.clear()
    for stop in await store.stops_of(None, holding_at=now):
        PAUSED.labels(stop.reason.value).inc()
    return generate_latest(REGISTRY).decode()
