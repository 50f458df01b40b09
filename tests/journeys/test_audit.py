"""The audit must be able to fail: hand-made folders with one fault each, and each is counted."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import audit

PROGRAM = Path(audit.__file__)
PRODUCT = {"agents", "bus", "channels", "contracts", "statestore"}
DAY = "2026-03-02"


class Folder:
    """A campaign's folder, written by hand: mails as a server keeps them, events as exported."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "sent" / "new").mkdir(parents=True)
        self.count = 0

    def mail(self, send: str, at: str = "10:00:00", to: str = "desk@cafe.example") -> None:
        """A mail that the server acknowledged."""
        self.count += 1
        text = (
            f"X-Envelope-From: a@b.example\r\nX-Envelope-To: {to}\r\n"
            f"X-Received-At: {DAY}T{at}+00:00\r\nX-Envelope-To: forged@c.example\r\n"
            f"Message-ID: <{send}@b.example>\r\nList-Unsubscribe: <http://l.example/u/1>\r\n\r\nHi\r\n"
        )
        (self.path / "sent" / "new" / f"{self.count:08d}.eml").write_bytes(text.encode())

    def event(self, topic: str, at: str = "10:00:00", **data: Any) -> None:
        """One exported line."""
        self.count += 1
        event = {
            "id": f"event-{self.count}",
            "type": f"{topic}.v1",
            "source": "/test",
            "time": f"{DAY}T01:00:00Z",
            "recordedtime": f"{DAY}T{at}Z",
            "tenant": "acme",
            "account": data.get("lead_id", "_control"),
            "data": {"occurred_at": f"{DAY}T{at}Z", **data},
        }
        file = self.path / "events" / topic / f"{DAY}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as lines:
            lines.write(json.dumps(event) + "\n")

    def command(self, send: str, lead: str = "lead-1", step: int = 1, **data: Any) -> None:
        """A send's command, by which its mail is known."""
        values = {
            "send_id": send,
            "lead_id": lead,
            "account_id": lead,
            "campaign_id": "spring",
            "round": 1,
            "step": step,
            "channel": "email",
            "resource_id": "mira",
            "address_hash": f"hash-of-{lead}",
            "purpose": "cadence",
        }
        self.event("outreach.email.send", **{**values, **data})

    def send(self, send: str, at: str = "10:00:00", lead: str = "lead-1", **data: Any) -> None:
        """A send that went well: commanded, taken by the server, and told."""
        self.command(send, lead, **data)
        self.mail(send, at, to=f"desk@{lead}.example")
        self.event("lead.contacted", at, send_id=send, lead_id=lead)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder in order: two steps to one lead, one to another."""
    made = Folder(tmp_path)
    for lead in ("lead-1", "lead-2"):
        made.event("lead.routed", lead_id=lead)
        made.event("lead.enrolled", lead_id=lead)
    made.send("send-1")
    made.send("send-2", at="12:00:00", step=2)
    made.send("send-3", lead="lead-2")
    return made


def run(folder: Folder) -> tuple[int, dict[str, Any]]:
    """Runs the program by itself, as a stranger would: no package on its path."""
    command = [sys.executable, "-I", str(PROGRAM), str(folder.path)]
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder.path)
    return done.returncode, json.loads(done.stdout)


def test_a_folder_in_order_counts_nothing_and_ends_0(folder: Folder) -> None:
    """What is right is not called wrong."""
    code, counts = run(folder)
    assert code == 0
    assert (counts["sent"], counts["mails_in_mailbox"], counts["leads_in"]) == (3, 3, 2)
    assert (counts["doubles"], counts["losses"], counts["sends_after_stop"]) == (0, 0, 0)
    assert counts["end_states"] == {"in_sequence": 2}


def test_it_imports_nothing_of_the_product() -> None:
    """What judges the product is not the product: the standard library and no more."""
    tree = ast.parse(PROGRAM.read_text())
    plain = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    named = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    roots = {name.partition(".")[0] for name in plain | named}
    assert roots <= sys.stdlib_module_names
    assert not roots & PRODUCT


def test_a_message_id_twice_is_a_double(folder: Folder) -> None:
    """The same mail twice."""
    folder.mail("send-1", at="10:00:05", to="desk@lead-1.example")
    code, counts = run(folder)
    assert (code, counts["doubles"], counts["losses"]) == (1, 1, 0)


def test_one_recipient_and_step_under_two_names_is_a_double(folder: Folder) -> None:
    """Another lead of the same address and step, under a Message-ID of its own."""
    folder.command("send-9", lead="lead-2")
    folder.mail("send-9", to="Desk@lead-2.example")
    folder.event("lead.contacted", send_id="send-9", lead_id="lead-2")
    assert run(folder)[1]["doubles"] == 1


def test_a_contacted_without_a_mail_is_a_loss(folder: Folder) -> None:
    """We say it went out; nobody has it."""
    folder.command("send-9", lead="lead-2", step=2)
    folder.event("lead.contacted", send_id="send-9", lead_id="lead-2")
    code, counts = run(folder)
    assert (code, counts["losses"]) == (1, 1)
    assert counts["named"]["contacted_without_mail"] == ["send-9"]


def test_a_mail_of_which_nothing_is_said_is_a_loss(folder: Folder) -> None:
    """Somebody has it; we do not know."""
    folder.mail("send-9")
    code, counts = run(folder)
    assert (code, counts["losses"]) == (1, 1)
    assert counts["named"]["mail_without_fact"] == ["send-9"]


@pytest.mark.parametrize("arrived", [True, False])
def test_an_unknown_is_named_and_no_loss(folder: Folder, arrived: bool) -> None:
    """Unknown is an honest word, whether the mail is there or not."""
    folder.command("send-9", lead="lead-2", step=2)
    folder.event("lead.send_unknown", send_id="send-9", lead_id="lead-2")
    if arrived:
        folder.mail("send-9", to="desk@lead-2.example")
    code, counts = run(folder)
    assert (code, counts["losses"], counts["unknown"]) == (0, 0, 1)
    assert counts["unknown_in_mailbox"] == int(arrived)


STOPS: dict[str, tuple[str, dict[str, Any]]] = {
    "an opt-out": ("lead.unsubscribed", {"lead_id": "lead-1"}),
    "an opt-out of the address": (
        "lead.unsubscribed",
        {"lead_id": "another", "address_hash": "hash-of-lead-1"},
    ),
    "a complaint": ("lead.complained", {"lead_id": "lead-1"}),
    "an answer": ("lead.responded", {"lead_id": "lead-1", "automatic": False}),
    "an absence": (
        "lead.responded",
        {"lead_id": "lead-1", "automatic": True, "return_date": f"{DAY}T23:00:00Z"},
    ),
    "a hard bounce": (
        "lead.bounced",
        {"lead_id": "lead-1", "kind": "hard", "address_hash": "hash-of-lead-1"},
    ),
    "the kill switch": ("control.killed", {"scope": "global"}),
    "a campaign's pause": ("control.killed", {"scope": "campaign:spring"}),
}


@pytest.mark.parametrize(("topic", "data"), STOPS.values(), ids=STOPS)
def test_a_mail_after_a_stop_is_counted(folder: Folder, topic: str, data: dict[str, Any]) -> None:
    """Each kind of stop, ten minutes before the second mail."""
    folder.event(topic, "11:50:00", **data)
    code, counts = run(folder)
    assert (code, counts["sends_after_stop"]) == (1, 1)


@pytest.mark.parametrize(("second", "late"), [(57, 0), (56, 1)])
def test_the_grace_is_three_seconds(folder: Folder, second: int, late: int) -> None:
    """A call that began within 3 s of the stop was claimed before it."""
    folder.event("lead.unsubscribed", f"11:59:{second:02d}", lead_id="lead-1")
    assert run(folder)[1]["sends_after_stop"] == late


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("lead.unsubscribed", {"lead_id": "lead-2"}),
        ("lead.responded", {"lead_id": "lead-1", "automatic": True}),
        ("lead.bounced", {"lead_id": "lead-1", "kind": "soft", "address_hash": "hash-of-lead-1"}),
        ("control.killed", {"scope": "campaign:autumn"}),
    ],
)
def test_what_does_not_stop_a_mail_is_not_counted(
    folder: Folder, topic: str, data: dict[str, Any]
) -> None:
    """Somebody else's opt-out, an automatic answer, a full mailbox, another campaign's pause."""
    folder.event(topic, "11:50:00", **data)
    assert run(folder)[0] == 0


def test_a_pause_ends_when_it_is_resumed(folder: Folder) -> None:
    """Between pause and resume is the window; afterwards mails go."""
    folder.event("control.killed", "11:00:00", scope="global")
    folder.event("control.resumed", "11:30:00", scope="global")
    assert run(folder)[0] == 0


def test_no_resume_lifts_an_opt_out(folder: Folder) -> None:
    """A person resumed the account; whoever opted out stays out."""
    folder.event("lead.unsubscribed", "11:00:00", lead_id="lead-1")
    folder.event("control.resumed", "11:30:00", scope="lead:lead-1")
    assert run(folder)[1]["sends_after_stop"] == 1


def test_our_answer_passes_the_stop_of_the_message_alone(folder: Folder) -> None:
    """An answer goes to somebody who answered, not to somebody who opted out."""
    folder.event("lead.responded", "12:30:00", lead_id="lead-1", automatic=False)
    folder.send("send-4", at="13:00:00", purpose="answer")
    assert run(folder)[0] == 0
    folder.event("lead.unsubscribed", "13:30:00", lead_id="lead-1")
    folder.send("send-5", at="14:00:00", purpose="answer")
    assert run(folder)[1]["sends_after_stop"] == 1


def test_an_event_that_was_exported_twice_counts_once(folder: Folder) -> None:
    """Exports are at least once; a line is unique by source and id."""
    file = folder.path / "events" / "lead.contacted" / f"{DAY}.jsonl"
    file.write_text(file.read_text() * 2)
    assert run(folder)[1]["sent"] == 3


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], "in_sequence"),
        ([("lead.responded", {"automatic": False})], "responded"),
        ([("lead.responded", {"automatic": True})], "in_sequence"),
        ([("lead.no_response", {})], "no_response"),
        ([("lead.engaged", {}), ("lead.unsubscribed", {})], "unsubscribed"),
        ([("lead.bounced", {"kind": "hard"})], "bounced"),
        ([("lead.no_response", {}), ("lead.responded", {"automatic": False})], "responded"),
        ([("lead.responded", {"automatic": False}), ("lead.no_response", {})], "no_response"),
    ],
)
def test_end_states_follow_from_the_facts(
    folder: Folder, facts: list[tuple[str, dict[str, Any]]], state: str
) -> None:
    """The strongest fact wins; of an answer and a silent end the later."""
    for hour, (topic, data) in enumerate(facts, start=15):
        folder.event(topic, f"{hour}:00:00", lead_id="lead-1", **data)
    assert audit.end_states(audit.Events(folder.path))["lead-1"] == state


def test_a_folder_without_mails_is_refused(tmp_path: Path) -> None:
    """Nothing to judge is not the same as nothing wrong."""
    assert audit.main([str(tmp_path)]) == 2
