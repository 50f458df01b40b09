"""The sender: claim, call, record. What is held, refused, sent, unknown; and what each costs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents import controls, declaring
from agents.doing import PERMIT_SECONDS
from agents.gates import facts, gather
from agents.gates.rules import DEFAULT, stricter
from agents.sender.recovery import expire, recover
from channels.base import Permit, PermitExpired, Receipt, Request
from channels.errors import Misconfigured, Unsendable
from contracts import lead as says
from contracts import registry
from contracts.base import Payload
from contracts.envelope import Event
from contracts.ids import OPERATOR, LeadId, MessageId, SendId, StopId, TenantId, partition_key
from contracts.outcome import Mode, SendState, StopReason, VendorClass
from statestore.base import CreditMove, Ref, RowWrite, Stop, StopAdd, Unit
from statestore.errors import Unavailable
from tests.agents.cast import (
    ACCEPTED,
    DEFERRED,
    GONE,
    LOST,
    NOT_STARTED,
    REFUSED,
    Answer,
    Cast,
    Scripted,
    commanded,
)
from tests.agents.stage import START, TENANT, Standing, Table, delivered, document, scored


async def ready(vendor: Scripted | None = None, **cast: Any) -> tuple[Cast, Event]:
    """A cast whose first send is commanded, and the command."""
    made = Cast(vendor or Scripted(), **cast)
    await made.table.declare()
    return made, await commanded(made)


async def twice_declared() -> tuple[Cast, Event]:
    """The same with a second campaign, which takes only whom it names."""
    cast = Cast()
    both = document()
    autumn = {**both["campaign"][0], "id": "autumn", "entry": {"countries": ["ZZ"]}}
    both["campaign"].append(autumn)
    plan = await declaring.plan(declaring.parse(both), cast.table.store, START, Mode.LIVE)
    await cast.table.commits.commit(plan.units)
    cast.table.relay.out.clear()
    return cast, await commanded(cast, campaign_id="spring")


async def changed(cast: Cast, kind: str, key: str, **data: Any) -> None:
    """Writes fields over a row, as its owner would."""
    ref = Ref(TENANT, kind, key)
    row = (await cast.table.store.rows([ref]))[ref]
    write = RowWrite(
        ref=ref,
        expect=row.version,
        data={**row.data, **data},
        parent=row.parent,
        status=data.get("status", row.status),
    )
    await cast.table.store.commit([Unit(tenant=TENANT, rows=(write,))])


def stop(key: str, reason: StopReason, tenant: TenantId = TENANT) -> Unit:
    """A stop under a key."""
    id_ = StopId(f"{tenant}-{key}-{reason}")
    made = Stop(id=id_, tenant=tenant, key=key, reason=reason, at=START)
    return Unit(tenant=tenant, stops=(StopAdd(stop=made),))


async def stopped(cast: Cast, key: str, reason: StopReason, tenant: TenantId = TENANT) -> None:
    await cast.table.store.commit([stop(key, reason, tenant)])


def racing(cast: Cast, unit: Unit) -> list[Any]:
    """Lets a unit commit right behind the sender's first decision; returns that decision."""
    decide, first = cast.sender.decide, list[Any]()

    def late(event: Event, view: Any) -> Any:
        found = decide(event, view)
        if not first:
            first.append(found)
            cast.table.store._commit(unit)
        return found

    cast.sender.decide = late  # type: ignore[method-assign]
    return first


def said(payload: Payload) -> Event:
    """A fact of lead 1."""
    key = partition_key(TENANT, "account-1")
    return registry.produce(payload, key=key, source="/test", cause=str(payload))


# ── a stop in between ─────────────────────────────────────────────────────────────────────────


async def test_a_stop_that_comes_between_read_and_claim_wins() -> None:
    """The claim loses its commit, is judged anew, and is held by the stop; nobody is called."""
    cast, command = await ready()
    raced = racing(cast, stop("campaign:spring", StopReason.KILLED))
    await cast.tell(command)
    send = await cast.send()
    assert type(raced[0]).__name__ == "Claim"
    assert (send.state, send.code, cast.vendor.calls) == (SendState.HELD, "killed_campaign", [])
    held = [event.data for event in cast.said("lead.send_held")]
    assert [one["gate"] for one in held if one.get("send_id") == send.id] == ["kill_switch"]
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_an_opt_out_in_between_ends_the_send_for_good() -> None:
    """The same race with a stop that does not pass."""
    cast, command = await ready()
    address = command.data["address_hash"]
    racing(cast, stop(f"address:{address}", StopReason.UNSUBSCRIBED))
    await cast.tell(command)
    send = await cast.send()
    assert (send.state, send.code) == (SendState.REFUSED, "suppressed_address")
    assert cast.vendor.calls == []


