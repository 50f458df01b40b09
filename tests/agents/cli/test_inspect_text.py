"""`leadwire inspect text`: one object a line, in order, never a traceback."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents.cli.inspect_text import text
from tests.agents.replies import samples


def run(lines: str, *options: str) -> Result:
    return CliRunner().invoke(text, list(options), input=lines.encode())


def objects(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_message_gets_its_object_in_order() -> None:
    """With the fields that the README names."""
    found = run('{"text": "STOP"}\n\n{"text": "Too expensive", "channel": "email"}\n', "--jsonl")
    first, second = objects(found)
    assert found.exit_code == 0
    assert (first["opt_out"], first["keyword"], first["intent"]) == ("yes", "STOP", "negative")
    assert (second["opt_out"], second["objection"]) == ("no", "budget")
    fields = {"opt_out", "opt_in", "help", "keyword", "intent", "sentiment", "objection", "why"}
    assert fields <= set(first)


@pytest.mark.parametrize(
    "row", samples.jsonl("sms_keywords.jsonl"), ids=lambda r: r["source"][-40:]
)
def test_vendors_keywords_are_answered(row: dict[str, Any]) -> None:
    """Each under its own kind, and under no other."""
    lines = [json.dumps({"text": word, "vendor": row["provider"]}) for word in row["keywords"]]
    for found in objects(run("\n".join(lines), "--jsonl")):
        assert [k for k in ("opt_out", "opt_in", "help") if found[k] == "yes"] == [row["action"]]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("xx", "not JSON"),
        ("[1]", '"text"'),
        ('{"text": 1}', '"text"'),
        ('{"text": "a", "channel": "fax"}', "unknown channel"),
        ('{"text": "a", "vendor": 7}', '"vendor" must be a string'),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_answered_in_its_place(line: str, part: str) -> None:
    """The others are read, and the exit code tells of it."""
    found = run(f'{{"text": "a"}}\n{line}\n{{"text": "b"}}\n', "--jsonl")
    rows = objects(found)
    assert found.exit_code == 1
    assert rows[1]["line"] == 2
    assert part in str(rows[1]["error"])
    assert "intent" in rows[0]
    assert "intent" in rows[2]


def test_plain_lines_are_messages() -> None:
    """Without --jsonl a line is a text message."""
    assert [row["opt_out"] for row in objects(run("stop\nhello\n"))] == ["yes", "no"]


def test_hostile_bytes_are_read() -> None:
    """Broken UTF-8, NUL, lone surrogates."""
    found = CliRunner().invoke(
        text, ["--jsonl"], input=b'{"text": "\\ud800 \\u0000 \xff stop it"}\n'
    )
    assert found.exit_code == 0
    assert len(found.stdout.splitlines()) == 1
