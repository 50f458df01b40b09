"""A resume, or a new definition: what its scope held is looked at again, without a burst.

The orchestrator's agent calls `reopen_holds` for declarations; rows of kind `hold` name the leads
of a scope, and each gets a timer a little after the one before.
"""

from datetime import timedelta

from agents.orchestrator import lifecycle
from agents.orchestrator.turn import Turn
from contracts import registry
from contracts.envelope import Event
from contracts.ids import PartitionKey
from statestore.base import Row, RowWrite, Timer, TimerSet

CHUNK_SECONDS = 2
"""Between two leads that a resume wakes: no burst."""


def reopen_holds(turn: Turn, event: Event) -> None:
    """A resume, or a new definition: what its scope held is looked at again, without a burst."""
    scope = event.data.get("scope") or f"campaign:{event.data.get('campaign_id')}"
    if str(scope).startswith(("account:", "lead:")) and event.topic == "control.resumed":
        reopen_answered(turn, event, str(scope))
    rows = turn.view.scans.get((turn.tenant, "hold", str(scope)), [])
    for place, row in enumerate(rows):
        turn.rows.append(_over(row))
        turn.timers.append(TimerSet(timer=_woken(turn, row, place)))
    if len(rows) >= 500:
        again = registry.ENTRIES[event.type].model.model_validate(dict(event.data))
        turn.emit(again, event, f"chunk:{rows[-1].ref.key}")


def reopen_answered(turn: Turn, event: Event, scope: str) -> None:
    """A person resumed an account or a lead: its answers so far are settled, and count no more."""
    for record in turn.records.values():
        if scope.startswith("lead:") and scope != f"lead:{record.id}":
            continue
        lifts = sorted({*record.lead.of("responded"), *record.lead.of("classified")})
        entry = {"at": event.data["occurred_at"], "lifts": lifts, "by": event.data.get("by")}
        if lifecycle.add(record.lead.facts, "resumed", event.id, entry):
            record.changed = True
            turn.note(record, "fact", "resumed", {"by": event.data.get("by"), "scope": scope})
            turn.touch(record.id)


def _over(row: Row) -> RowWrite:
    return RowWrite(ref=row.ref, expect=row.version, data=row.data, parent=row.parent, status="")


def _woken(turn: Turn, row: Row, place: int) -> Timer:
    """Wakes the whole account: it has one timer, and several of its leads may have been held."""
    return Timer(
        agent="orchestrator",
        key=PartitionKey(f"{turn.tenant}/{row.data['account']}"),
        due=turn.now + timedelta(seconds=CHUNK_SECONDS * place),
        reason="its scope was resumed",
    )
