"""What mail servers say, and the reason that is read in it."""

import pytest

from agents.inbox.bounces import reasons
from agents.inbox.bounces.diagnosis import diagnose
from agents.inbox.values import DEAD, SENDER_SIDE, About, Class, Reason
from tests.agents.inbox import samples


@pytest.mark.parametrize("row", samples.table("server_words"), ids=lambda row: row["words"][:50])
def test_the_reason_is_what_the_words_say(row: dict[str, str]) -> None:
    """Words before codes."""
    assert diagnose(row["words"]).reason.value == row["reason"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", Reason.USER_UNKNOWN),
        ("5.1.2", Reason.DOMAIN_UNKNOWN),
        ("5.1.3", Reason.USER_UNKNOWN),
        ("5.1.6", Reason.MOVED),
        ("5.1.10", Reason.ACCEPTS_NO_MAIL),
        ("5.2.1", Reason.MAILBOX_DISABLED),
        ("5.2.2", Reason.MAILBOX_FULL),
        ("5.7.26", Reason.AUTHENTICATION_FAILED),
        ("5.7.999", Reason.POLICY),
        ("4.4.7", Reason.EXPIRED),
        ("5.0.0", None),
        ("", None),
    ],
)
def test_a_status_speaks_where_words_are_silent(status: str, reason: Reason | None) -> None:
    """RFC 3463's details, and its subjects for details that it does not know."""
    assert reasons.from_status(status) is reason


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_the_codes_that_close_an_address_are_hard(status: str) -> None:
    """facts/reliability E1: these suppress the address, with nothing else said."""
    assert diagnose("", status=status, action="failed").class_ is Class.HARD


@pytest.mark.parametrize("status", ["4.1.1", "4.2.2", "5.2.2", "4.4.7", "5.7.1", "5.0.0", "4.2.1"])
def test_the_codes_that_do_not_close_it_are_soft(status: str) -> None:
    """Full, delayed, refused for policy, unknown."""
    assert diagnose("", status=status, action="failed").class_ is Class.SOFT


def test_a_reason_is_about_the_sender_or_the_recipient_never_both() -> None:
    """What kills an address blames nobody else."""
    assert not DEAD & SENDER_SIDE


def test_the_other_sides_words_come_before_the_reporters() -> None:
    """A gateway's label repeats a digit; the reply inside the quotes is the truth."""
    said = "5.1.0 - Unknown address error 550-'5.7.1 <a@b.example>... Access denied'"
    found = diagnose(said, status="5.0.0", action="failed")
    assert (found.class_, found.status, found.about) == (Class.SOFT, "5.7.1", About.SENDER)


def test_unknown_said_to_the_text_is_a_filters_word() -> None:
    """An address refused after the text was seen is not proven dead."""
    said = "550 User unknown (in reply to end of DATA command)"
    assert diagnose(said, status="5.0.0").reason is Reason.MAILBOX_FILTERED
    assert diagnose(said, status="5.1.1").class_ is Class.HARD


def test_what_is_said_to_our_envelope_is_about_us() -> None:
    """A missing domain in answer to MAIL FROM is ours."""
    said = "550 5.1.7 No such domain (in reply to MAIL FROM command)"
    assert diagnose(said).reason is Reason.SENDER_REJECTED


def test_for_now_is_never_hard() -> None:
    """A temporary reply about an unknown user is a server in doubt."""
    assert diagnose("450 4.1.1 <a@b.example>: User unknown").class_ is Class.SOFT
    assert diagnose("User unknown", action="delayed").class_ is Class.SOFT


def test_a_link_to_a_blocklist_says_so() -> None:
    """Some replies are nothing but a link."""
    said = "553 http://www.spamhaus.org/query/bl?ip=192.0.2.1"
    assert diagnose(said, status="5.1.3").reason is Reason.SENDER_BLOCKED
