"""Tables of wording: one way to say something a line, looked up in a text.

Used by every reader of the inbox that tells something by its words, so that a table can be read and
extended a line at a time. A line is a regular expression over lower-case text; one that ends in a
backslash goes on in the next; a name in angle brackets stands for a piece that lines share.

A report has thirty words and the tables hold a thousand lines, so lines are looked up by stems
(`agents.replies.wordings`): substrings of which one must occur where the line matches. Only lines
whose stems occur are tried; all else would cost milliseconds a message.
"""

import re
from collections.abc import Iterable, Mapping

from agents.replies.wordings import CONTINUED, Index, Rule, stems

Block = tuple[str, str]
"""What its lines stand for, and the lines."""


class Table:
    """Blocks of wordings in an order that matters: the first line that matches decides."""

    def __init__(self, blocks: Iterable[Block], pieces: Mapping[str, str] | None = None) -> None:
        self.index = Index(
            Rule(kind, 1, "zh", source, stems(source))  # begins anywhere, as in unspaced scripts
            for kind, lines in blocks
            for source in sources(lines, pieces or {})
        )

    def first(self, text: str) -> tuple[str, str] | None:
        """What the first matching line stands for, and the words that matched.

        `text` is lower case.
        """
        for rule in self.index.candidates(text):
            match = rule.pattern.search(text)
            if match:
                return rule.kind, match[0]
        return None

    def says(self, text: str) -> str:
        """The words of the first line that matches a text in any case; empty where none does."""
        found = self.first(text.lower())
        return found[1].strip() if found else ""


def table(lines: str, pieces: Mapping[str, str] | None = None) -> Table:
    """A table of one block, for what is either said or not."""
    return Table([("", lines)], pieces)


def sources(lines: str, pieces: Mapping[str, str]) -> Iterable[str]:
    """The lines of a block with their pieces put in."""
    for line in CONTINUED.sub("", lines).strip().split("\n"):
        source = line.strip()
        for name, piece in pieces.items():
            source = source.replace(f"<{name}>", piece)
        if source:
            yield source


def pattern(lines: str) -> re.Pattern[str]:
    """One pattern of all lines, ignoring case: for short fields and for the start of a text."""
    return re.compile("|".join(sources(lines, {})), re.IGNORECASE)
