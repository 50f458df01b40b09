"""A web of strangers on this machine: one raw TCP server that answers by host name, and remembers
every request that reached it. It shares no code with the reader that it judges.

Names are resolved by a table of the test's; the reader is told to dial this server for every public
address that it judged, so that its guard is the one of the product, asked as in production.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from channels.enrichment.web import Manners, WebReader
from tests.channels.servers import ended

PUBLIC = "93.184.215.14"
"""An address on the public Internet; nothing is ever sent there by a test."""

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(
    body: bytes | str = b"",
    status: str = "200 OK",
    content_type: str = "text/html; charset=utf-8",
    **headers: str,
) -> bytes:
    """A whole HTTP reply; header names may be written with underscores."""
    octets = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(octets)}", "connection: close"]
    lines += [f"content-type: {content_type}"] if content_type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + octets


NOT_FOUND = reply("nothing here", "404 Not Found")


@dataclass
class Web:
    """`pages` is (host, target) → what is answered; `requests` are those that arrived."""

    pages: dict[tuple[str, str], Answer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    open_now: int = 0
    port: int = 0

    def page(self, host: str, target: str, answer: Answer | str) -> None:
        """Puts a page up."""
        self.pages[host, target] = reply(answer) if isinstance(answer, str) else answer

    def seen(self, host: str) -> list[str]:
        """The targets that were asked of a host, in order."""
        return [target for name, target in self.requests if name == host]

    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a connection; its task ends with the server."""
        self.tasks.append(asyncio.create_task(self._handle(reader, writer)))

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.most_at_once = max(self.most_at_once, self.open_now)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.raw.append(head)
        line = re.match(rb"GET (\S+) HTTP", head)
        host = re.search(rb"(?im)^host: *(\S+)", head)
        name = (host.group(1) if host else b"").decode().partition(":")[0]
        target = (line.group(1) if line else b"").decode()
        self.requests.append((name, target))
        answer = self.pages.get((name, target), NOT_FOUND)
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)


@asynccontextmanager
async def serving(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    """A web that listens."""
    web = Web()
    server = await asyncio.start_server(web.handle, "127.0.0.1", 0, ssl=tls)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        await ended(web.tasks)


@dataclass
class Clockwork:
    """Machine seconds that stand, and pauses that are remembered instead of waited for."""

    at: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def elapsed(self) -> float:
        return self.at

    async def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.at += seconds


class Names:
    """A name server: host → the answers that it gives one after another, the last one for good."""

    def __init__(self, table: Mapping[str, Sequence[Sequence[str]]] | None = None) -> None:
        self.table = {name: list(answers) for name, answers in (table or {}).items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        answers = self.table.get(host)
        if answers is None:
            return [PUBLIC] if host.endswith(".example") else []
        return answers.pop(0) if len(answers) > 1 else answers[0]


def reader(
    web: Web,
    *,
    names: Names | None = None,
    clock: Clockwork | None = None,
    manners: Manners | None = None,
    everywhere: bool = False,
) -> WebReader:
    """The product's reader before a web. `everywhere`: only the port is changed, so that whoever
    passes the guard with a private address really gets there."""
    clock = clock or Clockwork()

    def dial(address: str, port: int) -> tuple[str, int]:
        return (address, web.port) if everywhere else ("127.0.0.1", web.port)

    return WebReader(
        elapsed=clock.elapsed,
        pause=clock.pause,
        resolve=names or Names(),
        dial=dial,
        manners=manners,
    )
