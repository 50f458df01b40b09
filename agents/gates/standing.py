"""The gates that ask whether anything may be sent here at all: lead status, subscription, credits,
campaign, permission mode (spec 6, rows 1 to 5). Each takes facts and the moment, and returns a
verdict or None; the planner and the sender call the same ones.
"""

from datetime import datetime

from agents.gates import stops
from agents.gates.facts import Facts, Permission, Verdict, absent, refuse, unknown
from contracts.outcome import Status

LASTING = frozenset(
    {
        Status.UNSUBSCRIBED,
        Status.DO_NOT_CONTACT,
        Status.BOUNCED,
        Status.CONVERTED,
        Status.CLOSED,
    }
)
"""Statuses after which a planned send is over; from the others a lead may come back."""
ANSWERABLE = frozenset({Status.RESPONDED, Status.ENGAGED})


def lead_status(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *lead status*: `in_sequence`; an answer needs `responded` or `engaged`, names its
    message and goes to no automatic one (2.5). Code: `lead_status_` and the status found."""
    purpose, status = facts.intent.purpose, facts.status
    if purpose is None or status is None:
        return unknown(facts, "lead_status", *absent(purpose=purpose, status=status))
    allowed = ANSWERABLE if purpose == "answer" else frozenset({Status.IN_SEQUENCE})
    if status not in allowed:
        code = f"lead_status_{status}"
        lasting = status in LASTING
        return refuse(facts, "lead_status", code, lasting=lasting, status=status, purpose=purpose)
    held = stops.judge(facts, now, "lead_status", "lead")
    return held or (_answer(facts) if purpose == "answer" else None)


def _answer(facts: Facts) -> Verdict | None:
    """Spec 2.5: an answer names the incoming message, and none goes to an automatic one."""
    answers = facts.intent.answers
    automatic = answers.automatic if answers else None
    if answers is None or automatic is None:
        return unknown(facts, "lead_status", *absent(answers=answers, answers__automatic=automatic))
    if automatic:
        code = "lead_status_automatic_answer"
        return refuse(facts, "lead_status", code, lasting=True, message=answers.message)
    return None


def subscription(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *subscription*: the client is active or trialing."""
    client = facts.client
    if client is None or client.status is None:
        return unknown(facts, "subscription", "client.status")
    if client.status in ("active", "trialing"):
        return None
    return refuse(facts, "subscription", "subscription_inactive", status=client.status)


def credits(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *credits*: more than 0, and enough for the channel's price. A send that has reserved
    its credit already is not asked again."""
    client, price = facts.client, facts.rules.credit_price.get(facts.intent.channel)
    if facts.reserved_at is not None:
        return None
    left = client.credits if client else None
    if left is None or price is None:
        missing = absent(client__credits=left, rules__credit_price=price)
        return unknown(facts, "credits", *missing)
    if left > 0 and left >= price:
        return None
    return refuse(facts, "credits", "no_credits", credits=left, price=price)


def campaign(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *campaign*: active; completed or cancelled ones do not come back."""
    found = facts.campaign
    if found is None or found.status is None:
        return unknown(facts, "campaign", "campaign.status")
    if found.status == "active":
        return None
    lasting = found.status in ("completed", "cancelled")
    return refuse(facts, "campaign", "campaign_inactive", lasting=lasting, status=found.status)


def permission(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *permission mode*: manual sends only what a person releases; co-pilot what a person
    approved, by content hash; autopilot all but what was declined or needs approval (8.5)."""
    mode = facts.campaign.permission if facts.campaign else None
    if mode is None or facts.content is None:
        missing = absent(campaign__permission=mode, content=facts.content)
        return unknown(facts, "permission", *missing)
    word, wanted = facts.approval, facts.content.hash
    spoken = word is not None and word.content_hash == wanted
    approved = word is not None and spoken and word.approved
    if mode is Permission.MANUAL and not (approved and word is not None and word.released):
        return _not_permitted(facts, "manual_mode", mode)
    asked = mode is not Permission.AUTOPILOT or facts.content.needs_approval
    if not approved and (asked or spoken):
        return _not_permitted(facts, "not_approved", mode)
    return None


def _not_permitted(facts: Facts, code: str, mode: Permission) -> Verdict:
    word = facts.approval
    return refuse(
        facts,
        "permission",
        code,
        mode=mode,
        content_hash=facts.content.hash if facts.content else None,
        approved_hash=word.content_hash if word else None,
        declined=word is not None and not word.approved,
    )
