"""Too soon, too much: daily limit, touch gap, cooldown, warm-up, window, freshness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.gates import pace
from agents.gates.facts import Client, Command, Inbox, Recipient, Touch
from agents.gates.quota import DAY, Gap, Rolling
from agents.gates.window import Window
from contracts.ids import ResourceId, SendId
from contracts.outcome import Channel, Mode, SendState
from statestore.base import Usage
from tests.agents.gates.values import (
    NOW,
    answering,
    facts,
    holiday,
    intent,
    rehearsal,
    resource,
    touch,
)

TICK = timedelta(microseconds=1)
FIFTY = tuple(NOW - timedelta(minutes=60 - n) for n in range(50))


def test_the_resource_has_quota_left() -> None:
    """50 e-mails in 24 hours; the first of them ages out first."""
    assert pace.daily_limit(facts(usage=Usage(reserved=FIFTY[:49])), NOW) is None
    verdict = pace.daily_limit(facts(usage=Usage(reserved=FIFTY)), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.next_eligible) == ("rate_limit_email", FIFTY[0] + DAY)
    assert verdict.inputs["answer"] == "exhausted"
    assert not verdict.lasting


def test_pacing_is_told_from_exhaustion() -> None:
    """A minimum gap says busy."""
    box = resource(policies=(Rolling(50), Gap(timedelta(minutes=3))))
    verdict = pace.daily_limit(facts(resource=box, usage=Usage(reserved=(NOW,))), NOW)
    assert verdict is not None
    assert verdict.inputs["answer"] == "busy"
    assert verdict.next_eligible == NOW + timedelta(minutes=3)


def test_admissions_of_others_steer_but_do_not_decide() -> None:
    """Reservations alone count at the gate."""
    usage = Usage(reserved=FIFTY[:49], admitted=FIFTY)
    assert pace.daily_limit(facts(usage=usage), NOW) is None


def test_a_sends_own_reservation_is_not_in_its_way() -> None:
    """Another attempt of the send that took the last slot."""
    whole = facts(usage=Usage(reserved=FIFTY), reserved_at=FIFTY[49])
    assert pace.daily_limit(whole, NOW) is None


def test_a_resource_that_is_not_the_sends_own_cannot_be_judged() -> None:
    """Another mailbox, another channel, or no policy at all."""
    for box in (
        resource(id=ResourceId("other")),
        resource(Channel.SMS),
        resource(policies=()),
        resource(policies=None),
    ):
        verdict = pace.daily_limit(facts(resource=box), NOW)
        assert verdict is not None
        assert verdict.code == "daily_limit_unknown"


def test_test_mode_sends_fifteen_e_mails_a_day_over_all_resources() -> None:
    """Spec 5.7; other channels have no such cap, nor has live."""
    sent = tuple(sorted(NOW - timedelta(minutes=n) for n in range(15)))
    full = rehearsal(True, *sent)
    verdict = pace.daily_limit(facts(mode=Mode.TEST, testing=full), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.next_eligible) == ("rate_limit_test", sent[0] + DAY)
    fewer = rehearsal(True, *sent[1:])
    assert pace.daily_limit(facts(mode=Mode.TEST, testing=fewer), NOW) is None
    assert pace.daily_limit(facts(mode=Mode.LIVE, testing=full), NOW) is None
    assert pace.daily_limit(facts(Channel.SMS, mode=Mode.TEST, testing=full), NOW) is None


def test_two_days_between_any_touches_to_a_person() -> None:
    """To the microsecond, whatever the channel."""
    almost = facts(touches=(touch(Channel.SMS, days=2, microseconds=-1), touch(days=9)))
    verdict = pace.touch_gap(almost, NOW)
    assert verdict is not None
    assert (verdict.code, verdict.next_eligible) == ("too_recent", NOW + TICK)
    assert verdict.inputs["channel"] == "sms"
    assert pace.touch_gap(facts(touches=(touch(Channel.SMS, days=2),)), NOW) is None


def test_five_days_before_the_same_channel_again() -> None:
    """Another channel's touch does not count here."""
    email = facts(touches=(touch(days=4), touch(Channel.SMS, days=3)))
    verdict = pace.channel_cooldown(email, NOW)
    assert verdict is not None
    assert (verdict.code, verdict.next_eligible) == ("channel_cooldown", NOW + DAY)
    assert pace.channel_cooldown(facts(touches=(touch(Channel.SMS, days=3),)), NOW) is None
    assert pace.channel_cooldown(facts(touches=(touch(days=5),)), NOW) is None


def test_answers_wait_for_no_gap_and_no_cooldown() -> None:
    """Spec 2.5."""
    assert pace.touch_gap(answering(), NOW) is None
    assert pace.channel_cooldown(answering(), NOW) is None


def test_a_sends_own_attempts_do_not_hold_it() -> None:
    """A claim of the same send id is not an earlier touch."""
    own = facts(touches=(touch(send="s2", minutes=1),))
    assert pace.touch_gap(own, NOW) is None


@pytest.mark.parametrize(
    ("mode", "earlier", "counts"),
    [
        (Mode.LIVE, Mode.LIVE, True),
        (Mode.LIVE, Mode.TEST, False),
        (Mode.TEST, Mode.TEST, True),
        (Mode.TEST, Mode.LIVE, True),
        (None, Mode.TEST, True),
    ],
)
def test_a_rehearsal_does_not_hold_the_real_thing(
    mode: Mode | None, earlier: Mode, counts: bool
) -> None:
    """Nobody was reached in test mode; within it, it stands for the real thing."""
    whole = facts(mode=mode, touches=(replace(touch(minutes=1), mode=earlier),))
    assert (pace.touch_gap(whole, NOW) is not None) == counts


