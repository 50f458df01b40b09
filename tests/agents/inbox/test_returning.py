"""First days back and deputies, from the words of absence notices."""

from datetime import datetime

import pytest

from agents.inbox import dates, returning
from agents.inbox.dates import Locale
from tests.agents.inbox import figures, samples

WEDNESDAY = datetime.fromisoformat("2024-06-26T10:00:00+02:00")


@pytest.mark.parametrize("row", samples.table("absences"), ids=lambda row: row["words"][:50])
def test_the_first_day_back_is_found(row: dict[str, str]) -> None:
    """Against the day on which the notice was written, by the writer's locale."""
    assert figures.day_of(row) == row["back"]


@pytest.mark.parametrize("row", samples.table("deputies"), ids=lambda row: row["words"][:50])
def test_the_deputy_is_found(row: dict[str, str]) -> None:
    """The address that is named, else the name."""
    assert returning.read(row["words"], written=None).deputy == row["deputy"]


def test_the_writers_own_address_is_no_deputy() -> None:
    """ "You can reach me at" names nobody else."""
    words = "I am away. Please contact me at kim@firm.example when I am back."
    assert returning.read(words, written=None, sender="Kim@Firm.example").deputy == ""


def test_without_a_date_nothing_is_reckoned() -> None:
    """No clock is asked."""
    found = returning.read("Back on Monday.", written=None)
    assert (found.day, found.why) == (None, ("no date to reckon from",))


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("01/09", "dm", "2024-09-01"),
        ("01/09", "md", "2025-01-09"),
        ("13/09", "md", "2024-09-13"),
        ("09/13", "dm", "2024-09-13"),
        ("Monday 01/07", "md", "2024-07-01"),
        ("from 24/06 to 01/07", "md", "2024-07-01"),
        ("1.9.", "md", "2024-09-01"),
        ("31/06", "dm", None),
        ("12:30", "dm", None),
        ("192.0.2.1", "dm", None),
        ("0151/12345", "dm", None),
    ],
)
def test_numbers_are_read_by_the_better_evidence(text: str, order: str, day: str | None) -> None:
    """Other dates and weekdays in the text before the sender's locale."""
    found = dates.mentions(text, WEDNESDAY.date(), Locale(order, "as the test says"))
    assert (str(found[-1].day) if found else None) == day


def test_a_date_long_past_is_not_next_years() -> None:
    """A notice that was left on says nothing about the future."""
    found = returning.read("I am away until June 3.", written=WEDNESDAY)
    assert found.day is None
    assert "has passed" in found.why[0]


def test_the_reason_names_what_was_assumed() -> None:
    """Somebody can see why a day was chosen."""
    found = returning.read("Away until 01/09.", written=WEDNESDAY, sender="a@example.co.uk")
    assert found.why == ("back 2024-09-01: until '01/09' (dm by the sender's domain .uk)",)
