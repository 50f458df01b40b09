"""The door for leads: taken, tied, or refused with a pointer and kept."""

import base64
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from agents.base import DecidingTurn
from agents.intake.agent import Intake
from agents.scoring.agent import Scoring
from bus.base import Delivery, Message
from contracts.ids import OPERATOR
from contracts.outcome import Mode
from statestore.errors import Unavailable
from tests.agents.cast import Cast
from tests.agents.stage import NAMES, START


async def opened() -> tuple[Cast, Intake]:
    """An installation of one client, with its door."""
    cast = Cast()
    await cast.table.declare()
    scoring = Scoring(enriched=False)
    cast.hear(scoring.name, scoring.topics, DecidingTurn(scoring, cast.table.commits))
    return cast, Intake(cast.table.commits, NAMES, Mode.LIVE)


def lead(**fields: Any) -> dict[str, Any]:
    """A lead as the search pipeline knows it."""
    known = {
        "dedup_key": "k-1",
        "route": "TARGET",
        "business_name": "Blue Door",
        "category": "childcare",
        "address": "12 Quay Street",
        "city": "Chicago",
        "region": "IL",
        "country": "US",
        "email": "desk@blue-door.example",
    }
    return {**known, **fields}


def record(said: Any, *, offset: int = 0, headers: Mapping[str, str] | None = None) -> Delivery:
    """One record as a stranger wrote it: any key, bare JSON."""
    value = said if isinstance(said, bytes) else orjson.dumps(said)
    return Delivery(Message("inbound.leads", "whatever", headers or {}, value), 0, offset)


def batch(*said: Any) -> Delivery:
    """Several records as a CloudEvents batch."""
    attributes = {"specversion": "1.0", "type": "inbound.leads.v1", "source": "/search"}
    rows = [{**attributes, "id": f"in-{n}", "data": one} for n, one in enumerate(said)]
    headers = {"content-type": "application/cloudevents-batch+json"}
    return Delivery(Message("inbound.leads", "any", headers, orjson.dumps(rows)), 0, 0)


async def taken(cast: Cast, intake: Intake, *deliveries: Delivery) -> list[Any]:
    """Hands records over; returns what is published of them at once."""
    cast.table.relay.out.clear()
    await intake(deliveries)
    return [out.event for out in cast.table.relay.out]


async def test_a_lead_goes_all_the_way_from_the_door() -> None:
    """Routed, scored, enrolled, written to; what intake does not know goes through untouched."""
    cast, intake = await opened()
    extra = {"maps_rank": 3, "photos": ["a", "b"]}
    (event,) = await taken(cast, intake, record(lead(**extra)))
    assert event.topic == "lead.routed"
    assert {name: event.data["lead"][name] for name in extra} == extra
    await cast.play()
    assert cast.vendor.to == ["desk@blue-door.example"]


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": (b"{", ""),
    "no object": (b"[1]", ""),
    "nobody reachable": ({"business_name": "x"}, ""),
    "a wrong type": (lead(account_contacts="nobody"), "/account_contacts"),
    "a NUL": (b'{"business_name": "a\\u0000b", "email": "a@x.example"}', ""),
    "half a surrogate": (b'{"business_name": "\\ud800", "email": "a@x.example"}', ""),
    "a score out of bounds": (lead(quality={"als": 400}), "/quality/als"),
}


@pytest.mark.parametrize(("said", "pointer"), BAD.values(), ids=BAD)
async def test_a_bad_record_is_refused_with_a_pointer_and_kept_as_it_came(
    said: Any, pointer: str
) -> None:
    """The refusal says where; the bytes stay; it is refused once, however often it comes."""
    cast, intake = await opened()
    bad = record(said, offset=4)
    (event,) = await taken(cast, intake, bad)
    assert (event.topic, event.data["origin"]) == ("lead.rejected", "inbound.leads/0/4")
    assert event.data["pointer"].startswith(pointer)
    assert event.data["message"]
    (row,) = await cast.table.rows("message")
    assert (row.ref.tenant, row.ref.key, row.status) == (
        OPERATOR,
        event.data["kept_as"],
        "rejected",
    )
    assert base64.b64decode(row.data["value"]) == bad.message.value
    assert await taken(cast, intake, bad) == []


