"""What the outside does on a real Kafka: an upstream system with kcat, a foreign bridge with kcat,
an analyst with the CloudEvents SDK. One week of a campaign, and everybody's view of it.

The product runs whole in this process; those outside know the broker's address and the catalogue.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from agents import declaring, subscribing, wiring
from agents.catalogue import page
from agents.simulator.campaign import Stage, stage
from statestore.base import Row
from tests.agents.stage import document
from tests.bus.kafka.clusters import drop_topics, fresh_prefix, make_topics
from tests.journeys.outside import PATIENCE
from tests.services.kcat import kcat

START = datetime(2026, 1, 6, 15, tzinfo=UTC)
"""A Tuesday morning in Chicago."""
TRACE = "0af7651916cd43dd8448eb211c80319c"
WORDS = "Please call me on Thursday, Ann"
ASYNCAPI = Path(__file__).resolve().parents[2] / "contracts" / "asyncapi.json"
PERSON = re.compile(r"[\w.+-]+@[\w-]+\.example|Ann Holder|\+1 ?312|Thursday", re.IGNORECASE)
"""What identifies the people of this test, or what they wrote."""


# ── kcat ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Outside:
    """Somebody with kcat and an address."""

    broker: str
    prefix: str
    folder: Path

    async def send(
        self, topic: str, body: bytes | Mapping[str, Any], key: str = "any", **headers: str
    ) -> None:
        """Publishes one record, as it is."""
        file = self.folder / "record"
        file.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
        named = [part for name, text in headers.items() for part in ("-H", f"{name}={text}")]
        await self.run("-P", "-t", f"{self.prefix}{topic}", "-k", key, *named, str(file))

    async def read(self, topic: str) -> list[str]:
        """Reads a topic to its end by the page's own line."""
        line = ("-C", "-t", f"{self.prefix}{topic}", "-o", "beginning", "-e", "-q")
        return (await self.run(*line, "-f", "%k %h %s\n")).splitlines()

    async def run(self, *arguments: str) -> str:
        """Runs kcat to its end."""
        command = [kcat(), "-b", self.broker, *arguments]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return out.decode()


def cloud(id_: str, type_: str, **more: str) -> dict[str, str]:
    """Headers of a CloudEvent in binary mode."""
    return {
        "ce_specversion": "1.0",
        "ce_id": id_,
        "ce_type": type_,
        "ce_source": "/crm",
        "content-type": "application/json",
        **more,
    }


def lead(number: int, **more: Any) -> dict[str, Any]:
    return {
        "dedup_key": f"k{number}",
        "business_name": f"Blue Door {number}",
        "category": "childcare",
        "email": f"desk@door-{number}.example",
        "name": "Ann Holder",
        "phone": f"+1 312 555 01{number:02}",
        "country": "US",
        "timezone": "America/Chicago",
        "client_id": "harbour",
        "rating": 4.5,
        **more,
    }


# ── the week ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Week:
    """What everybody saw."""

    prefix: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    contacted: list[str] = field(default_factory=list)
    snippet: str = ""

    def of(self, topic: str) -> list[dict[str, Any]]:
        """A topic's records, each event once."""
        found = {r["attributes"]["id"]: r for r in self.records if r["topic"] == topic}
        return list(found.values())

    def to(self, number: int) -> list[EmailMessage]:
        """The mails to a lead."""
        return [mail for mail in self.mails if mail["To"] == f"desk@door-{number}.example"]


def declared(port: int) -> dict[str, Any]:
    return document(
        client={"categories": ["childcare"]},
        resource={
            "inbox": {"kind": "none"},
            "settings": {"host": "127.0.0.1", "port": port, "security": "none"},
        },
    )


