"""One trace from an upstream system's record to the vendor's socket, days and detours later."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents import declaring
from agents.cli.controlling import _again
from agents.explaining import find, story
from agents.simulator.campaign import Stage, stage
from bus.base import Delivery, Message, Subscription
from bus.codec import decode
from channels.fake.behaviour import Answer, Manner, Script
from channels.fake.behaviour import Rule as When
from channels.fake.serving import serve
from channels.fake.vendor import FakeVendor
from contracts import trace
from contracts.envelope import Event
from contracts.outcome import Channel, VendorClass
from tests.journeys.test_vendors import declared

NIGHT = datetime(2026, 1, 6, 4, tzinfo=UTC)
"""Late evening in Chicago: the first touch waits for its window, by a timer."""
THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Wire:
    """The vendor's app, and the headers of every request that it got."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.headers: list[dict[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            self.headers.append({k.decode(): v.decode() for k, v in scope["headers"]})
        await self.app(scope, receive, send)


def lead(number: int) -> dict[str, Any]:
    return {
        "dedup_key": f"k{number}",
        "business_name": f"Blue Door {number}",
        "category": "childcare",
        "email": f"desk@door-{number}.example",
        "country": "US",
        "timezone": "America/Chicago",
    }


def record(number: int, headers: Mapping[str, str]) -> Message:
    return Message("inbound.leads", "any", headers, orjson.dumps(lead(number)))


def binary(number: int, **extra: str) -> dict[str, str]:
    return {
        "ce_specversion": "1.0",
        "ce_id": f"theirs-{number}",
        "ce_source": "/crm",
        "ce_type": "inbound.leads.v1",
        **extra,
    }


async def play(
    on: Stage, wire: Wire, base_url: str, messages: list[Message], heard: list[Event]
) -> None:
    """Publishes records at night, and lets two days pass."""

    async def hear(deliveries: Any) -> None:
        heard.extend(decode(delivery.message) for delivery in deliveries)

    topics = ("lead.scored", "lead.enrolled", "outreach.email.send", "lead.contacted")
    on.system.bus.subscribe(Subscription(group="analyst", topics=topics, handler=hear))
    await on.declare(declaring.parse(declared(base_url, VendorClass.KEY)))
    await on.system.bus.publish(messages)
    await on.driver(NIGHT + timedelta(days=2)).run()


async def test_a_strangers_trace_reaches_the_vendor_by_timers_and_retries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a trace of upstream's own, one with a bare header, and one that is no trace: then each
    lead's events and calls are in one trace, the first two in upstream's, a throttled call's next
    try as well."""
    monkeypatch.setenv("TEST_WEBHOOK_SECRET", "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=")
    monkeypatch.setenv("TEST_KEY", "a secret of this test alone")
    throttled = When(manner=Manner(answer=Answer.THROTTLE), recipient="desk@door-1.example")
    clock: dict[str, Any] = {}
    vendor = FakeVendor(
        channel=Channel.EMAIL,
        vendor_class=VendorClass.KEY,
        now=lambda: clock["clock"].now(),
        behaviour=Script([throttled]),
    )
    wire, heard = Wire(vendor.app), list[Event]()
    other = THEIRS.replace("0af7", "1af7")
    messages = [
        record(1, binary(1, ce_traceparent=THEIRS)),
        record(2, {"traceparent": other}),
        record(3, binary(3, ce_traceparent="not a trace")),
    ]
    settings = {"secret": "env:TEST_KEY", "http": False}
    async with (
        serve(wire) as base_url,
        stage(tmp_path / "stage", start=NIGHT, settings=settings, mailboxes=[]) as on,
    ):
        clock["clock"] = on.clock
        await play(on, wire, base_url, messages, heard)
        (found,) = await find(on.system.store, "Blue Door 1", None)
        told = await story(on.system.store, found, on.clock.now())
    called = [headers["traceparent"][3:35] for headers in wire.headers]
    assert sorted(called)[:3] == sorted([THEIRS[3:35], THEIRS[3:35], other[3:35]])
    assert len(called) == 4
    assert told.trace == THEIRS[3:35]
    traces: dict[str, set[str]] = {}
    for event in heard:
        ids = trace.ids(event.traceparent)
        assert ids is not None
        traces.setdefault(str(event.subject), set()).add(ids[0])
    assert all(len(found) == 1 for found in traces.values())
    assert {next(iter(found)) for found in traces.values()} == set(called)
    spans = [event.traceparent for event in {event.id: event for event in heard}.values()]
    assert len(set(spans)) == len(spans)


async def test_a_dead_letter_and_its_replay_keep_the_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an event that an agent gives up on, then its letter's message is in the same trace."""
    monkeypatch.setenv("TEST_KEY", "a secret of this test alone")
    settings = {"secret": "env:TEST_KEY", "http": False}
    async with stage(tmp_path / "stage", start=NIGHT, settings=settings, mailboxes=[]) as on:
        broken = {**binary(9, ce_traceparent=THEIRS), "ce_type": "lead.scored.v1"}
        ours = {**broken, "ce_time": "2026-01-06T04:00:00Z"}
        message = Message("lead.scored", "harbour/account-9", ours, b'{"lead_id": "lead-9"}')
        await on.system.bus.publish([message])
        await on.driver(NIGHT + timedelta(hours=6)).run()
        (letter,) = await on.system.store.dead_letters(None)
    again = _again(letter, "now", 0)
    event = decode(Delivery(again, 0, 0).message)
    assert (letter.agent, event.traceparent) == ("orchestrator", THEIRS)
