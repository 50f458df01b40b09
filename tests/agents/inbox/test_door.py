"""Replies at the door: taken, or refused with a reason and kept; one bad record harms nobody."""

import base64
from typing import Any

import orjson
import pytest

from agents.inbox.agent import Door
from bus.base import Delivery, Message
from contracts.ids import OPERATOR
from contracts.outcome import Mode, StopReason
from tests.agents.cast import Cast
from tests.agents.inbox.mails import answer, report
from tests.agents.stage import NAMES, START, TENANT, scored


async def written() -> tuple[Cast, Door]:
    """Somebody was written to, and a bridge brings what they say."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored())
    return cast, Door(cast.table.commits, NAMES, Mode.LIVE)


def record(said: Any, *, offset: int = 0) -> Delivery:
    """One record of a bridge, as bare JSON."""
    return Delivery(Message("inbound.replies", "any", {}, orjson.dumps(said)), 0, offset)


def batch(*said: Any) -> Delivery:
    """Several records as a CloudEvents batch."""
    attributes = {"specversion": "1.0", "type": "inbound.replies.v1", "source": "/bridge"}
    rows = [{**attributes, "id": f"in-{n}", "data": one} for n, one in enumerate(said)]
    headers = {"content-type": "application/cloudevents-batch+json"}
    return Delivery(Message("inbound.replies", "any", headers, orjson.dumps(rows)), 0, 0)


def reply(**fields: Any) -> dict[str, Any]:
    """A reply as a bridge says it."""
    return {"occurred_at": START.isoformat(), "text": "Please call me.", **fields}


async def brought(cast: Cast, door: Door, *deliveries: Delivery) -> list[str]:
    """Hands records over; returns the topics of what follows at once."""
    cast.table.relay.out.clear()
    await door(deliveries)
    topics = [out.event.topic for out in cast.table.relay.out]
    await cast.play()
    return topics


async def test_a_reply_is_tied_by_what_the_bridge_names() -> None:
    """A send, a lead, the writer's address, or the raw mail; each stops the account."""
    for tie in ("send_id", "lead_id", "sender", "raw"):
        cast, door = await written()
        request = cast.vendor.calls[0][0]
        ties = {
            "send_id": (await cast.send()).id,
            "lead_id": "lead-1",
            "sender": "Desk@blue-door-1.example",
            "raw": answer(request, "Please call me.", sender="other@x.example").decode(),
        }
        topics = await brought(cast, door, record(reply(**{tie: ties[tie]})))
        assert (tie, topics) == (tie, ["lead.responded"])
        (stop,) = await cast.table.store.stops_of(None)
        assert (stop.key, stop.reason) == ("account:account-1", StopReason.RESPONDED)
        assert (await cast.lead())["status"] == "responded"


async def test_the_text_goes_on_as_a_message_and_not_on_the_bus() -> None:
    """Payloads are small and hold no words of a person (spec 2.3)."""
    cast, door = await written()
    await brought(cast, door, record(reply(lead_id="lead-1", text="Please call me on Monday.")))
    (said,) = cast.said("lead.responded")
    (row,) = await cast.table.rows("message")
    assert ("Monday" in str(said.data), said.data["message_id"]) == (False, row.ref.key)
    assert "Monday" in row.data["visible_text"]


@pytest.mark.parametrize(
    ("kind", "topic", "status"),
    [
        ("unsubscribe", "lead.unsubscribed", "unsubscribed"),
        ("complaint", "lead.complained", "do_not_contact"),
        ("delivered", "lead.delivered", "in_sequence"),
    ],
)
async def test_what_a_bridge_calls_it_counts(kind: str, topic: str, status: str) -> None:
    """A vendor's word in the bridge's mouth."""
    cast, door = await written()
    topics = await brought(cast, door, record(reply(lead_id="lead-1", kind=kind)))
    assert (topic in topics, (await cast.lead())["status"]) == (True, status)


async def test_a_raw_report_closes_the_address() -> None:
    """A bridge may hand on a bounce as it came."""
    cast, door = await written()
    raw = report(cast.vendor.calls[0][0]).decode()
    await brought(cast, door, record(reply(text=None, raw=raw)))
    assert (await cast.lead())["status"] == "bounced"


async def test_a_record_counts_once_however_often_it_comes() -> None:
    """Under its own id from any place; without one, from the same place."""
    cast, door = await written()
    headers = {"ce_specversion": "1.0", "ce_type": "inbound.replies.v1", "ce_source": "/bridge"}
    value = orjson.dumps(reply(lead_id="lead-1"))
    twice = [
        Delivery(Message("inbound.replies", "k", {**headers, "ce_id": "7"}, value), 0, offset)
        for offset in (3, 4)
    ]
    assert await brought(cast, door, *twice) == ["lead.responded"]
    assert await brought(cast, door, *twice) == []
    bare = record(reply(lead_id="lead-1"), offset=9)
    assert await brought(cast, door, bare, bare) == []  # the same words at the same moment
    assert len(cast.said("lead.responded")) == 1


