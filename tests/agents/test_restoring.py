"""A store that is restored from an older copy writes to nobody twice."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents import declaring, restoring
from agents.cli.store import restore
from agents.definitions import Campaign
from agents.orchestrator.lifecycle import Facts, Lead
from agents.orchestrator.record import Record
from agents.simulator import demo
from agents.simulator.campaign import stage
from contracts.ids import AccountId, AddressHash, LeadId, SendId, TenantId, send_id
from contracts.outcome import Mode, SendState
from statestore.base import QuotaReserve, QuotaSettle, Send
from statestore.sqlite import upkeep
from tests.journeys import audit
from tests.statestore.sqlite.stores import asked
from tests.statestore.values import send as planned

LEADS = 40
START = demo.START


# ── a campaign, a copy, a loss, a restore ─────────────────────────────────────────────────────


async def campaign(folder: Path, start: datetime, until: datetime, *, leads: int) -> None:
    """Runs the demo's campaigns in a folder from one moment to another."""
    settings = {
        "store": f"sqlite:{folder / 'store.db'}",
        "bus": f"sqlite:{folder / 'bus.db'}",
        "secret": f"file:{folder / 'secret'}",
        "analytics_dir": str(folder / "events"),
        "http": False,
    }
    addresses = {name: f"{name}@harbour.example" for name in demo.BOXES}
    async with stage(
        folder, start=start, settings=settings, mailboxes=list(addresses.values()), react=silent
    ) as on:
        await on.declare(declaring.parse(demo.declared(folder, addresses, on.mailbox.port)))
        await on.publish(some(leads))
        on.worlds.append(Hours([until - timedelta(hours=hours) for hours in (3, 2, 1, 0)]))
        await on.driver(until).run()


@dataclass
class Hours:
    """The last hours pass one by one: a driver that looked just between two commits of one sweep
    would else have nothing to wait for, and end early."""

    left: list[datetime]

    def next_due(self) -> datetime | None:
        return self.left[0] if self.left else None

    async def act(self, now: datetime) -> None:
        self.left = [moment for moment in self.left if moment > now]


def silent(recipient: str, number: int) -> None:
    """Nobody answers: every step of every lead is due."""


def some(count: int) -> list[dict[str, Any]]:
    rows = demo.listings()[:count]
    return [demo.lead_of(number, row) for number, row in enumerate(rows)]


def steps_sent(folder: Path) -> list[tuple[str, str]]:
    """Recipient and send of each mail that the server took."""
    return [(mail.recipient, mail.send_id) for mail in audit.mails(folder)]


@pytest.mark.slow
@pytest.mark.parametrize("days", [1.0, 6.5], ids=["a day", "into the second step"])
def test_nobody_is_written_to_twice_after_a_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: float
) -> None:
    """Given a campaign whose store is lost some time after a copy was taken, when the copy is
    restored and the campaign goes on, then no mail goes out twice, what went out since is unknown
    by name, and later touches still go."""
    monkeypatch.setattr(demo, "PER_DAY", 5)
    folder = tmp_path / "run"
    demo.prepare(folder)
    taken = START + timedelta(hours=36)
    asyncio.run(campaign(folder, START, taken, leads=LEADS))
    upkeep.back_up(folder / "store.db", tmp_path / "copy.db", taken)
    before = steps_sent(folder)
    lost = taken + timedelta(days=days)
    asyncio.run(campaign(folder, taken, lost, leads=0))
    since = [sent for sent in steps_sent(folder) if sent not in before]
    assert before
    assert len(since) >= 10
    (folder / "store.db").write_bytes(b"lost" * 1000)
    said = restored(folder, tmp_path / "copy.db", taken, monkeypatch)
    assert {id_ for _, id_ in since} <= unknown(folder)
    assert said["unknown"] == len(unknown(folder))
    asyncio.run(campaign(folder, lost, START + timedelta(days=21), leads=0))
    everything = steps_sent(folder)
    assert len(everything) == len(set(everything))
    assert audit.doubles(audit.mails(folder), audit.Events(folder).commands()) == []
    assert len(everything) > len(before) + len(since)


def unknown(folder: Path) -> set[str]:
    """The sends of which nobody can say whether they arrived."""
    rows = asked(folder / "store.db", "SELECT id FROM sends WHERE state = 'unknown'")
    return {id_ for (id_,) in rows}


def restored(
    folder: Path, copy: Path, taken: datetime, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, Any]:
    """Runs `leadwire restore` with the folder's own settings."""
    monkeypatch.setenv("LEADWIRE_CONFIG", str(folder / "leadwire.toml"))
    arguments = [str(copy), "--as-of", taken.isoformat(), "--json"]
    done = CliRunner().invoke(restore, arguments)
    assert done.exit_code == 0, done.output
    said: Mapping[str, Any] = json.loads(done.stdout)
    return said


# ── which steps may have gone ─────────────────────────────────────────────────────────────────

TENANT, LEAD = TenantId("acme"), LeadId("l1")
NOW = START + timedelta(days=30)


