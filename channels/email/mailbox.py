"""Turns mail that arrives over SMTP into files: a mailbox that catches everything, for whomever.

The demo, dry runs and tests send to it over a real socket; no mail leaves the machine. Each
accepted message is one file in `new/`: the bytes as they came behind three headers of ours
(`X-Envelope-From`, `X-Envelope-To`, `X-Received-At`; the first of each name counts, what a sender
wrote below does not). Files are named by a counter in the order of arrival, so that the same run
makes the same names, and are on the disk before the server says 250: whoever counts mails after a
crash counts what was acknowledged. The folder needs nothing of this product to be read.
"""

import asyncio
import itertools
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Arriving

SIZE_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message as it was handed over; `content` has CRLF line ends and no dot-stuffing."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    received_at: datetime


OnMessage = Callable[[Envelope], str | None]
"""Called with the whole message; a text such as `554 5.7.1 No` refuses it, None accepts."""

OnRecipient = Callable[[str, str], str | None]
"""Called with sender and recipient at RCPT; a text such as `550 5.1.1 Nobody` refuses."""


class Mailbox:
    """The server and its folder; `async with Mailbox(...) as mailbox` gives a running one.

    `now` is asked for business time. A hook that fails, and a disk that is full, are answered 451
    and 452: the sender keeps the message.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime],
        on_message: OnMessage = lambda envelope: None,
        on_recipient: OnRecipient = lambda sender, recipient: None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.folder, self.host, self.port = folder, host, port
        self.on_message, self.on_recipient = on_message, on_recipient
        self._now = now
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.BaseTransport] = set()
        for part in ("tmp", "new"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count(_last_number(folder / "new") + 1)

    async def start(self) -> None:
        """Listens; `port` is the real one from here on. Raises OSError where it is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stops listening and ends open connections; what was acknowledged is on the disk."""
        if self._server:
            self._server.close()
            for transport in list(self._open):
                transport.close()
            await self._server.wait_closed()

    async def __aenter__(self) -> "Mailbox":
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    def files(self) -> list[Path]:
        """Returns the accepted messages in the order of their names."""
        return sorted((self.folder / "new").glob("*.eml"))

    def _connection(self) -> "_Connection":
        return _Connection(self)

    # aiosmtpd calls these by name

    async def handle_RCPT(
        self, server: SMTP, session: object, envelope: Arriving, address: str, options: list[str]
    ) -> str:
        refusal = self.on_recipient(envelope.mail_from or "", address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: object, envelope: Arriving) -> str:
        arrived = Envelope(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.original_content or b"",
            received_at=self._now(),
        )
        if refusal := self.on_message(arrived):
            return refusal
        try:
            name = await asyncio.to_thread(self._keep, arrived, next(self._numbers))
        except OSError as error:
            return f"452 4.3.1 cannot store: {error.strerror}"
        return f"250 2.0.0 Ok: queued as {name}"

    async def handle_exception(self, error: Exception) -> str:
        return f"451 4.3.0 {type(error).__name__} in the mailbox; the message was not kept"

    def _keep(self, arrived: Envelope, number: int) -> str:
        """Writes beside, then links under the next free number: no reader sees half a file, and no
        second server on the same folder overwrites one."""
        temporary = self.folder / "tmp" / f"{os.getpid()}.{number}"
        _write_through(temporary, _stamped(arrived))
        try:
            name = self._link(temporary, number)
        finally:
            temporary.unlink()
        _write_through_folder(self.folder / "new")
        return name

    def _link(self, temporary: Path, number: int) -> str:
        while True:
            name = f"{number:08d}"
            try:
                os.link(temporary, self.folder / "new" / f"{name}.eml")
            except FileExistsError:
                number = next(self._numbers)
            else:
                return name


class _Connection(SMTP):
    """aiosmtpd's protocol, which the mailbox can close."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(
            mailbox,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname="mailbox.example",
            ident="Leadwire catch-all mailbox",
            loop=asyncio.get_running_loop(),
        )
        self._mailbox = mailbox
        self._own: asyncio.BaseTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._own = transport
        self._mailbox._open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._own:
            self._mailbox._open.discard(self._own)
        super().connection_lost(error)


def _stamped(arrived: Envelope) -> bytes:
    head = (
        f"X-Envelope-From: {arrived.sender}\r\n"
        f"X-Envelope-To: {', '.join(arrived.recipients)}\r\n"
        f"X-Received-At: {arrived.received_at.isoformat()}\r\n"
    )
    return head.encode("utf-8", "surrogateescape") + arrived.content


def _last_number(folder: Path) -> int:
    numbers = (re.fullmatch(r"(\d+)\.eml", path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in numbers if match), default=0)


def _write_through(path: Path, octets: bytes) -> None:
    with path.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


def _write_through_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
