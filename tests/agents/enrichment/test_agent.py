"""The agent on a store: one commit where nobody is asked, claim, call and record where somebody is;
redelivery, a process that dies in between, and findings that wait for a person."""

import asyncio
from typing import Any

from agents.base import retry_topic
from agents.doing import DoingTurn
from agents.enrichment import agent, review
from agents.enrichment.agent import CLAIMED, DONE, REVIEW, Enrichment
from agents.enrichment.base import Answer, Subject
from agents.reclaiming import Reclaimer
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import AccountId, LeadId, partition_key
from statestore.base import Row
from tests.agents.enrichment.values import SourceFailed, Told, finding
from tests.agents.stage import START, TENANT, Table, again, delivered


def routed(number: int = 1, **fields: Any) -> Event:
    """A routed lead as intake publishes it."""
    given = {"business_name": f"Blue Door {number}", "category": "childcare", "country": "US"}
    said = lead.Routed(
        lead_id=LeadId(f"lead-{number}"),
        occurred_at=START,
        account_id=AccountId(f"lead-{number}"),
        lead=lead.LeadFields.model_validate({**given, "address": "1 Elm Street", **fields}),
        origin="a test",
    )
    key = partition_key(TENANT, said.account_id)
    return registry.produce(said, key=key, source="/test", cause=f"routed-{number}")


def site(*found: Any, **given: Any) -> Told:
    return Told("site", found or [finding("email", "desk@blue-door.example", at=START)], **given)


async def turn_of(table: Table, *sources: Told) -> DoingTurn[Any, Any]:
    await table.declare()
    return DoingTurn(Enrichment(sources), table.commits)


async def taken(turn: DoingTurn[Any, Any], *events: Event, topic: str | None = None) -> None:
    """Hands events over and waits for the calls."""
    await turn([delivered(event, topic=topic) for event in events])
    await turn.drain(30)


async def row_of(table: Table) -> Row:
    (row,) = await table.rows(agent.KIND)
    return row


def out(table: Table) -> list[lead.Enriched]:
    return [registry.payload(e, lead.Enriched) for e in table.relay.events("lead.enriched")]


def guard(table: Table) -> Event:
    """The event that looks after the newest claim."""
    return table.relay.events(retry_topic(agent.NAME))[-1]


async def test_without_sources_a_lead_is_settled_in_one_commit() -> None:
    table = Table()
    await taken(await turn_of(table), routed())
    (found,) = out(table)
    assert (found.enrichment.method, found.enrichment.overall_confidence) == ("none", 0.175)
    assert await table.rows(agent.KIND) == []
    (line,) = await table.store.journal(TENANT, lead=LeadId("lead-1"))
    assert (line.kind, line.code) == ("enrichment", "enriched")


async def test_a_source_is_asked_between_two_commits_and_the_lead_goes_on() -> None:
    table, source = Table(), site()
    event = routed()
    await taken(await turn_of(table, source), event)
    (found,) = out(table)
    assert found.enrichment.email == "desk@blue-door.example"
    assert found.lead.wire() == registry.payload(event, lead.Routed).lead.wire()
    assert (await row_of(table)).status == DONE
    assert table.relay.events("lead.enriched")[0].causation == event.id


async def test_the_history_names_fields_and_sources_and_no_value() -> None:
    table = Table()
    await taken(await turn_of(table, site()), routed())
    (line,) = await table.store.journal(TENANT, lead=LeadId("lead-1"))
    assert line.data["fields"] == ["email"]
    assert line.data["tried"] == [{"source": "site", "outcome": "found", "why": "", "found": 1}]
    assert "blue-door" not in str(line.data)


async def test_the_same_event_twice_is_asked_and_said_once() -> None:
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await taken(turn, routed())
    await taken(turn, routed())
    await taken(turn, again(routed()).with_(id=routed().id))
    assert len(source.asked) == len(out(table)) == 1


async def test_a_later_record_of_the_lead_is_enriched_again() -> None:
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await taken(turn, routed())
    await taken(turn, again(routed(), 2))
    assert len(source.asked) == len(out(table)) == 2


async def test_the_event_that_looks_after_a_claim_changes_nothing_once_it_is_settled() -> None:
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await taken(turn, routed())
    (later,) = [o for o in table.relay.out if o.topic == retry_topic(agent.NAME)]
    assert later.available == START + agent.LEASE
    await taken(turn, later.event, topic=later.topic)
    assert len(source.asked) == len(out(table)) == 1


class Silent(Told):
    """A source that never answers, in a process that is about to die."""

    def __init__(self) -> None:
        super().__init__("site", adds=["email"])
        self.begun = asyncio.Event()

    async def find(self, subject: Subject) -> Answer:
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")


async def died(table: Table, event: Event, topic: str | None = None) -> None:
    """A process claims, asks and dies: nothing of its call is ever recorded."""
    source = Silent()
    turn: DoingTurn[Any, Any] = DoingTurn(Enrichment([source]), table.commits)
    await turn([delivered(event, topic=topic)])
    await source.begun.wait()
    for task in list(turn.running):
        task.cancel()
    await asyncio.gather(*turn.running, return_exceptions=True)


