"""`leadwire migrate`, `backup` and `restore`: what they print, and how they end."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.store import backup, migrate, restore
from agents.ports import SystemClock


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the store of the settings lies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEADWIRE_STORE", f"sqlite:{tmp_path / 'state.db'}")
    monkeypatch.setenv("LEADWIRE_BUS", f"sqlite:{tmp_path / 'bus.db'}")
    return tmp_path / "state.db"


def run(command: object, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments])  # type: ignore[arg-type]


def test_migrate_makes_a_store_and_then_has_nothing_to_do(path: Path) -> None:
    """First the steps by name, then *up to date*; `--check` says which, by its exit code too."""
    before = run(migrate, "--check")
    assert before.exit_code == 1
    assert "0001_state.sql pending; run `leadwire migrate`" in before.stderr
    assert not path.exists()
    done = run(migrate)
    assert (done.exit_code, done.stdout) == (0, f"{path}: applied 0001_state.sql\n")
    assert run(migrate).stdout == f"{path}: up to date, nothing to do\n"
    assert run(migrate, "--check").exit_code == 0
    assert json.loads(run(migrate, "--check", "--json").stdout)["pending"] == []


def test_migrate_prints_its_sql(path: Path) -> None:
    """Every pending step, as a script that the engine takes."""
    script = run(migrate, "--sql").stdout
    assert script.startswith("-- 0001_state.sql  sha256 ")
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    connection.close()
    run(migrate)
    assert run(migrate, "--sql").stdout == ""


@pytest.mark.parametrize("command", [migrate, backup, restore])
def test_a_store_without_a_file_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch, command: object
) -> None:
    """Exit code 3, with the setting to write."""
    monkeypatch.setenv("LEADWIRE_STORE", "memory:")
    arguments = {migrate: [], backup: ["x"], restore: ["x", "--as-of", "2026-01-01T00:00:00Z"]}
    done = run(command, *arguments[command])  # type: ignore[index]
    assert done.exit_code == 3
    assert "LEADWIRE_STORE=sqlite:PATH" in done.stderr


def test_backup_says_what_it_wrote_and_when(path: Path, tmp_path: Path) -> None:
    """Two files, and the time for `restore`; a second one needs another name or `--overwrite`."""
    run(migrate)
    done = run(backup, tmp_path / "copy.db", "--json")
    said = json.loads(done.stdout)
    assert said["bytes"] == (tmp_path / "copy.db").stat().st_size
    assert Path(said["stops_file"]).exists()
    assert said["stops"] == 0
    again = run(backup, tmp_path / "copy.db")
    assert again.exit_code == 3
    assert "--overwrite" in again.stderr
    assert "as of 20" in run(backup, tmp_path / "copy.db", "--overwrite").stdout


def test_backup_of_nothing_is_an_error(path: Path, tmp_path: Path) -> None:
    """Exit code 3, with the path that is not there; no file is left."""
    done = run(backup, tmp_path / "copy.db")
    assert done.exit_code == 3
    assert f"no file {path}" in done.stderr
    assert not list(tmp_path.glob("copy.db*"))


def test_restore_puts_the_copy_in_place(path: Path, tmp_path: Path) -> None:
    """It is open again afterwards, of another life, and the replaced store is kept."""
    run(migrate)
    taken = json.loads(run(backup, tmp_path / "copy.db", "--json").stdout)["as_of"]
    life = _meta(path)["incarnation"]
    done = run(restore, tmp_path / "copy.db", "--as-of", taken)
    assert done.exit_code == 0, done.output
    assert "restored as of" in done.stdout
    assert "unknowns list" in done.stdout
    meta = _meta(path)
    assert meta["incarnation"] != life
    assert meta["closed"] is None
    again = run(restore, tmp_path / "copy.db", "--as-of", taken, "--json")
    assert json.loads(again.stdout)["unknown"] == 0
    assert json.loads(again.stdout)["replaced"] == f"{path}.replaced-2"


def _meta(path: Path) -> dict[str, str | None]:
    connection = sqlite3.connect(path)
    rows = dict(connection.execute("SELECT name, value FROM meta"))
    connection.close()
    return rows


def test_restore_wants_a_time_with_a_zone_that_has_passed(path: Path, tmp_path: Path) -> None:
    """Exit code 2 for what is no moment, has no zone, or lies in the future."""
    run(migrate)
    run(backup, tmp_path / "copy.db")
    later = SystemClock().now().replace(year=2999).isoformat()
    for text in ("yesterday", "2026-01-01T00:00:00", later):
        done = run(restore, tmp_path / "copy.db", "--as-of", text)
        assert done.exit_code == 2, text
        assert "--as-of" in done.stderr
    assert run(restore, tmp_path / "copy.db").exit_code == 2


def test_a_bad_copy_replaces_nothing(path: Path, tmp_path: Path) -> None:
    """A missing or foreign file ends with a named error, and the store stays."""
    run(migrate)
    before = path.read_bytes()
    (tmp_path / "bad.db").write_bytes(b"no database at all" * 99)
    for name in ("none.db", "bad.db"):
        done = run(restore, tmp_path / name, "--as-of", "2026-01-01T00:00:00Z")
        assert done.exit_code in (3, 4), done.output
        assert name in done.stderr
    assert path.read_bytes() == before
