"""Machine seconds of a caller ↔ seconds of the server's clock.

Every host's `elapsed()` has a start of its own, and a lease that one host sets is judged by
another. So what leases say is stored by the server's clock, and translated by an offset that is
measured at the start and again regularly: read the caller's clock, ask the server, read it again;
the answer belongs to the middle, and the narrowest of a few tries counts. It is kept while a new
one says the same within what both leave open, so that a lease comes back as it was set.

Offsets are whole milliseconds of 1/1024 s: seconds since 1970 leave a double 22 bits behind the
point, and adding and taking away then changes no moment by more than a quarter of a microsecond.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from statestore.records import EPOCH

TRIES = 5
GRAIN = 1024
EVERY = 30.0
"""Machine seconds after which the offset is measured again."""

Fetch = Callable[..., Awaitable[Any]]
ASK = "SELECT extract(epoch FROM clock_timestamp())::double precision"


@dataclass(frozen=True, slots=True)
class Offset:
    """Server seconds minus machine seconds, and by how much that may be wrong."""

    seconds: float
    doubt: float
    measured: float
    """Machine seconds of the measurement."""

    def agrees(self, other: "Offset") -> bool:
        """Says whether two measurements can both be right."""
        return abs(self.seconds - other.seconds) <= self.doubt + other.doubt + 2 / GRAIN


async def measured(fetch: Fetch, elapsed: Callable[[], float]) -> Offset:
    """Measures the offset over a connection."""
    best: Offset | None = None
    for _ in range(TRIES):
        before = elapsed()
        server = float(await fetch(ASK))
        after = elapsed()
        seconds = round((server - (before + after) / 2) * GRAIN) / GRAIN
        found = Offset(seconds, (after - before) / 2, after)
        if best is None or found.doubt < best.doubt:
            best = found
    assert best is not None
    return best


def later(known: Offset | None, found: Offset) -> Offset:
    """Returns the offset to go on with: the known one while the new one agrees with it."""
    if known is None or not known.agrees(found):
        return found
    return Offset(known.seconds, known.doubt, found.measured)


def skew(offset: Offset, now: datetime, elapsed: float) -> timedelta:
    """Returns how far this host's wall clock is ahead of the server's."""
    return now - EPOCH - timedelta(seconds=elapsed + offset.seconds)
