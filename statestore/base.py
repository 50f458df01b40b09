"""The state store's port: `commit(units) → results`, and batched reads.

A *unit* is everything that one key's turn writes: consumed event ids, rows with their expected
versions, outgoing events, timers, quota, stops, conditions, journal. A unit is all or nothing.
Units that are committed together share a transaction for speed only: one whose version or
condition failed is left out and reported as `Lost`, with its events and inbox rows, and the caller
decides it again from fresh state; the others commit. Later units of a batch see what earlier ones
of the same batch wrote.

What an adapter promises
- `commit` returns when its units are durable, one result per unit in the units' order. It may run
  many callers' units in one transaction (group commit). A result is never guessed: where the
  transaction's fate is unknown it raises `Unavailable`, and committing the same units again is
  harmless (they come back `Duplicate` or `Lost`, or commit if they had not).
- A unit that cannot be written for a lasting reason comes back as `Poisoned` with the cause; the
  adapter finds it by trying the batch in halves, so that the others commit.
- Two units never both win one expected version, one timer's offer, one quota slot, or one of the
  ledger's unique keys, whatever the number of processes.
- Reads see every commit that has returned to anybody in this process. They take and return plain
  values; results of batched reads come as mappings that leave out what is not there.
- Tenants never see each other's rows: every read and write names its tenant, and rows of another
  one are not there. Tenant `*` (`contracts.ids.OPERATOR`) holds what serves every client. A unit
  writes rows, sends, quota, stops, credit and lines of its own tenant or of `*`, and asks about
  those; one that names another is `Poisoned`. Timers may also be written by a unit of tenant `*`,
  since the claimer and the auditor serve every client; consumed ids, events and dead letters
  belong to whom their event names.
- The store never asks its own clock for business time; it is handed every moment. Moments are
  aware UTC datetimes at this port. `machine` arguments are seconds of machine time (design §9).
- `data` of rows is a JSON object. Rows written by a newer process (`schema` above `SCHEMAS`) are
  returned as they are, and a unit that would write over one is `Lost` with code `newer`.
- Numbers (outbox, journal, timers' versions) are given once in a store's life: a late word about
  an old one never meets a new one.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from contracts.envelope import Event
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    ContentId,
    EventId,
    LeadId,
    PartitionKey,
    PersonId,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, Mode, SendState, StopReason, VendorClass
from contracts.quick import quick

SCHEMA = 1
"""The schema version of a row's data that this process writes."""

PERSONAL_KINDS = frozenset({"person"})
"""Kinds kept in the table `persons`: names, addresses, numbers. Erasure blanks them."""
CONTENT_KINDS = frozenset({"content", "message", "findings"})
"""Kinds kept in the table `contents`: bodies, snapshots, what came back, what was found out and
waits for a person. Erasure blanks them."""


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


