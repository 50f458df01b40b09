"""`leadwire inspect phone|address|title|company|leads|calendar`, run as an operator runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents.cli import COMMANDS
from tests.agents.identity.samples import FOLDER


def run(*arguments: str, text: str | bytes = "") -> Result:
    return CliRunner().invoke(COMMANDS, ["inspect", *arguments], input=text)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_phones_come_back_in_order_with_the_keys_promised() -> None:
    lines = [
        '{"value": "+49 30 901820"}',
        '{"value": "030 901820", "region": "DE"}',
        '{"value": "?"}',
    ]
    result = run("phone", "--jsonl", text="\n".join(lines))
    found = rows(result)
    assert [row["e164"] for row in found] == ["+4930901820", "+4930901820", None]
    assert found[0].keys() >= {"e164", "type", "zones", "valid"}
    assert (found[0]["type"], found[0]["zones"]) == ("fixed_line", ["Europe/Berlin"])
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("command", "line", "keys"),
    [
        ("phone", {"value": "x"}, {"e164", "type", "zones", "valid"}),
        ("address", {"address": "a@b.example"}, {"verdict", "normalised", "why"}),
        ("title", {"title": "CEO"}, {"priority", "role", "seniority"}),
        ("company", {"name": "Example Ltd"}, {"base", "legal_form"}),
    ],
)
def test_each_command_answers_its_keys(command: str, line: dict[str, str], keys: set[str]) -> None:
    found = rows(run(command, "--jsonl", text=json.dumps(line)))
    assert found[0].keys() >= keys


def test_a_line_that_is_no_object_is_named_and_the_rest_is_read() -> None:
    result = run(
        "title", "--jsonl", text='{"title": "CEO"}\nnonsense\n{"name": 1}\n{"title": "VP"}\n'
    )
    found = rows(result)
    assert [row.get("priority") for row in found] == [100, None, None, 80]
    assert "not JSON" in found[1]["error"]
    assert found[2]["error"].startswith('no "title"')
    assert result.exit_code == 1
    assert "2 rows could not be read" in result.stderr


def test_values_are_taken_from_arguments_files_and_stdin(tmp_path: Path) -> None:
    file = tmp_path / "titles.txt"
    file.write_text("CEO\nManager\n", "utf-8")
    assert [r["priority"] for r in rows(run("title", "CEO", str(file)))] == [100, 100, 50]
    assert [r["priority"] for r in rows(run("title", text="VP\n"))] == [80]


def test_a_file_that_is_missing_is_a_usage_error() -> None:
    result = run("title", "--jsonl", "no-such-file.jsonl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no-such-file.jsonl" in result.stderr


def test_bytes_that_are_no_text_are_read() -> None:
    result = run("company", text=b"\xff\xfe Caf\xe9 Ltd\n")
    assert rows(result)[0]["legal_form"] == "Ltd"
    result = run("company", "--jsonl", text='{"name": "\\ud800 Ltd"}')
    assert rows(result)[0]["legal_form"] == "Ltd"


def test_leads_are_normalised_and_clustered_by_their_own_rows() -> None:
    result = run("leads", str(FOLDER / "places" / "chicago_childcare.csv"), "--country", "US")
    found = rows(result)
    assert [row["row"] for row in found] == list(range(1, len(found) + 1))
    assert len({row["cluster"] for row in found}) < 700
    joined = next(row for row in found if row["joined_to"])
    assert joined["evidence"]
    assert found[joined["joined_to"] - 1]["cluster"] == joined["cluster"]


def test_rows_are_counted_where_the_file_does_not_number_them(tmp_path: Path) -> None:
    file = tmp_path / "leads.jsonl"
    file.write_text('{"name": "A", "row": 7}\n{"name": "B"}\n', "utf-8")
    assert [row["row"] for row in rows(run("leads", str(file)))] == [1, 2]
    file.write_text('{"name": "A", "row": 7}\n{"name": "B", "row": 9}\n', "utf-8")
    assert [row["row"] for row in rows(run("leads", str(file)))] == [7, 9]


def test_a_mapping_overrides_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("id,Display,Ort\n1,Blue Door,Bath\n", "utf-8")
    found = rows(run("leads", str(file), "--map", "name=Display"))
    assert (found[0]["name"], found[0]["city"], found[0]["extra"]) == (
        "Blue Door",
        "Bath",
        {"id": "1"},
    )
    for wrong, said in (
        ("colour=Ort", "colour"),
        ("name=Nome", "no column 'Nome'"),
        ("name", "FIELD=COLUMN"),
    ):
        result = run("leads", str(file), "--map", wrong)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_a_file_that_is_no_text_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(b"PK\x03\x04rest")
    result = run("leads", str(file))
    assert result.exit_code == 2
    assert "CSV" in result.stderr


def test_numbers_that_are_none_become_null(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("name,lat,lon,weight\nA,inf,nan,NaN\n", "utf-8")
    found = rows(run("leads", str(file)))
    assert (found[0]["latitude"], found[0]["longitude"]) == (None, None)


def test_a_calendar_lists_its_days() -> None:
    found = rows(run("calendar", "DE-BY", "2026"))
    assert found[0] == {
        "date": "2026-01-01",
        "name": "Neujahr",
        "type": "public",
        "substitute": False,
    }
    assert [row["date"] for row in found] == sorted(row["date"] for row in found)


@pytest.mark.parametrize(("region", "year"), [("XX", "2026"), ("DE-XX", "2026"), ("DE", "1066")])
def test_a_calendar_that_there_is_not_is_a_usage_error(region: str, year: str) -> None:
    result = run("calendar", region, year)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "calendar" in result.stderr


def test_people_see_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal a table, with markup shown as it stands."""
    from agents.cli import inspect_identity

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    inspect_identity.show(
        [{"title": "[red]CEO[/red]", "priority": 100, "role": None}], as_json=False
    )
    shown = capsys.readouterr().out
    assert "[red]CEO[/red]" in shown
    assert "role" not in shown
