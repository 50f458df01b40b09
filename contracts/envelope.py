"""The envelope: one event with its CloudEvents 1.0 attributes, as a plain value.

Everybody produces and consumes this value; `bus/codec.py` turns it into a record of key, headers
and bytes and back. `data` is the payload as JSON values. Inside, it is read lean (a mapping);
where strangers write, `contracts.registry` validates it fully. It is a slotted class and not a
model, since decoding decides throughput once turns are batched (facts/bus 3i).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import field

from contracts.ids import (
    AccountId,
    CampaignId,
    EventId,
    LeadId,
    PartitionKey,
    TenantId,
    account_of,
    tenant_of,
)
from contracts.outcome import Mode
from contracts.value import Value


class Event(Value, frozen=True, kw_only=True):
    """One fact or command.

    `type` carries the major version (`lead.scored.v1`). `time` is when it happened, `recorded`
    when we published it; both aware, UTC. `key` is `tenant/account`. `causation` is the id of the
    event behind this one, `correlation` the outreach thread. `incarnation` names the life of the
    store that wrote it: a command of another life is refused (design §8).
    """

    id: EventId
    type: str
    source: str
    time: datetime
    key: PartitionKey
    data: Mapping[str, Any]
    subject: LeadId | None = None
    campaign: CampaignId | None = None
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None
    recorded: datetime | None = None
    mode: Mode = Mode.LIVE
    incarnation: str | None = None
    extensions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError(f"{self.type}: time must be aware, got {self.time!r}")

    @property
    def tenant(self) -> TenantId:
        """The client that the event belongs to."""
        return tenant_of(self.key)

    @property
    def account(self) -> AccountId:
        """The account that the event belongs to."""
        return account_of(self.key)

    @property
    def topic(self) -> str:
        """The type without its version: `lead.scored`."""
        return topic_of(self.type)


def topic_of(type_: str) -> str:
    """Returns the topic of a type: `lead.scored.v1` → `lead.scored`."""
    stem, _, version = type_.rpartition(".v")
    return stem if stem and version.isdigit() else type_


def utc(moment: datetime) -> datetime:
    """Returns an aware moment in UTC; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(
            f"{moment!r} has no zone; write it with an offset, as 2026-11-21T09:00:00Z"
        )
    return moment.astimezone(UTC)
