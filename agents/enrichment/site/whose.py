"""Whose words a line is: the business's own, a neighbour's on the same page, or somebody else's.

Pages hold addresses of the agency that made them, of their host, of arbitration boards; portals and
arcades hold several businesses. What is not surely the business's own is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.enrichment.site import emails, numbers, wording
from agents.enrichment.site.document import Document, Line
from agents.enrichment.site.names import squash
from agents.enrichment.site.people import is_title, person_name

LOOK_BACK = 4
"""Lines before one in which a label may stand that speaks of somebody else."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines of a page speak of the business. `only` None: all of them. `branches` are lines
    of one of its several places."""

    only: frozenset[int] | None = None
    branches: frozenset[int] = frozenset()
    portal: bool = False


@dataclass(slots=True)
class Section:
    """A heading with the lines that belong to it."""

    heading: Line
    lines: list[int] = field(default_factory=list)


def scope(document: Document, lead: str | None, country: str | None) -> Scope:
    """Says which lines of a page speak of the business named `lead`."""
    found = _sections(document)
    if lead and _is_portal(document, lead):
        mine = [s for s in found if _same(s.heading.text, lead)]
        return Scope(only=frozenset(n for s in mine for n in s.lines), portal=True)
    telling = [
        s
        for s in found
        if _names_somebody(s) and not _is_person(document, s) and _has_contact(document, s, country)
    ]
    if len(telling) < 2:
        return Scope()
    if lead:
        mine = [s for s in telling if _same(s.heading.text, lead)]
        if len(mine) == 1:
            return Scope(only=frozenset(mine[0].lines))
    return Scope(branches=frozenset(n for s in telling for n in s.lines))


def _is_portal(document: Document, lead: str) -> bool:
    """A site under another name whose page is headed by the business."""
    site = document.meta.get("og:site_name", "")
    if not site or _same(site, lead):
        return False
    return any(line.tag == "h1" and _same(line.text, lead) for line in document.lines)


def _same(one: str, other: str) -> bool:
    a, b = squash(one), squash(other)
    return bool(a and b) and len(min(a, b, key=len)) > 3 and (a in b or b in a)


def _sections(document: Document) -> list[Section]:
    """Each heading with its lines: those in its own part of the page, up to the next heading of its
    rank or a higher one."""
    found: list[Section] = []
    for number, line in enumerate(document.lines):
        if not line.heading:
            continue
        section = Section(line, [number])
        part = line.path[:-1]
        for later in range(number + 1, len(document.lines)):
            other = document.lines[later]
            if other.path[: len(part)] != part or (other.heading and other.tag <= line.tag):
                break
            if other.region != line.region:
                break
            section.lines.append(later)
        found.append(section)
    return found


def _names_somebody(section: Section) -> bool:
    text = section.heading.text.strip(" :!")
    generic = (wording.GENERIC, wording.CONTACT, wording.HOURS, wording.TEAM, wording.IMPRINT)
    if section.heading.tag == "h1" or not 2 < len(text) <= 60:
        return False
    return not any(p.fullmatch(text) for p in generic)


def _is_person(document: Document, section: Section) -> bool:
    """A heading that is a person's name, with a title below it."""
    if person_name(section.heading.text) is None or len(section.lines) < 2:
        return False
    return is_title(document.lines[section.lines[1]].text)


def _has_contact(document: Document, section: Section, country: str | None) -> bool:
    for number in section.lines[1:]:
        line = document.lines[number]
        if "@" in line.text and emails.PLAIN.search(line.text):
            return True
        if any(True for _ in numbers.of_line(line, country)):
            return True
    return False


def foreign(document: Document, number: int) -> bool:
    """Says whether a line speaks of somebody else: itself, or by a label just before it."""
    lines: Sequence[Line] = document.lines
    if lines[number].region == "blockquote" or _speaks_of_others(lines[number].text):
        return True
    for back in range(number - 1, max(-1, number - LOOK_BACK - 1), -1):
        line = lines[back]
        if lines[number].path[: len(line.path) - 1] != line.path[:-1]:
            return False
        if len(line.text) < 40 and _speaks_of_others(line.text):
            return True
        if line.heading:
            return False
    return False


def _speaks_of_others(text: str) -> bool:
    return bool(wording.CREDIT.search(text) or wording.FOREIGN.search(text))
