"""The samples of the inbox's readers, and how an answer is held against a label.

From the folder that LEADWIRE_SHARED_DATA names where it is set (some rows may not be copied), else
from `tests/samples`.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agents.inbox import reading
from agents.inbox.reading import Reading
from agents.inbox.values import Class, Result

COPIES = Path(__file__).parents[2] / "samples"
Row = dict[str, Any]


def folder(name: str) -> Path:
    """Where the samples of a kind are."""
    shared = Path(os.environ.get("LEADWIRE_SHARED_DATA", "")) / name
    return shared if "LEADWIRE_SHARED_DATA" in os.environ and shared.is_dir() else COPIES / name


def jsonl(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


@cache
def bounces() -> tuple[Row, ...]:
    """Labelled reports; `raw` is the message."""
    base = folder("bounces")
    rows = jsonl(base / "bounces.jsonl")
    return tuple({**row, "raw": (base / row["file"]).read_bytes()} for row in rows)


@cache
def broken() -> tuple[Row, ...]:
    """Odd and broken MIME without labels; `raw` is the message."""
    base = folder("mime")
    rows = jsonl(base / "index.jsonl")
    return tuple({**row, "raw": (base / row["file"]).read_bytes()} for row in rows)


@cache
def replies() -> tuple[Row, ...]:
    """What people wrote; `raw` is the message."""
    rows = jsonl(folder("replies") / "visible_reply.jsonl")
    return tuple({**row, "raw": raw_of(row)} for row in rows)


def raw_of(row: Row) -> bytes:
    body = str(row["input"]).encode("utf-8", "replace")
    if row["format"] == "eml":
        return body
    kind = "html" if row["format"] == "html" else "plain"
    head = f"From: a@b.example\nSubject: Re: x\nContent-Type: text/{kind}; charset=utf-8\n\n"
    return head.encode() + body


def hostile() -> Iterator[bytes]:
    """Every hostile string as header, text, HTML and attachment name of a message."""
    for path in sorted(folder("hostile").glob("*.jsonl")):
        for row in jsonl(path):
            for value in row.values():
                if isinstance(value, str):
                    yield around(value)


def around(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return b"\n".join(
        (
            b"From: " + data,
            b"Subject: " + data,
            b"In-Reply-To: " + data,
            b"Content-Type: multipart/mixed; boundary=b",
            b"",
            b"--b",
            b"Content-Type: text/plain; charset=" + data[:40],
            b'Content-Disposition: inline; filename="' + data + b'"',
            b"",
            data,
            b"--b",
            b"Content-Type: text/html",
            b"",
            data,
            b"--b",
            data,
        )
    )


def first_half(row: Row) -> bool:
    """Whether a row is of the half that rules were written with; the other was held out."""
    return hashlib.sha256(row["source_path"].encode()).digest()[0] % 2 == 0


@dataclass(frozen=True)
class Answer:
    """One expected result with what was read for it; None where nothing acceptable was read."""

    row: Row
    expected: Row
    found: Result | None
    reading: Reading

    @property
    def right(self) -> bool:
        return self.found is not None and self.found.class_.value in self.expected["accept"]

    @property
    def strictly(self) -> bool:
        return self.found is not None and self.found.class_.value == self.expected["expected_class"]


def answers(rows: tuple[Row, ...]) -> list[Answer]:
    """Every expected result of every row, each with the result that answers it."""
    return [one for row in rows for one in answered(row, reading.read(row["raw"]))]


def answered(row: Row, found: Reading) -> Iterator[Answer]:
    """Results matched to labels: by recipient where it is labelled, acceptable ones first."""
    left = list(found.results)
    for expected in row["results"]:
        named = [r for r in left if matches(r, expected)] or left
        taken = next((r for r in named if r.class_.value in expected["accept"]), None)
        taken = taken or (named[0] if named else None)
        if taken in left:
            left.remove(taken)
        yield Answer(row, expected, taken, found)


def matches(result: Result, expected: Row) -> bool:
    wanted = expected.get("recipient")
    return not wanted or str(wanted).lower() == result.recipient.lower()


@dataclass(frozen=True)
class Hard:
    """Precision and recall of *hard*, each as hits and total. Precision by what is acceptable;
    `strict` counts results whose source says soft although both are acceptable as wrong."""

    precise: tuple[int, int]
    strict: tuple[int, int]
    recalled: tuple[int, int]


def hard(found: list[Answer]) -> Hard:
    said = [a for a in found if a.found is not None and a.found.class_ is Class.HARD]
    sure = [a for a in said if a.expected["expected_class"] in ("hard", "soft", "other")]
    wanted = [a for a in found if a.expected["expected_class"] == "hard"]
    return Hard(
        (sum("hard" in a.expected["accept"] for a in said), len(said)),
        (sum(a.strictly for a in sure), len(sure)),
        (sum(a.strictly for a in wanted), len(wanted)),
    )


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """A table of our own rows; `none` stands for an empty cell."""
    head, *lines = (COPIES / "inbox" / f"{name}.tsv").read_text("utf-8").splitlines()
    names = head.split("\t")
    rows = (dict(zip(names, line.split("\t"), strict=True)) for line in lines)
    return tuple({k: "" if v == "none" else v for k, v in row.items()} for row in rows)


def note(row: dict[str, str]) -> bytes:
    """The message of a row of `notes.tsv`."""
    fields = "".join(f"{field}\n" for field in row["fields"].split("; ") if field)
    head = f"From: a@b.example\nTo: c@d.example\nSubject: {row['subject']}\n{fields}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{row['text']}\n".encode()