async def test_a_claim_whose_process_died_is_made_again() -> None:
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await died(table, routed())
    assert (await row_of(table)).status == CLAIMED
    assert out(table) == []
    await taken(turn, guard(table), topic=retry_topic(agent.NAME))
    assert [one.enrichment.email for one in out(table)] == ["desk@blue-door.example"]
    assert table.relay.events("lead.enriched")[0].causation == routed().id


def reclaimer(table: Table) -> Reclaimer:
    return Reclaimer(table.commits, every=1, owner="another process")


async def test_a_claim_is_made_again_though_bus_and_process_have_lost_it() -> None:
    """The event that looks after it is gone with the bus, the process with its machine."""
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await died(table, routed())
    table.relay.out.clear()
    table.clock.move(minutes=14)
    assert await reclaimer(table).look() == 0
    table.clock.move(minutes=2)
    assert [await reclaimer(table).look() for _ in range(2)] == [1, 1]
    one, two = table.relay.events(retry_topic(agent.NAME))
    assert one.id == two.id
    await taken(turn, one, topic=retry_topic(agent.NAME))
    await taken(turn, two, topic=retry_topic(agent.NAME))
    assert [found.enrichment.email for found in out(table)] == ["desk@blue-door.example"]
    assert len(source.asked) == 1
    assert await reclaimer(table).look() == 0
    (row,) = await table.rows("claim")
    assert (row.status, row.data) == ("over", {"agent": agent.NAME})


async def test_a_claim_of_somebody_who_was_erased_is_over() -> None:
    """The event that it kept was personal, and there is nobody to go on with."""
    table = Table()
    await turn_of(table)
    await died(table, routed())
    table.relay.out.clear()
    await table.store.erase(TENANT, LeadId("lead-1"), table.clock.now())
    table.clock.move(days=1)
    assert await reclaimer(table).look() == 0
    (row,) = await table.rows("claim")
    assert (row.status, row.data) == ("over", {"agent": agent.NAME})


async def test_after_three_deaths_the_lead_goes_on_without_the_source() -> None:
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await died(table, routed())
    for _ in range(2):
        table.clock.move(minutes=10)
        await died(table, guard(table), topic=retry_topic(agent.NAME))
    table.clock.move(minutes=10)
    await taken(turn, guard(table), topic=retry_topic(agent.NAME))
    (found,) = out(table)
    assert source.asked == []
    assert found.enrichment.tried[0].why == "3 processes ended before they had its answer"


async def test_a_source_that_fails_lets_the_lead_go_on() -> None:
    table = Table()
    source = Told("crm", adds=["email"], error=SourceFailed("crm.csv: no column Mail"))
    await taken(await turn_of(table, source), routed())
    (found,) = out(table)
    assert [(one.outcome, one.why) for one in found.enrichment.tried] == [
        ("failed", "crm.csv: no column Mail")
    ]


async def test_a_lead_of_no_client_is_a_dead_letter_with_the_remedy() -> None:
    table = Table()
    turn: DoingTurn[Any, Any] = DoingTurn(Enrichment(), table.commits)
    await taken(turn, routed())
    (letter,) = await table.store.dead_letters(TENANT)
    assert letter.detail == "no client harbour; declare it with `leadwire apply`"


async def test_doubtful_findings_make_the_lead_wait_by_name() -> None:
    table = Table()
    doubtful = finding("email", "desk@blue-door.example", at=START, doubt="two rows fit")
    event = routed()
    await taken(await turn_of(table, site(doubtful)), event)
    assert out(table) == []
    row = await row_of(table)
    assert (row.status, row.data["fields"]) == (REVIEW, ["email"])
    (kept,) = await table.rows(review.KIND)
    what = review.read(kept.data)
    assert what is not None
    assert what.event.id == event.id
    assert [one.doubt for one in what.doubtful] == ["two rows fit"]
    (line,) = await table.store.journal(TENANT, lead=LeadId("lead-1"))
    assert (line.code, line.data["review"]) == (REVIEW, ["email: two rows fit"])


async def test_a_later_record_without_doubt_takes_the_place_of_what_waits() -> None:
    table = Table()
    doubtful = finding("email", "desk@blue-door.example", at=START, doubt="two rows fit")
    await taken(await turn_of(table, site(doubtful)), routed())
    clear: DoingTurn[Any, Any] = DoingTurn(Enrichment([site()]), table.commits)
    await taken(clear, again(routed(), 2))
    assert len(out(table)) == 1
    assert (await row_of(table)).status == DONE
    (kept,) = await table.rows(review.KIND)
    assert kept.data == {"decision": "superseded"}


async def test_what_waits_is_blanked_by_erasure() -> None:
    table = Table()
    doubtful = finding("email", "desk@blue-door.example", at=START, doubt="two rows fit")
    await taken(await turn_of(table, site(doubtful)), routed())
    assert await table.store.erase(TENANT, LeadId("lead-1"), START) == 2  # and the claim's row
    (kept,) = await table.rows(review.KIND)
    assert review.read(kept.data) is None


async def test_many_leads_at_once_are_all_settled() -> None:
    table, source = Table(), site()
    turn = await turn_of(table, source)
    await taken(turn, *[routed(number) for number in range(40)])
    assert {one.lead_id for one in out(table)} == {f"lead-{number}" for number in range(40)}
