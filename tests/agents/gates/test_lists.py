"""May this person be reached this way: lists, consent, score, do-not-call, switches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agents.gates import judge, lists
from agents.gates.facts import Consent, Recipient, Wash
from agents.gates.rules import Basis
from contracts.ids import OPERATOR
from contracts.outcome import Channel, Mode, StopReason
from tests.agents.gates.values import NOW, facts, intent, read, rehearsal, resource, stop


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (StopReason.HARD_BOUNCE, "bounced_globally"),
        (StopReason.UNSUBSCRIBED, "unsubscribed_globally"),
        (StopReason.COMPLAINT, "unsubscribed_globally"),
    ],
)
def test_the_operators_list_holds_for_every_client(reason: StopReason, code: str) -> None:
    """By keyed hash, and for good."""
    about = intent()
    found = stop("address:hash-1", reason, tenant=OPERATOR)
    verdict = lists.global_list(facts(stops=read(about, found)), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.lasting) == (code, True)
    assert verdict.inputs["by_operator"] is True


@pytest.mark.parametrize(
    ("channel", "key", "code"),
    [
        (Channel.EMAIL, "lead:l1", "suppressed_person"),
        (Channel.EMAIL, "address:hash-1", "suppressed_address"),
        (Channel.SMS, "address:hash-1", "suppressed_number"),
        (Channel.VOICE, "address:hash-1", "suppressed_number"),
        (Channel.LINKEDIN, "address:hash-1", "suppressed_address"),
        (Channel.EMAIL, "domain:bakery.example", "suppressed_domain"),
        (Channel.EMAIL, "account:a1", "suppressed_account"),
    ],
)
@pytest.mark.parametrize(
    "reason", [StopReason.SUPPRESSED, StopReason.UNSUBSCRIBED, StopReason.DO_NOT_CONTACT]
)
def test_the_clients_list_names_what_stands_on_it(
    channel: Channel, key: str, code: str, reason: StopReason
) -> None:
    """Person, address, number, domain, account."""
    about = intent(channel)
    verdict = lists.suppression(facts(channel, stops=read(about, stop(key, reason))), NOW)
    assert verdict is not None
    assert verdict.code == code


def test_an_opt_out_by_another_identifier_counts_and_its_bounce_does_not() -> None:
    """A lead without e-mail passes the same checks by its other identifiers (spec 6)."""
    about = intent(Channel.SMS)
    for reason, holds in ((StopReason.UNSUBSCRIBED, True), (StopReason.HARD_BOUNCE, False)):
        for tenant in ("acme", OPERATOR):
            found = stop("address:hash-2", reason, tenant=tenant)
            verdict = judge(facts(Channel.SMS, stops=read(about, found)), NOW)
            assert (verdict is not None) == holds


def test_an_opt_out_of_the_whole_account_holds_colleagues_and_ends_nothing() -> None:
    """A conflict can be resumed (spec 3.6); the person's own opt-out is for good."""
    about = intent()
    for key, lasting in (("account:a1", False), ("lead:l1", True)):
        found = stop(key, StopReason.UNSUBSCRIBED)
        verdict = lists.suppression(facts(stops=read(about, found)), NOW)
        assert verdict is not None
        assert verdict.lasting is lasting


@pytest.mark.parametrize(
    ("country", "channel", "basis", "passes"),
    [
        ("CA", Channel.EMAIL, Basis.NONE, False),
        ("CA", Channel.EMAIL, Basis.INFERRED, True),
        ("US", Channel.VOICE, Basis.EXPRESS, False),
        ("US", Channel.VOICE, Basis.WRITTEN, True),
        ("DE", Channel.WHATSAPP, Basis.INFERRED, False),
        ("AU", Channel.EMAIL, Basis.NONE, True),
    ],
)
def test_consent_is_on_record_where_it_must_be(
    country: str, channel: Channel, basis: Basis, passes: bool
) -> None:
    """Facts/reliability E2."""
    place = Recipient(zones=("UTC",), country=country, number_country=country)
    whole = facts(channel, recipient=place, consent=Consent(basis=basis))
    verdict = lists.suppression(whole, NOW)
    assert (verdict is None) == passes
    assert passes or (verdict and verdict.code == "suppressed_no_consent")
    assert verdict is None or not verdict.lasting


@pytest.mark.parametrize(
    ("channel", "least"),
    [
        (Channel.EMAIL, 0.0),
        (Channel.LINKEDIN, 0.0),
        (Channel.VOICE, 70.0),
        (Channel.SMS, 85.0),
        (Channel.WHATSAPP, 85.0),
        (Channel.MAIL, 85.0),
    ],
)
def test_the_score_opens_a_channel_from_its_tier_on(channel: Channel, least: float) -> None:
    """Spec 4.3."""
    assert lists.score(facts(channel, als=least), NOW) is None
    if least:
        verdict = lists.score(facts(channel, als=least - 0.1), NOW)
        assert verdict is not None
        assert (verdict.code, verdict.lasting) == ("als_too_low", False)


