"""A click group whose commands are imported when they are called, not when they are listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from agents.cli.examples import EXIT_CODES, epilog


@dataclass(frozen=True)
class Row:
    """One command: its name, `module:object`, and the line that `--help` shows."""

    name: str
    target: str
    line: str


class LazyGroup(click.Group):
    """Lists rows without importing them; imports one when it is called."""

    def __init__(
        self,
        *,
        name: str,
        help: str,
        rows: Sequence[Row],
        groups: Sequence[click.Group] = (),
        root: bool = False,
        epilog: str = EXIT_CODES,
    ) -> None:
        super().__init__(name=name, help=help, commands=[*groups], epilog=epilog)
        self.root = root
        self.rows = {row.name: row for row in rows}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.rows, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = self.rows.get(cmd_name)
        if row is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = row.target.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{row.target} is not a command")
        command.epilog = epilog(self.path(cmd_name))
        return command

    def path(self, name: str) -> str:
        """A command's words behind the program's name."""
        return name if self.root else f"{self.name} {name}"

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.line(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def line(self, ctx: click.Context, name: str) -> str:
        """The help line of a command, without importing it."""
        if name in self.rows:
            return self.rows[name].line
        command = super().get_command(ctx, name)
        return (command.help or "") if command else ""
