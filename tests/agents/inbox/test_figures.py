"""The acceptance figures of issue lines a, e and f, kept as tests (`figures.py` prints them)."""

import pytest

from agents.inbox import reading
from agents.inbox.values import Kind
from tests.agents.inbox import figures, hostile_cases, samples


@pytest.fixture(scope="module")
def answers() -> list[samples.Answer]:
    return samples.answers(samples.bounces())


def test_classes_of_reports_are_acceptable_in_99_of_100(answers: list[samples.Answer]) -> None:
    """The class of a result is one that its source accepts."""
    wrong = [(a.row["file"], a.expected["accept"], a.found) for a in answers if not a.right]
    assert len(wrong) <= 0.01 * len(answers), wrong


def test_hard_is_precise_and_complete(answers: list[samples.Answer]) -> None:
    """An address called dead is dead, and few dead ones are missed."""
    hard = samples.hard(answers)
    assert hard.precise[0] >= 0.99 * hard.precise[1]
    assert hard.recalled[0] >= 0.97 * hard.recalled[1]


def test_each_half_of_the_reports_is_as_good(answers: list[samples.Answer]) -> None:
    """Neither half of the corpus, by which the rules were first written, is favoured."""
    for first in (True, False):
        half = [a for a in answers if samples.first_half(a.row) is first]
        assert sum(a.right for a in half) >= 0.99 * len(half)


def test_every_message_of_a_mailbox_gives_its_results(answers: list[samples.Answer]) -> None:
    """Several reports in one file are all read, none invented."""
    for row in samples.bounces():
        found = reading.read(row["raw"])
        assert len(found.results) == len(row["results"]), row["file"]


def test_recipients_are_those_that_the_source_names() -> None:
    """Several recipients of one report come back one by one."""
    for row in samples.bounces():
        if row["recipients"]:
            found = {result.recipient for result in reading.read(row["raw"]).results}
            assert found == set(row["recipients"])


def test_people_machines_and_mail_systems_are_told_apart() -> None:
    """No automatic answer is taken for a reply, no reply for a bounce or an automatic answer."""
    assert figures.told_apart() == []


def test_odd_broken_and_hostile_messages_are_read() -> None:
    """None raises, and no odd message is refused."""
    assert figures.read_all() == []


def test_odd_messages_keep_their_text() -> None:
    """Every odd message that has inline text shows some of it."""
    silent = [
        row["source_path"]
        for row in samples.broken()
        if not reading.read(row["raw"]).visible_text and b"text/" in row["raw"].lower()
    ]
    # A signature alone, a drawn rule alone, an attachment alone: nobody wrote anything.
    assert len(silent) <= 3, silent


def test_return_dates_are_right() -> None:
    """At least sixty sentences in eight languages, all right."""
    rows = samples.table("absences")
    assert len(rows) >= 60
    assert len({row["language"] for row in rows}) >= 8
    assert figures.return_dates() == []


WORST = dict(hostile_cases.WORST)


@pytest.mark.parametrize("name", WORST)
def test_a_worst_case_is_read_or_refused_by_name(name: str) -> None:
    """Whatever was built to keep the reader busy ends, and is never cut short in silence."""
    found = reading.read(WORST[name]())
    assert found.why
    assert not found.refused or found.kind is Kind.OTHER


@pytest.mark.parametrize("first", [True, False])
def test_the_text_beside_a_large_attachment_is_read(first: bool) -> None:
    """25 MB of attachment hide no opt-out."""
    found = reading.read(hostile_cases.attached(25, first=first))
    assert (found.opt_out, found.refused) == ("yes", "")


def test_an_answer_below_a_long_quote_is_read() -> None:
    """Text is not cut off where it grows long."""
    quote = b"> a line of the earlier message\n" * 100_000
    found = reading.read(hostile_cases.TEXT + quote + hostile_cases.STOP)
    assert (found.opt_out, found.visible_text) == ("yes", hostile_cases.STOP.decode().strip())
