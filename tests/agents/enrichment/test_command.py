"""`leadwire pipeline --tables`: what it names is asked, and what it does not serve is said."""

import json
from pathlib import Path

import pytest

from tests.agents.cli.place import DECLARED, Place
from tests.agents.enrichment.test_table import CRM, DESCRIPTION
from tests.agents.enrichment.test_through_wiring import BAKERY


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A folder with a lead and a described table."""
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path)
    place.write("leads.jsonl", json.dumps(BAKERY))
    place.write("crm.csv", CRM)
    place.write("crm.toml", DESCRIPTION)
    rival = DECLARED.replace('"harbour"', '"rival"')
    place.write("declared.toml", rival)
    return place


def found(place: Place, *words: str) -> tuple[str | None, str]:
    """The e-mail that a run finds, and what it says on stderr."""
    flags = ("--out", "out", "--tables", "crm.toml", "--skip", "landing", *words)
    done = place.run("pipeline", "leads.jsonl", *flags, LEADWIRE_CONFIG="declared.toml")
    assert done.exit_code == 0, done.output
    (row,) = [json.loads(line) for line in Path("out/enriched.jsonl").read_text().splitlines()]
    return row["enrichment"].get("email"), done.stderr


def test_a_run_that_names_no_client_asks_the_table(place: Place) -> None:
    assert found(place)[0] == "info@bakery.example"


def test_another_clients_table_is_not_asked_and_the_run_says_so(place: Place) -> None:
    email, said = found(place, "--client", "rival")
    assert email is None
    assert "note: table:crm holds data of client harbour, and this run is of rival" in said