async def test_an_undeclared_client_sends_nothing() -> None:
    """Absence never permits: the claim's condition needs the client's own row."""
    cast, command = await ready()
    ref = Ref(TENANT, "client", TENANT)
    write = RowWrite(ref=ref, expect=None, data={}, status="cancelled")
    racing(cast, Unit(tenant=TENANT, rows=(write,)))
    await cast.tell(command)
    assert cast.vendor.calls == []


# ── the gates ─────────────────────────────────────────────────────────────────────────────────

Arrange = Callable[[Cast, Event], Awaitable[None]]


async def _unsubscribed(cast: Cast, command: Event) -> None:
    fact = says.Unsubscribed(lead_id=LeadId("lead-1"), occurred_at=START, source="a test")
    await cast.tell(said(fact))


async def _answered(cast: Cast, command: Event) -> None:
    fact = says.Responded(lead_id=LeadId("lead-1"), occurred_at=START, message_id=MessageId("m-1"))
    await cast.tell(said(fact))


async def _unpaid(cast: Cast, command: Event) -> None:
    await cast.table.store.commit(
        [Unit(tenant=TENANT, credit=CreditMove(tenant=TENANT, amount=100))]
    )


async def _declined(cast: Cast, command: Event) -> None:
    fact = says.ContentDeclined(
        lead_id=LeadId("lead-1"),
        occurred_at=START + timedelta(seconds=1),
        by="a person",
        reason="too long",
        **{name: command.data[name] for name in ("send_id", "content_id", "content_hash")},
    )
    await cast.tell(said(fact))


async def _touched(cast: Cast, command: Event) -> None:
    """The same person was written to as another lead, in another campaign."""
    other = await commanded(cast, 2, email="desk@blue-door-1.example", campaign_id="autumn")
    await cast.tell(other)
    assert len(cast.vendor.calls) == 1
    cast.vendor.calls.clear()


async def _touched_on_friday(cast: Cast, command: Event) -> None:
    await _touched(cast, command)
    cast.table.clock.move(days=3)


def _row(kind: str, key: str, **data: Any) -> Arrange:
    async def arrange(cast: Cast, command: Event) -> None:
        await changed(cast, kind, key, **data)

    return arrange


def _under(key: str, reason: StopReason, tenant: TenantId = TENANT) -> Arrange:
    async def arrange(cast: Cast, command: Event) -> None:
        await stopped(cast, key.format(**command.data), reason, tenant)

    return arrange


def _later(**by: float) -> Arrange:
    async def arrange(cast: Cast, command: Event) -> None:
        cast.table.clock.move(**by)

    return arrange


