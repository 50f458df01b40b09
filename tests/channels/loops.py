"""An event loop over real sockets whose time a test may move, and whose system calls it may delay.

A minute's deadline is reached with `advance(60)`, without a minute going by; a name lookup or a
connect waits at its gate until the test opens it.
"""

import asyncio
import socket
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class MovableLoop(asyncio.SelectorEventLoop):
    """The selector loop with time that can be skipped."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped = 0.0
        self.lookup_gate: Gate | None = None
        self.connect_gate: Gate | None = None
        self.connects = 0

    def time(self) -> float:
        return super().time() + self._skipped

    def advance(self, seconds: float) -> None:
        """Moves the loop's clock; what falls due by it runs at once."""
        self._skipped += seconds

    async def getaddrinfo(self, *args: Any, **kwargs: Any) -> Any:
        if self.lookup_gate:
            await self.lookup_gate.passed()
        return await super().getaddrinfo(*args, **kwargs)

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        self.connects += 1
        if self.connect_gate:
            await self.connect_gate.passed()
        await super().sock_connect(sock, address)


class Gate:
    """A place where whoever comes by waits; `failure` is raised instead of letting it through."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.failure = failure

    async def passed(self) -> None:
        self.reached.set()
        if self.failure:
            raise self.failure
        await self.opened.wait()


def loop() -> MovableLoop:
    """Returns the running loop of a test in this folder."""
    running = asyncio.get_running_loop()
    assert isinstance(running, MovableLoop)
    return running


async def breathe(times: int = 20) -> None:
    """Lets everything that is ready run."""
    for _ in range(times):
        await asyncio.sleep(0)


async def stalled(reached: Awaitable[object], call: Coroutine[Any, Any, T]) -> T:
    """Waits until the server stalls, then lets the loop's clock run out the deadlines."""
    task = asyncio.ensure_future(call)
    await reached
    while not task.done():
        await breathe()
        loop().advance(1.0)
    return await task
