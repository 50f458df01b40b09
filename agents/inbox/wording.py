"""Tables of wording into patterns: one alternative a line, joined into one regular expression.

Used by every reader that tells something by its words, so that a table can be read and extended a
line at a time. Pieces in angle brackets are named fragments, given by the table's own module.
"""

import re
from collections.abc import Mapping


def pattern(table: str, pieces: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One pattern of all lines of a table, ignoring case; `<name>` stands for a piece."""
    lines = [line.strip() for line in table.strip().split("\n") if line.strip()]
    joined = "|".join(lines)
    for name, piece in (pieces or {}).items():
        joined = joined.replace(f"<{name}>", piece)
    return re.compile(joined, re.IGNORECASE)
