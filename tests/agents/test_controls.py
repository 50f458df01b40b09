"""Pause and resume: one stop whatever it holds, hold rows, and no burst afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents import controls
from agents.controls import UnknownScope
from agents.orchestrator import resuming
from contracts import lead as says
from contracts import registry
from contracts.ids import LeadId, MessageId, StopId, partition_key
from contracts.outcome import Mode, StopReason
from statestore.base import StopAdd, Unit
from tests.agents.cast import Cast
from tests.agents.stage import START, TENANT, scored

WHO: dict[str, Any] = {"by": "a person", "mode": Mode.LIVE}


async def running(leads: int = 3) -> Cast:
    """A campaign in which everybody has been written to once."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(*(scored(n) for n in range(1, leads + 1)))
    return cast


async def pause(cast: Cast, scope: str, **how: Any) -> Any:
    """Pauses a scope, as the command does."""
    where = await controls.scope_of(scope, cast.table.store, None)
    stop = await controls.pause(cast.table.commits, where, reason="a doubt", **WHO, **how)
    await cast.play()
    return stop


async def resume(cast: Cast, scope: str) -> Any:
    """Resumes it."""
    where = await controls.scope_of(scope, cast.table.store, None)
    lifted = await controls.resume(cast.table.commits, where, reason="it was none", **WHO)
    await cast.play()
    return lifted


SCOPES = (
    "all",
    "client:harbour",
    "campaign:spring",
    "channel:email",
    "resource:mira",
    "account:account-1",
    "lead:lead-1",
)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kill", [True, False])
async def test_a_scope_that_is_stopped_sends_nothing_and_goes_on_when_resumed(
    scope: str, kill: bool
) -> None:
    """Every scope, as a pause and as the kill switch; what was planned goes later."""
    cast = await running(1)
    await pause(cast, scope, kill=kill)
    await cast.run(days=10)
    assert len(cast.vendor.calls) == 1
    hold = (await cast.lead())["hold"] or {}
    codes = {line.code for line in [*await cast.lines("verdict"), *await cast.lines("hold")]}
    assert {hold["code"]} <= codes if hold else codes == {"killed_resource"}
    assert all(code.startswith("killed_") for code in codes)
    assert len(await resume(cast, scope)) == 1
    await cast.run(days=2)
    assert len(cast.vendor.calls) == 2


async def test_a_pause_is_one_row_and_a_second_one_is_the_same() -> None:
    """Nothing is written per lead until something is held by it."""
    cast = await running(5)
    first = await pause(cast, "campaign:spring")
    second = await pause(cast, "campaign:spring")
    assert first.id == second.id
    assert len(await cast.table.store.stops_of(None)) == 1
    assert await cast.table.rows("hold") == []
    await cast.run(days=7)
    rows = await cast.table.rows("hold")
    assert {(row.status, row.data["lead"]) for row in rows} == {
        ("campaign:spring", f"lead-{n}") for n in range(1, 6)
    }


async def test_a_resume_wakes_what_its_scope_held_one_after_the_other() -> None:
    """Spread, never in a burst; each hold row is used up."""
    cast = await running(6)
    await pause(cast, "campaign:spring")
    await cast.run(days=7)
    where = await controls.scope_of("campaign:spring", cast.table.store, None)
    cast.deaf = frozenset({"timer.due"})
    await controls.resume(cast.table.commits, where, reason="on", **WHO)
    await cast.play()
    keys = [partition_key(TENANT, f"account-{n}") for n in range(1, 7)]
    timers = await cast.table.store.timers("orchestrator", keys)
    dues = sorted(timer.due for timer in timers.values())
    gap = timedelta(seconds=resuming.CHUNK_SECONDS)
    assert [due - dues[0] for due in dues] == [gap * n for n in range(6)]
    assert {row.status for row in await cast.table.rows("hold")} == {""}


