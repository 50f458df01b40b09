"""The sixteen gates together: order, missing inputs, errors, and the planner's question."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates import GATE, GATES, TIMED, first_moment, judge, judge_all
from agents.gates.facts import Facts, Inbox, Recipient, Verdict
from agents.gates.rules import Tier
from contracts.outcome import Channel, Mode, Status
from statestore.base import Usage
from tests.agents.gates.values import NOW, answering, facts, intent, read, resource, touch


def test_the_table_has_the_sixteen_rows_of_the_specification_in_order() -> None:
    """Spec 6."""
    assert [gate.name for gate in GATES] == [
        "lead_status",
        "subscription",
        "credits",
        "campaign",
        "permission",
        "daily_limit",
        "touch_gap",
        "channel_cooldown",
        "warm_up",
        "global_list",
        "suppression",
        "score",
        "do_not_call",
        "window",
        "kill_switch",
        "freshness",
    ]
    assert [code for gate in GATES for code in gate.codes] == [
        "lead_status_*",
        "subscription_inactive",
        "no_credits",
        "campaign_inactive",
        "manual_mode",
        "not_approved",
        "rate_limit_*",
        "too_recent",
        "channel_cooldown",
        "warmup_not_ready",
        "bounced_globally",
        "unsubscribed_globally",
        "suppressed_*",
        "als_too_low",
        "rejected_dncr",
        "outside_window",
        "killed_*",
        "expired",
        "too_early",
        "inbox_stale",
    ]
    assert all(gate.meaning for gate in GATES)
    assert set(GATE) == {gate.name for gate in GATES}


@pytest.mark.parametrize("channel", Channel)
def test_a_send_against_which_nothing_stands_may_go(channel: Channel) -> None:
    """On every channel, at NOW."""
    assert judge_all(facts(channel), NOW) == []
    assert judge(facts(channel), NOW) is None


def test_an_answer_against_which_nothing_stands_may_go() -> None:
    """Spec 2.5: five minutes after the last touch, past the pause of its own message."""
    assert judge_all(answering(), NOW) == []


def paths(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every field of nested values that can be taken away: those that say None is unknown."""
    found: list[tuple[str, ...]] = []
    assert is_dataclass(value)
    for item in fields(value):
        child = getattr(value, item.name)
        place = (*path, item.name)
        if child is not None and place not in PRESENT:
            found.append(place)
            if is_dataclass(child) and type(child).__module__ == "agents.gates.facts":
                found += paths(child, place)
    return found


PRESENT = frozenset(
    {
        ("intent",),
        ("rules",),
        ("content", "hash"),
        ("content", "needs_approval"),
        ("approval", "content_hash"),
        ("approval", "approved"),
        ("approval", "by"),
        ("approval", "released"),
        ("resource", "id"),
        ("resource", "channel"),
        ("resource", "kind"),
        ("resource", "paused"),
        ("resource", "inbox", "kind"),
        ("resource", "inbox", "accepted"),
        ("consent", "basis"),
        ("consent", "evidence"),
        ("wash", "listed"),
        ("wash", "at"),
        ("stops", "read"),
        ("stops", "found"),
        ("recipient", "holiday"),
        ("recipient", "calendar"),
        ("recipient", "assumed"),
        ("testing",),
    }
)
"""Fields whose type has no None, and the two where None has a meaning of its own: no calendar is
known (design §5), and no test mode."""
CASES: dict[str, Callable[[], Facts]] = {
    "email": facts,
    "sms": lambda: facts(Channel.SMS),
    "voice": lambda: facts(Channel.VOICE),
    "answer": answering,
    "pushed": lambda: facts(
        resource=replace(resource(), inbox=Inbox(kind="pushed", ready=True, backlog=timedelta()))
    ),
}
INTENT = ("address", "domain", "resource", "purpose", "follow_up")


