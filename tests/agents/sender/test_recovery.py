"""Claims of a process that died, and leases that ended during a call."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents.sender.recovery import expire, recover
from channels.base import Permit, Receipt, Request
from contracts.outcome import SendState, VendorClass
from tests.agents.cast import (
    ACCEPTED,
    REFUSED,
    Answer,
    Cast,
    Scripted,
)
from tests.agents.sender.hands import Door, pause, ready
from tests.agents.stage import delivered


async def dead(vendor: Scripted) -> Cast:
    """A cast whose process froze in the middle of a call, and the one that came after it."""
    cast, command = await ready(vendor)
    door = Door()
    vendor.answers = [door]
    await cast.turn([delivered(command)])
    await pause()
    for task in cast.turn.running:
        task.cancel()
    await asyncio.gather(*cast.turn.running, return_exceptions=True)
    cast.sender.operation = replace(cast.sender.operation, owner="process-2")
    return cast


@pytest.mark.parametrize(
    ("kind", "state", "calls"),
    [
        (VendorClass.NOTHING, SendState.UNKNOWN, 1),
        (VendorClass.WEBHOOK, SendState.UNKNOWN, 1),
        (VendorClass.KEY, SendState.SENT, 2),
        (VendorClass.LOOKUP, SendState.SENT, 1),
    ],
)
async def test_claims_of_a_dead_process_are_settled_by_class(
    kind: VendorClass, state: SendState, calls: int
) -> None:
    """Nothing is tried blindly: K with its key and bytes, L by asking, W and N not at all."""
    vendor = Scripted(kind, key_life=timedelta(days=1))
    cast = await dead(vendor)
    vendor.found = [ACCEPTED]
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-2") == 1
    await cast.run(minutes=10)
    send = await cast.send()
    assert (send.state, len(vendor.calls)) == (state, calls)
    assert (await cast.credit(), await cast.used()) == (99, 1)
    if calls == 2:
        assert vendor.calls[0][1] == vendor.calls[1][1]


async def test_a_process_leaves_its_own_claims_alone() -> None:
    """And there is nothing to recover a second time."""
    cast = await dead(Scripted())
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-1") == 0
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-2") == 1
    assert await recover(cast.turn, cast.table.store, cast.table.clock, "process-2") == 0


async def test_a_claim_whose_resource_is_gone_is_settled_by_its_stored_class() -> None:
    """Nobody can be asked any more: it is unknown."""
    cast = await dead(Scripted())
    read_rows = cast.table.store.rows

    async def rows(refs: Any) -> Any:
        return {r: row for r, row in (await read_rows(refs)).items() if r.kind != "resource"}

    cast.table.store.rows = rows  # type: ignore[method-assign]
    await recover(cast.turn, cast.table.store, cast.table.clock, "process-2")
    assert (await cast.send()).state is SendState.UNKNOWN


async def test_a_late_acceptance_turns_an_expired_claim_into_sent() -> None:
    """The lease ended while the vendor was slow: unknown, then sent, and never a second call."""
    door = Door()
    cast, command = await ready(Scripted(answers=[door]))
    await cast.turn([delivered(command)])
    await pause()
    cast.table.clock.machine += cast.sender.operation.lease_seconds + 1
    assert await expire(cast.turn, cast.table.store, cast.table.clock) == 1
    assert (await cast.send()).state is SendState.UNKNOWN
    door.open.set()
    await cast.turn.drain(60)
    await cast.play()
    send = await cast.send()
    assert (send.state, len(cast.vendor.calls)) == (SendState.SENT, 1)
    assert len(cast.said("lead.contacted")) == 1
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_late_refusal_changes_nothing() -> None:
    """Unknown stays unknown."""
    door = Door()

    async def refused(request: Request, permit: Permit) -> Receipt:
        await door(request, permit)
        return REFUSED

    answer: Answer = refused
    cast, command = await ready(Scripted(answers=[answer]))
    await cast.turn([delivered(command)])
    await pause()
    cast.table.clock.machine += cast.sender.operation.lease_seconds + 1
    await expire(cast.turn, cast.table.store, cast.table.clock)
    door.open.set()
    await cast.turn.drain(60)
    assert (await cast.send()).state is SendState.UNKNOWN


async def test_what_is_recovered_stays_in_the_leads_trace() -> None:
    """The command's event is gone with its process; the lead knows in which trace it came in."""
    cast = await dead(Scripted(VendorClass.KEY, key_life=timedelta(days=1)))
    await recover(cast.turn, cast.table.store, cast.table.clock, "process-2")
    await cast.run(minutes=10)
    (said,) = cast.said("lead.contacted")
    entered = (await cast.lead())["facts"]["scored"]["lead-1"]["trace"]
    assert said.traceparent is not None
    assert said.traceparent[:36] == entered[:36]
