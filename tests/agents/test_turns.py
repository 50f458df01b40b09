"""The deciding turn: poison among good, duplicates, losers, dead letters; relay and timers."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from agents import outbox
from agents.audit import Auditor
from agents.base import DELAYS, Deciding, DecidingTurn, Group, Permanent, Reads, View
from agents.outbox import OutboxRelay
from agents.timers import Timers
from bus.base import Delivery, Message
from bus.errors import Refused, Unavailable
from bus.memory import MemoryBus
from contracts.envelope import Event
from contracts.ids import AccountId, LeadId, PartitionKey
from statestore.base import Line, Outgoing, Ref, RowWrite, Timer, TimerSet, Unit
from tests.agents.stage import START, TENANT, Table, delivered, scored


class Counter(Deciding):
    """Counts events per key in a row; some leads are poison, some are refused for good."""

    name = "counter"
    topics = ("lead.scored",)

    def __init__(self, poison: frozenset[str] = frozenset(), lost: frozenset[str] = frozenset()):
        self.poison, self.lost = poison, lost
        self.decided: list[str] = []

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        refs = tuple(Ref(TENANT, "count", key) for key, _ in groups)
        return Reads() if view.now and self.asked(view, refs) else Reads(rows=refs)

    def asked(self, view: View, refs: Sequence[Ref]) -> bool:
        asked = getattr(self, "_view", None) is view
        self._view = view
        return asked

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        for event in events:
            self.decided.append(str(event.subject))
            if event.subject in self.poison:
                raise RuntimeError("cannot be handled")
            if event.subject in self.lost:
                raise Permanent("never")
        row = view.row(TENANT, "count", key)
        count = (row.data["n"] if row else 0) + len(events)
        write = RowWrite(
            ref=Ref(TENANT, "count", key), expect=row.version if row else 0, data={"n": count}
        )
        return Unit(tenant=TENANT, rows=(write,))


async def counts(table: Table) -> dict[str, int]:
    return {row.ref.key: row.data["n"] for row in await table.rows("count")}


async def test_a_batch_is_decided_once_whatever_comes_twice() -> None:
    """Duplicates within a batch and over batches count once."""
    table = Table()
    turn = DecidingTurn(Counter(), table.commits)
    batch = [delivered(scored(n), offset=n) for n in (1, 2, 3, 2, 1)]
    await turn(batch)
    await turn(batch)
    assert await counts(table) == {f"harbour/account-{n}": 1 for n in (1, 2, 3)}


async def test_poison_is_put_off_and_its_neighbours_commit() -> None:
    """The event comes back through its agent's own topic, later, under its own name."""
    table = Table()
    turn = DecidingTurn(Counter(poison=frozenset({"lead-2"})), table.commits)
    await turn([delivered(scored(n), offset=n) for n in (1, 2, 3)])
    assert await counts(table) == {"harbour/account-1": 1, "harbour/account-3": 1}
    (out,) = table.relay.out
    assert (out.topic, out.attempt) == ("retry.counter", 1)
    assert out.available == START + timedelta(seconds=DELAYS[0])


async def test_an_event_that_keeps_failing_becomes_a_dead_letter() -> None:
    """After its tries, with reason, attempts and where it came from."""
    table = Table()
    turn = DecidingTurn(Counter(poison=frozenset({"lead-1"})), table.commits)
    event = scored(1)
    for attempt in range(len(DELAYS) + 1):
        await turn([delivered(event, attempt=attempt, topic="retry.counter" if attempt else None)])
    (letter,) = await table.store.dead_letters(None)
    assert (letter.agent, letter.reason) == ("counter", "runtimeerror")
    assert (letter.attempts, letter.origin) == (len(DELAYS) + 1, "retry.counter/0/0")
    assert [out.attempt for out in table.relay.out] == [1, 2, 3, 4, 5]


async def test_what_can_never_be_handled_is_dead_at_once() -> None:
    """No tries are wasted on it, and nothing blocks."""
    table = Table()
    await DecidingTurn(Counter(lost=frozenset({"lead-1"})), table.commits)([delivered(scored(1))])
    (letter,) = await table.store.dead_letters(None)
    assert (letter.reason, letter.attempts, table.relay.out) == ("permanent", 1, [])


