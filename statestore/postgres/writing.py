"""Writes: what waits becomes one transaction, losers left out, poison found by halves.

Units of any number of callers are judged together on one overlay. A few transactions run at once,
each on a connection of its own, so that one is decided here while the server flushes another; who
comes while all are busy shares the next. A transaction is four round trips: begin, its tenants with
a block of numbers, one statement that writes and proves, commit.

Where another transaction came in between, the batch is undone and tried again with its rows locked
(`loading`). Whatever breaks before the commit was sent is known not to have happened, and is tried
once more on a new connection. A commit that was sent and not answered has an unknown fate:
`Unavailable`.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import asyncpg

from statestore.base import Duplicate, Lost, Poisoned, Result, Unit
from statestore.errors import Unavailable
from statestore.judge import judge
from statestore.postgres.connecting import Connection
from statestore.postgres.failures import Conflict, broken, clash, lasting, translated
from statestore.postgres.flushing import flush
from statestore.postgres.loading import BLOCK, load
from statestore.postgres.tenants import nameable, unnamed

LANES = 3
"""Transactions at once: one that waits for the disk, one at the server, one being decided here."""
WEIGHT = 2000
"""Units in one transaction: more gain nothing, and whoever came first would wait for them."""
ATTEMPTS = 12
"""Tries of a batch that others keep coming in between of; the last ones are seconds apart."""
GUESSED = frozenset({"inbox", "version", "newer", "unique"})
"""What a unit loses by where it is judged on what was taken for given (`guesses`)."""
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""Whatever the server's default is: with one snapshot for all statements, slots that are counted
under a lock would be those of before the lock."""
PAUSE, LONGEST = 0.002, 1.0
"""Machine seconds before the second try with locks, doubled from one to the next."""


@dataclass(frozen=True, slots=True)
class Job:
    """Units of one caller; answered by their results in order."""

    units: Sequence[Unit]
    answer: "asyncio.Future[list[Result]]"


class Sent(Exception):
    """The commit was sent and not answered; never leaves the module."""