async def upstream(out: Outside) -> None:
    """Publishes leads in every form that the door takes, one of them twice; and three bad ones, of
    which one is sent as it was once more, and then mended, under its id."""
    await out.send("inbound.leads", lead(1))
    traced = cloud("crm-2", "inbound.leads.v1", ce_traceparent=f"00-{TRACE}-b7ad6b7169203331-01")
    await out.send("inbound.leads", lead(2), "whatever", **traced)
    await out.send("inbound.leads", lead(2), "elsewhere", **traced)
    stated = lead(3, quality={"als": 81})
    await out.send("inbound.leads", stated, **cloud("crm-3", "inbound.leads.v1"))
    whole = {"specversion": "1.0", "id": "crm-4", "type": "inbound.leads.v1", "source": "/crm"}
    structured = {"content-type": "application/cloudevents+json"}
    await out.send("inbound.leads", {**whole, "data": lead(4)}, **structured)
    routed = {
        "lead_id": "upstream-5",
        "account_id": "crm-account-5",
        "occurred_at": START.isoformat(),
        "origin": "maps-5",
        "lead": lead(5),
    }
    await out.send("inbound.leads", routed, **cloud("crm-5", "lead.routed.v1"))
    quality = {
        "completeness_score": 1,
        "confidence_score": 0.9,
        "category_score": 1,
        "size_score": 0.5,
        "als": 77,
        "tier": "warm",
    }
    scored = {**routed, "lead_id": "upstream-6", "account_id": "crm-account-6", "lead": lead(6)}
    typed = cloud("crm-6", "lead.scored.v1")
    await out.send("inbound.leads", {**scored, "quality": quality}, **typed)
    await out.send("inbound.leads", b"{not json", **cloud("bad-1", "inbound.leads.v1"))
    nobody = {"business_name": "Nobody", "client_id": "harbour"}
    await out.send("inbound.leads", nobody, **cloud("bad-2", "inbound.leads.v1"))
    wrong = lead(9, geo={"latitude": 200, "longitude": 0})
    await out.send("inbound.leads", wrong, **cloud("bad-3", "inbound.leads.v1"))
    await out.send("inbound.leads", nobody, **cloud("bad-2", "inbound.leads.v1"))
    await out.send("inbound.leads", lead(7), **cloud("bad-2", "inbound.leads.v1"))


async def bridge(out: Outside, on: Stage) -> None:
    """Says that one person answered by text, that a machine answered for another, and something
    that ties to nobody."""
    sends = {s.lead: s for s in await sent(on)}
    answered, absent = leads_of(await leads(on), 1), leads_of(await leads(on), 2)
    said = {
        "lead_id": answered,
        "send_id": sends[answered].id,
        "occurred_at": on.clock.now().isoformat(),
        "channel": "sms",
        "text": WORDS,
    }
    await out.send("inbound.replies", said, **cloud("sms-1", "lead.responded.v1"))
    machine = {**said, "lead_id": absent, "send_id": sends[absent].id, "automatic": True}
    await out.send("inbound.replies", machine, **cloud("sms-2", "lead.responded.v1"))
    stray = {**said, "lead_id": "nobody", "send_id": "nothing"}
    await out.send("inbound.replies", stray, **cloud("sms-3", "lead.responded.v1"))
    del said["occurred_at"]
    await out.send("inbound.replies", said, **cloud("sms-4", "lead.responded.v1"))


async def sent(on: Stage) -> list[Any]:
    from contracts.outcome import SendState

    return await on.system.store.sends_in(SendState.SENT)


async def leads(on: Stage) -> list[Row]:
    return await on.system.store.scan(None, "lead", limit=100)


def leads_of(rows: list[Row], number: int) -> str:
    """A lead's id by its place in the numbering, told by its person's address."""
    wanted = {row.ref.key for row in rows}
    return next(key for key in wanted if NUMBERS.get(key) == number)


NUMBERS: dict[str, int] = {}
"""Lead → the number that upstream gave it; read from the store's persons after intake."""


async def number(on: Stage) -> None:
    rows = await on.system.store.scan(None, "person", limit=100)
    for row in rows:
        NUMBERS[row.parent] = int(row.data["lead"]["dedup_key"].removeprefix("k"))


async def analyst(out: Outside) -> list[dict[str, Any]]:
    """Runs the analyst's script; nothing of ours is on its path."""
    script = Path(__file__).with_name("analyst.py")
    command = [sys.executable, "-I", str(script), out.broker, f"{out.prefix}analyst", out.prefix]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE):
        printed, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return [json.loads(line) for line in printed.decode().splitlines()]


async def snippet(out: Outside) -> str:
    """Runs the catalogue page's Python example as it stands there, until it has told of every
    contact."""
    shown = page.page(subscribing.groups(), "1", out.broker)
    (code,) = re.findall(r"<code>(# pip install cloudevents.*?)</code>", shown, re.DOTALL)
    text = code.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    text = text.replace('"lead.', f'"{out.prefix}lead.').replace('"my-', f'"{out.prefix}my-')
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", text, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(PATIENCE):
            while said.count("lead.contacted.v1") < 13:
                line = await process.stdout.readline()
                assert line, f"it ended after {said!r}"
                said += line.decode()
    finally:
        process.kill()
        await process.wait()
    return said


