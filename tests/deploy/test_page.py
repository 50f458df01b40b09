"""The page about deployment names commands, files and profiles that there are."""

import re
import shlex

from tests.deploy.files import DEPLOY, command_of, services

PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_its_commands_exist() -> None:
    """By themselves, and through the service `cli`."""
    lines = re.findall(r"^(?:leadwire|docker compose run --rm cli) (.*)$", PAGE, flags=re.MULTILINE)
    named = re.findall(r"`leadwire ([a-z][^`]*)`", PAGE)
    found = [shlex.split(line, comments=True) for line in (*lines, *named)]
    assert len(found) > 5
    for words in found:
        if words[0] != "run":
            command, rest = command_of(words)
            command.make_context(command.name or "", rest, resilient_parsing=True)


def test_its_files_and_profiles_are_there() -> None:
    """Each row of the table."""
    rows = re.findall(r"^\| (`[^|]*`) \|", PAGE, flags=re.MULTILINE)
    names = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(names) > 10
    assert all((DEPLOY / name).exists() for name in names)
    profiles = {p for service in services().values() for p in service.get("profiles", ())}
    assert {"mail", "landing", "observability"} == profiles - {"cli"}
