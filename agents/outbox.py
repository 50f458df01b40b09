"""The relay: publishes what was committed, and forgets it once the bus has it.

Events that this process commits are handed over in memory and published at once; their outbox rows
are deleted after the bus confirmed them. The table itself is read at the start, when a delayed row
falls due, and at a ceiling where several processes share a store: so a process that dies between
commit and publish loses nothing, and publishing twice is harmless. A row that the bus refuses for
good is dead-lettered and does not hold up the others.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime

import structlog

from agents.base import Relay
from agents.ports import Clock, nudged
from bus import errors as bus_errors
from bus.base import Message, MessageBus
from bus.codec import encode, stamp
from contracts.errors import ContractError
from contracts.ids import OPERATOR
from statestore import errors as store_errors
from statestore.base import DeadLetter, OutboxRow, Outgoing, StateStore, Unit

log = structlog.get_logger()

BATCH = 500
LEASE = 30.0
"""Machine seconds for which a relay keeps rows that it read from the table."""
Ready = tuple[int, Outgoing]
"""An event to publish, with its outbox number."""
PAUSE = 0.5
"""Machine seconds between tries while bus or store are away."""


class OutboxRelay(Relay):
    """One per process; `run` until cancelled, `drained` says when nothing is left in memory."""

    def __init__(
        self, store: StateStore, bus: MessageBus, clock: Clock, *, ceiling: float = 3600.0
    ) -> None:
        self.store = store
        self.bus = bus
        self.clock = clock
        self.ceiling = ceiling
        self._ready: deque[Ready] = deque()
        self._nudge = asyncio.Event()
        self._next: datetime | None = None
        self._busy = 0
        self._read_table = True
        self._from_table: set[int] = set()
        """Numbers of the last page that was read; a commit may hand them over only afterwards."""

    @property
    def pending(self) -> int:
        """How many rows are in memory, those being published included."""
        return len(self._ready) + self._busy

    def hand_over(self, numbers: Sequence[int], outgoing: Sequence[Outgoing]) -> None:
        later = [out.available for out in outgoing if out.available is not None]
        if later or self._from_table:
            self._next = min([*later, *([self._next] if self._next else [])], default=None)
            self._ready.extend(
                (number, out)
                for number, out in zip(numbers, outgoing, strict=True)
                if out.available is None and number not in self._from_table
            )
        else:
            self._ready.extend(zip(numbers, outgoing, strict=True))
        self._nudge.set()

    def nudge(self) -> None:
        """Makes the relay look at the table, e.g. after a command of this process wrote there."""
        self._read_table = True
        self._nudge.set()

    async def run(self) -> None:
        """Publishes for ever."""
        while True:
            try:
                await self.turn()
            except (bus_errors.Unavailable, store_errors.Unavailable) as error:
                log.warning("relay_waits", error=str(error))
                await nudged(asyncio.Event(), PAUSE)

    async def turn(self) -> None:
        """Publishes what is ready, then waits for more."""
        self._nudge.clear()
        if self._due():
            await self._refill()
        if self._ready:
            await self._publish_some()
            return
        started = self.clock.elapsed()
        await self.clock.wait(self._next, self._nudge, self.ceiling)
        self._read_table |= self.clock.elapsed() - started >= self.ceiling

    def _due(self) -> bool:
        return self._read_table or (self._next is not None and self.clock.now() >= self._next)

    async def _refill(self) -> None:
        """Reads a page of the table; a full one that holds anything new asks for the next.

        Rows of this process are in memory already. A dead process's are older, so that a page
        without any has nothing behind it; reading on would read one's own rows for ever.
        """
        machine = self.clock.elapsed()
        rows = await self.store.outbox(self.clock.now(), BATCH, machine=machine, lease=LEASE)
        held = {number for number, _ in self._ready}
        new = [_ready(row) for row in rows if row.number not in held]
        self._from_table = {number for number, _ in new}
        self._ready.extend(new)
        self._read_table = len(rows) == BATCH and bool(new)
        self._next = (await self.store.backlog(self.clock.now(), machine)).next_outbox

    async def _publish_some(self) -> None:
        batch = [self._ready.popleft() for _ in range(min(BATCH, len(self._ready)))]
        self._busy = len(batch)
        try:
            await self._publish(batch)
        except bus_errors.Unavailable as error:
            self._put_back(batch, behind=bool(error.published))
            raise
        except BaseException:
            self._put_back(batch, behind=False)
            raise
        finally:
            self._busy = 0

    def _put_back(self, batch: Sequence[Ready], *, behind: bool) -> None:
        """Keeps rows for the next try: in front, or behind the others where only a part of the bus
        is away, which would hold up everything. What has a key with them stays behind them."""
        if not behind:
            self._ready.extendleft(reversed(batch))
            return
        late = {out.event.key for _, out in batch}
        waiting, self._ready = self._ready, deque()
        self._ready.extend(row for row in waiting if row[1].event.key not in late)
        self._ready.extend(batch)
        self._ready.extend(row for row in waiting if row[1].event.key in late)

    async def _publish(self, batch: list[Ready]) -> None:
        """Publishes rows; what the bus has of them when this raises is taken out of the batch."""
        now = stamp(self.clock.now())
        messages: list[Message] = []
        rows: list[Ready] = []
        for row in batch:
            out = row[1]
            try:
                messages.append(
                    encode(out.event, topic=out.topic, attempt=out.attempt, recorded=now)
                )
                rows.append(row)
            except ContractError as error:
                await self._bury(row, error)
        try:
            await self.bus.publish(messages)
        except bus_errors.Refused as error:
            for index in error.indexes:
                await self._bury(rows[index], error)
        except bus_errors.Unavailable as error:
            there = {rows[index][0] for index in error.published}
            if there:
                await self.store.published(sorted(there))
                batch[:] = [row for row in batch if row[0] not in there]
            raise
        await self.store.published([number for number, _ in batch])

    async def _bury(self, row: Ready, error: Exception) -> None:
        now = self.clock.now()
        number, out = row
        event = out.event
        letter = DeadLetter(
            id=f"outbox:{number}:{event.id}",
            tenant=event.tenant or OPERATOR,
            agent="outbox",
            topic=out.topic or event.topic,
            key=event.key,
            headers={
                "ce_id": event.id,
                "ce_type": event.type,
                "ce_traceparent": event.traceparent or "",
            },
            value=repr(dict(event.data)).encode("utf-8", "backslashreplace")[:100_000],
            reason=getattr(error, "code", "refused"),
            detail=str(error)[:2000],
            attempts=1,
            origin="outbox",
            first_at=now,
            last_at=now,
        )
        await self.store.commit([Unit(tenant=letter.tenant, dead=(letter,))])


def _ready(row: OutboxRow) -> Ready:
    return row.number, Outgoing(event=row.event, topic=row.topic, attempt=row.attempt)
