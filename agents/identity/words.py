"""What the readers of identity share: text folded for comparing, and the tables beside this module.

Called by every reader in this folder. Tables are plain text so that a person who knows a language
better than we do can mend a line; each is read once, when it is first asked for.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0652]+")


def fold(text: str) -> str:
    """Text as it is compared: no case, no accents, the letters that do not decompose replaced.

    Only the marks of European, Hebrew and Arabic scripts go: elsewhere they tell words apart.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)
    return unicodedata.normalize("NFC", bare)


def words(text: str) -> frozenset[str]:
    """The words of a table that is short enough to stand in the code."""
    return frozenset(text.split())


@cache
def lines(table: str) -> tuple[str, ...]:
    """Lines of a table in `tables/`, without comments and blank ones."""
    text = files("agents.identity").joinpath("tables", table).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
