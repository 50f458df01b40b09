"""What every adapter must do, whatever its vendor: a suite that an adapter's test inherits, with
the part for its class beside it.

The adapter's test supplies a `rig`: the adapter itself, and a vendor of its kind that can be told
to lie and that keeps its own book. The suite asks the book, never the adapter, what was accepted.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

import pytest

from channels.base import Adapter, Lookup, Receipt, Request, VendorEvent
from channels.errors import Forged, Unsendable
from contracts.outcome import Channel, Outcome, Stage, VendorClass
from tests.channels.permits import TestPermit


class Lie(StrEnum):
    """What the vendor does with the next message."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    NO_SUCH_RECIPIENT = "no_such_recipient"
    DEFER = "defer"
    ACCEPT_AND_DROP = "accept_and_drop"
    """Accepts and breaks off without an answer."""
    DROP = "drop"
    """Reads everything and breaks off without accepting."""


class Rig(Protocol):
    """An adapter with a vendor that lies."""

    adapter: Adapter

    def request(self) -> Request:
        """A request that the adapter can send."""

    def lie(self, lie: Lie) -> None:
        """Says what becomes of the next message; after it the vendor is honest."""

    def accepted(self) -> list[tuple[str, str]]:
        """(reference, recipient) of what the vendor accepted, from its own book."""

    def content_seen(self) -> int:
        """How many bytes of content, from whatever message, reached the vendor."""

    def attempts(self) -> int:
        """How many messages were offered to the vendor with their content."""

    async def horizon_passes(self) -> None:
        """Class L: lets the lookup horizon go by."""

    async def webhooks(self) -> list[tuple[Mapping[str, str], bytes]]:
        """Class W: the webhooks that the vendor sent, headers and body."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[VendorEvent]:
        """Class W: reads one with the vendor's reader."""


async def sent(
    rig: Rig,
    lie: Lie = Lie.ACCEPT,
    request: Request | None = None,
    permit: TestPermit | None = None,
) -> Receipt:
    """One attempt under one lie."""
    rig.lie(lie)
    asked = request or rig.request()
    return await rig.adapter.send(asked, rig.adapter.render(asked), permit or TestPermit())


class AdapterConformance:
    """Inherit it, and give a fixture `rig`."""

    async def test_equal_requests_render_equally(self, rig: Rig) -> None:
        """The bytes of a second attempt are those of the first."""
        request = rig.request()
        again = replace(request, headers=dict(reversed(list(request.headers.items()))))
        assert rig.adapter.render(request) == rig.adapter.render(again)

    async def test_an_accepted_message_is_in_the_vendors_book_once(self, rig: Rig) -> None:
        """Under our reference, for the request's recipient, after one check of the permit or
        more."""
        permit, request = TestPermit(), rig.request()
        receipt = await sent(rig, permit=permit)
        assert (receipt.outcome, receipt.stage) == (Outcome.ACCEPTED, Stage.CONTENT_COMPLETE)
        assert rig.accepted() == [(request.reference, request.recipient)]
        assert rig.attempts() == 1
        assert permit.asked >= 1
        assert receipt.provider_id

    @pytest.mark.parametrize(
        ("lie", "outcome"),
        [
            (Lie.REFUSE, Outcome.REFUSED),
            (Lie.NO_SUCH_RECIPIENT, Outcome.RECIPIENT_REFUSED),
            (Lie.DEFER, Outcome.DEFERRED),
        ],
    )
    async def test_a_clear_no_is_definite(self, rig: Rig, lie: Lie, outcome: Outcome) -> None:
        """With a code for machines and the vendor's words for people; nothing was accepted."""
        receipt = await sent(rig, lie)
        assert receipt.outcome is outcome
        assert receipt.code
        assert receipt.diagnostic
        assert rig.accepted() == []

    @pytest.mark.parametrize("lie", [Lie.ACCEPT_AND_DROP, Lie.DROP])
    async def test_silence_after_the_content_is_unknown(self, rig: Rig, lie: Lie) -> None:
        """Whether the vendor accepted it or not: nobody on our side can tell."""
        receipt = await sent(rig, lie)
        assert (receipt.outcome, receipt.stage) == (Outcome.UNKNOWN, Stage.CONTENT_COMPLETE)
        assert len(rig.accepted()) == (1 if lie is Lie.ACCEPT_AND_DROP else 0)

    @pytest.mark.parametrize("lie", Lie)
    async def test_one_call_is_one_attempt(self, rig: Rig, lie: Lie) -> None:
        """Whatever happens: nothing below us tries again."""
        await sent(rig, lie)
        assert rig.attempts() <= 1

    async def test_a_permit_that_ran_out_lets_no_content_through(self, rig: Rig) -> None:
        """At every check that the adapter makes, up to the last."""
        honest = TestPermit()
        await sent(rig, permit=honest)
        seen = rig.content_seen()
        for checks in range(honest.asked):
            receipt = await sent(rig, permit=TestPermit(expires_after=checks))
            assert receipt.outcome is Outcome.NOT_STARTED
            assert receipt.stage not in {Stage.CONTENT_BEGUN, Stage.CONTENT_COMPLETE}
        assert rig.content_seen() == seen

    async def test_what_belongs_to_another_channel_is_refused_before_the_wire(
        self, rig: Rig
    ) -> None:
        """A wiring fault is raised, not recorded as the vendor's refusal."""
        ours = rig.adapter.capabilities.channel
        other = next(channel for channel in Channel if channel is not ours)
        with pytest.raises(Unsendable):
            rig.adapter.render(replace(rig.request(), channel=other))

    async def test_closing_twice_is_harmless(self, rig: Rig) -> None:
        """And preparing before the first send too."""
        await rig.adapter.prepare()
        await rig.adapter.close()
        await rig.adapter.close()

    async def test_it_declares_what_its_class_needs(self, rig: Rig) -> None:
        """K a life, L a horizon and a lookup, and nobody what it has not."""
        can = rig.adapter.capabilities
        assert (can.key_life is not None) == (can.vendor_class is VendorClass.KEY)
        assert (can.lookup_horizon is not None) == (can.vendor_class is VendorClass.LOOKUP)
        assert isinstance(rig.adapter, Lookup) == (can.vendor_class is VendorClass.LOOKUP)


