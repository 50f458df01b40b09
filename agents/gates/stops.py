"""Which stop belongs to which gate, and the verdict that it makes.

Whoever learns of a reason not to send writes a stop; the gates of spec 6 are read off those stops
here. Every stop that holds under one of a send's keys refuses at exactly one gate, so what the
gates let through is what the claim's own condition (`statestore.base.NoStop`) lets through too.

    stop                                        gate            code
    ───────────────────────────────────────     ─────────────   ────────────────────────────────
    do-not-call register                        do_not_call     rejected_dncr
    hard bounce, opt-out, complaint, `*`        global_list     bounced_globally,
        (the operator's list)                                   unsubscribed_globally
    opt-out, suppression, complaint, hard       suppression     suppressed_person | address |
        bounce on the client's list                             number | domain | account | …
    answer, meeting, sale, negative answer,     lead_status     lead_status_<what it makes of it>
        merge, under the lead's own key
    everything else: switch, pause, conflict    kill_switch     killed_<scope of the key>
        of an account, absence, review

An absence has an end, and its verdict the time; the others end when somebody lifts them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agents.gates.facts import Facts, Verdict, refuse, unknown
from contracts.ids import OPERATOR
from contracts.outcome import Channel, Status, StopReason
from statestore.base import Stop

OPT_OUTS = frozenset(
    {
        StopReason.UNSUBSCRIBED,
        StopReason.COMPLAINT,
        StopReason.SUPPRESSED,
        StopReason.DO_NOT_CONTACT,
    }
)
"""Reasons that concern the person, by whichever identifier they are known."""
GLOBAL_CODES: Mapping[StopReason, str] = {
    StopReason.HARD_BOUNCE: "bounced_globally",
    StopReason.UNSUBSCRIBED: "unsubscribed_globally",
    StopReason.COMPLAINT: "unsubscribed_globally",
}
STATUS_OF: Mapping[StopReason, Status] = {
    StopReason.NEGATIVE_SENTIMENT: Status.DO_NOT_CONTACT,
    StopReason.CONVERTED: Status.CONVERTED,
    StopReason.MERGED: Status.CLOSED,
    StopReason.MEETING_BOOKED: Status.ENGAGED,
    StopReason.RESPONDED: Status.RESPONDED,
}
"""What a stop under the lead's own key makes of its status, before the lead's record says so; in
the order in which the lifecycle lets them win."""
LASTING = OPT_OUTS | {
    StopReason.HARD_BOUNCE,
    StopReason.NEGATIVE_SENTIMENT,
    StopReason.CONVERTED,
    StopReason.MERGED,
    StopReason.DNCR,
}
"""Reasons after which a send to this very person is over, and not only held."""
_NUMBERS = frozenset({Channel.SMS, Channel.WHATSAPP, Channel.VOICE})


def scope(stop: Stop) -> str:
    """What kind of thing a stop's key names: global, client, …, domain."""
    return stop.key.partition(":")[0]


def gate_of(stop: Stop) -> str:
    """The one gate at which a stop refuses."""
    if stop.reason is StopReason.DNCR:
        return "do_not_call"
    if stop.tenant == OPERATOR and stop.reason in GLOBAL_CODES:
        return "global_list"
    if stop.reason in OPT_OUTS or stop.reason is StopReason.HARD_BOUNCE:
        return "suppression"
    if scope(stop) == "lead" and stop.reason in STATUS_OF:
        return "lead_status"
    return "kill_switch"


def code_of(stop: Stop, channel: Channel) -> str:
    """The code of the refusal that a stop makes."""
    gate = gate_of(stop)
    if gate == "do_not_call":
        return "rejected_dncr"
    if gate == "global_list":
        return GLOBAL_CODES[stop.reason]
    if gate == "lead_status":
        return f"lead_status_{STATUS_OF[stop.reason]}"
    if gate == "kill_switch":
        return f"killed_{scope(stop)}"
    return f"suppressed_{_listed(stop, channel)}"


def _listed(stop: Stop, channel: Channel) -> str:
    named = scope(stop)
    if named == "lead":
        return "person"
    return "number" if named == "address" and channel in _NUMBERS else named


def holding(facts: Facts, now: datetime, gate: str) -> list[Stop]:
    """The stops that hold now at a gate, less the one that an answer passes."""
    if facts.stops is None or not facts.stops.found:
        return []
    keys = frozenset(facts.intent.keys())
    return [
        stop
        for stop in facts.stops.found
        if gate_of(stop) == gate
        and stop.holds(now)
        and (stop.key in keys or _of_the_person(facts, stop))
        and not _passed(facts, stop)
    ]


def _of_the_person(facts: Facts, stop: Stop) -> bool:
    """An opt-out under another identifier of the same person counts, a dead address does not."""
    others = {f"address:{other}" for other in facts.intent.others}
    return stop.key in others and stop.reason in OPT_OUTS


def _passed(facts: Facts, stop: Stop) -> bool:
    """Spec 2.5: an answer passes the pause that the message it answers has made, nothing else."""
    answers = facts.intent.answers
    return (
        facts.intent.purpose == "answer"
        and answers is not None
        and stop.id == answers.passes
        and stop.cause == answers.message
        and stop.reason is StopReason.RESPONDED
        and scope(stop) in ("account", "lead")
    )


def missing(facts: Facts, *scopes: str) -> list[str]:
    """Which keys of these scopes were not looked under; all of them where nothing was read."""
    pairs = facts.intent.pairs()
    if facts.stops is not None and facts.stops.read.issuperset(pairs):
        return []
    read = facts.stops.read if facts.stops is not None else frozenset()
    return [
        f"stops {tenant} {key.partition(':')[0]}"
        for tenant, key in pairs
        if (not scopes or key.partition(":")[0] in scopes) and (tenant, key) not in read
    ]


def judge(facts: Facts, now: datetime, gate: str, *scopes: str) -> Verdict | None:
    """Refuses where a stop holds at this gate, or where its keys were not all read.

    A stop that was found refuses even while other reads are missing: its code says more.
    """
    found = holding(facts, now, gate)
    if found:
        return _verdict(facts, gate, found)
    unread = missing(facts, *scopes)
    return unknown(facts, gate, *unread) if unread else None


def _lasts(stop: Stop) -> bool:
    """Under a wider key the same reason pauses the others too, until somebody resumes them."""
    personal = scope(stop) in ("lead", "address", "domain")
    return personal and stop.reason in LASTING and stop.until is None


def _verdict(facts: Facts, gate: str, found: Iterable[Stop]) -> Verdict:
    """The refusal of several stops: the first by `_order` names it, it ends with the last."""
    ordered = sorted(found, key=_order)
    ends = [stop.until for stop in ordered]
    first = ordered[0]
    return refuse(
        facts,
        gate,
        code_of(first, facts.intent.channel),
        next_eligible=None if None in ends else max(end for end in ends if end is not None),
        lasting=any(_lasts(stop) for stop in ordered),
        stop=first.id,
        key=first.key,
        reason=first.reason,
        since=first.at,
        by_operator=first.tenant == OPERATOR,
        stops=len(ordered),
    )


def _order(stop: Stop) -> tuple[object, ...]:
    """The widest first, then by what it makes of the lead, then the oldest."""
    reasons = (*STATUS_OF, stop.reason)
    return WIDTH.index(scope(stop)), reasons.index(stop.reason), stop.at, stop.id, stop.reason


WIDTH = (
    "global",
    "client",
    "campaign",
    "channel",
    "resource",
    "account",
    "lead",
    "address",
    "domain",
)
"""Scopes from the widest; where several stops hold, the widest is named."""
