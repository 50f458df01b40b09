"""Time, ids and chance as ports, and their production adapters. Nothing else in the packages may
ask the system for them (a lint test says so).

Two kinds of time (design §9). *Business time* (`now`) is what plans, gates, windows, quota, retry
delays and event times use. *Machine time* (`elapsed`) is what permits, leases, deadlines of a call
and health use; nobody moves it, and it counts sleep of the machine.
"""

import asyncio
import random
import secrets
import string
import struct
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import uuid4

T = TypeVar("T")


class Clock(Protocol):
    """Both kinds of time, and waiting for business time."""

    def now(self) -> datetime:
        """Business time, aware, UTC."""

    def elapsed(self) -> float:
        """Machine seconds since some start; never goes back, counts sleep."""

    async def wait(self, until: datetime | None, nudge: asyncio.Event, ceiling: float) -> None:
        """Returns when business time reaches `until`, the nudge is set, or `ceiling` machine
        seconds went by; whichever is first."""


class Ids(Protocol):
    """Fresh ids, where no cause names one."""

    def new(self) -> str:
        """Returns an id that nobody has."""


class Rng(Protocol):
    """Chance; seeded in tests and simulation."""

    def uniform(self, low: float, high: float) -> float:
        """Returns a number between two others."""

    def choice(self, among: Sequence[T]) -> T:
        """Returns one of several."""


def _counting_sleep() -> float:
    """Seconds that count sleep: CLOCK_BOOTTIME, elsewhere the larger of monotonic and wall."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return max(time.monotonic(), _WALL_START + (time.time() - _WALL_BASE))


_WALL_BASE = time.time()
_WALL_START = time.monotonic()


async def nudged(nudge: asyncio.Event, seconds: float) -> None:
    """Waits for a nudge, at most some machine seconds."""
    try:
        await asyncio.wait_for(nudge.wait(), max(seconds, 0.0))
    except TimeoutError:
        pass


class SystemClock:
    """The system's time; the only one that mode `live` accepts."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed(self) -> float:
        return _counting_sleep()

    async def wait(self, until: datetime | None, nudge: asyncio.Event, ceiling: float) -> None:
        seconds = ceiling
        if until is not None:
            seconds = min(ceiling, (until - self.now()).total_seconds())
        await nudged(nudge, seconds)


_STEP = struct.Struct("<q")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SteppedClock:
    """Business time that stands in a small file until its driver moves it; machine time is real.

    The file holds microseconds since 1970 as one little-endian 64-bit number, so that several
    processes, and a process that was killed and started again, read one time. Waiting looks at
    the file every few milliseconds of machine time.
    """

    PAUSE = 0.004

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._map = mmap(file.fileno(), _STEP.size, access=ACCESS_READ)

    @classmethod
    def create(cls, path: Path, start: datetime) -> "SteppedClock":
        """Makes the file, standing at `start`, and returns its clock."""
        path.write_bytes(_STEP.pack(_micros(start)))
        return cls(path)

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=_STEP.unpack(self._map[:])[0])

    def elapsed(self) -> float:
        return _counting_sleep()

    async def wait(self, until: datetime | None, nudge: asyncio.Event, ceiling: float) -> None:
        started, deadline = self.now(), self.elapsed() + ceiling
        while not nudge.is_set() and self.elapsed() < deadline:
            now = self.now()
            if now != started or (until is not None and now >= until):
                return
            await nudged(nudge, self.PAUSE)

    def move(self, moment: datetime) -> None:
        """Moves business time forward; for the driver alone. Raises ValueError for a step back."""
        if moment < self.now():
            raise ValueError(f"business time stands at {self.now()}, it never goes back")
        with self.path.open("r+b") as file:
            file.write(_STEP.pack(_micros(moment)))


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


class SystemIds:
    """Random ids."""

    def new(self) -> str:
        return str(uuid4())


LETTERS = string.ascii_letters + string.digits
"""What passwords are made of: nothing that a shell, a URL or SQL reads as its own."""


def new_secret(characters: int) -> str:
    """A password or key from the system's own generator; 5.9 bits a character."""
    return "".join(secrets.choice(LETTERS) for _ in range(characters))


class SystemRng:
    """Seeded from the system."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(secrets.randbits(64) if seed is None else seed)  # noqa: S311

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def choice(self, among: Sequence[T]) -> T:
        return self._random.choice(among)