def a_campaign(*channels: str, gaps: tuple[float, ...] = (2, 3)) -> Campaign:
    """A campaign with a step on each channel."""
    return Campaign.model_validate(
        {
            "id": "c1",
            "client": "acme",
            "sequence": [{"template": "t", "channel": channel} for channel in channels],
            "templates": [{"id": "t", "subject": "s", "body": "b"}],
            "resources": ["r1", "r2"],
            "gaps_days": gaps,
        }
    )


def a_record(enrolled: datetime, plan: dict[str, Any] | None = None) -> Record:
    """A lead in sequence with an e-mail address alone."""
    facts: Facts = {
        "enrolled": {
            "c1:1": {"at": enrolled.isoformat(), "campaign": "c1", "version": 2, "round": 1}
        },
        "scored": {"x": {"person": "p1", "addresses": {"email": "hash"}}},
    }
    return Record(TENANT, AccountId("a1"), LEAD, Lead(facts), plan=plan)


def a_send(step: int, at: datetime, **more: Any) -> Send:
    """A ledger row of the lead's first round."""
    fields = {"state": SendState.SENT, "settled_at": at, "planned_at": at, **more}
    return planned(f"s{step}", lead=LEAD, step=step, tenant=TENANT, **fields)


def steps(record: Record, sends: list[Send], campaign_: Campaign, now: datetime) -> list[int]:
    """The numbers of the steps that may have gone by now."""
    return [one.step for one in restoring.doubtful(record, sends, campaign_, now, Mode.LIVE)]


MAILS = a_campaign("email", "email", "email")


def test_a_step_may_have_gone_once_its_pace_allows() -> None:
    """Given a lead enrolled at a moment, then the first step counts from there and the others after
    the cooldown of their channel, never sooner."""
    record = a_record(START)
    for days, expected in [
        (-1, []),
        (0, [1]),
        (4.9, [1]),
        (5, [1, 2]),
        (9.9, [1, 2]),
        (10, [1, 2, 3]),
    ]:
        assert steps(record, [], MAILS, START + timedelta(days=days)) == expected


def test_the_gap_counts_where_it_is_longer() -> None:
    """Given gaps longer than the cooldown, then they bound the steps."""
    slow = a_campaign("email", "email", gaps=(9,))
    assert steps(a_record(START), [], slow, START + timedelta(days=8.9)) == [1]
    assert steps(a_record(START), [], slow, START + timedelta(days=9)) == [1, 2]


def test_the_copys_plan_is_believed() -> None:
    """Given a plan for the step itself, then it has not gone before that moment; a moment at which
    the lead is only looked at again says nothing of the step."""
    later = {"at": (START + timedelta(days=7)).isoformat(), "step": 1}
    planned_ = a_record(START, {**later, "channel": "email"})
    assert steps(planned_, [], MAILS, START + timedelta(days=6.9)) == []
    assert steps(planned_, [], MAILS, START + timedelta(days=7)) == [1]
    assert steps(a_record(START, later), [], MAILS, START + timedelta(days=1)) == [1]


def test_what_the_ledger_knows_is_left_alone() -> None:
    """Given steps in the ledger, then only those after them are looked at, from when they went; a
    refused one takes no time and is not sent again."""
    sent = a_send(1, START + timedelta(days=1))
    assert steps(a_record(START), [sent], MAILS, START + timedelta(days=5.9)) == []
    assert steps(a_record(START), [sent], MAILS, START + timedelta(days=6)) == [2]
    refused = a_send(1, START, state=SendState.REFUSED)
    assert steps(a_record(START), [refused], MAILS, START) == [2]
    marked = a_send(1, START + timedelta(days=9), state=SendState.UNKNOWN, code=restoring.CODE)
    marked = Send(**{**{n: getattr(marked, n) for n in Send.__slots__}, "planned_at": START})
    assert steps(a_record(START), [marked], MAILS, START + timedelta(days=5)) == [2]


def test_a_step_without_an_address_cannot_have_gone() -> None:
    """Given a step on a channel that the lead lacks, then it is passed over."""
    mixed = a_campaign("sms", "email")
    assert steps(a_record(START), [], mixed, NOW) == [2]


def test_the_send_is_named_as_the_planner_would() -> None:
    """Given a doubtful step, then its id is that of the touch, so that planning it again plans
    nothing new; its unit counts against the resource."""
    [found] = restoring.doubtful(a_record(START), [], a_campaign("email"), NOW, Mode.LIVE)
    assert found.id == send_id("acme", "c1", 1, "l1", 1, "email")
    assert (found.address_hash, found.definition) == (AddressHash("hash"), 2)
    assert found.resource in ("r1", "r2")
    made = restoring.unit(found, START, NOW)
    [write] = made.sends
    assert (write.expect, write.send.state, write.send.code) == (0, SendState.UNKNOWN, "restored")
    kinds = [type(one) for one in made.quota]
    assert kinds == [QuotaReserve, QuotaSettle]
    assert [out.event.type for out in made.events] == ["lead.send_unknown.v1"]
    assert "restored as of" in str(made.journal[0].data)


def test_no_resource_bears_all() -> None:
    """Given many sends whose resource nobody knows, then each resource gets its share."""
    names = [str(send_id("acme", "c1", 1, f"l{n}", 1, "email")) for n in range(200)]
    picked = [restoring.any_of(("r1", "r2"), SendId(name)) for name in names]
    assert 70 < picked.count("r1") < 130
