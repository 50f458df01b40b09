"""Loads the samples of replies and says when an answer to one is right."""

import csv
import email
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from agents.replies.visible import Visible, visible_from_html, visible_reply

FOLDER = Path(__file__).parents[2] / "samples" / "replies"

# Rows of visible_reply.jsonl whose label contradicts what a visible reply is here.
SET_ASIDE = {
    "s-reply-004": "keeps a dash, a name and a job below the reply: a signature",
    "s-reply-015": "keeps 'Sincerely,' and the sender's name: a signature; row 018 of the same "
    "source cuts one",
    "s-reply-050": "keeps the signature below '-- ' and the program's footer",
    "s-reply-059": "keeps a forwarded message as what the person wrote",
    "s-reply-063": "keeps an attribution line and the text quoted below it",
}


@dataclass(frozen=True)
class Request:
    """A labelled answer to the question whether somebody asks to be left alone."""

    language: str
    answer: str
    subject: str
    text: str


@dataclass(frozen=True)
class Meant:
    """A labelled reply: its part (tune, calibrate, judge), label, objection, flags, text."""

    part: str
    language: str
    label: str
    objection: str
    flags: frozenset[str]
    text: str


def jsonl(name: str) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").split("\n") if line]


def tsv(name: str) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file; a backslash and n stand for a line end."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {key: value.replace("\\n", "\n") for key, value in row.items()}


@cache
def requests() -> tuple[Request, ...]:
    """All labelled requests and near misses."""
    return tuple(Request(**row) for row in tsv("opt_outs.tsv"))


@cache
def meanings() -> tuple[Meant, ...]:
    """All labelled replies."""
    return tuple(
        Meant(**{**row, "flags": frozenset(filter(None, row["flags"].split(",")))})  # type: ignore[arg-type]
        for row in tsv("intents.tsv")
    )


def sections(name: str) -> Iterator[tuple[str, str]]:
    """The named sections of a text file ("## name" above each)."""
    text = (FOLDER / name).read_text("utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, body = section.split("\n", 1)
        yield title, body.strip("\n")


def visible_rows() -> list[dict[str, Any]]:
    """The rows that expect something of the visible text."""
    expected = ("expected_visible", "must_contain", "must_not_contain")
    return [row for row in jsonl("visible_reply.jsonl") if any(key in row for key in expected)]


def read(row: dict[str, Any]) -> Visible:
    """What the reader makes of a row."""
    if row["format"] == "html":
        return visible_from_html(row["input"])
    if row["format"] == "eml":
        message = email.message_from_string(row["input"], policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        return visible_reply(body.get_content())
    return visible_reply(row["input"])


def right(row: dict[str, Any], text: str) -> bool:
    """Whether a visible text is what the row expects, compared in the row's own way."""
    wanted = row.get("expected_visible")
    if wanted is not None and squeezed(row, wanted) != squeezed(row, text):
        return False
    return all(part in text for part in row.get("must_contain", ())) and not any(
        part in text for part in row.get("must_not_contain", ())
    )


def squeezed(row: dict[str, Any], text: str) -> str:
    """A text without the blanks that the row's comparison leaves out."""
    return text.strip() if row["compare"] == "strip" else "".join(text.split())


def first_half(rows: list[dict[str, Any]]) -> set[str]:
    """The ids of the half that was open while the rules were written.

    Within each source and format every second row by the hash of its id; the other half was
    first looked at when the rules stood (41 of its 51 rows were right then).
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row["source"], row["format"]), []).append(row["id"])
    return {
        name
        for names in groups.values()
        for name in sorted(names, key=lambda name: sha1(name.encode()).hexdigest())[::2]
    }
