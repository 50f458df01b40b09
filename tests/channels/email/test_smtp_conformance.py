"""The SMTP adapter keeps every promise of the port, as class N."""

from collections.abc import AsyncIterator, Mapping
from email import message_from_bytes

import pytest

from channels.base import Request, VendorEvent
from channels.email.smtp import SmtpAdapter
from tests.channels.conformance import AdapterConformance, Lie
from tests.channels.email.calls import settings
from tests.channels.requests import mail
from tests.channels.servers import At, Does, ScriptedSmtp

LIES: dict[Lie, dict[At, Does | str]] = {
    Lie.ACCEPT: {},
    Lie.REFUSE: {At.FINAL: "554 5.6.0 no"},
    Lie.NO_SUCH_RECIPIENT: {At.RCPT: "550 5.1.1 nobody"},
    Lie.DEFER: {At.FINAL: "451 4.3.0 later"},
    Lie.ACCEPT_AND_DROP: {At.FINAL: Does.DROP},
    Lie.DROP: {At.FINAL: Does.DROP},
}


class SmtpRig:
    """A scripted server and the adapter for it."""

    def __init__(self, server: ScriptedSmtp) -> None:
        self.server = server
        self.adapter = SmtpAdapter(settings(server))
        self._acknowledged_silently = False

    def request(self) -> Request:
        return mail()

    def lie(self, lie: Lie) -> None:
        self.server.script.clear()
        self.server.script.update(LIES[lie])
        self._acknowledged_silently = lie is Lie.ACCEPT_AND_DROP

    def accepted(self) -> list[tuple[str, str]]:
        """What it took whole, counting one that it took and then said nothing about."""
        taken = list(self.server.accepted)
        if self._acknowledged_silently:
            taken.append(bytes(self.server.content))
        messages = [message_from_bytes(content) for content in taken]
        return [(str(m["message-id"])[1:-1], str(m["to"])) for m in messages]

    def content_seen(self) -> int:
        return sum(map(len, self.server.accepted)) + len(self.server.content)

    def attempts(self) -> int:
        return len(self.server.accepted) + bool(self.server.content)

    async def horizon_passes(self) -> None:
        raise NotImplementedError("class N")

    async def webhooks(self) -> list[tuple[Mapping[str, str], bytes]]:
        raise NotImplementedError("class N")

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[VendorEvent]:
        raise NotImplementedError("class N")


@pytest.fixture
async def rig() -> AsyncIterator[SmtpRig]:
    server = ScriptedSmtp()
    async with server.running():
        rig = SmtpRig(server)
        yield rig
        await rig.adapter.close()


class TestSmtpAdapter(AdapterConformance):
    """Class N: what is unclear stays so."""
