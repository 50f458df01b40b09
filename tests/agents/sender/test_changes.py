"""What changes between a command and its call: the vendor, the key's life, the address, a wait."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agents.settings import SettingsError
from contracts.outcome import SendState, VendorClass
from tests.agents.cast import DEFERRED, LOST, NOT_STARTED, Cast, Scripted, commanded
from tests.agents.sender.hands import ready, settled_alone
from tests.agents.stage import START, again, delivered, scored


async def unclear(**key: timedelta) -> tuple[Cast, Scripted]:
    """A send of class K whose first try ended unclear, to be tried again with its key."""
    vendor = Scripted(VendorClass.KEY, [LOST], **key)
    cast, command = await ready(vendor)
    await cast.turn([delivered(command)])
    await cast.turn.drain(60)
    assert (await cast.send()).state is SendState.PLANNED
    return cast, vendor


@pytest.mark.parametrize("kind", [VendorClass.NOTHING, VendorClass.WEBHOOK, VendorClass.KEY])
async def test_an_unclear_try_is_not_made_again_by_another_vendor(kind: VendorClass) -> None:
    """The resource was declared anew in between: the first vendor's key means nothing to another
    one, whatever its class, so the send stays unknown and the new vendor is not called."""
    cast, first = await unclear(key_life=timedelta(days=1))
    cast.vendor = Scripted(kind, key_life=timedelta(days=1))
    cast.vendor.capabilities = replace(cast.vendor.capabilities, vendor="another")
    await cast.run(minutes=10)
    assert (len(first.calls), cast.vendor.calls) == (1, [])
    send = await cast.send()
    assert (send.state, send.code) == (SendState.UNKNOWN, "vendor_changed")
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_key_that_died_while_nobody_ran_is_not_used_again() -> None:
    """It was alive when the second try was planned; the process came up an hour later."""
    cast, vendor = await unclear(key_life=timedelta(minutes=15))
    cast.table.clock.move(hours=1)
    await cast.play()
    send = await cast.send()
    assert (send.state, send.code, len(vendor.calls)) == (SendState.UNKNOWN, "key_expired", 1)


async def test_an_address_that_changed_after_the_command_is_planned_anew() -> None:
    """Stops, pace and the ledger's keys were those of the old address: the command is held, the
    touch goes to the new one under its own name, and a second lead of it is not written to."""
    cast = Cast()
    await cast.table.declare()
    command = await commanded(cast)
    later = START + timedelta(minutes=1)
    cast.deaf = frozenset({"outreach.email.send"})
    await cast.tell(scored(at=later, email="new@blue-door.example"))
    cast.deaf = frozenset()
    await cast.tell(command)
    assert ((await cast.send()).state, cast.vendor.to) == (SendState.HELD, [])
    await cast.run(hours=1)
    await cast.tell(scored(2, at=later, email="new@blue-door.example"))
    await cast.run(hours=2)
    assert cast.vendor.to == ["new@blue-door.example"]
    (hold,) = await cast.lines("hold", "lead-2")
    assert hold.code == "address_taken"


async def test_a_command_that_comes_again_does_not_shorten_the_wait() -> None:
    """The vendor asked for a minute; the same command, delivered again to an emptied inbox, is
    passed over, and the try's own one comes at its time."""
    vendor = Scripted(answers=[DEFERRED])
    cast, command = await ready(vendor)
    await cast.turn([delivered(command)])
    await cast.turn([delivered(again(command))])
    await cast.turn.drain(60)
    assert len(vendor.calls) == 1
    await cast.run(minutes=1)
    assert (len(vendor.calls), (await cast.send()).state) == (2, SendState.SENT)


async def test_a_server_that_never_answers_in_time_is_asked_less_and_less_often() -> None:
    """No permit lives long enough for it. Nothing is spent, nobody is forgotten, and it is called
    a few dozen times in the seven hours that are left of the day, not without a pause."""
    vendor = Scripted(answers=[NOT_STARTED] * 1000)
    cast, _ = await ready(vendor)
    await cast.run(hours=7)
    send = await cast.send()
    assert (send.state, send.code) == (SendState.PLANNED, "permit_expired")
    assert 20 < len(vendor.calls) < 60
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_a_secret_that_is_not_there_holds_the_send_and_names_the_setting() -> None:
    """A resource whose password cannot be read is a wrong setting, and no broken command."""
    cast, command = await ready()

    def adapter_of(resource: object) -> Scripted:
        raise SettingsError("env:MAIL_PASSWORD is not set")

    cast.sender.adapter_of = adapter_of
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code) == (SendState.HELD, "misconfigured")
    (line,) = await cast.lines("verdict")
    assert line.data["inputs"] == {"error": "env:MAIL_PASSWORD is not set"}
