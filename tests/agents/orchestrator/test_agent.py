"""The orchestrator: enrolment, the moment of a touch, permission, changes while running."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import lead as says
from contracts.base import Payload
from contracts.envelope import Event
from contracts.outcome import SendState
from tests.agents.cast import Cast
from tests.agents.orchestrator.voices import NOBODY, apply, cast_with, local, said
from tests.agents.stage import START, document, scored

# ── enrolment ─────────────────────────────────────────────────────────────────────────────────


async def test_a_lead_joins_the_campaign_that_it_names() -> None:
    """Whatever the entry rules say, and no other one."""
    cast = await cast_with({"id": "autumn", "entry": NOBODY}, {"id": "spring"})
    await cast.tell(scored(1, campaign_id="autumn"), scored(2))
    chosen = {e.subject: e.data["campaign_id"] for e in cast.said("lead.enrolled")}
    assert chosen == {"lead-1": "autumn", "lead-2": "spring"}


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({"categories": ["Child"]}, True),
        ({"categories": ["plumber"]}, False),
        ({"countries": ["US", "CA"]}, True),
        ({"countries": ["DE"]}, False),
        ({"regions": ["IL"]}, True),
        ({"regions": ["TX"]}, False),
        ({"tiers": ["warm", "hot"]}, True),
        ({"tiers": ["hot"]}, False),
        ({"qualified_only": True}, True),
    ],
)
async def test_an_entry_rule_says_whom_a_campaign_takes(entry: dict[str, Any], fits: bool) -> None:
    """By category, place, tier and quality; whom none takes is held as `no_campaign`, once."""
    cast = await cast_with({"entry": entry})
    await cast.tell(scored())
    await cast.tell(scored(at=START + timedelta(minutes=1)))
    row = await cast.lead()
    assert row["status"] == ("in_sequence" if fits else "new")
    held = [e.data["code"] for e in cast.said("lead.send_held")]
    assert held == ([] if fits else ["no_campaign"])


@pytest.mark.parametrize(
    ("lead", "code"),
    [
        ({"campaign_id": "winter"}, "no_campaign"),
        ({"route": "OTHER"}, "not_target"),
        ({"email": None}, "no_channel"),
        ({"email": "desk(at)nowhere"}, "no_channel"),
    ],
)
async def test_whom_nobody_can_write_to_is_held_by_name(lead: dict[str, Any], code: str) -> None:
    """Nothing is planned, the reason stands in the row, in the history and on the bus."""
    cast = await cast_with()
    await cast.tell(scored(**lead))
    row = await cast.lead()
    assert (row["status"], row["hold"]["code"], row["next"]) == ("new", code, None)
    assert [line.code for line in await cast.lines("hold")] == [code]
    assert (await cast.sends(), cast.vendor.calls) == ([], [])


async def test_a_lead_of_a_client_whom_nobody_declared_is_held() -> None:
    """It says which client, and joins as soon as it is declared."""
    cast = Cast()
    await cast.tell(scored())
    assert (await cast.lead())["hold"]["code"] == "client_unknown"
    await apply(cast, document())
    await cast.play()
    assert (await cast.lead())["status"] == "in_sequence"


async def test_a_lead_that_no_campaign_took_joins_one_that_comes_later() -> None:
    """Held is not forgotten: a new declaration makes the orchestrator look again."""
    cast = await cast_with({"entry": NOBODY})
    await cast.tell(scored())
    whole = document(campaign={"entry": NOBODY})
    whole["campaign"].append({**whole["campaign"][0], "id": "summer", "entry": {}})
    await apply(cast, whole)
    await cast.play()
    assert [e.data["campaign_id"] for e in cast.said("lead.enrolled")] == ["summer"]
    assert len(cast.vendor.calls) == 1


# ── the moment ────────────────────────────────────────────────────────────────────────────────
async def test_with_the_defaults_the_second_mail_comes_on_the_fifth_day() -> None:
    """The cooldown of the channel binds, not the gap of two days; Sunday makes it Monday."""
    cast = await cast_with()
    await cast.tell(scored())
    plan = (await cast.lead())["next"]
    assert (local(plan), plan["why"]) == ("2026-01-12 09:00", "step 2: channel_cooldown")


async def test_the_later_of_cadence_and_gates_binds_and_is_named() -> None:
    """A campaign's own gap, or its stricter rule."""
    cast = await cast_with({"gaps_days": [9]})
    await cast.tell(scored())
    plan = (await cast.lead())["next"]
    assert (local(plan), plan["why"]) == ("2026-01-15 09:00", "step 2: gap of 9 days after step 1")
    cast = await cast_with({"rules": {"touch_gap_days": 8}})
    await cast.tell(scored())
    plan = (await cast.lead())["next"]
    assert (local(plan), plan["why"]) == ("2026-01-14 09:00", "step 2: too_recent")


async def test_gaps_count_by_person_over_leads_and_campaigns() -> None:
    """Another record of the same person, in another campaign, waits for the first one's touch."""
    cast = await cast_with({}, {"id": "autumn", "entry": NOBODY})
    await cast.tell(scored(1))
    await cast.tell(scored(2, email="desk@blue-door-1.example", campaign_id="autumn"))
    plan = (await cast.lead("lead-2"))["next"]
    assert (local(plan), plan["why"]) == ("2026-01-12 09:00", "step 1: channel_cooldown")
    assert cast.vendor.to == ["desk@blue-door-1.example"]