async def test_more_holds_than_one_turn_takes_are_woken_in_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The resume passes itself on until nothing is held any more."""
    from agents import scanning

    monkeypatch.setattr(scanning, "SCAN", 500)
    cast = await running(1)
    await pause(cast, "campaign:spring")
    await cast.tell(*(scored(n) for n in range(10, 530)))
    assert len(await cast.table.rows("hold")) == 520
    await resume(cast, "campaign:spring")
    left = await cast.table.store.scan(TENANT, "hold", status="campaign:spring", limit=1000)
    assert left == []
    assert len(cast.said("control.resumed")) == 2


async def test_a_resume_lifts_nothing_that_a_person_asked_for() -> None:
    """An opt-out stays; a pause on top of it goes."""
    cast = await running(1)
    fact = says.Unsubscribed(lead_id=LeadId("lead-1"), occurred_at=START, source="a link")
    key = partition_key(TENANT, "account-1")
    await cast.tell(registry.produce(fact, key=key, source="/test", cause="u"))
    await pause(cast, "lead:lead-1")
    lifted = await resume(cast, "lead:lead-1")
    assert [stop.reason for stop in lifted] == [StopReason.PAUSED]
    await cast.run(days=10)
    assert ((await cast.lead())["status"], len(cast.vendor.calls)) == ("unsubscribed", 1)


async def test_a_person_who_resumes_an_account_settles_its_answers() -> None:
    """The sequence goes on from where it was; the answer stays on record."""
    cast = await running(1)
    fact = says.Responded(lead_id=LeadId("lead-1"), occurred_at=START, message_id=MessageId("m-1"))
    key = partition_key(TENANT, "account-1")
    await cast.tell(registry.produce(fact, key=key, source="/test", cause="r"))
    await pause(cast, "account:account-1")
    assert (await cast.lead())["status"] == "responded"
    await resume(cast, "account:account-1")
    row = await cast.lead()
    assert (row["status"], list(row["facts"]["responded"])) == ("in_sequence", ["m-1"])
    await cast.run(days=10)
    assert len(cast.vendor.calls) == 2


async def test_resuming_what_was_not_paused_does_nothing() -> None:
    """No event, no line."""
    cast = await running(1)
    assert await resume(cast, "campaign:spring") == []
    assert cast.said("control.resumed") == []


async def test_the_stop_stands_before_any_event_travels() -> None:
    """A bus that is down stops no kill switch."""
    cast = await running(1)
    cast.deaf = frozenset({"control.killed"})
    where = await controls.scope_of("all", cast.table.store, None)
    await controls.pause(cast.table.commits, where, reason="now", kill=True, **WHO)
    (stop,) = await cast.table.store.stops_of(None)
    assert (stop.key, stop.reason) == ("global", StopReason.KILLED)


@pytest.mark.parametrize("scope", ["", "nonsense", "campaign:", "campaign:winter", "lead:nobody"])
async def test_a_scope_that_names_nothing_is_refused(scope: str) -> None:
    """With what may be written."""
    cast = await running(1)
    with pytest.raises(UnknownScope, match=r"write all|there are spring|leadwire leads list"):
        await controls.scope_of(scope, cast.table.store, None)


@pytest.mark.parametrize(
    ("scope", "client", "words"),
    [
        ("client:harbr", None, "no client 'harbr'; there are harbour"),
        ("channel:email", "harbr", "no client 'harbr'; there are harbour"),
        ("campaign:sprin", "harbour", "no campaign 'sprin'; there are spring"),
        ("resource:mirra", "harbour", "no resource 'mirra'; there are mira"),
        ("lead:lead-", None, "the start of several: lead-1, lead-2"),
    ],
)
async def test_a_switch_under_a_name_that_nobody_has_is_refused_though_its_client_is_named(
    scope: str, client: str | None, words: str
) -> None:
    """It would stop nothing, and say that it did."""
    cast = await running(2)
    with pytest.raises(UnknownScope, match=words):
        await controls.scope_of(scope, cast.table.store, client)


@pytest.mark.parametrize(
    ("scope", "key"), [("lead:lead", "lead:lead-1"), ("account:lead", "account:account-1")]
)
async def test_a_lead_may_be_named_by_the_start_of_its_id(scope: str, key: str) -> None:
    """As tables show it; its account by the lead's as well."""
    cast = await running(1)
    assert (await controls.scope_of(scope, cast.table.store, None)).key == key


async def test_a_channel_that_is_none_is_refused_as_a_scope() -> None:
    """The channels are named."""
    cast = await running(1)
    with pytest.raises(UnknownScope, match="email"):
        await controls.scope_of("channel:smoke", cast.table.store, None)


async def test_a_pause_after_a_resume_holds_though_no_time_has_passed() -> None:
    """On a clock that stands the third command is not taken for the first."""
    cast = await running(1)
    first = await pause(cast, "campaign:spring")
    await resume(cast, "campaign:spring")
    again = await pause(cast, "campaign:spring")
    assert again.id != first.id
    await cast.run(days=10)
    assert len(cast.vendor.calls) == 1


async def test_a_pause_stands_beside_one_that_ends_by_itself() -> None:
    """A person's pause has no end, whatever else holds the same scope for a while."""
    cast = await running(1)
    stop = await pause(cast, "resource:mira")
    ends = replace(stop, id=StopId("ends"), key="resource:mira", until=START + timedelta(hours=1))
    await resume(cast, "resource:mira")
    await cast.table.store.commit([Unit(tenant=TENANT, stops=(StopAdd(stop=ends),))])
    assert (await pause(cast, "resource:mira")).until is None


async def test_a_resume_is_told_in_the_commit_that_lifts() -> None:
    """Whoever dies between the two would leave an answer that nobody can settle any more."""
    cast = await running(2)
    await pause(cast, "all")
    units: list[Unit] = []
    commit = cast.table.store.commit

    async def seen(units_: Sequence[Unit]) -> Any:
        units.extend(units_)
        return await commit(units_)

    cast.table.store.commit = seen  # type: ignore[method-assign, assignment]
    where = await controls.scope_of("all", cast.table.store, None)
    await controls.resume(cast.table.commits, where, reason="it was none", **WHO)
    (unit,) = units
    assert (len(unit.stops), [out.event.topic for out in unit.events]) == (1, ["control.resumed"])
