"""What must hold, judged from the vendors' books, the stops as they were committed, and at the
end the store: facts/reliability G. A judge never asks the product's rules; it counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contracts.ids import OPERATOR
from contracts.outcome import SendState, StopReason, VendorClass
from statestore.base import Send, Stop, StopAdd, StopLift, Unit
from tests.simulation.vendors import KEY_LIFE, Acceptance, Book, Call

AFTER_STOP = 3.0
"""Machine seconds after a stop's commit in which a call may still begin (design §6)."""
FRESH = timedelta(minutes=5, seconds=3)
IN_FLIGHT = timedelta(seconds=90)
"""How long after an unclear answer these vendors still accept: nobody can count that before."""
ZONE = ZoneInfo("America/Chicago")


@dataclass
class Stops:
    """The stops as they stood, by the commits that made and lifted them."""

    under: dict[tuple[str, str], dict[str, tuple[float, Stop]]] = field(default_factory=dict)

    def follow(self, unit: Unit, machine: float) -> None:
        """Takes a committed unit's stops."""
        for write in unit.stops:
            if isinstance(write, StopAdd):
                stop = write.stop
                place = self.under.setdefault((stop.tenant, stop.key), {})
                place.setdefault(stop.id, (machine, stop))
            elif isinstance(write, StopLift):
                for place in self.under.values():
                    for id_ in write.ids:
                        found = place.get(id_)
                        if found is not None and found[1].tenant == write.tenant:
                            del place[id_]

    def holding(
        self, send: Send, now: datetime, before: float | None = None
    ) -> list[tuple[float, Stop]]:
        """The stops that hold a send, committed before a machine moment."""
        keys = (
            "global",
            f"client:{send.tenant}",
            f"campaign:{send.campaign}",
            f"channel:{send.channel.value}",
            f"resource:{send.resource}",
            f"account:{send.account}",
            f"lead:{send.lead}",
            f"address:{send.address_hash}",
        )
        found = (
            entry
            for key in keys
            for owner in (send.tenant, OPERATOR)
            for entry in self.under.get((owner, key), {}).values()
        )
        return [e for e in found if e[1].holds(now) and (before is None or e[0] < before)]


@dataclass
class Judge:
    """Collects what was broken; `cap` and `gap` are the campaign's."""

    cap: int
    gap: timedelta
    broken: list[str] = field(default_factory=list)

    def fault(self, rule: str, text: str) -> None:
        """Notes a broken rule."""
        self.broken.append(f"{rule}: {text}")

    # at a claim

    def claim(self, send: Send, holding: Sequence[tuple[float, Stop]]) -> None:
        """S3: no claim commits with one of its stops present."""
        for at, stop in holding:
            self.fault("S3", f"{send.id} claimed under {stop.key} {stop.reason} of {at:.3f}")

    # at the start of a call

    def call(
        self,
        call: Call,
        send: Send,
        book: Book,
        late: Sequence[tuple[float, Stop]],
        now: datetime,
        read_at: datetime | None,
    ) -> None:
        """S4, S7, S9, S11, as a call begins."""
        for at, stop in late:
            began = call.started - at
            self.fault("S4", f"{send.id} began {began:.1f} s after {stop.key} {stop.reason}")
        local = now.astimezone(ZONE)
        if local.weekday() > 4 or not 9 <= local.hour < 17:
            self.fault("S7", f"{send.id} began at {local:%a %H:%M:%S} local")
        if send.step > 1 and (read_at is None or now - read_at > FRESH):
            self.fault("S9", f"{send.id} step {send.step} began, mailbox read at {read_at}")
        unclear = [c for c in book.calls if c.send == call.send and c.answer in UNCLEAR]
        if unclear:
            self._after_unclear(call, unclear)

    def _after_unclear(self, call: Call, unclear: Sequence[Call]) -> None:
        if call.kind is not VendorClass.KEY:
            self.fault("S11", f"{call.send}: second call of class {call.kind} after an unclear one")
            return
        if any(one.body != call.body for one in unclear):
            self.fault("S11", f"{call.send}: class K was called with other bytes")
        if call.started - unclear[0].started > KEY_LIFE.total_seconds():
            self.fault("S11", f"{call.send}: class K was called after its key's life")

    # at an acceptance

    def accept(self, one: Acceptance, send: Send, every: Sequence[tuple[Acceptance, Send]]) -> None:
        """S1, S2, S6, S8, at each acceptance; `every` are the earlier ones with their sends."""
        if any(a.send == one.send for a, _ in every):
            self.fault("S1", f"{one.send} was accepted twice")
        place = (send.tenant, send.campaign, send.round, send.step, one.request.recipient.lower())
        for other, row in every:
            there = (row.tenant, row.campaign, row.round, row.step)
            if (*there, other.request.recipient.lower()) == place and other.send != one.send:
                self.fault("S2", f"{place} was accepted as {other.send} and {one.send}")
        self._quota(one, [a for a, _ in every])
        for other, row in every:
            if row.lead == send.lead and row.round == send.round and row.id != send.id:
                self._order(one, send, other, row)

    def _quota(self, one: Acceptance, every: Sequence[Acceptance]) -> None:
        since = one.at - (timedelta(days=1) - IN_FLIGHT).total_seconds()
        within = [a for a in every if a.resource == one.resource and a.at > since]
        if len(within) + 1 > self.cap:
            self.fault("S6", f"{one.resource} took {len(within) + 1} in a day, cap {self.cap}")

    def _order(self, one: Acceptance, send: Send, other: Acceptance, row: Send) -> None:
        if row.step >= send.step:
            self.fault("S8", f"step {send.step} of {send.lead} came after step {row.step}")
        elif one.at - other.at < self.gap.total_seconds() - 120:
            hours = (one.at - other.at) / 3600
            self.fault("S8", f"step {send.step} of {send.lead} came {hours:.1f} h after the last")


