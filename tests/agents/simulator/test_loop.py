"""Virtual time jumps, keeps order, and refuses the outside world."""

import asyncio
from datetime import timedelta

import pytest

from agents.simulator.loop import START, Stalled, VirtualClock, run


def test_thirty_days_pass_in_order() -> None:
    """Sleepers wake at their own virtual moments, however long the wait."""

    async def main(clock: VirtualClock) -> list[tuple[int, float]]:
        woken: list[tuple[int, float]] = []

        async def sleeper(day: int) -> None:
            until = START + timedelta(days=day)
            await clock.wait(until, asyncio.Event(), 1e9)
            woken.append((day, (clock.now() - START) / timedelta(days=1)))

        await asyncio.gather(*(sleeper(day) for day in (30, 1, 7)))
        return woken

    assert run(main) == [(1, 1.0), (7, 7.0), (30, 30.0)]


def test_a_nudge_ends_a_wait_early() -> None:
    """A nudge wakes a sleeper before its moment, and time has not moved."""

    async def main(clock: VirtualClock) -> bool:
        nudge = asyncio.Event()
        asyncio.get_running_loop().call_soon(nudge.set)
        await clock.wait(START + timedelta(days=3), nudge, 1e9)
        return clock.now() == START

    assert run(main)


def test_a_deadlock_is_an_error_and_not_a_hang() -> None:
    """Where everybody waits for somebody else, the loop says so."""

    async def main(clock: VirtualClock) -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stalled):
        run(main)


def test_threads_are_refused() -> None:
    """A thread would run on real time, so the loop refuses one."""

    async def main(clock: VirtualClock) -> None:
        await asyncio.to_thread(int)

    with pytest.raises(RuntimeError, match="no threads"):
        run(main)