YOUNG = (START - timedelta(days=1)).isoformat()
HELD, OVER = SendState.HELD, SendState.REFUSED
GATES: list[tuple[Arrange, str, str, SendState]] = [
    (_unsubscribed, "lead_status", "lead_status_unsubscribed", OVER),
    (_answered, "lead_status", "lead_status_responded", HELD),
    (_row("client", "harbour", status="paused"), "subscription", "subscription_inactive", HELD),
    (_unpaid, "credits", "no_credits", HELD),
    (_row("campaign", "spring", status="paused"), "campaign", "campaign_inactive", HELD),
    (_row("campaign", "spring", status="cancelled"), "campaign", "campaign_inactive", OVER),
    (_row("campaign", "spring", mode="manual"), "permission", "manual_mode", HELD),
    (_declined, "permission", "not_approved", HELD),
    (_row("resource", "mira", per_day=0), "daily_limit", "rate_limit_email", HELD),
    (_touched, "touch_gap", "too_recent", HELD),
    (_touched_on_friday, "channel_cooldown", "channel_cooldown", HELD),
    (_row("client", "harbour", active_since=YOUNG), "warm_up", "warmup_not_ready", HELD),
    (
        _under("address:{address_hash}", StopReason.HARD_BOUNCE, OPERATOR),
        "global_list",
        "bounced_globally",
        OVER,
    ),
    (
        _under("address:{address_hash}", StopReason.UNSUBSCRIBED, OPERATOR),
        "global_list",
        "unsubscribed_globally",
        OVER,
    ),
    (
        _under("account:{account_id}", StopReason.SUPPRESSED),
        "suppression",
        "suppressed_account",
        HELD,
    ),
    (_under("lead:{lead_id}", StopReason.DNCR), "do_not_call", "rejected_dncr", OVER),
    (_later(hours=12), "window", "outside_window", HELD),
    (_under("resource:mira", StopReason.KILLED), "kill_switch", "killed_resource", HELD),
    (_under("global", StopReason.KILLED, OPERATOR), "kill_switch", "killed_global", HELD),
    (_row("resource", "mira", enabled=False), "kill_switch", "killed_resource", HELD),
    (_later(hours=25), "freshness", "expired", HELD),
]


@pytest.mark.parametrize(
    ("arrange", "gate", "code", "state"), GATES, ids=[f"{g[2]}-{g[3]}" for g in GATES]
)
async def test_a_refusal_lands_in_ledger_history_and_on_the_bus(
    arrange: Arrange, gate: str, code: str, state: SendState
) -> None:
    """Gate, code and inputs; nothing is called, counted or paid."""
    cast, command = await twice_declared()
    await arrange(cast, command)
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (state, code, [])
    line = (await cast.lines("verdict"))[-1]
    assert (line.code, line.data["gate"], line.data["send_id"]) == (code, gate, send.id)
    topic = "lead.send_held" if state is HELD else "lead.send_refused"
    found = [o.event for o in cast.table.relay.out if o.event.topic == topic]
    assert [event.data["code"] for event in found] == [code]
    if state is HELD:
        assert (found[0].data["gate"], bool(found[0].data["next_eligible"])) == (gate, True)


async def settled_alone(cast: Cast, command: Event) -> None:
    """Hands a command to the sender alone; what it says stays in the relay."""
    cast.table.relay.out.clear()
    await cast.turn([delivered(command.with_(incarnation=command.incarnation or "life-1"))])
    await cast.turn.drain(60)


async def test_the_score_is_looked_at_again_at_the_moment_of_sending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The operator asks more of e-mail than when the touch was planned."""
    cast, command = await ready()
    tighter = stricter(DEFAULT, {"minimum.email": "hot"}, by_operator=True)
    monkeypatch.setattr(gather, "rules_for", lambda campaign, resource: tighter)
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (HELD, "als_too_low", [])


async def test_a_follow_up_needs_a_mailbox_whose_answers_were_read() -> None:
    """Nobody knows whether they have answered: the follow-up waits, the first mail did not."""
    inbox = {"kind": "read", "maildir": "/mail", "every_seconds": 60}
    cast = Cast()
    await cast.table.declare(resource={"inbox": inbox})
    await cast.tell(scored())
    assert len(cast.vendor.calls) == 1
    await cast.run(days=7)
    rows = {send.step: (send.state, send.code) for send in await cast.sends()}
    assert rows[2] == (HELD, "inbox_stale")
    read = RowWrite(
        ref=Ref(TENANT, "watermark", "mira"),
        expect=0,
        data={"read_at": (cast.table.clock.now() + timedelta(minutes=5)).isoformat()},
    )
    await cast.table.store.commit([Unit(tenant=TENANT, rows=(read,))])
    await cast.run(minutes=20)
    assert len(cast.vendor.calls) == 2


async def test_a_gate_that_breaks_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that cannot be evaluated holds the send, under its own name."""
    cast, command = await ready()
    monkeypatch.setattr(gather, "consent", lambda profile: None)
    await settled_alone(cast, command)
    assert (await cast.send()).code == "suppression_unknown"


# ── what was approved ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", ["body", "subject"])
async def test_a_draft_that_was_changed_after_its_approval_is_not_sent(field: str) -> None:
    """The hash is made again of what is stored; the row's own word for it is not believed."""
    cast, command = await ready()
    await changed(cast, "content", command.data["content_id"], **{field: "Something else."})
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (HELD, "permission_unknown", [])


