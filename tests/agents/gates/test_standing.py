"""May anything be sent here at all: lead status, subscription, credits, campaign, permission."""

from dataclasses import replace
from typing import Any

import pytest

from agents.gates import standing
from agents.gates.facts import Answers, Approval, Campaign, Client, Content, Permission
from contracts.ids import MessageId, StopId
from contracts.outcome import Channel, Status, StopReason
from tests.agents.gates.values import NOW, answering, facts, intent, read, stop

OVER = {
    Status.UNSUBSCRIBED,
    Status.DO_NOT_CONTACT,
    Status.BOUNCED,
    Status.CONVERTED,
    Status.CLOSED,
}


@pytest.mark.parametrize("status", Status)
def test_the_cadence_needs_a_lead_in_sequence(status: Status) -> None:
    """Spec 6: the code ends in the status found; some statuses end the send for good."""
    verdict = standing.lead_status(facts(status=status), NOW)
    if status is Status.IN_SEQUENCE:
        assert verdict is None
        return
    assert verdict is not None
    assert verdict.code == f"lead_status_{status.value}"
    assert verdict.lasting == (status in OVER)


@pytest.mark.parametrize("status", Status)
def test_an_answer_needs_somebody_who_responded_or_is_engaged(status: Status) -> None:
    """Spec 2.5."""
    verdict = standing.lead_status(answering(status=status), NOW)
    allowed = status in (Status.RESPONDED, Status.ENGAGED)
    assert (verdict is None) == allowed
    assert allowed or (verdict and verdict.code == f"lead_status_{status.value}")


def test_an_answer_names_its_message_and_none_goes_to_an_automatic_one() -> None:
    """Spec 2.5."""
    nameless = answering(intent=intent(purpose="answer"))
    verdict = standing.lead_status(nameless, NOW)
    assert verdict is not None
    assert verdict.code == "lead_status_unknown"
    message = Answers(message=MessageId("m1"), automatic=True, passes=StopId("pause"))
    automatic = answering(intent=intent(purpose="answer", answers=message))
    verdict = standing.lead_status(automatic, NOW)
    assert verdict is not None
    assert (verdict.code, verdict.lasting) == ("lead_status_automatic_answer", True)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (StopReason.RESPONDED, "responded"),
        (StopReason.MEETING_BOOKED, "engaged"),
        (StopReason.CONVERTED, "converted"),
        (StopReason.NEGATIVE_SENTIMENT, "do_not_contact"),
        (StopReason.MERGED, "closed"),
    ],
)
def test_a_stop_of_the_lead_speaks_before_its_record_does(reason: StopReason, status: str) -> None:
    """Written with the news, while the record still says in sequence."""
    about = intent()
    whole = facts(stops=read(about, stop("lead:l1", reason)))
    verdict = standing.lead_status(whole, NOW)
    assert verdict is not None
    assert verdict.code == f"lead_status_{status}"


def test_of_several_news_of_a_lead_the_strongest_is_named() -> None:
    """As the lifecycle would: a sale wins over the answer before it."""
    about = intent()
    answer = stop("lead:l1", StopReason.RESPONDED, id="a")
    sale = replace(stop("lead:l1", StopReason.CONVERTED, id="b"), at=NOW)
    for found in ((answer, sale), (sale, answer)):
        verdict = standing.lead_status(facts(stops=read(about, *found)), NOW)
        assert verdict is not None
        assert verdict.code == "lead_status_converted"


@pytest.mark.parametrize(
    ("status", "passes"),
    [("active", True), ("trialing", True), ("paused", False), ("cancelled", False), ("", False)],
)
def test_the_client_is_active_or_trialing(status: str, passes: bool) -> None:
    """Spec 6, subscription."""
    verdict = standing.subscription(facts(client=Client(status=status)), NOW)
    assert (verdict is None) == passes
    assert passes or (verdict and verdict.code == "subscription_inactive")


