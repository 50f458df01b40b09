"""Guards that can be switched off, one at a time: the simulation is worth what it notices.

A mutant is a function that takes a pytest `MonkeyPatch`. `REDUNDANT` are those behind which a
second guard stands; it is named, and the two are switched off together.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents import audit
from agents.doing import CallPermit
from agents.gates import pace, quota, window
from agents.orchestrator import planning, policy, waiting
from agents.sender import recovery, settlement
from agents.sender.agent import Sender
from channels.base import Receipt
from contracts.outcome import Outcome, Stage
from statestore import judge, ledger
from statestore import quota as slots
from statestore.base import NoStop, Send
from statestore.memory import MemoryStore
from tests.simulation.profile import CALM, Profile

Patch = pytest.MonkeyPatch


def no_stop_condition(patch: Patch) -> None:
    """The claim's commit does not look for stops."""
    patch.setitem(judge._CONDITIONS, NoStop, lambda *given: None)


def endless_permit(patch: Patch) -> None:
    """The permit never runs out."""
    patch.setattr(CallPermit, "check", lambda self: None)


def retries_whatever(patch: Patch) -> None:
    """An unclear outcome is tried again, whatever the vendor's class."""

    def unclear(row: Send, can: Any, now: datetime) -> settlement.Settlement:
        if row.tries > 3:
            return settlement.unknown(row, now)
        return settlement._later(row, now + timedelta(minutes=1))

    patch.setattr(settlement, "unclear", unclear)


def recovery_hands_back(patch: Patch) -> None:
    """What a dead process had claimed is taken for never called."""
    lost = Receipt(outcome=Outcome.NOT_STARTED, stage=Stage.NONE, code="claim_lost")
    patch.setattr(recovery, "LOST", lost)


def refusal_refunds(patch: Patch) -> None:
    """A refusal of a later try is taken for the truth about the first."""
    real = settlement._refused

    def refused(row: Send, receipt: Receipt, now: datetime) -> settlement.Settlement:
        return real(replace(row, ambiguous=False), receipt, now)

    patch.setattr(settlement, "_refused", refused)


def zombies_speak(patch: Patch) -> None:
    """A process whose claim was taken from it records its outcome all the same."""

    def record(self: Sender, job: Any, outcome: Receipt, view: Any) -> Any:
        current = view.sends.get(job.send.id)
        return None if current is None else self.settled(job, current, outcome, view)

    patch.setattr(Sender, "record", record)


def stale_inbox(patch: Patch) -> None:
    """A follow-up goes while answers may lie unread."""
    patch.setattr(pace, "_inbox", lambda facts, now: None)


def no_window(patch: Patch) -> None:
    """Hours, weekdays and holidays do not count."""
    patch.setattr(window, "is_open", lambda *given: True)


def no_gap(patch: Patch) -> None:
    """Neither the touch gap nor the channel's cooldown counts."""
    patch.setattr(pace, "_spaced", lambda *given: None)


def no_sweep(patch: Patch) -> None:
    """Nobody looks for lost claims and lost tries, and none is handed back."""

    async def run(self: Any) -> None:
        return None

    patch.setattr(recovery.Sweeper, "run", run)
    patch.setattr(Sender, "abandoned", lambda self, job: None)


def no_audit(patch: Patch) -> None:
    """Nobody looks for forgotten leads."""

    async def run(self: Any) -> None:
        return None

    patch.setattr(audit.Auditor, "run", run)


def no_hold_again(patch: Patch) -> None:
    """A hold that a resume has woken and that stands for another reason is not found again."""
    hold = planning.hold

    def once(turn: Any, record: Any, held: Any) -> None:
        before, rows = (record.hold or {}).get("code"), len(turn.rows)
        hold(turn, record, held)
        if before == held.code:
            del turn.rows[rows:]

    patch.setattr(planning, "hold", once)


# ── behind a second guard ─────────────────────────────────────────────────────────────────────


def no_inbox(patch: Patch) -> None:
    """No event is known to have been taken."""

    async def consumed(self: Any, agent: str, ids: Any) -> set[str]:
        return set()

    patch.setattr(MemoryStore, "consumed", consumed)
    patch.setattr(judge, "_consume", lambda consumed, tables: True)


