"""Which send a message belongs to: our token, our Message-ID, the writer's address; never less."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.inbox.matching import by_message_id, by_token, match, plus_parts, writer
from agents.inbox.reading import Reading
from agents.inbox.values import Kind
from agents.names import Names
from contracts.ids import SendId, named
from statestore.base import Send
from tests.agents.cast import Cast
from tests.agents.stage import NAMES, scored

ONE, TWO = SendId(named("send", 1)), SendId(named("send", 2))


def reading(**fields: Any) -> Reading:
    """A message that says just this."""
    return Reading(kind=Kind.REPLY, **fields)


def to(send: SendId, names: Names = NAMES) -> str:
    """The return path of a send."""
    return f"mira+{names.token(send, 'return')}@harbour.example"


async def ledger() -> dict[SendId, Send]:
    """Two sends as rows of a ledger."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored(1), scored(2))
    rows = [await cast.send("lead-1"), await cast.send("lead-2")]
    return {row.id: row for row in rows}


def test_a_token_of_ours_names_its_send() -> None:
    """Whatever the case of the address, and with further plus signs before it."""
    assert by_token(reading(recipients=(to(ONE),)), NAMES) == [ONE]
    assert by_token(reading(recipients=(to(ONE).upper(),)), NAMES) == [ONE]
    assert by_token(reading(recipients=("a+b+" + to(ONE).removeprefix("mira+"),)), NAMES) == [ONE]


def test_a_token_of_another_installation_or_purpose_names_nothing() -> None:
    """Only the key that made it reads it, and a link's token is no return path."""
    foreign = to(ONE, Names("another secret, as long as the first"))
    link = f"mira+{NAMES.token(ONE, 'unsubscribe')}@harbour.example"
    assert by_token(reading(recipients=(foreign, link)), NAMES) == []


@given(st.text(max_size=60))
def test_no_made_up_token_names_a_send(text: str) -> None:
    """64 bits of tag stand between a guess and a send."""
    assert by_token(reading(recipients=(f"mira+{text}@harbour.example",)), NAMES) == []


def test_plus_parts_are_what_stands_behind_the_last_plus() -> None:
    """Addresses without one have none."""
    assert plus_parts(["a+b+c@x.example", "plain@x.example", "+t@x.example"]) == ["c", "t"]


def test_message_ids_name_sends_the_nearest_first() -> None:
    """The returned original, then what it answers, then the thread from its end; each once."""
    found = by_message_id(
        reading(
            original_ids=(f"{TWO}@harbour.example",),
            in_reply_to=f"<{ONE}@harbour.example>",
            references=("foreign@x.example", f"{TWO}@harbour.example", f"{ONE}@harbour.example"),
        )
    )
    assert found == [TWO, ONE]


async def test_the_token_goes_before_the_message_id_and_that_before_the_writer() -> None:
    """Stronger evidence wins over weaker."""
    sends = await ledger()
    one, two = sends
    all_three = reading(recipients=(to(one),), in_reply_to=f"{two}@harbour.example")
    rows = list(sends.values())
    found = match(all_three, NAMES, sends, rows, forgeable=True)
    assert found is not None
    assert (found.send.id, found.evidence, found.ours) == (one, "our token in the address", True)
    found = match(reading(in_reply_to=f"{two}@x.example"), NAMES, sends, rows[:1], forgeable=True)
    assert found is not None
    assert (found.send.id, found.evidence) == (two, "our Message-ID")


@pytest.mark.parametrize("forgeable", [True, False])
async def test_the_writers_address_is_enough_for_an_answer_only(forgeable: bool) -> None:
    """Anybody may forge a report: it closes nothing by an address alone."""
    rows = list((await ledger()).values())
    found = match(reading(), NAMES, {}, rows, forgeable=forgeable)
    assert (found is not None) == forgeable
    if found is not None:
        assert (found.send.id, found.ours) == (rows[-1].id, False)


async def test_a_send_that_the_ledger_does_not_know_is_no_match() -> None:
    """A token of ours whose send is not there, and a subject alone."""
    assert match(reading(recipients=(to(ONE),)), NAMES, {}, [], forgeable=True) is None
    assert match(reading(subject="Re: A question"), NAMES, {}, [], forgeable=True) is None


@pytest.mark.parametrize(
    ("sender", "known"),
    [("desk@blue-door-1.example", True), ("Desk@Blue-Door-1.EXAMPLE", True), ("nobody", False)],
)
def test_the_writer_is_known_by_hash_of_the_normal_form(sender: str, known: bool) -> None:
    """The same hash under which we wrote to them; none for what is no address."""
    expected = NAMES.address("email", "desk@blue-door-1.example") if known else None
    assert writer(reading(sender=sender), NAMES) == expected
