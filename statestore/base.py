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
- `data` of rows is a JSON object. Rows written by a newer process (`schema` above `SCHEMA`) are
  returned as they are, and a unit that would write over one is `Lost` with code `newer`.
- Numbers (outbox, journal, timers' versions) are given once in a store's life: a late word about
  an old one never meets a new one.

The values that go in and come out have modules of their own and are named here for all who import
the port: what stands in a store is `statestore/values.py`, what a turn hands over
`statestore/unit.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from contracts.ids import (
    AccountId,
    AddressHash,
    LeadId,
    PartitionKey,
    ResourceId,
    SendId,
    TenantId,
)
from contracts.outcome import SendState
from statestore.unit import (
    ClientActive,
    Committed,
    Condition,
    Consumed,
    CreditMove,
    Duplicate,
    Fence,
    Limit,
    Lost,
    NoStop,
    Outgoing,
    Poisoned,
    QuotaAdmit,
    QuotaRelease,
    QuotaReserve,
    QuotaSettle,
    QuotaWrite,
    Result,
    RowWrite,
    SendWrite,
    StopAdd,
    StopLift,
    StopWrite,
    TimerClear,
    TimerLease,
    TimerSet,
    TimerWait,
    TimerWrite,
    Unit,
    consuming,
)
from statestore.values import (
    CONTENT_KINDS,
    PERSONAL_KINDS,
    SCHEMA,
    Backlog,
    DeadLetter,
    Lease,
    Line,
    OutboxRow,
    PoolDemand,
    Ref,
    Row,
    Send,
    Stop,
    StoreInfo,
    Timer,
    Usage,
)

__all__ = [
    "CONTENT_KINDS",
    "PERSONAL_KINDS",
    "SCHEMA",
    "Backlog",
    "ClientActive",
    "Committed",
    "Condition",
    "Consumed",
    "CreditMove",
    "DeadLetter",
    "Duplicate",
    "Fence",
    "Lease",
    "Limit",
    "Line",
    "Lost",
    "NoStop",
    "OutboxRow",
    "Outgoing",
    "Poisoned",
    "PoolDemand",
    "QuotaAdmit",
    "QuotaRelease",
    "QuotaReserve",
    "QuotaSettle",
    "QuotaWrite",
    "Ref",
    "Result",
    "Row",
    "RowWrite",
    "Send",
    "SendWrite",
    "StateStore",
    "Stop",
    "StopAdd",
    "StopLift",
    "StopWrite",
    "StoreInfo",
    "Timer",
    "TimerClear",
    "TimerLease",
    "TimerSet",
    "TimerWait",
    "TimerWrite",
    "Unit",
    "Usage",
    "consuming",
]


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
