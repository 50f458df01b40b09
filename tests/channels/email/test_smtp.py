"""One message goes over one session, whole, to its envelope; sessions are reused while warm."""

import asyncio
import base64
import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.email import smtp
from channels.email.session import Security, SmtpSettings
from channels.email.smtp import SmtpAdapter
from channels.errors import Misconfigured, Unsendable
from contracts.outcome import Outcome, Stage, VendorClass
from tests.channels.email.calls import BIG, sent, settings
from tests.channels.loops import breathe, loop
from tests.channels.permits import TestPermit
from tests.channels.requests import mail
from tests.channels.servers import At, Does, ScriptedSmtp


def unstuffed(content: bytes) -> bytes:
    """What a server keeps of the bytes behind DATA (RFC 5321 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"", content.removesuffix(b".\r\n"))


async def test_a_message_arrives_byte_for_byte() -> None:
    """Envelope, dot-stuffed content, queue id: the receipt says accepted and names it."""
    server = ScriptedSmtp()
    request = mail(body="one\n.\n..two\nFrom me\n", envelope_from="b+5e0d@studio.example")
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        rendered = adapter.render(request)
        receipt = await adapter.send(request, rendered, TestPermit())
        await adapter.close()
    assert (receipt.outcome, receipt.stage) == (Outcome.ACCEPTED, Stage.CONTENT_COMPLETE)
    assert (receipt.code, receipt.provider_id) == ("smtp_250_2.0.0", "4Xy7")
    assert [unstuffed(content) for content in server.accepted] == [rendered]
    assert server.commands == [
        "EHLO [127.0.0.1]",
        f"MAIL FROM:<b+5e0d@studio.example> SIZE={len(rendered)}",
        "RCPT TO:<kim@bakery.example>",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS, Security.OPPORTUNISTIC])
async def test_a_message_larger_than_any_buffer_arrives_whole(security: Security) -> None:
    """Block after block, in the clear and over TLS."""
    server = ScriptedSmtp(offers=("STARTTLS",))
    async with server.running():
        adapter = SmtpAdapter(settings(server, security=security))
        receipt = await sent(adapter, body=BIG)
    assert receipt.outcome is Outcome.ACCEPTED
    assert unstuffed(server.accepted[0]) == adapter.render(mail(body=BIG))


async def test_an_international_address_goes_with_its_parameters() -> None:
    """SMTPUTF8 and 8BITMIME are asked for where the headers leave ASCII (RFC 6531 3.4)."""
    server = ScriptedSmtp()
    request = mail(recipient="日本@bakery.example")
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        receipt = await adapter.send(request, adapter.render(request), TestPermit())
        await adapter.close()
    assert receipt.outcome is Outcome.ACCEPTED
    assert server.commands[1].endswith("BODY=8BITMIME SMTPUTF8")
    assert server.commands[2] == "RCPT TO:<日本@bakery.example>"


@pytest.mark.parametrize(
    ("offers", "changes", "code"),
    [
        (("8BITMIME",), {"recipient": "日本@bakery.example"}, "smtputf8_unavailable"),
        (("SMTPUTF8",), {"recipient": "日本@bakery.example"}, "8bitmime_unavailable"),
        (("SIZE 300",), {"body": "x" * 400}, "message_too_large"),
    ],
)
async def test_what_this_server_cannot_carry_is_refused_unasked(
    offers: tuple[str, ...], changes: dict[str, object], code: str
) -> None:
    """A refusal: another try at this server would end the same way."""
    server = ScriptedSmtp(offers=offers)
    request = mail(**changes)
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        receipt = await adapter.send(request, adapter.render(request), TestPermit())
        await adapter.close()
    assert (receipt.outcome, receipt.stage, receipt.code) == (
        Outcome.REFUSED,
        Stage.CONNECTED,
        code,
    )
    assert not any(command.startswith("MAIL") for command in server.commands)


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ("AUTH LOGIN PLAIN", ["AUTH PLAIN AGFubmEAcA=="]),
        ("AUTH=PLAIN", None),
    ],
)
async def test_log_in_uses_what_is_offered(offered: str, said: list[str] | None) -> None:
    """PLAIN under TLS; a mechanism that nobody knows is refused and is about us."""
    server = ScriptedSmtp(offers=("STARTTLS", offered))
    async with server.running():
        chosen = settings(server, security=Security.STARTTLS, username="anna", password="p")
        receipt = await sent(SmtpAdapter(chosen))
    asked = [command for command in server.commands if command.startswith("AUTH")]
    if said is None:
        assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "auth_unsupported")
        assert receipt.about_sender
    else:
        assert receipt.outcome is Outcome.ACCEPTED
        assert asked == said


async def test_login_is_spoken_to_servers_that_know_nothing_else() -> None:
    """AUTH LOGIN sends user and password each behind a 334."""
    server = ScriptedSmtp(offers=("STARTTLS", "AUTH LOGIN"))
    async with server.running():
        chosen = settings(server, security=Security.STARTTLS, username="anna", password="p")
        receipt = await sent(SmtpAdapter(chosen))
    assert receipt.outcome is Outcome.ACCEPTED
    at = server.commands.index("AUTH LOGIN")
    assert [base64.b64decode(said) for said in server.commands[at + 1 : at + 3]] == [b"anna", b"p"]


async def test_a_server_that_echoes_the_log_in_gives_no_secret_away() -> None:
    """Neither password nor its encoded forms reach a receipt."""
    echoed = base64.b64encode(b"\0anna\0canary-7c1").decode()
    server = ScriptedSmtp(
        {At.AUTH: f"500 unrecognised: AUTH PLAIN {echoed} canary-7c1"},
        offers=("STARTTLS", "AUTH PLAIN"),
    )
    async with server.running():
        chosen = settings(
            server, security=Security.STARTTLS, username="anna", password="canary-7c1"
        )
        receipt = await sent(SmtpAdapter(chosen))
    assert receipt.diagnostic == "unrecognised: AUTH PLAIN *** ***"
    assert "canary-7c1" not in repr(chosen)


async def twice(server: ScriptedSmtp, idle: float, **changes: object) -> list[Outcome]:
    """Sends two mails with some idle seconds between them."""
    adapter = SmtpAdapter(settings(server, **changes))
    request, outcomes = mail(), []
    for pause in (idle, 0.0):
        receipt = await adapter.send(request, adapter.render(request), TestPermit())
        outcomes.append(receipt.outcome)
        loop().advance(pause)
        await breathe()
    await adapter.close()
    return outcomes


async def test_a_warm_session_carries_the_next_message_after_rset() -> None:
    """Within two seconds the connection is used again, and shown to be alive first."""
    server = ScriptedSmtp()
    async with server.running():
        assert await twice(server, idle=1.5) == [Outcome.ACCEPTED] * 2
    assert (server.connections, server.commands.count("RSET")) == (1, 1)


async def test_a_session_idle_for_two_seconds_is_closed_by_itself() -> None:
    """QUIT goes out at two seconds, whether another message follows or not."""
    server = ScriptedSmtp()
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        await adapter.prepare()
        loop().advance(1.9)
        await breathe()
        assert "QUIT" not in server.commands
        loop().advance(0.2)
        await breathe()
        assert server.commands[-1] == "QUIT"


async def test_a_session_idle_for_two_seconds_is_not_used_though_it_is_open() -> None:
    """A loop that was held up sends before its timers ran: the session's age decides."""
    server = ScriptedSmtp()
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        await adapter.prepare()
        loop().advance(2.1)
        receipt = await sent(adapter)
    assert receipt.outcome is Outcome.ACCEPTED
    assert (server.connections, server.commands.count("RSET")) == (2, 0)


