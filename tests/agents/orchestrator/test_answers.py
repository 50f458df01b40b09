"""What the orchestrator makes of answers, and of facts that are late, lost or repeated."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts import lead as says
from contracts import registry
from contracts.campaign import TimerDue
from contracts.ids import LeadId, PartitionKey, StopId
from contracts.outcome import ReplyClass, StopReason
from statestore.base import Stop, StopAdd, Unit
from tests.agents.cast import LOST, Cast, Scripted
from tests.agents.orchestrator.voices import (
    NOBODY,
    answer,
    cast_with,
    classed,
    local,
    said,
    unsubscribed,
)
from tests.agents.stage import START, TENANT, Table, scored

# ── answers ───────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_ends_what_was_planned() -> None:
    """The lead waits for a person; nothing more goes."""
    cast = await cast_with()
    await cast.tell(scored())
    await cast.tell(answer("m-1", START + timedelta(hours=3)))
    await cast.run(days=30)
    row = await cast.lead()
    assert (row["status"], row["hold"]["code"], row["next"]) == ("responded", "answered", None)
    assert len(cast.vendor.calls) == 1


async def test_a_neutral_answer_is_quiet_for_fourteen_days_and_then_no_response() -> None:
    """Out of the cadence; the end is announced once."""
    cast = await cast_with()
    await cast.tell(scored())
    await cast.tell(answer("m-1", START), classed("m-1", ReplyClass.NEUTRAL, START))
    await cast.run(days=13)
    assert (await cast.lead())["status"] == "responded"
    await cast.run(days=2)
    assert (await cast.lead())["status"] == "no_response"
    assert (len(cast.said("lead.no_response")), len(cast.vendor.calls)) == (1, 1)


@pytest.mark.parametrize(
    ("label", "status", "topic"),
    [
        (ReplyClass.POSITIVE, "engaged", "lead.engaged"),
        (ReplyClass.NEGATIVE, "do_not_contact", "lead.closed"),
    ],
)
async def test_an_answer_that_decides_ends_the_lead(
    label: ReplyClass, status: str, topic: str
) -> None:
    """With its reason, told once, whatever comes twice."""
    cast = await cast_with()
    await cast.tell(scored())
    said_ = [answer("m-1", START), classed("m-1", label, START)]
    await cast.tell(*said_)
    await cast.tell(*said_)
    await cast.run(days=20)
    assert ((await cast.lead())["status"], len(cast.said(topic))) == (status, 1)
    assert len(cast.vendor.calls) == 1


async def test_an_absence_holds_until_the_day_of_return() -> None:
    """The automatic answer is no answer: the next touch waits, and then it goes."""
    cast = await cast_with()
    await cast.tell(scored())
    back = datetime.combine(date(2026, 1, 22), datetime.min.time(), UTC)
    stop = Stop(
        id=StopId("away"),
        tenant=TENANT,
        key="lead:lead-1",
        reason=StopReason.OUT_OF_OFFICE,
        at=START,
        until=back,
    )
    await cast.table.store.commit([Unit(tenant=TENANT, stops=(StopAdd(stop=stop),))])
    await cast.tell(answer("m-1", START, automatic=True, return_date=back))
    row = await cast.lead()
    assert (row["status"], local(row["next"])) == ("in_sequence", "2026-01-22 09:00")
    await cast.run(days=15)
    assert len(cast.vendor.calls) == 1
    await cast.run(days=2)
    assert len(cast.vendor.calls) == 2


# ── late, lost, repeated ──────────────────────────────────────────────────────────────────────
async def silent() -> Cast:
    """A lead whose sequence ended without an answer."""
    cast = await cast_with()
    await cast.tell(scored())
    await cast.run(days=20)
    assert (await cast.lead())["status"] == "no_response"
    return cast


async def test_an_answer_after_the_end_reopens_the_lead() -> None:
    """It counts from when it happened, and a neutral one ends it again, as news."""
    cast = await silent()
    late = cast.table.clock.now()
    await cast.tell(answer("m-1", late))
    assert (await cast.lead())["status"] == "responded"
    await cast.tell(classed("m-1", ReplyClass.NEUTRAL, late))
    await cast.run(days=15)
    assert (await cast.lead())["status"] == "no_response"
    assert (len(cast.said("lead.no_response")), len(cast.vendor.calls)) == (2, 2)


@pytest.mark.parametrize("before", ["nothing", "positive", "meeting", "converted", "silence"])
async def test_an_opt_out_always_wins(before: str) -> None:
    """Whatever was known, and however late it comes."""
    cast = await silent() if before == "silence" else await cast_with()
    if before != "silence":
        await cast.tell(scored())
    lead = {"lead_id": LeadId("lead-1"), "occurred_at": START, "source": "a person"}
    if before == "positive":
        await cast.tell(answer("m-1", START), classed("m-1", ReplyClass.POSITIVE, START))
    elif before == "meeting":
        await cast.tell(said(says.MeetingBooked(**lead)))
    elif before == "converted":
        await cast.tell(said(says.Converted(**lead)))
    calls = len(cast.vendor.calls)
    await cast.tell(unsubscribed(START - timedelta(days=1)))
    await cast.run(days=20)
    row = await cast.lead()
    assert (row["status"], row["next"], len(cast.vendor.calls)) == ("unsubscribed", None, calls)


async def test_a_fact_that_overtakes_its_lead_is_not_lost() -> None:
    """The bus may reorder: the opt-out is there when the score comes, and nothing goes."""
    cast = await cast_with()
    await cast.tell(unsubscribed(START))
    await cast.tell(scored())
    await cast.run(days=20)
    assert ((await cast.lead())["status"], cast.vendor.calls) == ("unsubscribed", [])


async def test_a_harmless_fact_that_overtakes_its_lead_waits_for_the_score() -> None:
    """Until then it is held by name, and afterwards the lead goes its way."""
    cast = await cast_with()
    url = "https://pages.example/blue-door"
    page = says.PagePublished(
        lead_id=LeadId("lead-1"), occurred_at=START, url=url, template="plain", content_hash="h"
    )
    await cast.tell(said(page))
    assert (await cast.lead())["hold"]["code"] == "not_scored"
    await cast.tell(scored())
    assert ((await cast.lead())["hold"], len(cast.vendor.calls)) == (None, 1)


@pytest.mark.parametrize("topic", ["lead.contacted", "lead.send_unknown"])
async def test_a_lost_outcome_heals_from_the_ledger(topic: str) -> None:
    """The fact never came; the ledger knows, and the sequence goes on as if it had."""
    vendor = Scripted(answers=[LOST]) if topic == "lead.send_unknown" else Scripted()
    cast = await cast_with(vendor=vendor, deaf=frozenset({topic}))
    await cast.tell(scored())
    await cast.run(days=8)
    assert len(vendor.calls) == 2
    kinds = {"lead.contacted": "contacted", "lead.send_unknown": "unknown"}
    assert len((await cast.lead())["facts"][kinds[topic]]) >= 1


@pytest.mark.parametrize(
    "topic", ["outreach.content.write", "lead.content_ready", "outreach.email.send"]
)
async def test_a_lost_command_is_given_again(topic: str) -> None:
    """After the guard time, by the same name: one draft, one send."""
    cast = await cast_with(deaf=frozenset({topic}))
    await cast.tell(scored())
    assert cast.vendor.calls == []
    cast.deaf = frozenset()
    await cast.run(hours=2)
    assert len(cast.vendor.calls) == 1
    assert len({e.id for e in cast.said("lead.contacted")}) == 1


async def test_all_events_again_against_an_emptied_inbox_add_nothing() -> None:
    """Names carry what must hold for ever: no new send, no new fact, the same rows and stops."""
    cast = await cast_with({}, {"id": "autumn", "entry": NOBODY})
    await cast.tell(*(scored(n) for n in range(1, 5)), scored(5, campaign_id="autumn"))
    await cast.run(days=3)
    await cast.tell(answer("m-1", START), classed("m-1", ReplyClass.POSITIVE, START))
    await cast.run(days=25)
    before = await picture(cast.table)
    calls, heard = len(cast.vendor.calls), list(cast.heard)
    known = {event.id for event in heard}
    await cast.table.store.forget_consumed(cast.table.clock.now() + timedelta(days=1))
    await cast.tell(*reversed(heard))
    await cast.run(days=30)
    assert len(cast.vendor.calls) == calls == 9
    assert {
        e.type for e in cast.heard if e.id not in known and e.topic.startswith("lead.")
    } == set()
    assert await picture(cast.table) == before


async def picture(table: Table) -> dict[str, Any]:
    """What stands in the store, versions aside."""
    rows = await table.rows("lead")
    sends = await table.store.sends_of(TENANT, [LeadId(row.ref.key) for row in rows])
    return {
        "leads": {r.ref.key: (r.status, r.data["facts"]) for r in rows},
        "sends": {k: [(s.step, s.state) for s in found] for k, found in sends.items()},
        "stops": [stop.id for stop in await table.store.stops_of(None)],
    }


async def test_a_timer_of_an_account_that_nobody_knows_is_taken_off() -> None:
    """It plans nothing and is not offered again."""
    cast = await cast_with()
    due = TimerDue(agent="orchestrator", account_id="account-9", due=START)
    key = PartitionKey(f"{TENANT}/account-9")
    await cast.tell(registry.produce(due, key=key, source="/timers", cause="stray"))
    assert await cast.table.store.timers("orchestrator", [key]) == {}
