"""`leadwire --help` names every command and loads none of them."""

import shlex
import subprocess
import sys

import click
import pytest

from agents import wiring
from agents.cli import COMMANDS
from agents.cli.examples import EXAMPLES
from agents.cli.lazy import LazyGroup

HEAVY = ("anthropic", "faststream", "httpx", "aiokafka", "pydantic", "rich", "uvicorn", "jinja2")
SCRIPT = """
import sys
from agents.cli import COMMANDS
try:
    COMMANDS.main(args={args!r}, prog_name="leadwire")
except SystemExit as ended:
    assert not ended.code, ended.code
print(",".join(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("args", [["--help"], ["leads", "--help"], ["dlq", "--help"]])
def test_help_loads_no_client_library(args: list[str]) -> None:
    """Said by the interpreter's own list of modules, in a process of its own."""
    script = SCRIPT.format(args=args, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stderr.strip(), "Commands:" in done.stdout) == ("", True)


def groups() -> list[LazyGroup]:
    """The command line and its groups."""
    below = [c for c in COMMANDS.commands.values() if isinstance(c, LazyGroup)]
    return [COMMANDS, *below]


@pytest.mark.parametrize("group", groups(), ids=lambda group: str(group.name))
def test_every_row_leads_to_a_command_with_a_help_text(group: LazyGroup) -> None:
    """A row that names a module or an object that is not there would fail only when called."""
    for name in group.rows:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.help, f"{group.name} {name} has no help"


@pytest.mark.parametrize("path", EXAMPLES)
def test_every_example_is_a_call_that_its_command_takes(path: str) -> None:
    """Its options, and how many arguments: parsed as click does, and not run."""
    *above, name = path.split()
    group = COMMANDS.commands[above[0]] if above else COMMANDS
    assert isinstance(group, LazyGroup)
    command = group.get_command(click.Context(group), name)
    assert command is not None
    context = click.Context(command)
    for example in EXAMPLES[path]:
        words = shlex.split(example)
        assert words[: len(above) + 1] == path.split()
        given, left, _ = command.make_parser(context).parse_args(words[len(above) + 1 :])
        assert not left
        needed = {one.name for one in command.params if one.required}
        assert needed <= {name for name, value in given.items() if value}
        assert f"leadwire {example}" in command.get_help(context)
    assert "Exit codes: 0 done" in command.get_help(context)


def test_run_names_every_agent() -> None:
    """Its help is written by hand, so that it loads nothing."""
    run = COMMANDS.get_command(click.Context(COMMANDS), "run")
    assert run is not None
    assert [name for name in wiring.MAKERS if name not in (run.help or "")] == []


def test_an_unknown_command_is_a_usage_error() -> None:
    """Exit code 2, and nothing is loaded for it."""
    from click.testing import CliRunner

    done = CliRunner().invoke(COMMANDS, ["no-such-command"])
    assert (done.exit_code, "No such command" in done.output) == (2, True)
