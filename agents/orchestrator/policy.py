"""Plans a lead's next touch: pure, values in, a decision out.

`plan` asks the gates' own functions for every rule about time and takes the first moment that all
allow, so that at the gate the same refusals are rare races. What time alone cannot change is a hold
with its reason; a sequence that is used up ends when the last touch's response window has passed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agents.base import View
from agents.definitions import Template
from agents.gates import Verdict, first_moment
from agents.gates.rules import Tier
from agents.gathering import Subject, planning_facts, recipient
from agents.orchestrator.lifecycle import Lead
from agents.orchestrator.waiting import pool_name, rank, shift
from contracts.ids import MessageId, SendId, answer_send_id, send_id
from contracts.outcome import Channel, SendState
from statestore.base import Send

PLANNING = (
    "lead_status",
    "subscription",
    "credits",
    "campaign",
    "touch_gap",
    "channel_cooldown",
    "warm_up",
    "global_list",
    "suppression",
    "score",
    "do_not_call",
    "window",
    "kill_switch",
)
"""Gates that a planner can ask: all but permission, quota and freshness, which need the send."""
PACE = ("touch_gap", "channel_cooldown", "warm_up")
"""Gates whose moment explains a plan better than the hour of the window does."""
ROUNDS = 60
"""How often a moment is put off before the plan gives up and says which gate did it."""
GRID = timedelta(minutes=10)
"""Planned moments are rounded up to this grid, so that a sweep takes many at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """The next touch: which step, over what, when, and what bound the moment."""

    step: int
    attempt: int
    channel: Channel
    template: str
    send: SendId
    at: datetime
    why: str
    follow_up: bool
    pool: str
    rank: int
    answers: MessageId | None = None
    zone: str | None = None
    wall: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing to send before this moment: the response window of the last touch."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nothing is planned, and why; `until` where a moment would change it."""

    code: str
    gate: str
    inputs: Mapping[str, Any]
    until: datetime | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The sequence is over: `no_response` or `failed`, and why."""

    how: str
    reason: str


Decision = Touch | Wait | Hold | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step that went out, or that may have."""

    step: int
    at: datetime
    send: Send


def plan(
    subject_for: Callable[[SendId, Channel, bool], Subject],
    lead: Lead,
    sends: Sequence[Send],
    view: View,
    resource_of: Callable[[Channel], Sequence[str]],
) -> Decision:
    """Returns the next touch of a lead in sequence, or why there is none.

    `subject_for` gives the gates' subject of a send, `resource_of` the campaign's resources of a
    channel; `sends` are the lead's ledger rows.
    """
    subject = subject_for(SendId(""), Channel.EMAIL, False)
    enrolment = lead.enrolment or {}
    mine = {s.step: s for s in sends_of_round(lead, sends)}
    done = [found for step, row in sorted(mine.items()) if (found := _done(step, row)) is not None]
    steps = subject.campaign.sequence
    if enrolment.get("campaign") != subject.campaign.id:
        return Hold(code="no_campaign", gate="campaign", inputs={})
    for number, step in enumerate(steps, start=1):
        row = mine.get(number)
        if row is not None and row.state in FINAL:
            if row.state is SendState.REFUSED and not _passed_over(row):
                return End(how="failed", reason=row.code)
            continue
        if step.channel.value not in lead.profile.get("addresses", {}):
            continue
        if not resource_of(step.channel):
            return Hold(code="no_resource", gate="resource", inputs={"channel": step.channel.value})
        return _touch(subject_for, lead, number, done, view, resource_of)
    return _after(done, subject, view.now)


FINAL = frozenset({SendState.SENT, SendState.UNKNOWN, SendState.REFUSED, SendState.CLAIMED})
"""States of a send with which its step is over (a claim may be on the wire)."""


SUPERSEDED = "superseded"
"""Code of a send that never went and whose step goes over another channel now."""


def sends_of_round(lead: Lead, sends: Sequence[Send]) -> list[Send]:
    """The sends of the sequence in the lead's round, one a step: a superseded one is none."""
    return [
        send
        for send in sends
        if send.round == lead.round and send.purpose == "cadence" and send.code != SUPERSEDED
    ]


def _passed_over(row: Send) -> bool:
    """A refusal that only concerns this step: the next one may still go."""
    return row.code.startswith(("expired", "declined"))


