"""What an incoming message does: stops, facts, a kept copy; and what it does not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agents.inbox.absorb import LONGEST_ABSENCE, SHORT_ABSENCE, back
from agents.inbox.taking import Taking
from contracts.ids import OPERATOR, ResourceId, TenantId
from contracts.outcome import Mode, SendState, StopReason
from statestore.base import Committed, Result
from tests.agents.cast import Cast
from tests.agents.inbox.mails import answer, complaint, report
from tests.agents.stage import NAMES, START, TENANT, scored


async def written() -> Cast:
    """Somebody was written to; what they say comes next."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored())
    return cast


async def take(cast: Cast, *raws: bytes, tenant: TenantId = TENANT) -> list[Result]:
    """Hands mails to the inbox, and what follows from them to everybody."""
    taking = Taking(cast.table.commits, NAMES, Mode.LIVE)
    results = await taking.take(tenant, ResourceId("mira"), raws)
    await cast.play()
    return results


async def stops(cast: Cast) -> dict[tuple[str, str], StopReason]:
    """(tenant, kind of key) → reason, of every stop."""
    found = await cast.table.store.stops_of(None)
    return {(stop.tenant, stop.key.partition(":")[0]): stop.reason for stop in found}


def everywhere(reason: StopReason) -> dict[tuple[str, str], StopReason]:
    """Stops of an address: the client's and the installation's."""
    return {(TENANT, "address"): reason, (OPERATOR, "address"): reason}


def sent(cast: Cast) -> Any:
    """The request that went out."""
    return cast.vendor.calls[0][0]


YES = "Thank you, that sounds interesting. Could you call me on Thursday?"
NO_MORE = "Please remove me from your list and do not write again."


async def test_an_answer_stops_its_account_before_any_event_travels() -> None:
    """The stop is in the commit that keeps the message, with the bus down."""
    cast = await written()
    cast.deaf = frozenset({"lead.responded"})
    await take(cast, answer(sent(cast), YES))
    assert await stops(cast) == {(TENANT, "account"): StopReason.RESPONDED}
    await cast.run(days=20)
    assert len(cast.vendor.calls) == 1
    (said,) = cast.said("lead.responded")
    assert (said.data["send_id"], said.data["automatic"]) == ((await cast.send()).id, False)


async def test_what_came_back_is_kept_whole_and_its_history_holds_no_words() -> None:
    """The message's row can be erased; the journal has nothing to erase."""
    cast = await written()
    await take(cast, answer(sent(cast), YES))
    (row,) = await cast.table.rows("message")
    assert (row.status, "interesting" in row.data["visible_text"]) == ("matched", True)
    assert all("interesting" not in str(line.data) for line in await cast.lines("message"))
    assert await cast.table.store.erase(TENANT, row.parent, START) > 0  # type: ignore[arg-type]
    (row,) = await cast.table.rows("message")
    assert "interesting" not in str(row.data)


async def test_an_opt_out_closes_person_and_address_here_and_everywhere() -> None:
    """The operator's row holds a hash and nothing else."""
    cast = await written()
    await take(cast, answer(sent(cast), NO_MORE))
    found = await stops(cast)
    assert found[TENANT, "lead"] == found[TENANT, "address"] == StopReason.UNSUBSCRIBED
    assert found[OPERATOR, "address"] == StopReason.UNSUBSCRIBED
    (operators,) = [s for s in await cast.table.store.stops_of(None) if s.tenant == OPERATOR]
    assert (operators.cause, operators.note) == ("", "")
    assert (await cast.lead())["status"] == "unsubscribed"


async def test_an_opt_out_from_another_address_closes_both() -> None:
    """The one that was written to, and the one that asked."""
    cast = await written()
    await take(cast, answer(sent(cast), NO_MORE, sender="owner@elsewhere.example"))
    every = await cast.table.store.stops_of(TENANT)
    assert len({stop.key for stop in every if stop.key.startswith("address:")}) == 2


async def test_an_opt_out_that_names_no_send_still_closes_the_writers_address() -> None:
    """Whoever asks to be left alone is left alone."""
    cast = await written()
    await take(cast, answer(None, NO_MORE, sender="stranger@elsewhere.example"))
    found = await stops(cast)
    assert found == dict.fromkeys(
        [(TENANT, "address"), (OPERATOR, "address")], StopReason.UNSUBSCRIBED
    )
    (row,) = await cast.table.rows("message")
    assert row.status == "unmatched"


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10"])
async def test_a_hard_bounce_closes_the_address_everywhere(status: str) -> None:
    """Tied to the send by our own token; the lead has no address left."""
    cast = await written()
    await take(cast, report(sent(cast), status, f"550 {status} No such user here"))
    found = await stops(cast)
    assert found == dict.fromkeys(
        [(TENANT, "address"), (OPERATOR, "address")], StopReason.HARD_BOUNCE
    )
    assert (await cast.lead())["status"] == "bounced"
    assert [e.data["kind"] for e in cast.said("lead.bounced")] == ["hard"]


@pytest.mark.parametrize(
    ("status", "words", "about"),
    [
        ("5.2.2", "552 5.2.2 Mailbox full", "recipient"),
        ("5.7.1", "550 5.7.1 Message rejected as spam", "sender"),
    ],
)
async def test_a_bounce_that_proves_nothing_against_the_address_closes_nothing(
    status: str, words: str, about: str
) -> None:
    """A full mailbox, or a refusal that is about us."""
    cast = await written()
    await take(cast, report(sent(cast), status, words))
    assert await stops(cast) == {}
    (said,) = cast.said("lead.bounced")
    assert (said.data["kind"], said.data["about"]) == ("soft", about)
    assert (await cast.lead())["status"] == "in_sequence"