async def test_a_draft_that_was_erased_is_not_sent() -> None:
    """Erasure blanks the body: there is nothing left that was approved."""
    cast, command = await ready()
    await cast.table.store.erase(TENANT, LeadId("lead-1"), START)
    await settled_alone(cast, command)
    assert (cast.vendor.calls, (await cast.send()).state) == ([], HELD)


# ── test mode, closed stores, other lives ─────────────────────────────────────────────────────


TRIAL = {"test_recipients": {"email": "trial@harbour.example"}}


async def test_a_process_in_test_mode_redirects_what_was_commanded_live() -> None:
    """The mode was switched while a command lay on the bus: no real person is written to."""
    cast, command = await ready(operation=TRIAL)
    cast.sender.operation = replace(cast.sender.operation, mode=Mode.TEST)
    await cast.tell(command)
    send = await cast.send()
    assert (cast.vendor.to, send.mode) == (["trial@harbour.example"], Mode.TEST)


async def test_test_mode_writes_to_the_test_recipient_and_to_nobody_else() -> None:
    """Fifteen a day over all mailboxes, then the rest is held."""
    vendor = Scripted()
    cast = Cast(vendor, mode=Mode.TEST, operation=TRIAL)
    await cast.table.declare(resource={"per_day": 40})
    await cast.tell(*(scored(n).with_(mode=Mode.TEST) for n in range(1, 19)))
    await cast.run(minutes=30)
    assert vendor.to == ["trial@harbour.example"] * 15
    held = [e.data["code"] for e in cast.said("lead.send_held")]
    assert held == ["rate_limit_test"] * 3
    assert {event.mode for event in cast.heard} == {Mode.TEST}


async def test_test_mode_without_a_recipient_sends_nothing() -> None:
    """A channel without a test recipient is switched off."""
    cast = Cast(mode=Mode.TEST)
    await cast.table.declare()
    await cast.tell(scored().with_(mode=Mode.TEST))
    assert (cast.vendor.calls, (await cast.send()).code) == ([], "killed_test_mode")


async def test_a_dead_test_recipient_closes_nobodys_address() -> None:
    """It was never written to."""
    vendor = Scripted(answers=[GONE])
    cast = Cast(vendor, mode=Mode.TEST, operation=TRIAL)
    await cast.table.declare()
    await cast.tell(scored().with_(mode=Mode.TEST))
    assert await cast.table.store.stops_of(None) == []


async def test_a_closed_store_claims_nothing() -> None:
    """A restored copy: held by name until it is opened."""
    cast, command = await ready(operation={"closed": "restored copy"})
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (HELD, "store_closed", [])


