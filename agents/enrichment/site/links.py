"""Which pages of a site to read next: contact, imprint, about, team, in ten languages.

A link counts by its words or its path, the likeliest pages first. Only the same site is followed;
a page that only asks for a language, or sends on, leads to what it names.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from agents.enrichment.site import wording
from agents.enrichment.site.document import Document

ORDER = (
    ("contact", wording.CONTACT),
    ("imprint", wording.IMPRINT),
    ("about", wording.ABOUT),
    ("team", wording.TEAM),
)
REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";]+)", re.IGNORECASE)
LANGUAGE_NAMES = re.compile(
    r"^(?:deutsch|english|fran[çc]ais|italiano|espa[ñn]ol|nederlands|polski|svenska|dansk"
    r"|portugu[êe]s|norsk|suomi|de|en|fr|it|es|nl|pl|sv|da|pt)$",
    re.IGNORECASE,
)


def kind(words: str, path: str) -> str | None:
    """Returns what a link leads to: contact, imprint, about or team; None for anything else."""
    for name, pattern in ORDER:
        if len(words) <= 40 and pattern.fullmatch(words.strip(" ?!»›→")):
            return name
    for part in reversed([one for one in unquote(path).lower().split("/") if one]):
        stem = re.sub(r"\.(?:html?|php|aspx?)$", "", part)
        for name, pattern in ORDER:
            if pattern.fullmatch(stem) or pattern.fullmatch(stem.replace("-", " ")):
                return name
    for name, pattern in ORDER[:2]:
        if len(words) <= 40 and pattern.search(words):
            return name
    return None


def next_pages(homes: Sequence[Document], most: int) -> list[tuple[str, str]]:
    """Returns (kind, URL) of pages to read after a home page, the likeliest first; the pages of a
    frameset are one home."""
    found: dict[str, str] = {}
    read = {document.url for document in homes}
    for link in (link for document in homes for link in document.links):
        if not same_site(homes[0].url, link.url):
            continue
        target = link.url.partition("#")[0]
        what = kind(link.text, urlsplit(target).path)
        if what is not None and target not in read:
            found.setdefault(target, what)
    ranked = sorted(found.items(), key=lambda pair: _rank(pair[1]))
    return [(what, url) for url, what in _spread(ranked, most)]


def _rank(what: str) -> int:
    return next(place for place, (name, _) in enumerate(ORDER) if name == what)


def _spread(ranked: Sequence[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """Of each kind the first, then the seconds: ten contact pages leave room for the imprint."""
    turns: list[tuple[int, int, tuple[str, str]]] = []
    counts: dict[str, int] = {}
    for place, (url, what) in enumerate(ranked):
        counts[what] = counts.get(what, 0) + 1
        turns.append((counts[what], place, (url, what)))
    return [pair for turn, _, pair in sorted(turns) if turn <= 2][:most]


def onward(document: Document) -> str | None:
    """Where a page without words of its own leads: a refresh, or the first language it offers."""
    refresh = REFRESH.search(document.meta.get("refresh", ""))
    words = sum(len(line.text.split()) for line in document.lines)
    if refresh and words < 30:
        from agents.enrichment.site.document import urljoined

        return urljoined(document.url, refresh.group(1).strip())
    choices = [link for link in document.links if LANGUAGE_NAMES.match(link.text)]
    if choices and len(choices) >= len(document.links) - 1 and words < 30:
        return choices[0].url
    return None


def same_site(one: str, other: str) -> bool:
    """Says whether two URLs are of one site; a host and its `www.` or any subdomain are."""
    hosts = [(urlsplit(url).hostname or "").removeprefix("www.") for url in (one, other)]
    if not all(hosts) or not other.startswith(("http://", "https://")):
        return False
    return hosts[0] == hosts[1] or hosts[1].endswith("." + hosts[0])
