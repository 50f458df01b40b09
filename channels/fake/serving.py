"""Puts an ASGI app on a socket of the running loop, with connections that it can break off.

uvicorn's protocol is used without uvicorn's server: that one takes the process's signals, which
belong to whoever embeds us, and wakes up ten times a second. `scope["state"]["drop"]` is a function
that ends the request's connection at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState


class _Connection(H11Protocol):
    """One connection; `app_state` becomes the scope's `state`."""

    def __init__(self, config: Config, server_state: ServerState) -> None:
        super().__init__(config, server_state, {"drop": self._drop}, asyncio.get_running_loop())

    def _drop(self) -> None:
        self.transport.abort()


@asynccontextmanager
async def serve(app: Any, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves an ASGI app; gives its base URL. Port 0 takes a free one."""
    config = Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", server_header=False
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(config, state), host, port)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await _ended(state)


async def _ended(state: ServerState) -> None:
    """Breaks connections off and waits for the requests that they carried."""
    for connection in list(state.connections):
        connection.transport.abort()
    for task in list(state.tasks):
        task.cancel()
    await asyncio.gather(*state.tasks, return_exceptions=True)
