"""How long a stop takes to hold: the global switch under 40 claimers, and the last call behind it.

`global_flip_under_40_claimers_ms`: forty tasks claim as fast as one SQLite store lets them, each
claim with its ledger row, quota and the condition that no stop stands; one more commits the switch.
`last_content_after_stop_ms`: a campaign over real SMTP, forty calls at once; from the return of the
stop's commit to the last content that the mail server has (0 where none came behind it). The
promise is 3,000. Behaviour is asserted in `tests/journeys/test_stop.py`, time nowhere.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from contracts.ids import OPERATOR, ResourceId
from contracts.outcome import SendState, StopReason
from statestore.base import Committed, Lost, NoStop, SendWrite, Unit
from statestore.sqlite import SqliteStore
from tests.bench.rounds import interleaved, row
from tests.journeys.standing import scene
from tests.statestore import values

CLAIMERS = 40
WARM = 400
"""Claims that are in before the switch is flipped."""
KEYS = ("global", "client:acme", "campaign:c1", "channel:email", "resource:r1", "account:a1")


def claim(number: int) -> Unit:
    """One claim, as the sender makes it."""
    name = f"s{number}"
    send = replace(values.send(name), state=SendState.CLAIMED, owner="bench")
    keys = (*KEYS, f"lead:{send.lead}", f"address:{send.address_hash}")
    return Unit(
        tenant=values.T,
        conditions=(NoStop(tenant=values.T, keys=keys, at=values.at()),),
        sends=(SendWrite(send=send, expect=0),),
        quota=(values.reserve(name, cap=10**9, resource=ResourceId(f"r{number % 40}")),),
    )


async def flip(folder: Path) -> float:
    """Milliseconds that the switch's commit took; raises where a claim won behind it."""
    store = SqliteStore(folder / "store.db")
    await store.start()
    numbers, taken, warm, flipped = count(), count(1), asyncio.Event(), False

    async def claimer() -> None:
        while True:
            behind = flipped
            result = (await store.commit([claim(next(numbers))]))[0]
            if isinstance(result, Lost):
                return
            assert isinstance(result, Committed), result
            assert not behind, "a claim won behind the switch"
            if next(taken) == WARM:
                warm.set()

    claimers = [asyncio.create_task(claimer()) for _ in range(CLAIMERS)]
    await warm.wait()
    switch = values.stops("global", tenant=OPERATOR, reason=StopReason.KILLED)
    began = time.perf_counter()
    await values.wins(store, Unit(tenant=OPERATOR, stops=(switch,)))
    took, flipped = time.perf_counter() - began, True
    await asyncio.gather(*claimers)
    await store.stop()
    return took * 1000


async def behind(folder: Path) -> float:
    """Milliseconds from the stop's commit to the last content that the server has."""
    async with scene(folder / "x", leads=60, kind="sqlite", slots=CLAIMERS) as on:
        await on.arrived(5)
        await on.stop()
        stopped = asyncio.get_running_loop().time()
        await on.end()
        return max(0.0, max(on.server.contents) - stopped) * 1000


def one(measure: Any) -> float:
    """One round in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return float(asyncio.run(measure(Path(folder))))


def rows() -> Iterator[dict[str, Any]]:
    """Measures, and returns the rows that `make bench` prints."""
    figures = interleaved(
        {
            "global_flip_under_40_claimers_ms": lambda: one(flip),
            "last_content_after_stop_ms": lambda: one(behind),
        }
    )
    for name, figure in figures.items():
        yield row(name, figure, "ms", digits=2)


if __name__ == "__main__":
    import json

    for line in rows():
        print(json.dumps(line))
