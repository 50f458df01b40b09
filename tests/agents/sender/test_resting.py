"""A resource that is refused itself rests; none of its leads is used up by that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from agents import controls
from channels.base import Receipt
from contracts.outcome import Mode, Outcome, SendState, Stage, VendorClass
from statestore.base import Stop
from tests.agents.cast import LOST, Cast, Scripted
from tests.agents.stage import TENANT, scored

LOCKED_OUT = Receipt(
    outcome=Outcome.REFUSED,
    stage=Stage.CONNECTED,
    code="smtp_535_5.7.8",
    diagnostic="5.7.8 authentication failed",
    about_sender=True,
    unaddressed=True,
)
AWAY = Receipt(
    outcome=Outcome.DEFERRED, stage=Stage.NONE, code="connection_refused", unaddressed=True
)


async def met(answers: Sequence[Receipt]) -> Cast:
    """A campaign whose mailbox answers so."""
    cast = Cast(Scripted(answers=answers))
    await cast.table.declare()
    await cast.tell(scored(1))
    return cast


async def resting(cast: Cast) -> list[Stop]:
    """What holds the mailbox now."""
    where = await controls.scope_of("resource:mira", cast.table.store, None)
    return await controls.holding(cast.table.store, where, cast.table.clock.now())


async def test_a_wrong_password_fails_no_lead_and_is_tried_now_and_then() -> None:
    """Everybody is written to once it is right; meanwhile an attempt now and then says that it is
    not, and the others are held by name."""
    cast = await met([LOCKED_OUT, LOCKED_OUT])
    send = await cast.send()
    assert (send.state, send.code) == (SendState.HELD, "smtp_535_5.7.8")
    (stop,) = await resting(cast)
    assert "5.7.8 authentication failed" in stop.note
    await cast.tell(scored(2))
    assert ((await cast.send("lead-2")).code, len(cast.vendor.calls)) == ("killed_resource", 1)
    assert (await cast.credit(), await cast.used()) == (100, 0)
    await cast.run(hours=3)
    assert sorted(cast.vendor.to[-2:]) == ["desk@blue-door-1.example", "desk@blue-door-2.example"]
    assert {(await cast.send(f"lead-{n}")).state for n in (1, 2)} == {SendState.SENT}


async def test_who_has_mended_it_need_not_wait() -> None:
    """A resume ends the rest as it ends a pause: the next lead goes at once."""
    cast = await met([LOCKED_OUT])
    where = await controls.scope_of("resource:mira", cast.table.store, None)
    told = {"reason": "the password is right now", "by": "a person", "mode": Mode.LIVE}
    assert len(await controls.resume(cast.table.commits, where, **told)) == 1  # type: ignore[arg-type]
    await cast.tell(scored(2))
    assert (await cast.send("lead-2")).state is SendState.SENT
    await cast.run(minutes=30)
    assert (await cast.send()).state is SendState.SENT
    assert [line.code for line in await cast.lines("outcome")] == ["held", "contacted"]


async def test_a_host_that_is_away_is_retried_by_the_delays_and_then_rests() -> None:
    """After 60, 300 and 900 s; the lead is held and goes when the host is back."""
    cast = await met([AWAY] * 4)
    await cast.run(minutes=30)
    assert ((await cast.send()).state, len(cast.vendor.calls)) == (SendState.HELD, 4)
    assert len(await resting(cast)) == 1
    await cast.run(hours=2)
    assert ((await cast.send()).state, len(cast.vendor.calls)) == (SendState.SENT, 5)


async def test_what_may_be_out_there_already_stays_unknown() -> None:
    """A log-in that is refused later says nothing of the first try."""
    vendor = Scripted(VendorClass.KEY, [LOST, LOCKED_OUT], key_life=timedelta(days=1))
    cast = Cast(vendor)
    await cast.table.declare()
    await cast.tell(scored(1))
    await cast.run(minutes=10)
    assert (await cast.send()).state is SendState.UNKNOWN
    assert await resting(cast) == []


async def test_a_refusal_of_this_very_message_fails_it() -> None:
    """Policy against us at one recipient's server is no reason to rest."""
    cast = await met([replace(LOCKED_OUT, unaddressed=False)])
    assert (await cast.send()).state is SendState.REFUSED
    assert await resting(cast) == []
    assert (await cast.table.store.credit([TENANT]))[TENANT] == 100
