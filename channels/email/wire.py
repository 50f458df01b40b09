"""Turns a socket into SMTP's lines: replies in, commands and content out. `session` is its caller.

Our own protocol over asyncio's transports instead of streams or a library, for three reasons: what
was handed to the socket must be known exactly (the final dot decides between definite and unknown);
text that arrived before a TLS handshake must be seen and refused, not read as if it had come
through it; and a connection must be droppable without a byte more.
"""

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

from channels.base import diagnostic as cleaned
from channels.email.replies import Reply

LINE_LIMIT, REPLY_LIMIT = 4096, 64 * 1024
"""Octets in a reply's line (RFC 5321 allows 512, servers exceed it) and in a whole reply."""

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)


class Broken(Exception):
    """The dialogue cannot go on: network, time, or an answer that is no SMTP.

    `code` is the receipt's; the text is for people.
    """

    def __init__(self, code: str, diagnostic: str, *, about_sender: bool = False) -> None:
        super().__init__(f"{code}: {diagnostic}")
        self.code, self.diagnostic = code, cleaned(diagnostic)
        self.about_sender = about_sender


@asynccontextmanager
async def within(seconds: float, doing: str) -> AsyncIterator[None]:
    """Bounds a step on the loop's clock; time-outs and system errors leave as Broken."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Broken("timeout", f"{doing}: nothing within {seconds:g} s") from error
    except ConnectionRefusedError as error:
        raise Broken("connection_refused", f"{doing}: {error}") from error
    except ConnectionResetError as error:
        raise Broken("connection_reset", f"{doing}: {error}") from error
    except ssl.SSLCertVerificationError as error:
        text = f"{doing}: {error.verify_message}; set `ca_file` if the certificate is your own"
        raise Broken("tls_certificate", text, about_sender=True) from error
    except ssl.SSLError as error:
        raise Broken("tls_failed", f"{doing}: {error}") from error
    except OSError as error:
        raise Broken("connection_failed", f"{doing}: {error}") from error


class Wire(asyncio.Protocol):
    """One connection; one task at a time reads and writes."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._closed = asyncio.Event()
        self._lost: Exception | None = None
        self._transport: asyncio.Transport | None = None

    @property
    def transport(self) -> asyncio.Transport:
        assert self._transport is not None, "used before connection_made"
        return self._transport

    @property
    def is_open(self) -> bool:
        return self._lost is None and not self.transport.is_closing()

    @property
    def has_unread(self) -> bool:
        """Whether the server said something that nobody asked for yet."""
        return bool(self._received)

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._use(cast(asyncio.Transport, transport))
        self._socket = transport.get_extra_info("socket")
        self._writable.set()

    def _use(self, transport: asyncio.Transport, high: int = 0) -> None:
        """The lowest high-water mark: `drained` then means that the system has taken every octet.
        asyncio's TLS transport pauses at its mark, not above it, so that 0 would pause for ever
        (Python 3.11)."""
        transport.set_write_buffer_limits(high=high)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._news.set()
        if len(self._received) > 2 * REPLY_LIMIT:
            self.drop()

    def eof_received(self) -> None:
        self._ended(ConnectionResetError("the server closed the connection"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended(exc or ConnectionResetError("the connection is closed"))
        self._closed.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _ended(self, why: Exception) -> None:
        self._lost = self._lost or why
        self._news.set()
        self._writable.set()

    # the session calls these

    async def reply(self) -> Reply:
        """Reads one whole reply; raises OSError where the connection ends before, Broken for
        what is no reply (RFC 5321 4.2)."""
        lines: list[str] = []
        code, size = 0, 0
        while True:
            octets = await self._line()
            size += len(octets)
            match = _LINE.fullmatch(octets)
            if not match or size > REPLY_LIMIT or (code and int(match[1]) != code):
                raise Broken("smtp_garbled", f"not a reply of SMTP: {octets[:80]!r}")
            code = int(match[1])
            lines.append((match[3] or b"").decode("utf-8", "replace"))
            if match[2] != b"-":
                return Reply(code, tuple(lines))

    async def _line(self) -> bytes:
        while True:
            end = self._received.find(b"\n")
            if end >= 0:
                line = bytes(self._received[:end]).removesuffix(b"\r")
                del self._received[: end + 1]
                return line
            if len(self._received) > LINE_LIMIT:
                raise Broken("smtp_garbled", "a reply's line has no end")
            if self._lost:
                raise self._lost
            self._news.clear()
            await self._news.wait()

    def write(self, octets: bytes) -> None:
        """Hands octets to the socket; raises OSError, with nothing handed over, where the
        connection is known to have ended."""
        if self._lost:
            raise self._lost
        self.transport.write(octets)

    async def drained(self) -> None:
        """Waits until the system has taken all that was handed over; raises OSError where it will
        not any more."""
        await self._writable.wait()
        if self._lost:
            raise self._lost

    async def upgrade(self, context: ssl.SSLContext, host: str) -> None:
        """Goes on over TLS. What the server said in the clear beyond its last reply is refused:
        it could have been put there by anybody on the way."""
        if self.has_unread:
            raise Broken("tls_injection", "the server spoke between STARTTLS and the handshake")
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(self.transport, self, context, server_hostname=host)
        if transport is None:
            raise ConnectionResetError("the connection ended during the handshake")
        self._use(transport, high=1)

    def drop(self) -> None:
        """Ends the connection at once, by a reset: what is not sent yet never will be, and a
        server that takes an end of stream for an end of message sees neither."""
        with suppress(OSError):  # closed already
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def leave(self) -> None:
        """Says QUIT and closes without waiting for the answer, which changes nothing."""
        if self.is_open:
            self.transport.write(b"QUIT\r\n")
        self.transport.close()

    async def closed(self) -> None:
        """Returns once the connection is gone."""
        await self._closed.wait()