def test_a_touch_in_the_future_counts_too() -> None:
    """A clock that was set back."""
    ahead = Touch(at=NOW + DAY, channel=Channel.EMAIL, state=SendState.UNKNOWN, send=SendId("s0"))
    verdict = pace.touch_gap(facts(touches=(ahead,)), NOW)
    assert verdict is not None
    assert verdict.next_eligible == NOW + 3 * DAY
    assert verdict.inputs["state"] == "unknown"


def test_e_mail_waits_for_a_client_of_fourteen_days() -> None:
    """Other channels do not."""
    young = Client(status="active", active_since=NOW - 14 * DAY + TICK, credits=1)
    verdict = pace.warm_up(facts(client=young), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.next_eligible) == ("warmup_not_ready", NOW + TICK)
    assert pace.warm_up(facts(Channel.SMS, client=young), NOW) is None
    ready = replace(young, active_since=NOW - 14 * DAY)
    assert pace.warm_up(facts(client=ready), NOW) is None


def test_the_window_is_the_recipients_with_its_holidays() -> None:
    """17:00 in London on a Wednesday; Thursday is a holiday; Friday 09:00 is next."""
    five = datetime(2026, 9, 2, 16, 0, tzinfo=UTC)
    verdict = pace.local_window(facts(), five)
    assert verdict is not None
    assert verdict.code == "outside_window"
    assert verdict.next_eligible == datetime(2026, 9, 4, 8, 0, tzinfo=UTC)
    assert verdict.inputs["zones"] == ["Europe/London"]


def test_a_call_that_might_end_outside_the_window_is_not_begun() -> None:
    """17 seconds before five the window is shut already."""
    five = datetime(2026, 9, 2, 16, 0, tzinfo=UTC)
    assert pace.local_window(facts(), five - timedelta(seconds=18)) is None
    assert pace.local_window(facts(), five - timedelta(seconds=17)) is not None


def test_without_a_calendar_weekdays_are_open_and_the_verdict_says_so() -> None:
    """Design §5; a call needs a calendar (facts/reliability D)."""
    place = Recipient(zones=("Europe/London",), country="GB", number_country="GB")
    assert pace.local_window(facts(recipient=place), NOW) is None
    saturday = NOW + 3 * DAY
    whole = facts(recipient=replace(place, assumed=("zones: all of GB",)))
    hours = {**whole.rules.windows, Channel.EMAIL: Window.parse("mon-sun 09:00-17:00")}
    whole = replace(whole, rules=replace(whole.rules, windows=hours))
    verdict = pace.local_window(whole, saturday)
    assert verdict is not None
    assert verdict.inputs["assumed"] == ["zones: all of GB", pace.NO_CALENDAR]
    verdict = pace.local_window(facts(Channel.VOICE, recipient=place), NOW)
    assert verdict is not None
    assert verdict.code == "window_unknown"
    known = replace(place, holiday=holiday)
    assert pace.local_window(facts(Channel.VOICE, recipient=known), NOW) is None


def test_a_command_expires_and_may_come_too_early() -> None:
    """Both bounds belong to it; early ones know when."""
    bounds = Command(not_before=NOW, not_after=NOW + DAY, incarnation="store-1")
    whole = facts(command=bounds, resource=resource(inbox=Inbox(kind="none", accepted=True)))
    assert pace.freshness(whole, NOW) is None
    assert pace.freshness(whole, NOW + DAY) is None
    late = pace.freshness(whole, NOW + DAY + TICK)
    assert late is not None
    assert (late.code, late.next_eligible, late.lasting) == ("expired", None, False)
    early = pace.freshness(whole, NOW - TICK)
    assert early is not None
    assert (early.code, early.next_eligible) == ("too_early", NOW)


def test_a_command_of_another_store_is_refused() -> None:
    """A restored copy must not act on what its past self said (design §8)."""
    other = Command(not_before=NOW, not_after=NOW + DAY, incarnation="store-0")
    verdict = pace.freshness(facts(command=other), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.inputs["reason"]) == ("expired", "made for another store")


FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("inbox", "fresh"),
    [
        (Inbox(kind="read", watermark=NOW - FIVE), True),
        (Inbox(kind="read", watermark=NOW - FIVE - TICK), False),
        (Inbox(kind="read", watermark=NOW + FIVE), True),
        (Inbox(kind="read"), False),
        (Inbox(kind="pushed", ready=True, backlog=FIVE), True),
        (Inbox(kind="pushed", ready=True, backlog=FIVE + TICK), False),
        (Inbox(kind="pushed", ready=False, backlog=timedelta()), False),
        (Inbox(kind="none"), False),
        (Inbox(kind="none", accepted=True), True),
    ],
)
def test_a_follow_up_waits_until_answers_have_been_read(inbox: Inbox, fresh: bool) -> None:
    """Spec 6: at most 5 minutes ago; a first touch has no answer to miss, an answer has."""
    box = resource(inbox=inbox)
    for whole in (facts(resource=box), answering(resource=box)):
        verdict = pace.freshness(whole, NOW)
        assert (verdict is None) == fresh
        assert fresh or (verdict and verdict.code == "inbox_stale")
    first = facts(intent=intent(follow_up=False), resource=box)
    assert pace.freshness(first, NOW) is None
