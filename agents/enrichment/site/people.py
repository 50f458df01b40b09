"""People at a business with their titles, from structured data, labels and team pages.

A name counts where something says what the person is there: a title before it ("Inhaber: …"), a
title in the next line or after a dash, or schema.org's words. Two capitalised words alone are a
name of a street or a dish as often as of a person.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agents.enrichment.site import wording
from agents.enrichment.site.document import Document, Line
from agents.enrichment.site.structured import Stated
from agents.identity import addresses, titles

ACADEMIC = re.compile(
    r"^(?:(?:Dr|Prof|Dipl|Mag|Ing|Ir|Drs|Mr|Mrs|Ms|Miss|Herr|Frau|Sr|Sra|Srta|Dott|Avv|Me|Mme|Mlle|M"
    r"|D?Dra?|DDr|MMag|univ|Mag\.?[aª]|Univ|Priv|PD|RA(?:in)?|StB|WP|Notar(?:in)?|DI|Bakk|Dott\.?ssa|Arch"
    r"|Geom|Rag|Lic|Arq|Eng|mgr|lek|hab|inż|iur|jur|med|dent|vet|phil|rer|nat|pol|oec|h|c|habil|Sir"
    r"|Rev|Hon|[\w-]*[Mm]eister(?:in)?|d-r|г-н|г-жа)[.ª]?(?:-?\w{2,5}\.)*\s+)+"
)
AFTER = re.compile(
    r"\s*[,(]\s*(?:DVM|DDS|DMD|BDS|MD|DO|OD|PhD|Ph\.D|CPA|RN|LL\.?M\.?|LL\.?B|MBA|B\.?A\.?|M\.?A\.?|BSc|MSc"
    r"|B\.Sc|M\.Sc|B\.?Eng|M\.?Eng|FRCS|MRCVS|MRICS|FCA|ACA|Esq|CVT|Bakk|MAS|CFA).*$"
)
LETTERS = r"(?:[^\W\d_]+|['’][^\W\d_]+)(?:[-'’][^\W\d_]+)*"
"""The rest of a word of a name: "Shea" after "O'", "Xaver" after "Franz-"."""
PARTICLES = (
    r"(?:\s+(?:[Dd]e|[Dd]el|[Dd]ella|[Dd]i|[Vv]an|[Vv]on|[Zz]u|[Dd]er|[Dd]en|[Ll]e|[Ll]a|[Dd]a|[Dd]os|[Dd]o"
    r"|[Dd]as|al|el|bin|bint|ter|ten|y|e|i|[A-Z]\.))*"
)
WESTERN = (
    rf"[^\W\d_a-zà-öø-ÿ]{LETTERS}{PARTICLES}"
    rf"(?:\s+[^\W\d_a-zà-öø-ÿ](?:{LETTERS}|\.){PARTICLES}){{1,3}}(?<!\s)"
)
EASTERN = r"[一-鿿々]{1,3}\s?[一-鿿々ぁ-ヿ]{1,4}|[가-힣]{2,4}"
NAME = re.compile(rf"{WESTERN}|{EASTERN}")
SPLIT = re.compile(r"\s+[–—-]\s+|\s*[|·]\s*|,\s+|:\s+")
NOT_PERSONS = re.compile(
    r"stra(?:ß|ss)e|street|road|lane|avenue|rue|via|calle|plaza|platz|weg|allee|gmbh|ltd|llc|inc"
    r"|s\.?r\.?l|sp\.|our|unser|notre|team|opening|contact|kontakt|read|more|home|service|online"
    r"|shop|privacy|cookie|policy|login|story|portal|general|haftung|angaben|amtsgericht|telefon|e-?mail|book|impressum",
    re.IGNORECASE,
)
TITLED_CLASS = re.compile(r"position|role|job|title|cargo|fonction|funktion|stelle", re.IGNORECASE)
LEAST = 20
"""Priority of a title by which a line is one (spec 3.2); occupations have 20, the unknown 10."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One person as found; `sure` is how sure the form makes it."""

    name: str
    title: str
    email: str
    phone: str
    literal: str
    url: str
    sure: float


def stated(document: Document, found: Sequence[Stated]) -> Iterator[Seen]:
    """People whom structured data name with a title."""
    for one in found:
        name = person_name(one.text("name"))
        title = one.text("jobTitle", "roleName")
        if name and (title or one.text("email")):
            email = one.text("email").removeprefix("mailto:")
            valid = addresses.read(email).verdict == "valid"
            literal = f"{one.text('name')}, {title}"
            phone = one.text("telephone")
            yield Seen(name, title, email if valid else "", phone, literal, document.url, 0.85)


def founders(document: Document, businesses: Sequence[Stated]) -> Iterator[Seen]:
    """People whom a business's data name as founders; without a title of their own."""
    for business in businesses:
        for person in business.things("founder"):
            name = person_name(person.text("name"))
            if name and not person.text("jobTitle"):
                yield Seen(name, "Founder", "", "", person.text("name"), document.url, 0.8)


