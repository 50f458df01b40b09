"""What becomes of a send: accepted, refused, put off, unknown; and what each costs."""

from datetime import timedelta

import pytest

from channels.base import Receipt
from channels.errors import Misconfigured, Unsendable
from contracts.ids import OPERATOR
from contracts.outcome import SendState, StopReason, VendorClass
from tests.agents.cast import (
    ACCEPTED,
    DEFERRED,
    GONE,
    LOST,
    REFUSED,
    Cast,
    Scripted,
)
from tests.agents.sender.hands import raising, ready, settled_alone, stopped
from tests.agents.stage import TENANT, scored


async def test_an_accepted_send_costs_a_credit_and_a_slot_and_says_so() -> None:
    """`lead.contacted` names send, step and attempt, and what the vendor called it."""
    cast, command = await ready()
    await cast.tell(command)
    send = await cast.send()
    (contacted,) = cast.said("lead.contacted")
    assert (send.state, send.tries, send.provider_id) == (SendState.SENT, 1, "theirs")
    assert (contacted.data["send_id"], contacted.data["step"]) == (send.id, 1)
    assert (await cast.credit(), await cast.used()) == (99, 1)
    request, _ = cast.vendor.calls[0]
    assert request.reference == f"{send.id}@harbour.example"
    assert request.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_definite_refusal_gives_everything_back() -> None:
    """Slot and credit; the fact says that it was not sent."""
    cast, command = await ready(Scripted(answers=[REFUSED]))
    await cast.tell(command)
    assert (await cast.send()).state is SendState.REFUSED
    assert [e.data["code"] for e in cast.said("lead.send_refused")] == ["smtp_550"]
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_a_passing_refusal_is_tried_again_after_the_delays_and_then_fails() -> None:
    """60, 300 and 900 seconds; meanwhile slot and credit are free for others."""
    vendor = Scripted(answers=[DEFERRED] * 4)
    cast, command = await ready(vendor)
    await cast.tell(command)
    assert (await cast.credit(), await cast.used()) == (100, 0)
    tried = []
    for seconds in (60, 300, 900):
        await cast.run(seconds=seconds - 1)
        tried.append(len(vendor.calls))
        await cast.run(seconds=1)
        tried.append(len(vendor.calls))
    send = await cast.send()
    assert tried == [1, 2, 2, 3, 3, 4]
    assert (send.state, send.code) == (SendState.REFUSED, "failed_smtp_451")
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_what_nobody_knows_counts_as_sent_and_is_never_tried_again() -> None:
    """Class N: by name, with its slot and its credit spent."""
    vendor = Scripted(answers=[LOST])
    cast, command = await ready(vendor)
    await cast.tell(command)
    await cast.run(days=3)
    send = await cast.send()
    assert (send.state, send.code, len(vendor.calls)) == (SendState.UNKNOWN, "timeout", 1)
    assert (await cast.credit(), await cast.used()) == (99, 1)
    assert len(cast.said("lead.send_unknown")) == 1


