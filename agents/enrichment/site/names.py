"""What a business calls itself: candidates from where names stand, and how sure each makes it.

A title says the name and its advertising, so its parts count only where something else says the
same: a heading, the domain, the imprint, the structured data. Independent places that agree raise
the name as sources do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from agents.enrichment.site import wording
from agents.enrichment.site.document import Document, Line
from agents.enrichment.site.structured import Stated
from agents.identity import companies
from agents.identity.words import fold

SEPARATOR = re.compile(r"\s+[|–—·•:»«~/\-]+\s+|\s*[|·•｜]\s*")
GREETING = re.compile(
    r"^(?:(?:herzlich )?willkommen|gr[üu]ß gott|welcome|bienvenue|benvenut[oi]|bienvenid[oa]s?"
    r"|bem-vindos?|v[äa]lkommen|velkommen|welkom|witamy|добро пожаловать)\s+"
    r"(?:(?:bei|i[mn]?|to|chez|[àa]u?|dans|da|nell?a|en|til|hos|w|в)\s+)?"
    r"(?:(?:der|die|das|dem|the|la|le|les|el|al|alla|het|de)\s+)?",
    re.IGNORECASE,
)
LOGO_OF = re.compile(
    r"^logo(?:tipo)?\s*[:–-]?\s*(?:(?:of|von|der?|du|di|des)\s+)?|[\s–-]*logo(?:tipo)?$",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)?,?\s*"
)
YEAR = re.compile(r"\s*(?:19|20)\d\d\s*$")
ENDING = re.compile(
    r"[.,;]?\s*(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos reservados|tutti i diritti riservati).*$",
    re.IGNORECASE,
)
PLACE_AT_END = re.compile(r"\s+(?:in|à|a|en|i|w|em)\s+[A-ZÄÖÜ].*$")
SURE: dict[str, float] = {
    "data": 0.85,
    "site_name": 0.75,
    "imprint": 0.7,
    "copyright": 0.6,
    "logo": 0.5,
    "heading": 0.5,
    "title": 0.45,
    "whole_title": 0.6,
    "only_heading": 0.6,
    "address": 0.5,
    "domain": 0.45,
    "lead": 0.5,
}
"""How sure a place makes a name, alone."""
ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name with the place that it stands in and the literal words."""

    name: str
    place: str
    literal: str
    url: str


@dataclass(frozen=True, slots=True)
class Named:
    """The name that the site goes by, how sure, and what says so."""

    name: str
    confidence: float
    literal: str
    url: str


def squash(text: str) -> str:
    """A name for comparison: the base name without case, accents, blanks and signs."""
    return re.sub(r"[\W_]+", "", fold(companies.read(text).base or text))


def candidates(document: Document, kind: str, stated: Sequence[Stated]) -> Iterator[Candidate]:
    """Yields the names of one page; `kind` is what the page is (home, imprint …)."""
    url = document.url
    for one in stated:
        yield Candidate(one.text("name"), "data", one.text("name"), url)
    for name in ("og:site_name", "application-name"):
        if document.meta.get(name):
            yield Candidate(document.meta[name], "site_name", document.meta[name], url)
    if kind == "home":
        yield from _of_title(document)
        if document.logo:
            yield Candidate(LOGO_OF.sub("", document.logo), "logo", document.logo, url)
        heads = [one for one in document.lines if one.tag in ("h1", "h2")]
        for line in heads[:3]:
            yield Candidate(GREETING.sub("", line.text), "heading", line.text, url)
        if len(heads) == 1 and not plausible(document.title):
            name = GREETING.sub("", heads[0].text)
            yield Candidate(name, "only_heading", heads[0].text, url)
    yield from _of_lines(document, kind)


def _of_title(document: Document) -> Iterator[Candidate]:
    parts = [part.strip() for part in SEPARATOR.split(document.title) if part.strip()]
    if len(parts) == 1:
        yield Candidate(parts[0], "whole_title", document.title, document.url)
    for part in parts:
        shorter = re.split(r",\s|(?<=\w)\s-\s", part)[0]
        bare = PLACE_AT_END.sub("", shorter)
        for name in dict.fromkeys((part, shorter, bare)):
            yield Candidate(name, "title", document.title, document.url)


