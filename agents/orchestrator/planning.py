"""Carries plans out within a turn: enrol, plan, ask for a draft, command a send, hold, end.

Called for every lead that a fact, a timer or a draft touched. Each step is safe to repeat: the
send's name, the draft's name and the rows' versions make a second time the same as the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agents.definitions import Campaign, Resource
from agents.gates.facts import Answers
from agents.gathering import Subject
from agents.orchestrator import facts, lifecycle, pages, policy
from agents.orchestrator.commands import ask_draft, command
from agents.orchestrator.enrolment import enrol
from agents.orchestrator.policy import End, Hold, Touch, Wait
from agents.orchestrator.record import Record, moment, text
from agents.orchestrator.turn import Turn
from contracts import lead as says
from contracts.ids import MessageId, SendId, StopId
from contracts.outcome import Channel, ReplyClass, SendState, Status, StopReason
from statestore.base import Send, SendWrite

GUARD = timedelta(minutes=30)
"""How long a draft or a send is waited for before it is asked for again."""
QUIET = timedelta(days=14)
"""After a neutral answer (spec 7.4)."""


def plan_all(turn: Turn) -> None:
    """Plans every lead that this turn touched."""
    for lead in list(turn.touched):
        plan_one(turn, turn.records[lead])


def plan_one(turn: Turn, record: Record) -> None:
    """Enrols a new lead, then acts by its status."""
    turn.cause = turn.touched[record.id]
    learn_from_ledger(turn, record)
    if record.standing.status is Status.NEW and not enrol(turn, record):
        return
    status = record.standing.status
    if status not in lifecycle.TERMINAL:
        record.changed |= record.rest.pop("announced", None) is not None  # reopened by a late fact
    if status is Status.IN_SEQUENCE:
        in_sequence(turn, record)
    elif status in ANSWERABLE and answering(turn, record):
        return
    elif status is Status.RESPONDED:
        responded(turn, record)
    else:
        finish(turn, record, status)


def learn_from_ledger(turn: Turn, record: Record) -> None:
    """Joins outcomes that the ledger knows and whose fact has not come: a lost event heals here."""
    for send in turn.view.sends_of.get(record.id, ()):
        kind = OUTCOMES.get(send.state) if send.code != policy.SUPERSEDED else None
        if kind is None or record.lead.outcome(send.id) == kind or send.settled_at is None:
            continue
        entry = {
            "at": text(send.settled_at),
            "step": send.step,
            "attempt": send.attempt,
            "channel": send.channel.value,
            "send_id": send.id,
            "resource_id": send.resource,
        }
        if kind == "refused":
            entry["code"] = send.code
        if lifecycle.add(record.lead.facts, kind, send.id, entry):
            record.changed = True


ANSWERABLE = frozenset({Status.RESPONDED, Status.ENGAGED})
"""Statuses in which an incoming message may be answered (spec 2.5)."""
OUTCOMES: Mapping[SendState, str] = {
    SendState.SENT: "contacted",
    SendState.UNKNOWN: "unknown",
    SendState.REFUSED: "refused",
}


# ── in sequence ───────────────────────────────────────────────────────────────────────────────


def in_sequence(turn: Turn, record: Record) -> None:
    """Plans the next touch of a lead in sequence and acts on the decision."""
    enrolment = record.lead.enrolment or {}
    found = turn.campaign(str(enrolment.get("campaign")))
    if found is None or turn.client is None:
        hold(turn, record, Hold(code="no_campaign", gate="campaign", inputs=dict(enrolment)))
        return
    campaign, version = found
    resources = turn.resources(campaign)
    sends = turn.view.sends_of.get(record.id, [])
    decision = policy.plan(
        lambda send, channel, follow_up: subject(turn, record, campaign, send, channel, follow_up),
        record.lead,
        sends,
        turn.view,
        lambda channel: [r.id for r in resources if r.channel is channel],
    )
    if isinstance(decision, Touch):
        touch(turn, record, decision, campaign, version, resources)
    elif isinstance(decision, Wait):
        wait(turn, record, decision.at, decision.why)
    elif isinstance(decision, Hold):
        hold(turn, record, decision)
    else:
        end(turn, record, decision)


def subject(
    turn: Turn,
    record: Record,
    campaign: Campaign,
    send: SendId,
    channel: Channel,
    follow_up: bool,
) -> Subject:
    """Whom a touch is for, as the gates see it."""
    return Subject(
        tenant=turn.tenant,
        account=turn.account,
        lead=record.id,
        record=record.lead,
        client=turn.client,
        campaign=campaign,
        channel=channel,
        send=send,
        follow_up=follow_up,
    )


def touch(
    turn: Turn,
    record: Record,
    planned: Touch,
    campaign: Campaign,
    version: int,
    resources: Sequence[Resource],
) -> None:
    """Plans a touch for later, or carries it out where it is due and has its slot."""
    slot = slot_of(turn, record, planned)
    row = next((s for s in turn.view.sends_of.get(record.id, ()) if s.id == planned.send), None)
    commanded = row is not None and row.state is SendState.PLANNED
    if not commanded and (gone := policy.unbound(planned, [r.id for r in resources])) is not None:
        hold(turn, record, gone)
    elif planned.at > turn.now:
        turn.release_slot(record)
        schedule(turn, record, planned)
    elif row is not None and commanded:
        under_way(turn, record, planned, row, campaign, version)
    elif (other := unclear_elsewhere(turn, record, planned)) is not None:
        turn.release_slot(record)
        wait(turn, record, turn.now + GUARD, f"waiting for the outcome by {other.channel}")
    elif (before := pages.without_page(turn, record, planned, campaign)) is not None:
        await_page(turn, record, planned, before)
    elif slot is None or slot not in {resource.id for resource in resources}:
        schedule(turn, record, planned)
    else:
        carry_out(turn, record, planned, campaign, version, slot, row)


def await_page(turn: Turn, record: Record, planned: Touch, before: Wait | Hold) -> None:
    """Waits for the page, or holds; the slot goes to somebody who can use it."""
    turn.release_slot(record)
    drop_slot(record, planned)
    if isinstance(before, Hold):
        hold(turn, record, before)
        return
    note = {"step": planned.step, "until": text(before.at)}
    turn.note(record, "plan", "page_awaited", note, repeat=f"page:{planned.send}")
    wait(turn, record, before.at, before.why, step=planned.step)


def slot_of(turn: Turn, record: Record, planned: Touch) -> str | None:
    """The resource whose slot is set aside: by the timer just now, or earlier for this send."""
    fresh = turn.slots.get(record.id)
    if fresh is not None:
        return fresh
    kept = record.asked.get(f"slot:{planned.send}")
    if kept and datetime.fromisoformat(kept["until"]) > turn.now:
        return str(kept["resource"])
    return None


def under_way(
    turn: Turn, record: Record, planned: Touch, row: Send, campaign: Campaign, version: int
) -> None:
    """The send is commanded; after the guard time it is commanded again, by the same name."""
    asked = record.asked.get(str(planned.send))
    waited = asked is None or turn.now - datetime.fromisoformat(asked) >= GUARD
    if waited and (row.next_try is None or row.next_try <= turn.now):
        command(turn, record, planned, campaign, version, row.resource, row)
        note_asked(record, str(planned.send), turn.now)
    until = max(turn.now + GUARD, row.next_try or turn.now)
    wait(turn, record, until, "waiting for the send", step=planned.step)


def carry_out(
    turn: Turn,
    record: Record,
    planned: Touch,
    campaign: Campaign,
    version: int,
    slot: str,
    row: Send | None,
) -> None:
    """Asks for the draft, has it approved, and commands the send."""
    draft = record.lead.facts.get("content", {}).get(planned.send)
    if draft is None:
        keep_slot(record, planned, slot, turn.now)
        ask_draft(turn, record, planned, campaign, version, slot)
        note_asked(record, f"draft:{planned.send}", turn.now)
        wait(turn, record, turn.now + GUARD, "waiting for the draft", step=planned.step)
        return
    lost = turn.view.losses.get(turn.key) == "unique"
    taken = policy.beaten(planned.step, turn.now) if lost else None
    problem = taken or refused_draft(record, draft, campaign)
    if problem is not None:
        turn.release_slot(record)
        drop_slot(record, planned)
        hold(turn, record, problem)
        return
    if facts.approved(record, draft["hash"]) is None:
        approve(turn, record, planned, draft, campaign)
    supersede(turn, record, planned)
    command(turn, record, planned, campaign, version, slot, row)
    drop_slot(record, planned)
    record.asked.pop(f"page:{planned.send}", None)
    note_asked(record, str(planned.send), turn.now)
    wait(turn, record, turn.now + GUARD, "waiting for the send", step=planned.step)


def elsewhere(turn: Turn, record: Record, planned: Touch) -> Send | None:
    """The send of this very step over another channel: its campaign was changed under way. An
    answer is none of the sequence's steps."""
    mine = policy.sends_of_round(record.lead, turn.view.sends_of.get(record.id, ()))
    same = (s for s in mine if s.step == planned.step and s.id != planned.send)
    return next(same, None) if planned.answers is None else None


