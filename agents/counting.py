"""What a process counts of itself, as it happens; `agents/metrics.py` shows it.

Everything is counted a batch at a time, so that an event costs a few hundred nanoseconds: labels
are bound once, types are tallied before a counter is touched. A counter is of this process and
starts at nothing with it, as Prometheus expects; sums over processes are then right, which they
would not be for views of a store that all of them share.
"""

import logging
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from agents.ports import Clock
from channels.base import Receipt
from contracts.envelope import Event
from contracts.ids import OPERATOR
from contracts.outcome import SendState
from contracts.trace import HANDLED
from statestore.base import Committed, Line, Result, Unit

log = structlog.get_logger()

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series each, for nobody

PROCESS = CollectorRegistry()
LONG = (0.1, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0, 21600.0, 86400.0)
"""Buckets in seconds of business time, from a blink to a day."""
SHORT = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Buckets in machine seconds."""


def _counter(name: str, words: str, *labels: str) -> Counter:
    return Counter(f"leadwire_{name}", words, labels, registry=PROCESS)


def _histogram(name: str, words: str, buckets: Sequence[float], *labels: str) -> Histogram:
    return Histogram(f"leadwire_{name}", words, labels, buckets=buckets, registry=PROCESS)


EVENTS = _counter(
    "events", "Events that an agent settled, by what became of them.", "agent", "type", "result"
)
HANDLING = _histogram(
    "event_handling_seconds",
    "From a batch's arrival to its last commit; each of its events waits as long.",
    SHORT,
    "agent",
)
AGE = _histogram(
    "event_age_seconds",
    "Between an event and its handling: the oldest of each type in a batch.",
    LONG,
    "agent",
    "type",
)
LEADS = _counter("leads", "Leads that came in, were enrolled, or reached an end.", "outcome")
MESSAGES = _counter(
    "messages", "Vendor calls by what they came to.", "channel", "provider", "result"
)
SENDING = _histogram(
    "message_send_seconds", "How long a vendor call took.", SHORT, "channel", "provider"
)
DECISIONS = _counter(
    "policy_decisions", "What the gates said at the moment of sending.", "rule", "decision"
)
HOLDS = _counter("holds", "Touches that were not planned now, by code.", "code")
INCOMING = _counter("incoming", "What came back, and what it was taken for.", "kind")
REPLIES = _counter("replies", "Answers of people by what they mean.", "intent")
OPT_OUTS = _counter("opt_outs", "People who asked for no more, by the way they said it.", "source")
LATENESS = _histogram(
    "followup_lateness_seconds", "Between a timer's due time and its offer.", LONG
)
REPAIRS = _counter("repairs", "Leads that the auditor found without a next action.", "code")
DEAD = _counter("dead_letters", "Events that were given up, by reason.", "agent", "reason")


@cache
def _events(agent: str, type_: str, result: str) -> Counter:
    return EVENTS.labels(agent, type_, result)


@cache
def _age(agent: str, type_: str) -> Histogram:
    return AGE.labels(agent, type_)


@cache
def _handling(agent: str) -> Histogram:
    return HANDLING.labels(agent)


# ── batches ───────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Batch:
    """What one call of a handler takes; whatever is not named as `odd` was settled as it should.

    `odd` is the id of an event → `repeated`, `deferred`, `dead` or `refused`.
    """

    agent: str
    events: list[Event] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    """(topic, result) of records that are no events of ours: a stranger's, an unreadable one."""
    odd: dict[str, str] = field(default_factory=dict)

    def results(self) -> Tally[tuple[str, str]]:
        """(type, result) → how many."""
        odd = self.odd
        if not odd:
            found = Tally((event.type, "done") for event in self.events)
        else:
            found = Tally((event.type, odd.get(event.id, "done")) for event in self.events)
        found.update(self.others)
        return found


_OPEN: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def batch(agent: str, clock: Clock) -> Iterator[Batch]:
    """Counts a handler's call as it ends, and says so in one line; one that raises is counted by
    nobody, since its events come again."""
    started = clock.elapsed()
    found = Batch(agent)
    token = _OPEN.set(found)
    try:
        yield found
    finally:
        _OPEN.reset(token)
    if found.events or found.others:
        _close(found, clock.now(), clock.elapsed() - started)