async def test_a_closed_store_leaves_what_may_be_out_there_unknown() -> None:
    """A retry that waits in a restored copy must not be planned anew as if it had never begun."""
    vendor = Scripted(VendorClass.KEY, [LOST], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    cast.sender.operation = replace(cast.sender.operation, closed="restored copy")
    await cast.run(minutes=5)
    send = await cast.send()
    assert (send.state, len(vendor.calls)) == (SendState.UNKNOWN, 1)
    assert await cast.used() == 1


async def test_a_command_of_another_life_of_the_store_is_not_carried_out() -> None:
    """A store that was restored meets commands that it never made."""
    cast, command = await ready()
    await settled_alone(cast, command.with_(incarnation="life-0"))
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (HELD, "expired", [])
    (line,) = await cast.lines("verdict")
    assert line.data["inputs"]["reason"] == "made for another store"


async def test_a_command_without_a_row_in_the_ledger_is_a_dead_letter() -> None:
    """It is of another store; a person sees it with its reason."""
    cast, command = await ready()
    stray = command.with_(data={**command.data, "send_id": SendId("nobody's")})
    await settled_alone(cast, stray)
    (letter,) = await cast.table.store.dead_letters(None)
    assert (letter.agent, letter.reason, cast.vendor.calls) == ("sender", "permanent", [])


async def test_a_command_that_comes_twice_is_carried_out_once() -> None:
    """Under its own name, and under another one."""
    cast, command = await ready()
    await cast.tell(command, command, command.with_(id="another"))
    assert len(cast.vendor.calls) == 1
    assert (await cast.credit(), await cast.used()) == (99, 1)


# ── outcomes ──────────────────────────────────────────────────────────────────────────────────


async def test_an_accepted_send_costs_a_credit_and_a_slot_and_says_so() -> None:
    """`lead.contacted` names send, step and attempt, and what the vendor called it."""
    cast, command = await ready()
    await cast.tell(command)
    send = await cast.send()
    (contacted,) = cast.said("lead.contacted")
    assert (send.state, send.tries, send.provider_id) == (SendState.SENT, 1, "theirs")
    assert (contacted.data["send_id"], contacted.data["step"]) == (send.id, 1)
    assert (await cast.credit(), await cast.used()) == (99, 1)
    request, _ = cast.vendor.calls[0]
    assert request.reference == f"{send.id}@harbour.example"
    assert request.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_definite_refusal_gives_everything_back() -> None:
    """Slot and credit; the fact says that it was not sent."""
    cast, command = await ready(Scripted(answers=[REFUSED]))
    await cast.tell(command)
    assert (await cast.send()).state is SendState.REFUSED
    assert [e.data["code"] for e in cast.said("lead.send_refused")] == ["smtp_550"]
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_a_passing_refusal_is_tried_again_after_the_delays_and_then_fails() -> None:
    """60, 300 and 900 seconds; meanwhile slot and credit are free for others."""
    vendor = Scripted(answers=[DEFERRED] * 4)
    cast, command = await ready(vendor)
    await cast.tell(command)
    assert (await cast.credit(), await cast.used()) == (100, 0)
    tried = []
    for seconds in (60, 300, 900):
        await cast.run(seconds=seconds - 1)
        tried.append(len(vendor.calls))
        await cast.run(seconds=1)
        tried.append(len(vendor.calls))
    send = await cast.send()
    assert tried == [1, 2, 2, 3, 3, 4]
    assert (send.state, send.code) == (SendState.REFUSED, "failed_smtp_451")
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_what_nobody_knows_counts_as_sent_and_is_never_tried_again() -> None:
    """Class N: by name, with its slot and its credit spent."""
    vendor = Scripted(answers=[LOST])
    cast, command = await ready(vendor)
    await cast.tell(command)
    await cast.run(days=3)
    send = await cast.send()
    assert (send.state, send.code, len(vendor.calls)) == (SendState.UNKNOWN, "timeout", 1)
    assert (await cast.credit(), await cast.used()) == (99, 1)
    assert len(cast.said("lead.send_unknown")) == 1


async def test_a_key_is_used_again_with_the_very_same_bytes() -> None:
    """Class K: what was stored with the claim goes out, whatever would be rendered by now."""
    vendor = Scripted(VendorClass.KEY, [LOST], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    vendor.render = lambda request: b"rendered otherwise by now"  # type: ignore[method-assign]
    await cast.run(seconds=60)
    (first, one), (second, two) = vendor.calls
    assert (one == two, first.reference == second.reference) == (True, True)
    send = await cast.send()
    assert (send.state, send.tries) == (SendState.SENT, 2)
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_refusal_of_the_second_try_proves_nothing_about_the_first() -> None:
    """It stays unknown, and nothing is given back."""
    vendor = Scripted(VendorClass.KEY, [LOST, REFUSED], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    await cast.run(seconds=60)
    assert (await cast.send()).state is SendState.UNKNOWN
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_stop_before_the_second_try_leaves_the_first_unknown() -> None:
    """The gate refuses the retry; what may be out there is not called refused."""
    vendor = Scripted(VendorClass.KEY, [LOST], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    await stopped(cast, "campaign:spring", StopReason.KILLED)
    await cast.run(seconds=60)
    assert ((await cast.send()).state, len(vendor.calls)) == (SendState.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("found", "state"), [(ACCEPTED, SendState.SENT), (None, SendState.UNKNOWN)]
)
async def test_a_vendor_that_can_be_asked_is_asked_and_not_called_again(
    found: Receipt | None, state: SendState
) -> None:
    """Class L: by our reference, twice at most; what it does not know stays unclear."""
    vendor = Scripted(VendorClass.LOOKUP, [LOST])
    vendor.found = [None, found]
    cast, command = await ready(vendor)
    await cast.tell(command)
    await cast.run(minutes=30)
    send = await cast.send()
    assert (send.state, len(vendor.calls)) == (state, 1)
    assert vendor.looked == [send.reference] * 2


async def test_a_dead_recipient_is_dead_for_everybody() -> None:
    """A stop for the client and one for the installation, and `lead.bounced` beside the refusal."""
    cast, command = await ready(Scripted(answers=[GONE]))
    await cast.tell(command)
    key = f"address:{command.data['address_hash']}"
    stops = await cast.table.store.stops([(TENANT, key), (OPERATOR, key)])
    assert {t: [s.reason for s in found] for (t, _), found in stops.items()} == {
        TENANT: [StopReason.HARD_BOUNCE],
        OPERATOR: [StopReason.HARD_BOUNCE],
    }
    (bounced,) = cast.said("lead.bounced")
    (refused,) = cast.said("lead.send_refused")
    assert (bounced.data["kind"], refused.data["recipient_gone"]) == ("hard", True)
    assert (await cast.lead())["status"] == "bounced"


async def test_a_vendor_adapter_that_breaks_leaves_an_unknown() -> None:
    """Nobody can say how far it came."""
    cast, command = await ready(Scripted(answers=[RuntimeError("a bug")]))
    await cast.tell(command)
    send = await cast.send()
    assert (send.state, send.code) == (SendState.UNKNOWN, "adapter_error")


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Unsendable("no subject over 200 characters"), SendState.REFUSED, "unsendable"),
        (Misconfigured("setting host is missing"), SendState.PLANNED, "misconfigured"),
    ],
)
@pytest.mark.parametrize("where", ["render", "send"])
async def test_our_own_fault_is_found_before_the_wire_and_is_no_unknown(
    error: Exception, state: SendState, code: str, where: str
) -> None:
    """What cannot be expressed is refused; a wrong setting waits until somebody mends it."""
    vendor = Scripted(answers=[error] if where == "send" else [])
    if where == "render":
        vendor.render = _raising(error)  # type: ignore[method-assign, assignment]
        state = HELD if state is SendState.PLANNED else state
    cast, command = await ready(vendor)
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code) == (state, code)
    assert (await cast.credit(), await cast.used()) == (100, 0)


