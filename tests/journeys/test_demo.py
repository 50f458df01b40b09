"""`leadwire demo --json` as a newcomer runs it, judged by its own words and by the audit's."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import audit

pytestmark = pytest.mark.slow

LIMIT = 240
"""Machine seconds after which a demo that hangs is ended; it takes about thirty."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A demo that was played once: its folder, and the object that it printed."""
    folder = tmp_path_factory.mktemp("demo") / "played"
    program = str(Path(sys.executable).with_name("leadwire"))
    command = [program, "demo", "--json", "--dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(done.stdout.splitlines()) == 1
    return folder, json.loads(done.stdout)


Played = tuple[Path, Mapping[str, Any]]


def test_every_lead_is_accounted_for(played: Played) -> None:
    """At least 300 leads came in, and each stands somewhere."""
    _, said = played
    assert said["leads_in"] >= 300
    assert sum(said["end_states"].values()) == said["leads_in"]
    assert {"unsubscribed", "bounced", "engaged", "responded", "no_response"} <= set(
        said["end_states"]
    )


def test_every_mail_is_there_once_and_none_after_a_stop(played: Played) -> None:
    """What was sent is in the mailbox; nothing is twice, late, unclear or dead."""
    _, said = played
    assert said["sent"] == said["mails_in_mailbox"] > said["leads_in"]
    assert (said["doubles"], said["sends_after_stop"]) == (0, 0)
    assert (said["unknown"], said["dead_letters"]) == (0, 0)


def test_quota_bound_and_the_switch_held(played: Played) -> None:
    """The story has what it promises: touches that waited for a slot, leads that a switch held."""
    _, said = played
    assert said["held"]["rate_limit_email"] > 0
    assert said["held"]["killed_global"] > 0
    assert said["held"]["not_target"] > 0


def test_the_audit_counts_the_same(played: Played) -> None:
    """From the mail files and the exported events alone, every figure is the demo's."""
    folder, said = played
    counted = audit.audit(folder)
    alike = (
        "leads_in", "end_states", "sent", "mails_in_mailbox", "doubles", "sends_after_stop",
        "held", "unknown",
    )  # fmt: skip
    assert {name: counted[name] for name in alike} == {name: said[name] for name in alike}
    assert counted["losses"] == 0
    assert counted["without_unsubscribe"] == 0


def test_no_mail_goes_out_while_the_switch_is_off(played: Played) -> None:
    """Between the flip and the resume not one mail, and mails on both sides of it."""
    folder, _ = played
    events = audit.Events(folder)
    killed = audit.recorded(events["control.killed"][0])
    resumed = audit.recorded(events["control.resumed"][0])
    assert resumed - killed == timedelta(days=1)
    times = [mail.at for mail in audit.mails(folder)]
    assert not [at for at in times if killed < at < resumed]
    assert [at for at in times if at <= killed]
    assert [at for at in times if at >= resumed]


def test_no_mailbox_sends_more_than_its_quota(played: Played) -> None:
    """No mailbox sent more than its quota of 30 within any 24 hours."""
    folder, _ = played
    by_box: dict[str, list[Any]] = {}
    for fact in audit.Events(folder)["lead.contacted"]:
        by_box.setdefault(fact["data"]["resource_id"], []).append(audit.recorded(fact))
    assert len(by_box) == 4
    for moments in by_box.values():
        ordered = sorted(moments)
        for first, after in zip(ordered, ordered[30:], strict=False):
            assert after - first >= timedelta(days=1)
