"""A fake vendor keeps an honest book, however it lies to its caller."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import Receipt
from channels.fake.behaviour import Answer, Manner, Message, Rule, Script, Webhook
from channels.fake.book import Book
from contracts.outcome import Outcome, Stage, VendorClass
from tests.channels.fake.rig import FakeRig
from tests.channels.loops import breathe, loop
from tests.channels.permits import TestPermit
from tests.channels.requests import text


async def sent(rig: FakeRig, answer: Answer, webhook: Webhook = Webhook.AFTER) -> Receipt:
    rig.script.rules.append(Rule(manner=Manner(answer=answer, webhook=webhook)))
    return await rig.adapter.send(text(), rig.adapter.render(text()), TestPermit())


@pytest.mark.parametrize(
    ("answer", "outcome", "accepted"),
    [
        (Answer.ACCEPT, Outcome.ACCEPTED, 1),
        (Answer.REFUSE, Outcome.REFUSED, 0),
        (Answer.NO_SUCH_RECIPIENT, Outcome.RECIPIENT_REFUSED, 0),
        (Answer.THROTTLE, Outcome.DEFERRED, 0),
        (Answer.ACCEPT_AND_DROP, Outcome.UNKNOWN, 1),
        (Answer.DROP, Outcome.UNKNOWN, 0),
        (Answer.ACCEPT_LATE, Outcome.UNKNOWN, 0),
        (Answer.FAIL_AFTER_ACCEPT, Outcome.UNKNOWN, 1),
        (Answer.FAIL, Outcome.UNKNOWN, 0),
    ],
)
async def test_each_answer_is_what_its_name_says(
    answer: Answer, outcome: Outcome, accepted: int
) -> None:
    """What the caller is told, and what the book holds."""
    async with FakeRig(VendorClass.NOTHING).running() as rig:
        receipt = await sent(rig, answer)
    assert (receipt.outcome, len(rig.vendor.book.entries)) == (outcome, accepted)


async def test_a_late_acceptance_comes_when_it_is_told_to() -> None:
    """Hours after the caller gave up, at that moment's business time, with its webhook."""
    async with FakeRig(VendorClass.WEBHOOK).running() as rig:
        await sent(rig, Answer.ACCEPT_LATE)
        rig.now.advance(timedelta(hours=3))
        await rig.vendor.settle()
        await rig.vendor.settle()
        (entry,) = rig.vendor.book.entries
        assert entry.at == "2026-03-02T15:00:00+00:00"
        assert len(rig.received) == 1


async def test_a_hanging_answer_outlives_the_callers_deadline() -> None:
    """Accepted, unknown to the caller; an answer that is let go in time arrives."""
    async with FakeRig(VendorClass.NOTHING).running() as rig:
        call = asyncio.ensure_future(sent(rig, Answer.HANG))
        while not rig.vendor.book.entries:
            await breathe()
        loop().advance(16.0)
        receipt = await call
        assert (receipt.outcome, receipt.stage) == (Outcome.UNKNOWN, Stage.CONTENT_COMPLETE)
        call = asyncio.ensure_future(sent(rig, Answer.HANG))
        while len(rig.vendor.book.entries) < 2:
            await breathe()
        await rig.vendor.settle()
        assert (await call).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("webhook", "times"),
    [(Webhook.AFTER, 1), (Webhook.BEFORE, 1), (Webhook.TWICE, 2), (Webhook.NEVER, 0)],
)
async def test_webhooks_come_as_often_as_they_are_told_to(webhook: Webhook, times: int) -> None:
    """Twice carries one id, as a redelivery does, and can be deduped."""
    async with FakeRig(VendorClass.WEBHOOK).running() as rig:
        await sent(rig, Answer.ACCEPT, webhook)
        received = await rig.webhooks()
        events = [rig.read_webhook(headers, body)[0] for headers, body in received]
    assert len(events) == times
    assert len({event.event_id for event in events}) <= 1


async def test_a_webhook_may_come_before_the_answer() -> None:
    """The endpoint has it while the caller still waits."""
    async with FakeRig(VendorClass.WEBHOOK).running() as rig:
        call = asyncio.ensure_future(sent(rig, Answer.HANG, Webhook.BEFORE))
        while not rig.received:
            await breathe()
        assert not call.done()
        await rig.vendor.settle()
        assert (await call).outcome is Outcome.ACCEPTED
    assert len(rig.received) == 1


async def test_a_webhook_that_is_not_taken_is_delivered_again() -> None:
    """Our own failure is answered otherwise than 2xx, and the vendor keeps the event."""
    async with FakeRig(VendorClass.WEBHOOK).running() as rig:
        rig.status = 503
        await sent(rig, Answer.ACCEPT)
        await rig.vendor.called_back()
        assert len(rig.vendor.undelivered) == 1
        rig.status = 204
        await rig.vendor.redeliver()
        assert rig.vendor.undelivered == []
    ids = {rig.read_webhook(headers, body)[0].event_id for headers, body in rig.received}
    assert (len(rig.received), len(ids)) == (2, 1)


async def test_a_key_is_forgotten_at_the_end_of_its_life() -> None:
    """A retry that comes too late makes a double, and the book shows it."""
    async with FakeRig(VendorClass.KEY).running() as rig:
        await sent(rig, Answer.ACCEPT_AND_DROP)
        rig.now.advance(timedelta(hours=24) - timedelta(seconds=1))
        await sent(rig, Answer.ACCEPT)
        assert len(rig.vendor.book.of(text().reference)) == 1
        rig.now.advance(timedelta(seconds=1))
        await sent(rig, Answer.ACCEPT)
        assert len(rig.vendor.book.of(text().reference)) == 2


async def test_what_is_no_message_is_refused() -> None:
    """400, and no line in the book."""
    async with FakeRig(VendorClass.NOTHING).running() as rig:
        for body in (b"", b"[]", b'{"to": 1}', b"{", b"x" * 2_000_000):
            receipt = await rig.adapter.send(text(), body, TestPermit())
            assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "http_400")
    assert rig.vendor.book.entries == []


async def test_the_book_is_one_line_an_acceptance_and_survives(tmp_path: Path) -> None:
    """Readable by anybody; a vendor that starts again remembers its keys."""
    path = tmp_path / "book.jsonl"
    async with FakeRig(VendorClass.KEY).running() as rig:
        rig.vendor.book = Book(path)
        await sent(rig, Answer.ACCEPT_AND_DROP)
        rig.vendor.book = Book(path)
        assert (await sent(rig, Answer.ACCEPT)).outcome is Outcome.ACCEPTED
    (line,) = path.read_text("utf-8").splitlines()
    row = json.loads(line)
    assert row["fake"] is True
    assert (row["reference"], row["recipient"], row["at"]) == (
        "5e0d-2",
        "+61400000002",
        "2026-03-02T12:00:00+00:00",
    )


def test_a_script_gives_rules_out_in_order_and_then_is_honest() -> None:
    """The first rule that fits and is left decides."""
    throttled, refused = Manner(answer=Answer.THROTTLE), Manner(answer=Answer.REFUSE)
    script = Script(
        [Rule(manner=throttled, times=2), Rule(manner=refused, recipient="kim", times=None)]
    )
    kim = Message(reference="a", recipient="kim", sender="s", attempt=1)
    lou = Message(reference="b", recipient="lou", sender="s", attempt=1)
    manners = [script(message).answer for message in (kim, lou, kim, lou, kim)]
    assert manners == ["throttle", "throttle", "refuse", "accept", "refuse"]
