"""Test mode, closed stores, and commands of another life of the store."""

from dataclasses import replace
from datetime import timedelta

from contracts.ids import SendId
from contracts.outcome import Mode, SendState, VendorClass
from tests.agents.cast import (
    GONE,
    LOST,
    Cast,
    Scripted,
)
from tests.agents.sender.hands import ready, settled_alone
from tests.agents.stage import scored

TRIAL = {"test_recipients": {"email": "trial@harbour.example"}}


async def test_a_process_in_test_mode_redirects_what_was_commanded_live() -> None:
    """The mode was switched while a command lay on the bus: no real person is written to."""
    cast, command = await ready(operation=TRIAL)
    cast.sender.operation = replace(cast.sender.operation, mode=Mode.TEST)
    await cast.tell(command)
    send = await cast.send()
    assert (cast.vendor.to, send.mode) == (["trial@harbour.example"], Mode.TEST)


async def test_test_mode_writes_to_the_test_recipient_and_to_nobody_else() -> None:
    """Fifteen a day over all mailboxes, then the rest is held."""
    vendor = Scripted()
    cast = Cast(vendor, mode=Mode.TEST, operation=TRIAL)
    await cast.table.declare(resource={"per_day": 40})
    await cast.tell(*(scored(n).with_(mode=Mode.TEST) for n in range(1, 19)))
    await cast.run(minutes=30)
    assert vendor.to == ["trial@harbour.example"] * 15
    held = [e.data["code"] for e in cast.said("lead.send_held")]
    assert held == ["rate_limit_test"] * 3
    assert {event.mode for event in cast.heard} == {Mode.TEST}


async def test_test_mode_without_a_recipient_sends_nothing() -> None:
    """A channel without a test recipient is switched off."""
    cast = Cast(mode=Mode.TEST)
    await cast.table.declare()
    await cast.tell(scored().with_(mode=Mode.TEST))
    assert (cast.vendor.calls, (await cast.send()).code) == ([], "killed_test_mode")


async def test_a_dead_test_recipient_closes_nobodys_address() -> None:
    """It was never written to."""
    vendor = Scripted(answers=[GONE])
    cast = Cast(vendor, mode=Mode.TEST, operation=TRIAL)
    await cast.table.declare()
    await cast.tell(scored().with_(mode=Mode.TEST))
    assert await cast.table.store.stops_of(None) == []


async def test_a_closed_store_claims_nothing() -> None:
    """A restored copy: held by name until it is opened."""
    cast, command = await ready(operation={"closed": "restored copy"})
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (SendState.HELD, "store_closed", [])


async def test_a_closed_store_leaves_what_may_be_out_there_unknown() -> None:
    """A retry that waits in a restored copy must not be planned anew as if it had never begun."""
    vendor = Scripted(VendorClass.KEY, [LOST], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    cast.sender.operation = replace(cast.sender.operation, closed="restored copy")
    await cast.run(minutes=5)
    send = await cast.send()
    assert (send.state, len(vendor.calls)) == (SendState.UNKNOWN, 1)
    assert await cast.used() == 1


async def test_a_command_of_another_life_of_the_store_is_not_carried_out() -> None:
    """A store that was restored meets commands that it never made."""
    cast, command = await ready()
    await settled_alone(cast, command.with_(incarnation="life-0"))
    send = await cast.send()
    assert (send.state, send.code, cast.vendor.calls) == (SendState.HELD, "expired", [])
    (line,) = await cast.lines("verdict")
    assert line.data["inputs"]["reason"] == "made for another store"


async def test_a_command_without_a_row_in_the_ledger_is_a_dead_letter() -> None:
    """It is of another store; a person sees it with its reason."""
    cast, command = await ready()
    stray = command.with_(data={**command.data, "send_id": SendId("nobody's")})
    await settled_alone(cast, stray)
    (letter,) = await cast.table.store.dead_letters(None)
    assert (letter.agent, letter.reason, cast.vendor.calls) == ("sender", "permanent", [])


async def test_a_command_that_comes_twice_is_carried_out_once() -> None:
    """Under its own name, and under another one."""
    cast, command = await ready()
    await cast.tell(command, command, command.with_(id="another"))
    assert len(cast.vendor.calls) == 1
    assert (await cast.credit(), await cast.used()) == (99, 1)