def odd(ids: Iterable[str], result: str) -> None:
    """Names events of the open batch that were not simply settled."""
    found = _OPEN.get()
    if found is not None:
        found.odd.update(dict.fromkeys(ids, result))


def record(topic: str, result: str) -> None:
    """Counts a record of the open batch that is no event of ours, under its topic: what a stranger
    calls it could be anything."""
    found = _OPEN.get()
    if found is not None:
        found.others.append((topic, result))


def at_the_door(topic: str, units: Iterable[Unit], results: Iterable[Result]) -> None:
    """Counts records that strangers brought: taken, or refused and kept for the operator."""
    for unit, result in zip(units, results, strict=True):
        if isinstance(result, Committed):
            record(topic, "refused" if unit.tenant == OPERATOR else "done")


def _close(found: Batch, now: datetime, seconds: float) -> None:
    results = found.results()
    for (type_, result), number in results.items():
        _events(found.agent, type_, result).inc(number)
    oldest: dict[str, datetime] = {}
    for event in found.events:
        known = oldest.get(event.type)
        if known is None or event.time < known:
            oldest[event.type] = event.time
    for type_, moment in oldest.items():
        _age(found.agent, type_).observe(max((now - moment).total_seconds(), 0.0))
    _handling(found.agent).observe(seconds)
    _say(found, results, seconds)


def _say(found: Batch, results: Tally[tuple[str, str]], seconds: float) -> None:
    """One line a batch, with the ids of its event where it is one alone; at level debug one an
    event as well. Nobody gets them who did not set up a log: structlog's own defaults print
    everything."""
    if not structlog.is_configured() or not log.is_enabled_for(logging.INFO):
        return
    outcomes: Tally[str] = Tally()
    for (_, result), number in results.items():
        outcomes[result] += number
    milliseconds = round(seconds * 1000, 2)
    alone = found.events[0] if len(found.events) == 1 and not found.others else None
    token = HANDLED.set(alone)
    log.info("events_handled", agent=found.agent, ms=milliseconds, **outcomes)
    HANDLED.reset(token)
    if not log.is_enabled_for(logging.DEBUG):
        return
    for event in found.events:
        token = HANDLED.set(event)
        outcome = found.odd.get(event.id, "done")
        log.debug("event_handled", agent=found.agent, outcome=outcome, ms=milliseconds)
        HANDLED.reset(token)


# ── what was committed, called, offered ───────────────────────────────────────────────────────


def committed(units: Iterable[Unit]) -> None:
    """Counts what units that stand say: history, claims, opt-outs, dead letters."""
    for unit in units:
        for line in unit.journal:
            count = LINES.get(line.kind)
            if count is not None:
                count(line)
        for write in unit.sends:
            if write.send.state is SendState.CLAIMED:
                _allowed().inc()
        for letter in unit.dead:
            DEAD.labels(letter.agent, letter.reason).inc()
        if unit.stops:
            for out in unit.events:
                if out.event.topic == "lead.unsubscribed":
                    OPT_OUTS.labels(str(out.event.data.get("source") or "unsaid")).inc()


@cache
def _allowed() -> Counter:
    return DECISIONS.labels("all", "allowed")


def _fact(line: Line) -> None:
    if line.code in {"received", "received_again", "enrolled"}:
        LEADS.labels(line.code).inc()


def _message(line: Line) -> None:
    INCOMING.labels(line.code).inc()
    if line.code.startswith("reply_"):
        REPLIES.labels(line.code.removeprefix("reply_")).inc()


LINES: Mapping[str, Callable[[Line], None]] = {
    "fact": _fact,
    "message": _message,
    "verdict": lambda line: DECISIONS.labels(str(line.data.get("gate")), line.code).inc(),
    "hold": lambda line: HOLDS.labels(line.code).inc(),
    "end": lambda line: LEADS.labels(line.code).inc(),
    "repair": lambda line: REPAIRS.labels(line.code).inc(),
}
"""Kind of a line of history → what counts it."""


def called(channel: str, provider: str, receipt: Receipt, seconds: float) -> None:
    """Counts one vendor call."""
    MESSAGES.labels(channel, provider, receipt.outcome.value).inc()
    SENDING.labels(channel, provider).observe(seconds)


def offered(lateness: timedelta) -> None:
    """Counts one timer that was offered so much after it fell due."""
    LATENESS.observe(max(lateness.total_seconds(), 0.0))