def cloud(value: bytes, offset: int, **more: str) -> Delivery:
    """One record as a CloudEvent in binary mode, as upstream names it."""
    headers = {"ce_specversion": "1.0", "ce_type": "inbound.leads.v1", "ce_source": "/crm"}
    return Delivery(Message("inbound.leads", "any", {**headers, **more}, value), 0, offset)


async def test_a_refusal_names_the_original_id_and_a_mended_record_is_looked_at_again() -> None:
    """Also where nothing but the headers could be read; the same bytes again are one refusal."""
    cast, intake = await opened()
    bad = {"a": b"{", "b": b'{"business_name": "x"}'}
    records = [cloud(value, n, ce_id=id_) for n, (id_, value) in enumerate(bad.items())]
    again = [cloud(value, n + 5, ce_id=id_) for n, (id_, value) in enumerate(bad.items())]
    events = await taken(cast, intake, *records)
    assert [event.data["original_id"] for event in events] == ["a", "b"]
    assert await taken(cast, intake, *again) == []
    mended = cloud(orjson.dumps(lead()), 9, ce_id="b")
    assert [e.topic for e in await taken(cast, intake, mended)] == ["lead.routed"]
    assert await taken(cast, intake, mended) == []


async def test_a_record_and_its_mended_self_in_one_batch() -> None:
    """The bad one is refused, the good one taken, and neither stands in the other's way."""
    cast, intake = await opened()
    bad, good = cloud(b"{", 1, ce_id="b"), cloud(orjson.dumps(lead()), 2, ce_id="b")
    other = cloud(orjson.dumps(lead(rating=3)), 3, ce_id="b")
    events = await taken(cast, intake, bad, good, other)
    assert [e.topic for e in events] == ["lead.rejected", "lead.routed"]


async def test_a_refusal_names_no_person() -> None:
    """What was written stays in the store; the event may travel."""
    cast, intake = await opened()
    said = lead(email="private@person.example", quality={"als": "private words"})
    (event,) = await taken(cast, intake, record(said))
    assert "private" not in str(event.data)


async def test_one_bad_record_of_a_batch_refuses_itself_alone() -> None:
    """Its neighbours go on, and each refusal names its place."""
    cast, intake = await opened()
    other = lead(email="other@red-door.example", business_name="Red Door", dedup_key="k-2")
    events = await taken(cast, intake, batch(lead(), {"nobody": 1}, other))
    assert [e.topic for e in events] == ["lead.routed", "lead.rejected", "lead.routed"]
    assert events[1].data["origin"] == "inbound.leads/0/0#1"


async def test_two_records_of_one_lead_at_once_make_one_lead() -> None:
    """In one batch: the second loses its commit and is tied to the first."""
    cast, intake = await opened()
    one = record(lead(dedup_key="k-1"), offset=1)
    two = record(lead(dedup_key="k-2", business_name="Blue Door Ltd"), offset=2)
    events = await taken(cast, intake, one, two)
    assert len({event.data["lead_id"] for event in events}) == 1
    assert len({event.key for event in events}) == 1
    await cast.play()
    assert (len(await cast.table.rows("lead")), len(cast.vendor.calls)) == (1, 1)


async def test_two_doors_at_once_make_one_lead() -> None:
    """Two processes: the one that loses looks again."""
    cast, intake = await opened()
    other = Intake(cast.table.commits, NAMES, Mode.LIVE)
    commit, raced = cast.table.store.commit, [False]

    async def racing(units: Any) -> Any:
        if not raced[0]:
            raced[0] = True
            await other([record(lead(dedup_key="k-2"), offset=9)])
        return await commit(units)

    cast.table.store.commit = racing  # type: ignore[method-assign]
    events = await taken(cast, intake, record(lead(dedup_key="k-1"), offset=1))
    assert len(events) == 2
    assert len({event.data["lead_id"] for event in events}) == 1


