"""A stop that is committed, at whatever moment, is followed by no call that begins later than the
permits that were out (acceptance line f; how long that takes, `tests/bench/stops.py` measures).

Calls stand at a chosen stage of SMTP over a real socket; the stop is committed; machine time goes
on; the calls are let go. What then arrives at the server is the evidence.
"""

from pathlib import Path

import pytest

from contracts.outcome import SendState
from tests.journeys import audit
from tests.journeys.standing import STAGES, scene

LEADS = 16
SLOTS = 10
PAST = 3.0
"""Machine seconds after which nothing may begin (design §6: the promise)."""
WITHIN = 0.2


@pytest.mark.parametrize("stage", STAGES)
async def test_no_call_begins_three_seconds_after_the_switch(tmp_path: Path, stage: str) -> None:
    """Ten calls stand at a stage while everything is stopped; 3 s later none sends content, and
    nothing that waited behind them calls at all."""
    async with scene(tmp_path / "x", leads=LEADS, closed_at=stage) as on:
        await on.standing(SLOTS)
        await on.stop()
        begun = on.server.commands["MAIL"]
        on.clock.ahead += PAST
        await on.end()
        assert not on.server.contents
        assert not on.server.files()
        assert on.server.commands["MAIL"] == begun
        assert not await on.sends(SendState.SENT, SendState.UNKNOWN, SendState.CLAIMED)
        held = await on.sends(SendState.HELD)
        assert {send.code for send in held} == {"killed_global"}


@pytest.mark.parametrize("stage", STAGES)
async def test_a_call_whose_permit_lives_goes_on(tmp_path: Path, stage: str) -> None:
    """What was claimed before the stop may finish within its permit: at most one call a slot, and
    each has its mail and its record. (Without this the test above would prove nothing.)"""
    async with scene(tmp_path / "x", leads=LEADS, closed_at=stage) as on:
        await on.standing(SLOTS)
        await on.stop()
        claimed = {send.id for send in await on.sends(SendState.CLAIMED)}
        on.clock.ahead += WITHIN
        await on.end()
        assert {send.id for send in await on.sends(SendState.SENT)} == claimed
        assert len(on.server.files()) == SLOTS


@pytest.mark.parametrize("stage", STAGES)
async def test_a_stop_of_one_lead_stops_that_lead_alone(tmp_path: Path, stage: str) -> None:
    """One of ten calls that stand is stopped; 3 s later nine of them are claimed anew and sent."""
    async with scene(tmp_path / "x", leads=SLOTS, closed_at=stage) as on:
        await on.standing(SLOTS)
        unlucky = (await on.sends(SendState.CLAIMED))[0]
        await on.stop(f"lead:{unlucky.lead}")
        on.clock.ahead += PAST
        on.server.closed_at = ""
        await on.end()
        sent = await on.sends(SendState.SENT)
        assert len(sent) == len(on.server.files()) == SLOTS - 1
        assert unlucky.id not in {send.id for send in sent}


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("moment", [0, 1, 3, 11, 14])
async def test_what_arrives_after_a_stop_was_claimed_before_it(
    tmp_path: Path, kind: str, moment: int
) -> None:
    """The stop falls after some mail of the day, while others are on their way: the ledger at that
    commit names every mail that still arrives, and they are at most one a slot."""
    async with scene(tmp_path / "x", leads=LEADS + 8, kind=kind, slots=4) as on:
        await on.arrived(moment)
        await on.stop()
        before = await on.sends(SendState.CLAIMED, SendState.SENT)
        settled = {send.id for send in before if send.state is SendState.SENT}
        await on.end()
        mails = {mail.send_id for mail in audit.mails(tmp_path / "x")}
        assert mails <= {send.id for send in before}
        assert len(mails - settled) <= 4
        assert len(mails) < LEADS + 8