def unclear_elsewhere(turn: Turn, record: Record, planned: Touch) -> Send | None:
    """That send, where it may be out there already: its own vendor's word is waited for."""
    other = elsewhere(turn, record, planned)
    return other if other is not None and other.ambiguous else None


def supersede(turn: Turn, record: Record, planned: Touch) -> None:
    """Gives its step's key up for a send that never went; where a sender claims it meanwhile, this
    turn loses and is decided again."""
    other = elsewhere(turn, record, planned)
    if other is not None and other.state in {SendState.HELD, SendState.PLANNED}:
        gone = replace(other, state=SendState.REFUSED, code=policy.SUPERSEDED, settled_at=turn.now)
        turn.sends.append(SendWrite(send=gone, expect=other.version))


def refused_draft(record: Record, draft: Mapping[str, Any], campaign: Campaign) -> Hold | None:
    """Why a draft cannot go: a failed check, a decline, or nobody has approved it."""
    if draft.get("problems"):
        inputs = {"problems": draft["problems"], "content": draft["content_id"]}
        return Hold(code="draft_refused", gate="content", inputs=inputs)
    waits = campaign.mode == "manual" and not facts.released(record, draft["hash"])
    if facts.approved(record, draft["hash"]) is not None and not waits:
        return None
    inputs = {"content": draft["content_id"], "hash": draft["hash"]}
    if draft["hash"] in record.lead.of("declined"):
        return Hold(code="declined", gate="permission", inputs=inputs)
    if campaign.mode == "autopilot":
        return None
    code = "manual_mode" if campaign.mode == "manual" else "not_approved"
    return Hold(code=code, gate="permission", inputs=inputs)


