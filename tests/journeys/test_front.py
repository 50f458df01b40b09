"""The front of the pipeline as agents, end to end: a routed lead is enriched, scored, gets its
page, and the first mail carries the page's link. Each agent can be left out or replaced, and the
rest goes on without what it would have added (issue's part 4; spec 1.4, 1.6).

Real agents on the memory and the SQLite bus, a client's own table as the source, a mail server over
sockets. What is judged is the mail as it arrived and the page as it lies in its folder.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents import declaring, wiring
from agents.base import Deciding, Group, Reads, View
from agents.cli import COMMANDS
from agents.enrichment import table
from agents.ports import SteppedClock
from agents.settings import Settings
from agents.simulator.campaign import stage
from agents.wiring import System, deciding
from bus.base import Delivery, Subscription
from contracts import lead, registry
from contracts.envelope import Event
from contracts.ids import PartitionKey
from statestore.base import Outgoing, Unit
from tests.agents.cli.place import SECRET

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 6, 15, tzinfo=UTC)
URL = "https://pages.harbour.example"
FACTS = ("lead.routed", "lead.enriched", "lead.scored", "lead.page_published", "lead.contacted")
CLIENT = """
[[client]]
id = "harbour"
name = "Harbour"
active_since = 2025-10-01T00:00:00Z
country = "US"
categories = ["childcare"]
"""
LEADS: list[dict[str, Any]] = [
    {"dedup_key": "known", "business_name": "Blue Door", "category": "childcare",
     "address": "1 Elm Street", "city": "Chicago", "email": "desk@blue-door.example"},
    {"dedup_key": "looked-up", "business_name": "Red Gate", "category": "childcare",
     "address": "2 Elm Street", "city": "Chicago", "website": "https://red-gate.example"},
    {"dedup_key": "other", "business_name": "Grey Wall", "category": "childcare",
     "route": "OTHER", "email": "desk@grey-wall.example"},
]  # fmt: skip
TABLE = """
client = "harbour"
name = "customers"
file = "customers.csv"
[match]
domain = "Site"
[fields]
email = "Mail"
"company.employees" = "Staff"
"""
ROWS = "Site,Mail,Staff\nred-gate.example,office@red-gate.example,40\n"
BODY = "Hello {{ business.name }}{% if landing_page %}, see {{ landing_page.url }}{% endif %}."


def declared(port: int, body: str = BODY, rule: str = "wait_then_without") -> dict[str, Any]:
    sender = {"name": "Mira Holm", "company": "Harbour", "postal_address": "12 Quay Street"}
    client = {
        "id": "harbour", "name": "Harbour", "active_since": START - timedelta(days=90),
        "credits": 100, "country": "US", "zone": "America/Chicago", "sender": sender,
        "categories": ["childcare"],
    }  # fmt: skip
    template = {"id": "hello", "subject": "A question", "body": body, "needs_page": rule}
    return {
        "client": [client],
        "resource": [
            {"id": "mira", "client": "harbour", "address": "mira@harbour.example", "per_day": 50,
             "settings": {"host": "127.0.0.1", "port": port, "security": "none"}}
        ],
        "campaign": [
            {"id": "spring", "client": "harbour", "mode": "autopilot", "accept_no_inbox": True,
             "min_als": 0, "sequence": [{"template": "hello"}], "resources": ["mira"],
             "templates": [template]}
        ],
    }  # fmt: skip


@dataclass
class Seen:
    """What came of it: facts in the order in which they came by, mails by recipient, pages."""

    folder: Path
    facts: list[dict[str, Any]] = field(default_factory=list)
    mails: dict[str, str] = field(default_factory=dict)

    def of(self, topic: str, key: str = "") -> list[dict[str, Any]]:
        """The payloads of a topic, of one lead or of all."""
        ids = {f["data"]["lead_id"] for f in self.facts if f["topic"] == "lead.scored"
               and f["data"]["lead"]["dedup_key"] == key}  # fmt: skip
        return [
            fact["data"]
            for fact in self.facts
            if fact["topic"] == topic and (not key or fact["data"]["lead_id"] in ids)
        ]

    def link(self, recipient: str) -> str | None:
        """The page that a mail links to."""
        found = re.search(rf"{re.escape(URL)}[\w/.-]+/", self.mails[recipient])
        return found[0] if found else None

    def page(self, url: str) -> str:
        """The page that stands under an address, as a web server would find it."""
        path = self.folder / "site" / url.removeprefix(f"{URL}/") / "index.html"
        return path.read_text("utf-8")


def settings_of(kind: str, folder: Path, without: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "store": "memory:" if kind == "memory" else f"sqlite:{folder / 'store.db'}",
        "bus": "memory:" if kind == "memory" else f"sqlite:{folder / 'bus.db'}",
        "secret": "env:TEST_SECRET",
        "http": False,
        "without": ",".join(("crm", *without)),
    }
    if "landing" not in without:
        found |= {"pages": f"folder:{folder / 'site'}", "pages_url": URL}
    return found


def silent(recipient: str, step: int) -> None:
    """Nobody answers."""


async def play(
    kind: str, folder: Path, without: Sequence[str] = (), days: float = 3, **how: str
) -> Seen:
    """Publishes the leads as routed ones, and runs for some days of business time."""
    seen = Seen(folder)

    async def watch(deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            seen.facts.append({"topic": one.message.topic, "data": json.loads(one.message.value)})

    def built(chosen: Settings, clock: SteppedClock) -> System:
        system = wiring.build(chosen, clock=clock)
        system.bus.subscribe(Subscription(group="probe", topics=FACTS, handler=watch))
        return system

    settings = settings_of(kind, folder, without)
    async with stage(
        folder, start=START, settings=settings, mailboxes=[], react=silent, system=built
    ) as on:
        await on.declare(declaring.parse(declared(on.mailbox.port, **how)))
        await on.publish(LEADS)
        await on.driver(START + timedelta(days=days)).run()
        for path in on.mailbox.files():
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            assert body is not None
            seen.mails[str(mail["To"]).strip("<>")] = body.get_content()
    return seen


@pytest.fixture(autouse=True)
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's own table is what enrichment looks into."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    (tmp_path / "customers.toml").write_text(TABLE)
    (tmp_path / "customers.csv").write_text(ROWS)
    what = table.described(tmp_path / "customers.toml")
    monkeypatch.setattr(
        wiring, "enrichment_sources", lambda settings, clock: [table.TableSource(what)]
    )


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_a_routed_lead_is_enriched_scored_and_written_to_with_its_page(
    kind: str, tmp_path: Path
) -> None:
    """What the table knew brings the second lead its mail; no link without its page."""
    seen = await play(kind, tmp_path)
    assert set(seen.mails) == {"desk@blue-door.example", "office@red-gate.example"}
    for recipient, name in (("desk@blue-door.example", "Blue Door"),
                            ("office@red-gate.example", "Red Gate")):  # fmt: skip
        link = seen.link(recipient)
        assert link is not None
        assert name in seen.page(link)
        assert link in {said["url"] for said in seen.of("lead.page_published")}
    order = [f["topic"] for f in seen.facts if f["data"]["lead_id"] in
             {said["lead_id"] for said in seen.of("lead.scored", "looked-up")}]  # fmt: skip
    assert [topic for topic in FACTS if topic in order] == list(FACTS)
    assert order.index("lead.page_published") < order.index("lead.contacted")
    (found,) = seen.of("lead.enriched", "looked-up")
    assert found["enrichment"]["sources"]["email"] == "table:customers"
    assert "email" not in found["lead"]


async def test_a_lead_of_another_route_gets_neither_page_nor_mail(tmp_path: Path) -> None:
    """It is scored all the same."""
    seen = await play("memory", tmp_path)
    assert len(seen.of("lead.scored", "other")) == 1
    assert seen.of("lead.page_published", "other") == seen.of("lead.contacted", "other") == []


async def test_without_enrichment_scoring_reads_routed_leads(tmp_path: Path) -> None:
    """The lead whose address only the table knows is not reached; the other one is."""
    seen = await play("memory", tmp_path, ("enrichment",))
    assert seen.of("lead.enriched") == []
    assert len(seen.of("lead.scored")) == len(LEADS)
    assert set(seen.mails) == {"desk@blue-door.example"}
    assert seen.link("desk@blue-door.example") is not None


async def test_without_landing_a_touch_waits_a_day_and_goes_without_the_link(
    tmp_path: Path,
) -> None:
    """At most 24 hours (spec 1.4): then as the campaign says."""
    seen = await play("memory", tmp_path / "a", ("landing",))
    assert set(seen.mails) == {"desk@blue-door.example", "office@red-gate.example"}
    assert all(seen.link(recipient) is None for recipient in seen.mails)
    sent = [datetime.fromisoformat(said["occurred_at"]) for said in seen.of("lead.contacted")]
    assert min(sent) >= START + timedelta(hours=24)
    held = await play("memory", tmp_path / "b", ("landing",), rule="wait_then_hold")
    assert held.mails == {}


async def test_scoring_can_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another agent under the same topics: what it says is what the mail says."""

    class Generous(Deciding):
        """Everybody is hot."""

        name = "scoring"
        topics = ("lead.enriched",)

        def reads(self, groups: Sequence[Group], view: View) -> Reads:
            return Reads()

        def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit:
            return Unit(
                tenant=events[0].tenant,
                events=tuple(Outgoing(event=self.scored(event)) for event in events),
            )

        def scored(self, event: Event) -> Event:
            known: Mapping[str, Any] = registry.payload(event, lead.Enriched).model_dump()
            quality = {"als": 91, "tier": "hot", "by": "generous", "qualified": True}
            shares = dict.fromkeys(
                ("completeness_score", "confidence_score", "category_score", "size_score"), 1
            )
            said = lead.Scored.model_validate({**known, "quality": {**shares, **quality}})
            return registry.produce(said, key=event.key, source="/generous", cause=event)

    monkeypatch.setitem(wiring.MAKERS, "scoring", deciding(lambda system: Generous()))
    seen = await play("memory", tmp_path, body="{{ quality.als }} by {{ quality.by }}", rule="no")
    assert all("91" in mail and "by generous" in mail for mail in seen.mails.values())
    assert len(seen.mails) == 2