BAD = {
    "no JSON": (b"\xff{", "malformed"),
    "no object": (b'"hello"', "malformed"),
    "nothing ties it": (orjson.dumps(reply()), "invalid"),
    "no moment": (orjson.dumps({"text": "x", "lead_id": "lead-1"}), "invalid"),
    "a naive moment": (orjson.dumps(reply(lead_id="l", occurred_at="2026-01-06T10:00")), "invalid"),
    "a send of nobody": (orjson.dumps(reply(send_id="none")), "unmatched"),
    "a lead of nobody": (orjson.dumps(reply(lead_id="none")), "unmatched"),
    "a header in an address": (
        orjson.dumps(reply(lead_id="lead-1", sender="a@x.example\nBcc: b@x.example")),
        "unreadable",
    ),
}


@pytest.mark.parametrize(("value", "code"), BAD.values(), ids=BAD)
async def test_a_bad_record_is_refused_with_its_reason_and_kept_as_it_came(
    value: bytes, code: str
) -> None:
    """`lead.rejected` says what was wrong and where the bytes are; the good one beside it goes."""
    cast, door = await written()
    bad = Delivery(Message("inbound.replies", "k", {}, value), 0, 5)
    good = record(reply(lead_id="lead-1"), offset=6)
    topics = await brought(cast, door, bad, good)
    assert sorted(topics) == ["lead.rejected", "lead.responded"]
    (said,) = cast.said("lead.rejected")
    assert (said.data["code"], said.data["origin"]) == (code, "inbound.replies/0/5")
    (row,) = [r for r in await cast.table.rows("message") if r.status == "rejected"]
    assert (row.ref.tenant, row.ref.key) == (OPERATOR, said.data["kept_as"])
    assert base64.b64decode(row.data["value"]) == value
    assert await brought(cast, door, bad) == []


async def test_one_bad_record_of_a_batch_refuses_itself_alone() -> None:
    """A bridge that sends several at once."""
    cast, door = await written()
    topics = await brought(cast, door, batch(reply(lead_id="lead-1"), {"text": "nothing"}))
    assert sorted(topics) == ["lead.rejected", "lead.responded"]


async def test_a_named_client_ties_only_its_own() -> None:
    """A bridge of another client cannot stop this one's leads."""
    cast, door = await written()
    headers = {
        "ce_specversion": "1.0",
        "ce_type": "inbound.replies.v1",
        "ce_source": "/bridge",
        "ce_id": "8",
        "ce_tenant": "other",
    }
    value = orjson.dumps(reply(send_id=(await cast.send()).id))
    foreign = Delivery(Message("inbound.replies", "k", headers, value), 0, 1)
    assert await brought(cast, door, foreign) == ["lead.rejected"]
    assert await cast.table.store.stops_of(TENANT) == []


def cloud(value: bytes, offset: int, **more: str) -> Delivery:
    """A bridge's CloudEvent that calls itself `lead.responded`."""
    headers = {"ce_specversion": "1.0", "ce_type": "lead.responded.v1", "ce_source": "/bridge"}
    return Delivery(Message("inbound.replies", "k", {**headers, **more}, value), 0, offset)


async def test_lead_responded_of_a_bridge_is_read_by_its_own_schema() -> None:
    """A person's stops; a machine's, by the bridge's own word, stops nobody."""
    for automatic, status in ((False, "responded"), (True, "in_sequence")):
        cast, door = await written()
        value = orjson.dumps(reply(lead_id="lead-1", automatic=automatic))
        assert await brought(cast, door, cloud(value, 1, ce_id="9")) == ["lead.responded"]
        (said,) = cast.said("lead.responded")
        assert (said.data["automatic"], (await cast.lead())["status"]) == (automatic, status)


async def test_a_refusal_names_place_and_id_and_a_mended_record_is_looked_at_again() -> None:
    """Also where nothing but the headers could be read. The same bytes again are one refusal."""
    cast, door = await written()
    bad = {"a": b"{", "b": orjson.dumps({"lead_id": "lead-1", "text": "x"})}
    records = [cloud(value, n, ce_id=id_) for n, (id_, value) in enumerate(bad.items())]
    again = [cloud(value, n + 5, ce_id=id_) for n, (id_, value) in enumerate(bad.items())]
    topics = await brought(cast, door, *records)
    assert topics == ["lead.rejected", "lead.rejected"]
    said = {
        event.data["original_id"]: event.data["pointer"] for event in cast.said("lead.rejected")
    }
    assert said == {"a": "/data", "b": "/occurred_at"}
    assert await brought(cast, door, *again) == []
    mended = cloud(orjson.dumps(reply(lead_id="lead-1")), 9, ce_id="b")
    assert await brought(cast, door, mended) == ["lead.responded"]


async def test_a_bridges_trace_goes_on() -> None:
    """Into the fact, and what follows from it."""
    cast, door = await written()
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    value = orjson.dumps(reply(lead_id="lead-1"))
    await brought(cast, door, cloud(value, 1, ce_id="9", ce_traceparent=given))
    (said,) = cast.said("lead.responded")
    assert said.traceparent is not None
    assert said.traceparent[:36] == given[:36]