def approve(
    turn: Turn, record: Record, planned: Touch, draft: Mapping[str, Any], campaign: Campaign
) -> None:
    """Autopilot: the campaign's permission mode approves this very content."""
    by = f"autopilot of {campaign.id}"
    entry = {
        "at": text(turn.now),
        "by": by,
        "hash": draft["hash"],
        "content_id": draft["content_id"],
        "reason": "",
        "send_id": planned.send,
    }
    lifecycle.add(record.lead.facts, "approved", draft["hash"], entry)
    record.changed = True
    said = says.ContentApproved(
        lead_id=record.id,
        occurred_at=turn.now,
        channel=planned.channel,
        send_id=planned.send,
        content_id=draft["content_id"],
        content_hash=draft["hash"],
        by=by,
    )
    turn.emit(said, turn.touched[record.id], planned.send)


def answering(turn: Turn, record: Record) -> bool:
    """Plans the answer that the campaign has for the latest message; False where there is none."""
    found = turn.campaign(str((record.lead.enrolment or {}).get("campaign")))
    message = latest_answer(record)
    if found is None or message is None:
        return False
    campaign, version = found
    template = campaign.answers.get(kind_of_answer(record, message))
    if template is None:
        return False
    fact = record.lead.of("responded")[message]
    who = subject(
        turn,
        record,
        campaign,
        policy.answer_id(turn.tenant, message),
        Channel(fact.get("channel", Channel.EMAIL)),
        True,
    )
    answers = Answers(
        message=MessageId(message),
        automatic=bool(fact.get("automatic")),
        passes=passing(turn, message),
    )
    sends = turn.view.sends_of.get(record.id, [])
    planned = policy.plan_answer(
        replace(who, answers=answers), template, MessageId(message), sends, turn.view
    )
    if planned is None:
        return False
    if isinstance(planned, Hold):
        hold(turn, record, planned)
    else:
        touch(turn, record, planned, campaign, version, turn.resources(campaign))
    return True


def latest_answer(record: Record) -> str | None:
    """The message of the latest answer that a person wrote and that was classified."""
    known = record.lead.of("classified")
    answers = {i: e for i, e in lifecycle.human_answers(record.lead).items() if i in known}
    return max(answers, key=lambda id_: (str(answers[id_]["at"]), id_), default=None)


def kind_of_answer(record: Record, message: str) -> str:
    """Under which name a campaign keeps its answer: the objection's type, else the class."""
    entry = record.lead.of("classified")[message]
    return str(entry.get("objection") or entry.get("label"))


def passing(turn: Turn, message: str) -> StopId | None:
    """The one stop that an answer may pass: the one that its message made."""
    stops = turn.view.stops.get((turn.tenant, f"account:{turn.account}"), ())
    found = (s for s in stops if s.cause == message and s.reason is StopReason.RESPONDED)
    return next((stop.id for stop in found), None)


# ── plans, holds, ends ────────────────────────────────────────────────────────────────────────


