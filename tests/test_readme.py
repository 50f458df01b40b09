"""What the README shows works: its agents run, its campaign applies, its commands exist."""

import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from agents import declaring, wiring
from agents.base import Deciding, DecidingTurn
from agents.cli import COMMANDS
from agents.doing import Claim, Doing, DoingTurn
from agents.wiring import deciding, doing
from contracts import lead, registry
from contracts.ids import AccountId, CampaignId, LeadId, partition_key
from statestore.base import Line, Ref, RowWrite, Unit
from tests.agents.stage import START, TENANT, Table, delivered

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def block(words: str) -> str:
    """The one Python block that holds some words."""
    (found,) = [code for code in blocks("python") if words in code]
    return found


def defined(code: str, **more: Any) -> dict[str, Any]:
    """Runs a block with the names that it uses."""
    names: dict[str, Any] = {
        "Deciding": Deciding,
        "Doing": Doing,
        "Claim": Claim,
        "Unit": Unit,
        "Line": Line,
        "Ref": Ref,
        "RowWrite": RowWrite,
        "MAKERS": {},
        "deciding": deciding,
        "doing": doing,
        **more,
    }
    exec(compile(code, "README.md", "exec"), names)  # the README is ours
    return names


def fact(model: Any, **fields: Any) -> Any:
    said = model(lead_id=LeadId("lead-1"), occurred_at=START, **fields)
    key = partition_key(TENANT, AccountId("account-1"))
    return delivered(registry.produce(said, key=key, source="/test", cause="readme"))


async def test_the_deciding_agent_of_the_readme_decides() -> None:
    """It is registered by one row, and its line stands in the lead's history."""
    names = defined(block("class Greeter"))
    assert list(names["MAKERS"]) == ["greeter"]
    table = Table()
    enrolled = fact(
        lead.Enrolled, campaign_id=CampaignId("c"), version=1, steps=2, als=50, tier="cool"
    )
    await DecidingTurn(names["Greeter"](), table.commits)([enrolled])
    lines = await table.store.journal(TENANT, lead=LeadId("lead-1"))
    assert [line.code for line in lines] == ["greeted"]


async def test_the_doing_agent_of_the_readme_claims_calls_and_records() -> None:
    """Two commits with the call between them; a second event of the lead calls nobody."""
    ordered: list[str] = []

    async def order_postcard(idempotency_key: str) -> int:
        ordered.append(idempotency_key)
        return 17

    names = defined(block("class Postcard"), order_postcard=order_postcard)
    assert list(names["MAKERS"]) == ["postcard"]
    table = Table()
    turn: DoingTurn[Any, Any] = DoingTurn(names["Postcard"](), table.commits)
    await turn([fact(lead.Converted, source="crm")])
    await turn.drain(5)
    (row,) = await table.rows("postcard")
    assert (ordered, dict(row.data)) == (["lead-1"], {"state": "ordered", "number": 17})


def test_the_three_lines_for_other_programs_run() -> None:
    """Lists in, lists out; the lead's own keys stand first."""
    leads: list[dict[str, Any]] = [
        {"business_name": "Harbour Bakery", "category": "bakery", "email": "a@b.example"},
        {"business_name": "Pier Tools", "category": "hardware", "email": "c@d.example", "x": 1},
    ]
    names = defined(block("agents.pipeline"), leads=leads)
    assert names["best"]["business_name"] == "Harbour Bakery"
    result = names["result"]
    assert [list(one)[:3] for one in result.scored_leads] == [list(lead)[:3] for lead in leads]
    assert result.landing_stats["pages"] == len(result.landing_pages) == 2
    assert "Harbour Bakery" in result.landing_pages[0]["html"]


def test_the_campaign_of_the_readme_applies() -> None:
    """Every key is known, and what one part names in another is there."""
    declared = declaring.parse(tomllib.loads(blocks("toml")[0]))
    assert [campaign.id for campaign in declared.campaigns] == ["spring"]


@pytest.mark.parametrize("words", sorted(set(re.findall(r"^leadwire ([a-z]+)", README, re.M))))
def test_the_commands_of_the_readme_exist(words: str) -> None:
    """A command that is shown is a command."""
    assert COMMANDS.get_command(click.Context(COMMANDS), words) is not None


def test_the_stops_of_the_walk_exist() -> None:
    """Ten of them: each file is there, and so is each name in brackets behind it."""
    walk = README.partition("in ten stops")[2].partition("## Adding")[0]
    assert len(re.findall(r"^ ?\d+\. ", walk, re.M)) == 10
    stops = re.findall(
        r"`((?:agents|bus|channels|contracts|statestore)/[\w/.]+)`(?: \((.*?)\))?", walk
    )
    for path, names in stops:
        text = (Path(__file__).parent.parent / path).read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"^ *(?:class|def|async def) {name}\b|^{name}\b", text, re.M), name


def test_every_agent_of_the_process_is_named_in_the_picture() -> None:
    """The flow shows all of them."""
    assert [name for name in wiring.MAKERS if name not in README] == []
