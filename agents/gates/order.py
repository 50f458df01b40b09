"""The sixteen gates in the order of spec 6, and the questions asked of them together.

The sender asks `judge` before every call and takes the first refusal; `explain` and the planner
ask `judge_all`, which hides none behind another; `first_moment` is how the planner finds the time
at which all gates of time let a touch pass. A gate that raises has not been evaluated, so it
refuses as *unknown* with the error's name: a broken rule holds sends, visibly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from agents.gates import lists, pace, standing
from agents.gates.facts import Facts, Verdict, refuse

Judge = Callable[[Facts, datetime], Verdict | None]


@dataclass(frozen=True, slots=True)
class Gate:
    """One row of spec 6: its name, its function, what it asks for, and the codes it answers with
    (`*`: what was found completes the code). Every gate also knows `<name>_unknown`."""

    name: str
    judge: Judge
    meaning: str
    codes: tuple[str, ...]


GATES: tuple[Gate, ...] = (
    Gate("lead_status", standing.lead_status, "the lead is in sequence", ("lead_status_*",)),
    Gate(
        "subscription",
        standing.subscription,
        "the client is active or trialing",
        ("subscription_inactive",),
    ),
    Gate("credits", standing.credits, "the client has credits left", ("no_credits",)),
    Gate("campaign", standing.campaign, "the campaign is active", ("campaign_inactive",)),
    Gate(
        "permission",
        standing.permission,
        "this very content may go: released, approved, or on autopilot",
        ("manual_mode", "not_approved"),
    ),
    Gate("daily_limit", pace.daily_limit, "the resource has quota left", ("rate_limit_*",)),
    Gate("touch_gap", pace.touch_gap, "the last touch is long enough ago", ("too_recent",)),
    Gate(
        "channel_cooldown",
        pace.channel_cooldown,
        "the last touch on this channel is long enough ago",
        ("channel_cooldown",),
    ),
    Gate("warm_up", pace.warm_up, "the client is old enough for e-mail", ("warmup_not_ready",)),
    Gate(
        "global_list",
        lists.global_list,
        "the address has not bounced or opted out anywhere",
        ("bounced_globally", "unsubscribed_globally"),
    ),
    Gate(
        "suppression",
        lists.suppression,
        "nobody asked the client not to write, and consent is on record where it must be",
        ("suppressed_*",),
    ),
    Gate("score", lists.score, "the score opens this channel", ("als_too_low",)),
    Gate("do_not_call", lists.do_not_call, "no do-not-call register lists it", ("rejected_dncr",)),
    Gate("window", pace.local_window, "it is a good hour where they are", ("outside_window",)),
    Gate("kill_switch", lists.kill_switch, "nobody has stopped or paused it", ("killed_*",)),
    Gate(
        "freshness",
        pace.freshness,
        "the command is still good, and answers have been read",
        ("expired", "too_early", "inbox_stale"),
    ),
)
"""Spec 6, row by row."""

GATE = {gate.name: gate for gate in GATES}
TIMED = ("touch_gap", "channel_cooldown", "warm_up", "window")
"""Gates whose refusal time alone ends, by facts that a planner has."""


def ask(gate: Gate, facts: Facts, now: datetime) -> Verdict | None:
    """Asks one gate; a gate that cannot be evaluated refuses (spec 6)."""
    try:
        return gate.judge(facts, now)
    except Exception as error:
        code = f"{gate.name}_unknown"
        return refuse(facts, gate.name, code, error=type(error).__name__, detail=str(error)[:200])


def judge(facts: Facts, now: datetime) -> Verdict | None:
    """The first refusal in the order of spec 6; None: the send may go."""
    return next((found for gate in GATES if (found := ask(gate, facts, now))), None)


def judge_all(facts: Facts, now: datetime, names: Iterable[str] | None = None) -> list[Verdict]:
    """Every refusal, in the order of spec 6; of some gates only, where they are named."""
    chosen = GATES if names is None else tuple(GATE[name] for name in names)
    return [found for gate in chosen if (found := ask(gate, facts, now))]


def first_moment(
    facts: Facts, start: datetime, names: Iterable[str] = TIMED
) -> tuple[datetime | None, tuple[Verdict, ...]]:
    """The first moment from `start` on that all named gates let pass, and what bound it.

    The verdicts are the last to hold the touch back, latest first; none where `start` itself
    passes. The moment is None where one of them has no end: the first verdict says which.
    """
    chosen, bound = tuple(names), tuple[Verdict, ...]()
    now = start
    while found := judge_all(facts, now, chosen):
        endless = [verdict for verdict in found if verdict.next_eligible is None]
        if endless:
            return None, tuple(endless)
        bound = tuple(sorted(found, key=_end, reverse=True))
        now = _end(bound[0])
    return now, bound


def _end(verdict: Verdict) -> datetime:
    assert verdict.next_eligible is not None
    return verdict.next_eligible
