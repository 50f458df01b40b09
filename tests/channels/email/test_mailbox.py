"""The catch-all mailbox keeps what it acknowledges, and nothing else."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from channels.base import Receipt
from channels.email import message
from channels.email.mailbox import Envelope, Mailbox
from channels.email.session import Security, SmtpSettings
from channels.email.smtp import SmtpAdapter
from contracts.outcome import Outcome
from tests.channels.permits import TestPermit
from tests.channels.requests import mail

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def business_time() -> datetime:
    return NOON


async def delivered(mailbox: Mailbox, **changes: object) -> Receipt:
    """Sends one mail to the mailbox over SMTP."""
    chosen = SmtpSettings(host="127.0.0.1", port=mailbox.port, security=Security.NONE)
    adapter, request = SmtpAdapter(chosen), mail(**changes)
    try:
        return await adapter.send(request, adapter.render(request), TestPermit())
    finally:
        await adapter.close()


async def test_an_accepted_mail_is_one_file_with_its_envelope(tmp_path: Path) -> None:
    """Our three headers, then the bytes as they were sent; the 250 names the file."""
    async with Mailbox(tmp_path, now=business_time) as mailbox:
        receipt = await delivered(mailbox, body=".\n..\nbye\n", envelope_from="b+1@studio.example")
    (file,) = mailbox.files()
    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, "00000001")
    assert file.name == "00000001.eml"
    head = (
        b"X-Envelope-From: b+1@studio.example\r\n"
        b"X-Envelope-To: kim@bakery.example\r\n"
        b"X-Received-At: 2026-03-02T12:00:00+00:00\r\n"
    )
    request = mail(body=".\n..\nbye\n", envelope_from="b+1@studio.example")
    assert file.read_bytes() == head + message.build(request)
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_many_at_once_lose_none_and_share_no_name(tmp_path: Path) -> None:
    """Forty sessions at the same time make forty files, numbered without a gap."""
    async with Mailbox(tmp_path, now=business_time) as mailbox:
        receipts = await asyncio.gather(
            *(delivered(mailbox, reference=f"{n}@studio.example") for n in range(40))
        )
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    assert [file.stem for file in mailbox.files()] == [f"{n:08d}" for n in range(1, 41)]
    assert {receipt.provider_id for receipt in receipts} == {f.stem for f in mailbox.files()}


async def test_a_restart_counts_on_and_overwrites_nothing(tmp_path: Path) -> None:
    """The counter goes on behind the largest number; a name that is taken is passed over."""
    for _ in range(2):
        async with Mailbox(tmp_path, now=business_time) as mailbox:
            await delivered(mailbox)
    async with Mailbox(tmp_path, now=business_time) as mailbox:
        (tmp_path / "new" / "00000003.eml").write_bytes(b"another's")
        receipt = await delivered(mailbox)
    assert receipt.provider_id == "00000004"
    assert (tmp_path / "new" / "00000003.eml").read_bytes() == b"another's"


async def test_a_hook_refuses_with_its_own_words_and_nothing_is_kept(tmp_path: Path) -> None:
    """At RCPT or after the content, as a person's server would."""
    seen: list[Envelope] = []

    def spam(envelope: Envelope) -> str | None:
        seen.append(envelope)
        return "554 5.7.1 we do not like it"

    def nobody(sender: str, recipient: str) -> str | None:
        return "550 5.1.1 nobody" if recipient.startswith("gone") else None

    async with Mailbox(
        tmp_path, now=business_time, on_message=spam, on_recipient=nobody
    ) as mailbox:
        refused = await delivered(mailbox)
        gone = await delivered(mailbox, recipient="gone@bakery.example")
    assert (refused.outcome, refused.code) == (Outcome.REFUSED, "smtp_554_5.7.1")
    assert (gone.outcome, gone.code) == (Outcome.RECIPIENT_REFUSED, "smtp_550_5.1.1")
    assert [(one.recipients, one.received_at) for one in seen] == [(("kim@bakery.example",), NOON)]
    assert mailbox.files() == []


async def test_a_hook_that_fails_defers_and_keeps_nothing(tmp_path: Path) -> None:
    """The sender still has the message and may try again."""

    def broken(envelope: Envelope) -> str | None:
        raise KeyError("bug")

    async with Mailbox(tmp_path, now=business_time, on_message=broken) as mailbox:
        receipt = await delivered(mailbox)
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "smtp_451_4.3.0")
    assert mailbox.files() == []


async def test_a_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    """452 with the system's words: nothing is acknowledged that is not on the disk."""
    async with Mailbox(tmp_path, now=business_time) as mailbox:
        (tmp_path / "tmp").rmdir()
        receipt = await delivered(mailbox)
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "smtp_452_4.3.1")
    assert "No such file" in receipt.diagnostic
    assert mailbox.files() == []


async def test_international_addresses_are_kept_as_they_are(tmp_path: Path) -> None:
    """SMTPUTF8 end to end."""
    async with Mailbox(tmp_path, now=business_time) as mailbox:
        receipt = await delivered(mailbox, recipient="日本@bakery.example")
    assert receipt.outcome is Outcome.ACCEPTED
    assert "X-Envelope-To: 日本@bakery.example\r\n".encode() in mailbox.files()[0].read_bytes()


async def test_closing_frees_the_port(tmp_path: Path) -> None:
    """A demo can be started again at once, on the same port, with a client still connected."""
    async with Mailbox(tmp_path, now=business_time) as first:
        reader, writer = await asyncio.open_connection("127.0.0.1", first.port)
        await reader.readline()
    assert await reader.read() == b""
    writer.close()
    async with Mailbox(tmp_path, now=business_time, port=first.port) as second:
        assert (await delivered(second)).outcome is Outcome.ACCEPTED
