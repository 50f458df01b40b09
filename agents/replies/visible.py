"""Turns a message into what its writer wrote, without quotes, signature and footers.

The inbox calls this with the text or HTML of a reply (and with the text that we sent, where it
knows it); everything that reads intentions and opt-outs sees only `Visible.text`. That is a matter
of safety: our own footer says "unsubscribe", and a quote that slips through is a false opt-out.

Order: our own lines are marked first (`ours.py`); then lines quoted by marks or by the client's
elements; then everything below an announcement of an earlier message (`attribution.py`), unless
quote marks show where that message ends (answers below or between); then the signature of each
stretch that is left (`signature.py`). Lines stay as they came.

Linear in the text: each step is one pass, and patterns are bounded.
"""

import re
from dataclasses import dataclass, field

from agents.replies import attribution, lines, markup, ours, signature
from agents.replies.lines import Line, Mark

EMPTY = lines.plain("")
KNOWN = 0.8  # share of our text that must be found before unmarked lines below it are believed


@dataclass(frozen=True)
class Visible:
    """What a person wrote (`text`), their signature, what was quoted, and why it was cut so."""

    text: str
    signature: str
    quoted: str
    why: str


@dataclass
class Reading:
    """The state of one reading: the lines, which of them are quoted, and the reasons."""

    lines: list[Line]
    quoted: list[bool]
    ours: list[bool]
    sent_found: bool = False
    reasons: dict[str, None] = field(default_factory=dict)


def visible_reply(text: str, *, sent: str | None = None) -> Visible:
    """Reads plain text. `sent` is the plain text of our own message, where it is known."""
    return read(lines.of_text(text), sent)


def visible_from_html(html: str, *, sent: str | None = None) -> Visible:
    """Reads HTML: rendered to lines, with the elements that clients quote in taken as quotes."""
    return read(markup.to_lines(html), sent)


def read(text: list[Line], sent: str | None) -> Visible:
    """Reads lines in the order that the module's docstring gives."""
    reading = Reading(text, [line.level > 0 for line in text], [False] * len(text))
    if any(reading.quoted):
        reading.reasons["quote marks"] = None
        unmark_lone_marks(reading)
    if sent and sent.strip():
        subtract(reading, sent)
    cut_announced(reading)
    rejoin_wrapped(reading)
    return assemble(reading)


def unmark_lone_marks(reading: Reading) -> None:
    """A single line that begins with a mark and a number was typed so (">50 people")."""
    marked = [i for i, quoted in enumerate(reading.quoted) if quoted]
    if len(marked) == 1 and re.match(r"\s*>\s?\d", reading.lines[marked[0]].text):
        reading.quoted[marked[0]] = False


def subtract(reading: Reading, sent: str) -> None:
    """Marks the lines that are our own."""
    reading.ours = ours.our_lines(reading.lines, sent)
    if not any(reading.ours):
        return
    sweep(reading)
    reading.quoted = [q or o for q, o in zip(reading.quoted, reading.ours, strict=True)]
    reading.reasons["our own text"] = None
    found = {
        w
        for line, o in zip(reading.lines, reading.ours, strict=True)
        if o
        for w in ours.words_of(line.bare)
    }
    own = {word for text in sent.split("\n") for word in ours.words_of(text)}
    reading.sent_found = len(own & found) >= KNOWN * len(own)


def sweep(reading: Reading) -> None:
    """Takes what a client's rewriting left right below our lines (links, image names) for ours."""
    below = False
    for index, line in enumerate(reading.lines):
        if reading.ours[index]:
            below = True
        elif line.bare:
            below = reading.ours[index] = below and is_debris(line)


def cut_announced(reading: Reading) -> None:
    """Finds each announcement of an earlier message and marks what belongs to it."""
    index = 0
    while index < len(reading.lines):
        if reading.quoted[index] and not reading.ours[index]:
            index += 1
            continue
        found = attribution.opening(reading.lines, index)
        if found is None:
            index += 1
            continue
        reading.reasons[found.kind] = None
        announce(reading, index, found)
        if not marked_below(reading, found.end):
            cut_rest(reading, found.end)
            return
        index = found.end


def announce(reading: Reading, index: int, found: attribution.Opening) -> None:
    """Marks the announcement itself; words that share its line stay."""
    for line in range(index, found.end):
        reading.quoted[line] = True
    if found.before:
        reading.lines[index] = lines.plain(found.before)
        reading.quoted[index] = False


def marked_below(reading: Reading, index: int) -> bool:
    """Tells whether the earlier message is marked line by line, so that its end is known."""
    below = lines.next_written(reading.lines, index)
    return below is not None and reading.lines[below].level > 0


