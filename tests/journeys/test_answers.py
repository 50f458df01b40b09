"""Answers (spec 2.5): one per incoming message, in its thread, from the same mailbox, past the one
stop that the message made, and none to an automatic one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from agents import declaring
from agents.simulator.campaign import Stage, maildir, stage
from agents.simulator.people import REACTIONS, Reaction
from contracts.ids import TenantId
from statestore.base import Row
from tests.agents.stage import document

START = datetime(2026, 1, 6, 15, tzinfo=UTC)
ADDRESS = "mira@harbour.example"
WHO = ("objection", "positive", "absent", "negative", "opt_out")


def react(recipient: str, step: int) -> Reaction | None:
    """The n-th person does the n-th thing after the first mail, and is silent afterwards."""
    number = int("".join(c for c in recipient if c.isdigit()))
    return REACTIONS[WHO[number]] if step == 1 else None


def declared(folder: Path, port: int, mode: str) -> dict[str, Any]:
    templates = [
        {"id": "hello", "subject": "A question", "body": "Hello {{ business.name }}."},
        {"id": "smaller", "body": "A smaller start is possible, {{ business.name }}."},
        {"id": "thanks", "body": "Thank you, {{ business.name }}."},
    ]
    return document(
        resource={
            "inbox": {"kind": "read", "maildir": str(maildir(folder, ADDRESS))},
            "settings": {"host": "127.0.0.1", "port": port, "security": "none"},
        },
        campaign={
            "mode": mode,
            "sequence": [{"template": "hello"}],
            "templates": templates,
            "answers": {"budget": "smaller", "timing": "smaller", "positive": "thanks"},
        },
    )


def leads() -> list[Mapping[str, Any]]:
    return [
        {
            "dedup_key": f"k{n}",
            "business_name": f"Blue Door {n}",
            "category": "childcare",
            "email": f"desk@door-{n}.example",
            "country": "US",
            "timezone": "America/Chicago",
        }
        for n in range(len(WHO))
    ]


async def play(
    folder: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[EmailMessage], dict[str, Row], Stage]:
    monkeypatch.setenv("TEST_KEY", "a secret of this test alone")
    async with stage(
        folder,
        start=START,
        settings={"secret": "env:TEST_KEY", "http": False},
        mailboxes=[ADDRESS],
        react=react,
    ) as on:
        await on.declare(declaring.parse(declared(folder, on.mailbox.port, mode)))
        await on.publish(leads())
        await on.driver(START + timedelta(days=5)).run()
        found = await on.system.store.scan(TenantId("harbour"), "lead", limit=100)
        files = on.mailbox.files()
        mails: list[Any] = [
            message_from_bytes(f.read_bytes(), policy=policy.default) for f in files
        ]
        return mails, {row.status: row for row in found}, on


async def test_an_answer_goes_out_in_its_thread_and_only_where_one_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The objection and the positive answer get one each; absence, no and opt-out get none."""
    mails, _, _ = await play(tmp_path / "stage", "autopilot", monkeypatch)
    first = {m["To"]: m for m in mails if "Hello" in m.get_content()}
    answers = {m["To"]: m for m in mails if "Hello" not in m.get_content()}
    assert len(first) == len(WHO)
    assert sorted(answers) == ["desk@door-0.example", "desk@door-1.example"]
    assert len(mails) == len(WHO) + 2
    for to, answer in answers.items():
        assert answer["Subject"] == "Re: A question"
        assert answer["From"] == first[to]["From"]
        assert first[to]["Message-ID"] in answer["References"]
        assert answer["In-Reply-To"].endswith(f"@{to.partition('@')[2]}>")


async def test_without_autopilot_an_answer_waits_for_approval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In co-pilot nothing leaves that nobody approved: not even the first touch."""
    mails, rows, _ = await play(tmp_path / "stage", "copilot", monkeypatch)
    assert mails == []
    assert rows["in_sequence"].data["hold"]["code"] == "not_approved"