class KeyConformance:
    """Class K besides."""

    @pytest.mark.parametrize("lie", [Lie.ACCEPT_AND_DROP, Lie.DROP])
    async def test_the_same_key_and_bytes_end_an_ambiguity(self, rig: Rig, lie: Lie) -> None:
        """The second attempt says accepted, and the book has one line either way."""
        await sent(rig, lie)
        receipt = await sent(rig)
        assert receipt.outcome is Outcome.ACCEPTED
        assert len(rig.accepted()) == 1

    async def test_the_same_key_with_other_bytes_is_refused(self, rig: Rig) -> None:
        """The vendor tells that we confuse two messages, instead of sending the second."""
        await sent(rig, Lie.ACCEPT_AND_DROP)
        receipt = await sent(rig, request=replace(rig.request(), body="something else"))
        assert receipt.outcome is Outcome.REFUSED
        assert len(rig.accepted()) == 1


class LookupConformance:
    """Class L besides."""

    async def test_a_lookup_finds_what_was_accepted_once_it_is_visible(self, rig: Rig) -> None:
        """Before its horizon "none" proves nothing; behind it, it does."""
        assert isinstance(rig.adapter, Lookup)
        await sent(rig, Lie.ACCEPT_AND_DROP)
        assert await rig.adapter.look_up(rig.request().reference) is None
        await rig.horizon_passes()
        found = await rig.adapter.look_up(rig.request().reference)
        assert found is not None
        assert found.outcome is Outcome.ACCEPTED
        assert found.provider_id
        assert await rig.adapter.look_up("never-sent") is None


class WebhookConformance:
    """Class W besides."""

    async def test_a_webhook_carries_our_reference_and_forgeries_are_refused(
        self, rig: Rig
    ) -> None:
        """It settles what the call left open."""
        receipt = await sent(rig, Lie.ACCEPT_AND_DROP)
        assert receipt.outcome is Outcome.UNKNOWN
        ((headers, body),) = await rig.webhooks()
        (event,) = rig.read_webhook(headers, body)
        assert (event.kind, event.reference) == ("accepted", rig.request().reference)
        with pytest.raises(Forged):
            rig.read_webhook(headers, body + b" ")
