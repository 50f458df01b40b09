"""`leadwire review`: leads whose findings wait for a person, and what becomes of them."""

from typing import Any

import pytest

from agents.cli import session
from agents.doing import DoingTurn
from agents.enrichment.agent import Enrichment
from bus.codec import decode
from contracts import lead, registry
from tests.agents.cast import Cast
from tests.agents.cli.place import Place
from tests.agents.enrichment.test_agent import routed
from tests.agents.enrichment.values import Told, finding
from tests.agents.stage import START, delivered

CLEAR = finding("company.employees", 12, "table:crm", at=START)
DOUBTFUL = finding(
    "email",
    "desk@blue-door.example",
    "table:crm",
    at=START,
    doubt="row 1 fits by domain, row 2 by phone",
)


@pytest.fixture
def waiting(place: Place) -> Place:
    """One lead waits."""
    place.run("migrate")
    assert place.apply().exit_code == 0

    async def enrich(cast: Cast) -> None:
        source = Told("table:crm", [CLEAR, DOUBTFUL])
        turn: DoingTurn[Any, Any] = DoingTurn(Enrichment([source]), cast.table.commits)
        await turn([delivered(routed())])
        await turn.drain(30)

    place.play(enrich)
    return place


def said(place: Place) -> list[lead.Enriched]:
    """What was published of them."""
    found = place.published("lead.enriched")
    return [registry.payload(decode(one.message), lead.Enriched) for one in found]


def test_what_waits_is_listed_and_shown_with_its_evidence(waiting: Place) -> None:
    (row,) = waiting.json("review", "list", "--json")
    assert (row["lead"], row["client"], row["fields"]) == ("lead-1", "harbour", "email")
    (shown,) = waiting.json("review", "show", "lead-1", "--json")
    assert shown == {
        "field": "email",
        "value": "desk@blue-door.example",
        "why": "row 1 fits by domain, row 2 by phone",
        "source": "table:crm",
        "evidence": "desk@blue-door.example",
        "place": "table:crm:1",
    }
    assert "email" in waiting.run("review", "list").stdout


def test_explain_says_that_it_waits_and_for_what(waiting: Place) -> None:
    (story,) = waiting.json("explain", "lead-1", "--json")
    assert story["next"] == ("Waits for a person to look at email: `leadwire review show lead-1`.")
    (line,) = story["lines"]
    assert "A person has to look: email: row 1 fits by domain, row 2 by phone." in line["text"]


def test_accepted_findings_count_and_the_lead_goes_on(waiting: Place) -> None:
    assert waiting.run("review", "accept", "lead-1").stdout == "accepted; lead lead-1 goes on\n"
    (found,) = said(waiting)
    assert found.enrichment.email == "desk@blue-door.example"
    assert found.enrichment.company == {"employees": 12}
    assert found.enrichment.needs_review == ()
    assert "1 doubtful findings accepted by a person" in found.enrichment.notes


def test_corrected_findings_are_a_persons_word(waiting: Place) -> None:
    done = waiting.run("review", "correct", "lead", "email=Hello@Blue-Door.example", "employees=15")
    assert done.exit_code == 0, done.output
    (found,) = said(waiting)
    assert found.enrichment.email == "Hello@Blue-Door.example"
    assert found.enrichment.sources["email"] == "person"
    assert found.enrichment.evidence["email"] == "corrected by tester"
    assert found.enrichment.company["employees"] == "15"
    assert [one.value for one in found.enrichment.contradictions] == [12]


def test_dropped_findings_are_gone_and_the_clear_ones_stay(waiting: Place) -> None:
    assert waiting.run("review", "drop", "lead-1").exit_code == 0
    (found,) = said(waiting)
    assert found.enrichment.email is None
    assert found.enrichment.company == {"employees": 12}


def test_a_decision_is_made_once(waiting: Place) -> None:
    assert waiting.run("review", "drop", "lead-1").exit_code == 0
    again = waiting.run("review", "accept", "lead-1")
    assert again.exit_code == session.NOTHING
    assert "0 leads that wait match 'lead-1'" in again.stderr
    assert len(said(waiting)) == 1
    assert waiting.run("review", "list").exit_code == session.NOTHING


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["email"], "write FIELD=VALUE; fields are"),
        (["mail=x@y.example"], "write FIELD=VALUE; fields are"),
        (["email=images@2x"], "email: 'images@2x' cannot be right"),
        (["phone=12"], "phone: '12' cannot be right"),
    ],
)
def test_a_correction_that_cannot_be_right_changes_nothing(
    waiting: Place, values: list[str], words: str
) -> None:
    done = waiting.run("review", "correct", "lead-1", *values)
    assert done.exit_code == session.USAGE
    assert words in done.stderr
    assert len(waiting.json("review", "list", "--json")) == 1


def test_what_was_erased_cannot_be_accepted(waiting: Place) -> None:
    assert waiting.run("leads", "erase", "lead-1", "--reason", "asked", "--yes").exit_code == 0
    done = waiting.run("review", "accept", "lead-1")
    assert (done.exit_code, done.stderr) == (session.NOTHING, "what was found was erased\n")


def test_nothing_waits_in_an_empty_place(place: Place) -> None:
    place.run("migrate")
    done = place.run("review", "list", "--json")
    assert (done.exit_code, done.stderr) == (session.NOTHING, "nothing waits\n")
