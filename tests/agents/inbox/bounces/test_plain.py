"""Recipients and words in reports that are nothing but text."""

import pytest

from agents.inbox.bounces import plain


def named(text: str, *excluded: str) -> list[str]:
    return [mention.recipient for mention in plain.mentions(text, frozenset(excluded))]


@pytest.mark.parametrize(
    "text",
    [
        "<a@b.example>:\nUser unknown",
        "  a@b.example\n    mailbox full",
        "There was an error delivering your mail to <a@b.example>.",
        "550 5.1.1 <a@b.example>... User unknown",
        "Recipient address: a@b.example",
        " * a@b.example",
        "a@b.example: Envelope expired",
        "Delivery failed 20 attempts: a@b.example",
        "送信先: a@b.example",
    ],
)
def test_a_recipient_is_found_by_where_it_stands(text: str) -> None:
    """At the beginning of a line, or after words that introduce it."""
    assert named(text) == ["a@b.example"]


def test_other_addresses_are_no_recipients() -> None:
    """Senders, postmasters and the report's own reader."""
    text = "MAIL FROM: us@ours.example\nRCPT TO: a@b.example\nask postmaster@b.example"
    assert named(text) == ["a@b.example"]
    assert named("<us@ours.example>:\n<a@b.example>:", "us@ours.example") == ["a@b.example"]


def test_each_recipient_keeps_its_own_words() -> None:
    """Words between two recipients belong to the first."""
    found = plain.mentions("<a@b.example>: User unknown\n<c@d.example>: Mailbox full\n")
    assert [m.words for m in found] == [
        "<a@b.example>: User unknown",
        "<c@d.example>: Mailbox full\n",
    ]


def test_a_transcript_gives_command_and_reply() -> None:
    """Both ways in which servers write them down."""
    assert plain.session(">>> RCPT To:<a@b>\n<<< 550 no\n") == (">>> RCPT", "550 no")
    assert plain.session(" In:  DATA\n Out: 354 go\n Out: 451 4.3.0 no\n") == (
        ">>> DATA",
        "451 4.3.0 no",
    )
    assert plain.session("Sent <<< RCPT TO:<a@b>\nReceived >>> 550 no\n") == (">>> RCPT", "550 no")
    assert plain.session("nothing of it") == ("", "")


def test_what_every_report_says_is_left_out() -> None:
    """Polite sentences hide the cause."""
    text = "Hi. This is the qmail-send program.\nYou can delete your own text.\nUser unknown"
    assert plain.telling(text) == "User unknown"
