"""Our side of the fake vendors' API: a request into bytes, a reply into a receipt, a webhook into
an event. An example for real vendors' files, of which each has these three parts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

from channels import http, settings
from channels.base import (
    Adapter,
    Capabilities,
    Lookup,
    Permit,
    Receipt,
    Request,
    VendorEvent,
)
from channels.errors import Unreadable, Unsendable
from channels.http import Call, Deadlines, HttpSettings, Reply, VendorHttp
from channels.signatures import StandardWebhooks
from contracts.outcome import Channel, Outcome, Stage, VendorClass

KEY_LIFE = timedelta(hours=24)
LOOKUP_HORIZON = timedelta(minutes=2)

CODES = {"no_such_recipient": Outcome.RECIPIENT_REFUSED}
"""The vendor's words in ours, where the status does not say it."""

KINDS = {"message.accepted": "accepted", "message.delivered": "delivered"}


@dataclass(frozen=True, kw_only=True)
class FakeSettings:
    """One fake vendor. `vendor_class` says which of the four it plays."""

    base_url: str
    channel: Channel
    vendor_class: VendorClass = VendorClass.KEY
    token: str = field(default="", repr=False)
    deadlines: Deadlines = field(default_factory=Deadlines)


class FakeVendorAdapter(Adapter):
    """Classes K, W and N; `FakeLookupAdapter` is class L."""

    def __init__(self, chosen: FakeSettings) -> None:
        self.settings = chosen
        self.capabilities = capabilities(chosen.channel, chosen.vendor_class)
        self._http = VendorHttp(HttpSettings(base_url=chosen.base_url, deadlines=chosen.deadlines))

    def render(self, request: Request) -> bytes:
        if request.channel is not self.settings.channel:
            raise Unsendable(f"this fake vendor sends {self.settings.channel} only")
        return http.as_json(
            {
                "from": request.sender,
                "to": request.recipient,
                "subject": request.subject,
                "text": request.body,
                "html": request.html,
                "reference": request.reference,
            }
        )

    async def send(self, request: Request, rendered: bytes, permit: Permit) -> Receipt:
        headers = self._headers() | {"content-type": "application/json"}
        if self.settings.vendor_class is VendorClass.KEY:
            headers["idempotency-key"] = request.reference
        call = Call(path="/messages", headers=headers, body=rendered)
        reply = await self._http.send(call, permit)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    async def close(self) -> None:
        await self._http.close()

    def _headers(self) -> dict[str, str]:
        token = self.settings.token
        return {"authorization": f"Bearer {token}"} if token else {}


class FakeLookupAdapter(FakeVendorAdapter, Lookup):
    """Class L: the vendor lists what it accepted under a reference."""

    async def look_up(self, reference: str) -> Receipt | None:
        path = f"/messages?reference={quote(reference, safe='')}"
        reply = await self._http.ask(Call(method="GET", path=path, headers=self._headers()))
        if not isinstance(reply, Reply):
            return http.failure(reply.code, reply.diagnostic, Stage.CONTENT_COMPLETE)
        return read_lookup(reply)


def adapter(chosen: FakeSettings) -> FakeVendorAdapter:
    """Returns the adapter of the settings' class."""
    if chosen.vendor_class is VendorClass.LOOKUP:
        return FakeLookupAdapter(chosen)
    return FakeVendorAdapter(chosen)


def capabilities(channel: Channel, vendor_class: VendorClass) -> Capabilities:
    """Returns what a fake vendor of a class can do."""
    return Capabilities(
        vendor="fake",
        channel=channel,
        vendor_class=vendor_class,
        key_life=KEY_LIFE if vendor_class is VendorClass.KEY else None,
        lookup_horizon=LOOKUP_HORIZON if vendor_class is VendorClass.LOOKUP else None,
        lookup_complete=vendor_class is VendorClass.LOOKUP,
        html=channel is Channel.EMAIL,
    )


def read_reply(reply: Reply) -> Receipt:
    """Returns what the answer to a send comes to: the vendor's code first, then the status."""
    value = reply.json()
    known = value if isinstance(value, dict) else {}
    receipt = http.receipt(reply, provider_id=known.get("id"))
    outcome = CODES.get(known.get("code", ""))
    if outcome is None or receipt.outcome is not Outcome.REFUSED:
        return receipt
    return Receipt(
        outcome=outcome,
        stage=receipt.stage,
        code=f"fake_{known['code']}",
        diagnostic=receipt.diagnostic,
    )


def read_lookup(reply: Reply) -> Receipt | None:
    """Returns what a lookup found; UNKNOWN where the answer is none."""
    value = reply.json()
    messages = value.get("messages") if isinstance(value, dict) else None
    if reply.status != 200 or not isinstance(messages, list):
        return http.failure(f"http_{reply.status}", "no lookup", Stage.CONTENT_COMPLETE)
    if not messages:
        return None
    return Receipt(
        outcome=Outcome.ACCEPTED,
        stage=Stage.CONTENT_COMPLETE,
        code="found",
        provider_id=str(messages[0].get("id")),
    )


class FakeWebhookReader:
    """Verifies and translates the webhooks of fake vendors of class W."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._webhooks = StandardWebhooks(secrets)

    def read(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Sequence[VendorEvent]:
        identity = self._webhooks.verify(headers, body, now=now)
        try:
            value = json.loads(body)
            return [
                VendorEvent(
                    kind=KINDS.get(value["type"], "unknown"),
                    event_id=identity,
                    occurred_at=value["occurred_at"],
                    reference=value.get("reference"),
                    provider_id=value.get("id"),
                    recipient=value.get("to"),
                    raw=value,
                )
            ]
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(f"a fake vendor's webhook is not understood: {error!r}") from error


def from_settings(channel: Channel, given: Mapping[str, object]) -> FakeVendorAdapter:
    """Builds the adapter from a resource's settings; raises Misconfigured."""
    return adapter(settings.read(FakeSettings, {**given, "channel": channel}, "fake"))
