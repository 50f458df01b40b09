"""Telephone numbers in a page, each with its literal words.

A number counts where it is linked as one or where the words before it say so, or where it stands
alone or beside an address in a line. Numbers of registers, tax offices and banks, and those of fax
machines, are none. What is valid in its country's plan is `agents.identity.phones`' to say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from urllib.parse import unquote

from agents.enrichment.site import wording
from agents.enrichment.site.document import Document, Line
from agents.identity import phones

WRITTEN = re.compile(
    r"(?<![\w.,/+@-])(?:\+|00)?\(?\d[\d\s()./\u00a0\u2009\u2011\u2013-]{5,50}\d(?![\w@]|[\s./-]\d)"
)
MOST = 12
"""Numbers of one line that are looked at."""
BEFORE = 40
"""Characters before a number in which its label stands."""
LAST_WORD = re.compile(r"([^\W\d_][\w.\-]*\.?(?:[ \-][^\W\d_][\w.\-]*\.?)?)\W*$")
DAY = r"(?:[0-3]?\d[./][01]?\d[./](?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d-\d\d-\d\d)"
DATE = re.compile(
    rf"(?:{DAY}|(?:19|20)\d\d)(?:\s*[-–/]\s*(?:{DAY}|(?:19|20)\d\d))*(?:\s+[\d.\s–-]{{1,12}})?"
)
"""Days and years, also from one to another, also with a time; "02.61.91.01.42" holds the like."""
LIST = re.compile(r"\s+[/|]\s+|\s*/\s*(?=\+|00)")
CALLED_AT = re.compile(r"(?<!\w)(?:at|on|au|unter|al|allo|op|på|ao|под|по)\s*$", re.IGNORECASE)
EXTENSION = re.compile(r"(?:ext(?:ension)?|poste|durchwahl|dw|int|anexo|ramal)\.?\s*\d{1,5}", re.I)
REGISTER = re.compile(r"[A-Z]{2}U?")
"""What a number of the tax office begins with; no telephone number does."""
LABEL_ABOVE = 30
"""Characters of a line that may be the label of the next one: a table's cell, a term."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One number in E.164 with its literal words and its line; `linked` where a link says so."""

    e164: str
    literal: str
    line: Line
    linked: bool


def seen(document: Document, country: str | None) -> list[Seen]:
    """Returns every number of a page that can be called, in order, with repetitions."""
    lines = document.lines
    return [one for place in range(len(lines)) for one in at(lines, place, country)]


def at(lines: Sequence[Line], place: int, country: str | None) -> Iterator[Seen]:
    """Numbers of one line among others; what one is may stand in the line above it."""
    above = lines[place - 1] if place else None
    yield from of_line(lines[place], country, _title_of(above) if above is not None else "")


def _title_of(above: Line) -> str:
    """The words of a line that says what the next one is; empty where it does not."""
    text = above.text
    titled = text.endswith((":", "：")) or len(text) <= LABEL_ABOVE
    return text if titled and not re.search(r"\d{3}", text) else ""


def of_line(line: Line, country: str | None, above: str = "") -> Iterator[Seen]:
    """Numbers of one line: linked ones, then those that are written. `above` says what a number is
    that begins its line."""
    for link in line.links:
        if link.href.lower().startswith("tel:"):
            number = unquote(link.href[4:]).partition("?")[0].partition(";")[0]
            found = phones.read(number, country)
            if not found.valid and link.text:
                found = phones.read(link.text, country)
            if found.e164 and not _is_fax(_before(line.text, link.text) or above):
                yield Seen(found.e164, link.href, line, True)
    for match in islice(WRITTEN.finditer(line.text), MOST):
        for start, written in _parts(match):
            before = line.text[:start]
            e164 = _written(line, before if before.strip() else above, written, country)
            if e164:
                yield Seen(e164, written if written in line.raw else line.raw, line, False)


def _parts(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """One number, or several with a stroke between them: (where it starts, as written)."""
    text = match.group()
    cuts = [0, *(one.end() for one in LIST.finditer(text)), len(text)]
    parts = [(a, text[a:b].strip(" /|")) for a, b in pairwise(cuts)]
    if len(parts) > 1 and all(sum(one.isdigit() for one in part) >= 6 for _, part in parts):
        yield from ((match.start() + start, part) for start, part in parts)
    else:
        yield match.start(), text.strip()


def _before(text: str, literal: str) -> str:
    return text.partition(literal)[0] if literal and literal in text else ""


def _is_fax(before: str) -> bool:
    """Says whether a fax machine's number follows; "Tel./Fax" is both."""
    label = _label(before)
    if before.rstrip().endswith(("📠", "🖷", "℻")):
        return True
    for word in (label, label.rpartition(" ")[2]):
        if word and wording.FAX.fullmatch(word):
            rest = re.split(r"\s+", before[: before.rfind(word)].rstrip())[-1].strip(" /.,&+-:")
            return not (rest and wording.PHONE.fullmatch(rest))
    return False


def _label(before: str) -> str:
    """The word right before a number, which says what it is; empty where another number is."""
    near = before[-BEFORE:]
    match = LAST_WORD.search(near)
    if match is None:
        return ""
    words = match.group(1).strip(" .:-").split()
    tail = near[match.end(1) :]
    return "" if re.search(r"\d", tail) else " ".join(words)


def _written(line: Line, before: str, written: str, country: str | None) -> str | None:
    digits, groups = sum(one.isdigit() for one in written), len(re.findall(r"\d+", written))
    if DATE.fullmatch(written) or digits < 6 or digits < 1.7 * groups:
        return None
    if _is_fax(before) or _is_register(before, written) or not _meant(line, before, written):
        return None
    found = phones.read(_trimmed(written), country)
    return found.e164 if found.valid and found.type != "unknown" else None


def _is_register(before: str, written: str) -> bool:
    """Says whether a register's or a bank's number follows: its label says so, or a tax office's
    letters stand before it."""
    label = _label(before)
    words = [word for word in (label, label.rpartition(" ")[2]) if word]
    if any(wording.NOT_A_PHONE.fullmatch(word) for word in words):
        return True
    return bool(words) and REGISTER.fullmatch(words[-1]) is not None and written[0] not in "+0("


def _trimmed(written: str) -> str:
    return written.replace("(0)", "").strip(" -–/.") if written.startswith(("+", "00")) else written


def _meant(line: Line, before: str, written: str) -> bool:
    """Says whether the line means a telephone number: it says so, stands alone, or stands with an
    address; a plus sign says it by itself."""
    if written.startswith("+") or wording.PHONE.search(before[-80:]) or CALLED_AT.search(before):
        return True
    rest = EXTENSION.sub(" ", line.text.replace(written, " "))
    if "@" in rest or wording.MAIL.search(before[-BEFORE:]):
        return True
    return not re.search(r"[^\W\d_]{3,}", rest) or wording.PHONE.search(rest) is not None