class Ref(NamedTuple):
    """Names one row: whose it is, of what kind, and its key within both.

    A tuple, since it is the key of every mapping of rows: it hashes in a tenth of the time.
    """

    tenant: TenantId
    kind: str
    key: str


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One versioned row. `parent` groups rows (a lead's account; a content's lead)."""

    ref: Ref
    version: int
    data: Mapping[str, Any]
    parent: str = ""
    status: str = ""
    schema: int = SCHEMA


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class RowWrite:
    """Writes a row at `expect + 1`; `expect` 0 means that there must be none yet.

    `expect` None writes whatever stands there (last writer wins); for rows with one writer only.
    """

    ref: Ref
    expect: int | None
    data: Mapping[str, Any]
    parent: str = ""
    status: str = ""
    schema: int = SCHEMA


# ── timers ────────────────────────────────────────────────────────────────────────────────────


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
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


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSet:
    """Sets the timer of (agent, key), replacing what stands there, its lease and its waiting."""

    timer: Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerClear:
    """Removes the timer of (agent, key); nothing happens where there is none."""

    agent: str
    key: PartitionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerLease:
    """Offers a due timer: loses (code `timer`) unless it stands at `expect` with no live lease.

    `machine` is now and `until` the lease's end, both in machine seconds of the store's host.
    """

    agent: str
    key: PartitionKey
    expect: int
    machine: float
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerWait:
    """Marks a due timer as waiting for its pool; loses (code `timer`) unless at `expect`."""

    agent: str
    key: PartitionKey
    expect: int
    waiting: datetime
    estimate: datetime | None


TimerWrite = TimerSet | TimerClear | TimerLease | TimerWait


# ── the send ledger ───────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWrite:
    """Writes a ledger row at `expect + 1`; 0 means that there must be none. Loses with `version`
    or, where one of the unique keys is taken by another send, with `unique`."""

    send: Send
    expect: int


# ── quota and credit ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `cap` reservations later than `since`; one policy turned into values for now."""

    since: datetime
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaAdmit:
    """Sets a slot of a resource aside for a key before its send is claimed, until `expires`.

    It loses (code `quota`) where live admissions and reservations leave no slot. An admission is
    keyed by the timer's key and ends with the reservation that names it, or at `expires`.
    """

    resource: ResourceId
    tenant: TenantId
    key: PartitionKey
    at: datetime
    expires: datetime
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRelease:
    """Ends the admission of a key on any resource; nothing happens where there is none."""

    key: PartitionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaReserve:
    """Reserves one slot of a resource for a send, idempotent by send id.

    It loses (code `quota`) where reservations of other sends leave none within one of `limits`,
    and where the send holds a slot of another resource: settle that one first.
    Admissions of other keys do not count here: they steer, reservations decide. `ends` is the
    key whose admission this reservation takes over.
    """

    resource: ResourceId
    tenant: TenantId
    send: SendId
    at: datetime
    limits: tuple[Limit, ...]
    ends: PartitionKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSettle:
    """Ends a reservation: `commit` keeps it counted (sent or unknown), else it is given back.

    `at`: the first settlement that keeps it counts it from then on, where that is later. A vendor
    counts by when it accepted, which is after the claim: by seconds, or with a retry by minutes.
    """

    send: SendId
    commit: bool
    at: datetime | None = None


QuotaWrite = QuotaAdmit | QuotaRelease | QuotaReserve | QuotaSettle


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMove:
    """Takes `amount` credits of a client (negative gives back); loses with `credit` where the
    balance would fall below zero. The row is made by the first negative move."""

    tenant: TenantId
    amount: int


# ── stops and conditions ──────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAdd:
    """Adds a stop; adding one that is there (by id) changes nothing."""

    stop: Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLift:
    """Answers stops by id; what is not there or already answered is left as it is."""

    tenant: TenantId
    ids: tuple[StopId, ...]
    by: str


StopWrite = StopAdd | StopLift