def silent(recipient: str, step: int) -> None:
    """Nobody answers by mail."""


async def play(folder: Path, broker: str) -> Week:
    """Seven days."""
    week = Week(prefix=fresh_prefix())
    topics = [f"{week.prefix}{topic}" for topic in wiring.topics()]
    await make_topics(broker, topics, partitions=2)
    out = Outside(broker, week.prefix, folder)
    settings = {
        "secret": "env:TEST_KEY",
        "http": False,
        "bus": f"kafka:{broker}",
        "bus_prefix": week.prefix,
    }
    try:
        async with stage(
            folder / "stage",
            start=START,
            settings=settings,
            mailboxes=["mira@harbour.example"],
            react=silent,
        ) as on:
            await on.declare(declaring.parse(declared(on.mailbox.port)))
            await upstream(out)
            await on.driver(START + timedelta(hours=8)).run()
            await number(on)
            await bridge(out, on)
            await on.driver(START + timedelta(days=12)).run()
            week.mails = [
                message_from_bytes(f.read_bytes(), policy=policy.default)
                for f in on.mailbox.files()
            ]
            week.rows = {row.ref.key: row for row in await leads(on)}
        week.records = await analyst(out)
        week.again = await analyst(out)
        week.contacted = await out.read("lead.contacted")
        week.snippet = await snippet(out)
    finally:
        await drop_topics(broker, topics)
    return week