@pytest.mark.parametrize("does", [Does.DROP, Does.REFUSE, Does.GARBLE])
async def test_a_warm_session_that_fails_rset_is_replaced(does: Does) -> None:
    """Nothing of the message was said on it, so a fresh connection is no second attempt."""
    server = ScriptedSmtp({At.RSET: does})
    async with server.running():
        assert await twice(server, idle=0.0) == [Outcome.ACCEPTED] * 2
    assert (server.connections, len(server.accepted)) == (2, 2)


async def test_a_reused_session_that_dies_before_data_is_a_definite_failure() -> None:
    """The connection ends at MAIL: deferred, and not tried again within the call."""
    server = ScriptedSmtp()
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        request = mail()
        rendered = adapter.render(request)
        await adapter.send(request, rendered, TestPermit())
        server.script[At.MAIL] = Does.DROP
        receipt = await adapter.send(request, rendered, TestPermit())
    assert (receipt.outcome, receipt.stage) == (Outcome.DEFERRED, Stage.ENVELOPE)
    assert (server.connections, len(server.accepted)) == (1, 1)


async def test_a_session_is_left_after_its_share_of_messages() -> None:
    """Servers limit the messages of a connection; so do we, before they complain."""
    server = ScriptedSmtp()
    async with server.running():
        await twice(server, idle=0.0, messages_per_session=1)
    assert server.connections == 2


async def test_421_ends_a_session() -> None:
    """The server announced that it closes; nothing more is said on it."""
    server = ScriptedSmtp({At.RCPT: "421 4.3.2 closing"})
    async with server.running():
        assert await twice(server, idle=0.0) == [Outcome.DEFERRED] * 2
    assert server.connections == 2