def no_version(patch: Patch) -> None:
    """The ledger takes a row at whatever version it stands."""
    real = ledger.write_send

    def written(write: Any, tables: Any) -> None:
        current = tables.sends.get(write.send.id)
        real(replace(write, expect=0 if current is None else current.version), tables)

    patch.setattr(judge, "write_send", written)


def no_limits(patch: Patch) -> None:
    """The store reserves past the cap."""
    patch.setattr(slots, "_later", lambda *given: 0)


def no_daily_gate(patch: Patch) -> None:
    """The daily limit's gate grants always."""
    patch.setattr(quota, "answer", lambda *given: quota.Granted())


def no_line(patch: Patch) -> None:
    """The waiting line believes that every resource is free."""
    patch.setattr(quota, "free", lambda *given: 50)


def no_shift(patch: Patch) -> None:
    """The waiting line does not know the hours of a pool's people."""
    patch.setattr(waiting, "is_shut", lambda *given: False)


def no_unique(patch: Patch) -> None:
    """The ledger takes a second send for one touch, or for one address and step."""
    patch.setattr(ledger, "_take_keys", lambda *given: None)


def blind_planner(patch: Patch) -> None:
    """The planner does not see that somebody else wrote to this address in this step."""
    patch.setattr(policy, "_taken", lambda *given: None)


# ── which fault shows them ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Mutant:
    """Guards that are off together, and the faults under which that shows."""

    off: tuple[Callable[[Patch], None], ...]
    profile: Profile
    rules: str
    """The rules of which one at least is broken then."""
    leads: int = 10

    @property
    def name(self) -> str:
        """Its guards' names."""
        return "+".join(guard.__name__ for guard in self.off)


def _faults(*aimed: str, **rates: float) -> Profile:
    return replace(CALM, aimed=aimed, **rates)


SWITCHED = _faults("read→claim", switch=0.3, stall=0.5, slow=0.4, slowest=70.0)
"""Switches that are flipped while turns stall: holds are written as their stop is lifted."""

MUTANTS = (
    Mutant((no_stop_condition,), _faults("read→claim", opt_out=0.5), "S3"),
    Mutant((endless_permit,), _faults("claim→wire", opt_out=0.6, stall=0.6), "S4"),
    Mutant((retries_whatever,), _faults(unclear=0.5), "S11 S1"),
    Mutant((recovery_hands_back,), _faults("accept→reply", crash=0.3), "S11 S1"),
    Mutant((refusal_refunds,), _faults(unclear=0.6, refuses=0.5), "C4"),
    Mutant((zombies_speak,), _faults(fails_before=0.05, fails_after=0.05), "S1 S11 C3 C4"),
    Mutant((stale_inbox,), _faults(deaf=1.0), "S9"),
    Mutant((no_window, no_shift), CALM, "S7"),
    Mutant((no_gap,), CALM, "S8"),
    Mutant((no_sweep,), _faults(fails_after=0.05), "L1 C3"),
    Mutant((no_audit, no_hold_again), SWITCHED, "L1"),
    Mutant((no_daily_gate,), CALM, "C5", leads=20),
    Mutant((no_limits, no_daily_gate, no_line), CALM, "S6", leads=20),
    Mutant((blind_planner,), CALM, "L1"),
    Mutant((no_unique, blind_planner), CALM, "S2"),
)
REDUNDANT = (
    Mutant((no_inbox,), _faults(duplicate=0.5, longest=60.0), ""),
    Mutant((no_window,), CALM, ""),
    Mutant((no_shift,), CALM, ""),
    Mutant((no_limits,), CALM, "", leads=20),
    Mutant((no_unique,), CALM, ""),
    Mutant((no_audit,), SWITCHED, ""),
    Mutant((no_hold_again,), SWITCHED, ""),
)
"""One guard of several. `no_inbox`: names of touches, sends and facts make repetition harmless; the
inbox only saves work (design §7). Of hours the gate and the waiting line's shifts; of quota the
line with the gate, and the store's reservation, which alone decides a race; of twin records the
ledger's unique key behind the planner's look at the ledger. Those that guard one thing are switched
off together above. (`no_line` alone keeps the claimer busy for ever with offers that lose.)"""