def schedule(turn: Turn, record: Record, planned: Touch) -> None:
    """Plans a touch; its timer needs a slot of the touch's pool."""
    why = f"step {planned.step}: {planned.why}"
    plan = {
        "at": text(planned.at),
        "why": why,
        "step": planned.step,
        "channel": planned.channel.value,
        "pool": planned.pool,
        "rank": planned.rank,
        "zone": planned.zone,
        "wall": planned.wall,
    }
    again = planned.why.startswith("held by") and record.rest.get("told") == why
    if plan != record.plan and not again:  # held once more by the same gate: the verdict counts it
        turn.note(record, "plan", "touch_planned", plan, repeat=f"plan:{why}:{text(planned.at)}")
    record.rest["told"] = why
    record.set_plan(plan)
    record.set_hold(None)


def wait(turn: Turn, record: Record, at: datetime, why: str, step: int | None = None) -> None:
    """Plans to look again at a moment; no slot is needed for that."""
    record.set_plan({"at": text(at), "why": why, "step": step})
    record.set_hold(None)


def hold(turn: Turn, record: Record, held: Hold) -> None:
    """Holds a lead for a reason; with a moment that would change it, the timer looks then."""
    entry = {
        "code": held.code,
        "gate": held.gate,
        "inputs": dict(held.inputs),
        "since": text(turn.now),
        "until": text(held.until),
        "scope": held.scope,
    }
    turn.release_slot(record)
    if record.set_hold(entry):
        turn.say_held(record, entry)
    if held.scope is not None:  # an equal hold too: what woke it has used its row up
        turn.rows.append(record.held_under(held.scope, turn.now))
    if held.until is not None:
        record.set_plan({"at": text(held.until), "why": f"held: {held.code}"})
    else:
        record.set_plan(None)


def end(turn: Turn, record: Record, ended: End) -> None:
    """Ends the round, as a fact like any other."""
    id_ = f"{record.lead.round}:{ended.how}"
    entry = {
        "at": text(turn.now),
        "how": ended.how,
        "round": record.lead.round,
        "reason": ended.reason,
    }
    if lifecycle.add(record.lead.facts, "ended", id_, entry):
        record.changed = True
    finish(turn, record, record.standing.status)


def responded(turn: Turn, record: Record) -> None:
    """Somebody answered: a neutral answer is quiet for 14 days, any other waits for a person."""
    labels = {e.get("label") for e in record.lead.of("classified").values()}
    answers = lifecycle.human_answers(record.lead)
    latest = max((moment(str(e["at"])) or turn.now for e in answers.values()), default=turn.now)
    if labels <= {ReplyClass.NEUTRAL.value, ReplyClass.OUT_OF_OFFICE.value} and labels:
        if turn.now >= latest + QUIET:
            silence(turn, record, sorted(answers))
            return
        wait(turn, record, latest + QUIET, "quiet time after a neutral answer")
        return
    hold(
        turn,
        record,
        Hold(code="answered", gate="lead_status", inputs={"labels": sorted(map(str, labels))}),
    )


def silence(turn: Turn, record: Record, answers: Sequence[str]) -> None:
    """The quiet time after a neutral answer is over: no response."""
    for message in answers:
        entry = {
            "at": text(turn.now),
            "how": "no_response",
            "round": record.lead.round,
            "reason": "quiet time after a neutral answer is over",
            "message_id": message,
        }
        lifecycle.add(record.lead.facts, "ended", f"{record.lead.round}:quiet:{message}", entry)
    record.changed = True
    finish(turn, record, record.standing.status)


def finish(turn: Turn, record: Record, status: Status) -> None:
    """Nothing is planned any more; the end is announced once."""
    turn.release_slot(record)
    record.set_plan(None)
    record.set_hold(None)
    record.asked.clear()
    if record.rest.get("announced") == status.value or status not in lifecycle.TERMINAL:
        return
    record.rest["announced"] = status.value
    record.changed = True
    reason = record.standing.reason
    turn.note(record, "end", status.value, {"reason": reason})
    campaign = (record.lead.enrolment or {}).get("campaign")
    kind = {Status.ENGAGED: says.Engaged, Status.NO_RESPONSE: says.NoResponse}.get(
        status, says.Closed
    )
    said = kind(lead_id=record.id, occurred_at=turn.now, reason=reason, campaign_id=campaign)
    turn.emit(said, turn.touched[record.id], f"{record.id}:{status}")


def note_asked(record: Record, name: str, now: datetime) -> None:
    """Notes that something was asked for."""
    record.asked[name] = text(now)
    record.changed = True


def keep_slot(record: Record, planned: Touch, slot: str, now: datetime) -> None:
    """Keeps the slot that was set aside while the draft is written."""
    record.asked[f"slot:{planned.send}"] = {"resource": slot, "until": text(now + GUARD)}
    record.changed = True


def drop_slot(record: Record, planned: Touch) -> None:
    """Forgets the slot of a send."""
    if record.asked.pop(f"slot:{planned.send}", None) is not None:
        record.changed = True