def written(
    document: Document, kind: str, business: str, foreign: Callable[[Document, int], bool]
) -> Iterator[Seen]:
    """People whom lines name; `business` is the business's own name, which is no person's, and
    `foreign` says which lines speak of somebody else."""
    lines = document.lines
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else None
        found = _labelled(line, following) or _dashed(line) or _below(line, following, kind)
        if found is None or _squash(found[0]) == _squash(business) or foreign(document, place):
            continue
        name, title, literal = found
        email = _email(lines[place : place + 4])
        yield Seen(name, title, email, "", literal[:250], document.url, 0.75)


def _squash(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def person_name(text: str) -> str | None:
    """Returns a person's name without academic titles; None where the text is none."""
    bare = AFTER.sub("", ACADEMIC.sub("", text.strip(" .:：,–-"))).strip()
    if not bare.isascii() and (title := wording.TITLE_OF.match(bare)) is not None:
        bare = bare[title.end() :].strip()  # 代表取締役 山田 太郎: the title stands before the name
    if len(bare) > 50 or NOT_PERSONS.search(bare) or not NAME.fullmatch(bare):
        return None
    return None if wording.TITLE_OF.fullmatch(bare) else bare


def _labelled(line: Line, following: Line | None) -> tuple[str, str, str] | None:
    """ "Inhaber: Bernd Astholz", also with the name in the next line."""
    match = wording.TITLE_OF.match(line.text.lstrip("– "))
    match = match or wording.TITLE_OF.search(line.text)
    if match is None or len(line.text) > 160:
        return None
    title = match.group()
    rest = line.text[line.text.find(title) + len(title) :].lstrip()
    if not rest.strip(":：") and following is not None and line.text.startswith(title):
        name = person_name(following.text)
        return (name, title, f"{line.text} {following.text}") if name else None
    more = MORE_OF_TITLE.match(rest)
    if more and more.group(1):
        title, rest = f"{title} {more.group(1).strip()}", rest[more.end(1) :].lstrip()
    told = rest.startswith((":", "–", "-", "—")) or title.endswith(".") or not title.isascii()
    if not told and not (line.text.startswith(title) and person_name(rest)):
        return None
    first = ACADEMIC.sub("", rest.lstrip(":–—- "))
    found = NAME.match(first)
    name = person_name(found.group()) if found else None
    return (name, title, line.text) if name else None


MORE_OF_TITLE = re.compile(r"((?:[^\W\d_A-ZÀ-Þ][\w’'.-]*\s*){1,4})(?=[:–—]|-\s)")
"""Words between a title and its colon: "Directora médica:", "Directeur de la publication :"."""


def _dashed(line: Line) -> tuple[str, str, str] | None:
    """ "Sofie Krag – Klinikchef", "Tom Okafor, Practice Manager"."""
    parts = SPLIT.split(line.text)
    if len(parts) != 2 or len(line.text) > 90:
        return None
    name = person_name(parts[0])
    strong = bool(line.strong) and line.strong in parts[0]
    if name and (is_title(parts[1]) or (strong and len(parts[1].split()) <= 4)):
        return name, parts[1].strip(), line.text
    return None


def _below(line: Line, following: Line | None, kind: str) -> tuple[str, str, str] | None:
    """A name, and a title in the line below it, within one part of the page."""
    name = person_name(line.strong or line.text)
    if line.strong and name and line.text.startswith(line.strong):
        rest = line.text[len(line.strong) :].strip(" ,–-")
        if is_title(rest):
            return name, rest, line.text
    if name is None or following is None or not _near(line, following):
        return None
    titled = TITLED_CLASS.search(following.classes) is not None
    titled = titled or (kind == "team" and line.heading and _short(following.text))
    if is_title(following.text) or (titled and len(following.text) <= 60):
        return name, following.text, f"{line.text} {following.text}"
    return None


def _short(text: str) -> bool:
    """A few words below a name on a page of people: what that one does there."""
    return len(text.split()) <= 5 and not re.search(r"[\d@.!?]", text)


def _near(one: Line, other: Line) -> bool:
    """Says whether two lines are children of one block, or one holds the other."""
    return one.path[:-1] == other.path[:-1] or one.path == other.path


def is_title(text: str) -> bool:
    """Says whether a line says what somebody is at a business."""
    bare = text.strip(" .,()–-")
    if not 2 < len(bare) <= 60 or re.search(r"\d|@", bare) or len(bare.split()) > 6:
        return False
    return titles.read(bare).priority >= LEAST or wording.TITLE_OF.fullmatch(bare) is not None


def _email(lines: Sequence[Line]) -> str:
    """An address in a person's own lines, up to the next name."""
    for place, line in enumerate(lines):
        if place and person_name(line.strong or line.text):
            return ""
        for link in line.links:
            if link.href.lower().startswith("mailto:"):
                return link.href[7:].partition("?")[0].strip()
        match = re.search(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", line.text)
        if match and _near(lines[0], line):
            return match.group()
    return ""
