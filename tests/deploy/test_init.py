"""`leadwire init DIR`: secrets drawn once, what is theirs left alone, what is ours kept current."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents import declaring
from agents.cli import COMMANDS
from agents.deploying import placing
from agents.settings import Settings, from_file
from tests.deploy.files import DEPLOY

SECRETS = (
    "INSTALLATION_KEY",
    "POSTGRES_PASSWORD",
    "STORE_PASSWORD",
    "STORE_ADMIN_PASSWORD",
    "GRAFANA_PASSWORD",
    "KAFKA_CLUSTER_ID",
)


def init(folder: Path, *options: str) -> Result:
    """Gives the command."""
    return CliRunner().invoke(COMMANDS, ["init", str(folder), *options])


def environment(folder: Path) -> dict[str, str]:
    """What stands in its `.env`."""
    return dict(placing.values((folder / ".env").read_text(encoding="utf-8")))


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    """Each is drawn anew, none is left as the example has it, and only their owner reads them."""
    for name in ("one", "two"):
        assert init(tmp_path / name).exit_code == 0
    one, two = environment(tmp_path / "one"), environment(tmp_path / "two")
    for name in SECRETS:
        assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", one[name]), name
        assert one[name] != two[name]
    assert len({one[name] for name in SECRETS}) == len(SECRETS)
    for name in placing.PRIVATE:
        assert (tmp_path / "one" / name).stat().st_mode & 0o777 == 0o600
    assert "<" not in "".join(one.values())


def test_a_strict_umask_hides_secrets_and_nothing_that_is_mounted(tmp_path: Path) -> None:
    """Containers run as another user than the operator: what they mount they can read."""
    before = os.umask(0o077)
    try:
        assert init(tmp_path / "strict").exit_code == 0
    finally:
        os.umask(before)
    folder = tmp_path / "strict"
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        if path.name not in placing.PRIVATE:
            assert path.stat().st_mode & 0o005 >= 0o004 + path.is_dir(), path


def test_again_changes_nothing(tmp_path: Path) -> None:
    """Byte by byte, and it says so."""
    init(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = init(tmp_path, "--json")
    assert done.exit_code == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert '"state":"new"' not in done.output


def test_what_an_older_release_lacked_is_added_and_no_secret_drawn_anew(tmp_path: Path) -> None:
    """A line that is missing comes with its comment; every other stays as somebody wrote it."""
    init(tmp_path)
    path = tmp_path / ".env"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("KAFKA_PORT=", "GRAFANA_PASSWORD="))]
    kept = [line.replace("LEADWIRE_MODE=live", "LEADWIRE_MODE=test") for line in kept]
    path.write_text("".join(kept), encoding="utf-8")
    before = environment(tmp_path)
    done = init(tmp_path, "--json")
    after = environment(tmp_path)
    assert "new: GRAFANA_PASSWORD, KAFKA_PORT" in done.output
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"KAFKA_PORT", "GRAFANA_PASSWORD"}
    assert path.read_text(encoding="utf-8").startswith("".join(kept))


def test_a_changed_file_of_ours_is_kept_until_somebody_says_so(tmp_path: Path) -> None:
    """`--force` asks; without a terminal it wants `--yes`; secrets and declarations stay anyway."""
    init(tmp_path)
    compose, declared = tmp_path / "compose.yaml", tmp_path / "leadwire.toml"
    compose.write_text("services: {}\n", encoding="utf-8")
    declared.write_text("[settings]\nslots = 3\n", encoding="utf-8")
    secrets = environment(tmp_path)
    assert "--force replaces it" in init(tmp_path, "--json").output
    refused = init(tmp_path, "--force")
    assert (refused.exit_code, "--yes" in refused.output) == (2, True)
    assert compose.read_text(encoding="utf-8") == "services: {}\n"
    assert init(tmp_path, "--force", "--yes").exit_code == 0
    assert compose.read_bytes() == (DEPLOY / "compose.yaml").read_bytes()
    assert declared.read_text(encoding="utf-8") == "[settings]\nslots = 3\n"
    assert environment(tmp_path) == secrets


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """It names what would be written."""
    done = init(tmp_path / "nowhere", "--dry-run", "--json")
    assert (done.exit_code, '"file":".env","state":"new"' in done.output) == (0, True)
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """One line and the code for failed, no traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = init(tmp_path / "file" / "inside")
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
    assert "file" in done.output


def test_the_starter_declaration_applies_and_sends_nothing_by_itself(tmp_path: Path) -> None:
    """It is valid, its campaign waits for approval, and its mailbox delivers nothing."""
    init(tmp_path)
    document = tomllib.loads((tmp_path / "leadwire.toml").read_text(encoding="utf-8"))
    declaration = declaring.parse(document)
    assert [campaign.mode for campaign in declaration.campaigns] == ["copilot"]
    assert [r.settings["host"] for r in declaration.resources] == ["mailbox"]


def test_every_setting_is_in_the_starter_or_in_the_compose_file(tmp_path: Path) -> None:
    """Commented out, with its default: taking the marks away gives valid settings."""
    init(tmp_path)
    path = tmp_path / "leadwire.toml"
    text = path.read_text(encoding="utf-8")
    names = set(re.findall(r"^# (\w+) = ", text, flags=re.MULTILINE))
    assert set(Settings.model_fields) - placing.SET_BY_COMPOSE <= names
    opened = re.sub(r"^# (\w+ = .*)$", r"\1", text.split("[[client]]")[0], flags=re.MULTILINE)
    path.write_text(opened, encoding="utf-8")
    assert Settings.model_validate(from_file(path, named=True)) == Settings()


def test_the_wheel_brings_the_files(tmp_path: Path) -> None:
    """What `init` copies is in the built package too, where there is no checkout."""
    document = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    included = document["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"deploy": "agents/deploying/files"}
    for name in (*placing.OURS, *placing.THEIRS.values(), placing.EXAMPLE):
        assert (placing.shipped() / name).is_file(), name


@pytest.mark.parametrize("text", ["A=1\nB=2\n", "A=1\nB=2", ""])
def test_completing_keeps_what_is_there(text: str) -> None:
    """With and without a line end at the end."""
    done = placing.completed(text, "# about C\nC=<generated:8>\nA=9\n", lambda size: "x" * size)
    assert done.startswith(text)
    found = placing.values(done)
    assert found["C"] == "xxxxxxxx"
    assert found["A"] == ("1" if text else "9")
