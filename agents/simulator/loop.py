"""An event loop in which time is virtual: when nothing is ready it jumps to the next timer.

Business time and machine time are both the loop's own, so a week of waiting passes in a blink and
one seed gives one run. It allows neither sockets nor threads: whoever would wait for the outside
world raises instead of hanging (design §9).
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from agents.ports import nudged

T = TypeVar("T")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
"""A Monday."""


class Stalled(RuntimeError):
    """Nothing is ready and no timer is set: everybody waits for somebody else."""


class _Jump(selectors.DefaultSelector):
    """A selector that never waits: it moves the loop's time instead."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Stalled("nothing is ready and no timer is set")
        self.time += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs callbacks in asyncio's own order, on time that jumps."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.time

    def run_in_executor(self, *args: Any) -> Any:  # type: ignore[override]  # refuses them all
        raise RuntimeError("no threads on virtual time; run statements inline")


class VirtualClock:
    """Both kinds of time, from the loop; business time starts at `start` and can be stepped."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: datetime = START) -> None:
        self._loop = loop
        self._start = start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time())

    def elapsed(self) -> float:
        return self._loop.time()

    async def wait(self, until: datetime | None, nudge: asyncio.Event, ceiling: float) -> None:
        seconds = ceiling
        if until is not None:
            seconds = min(ceiling, (until - self.now()).total_seconds())
        await nudged(nudge, seconds)


def run(main: Callable[[VirtualClock], Coroutine[Any, Any, T]], start: datetime = START) -> T:
    """Runs a coroutine on virtual time and returns its result; `main` gets the clock."""
    loop = VirtualLoop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main(VirtualClock(loop, start)))
    finally:
        _cancel_all(loop)
        asyncio.set_event_loop(None)
        loop.close()


def _cancel_all(loop: VirtualLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
