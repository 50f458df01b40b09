"""Where a report ends and the returned message begins."""

import pytest

from agents.inbox.bounces import original

RETURNED = "Received: by x\nMessage-ID: <s1@ours.example>\nTo: a@b.example\nSubject: Hi\n\nHello"


@pytest.mark.parametrize(
    "divider",
    [
        "--- Below this line is a copy of the message.\n\n",
        "----- Original message -----\n\n",
        "------ This is a copy of the message, including all the headers. ------\n\n",
        "Message headers follow.\n\n",
        "-------original message\n",
        "--- Mensaje original adjunto.\n\n",
        "---- START OF RETURNED MESSAGE ----\n",
        "",
    ],
)
def test_the_cut_is_found(divider: str) -> None:
    """By the divider's words, or by the header alone."""
    own, returned = original.split(f"It failed.\n\n{divider}{RETURNED}")
    assert own.strip() == "It failed."
    found = original.from_text(returned)
    assert (found.message_ids, found.recipients) == (("s1@ours.example",), ("a@b.example",))


def test_delivery_status_fields_are_no_message() -> None:
    """They look like a header, and are the report itself."""
    text = "It failed.\n\nReporting-MTA: dns; x\nReceived-From-MTA: dns; y\nArrival-Date: today\n"
    assert original.split(text) == (text, "")


def test_prose_that_speaks_of_a_message_is_kept() -> None:
    """A divider is followed by a message, or by nothing."""
    text = "Your message could not be delivered.\nThe mailbox is full, says the other side.\n"
    assert original.split(text) == (text, "")