def _raising(error: Exception) -> Callable[[Request], bytes]:
    def render(request: Request) -> bytes:
        raise error

    return render


async def test_two_records_of_one_address_are_written_to_once() -> None:
    """The ledger takes one send a step and address; the other lead is held, and says by whom."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored(1), scored(2, email="desk@blue-door-1.example"))
    await cast.run(hours=2)
    assert len(cast.vendor.calls) == 1
    leads = [await cast.lead("lead-1"), await cast.lead("lead-2")]
    (held,) = [lead["hold"] for lead in leads if lead["hold"]]
    assert (held["code"], held["inputs"]["lead"]) == ("address_taken", "lead-1")
    assert await cast.table.store.dead_letters(None) == []


# ── slots, permits, the store away ────────────────────────────────────────────────────────────


class Door:
    """A call that stands open until the test lets it go."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.inside = 0
        self.most = 0

    async def __call__(self, request: Request, permit: Permit) -> Receipt:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.open.wait()
        self.inside -= 1
        return ACCEPTED


async def pause() -> None:
    """Lets every task that can go on go on."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_never_more_claims_than_free_slots() -> None:
    """What is claimed may be on the wire: at most as many as there are slots."""
    door = Door()
    cast = Cast(Scripted(answers=[door] * 12), slots=4)
    await cast.table.declare()
    commands = [await commanded(cast, n) for n in range(1, 13)]
    turn = asyncio.create_task(cast.turn([delivered(c, offset=n) for n, c in enumerate(commands)]))
    await pause()
    claimed = await cast.table.store.sends_in(SendState.CLAIMED)
    assert (door.inside, len(claimed), turn.done()) == (4, 4, False)
    door.open.set()
    await turn
    await cast.turn.drain(60)
    assert (door.most, len(cast.vendor.calls)) == (4, 12)


async def test_of_one_account_one_command_is_claimed_at_a_time() -> None:
    """The second is judged from what the first has left: here, by the gap between touches."""
    cast, first = await twice_declared()
    same = {"email": "desk@blue-door-1.example", "campaign_id": "autumn"}
    second = await commanded(cast, 2, **same)
    await cast.turn([delivered(first), delivered(second.with_(key=first.key), offset=1)])
    await cast.turn.drain(60)
    assert len(cast.vendor.calls) == 1
    assert (await cast.send("lead-2")).code == "too_recent"


async def checked(request: Request, permit: Permit) -> Receipt:
    """An adapter at its last moment before content."""
    try:
        permit.check()
    except PermitExpired:
        return NOT_STARTED
    return ACCEPTED


async def test_the_permit_is_counted_from_before_the_reads() -> None:
    """A store that took two seconds to read has used it up; the claim is handed back and made
    again, and nothing was spent in between."""
    vendor = Scripted(answers=[checked, checked])
    cast, command = await ready(vendor)
    read, slow = cast.table.store.credit, [True]

    async def credit(tenants: Any) -> Any:
        if slow:
            slow.pop()
            cast.table.clock.machine += PERMIT_SECONDS
        return await read(tenants)

    cast.table.store.credit = credit  # type: ignore[method-assign]
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.tries, send.owner) == (SendState.PLANNED, 0, None)
    assert (await cast.credit(), await cast.used()) == (100, 0)
    await cast.play()
    assert ((await cast.send()).state, len(vendor.calls)) == (SendState.SENT, 2)
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_slow_greeting_does_not_eat_the_permit() -> None:
    """Connections are opened before the permit's time begins, once for each mailbox."""
    vendor = Scripted(answers=[checked])
    cast, command = await ready(vendor)

    async def greeted() -> None:
        vendor.prepared.append("greeted")
        cast.table.clock.machine += 30

    vendor.prepare = greeted  # type: ignore[method-assign]
    await cast.tell(command)
    assert (vendor.prepared, (await cast.send()).state) == (["greeted"], SendState.SENT)


