"""The gates that ask whether this person may be reached this way: global bounce and unsubscribe,
suppression, score, do-not-call, kill switch (spec 6, rows 10 to 13 and 15). They read stops
(`stops.py` says which stop is whose) and what law or score says of the channel.
"""

import math
from datetime import datetime

from agents.gates import stops
from agents.gates.facts import Facts, Verdict, absent, refuse, unknown
from agents.gates.rules import BASES, TIERS
from contracts.outcome import Channel, Mode


def global_list(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *global bounce / global unsubscribe*: the address has not bounced or opted out
    anywhere: the operator's list, by keyed hash, whatever the channel."""
    if facts.intent.address is None:
        return unknown(facts, "global_list", "address")
    return stops.judge(facts, now, "global_list", "address")


def suppression(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *suppression*: person, address, number, domain or account not on the client's list;
    and the consent that the person's country asks for is on record (facts/reliability E2)."""
    intent = facts.intent
    if intent.address is None or (intent.channel is Channel.EMAIL and not intent.domain):
        return unknown(facts, "suppression", "domain" if intent.address else "address")
    scopes = ("address", "domain", "account", "lead")
    return stops.judge(facts, now, "suppression", *scopes) or _consent(facts)


def _consent(facts: Facts) -> Verdict | None:
    country = facts.recipient.country if facts.recipient else None
    if country is None or facts.consent is None:
        missing = absent(recipient__country=country, consent=facts.consent)
        return unknown(facts, "suppression", *missing)
    needed = facts.rules.consent_needed(country, facts.intent.channel)
    basis = facts.consent.basis
    if BASES.index(basis) >= BASES.index(needed):
        return None
    code = "suppressed_no_consent"
    return refuse(facts, "suppression", code, country=country, needed=needed, basis=basis)


def score(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *score*: the tier of the lead's ALS opens the channel (4.3)."""
    als, least = _number(facts.als), facts.rules.minimum.get(facts.intent.channel)
    if als is None or least is None:
        return unknown(facts, "score", *absent(als=als, rules__minimum=least))
    tier = facts.rules.tier(als)
    if TIERS.index(tier) <= TIERS.index(least):
        return None
    return refuse(facts, "score", "als_too_low", als=als, tier=tier, needed=least)


def _number(als: float | None) -> float | None:
    return None if als is None or math.isnan(als) else als


def do_not_call(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *do-not-call* (5.2): before SMS and calls to Australian numbers the register was
    asked at most 28 days ago, and the number is not on it."""
    found = stops.judge(facts, now, "do_not_call", "address", "lead")
    if found is not None or facts.intent.channel not in (Channel.SMS, Channel.VOICE):
        return found
    country = facts.recipient.number_country if facts.recipient else None
    if country is None:
        return unknown(facts, "do_not_call", "recipient.number_country")
    if country.upper() not in facts.rules.wash_countries:
        return None
    return _washed(facts, now)


def _washed(facts: Facts, now: datetime) -> Verdict | None:
    wash = facts.wash
    if wash is None:
        return unknown(facts, "do_not_call", "wash")
    if wash.listed:
        return refuse(facts, "do_not_call", "rejected_dncr", lasting=True, washed_at=wash.at)
    if now - wash.at > facts.rules.wash:
        limit = facts.rules.wash
        code = "do_not_call_unknown"
        return refuse(facts, "do_not_call", code, washed_at=wash.at, older_than=limit)
    return None


def kill_switch(facts: Facts, now: datetime) -> Verdict | None:
    """Spec 6, *kill switch*: no stop under any key of the send, from global to the address. Code:
    `killed_` and the scope. Test mode switches off what has no test recipient, and post (5.7); that
    the mode is known at all is asked by the daily limit, which a planner does not ask."""
    if facts.resource is not None and facts.resource.paused:
        resource = facts.resource.id
        return refuse(facts, "kill_switch", "killed_resource", resource=resource, reason="disabled")
    return stops.judge(facts, now, "kill_switch") or _test_mode(facts)


def _test_mode(facts: Facts) -> Verdict | None:
    if facts.mode is not Mode.TEST:
        return None
    if facts.intent.channel is Channel.MAIL:
        return refuse(facts, "kill_switch", "killed_test_mode", reason="post is not sent in tests")
    if facts.testing is None or facts.testing.recipient is None:
        return unknown(facts, "kill_switch", "testing.recipient")
    if facts.testing.recipient:
        return None
    return refuse(facts, "kill_switch", "killed_test_mode", reason="no test recipient")
