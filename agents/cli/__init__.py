"""The command line: `leadwire COMMAND`. This module names the commands; each loads when called.

Nothing here imports a command's module, so that `leadwire --help` stays far under half a second
and pulls in no client library. A command is a row in `COMMANDS`: its name, the module and object
that hold it, and the one line that `--help` shows.

Exit codes: 0 done, 1 failed, 2 usage, 3 configuration invalid, 4 dependency unreachable,
5 refused by policy or kill switch, 6 nothing matched, 130 interrupted.
"""

from agents.cli.lazy import LazyGroup, Row

INSPECT = LazyGroup(
    name="inspect",
    help="What would Leadwire make of this? Reads values, touches no store and no bus.",
    rows=[
        Row("mail", "agents.cli.inspect_mail:mail", "bounces, replies, absences, complaints"),
        Row("text", "agents.cli.inspect_text:text", "opt-out, intent and sentiment of short texts"),
        Row("phone", "agents.cli.inspect_identity:phone", "E.164, type and zones of numbers"),
        Row("address", "agents.cli.inspect_identity:address", "verdict on e-mail addresses"),
        Row("title", "agents.cli.inspect_identity:title", "priority, role, seniority of titles"),
        Row("company", "agents.cli.inspect_identity:company", "base name and legal form"),
        Row("leads", "agents.cli.inspect_identity:leads", "normalised leads and clusters"),
        Row("calendar", "agents.cli.inspect_identity:calendar", "public holidays of a region"),
    ],
)

COMMANDS = LazyGroup(
    name="leadwire",
    help="Leadwire: finds out about leads, scores them, reaches out, and can say why.",
    rows=[
        Row("demo", "agents.cli.demo:demo", "a three-week campaign in under a minute"),
    ],
    groups=[INSPECT],
)


def main() -> None:
    """Runs the command line; the console script of the package."""
    COMMANDS.main(prog_name="leadwire")
