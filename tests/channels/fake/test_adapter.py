"""The fake vendors' adapters keep every promise of the port, in each of the four classes."""

from collections.abc import AsyncIterator

import pytest

from channels.base import Lookup
from channels.errors import Unreadable
from channels.fake import adapter as fake
from channels.fake.adapter import FakeWebhookReader
from channels.fake.behaviour import Answer, Manner, Rule
from channels.signatures import sign
from contracts.outcome import Outcome, VendorClass
from tests.channels.conformance import (
    AdapterConformance,
    KeyConformance,
    LookupConformance,
    WebhookConformance,
)
from tests.channels.fake.rig import SECRET, FakeRig
from tests.channels.permits import TestPermit
from tests.channels.requests import text


class Running:
    """The rig of a class, running."""

    vendor_class: VendorClass

    @pytest.fixture
    async def rig(self) -> AsyncIterator[FakeRig]:
        async with FakeRig(self.vendor_class).running() as running:
            yield running


class TestClassK(Running, AdapterConformance, KeyConformance):
    """An idempotency key with a life."""

    vendor_class = VendorClass.KEY


class TestClassL(Running, AdapterConformance, LookupConformance):
    """A lookup by our reference."""

    vendor_class = VendorClass.LOOKUP


class TestClassW(Running, AdapterConformance, WebhookConformance):
    """A late webhook that carries our reference."""

    vendor_class = VendorClass.WEBHOOK


class TestClassN(Running, AdapterConformance):
    """Nothing: what is unclear stays so."""

    vendor_class = VendorClass.NOTHING


async def test_a_wrong_token_is_about_us() -> None:
    """Refused, without blame for the lead."""
    async with FakeRig(VendorClass.NOTHING).running() as rig:
        rig.vendor._token = "another"
        receipt = await rig.adapter.send(text(), rig.adapter.render(text()), TestPermit())
    assert (receipt.outcome, receipt.about_sender) == (Outcome.REFUSED, True)
    assert "canary-5d" not in repr(receipt) + repr(rig.adapter.settings)


async def test_a_wish_to_wait_reaches_the_receipt() -> None:
    """429 with Retry-After."""
    async with FakeRig(VendorClass.NOTHING).running() as rig:
        rig.script.rules.append(Rule(manner=Manner(answer=Answer.THROTTLE, retry_after=77)))
        receipt = await rig.adapter.send(text(), rig.adapter.render(text()), TestPermit())
    assert (receipt.outcome, receipt.retry_after) == (Outcome.DEFERRED, 77.0)


async def test_a_lookup_that_cannot_be_made_is_unknown_not_none() -> None:
    """ "None" would allow another call; a vendor that is away says nothing."""
    async with FakeRig(VendorClass.LOOKUP).running() as rig:
        adapter = rig.adapter
    assert isinstance(adapter, Lookup)
    receipt = await fake.FakeLookupAdapter(adapter.settings).look_up("a")
    assert receipt is not None
    assert receipt.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"type": 1}', b'"a"', b"\xff"])
def test_a_genuine_webhook_that_is_not_understood_is_kept(body: bytes) -> None:
    """Unreadable, not forged: the vendor need not send it again."""
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": "1772449200",
        "webhook-signature": sign(SECRET, "evt_1", 1772449200, body),
    }
    with pytest.raises(Unreadable):
        FakeWebhookReader([SECRET]).read(headers, body, now=1772449200)
