"""What a process counts of itself, as it happens; `agents/metrics.py` shows it."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge

PROCESS = CollectorRegistry()
EVENTS = Counter(
    "leadwire_events", "Events handled by this process.", ["agent", "type"], registry=PROCESS
)
AGE = Gauge(
    "leadwire_event_age_seconds",
    "Business time between an event and its handling, of the last batch.",
    ["agent"],
    registry=PROCESS,
)


def handled(agent: str, types: Iterable[str], oldest: timedelta) -> None:
    """Counts events that an agent has settled, and how old the oldest of them was."""
    for type_, count in Tally(types).items():
        EVENTS.labels(agent, type_).inc(count)
    AGE.labels(agent).set(oldest.total_seconds())
