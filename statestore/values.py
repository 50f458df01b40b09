"""What stands in a store, as its readers get it: rows, timers, sends, stops, history, sums.

The port (`statestore/base.py`) returns these values, a unit's writes (`statestore/unit.py`) carry
some of them, and adapters turn them into records and back. Moments are aware and in UTC; an
`until` that is a float is in machine seconds (design §9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import field

from contracts.envelope import Event
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    ContentId,
    LeadId,
    PartitionKey,
    PersonId,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, Mode, SendState, StopReason, VendorClass
from contracts.value import Value

SCHEMA = 1
"""The schema version of a row's data that this process writes."""

PERSONAL_KINDS = frozenset({"person"})
"""Kinds kept in the table `persons`: names, addresses, numbers. Erasure blanks them."""
CONTENT_KINDS = frozenset({"content", "message", "findings", "claim"})
"""Kinds kept in the table `contents`: bodies, snapshots, what came back, what was found out and
waits for a person. Erasure blanks them."""


# ── rows ───────────────────────────────────────────────────────────────────────────────────────


class Ref(NamedTuple):
    """Names one row: whose it is, of what kind, and its key within both.

    A tuple, since it is the key of every mapping of rows: it hashes in a tenth of the time.
    """

    tenant: TenantId
    kind: str
    key: str


class Row(Value, frozen=True, kw_only=True):
    """One versioned row. `parent` groups rows (a lead's account; a content's lead)."""

    ref: Ref
    version: int
    data: Mapping[str, Any]
    parent: str = ""
    status: str = ""
    schema: int = SCHEMA


# ── timers ─────────────────────────────────────────────────────────────────────────────────────


class Timer(Value, frozen=True, kw_only=True):
    """A key wants attention at `due`; its identity is (agent, key), so setting replaces it.

    `pool` names the capacity that the touch needs (`T/email` for any mailbox of a client,
    `resource:R` for one that a conversation is bound to); None where it needs none. Timers of a
    pool are offered only as slots allow, lowest `rank` first, then by `due`. `wall` and `zone`
    keep the wall-clock intent behind `due`. `waiting` is set once a due timer found its pool
    exhausted: since when, and `estimate` when its turn is expected.
    """

    agent: str
    key: PartitionKey
    due: datetime
    reason: str = ""
    lead: LeadId | None = None
    pool: str | None = None
    rank: int = 0
    zone: str | None = None
    wall: str | None = None
    waiting: datetime | None = None
    estimate: datetime | None = None
    version: int = 0
    leased_until: float | None = None

    @property
    def tenant(self) -> TenantId:
        """The client whose key it is."""
        return TenantId(self.key.split("/", 1)[0])


# ── the send ledger ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One row of the send ledger: `planned → claimed → sent | held | refused | unknown`.

    Two unique keys hold over sends that are not refused: one per touch (tenant, campaign, round,
    lead, step), and one per (tenant, campaign, round, step, address hash), whatever the lead.
    Answers have step −1 and are unique by their id alone.
    """

    id: SendId
    tenant: TenantId
    account: AccountId
    lead: LeadId
    person: PersonId
    campaign: CampaignId
    definition: int
    round: int
    step: int
    attempt: int
    channel: Channel
    address_hash: AddressHash
    resource: ResourceId
    state: SendState
    planned_at: datetime
    not_after: datetime
    mode: Mode = Mode.LIVE
    purpose: str = "cadence"
    content: ContentId | None = None
    content_hash: str | None = None
    tries: int = 0
    """Vendor calls begun so far."""
    ambiguous: bool = False
    """True once any try ended unclear: nothing is released and N is never tried again."""
    vendor_class: VendorClass | None = None
    owner: str | None = None
    """The process, with its epoch, that holds the claim."""
    claimed_at: datetime | None = None
    lease_until: float | None = None
    """End of the claim in machine seconds; after it the claim is unknown."""
    settled_at: datetime | None = None
    next_try: datetime | None = None
    code: str = ""
    """Gate code, vendor outcome or reason of the state, machine readable."""
    diagnostic: str = ""
    reference: str | None = None
    """Ours, as carried by the vendor call: Message-ID, idempotency key or custom argument."""
    provider_id: str | None = None
    request: str | None = None
    """For class K: the request's bytes as stored with the claim, base64."""
    version: int = 0


# ── stops ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nothing is sent under this key. Only added, never changed; a resume names what it lifts.

    Keys: `global`, `client:T`, `campaign:C`, `channel:email`, `resource:R`, `account:A`,
    `lead:L`, `address:HASH`, `domain:D`. Rows of tenant `*` hold for every client; those with an
    address hold its keyed hash and nothing else. `until` is when it ends by itself (an absence).
    """

    id: StopId
    tenant: TenantId
    key: str
    reason: StopReason
    at: datetime
    cause: str = ""
    """The fact, message or command behind it."""
    by: str = ""
    note: str = ""
    until: datetime | None = None
    lifted: str | None = None
    """What answered it: a resume's id; None while it holds."""

    def holds(self, now: datetime) -> bool:
        """Says whether nothing may be sent under its key at this moment."""
        return self.lifted is None and (self.until is None or now < self.until)


# ── history, outbox, dead letters ──────────────────────────────────────────────────────────────


class Line(Value, frozen=True, kw_only=True):
    """One line of the history: a fact that added something, a plan, a verdict, an attempt.

    `repeat` names lines that are equal but for their time: where the last line of the lead has
    the same, its count goes up instead of a new line. No text that identifies a person.
    """

    tenant: TenantId
    account: AccountId
    at: datetime
    agent: str
    kind: str
    code: str
    lead: LeadId | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    repeat: str | None = None
    count: int = 1
    last_at: datetime | None = None
    number: int = 0


class OutboxRow(Value, frozen=True, kw_only=True):
    """An outgoing event as the relay reads it; `number` grows with the commits of one store."""

    number: int
    event: Event
    topic: str
    attempt: int
    available: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An event that an agent cannot take, kept with all that a person needs to act."""

    id: str
    tenant: TenantId
    agent: str
    topic: str
    key: str
    headers: Mapping[str, str]
    value: bytes
    reason: str
    detail: str
    attempts: int
    origin: str
    """`topic/partition/offset` where it was read, or `outbox`."""
    first_at: datetime
    last_at: datetime
    state: str = "dead"
    """`dead`, `replayed` or `discarded`."""
    note: str = ""


# ── sums and states ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What counts against a resource: times of reservations (live and kept) and of admissions."""

    reserved: tuple[datetime, ...] = ()
    admitted: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDemand:
    """How many due timers of a pool have no live lease, and how many are not marked waiting."""

    due: int
    unmarked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is under way or to come; the stepped clock's driver, health and `/metrics` read it.

    `timers_due` counts due timers that somebody has to act on: those that are offered (a live
    lease), and those that do not wait for their pool. `next_timer` is the earliest due moment
    later than now of a timer that does not wait. A waiting timer is counted nowhere: what wakes
    its pool is a timer of its own.
    """

    outbox_ready: int
    outbox_later: int
    claims_open: int
    timers_due: int
    next_timer: datetime | None
    next_outbox: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A named lease with its epoch; whoever holds an older epoch is fenced off."""

    name: str
    owner: str
    epoch: int
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """What start-up checks read. `closed` names why no claim may be made, e.g. a restored copy;
    `durable` is False where a claim would not survive the machine; `shared` is True where several
    processes may be at work on it at once."""

    engine: str
    schema: int
    incarnation: str
    durable: bool
    closed: str | None = None
    shared: bool = False
