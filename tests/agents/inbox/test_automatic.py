"""Automatic answers told by their fields, and by their wording where fields are silent."""

import pytest

from agents.inbox import reading
from agents.inbox.values import Class, Kind, Reason
from tests.agents.inbox import samples

NOTES = samples.table("notes")


@pytest.mark.parametrize("row", NOTES, ids=lambda row: row["text"][:40])
def test_a_note_is_what_it_is(row: dict[str, str]) -> None:
    """Kind, and whether the person is gone for good."""
    found = reading.read(samples.note(row))
    assert (found.kind.value, found.gone) == (row["kind"], row["gone"] == "gone"), found.why


def test_at_least_eight_languages_are_told_by_wording_alone() -> None:
    """Notes without a field that calls them automatic."""
    silent = {row["language"] for row in NOTES if not row["fields"] and row["kind"] != "reply"}
    assert len(silent) >= 8


def test_an_absence_holds_and_a_departure_does_not() -> None:
    """A return date is no part of a departure, and both are automatic results."""
    away = reading.read(b"Date: Wed, 26 Jun 2024 10:00:00 +0200\n\nI am away until July 12.")
    gone = reading.read(
        b"Auto-Submitted: auto-replied\nDate: Wed, 26 Jun 2024 10:00:00 +0200\n\n"
        b"Kim no longer works here, since July 12."
    )
    assert (away.results[0].reason, str(away.return_date)) == (Reason.ABSENT, "2024-07-12")
    assert (gone.results[0].reason, gone.return_date) == (Reason.GONE, None)
    assert {away.results[0].class_, gone.results[0].class_} == {Class.OOO}


def test_a_stop_beside_an_absence_is_not_overlooked() -> None:
    """Where only the wording calls it automatic, a person may have written it."""
    words = b"I am out of the office until Monday. Please remove me from your list."
    written = reading.read(b"Subject: hi\n\n" + words)
    assert (written.kind, written.opt_out) == (Kind.REPLY, "yes")
    sent = reading.read(b"Auto-Submitted: auto-replied\nSubject: hi\n\n" + words)
    assert (sent.kind, sent.opt_out) == (Kind.OUT_OF_OFFICE, "doubtful")


def test_a_departure_says_whom_to_write_to() -> None:
    """A referral in an automatic answer is read like one in a person's."""
    found = reading.read(
        b"Auto-Submitted: auto-replied\n\n"
        b"Kim no longer works here. Please contact Lee at lee@firm.example instead."
    )
    assert (found.gone, found.deputy) == (True, "lee@firm.example")
    assert found.wish is not None


def test_a_quoted_notice_is_no_notice() -> None:
    """A person who answers a colleague's notice is a person."""
    raw = (
        b"Subject: Re: Kim is out of the office\n\nShall we call instead?\n\n"
        b"On Mon, 1 Jul 2024, Kim wrote:\n> I am out of the office until 8 July.\n"
    )
    assert reading.read(raw).kind is Kind.REPLY


def test_a_list_is_not_automatic_by_its_precedence() -> None:
    """People write through lists: bulk alone says nothing."""
    raw = b"Precedence: bulk\nSubject: Re: prices\nIn-Reply-To: <a@b>\n\nYes, please send them."
    assert reading.read(raw).kind is Kind.REPLY


def test_a_newsletter_answers_nothing() -> None:
    """Bulk mail that answers none of ours is not a reply."""
    raw = b"List-Unsubscribe: <mailto:x@y.example>\nSubject: News\n\nBuy now!"
    assert reading.read(raw).kind is Kind.OTHER