@pytest.fixture(scope="module")
def week(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """Played once for all tests of this file."""
    kcat()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_KEY", "a secret of this test alone")
        yield asyncio.run(play(tmp_path_factory.mktemp("outside"), kafka))


# ── upstream ──────────────────────────────────────────────────────────────────────────────────


def test_what_upstream_sends_comes_out_under_the_accounts_key(week: Week) -> None:
    """Bare, binary, structured; routed, stated, scored; once however often it was sent; keys that
    nobody knows pass through."""
    scored = week.of("lead.scored")
    found = Counter(record["data"]["lead"]["dedup_key"] for record in scored)
    assert found == {f"k{n}": 1 for n in range(1, 8)}
    for record in scored:
        data = record["data"]
        assert record["key"] == f"harbour/{data['account_id']}"
        assert data["lead"]["rating"] == 4.5
    accounts = {r["data"]["lead"]["dedup_key"]: r["data"]["account_id"] for r in scored}
    assert (accounts["k5"], accounts["k6"]) == ("crm-account-5", "crm-account-6")
    by_upstream = {r["data"]["lead"]["dedup_key"]: r["data"]["quality"]["als"] for r in scored}
    assert (by_upstream["k3"], by_upstream["k6"]) == (81, 77)


def test_each_lead_that_came_in_gets_its_mail(week: Week) -> None:
    """Whatever way it came in; and nothing of our traces stands in a mail."""
    assert [len(week.to(n)) >= 1 for n in range(1, 8)] == [True] * 7
    assert week.to(9) == []
    assert not [mail for mail in week.mails if TRACE in str(mail) or mail["traceparent"]]


def test_what_is_malformed_comes_back_with_pointer_and_id(week: Week) -> None:
    """Never silence: what is wrong, where, and the id under which it was sent."""
    rejected = [r["data"] for r in week.of("lead.rejected")]
    back = {data["original_id"]: data for data in rejected}
    assert sorted(back) == ["bad-1", "bad-2", "bad-3", "sms-3", "sms-4"]
    assert len(rejected) == len(back)
    assert (back["bad-1"]["code"], back["bad-1"]["pointer"]) == ("malformed", "/data")
    assert back["bad-3"]["pointer"] == "/geo/latitude"
    assert (back["bad-2"]["code"], back["sms-3"]["code"]) == ("invalid", "unmatched")
    assert back["sms-4"]["pointer"] == "/occurred_at"
    assert all(data["origin"].startswith("inbound.") for data in back.values())


# ── the bridge ────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_a_bridge_brings_stops_the_lead(week: Week) -> None:
    """One mail and no second one; the others get theirs."""
    status = {NUMBERS[key]: row.status for key, row in week.rows.items()}
    assert status[1] in {"responded", "engaged"}
    assert len(week.to(1)) == 1
    assert [len(week.to(n)) for n in (3, 4, 5, 6, 7)] == [2, 2, 2, 2, 2]


def test_a_machines_answer_stops_nobody(week: Week) -> None:
    """The bridge says so itself."""
    assert len(week.to(2)) == 2


def test_the_bridges_words_are_kept_and_do_not_travel(week: Week) -> None:
    """`lead.responded` of ours names the message by its id."""
    ours = week.of("lead.responded")
    assert {r["data"]["automatic"] for r in ours} == {True, False}
    assert all("text" not in r["data"] and r["data"]["message_id"] for r in ours)


# ── the analyst ───────────────────────────────────────────────────────────────────────────────


def test_an_analyst_reads_everything_once(week: Week) -> None:
    """In a group of their own, which goes on where it stopped."""
    assert len(week.records) > 60
    assert week.again == []
    ids = Counter((r["attributes"]["source"], r["attributes"]["id"]) for r in ours(week))
    assert max(ids.values()) == 1


def ours(week: Week) -> list[dict[str, Any]]:
    """Records that the product published."""
    return [r for r in week.records if not r["topic"].startswith("inbound.")]


def test_records_join_by_ids(week: Week) -> None:
    """A send's command, its contact, and the lead that it is about; every cause but the door's,
    a timer's and a person's is a record that is there."""
    enrolled = {r["data"]["lead_id"] for r in week.of("lead.enrolled")}
    commands = {r["data"]["send_id"]: r["data"] for r in week.of("outreach.email.send")}
    contacts = week.of("lead.contacted")
    assert len(contacts) == len(week.mails) == 13
    for record in contacts:
        data = record["data"]
        assert data["lead_id"] in enrolled
        assert commands[data["send_id"]]["lead_id"] == data["lead_id"]
        assert record["attributes"]["subject"] == data["lead_id"]
    known = {r["attributes"]["id"] for r in ours(week)}
    for record in ours(week):
        cause = record["attributes"].get("causationid")
        if cause and re.fullmatch(r"[0-9a-f-]{36}", cause):
            assert cause in known, record


def test_a_trace_of_upstreams_own_runs_through(week: Week) -> None:
    """From its record to the contact twelve days later."""
    traced = {
        r["topic"] for r in ours(week) if r["attributes"].get("traceparent", "")[3:35] == TRACE
    }
    assert {"lead.scored", "lead.enrolled", "outreach.email.send", "lead.contacted"} <= traced
    subjects = {
        r["attributes"].get("subject")
        for r in ours(week)
        if r["attributes"].get("traceparent", "")[3:35] == TRACE
    }
    assert len(subjects) == 1


def test_no_topic_names_anybody_that_is_not_marked_so(week: Week) -> None:
    """By the committed document: neither in headers, nor in keys, nor in data."""
    channels = json.loads(ASYNCAPI.read_text())["channels"]
    seen = set()
    for record in week.records:
        about = channels.get(record["topic"], {}).get("x-leadwire", {})
        if not about.get("personal"):
            seen.add(record["topic"])
            assert PERSON.search(json.dumps(record)) is None, record
    assert {"lead.contacted", "lead.responded", "lead.rejected", "outreach.email.send"} <= seen


def test_every_record_is_as_the_document_says(week: Week) -> None:
    """Payload and headers by the committed AsyncAPI document, with an independent validator."""
    made = json.loads(ASYNCAPI.read_text())
    for record in ours(week):
        type_ = record["attributes"]["type"]
        message = made["components"]["messages"][type_]
        assert record["topic"] in made["channels"]
        schema = {**message["payload"], "components": made["components"]}
        validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        assert [e.message for e in validator.iter_errors(record["data"])] == [], record


def test_kcat_reads_what_the_page_says(week: Week) -> None:
    """Key, headers, JSON on one line."""
    assert len(week.contacted) == 13
    for line in week.contacted:
        key, headers, value = line.split(" ", 2)
        assert key.startswith("harbour/")
        assert "ce_type=lead.contacted.v1" in headers
        assert json.loads(value)["channel"] == "email"


def test_the_pages_python_runs_as_it_stands(week: Week) -> None:
    """An analyst's first five minutes."""
    assert week.snippet.count("lead.contacted.v1") == 13
