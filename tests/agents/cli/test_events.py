"""`leadwire events validate`: verdicts on stdout, a count on stderr, exit code 1 for a failure."""

import json
from pathlib import Path

from click.testing import CliRunner

from agents.cli.events import validate
from contracts import schema

GOOD = json.dumps(schema.examples()["inbound.leads.v1"]["minimal"])


def test_each_line_of_a_file_gets_a_verdict(tmp_path: Path) -> None:
    """In order; exit code 1, since one fails."""
    path = tmp_path / "leads.jsonl"
    path.write_text(f'{GOOD}\n{{"business_name": "B"}}\n')
    done = CliRunner().invoke(validate, [str(path), "--type", "inbound.leads.v1"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["line"], row["ok"]) for row in rows] == [(1, True), (2, False)]
    assert rows[1]["code"] == "invalid"
    assert done.exit_code == 1
    assert done.stderr == "2 events, 1 failed\n"


def test_stdin_is_a_dash_and_good_events_end_well() -> None:
    """Exit code 0."""
    done = CliRunner().invoke(validate, ["-", "--type", "inbound.leads.v1"], input=GOOD)
    assert (done.exit_code, json.loads(done.stdout)["ok"]) == (0, True)


def test_failures_alone_may_be_asked_for() -> None:
    """For long files."""
    arguments = ["-", "--type", "inbound.leads.v1", "--failures"]
    done = CliRunner().invoke(validate, arguments, input=f"{GOOD}\nx\n{GOOD}\n")
    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [2]


def test_an_absent_file_is_a_matter_of_usage() -> None:
    """Exit code 2, with its name."""
    done = CliRunner().invoke(validate, ["nowhere.jsonl"])
    assert done.exit_code == 2
    assert "nowhere.jsonl" in done.stderr


def test_an_empty_file_says_so() -> None:
    """Nothing failed, and nothing was judged."""
    done = CliRunner().invoke(validate, ["-"], input="")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no events in it\n")
