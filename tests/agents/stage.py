"""What tests of the agents share: a store in memory with one declared client, a recording relay,
a clock that stands, and makers of ordinary values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from agents import declaring
from agents.base import Commits, Relay
from agents.names import Names
from bus.base import Delivery
from bus.codec import encode
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import AccountId, EventId, LeadId, TenantId, partition_key
from contracts.outcome import Mode
from statestore.base import Outgoing, Row
from statestore.memory import MemoryStore

START = datetime(2026, 1, 6, 15, tzinfo=UTC)
"""A Tuesday morning in Chicago."""
TENANT = TenantId("harbour")
NAMES = Names("a secret of the tests, long enough")


class Standing:
    """A clock that stands until a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.moment = now
        self.machine = 1000.0

    def now(self) -> datetime:
        return self.moment

    def elapsed(self) -> float:
        return self.machine

    async def wait(self, until: datetime | None, nudge: Any, ceiling: float) -> None:
        raise AssertionError("a test does not wait")

    def move(self, **by: float) -> None:
        """Moves business time."""
        self.moment += timedelta(**by)


class Recorded(Relay):
    """A relay that keeps what it is handed."""

    def __init__(self) -> None:
        self.out: list[Outgoing] = []

    def hand_over(self, numbers: Sequence[int], outgoing: Sequence[Outgoing]) -> None:
        self.out += outgoing

    def events(self, topic: str) -> list[Event]:
        """The events of a topic that were handed over at once."""
        return [o.event for o in self.out if (o.topic or o.event.topic) == topic]


@dataclass
class Table:
    """Store, relay and clock of one test."""

    store: MemoryStore = field(default_factory=lambda: MemoryStore("life-1"))
    relay: Recorded = field(default_factory=Recorded)
    clock: Standing = field(default_factory=Standing)

    def __post_init__(self) -> None:
        self.commits = Commits(self.store, self.relay, self.clock, "life-1")

    async def declare(self, **changes: Any) -> None:
        """Declares a client with one mailbox and one campaign."""
        declared = declaring.parse(document(**changes))
        plan = await declaring.plan(declared, self.store, self.clock.now(), Mode.LIVE)
        await self.commits.commit(plan.units)
        self.relay.out.clear()

    async def rows(self, kind: str) -> list[Row]:
        """Every row of a kind."""
        return await self.store.scan(None, kind, limit=1000)


def document(
    *,
    client: dict[str, Any] | None = None,
    resource: dict[str, Any] | None = None,
    campaign: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A declaration as TOML would give it."""
    sender = {"name": "Mira Holm", "company": "Harbour", "postal_address": "12 Quay Street"}
    return {
        "client": [
            {
                "id": "harbour",
                "name": "Harbour",
                "active_since": START - timedelta(days=90),
                "credits": 100,
                "country": "US",
                "zone": "America/Chicago",
                "sender": sender,
                **(client or {}),
            }
        ],
        "resource": [
            {
                "id": "mira",
                "client": "harbour",
                "address": "mira@harbour.example",
                "per_day": 20,
                **(resource or {}),
            }
        ],
        "campaign": [
            {
                "id": "spring",
                "client": "harbour",
                "mode": "autopilot",
                "accept_no_inbox": True,
                "sequence": [{"template": "hello"}, {"template": "again"}],
                "resources": ["mira"],
                "templates": [
                    {"id": "hello", "subject": "A question", "body": "Hello {{ business.name }}."},
                    {"id": "again", "body": "Again, {{ business.name }}."},
                ],
                **(campaign or {}),
            }
        ],
    }


def scored(number: int = 1, *, at: datetime = START, als: float = 72, **fields: Any) -> Event:
    """A scored lead of Chicago, reachable by mail."""
    known = {
        "business_name": f"Blue Door {number}",
        "category": "childcare",
        "country": "US",
        "region": "IL",
        "city": "Chicago",
        "timezone": "America/Chicago",
        "email": f"desk@blue-door-{number}.example",
        **fields,
    }
    said = lead.Scored(
        lead_id=LeadId(f"lead-{number}"),
        occurred_at=at,
        account_id=AccountId(f"account-{number}"),
        origin="a test",
        lead=lead.LeadFields(**{k: v for k, v in known.items() if v is not None}),
        quality=lead.Quality(
            completeness_score=1,
            confidence_score=1,
            category_score=1,
            size_score=0.5,
            als=als,
            tier="warm" if als >= 70 else "cool",
            qualified=True,
        ),
    )
    key = partition_key(TENANT, said.account_id)
    return registry.produce(said, key=key, source="/test", cause=f"scored-{number}-{at}")


def delivered(
    event: Event, *, offset: int = 0, attempt: int = 0, topic: str | None = None
) -> Delivery:
    """An event as the bus hands it over."""
    return Delivery(encode(event, topic=topic, attempt=attempt), 0, offset)


def again(event: Event, number: int = 1) -> Event:
    """The same event under another id."""
    return event.with_(id=EventId(f"{event.id}-{number}"))
