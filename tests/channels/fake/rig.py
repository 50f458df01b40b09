"""A fake vendor, its adapter, and an endpoint that takes its webhooks, all over real sockets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request as Incoming
from starlette.responses import Response
from starlette.routing import Route

from channels.base import Request, VendorEvent
from channels.fake import adapter as fake
from channels.fake.adapter import FakeSettings, FakeWebhookReader
from channels.fake.behaviour import Answer, Manner, Rule, Script
from channels.fake.serving import serve
from channels.fake.vendor import Callback, FakeVendor
from contracts.outcome import Channel, VendorClass
from tests.channels.conformance import Lie
from tests.channels.requests import text

SECRET = "whsec_" + "A" * 32
ANSWERS = {
    Lie.ACCEPT: Answer.ACCEPT,
    Lie.REFUSE: Answer.REFUSE,
    Lie.NO_SUCH_RECIPIENT: Answer.NO_SUCH_RECIPIENT,
    Lie.DEFER: Answer.THROTTLE,
    Lie.ACCEPT_AND_DROP: Answer.ACCEPT_AND_DROP,
    Lie.DROP: Answer.DROP,
}


class BusinessTime:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


class Counting:
    """An ASGI layer that counts requests to send and their bytes, before the vendor sees them."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.posts = 0
        self.octets = 0

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def]  # ASGI's
        self.posts += scope["method"] == "POST"

        async def counted():  # type: ignore[no-untyped-def]  # ASGI's
            message = await receive()
            self.octets += len(message.get("body", b""))
            return message

        await self._app(scope, counted, send)


class FakeRig:
    """A fake vendor over HTTP, its adapter, and an endpoint that takes its webhooks."""

    def __init__(self, vendor_class: VendorClass) -> None:
        self.now = BusinessTime()
        self.script = Script()
        self.status = 204
        self.received: list[tuple[Mapping[str, str], bytes]] = []
        self.vendor = FakeVendor(
            channel=Channel.SMS,
            vendor_class=vendor_class,
            now=self.now,
            behaviour=self.script,
            token="canary-5d",
        )
        self.endpoint = Starlette(routes=[Route("/hooks/fake", self._hook, methods=["POST"])])
        self.counting = Counting(self.vendor.app)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeRig"]:
        async with serve(self.counting) as url, serve(self.endpoint) as hooks:
            self.vendor.callback = Callback(url=f"{hooks}/hooks/fake", secret=SECRET)
            settings = FakeSettings(
                base_url=url,
                channel=Channel.SMS,
                vendor_class=self.vendor.vendor_class,
                token="canary-5d",
            )
            self.adapter = fake.adapter(settings)
            yield self
            await self.adapter.close()
            await self.vendor.close()

    async def _hook(self, incoming: Incoming) -> Response:
        self.received.append((dict(incoming.headers), await incoming.body()))
        return Response(status_code=self.status)

    def request(self) -> Request:
        return text()

    def lie(self, lie: Lie) -> None:
        self.script.rules.append(Rule(manner=Manner(answer=ANSWERS[lie])))

    def accepted(self) -> list[tuple[str, str]]:
        return [(entry.reference, entry.recipient) for entry in self.vendor.book.entries]

    def content_seen(self) -> int:
        return self.counting.octets

    def attempts(self) -> int:
        return self.counting.posts

    async def horizon_passes(self) -> None:
        self.now.advance(timedelta(minutes=2))

    async def webhooks(self) -> list[tuple[Mapping[str, str], bytes]]:
        await self.vendor.called_back()
        return self.received

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[VendorEvent]:
        reader = FakeWebhookReader([SECRET])
        return list(reader.read(headers, body, now=self.now().timestamp()))
