"""A raw TCP server that speaks HTTP by script, and remembers every byte that it was given.

It judges the HTTP half, so it shares no code with it, nor with an HTTP library that could lie about
what was on the wire.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from tests.channels.servers import TLS, ended


class At(StrEnum):
    """Steps at which the server may wait for a sign or misbehave."""

    ACCEPT = "accept"
    TLS = "tls"
    HEADERS = "headers"
    """The request's headers are there; its body is not read."""
    REPLY = "reply"
    """The whole request is there."""


class Does(StrEnum):
    """What it does there."""

    HANG = "hang"
    DROP = "drop"
    """Closes; unread bytes make it a reset."""
    GARBLE = "garble"


OK = b'HTTP/1.1 202 Accepted\r\ncontent-length: 12\r\n\r\n{"id":"m-1"}'


@dataclass
class ScriptedHttp:
    """One server; `script` says what it does at a step, `reply` what it answers."""

    script: dict[At, Does] = field(default_factory=dict)
    reply: bytes = OK
    tls: bool = False
    gates: dict[At, asyncio.Event] = field(default_factory=dict)
    then_close: bool = False
    """Ends the connection behind the reply."""

    received: bytearray = field(default_factory=bytearray)
    """Every byte above TLS, of all connections."""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    at: dict[At, asyncio.Event] = field(
        default_factory=lambda: {step: asyncio.Event() for step in At}
    )
    over: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _dialogues: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedHttp"]:
        server = await asyncio.start_server(self._began, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.over.set()
            server.close()
            await ended(self._dialogues)

    def _began(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        self._dialogues.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._dialogue(reader, writer)
        except (Over, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    async def _dialogue(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._come_to(At.ACCEPT, writer)
        await self._come_to(At.TLS, writer)
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
            await writer.start_tls(context)
        else:
            writer.transport.resume_reading()  # type: ignore[attr-defined]  # a read transport
        while True:
            await self._exchange(reader, writer)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await self._until_blank_line(reader)
        await self._come_to(At.HEADERS, writer)
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        self.received += body
        self.requests.append(head + body)
        await self._come_to(At.REPLY, writer)
        writer.write(self.reply)
        await writer.drain()
        if self.then_close:
            raise Over

    async def _until_blank_line(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            self.received += error.partial
            raise
        self.received += head
        return head

    async def _come_to(self, step: At, writer: asyncio.StreamWriter) -> None:
        self.at[step].set()
        if gate := self.gates.get(step):
            await gate.wait()
        match self.script.get(step):
            case Does.DROP:
                raise Over
            case Does.HANG:
                await self.over.wait()
                raise Over
            case Does.GARBLE:
                writer.write(b"come again?\r\n\r\n")
                await writer.drain()
                raise Over


class Over(Exception):
    """The server drops the connection."""


@asynccontextmanager
async def tunnel(server: ScriptedHttp, *, drops: bool = False) -> AsyncIterator[str]:
    """A proxy that knows CONNECT alone, or drops that too; gives its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if drops:
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_pumped(reader, back), _pumped(there, writer))

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    finally:
        proxy.close()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while octets := await reader.read(65536):
            writer.write(octets)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
