"""The HTTP API of a vendor that does not exist, in the four classes an adapter may have.

    POST /messages            takes a message (JSON: to, from, text, reference, …); 202 with its id
    GET  /messages?reference  class L: what it accepted under a reference, once that is visible

Class K remembers a key with the bytes it came with for the key's life: the same bytes get the first
answer again, other bytes are refused, and after its life the key is forgotten, so that a retry that
comes too late makes a double, as at real vendors. Class L shows a message only some time after it
was accepted. Class W signs a webhook for each accepted message (Standard Webhooks). Class N does
none of this. Times are business time, handed in as `now`.
"""

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.fake.behaviour import Answer, Behaviour, Manner, Message, Webhook, honest
from channels.fake.book import Book, Entry
from channels.http import Call, HttpSettings, Reply, VendorHttp, as_json
from channels.signatures import sign
from contracts.outcome import Channel, VendorClass

BODY_LIMIT = 1024 * 1024

REFUSED = frozenset({Answer.REFUSE, Answer.NO_SUCH_RECIPIENT, Answer.THROTTLE})
SILENT = frozenset({Answer.ACCEPT_AND_DROP, Answer.DROP, Answer.ACCEPT_LATE})
NOT_NOW = REFUSED | {Answer.DROP, Answer.FAIL, Answer.ACCEPT_LATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Where webhooks go, and the key that signs them (`whsec_…`)."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request that was read: the message, its bytes' hash, and its idempotency key."""

    message: Message
    sha256: str
    key: str


class FakeVendor:
    """One vendor on one channel. `app` is its ASGI app; `book` what it accepted."""

    def __init__(
        self,
        *,
        channel: Channel,
        vendor_class: VendorClass,
        now: Callable[[], datetime],
        book: Book | None = None,
        behaviour: Behaviour = honest,
        token: str = "",
        callback: Callback | None = None,
        key_life: timedelta = timedelta(hours=24),
        visible_after: timedelta = timedelta(minutes=2),
    ) -> None:
        self.name = f"fake-{channel}-{vendor_class}".lower()
        self.channel, self.vendor_class = channel, vendor_class
        self.book = book or Book()
        self.behaviour = behaviour
        self.callback = callback
        self.key_life, self.visible_after = key_life, visible_after
        self.undelivered: list[Entry] = []
        """Accepted messages whose webhook nobody took; `redeliver` tries again."""
        self._now, self._token = now, token
        self._attempts: Counter[str] = Counter()
        self._late: list[Arrived] = []
        self._settled = asyncio.Event()
        self._owed = 0
        self._paid = asyncio.Event()
        self._client: VendorHttp | None = None
        self.app = Starlette(
            routes=[
                Route("/messages", self._take, methods=["POST"]),
                Route("/messages", self._show, methods=["GET"]),
            ]
        )

    async def settle(self) -> None:
        """Accepts what was to be accepted late, with its webhooks, and answers what hangs. A key
        that was accepted meanwhile is remembered, as it is for a request that comes on time."""
        late, self._late = self._late, []
        for arrived in late:
            if self._remembered(arrived) is not None:
                continue
            await self._notify(self._accept(arrived), self._owe(Webhook.AFTER))
        self._settled.set()
        self._settled = asyncio.Event()

    async def redeliver(self) -> None:
        """Tries the webhooks again that nobody took."""
        waiting, self.undelivered = self.undelivered, []
        for entry in waiting:
            await self._notify(entry, self._owe(Webhook.AFTER))

    async def called_back(self) -> None:
        """Returns once every webhook that is owed was sent, taken or not."""
        while self._owed:
            self._paid.clear()
            await self._paid.wait()

    async def close(self) -> None:
        """Gives the connections of webhooks back."""
        if self._client:
            await self._client.close()

    # the API

    async def _take(self, request: Request) -> Response:
        if not self._is_known(request):
            return _refusal(401, "wrong_token")
        body = await request.body()
        message = self._read(body)
        if message is None:
            return _refusal(400, "unreadable")
        key = request.headers.get("idempotency-key", "")
        arrived = Arrived(message, hashlib.sha256(body).hexdigest(), key)
        if (again := self._remembered(arrived)) is not None:
            return again
        return await self._deal(arrived, self.behaviour(message), request.scope["state"]["drop"])

    async def _show(self, request: Request) -> Response:
        if not self._is_known(request):
            return _refusal(401, "wrong_token")
        if self.vendor_class is not VendorClass.LOOKUP:
            return _refusal(404, "no_lookup")
        until = self._now() - self.visible_after
        found = self.book.of(request.query_params.get("reference", ""))
        return JSONResponse(
            {"fake": True, "messages": [_shown(entry) for entry in found if entry.moment <= until]}
        )

    def _is_known(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        return not self._token or hmac.compare_digest(given, f"Bearer {self._token}".encode())

    def _read(self, body: bytes) -> Message | None:
        try:
            value = orjson.loads(body) if len(body) <= BODY_LIMIT else None
        except orjson.JSONDecodeError:
            return None
        names = ("reference", "to", "from")
        if not isinstance(value, dict) or not all(isinstance(value.get(n), str) for n in names):
            return None
        reference, recipient, sender = (value[name] for name in names)
        self._attempts[reference] += 1
        return Message(
            reference=reference,
            recipient=recipient,
            sender=sender,
            attempt=self._attempts[reference],
        )

    def _remembered(self, arrived: Arrived) -> Response | None:
        """Class K: the answer to a key that was accepted before and still lives."""
        if self.vendor_class is not VendorClass.KEY or not arrived.key:
            return None
        entry = self.book.under(arrived.key)
        if entry is None or self._now() - entry.moment >= self.key_life:
            return None
        if entry.sha256 != arrived.sha256:
            return _refusal(422, "key_with_other_bytes")
        return _accepted(entry)

    # what it does with a message

    async def _deal(self, arrived: Arrived, manner: Manner, drop: Callable[[], None]) -> Response:
        if manner.answer in NOT_NOW:
            return self._turn_away(arrived, manner, drop)
        entry = self._accept(arrived)
        times = self._owe(manner.webhook)
        if manner.webhook is Webhook.BEFORE:
            await self._notify(entry, times)
            times = 0
        if manner.answer is Answer.HANG:
            await self._settled.wait()
        if manner.answer is Answer.ACCEPT_AND_DROP:
            drop()
        response = _accepted(entry)
        if manner.answer is Answer.FAIL_AFTER_ACCEPT:
            response = _refusal(500, "internal")
        response.background = BackgroundTask(self._notify, entry, times)
        return response

    def _turn_away(self, arrived: Arrived, manner: Manner, drop: Callable[[], None]) -> Response:
        if manner.answer is Answer.ACCEPT_LATE:
            self._late.append(arrived)
        if manner.answer in SILENT:
            drop()
        if manner.answer is Answer.THROTTLE:
            return _refusal(429, "slow_down", {"retry-after": str(manner.retry_after)})
        if manner.answer is Answer.NO_SUCH_RECIPIENT:
            return _refusal(422, "no_such_recipient")
        if manner.answer is Answer.REFUSE:
            return _refusal(422, "refused")
        return _refusal(500, "internal")

    def _accept(self, arrived: Arrived) -> Entry:
        message = arrived.message
        entry = Entry(
            at=self._now().isoformat(),
            vendor=self.name,
            channel=self.channel,
            reference=message.reference,
            recipient=message.recipient,
            sender=message.sender,
            message_id=f"{self.name}-{len(self.book.entries) + 1}",
            key=arrived.key,
            sha256=arrived.sha256,
        )
        self.book.add(entry)
        return entry

    # webhooks

    def _owe(self, webhook: Webhook) -> int:
        """Returns how many webhooks are owed, and counts them from now on, before any answer."""
        if self.callback is None or self.vendor_class is not VendorClass.WEBHOOK:
            return 0
        times = {Webhook.NEVER: 0, Webhook.TWICE: 2}.get(webhook, 1)
        self._owed += times
        return times

    async def _notify(self, entry: Entry, times: int) -> None:
        """Sends a webhook some times; twice is the same id, as a redelivery is."""
        for _ in range(times):
            try:
                if not await self._is_taken(entry):
                    self.undelivered.append(entry)
            finally:
                self._owed -= 1
                self._paid.set()

    async def _is_taken(self, entry: Entry) -> bool:
        assert self.callback is not None, "owed without a callback"
        url = urlsplit(self.callback.url)
        if self._client is None:
            self._client = VendorHttp(HttpSettings(base_url=f"{url.scheme}://{url.netloc}"))
        reply = await self._client.ask(self._signed(entry, url.path or "/", self.callback.secret))
        return isinstance(reply, Reply) and 200 <= reply.status < 300

    def _signed(self, entry: Entry, path: str, secret: str) -> Call:
        body = as_json({"type": "message.accepted", "occurred_at": entry.at, **_shown(entry)})
        moment, identity = int(self._now().timestamp()), f"evt_{entry.message_id}"
        headers = {
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(moment),
            "webhook-signature": sign(secret, identity, moment, body),
        }
        return Call(path=path, headers=headers, body=body)


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "fake": True,
        "id": entry.message_id,
        "reference": entry.reference,
        "to": entry.recipient,
        "accepted_at": entry.at,
    }


def _accepted(entry: Entry) -> Response:
    return JSONResponse(_shown(entry), status_code=202)


def _refusal(status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"fake": True, "code": code}, status_code=status, headers=headers)