async def test_a_key_is_used_again_with_the_very_same_bytes() -> None:
    """Class K: what was stored with the claim goes out, whatever would be rendered by now."""
    vendor = Scripted(VendorClass.KEY, [LOST], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    vendor.render = lambda request: b"rendered otherwise by now"  # type: ignore[method-assign]
    await cast.run(seconds=60)
    (first, one), (second, two) = vendor.calls
    assert (one == two, first.reference == second.reference) == (True, True)
    send = await cast.send()
    assert (send.state, send.tries) == (SendState.SENT, 2)
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_refusal_of_the_second_try_proves_nothing_about_the_first() -> None:
    """It stays unknown, and nothing is given back."""
    vendor = Scripted(VendorClass.KEY, [LOST, REFUSED], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    await cast.run(seconds=60)
    assert (await cast.send()).state is SendState.UNKNOWN
    assert (await cast.credit(), await cast.used()) == (99, 1)


async def test_a_stop_before_the_second_try_leaves_the_first_unknown() -> None:
    """The gate refuses the retry; what may be out there is not called refused."""
    vendor = Scripted(VendorClass.KEY, [LOST], key_life=timedelta(days=1))
    cast, command = await ready(vendor)
    await cast.tell(command)
    await stopped(cast, "campaign:spring", StopReason.KILLED)
    await cast.run(seconds=60)
    assert ((await cast.send()).state, len(vendor.calls)) == (SendState.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("found", "state"), [(ACCEPTED, SendState.SENT), (None, SendState.UNKNOWN)]
)
async def test_a_vendor_that_can_be_asked_is_asked_and_not_called_again(
    found: Receipt | None, state: SendState
) -> None:
    """Class L: by our reference, twice at most; what it does not know stays unclear."""
    vendor = Scripted(VendorClass.LOOKUP, [LOST])
    vendor.found = [None, found]
    cast, command = await ready(vendor)
    await cast.tell(command)
    await cast.run(minutes=30)
    send = await cast.send()
    assert (send.state, len(vendor.calls)) == (state, 1)
    assert vendor.looked == [send.reference] * 2


async def test_a_dead_recipient_is_dead_for_everybody() -> None:
    """A stop for the client and one for the installation, and `lead.bounced` beside the refusal."""
    cast, command = await ready(Scripted(answers=[GONE]))
    await cast.tell(command)
    key = f"address:{command.data['address_hash']}"
    stops = await cast.table.store.stops([(TENANT, key), (OPERATOR, key)])
    assert {t: [s.reason for s in found] for (t, _), found in stops.items()} == {
        TENANT: [StopReason.HARD_BOUNCE],
        OPERATOR: [StopReason.HARD_BOUNCE],
    }
    (bounced,) = cast.said("lead.bounced")
    (refused,) = cast.said("lead.send_refused")
    assert (bounced.data["kind"], refused.data["recipient_gone"]) == ("hard", True)
    assert (await cast.lead())["status"] == "bounced"


async def test_a_vendor_adapter_that_breaks_leaves_an_unknown() -> None:
    """Nobody can say how far it came."""
    cast, command = await ready(Scripted(answers=[RuntimeError("a bug")]))
    await cast.tell(command)
    send = await cast.send()
    assert (send.state, send.code) == (SendState.UNKNOWN, "adapter_error")


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Unsendable("no subject over 200 characters"), SendState.REFUSED, "unsendable"),
        (Misconfigured("setting host is missing"), SendState.PLANNED, "misconfigured"),
    ],
)
@pytest.mark.parametrize("where", ["render", "send"])
async def test_our_own_fault_is_found_before_the_wire_and_is_no_unknown(
    error: Exception, state: SendState, code: str, where: str
) -> None:
    """What cannot be expressed is refused; a wrong setting waits until somebody mends it."""
    vendor = Scripted(answers=[error] if where == "send" else [])
    if where == "render":
        vendor.render = raising(error)  # type: ignore[method-assign, assignment]
        state = SendState.HELD if state is SendState.PLANNED else state
    cast, command = await ready(vendor)
    await settled_alone(cast, command)
    send = await cast.send()
    assert (send.state, send.code) == (state, code)
    assert (await cast.credit(), await cast.used()) == (100, 0)


async def test_two_records_of_one_address_are_written_to_once() -> None:
    """The ledger takes one send a step and address; the other lead is held, and says by whom."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored(1), scored(2, email="desk@blue-door-1.example"))
    await cast.run(hours=2)
    assert len(cast.vendor.calls) == 1
    leads = [await cast.lead("lead-1"), await cast.lead("lead-2")]
    (held,) = [lead["hold"] for lead in leads if lead["hold"]]
    assert (held["code"], held["inputs"]["lead"]) == ("address_taken", "lead-1")
    assert await cast.table.store.dead_letters(None) == []
