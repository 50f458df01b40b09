"""Telephone numbers in a page, each with its literal words.

A number counts where it is linked as one or where the words before it say so, or where it stands
alone or beside an address in a line. Numbers of registers, tax offices and banks, and those of fax
machines, are none. What is valid in its country's plan is `agents.identity.phones`' to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from agents.enrichment.site import wording
from agents.enrichment.site.document import Document, Line
from agents.identity import phones

WRITTEN = re.compile(
    r"(?<![\w.,/+@-])(?:\+|00)?\(?\d[\d\s()./\u00a0\u2009\u2011\u2013-]{5,24}\d(?![\w@]|[\s./-]\d)"
)
MOST = 12
"""Numbers of one line that are looked at."""
BEFORE = 40
"""Characters before a number in which its label stands."""
LAST_WORD = re.compile(r"([^\W\d_][\w.\-]*\.?(?:[ \-][^\W\d_][\w.\-]*\.?)?)\W*$")
DATE = re.compile(
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}|(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One number in E.164 with its literal words and its line; `linked` where a link says so."""

    e164: str
    literal: str
    line: Line
    linked: bool


def seen(document: Document, country: str | None) -> list[Seen]:
    """Returns every number of a page that can be called, in order, with repetitions."""
    return [one for line in document.lines for one in of_line(line, country)]


def of_line(line: Line, country: str | None) -> Iterator[Seen]:
    """Numbers of one line: linked ones, then those that are written."""
    for link in line.links:
        if link.href.lower().startswith("tel:"):
            number = unquote(link.href[4:]).partition("?")[0].partition(";")[0]
            found = phones.read(number, country)
            if not found.valid and link.text:
                found = phones.read(link.text, country)
            if found.e164 and not _is_fax(line.text, link.text):
                yield Seen(found.e164, link.href, line, True)
    for match in islice(WRITTEN.finditer(line.text), MOST):
        e164 = _written(line, match, country)
        if e164:
            yield Seen(e164, match.group().strip(), line, False)


def _is_fax(text: str, literal: str) -> bool:
    before = text.partition(literal)[0] if literal and literal in text else ""
    label = _label(before)
    return bool(label) and wording.FAX.fullmatch(label) is not None


def _label(before: str) -> str:
    """The word right before a number, which says what it is; empty where another number is."""
    match = LAST_WORD.search(before[-BEFORE:])
    if match is None:
        return ""
    words = match.group(1).strip(" .:-").split()
    tail = before[match.end(1) :]
    return "" if re.search(r"\d", tail) else " ".join(words)


def _written(line: Line, match: re.Match[str], country: str | None) -> str | None:
    written = match.group().strip()
    digits, groups = sum(one.isdigit() for one in written), len(re.findall(r"\d+", written))
    if DATE.search(written) or digits < 6 or digits < 1.7 * groups:
        return None
    before = line.text[: match.start()]
    label = _label(before)
    last = label.rpartition(" ")[2]
    if any(word and wording.FAX.fullmatch(word) for word in (label, last)):
        return None
    if any(word and wording.NOT_A_PHONE.fullmatch(word) for word in (label, last)):
        return None
    if not _meant(line, before, written):
        return None
    found = phones.read(_trimmed(written), country)
    return found.e164 if found.valid and found.type != "unknown" else None


def _trimmed(written: str) -> str:
    return written.replace("(0)", "").strip(" -–/.") if written.startswith(("+", "00")) else written


def _meant(line: Line, before: str, written: str) -> bool:
    """Says whether the line means a telephone number: it says so, stands alone, or stands with an
    address; a plus sign says it by itself."""
    if written.startswith("+") or wording.PHONE.search(before[-80:]):
        return True
    rest = line.text.replace(written, " ")
    if "@" in rest or wording.MAIL.search(before[-BEFORE:]):
        return True
    return not re.search(r"\w{3,}", rest) or wording.PHONE.search(rest) is not None