async def test_bytes_that_are_no_event_are_kept_as_a_dead_letter() -> None:
    """With the bytes as they came."""
    table = Table()
    raw = Delivery(Message("lead.scored", "harbour/a", {}, b"\xff not json"), 2, 7)
    await DecidingTurn(Counter(), table.commits)([raw, delivered(scored(1))])
    (letter,) = await table.store.dead_letters(None)
    assert (letter.value, letter.origin) == (b"\xff not json", "lead.scored/2/7")
    assert await counts(table) == {"harbour/account-1": 1}


async def test_a_loser_is_decided_again_from_fresh_state() -> None:
    """Somebody else wrote between read and commit: the count is right all the same."""

    class Raced(Counter):
        raced = False

        def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
            unit = super().decide(key, events, view)
            if not self.raced:
                self.raced = True
                write = RowWrite(ref=Ref(TENANT, "count", key), expect=0, data={"n": 40})
                table.store._commit(Unit(tenant=TENANT, rows=(write,)))
            return unit

    table = Table()
    await DecidingTurn(Raced(), table.commits)([delivered(scored(1))])
    assert await counts(table) == {"harbour/account-1": 41}


async def test_a_row_of_a_newer_process_is_left_to_it() -> None:
    """The event is put off, and the row stays as it is."""
    table = Table()
    key = "harbour/account-1"
    newer = RowWrite(ref=Ref(TENANT, "count", key), expect=0, data={"n": 5}, schema=99)
    await table.store.commit([Unit(tenant=TENANT, rows=(newer,))])
    await DecidingTurn(Counter(), table.commits)([delivered(scored(1))])
    assert await counts(table) == {key: 5}
    assert [out.topic for out in table.relay.out] == ["retry.counter"]


# ── the relay ─────────────────────────────────────────────────────────────────────────────────


class Broken(MemoryBus):
    """A bus that is away, refuses some leads, or lacks the part that some are for."""

    away = 0
    refuses = ""
    lacks = ""
    took: Sequence[Message] = ()

    async def publish(self, messages: Sequence[Message]) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("away")
        there = [i for i, m in enumerate(messages) if not self.lacks or self.lacks not in m.key]
        self.took = [*self.took, *(messages[i] for i in there)]
        if len(there) < len(messages):
            raise Unavailable("a part is away", there)
        bad = [i for i, m in enumerate(messages) if self.refuses and self.refuses in m.key]
        await super().publish([m for i, m in enumerate(messages) if i not in bad])
        if bad:
            raise Refused("too large", bad)


async def relayed(table: Table, bus: MemoryBus) -> OutboxRelay:
    await bus.start()
    relay = OutboxRelay(table.store, bus, table.clock)
    table.commits.relay = relay
    return relay


async def drained(relay: OutboxRelay) -> None:
    while relay.pending:
        await relay.turn()


async def test_a_bus_that_is_away_loses_nothing() -> None:
    """The rows stay, in memory and in the outbox, until the bus has them."""
    table, bus = Table(), Broken(["lead.scored"])
    relay = await relayed(table, bus)
    bus.away = 1
    await table.commits.commit([Unit(tenant=TENANT, events=(Outgoing(event=scored(1)),))])
    with pytest.raises(Unavailable):
        await relay.turn()
    assert (relay.pending, (await table.store.backlog(START, 0)).outbox_ready) == (1, 1)
    await drained(relay)
    assert (await table.store.backlog(START, 0)).outbox_ready == 0


async def test_a_part_of_the_bus_that_is_away_holds_up_no_other() -> None:
    """What the bus has nevertheless is forgotten and not published twice; what it lacks waits
    behind what was committed since."""
    table, bus = Table(), Broken(["lead.scored"])
    relay = await relayed(table, bus)
    bus.lacks = "account-2"
    events = tuple(Outgoing(event=scored(n)) for n in (1, 2, 3))
    await table.commits.commit([Unit(tenant=TENANT, events=events)])
    for _ in range(2):
        with pytest.raises(Unavailable):
            await relay.turn()
        assert (relay.pending, (await table.store.backlog(START, 0)).outbox_ready) == (1, 1)
    await table.commits.commit([Unit(tenant=TENANT, events=(Outgoing(event=scored(4)),))])
    with pytest.raises(Unavailable):
        await relay.turn()
    bus.lacks = "nobody"
    await drained(relay)
    assert (await table.store.backlog(START, 0)).outbox_ready == 0
    keys = [message.key.partition("/")[2] for message in bus.took]
    assert [key[:9] for key in keys] == ["account-1", "account-3", "account-4", "account-2"]


