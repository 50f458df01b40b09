"""The rules of a commit: one unit and the tables → what became of it.

Every step checks and then writes into the overlay; the first that loses raises `Losing`, and what
the unit wrote before is undone. So a unit is all or nothing, its own steps see each other, and
later units of the batch see its writes. Conditions come first: they are about what stood before
the unit. The client's credit comes last (design §6: nothing else is counted in a wide row).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from contracts.envelope import topic_of
from contracts.ids import OPERATOR, TenantId, tenant_of
from statestore.base import (
    SCHEMA,
    ClientActive,
    Committed,
    Consumed,
    CreditMove,
    DeadLetter,
    Duplicate,
    Fence,
    Line,
    Lost,
    NoStop,
    Outgoing,
    Poisoned,
    Result,
    RowWrite,
    StopAdd,
    StopLift,
    StopWrite,
    TimerClear,
    TimerLease,
    TimerSet,
    TimerWait,
    TimerWrite,
    Unit,
)
from statestore.ledger import write_send
from statestore.losing import Losing
from statestore.overlay import ABSENT, Overlay, Queued, Scope
from statestore.quota import apply_quota
from statestore.records import (
    TimerRecord,
    event_record,
    line_record,
    micros,
    micros_or_none,
    packed,
    timer_record,
)

SERVED = ("active", "trialing")
"""Statuses of a client for which something may be sent (spec 6, gate *subscription*)."""


def judge(unit: Unit, tables: Overlay) -> Result:
    """Applies a unit to the tables, or leaves them as they were and says why."""
    mark = tables.mark()
    try:
        return _apply(unit, tables)
    except Losing as loss:
        tables.undo(mark)
        return Lost(loss.code, loss.detail)
    except (TypeError, ValueError, OverflowError) as error:
        tables.undo(mark)
        return Poisoned(f"{type(error).__name__}: {error}")


def _apply(unit: Unit, tables: Overlay) -> Result:
    tenant = unit.tenant
    if unit.consumed is not None and not _consume(unit.consumed, tables):
        return Duplicate()
    for condition in unit.conditions:
        _CONDITIONS[type(condition)](condition, tenant, tables)
    for row in unit.rows:
        _write_row(row, tenant, tables)
    for send in unit.sends:
        own(tenant, send.send.tenant, "a send")
        write_send(send, tables)
    for quota in unit.quota:
        apply_quota(quota, tenant, tables)
    for stop in unit.stops:
        _write_stop(stop, tenant, tables)
    for timer in unit.timers:
        _own_key(tenant, timer)
        _TIMERS[type(timer)](timer, tables)
    numbers = tuple([_enqueue(outgoing, tables) for outgoing in unit.events])
    for line in unit.journal:
        _append(line, tenant, tables)
    for letter in unit.dead:
        _bury(letter, tables)
    if unit.credit is not None:
        _move_credit(unit.credit, tenant, tables)
    return Committed(numbers)


def own(tenant: TenantId, named: TenantId, what: str) -> None:
    """Raises ValueError where a unit of one client touches what belongs to another."""
    if named not in (tenant, OPERATOR):
        raise ValueError(f"a unit of tenant {tenant} writes {what} of tenant {named}")


# ── consumed ids, conditions ──────────────────────────────────────────────────────────────────


def _consume(consumed: Consumed, tables: Overlay) -> bool:
    """Takes ids; False where all were there. Raises Losing where only some were."""
    agent, inbox, at = consumed.agent, tables.inbox, micros(consumed.at)
    if len(consumed.ids) == 1:  # the ordinary case, without its lists
        name = (agent, consumed.ids[0])
        if name in inbox:
            return False
        inbox[name] = at
        return True
    names = [(agent, id_) for id_ in consumed.ids]
    there = [name for name in names if name in inbox]
    if there:
        if len(there) == len(names):
            return False
        raise Losing("inbox", f"{agent} has already taken {', '.join(id_ for _, id_ in there)}")
    for name in names:
        inbox[name] = at
    return True


def _no_stop(condition: NoStop, tenant: TenantId, tables: Overlay) -> None:
    own(tenant, condition.tenant, "a condition")
    for key in condition.keys:
        for whose in (condition.tenant, OPERATOR):
            for stop in tables.stopped.get((whose, key), {}).values():
                if stop.id not in condition.passing and stop.holds(condition.at):
                    raise Losing("stop", f"{key}: {stop.reason.value} ({stop.id})")


def _client_active(condition: ClientActive, tenant: TenantId, tables: Overlay) -> None:
    own(tenant, condition.tenant, "a condition")
    row = tables.rows.get((condition.tenant, "client", condition.tenant))
    if row is None:
        raise Losing("client", f"no client {condition.tenant}; declare it with `leadwire apply`")
    if row[3] not in SERVED:
        raise Losing("client", f"client {condition.tenant} is {row[3] or 'without status'}")


def _fence(condition: Fence, tenant: TenantId, tables: Overlay) -> None:
    lease = tables.leases.get(condition.lease)
    if lease is None or lease.epoch != condition.epoch:
        stands = "nowhere" if lease is None else f"at epoch {lease.epoch}"
        raise Losing("fence", f"lease {condition.lease} stands {stands}, not {condition.epoch}")


_CONDITIONS: dict[type, Callable[[Any, TenantId, Overlay], None]] = {
    NoStop: _no_stop,
    ClientActive: _client_active,
    Fence: _fence,
}


# ── rows, stops ───────────────────────────────────────────────────────────────────────────────


def _write_row(write: RowWrite, tenant: TenantId, tables: Overlay) -> None:
    ref = write.ref
    if ref.tenant != tenant:
        own(tenant, ref.tenant, "a row")
    name = (ref.tenant, ref.kind, ref.key)
    rows = tables.rows
    current = rows.get(name)
    version = 0
    if current is not None:
        version = current[0]
        if current[1] > SCHEMA:
            raise Losing("newer", f"{ref.kind} {ref.key} is of schema {current[1]}")
    if write.expect is not None and write.expect != version:
        raise Losing("version", f"{ref.kind} {ref.key} stands at {version}, not {write.expect}")
    data = packed(write.data)
    place = None if current is None else current[5]
    tables.log.append((rows, name, ABSENT if current is None else current))
    rows[name] = (version + 1, write.schema, write.parent, write.status, data, place)


def _write_stop(write: StopWrite, tenant: TenantId, tables: Overlay) -> None:
    if isinstance(write, StopAdd):
        _add_stop(write, tenant, tables)
    else:
        _lift_stops(write, tenant, tables)


def _add_stop(write: StopAdd, tenant: TenantId, tables: Overlay) -> None:
    stop = write.stop
    own(tenant, stop.tenant, "a stop")
    micros(stop.at), micros_or_none(stop.until)
    if (stop.tenant, stop.id) not in tables.stops:
        tables.put(tables.stops, (stop.tenant, stop.id), stop)
        under = tables.stopped.setdefault((stop.tenant, stop.key), {})
        tables.put(under, stop.id, stop)


def _lift_stops(write: StopLift, tenant: TenantId, tables: Overlay) -> None:
    own(tenant, write.tenant, "a stop")
    for id_ in write.ids:
        stop = tables.stops.get((write.tenant, id_))
        if stop is not None and stop.lifted is None:
            lifted = replace(stop, lifted=write.by)
            tables.put(tables.stops, (stop.tenant, id_), lifted)
            under = tables.stopped.setdefault((stop.tenant, stop.key), {})
            tables.put(under, id_, lifted)


# ── timers ────────────────────────────────────────────────────────────────────────────────────


def _own_key(tenant: TenantId, write: TimerWrite) -> None:
    """Raises ValueError for a foreign key; the claimer and the auditor serve every client, as
    tenant `*`."""
    key = write.timer.key if isinstance(write, TimerSet) else write.key
    if tenant != OPERATOR and tenant_of(key) != tenant:
        raise ValueError(f"a unit of tenant {tenant} writes a timer of {key}")


def _next_timer(tables: Overlay) -> int:
    """Versions are numbers of the store, not of the timer: one that is cleared and set again never
    stands where an old offer expects it."""
    tables.last_timer += 1
    return tables.last_timer


def _set_timer(write: TimerSet, tables: Overlay) -> None:
    timer = write.timer
    record = timer_record(timer, _next_timer(tables))
    tables.put(tables.timers, (timer.agent, timer.key), record)


def _clear_timer(write: TimerClear, tables: Overlay) -> None:
    tables.drop(tables.timers, (write.agent, write.key))


def _lease_timer(write: TimerLease, tables: Overlay) -> None:
    record = _standing(write, tables)
    if record.leased_until is not None and record.leased_until > write.machine:
        raise Losing("timer", f"{write.agent} {write.key} is leased")
    leased = record._replace(leased_until=write.until, version=_next_timer(tables))
    tables.put(tables.timers, (write.agent, write.key), leased)


def _wait_timer(write: TimerWait, tables: Overlay) -> None:
    record = _standing(write, tables)
    waiting = record._replace(
        waiting=micros(write.waiting),
        estimate=micros_or_none(write.estimate),
        version=_next_timer(tables),
        leased_until=None,
    )
    tables.put(tables.timers, (write.agent, write.key), waiting)


def _standing(write: TimerLease | TimerWait, tables: Overlay) -> TimerRecord:
    record = tables.timers.get((write.agent, write.key))
    if record is None or record.version != write.expect:
        stands = "gone" if record is None else f"at {record.version}"
        raise Losing("timer", f"{write.agent} {write.key} is {stands}, not at {write.expect}")
    return record


_TIMERS: dict[type, Callable[[Any, Overlay], None]] = {
    TimerSet: _set_timer,
    TimerClear: _clear_timer,
    TimerLease: _lease_timer,
    TimerWait: _wait_timer,
}


# ── events, history, credit ───────────────────────────────────────────────────────────────────


def _enqueue(outgoing: Outgoing, tables: Overlay) -> int:
    event = outgoing.event
    tables.last_outbox = number = tables.last_outbox + 1
    topic = outgoing.topic or _topic(event.type)
    text = event_record(event).decode()
    row: Queued = (number, topic, outgoing.attempt, None, text)
    if outgoing.available is not None:
        row = (*row, micros(outgoing.available))
    tables.outbox[number] = row
    return number


_topic = lru_cache(maxsize=1024)(topic_of)


def scope_of(line: Line) -> Scope:
    """Returns what a line is the history of: its lead, else its account."""
    return (line.tenant, f"lead:{line.lead}" if line.lead else f"account:{line.account}")


def _append(line: Line, tenant: TenantId, tables: Overlay) -> None:
    own(tenant, line.tenant, "a line")
    scope = scope_of(line)
    if line.repeat is not None:
        last = tables.lines.get(tables.last_lines.get(scope, 0))
        if last is not None and last.repeat == line.repeat:
            seen = max(last.last_at or last.at, micros(line.at))
            again = last._replace(times=last.times + line.count, last_at=seen)
            tables.put(tables.lines, last.number, again)
            return
    tables.last_line += 1
    record = line_record(line, tables.last_line)
    tables.put(tables.lines, record.number, record)
    tables.put(tables.last_lines, scope, record.number)


def _bury(letter: DeadLetter, tables: Overlay) -> None:
    """Keeps a dead letter. One that is there and fails again is dead again, since its first time,
    whatever was done about it in between."""
    there = tables.dead.get(letter.id)
    if there is not None:
        if there.tenant != letter.tenant:
            raise ValueError(f"dead letter {letter.id} belongs to another tenant")
        letter = replace(letter, first_at=min(there.first_at, letter.first_at))
    micros(letter.first_at), micros(letter.last_at)
    tables.put(tables.dead, letter.id, letter)


def _move_credit(move: CreditMove, tenant: TenantId, tables: Overlay) -> None:
    own(tenant, move.tenant, "credit")
    balance = tables.credits.get(move.tenant, 0) - move.amount
    if balance < 0:
        raise Losing("credit", f"{move.tenant} has {balance + move.amount}, needs {move.amount}")
    if move.amount:
        tables.put(tables.credits, move.tenant, balance)