async def test_an_answer_out_of_place_ends_a_session() -> None:
    """354 to MAIL may mean that the server takes what follows for content: nothing follows."""
    server = ScriptedSmtp({At.MAIL: "354 go ahead"})
    async with server.running():
        assert await twice(server, idle=0.0) == [Outcome.DEFERRED] * 2
    assert server.connections == 2
    assert "RSET" not in server.commands


async def test_preparing_opens_the_session_that_the_send_uses() -> None:
    """A slow greeting is waited for before the permit's seconds begin."""
    server = ScriptedSmtp()
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        await adapter.prepare()
        await adapter.prepare()
        assert server.commands == ["EHLO [127.0.0.1]"]
        receipt = await sent(adapter)
    assert receipt.outcome is Outcome.ACCEPTED
    assert server.connections == 1


async def test_preparing_in_vain_is_silent_and_the_send_tells_why() -> None:
    """The failure belongs to a send's receipt."""
    server = ScriptedSmtp({At.GREETING: Does.REFUSE})
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        await adapter.prepare()
        receipt = await sent(adapter)
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "smtp_554_5.3.0")


async def test_a_session_opened_too_late_for_its_permit_serves_the_next_call() -> None:
    """The slow opening is paid for once."""
    server = ScriptedSmtp()
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        request = mail()
        rendered = adapter.render(request)
        late = await adapter.send(request, rendered, TestPermit(expires_after=1))
        receipt = await adapter.send(request, rendered, TestPermit())
        await adapter.close()
    assert (late.outcome, receipt.outcome) == (Outcome.NOT_STARTED, Outcome.ACCEPTED)
    assert server.connections == 1


async def test_ten_messages_at_once_have_a_session_each() -> None:
    """Nothing of one leaks into another."""
    server = ScriptedSmtp()
    requests = [mail(reference=f"{n}@studio.example", body=f"{n}\n") for n in range(10)]
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        rendered = [adapter.render(request) for request in requests]
        receipts = await asyncio.gather(
            *(adapter.send(r, b, TestPermit()) for r, b in zip(requests, rendered, strict=True))
        )
        await adapter.close()
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}


async def test_a_cancelled_call_drops_its_connection() -> None:
    """Cancellation passes through, and the server sees a reset rather than an idle client."""
    server = ScriptedSmtp({At.FINAL: Does.HANG})
    async with server.running():
        call = asyncio.ensure_future(sent(SmtpAdapter(settings(server))))
        await server.at[At.FINAL].wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


@pytest.mark.parametrize("bad", [b"a\nb\r\n", b"a\rb\r\n", b"a\0b\r\n", b"\n.\n", b"\r\n.\r"])
async def test_bytes_that_servers_read_differently_are_never_sent(bad: bytes) -> None:
    """A bare CR or LF could end the message early at one server and not at another."""
    server = ScriptedSmtp()
    async with server.running():
        with pytest.raises(Unsendable):
            await SmtpAdapter(settings(server)).send(mail(), bad, TestPermit())
    assert server.connections == 0


@hypothesis_settings(deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda b: re.sub(rb"[\r\n\0]", b".", b)), min_size=1))
def test_no_content_can_hold_its_own_end(lines: list[bytes]) -> None:
    """Whatever the lines, the final dot stands alone at the end, and unstuffing restores them."""
    rendered = b"\r\n".join(lines) + b"\r\n"
    stuffed = smtp.dot_stuffed(rendered)
    assert (b"\r\n" + stuffed + b".\r\n").find(b"\r\n.\r\n") == len(stuffed)
    assert unstuffed(stuffed + b".\r\n") == rendered


@pytest.mark.parametrize(
    "changes",
    [
        {"host": ""},
        {"port": 0},
        {"port": 70000},
        {"local_name": "a b"},
        {"security": Security.NONE, "username": "anna"},
        {"security": Security.OPPORTUNISTIC, "username": "anna"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(changes: dict[str, object]) -> None:
    """Above all a password in the clear."""
    fields: dict[str, object] = {"host": "relay.example", "security": Security.STARTTLS}
    with pytest.raises(Misconfigured):
        SmtpSettings(**(fields | changes))  # type: ignore[arg-type]  # fields by name


def test_a_missing_certificate_file_is_named_at_once() -> None:
    """Not at the first send."""
    with pytest.raises(Misconfigured, match="/nowhere"):
        SmtpAdapter(SmtpSettings(host="relay.example", ca_file="/nowhere.pem"))


def test_it_says_what_it_can_do() -> None:
    """Class N: an unknown stays unknown."""
    assert SmtpAdapter.capabilities.vendor_class is VendorClass.NOTHING
    assert SmtpAdapter.capabilities.threads
