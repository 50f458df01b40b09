"""The wire knows what the system has taken, and what it has not."""

import asyncio

from channels.email.session import connect
from tests.channels.email.calls import settings
from tests.channels.loops import breathe
from tests.channels.servers import ScriptedSmtp


async def test_drained_means_that_the_system_took_every_octet() -> None:
    """While a few octets wait in our own process the final dot must wait too, since a lost
    connection would then be definite."""
    unread = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        await unread.wait()
        writer.transport.resume_reading()  # type: ignore[attr-defined]  # the same
        while await reader.read(2**20):
            pass
        writer.close()

    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wire = await connect(settings(ScriptedSmtp(port=port)))
    while not wire.transport.get_write_buffer_size():
        wire.write(b"x" * 16_384)
        await asyncio.sleep(0)
    assert wire.transport.get_write_buffer_size() <= 16_384
    draining = asyncio.ensure_future(wire.drained())
    await breathe()
    assert not draining.done()
    unread.set()
    await draining
    assert wire.transport.get_write_buffer_size() == 0
    wire.drop()
    server.close()