async def test_a_record_that_joins_two_known_leads_says_so() -> None:
    """That two leads are one is a fact of its own; the younger closes as a duplicate."""
    cast, intake = await opened()
    by_mail = lead(phone=None, business_name="Blue Door", dedup_key="k-1")
    by_phone = lead(email=None, phone="+1 312 555 0142", address="9 Elm Street", dedup_key="k-2")
    await taken(cast, intake, record(by_mail, offset=1), record(by_phone, offset=2))
    both = lead(phone="+1 312 555 0142", dedup_key="k-3")
    events = await taken(cast, intake, record(both, offset=3))
    assert [event.topic for event in events] == ["lead.routed", "lead.merged"]
    await cast.play()
    assert len(cast.vendor.calls) == 1


async def test_a_lead_that_comes_scored_is_not_scored_by_upstream_alone() -> None:
    """The stated ALS enters; the orchestrator hears a scored lead."""
    cast, intake = await opened()
    (event,) = await taken(cast, intake, record(lead(quality={"als": 88})))
    assert (event.topic, event.data["quality"]["als"]) == ("lead.scored", 88)


async def test_an_unknown_client_is_refused_by_name() -> None:
    """Nothing is kept under a tenant that nobody declared."""
    cast, intake = await opened()
    headers = {
        "ce_specversion": "1.0",
        "ce_type": "inbound.leads.v1",
        "ce_source": "/search",
        "ce_id": "9",
        "ce_tenant": "nobody",
    }
    (event,) = await taken(cast, intake, record(lead(), headers=headers))
    assert (event.topic, "nobody" in event.data["message"]) == ("lead.rejected", True)


async def test_a_store_that_is_away_takes_nothing_and_says_so() -> None:
    """The delivery is not acknowledged; it comes again and is taken once."""
    cast, intake = await opened()
    commit = cast.table.store.commit

    async def away(units: Any) -> Any:
        raise Unavailable("away")

    cast.table.store.commit = away  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await intake([record(lead())])
    cast.table.store.commit = commit  # type: ignore[method-assign]
    assert [e.topic for e in await taken(cast, intake, record(lead()))] == ["lead.routed"]
    assert await taken(cast, intake, record(lead())) == []
    assert cast.table.clock.now() == START


def pair() -> tuple[dict[str, Any], dict[str, Any]]:
    """Two records that share no identity: another place, another mailbox."""
    one = lead(dedup_key="k-1", email="one@blue-door.example", address="1 Elm Street")
    two = lead(dedup_key="k-2", email="two@blue-door.example", address="2 Elm Street")
    return one, two


async def test_two_leads_that_are_one_do_not_close_each_other() -> None:
    """One record says that the second is the first, a later one says it the other way round: the
    first stands, and is written to; nobody is skipped."""
    cast, intake = await opened()
    one, two = pair()
    await taken(cast, intake, record(one, offset=1), record(two, offset=2))
    this = {**one, "email": two["email"]}
    that = {**two, "email": one["email"]}
    said = await taken(cast, intake, record(this, offset=3))
    said += await taken(cast, intake, record(that, offset=4))
    await cast.play()
    merged = [event for event in said if event.topic == "lead.merged"]
    assert len(merged) == 1
    assert "in_sequence" in {row.status for row in await cast.table.rows("lead")}
    assert len(cast.vendor.calls) == 1


async def test_a_lead_that_turned_out_to_be_another_stops_in_the_same_commit() -> None:
    """While the fact is on its way to whoever plans, its command is refused already."""
    cast, intake = await opened()
    one, two = pair()
    deaf, cast.deaf = cast.deaf, frozenset({"outreach.email.send"})
    await taken(cast, intake, record(one, offset=1), record(two, offset=2))
    await cast.play()
    commands = {e.data["lead_id"]: e for e in cast.said("outreach.email.send")}
    assert len(commands) == 2
    this = {**one, "email": two["email"]}
    (_, merged) = await taken(cast, intake, record(this, offset=3))
    cast.table.relay.out.clear()  # the bus has lost what was said of it
    cast.deaf = deaf
    await cast.tell(*commands.values())
    assert cast.vendor.to == ["one@blue-door.example"]
    send = await cast.send(merged.data["lead_id"])
    assert (send.state.value, send.code) == ("refused", "lead_status_closed")
