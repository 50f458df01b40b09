"""Time, ids and chance come through ports: only `agents/ports.py` may ask the machine for them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("agents", "bus", "channels", "contracts", "statestore")
PORTS = ROOT / "agents" / "ports.py"

FORBIDDEN = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep",
             "clock_gettime"},
    "uuid": {"uuid1", "uuid4"},
    "os": {"urandom"},
}  # fmt: skip
"""Module or class → what nobody may call there."""
MODULES = frozenset({"random", "secrets"})
"""Modules that nobody may import."""

BELOW = frozenset(
    {
        ("bus/sqlite/writer.py", "asyncio.sleep"),
        ("bus/kafka/lag.py", "asyncio.sleep"),
        ("statestore/postgres/writing.py", "asyncio.sleep"),
    }
)
"""Machine time below the ports: the bus's file is locked by another process while it closes, the
cluster has not chosen who keeps a group's offsets, other transactions of the database go first."""


def sources() -> Iterator[Path]:
    """Every module of the five packages but the ports."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path != PORTS:
                yield path


def offences(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, what was asked for) of each place that goes past the ports."""
    found: list[tuple[int, str]] = []
    names = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, a.name) for a in node.names if a.name in MODULES]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, word) for word in _taken(node)]
        elif isinstance(node, ast.Call):
            found += [(node.lineno, word) for word in _called(node, names)]
    return found


def _imported(tree: ast.AST) -> dict[str, str]:
    """Names in a module → what they stand for: `import datetime as dt`, `from time import time`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    return names


def _taken(node: ast.ImportFrom) -> list[str]:
    module = node.module or ""
    if module in MODULES:
        return [module]
    bad = FORBIDDEN.get(module, set()) if module in {"time", "uuid", "os"} else set()
    return [f"{module}.{alias.name}" for alias in node.names if alias.name in bad]


def _called(node: ast.Call, names: dict[str, str]) -> list[str]:
    function = node.func
    if not isinstance(function, ast.Attribute):
        return []
    owner = function.value
    word = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    known = names.get(word, word if isinstance(owner, ast.Attribute) else "")
    if function.attr in FORBIDDEN.get(known, set()):
        return [f"{known}.{function.attr}"]
    if known == "asyncio" and function.attr == "sleep" and not _zero(node):
        return ["asyncio.sleep"]
    return []


def _zero(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0


def test_no_module_goes_past_the_ports() -> None:
    """Named by file and line, with what it asked for."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for path in sources()
        for line, word in offences(ast.parse(path.read_text(encoding="utf-8")))
        if (str(path.relative_to(ROOT)), word) not in BELOW
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.now(UTC)",
        "from datetime import datetime as when\nwhen.utcnow()",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "import time as t\nt.monotonic()",
        "from time import time",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
        "import random",
        "from random import choice",
        "import secrets",
        "import os\nos.urandom(8)",
        "import asyncio\nasyncio.sleep(1)",
        "import asyncio\nasyncio.sleep(delay)",
    ],
)
def test_the_check_sees_what_it_looks_for(code: str) -> None:
    """Each way of going past the ports is an offence."""
    assert offences(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "clock.now()",
        "self.clock.now()",
        "import asyncio\nasyncio.sleep(0)",
        "from datetime import datetime\ndatetime.fromisoformat(text)",
        "from uuid import UUID\nUUID(text)",
        "def time(): ...\ntime()",
        "import os\nos.environ.get('A')",
    ],
)
def test_the_check_leaves_ports_and_values_alone(code: str) -> None:
    """A port is asked, a moment is read, a loop is given a turn."""
    assert offences(ast.parse(code)) == []


def test_the_ports_are_where_the_rule_says() -> None:
    """And there it is: the one module that may."""
    assert offences(ast.parse(PORTS.read_text(encoding="utf-8")))
    assert len(list(sources())) > 150
