"""The deployment's files as values, for the tests beside this one."""

import re
from pathlib import Path
from typing import Any

import click
import yaml

from agents.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::?(?P<how>[-?])(?P<rest>[^}]*))?\}")


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    """A compose file, its anchors and merges resolved."""
    found = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def services(name: str = "compose.yaml") -> dict[str, dict[str, Any]]:
    """Its services."""
    found = compose(name)["services"]
    assert isinstance(found, dict)
    return found


def ours() -> dict[str, dict[str, Any]]:
    """Services that run our image."""
    return {k: v for k, v in services().items() if "LEADWIRE_IMAGE" in v["image"]}


def agents() -> dict[str, dict[str, Any]]:
    """Services that run agents, by service."""
    return {k: v for k, v in ours().items() if v.get("command", [""])[0] == "run"}


def usual() -> list[str]:
    """Agents that no profile waits for."""
    return [name for name, service in agents().items() if "profiles" not in service]


def variables(name: str = "compose.yaml") -> dict[str, set[str]]:
    """Each variable that a compose file asks for → the defaults it is given there."""
    found: dict[str, set[str]] = {}
    text = (DEPLOY / name).read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for match in VARIABLE.finditer(text):
        defaults = found.setdefault(match["name"], set())
        if match["how"] == "-":
            defaults.add(match["rest"])
    return found


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and its arguments; fails where there is none."""
    group: click.Command = COMMANDS
    context = click.Context(COMMANDS)
    rest = list(words)
    while isinstance(group, click.Group):
        name = rest.pop(0)
        found = group.get_command(context, name)
        assert found is not None, f"no command {' '.join(words)}"
        group = found
    return group, rest


def seconds(text: str) -> float:
    """A duration of a compose file."""
    match = re.fullmatch(r"(?=\d)(?:(\d+)m)?(?:(\d+)s)?", text)
    assert match, text
    return int(match[1] or 0) * 60 + int(match[2] or 0)