@pytest.mark.parametrize(
    ("left", "price", "passes"),
    [(1, 1, True), (0, 1, False), (-1, 1, False), (2, 3, False), (3, 3, True), (0, 0, False)],
)
def test_credits_are_more_than_none_and_cover_the_price(
    left: int, price: int, passes: bool
) -> None:
    """Spec 6: more than 0, whatever the channel costs."""
    whole = facts(client=Client(credits=left))
    rules = replace(whole.rules, credit_price={Channel.EMAIL: price})
    verdict = standing.credits(replace(whole, rules=rules), NOW)
    assert (verdict is None) == passes
    assert passes or (verdict and verdict.code == "no_credits")


def test_a_send_that_reserved_its_credit_is_not_asked_again() -> None:
    """A second attempt after the last credit was taken by the first."""
    assert standing.credits(facts(client=Client(credits=0), reserved_at=NOW), NOW) is None


@pytest.mark.parametrize(
    ("status", "lasting"), [("paused", False), ("completed", True), ("cancelled", True)]
)
def test_the_campaign_is_active(status: str, lasting: bool) -> None:
    """Spec 6; a pause holds, an end is for good."""
    campaign = Campaign(status=status, permission=Permission.COPILOT)
    verdict = standing.campaign(facts(campaign=campaign), NOW)
    assert verdict is not None
    assert (verdict.code, verdict.lasting) == ("campaign_inactive", lasting)


YES, NO = Approval(content_hash="h"), Approval(content_hash="h", approved=False)
OTHER = Approval(content_hash="other")
OTHER_NO = Approval(content_hash="other", approved=False)
RELEASED = Approval(content_hash="h", released=True)


@pytest.mark.parametrize(
    ("permission", "approval", "needs", "code"),
    [
        (Permission.MANUAL, None, False, "manual_mode"),
        (Permission.MANUAL, YES, False, "manual_mode"),
        (Permission.MANUAL, RELEASED, False, None),
        (Permission.MANUAL, replace(RELEASED, content_hash="other"), False, "manual_mode"),
        (Permission.MANUAL, replace(RELEASED, approved=False), False, "manual_mode"),
        (Permission.COPILOT, None, False, "not_approved"),
        (Permission.COPILOT, OTHER, False, "not_approved"),
        (Permission.COPILOT, NO, False, "not_approved"),
        (Permission.COPILOT, YES, False, None),
        (Permission.AUTOPILOT, None, False, None),
        (Permission.AUTOPILOT, OTHER, False, None),
        (Permission.AUTOPILOT, OTHER_NO, False, None),
        (Permission.AUTOPILOT, NO, False, "not_approved"),
        (Permission.AUTOPILOT, YES, True, None),
        (Permission.AUTOPILOT, None, True, "not_approved"),
        (Permission.AUTOPILOT, OTHER, True, "not_approved"),
    ],
)
def test_an_approval_is_bound_to_a_content_hash(
    permission: Permission, approval: Approval | None, needs: bool, code: str | None
) -> None:
    """Manual: a person sends; co-pilot: a person approves each; autopilot: unless declined, and
    generated mail never without approval (spec 8.5)."""
    whole = facts(
        campaign=Campaign(status="active", permission=permission),
        content=Content(hash="h", needs_approval=needs),
        approval=approval,
    )
    verdict = standing.permission(whole, NOW)
    assert (verdict.code if verdict else None) == code
    if verdict is not None:
        assert not verdict.lasting
        assert verdict.inputs["declined"] == (approval is not None and not approval.approved)
        assert verdict.inputs["approved_hash"] == (approval.content_hash if approval else None)


@pytest.mark.parametrize("name", ["copilot", "co-pilot", "co_pilot"])
def test_co_pilot_has_several_spellings(name: str) -> None:
    """As people write it."""
    assert Permission(name) is Permission.COPILOT


def test_an_unknown_permission_mode_is_no_mode() -> None:
    """It cannot be built."""
    unknown: Any = "autopilote"
    with pytest.raises(ValueError, match="autopilote"):
        Permission(unknown)
