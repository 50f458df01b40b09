"""The machine-readable part of a delivery report (RFC 3464) into groups of fields by recipient.

Called for message/delivery-status parts and for any text in which such fields stand: several
systems write them into the readable part, wrap them in the middle of a name, or break the empty
lines that should separate the groups. So groups are made by what their fields mean, not by lines.
"""

import re
from dataclasses import dataclass

FIELD = re.compile(r"[ \t>]{0,8}([A-Za-z][A-Za-z0-9-]{2,40})[ \t]{0,3}:[ \t]*(.*)\Z", re.DOTALL)
ADDRESS = ("original-recipient", "final-recipient", "x-actual-recipient")
PER_RECIPIENT = frozenset(
    {
        *ADDRESS,
        "action",
        "status",
        "remote-mta",
        "diagnostic-code",
        "last-attempt-date",
        "final-log-id",
        "will-retry-until",
        "x-supplementary-info",
        "x-display-name",
        "x-smtp-server-response",
        "x-notes",
        "localized-disposition",
        "smtp-remote-recipient",
    }
)
KNOWN = PER_RECIPIENT | {
    "reporting-mta",
    "received-from-mta",
    "arrival-date",
    "original-envelope-id",
    "dsn-gateway",
}
LINES = 20_000  # lines of a report that are looked at; 1,000 recipients fit


@dataclass(frozen=True)
class Group:
    """The fields of one recipient, names in lower case, folds joined by a space."""

    fields: dict[str, str]

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


def groups(text: str) -> tuple[Group, ...]:
    """One group for each recipient that a delivery-status text names, in order."""
    found: list[dict[str, str]] = []
    current: dict[str, str] = {}
    for block in blocks(text):
        for name, value in block:
            if begins_another(current, name):
                found.append(current)
                current = {}
            current.setdefault(name, value)
        if addressed(current) and complete(current):
            found.append(current)
            current = {}
    found.append(current)
    return tuple(Group(fields) for fields in found if addressed(fields) or judged(fields))


def begins_another(current: dict[str, str], name: str) -> bool:
    return name in current and (addressed(current) or judged(current))


def addressed(fields: dict[str, str]) -> bool:
    return any(fields.get(name) for name in ADDRESS)


def judged(fields: dict[str, str]) -> bool:
    return "status" in fields or "diagnostic-code" in fields


def complete(fields: dict[str, str]) -> bool:
    return "action" in fields or judged(fields)


def blocks(text: str) -> list[list[tuple[str, str]]]:
    """The per-recipient fields of each run of lines between empty lines."""
    made: list[list[tuple[str, str]]] = [[]]
    for line in unfolded(text):
        if not line.strip():
            made.append([])
            continue
        match = FIELD.match(line)
        if match and match[1].lower() in PER_RECIPIENT:
            made[-1].append((match[1].lower(), " ".join(match[2].split())))
    return [block for block in made if block]


def unfolded(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n", LINES)[:LINES]:
        folded = line[:1] in (" ", "\t") and line.strip() and lines and lines[-1].strip()
        if folded and not names_field(line):
            lines[-1] = f"{lines[-1][:4000]} {line.strip()}"
        else:
            lines.append(line)
    return lines


def names_field(line: str) -> bool:
    match = FIELD.match(line)
    return match is not None and match[1].lower() in KNOWN


def holds_fields(text: str) -> bool:
    """Whether a text carries delivery-status fields: a recipient and a judgement."""
    lowered = text[:200_000].lower()
    if "-recipient:" not in lowered:
        return False
    return "\nstatus:" in lowered or "\naction:" in lowered or "diagnostic-code:" in lowered


def typed(value: str) -> str:
    """A typed value ("rfc822; a@b.example", "smtp; 550 …") without its type."""
    kind, separator, rest = value.partition(";")
    if separator and len(kind) < 30 and "@" not in kind and " " not in kind.strip():
        return rest.strip()
    return value.strip()
