"""Where an earlier message begins, and where a sentence only looks like it."""

import pytest

from agents.replies import attribution, lines

QUOTE = "> quoted"


def opens(text: str, *below: str) -> bool:
    return attribution.opening(lines.of_text("\n".join([text, *below])), 0) is not None


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, we wrote:",
        "Please note what I wrote on 05/01/2026:",
        "Here is what we need by 12 May 2026:",
        "Date: Wednesday 3 October",
        "From: Sydney",
        "Subject: to approval, yes.",
        "Best: Tuesday at 10:00",
        "-----",
        "original message",
    ],
)
def test_sentences_and_lone_headers_open_nothing(text: str) -> None:
    """Evidence is missing: an address, a name before the verb, a second header."""
    assert not opens(text, "and more of it")


def test_two_headers_with_evidence_open_a_quote() -> None:
    """An address and a time of day are not typed by people into such lines."""
    assert opens("Date: Wed, 16 May 2012 00:15:02 -0600", "To: max@moe.example")


def test_a_name_and_a_verb_open_a_quote_only_above_quoted_lines() -> None:
    """Without date or address the marks below decide."""
    assert opens("Jane Roe wrote:", QUOTE)
    assert not opens("Jane Roe wrote:", "not quoted")


def test_words_before_a_glued_attribution_are_the_reply() -> None:
    """Some clients put the attribution on the reply's last line."""
    found = attribution.opening(
        lines.of_text("fine--- On Wed, Apr 4, 2012 at 3:59 PM, jane@roe.example wrote:"), 0
    )
    assert found is not None
    assert found.before == "fine"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("> one", 1),
        (">> two", 2),
        ("> > two", 2),
        (" >three", 1),
        ("＞ wide", 1),
        ("JR> initials", 1),
        (">:( sad", 0),
        (">From here on", 0),
        (">>> shout <<<", 0),
        ("a > b", 0),
    ],
)
def test_quote_marks_are_told_from_other_signs(text: str, level: int) -> None:
    """Faces, escapes and decorations are no marks."""
    assert lines.of_line(text).level == level