def _of_lines(document: Document, kind: str) -> Iterator[Candidate]:
    for line in document.lines:
        text = line.text
        match = COPYRIGHT.search(text) if "©" in text or "opyright" in text else None
        if match and not wording.CREDIT.match(text[match.end() :]):
            words = SEPARATOR.split(text[match.end() :])[0]
            name = YEAR.sub("", ENDING.sub("", words)).split(". ")[0].rstrip(" .")
            yield Candidate(name, "copyright", text, document.url)
        if kind == "imprint" or line.tag == "address" or "logo" in line.classes.lower():
            yield from _of_imprint(line, document.url, kind)


def _of_imprint(line: Line, url: str, kind: str) -> Iterator[Candidate]:
    """A line of an imprint that is a registered name, or that begins with one."""
    if "logo" in line.classes.lower():
        yield Candidate(line.text, "logo", line.text, url)
        return
    first = re.split(r"[,;:]\s", line.text)
    for part in first[:2]:
        found = companies.read(part)
        if found.legal_form and 3 <= len(part) <= 80 and not wording.CREDIT.search(line.text):
            yield Candidate(found.base, "imprint", line.text, url)
            return
    if line.tag == "address" and kind in ("contact", "home", "imprint"):
        yield Candidate(line.text, "address", line.text, url)


def plausible(name: str) -> bool:
    """Says whether text may be a name: short, with letters, no generic word, no sentence."""
    text = name.strip()
    if not 2 < len(text) <= 80 or len(text.split()) > 9 or "@" in text or "<" in text:
        return False
    if wording.GENERIC.fullmatch(text) or wording.PARKED.search(text) or text.endswith(("?", "!")):
        return False
    return sum(letter.isalpha() for letter in text) > len(text) / 2


def chosen(found: Sequence[Candidate], host: str, lead: str | None) -> Named | None:
    """Returns the name that the places of a site agree on; None where nothing is sure enough."""
    groups: dict[str, list[Candidate]] = {}
    for one in found:
        key = squash(one.name)
        if key and plausible(one.name) and not _is_domain(one.name, host):
            groups.setdefault(key, []).append(one)
    for key in [key for key, group in groups.items() if _only_title(group)]:
        shorter = [k for k, g in groups.items() if k != key and k in key and not _only_title(g)]
        if shorter:
            groups[max(shorter, key=len)] += groups.pop(key)
    ranked = sorted((_weighed(key, group, host, lead) for key, group in groups.items()), key=_rank)
    return ranked[0] if ranked and ranked[0].confidence >= ENOUGH else None


def _is_domain(name: str, host: str) -> bool:
    """A site that is called as its address is has no name yet: who parks domains writes that."""
    return name.strip().casefold().removeprefix("www.") == host.removeprefix("www.")


def _only_title(group: Sequence[Candidate]) -> bool:
    """A title adds a place or a trade to the name; where the name itself stands elsewhere, the
    title speaks for that."""
    return all(one.place in ("title", "whole_title") for one in group)


def _rank(one: Named) -> tuple[float, int, str]:
    return (-one.confidence, -len(one.name), one.name)


def _weighed(key: str, group: Sequence[Candidate], host: str, lead: str | None) -> Named:
    places = {one.place for one in group}
    if "whole_title" in places:
        places.discard("title")
    if "only_heading" in places:
        places.discard("heading")
    label = re.sub(r"[\W_]+", "", fold(host.removeprefix("www.").partition(".")[0]))
    if label and len(label) > 3 and (label in key or key in label):
        places.add("domain")
    if lead and _overlaps(key, squash(lead)):
        places.add("lead")
    sure = 1 - prod(1 - SURE[place] for place in sorted(places))
    best = min(group, key=lambda one: (-SURE[one.place], len(one.name), one.name))
    shown = _best_case([one.name.strip() for one in group], best.name.strip())
    return Named(shown, round(min(sure, 0.92), 4), best.literal, best.url)


def _best_case(names: Sequence[str], best: str) -> str:
    """The same name in ordinary letters where one place shouts it."""
    return next((n for n in names if not n.isupper() and not n.islower()), best)


def _overlaps(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)
