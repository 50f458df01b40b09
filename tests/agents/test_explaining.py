"""`explain`: the whole story in words, and what comes next, when, and if nothing: why not."""

from typing import Any

import pytest

from agents import controls, explaining
from agents.explaining import HOLDS, REASONS, Story
from agents.gates import GATES
from contracts import lead as says
from contracts import registry
from contracts.ids import LeadId, MessageId, partition_key
from contracts.outcome import Mode, ReplyClass, Status
from tests.agents.cast import DEFERRED, LOST, REFUSED, Cast, Scripted
from tests.agents.stage import START, TENANT, scored


async def story(cast: Cast, lead: str = "lead-1") -> Story:
    """What is told of a lead."""
    (row,) = await explaining.find(cast.table.store, lead, None)
    return await explaining.story(cast.table.store, row, cast.table.clock.now())


async def played(vendor: Scripted | None = None, **campaign: Any) -> Cast:
    """One lead, as far as it goes at once."""
    cast = Cast(vendor or Scripted())
    await cast.table.declare(campaign=campaign)
    await cast.tell(scored())
    return cast


def texts(told: Story) -> list[str]:
    """The lines in words."""
    return [line.text for line in told.lines]


async def test_a_story_is_told_in_order_and_ends_with_what_comes_next() -> None:
    """From the score to the silence; every line a sentence."""
    cast = await played()
    told = await story(cast)
    assert told.next.startswith("Step 2 by email, Mon 12 Jan 2026 09:00 (America/Chicago)")
    await cast.run(days=20)
    told = await story(cast)
    lines = texts(told)
    order = ["Scored 72", "Joined campaign", "Wrote step 1", "Sent step 1", "Wrote step 2",
             "Sent step 2", "The end"]  # fmt: skip
    places = [next(n for n, text in enumerate(lines) if text.startswith(o)) for o in order]
    assert places == sorted(places)
    assert (told.status, told.next) == ("no_response", explaining.ENDS[Status.NO_RESPONSE])
    assert [line.at for line in told.lines] == sorted(line.at for line in told.lines)
    for text in lines:
        assert (text[0].isupper(), text.rstrip(")")[-1] in ".)", "{" in text) == (
            True,
            True,
            False,
        ), text


async def test_the_score_is_explained_until_the_lead_is_erased() -> None:
    """What scoring said, in words; nothing of it once the person is blanked."""
    cast = await played()
    told = await story(cast)
    assert told.score[0].startswith("Score 72.0 of 100: warm")
    assert told.quality is not None
    await cast.table.store.erase(TENANT, LeadId("lead-1"), cast.table.clock.now())
    assert (await story(cast)).score == ()


@pytest.mark.parametrize(
    ("campaign", "words"),
    [
        ({"mode": "copilot"}, "Waits for approval of the draft."),
        ({"mode": "manual"}, "Waits for a person to send it"),
        ({"status": "paused"}, "Held: the campaign is not active."),
        ({"entry": {"tiers": ["hot"]}}, "Held: no campaign of the client takes this lead."),
    ],
)
async def test_what_is_held_says_why(campaign: dict[str, Any], words: str) -> None:
    """In words that name the remedy or the person who is waited for."""
    told = await story(await played(**campaign))
    assert told.next.startswith(words)


async def test_what_waits_for_a_slot_says_so_and_when_it_may_hope() -> None:
    """The line of its mailbox, with an estimate."""
    cast = Cast()
    await cast.table.declare(resource={"per_day": 1})
    await cast.tell(*(scored(n) for n in range(1, 4)))
    told = [await story(cast, f"lead-{n}") for n in range(1, 4)]
    waiting = [one.next for one in told if "waits for a free slot" in one.next]
    assert len(waiting) == 2
    assert all("probably" in words for words in waiting)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([REFUSED], "Step 1 was refused for good: smtp_550."),
        ([DEFERRED], "Tried step 1: smtp_451; again at 15:01 UTC."),
        ([LOST], "Step 1: nobody can say whether it arrived; never sent again."),
    ],
)
async def test_what_the_vendor_said_is_told(answers: list[Any], words: str) -> None:
    """Its code, and what follows."""
    told = await story(await played(Scripted(answers=answers)))
    assert words in texts(told)


