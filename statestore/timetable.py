"""The memory store's timers in the orders in which they are asked for.

Kept in step by `move` after each unit that committed. Timers that a pool holds back stand apart
from those that nobody has looked at yet, since in outreach the first are many and the second few.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import islice

from statestore.base import PoolDemand, Timer
from statestore.ordered import Entry, Ordered
from statestore.overlay import TimerId
from statestore.records import TimerRecord, micros, moment, timer_of
from statestore.turns import by_turns

Ranks = dict[int, Ordered]


class Timetable:
    """Due times by client, by pool and rank, and over all."""

    def __init__(self, timers: dict[TimerId, TimerRecord]) -> None:
        self.timers = timers
        self.leased: dict[TimerId, float] = {}
        self.free: dict[str, Ordered] = defaultdict(Ordered)
        self.waiting: dict[str, Ranks] = defaultdict(dict)
        self.unmarked: dict[str, Ranks] = defaultdict(dict)
        self.awaited = Ordered()

    def move(self, old: TimerRecord | None, new: TimerRecord | None) -> None:
        """Takes a timer from its places to its new ones."""
        if old is not None:
            for order in self._places(old):
                order.remove(_entry(old))
            self.leased.pop((old.agent, old.key), None)
        if new is not None:
            for order in self._places(new):
                order.add(_entry(new))
            if new.leased_until is not None:
                self.leased[new.agent, new.key] = new.leased_until

    def _places(self, timer: TimerRecord) -> Iterator[Ordered]:
        if not _waits(timer):
            yield self.awaited
        if timer.pool is None:
            yield self.free[timer.tenant]
        else:
            pools = self.unmarked if timer.waiting is None else self.waiting
            yield pools[timer.pool].setdefault(timer.rank, Ordered())

    def _open(self, entry: Entry, machine: float) -> bool:
        return self.leased.get((entry[1], entry[2]), machine) <= machine

    def _timer(self, entry: Entry) -> Timer:
        _, agent, key = entry
        return timer_of(self.timers[agent, key])

    def due(self, now: datetime, machine: float, limit: int) -> list[Timer]:
        """Due timers without pool or live lease, clients by turns."""
        bound = micros(now)
        queues = (
            (self._timer(entry) for entry in order.up_to(bound) if self._open(entry, machine))
            for _, order in sorted(self.free.items(), key=_first_due)
        )
        return by_turns(queues, limit)

    def pools(self, now: datetime, machine: float) -> dict[str, PoolDemand]:
        """The pools that have due timers without a live lease."""
        bound = micros(now)
        taken, marked = self._leased_in_pools(bound, machine)
        found = {}
        for pool in {*self.unmarked, *self.waiting}:
            unmarked = _count(self.unmarked.get(pool, {}), bound)
            due = unmarked + _count(self.waiting.get(pool, {}), bound) - taken.get(pool, 0)
            if due:
                unmarked -= taken.get(pool, 0) - marked.get(pool, 0)
                found[pool] = PoolDemand(due=due, unmarked=unmarked)
        return found

    def _leased_in_pools(self, bound: int, machine: float) -> tuple[dict[str, int], dict[str, int]]:
        taken: dict[str, int] = {}
        marked: dict[str, int] = {}
        for name, until in self.leased.items():
            timer = self.timers[name]
            if until > machine and timer.pool is not None and timer.due <= bound:
                taken[timer.pool] = taken.get(timer.pool, 0) + 1
                if timer.waiting is not None:
                    marked[timer.pool] = marked.get(timer.pool, 0) + 1
        return taken, marked

    def in_pool(
        self, pool: str, now: datetime, machine: float, limit: int, *, unmarked: bool
    ) -> list[Timer]:
        """Due timers of a pool by rank, then due."""
        kinds = [self.unmarked.get(pool, {})]
        if not unmarked:
            kinds.append(self.waiting.get(pool, {}))
        bound = micros(now)
        due = (
            self._timer(entry)
            for rank in sorted({rank for ranks in kinds for rank in ranks})
            for entry in merge(*(_up_to(ranks, rank, bound) for ranks in kinds))
            if self._open(entry, machine)
        )
        return list(islice(due, limit))

    def ahead(self, pool: str, until: datetime) -> int:
        """How many timers of a pool fall due by a moment."""
        return sum(
            _count(kind.get(pool, {}), micros(until)) for kind in (self.unmarked, self.waiting)
        )

    def next(self, machine: float) -> datetime | None:
        """The earliest due moment of a timer that is not waiting and has no live lease."""
        due = (entry[0] for entry in self.awaited.entries if self._open(entry, machine))
        return next(map(moment, due), None)

    def awaited_due(self, now: datetime, machine: float) -> int:
        """How many timers are due and not waiting, or due and offered."""
        bound = micros(now)
        offered = [self.timers[name] for name, until in self.leased.items() if until > machine]
        waiting = sum(timer.due <= bound and _waits(timer) for timer in offered)
        return self.awaited.count(bound) + waiting

    def awaited_after(self, now: datetime) -> datetime | None:
        """The earliest due moment later than one, of a timer that is not waiting."""
        place = self.awaited.count(micros(now))
        return moment(self.awaited.entries[place][0]) if place < len(self.awaited) else None


def _waits(timer: TimerRecord) -> bool:
    """Says whether a timer is held back by its pool."""
    return timer.waiting is not None and timer.pool is not None


def _first_due(free: tuple[str, Ordered]) -> tuple[list[int], str]:
    return [entry[0] for entry in free[1].entries[:1]], free[0]


def _entry(timer: TimerRecord) -> Entry:
    return (timer.due, timer.agent, timer.key)


def _count(ranks: Ranks, bound: int) -> int:
    return sum(order.count(bound) for order in ranks.values())


def _up_to(ranks: Ranks, rank: int, bound: int) -> Iterator[Entry]:
    return ranks[rank].up_to(bound) if rank in ranks else iter(())
