"""Finds where an earlier message begins: attribution lines, separators, copied headers.

`visible.py` asks `opening(lines, index)` for every line that is not quoted already and gets back
how many lines announce the earlier message, or nothing. Three shapes are known, each in the words
of `attribution_words.py`:

- *attribution*: "On 3 May 2024, at 10:12, NAME <address> wrote:", up to five lines long, with
  date, name and verb in any order, also glued to the end of a reply ("yes --- On …");
- *separator*: "-----Original Message-----", "Begin forwarded message:";
- *headers*: From, Sent, To, Subject in a block, bold or starred, with folded lines.

A sentence may look like any of these ("On the other hand", "Date: Wednesday"), so each shape asks
for evidence of its kind (an address, a year or a time of day, several different headers). Patterns
are bounded and lines over `LONGEST` characters are never attributions, so that no text can make
this slow.
"""

import re
from typing import NamedTuple

from agents.replies import attribution_words as words
from agents.replies.lines import Line, Mark, next_written

LONGEST = 320
JOINED = 5  # lines of one attribution
FOLDED = 4  # lines that a copied header may be folded over


class Opening(NamedTuple):
    """What announces an earlier message: its kind, where it ends, and words before it."""

    kind: str
    end: int  # index after its last line
    before: str = ""  # the part of the first line that is still the reply


