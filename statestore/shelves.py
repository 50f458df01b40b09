"""The memory store's other orders: rows by parent and by kind, sends by lead, address and state.

Kept in step with the tables by `follow`, which reads the overlay's log once a unit has committed.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from contracts.ids import AddressHash, LeadId, SendId, TenantId
from contracts.outcome import SendState
from statestore.base import Send
from statestore.ordered import Ordered
from statestore.overlay import ABSENT, Overlay, RowKey, Stored, TimerId
from statestore.records import LineRecord, TimerRecord
from statestore.timetable import Timetable

AT_VENDOR = frozenset({SendState.CLAIMED, SendState.SENT, SendState.UNKNOWN})
"""States in which a send counts against the person (design §5)."""


class Shelves:
    """Who stands under what."""

    def __init__(self, tables: Overlay) -> None:
        self.tables = tables
        self.timetable = Timetable(tables.timers)
        self.children: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.kinds: dict[str, Ordered] = defaultdict(Ordered)
        self.leads: dict[tuple[str, LeadId], set[SendId]] = defaultdict(set)
        self.addresses: dict[tuple[TenantId, AddressHash], set[SendId]] = defaultdict(set)
        self.states: dict[SendState, set[SendId]] = defaultdict(set)
        self.history: dict[Hashable, list[int]] = defaultdict(list)

    def follow(self) -> None:
        """Takes over what the log names, and empties it."""
        tables = self.tables
        for table, key, old in tables.log:
            before, after = (None if old is ABSENT else old), table.get(key)
            if table is tables.rows:
                self._row(key, before, after)
            elif table is tables.sends and after is not None:
                self._send(before, after)
            elif table is tables.lines and before is None and after is not None:
                self._line(after)
        for key, old_timer in self._first_timers().items():
            self.timetable.move(old_timer, tables.timers.get(key))
        tables.log.clear()

    def _first_timers(self) -> dict[TimerId, TimerRecord | None]:
        """What stood for each timer before the first of the log's changes to it."""
        found: dict[TimerId, TimerRecord | None] = {}
        for table, key, old in self.tables.log:
            if table is self.tables.timers:
                found.setdefault(key, None if old is ABSENT else old)
        return found

    def _row(self, name: RowKey, old: Stored | None, new: Stored | None) -> None:
        tenant, kind, key = name
        if old is None:
            self.kinds[kind].add((tenant, key))
        elif old[2]:
            self.children[tenant, old[2], kind].discard(key)
        if new is not None and new[2]:
            self.children[tenant, new[2], kind].add(key)

    def _send(self, old: Send | None, new: Send) -> None:
        if old is None:
            self.leads[new.tenant, new.lead].add(new.id)
        else:
            self.states[old.state].discard(new.id)
            self.addresses[new.tenant, old.address_hash].discard(new.id)
        self.states[new.state].add(new.id)
        if new.state in AT_VENDOR:
            self.addresses[new.tenant, new.address_hash].add(new.id)

    def _line(self, line: LineRecord) -> None:
        numbers: Iterable[Hashable] = [(line.tenant, "account", line.account), line.tenant]
        for name in numbers:
            self.history[name].append(line.number)
        if line.lead is not None:
            self.history[line.tenant, "lead", line.lead].append(line.number)