UNCLEAR = ("open", "unclear", "accepted")
"""Answers of a call after which only class K may call again."""


# ── at the end ────────────────────────────────────────────────────────────────────────────────


def ledger(sends: Iterable[Send], books: Iterable[Book], reserved: Iterable[str]) -> list[str]:
    """C3 and C4: reservations are sent and unknown ones; books and ledger say the same."""
    rows = {str(send.id): send for send in sends}
    taken = {a.send for book in books for a in book.accepted}
    gone = {id_ for id_, s in rows.items() if s.state in (SendState.SENT, SendState.UNKNOWN)}
    sent = {id_ for id_, s in rows.items() if s.state is SendState.SENT}
    held = set(reserved)
    found = [f"C3: {id_} holds a slot as {_state(rows, id_)}" for id_ in sorted(held - gone)]
    found += [f"C3: {id_} is {_state(rows, id_)} without a slot" for id_ in sorted(gone - held)]
    found += [f"C4: {id_} was taken, and is {_state(rows, id_)}" for id_ in sorted(taken - gone)]
    found += [f"C4: {id_} is sent, and nobody took it" for id_ in sorted(sent - taken)]
    open_ = {SendState.CLAIMED, SendState.PLANNED}
    stuck = [s for s in rows.values() if s.state in open_ and (s.ambiguous or s.owner)]
    found += [f"L1: {s.id} stays {s.state}, ambiguous={s.ambiguous}" for s in stuck]
    return found


def _state(rows: dict[str, Send], id_: str) -> str:
    return rows[id_].state.value if id_ in rows else "nowhere"


def credit(balance: int, given: int, sends: Iterable[Send]) -> list[str]:
    """One credit for each sent or unknown one, and no other."""
    spent = sum(s.state in (SendState.SENT, SendState.UNKNOWN) for s in sends)
    return [] if balance == given - spent else [f"C3: {given} − {spent} credits left {balance}"]


ENDED = frozenset(
    {
        "unsubscribed",
        "do_not_contact",
        "bounced",
        "converted",
        "engaged",
        "failed",
        "no_response",
        "closed",
    }
)
PERSONS = frozenset({"answered", "address_taken", "no_channel", "not_target"})
"""Holds that wait for a person, or for ever, by what the lead itself is."""


def leads(
    rows: Sequence[Any], timed: set[str], stops: Stops, now: datetime, wanted: int
) -> list[str]:
    """C1 and L1: every lead has exactly one of an end, a timer, a hold that still has its reason;
    after the calm phase none is left with a timer."""
    found = [] if len(rows) == wanted else [f"C1: {wanted} leads went in, {len(rows)} are there"]
    for row in rows:
        hold, plan = row.data.get("hold"), row.data.get("next")
        ended = row.status in ENDED
        states = Counter(end=int(ended), plan=int(plan is not None), hold=int(hold is not None))
        if hold is not None and hold.get("until"):
            states["plan"] = 0  # a hold with a moment has a timer for it: they are one thing
        if sum(states.values()) != 1:
            found.append(f"C1: {row.ref.key} is {row.status} with {dict(states)}, {hold}")
        if plan is not None and row.parent not in timed:
            found.append(f"C1: {row.ref.key} has a plan and its account no timer")
        if not ended and not _held(row, hold, stops, now):
            why = hold["code"] if hold else plan
            found.append(f"L1: {row.ref.key} is {row.status} at the end: {why}")
    return found


def _held(row: Any, hold: Any, stops: Stops, now: datetime) -> bool:
    """Whether a hold's reason still stands: a person's, or a stop that holds."""
    if hold is None or hold.get("until"):
        return False
    if hold["code"] in PERSONS:
        return True
    key = hold["inputs"].get("key")
    owners = (row.ref.tenant, OPERATOR)
    return any(
        stop.holds(now) and stop.reason is not StopReason.KILLED
        for owner in owners
        for _, stop in stops.under.get((owner, str(key)), {}).values()
    )
