"""What the simulated client declares, and the leads that come in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts import lead as says
from contracts import registry
from contracts.envelope import Event
from contracts.ids import AccountId, LeadId, TenantId, partition_key
from contracts.outcome import Mode

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
TENANT = TenantId("harbour")
SECRET = "a secret of the simulation, long enough"
CLASSES = {"kay": "K", "ell": "L", "wey": "W", "enn": "N"}
"""Mailboxes by the class of their vendor."""
CAP = 3
STEPS = 3
GAP = timedelta(days=5)
"""The channel's cooldown is the longest gap here."""
CREDITS = 500
DAY = 86_400.0
"""Seconds."""
TROUBLE = 16.0
LONGEST = 90.0
"""Days of trouble, and days after which a lead that has not ended is forgotten."""


def lead_of(number: int) -> dict[str, Any]:
    """A business of Chicago; every fifth shares its account with the one before."""
    account = number - 1 if number % 5 == 4 else number
    return {
        "dedup_key": f"sim-{number:03d}",
        "route": "TARGET",
        "client_id": TENANT,
        "account_id": f"account-{account}",
        "business_name": f"Blue Door {NAMED[number % len(NAMED)]} {number}",
        "category": "childcare",
        "country": "US",
        "region": "IL",
        "city": "Chicago",
        "address": f"{100 + number} Lake Street",
        "timezone": "America/Chicago",
        "email": f"desk@blue-door-{number:03d}.example",
    }


NAMED = ("Books", "Bakery", "Garden", "Cycles", "Studio", "Clinic", "Kitchen")


def document() -> dict[str, Any]:
    """The client, its four mailboxes and its campaign."""
    sender = {"name": "Mira Holm", "company": "Harbour", "postal_address": "12 Quay Street"}
    templates = [
        {"id": "one", "subject": "A question", "body": "Hello {{ business.name }}, one."},
        {"id": "two", "body": "Again, {{ business.name }}."},
        {"id": "three", "body": "Last, {{ business.name }}."},
    ]
    return {
        "client": [
            {
                "id": TENANT,
                "name": "Harbour",
                "active_since": START - timedelta(days=90),
                "credits": CREDITS,
                "country": "US",
                "zone": "America/Chicago",
                "sender": sender,
            }
        ],
        "resource": [
            {
                "id": name,
                "client": TENANT,
                "address": f"{name}@harbour.example",
                "per_day": CAP,
                "inbox": {"kind": "read", "maildir": "unused"},
            }
            for name in CLASSES
        ],
        "campaign": [
            {
                "id": "spring",
                "client": TENANT,
                "mode": "autopilot",
                "sequence": [{"template": name} for name in ("one", "two", "three")],
                "resources": list(CLASSES),
                "templates": templates,
            }
        ],
    }


def twin(now: datetime) -> Event:
    """A second record of one person, under another account, that nobody has merged."""
    fields = {**lead_of(1), "account_id": "account-twin", "dedup_key": "sim-twin"}
    quality = says.Quality(
        completeness_score=1,
        confidence_score=1,
        category_score=1,
        size_score=0.5,
        als=72,
        tier="warm",
        qualified=True,
    )
    said = says.Scored(
        lead_id=LeadId("twin"),
        occurred_at=now,
        account_id=AccountId("account-twin"),
        origin="a second import",
        lead=says.LeadFields.model_validate(fields),
        quality=quality,
    )
    key = partition_key(TENANT, said.account_id)
    return registry.produce(said, key=key, source="/scoring", cause="twin", mode=Mode.DEMO)