def alternation(entries: tuple[str, ...]) -> str:
    """Builds one alternative of words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(entries), key=len, reverse=True))


ADDRESS = re.compile(r"[\w.+'=&/*-]{1,128}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}", re.IGNORECASE)
ANGLED = re.compile(r"[<\[(]\s{0,2}(?:mailto:)?[^\s<>@]{1,128}@[^\s<>@]{1,128}[>\])]|<\s*mailto:")
TIME = re.compile(
    r"\b\d{1,2}\s?[:.hH]\s?[0-5]\d(?!\d)|\b\d{1,2}\s?[ap]\.?m\b|[上下]午|오[전후]|\d時"
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}(?!\d)")
WROTE = re.compile(r"(?<!\w)(?:" + alternation(words.WROTE) + r")(?!\w)")
UNSPACED_WROTE = re.compile("|".join(w for w in words.WROTE if w[0] > "\u0e00" and " " not in w))
OPENS = re.compile(r"(?:" + alternation(words.OPENERS) + r")(?:\s|(?<=[\u0e00-\uffff]))")
DAY = re.compile(r"(?:" + alternation(words.DAYS_AND_MONTHS) + r")\w{0,10}[.,]{0,2}\s")
STARTS_WITH_DATE = re.compile(r"[\[(]?\d{1,4}[./年-]|\d{1,2}\.?\s\w{3,12}\.?,?\s")
COLON = re.compile(r"\s{0,3}[:：︰][\s\u00a0*_-]{0,6}$")
GLUED = re.compile(r"(?:-{2,}|\s)\s{0,3}(?=(?:On|Am|Le|El|Il|Em|Op|Den|W dniu|Dne)\s[^:]{0,40}\d)")
I_MYSELF = re.compile(
    r"(?<!\w)(?:i|we|ich|wir|je|nous|yo|nosotros|io|noi|eu|nós|ik|wij|jag|jeg|vi|ja|what|which"
    r"|that|was|wie|as|como|come|comme|ce que|lo que|zoals)(?!\w)"
)


def opening(lines: list[Line], index: int) -> Opening | None:
    """Tells whether an earlier message is announced at `index`, and where the announcement ends."""
    line = lines[index]
    if line.mark is Mark.CUT:
        return Opening("client's mark", index + 1)
    if not line.bare or len(line.bare) > LONGEST:
        return None
    return separator(lines, index) or headers(lines, index) or attribution(lines, index)


SEPARATOR = re.compile(
    r"(?:[-_=*~>\s\u2010-\u2015\u2500]{2,}|[-_=*\u2013\u2014])\s{0,4}(?:"
    + alternation(words.ORIGINAL + words.FORWARDED)
    + r")(?:\s[^-\n]{0,80})?\s{0,4}[-_=*~\s\u2010-\u2015\u2500]*:?$"
)
GROUPWISE = re.compile(r">>> .{3,200}\d.{0,60}>>>$")
ABOVE = re.compile(r"(?<!\w)(?:" + alternation(words.REPLY_ABOVE) + r")(?!\w)")
BARE_SEPARATOR = re.compile(
    r"\*{0,2}(?:"
    + alternation(words.BEGIN_FORWARD + words.ORIGINAL + words.FORWARDED)
    + r")\*{0,2}"
    r"\s?:?\*{0,2}$"
)


def separator(lines: list[Line], index: int) -> Opening | None:
    """Recognises "-----Original Message-----" and its kin; bare ones need headers below."""
    bare = lines[index].bare.casefold()
    if SEPARATOR.match(bare) or GROUPWISE.match(bare) or ABOVE.search(bare):
        return Opening("separator", index + 1)
    if not BARE_SEPARATOR.match(bare):
        return None
    if bare.rstrip("* :") in words.BEGIN_FORWARD and bare.endswith((":", "*")):
        return Opening("forwarded", index + 1)
    below = next_written(lines, index + 1)
    if below is not None and header_kind(lines[below].bare):
        return Opening("separator", index + 1)
    return None


HEADER = re.compile(
    r"[*_\s]{0,3}(?P<name>[^\W\d_][^:：*]{0,24}?)\s{0,2}\*{0,2}\s{0,2}[:：]\*{0,2}\s{0,8}(?P<value>"
    r".*)$"
)
KINDS = {
    **dict.fromkeys(words.COPY, "copy"),
    **dict.fromkeys(words.TO, "to"),
    **dict.fromkeys(words.SUBJECT, "subject"),
    **dict.fromkeys(words.SENT, "sent"),
    **dict.fromkeys(words.FROM, "from"),
}


def header_kind(bare: str) -> str | None:
    """Names the copied header that a line is, if it is one: from, sent, to, copy, subject."""
    if ":" not in bare[:40] and "：" not in bare[:40]:
        return None
    found = HEADER.match(bare)
    return KINDS.get(found["name"].strip().casefold()) if found else None


def headers(lines: list[Line], index: int) -> Opening | None:
    """Recognises a block of copied headers, with a rule above it or without.

    Two headers are enough where both carry an address, a year or a time; three where one does;
    a block under a rule needs two. "Date: Wednesday" above "Time: 7" is an invitation.
    """
    start = index
    ruled = is_rule(lines[index])
    if ruled:
        below = next_written(lines, index + 1, 4)
        if below is None or lines[below].level:
            return None
        start = below
    if header_kind(lines[start].bare) is None:
        return None
    block = header_block(lines, start)
    return Opening("headers", block.end) if block.convinces(ruled) else None


RULE = re.compile(r"[_\u2500\u2014=*-]{5,}$")


def is_rule(line: Line) -> bool:
    """Tells whether a line is nothing but a drawn rule."""
    return line.mark is Mark.RULE or bool(RULE.match(line.bare))


class Block(NamedTuple):
    """A block of copied headers: kinds seen, how many carry evidence, where it ends."""

    kinds: frozenset[str]
    evidence: int
    end: int

    def convinces(self, ruled: bool) -> bool:
        """Tells whether these headers were copied by a client and not typed by a person."""
        if "from" not in self.kinds and "sent" not in self.kinds:
            return False
        if {"from", "sent", "to", "subject"} <= self.kinds:
            return True
        need = 3 - self.evidence - ruled
        return len(self.kinds) >= 2 and len(self.kinds) > need and bool(self.evidence or ruled)


def header_block(lines: list[Line], start: int) -> Block:
    """Reads headers from `start` while they follow each other, folded lines included."""
    kinds: set[str] = set()
    evidence, index, folded = 0, start, 0
    while index < len(lines) and index < start + 24 and lines[index].bare:
        kind = header_kind(lines[index].bare)
        if kind is None:
            folded += 1
            if folded > FOLDED or not kinds:
                break
        elif kind in kinds and kind != "copy":
            break
        else:
            folded = 0
            evidence += carries_evidence(kind, lines, index)
            kinds.add(kind)
        index += 1
    return Block(frozenset(kinds), evidence, index - folded if folded > FOLDED else index)


def carries_evidence(kind: str, lines: list[Line], index: int) -> bool:
    """Tells whether a header's value is of the sort that only a client writes."""
    value = lines[index].bare[:LONGEST]
    if kind == "sent":
        return bool(TIME.search(value) and re.search(r"\d\D+\d", value)) or bool(
            YEAR.search(value) and NUMERIC_DATE.search(value)
        )
    if kind in ("from", "to", "copy"):
        follow = lines[index + 1].bare[:LONGEST] if index + 1 < len(lines) else ""
        return "@" in value or (follow.startswith(("<", "[")) and "@" in follow)
    return bool(
        re.search(r"[:：]\s*(?:re|aw|fw|fwd|wg|tr|sv|vs|rv|odp|antw|rif)\s?:", value.casefold())
    )


