"""The readers' work grows with the size of the message, whatever it holds.

Work is counted, not timed: calls of functions, Python's own included. What a single regular
expression does inside is bounded by `test_wordings.py`.
"""

import sys
from collections.abc import Callable

import pytest

from agents.replies import intent, opt_out
from agents.replies.visible import visible_from_html, visible_reply

Shape = Callable[[int], str]

SHAPES: dict[str, Shape] = {
    "deep quotes": lambda n: "> " * n + "deep\n",
    "stairs of quotes": lambda n: "".join(">" * (i % 60) + " x\n" for i in range(n)),
    "rules": lambda n: "-----\n" * n,
    "headers": lambda n: "From: a\nTo: b\n" * n,
    "dates": lambda n: "On 5 Jan 2026 at 10:00 x\n" * n,
    "verbs": lambda n: "On 5 Jan 2026 x wrote\n" * n,
    "delimiters": lambda n: "-- \nx\n" * n,
    "footers": lambda n: "Sent from my iPhone\n" * n,
    "cards": lambda n: "Max Moe\nmax@moe.example\n" * n,
    "blank lines": lambda n: "\n" * n,
    "answers between": lambda n: "> a\nb\n" * n,
    "requests": lambda n: "stop emailing me until May\n" * n,
    "negations": lambda n: "I will not be able to not want to not receive this " * n,
    "one long word": lambda n: "a" * n + "/@",
    "brackets": lambda n: "<[(" * n,
}
PAGES: dict[str, Shape] = {
    "stray brackets": lambda n: "< " * n + ">",
    "comments": lambda n: "<!-- > " * n,
    "open elements": lambda n: "<blockquote>x" * n,
    "closed elements": lambda n: "</div>" * n,
    "quoted attributes": lambda n: '<a href=">">x' * n,
    "breaks in a quote": lambda n: "<blockquote>" + "x<br>" * n,
}


def work(call: Callable[[], object]) -> int:
    """How many function calls a call makes."""
    count = 0

    def counter(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    call()  # compiled and cached once
    sys.setprofile(counter)
    try:
        call()
    finally:
        sys.setprofile(None)
    return count


def read(text: str) -> None:
    found = visible_reply(text, sent="Hi Max, would a short call on Tuesday suit you? Reply STOP.")
    asked = opt_out.in_mail(found.text + text)
    intent.classify(found.text, asked=asked)


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_is_about_four_times_the_work(shape: str) -> None:
    """Quadratic work would be sixteen times."""
    small, large = SHAPES[shape](300), SHAPES[shape](1_200)
    assert work(lambda: read(large)) <= 6 * work(lambda: read(small)) + 2_000


@pytest.mark.parametrize("shape", PAGES)
def test_four_times_the_markup_is_about_four_times_the_work(shape: str) -> None:
    """For HTML as for text."""
    small, large = PAGES[shape](300), PAGES[shape](1_200)
    few, many = work(lambda: visible_from_html(small)), work(lambda: visible_from_html(large))
    assert many <= 6 * few + 2_000