async def test_an_unknown_is_shown_by_name() -> None:
    """It may or may not have arrived."""
    told = await story(await played(Scripted(answers=[LOST])))
    assert told.unknowns == (
        "step 1 of 2026-01-06 15:00 UTC may or may not have arrived (timeout)",
    )


@pytest.mark.parametrize("label", list(ReplyClass))
async def test_an_answer_is_told_for_what_it_is(label: ReplyClass) -> None:
    """And then what comes next, or that a person takes over."""
    cast = await played()
    key = partition_key(TENANT, "account-1")
    base: dict[str, Any] = {"lead_id": LeadId("lead-1"), "occurred_at": START}
    message = MessageId("m-1")
    for payload in (
        says.Responded(**base, message_id=message),
        says.ReplyClassified(**base, message_id=message, label=label, sentiment=0, confidence=1),
    ):
        await cast.tell(registry.produce(payload, key=key, source="/test", cause=str(payload)))
    told = await story(cast)
    assert f"The answer counts as {label}." in texts(told)
    assert told.next
    assert "auditor" not in told.next


async def test_stops_that_hold_are_listed_and_those_that_do_not_are_not() -> None:
    """Whose, and until when."""
    cast = await played()
    who: dict[str, Any] = {"by": "a person", "mode": Mode.LIVE}
    scope = await controls.scope_of("campaign:spring", cast.table.store, None)
    await controls.pause(cast.table.commits, scope, reason="a doubt", **who)
    assert [stop.reason for stop in (await story(cast)).stops] == ["paused"]
    await cast.run(days=7)
    assert (await story(cast)).next.startswith("Held: its campaign is paused.")
    await controls.resume(cast.table.commits, scope, reason="none", **who)
    assert (await story(cast)).stops == ()


async def test_equal_verdicts_are_one_line_with_a_count() -> None:
    """A store that stays closed for a day says so once more, however often it was asked."""
    cast = Cast(operation={"closed": "restored copy"})
    await cast.table.declare()
    await cast.tell(scored())
    await cast.run(hours=6)
    first, again = [line for line in (await story(cast)).lines if line.kind == "verdict"]
    assert (first.count, again.count) == (1, 36)
    assert again.text.endswith("(36 times)")
    assert len([line for line in (await story(cast)).lines if line.kind == "plan"]) == 2


async def test_a_lead_is_found_by_id_by_its_start_and_by_part_of_its_name() -> None:
    """In any case of letters; another client's are not found."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored(1), scored(2))

    async def ids(words: str, tenant: str | None = None) -> list[str]:
        return [r.ref.key for r in await explaining.find(cast.table.store, words, tenant)]

    assert await ids("lead-1") == ["lead-1"]
    assert await ids("LEAD-2") == ["lead-2"]
    assert await ids("lead-") == await ids("blue DOOR") == ["lead-1", "lead-2"]
    assert await ids("Door 2") == ["lead-2"]
    assert await ids("lead-1", "other") == await ids("nobody") == []


async def test_a_story_names_no_address_and_survives_an_erasure() -> None:
    """The history has ids and codes; the name is the person's row, and that is gone."""
    cast = await played()
    assert "@" not in str(texts(await story(cast)))
    await cast.table.store.erase(TENANT, LeadId("lead-1"), START)
    told = await story(cast)
    assert told.name == "(erased)"
    assert any(text.startswith("Sent step 1") for text in texts(told))


def test_every_code_of_time_and_the_widest_stops_have_words() -> None:
    """A marketer never has to read a code where the plan or a pause is meant."""
    assert {"channel_cooldown", "too_recent", "outside_window", "warmup_not_ready"} <= set(REASONS)
    assert {"killed_global", "killed_client", "killed_campaign", "killed_account"} <= set(HOLDS)
    known = {code for gate in GATES for code in gate.codes}
    for code in ("no_credits", "subscription_inactive", "als_too_low", "campaign_inactive"):
        assert (code in HOLDS, code in known) == (True, True)