async def test_a_forged_report_closes_no_address() -> None:
    """It names neither our token nor our Message-ID: kept, without effect."""
    cast = await written()
    request = sent(cast)
    forged = report(request).replace(request.reference.encode(), b"made-up@harbour.example")
    token = request.envelope_from.encode()
    await take(cast, forged.replace(token, b"mira@harbour.example"))
    assert (await stops(cast), (await cast.lead())["status"]) == ({}, "in_sequence")
    (row,) = await cast.table.rows("message")
    assert row.status == "unmatched"


async def test_a_report_for_another_clients_send_has_no_effect() -> None:
    """A token opens nothing in a mailbox of somebody else."""
    cast = await written()
    await take(cast, report(sent(cast)), tenant=TenantId("other"))
    assert await stops(cast) == {}


async def test_a_complaint_is_an_opt_out() -> None:
    """Here and everywhere, and the lead is not to be contacted."""
    cast = await written()
    await take(cast, complaint(sent(cast)))
    found = await stops(cast)
    assert set(found.values()) == {StopReason.COMPLAINT}
    assert set(found) == {(TENANT, "lead"), (TENANT, "address"), (OPERATOR, "address")}
    assert (await cast.lead())["status"] == "do_not_contact"


async def test_an_absence_holds_the_person_until_they_are_back_and_stops_nobody_else() -> None:
    """It is no answer: the sequence goes on afterwards."""
    cast = await written()
    text = "I am out of the office until 21 January 2026 and will answer when I am back."
    headers = {"Auto_Submitted": "auto-replied", "X_Autoreply": "yes"}
    raw = answer(sent(cast), text, subject="Out of office: A question", **headers)
    await take(cast, raw)
    (stop,) = await cast.table.store.stops_of(None)
    assert (stop.key, stop.reason) == ("lead:lead-1", StopReason.OUT_OF_OFFICE)
    assert stop.until is not None
    assert stop.until.date() in {date(2026, 1, 21), date(2026, 1, 22)}
    await cast.run(days=14)
    assert len(cast.vendor.calls) == 1
    await cast.run(days=4)
    assert len(cast.vendor.calls) == 2


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (None, START + SHORT_ABSENCE),
        (date(2026, 1, 12), datetime(2026, 1, 12, tzinfo=UTC)),
        (date(2027, 1, 12), START + LONGEST_ABSENCE),
        (date(2025, 12, 1), START),
    ],
    ids=["no date", "a date", "a year away", "over already"],
)
def test_how_long_an_absence_is_believed(day: date | None, until: datetime) -> None:
    """Bounded on both sides: a stranger's date cannot silence us for a year."""
    assert back(day, START) == until


async def test_a_message_that_is_read_twice_counts_once() -> None:
    """A crash between commit and moving the file: the second time loses, harmlessly."""
    cast = await written()
    raw = answer(sent(cast), YES)
    first = await take(cast, raw)
    second = await take(cast, raw)
    assert isinstance(first[0], Committed)
    assert not isinstance(second[0], Committed)
    assert len(cast.said("lead.responded")) == 1


async def test_a_mail_program_that_gives_every_message_one_id_hides_no_opt_out() -> None:
    """Two people, one broken program: the second one's wish is not taken for the first's mail."""
    cast = await written()
    same = "1@localhost"
    await take(cast, answer(sent(cast), "Who are you?", message_id=same))
    stop = answer(None, "Unsubscribe me.", sender="boss@elsewhere.example", message_id=same)
    (result,) = await take(cast, stop)
    assert isinstance(result, Committed)
    assert len(await cast.table.rows("message")) == 2


async def test_an_answer_from_the_future_happened_now() -> None:
    """A wrong clock at the other end plans nothing ahead."""
    cast = await written()
    later = answer(sent(cast), YES).replace(b"2026", b"2031")
    await take(cast, later)
    (said,) = cast.said("lead.responded")
    assert said.time <= cast.table.clock.now() + timedelta(0)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 200, b"From: \r\n\r\n", b"A" * 100_000])
async def test_rubbish_is_kept_without_effect(raw: bytes) -> None:
    """It ties to nothing, and nothing is lost."""
    cast = await written()
    await take(cast, raw)
    assert (await stops(cast), len(await cast.table.rows("message"))) == ({}, 1)
    assert (await cast.send()).state is SendState.SENT


async def test_a_message_that_no_reader_takes_pauses_its_account() -> None:
    """Refused by a limit: kept, named, and a person looks before anything else goes out."""
    cast = await written()
    head, body = answer(sent(cast), YES).split(b"\n\n", 1)
    await take(cast, head + b"\n" + b"X-Noise: x\n" * 60_000 + b"\n" + body)
    assert (TENANT, "account") in await stops(cast)
    await cast.run(days=20)
    assert len(cast.vendor.calls) == 1


async def test_an_automatic_answer_that_asks_for_silence_is_obeyed() -> None:
    """A machine that says how to be left alone pauses at least; nothing more goes out."""
    cast = await written()
    raw = answer(sent(cast), "Please remove me from your list. This is an automatic answer.")
    await take(cast, b"Auto-Submitted: auto-replied\r\n" + raw)
    reasons = set((await stops(cast)).values())
    assert reasons & {StopReason.DOUBTFUL_OPT_OUT, StopReason.UNSUBSCRIBED}
    await cast.run(days=20)
    assert len(cast.vendor.calls) == 1
