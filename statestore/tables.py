"""Which table a kind of row lives in: what an erasure blanks stands apart (design §8)."""

from statestore.base import CONTENT_KINDS, PERSONAL_KINDS

TABLES = ("states", "persons", "contents")


def table_of(kind: str) -> str:
    """Returns the table of a kind."""
    if kind in PERSONAL_KINDS:
        return "persons"
    return "contents" if kind in CONTENT_KINDS else "states"
