"""One SMTP call for a test: settings for a scripted server, the send, waiting where it stalls."""

import asyncio
from collections.abc import Awaitable

from channels.base import Receipt
from channels.email.session import Deadlines, Security, SmtpSettings
from channels.email.smtp import SmtpAdapter
from tests.channels.loops import breathe, loop
from tests.channels.permits import TestPermit
from tests.channels.requests import mail
from tests.channels.servers import AUTHORITY, ScriptedSmtp

BIG = "A line of some sixty characters, and then as many lines as needed.\n" * 100_000
"""6 MB: more than the sockets of both sides hold, so that the dot cannot have left."""


def settings(server: ScriptedSmtp, **changes: object) -> SmtpSettings:
    fields: dict[str, object] = {
        "host": "localhost",
        "port": server.port,
        "security": Security.NONE,
        "ca_file": AUTHORITY,
        "deadlines": Deadlines(),
    }
    return SmtpSettings(**(fields | changes))  # type: ignore[arg-type]  # fields by name


async def sent(adapter: SmtpAdapter, permit: TestPermit | None = None, body: str = "") -> Receipt:
    """Sends one mail and gives the connections back."""
    request = mail(body=body or "Hello\n.\nbye\n")
    try:
        return await adapter.send(request, adapter.render(request), permit or TestPermit())
    finally:
        await adapter.close()


async def stalled_since(
    reached: asyncio.Event, call: Awaitable[Receipt], server: ScriptedSmtp | None = None
) -> Receipt:
    """Waits until the other side has come to where it stalls, then lets the loop's clock run (and a
    tarpit drip) until the call has its receipt."""
    task = asyncio.ensure_future(call)
    await reached.wait()
    while not task.done():
        if server:
            server.drip()
        await breathe()
        loop().advance(0.5)
    return await task
