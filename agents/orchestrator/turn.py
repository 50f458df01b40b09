"""What a turn over one account gathers before it becomes a unit: rows, events, timer, history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from agents import definitions
from agents.base import View
from agents.definitions import Campaign, Client, D, Resource
from agents.names import Names
from agents.orchestrator.record import Record
from contracts import lead as says
from contracts import registry
from contracts.base import Payload
from contracts.campaign import TimerDue
from contracts.envelope import Event
from contracts.ids import AccountId, LeadId, PartitionKey, ResourceId, TenantId
from statestore.base import (
    Line,
    Outgoing,
    QuotaRelease,
    QuotaWrite,
    Row,
    RowWrite,
    SendWrite,
    StopWrite,
    Timer,
    TimerClear,
    TimerSet,
    TimerWrite,
    Unit,
)

NAME = "orchestrator"
WAKES = ("timer.", "campaign.", "control.", "client.")
"""Types of events that wake a lead and say nothing of it."""


class Turn:
    """One account's turn; mutable while it lasts, then a unit."""

    def __init__(
        self,
        key: PartitionKey,
        tenant: TenantId,
        account: AccountId,
        view: View,
        names: Names,
        records: dict[LeadId, Record],
    ) -> None:
        self.key = key
        self.tenant = tenant
        self.account = account
        self.view = view
        self.names = names
        self.records = records
        self.cause: Event | None = None
        self.touched: dict[LeadId, Event] = {}
        self.slots: dict[LeadId, ResourceId] = {}
        self.timer_fired = False
        self.rows: list[RowWrite] = []
        self.sends: list[SendWrite] = []
        self.quota: list[QuotaWrite] = []
        self.stops: list[StopWrite] = []
        self.timers: list[TimerWrite] = []
        self.events: list[Outgoing] = []
        self.journal: list[Line] = []

    @property
    def now(self) -> datetime:
        """Business time of the turn."""
        return self.view.now

    # what the tenant declared

    @property
    def client(self) -> Client | None:
        """The client, or None where nobody declared it: then nothing is planned."""
        row = self.view.row(self.tenant, "client", self.tenant)
        return self._parsed(row, Client) if row is not None else None

    def _parsed(self, row: Row, model: type[D]) -> D:
        """A declared thing of a row, parsed once for the whole batch."""
        found = self.view.known.get(row.ref)
        if found is None:
            found = self.view.known[row.ref] = definitions.read(row, model)
        return found

    def campaigns(self) -> list[tuple[Campaign, int]]:
        """The client's campaigns with their definition numbers, in the order of their ids."""
        rows = self.view.scans.get((self.tenant, "campaign", None), [])
        return [(self._parsed(row, Campaign), int(row.data["version"])) for row in rows]

    def campaign(self, id_: str) -> tuple[Campaign, int] | None:
        """One campaign of the client."""
        return next((found for found in self.campaigns() if found[0].id == id_), None)

    def resources(self, campaign: Campaign) -> list[Resource]:
        """The campaign's sending resources that are declared and enabled, in its order."""
        rows = self.view.scans.get((self.tenant, "resource", None), [])
        known = {row.ref.key: self._parsed(row, Resource) for row in rows}
        return [known[id_] for id_ in campaign.resources if id_ in known and known[id_].enabled]

    # what happens

    def touch(self, lead: LeadId) -> None:
        """Notes that a lead is to be planned anew because of the event at hand."""
        assert self.cause is not None  # take() sets it before anything is touched
        self.touched[lead] = self._in_trace(self.cause, lead)

    def _in_trace(self, cause: Event, lead: LeadId) -> Event:
        """A timer or a word about a whole campaign wakes a lead, and is not what its touch comes
        from: the touch goes on in the trace in which the lead came in at the door."""
        if not cause.type.startswith(WAKES) or lead not in self.records:
            return cause
        entered = self.records[lead].lead.profile.get("trace")
        return cause.with_(traceparent=entered) if entered else cause

    def due(self, event: Event) -> None:
        """Takes the account's timer: its lead is planned, with the slot that was set aside."""
        due = registry.payload(event, TimerDue)
        self.timer_fired = True
        leads = [due.lead_id] if due.lead_id else list(self.records)
        for lead in leads:
            if lead in self.records:
                self.touch(lead)
                if due.slot:
                    self.slots[lead] = due.slot

    def emit(self, payload: Payload, cause: Event, ordinal: int | str = 0) -> None:
        """Publishes an event of this turn."""
        event = registry.produce(
            payload, key=self.key, source=f"/{NAME}", cause=cause, ordinal=ordinal
        )
        self.events.append(Outgoing(event=event))

    def say_held(self, record: Record, hold: Mapping[str, Any]) -> None:
        """Tells of a hold, in the lead's history and to whoever watches; no send is named, as none
        is planned. `hold` is the record's: code, gate, inputs, until."""
        inputs = dict(hold["inputs"])
        self.note(record, "hold", hold["code"], {"gate": hold["gate"], **inputs})
        said = says.SendHeld(
            lead_id=record.id,
            occurred_at=self.now,
            campaign_id=(record.lead.enrolment or {}).get("campaign"),
            gate=hold["gate"],
            code=hold["code"],
            inputs=inputs,
            next_eligible=hold["until"],
        )
        self.emit(said, self.touched[record.id], f"hold:{record.id}:{hold['code']}")

    def note(
        self,
        record: Record,
        kind: str,
        code: str,
        data: Mapping[str, Any] | None = None,
        repeat: str | None = None,
    ) -> None:
        """Writes a line of the lead's history."""
        enrolment = record.lead.enrolment or {}
        line = Line(
            tenant=self.tenant,
            account=self.account,
            lead=record.id,
            at=self.now,
            agent=NAME,
            kind=kind,
            code=code,
            data={"campaign": enrolment.get("campaign", ""), **(data or {})},
            repeat=repeat,
        )
        self.journal.append(line)

    def release_slot(self, record: Record) -> None:
        """Gives back the slot that was set aside for this account's touch."""
        if self.slots.pop(record.id, None) is not None:
            self.quota.append(QuotaRelease(key=self.key))

    def unit(self) -> Unit:
        """Returns everything as one unit: changed rows, the account's one timer, events."""
        rows = [record.write() for record in self.records.values() if record.changed]
        return Unit(
            tenant=self.tenant,
            rows=(*rows, *self.rows),
            sends=tuple(self.sends),
            quota=tuple(self.quota),
            stops=tuple(self.stops),
            timers=(*self.timers, *self.timer()),
            events=tuple(self.events),
            journal=tuple(self.journal),
        )

    def timer(self) -> Iterable[TimerWrite]:
        """The account's timer: the earliest plan of its leads; none where nothing is planned."""
        if not self.touched and not self.timer_fired:
            return
        plans = [(r.plan["at"], r.id, r.plan) for r in self.records.values() if r.plan]
        if not plans:
            yield TimerClear(agent=NAME, key=self.key)
            return
        at, lead, plan = min(plans)
        timer = Timer(
            agent=NAME,
            key=self.key,
            due=max(datetime.fromisoformat(at), self.now)
            if plan.get("pool")
            else datetime.fromisoformat(at),
            reason=plan["why"],
            lead=lead,
            pool=plan.get("pool"),
            rank=int(plan.get("rank", 0)),
            zone=plan.get("zone"),
            wall=plan.get("wall"),
        )
        yield TimerSet(timer=timer)
