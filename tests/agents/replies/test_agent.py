"""The replies agent: what an answer is, the stops that follow, and the one that it may lift."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agents.base import DecidingTurn
from agents.inbox.taking import Taking
from agents.replies.agent import Replies
from contracts.ids import ResourceId
from contracts.outcome import Mode, StopReason
from tests.agents.cast import Cast
from tests.agents.inbox.mails import answer
from tests.agents.stage import NAMES, TENANT, scored


async def answered(text: str, **mail: Any) -> Cast:
    """Somebody was written to and wrote back; everybody has heard of it."""
    cast = Cast()
    agent = Replies()
    cast.hear(agent.name, agent.topics, DecidingTurn(agent, cast.table.commits))
    await cast.table.declare()
    await cast.tell(scored())
    raw = answer(cast.vendor.calls[0][0], text, **mail)
    await Taking(cast.table.commits, NAMES, Mode.LIVE).take(TENANT, ResourceId("mira"), [raw])
    await cast.play()
    return cast


async def holding(cast: Cast) -> dict[str, StopReason]:
    """Key → reason of the client's stops that hold, addresses aside."""
    found = await cast.table.store.stops_of(TENANT, holding_at=cast.table.clock.now())
    return {s.key: s.reason for s in found if not s.key.startswith("address:")}


@pytest.mark.parametrize(
    ("text", "label", "status"),
    [
        ("Yes, we are interested. Please send me an offer.", "positive", "engaged"),
        ("No, not interested. Stop wasting my time.", "negative", "do_not_contact"),
        ("It is too expensive for us, we have no budget this year.", "objection", "responded"),
    ],
)
async def test_an_answer_is_classed_and_the_lead_follows(
    text: str, label: str, status: str
) -> None:
    """By rules; the account stays stopped, and what was read is told in bounded values."""
    cast = await answered(text)
    (said,) = cast.said("lead.reply_classified")
    assert (said.data["label"], said.data["by"]) == (label, "rules")
    assert text not in str(said.data)
    assert (await cast.lead())["status"] == status
    assert (await holding(cast))["account:account-1"] is StopReason.RESPONDED


async def test_a_negative_answer_adds_its_own_stop() -> None:
    """The person is not to be contacted, whatever happens to the account's stop."""
    cast = await answered("No, not interested. Stop wasting my time.")
    assert (await holding(cast))["lead:lead-1"] is StopReason.NEGATIVE_SENTIMENT


async def test_an_opt_out_in_an_answer_is_an_opt_out() -> None:
    """Told as such, so that the status says so too."""
    cast = await answered("Please remove me from your list and never write again.")
    (said,) = cast.said("lead.reply_classified")
    assert said.data["opt_out"] == "yes"
    assert ((await cast.lead())["status"], (await holding(cast))["lead:lead-1"]) == (
        "unsubscribed",
        StopReason.UNSUBSCRIBED,
    )


async def test_an_absence_that_no_header_gave_away_frees_the_account() -> None:
    """The stop of its own message is lifted, the person is held until they are back, and the
    sequence goes on."""
    text = "I am on annual leave until Monday and will reply when I am back in the office."
    cast = await answered(text, subject="Away")
    found = await holding(cast)
    assert "account:account-1" not in found
    assert found["lead:lead-1"] is StopReason.OUT_OF_OFFICE
    await cast.run(days=25)
    assert len(cast.vendor.calls) == 2


async def test_only_the_stop_of_its_own_message_is_lifted() -> None:
    """A real answer before the absence note keeps the account stopped."""
    cast = await answered("Yes, we are interested. Please send me an offer.")
    request = cast.vendor.calls[0][0]
    away = answer(
        request,
        "I am on annual leave until Monday and will reply when I am back in the office.",
        subject="Away",
        message_id="away-1@blue-door-1.example",
    )
    await Taking(cast.table.commits, NAMES, Mode.LIVE).take(TENANT, ResourceId("mira"), [away])
    await cast.play()
    assert (await holding(cast))["account:account-1"] is StopReason.RESPONDED
    assert (await cast.lead())["status"] == "engaged"


async def test_what_a_header_calls_automatic_is_nobodys_words() -> None:
    """It is not classed: no sentiment is read into a machine."""
    cast = await answered("We have received your message.", Auto_Submitted="auto-replied")
    assert (cast.said("lead.reply_classified"), (await cast.lead())["status"]) == (
        [],
        "in_sequence",
    )


async def test_an_answer_that_comes_twice_is_classed_once() -> None:
    """One fact, one line."""
    cast = await answered("Yes, we are interested. Please send me an offer.")
    (said,) = cast.said("lead.responded")
    await cast.table.store.forget_consumed(datetime(2030, 1, 1, tzinfo=UTC))
    await cast.tell(said)
    assert len(cast.said("lead.reply_classified")) == 1
    assert len(await cast.table.store.stops_of(TENANT)) == 1


async def test_an_erased_message_is_no_trouble() -> None:
    """The words are gone when the agent comes to read them: a neutral answer waits for a person."""
    cast = Cast()
    agent = Replies()
    await cast.table.declare()
    await cast.tell(scored())
    raw = answer(cast.vendor.calls[0][0], "Yes, we are interested.")
    await Taking(cast.table.commits, NAMES, Mode.LIVE).take(TENANT, ResourceId("mira"), [raw])
    (row,) = await cast.table.rows("message")
    await cast.table.store.erase(TENANT, row.parent, cast.table.clock.now())  # type: ignore[arg-type]
    cast.hear(agent.name, agent.topics, DecidingTurn(agent, cast.table.commits))
    await cast.play()
    assert (await holding(cast))["account:account-1"] is StopReason.RESPONDED
    assert await cast.table.store.dead_letters(None) == []
