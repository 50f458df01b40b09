"""A call that is delayed past its permit sends no byte of content, as the server sees it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from channels.base import Receipt
from channels.email.session import Security
from channels.email.smtp import SmtpAdapter
from contracts.outcome import Outcome, Stage
from tests.channels.email.calls import sent, settings
from tests.channels.loops import Gate, loop
from tests.channels.permits import TestPermit
from tests.channels.requests import mail
from tests.channels.servers import At, ScriptedSmtp

Setting = dict[str, object]


async def delayed(
    server: ScriptedSmtp,
    permit: TestPermit,
    wait: Callable[[], Awaitable[object]],
    go_on: Callable[[], None],
    **changes: object,
) -> Receipt:
    """Starts a call, lets the permit run out while it waits, and lets it go on."""
    call = asyncio.ensure_future(sent(SmtpAdapter(settings(server, **changes)), permit))
    await wait()
    permit.expire()
    go_on()
    return await call


@pytest.mark.parametrize("where", ["lookup_gate", "connect_gate"])
async def test_a_slow_lookup_or_connect_outlives_the_permit(where: str) -> None:
    """The server sees a connection at most; MAIL never comes."""
    server, permit, gate = ScriptedSmtp(), TestPermit(), Gate()
    setattr(loop(), where, gate)
    async with server.running():
        receipt = await delayed(server, permit, gate.reached.wait, gate.opened.set)
    assert (receipt.outcome, receipt.stage) == (Outcome.NOT_STARTED, Stage.CONNECTED)
    assert not any(command.startswith("MAIL") for command in server.commands)
    assert server.content == b""


@pytest.mark.parametrize(
    ("at", "changes"),
    [
        (At.TLS, {"security": Security.IMPLICIT}),
        (At.GREETING, {}),
        (At.EHLO, {}),
        (At.STARTTLS, {"security": Security.STARTTLS}),
        (At.AUTH, {"security": Security.STARTTLS, "username": "anna", "password": "b"}),
    ],
)
async def test_a_slow_opening_outlives_the_permit(at: At, changes: Setting) -> None:
    """TLS, greeting, EHLO, STARTTLS or AUTH take too long: MAIL never comes, QUIT does."""
    opened = asyncio.Event()
    server = ScriptedSmtp(
        implicit_tls=at is At.TLS, offers=("STARTTLS", "AUTH PLAIN"), gates={at: opened}
    )
    permit = TestPermit()
    async with server.running():
        receipt = await delayed(server, permit, server.at[at].wait, opened.set, **changes)
    assert (receipt.outcome, receipt.stage) == (Outcome.NOT_STARTED, Stage.CONNECTED)
    assert receipt.code == "permit_expired"
    assert not any(command.startswith("MAIL") for command in server.commands)
    assert server.ended == ["quit"]


@pytest.mark.parametrize("at", [At.MAIL, At.RCPT, At.DATA])
async def test_a_slow_envelope_outlives_the_permit(at: At) -> None:
    """The answer to MAIL, RCPT or DATA takes too long: behind the 354 the server sees a reset and
    not one byte, no dot either, which would have been an empty message."""
    opened = asyncio.Event()
    server, permit = ScriptedSmtp(gates={at: opened}), TestPermit()
    async with server.running():
        receipt = await delayed(server, permit, server.at[at].wait, opened.set)
    assert (receipt.outcome, receipt.stage) == (Outcome.NOT_STARTED, Stage.ENVELOPE)
    assert server.commands[-1] == "DATA"
    assert server.content == b""
    assert server.accepted == []
    assert server.ended == ["reset"]


async def test_the_last_check_stands_between_the_354_and_the_first_byte() -> None:
    """A permit that holds for every check but the last: the server has said 354 and gets nothing.
    One that holds for the last as well lets the content through."""
    server, permit = ScriptedSmtp(), TestPermit()
    async with server.running():
        assert (await sent(SmtpAdapter(settings(server)), permit)).outcome is Outcome.ACCEPTED
    one_less = TestPermit(expires_after=permit.asked - 1)
    server = ScriptedSmtp()
    async with server.running():
        receipt = await sent(SmtpAdapter(settings(server)), one_less)
    assert (receipt.outcome, receipt.stage) == (Outcome.NOT_STARTED, Stage.ENVELOPE)
    assert (server.commands[-1], bytes(server.content)) == ("DATA", b"")


async def test_a_permit_that_is_over_before_the_call_makes_none() -> None:
    """Nobody is connected to."""
    server = ScriptedSmtp()
    async with server.running():
        receipt = await sent(SmtpAdapter(settings(server)), TestPermit(expires_after=0))
    assert (receipt.outcome, receipt.stage) == (Outcome.NOT_STARTED, Stage.NONE)
    assert server.connections == 0


async def test_a_reused_connection_asks_the_permit_again() -> None:
    """The second message on a session has its own checks."""
    server = ScriptedSmtp()
    async with server.running():
        adapter = SmtpAdapter(settings(server))
        request = mail()
        rendered = adapter.render(request)
        first = await adapter.send(request, rendered, TestPermit())
        second = await adapter.send(request, rendered, TestPermit(expires_after=2))
        await adapter.close()
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.NOT_STARTED)
    assert (server.connections, len(server.accepted), bytes(server.content)) == (1, 1, b"")
