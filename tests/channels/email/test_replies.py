"""What a server says at a step, told apart by whom it is about."""

import pytest

from channels.email import replies
from channels.email.replies import Reply, Step
from contracts.outcome import Outcome, Stage

ACCEPTED, REFUSED, NOBODY = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.RECIPIENT_REFUSED
DEFERRED, UNKNOWN = Outcome.DEFERRED, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("step", "said", "outcome", "about_sender"),
    [
        (Step.RCPT, "550 5.1.1 <kim@bakery.example>: User unknown", NOBODY, False),
        (Step.RCPT, "550 5.1.2 bad destination system", NOBODY, False),
        (Step.RCPT, "553 5.1.3 bad syntax", NOBODY, False),
        (Step.RCPT, "550 5.1.10 null MX", NOBODY, False),
        (Step.CONTENT, "550 5.1.1 no such user", NOBODY, False),
        (Step.RCPT, "550 5.1.7 bad sender address", REFUSED, True),
        (Step.RCPT, "550 5.1.8 sender domain not found", REFUSED, True),
        (Step.RCPT, "550 5.2.1 account disabled", NOBODY, False),
        (Step.RCPT, "550 5.2.1 receiving mail too quickly", REFUSED, False),
        (Step.RCPT, "552 5.2.2 mailbox full", REFUSED, False),
        (Step.RCPT, "550 5.7.1 access denied", REFUSED, True),
        (Step.CONTENT, "550 5.7.515 Access denied, DMARC", REFUSED, True),
        (Step.RCPT, "550 No such user here", NOBODY, False),
        (Step.RCPT, "550 Requested action not taken: mailbox unavailable", REFUSED, False),
        (Step.RCPT, "550 The email account that you tried to reach does not exist", NOBODY, False),
        (Step.RCPT, "554 Relay access denied", REFUSED, True),
        (Step.RCPT, "550 blocked using zen.spamhaus.org; no such user", REFUSED, True),
        (Step.RCPT, "530 Authentication required", REFUSED, True),
        (Step.RCPT, "450 4.2.1 try later", DEFERRED, False),
        (Step.RCPT, "451 4.7.1 greylisted", DEFERRED, False),
        (Step.GREETING, "554 no service here", REFUSED, True),
        (Step.GREETING, "421 too busy", DEFERRED, False),
        (Step.AUTH, "535 5.7.8 wrong password", REFUSED, True),
        (Step.AUTH, "454 4.7.0 later", DEFERRED, True),
        (Step.MAIL, "550 5.1.8 sender unknown", REFUSED, True),
        (Step.MAIL, "552 5.3.4 message too big", REFUSED, False),
        (Step.DATA, "250 what", DEFERRED, False),
        (Step.CONTENT, "250 2.0.0 Ok", ACCEPTED, False),
        (Step.CONTENT, "451 4.3.0 disk full", DEFERRED, False),
        (Step.CONTENT, "554 5.6.0 content rejected", REFUSED, False),
        (Step.CONTENT, "354 again?", UNKNOWN, False),
    ],
)
def test_a_reply_means_what_its_step_and_code_say(
    step: Step, said: str, outcome: Outcome, about_sender: bool
) -> None:
    """Enhanced codes before words, words before the bare code."""
    code, _, words = said.partition(" ")
    receipt = replies.receipt(Reply(int(code), (words,)), step, Stage.ENVELOPE)
    assert (receipt.outcome, receipt.about_sender) == (outcome, about_sender)
    assert receipt.diagnostic == words


@pytest.mark.parametrize(
    ("step", "said", "unaddressed"),
    [
        (Step.GREETING, "554 your address is listed", True),
        (Step.AUTH, "535 5.7.8 wrong password", True),
        (Step.AUTH, "454 4.7.0 later", True),
        (Step.MAIL, "553 5.7.1 sender address rejected: not owned by user", True),
        (Step.MAIL, "552 5.3.4 message too big", False),
        (Step.MAIL, "553 5.6.7 no SMTPUTF8 here", False),
        (Step.RCPT, "530 5.7.0 authentication required", True),
        (Step.RCPT, "550 5.7.1 access denied", False),
        (Step.RCPT, "451 4.7.1 greylisted", False),
        (Step.CONTENT, "550 5.7.1 looks like spam", False),
    ],
)
def test_what_every_message_would_be_told_is_known(
    step: Step, said: str, unaddressed: bool
) -> None:
    """Before anybody was named, and where a log-in is wanted: the lead has no part in it."""
    code, _, words = said.partition(" ")
    receipt = replies.receipt(Reply(int(code), (words,)), step, Stage.ENVELOPE)
    assert receipt.unaddressed is unaddressed


def test_the_code_names_status_and_enhanced_status() -> None:
    """Machine readable, with or without the enhanced one."""
    coded = replies.receipt(Reply(550, ("5.1.1 nobody",)), Step.RCPT, Stage.ENVELOPE)
    plain = replies.receipt(Reply(550, ("nobody",)), Step.RCPT, Stage.ENVELOPE)
    assert (coded.code, plain.code) == ("smtp_550_5.1.1", "smtp_550")


@pytest.mark.parametrize(
    ("words", "queue_id"),
    [
        ("2.0.0 Ok: queued as 4Xy7Zz1Q2wz", "4Xy7Zz1Q2wz"),
        ("2.6.0 <m@x.example> Queued mail for delivery", None),
        ("OK id=1rTf3a-0001Xy-2B", None),
        ("ok", None),
    ],
)
def test_the_queue_id_is_kept_where_it_is_named(words: str, queue_id: str | None) -> None:
    """It is what the server's operator asks for."""
    receipt = replies.receipt(Reply(250, (words,)), Step.CONTENT, Stage.CONTENT_COMPLETE)
    assert receipt.provider_id == queue_id


def test_a_servers_words_are_cut_and_cleaned() -> None:
    """No control character and no novel reaches a record."""
    said = Reply(550, ("5.3.0 a\x00b\x1b[31m", "x" * 2000))
    receipt = replies.receipt(said, Step.RCPT, Stage.ENVELOPE)
    assert len(receipt.diagnostic) == 500
    assert receipt.diagnostic.isprintable()