def without(value: Any, path: tuple[str, ...]) -> Any:
    """The value with one nested field taken away."""
    head, *rest = path
    child = without(getattr(value, head), tuple(rest)) if rest else None
    return replace(value, **{head: child})


NEVER = {("approval",): "not_approved", ("resource", "inbox", "watermark"): "inbox_stale"}
"""Absences that are no ignorance: nobody has approved it, nobody has ever read the mailbox."""


def needed(case: str, path: tuple[str, ...]) -> bool:
    """Whether this send's gates need the field at all."""
    phone = case in ("sms", "voice")
    return {
        ("wash",): phone,
        ("recipient", "number_country"): phone,
        ("client", "active_since"): not phone,
    }.get(path, True)


MISSING = [
    (case, path)
    for case, make in CASES.items()
    for path in [*paths(make()), *(("intent", name) for name in INTENT)]
    if not (path == ("intent", "domain") and case in ("sms", "voice"))
]


@pytest.mark.parametrize(
    ("case", "path"), MISSING, ids=[f"{case}-{'.'.join(path)}" for case, path in MISSING]
)
def test_any_missing_input_refuses(case: str, path: tuple[str, ...]) -> None:
    """A gate that cannot be evaluated refuses, and says what it did not know."""
    verdict = judge(without(CASES[case](), path), NOW)
    if not needed(case, path):
        assert verdict is None
        return
    assert verdict is not None
    if path in NEVER:
        assert verdict.code == NEVER[path]
    else:
        assert verdict.code == f"{verdict.gate}_unknown"
        assert any(path[-1] in name for name in verdict.inputs["missing"])
    assert not verdict.lasting


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_key_that_was_not_looked_under_refuses(data: st.DataObject) -> None:
    """The client's and the operator's alike: an unread key may hide a stop."""
    channel = data.draw(st.sampled_from(Channel))
    whole = facts(channel)
    assert whole.stops is not None
    gone = data.draw(st.sampled_from(sorted(whole.stops.read)))
    held = replace(whole, stops=replace(whole.stops, read=whole.stops.read - {gone}))
    verdict = judge(held, NOW)
    assert verdict is not None
    assert verdict.code.endswith("_unknown")
    assert verdict.inputs["missing"] == [f"stops {gone[0]} {gone[1].partition(':')[0]}"]


def test_a_gate_that_raises_refuses_and_names_the_error() -> None:
    """A zone that nobody knows: the window cannot be evaluated."""
    lost = facts(recipient=Recipient(zones=("Mars/Olympus",), country="AU"))
    verdict = judge(lost, NOW)
    assert verdict is not None
    assert verdict.code == "window_unknown"
    assert verdict.inputs["error"] == "ValueError"
    assert "Mars/Olympus" in verdict.inputs["detail"]


def test_the_first_refusal_is_the_first_in_the_table_and_none_hides_another() -> None:
    """`judge` names one, `judge_all` all of them in order."""
    bad = facts(status=Status.RESPONDED, als=1.0, usage=None, touches=(touch(days=1),))
    bad = replace(
        bad, rules=replace(bad.rules, minimum={**bad.rules.minimum, Channel.EMAIL: Tier.COOL})
    )
    found = judge_all(bad, NOW)
    assert [verdict.code for verdict in found] == [
        "lead_status_responded",
        "daily_limit_unknown",
        "too_recent",
        "channel_cooldown",
        "als_too_low",
    ]
    assert judge(bad, NOW) == found[0]
    assert judge_all(bad, NOW, ("score", "touch_gap")) == [found[4], found[2]]


def test_a_verdict_can_be_stored_and_names_its_rules() -> None:
    """Inputs are JSON values; equal facts give equal verdicts at any moment."""
    bad = facts(touches=(touch(days=1),), als=None, status=Status.BOUNCED)
    found = judge_all(bad, NOW)
    assert found == judge_all(bad, NOW + timedelta(minutes=1))
    for verdict in found:
        assert json.loads(json.dumps(dict(verdict.inputs))) == verdict.inputs
        assert verdict.inputs["rules"] == bad.rules.version


CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.LINKEDIN)
ago = st.integers(0, 9 * 24 * 60).map(lambda n: n / 1.0)


@st.composite
def timed_facts(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """Facts that only time holds back, and a moment."""
    channel = draw(st.sampled_from(CHANNELS))
    touches = tuple(
        touch(draw(st.sampled_from(CHANNELS)), send=f"e{n}", minutes=draw(ago))
        for n in range(draw(st.integers(0, 4)))
    )
    whole = facts(channel, touches=touches)
    assert whole.client
    assert whole.command
    client = replace(whole.client, active_since=NOW - timedelta(minutes=2 * draw(ago)))
    used = tuple(sorted(NOW - timedelta(minutes=draw(ago)) for _ in range(draw(st.integers(0, 6)))))
    rules = replace(whole.rules, daily={**whole.rules.daily, channel: draw(st.integers(1, 4))})
    early = NOW + timedelta(minutes=draw(ago))
    whole = replace(
        whole,
        client=client,
        usage=Usage(reserved=used),
        rules=rules,
        command=replace(whole.command, not_before=early, not_after=early + timedelta(days=90)),
    )
    return whole, NOW + timedelta(minutes=draw(ago))


@given(timed_facts())
@settings(max_examples=300, deadline=None)
def test_at_the_next_eligible_moment_the_gate_lets_the_same_facts_pass(
    case: tuple[Facts, datetime],
) -> None:
    """And not a moment earlier."""
    whole, now = case
    for verdict in judge_all(whole, now):
        if verdict.next_eligible is None:
            assert verdict.code in ("inbox_stale",)
            continue
        gate = GATE[verdict.gate]
        assert verdict.next_eligible > now
        assert gate.judge(whole, verdict.next_eligible - timedelta(microseconds=1)) is not None
        later = gate.judge(whole, verdict.next_eligible)
        assert later is None or later.code == "inbox_stale"


@given(timed_facts())
@settings(max_examples=150, deadline=None)
def test_the_first_moment_is_the_first_at_which_all_pass(case: tuple[Facts, datetime]) -> None:
    """The planner's question: what it plans, the gates of time let through."""
    whole, now = case
    found, bound = first_moment(whole, now)
    assert found is not None
    assert judge_all(whole, found, TIMED) == []
    steps = int((found - now) / timedelta(minutes=15))
    assert all(judge_all(whole, now + n * timedelta(minutes=15), TIMED) for n in range(steps))
    assert bool(bound) == (found != now)
    if bound:
        assert bound[0].next_eligible == found


def test_the_first_moment_says_which_gate_has_no_end() -> None:
    """Zones whose hours never meet: no moment, and the window to blame."""
    lost = facts(
        recipient=Recipient(zones=("Europe/Kaliningrad", "Asia/Kamchatka"), country="RU"),
        touches=(touch(days=1),),
    )
    found, bound = first_moment(lost, NOW)
    assert found is None
    assert [verdict.code for verdict in bound] == ["outside_window"]


def test_a_plan_may_ask_before_content_resource_and_command_are_there() -> None:
    """The gates of time and of stops need none of them."""
    about = intent(resource=None)
    early = facts(
        intent=about,
        stops=read(about),
        content=None,
        approval=None,
        resource=None,
        usage=None,
        command=None,
        mode=None,
    )
    names = [
        gate.name for gate in GATES if gate.name not in ("permission", "daily_limit", "freshness")
    ]
    assert first_moment(early, NOW, names) == (NOW, ())


def test_equal_verdicts_compare_equal() -> None:
    """Repeated ones are one line of the history."""
    assert Verdict("score", "als_too_low") == Verdict("score", "als_too_low")
    assert facts(mode=Mode.LIVE) == facts()
