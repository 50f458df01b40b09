"""Settings: who wins, where a value came from, and what is said of a wrong one."""

from pathlib import Path

import pytest

from agents.doing import PERMIT_SECONDS
from agents.settings import Settings, SettingsError, load, secret
from channels.email.session import Deadlines


def loaded(
    tmp_path: Path,
    text: str | bytes | None = None,
    environment: dict[str, str] | None = None,
    **flags: object,
) -> object:
    """Loads settings from a file, an environment and flags."""
    file = tmp_path / "leadwire.toml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    environ = {"LEADWIRE_CONFIG": str(file), **(environment or {})}
    return load(flags, environ if text is not None else environment or {})


def problem(tmp_path: Path, text: str | bytes | None, **environment: str) -> str:
    """What is said of settings that are wrong."""
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, text, environment)
    return str(error.value)


def test_flag_before_environment_before_file_before_default(tmp_path: Path) -> None:
    """And each value says where it came from."""
    text = "[settings]\nslots = 1\nbatch = 1\nsweep = 1\n"
    environment = {"LEADWIRE_SLOTS": "2", "LEADWIRE_BATCH": "2"}
    found = loaded(tmp_path, text, environment, slots=3, batch=None)
    settings = found.settings  # type: ignore[attr-defined]
    assert (settings.slots, settings.batch, settings.sweep) == (3, 2, 1)
    assert settings.audit_seconds == Settings().audit_seconds
    sources = found.sources  # type: ignore[attr-defined]
    assert (sources["slots"], sources["batch"]) == ("flag", "environment")
    assert (sources["sweep"].startswith("file "), "audit_seconds" in sources) == (True, False)


def test_a_level_in_capitals_is_the_same_level(tmp_path: Path) -> None:
    """As half of the world writes it; one that does not exist is refused with those that do."""
    found = loaded(tmp_path, "", {"LEADWIRE_LOG_LEVEL": "WARNING"})
    assert found.settings.log_level == "warning"  # type: ignore[attr-defined]
    words = problem(tmp_path, "", LEADWIRE_LOG_LEVEL="loud")
    assert "'debug', 'info', 'warning' or 'error'" in words


def test_a_file_that_nobody_named_need_not_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defaults are enough to start; a file that was named must be there."""
    monkeypatch.chdir(tmp_path)
    assert load({}, {}).settings == Settings()
    with pytest.raises(SettingsError, match=r"no file .*missing.toml; check LEADWIRE_CONFIG"):
        load({}, {"LEADWIRE_CONFIG": str(tmp_path / "missing.toml")})


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("slot", "slots"), ("basee_url", "base_url"), ("htp_port", "http_port")],
)
def test_an_unknown_setting_is_refused_with_the_nearest_known_one(
    tmp_path: Path, name: str, nearest: str
) -> None:
    """In the file and in the environment alike."""
    assert f"did you mean {nearest}?" in problem(tmp_path, f"[settings]\n{name} = 1\n")
    said = problem(tmp_path, None, **{f"LEADWIRE_{name.upper()}": "1"})
    assert (f"LEADWIRE_{name.upper()}" in said, f"did you mean {nearest}?" in said) == (True, True)


def test_a_literal_secret_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """The text says how to write it, and never what was written."""
    literal = "correct horse battery staple"
    for said in (
        problem(tmp_path, f'[settings]\nsecret = "{literal}"\n'),
        problem(tmp_path, None, LEADWIRE_SECRET=literal),
    ):
        assert ("env:NAME or file:PATH" in said, "horse" in said) == (True, False)
    with pytest.raises(SettingsError) as error:
        secret(literal, {})
    assert "horse" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[settings\n", "not readable as TOML"),
        ('[settings]\nbase_url = "Caf\xe9"\n'.encode("latin-1"), "not readable as TOML"),
        (b"[settings]\nslots = 0\n", "slots"),
        (b'[settings]\nmode = "loud"\n', "mode"),
        (b"settings = 3\n", "[settings]"),
    ],
    ids=["broken", "latin-1", "out of bounds", "no such mode", "no table"],
)
def test_unreadable_settings_say_where_and_why(tmp_path: Path, text: bytes, words: str) -> None:
    """A clear error, never a trace."""
    assert words in problem(tmp_path, text)


def test_a_folder_in_a_files_place_is_named(tmp_path: Path) -> None:
    """With what the system said."""
    folder = tmp_path / "leadwire.toml"
    folder.mkdir()
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load({}, {"LEADWIRE_CONFIG": str(folder)})


def test_a_secret_is_resolved_where_it_is_used(tmp_path: Path) -> None:
    """From the environment, or from a file without its line end."""
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    assert secret("env:THERE", {"THERE": "a value"}) == "a value"
    assert secret(f"file:{file}", {}) == "from a file"
    with pytest.raises(SettingsError, match="environment variable GONE is empty"):
        secret("env:GONE", {})
    with pytest.raises(SettingsError, match="secret file"):
        secret(f"file:{tmp_path / 'gone'}", {})


@pytest.mark.parametrize("kind", ["binary", "empty"])
def test_a_secret_file_that_holds_no_text_is_named(tmp_path: Path, kind: str) -> None:
    """An empty key would key nothing; a binary one cannot be read as text."""
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe\x00" if kind == "binary" else b"\n")
    with pytest.raises(SettingsError, match="secret file"):
        secret(f"file:{file}", {})


def test_a_lease_outlives_the_longest_call() -> None:
    """A call that is only slow is nobody's to give up: its sender is there and will record it."""
    assert Settings().lease_seconds > Deadlines().total + PERMIT_SECONDS
