"""One lead's row as the orchestrator holds it during a turn: read, joined, planned, written back.

The row's JSON has `facts` (the join, `lifecycle.py`), `next` (the plan: step, channel, when, what
bound it), `hold` (why nothing is planned: code, inputs, since, until, scope) and `asked` (sends for
which a draft or a send was asked, and when). Keys that a newer process wrote are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agents.orchestrator.lifecycle import Lead, Standing, standing
from contracts.ids import AccountId, LeadId, TenantId
from statestore.base import Ref, Row, RowWrite

KIND = "lead"


@dataclass(slots=True)
class Record:
    """A lead within a turn. `changed` says whether the row must be written."""

    tenant: TenantId
    account: AccountId
    id: LeadId
    lead: Lead = field(default_factory=Lead)
    plan: dict[str, Any] | None = None
    hold: dict[str, Any] | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    changed: bool = False

    @property
    def standing(self) -> Standing:
        """Status, reason and time by the printed precedence."""
        return standing(self.lead)

    def write(self) -> RowWrite:
        """Returns the row as it is to be written, at the version that was read."""
        data = {
            **self.rest,
            "facts": self.lead.facts,
            "next": self.plan,
            "hold": self.hold,
            "asked": self.asked,
            "reason": self.standing.reason,
        }
        return RowWrite(
            ref=Ref(self.tenant, KIND, self.id),
            expect=self.version,
            parent=self.account,
            status=self.standing.status.value,
            data=data,
        )

    def held_under(self, scope: str, now: datetime) -> RowWrite:
        """Returns the row by which a resume finds what its scope held."""
        ref = Ref(self.tenant, "hold", f"{scope}/{self.id}")
        data = {"account": self.account, "lead": self.id, "since": text(now)}
        return RowWrite(ref=ref, expect=None, parent=self.account, status=scope, data=data)

    def set_plan(self, plan: dict[str, Any] | None) -> None:
        """Sets the plan; nothing is written where it is the same."""
        if plan != self.plan:
            self.plan, self.changed = plan, True

    def set_hold(self, hold: dict[str, Any] | None) -> bool:
        """Sets the hold, keeping `since` of an equal one; True where it is another one."""
        if hold is not None and self.hold is not None and hold["code"] == self.hold["code"]:
            hold = {**hold, "since": self.hold["since"]}
        differs = (hold or {}).get("code") != (self.hold or {}).get("code")
        if hold != self.hold:
            self.hold, self.changed = hold, True
        return differs


OURS = frozenset({"facts", "next", "hold", "asked", "reason"})


def read(row: Row) -> Record:
    """Returns the record of a row."""
    data: Mapping[str, Any] = row.data
    return Record(
        tenant=row.ref.tenant,
        account=AccountId(row.parent),
        id=LeadId(row.ref.key),
        lead=Lead(_copied(data.get("facts", {}))),
        plan=data.get("next"),
        hold=data.get("hold"),
        asked=dict(data.get("asked") or {}),
        rest={key: value for key, value in data.items() if key not in OURS},
        version=row.version,
    )


def _copied(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Copies the two levels that a turn changes; entries are replaced, never changed."""
    return {kind: dict(entries) for kind, entries in facts.items()}


def moment(text: str | None) -> datetime | None:
    """Reads a moment of the row's JSON."""
    return datetime.fromisoformat(text) if text else None


def text(moment_: datetime | None) -> str | None:
    """Writes a moment for the row's JSON."""
    return moment_.isoformat() if moment_ else None