def test_a_score_that_is_no_number_is_unknown() -> None:
    """It opens nothing."""
    verdict = lists.score(facts(als=float("nan")), NOW)
    assert verdict is not None
    assert verdict.code == "score_unknown"


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_australian_numbers_are_washed_and_the_answer_ages(channel: Channel) -> None:
    """Spec 5.2; 28 days at the gate (facts/reliability E2)."""
    days = {28: None, 28.001: "do_not_call_unknown"}
    for age, code in days.items():
        wash = Wash(listed=False, at=NOW - timedelta(days=age))
        verdict = lists.do_not_call(facts(channel, wash=wash), NOW)
        assert (verdict.code if verdict else None) == code
    never = lists.do_not_call(facts(channel, wash=None), NOW)
    assert never is not None
    assert never.code == "do_not_call_unknown"
    old_hit = Wash(listed=True, at=NOW - timedelta(days=400))
    hit = lists.do_not_call(facts(channel, wash=old_hit), NOW)
    assert hit is not None
    assert (hit.code, hit.lasting) == ("rejected_dncr", True)


def test_other_numbers_and_other_channels_are_not_washed() -> None:
    """E-mail to Australia, a call to Ireland."""
    irish = Recipient(zones=("UTC",), country="AU", number_country="IE")
    assert lists.do_not_call(facts(Channel.VOICE, recipient=irish, wash=None), NOW) is None
    assert lists.do_not_call(facts(wash=None), NOW) is None


def test_a_lead_that_was_marked_by_a_hit_is_refused_without_another_wash() -> None:
    """The stop that the hit left."""
    about = intent(Channel.VOICE)
    found = stop("address:hash-1", StopReason.DNCR)
    verdict = lists.do_not_call(facts(Channel.VOICE, stops=read(about, found)), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.lasting) == ("rejected_dncr", True)


@pytest.mark.parametrize("reason", [StopReason.KILLED, StopReason.PAUSED])
@pytest.mark.parametrize("key", intent().keys())
def test_a_switch_refuses_with_its_scope(key: str, reason: StopReason) -> None:
    """Global, client, campaign, channel, resource, account, and what lies under them."""
    about = intent()
    for tenant in ("acme", OPERATOR):
        found = stop(key, reason, tenant=tenant)
        verdict = lists.kill_switch(facts(stops=read(about, found)), NOW)
        assert verdict is not None
        assert verdict.code == f"killed_{key.partition(':')[0]}"
        assert verdict.inputs["key"] == key
        assert not verdict.lasting


def test_the_widest_switch_is_named() -> None:
    """Of several, with how many there are."""
    about = intent()
    narrow = stop("lead:l1", StopReason.PAUSED, id="b")
    wide = stop("global", StopReason.KILLED, id="a", tenant=OPERATOR)
    verdict = lists.kill_switch(facts(stops=read(about, narrow, wide)), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.inputs["stops"]) == ("killed_global", 2)


def test_an_absence_ends_by_itself_and_says_when() -> None:
    """The latest end of several; none where one of them has none."""
    about, back = intent(), NOW + timedelta(days=9)
    first = stop("lead:l1", StopReason.OUT_OF_OFFICE, id="a", until=NOW + timedelta(days=2))
    second = stop("account:a1", StopReason.OUT_OF_OFFICE, id="b", until=back)
    whole = facts(stops=read(about, first, second))
    verdict = lists.kill_switch(whole, NOW)
    assert verdict is not None
    assert (verdict.next_eligible, verdict.lasting) == (back, False)
    assert lists.kill_switch(whole, back) is None
    endless = stop("lead:l1", StopReason.REVIEW, id="c")
    verdict = lists.kill_switch(facts(stops=read(about, first, endless)), NOW)
    assert verdict is not None
    assert verdict.next_eligible is None


def test_a_disabled_resource_is_switched_off() -> None:
    """By its declaration, with no stop."""
    verdict = lists.kill_switch(facts(resource=resource(paused=True)), NOW)
    assert verdict is not None
    assert verdict.code == "killed_resource"


def test_test_mode_sends_nothing_without_a_test_recipient_and_no_post() -> None:
    """Spec 5.7."""
    nobody = rehearsal(False)
    verdict = lists.kill_switch(facts(mode=Mode.TEST, testing=nobody), NOW)
    assert verdict is not None
    assert verdict.code == "killed_test_mode"
    assert lists.kill_switch(facts(mode=Mode.TEST), NOW) is None
    assert lists.kill_switch(facts(testing=nobody), NOW) is None
    post = lists.kill_switch(facts(Channel.MAIL, mode=Mode.TEST), NOW)
    assert post is not None
    assert post.code == "killed_test_mode"
    lost = lists.kill_switch(facts(mode=Mode.TEST, testing=None), NOW)
    assert lost is not None
    assert lost.code == "kill_switch_unknown"


def test_a_lead_without_an_e_mail_address_is_checked_by_its_number() -> None:
    """And without any identifier nothing can be checked."""
    about = intent(Channel.SMS, domain=None, others=())
    whole = facts(Channel.SMS, intent=about)
    assert judge(whole, NOW) is None
    nowhere = replace(about, address=None)
    verdict = judge(replace(whole, intent=nowhere, stops=read(nowhere)), NOW)
    assert verdict is not None
    assert verdict.code == "global_list_unknown"
