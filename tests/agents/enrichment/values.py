"""Makers of ordinary leads, findings and sources for the tests of enrichment."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from agents.enrichment.base import Answer, Card, Finding, Source, SourceFailed, Subject
from agents.scoring.profile import ClientProfile
from contracts.ids import AccountId, LeadId
from contracts.lead import LeadFields, Routed

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
PROFILE = ClientProfile(categories=("bakery",))


def routed(**fields: Any) -> Routed:
    """A bakery in Galway that says no more than its name, category and place."""
    base = {
        "dedup_key": "maps-1",
        "business_name": "Harbour Street Bakery",
        "category": "bakery",
        "address": "12 Harbour Street",
        "city": "Galway",
        "country": "IE",
        **fields,
    }
    return Routed(
        lead_id=LeadId("lead-1"),
        occurred_at=NOW,
        account_id=AccountId("lead-1"),
        lead=LeadFields.model_validate(base),
        origin="leads.csv#1",
    )


def finding(name: str, value: Any, source: str = "site", **changes: Any) -> Finding:
    """A finding of today, 0.8 sure."""
    given: dict[str, Any] = {
        "field": name,
        "value": value,
        "confidence": 0.8,
        "source": source,
        "evidence": str(value),
        "place": f"{source}:1",
        "at": NOW,
        **changes,
    }
    return Finding(**given)


class Told(Source):
    """A source that says what a test told it, and remembers whom it was asked about."""

    def __init__(
        self,
        name: str,
        found: Sequence[Finding] = (),
        *,
        cost: int = 0,
        adds: Sequence[str] = (),
        error: Exception | None = None,
        unable: str | None = None,
    ) -> None:
        self.card = Card(
            name=name,
            adds=frozenset(adds or [one.field for one in found]),
            ceiling=0.9,
            cost_micros=cost,
        )
        self.found = tuple(found)
        self.error = error
        self.unable = unable
        self.asked: list[Subject] = []

    def cannot(self, subject: Subject) -> str | None:
        return self.unable

    async def find(self, subject: Subject) -> Answer:
        self.asked.append(subject)
        if self.error is not None:
            raise self.error
        return Answer(findings=self.found, cost_micros=self.card.cost_micros)


__all__ = ["SourceFailed"]
