"""Requests to be left alone, their near misses, and what is doubtful."""

import pytest

from agents.replies import words
from agents.replies.opt_out import in_mail, in_message
from tests.agents.replies import samples


@pytest.mark.parametrize(
    "one", samples.requests(), ids=lambda one: f"{one.language} {one.text[:40]}"
)
def test_own_phrasings_and_near_misses_are_answered(one: samples.Request) -> None:
    """Several hundred in sixteen languages, half of them near misses."""
    assert in_mail(one.text, one.subject).answer == one.answer


def test_there_are_enough_phrasings_and_half_are_near_misses() -> None:
    """At least 120 in at least eight languages."""
    every = samples.requests()
    near = [one for one in every if one.answer == "no"]
    assert len(every) >= 120
    assert len({one.language for one in every}) >= 8
    assert 0.45 <= len(near) / len(every) <= 0.55


def test_harmless_messages_raise_no_alarm() -> None:
    """Five hundred text messages, among them advertisements that say how to stop them."""
    rows = samples.jsonl("sms_not_optout.jsonl")
    assert [row["text"] for row in rows if in_message(row["text"]).answer != "no"] == []


@pytest.mark.parametrize("line", (samples.FOLDER / "offers.txt").read_text("utf-8").splitlines())
def test_a_senders_footer_is_no_request(line: str) -> None:
    """Even where a quote could not be told from the reply, a footer's offer asks for nothing."""
    assert in_mail(f"Sounds good.\n\n{line}").answer != "yes"


def test_our_subject_behind_re_is_ours() -> None:
    """A reply repeats our subject; "unsubscribe" as a new one is the person's."""
    assert in_mail("Tell me more.", "Re: Stop losing customers").answer == "no"
    assert in_mail("", "AW: Stop losing customers").answer == "no"
    assert in_mail("", "unsubscribe").answer == "yes"
    assert in_mail("Thanks", "Re: please remove me from your list").answer == "yes"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Please do not email me until September.", "for a time"),
        ("Stop sending me emails, call me instead.", "something else"),
        ("I will block you.", "sounds like"),
        (
            "The page is slow. Stop. The footer is wrong, the logo too, and the fonts.",
            "among other",
        ),
    ],
)
def test_a_doubtful_one_says_why(text: str, reason: str) -> None:
    """Doubtful pauses, so a person must see what was doubted."""
    found = in_mail(text)
    assert found.answer == "doubtful"
    assert reason in found.why
    assert found.words


def test_the_words_are_shown_as_they_were_typed() -> None:
    """With their capitals and accents, not in the folded form that was compared."""
    assert in_mail("Bonjour,\nNe M'ENVOYEZ plus rien, merci.").words == "Ne M'ENVOYEZ plus"


def test_words_of_different_sentences_make_no_request() -> None:
    """A pattern never crosses a sentence."""
    assert in_mail("Nothing to remove.\n\nMe, I like it. From your list I take two.").answer == "no"


def test_a_keyword_of_another_vendor_stops_all_the_same() -> None:
    """The vendor will not act on it; we do, and say so."""
    found = in_message("END", vendor="onesignal")
    assert (found.answer, "none of onesignal's" in found.why) == ("yes", True)


def test_help_and_start_are_no_requests() -> None:
    """Although they are keywords."""
    assert in_message("HELP").answer == "no"
    assert in_message("START").answer == "no"


def test_a_request_deep_in_a_long_text_is_found() -> None:
    """Long texts are read block by block, to the end."""
    text = "The shop is open. The page is slow.\n" * 4_000
    assert in_mail(text).answer == "no"
    assert in_mail(f"{text}Please remove me from your list.\n{text}").answer == "yes"


def test_every_language_has_requests() -> None:
    """The tables are complete: each language has wordings and bare requests."""
    assert all(found.wordings and found.exact for found in words.REQUESTS.values())
