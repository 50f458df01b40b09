"""Slots, permits, a store that is away, a process that stops."""

import asyncio
from datetime import timedelta
from typing import Any

from agents.doing import PERMIT_SECONDS
from channels.base import Permit, PermitExpired, Receipt, Request
from contracts.ids import LeadId
from contracts.outcome import SendState, VendorClass
from statestore.errors import Unavailable
from tests.agents.cast import (
    ACCEPTED,
    NOT_STARTED,
    Cast,
    Scripted,
    commanded,
)
from tests.agents.sender.hands import Door, pause, ready, settled_alone, twice_declared
from tests.agents.stage import START, TENANT, Standing, Table, delivered


async def test_never_more_claims_than_free_slots() -> None:
    """What is claimed may be on the wire: at most as many as there are slots."""
    door = Door()
    cast = Cast(Scripted(answers=[door] * 12), slots=4)
    await cast.table.declare()
    commands = [await commanded(cast, n) for n in range(1, 13)]
    turn = asyncio.create_task(cast.turn([delivered(c, offset=n) for n, c in enumerate(commands)]))
    await pause()
    claimed = await cast.table.store.sends_in(SendState.CLAIMED)
    assert (door.inside, len(claimed), turn.done()) == (4, 4, False)
    door.open.set()
    await turn
    await cast.turn.drain(60)
    assert (door.most, len(cast.vendor.calls)) == (4, 12)


async def test_of_one_account_one_command_is_claimed_at_a_time() -> None:
    """The second is judged from what the first has left: here, by the gap between touches."""
    cast, first = await twice_declared()
    same = {"email": "desk@blue-door-1.example", "campaign_id": "autumn"}
    second = await commanded(cast, 2, **same)
    await cast.turn([delivered(first), delivered(second.with_(key=first.key), offset=1)])
    await cast.turn.drain(60)
    assert len(cast.vendor.calls) == 1
    assert (await cast.send("lead-2")).code == "too_recent"


async def checked(request: Request, permit: Permit) -> Receipt:
    """An adapter at its last moment before content."""
    try:
        permit.check()
    except PermitExpired:
        return NOT_STARTED
    return ACCEPTED


async def test_the_permit_is_counted_from_before_the_reads() -> None:
    """A store that took two seconds to read has used it up; the claim is handed back and made
    again, and nothing was spent in between."""
    vendor = Scripted(answers=[checked, checked])
    cast, command = await ready(vendor)
    read, slow = cast.table.store.credit, [True]

    async def credit(tenants: Any) -> Any:
        if slow:
            slow.pop()
            cast.table.clock.machine += PERMIT_SECONDS
        return await read(tenants)

    cast.table.store.credit = credit  # type: ignore[method-assign]
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.tries, send.owner) == (SendState.PLANNED, 0, None)
    assert (await cast.credit(), await cast.used()) == (100, 0)
    await cast.run(seconds=1)
    assert ((await cast.send()).state, len(vendor.calls)) == (SendState.SENT, 2)
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_slow_greeting_does_not_eat_the_permit() -> None:
    """Connections are opened before the permit's time begins, once for each mailbox."""
    vendor = Scripted(answers=[checked])
    cast, command = await ready(vendor)

    async def greeted() -> None:
        vendor.prepared.append("greeted")
        cast.table.clock.machine += 30

    vendor.prepare = greeted  # type: ignore[method-assign]
    await cast.tell(command)
    assert (vendor.prepared, (await cast.send()).state) == (["greeted"], SendState.SENT)


async def test_a_mailbox_that_cannot_be_prepared_holds_up_nobody() -> None:
    """The call meets the trouble again and says what it is."""
    vendor = Scripted()
    cast, command = await ready(vendor)

    async def broken() -> None:
        raise OSError("no route")

    vendor.prepare = broken  # type: ignore[method-assign]
    await cast.tell(command)
    assert (await cast.send()).state is SendState.SENT


class Patient(Standing):
    """A clock that stands, and whose waits end at once."""

    waits = 0

    async def wait(self, until: Any, nudge: asyncio.Event, ceiling: float) -> None:
        self.waits += 1


async def test_an_outcome_is_recorded_however_long_the_store_is_away() -> None:
    """The vendor accepted: that is never forgotten while the process lives."""
    clock = Patient()
    cast, command = await ready(table=Table(clock=clock))
    commit, away = cast.table.store.commit, [150]

    async def flaky(units: Any) -> Any:
        if cast.vendor.calls and away[0]:
            away[0] -= 1
            raise Unavailable("away")
        return await commit(units)

    cast.table.store.commit = flaky  # type: ignore[method-assign]
    await settled_alone(cast, command)
    assert ((await cast.send()).state, clock.waits) == (SendState.SENT, 150)


async def test_draining_waits_for_calls_and_records_them() -> None:
    """A process that stops forgets no outcome of a call under way."""
    door = Door()
    cast, command = await ready(Scripted(answers=[door]))
    await cast.turn([delivered(command)])
    await pause()
    assert (await cast.send()).state is SendState.CLAIMED
    drain = asyncio.create_task(cast.turn.drain(60))
    await pause()
    door.open.set()
    await drain
    assert ((await cast.send()).state, cast.turn.running) == (SendState.SENT, set())


async def test_an_erasure_during_a_call_forgets_no_outcome() -> None:
    """The row's text is blanked and its version moves on; the claim is still ours."""
    door = Door()
    vendor = Scripted(VendorClass.KEY, [door], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.turn([delivered(command)])
    await pause()
    await cast.table.store.erase(TENANT, LeadId("lead-1"), START)
    assert (await cast.send()).request is None
    door.open.set()
    await cast.turn.drain(60)
    assert (await cast.send()).state is SendState.SENT