async def test_a_mailbox_that_cannot_be_prepared_holds_up_nobody() -> None:
    """The call meets the trouble again and says what it is."""
    vendor = Scripted()
    cast, command = await ready(vendor)

    async def broken() -> None:
        raise OSError("no route")

    vendor.prepare = broken  # type: ignore[method-assign]
    await cast.tell(command)
    assert (await cast.send()).state is SendState.SENT


class Patient(Standing):
    """A clock that stands, and whose waits end at once."""

    waits = 0

    async def wait(self, until: Any, nudge: asyncio.Event, ceiling: float) -> None:
        self.waits += 1


async def test_an_outcome_is_recorded_however_long_the_store_is_away() -> None:
    """The vendor accepted: that is never forgotten while the process lives."""
    clock = Patient()
    cast, command = await ready(table=Table(clock=clock))
    commit, away = cast.table.store.commit, [150]

    async def flaky(units: Any) -> Any:
        if cast.vendor.calls and away[0]:
            away[0] -= 1
            raise Unavailable("away")
        return await commit(units)

    cast.table.store.commit = flaky  # type: ignore[method-assign]
    await settled_alone(cast, command)
    assert ((await cast.send()).state, clock.waits) == (SendState.SENT, 150)


async def test_draining_waits_for_calls_and_records_them() -> None:
    """A process that stops forgets no outcome of a call under way."""
    door = Door()
    cast, command = await ready(Scripted(answers=[door]))
    await cast.turn([delivered(command)])
    await pause()
    assert (await cast.send()).state is SendState.CLAIMED
    drain = asyncio.create_task(cast.turn.drain(60))
    await pause()
    door.open.set()
    await drain
    assert ((await cast.send()).state, cast.turn.running) == (SendState.SENT, set())


# ── claims of a process that died ─────────────────────────────────────────────────────────────


async def dead(vendor: Scripted) -> Cast:
    """A cast whose process froze in the middle of a call, and the one that came after it."""
    cast, command = await ready(vendor)
    door = Door()
    vendor.answers = [door]
    await cast.turn([delivered(command)])
    await pause()
    for task in cast.turn.running:
        task.cancel()
    await asyncio.gather(*cast.turn.running, return_exceptions=True)
    cast.sender.operation = replace(cast.sender.operation, owner="process-2")
    return cast