async def test_the_pipeline_without_a_bus_makes_the_same_leads_and_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids, scores, addresses and bytes of the pages, for the same installation and client."""
    seen = await play("memory", tmp_path)
    config = tmp_path / "leadwire.toml"
    config.write_text(CLIENT)
    (tmp_path / "leads.jsonl").write_text("".join(json.dumps(row) + "\n" for row in LEADS))
    monkeypatch.setenv("LEADWIRE_CONFIG", str(config))
    monkeypatch.setenv("LEADWIRE_SECRET", "env:TEST_SECRET")
    words = ["pipeline", str(tmp_path / "leads.jsonl"), "--out", str(tmp_path / "out"),
             "--client", "harbour", "--pages-url", URL]  # fmt: skip
    done = await asyncio.to_thread(CliRunner().invoke, COMMANDS, words)
    assert done.exit_code == 0, done.output
    scored = [json.loads(line) for line in (tmp_path / "out" / "scored.jsonl").open()]
    for one in scored:
        (published,) = seen.of("lead.scored", one["dedup_key"])
        assert one["routing"]["lead_id"] == published["lead_id"]
        assert one["quality"] == published["quality"]
    pages = [json.loads(line) for line in (tmp_path / "out" / "landing_pages.jsonl").open()]
    ours = {(p["lead_id"], p["url"], p["hash"]) for p in pages if "url" in p}
    theirs = {(p["lead_id"], p["url"], p["content_hash"]) for p in seen.of("lead.page_published")}
    assert ours == theirs
    assert len(ours) == 2
