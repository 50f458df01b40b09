"""Vendors that lie, end to end: real agents, real HTTP, a vendor that keeps its own book.

What is judged is the vendor's book, not our ledger: a message that it accepted twice is a double,
whatever we think of it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents import declaring
from agents.simulator.campaign import Stage, stage
from channels.fake.behaviour import Answer, Manner, Message, Webhook
from channels.fake.serving import serve
from channels.fake.vendor import Callback, FakeVendor
from contracts.ids import TenantId
from contracts.outcome import Channel, SendState, VendorClass

START = datetime(2026, 1, 6, 15, tzinfo=UTC)
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="  # of this test alone
LIES = (
    Answer.ACCEPT,
    Answer.ACCEPT_AND_DROP,
    Answer.DROP,
    Answer.FAIL_AFTER_ACCEPT,
    Answer.FAIL,
    Answer.REFUSE,
    Answer.THROTTLE,
    Answer.ACCEPT_LATE,
)
LEADS = 24


def lying(webhook: Webhook) -> Any:
    """Each recipient meets one lie at the first attempt, and honesty afterwards."""

    def behave(message: Message) -> Manner:
        number = int("".join(c for c in message.recipient if c.isdigit()))
        answer = LIES[number % len(LIES)] if message.attempt == 1 else Answer.ACCEPT
        return Manner(answer=answer, webhook=webhook)

    return behave


def declared(base_url: str, kind: VendorClass) -> dict[str, Any]:
    sender = {"name": "Mira Holm", "company": "Harbour", "postal_address": "12 Quay Street"}
    settings: dict[str, Any] = {
        "base_url": base_url,
        "vendor_class": kind.value,
        "webhook_secrets": ["env:TEST_WEBHOOK_SECRET"],
    }
    return {
        "client": [
            {
                "id": "harbour",
                "name": "Harbour",
                "active_since": START - timedelta(days=90),
                "credits": 1000,
                "country": "US",
                "sender": sender,
            }
        ],
        "resource": [
            {
                "id": "lines",
                "client": "harbour",
                "vendor": "fake",
                "address": "mira@harbour.example",
                "per_day": 500,
                "settings": settings,
            }
        ],
        "campaign": [
            {
                "id": "spring",
                "client": "harbour",
                "mode": "autopilot",
                "accept_no_inbox": True,
                "sequence": [{"template": "hello"}],
                "resources": ["lines"],
                "templates": [{"id": "hello", "subject": "A question", "body": "Hello."}],
            }
        ],
    }


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
        for n in range(LEADS)
    ]


async def play(
    folder: Path, kind: VendorClass, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> tuple[FakeVendor, Stage]:
    """Plays a campaign of one step against a vendor that lies; returns its book and the stage."""
    monkeypatch.setenv("TEST_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("TEST_KEY", "a secret of this test alone")
    holder: dict[str, Any] = {}
    vendor = FakeVendor(
        channel=Channel.EMAIL,
        vendor_class=kind,
        now=lambda: holder["clock"].now(),
        behaviour=lying(webhook),
    )
    async with (
        serve(vendor.app) as base_url,
        stage(
            folder,
            start=START,
            settings={"secret": "env:TEST_KEY", "http_port": 0},
            mailboxes=[],
        ) as on,
    ):
        holder["clock"] = on.clock
        await on.system.web.started.wait()
        url = f"http://127.0.0.1:{on.system.web.port}/webhooks/lines"
        vendor.callback = Callback(url=url, secret=SECRET)
        await on.declare(declaring.parse(declared(base_url, kind)))
        await on.publish(leads())
        driver = on.driver(START + timedelta(days=1))
        await driver.run()
        await vendor.settle()
        await driver.settle()
        await vendor.called_back()
        await driver.settle()
        holder["rows"] = await on.system.store.scan(TenantId("harbour"), "lead", limit=100)
        holder["states"] = Counter(
            {state: len(await on.system.store.sends_in(state, limit=1000)) for state in SendState}
        )
        on.folder.joinpath("states").write_text(repr(dict(holder["states"])))
        vendor.states = holder["states"]  # type: ignore[attr-defined]  # carried to the assertions
        await vendor.close()
        return vendor, on


def accepted(vendor: FakeVendor) -> Counter[str]:
    """Recipient → how often the vendor's own book says that it accepted a message."""
    return Counter(entry.recipient for entry in vendor.book.entries)


@pytest.mark.parametrize("kind", list(VendorClass))
async def test_no_lie_of_a_vendor_makes_a_double(
    kind: VendorClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the vendor answers, its book holds each message once at most."""
    vendor, _ = await play(tmp_path / "stage", kind, Webhook.AFTER, monkeypatch)
    assert max(accepted(vendor).values()) == 1


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (VendorClass.KEY, LEADS - LEADS // len(LIES)),
        (VendorClass.LOOKUP, LEADS // 2),
        (VendorClass.WEBHOOK, LEADS // 2),
        (VendorClass.NOTHING, LEADS // 2),
    ],
)
async def test_what_each_class_can_save_is_saved(
    kind: VendorClass, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K reaches everybody whom the vendor does not refuse; the others lose what stays unclear."""
    vendor, _ = await play(tmp_path / "stage", kind, Webhook.AFTER, monkeypatch)
    assert len(accepted(vendor)) >= least


@pytest.mark.parametrize("webhook", [Webhook.BEFORE, Webhook.TWICE, Webhook.AFTER])
async def test_a_late_word_settles_what_was_unknown(
    webhook: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Class W: what the vendor accepted and called back about is sent, however the call went."""
    vendor, on = await play(tmp_path / "stage", VendorClass.WEBHOOK, webhook, monkeypatch)
    states = vendor.states  # type: ignore[attr-defined]
    assert states[SendState.SENT] == len(accepted(vendor))
    assert states[SendState.CLAIMED] == states[SendState.PLANNED] == 0
    assert on.folder.exists()


async def test_without_a_late_word_unknowns_stay_unknown_and_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Class N: the unclear ones are unknown, all of them, and nothing is tried again."""
    vendor, _ = await play(tmp_path / "stage", VendorClass.NOTHING, Webhook.NEVER, monkeypatch)
    unclear = {Answer.ACCEPT_AND_DROP, Answer.DROP, Answer.FAIL_AFTER_ACCEPT, Answer.FAIL}
    unclear |= {Answer.ACCEPT_LATE}
    states = vendor.states  # type: ignore[attr-defined]
    assert states[SendState.UNKNOWN] == sum(LIES[n % len(LIES)] in unclear for n in range(LEADS))
