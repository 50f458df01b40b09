"""What a receipt makes of a claimed send: by outcome, by vendor class, by what came before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.sender.settlement import settle
from channels.base import Capabilities, Receipt
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    LeadId,
    PersonId,
    ResourceId,
    SendId,
    TenantId,
)
from contracts.outcome import Channel, Outcome, SendState, Stage, VendorClass
from statestore.base import Send

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
SEND = Send(
    id=SendId("s"),
    tenant=TenantId("t"),
    account=AccountId("a"),
    lead=LeadId("l"),
    person=PersonId("p"),
    campaign=CampaignId("c"),
    definition=1,
    round=1,
    step=1,
    attempt=1,
    channel=Channel.EMAIL,
    address_hash=AddressHash("h"),
    resource=ResourceId("r"),
    state=SendState.CLAIMED,
    planned_at=NOW,
    not_after=NOW + timedelta(days=1),
    claimed_at=NOW,
    owner="me",
    version=3,
)


def can(kind: VendorClass, **more: object) -> Capabilities:
    return Capabilities(vendor="v", channel=Channel.EMAIL, vendor_class=kind, **more)  # type: ignore[arg-type]


NOTHING = can(VendorClass.NOTHING)
KEY = can(VendorClass.KEY, key_life=timedelta(hours=24))


def receipt(outcome: Outcome, **more: object) -> Receipt:
    return Receipt(outcome=outcome, stage=Stage.CONTENT_COMPLETE, **more)  # type: ignore[arg-type]


def test_accepted_is_sent_and_spent() -> None:
    """Quota and credit stay spent, and the fact is published."""
    done = settle(SEND, receipt(Outcome.ACCEPTED, provider_id="x"), NOTHING, NOW)
    assert (done.send.state, done.quota, done.news) == (SendState.SENT, True, "contacted")
    assert (done.send.tries, done.send.owner, done.send.provider_id) == (1, None, "x")


def test_a_definite_refusal_gives_everything_back() -> None:
    """Nothing was sent, so nothing is spent."""
    done = settle(SEND, receipt(Outcome.REFUSED), NOTHING, NOW)
    assert (done.send.state, done.quota, done.news) == (SendState.REFUSED, False, "refused")
    assert not done.dead_address


@pytest.mark.parametrize(("ours", "dead"), [(False, True), (True, False)])
def test_a_dead_recipient_closes_the_address_unless_it_is_about_us(ours: bool, dead: bool) -> None:
    """SMTP 5.1.x is about the recipient, 5.7.x about the sender."""
    done = settle(SEND, receipt(Outcome.RECIPIENT_REFUSED, about_sender=ours), NOTHING, NOW)
    assert done.dead_address is dead


def test_a_passing_refusal_is_tried_after_60_300_and_900_seconds_and_then_fails() -> None:
    """Spec 5.6; each time the slot is given back meanwhile."""
    send, waits = SEND, []
    for _ in range(3):
        done = settle(send, receipt(Outcome.DEFERRED), NOTHING, NOW)
        assert (done.send.state, done.quota, done.news) == (SendState.PLANNED, False, None)
        assert done.again is not None
        waits.append((done.again - NOW).total_seconds())
        send = replace(done.send, state=SendState.CLAIMED)
    last = settle(send, receipt(Outcome.DEFERRED, code="smtp_451"), NOTHING, NOW)
    assert waits == [60, 300, 900]
    assert (last.send.state, last.send.code) == (SendState.REFUSED, "failed_smtp_451")


def test_a_vendor_that_names_a_longer_wait_is_believed() -> None:
    """Retry-After goes before our own delay."""
    done = settle(SEND, receipt(Outcome.DEFERRED, retry_after=700.0), NOTHING, NOW)
    assert done.again == NOW + timedelta(seconds=700)


def test_what_was_not_started_is_handed_back_and_counts_as_no_try() -> None:
    """No byte of content left, so it is planned again: soon, and less soon the longer it has been
    wanted."""
    done = settle(SEND, receipt(Outcome.NOT_STARTED), NOTHING, NOW)
    assert (done.send.state, done.send.tries, done.quota) == (SendState.PLANNED, 0, False)
    assert done.again == done.send.next_try == NOW + timedelta(seconds=1)
    waits = [
        (done.again - at).total_seconds()
        for minutes in (1, 20, 600)
        for at in (NOW + timedelta(minutes=minutes),)
        if (done := settle(SEND, receipt(Outcome.NOT_STARTED), NOTHING, at)).again
    ]
    assert waits == [30, 600, 900]


@pytest.mark.parametrize("kind", [VendorClass.NOTHING, VendorClass.WEBHOOK])
def test_class_n_and_w_never_try_again_after_an_unclear_outcome(kind: VendorClass) -> None:
    """It counts as sent, and is named."""
    done = settle(SEND, receipt(Outcome.UNKNOWN), can(kind), NOW)
    assert (done.send.state, done.again) == (SendState.UNKNOWN, None)
    assert (done.quota, done.news) == (True, "unknown")


def test_class_k_tries_again_with_its_key_while_the_key_lives() -> None:
    """Within the key's life, less a margin; after it the send stays unknown."""
    done = settle(SEND, receipt(Outcome.UNKNOWN), KEY, NOW)
    assert (done.send.state, done.send.ambiguous, done.quota) == (SendState.PLANNED, True, None)
    short = can(VendorClass.KEY, key_life=timedelta(seconds=70))
    assert settle(SEND, receipt(Outcome.UNKNOWN), short, NOW).send.state is SendState.UNKNOWN
    old = replace(SEND, claimed_at=NOW - timedelta(hours=20), tries=1)
    assert settle(old, receipt(Outcome.UNKNOWN), KEY, NOW).send.state is SendState.UNKNOWN


def test_class_l_looks_twice_and_then_stays_unknown() -> None:
    """A lookup is believed after its horizon; two that find nothing end it."""
    look = can(VendorClass.LOOKUP, lookup_horizon=timedelta(minutes=5))
    send, states = SEND, []
    for _ in range(3):
        done = settle(send, receipt(Outcome.UNKNOWN), look, NOW)
        states.append(done.send.state)
        send = replace(done.send, state=SendState.CLAIMED)
    assert states == [SendState.PLANNED, SendState.PLANNED, SendState.UNKNOWN]


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.RECIPIENT_REFUSED])
def test_a_refusal_after_an_unclear_try_proves_nothing_about_it(outcome: Outcome) -> None:
    """The first try may have been taken: it stays unknown, and nothing is given back."""
    send = replace(SEND, ambiguous=True, tries=1)
    done = settle(send, receipt(outcome), KEY, NOW)
    assert (done.send.state, done.quota, done.dead_address) == (SendState.UNKNOWN, True, False)


def test_a_deferral_after_an_unclear_try_keeps_the_slot() -> None:
    """Nothing is released once a try was unclear."""
    send = replace(SEND, ambiguous=True, tries=1)
    assert settle(send, receipt(Outcome.DEFERRED), KEY, NOW).quota is None


def test_a_late_acceptance_turns_unknown_into_sent() -> None:
    """Late truth wins, and only ever into sent."""
    unknown = replace(SEND, state=SendState.UNKNOWN, ambiguous=True)
    assert settle(unknown, receipt(Outcome.ACCEPTED), NOTHING, NOW).send.state is SendState.SENT
