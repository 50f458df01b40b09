"""Leads under way in enrichment when processes crash, stall and lose their stores: none is lost,
and none is asked about for ever."""

import asyncio
from collections import Counter
from random import Random

import pytest

from agents.enrichment.base import Answer, Card, Finding, Source, SourceFailed, Subject
from tests.simulation.process import Process
from tests.simulation.world import simulate

LEADS = 12


class Slow(Source):
    """A source that takes its time, fails now and then, and dies with its process."""

    card = Card(name="slow", adds=frozenset({"company.employees"}), ceiling=0.9, network=True)

    def __init__(self, process: Process, asked: Counter[str], chance: Random) -> None:
        self.process, self.asked, self.chance = process, asked, chance

    async def find(self, subject: Subject) -> Answer:
        self.asked[str(subject.lead.dedup_key or subject.lead.email)] += 1
        await self.process.boundary()
        await asyncio.sleep(self.chance.choice((0.1, 5.0, 60.0)))
        if self.chance.random() < 0.15:
            self.process.crash()
        await self.process.boundary()
        if self.chance.random() < 0.1:
            raise SourceFailed("it is away")
        found = Finding(
            field="company.employees",
            value=12,
            confidence=0.8,
            source="slow",
            evidence="12",
            place="slow:1",
            at=subject.now,
        )
        return Answer(findings=(found,))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_lead_is_lost_between_claim_and_record(seed: int) -> None:
    """Processes die while sources are asked; C1 counts the leads at the end."""
    asked: Counter[str] = Counter()
    chance = Random(f"source {seed}")
    outcome = simulate(
        seed,
        leads=LEADS,
        source=lambda process: Slow(process, asked, chance),
    )
    assert not outcome.broken, str(outcome)
    assert outcome.crashes > 0
    assert len(asked) >= LEADS
    assert max(asked.values()) > 1