@pytest.mark.parametrize(
    ("kind", "state", "calls"),
    [
        (VendorClass.NOTHING, SendState.UNKNOWN, 1),
        (VendorClass.WEBHOOK, SendState.UNKNOWN, 1),
        (VendorClass.KEY, SendState.SENT, 2),
        (VendorClass.LOOKUP, SendState.SENT, 1),
    ],
)
async def test_claims_of_a_dead_process_are_settled_by_class(
    kind: VendorClass, state: SendState, calls: int
) -> None:
    """Nothing is tried blindly: K with its key and bytes, L by asking, W and N not at all."""
    vendor = Scripted(kind, key_life=timedelta(days=1))
    cast = await dead(vendor)
    vendor.found = [ACCEPTED]
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-2") == 1
    await cast.run(minutes=10)
    send = await cast.send()
    assert (send.state, len(vendor.calls)) == (state, calls)
    assert (await cast.credit(), await cast.used()) == (99, 1)
    if calls == 2:
        assert vendor.calls[0][1] == vendor.calls[1][1]


async def test_a_process_leaves_its_own_claims_alone() -> None:
    """And there is nothing to recover a second time."""
    cast = await dead(Scripted())
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-1") == 0
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-2") == 1
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-2") == 0


async def test_a_claim_whose_resource_is_gone_is_settled_by_its_stored_class() -> None:
    """Nobody can be asked any more: it is unknown."""
    cast = await dead(Scripted())
    read_rows = cast.table.store.rows

    async def rows(refs: Any) -> Any:
        return {r: row for r, row in (await read_rows(refs)).items() if r.kind != "resource"}

    cast.table.store.rows = rows  # type: ignore[method-assign]
    await recover(cast.turn, cast.table.store, cast.table.clock, "process-2")
    assert (await cast.send()).state is SendState.UNKNOWN


async def test_a_late_acceptance_turns_an_expired_claim_into_sent() -> None:
    """The lease ended while the vendor was slow: unknown, then sent, and never a second call."""
    door = Door()
    cast, command = await ready(Scripted(answers=[door]))
    await cast.turn([delivered(command)])
    await pause()
    cast.table.clock.machine += 61
    assert await expire(cast.turn, cast.table.store, cast.table.clock) == 1
    assert (await cast.send()).state is SendState.UNKNOWN
    door.open.set()
    await cast.turn.drain(60)
    await cast.play()
    send = await cast.send()
    assert (send.state, len(cast.vendor.calls)) == (SendState.SENT, 1)
    assert len(cast.said("lead.contacted")) == 1
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_late_refusal_changes_nothing() -> None:
    """Unknown stays unknown."""
    door = Door()

    async def refused(request: Request, permit: Permit) -> Receipt:
        await door(request, permit)
        return REFUSED

    answer: Answer = refused
    cast, command = await ready(Scripted(answers=[answer]))
    await cast.turn([delivered(command)])
    await pause()
    cast.table.clock.machine += 61
    await expire(cast.turn, cast.table.store, cast.table.clock)
    door.open.set()
    await cast.turn.drain(60)
    assert (await cast.send()).state is SendState.UNKNOWN


async def test_a_pause_of_the_operator_holds_and_a_resume_lets_go() -> None:
    """The whole way round: stop, hold, lift, send."""
    cast, command = await ready()
    scope = await controls.scope_of("campaign:spring", cast.table.store, None)
    who = {"by": "a test", "mode": Mode.LIVE}
    await controls.pause(cast.table.commits, scope, reason="a doubt", **who)  # type: ignore[arg-type]
    await cast.tell(command)
    assert cast.vendor.calls == []
    await controls.resume(cast.table.commits, scope, reason="it was none", **who)  # type: ignore[arg-type]
    await cast.run(hours=1)
    assert len(cast.vendor.calls) == 1


def test_every_gate_has_a_case_here() -> None:
    """All sixteen of spec 6: those of the table, and the one with a test of its own."""
    from agents.gates import GATES as ALL

    assert {gate.name for gate in ALL} == {gate for _, gate, _, _ in GATES} | {"score"}
    assert facts.Verdict("a", "b").lasting is False
