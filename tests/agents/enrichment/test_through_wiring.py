"""Enrichment in a whole process as settings put it together: from the door to the score, with a
client's table."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agents import declaring, wiring
from agents.settings import Settings
from bus.base import Message, Subscription
from bus.codec import decode
from contracts import lead, registry
from contracts.outcome import Mode
from tests.agents.enrichment.test_table import CRM, DESCRIPTION
from tests.agents.stage import document

PATIENCE = 120.0
"""Seconds after which a test gives up; it waits for none of them."""
BAKERY = {
    "dedup_key": "maps-1",
    "business_name": "Harbour Street Bakery",
    "category": "bakery",
    "address": "12 Harbour Street",
    "country": "IE",
    "website": "https://bakery.example",
    "mine": {"kept": ["as", 1, None]},
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A described table."""
    (tmp_path / "crm.csv").write_text(CRM)
    path = tmp_path / "crm.toml"
    path.write_text(DESCRIPTION)
    return path


async def scored(settings: Settings, *records: dict[str, Any]) -> list[lead.Scored]:
    """Sends records through the door; returns what scoring publishes of them."""
    found: list[lead.Scored] = []
    done = asyncio.Event()

    async def take(batch: Any) -> None:
        found.extend(registry.payload(decode(one.message), lead.Scored) for one in batch)
        if len(found) >= len(records):
            done.set()

    system = wiring.build(settings, ("intake", "enrichment", "scoring"))
    system.bus.subscribe(Subscription(group="test", topics=("lead.scored",), handler=take))
    await system.start()
    try:
        declared = declaring.parse(document())
        plan = await declaring.plan(declared, system.store, system.clock.now(), Mode.LIVE)
        await system.commits.commit(plan.units)
        for record in records:
            value = json.dumps(record).encode()
            message = Message(topic="inbound.leads", key="any", headers={}, value=value)
            await system.bus.publish([message])
        await asyncio.wait_for(done.wait(), PATIENCE)
    finally:
        await system.stop()
    return found


def settings(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Settings:
    monkeypatch.setenv("TEST_SECRET", "a secret of the tests, long enough")
    return Settings(secret="env:TEST_SECRET", http=False, **changes)


async def test_a_lead_goes_from_the_door_through_a_table_to_its_score(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = await scored(settings(monkeypatch, enrichment_tables=str(table)), BAKERY)
    assert found.enrichment is not None
    assert found.enrichment.email == "info@bakery.example"
    assert found.enrichment.sources["email"] == "table:crm"
    assert found.quality.parts["decision_maker"].points > 50
    assert found.lead.model_extra == {"mine": {"kept": ["as", 1, None]}}


async def test_by_default_nobody_is_asked_and_every_lead_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [{**BAKERY, "dedup_key": f"maps-{n}", "address": f"{n} Street"} for n in range(30)]
    found = await scored(settings(monkeypatch), *records)
    assert len({one.lead_id for one in found}) == 30
    assert {one.enrichment.method for one in found if one.enrichment} == {"none"}


async def test_left_out_enrichment_leaves_scoring_its_routed_leads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = settings(monkeypatch, without="enrichment,landing,crm")
    (found,) = await scored(given, BAKERY)
    assert found.enrichment is None
