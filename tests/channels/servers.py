"""A raw TCP server that speaks SMTP by script: at any step it may refuse, defer, hang, tarpit,
drop, talk nonsense, or wait for a test's sign, and it remembers every byte that it was given.

It judges the adapter, so it shares no code with it.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.channels.loops import breathe

TLS = Path(__file__).parent.parent / "samples" / "tls"
AUTHORITY = str(TLS / "authority.pem")


class At(StrEnum):
    """Steps at which the server may misbehave."""

    TLS = "tls"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    RSET = "rset"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"
    """While the content arrives: nothing more is read."""
    FINAL = "final"
    """At the answer to the whole content."""


class Does(StrEnum):
    """What it does there."""

    REFUSE = "refuse"
    DEFER = "defer"
    HANG = "hang"
    TARPIT = "tarpit"
    """A reply without end, a line at each `drip`."""
    DROP = "drop"
    GARBLE = "garble"


USUAL = {
    At.GREETING: "220 relay.example ESMTP",
    At.STARTTLS: "220 2.0.0 go ahead",
    At.AUTH: "235 2.7.0 welcome",
    At.RSET: "250 2.0.0 ok",
    At.MAIL: "250 2.1.0 ok",
    At.RCPT: "250 2.1.5 ok",
    At.DATA: "354 end with a dot",
    At.FINAL: "250 2.0.0 Ok: queued as 4Xy7",
}


@dataclass
class ScriptedSmtp:
    """One server; `script` maps a step to a behaviour or to the words to answer with."""

    script: dict[At, Does | str] = field(default_factory=dict)
    implicit_tls: bool = False
    offers: tuple[str, ...] = ("SIZE 52428800", "8BITMIME", "SMTPUTF8")
    gates: dict[At, asyncio.Event] = field(default_factory=dict)
    """A step whose answer waits until the event is set."""
    on_fault: int = 1
    """At which connection, counted from 1, the script begins to apply."""

    commands: list[str] = field(default_factory=list)
    content: bytearray = field(default_factory=bytearray)
    """Every byte that arrived after a 354."""
    accepted: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: list[str] = field(default_factory=list)
    """How each connection ended: `quit`, `end of stream`, `reset`."""
    at: dict[At, asyncio.Event] = field(
        default_factory=lambda: {step: asyncio.Event() for step in At}
    )
    """Set when the server has come to a step."""
    dripping: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _dialogues: list[asyncio.Task[None]] = field(default_factory=list)

    def drip(self) -> None:
        self.dripping.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedSmtp"]:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)  # unread content stays out
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        server = await asyncio.start_server(self._began, sock=listening)
        try:
            yield self
        finally:
            self.over.set()
            self.drip()
            server.close()
            await ended(self._dialogues)

    def _began(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._dialogues.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialogue = Dialogue(self, reader, writer)
        try:
            await dialogue.run()
            self.ended.append(dialogue.farewell)
        except (ConnectionResetError, BrokenPipeError):
            self.ended.append("reset")
        except (asyncio.IncompleteReadError, ssl.SSLError):
            self.ended.append("end of stream")
        finally:
            writer.transport.abort()


class Over(Exception):
    """The server drops the connection."""


async def ended(dialogues: list[asyncio.Task[None]]) -> None:
    """Waits for connections to end by themselves, and ends those that a failed test left open."""
    await breathe(50)
    for dialogue in dialogues:
        dialogue.cancel()
    await asyncio.gather(*dialogues, return_exceptions=True)


class Dialogue:
    """One connection."""

    def __init__(
        self, server: ScriptedSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.faulty = server.connections >= server.on_fault
        self.farewell = "quit"
        self.secure = False

    async def run(self) -> None:
        try:
            if self.server.implicit_tls:
                await self._handshake()
            await self._answer(At.GREETING)
            while await self._command():
                pass
        except Over:
            self.farewell = "dropped"

    async def _command(self) -> bool:
        line = (await self.reader.readuntil(b"\r\n")).decode().strip()
        self.server.commands.append(line)
        verb = line.partition(" ")[0].upper()
        if verb == "QUIT":
            return False
        if verb in {"EHLO", "HELO"}:
            await self._answer(At.EHLO)
        elif verb == "STARTTLS":
            self.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
            await self._answer(At.STARTTLS)
            await self._handshake()
        elif verb == "DATA":
            await self._data()
        elif line == "AUTH LOGIN":
            await self._log_in()
        else:
            await self._answer(At(verb.lower()))
        return True

    async def _log_in(self) -> None:
        for prompt in ("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"):
            await self._say(prompt)
            self.server.commands.append((await self.reader.readuntil(b"\r\n")).decode().strip())
        await self._answer(At.AUTH)

    async def _handshake(self) -> None:
        self.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        if await self._misbehaves(At.TLS):
            self.writer.transport.resume_reading()  # type: ignore[attr-defined]  # the same
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
        await self.writer.start_tls(context)
        self.secure = True

    async def _data(self) -> None:
        await self._answer(At.DATA)
        if not str(self._usual(At.DATA)).startswith("354"):
            return
        if self.faulty and At.CONTENT in self.server.script:
            self.server.content += await self.reader.readexactly(1)
            await self._misbehaves(At.CONTENT)
        while not self.server.content.endswith(b"\r\n.\r\n"):
            octets = await self.reader.read(65536)
            if not octets:
                raise asyncio.IncompleteReadError(b"", None)
            self.server.content += octets
        await self._answer(At.FINAL)
        if str(self._usual(At.FINAL)).startswith("2"):
            self.server.accepted.append(bytes(self.server.content))
            self.server.content.clear()

    async def _answer(self, step: At) -> None:
        if not await self._misbehaves(step):
            await self._say(str(self._usual(step)))

    def _usual(self, step: At) -> Does | str:
        if self.faulty and step in self.server.script:
            return self.server.script[step]
        if step is At.EHLO:
            return "\r\n".join(
                ["250-relay.example", *(f"250-{o}" for o in self._offers), "250 END"]
            )
        return USUAL[step]

    @property
    def _offers(self) -> tuple[str, ...]:
        return tuple(o for o in self.server.offers if not (self.secure and o == "STARTTLS"))

    async def _misbehaves(self, step: At) -> bool:
        """Plays the script's part for a step; False where the usual answer follows."""
        self.server.at[step].set()
        if gate := self.server.gates.get(step):
            await gate.wait()
        match self.server.script.get(step) if self.faulty else None:
            case Does.REFUSE:
                await self._say("554 5.3.0 not today" if step is not At.AUTH else "535 5.7.8 wrong")
            case Does.DEFER:
                await self._say("451 4.3.0 later" if step is not At.AUTH else "454 4.7.0 later")
            case Does.GARBLE:
                await self._say("come again?")
            case Does.DROP:
                raise Over
            case Does.HANG:
                await self.server.over.wait()
                raise Over
            case Does.TARPIT:
                await self._tarpit()
            case _:
                return False
        return True

    async def _tarpit(self) -> None:
        while not self.server.over.is_set():
            await self.server.dripping.wait()
            self.server.dripping.clear()
            self.writer.write(b"250-wait\r\n")
            await self.writer.drain()
        raise Over

    async def _say(self, words: str) -> None:
        self.writer.write(words.encode() + b"\r\n")
        await self.writer.drain()
