"""The sender judges: stops in between, the sixteen gates, that what goes was approved."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from agents import controls
from agents import gathering as gather
from agents.gates import facts
from agents.gates.rules import DEFAULT, stricter
from contracts import lead as says
from contracts.envelope import Event
from contracts.ids import OPERATOR, LeadId, MessageId, TenantId
from contracts.outcome import Mode, SendState, StopReason
from statestore.base import CreditMove, Ref, RowWrite, Unit
from tests.agents.cast import (
    Cast,
    commanded,
)
from tests.agents.sender.hands import (
    changed,
    racing,
    ready,
    said,
    settled_alone,
    stop,
    stopped,
    twice_declared,
)
from tests.agents.stage import START, TENANT, scored


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
