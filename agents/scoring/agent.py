"""The scoring agent: `lead.enriched` → `lead.scored`; where enrichment is left out, `lead.routed`.

It keeps nothing: the score is a pure function of the lead, what enrichment found, and the client.
"""

from collections.abc import Sequence

from agents import definitions
from agents.base import Deciding, Group, Permanent, Reads, View
from agents.definitions import Client
from agents.scoring import profile
from agents.scoring.score import scored
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import PartitionKey
from statestore.base import Outgoing, Ref, Unit

NAME = "scoring"


class Scoring(Deciding):
    """Adds quality and score (spec 1.3, 4)."""

    name = NAME

    def __init__(self, *, enriched: bool) -> None:
        self.topics = ("lead.enriched",) if enriched else ("lead.routed",)

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        if view.rows:
            return Reads()
        tenants = {events[0].tenant for _, events in groups}
        return Reads(rows=tuple(Ref(tenant, "client", tenant) for tenant in tenants))

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        row = view.row(events[0].tenant, "client", events[0].tenant)
        if row is None:
            raise Permanent(f"no client {events[0].tenant}; declare it with `leadwire apply`")
        client = definitions.read(row, Client)
        found = tuple(Outgoing(event=self.scored(event, client)) for event in events)
        return Unit(tenant=events[0].tenant, events=found)

    def scored(self, event: Event, client: Client) -> Event:
        """Scores one lead; keys that came in go out unchanged."""
        model = lead.Enriched if event.topic == "lead.enriched" else lead.Routed
        said = scored(registry.payload(event, model), profile.of(client))
        return registry.produce(said, key=event.key, source=f"/{NAME}", cause=event)
