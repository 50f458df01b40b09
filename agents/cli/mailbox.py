"""`leadwire mailbox`: a mail server that takes everything and delivers nothing, for dry runs."""

import asyncio
import signal
from pathlib import Path

import click

from agents.cli import session
from agents.ports import SystemClock


@click.command("mailbox")
@click.option("--dir", "folder", default="mail", show_default=True, help="Where mails are kept.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=1025, show_default=True, type=click.IntRange(0, 65535))
@click.option("--json", "json_", is_flag=True, help="One JSON object a mail.")
def mailbox(folder: str, host: str, port: int, json_: bool) -> None:
    """Takes every mail over SMTP and keeps it as a file in DIR/new; a line for each. Ends at
    SIGTERM or SIGINT."""
    session.run(lambda: _serve(Path(folder), host, port, json_))


async def _serve(folder: Path, host: str, port: int, json_: bool) -> None:
    from channels.email.mailbox import Envelope, Mailbox

    def tell(envelope: Envelope) -> None:
        to = ", ".join(envelope.recipients)
        if json_:
            session.as_json({"from": envelope.sender, "to": to, "bytes": len(envelope.content)})
        else:
            click.echo(f"{envelope.received_at:%H:%M:%S}  {envelope.sender} → {to}")

    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    box = Mailbox(folder, now=SystemClock().now, on_message=tell, host=host, port=port)
    try:
        await box.start()
    except OSError as error:
        text = f"cannot listen at {host}:{port}: {error.strerror}; name another with --port"
        raise session.Stop(text, session.FAILED) from error
    click.echo(f"listening at {host}:{box.port}; mails go to {folder}/new", err=True)
    await ended.wait()
    await box.close()
