"""Every stop refuses at exactly one gate, and only the one named is passed by an answer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates import GATE, judge_all, stops
from agents.gates.facts import Answers, touch
from contracts.ids import (
    OPERATOR,
    AccountId,
    AddressHash,
    CampaignId,
    LeadId,
    MessageId,
    PersonId,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, SendState, Status, StopReason
from statestore.base import Send, Stop
from tests.agents.gates.values import NOW, TENANT, answering, facts, intent, read, stop

READERS = ("lead_status", "global_list", "suppression", "do_not_call", "kill_switch")


@st.composite
def any_stop(draw: st.DrawFn) -> Stop:
    """Any reason under any key of the send, the client's or the operator's."""
    return stop(
        draw(st.sampled_from(intent().keys())),
        draw(st.sampled_from(StopReason)),
        tenant=draw(st.sampled_from([TENANT, OPERATOR])),
        id=draw(st.sampled_from(["x", "y", "z"])),
        cause=draw(st.sampled_from(["", "m1"])),
        until=draw(st.sampled_from([None, NOW, NOW + timedelta(hours=1)])),
        lifted=draw(st.sampled_from([None, "resume-1"])),
    )


@given(any_stop())
@settings(max_examples=300, deadline=None)
def test_a_stop_refuses_at_one_gate_while_it_holds_and_at_none_after(found: Stop) -> None:
    """What the gates let through, the claim's condition lets through as well."""
    whole = facts(stops=read(intent(), found))
    refusing = [verdict.gate for verdict in judge_all(whole, NOW)]
    assert refusing == ([stops.gate_of(found)] if found.holds(NOW) else [])
    if found.holds(NOW) and found.until:
        assert GATE[stops.gate_of(found)].judge(whole, found.until) is None


@given(st.lists(any_stop(), max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_of_several_stops_refuses(found: list[Stop]) -> None:
    """In any number and any order."""
    whole = facts(stops=read(intent(), *found))
    verdicts = judge_all(whole, NOW)
    assert {v.gate for v in verdicts} == {stops.gate_of(s) for s in found if s.holds(NOW)}
    again = facts(stops=read(intent(), *reversed(found)))
    assert {v.code for v in judge_all(again, NOW)} == {v.code for v in verdicts}


@given(any_stop(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_an_answer_passes_the_pause_of_its_message_and_nothing_else(
    found: Stop, named: bool
) -> None:
    """Not even where it names another stop as the one to pass."""
    message = Answers(
        message=MessageId("m1"), automatic=False, passes=StopId(found.id) if named else None
    )
    about = intent(purpose="answer", answers=message)
    whole = answering(intent=about, stops=read(about, found))
    own = (
        named
        and found.reason is StopReason.RESPONDED
        and found.cause == "m1"
        and found.key in ("account:a1", "lead:l1")
    )
    assert (not judge_all(whole, NOW)) == (own or not found.holds(NOW))


def test_the_cadence_passes_no_stop() -> None:
    """Naming one does not help it."""
    whole = answering()
    cadence = replace(whole.intent, purpose="cadence")
    held = replace(whole, intent=cadence, status=Status.IN_SEQUENCE, touches=())
    assert [verdict.code for verdict in judge_all(held, NOW)] == ["killed_account"]


@pytest.mark.parametrize(
    ("gate", "scopes"),
    [
        ("lead_status", {"lead"}),
        ("global_list", {"address"}),
        ("suppression", {"address", "domain", "account", "lead"}),
        ("do_not_call", {"address", "lead"}),
        ("kill_switch", set(stops.WIDTH)),
    ],
)
def test_each_gate_needs_the_keys_it_judges_by(gate: str, scopes: set[str]) -> None:
    """And no others: one unread key refuses where it matters, the client's or the operator's."""
    whole = facts(Channel.EMAIL)
    assert whole.stops is not None
    for tenant, key in whole.intent.pairs():
        scope = key.partition(":")[0]
        partly = replace(whole.stops, read=whole.stops.read - {(tenant, key)})
        verdict = GATE[gate].judge(replace(whole, stops=partly), NOW)
        assert (verdict is not None) == (scope in scopes)
        if verdict is not None:
            assert verdict.inputs["missing"] == [f"stops {tenant} {scope}"]


def test_a_stop_under_a_foreign_key_is_none_of_ours() -> None:
    """Read along with ours, it holds nobody here."""
    whole = facts(stops=read(intent(), stop("lead:l2", StopReason.KILLED)))
    assert judge_all(whole, NOW) == []


def test_keys_are_those_of_the_stores_stops() -> None:
    """`statestore.base.Stop` lists them; the operator's are read beside the client's."""
    about = intent()
    assert about.keys() == (
        "global",
        "client:acme",
        "campaign:c1",
        "channel:email",
        "resource:box-1",
        "account:a1",
        "lead:l1",
        "address:hash-1",
        "domain:bakery.example",
    )
    assert set(about.pairs()) == {
        (tenant, key) for key in (*about.keys(), "address:hash-2") for tenant in (TENANT, OPERATOR)
    }
    bare = intent(resource=None, domain=None, address=None, others=()).keys()
    assert not [key for key in bare if key.endswith(":") or "None" in key]


@pytest.mark.parametrize("reason", StopReason)
@pytest.mark.parametrize("key", intent().keys())
def test_every_stop_has_a_gate_and_a_code(reason: StopReason, key: str) -> None:
    """Nothing falls through the table."""
    found = stop(key, reason)
    gate = GATE[stops.gate_of(found)]
    assert gate.name in READERS
    code = stops.code_of(found, Channel.EMAIL)
    assert any(code.startswith(known.rstrip("*")) for known in gate.codes)


@pytest.mark.parametrize(
    ("state", "at"),
    [
        (SendState.CLAIMED, NOW - timedelta(hours=2)),
        (SendState.SENT, NOW - timedelta(hours=1)),
        (SendState.UNKNOWN, NOW - timedelta(hours=1)),
    ],
)
def test_a_ledger_row_is_a_touch_from_when_it_was_settled(state: SendState, at: object) -> None:
    """A claim counts from when it was made: it may be on the wire."""
    row = Send(
        id=SendId("s1"),
        tenant=TenantId("acme"),
        account=AccountId("a1"),
        lead=LeadId("l1"),
        person=PersonId("p1"),
        campaign=CampaignId("c1"),
        definition=1,
        round=1,
        step=1,
        attempt=1,
        channel=Channel.EMAIL,
        address_hash=AddressHash("hash-1"),
        resource=ResourceId("box-1"),
        state=state,
        planned_at=NOW - timedelta(hours=3),
        not_after=NOW,
        claimed_at=NOW - timedelta(hours=2),
        settled_at=None if state is SendState.CLAIMED else NOW - timedelta(hours=1),
    )
    assert touch(row).at == at
    assert touch(row).send == "s1"
