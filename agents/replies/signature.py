"""Splits the signature off what a person wrote, and reads name, role, phone and company in it.

`visible.py` hands over one stretch of unquoted lines; `split` answers where its signature begins.
From the end upwards four things are taken off: what phones and programs add ("Sent from my …"),
legal notices, footers of mailing lists, and the signature proper, known by its delimiter
(RFC 3676 §4.3), by a closing formula, or by lines of contact data under a name.

Two choices. "Thanks, NAME" stays: it is something said, and half of the public samples agree;
"Kind regards" and its kin are formula and go. And nothing is taken where nothing would be left:
"Cheers" alone is an answer. A postscript below a signature is read as what the person wrote.
"""

import re
from dataclasses import dataclass

from agents.replies import signature_words as words
from agents.replies.attribution import alternation
from agents.replies.lines import Line, Mark

TAIL = 120  # lines from the end that may hold a signature
BLOCK = 16  # written lines of a signature, legal notices not counted


@dataclass(frozen=True)
class Signature:
    """What a signature says of its writer; None where it says nothing."""

    name: str | None = None
    role: str | None = None
    phone: str | None = None
    company: str | None = None


DELIMITER = re.compile(r"(?:--|—|––|-{2,3}\s|_{2,}|-{5,})$")
TRIM = " \t\u00a0,.;:!*_-–—~|"
VALEDICTION = re.compile(r"(?:" + alternation(words.VALEDICTIONS) + r")(?![\w'’])")
FORMULAS = frozenset(words.VALEDICTIONS)
THANKED = frozenset(words.THANKS)
FOOTER = re.compile(r"[-–—*_<\[(\s]{0,4}(?:" + alternation(words.SENT_FROM) + r")(?!\w)")
UNSPACED_FOOTER = re.compile(
    r"[^\n。]{0,28}(?:から送信|에서 보냄|'\w{1,4} gönderildi)$"
    r"|(?:发自|發自|傳自|傳送自)我?的?.{0,24}$"
)
DEVICE = re.compile(r"(?<!\w)(?:" + alternation(words.DEVICES) + r")")
EXCUSE = re.compile(
    r"\.\s(?:please )?(?:excuse|forgive|pardon|sorry for|apologi[sz]e for)\b.{0,60}$"
)
DISCLAIMER = re.compile(r"[*_\[(\s\"'>-]{0,6}(?:" + alternation(words.DISCLAIMERS) + ")")
ROLE = re.compile(r"(?<!\w)(?:" + alternation(words.ROLES) + r")(?!\w)")
COMPANY = re.compile(r"(?<![\w.])(?:" + alternation(words.COMPANY_WORDS) + r")(?!\w)")
EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
LINK = re.compile(
    r"(?:https?://|www\.)\S{3,}|(?<![\w@.])[\w-]{2,40}\.(?:com|de|net|org|io|co|fr|es)\b"
)
PHONE = re.compile(r"(?<![\w/])(?:\+|00|\()?\d[\d\s\u00a0().\-/]{5,22}\d(?![\w/])")
LABEL = re.compile(
    r"(?:tel(?:efon|efoon|éfono|efono|\.)?|phone|ph|mob(?:ile|il|iel)?|cell(?:ulare)?|móvil"
    r"|celular|office|direct|durchwahl|handy|fon|tél(?:éphone)?|portable|t|m|p|o|d|c|fax|f|e"
    r"|e-?mail|w|web|skype|linkedin|twitter|address|adresse)\s?[.:|]",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(r"p\.?\s?s\.?(?:[:.,\s-]|$)|n\.?b\.?[:\s]", re.IGNORECASE)
DASHED_NAME = re.compile(r"[-–—~]{1,2}\s?[A-ZÀ-Þ][\w'’.-]{1,20}(?:\s[A-ZÀ-Þ][\w'’.-]{0,20}){0,2}$")
SENTENCE = re.compile(r"[?!]\s*$|[a-zà-ÿ]\.\s*$")


def split(lines: list[Line]) -> int:
    """Answers the index at which the signature of a stretch begins, or `len(lines)`."""
    floor = max(0, len(lines) - TAIL)
    end = written_end(lines, len(lines))
    cut = delimiter(lines, floor, end)
    if cut is not None:
        end = cut
    end = without_footers(lines, floor, end)
    start = min(closing(lines, floor, end), contact_block(lines, floor, end))
    start = without_footers(lines, floor, start)
    if any(line.bare for line in lines[:start]):
        return start
    return end if any(line.bare for line in lines[:end]) else cut_or_all(lines, cut)


def cut_or_all(lines: list[Line], cut: int | None) -> int:
    """Nothing is left: only a delimiter is believed then."""
    return len(lines) if cut is None else cut


def written_end(lines: list[Line], end: int) -> int:
    """The index after the last written line before `end`."""
    while end > 0 and not lines[end - 1].bare:
        end -= 1
    return end


def delimiter(lines: list[Line], floor: int, end: int) -> int | None:
    """Finds the first line that delimits a signature and has one below it."""
    for index in range(floor, end):
        line = lines[index]
        if line.mark is Mark.SIGNATURE:
            return index
        if line.bare and line.bare[0] in "-—–_" and DELIMITER.match(line.bare):
            if line.text in ("-- ", "--\u00a0") or delimits(line.bare, lines[index + 1 : end]):
                return index
        elif line.mark is Mark.RULE and delimits("__", lines[index + 1 : end]):
            return index
    return None


def delimits(bare: str, below: list[Line]) -> bool:
    """Tells whether what stands below a drawn line is a signature or a footer.

    Two dashes: a few short lines. A longer rule also heads tables and sections, so it needs contact
    data, a mailing list's words or a legal notice below it.
    """
    written = [line for line in below if line.bare]
    if not written:
        return bare == "--"
    if any(DISCLAIMER.match(line.bare[:80].casefold()) for line in written[:2]):
        return True
    if len(written) > BLOCK or sum(is_prose(line.bare) for line in written) > 1:
        return False
    if len(bare) <= 3 and "_" not in bare:
        return True
    return any(is_contact(line.bare) or "mailing list" in line.bare for line in written)


def is_prose(bare: str) -> bool:
    """Tells whether a line reads as a sentence of a letter."""
    if len(bare) > 300:
        return True
    count = len(bare.split())
    return count > 14 or (count > 6 and bool(SENTENCE.search(bare)) and not is_contact(bare))


def without_footers(lines: list[Line], floor: int, end: int) -> int:
    """Takes phones' footers, legal notices and dashed names off the end, while there are any."""
    while True:
        end = written_end(lines, end)
        if end <= floor:
            return end
        peeled = footer(lines, end) or notice(lines, floor, end)
        if peeled is None:
            return end
        end = peeled


def footer(lines: list[Line], end: int) -> int | None:
    """Recognises "Sent from my …" on the last line, with a name standing right above it."""
    last = lines[end - 1].bare
    if is_footer(last):
        above = lines[end - 2].bare if end > 1 else ""
        named = len(above.split()) in (2, 3) and is_name(above)
        return end - 2 if named and end > 2 and not lines[end - 3].bare else end - 1
    if DASHED_NAME.match(last) and not any(
        x.bare[:1] in "-–—*•" for x in lines[max(0, end - 4) : end - 1] if x.bare
    ):
        return end - 1
    return None


def is_footer(bare: str) -> bool:
    """Tells whether a line is what a phone or a program adds."""
    if len(bare) > 160:
        return False
    folded = EXCUSE.sub("", bare.casefold())
    if len(folded.split()) > 12:
        return False
    if UNSPACED_FOOTER.match(folded):
        return True
    if not FOOTER.match(folded) or not DEVICE.search(folded):
        return False
    return not re.search(r",\s\w+\s\w+\s\w+|\w[.;]\s\w+\s\w+", folded)


def notice(lines: list[Line], floor: int, end: int) -> int | None:
    """Finds the paragraph with which a legal notice at the end begins."""
    found = None
    for index in range(end - 1, floor - 1, -1):
        begins = index == 0 or not lines[index - 1].bare or lines[index - 1].mark is Mark.RULE
        if lines[index].bare and DISCLAIMER.match(lines[index].bare[:80].casefold()):
            found = index
        elif begins and lines[index].bare and (found is None or found - index > 3):
            break
    return found


def closing(lines: list[Line], floor: int, end: int) -> int:
    """Finds the closing formula with a signature below it; `end` where there is none."""
    written = [i for i in range(floor, end) if lines[i].bare][-BLOCK:]
    for index in written:
        if is_closing(lines[index].bare):
            below = [lines[i].bare for i in written if i > index]
            if sum(map(is_prose, below)) <= len(below) // 4 and fits(below):
                return index
    return end


def fits(below: list[str]) -> bool:
    """Tells whether the lines under a formula can be a signature: a postscript cannot."""
    return all(len(bare) <= 140 and not POSTSCRIPT.match(bare) for bare in below)


def is_closing(bare: str) -> bool:
    """Tells whether a line is a closing formula, alone or with a name behind it."""
    if len(bare) > 70:
        return False
    folded = bare.casefold().strip(TRIM)
    if folded in FORMULAS:
        return True
    found = VALEDICTION.match(folded)
    if found is None or folded in THANKED:
        return False
    rest = bare.strip(TRIM)[found.end() :]
    if rest[:1] in ",!.-–" and rest.strip(TRIM):
        return is_name(rest.strip(TRIM))
    return " " in found.group() and len(rest.split()) <= 4 and not SENTENCE.search(bare)


def is_name(bare: str) -> bool:
    """Tells whether a line reads as a person's name: up to four capitalised words."""
    bare = bare[:60].strip("*_ ")
    tokens = bare.replace(",", " ").split()
    if not 1 <= len(tokens) <= 5 or len(bare) > 50 or bare[-1] in "?!:;" or is_contact(bare):
        return False
    plain = [t.strip("().\"'") for t in tokens]
    return all(
        t[:1].isupper()
        or t in ("de", "van", "von", "da", "der", "den", "del", "di", "la", "el", "bin")
        for t in plain
        if t
    ) and not any(c.isdigit() for c in bare)


def is_contact(bare: str) -> bool:
    """Tells whether a line is contact data: an address, a number, a link, with little else."""
    if len(bare) > 140:
        return False
    found = EMAIL.search(bare) or LINK.search(bare) or numbered(bare)
    if not found:
        return False
    spare = LABEL.sub(" ", PHONE.sub(" ", LINK.sub(" ", EMAIL.sub(" ", bare))))
    return len(re.findall(r"[^\W\d_]{2,}", spare)) <= 4 or bool(LABEL.match(bare))


def numbered(bare: str) -> bool:
    """Tells whether a line holds a phone number."""
    return any(7 <= sum(c.isdigit() for c in m.group()) <= 15 for m in PHONE.finditer(bare))


def is_card(bare: str) -> bool:
    """Tells whether a line can stand in a block of contact data."""
    if is_contact(bare) or is_name(bare):
        return True
    if len(bare) > 90 or len(bare.split()) > 10 or SENTENCE.search(bare) or bare[-1] in ":：":
        return False
    folded = bare.casefold()
    return bool(ROLE.search(folded) or COMPANY.search(folded) or LABEL.match(bare)) or bool(
        re.search(r"[|•·]|(?<![\d/.:-])\d{4,6}(?![\d/.:-])", bare)
    )


def contact_block(lines: list[Line], floor: int, end: int) -> int:
    """Finds a block of contact lines under a name at the end; `end` where there is none.

    Paragraphs are taken from the end upwards while each line of them is a card's; the block begins
    at the topmost name. A line above that ends in a colon introduces it ("please write to:"): then
    it is what the person wrote.
    """
    index, contacts, start, taken = end, 0, end, 0
    while index > floor and taken < BLOCK:
        bare = lines[index - 1].bare
        if bare and (not is_card(bare) or bare.casefold().strip(TRIM) in THANKED):
            break
        index -= 1
        taken += bool(bare)
        contacts += bool(bare) and (is_contact(bare) or (taken == 1 and is_role(bare)))
        if bare and contacts and taken > 1 and is_name(bare) and stands_apart(lines, index):
            start = index
    introduced = any(
        line.bare.endswith((":", "：")) for line in lines[max(0, index - 2) : index] if line.bare
    )
    return end if introduced or not contacts else start


def is_role(bare: str) -> bool:
    """Tells whether a line names a job."""
    return bool(ROLE.search(bare.casefold()))


def stands_apart(lines: list[Line], index: int) -> bool:
    """Tells whether a line opens a paragraph, or follows thanks."""
    above = lines[index - 1].bare if index else ""
    return not above or above.casefold().strip(TRIM) in THANKED or bool(SENTENCE.search(above))


SPLIT = re.compile(r"\s*[|•·\u2022]\s*|\s+[-–—]\s+|,\s+(?=[A-Z\d])|\s{3,}|\t+")
SIGNED_FOR = re.compile(r"(?:i\. ?[AaVv]\.|ppa\.|gez\.|p\.p\.|pp)\s+(?=[A-ZÀ-Þ])")
AT = re.compile(r"\s+(?:at|bei|chez|en|presso|na|bij|@|hos|w)\s+(?=[A-Z\d])")


def mine(signature: str) -> Signature:
    """Reads name, role, phone and company in a signature; nothing is guessed from an address."""
    name = role = phone = company = None
    for raw in signature.split("\n")[:40]:
        bare = raw.strip(" \t\u00a0*_>")
        if not bare or len(bare) > 140 or DISCLAIMER.match(bare.casefold()) or is_footer(bare):
            continue
        bare = SIGNED_FOR.sub("", after_closing(bare))
        phone = phone or phone_in(bare)
        for part in parts(bare):
            kind = kind_of(part, name is None)
            if kind == "name" and name is None:
                name = part
            elif kind == "role" and role is None:
                role = part
            elif kind == "company" and company is None:
                company = part
    return Signature(name, role, phone, company)


def after_closing(bare: str) -> str:
    """What stands behind a closing formula on its own line."""
    folded = bare.casefold()
    if folded.strip(TRIM) in FORMULAS or folded.strip(TRIM) in THANKED:
        return ""
    found = VALEDICTION.match(folded)
    return bare[found.end() :].strip(TRIM) if found and bare[found.end() :][:1] in ",!.-" else bare


def parts(bare: str) -> list[str]:
    """Splits "Role | Company", "Name - Role" and "Role at Company" into their parts."""
    return [
        p.strip(" ,;-–—*_")
        for piece in SPLIT.split(bare)
        for p in AT.split(piece)
        if p.strip(" ,;-–—*_")
    ]


def kind_of(part: str, unnamed: bool) -> str | None:
    """Says whether a part of a signature is a role, a company, a name or none of them."""
    if is_contact(part) or LABEL.match(part) or any(c.isdigit() for c in part):
        return None
    folded = part.casefold()
    if ROLE.search(folded):
        return "role"
    if COMPANY.search(folded):
        return "company"
    if unnamed and is_name(part):
        return "name"
    return "company" if is_name(part) else None


def phone_in(bare: str) -> str | None:
    """The first phone number of a line, as written; a fax number is none."""
    for found in PHONE.finditer(bare):
        before = bare[max(0, found.start() - 12) : found.start()].casefold()
        if re.search(r"(?<!\w)f(?:ax)?\s?[.:|]?\s*$", before):
            continue
        if 7 <= sum(c.isdigit() for c in found.group()) <= 15:
            return found.group().strip()
    return None