class Writer:
    """Commits units over a pool; belongs to the loop that made it."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        place: str,
        offset: Callable[[], float],
        lease: Callable[[], float | None],
    ) -> None:
        self._pool = pool
        self._place = place
        self._offset = offset
        self._lease = lease
        self._waiting: deque[Job] = deque()
        self._lanes: set[asyncio.Task[None]] = set()
        self._closed = False

    async def commit(self, units: Sequence[Unit]) -> list[Result]:
        """Returns one result per unit, in their order; raises Unavailable."""
        if self._closed:
            raise Unavailable(f"{self._place}: the store is stopped")
        job = Job(units, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if len(self._lanes) < LANES:
            lane = asyncio.create_task(self._work())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await job.answer

    async def close(self) -> None:
        """Returns when what was given before is answered; later units raise Unavailable."""
        self._closed = True
        while self._lanes:
            await asyncio.wait(self._lanes)

    async def _work(self) -> None:
        while self._waiting:
            group = _group(self._waiting)
            units = [unit for job in group for unit in job.units]
            try:
                results = iter(await self._all(units))
            except Exception as error:
                for job in group:
                    if not job.answer.done():
                        job.answer.set_exception(error)
                continue
            for job in group:
                answer = list(islice(results, len(job.units)))
                if not job.answer.done():
                    job.answer.set_result(answer)

    async def _all(self, units: Sequence[Unit]) -> list[Result]:
        if _ordinary(units):
            return await self._transaction(units)
        results: list[Result] = []
        for chunk in _chunks(units):
            refused = {n: _refusal(unit) for n, unit in enumerate(chunk)}
            good = [unit for n, unit in enumerate(chunk) if refused[n] is None]
            found = iter(await self._transaction(good) if good else [])
            results += [refused[n] or next(found) for n in range(len(chunk))]
        return results

    async def _transaction(self, units: Sequence[Unit]) -> list[Result]:
        """One transaction for all; where a lasting failure spoils it, one for each half."""
        again, renewed = 0, False
        while True:
            try:
                return await self._once(units, again=again > 0)
            except Sent as error:
                raise translated(error.__cause__ or error, self._place) from error.__cause__
            except Exception as error:
                if clash(error) and again < ATTEMPTS:
                    again += 1
                    await _pause(again)
                elif broken(error) and not renewed:
                    renewed = True
                    await self._pool.expire_connections()
                elif lasting(error) and not clash(error):
                    return await self._halved(units, error)
                else:
                    raise translated(error, self._place) from error

    async def _once(self, units: Sequence[Unit], *, again: bool) -> list[Result]:
        async with self._pool.acquire() as connection:
            try:
                return await self._within(connection, units, again)
            except BaseException:
                await _undo(connection)
                raise

    async def _within(
        self, connection: Connection, units: Sequence[Unit], again: bool
    ) -> list[Result]:
        offset = self._offset()
        await connection.execute(BEGIN)
        tables = await load(connection, units, offset, again=again)
        results = [judge(unit, tables) for unit in units]
        if not again and not all(map(proved, results)):
            raise Conflict("a unit lost by what was taken for given")
        await flush(connection, tables, offset, self._lease())
        try:
            await connection.execute("COMMIT")
        except asyncpg.PostgresError as error:
            if clash(error):
                raise  # the server says that it did not happen
            raise Sent from error
        except Exception as error:
            raise Sent from error
        return results

    async def _halved(self, units: Sequence[Unit], error: Exception) -> list[Result]:
        if len(units) <= 1:
            return [Poisoned(f"{type(error).__name__}: {error}") for _ in units]
        middle = len(units) // 2
        first = await self._transaction(units[:middle])
        return first + await self._transaction(units[middle:])


async def _undo(connection: Connection) -> None:
    """Rolls back, or gives the connection up."""
    try:
        if not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK", timeout=5)
    except Exception:
        connection.terminate()


async def _pause(again: int) -> None:
    """Lets the others finish: at once with locks, then longer and longer."""
    if again > 1:
        await asyncio.sleep(min(PAUSE * 2**again, LONGEST))


def _group(waiting: "deque[Job]") -> list[Job]:
    """Takes jobs for one transaction off the front: at most `WEIGHT` units, or one job."""
    group = [waiting.popleft()]
    weight = len(group[0].units)
    while waiting and weight + len(waiting[0].units) <= WEIGHT:
        group.append(waiting.popleft())
        weight += len(group[-1].units)
    return group


def proved(result: Result) -> bool:
    """Says whether writing proves a first try's result. What a unit that commits took for given is
    proved by its own statements; what another one lost by is proved by nobody."""
    if isinstance(result, Lost):
        return result.code not in GUESSED
    return not isinstance(result, Duplicate)


def _ordinary(units: Sequence[Unit]) -> bool:
    """Says whether units can go as they are: numbers enough for all, tenants that can have rows."""
    count = sum([len(unit.events) + len(unit.journal) + len(unit.timers) for unit in units])
    if count >= BLOCK or len(units) > WEIGHT:
        return False
    if any(unit.dead for unit in units):
        return False
    return all(map(nameable, {unit.tenant for unit in units}))


def _chunks(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Parts units so that each part has numbers enough (`loading.BLOCK`)."""
    start = weight = 0
    for place, unit in enumerate(units):
        weight += numbers(unit)
        if place > start and (weight >= BLOCK or place - start >= WEIGHT):
            yield units[start:place]
            start, weight = place, numbers(unit)
    if start < len(units):
        yield units[start:]


def numbers(unit: Unit) -> int:
    """Returns how many numbers of a kind a unit needs at most."""
    return max(len(unit.events), len(unit.journal), len(unit.timers))


def _refusal(unit: Unit) -> Poisoned | None:
    """What no store may hold, told before it is asked."""
    if numbers(unit) >= BLOCK:
        return Poisoned(f"a unit of {numbers(unit)} events, lines or timers; {BLOCK - 1} at most")
    bad = unnamed(unit)
    return None if bad is None else Poisoned(f"{bad!r} is no tenant's id")
