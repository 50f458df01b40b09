"""`leadwire inspect mail`: one object a message, in order, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents.cli import COMMANDS, inspect_mail
from tests.agents.inbox import samples

FIELDS = {
    "file", "kind", "results", "visible_text", "signature", "opt_out", "intent", "sentiment",
    "return_date", "in_reply_to", "references", "why",
}  # fmt: skip
RESULT = {"recipient", "class", "status", "reply_code", "reason", "diagnostic"}


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(COMMANDS, ["inspect", "mail", *arguments], input=stdin)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_folder_gives_a_row_a_message_in_order() -> None:
    """Names in order, data files left out."""
    folder = samples.COPIES / "mime" / "eml"
    result = run(str(folder))
    found = rows(result)
    assert result.exit_code == 0
    assert [row["file"] for row in found] == sorted(map(str, folder.glob("*.eml")))
    assert all(set(row) >= FIELDS for row in found)


def test_a_report_has_a_result_for_each_recipient(tmp_path: Path) -> None:
    """The words of the vocabulary, as text."""
    path = tmp_path / "one.eml"
    head = b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail\n\n"
    path.write_bytes(head + b"<a@b.example>: 550 5.1.1 User unknown\n")
    (row,) = rows(run(str(path)))
    assert set(row["results"][0]) >= RESULT
    assert (row["kind"], row["results"][0]["class"]) == ("bounce", "hard")
    assert row["results"][0]["recipient"] == "a@b.example"


def test_stdin_is_one_message() -> None:
    """A dash reads what is piped in."""
    (row,) = rows(run("-", stdin=b"Subject: Re: x\nIn-Reply-To: <a@b>\n\nYes please"))
    assert (row["file"], row["kind"], row["in_reply_to"]) == ("-", "reply", "a@b")


def test_lines_of_each_format_are_read_in_order() -> None:
    """Text, HTML and raw messages; our own text subtracted where it is given."""
    given = [
        {"id": "one", "format": "text", "input": "Yes\n> no"},
        {"id": "two", "format": "html", "input": "<p>Yes</p><blockquote>no</blockquote>"},
        {"id": "three", "format": "eml", "input": "Subject: unsubscribe\n\nnow"},
        {
            "id": "four",
            "input": "Nice!\nour words here are these",
            "sent": "our words here are these",
        },
    ]
    found = rows(run("--jsonl", stdin="\n".join(map(json.dumps, given))))
    assert [row["file"] for row in found] == ["one", "two", "three", "four"]
    assert [row["visible_text"] for row in found] == ["Yes", "Yes", "now", "Nice!"]
    assert [row["opt_out"] for row in found] == ["no", "no", "yes", "no"]


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("{", "give one object a line"),
        ("[]", 'no "input"'),
        ('{"input": 3}', 'no "input"'),
        ('{"input": "x", "format": "pdf"}', "one of"),
    ],
)
def test_a_line_that_holds_no_message_says_why(line: str, remedy: str) -> None:
    """The others are read all the same; the exit code tells."""
    result = run("--jsonl", stdin=line + '\n{"input": "hello"}\n')
    first, second = rows(result)
    assert remedy in first["error"]
    assert (second["visible_text"], result.exit_code) == ("hello", 1)


def test_a_missing_file_is_a_row_and_an_empty_folder_is_nothing(tmp_path: Path) -> None:
    """1: something failed; 6: nothing matched."""
    missing = run(str(tmp_path / "no.eml"))
    assert (missing.exit_code, "give a readable file" in missing.stdout) == (1, True)
    assert run(str(tmp_path)).exit_code == 6


def test_an_mbox_is_a_row_a_message(tmp_path: Path) -> None:
    """Told by its name."""
    path = tmp_path / "all.mbox"
    one = "From a@b Thu Jul  2 12:05:05 2020\nSubject: {}\n\ntext\n\n"
    path.write_text(one.format("one") + one.format("two"))
    assert [row["subject"] for row in rows(run(str(path)))] == ["one", "two"]


def test_a_day_can_be_given_where_a_mail_has_none() -> None:
    """Relative dates need one."""
    raw = b"Subject: Out of office\n\nI am back on Monday."
    assert rows(run("-", stdin=raw))[0]["return_date"] is None
    assert rows(run("--date", "2024-06-26", "-", stdin=raw))[0]["return_date"] == "2024-07-01"


def test_nothing_makes_a_traceback(tmp_path: Path) -> None:
    """Hostile strings as mails and as lines."""
    for number, raw in enumerate(samples.hostile()):
        if number % 40 == 0:
            (tmp_path / f"{number}.eml").write_bytes(raw)
    result = run(str(tmp_path))
    assert (result.exit_code, result.exception) == (0, None)
    assert all(set(row) >= FIELDS for row in rows(result))


def test_a_person_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Without control characters, and without markup from the mail."""
    rows = iter([inspect_mail.answer("x", b"From: a@b.example\n\n[red]hi\x1b[31m[/red]", None)])
    assert inspect_mail.table(rows) == (1, 0)
    shown = capsys.readouterr().out
    assert "\x1b[31m" not in shown
    assert "reply" in shown
