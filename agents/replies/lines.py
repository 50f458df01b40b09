"""Turns a mail's text into lines that know how deeply they are quoted.

The readers of what a person wrote (`visible.py`, `attribution.py`, `signature.py`) work on these
lines, whether they come from plain text (quote marks at the start of a line, RFC 3676 §4.5) or
from HTML (`markup.py` counts the quoting elements). The text is kept byte for byte, because what
stays visible must come out as it went in.

Everything is one pass with `str` methods and bounded patterns: a message of 10,000 quote levels
costs what its bytes cost.
"""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

# One run of marks: `> > >`, `>>>`, full-width marks of East Asian clients, `AB> ` of old readers.
MARKS = re.compile(r"[ \t\u00a0]*(?:[A-Z]{1,3}(?=>))?[>＞][>＞ \t\u00a0]*")
# A mark that a person typed: an unhappy face, a comparison, an arrow, the mbox escape of `From `.
# GroupWise writes its attribution between three marks.
NOT_A_MARK = re.compile(
    r"[ \t]*>+(?:[:;=][-o']?[()/\\|DPp<]|[.]<|_<|<|=|From )"
    r"|>>> [^>\n]{3,80}<?[^>\n]{3,80}>?[^>\n]{0,60}>>>\s{0,4}$"
    r"|[> ]{2,12}[^<>\n]{1,200}<{2,}\s{0,4}$"
)
# Direction marks and other signs without width that clients put around names and addresses.
INVISIBLE = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD), None
)


class Mark(IntEnum):
    """What a line is known to be before its words are read."""

    PLAIN = 0
    SIGNATURE = 1  # inside an element that the client itself named a signature
    RULE = 2  # a horizontal rule
    CUT = 3  # the client's own mark: from here on everything is the earlier message


class Line(NamedTuple):
    """One line: as it came, its quote depth, and its words without marks and margins."""

    text: str
    level: int
    bare: str
    mark: Mark = Mark.PLAIN


def plain(text: str, level: int = 0, mark: Mark = Mark.PLAIN) -> Line:
    """Builds a line whose depth is known."""
    return Line(text, level, bared(text), mark)


def bared(text: str) -> str:
    """The words of a line without margins and signs that nobody sees."""
    return text.strip() if text.isascii() else text.translate(INVISIBLE).strip()


def of_text(text: str) -> list[Line]:
    """Splits plain text at its line ends (CRLF, CR or LF) and reads the quote marks."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [of_line(line) for line in text.split("\n")]


def of_line(text: str) -> Line:
    """Reads the quote marks of one line."""
    if ">" not in text and "＞" not in text:
        return Line(text, 0, bared(text))
    found = MARKS.match(text)
    if found is None or NOT_A_MARK.match(text):
        return Line(text, 0, bared(text))
    marks = found.group()
    return Line(text, marks.count(">") + marks.count("＞"), bared(text[found.end() :]))


def join(lines: Iterable[Line]) -> str:
    """Puts lines together again, without blanks at their ends and blank lines at either end."""
    return "\n".join(line.text.rstrip() for line in lines).strip("\n \t\u00a0")


def next_written(lines: list[Line], start: int, reach: int = 40) -> int | None:
    """Finds the next line with words or marks from `start` on, at most `reach` lines away."""
    for index in range(start, min(len(lines), start + reach)):
        if lines[index].bare or lines[index].level:
            return index
    return None


def segments(kept: list[bool]) -> Iterator[tuple[int, int]]:
    """Yields the (start, end) of each run of kept lines."""
    start = None
    for index, keep in enumerate(kept):
        if keep and start is None:
            start = index
        elif not keep and start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(kept)