@pytest.mark.parametrize(
    ("now", "lead", "planned"),
    [
        (datetime(2026, 1, 6, 12, tzinfo=UTC), {}, "2026-01-06 09:00"),
        (datetime(2026, 1, 6, 23, tzinfo=UTC), {}, "2026-01-07 09:00"),
        (datetime(2026, 1, 10, 18, tzinfo=UTC), {}, "2026-01-12 09:00"),
        (datetime(2026, 1, 17, 18, tzinfo=UTC), {}, "2026-01-20 09:00"),
        (datetime(2026, 3, 7, 18, tzinfo=UTC), {}, "2026-03-09 09:00"),
        (datetime(2026, 7, 2, 23, tzinfo=UTC), {}, "2026-07-06 09:00"),
    ],
    ids=["before hours", "after hours", "weekend", "holiday", "summer time begins", "observed"],
)
async def test_a_touch_waits_for_the_recipients_hours(
    now: datetime, lead: dict[str, Any], planned: str
) -> None:
    """Local hours, weekdays and public holidays, across the change of the clocks."""
    cast = await cast_with()
    cast.table.clock.moment = now
    await cast.tell(scored(at=now, **lead))
    assert local((await cast.lead())["next"]) == planned
    assert cast.vendor.calls == []


async def test_where_nobody_knows_the_zone_all_of_the_country_must_be_open() -> None:
    """The intersection of the country's zones, and the verdict's words say what was assumed."""
    cast = await cast_with()
    await cast.tell(scored(timezone=None, region=None, city=None))
    plan = (await cast.lead())["next"]
    moment = datetime.fromisoformat(plan["at"])
    assert 19 <= moment.hour < 22


# ── permission ────────────────────────────────────────────────────────────────────────────────
def word(cast: Cast, kind: type[Payload], **changes: Any) -> Event:
    """A person's word on the draft that is ready."""
    (ready,) = cast.said("lead.content_ready")
    names = ("send_id", "content_id", "content_hash", "lead_id")
    fields = {name: ready.data[name] for name in names}
    at = cast.table.clock.now()
    return said(kind(**{"occurred_at": at, "by": "Mira Holm", **fields, **changes}))


async def test_copilot_waits_for_a_word_on_this_very_draft() -> None:
    """An approval of another hash opens nothing."""
    cast = await cast_with({"mode": "copilot"})
    await cast.tell(scored())
    assert (await cast.lead())["hold"]["code"] == "not_approved"
    await cast.tell(word(cast, says.ContentApproved, content_hash="another"))
    await cast.run(hours=1)
    assert ((await cast.lead())["hold"]["code"], cast.vendor.calls) == ("not_approved", [])
    await cast.tell(word(cast, says.ContentApproved))
    assert [s.state for s in await cast.sends()] == [SendState.SENT]
    assert {e.source for e in cast.said("lead.content_approved")} == {"/test"}


async def test_a_declined_draft_is_held_as_declined() -> None:
    """And a later approval of the same hash lets it go: the last word counts."""
    cast = await cast_with({"mode": "copilot"})
    await cast.tell(scored())
    await cast.tell(word(cast, says.ContentDeclined, reason="too long"))
    await cast.run(hours=1)
    assert ((await cast.lead())["hold"]["code"], cast.vendor.calls) == ("declined", [])
    cast.table.clock.move(minutes=5)
    await cast.tell(word(cast, says.ContentApproved))
    assert len(cast.vendor.calls) == 1


async def test_in_manual_mode_a_person_sends() -> None:
    """The draft is written and held; no approval makes the machine send it."""
    cast = await cast_with({"mode": "manual"})
    await cast.tell(scored())
    assert (await cast.lead())["hold"]["code"] == "manual_mode"
    await cast.tell(word(cast, says.ContentApproved))
    await cast.run(hours=1)
    assert (cast.vendor.calls, len(cast.said("lead.content_ready"))) == ([], 1)


async def test_a_draft_that_fails_its_checks_goes_nowhere() -> None:
    """It is held with what is wrong with it, also in autopilot."""
    template = {"id": "hello", "subject": "A question", "body": "Hello {{ business.nickname }}."}
    cast = await cast_with(
        {"templates": [template, {"id": "again", "body": "Again."}], "mode": "autopilot"}
    )
    await cast.tell(scored())
    hold = (await cast.lead())["hold"]
    assert (hold["code"], bool(hold["inputs"]["problems"])) == ("draft_refused", True)
    assert cast.vendor.calls == []


# ── a change while running ────────────────────────────────────────────────────────────────────
async def test_a_changed_campaign_plans_its_open_touches_anew() -> None:
    """It has the next number, says how many it re-plans, and what went keeps the number it had."""
    cast = await cast_with()
    await cast.tell(scored(1), scored(2))
    plan = await apply(cast, document(campaign={"gaps_days": [9, 3]}))
    (change,) = [c for c in plan.changes if c.kind == "campaign"]
    assert (change.state, change.version, change.replans) == ("changed", 2, 2)
    await cast.play()
    assert local((await cast.lead())["next"]) == "2026-01-15 09:00"
    await cast.run(days=14)
    assert [(s.step, s.definition) for s in await cast.sends()] == [(1, 1), (2, 2)]


async def test_a_campaign_that_was_switched_off_and_on_goes_on() -> None:
    """`status` in the file: held as inactive, and taken up again when it is active."""
    cast = await cast_with()
    await cast.tell(scored())
    await apply(cast, document(campaign={"status": "paused"}))
    await cast.run(days=14)
    assert (await cast.lead())["hold"]["code"] == "campaign_inactive"
    await apply(cast, document())
    await cast.run(days=1)
    assert len(cast.vendor.calls) == 2


async def test_a_client_that_was_suspended_goes_on_when_it_is_active_again() -> None:
    """The same for the subscription."""
    cast = await cast_with()
    await apply(cast, document(client={"status": "paused"}))
    await cast.tell(scored())
    assert (await cast.lead())["hold"]["code"] == "subscription_inactive"
    await apply(cast, document())
    await cast.play()
    assert len(cast.vendor.calls) == 1
