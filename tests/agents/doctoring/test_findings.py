"""The judgements by values: rows in, findings out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.definitions import Client, InboxSettings, Resource, Sender
from agents.doctoring import findings
from agents.doctoring.findings import Finding, State
from agents.settings import Settings
from bus.base import BusHealth
from contracts.ids import OPERATOR, StopId, TenantId
from contracts.outcome import Mode, StopReason
from statestore.base import Backlog, Stop, StoreInfo

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
INFO = StoreInfo(engine="postgres", schema=3, incarnation="i", durable=True, shared=True)
CLIENT = Client(
    id="harbour",
    name="Harbour",
    active_since=NOW - timedelta(days=90),
    sender=Sender(name="Mira", company="Harbour", postal_address="12 Quay Street"),
)
RESOURCE = Resource(
    id="mira",
    client="harbour",
    address="mira@harbour.example",
    inbox=InboxSettings(kind="read", maildir="/nowhere"),
)


def states(found: list[Finding]) -> dict[str, State]:
    """Check → state; the worst where there are several."""
    order = list(State)
    worst: dict[str, State] = {}
    for one in found:
        worst[one.check] = max(worst.get(one.check, State.OK), one.state, key=order.index)
    return worst


@pytest.mark.parametrize(
    ("url", "mode", "answer", "state"),
    [
        ("https://mail.harbour.example", Mode.LIVE, None, State.OK),
        ("https://mail.harbour.example", Mode.LIVE, "answers 502", State.FAIL),
        ("http://mail.harbour.example", Mode.LIVE, None, State.FAIL),
        ("http://127.0.0.1:8080", Mode.DEMO, None, State.WARN),
        ("http://127.0.0.1:8080", Mode.TEST, "does not answer", State.WARN),
    ],
)
def test_links_must_work_where_mail_is_real(
    url: str, mode: Mode, answer: str | None, state: State
) -> None:
    """Live mail without working https links breaks a promise; elsewhere it is worth a word."""
    assert findings.of_base_url(url, mode, answer).state is state


def test_what_was_not_asked_does_not_answer() -> None:
    """`--offline` looks at the address, and says no more than it knows."""
    found = findings.of_base_url("https://mail.example", Mode.LIVE, None, asked=False)
    assert found.state is State.OK
    assert "not asked" in found.reason


def test_a_store_that_loses_claims_or_is_closed_fails() -> None:
    """Each with what opens it again."""
    assert set(states(findings.of_store("postgres:x", INFO, None)).values()) == {State.OK}
    weak = states(findings.of_store("postgres:x", replace(INFO, durable=False), None))
    assert weak["durability"] is State.FAIL
    closed = findings.of_store("postgres:x", replace(INFO, closed="a restored copy"), None)
    assert [f.next for f in closed if f.check == "sending"] == ["leadwire restore FILE --as-of T"]


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0.4, State.OK), (-1.9, State.OK), (3, State.WARN), (-29, State.WARN), (31, State.FAIL)],
)
def test_clocks_apart(seconds: float, state: State) -> None:
    """In either direction."""
    assert findings.of_skew(timedelta(seconds=seconds)).state is state


def test_a_group_that_is_far_behind_is_named_with_its_agent() -> None:
    """A small lag is normal; a bus that is not ready says why, and nothing of lag."""
    fine = findings.of_bus("kafka:b", BusHealth(ready=True, lag={"sender": 3, "writer": 4}))
    assert states(fine) == {"bus": State.OK, "lag": State.OK}
    assert "7 not acknowledged" in fine[1].reason
    behind = findings.of_bus("kafka:b", BusHealth(ready=True, lag={"sender": 5000, "writer": 4}))
    assert behind[1].state is State.WARN
    assert "leadwire run sender" in behind[1].next
    away = findings.of_bus("kafka:b", BusHealth(ready=False, detail="no leader"))
    assert [(f.check, f.state) for f in away] == [("bus", State.FAIL)]


@pytest.mark.parametrize(
    ("outbox", "due", "word"), [(0, 0, ""), (1000, 0, "/readyz"), (0, 1000, "orchestrator")]
)
def test_a_backlog_names_who_is_missing(outbox: int, due: int, word: str) -> None:
    """Unpublished rows point at the bus, due timers at the orchestrator."""
    backlog = Backlog(
        outbox_ready=outbox,
        outbox_later=0,
        claims_open=0,
        timers_due=due,
        next_timer=None,
        next_outbox=None,
    )
    found = findings.of_backlog(backlog)
    assert (found.state is State.OK) == (word == "")
    assert word in found.next


def test_clients_that_cannot_send_are_named() -> None:
    """Status, identity and credits; all well is one line."""
    assert states(findings.of_clients([CLIENT], {"harbour": 5})) == {"clients": State.OK}
    poor = CLIENT.model_copy(update={"status": "paused", "sender": None})
    found = findings.of_clients([poor], {})
    assert len(found) == 3
    assert all("harbour" in one.reason and one.next for one in found)
    assert findings.of_clients([], {})[0].next == "leadwire apply leadwire.toml"


@pytest.mark.parametrize(
    ("ago", "state"),
    [(timedelta(minutes=4), State.OK), (timedelta(minutes=6), State.WARN), (None, State.WARN)],
)
def test_a_mailbox_that_nobody_reads_holds_follow_ups(ago: timedelta | None, state: State) -> None:
    """By its watermark, as the gate judges it."""
    read_at = None if ago is None else NOW - ago
    assert findings.of_resource(RESOURCE, None, read_at, NOW).state is state


def test_a_resource_whose_secret_is_gone_fails() -> None:
    """With the adapter's own words."""
    found = findings.of_resource(RESOURCE, "the environment variable X is empty", NOW, NOW)
    assert (found.state, "X is empty" in found.reason) == (State.FAIL, True)


