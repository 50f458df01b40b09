"""An SMTP server that refuses, defers, hangs, tarpits, drops or talks nonsense at each stage gives
the receipt that the stage allows, and sees the content only where the receipt says so."""

import asyncio
import socket

import pytest

from channels.email.session import Deadlines, Security
from channels.email.smtp import SmtpAdapter
from contracts.outcome import Outcome, Stage
from tests.channels.email.calls import BIG, sent, settings, stalled_since
from tests.channels.loops import Gate, loop
from tests.channels.servers import At, Does, ScriptedSmtp


def protections(at: At) -> dict[str, object]:
    """The settings under which a server comes to a step."""
    if at is At.TLS:
        return {"security": Security.IMPLICIT}
    if at is At.STARTTLS:
        return {"security": Security.STARTTLS}
    if at is At.AUTH:
        return {"security": Security.STARTTLS, "username": "anna", "password": "canary-7c1"}
    return {}


REACHED = {
    At.TLS: Stage.CONNECTED,
    At.GREETING: Stage.CONNECTED,
    At.EHLO: Stage.CONNECTED,
    At.STARTTLS: Stage.CONNECTED,
    At.AUTH: Stage.CONNECTED,
    At.MAIL: Stage.ENVELOPE,
    At.RCPT: Stage.ENVELOPE,
    At.DATA: Stage.ENVELOPE,
    At.CONTENT: Stage.CONTENT_BEGUN,
    At.FINAL: Stage.CONTENT_COMPLETE,
}
ABOUT_US = {At.GREETING, At.EHLO, At.STARTTLS, At.AUTH, At.MAIL}
CODES = {
    Does.REFUSE: "smtp_554_5.3.0",
    Does.DEFER: "smtp_451_4.3.0",
    Does.HANG: "timeout",
    Does.TARPIT: "timeout",
    Does.DROP: "connection_reset",
    Does.GARBLE: "smtp_garbled",
}


def expected(at: At, does: Does) -> tuple[Outcome, str, bool]:
    """What the receipt must say: outcome, code, whether it is about us."""
    if at is At.AUTH and does is Does.REFUSE:
        return Outcome.REFUSED, "smtp_535_5.7.8", True
    if at is At.AUTH and does is Does.DEFER:
        return Outcome.DEFERRED, "smtp_454_4.7.0", True
    if at is At.TLS and does not in {Does.HANG, Does.DROP}:
        return Outcome.DEFERRED, "tls_failed", False
    if does is Does.REFUSE:
        return Outcome.REFUSED, CODES[does], at in ABOUT_US
    if at is At.FINAL and does is not Does.DEFER:
        return Outcome.UNKNOWN, CODES[does], False
    return Outcome.DEFERRED, CODES[does], False


def at_mail(at: At, does: Does) -> bool:
    """Whether MAIL was answered: that is about us, while a connection that ends there may not."""
    return at is At.MAIL and does in {Does.REFUSE, Does.DEFER}


@pytest.mark.parametrize("does", Does)
@pytest.mark.parametrize("at", REACHED)
async def test_each_fault_at_each_stage_has_its_receipt(at: At, does: Does) -> None:
    """Before the content all is definite; behind the final dot only the server's word is."""
    server = ScriptedSmtp(
        {at: does},
        implicit_tls=at is At.TLS,
        offers=("STARTTLS", "AUTH LOGIN PLAIN", "SIZE 52428800"),
    )
    async with server.running():
        adapter = SmtpAdapter(settings(server, **protections(at)))
        body = BIG if at is At.CONTENT else ""
        call = sent(adapter, body=body)
        stalls = does in {Does.HANG, Does.TARPIT}
        receipt = await (stalled_since(server.at[at], call, server) if stalls else call)
    assert (receipt.outcome, receipt.code, receipt.about_sender) == expected(at, does)
    assert receipt.stage is REACHED[at]
    assert receipt.unaddressed == (at in ABOUT_US - {At.MAIL} or at is At.TLS or at_mail(at, does))
    assert server.accepted == []
    if at not in {At.CONTENT, At.FINAL}:
        assert bytes(server.content) == b""
    assert not server.content.endswith(b"\r\n.\r\n") or at is At.FINAL
    assert "canary-7c1" not in repr(receipt)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no such host"), "dns_failed"),
        (None, "timeout"),
    ],
)
async def test_a_name_that_is_not_found_is_definite(failure: OSError | None, code: str) -> None:
    """Lookup fails or hangs: nothing was reached, another try may help."""
    loop().lookup_gate = gate = Gate(failure)
    adapter = SmtpAdapter(settings(ScriptedSmtp(), port=25))
    receipt = await stalled_since(gate.reached, sent(adapter))
    assert (receipt.outcome, receipt.stage, receipt.code) == (Outcome.DEFERRED, Stage.NONE, code)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ConnectionRefusedError(111, "refused"), "connection_refused"),
        (OSError(113, "no route to host"), "connection_failed"),
        (None, "timeout"),
    ],
)
async def test_a_host_that_cannot_be_reached_is_definite(
    failure: OSError | None, code: str
) -> None:
    """Connect is refused, impossible, or hangs."""
    loop().connect_gate = gate = Gate(failure)
    adapter = SmtpAdapter(settings(ScriptedSmtp(), port=25))
    receipt = await stalled_since(gate.reached, sent(adapter))
    assert (receipt.outcome, receipt.stage, receipt.code) == (Outcome.DEFERRED, Stage.NONE, code)


