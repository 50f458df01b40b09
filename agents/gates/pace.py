"""The gates that ask whether it is too soon or too much: daily limit, touch gap, channel cooldown,
e-mail warm-up, window, freshness (spec 6, rows 6 to 9, 14 and 16). All but a stale inbox know the
exact moment from which they would let the same facts pass; the planner asks them for it.
"""

from datetime import datetime, timedelta

from agents.gates import quota, window
from agents.gates.facts import Facts, Inbox, Touch, Verdict, absent, refuse, unknown
from contracts.outcome import Channel, Mode
from statestore.base import Usage

NO_CALENDAR = "calendar: unknown, weekdays only"
_REHEARSALS = (Mode.TEST, Mode.DRYRUN, Mode.DEMO)


def daily_limit(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *daily limit* (figures 5.9, test mode 5.7): the resource has quota left. Code:
    `rate_limit_` and the channel, or `rate_limit_test` for test mode's cap on e-mail."""
    resource, usage, mode = facts.resource, facts.usage, facts.mode
    policies = (resource.policies if resource else None) or None
    if resource is None or policies is None or usage is None or mode is None:
        missing = absent(resource__policies=policies, usage=usage, mode=mode)
        return unknown(facts, "daily_limit", *missing)
    if resource.id != facts.intent.resource or resource.channel is not facts.intent.channel:
        return unknown(facts, "daily_limit", "the resource of this send")
    own = quota.without(usage, facts.reserved_at)
    found = quota.answer(policies, own, now)
    if isinstance(found, quota.Granted):
        return _test_cap(facts, now)
    return refuse(
        facts,
        "daily_limit",
        f"rate_limit_{resource.channel}",
        next_eligible=found.until,
        answer="busy" if isinstance(found, quota.Busy) else "exhausted",
        resource=resource.id,
        used=len(own.reserved),
    )


def _test_cap(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 5.7: 15 e-mails a day in test mode, over all resources."""
    if facts.mode is not Mode.TEST or facts.intent.channel is not Channel.EMAIL:
        return None
    emails = facts.testing.emails if facts.testing else None
    if emails is None:
        return unknown(facts, "daily_limit", "testing.emails")
    cap = (quota.Rolling(int(facts.rules.test_email_daily)),)
    sent = quota.without(Usage(reserved=emails), facts.reserved_at)
    until = quota.opens(cap, sent.reserved, now)
    if until == now:
        return None
    code = "rate_limit_test"
    return refuse(facts, "daily_limit", code, next_eligible=until, cap=cap[0].cap)


def earlier(facts: Facts) -> list[Touch]:
    """Touches that count for this send: not its own attempts, and no rehearsal before a live one.
    Those in test mode reached nobody; in test mode itself they stand for the real thing, and while
    the mode is not known (at planning) all of them count."""
    return [
        touch
        for touch in facts.touches or ()
        if touch.send != facts.intent.send and facts.mode in (None, touch.mode, *_REHEARSALS)
    ]


def touch_gap(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *touch gap*: 2 days between any touches to one person; answers pass (2.5)."""
    return _spaced(facts, now, "touch_gap", "too_recent", facts.rules.touch_gap, None)


def channel_cooldown(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *channel cooldown*: 5 days before the same channel again; answers pass (2.5)."""
    gap, channel = facts.rules.channel_cooldown, facts.intent.channel
    return _spaced(facts, now, "channel_cooldown", "channel_cooldown", gap, channel)


def _spaced(
    facts: Facts, now: datetime, gate: str, code: str, gap: timedelta, channel: Channel | None
) -> Verdict | None:
    purpose = facts.intent.purpose
    if purpose is None or facts.touches is None:
        return unknown(facts, gate, *absent(purpose=purpose, touches=facts.touches))
    found = [touch for touch in earlier(facts) if channel in (None, touch.channel)]
    last = max(found, key=lambda touch: touch.at, default=None)
    if purpose == "answer" or last is None or now >= last.at + gap:
        return None
    return refuse(
        facts,
        gate,
        code,
        next_eligible=last.at + gap,
        last=last.at,
        channel=last.channel,
        state=last.state,
        gap=gap,
    )


def warm_up(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *e-mail warm-up*: the client has been active for 14 days."""
    if facts.intent.channel is not Channel.EMAIL:
        return None
    since = facts.client.active_since if facts.client else None
    if since is None:
        return unknown(facts, "warm_up", "client.active_since")
    ready = since + facts.rules.warm_up
    if now >= ready:
        return None
    return refuse(facts, "warm_up", "warmup_not_ready", next_eligible=ready, active_since=since)


def local_window(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *window*: the recipient's local hours, weekdays and holidays allow it, for as long as
    a call may take. Unknown zone, country, calendar: design §5; voice needs a calendar."""
    place, hours = facts.recipient, facts.rules.windows.get(facts.intent.channel)
    zones = (place.zones if place else None) or None
    if place is None or zones is None or hours is None:
        missing = absent(recipient__zones=zones, rules__windows=hours)
        return unknown(facts, "window", *missing)
    if place.holiday is None and facts.intent.channel is Channel.VOICE:
        return unknown(facts, "window", "recipient.holiday")
    guard = facts.rules.guard
    if window.is_open(hours, zones, place.holiday, now, guard):
        return None
    weekdays = () if place.holiday else (NO_CALENDAR,)
    return refuse(
        facts,
        "window",
        "outside_window",
        next_eligible=window.next_open(hours, zones, place.holiday, now, guard),
        zones=zones,
        calendar=place.calendar,
        assumed=tuple(dict.fromkeys((*place.assumed, *weekdays))),
    )


def freshness(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *freshness*: the command is of this store and has not expired; for a follow-up the
    resource's inbox was read at most 5 minutes ago."""
    return _command(facts, now) or _inbox(facts, now)


def _command(facts: Facts, now: datetime) -> Verdict | None:
    command = facts.command
    early, late = (command.not_before, command.not_after) if command else (None, None)
    made_for, store = command.incarnation if command else None, facts.incarnation
    if early is None or late is None or made_for is None or store is None:
        missing = absent(
            command__not_before=early,
            command__not_after=late,
            command__incarnation=made_for,
            incarnation=store,
        )
        return unknown(facts, "freshness", *missing)
    if made_for != store:
        return refuse(facts, "freshness", "expired", reason="made for another store")
    if now > late:
        return refuse(facts, "freshness", "expired", reason="time", not_after=late)
    if now < early:
        return refuse(facts, "freshness", "too_early", next_eligible=early, not_before=early)
    return None


def _inbox(facts: Facts, now: datetime) -> Verdict | None:
    if facts.intent.follow_up is None:
        return unknown(facts, "freshness", "follow_up")
    if not facts.intent.follow_up and facts.intent.purpose == "cadence":
        return None
    inbox = facts.resource.inbox if facts.resource else None
    if inbox is None:
        return unknown(facts, "freshness", "resource.inbox")
    if inbox.kind == "pushed" and None in (inbox.ready, inbox.backlog):
        return unknown(facts, "freshness", *absent(ready=inbox.ready, backlog=inbox.backlog))
    stale = _stale(inbox, facts.rules.inbox_fresh, now)
    if stale is None:
        return None
    return refuse(facts, "freshness", "inbox_stale", inbox=inbox.kind, reason=stale)


def _stale(inbox: Inbox, fresh: timedelta, now: datetime) -> str | None:
    """Why the answers of a resource may lie unread; None where they do not."""
    if inbox.kind == "none":
        return None if inbox.accepted else "nobody reads it, and the campaign has not accepted that"
    if inbox.kind == "read":
        read = inbox.watermark is not None and now - inbox.watermark <= fresh
        return None if read else "not read for too long"
    if not inbox.ready or inbox.backlog is None:
        return "the endpoint is not ready"
    return None if inbox.backlog <= fresh else "events wait at the endpoint"
