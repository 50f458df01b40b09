"""`leadwire schema export|check|asyncapi|page`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents.cli.schema import asyncapi, check, export, page
from contracts import schema


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A folder as `schema export` wrote it."""
    done = CliRunner().invoke(export, [str(tmp_path / "older")])
    assert done.exit_code == 0, done.output
    return tmp_path / "older"


def rewritten(folder: Path, type_: str, change: Any) -> None:
    path = folder / f"{type_}.json"
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def test_export_writes_a_file_a_type(older: Path) -> None:
    """Talk on stderr, files in the folder."""
    assert {path.stem for path in older.iterdir()} == set(schema.schemas())


def test_check_passes_against_what_ships_and_what_was_exported(older: Path) -> None:
    """Exit code 0, nothing on stdout."""
    for arguments in ([], ["--against", str(older)]):
        done = CliRunner().invoke(check, arguments)
        assert (done.exit_code, done.stdout) == (0, ""), done.output


def test_a_field_that_a_produced_event_lost_fails(older: Path) -> None:
    """As seen from an older version that had it."""
    rewritten(older, "lead.contacted.v1", lambda s: s["properties"].update(seen={"type": "string"}))
    done = CliRunner().invoke(check, ["--against", str(older)])
    assert done.exit_code == 1
    assert "lead.contacted.v1  $.seen  lost_field" in done.stdout


def test_a_field_that_a_produced_event_retyped_fails(older: Path) -> None:
    """Rule and path, for machines too."""
    rewritten(older, "lead.contacted.v1", lambda s: s["properties"].update(step={"type": "string"}))
    done = CliRunner().invoke(check, ["--against", str(older), "--json"])
    assert done.exit_code == 1
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["type"], row["rule"], row["path"]) == ("lead.contacted.v1", "retyped", "$.step")


def test_a_field_that_an_accepted_event_began_to_require_fails(older: Path) -> None:
    """Writers who left it out would be refused."""
    rewritten(older, "inbound.replies.v1", lambda s: s["required"].remove("occurred_at"))
    done = CliRunner().invoke(check, ["--against", str(older)])
    assert done.exit_code == 1
    assert "inbound.replies.v1  $.occurred_at  new_required" in done.stdout


def test_a_field_that_a_produced_event_gained_passes(older: Path) -> None:
    """Optional ones may come."""
    rewritten(older, "lead.contacted.v1", lambda s: s["properties"].pop("settled"))
    assert CliRunner().invoke(check, ["--against", str(older)]).exit_code == 0


@pytest.mark.parametrize(("content", "code"), [(None, 2), ("{", 1)])
def test_a_folder_without_schemas_says_so(tmp_path: Path, content: str | None, code: int) -> None:
    """Empty: usage. Damaged: which file."""
    if content is not None:
        (tmp_path / "lead.scored.v1.json").write_text(content)
    done = CliRunner().invoke(check, ["--against", str(tmp_path)])
    assert done.exit_code == code
    assert "schema export" in done.stderr or "lead.scored.v1.json is not JSON" in done.stderr


def test_the_asyncapi_document_goes_to_stdout_or_to_a_file(tmp_path: Path) -> None:
    """The same bytes; talk on stderr."""
    shown = CliRunner().invoke(asyncapi, [])
    assert (shown.exit_code, json.loads(shown.stdout)["asyncapi"]) == (0, "3.0.0")
    written = CliRunner().invoke(asyncapi, ["--out", str(tmp_path / "made.json")])
    assert (written.exit_code, written.stdout) == (0, "")
    assert (tmp_path / "made.json").read_text() == shown.stdout


def test_the_page_names_the_broker_that_it_is_told(tmp_path: Path) -> None:
    """An operator hands it to analysts."""
    out = tmp_path / "events.html"
    done = CliRunner().invoke(page, ["--out", str(out), "--broker", "kafka.example:9092"])
    assert done.exit_code == 0
    assert "kcat -C -b kafka.example:9092" in out.read_text()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Not a stack trace."""
    done = CliRunner().invoke(page, ["--out", str(tmp_path / "none" / "events.html")])
    assert done.exit_code == 1
    assert "No such file or directory" in done.stderr
