"""The same leads score the same in `leadwire leads score`, in the pipeline and on the bus (issue's
line e): the real intake and scoring agents run on the memory bus."""

import asyncio
import json
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from agents import declaring, wiring
from agents.cli import COMMANDS
from agents.settings import Settings
from bus.base import Delivery, Message, Subscription
from contracts import schema
from tests.agents.cli.place import SECRET
from tests.agents.pipeline.test_listings import SAMPLES, lines

SHARED = os.environ.get("LEADWIRE_SHARED_DATA")
CLIENT = """
[[client]]
id = "harbour"
name = "Harbour"
active_since = 2025-10-01T00:00:00Z
country = "GB"
categories = ["restaurant", "bakery", "child care"]
required_fields = ["name", "address", "email"]
"""
PATIENCE = 120
"""Seconds until agents that do not get on are called stuck; nothing is measured."""

RICH: list[dict[str, Any]] = [
    {"dedup_key": "p1", "business_name": "Harbour Bakery Ltd", "category": "Bakery",
     "address": "12 Quay Street", "city": "Galway", "country": "Ireland", "phone": "091 565 111",
     "website": "https://harbour-bakery.example", "email": "mira@harbour-bakery.example",
     "name": "Mira Holm", "title": "Owner", "rating": 3.1, "reviews": 140, "employees": "11-50",
     "geo": {"latitude": 53.2707, "longitude": -9.0568}, "pain_points": ["orders by phone only"]},
    {"dedup_key": "p2", "company": "Quay Tools", "type": "Hardware shop", "phone": "+35391565222",
     "lat": 53.27, "lng": -9.05, "website": "quaytools.wixsite.com/home",
     "enrichment": {"method": "api", "employees": 600, "tech_stack": ["Shopify"],
                    "decision_maker": {"title": "CEO", "email": "ceo@quay.example"},
                    "budget_signals": ["opened a second site"], "confidence": {"budget": 0.8}}},
    {"dedup_key": "p3", "account_contacts": [{"name": "Ann Example", "title": "CFO",
     "email": "ann@pier.example"}], "metadata": {"company_name": "Pier Accounts"}},
    {"dedup_key": "p4", "email": "info@dock.example", "quality": {"als": 77.5, "mine": "x"}},
    schema.examples()["inbound.leads.v1"]["main"] | {"dedup_key": "p5", "client_id": "harbour"},
]  # fmt: skip
"""Leads of every kind: put right, flat rows, brought enrichment, promoted contacts, scored ones."""


async def on_the_bus(
    rows: Sequence[dict[str, Any]], *, enriched: bool
) -> dict[str, dict[str, Any]]:
    """Publishes rows at the door; returns the payloads of `lead.scored` by dedup_key."""
    found: dict[str, dict[str, Any]] = {}
    whole = asyncio.Event()

    async def collect(deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            data = json.loads(delivery.message.value)
            found[data["lead"]["dedup_key"]] = data
        if len(found) == len(rows):
            whole.set()

    without = "landing,crm" if enriched else "enrichment,landing,crm"
    settings = Settings(
        store="memory:", bus="memory:", secret="env:TEST_SECRET", http=False, without=without
    )
    between = ["enrichment"] if enriched else []
    system = wiring.build(settings, agents=["intake", *between, "scoring"])
    system.bus.subscribe(
        Subscription(group="probe", topics=("lead.scored",), handler=collect, batch=500)
    )
    await system.start()
    try:
        declared = declaring.parse(tomllib.loads(CLIENT))
        plan = await declaring.plan(
            declared, system.store, system.clock.now(), system.settings.mode
        )
        await system.commits.commit(plan.units)
        headers = {"ce_specversion": "1.0", "ce_type": "inbound.leads.v1", "ce_source": "/test",
                   "ce_tenant": "harbour", "content-type": "application/json"}  # fmt: skip
        await system.bus.publish(
            [Message("inbound.leads", str(n), headers | {"ce_id": str(n)}, orjson.dumps(row))
             for n, row in enumerate(rows)]
        )  # fmt: skip
        await asyncio.wait_for(whole.wait(), PATIENCE)
    finally:
        await system.stop()
    return found


@pytest.fixture
def listings() -> list[dict[str, Any]]:
    """Leads of every kind, and mapped listings of three layouts, each with a key of its own."""
    from agents.intake import mapping, reading

    folder = Path(SHARED) / "leads" if SHARED else SAMPLES / "leads"
    rows = list(RICH)
    for name, most in (("uk_restaurants.csv", 120), ("chicago_childcare.csv", 120),
                       ("osm_places.jsonl", 240)):  # fmt: skip
        with (folder / name).open("rb") as stream:
            source = reading.read(stream, name=name)
            for row in mapping.mapped(source, ()):
                assert not isinstance(row, reading.Reject)
                lead = row[1].apply(row[0].data)
                if row[0].row <= most and lead.get("address"):
                    rows.append({**lead, "dedup_key": f"{name}-{row[0].row}"})
    return rows


@pytest.mark.slow
async def test_one_lead_has_one_score(
    listings: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every share, every part, every word of evidence, to the last digit; on the bus with the
    enrichment agent (which has no source here) and without it."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    path, declared = tmp_path / "leads.jsonl", tmp_path / "leadwire.toml"
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in listings))
    declared.write_text(CLIENT)
    monkeypatch.setenv("LEADWIRE_CONFIG", str(declared))

    def leadwire(*words: object) -> Any:
        return CliRunner().invoke(COMMANDS, [*map(str, words), "--client", "harbour"])

    by_command = leadwire("leads", "score", path, "--json")
    assert by_command.exit_code == 0, by_command.stderr
    told = [json.loads(line) for line in by_command.stdout.splitlines()]
    done = await asyncio.to_thread(leadwire, "pipeline", path, "--out", tmp_path / "out",
                                   "--skip", "landing")  # fmt: skip
    assert done.exit_code == 0, done.output
    piped = lines(tmp_path / "out" / "scored.jsonl")
    assert len(told) == len(piped) == len(listings)
    for enriched in (True, False):
        bus = await on_the_bus(listings, enriched=enriched)
        assert len(bus) == len(listings)
        for one, other in zip(told, piped, strict=True):
            published = bus[one["dedup_key"]]
            assert one["quality"] == other["quality"], one["dedup_key"]
            assert other["quality"] == published["quality"], one["dedup_key"]
            assert other["lead"] == published["lead"] | {"qualified": one["quality"]["qualified"]}


async def test_every_part_of_every_score_has_its_evidence(listings: list[dict[str, Any]]) -> None:
    """Spec 4.1: points rest on something that is named; ignorance has none."""
    from agents.pipeline.runner import standard, through
    from agents.scoring.profile import ClientProfile

    profile = ClientProfile(categories=("restaurant", "bakery", "child care"))
    result = await through(listings, standard(profile))
    parts = [
        part
        for one in result.scored_leads
        if one["quality"].get("by") == "leadwire"
        for part in one["quality"]["parts"].values()
    ]
    assert len(parts) >= 7 * (len(listings) - 2)
    for part in parts:
        assert bool(part["evidence"]) == (part["points"] > 0)
        assert part["confidence"] == 0 or part["evidence"]
