"""Which table a kind lives in, and how lists travel into a statement.

A list of names goes in as one JSON text and is joined through `json_each`: one prepared statement
for any length, and half the time of a statement per name.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from statestore.base import CONTENT_KINDS, PERSONAL_KINDS

TABLES = ("states", "persons", "contents")


def table_of(kind: str) -> str:
    """Returns the table of a kind: what erasure blanks stands apart."""
    if kind in PERSONAL_KINDS:
        return "persons"
    return "contents" if kind in CONTENT_KINDS else "states"


def listed(values: Iterable[Any]) -> str:
    """Returns values as the JSON text of a list; raises TypeError for unpaired surrogates."""
    return orjson.dumps(list(values)).decode()