async def test_a_certificate_of_strangers_is_refused_before_the_password() -> None:
    """STARTTLS verifies; the relay's setting is named, the log-in is never made."""
    server = ScriptedSmtp(offers=("STARTTLS", "AUTH PLAIN"))
    async with server.running():
        chosen = settings(
            server, security=Security.STARTTLS, username="a", password="b", ca_file=None
        )
        receipt = await sent(SmtpAdapter(chosen))
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "tls_certificate")
    assert receipt.about_sender
    assert "ca_file" in receipt.diagnostic
    assert not any(command.startswith("AUTH") for command in server.commands)


async def test_what_is_said_in_the_clear_behind_starttls_is_refused() -> None:
    """Words put between STARTTLS and the handshake do not count as said under TLS."""
    server = ScriptedSmtp({At.STARTTLS: "220 go\r\n250 2.0.0 sneaked in"}, offers=("STARTTLS",))
    async with server.running():
        receipt = await sent(SmtpAdapter(settings(server, security=Security.STARTTLS)))
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "tls_injection")


@pytest.mark.parametrize("does", [Does.DROP, Does.HANG])
async def test_content_cut_short_over_tls_is_definite(does: Does) -> None:
    """What TLS buffers hold is not handed to the socket yet, and the dot comes behind it."""
    server = ScriptedSmtp({At.CONTENT: does}, offers=("STARTTLS",))
    async with server.running():
        call = sent(SmtpAdapter(settings(server, security=Security.STARTTLS)), body=BIG)
        stalls = does is Does.HANG
        receipt = await (stalled_since(server.at[At.CONTENT], call) if stalls else call)
    assert (receipt.outcome, receipt.stage) == (Outcome.DEFERRED, Stage.CONTENT_BEGUN)
    assert receipt.code == CODES[does]


async def test_tls_that_is_required_and_not_offered_sends_nothing() -> None:
    """The connection is given up, with the setting to look at."""
    server = ScriptedSmtp()
    async with server.running():
        receipt = await sent(SmtpAdapter(settings(server, security=Security.STARTTLS)))
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "starttls_unavailable")
    assert not any(command.startswith("MAIL") for command in server.commands)


async def test_a_reply_cut_off_before_its_line_end_is_no_word() -> None:
    """ "250 Ok" without CRLF and then a reset: nobody can say."""
    server = ScriptedSmtp({At.FINAL: "250-first line"})
    async with server.running():
        receipt = await stalled_since(server.at[At.FINAL], sent(SmtpAdapter(settings(server))))
    assert (receipt.outcome, receipt.code) == (Outcome.UNKNOWN, "timeout")


async def test_the_whole_call_has_an_end() -> None:
    """A server that answers each step just in time still cannot hold a slot for ever."""
    gates = {step: asyncio.Event() for step in (At.GREETING, At.EHLO, At.MAIL, At.RCPT, At.DATA)}
    server = ScriptedSmtp(gates=gates)
    async with server.running():
        adapter = SmtpAdapter(settings(server, deadlines=Deadlines(total=60.0, command=19.0)))
        call = asyncio.ensure_future(sent(adapter))
        for step, gate in gates.items():
            await asyncio.wait(
                {call, asyncio.ensure_future(server.at[step].wait())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            loop().advance(18.0)
            gate.set()
        receipt = await call
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "timeout")
    assert "the whole call" in receipt.diagnostic
    assert server.accepted == []