def _done(step: int, row: Send) -> Done | None:
    if row.state not in {SendState.SENT, SendState.UNKNOWN, SendState.CLAIMED}:
        return None
    at = row.settled_at or row.claimed_at or row.planned_at
    return Done(step=step, at=at, send=row)


def _after(done: Sequence[Done], subject: Subject, now: datetime) -> Decision:
    """All steps are used up: the last response window decides."""
    if not done:
        return Hold(code="no_channel", gate="channel", inputs={"reason": "no address for any step"})
    over = max(one.at for one in done) + response_window(subject)
    if now >= over:
        return End(how="no_response", reason="no answer to any touch")
    return Wait(at=over, why="response window of the last touch")


def response_window(subject: Subject) -> timedelta:
    """How long an answer is waited for (spec 3.4)."""
    return timedelta(hours=subject.campaign.response_timeout_hours)


def _touch(
    subject_for: Callable[[SendId, Channel, bool], Subject],
    lead: Lead,
    number: int,
    done: Sequence[Done],
    view: View,
    resource_of: Callable[[Channel], Sequence[str]],
) -> Decision:
    probe = subject_for(SendId(""), Channel.EMAIL, bool(done))
    step = probe.campaign.sequence[number - 1]
    enrolment = lead.enrolment or {}
    name = send_id(
        probe.tenant, enrolment["campaign"], lead.round, probe.lead, number, step.channel.value
    )
    subject = subject_for(name, step.channel, bool(done))
    other = _taken(subject, lead, number, view)
    if other is not None:
        return Hold(code="address_taken", gate="ledger", inputs={"lead": other.lead})
    start, why = _earliest(subject, lead, number, done, view.now)
    moment = first_allowed(subject, view, start, why)
    if isinstance(moment, Hold):
        return moment
    at, why = moment
    bound = _bound_resource(done, step.channel)
    zone = next(iter(lead.profile.get("zones", ())), None)
    return Touch(
        step=number,
        attempt=len(done) + 1,
        channel=step.channel,
        template=step.template,
        send=name,
        at=at,
        why=why,
        follow_up=bool(done),
        pool=f"resource:{bound}" if bound else pool_of(subject, step.channel),
        rank=rank(
            purpose="cadence",
            follow_up=bound is not None,
            tier=Tier(lead.profile.get("tier", Tier.COLD)),
        ),
        zone=zone,
        wall=at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if zone else None,
    )


def plan_answer(
    subject: Subject, template: str, message: MessageId, sends: Sequence[Send], view: View
) -> Touch | Hold | None:
    """Returns the answer to an incoming message (spec 2.5), or None where it was sent, or where
    nothing of ours was answered. It keeps the conversation's resource, and one message has one."""
    row = next((send for send in sends if send.id == subject.send), None)
    before = [s for s in sends if s.channel is subject.channel and s.state in GONE]
    if not before or (row is not None and row.state in FINAL):
        return None
    moment = first_allowed(subject, view, view.now, "answer")
    if isinstance(moment, Hold):
        return moment
    latest = max(before, key=lambda send: send.planned_at)
    return Touch(
        step=ANSWER,
        attempt=len(before) + 1,
        channel=subject.channel,
        template=template,
        send=subject.send,
        at=moment[0],
        why=moment[1],
        follow_up=True,
        pool=f"resource:{latest.resource}",
        rank=rank(purpose="answer", follow_up=True, tier=Tier(subject.profile["tier"])),
        answers=message,
    )


PAGE_WAIT = timedelta(hours=24)
"""How long a touch waits for its lead's landing page at most (spec 1.4)."""


def page_wait(template: Template, since: datetime, now: datetime) -> Wait | Hold | None:
    """What a touch does that is due since a moment and whose lead has no page up: wait for it, go
    without the link (None), or be held, as its template says."""
    if template.page_rule == "no":
        return None
    if now < since + PAGE_WAIT:
        return Wait(at=since + PAGE_WAIT, why="waiting for its landing page")
    if template.page_rule == "wait_then_without":
        return None
    inputs = {"template": template.id, "waited_since": since.isoformat()}
    return Hold(code="page_missing", gate="landing_page", inputs=inputs)


ANSWER = -1
"""The step of an answer: it is none of the sequence's."""
GONE = frozenset({SendState.SENT, SendState.UNKNOWN})


def answer_id(tenant: str, message: str) -> SendId:
    """Names the one answer of a message."""
    return answer_send_id(tenant, message)


