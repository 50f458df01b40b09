"""The page about operation says what the code does: codes, paths, and every line that warns."""

import ast
import re
from collections.abc import Iterator

from agents.cli import session
from agents.settings import Settings
from tests.deploy.files import DEPLOY

PAGE = (DEPLOY / "operation.md").read_text(encoding="utf-8")
ROOT = DEPLOY.parent
LEVELS = {"warning", "error", "exception", "critical"}


def cells(heading: str) -> list[str]:
    """The first cells of the table under a heading."""
    part = PAGE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| ([^|]*) \|", part, flags=re.MULTILINE)[1:]


def names(heading: str) -> set[str]:
    """What stands in them between backquotes."""
    return {name for cell in cells(heading) for name in re.findall(r"`([^`]+)`", cell)}


def warned() -> Iterator[str]:
    """The names of lines that the product logs at warning and above."""
    for folder in ("agents", "bus", "statestore", "channels"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                first = node.args[0] if node.args else None
                if node.func.attr in LEVELS and isinstance(first, ast.Constant):
                    yield str(first.value)


def test_every_line_that_warns_is_there_and_no_other() -> None:
    """Whoever finds one in a log finds it on the page."""
    found = set(warned())
    assert len(found) > 30
    assert names("Lines that ask for somebody") == found


def test_the_exit_codes_are_those_of_commands() -> None:
    """Each has its row, and names no other."""
    given = {code for _, code in session.CODES} | {
        session.FAILED,
        session.USAGE,
        session.REFUSED,
        session.NOTHING,
    }
    assert {int(cell) for cell in cells("Exit codes")} == given | {0, 130}


def test_the_paths_are_those_of_the_port() -> None:
    """Every route of the port has its place in the table."""
    source = (ROOT / "agents" / "web.py").read_text(encoding="utf-8")
    routes = set(re.findall(r'Route\("([^"]+)"', source))
    assert len(routes) > 5
    assert names("Health") == routes


def test_the_settings_exist() -> None:
    """Each variable that the page names is one that the product reads."""
    variables = set(re.findall(r"LEADWIRE_([A-Z_]+)", PAGE))
    assert variables
    assert {name.lower() for name in variables} <= set(Settings.model_fields)