def attribution(lines: list[Line], index: int) -> Opening | None:
    """Recognises "On … NAME wrote:" that begins at `index` and ends within a few lines."""
    if not may_begin(lines[index].bare):
        return None
    found = glued(lines, index)
    if found:
        return found
    joined = ""
    for end in range(index, min(len(lines), index + JOINED)):
        line = lines[end]
        bracket = joined.count("<") > joined.count(">") and line.text.startswith(">")
        if len(joined) > LONGEST or (line.level != lines[index].level and not bracket):
            break
        if not line.bare and not continues(lines, end + 1):
            break
        joined = f"{joined} {line.text.strip() if bracket else line.bare}".strip()
        if announces(joined, quoted_below(lines, end + 1, line.level), end == index):
            return Opening("attribution", end + 1)
    return None


def continues(lines: list[Line], index: int) -> bool:
    """Tells whether a blank line only interrupts an attribution (some clients break at `<`)."""
    return index < len(lines) and lines[index].bare.startswith("<")


def quoted_below(lines: list[Line], index: int, level: int) -> bool:
    """Tells whether the next written line is quoted more deeply."""
    below = next_written(lines, index)
    return below is not None and lines[below].level > level


def may_begin(bare: str) -> bool:
    """A cheap look: can an attribution begin with this line?"""
    return bare[-1] in ":：-*_" or any(c.isdigit() for c in bare[:60]) or "@" in bare


def announces(joined: str, quoted: bool, single: bool) -> bool:
    """Tells whether joined lines say who wrote what is quoted below.

    With a verb, a date or an address is needed; without one, both. Where nothing below is marked
    as quoted, everything below would be lost to the reader, so the evidence must be stronger: an
    address, a year or a time of day.
    """
    if len(joined) > LONGEST:
        return False
    text = joined.strip("*_- ").casefold()
    dashed = joined.startswith("--") and joined.endswith("--")
    verb = WROTE.search(text) or UNSPACED_WROTE.search(text)
    address = "@" in text and ADDRESS.search(text)
    if not (COLON.search(joined) or dashed or (verb and address and verb.end() == len(text))):
        return (quoted and dated_address(text)) or runs_on(joined)
    if verb is None:
        dated = begins_with_date(text) or bool(YEAR.search(text) and TIME.search(text))
        return bool(address and ANGLED.search(joined)) and dated
    if I_MYSELF.search(text[: verb.start()]) and not address:
        return False
    if not (begins_with_date(text) or (single and begins_with_name(joined, verb.start()))):
        return False
    strong = address or YEAR.search(text) or TIME.search(text)
    return bool(strong or quoted)


def runs_on(joined: str) -> bool:
    """An attribution with the earlier message right behind it on its line, as Yahoo's app does."""
    verb = WROTE.search(joined.casefold())
    if verb is None or not re.match(r"\s?[:：]\s", joined[verb.end() :]):
        return False
    head = joined[: verb.end()]
    dated = YEAR.search(head) and TIME.search(head)
    return bool(dated and ANGLED.search(head)) and begins_with_date(head.casefold())


def dated_address(text: str) -> bool:
    """A line without a colon: a date first and an address in angle brackets last."""
    closed = text.endswith((">", "]", ")")) and text.count("<") <= text.count(">")
    return closed and begins_with_date(text) and bool(ADDRESS.search(text))


def begins_with_date(text: str) -> bool:
    """Tells whether a line opens with a date, alone or after "On", "Le", "Am" and the like."""
    if STARTS_WITH_DATE.match(text):
        return True
    opened = OPENS.match(text) or DAY.match(text)
    return opened is not None and any(c.isdigit() for c in text[opened.end() : opened.end() + 26])


def begins_with_name(joined: str, verb: int) -> bool:
    """Tells whether what stands before the verb is a name or an address, not a clause."""
    head = joined.strip("*_- ")[:verb]
    if ADDRESS.search(head):
        return True
    tokens = head.replace('"', " ").split()
    return 0 < len(tokens) <= 5 and all(not token[0].islower() for token in tokens)


def glued(lines: list[Line], index: int) -> Opening | None:
    """Recognises an attribution at the end of a line of the reply ("yes --- On … wrote:")."""
    bare = lines[index].bare
    if not COLON.search(bare) or not WROTE.search(bare.casefold()):
        return None
    found = next(reversed(list(GLUED.finditer(bare))), None)
    if (
        found is None
        or begins_with_date(bare.casefold())
        or not announces(bare[found.end() :], False, True)
    ):
        return None
    return Opening("attribution", index + 1, bare[: found.start()].rstrip(" -"))