def cut_rest(reading: Reading, index: int) -> None:
    """Takes everything below for the earlier message; answers between its lines are kept only
    where our text was found in it nearly whole, so that the rest cannot be ours."""
    first = next((i for i in range(index, len(reading.lines)) if reading.ours[i]), None)
    for line in range(index, len(reading.lines)):
        written_here = reading.sent_found and first is not None and line > first
        if written_here and earlier_still(reading, line):
            written_here = reading.sent_found = False
        if not written_here or not reading.lines[line].bare or is_debris(reading.lines[line]):
            reading.quoted[line] = True


def earlier_still(reading: Reading, index: int) -> bool:
    """Tells whether another, older message begins inside the quoted one."""
    return not reading.ours[index] and attribution.opening(reading.lines, index) is not None


def is_debris(line: Line) -> bool:
    """What is left of our lines when a client rewrote them: links, image names, lone marks."""
    return not re.search(r"\w", ours.LINK.sub(" ", line.bare)) or bool(
        re.match(r"\[(?:image|cid|bild|imagen)\b", line.bare.casefold())
    )


def rejoin_wrapped(reading: Reading) -> None:
    """Takes a line for quoted where wrapping pushed it out of a long quoted line.

    A mailer that wraps after quoting leaves half a line without its mark: a short line right below
    a long one that ended in mid-sentence, with the quote going on behind it. A bare link between
    two quoted lines is left over from one of them, too.
    """
    for index in range(1, len(reading.lines) - 1):
        if reading.quoted[index] or not reading.lines[index].bare:
            continue
        above, below = reading.lines[index - 1], reading.lines[index + 1]
        if above.level and below.level and left_over(above, reading.lines[index]):
            reading.quoted[index] = True


def left_over(above: Line, line: Line) -> bool:
    """Tells whether a line is the rest of the quoted one above it."""
    if is_debris(line):
        return True
    broken = len(above.bare) >= 60 and above.bare[-1] not in ".?!:;"
    return broken and line.bare[0].islower() and len(line.bare) < len(above.bare)


def assemble(reading: Reading) -> Visible:
    """Splits the signatures off what is left and puts the parts together."""
    signed = [False] * len(reading.lines)
    for start, end in lines.segments([not quoted for quoted in reading.quoted]):
        cut = start + signature.split(reading.lines[start:end])
        signed[cut:end] = [any(line.bare for line in reading.lines[cut:end])] * (end - cut)
        below_footer(reading, signed, start, cut)
    restore_postscript(reading.lines, signed)
    if any(signed):
        reading.reasons["signature"] = None
    return Visible(
        pick(reading.lines, [not (q or s) for q, s in zip(reading.quoted, signed, strict=True)]),
        pick(reading.lines, signed),
        pick(reading.lines, reading.quoted),
        reasons(reading),
    )


def below_footer(reading: Reading, signed: list[bool], start: int, end: int) -> None:
    """Takes what stands below a phone's footer for the earlier message.

    Some apps put the earlier message there without any announcement. Where nothing is written
    above the footer, the person wrote below it.
    """
    written = False
    for index in range(start, end):
        if written and signature.is_footer(reading.lines[index].bare):
            signed[index] = True
            reading.quoted[index + 1 : end] = [True] * (end - index - 1)
            return
        written = written or bool(reading.lines[index].bare)


def restore_postscript(text: list[Line], signed: list[bool]) -> None:
    """Gives a postscript below a signature back to what the person wrote."""
    inside = False
    for index, line in enumerate(text):
        if not signed[index] or not line.bare:
            inside = inside and signed[index] and bool(line.bare)
        elif signature.POSTSCRIPT.match(line.bare):
            inside = True
        signed[index] = signed[index] and not inside


def pick(text: list[Line], wanted: list[bool]) -> str:
    """Joins the wanted lines, one blank line where something was taken out between them."""
    kept: list[Line] = []
    cut = False
    for line, keep in zip(text, wanted, strict=True):
        if not keep or line.mark in (Mark.RULE, Mark.CUT):  # drawn rules are no words
            cut = cut or bool(kept)
        elif line.bare or not cut:
            if cut:
                without_blanks(kept).append(EMPTY)
            kept.append(line)
            cut = False
    return lines.join(kept)


def without_blanks(kept: list[Line]) -> list[Line]:
    """Lines without the blank ones at their end."""
    while kept and not kept[-1].bare:
        kept.pop()
    return kept


def reasons(reading: Reading) -> str:
    """One sentence on what was cut and by what evidence."""
    if not reading.reasons:
        return "nothing quoted, no signature"
    return "cut by " + ", ".join(reading.reasons)