async def test_what_waits_behind_others_stays_before_what_its_key_said_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The order of a key outlives a part of the bus that was away for one try."""
    monkeypatch.setattr(outbox, "BATCH", 2)
    table, bus = Table(), Broken(["lead.scored"])
    relay = await relayed(table, bus)
    bus.lacks = "account-2"
    said = (scored(1), scored(2), scored(2, at=START + timedelta(hours=1)), scored(3))
    events = tuple(Outgoing(event=event) for event in said)
    await table.commits.commit([Unit(tenant=TENANT, events=events)])
    with pytest.raises(Unavailable):
        await relay.turn()
    bus.lacks = ""
    await drained(relay)
    ids = [message.headers["ce_id"] for message in bus.took]
    assert ids == [said[n].id for n in (0, 3, 1, 2)]


async def test_a_row_that_the_bus_refuses_is_dead_and_the_others_go() -> None:
    """One message that is too large holds up nobody."""
    table, bus = Table(), Broken(["lead.scored"])
    relay = await relayed(table, bus)
    bus.refuses = "account-2"
    events = tuple(Outgoing(event=scored(n)) for n in (1, 2, 3))
    await table.commits.commit([Unit(tenant=TENANT, events=events)])
    await drained(relay)
    (letter,) = await table.store.dead_letters(None)
    assert (letter.agent, letter.key) == ("outbox", "harbour/account-2")
    assert (await table.store.backlog(START, 0)).outbox_ready == 0


async def test_rows_of_a_process_that_died_are_relayed_by_another() -> None:
    """The table is read at the start."""
    table, bus = Table(), MemoryBus(["lead.scored"])
    await table.commits.commit([Unit(tenant=TENANT, events=(Outgoing(event=scored(1)),))])
    relay = await relayed(table, bus)
    await relay.turn()
    await drained(relay)
    assert (await table.store.backlog(START, 0)).outbox_ready == 0


async def test_a_delayed_row_waits_for_its_moment() -> None:
    """It is published when business time has come, not before."""
    table, bus = Table(), MemoryBus(["lead.scored"])
    relay = await relayed(table, bus)
    later = Outgoing(event=scored(1), available=START + timedelta(hours=1))
    await table.commits.commit([Unit(tenant=TENANT, events=(later,))])
    relay.nudge()
    await relay._refill()
    assert relay.pending == 0
    table.clock.move(hours=1)
    await relay.turn()
    await drained(relay)
    assert (await table.store.backlog(table.clock.now(), 0)).outbox_later == 0


# ── timers and auditor ────────────────────────────────────────────────────────────────────────


def timer(number: int, **fields: Any) -> TimerSet:
    key = PartitionKey(f"harbour/account-{number}")
    lead = LeadId(f"lead-{number}")
    return TimerSet(timer=Timer(agent="orchestrator", key=key, due=START, lead=lead, **fields))


async def test_two_sweepers_offer_a_timer_once() -> None:
    """The lease decides; the loser offers nothing."""
    table = Table()
    await table.commits.commit([Unit(tenant=TENANT, timers=(timer(1),))])
    one, other = Timers(table.commits), Timers(table.commits)
    done = await asyncio.gather(one.sweep(), other.sweep())
    assert sum(offered.offers for offered in done) == 1
    assert len(table.relay.events("timer.due")) == 1


async def test_a_lost_offer_comes_back_when_its_lease_ends() -> None:
    """Nobody has to notice the loss."""
    table = Table()
    await table.commits.commit([Unit(tenant=TENANT, timers=(timer(1),))])
    timers = Timers(table.commits)
    assert (await timers.sweep()).offers == 1
    assert (await timers.sweep()).offers == 0
    table.clock.machine += 61
    assert (await timers.sweep()).offers == 1


async def test_touches_beyond_the_quota_wait_with_one_event_and_an_estimate() -> None:
    """Twenty slots a day: twenty are offered, five wait, and are offered when slots come back."""
    table = Table()
    await table.declare()
    pool = "harbour/email/spring"
    units = [Unit(tenant=TENANT, timers=(timer(n, pool=pool),)) for n in range(25)]
    await table.commits.commit(units)
    timers = Timers(table.commits)
    done = await timers.sweep()
    assert (done.offers, done.marked) == (20, 5)
    held = table.relay.events("lead.send_held")
    assert {event.data["code"] for event in held} == {"rate_limit_email"}
    assert len(held) == 5
    assert all(event.data["next_eligible"] for event in held)
    assert await timers.sweep() == type(done)(0, 0)
    assert len(table.relay.events("lead.send_held")) == 5


async def test_waiting_touches_are_woken_when_a_slot_comes_back() -> None:
    """The pool's own timer is set for that moment."""
    table = Table()
    await table.declare(resource={"per_day": 2})
    pool = "harbour/email/spring"
    await table.commits.commit(
        [Unit(tenant=TENANT, timers=(timer(n, pool=pool),)) for n in range(5)]
    )
    timers = Timers(table.commits)
    assert (await timers.sweep()).offers == 2
    due = await table.store.next_due(table.clock.elapsed())
    assert due is not None
    table.clock.machine += 61
    table.clock.moment = max(due, START + timedelta(hours=2))
    assert (await timers.sweep()).offers >= 2


