"""Enrichment within the pipeline: sources fill gaps and change nothing, one that fails is named,
and the report shows what was found by whom, before and after."""

import json
from pathlib import Path
from typing import Any

import pytest

from agents import wiring
from agents.enrichment import table
from agents.enrichment.base import Answer, Card, Source, SourceFailed, Subject
from agents.pipeline.runner import Options, through
from agents.pipeline.stages import Enrichment, Scoring
from agents.scoring.profile import ClientProfile
from tests.agents.pipeline.test_bad_input import written
from tests.agents.pipeline.test_listings import lines, run

ROWS: list[dict[str, Any]] = [
    {"dedup_key": "k1", "business_name": "Red Gate", "website": "https://red-gate.example",
     "address": "1 Elm Street", "city": "Chicago", "country": "US"},
    {"dedup_key": "k2", "business_name": "Blue Door", "website": "https://blue-door.example",
     "email": "own@blue-door.example", "country": "US"},
    {"dedup_key": "k3", "business_name": "Nobody's", "website": "https://nobody.example"},
]  # fmt: skip
TABLE = """
client = "local"
name = "customers"
file = "customers.csv"
[match]
domain = "Site"
[fields]
email = "Mail"
"company.employees" = "Staff"
"""
CUSTOMERS = (
    "Site,Mail,Staff\n"
    "red-gate.example,office@red-gate.example,40\n"
    "blue-door.example,other@blue-door.example,\n"
)


class Away(Source):
    """A source that cannot answer today."""

    card = Card(name="away", adds=frozenset({"phone"}), ceiling=0.9)

    async def find(self, subject: Subject) -> Answer:
        raise SourceFailed("nobody answers at away.example; try again tomorrow")


@pytest.fixture
def customers(tmp_path: Path) -> table.TableSource:
    """A client's own table."""
    (tmp_path / "customers.toml").write_text(TABLE)
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    return table.TableSource(table.described(tmp_path / "customers.toml"))


async def test_a_source_fills_gaps_and_changes_nothing(customers: table.TableSource) -> None:
    """What the table adds raises confidence and score; what came in stands."""
    profile = ClientProfile()
    stages = (Enrichment(profile, [customers]), Scoring(profile))
    alone = await through(ROWS, Options(stages=(Enrichment(profile), Scoring(profile))))
    result = await through(ROWS, Options(stages=stages))
    first, second, third = result.enriched_leads
    assert first["enrichment"]["email"] == "office@red-gate.example"
    assert first["enrichment"]["evidence"]["email"] == "office@red-gate.example"
    assert "email" not in first["lead"]
    assert (second["lead"]["email"], second["enrichment"].get("email")) == (
        "own@blue-door.example", None,
    )  # fmt: skip
    assert third["enrichment"]["sources"] == {}
    assert [{key: one[key] for key in row} for row, one in
            zip(ROWS, result.scored_leads, strict=True)] == ROWS  # fmt: skip
    scores = [one["quality"]["als"] for one in result.scored_leads]
    before = [one["quality"]["als"] for one in alone.scored_leads]
    assert (scores[0] > before[0], scores[2] == before[2]) == (True, True)
    means = result.stats["means"]
    assert means["confidence_after"] > means["confidence_before"]


def test_a_source_that_fails_is_named_and_the_rest_goes_on(
    customers: table.TableSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr, in the stats, with each lead; and the report shows who found what."""
    monkeypatch.setattr(wiring, "enrichment_sources", lambda settings, clock: [customers, Away()])
    done = run(written(tmp_path, *ROWS), "--out", tmp_path / "out", "--report", "--skip", "landing")
    assert done.exit_code == 0, done.output
    assert "source away failed for 3 leads" in done.stderr
    stats = json.loads((tmp_path / "out" / "stats.json").read_bytes())
    assert stats["enrichment"]["sources"]["away"] == {"failed": 3}
    assert stats["fields_found"]["email"]["table:customers"] >= 1
    for one in lines(tmp_path / "out" / "enriched.jsonl"):
        (failed,) = [t for t in one["enrichment"]["tried"] if t["outcome"] == "failed"]
        assert "try again tomorrow" in failed["why"]
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    for words in ("Found out, by source", "table:customers", "office@red-gate.example"):
        assert words in page