def stop(key: str, reason: StopReason, tenant: str = OPERATOR) -> Stop:
    """A stop that holds."""
    return Stop(
        id=StopId(key),
        tenant=TenantId(tenant),
        key=key,
        reason=reason,
        at=NOW,
        by="ann",
        note="why",
    )


def test_switches_are_shown_with_what_lifts_them() -> None:
    """What people's own answers stop is no switch."""
    found = findings.of_switches(
        [
            stop("global", StopReason.KILLED),
            stop("campaign:spring", StopReason.PAUSED, "harbour"),
            stop("lead:1", StopReason.PAUSED, "harbour"),
            stop("address:abc", StopReason.UNSUBSCRIBED, "harbour"),
        ]
    )
    assert [one.next for one in found] == [
        "leadwire resume all --reason …",
        "leadwire resume campaign:spring --reason …",
    ]
    assert all("ann" in one.reason and "why" in one.reason for one in found)
    assert findings.of_switches([])[0].state is State.OK


@pytest.mark.parametrize(
    ("spf", "dmarc", "dkim", "expected"),
    [
        (["v=spf1 mx -all"], ["v=DMARC1; p=none"], {"s1": True}, ("ok", "ok", "ok")),
        ([], [], {"s1": False}, ("fail", "fail", "fail")),
        (["v=spf1 mx -all", "v=spf1 a -all"], ["a", "b"], {}, ("fail", "fail", "warn")),
        (["v=spf1 +all"], ["v=DMARC1; p=none"], {"a": False, "b": True}, ("fail", "ok", "ok")),
    ],
)
def test_what_a_domain_publishes(
    spf: list[str], dmarc: list[str], dkim: dict[str, bool], expected: tuple[str, str, str]
) -> None:
    """None, several, and one that lets everybody send."""
    found = states(findings.of_domain("harbour.example", spf, dmarc, dkim))
    assert (found["spf"].value, found["dmarc"].value, found["dkim"].value) == expected


def test_modes_and_memory_are_spoken_of() -> None:
    """Test mode without recipients sends nothing; memory ends with its process."""
    found = findings.of_settings(Settings(mode=Mode.TEST, test_recipient_email="me@x.example"), "x")
    words = " ".join(one.reason for one in found)
    assert "nothing is sent on sms, voice, linkedin" in words
    assert [one.check for one in found if "memory" in one.reason] == ["store", "bus"]


def test_whatever_is_not_well_names_what_to_do() -> None:
    """Of all the judgements here, with everything wrong."""
    found = [
        *findings.of_settings(Settings(mode=Mode.TEST), "x"),
        *findings.of_store("s", replace(INFO, durable=False, closed="x"), timedelta(minutes=1)),
        *findings.of_bus("b", BusHealth(ready=False)),
        *findings.of_clients([CLIENT], {}),
        *findings.of_campaigns([], []),
        findings.of_resource(RESOURCE, None, None, NOW),
        *findings.of_switches([stop("global", StopReason.KILLED)]),
        *findings.of_domain("d.example", [], [], {}),
    ]
    wrong = [one for one in found if one.state is not State.OK]
    assert len(wrong) >= 12
    assert all(one.next for one in wrong)