async def test_nobody_is_offered_a_slot_outside_their_hours() -> None:
    """Slots that come free on a Saturday wait for Monday, with first touches and follow-ups."""
    table = Table()
    await table.declare()
    table.clock.moment = START + timedelta(days=4)
    first = timer(1, pool="harbour/email/spring@America/Chicago|US")
    later = timer(2, pool="resource:mira", zone="America/Chicago")
    await table.commits.commit([Unit(tenant=TENANT, timers=(one,)) for one in (first, later)])
    timers = Timers(table.commits)
    assert (await timers.sweep()).offers == 0
    due = await table.store.next_due(table.clock.elapsed())
    assert due is not None
    table.clock.moment = max(due, START + timedelta(days=6))
    assert (await timers.sweep()).offers == 2


async def test_the_auditor_gives_a_forgotten_lead_a_timer_and_says_so() -> None:
    """A lead in sequence without timer or hold is repaired; others are left alone."""
    table = Table()
    rows = [
        RowWrite(
            ref=Ref(TENANT, "lead", f"lead-{n}"),
            expect=0,
            parent=f"account-{n}",
            status="in_sequence",
            data={"facts": {}, "hold": {"code": "x"} if n == 3 else None},
        )
        for n in (1, 2, 3)
    ]
    await table.commits.commit([Unit(tenant=TENANT, rows=tuple(rows), timers=(timer(2),))])
    assert await Auditor(table.commits, every=1).audit() == 1
    found = await table.store.timers("orchestrator", [PartitionKey("harbour/account-1")])
    lines: list[Line] = await table.store.journal(TENANT, account=AccountId("account-1"))
    assert [t.reason for t in found.values()] == ["repaired by the auditor"]
    assert [line.code for line in lines] == ["no_next_action"]
    assert await Auditor(table.commits, every=1).audit() == 0


class Curious(Counter):
    """Cannot say what to read for some leads."""

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        for _, events in groups:
            if any(event.subject in self.poison for event in events):
                raise KeyError("lead")
        return super().reads(groups, view)


async def test_an_event_for_which_nobody_can_say_what_to_read_holds_up_no_other() -> None:
    """It is put off like one that cannot be decided; its neighbours commit."""
    table = Table()
    turn = DecidingTurn(Curious(poison=frozenset({"lead-2"})), table.commits)
    await turn([delivered(scored(n), offset=n) for n in (1, 2, 3)])
    assert await counts(table) == {"harbour/account-1": 1, "harbour/account-3": 1}
    (out,) = table.relay.out
    assert (out.topic, out.event.subject) == ("retry.counter", "lead-2")
