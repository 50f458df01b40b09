"""What the help of each command ends with: calls of it, and the exit codes. Read by `lazy.py`."""

from collections.abc import Mapping, Sequence

EXIT_CODES = """\b
Exit codes: 0 done, 1 failed, 2 usage, 3 configuration, 4 dependency unreachable,
5 refused by policy or switch, 6 nothing matched, 130 interrupted."""
"""Of every command; `\\b` keeps click from filling the lines."""

FIRST = f"""\b
Begin with `leadwire demo`, `leadwire COMMAND --help`, and the README.
Settings: flags, then LEADWIRE_NAME, then the file that LEADWIRE_CONFIG names, then
defaults; `leadwire config show --source` says which one holds.

{EXIT_CODES}"""
"""Of `leadwire --help`."""

EXAMPLES: Mapping[str, Sequence[str]] = {
    "apply": ("apply campaign.toml --dry-run", "apply campaign.toml"),
    "backup": ("backup copy.db",),
    "dlq replay": ("dlq replay ID", "dlq replay --agent scoring --dry-run"),
    "doctor": ("doctor",),
    "drafts approve": ("drafts approve DRAFT",),
    "explain": ('explain "Blue Door"', "explain 372e2168 --json"),
    "init": ("init stack",),
    "leads erase": ('leads erase LEAD --reason "asked on 3 May"',),
    "leads import": (
        "leads import leads.csv --dry-run",
        "leads import leads.csv --map business_name=Company --rejects bad.jsonl",
    ),
    "leads list": ("leads list --held", "leads list --status responded --json"),
    "leads publish": ("leads publish leads.jsonl", "leads publish - --json"),
    "leads score": ("leads score leads.csv --explain",),
    "leads show": ('leads show "Blue Door"',),
    "migrate": ("migrate", "migrate --check"),
    "pages build": ("pages build leads.csv --out site --url https://pages.example",),
    "pages check": ("pages check site",),
    "pause": (
        'pause campaign:spring --reason "price list is wrong"',
        'pause all --kill --reason "called by the client"',
    ),
    "restore": ("restore copy.db --as-of 2026-03-02T14:00:00Z",),
    "resume": ('resume campaign:spring --reason "mended"',),
    "review correct": ("review correct LEAD email=desk@bakery.example",),
    "run": ("run all", "run orchestrator replies"),
    "topics apply": ("topics apply --dry-run", "topics apply"),
    "unknowns settle": ('unknowns settle SEND_ID --as sent --reason "it is in the mailbox"',),
}
"""Command → calls of it as a person types them, less `leadwire`."""


def epilog(command: str) -> str:
    """Returns what the help of a command (`leads import`) ends with."""
    shown = "".join(f"\n  leadwire {one}" for one in EXAMPLES.get(command, ()))
    return f"\b\nExamples:{shown}\n\n{EXIT_CODES}" if shown else EXIT_CODES