@dataclass(frozen=True, slots=True, kw_only=True)
class NoStop:
    """None of these keys has a stop that holds at `at`, of this tenant or of `*`; code `stop`.

    `passing` names stops that may be there (an answer passes its message's one, spec 2.5).
    """

    tenant: TenantId
    keys: tuple[str, ...]
    at: datetime
    passing: frozenset[StopId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientActive:
    """The client's own row (kind `client`, key = tenant) is present and its status is `active` or
    `trialing`; absence never permits. Code `client`."""

    tenant: TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """The lease of this name still stands at this epoch. Code `fence`."""

    lease: str
    epoch: int


Condition = NoStop | ClientActive | Fence


# ── journal, dead letters, outbox ─────────────────────────────────────────────────────────────


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
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


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One event for the relay, to be published at `available` (None: at once).

    `topic` overrides the event's own (a delayed retry goes to `retry.<agent>`).
    """

    event: Event
    available: datetime | None = None
    topic: str | None = None
    attempt: int = 0


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
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


# ── the unit ──────────────────────────────────────────────────────────────────────────────────


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """Event ids that an agent has taken; a unit with one that is already there is `Duplicate`
    when all are, else `Lost` with code `inbox`."""

    agent: str
    ids: tuple[str, ...]
    at: datetime


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Everything that one key's turn writes, all or nothing."""

    tenant: TenantId
    consumed: Consumed | None = None
    conditions: tuple[Condition, ...] = ()
    rows: tuple[RowWrite, ...] = ()
    sends: tuple[SendWrite, ...] = ()
    quota: tuple[QuotaWrite, ...] = ()
    stops: tuple[StopWrite, ...] = ()
    timers: tuple[TimerWrite, ...] = ()
    events: tuple[Outgoing, ...] = ()
    journal: tuple[Line, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
    credit: CreditMove | None = None


_take: Callable[[Unit, Consumed], None] = Unit.__dict__["consumed"].__set__


def consuming(unit: Unit, consumed: Consumed) -> Unit:
    """Puts the consumed ids into a unit that nobody else holds, and returns it.

    For the turns alone, which own what `decide` has just made: a copy with one field changed takes
    a twentieth of what a whole hop takes.
    """
    _take(unit, consumed)
    return unit


@quick
@dataclass(frozen=True, slots=True)
class Committed:
    """The unit is durable. `outbox` numbers its events' outbox rows, in their order."""

    outbox: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Every consumed id was already there: nothing was written, the effect is in place."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Left out; decide again from fresh state. `code`: version, newer, unique, timer, quota,
    credit, stop, client, fence or inbox; `detail` says which row, key or stop."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Poisoned:
    """Cannot be written, and never will be: its events are deferred, then dead-lettered."""

    error: str


Result = Committed | Duplicate | Lost | Poisoned


# ── reads ─────────────────────────────────────────────────────────────────────────────────────


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


class StateStore(ABC):
    """The port. See the module's text for what every method promises."""

    # writing

    @abstractmethod
    async def commit(self, units: Sequence[Unit]) -> list[Result]:
        """Commits units, leaving losers out; one result per unit, in their order.

        Raises `Unavailable` where nothing can be said of their fate; committing the same units
        again is then the way on.
        """

    # rows

    @abstractmethod
    async def rows(self, refs: Iterable[Ref]) -> dict[Ref, Row]:
        """Returns the rows that are there."""

    @abstractmethod
    async def children(
        self, tenant_parents: Iterable[tuple[TenantId, str]], kind: str
    ) -> dict[tuple[TenantId, str], list[Row]]:
        """Returns rows of a kind by their parent, ordered by key; absent parents are left out."""

    @abstractmethod
    async def scan(
        self,
        tenant: TenantId | None,
        kind: str,
        *,
        status: str | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[Row]:
        """Returns a page of rows by (tenant, key) after `after` (`tenant/key`), for read models
        and sweeps. None reads all tenants: for operators' commands, never for a tenant's."""

    # consumed ids, outbox, dead letters

    @abstractmethod
    async def consumed(self, agent: str, ids: Sequence[str]) -> set[str]:
        """Returns which of the ids this agent has taken."""

    @abstractmethod
    async def outbox(
        self, now: datetime, limit: int, *, machine: float, lease: float
    ) -> list[OutboxRow]:
        """Claims rows that are available now, oldest first, until `machine + lease`: no other
        relay gets them meanwhile; after the lease they are offered again."""

    @abstractmethod
    async def published(self, numbers: Sequence[int]) -> None:
        """Deletes outbox rows that the bus has confirmed; absent ones are no error."""

    @abstractmethod
    async def dead_letters(
        self, tenant: TenantId | None, *, agent: str | None = None, state: str | None = "dead"
    ) -> list[DeadLetter]:
        """Returns dead letters, oldest first."""

    @abstractmethod
    async def settle_dead(self, id_: str, *, state: str, note: str, at: datetime) -> bool:
        """Marks a dead letter replayed or discarded; False where it is not there or not dead."""

    @abstractmethod
    async def forget_consumed(self, before: datetime, limit: int = 10_000) -> int:
        """Drops inbox rows older than a moment (topic retention plus a day); returns how many."""

    # stops, ledger, quota, credit

    @abstractmethod
    async def stops(
        self, pairs: Iterable[tuple[TenantId, str]]
    ) -> dict[tuple[TenantId, str], list[Stop]]:
        """Returns every stop under (tenant, key), lifted ones too, oldest first. Ask for `*`
        beside the tenant where the operator's list matters."""

    @abstractmethod
    async def stops_of(
        self, tenant: TenantId | None, *, holding_at: datetime | None = None
    ) -> list[Stop]:
        """Returns all stops of a tenant (None: of all), or those that hold at a moment."""

    @abstractmethod
    async def sends(self, tenant: TenantId | None, ids: Iterable[SendId]) -> dict[SendId, Send]:
        """Returns ledger rows of a tenant. None looks at all tenants': for operators' commands, and
        for what comes back from outside with nothing but our reference on it."""

    @abstractmethod
    async def sends_of(self, tenant: TenantId, leads: Sequence[LeadId]) -> dict[LeadId, list[Send]]:
        """Returns the ledger rows of leads, by planned_at then step."""

    @abstractmethod
    async def sends_to(
        self, tenant: TenantId, addresses: Sequence[AddressHash]
    ) -> dict[AddressHash, list[Send]]:
        """Returns sends that are claimed, sent or unknown to addresses, over leads, campaigns and
        channels of the tenant, oldest first: cadence counts by person."""

    @abstractmethod
    async def sends_in(
        self, state: SendState, *, tenant: TenantId | None = None, limit: int = 1000
    ) -> list[Send]:
        """Returns sends in a state, oldest claim first: unknowns, open claims, held."""

    @abstractmethod
    async def expired_claims(self, machine: float, limit: int = 1000) -> list[Send]:
        """Returns claims whose lease has ended."""

    @abstractmethod
    async def retries_due(self, now: datetime, limit: int = 1000) -> list[Send]:
        """Returns sends in state `planned` whose `next_try` has come."""

    @abstractmethod
    async def usage(
        self, resources: Sequence[ResourceId], since: datetime, now: datetime
    ) -> dict[ResourceId, Usage]:
        """Returns what counts against resources, sorted by time: reservations later than `since`
        and admissions that have not expired by `now`."""

    @abstractmethod
    async def credit(self, tenants: Iterable[TenantId]) -> dict[TenantId, int]:
        """Returns balances; a client without a row is left out."""

    # timers

    @abstractmethod
    async def timers(self, agent: str, keys: Iterable[PartitionKey]) -> dict[PartitionKey, Timer]:
        """Returns the timers of keys."""

    @abstractmethod
    async def due_timers(self, now: datetime, machine: float, limit: int) -> list[Timer]:
        """Returns due timers that need no pool and have no live lease: clients by turns, each
        client's by due time."""

    @abstractmethod
    async def due_pools(self, now: datetime, machine: float) -> dict[str, PoolDemand]:
        """Returns the pools that have due timers without a live lease."""

    @abstractmethod
    async def due_in_pool(
        self, pool: str, now: datetime, machine: float, limit: int, *, unmarked: bool = False
    ) -> list[Timer]:
        """Returns due timers of a pool by rank, then due; or only those not marked waiting."""

    @abstractmethod
    async def pool_ahead(self, pools: Sequence[str], until: datetime) -> dict[str, int]:
        """Returns how many timers of each pool fall due by a moment, due ones included."""

    @abstractmethod
    async def next_due(self, machine: float) -> datetime | None:
        """Returns the earliest due moment of a timer that needs no pool and has no live lease, or
        of a pooled one that is not waiting; None where there is none."""

    # leases, history, information

    @abstractmethod
    async def acquire(self, name: str, owner: str, machine: float, seconds: float) -> Lease | None:
        """Takes or renews a lease. Taking it from somebody who gave it back, or whose time has run
        out, raises the epoch; None while somebody else holds it."""

    @abstractmethod
    async def release(self, lease: Lease) -> None:
        """Gives a lease back if it is still ours."""

    @abstractmethod
    async def journal(
        self,
        tenant: TenantId,
        *,
        lead: LeadId | None = None,
        account: AccountId | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Line]:
        """Returns lines in the order in which they were committed."""

    @abstractmethod
    async def tally(
        self, tenant: TenantId | None, since: datetime, until: datetime
    ) -> dict[tuple[str, str, str], int]:
        """Returns (campaign, kind, code) → how many journal lines, counts included; lines carry
        their campaign in `data["campaign"]`, else it is empty."""

    @abstractmethod
    async def backlog(self, now: datetime, machine: float) -> Backlog:
        """Returns what is under way or to come."""

    @abstractmethod
    async def erase(self, tenant: TenantId, lead: LeadId, at: datetime) -> int:
        """Blanks what identifies a lead's people: rows of `persons` and `contents` under the
        parent `lead` (returned is how many), what its ledger rows quote (diagnostic, request), and
        its dead letters' bytes. Ids, times, hashes and stops stay. Versions go up, so that nobody
        writes back what he had read before."""

    @abstractmethod
    async def info(self) -> StoreInfo:
        """Returns what start-up checks read."""

    def skew(self) -> timedelta:
        """Returns how far this host's wall clock is ahead of the store's; zero where one host has
        both."""
        return timedelta()

    @abstractmethod
    async def close_sending(self, reason: str | None) -> None:
        """Marks the store closed for claims (a restored copy), or open again with None."""

    @abstractmethod
    async def start(self) -> None:
        """Opens connections; raises OldSchema, Locked, Corrupt or Unavailable with the remedy."""

    @abstractmethod
    async def stop(self) -> None:
        """Finishes what is under way and closes."""


__all__ = ["EventId"]