def _taken(subject: Subject, lead: Lead, number: int, view: View) -> Send | None:
    """The send of another lead that wrote to this very address in this step: the ledger allows
    one, whatever the lead, so that two records of one person are not two mails (design §5)."""
    sends = view.sends_to.get(subject.address, ()) if subject.address else ()
    place = (subject.campaign.id, lead.round, number, "cadence")
    return next(
        (
            send
            for send in sends
            if (send.campaign, send.round, send.step, send.purpose) == place
            and send.lead != subject.lead
        ),
        None,
    )


def beaten(step: int, now: datetime) -> Hold:
    """The ledger has a send to this address in this step, of another lead, that is planned and not
    yet out: no read shows it. It is looked at again, since that send may be refused."""
    inputs = {"step": step, "why": "another lead's send to this address is planned"}
    return Hold(code="address_taken", gate="ledger", inputs=inputs, until=now + LOOK_AGAIN)


LOOK_AGAIN = timedelta(hours=1)


def pool_of(subject: Subject, channel: Channel) -> str:
    """The pool of a campaign's first touches on a channel, by the hours of its people: any of the
    campaign's resources may take them."""
    base = f"{subject.tenant}/{channel.value}/{subject.campaign.id}"
    where = recipient(subject.profile, subject.client)
    return pool_name(base, shift(where.zones or (), where.calendar))


def _bound_resource(done: Sequence[Done], channel: Channel) -> str | None:
    """A conversation stays with its resource (spec 2.5, design §6)."""
    same = [one for one in done if one.send.channel is channel]
    return same[-1].send.resource if same else None


def unbound(touch: Touch, resources: Sequence[str]) -> Hold | None:
    """A conversation whose resource is disabled, or no longer among the campaign's: no other one
    goes on in its place, and a slot of that one could never be used."""
    bound = touch.pool.removeprefix("resource:")
    if bound == touch.pool or bound in resources:
        return None
    why = "it began this conversation, and is disabled or no longer the campaign's"
    inputs = {"channel": touch.channel.value, "resource": bound, "why": why}
    return Hold(code="no_resource", gate="resource", inputs=inputs)


def _earliest(
    subject: Subject, lead: Lead, number: int, done: Sequence[Done], now: datetime
) -> tuple[datetime, str]:
    """The cadence's own moment, and a held send's next eligible one."""
    at, why = now, "first touch"
    if done:
        gap = timedelta(days=subject.campaign.gap_days(number))
        at, why = done[-1].at + gap, f"gap of {gap.days} days after step {done[-1].step}"
    held = lead.facts.get("held", {}).get(subject.send)
    if held and held.get("next_eligible"):
        again = datetime.fromisoformat(held["next_eligible"])
        if again > max(at, now):
            at, why = again, f"held by {held['gate']}: {held['code']}"
    return max(at, now), why


def first_allowed(
    subject: Subject, view: View, start: datetime, why: str
) -> tuple[datetime, str] | Hold:
    """Returns the first moment from `start` that no planning gate refuses, and what bound it."""
    known = planning_facts(subject, view)
    paced, bound = first_moment(known, start, PACE)
    if bound and paced is not None:
        why = bound[0].code
    at = start
    for _ in range(ROUNDS):
        allowed, bound = first_moment(known, at, PLANNING)
        if allowed is None:
            return held_by(bound[0])
        if bound and why == "first touch":
            why = f"first touch, {bound[0].code}"
        at = allowed if allowed <= view.now else _on_grid(allowed)
        if at == allowed:
            return at, why
    return Hold(code="no_moment", gate="plan", inputs={"tried": ROUNDS, "from": start.isoformat()})


def _on_grid(at: datetime) -> datetime:
    """Rounds up to the grid; the gates are asked again for what comes out."""
    over = (at - datetime.min.replace(tzinfo=at.tzinfo)) % GRID
    return at if not over else at + (GRID - over)


def held_by(verdict: Verdict) -> Hold:
    """Turns a lasting refusal into a hold with its scope, where a stop is behind it."""
    scope = verdict.inputs.get("key")
    return Hold(
        code=verdict.code,
        gate=verdict.gate,
        inputs=verdict.inputs,
        until=verdict.next_eligible,
        scope=str(scope) if scope else None,
    )


def with_now(touch: Touch, now: datetime) -> Touch:
    """Returns a touch that is due at once."""
    return replace(touch, at=now)
