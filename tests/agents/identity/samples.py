"""Rows of the public samples that the identity tests and figures run over."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "samples"


@cache
def jsonl(name: str) -> list[dict[str, Any]]:
    """Objects of `FOLDER/name`."""
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines() if line]


@cache
def table(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    """Rows of a CSV or TSV file with a header."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def strings(value: object) -> Iterator[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
