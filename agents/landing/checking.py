"""Looks at pages as a visitor and a search engine would, and names what is wrong.

`leadwire pages check` calls `checked` with the files of a site. An *error* has to be mended; a
*note* says what a better page would have. Nothing of what made the pages is asked: the files speak
for themselves.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import orjson
from selectolax.lexbor import LexborHTMLParser

from agents.landing import colours
from agents.landing.publishing import PAGE

LIMIT = 100_000
"""Bytes of a page with its picture (spec 1.4 as the issue has it)."""
WANTED = ("telephone", "address", "openingHoursSpecification", "description", "url")
"""What the structured data of a good page has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong, or could be better, with a file."""

    path: str
    level: Literal["error", "note"]
    code: str
    text: str


def checked(path: str, body: bytes, sizes: Mapping[str, int]) -> Iterator[Trouble]:
    """Checks one HTML file of a page; `sizes` has every file of the site."""
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    yield from _head(path, tree)
    yield from _links(path, tree, sizes)
    yield from _size(path, body, sizes)
    yield from _structured(path, tree)
    yield from _contrast(path, tree)
    yield from _active(path, tree)


def _error(path: str, code: str, text: str) -> Trouble:
    return Trouble(path=path, level="error", code=code, text=text)


def _head(path: str, tree: LexborHTMLParser) -> Iterator[Trouble]:
    wanted = {
        "title": "title",
        "description": 'meta[name="description"][content]',
        "canonical": 'link[rel="canonical"][href]',
        "picture": 'meta[property="og:image"][content]',
        "policy": 'meta[http-equiv="Content-Security-Policy"][content]',
        "language": "html[lang]",
        "viewport": 'meta[name="viewport"]',
        "heading": "h1",
    }
    for name, selector in wanted.items():
        if tree.css_first(selector) is None:
            yield _error(path, f"no_{name}", f"no {selector}; mend the template")
    title = tree.css_first("title")
    if title is not None and not title.text(strip=True):
        yield _error(path, "no_title", "the title is empty")
    url = canonical(tree)
    if url and not urlsplit(url).path.endswith(f"/{path.removesuffix('index.html')}"):
        yield _error(path, "canonical", f"its canonical address {url} is another file's")


def canonical(tree: LexborHTMLParser) -> str:
    """The address that a page says is its own."""
    found = tree.css_first('link[rel="canonical"]')
    return str((found.attributes.get("href") if found else "") or "")


def _links(path: str, tree: LexborHTMLParser, sizes: Mapping[str, int]) -> Iterator[Trouble]:
    own = canonical(tree)
    root = own[: len(own) - len(path.removesuffix("index.html"))] if own else ""
    ids = {node.attributes.get("id") for node in tree.css("[id]")}
    for node in tree.css("[href], [src], meta[property='og:image']"):
        link = str(node.attributes.get("href") or node.attributes.get("src") or "")
        link = link or str(node.attributes.get("content") or "")
        if link.startswith("#"):
            if link[1:] not in ids:
                yield _error(path, "link", f"{link} leads nowhere on the page")
            continue
        parts = urlsplit(link)
        if parts.scheme not in {"", "http", "https", "mailto", "tel", "data"}:
            yield _error(path, "link", f"{link[:80]} is no link that a page may have")
            continue
        to = urljoin(own, link)
        if root and to.startswith(root) and parts.scheme not in {"mailto", "tel", "data"}:
            file = to[len(root) :].partition("#")[0].partition("?")[0]
            file = f"{file}index.html" if file.endswith("/") or not file else file
            if file != "index.html" and file not in sizes:
                yield _error(path, "link", f"{link} leads to {file}, which is not there")


def _size(path: str, body: bytes, sizes: Mapping[str, int]) -> Iterator[Trouble]:
    folder = path.partition("/")[0]
    whole = len(body) + sizes.get(f"{folder}/card.png", 0)
    if whole > LIMIT:
        yield _error(path, "size", f"{whole:,} bytes with its picture, at most {LIMIT:,}")


def _structured(path: str, tree: LexborHTMLParser) -> Iterator[Trouble]:
    node = tree.css_first('script[type="application/ld+json"]')
    if node is None:
        yield _error(path, "structured_data", "none; mend the template")
        return
    try:
        data: Any = orjson.loads(node.text())
    except orjson.JSONDecodeError as error:
        yield _error(path, "structured_data", f"no JSON: {error}")
        return
    if not isinstance(data, dict) or data.get("@context") != "https://schema.org":
        yield _error(path, "structured_data", "its @context is not https://schema.org")
        return
    for name in ("@type", "name"):
        if not data.get(name):
            yield _error(path, "structured_data", f"no {name}")
    for name in WANTED:
        if not data.get(name):
            text = f"no {name} is known; a better page would have it"
            yield Trouble(path=path, level="note", code="missing_field", text=text)


def _contrast(path: str, tree: LexborHTMLParser) -> Iterator[Trouble]:
    """Every pair of text and ground in both themes, from the style sheet's own variables."""
    sheet = "".join(node.text() for node in tree.css("style"))
    blocks = re.findall(r":root\{([^}]*)\}", sheet)
    for theme, block in zip(("light", "dark"), blocks, strict=False):
        found = dict(re.findall(r"--([\w-]+):(#[0-9a-fA-F]{3,6})", block))
        for text, ground in colours.PAIRS:
            one, other = (colours.parse(found.get(name, "")) for name in (text, ground))
            if one is None or other is None:
                continue
            ratio = colours.contrast(one, other)
            if ratio < colours.AA:
                words = f"{text} on {ground} in {theme} is {ratio:.2f}, AA needs {colours.AA}"
                yield _error(path, "contrast", words)


def _active(path: str, tree: LexborHTMLParser) -> Iterator[Trouble]:
    for node in tree.css("script"):
        if node.attributes.get("type") != "application/ld+json":
            yield _error(path, "script", "a script; its policy keeps it from running, take it out")
    for node in tree.css("img"):
        if node.attributes.get("alt") is None:
            yield _error(path, "picture_text", "a picture without alt; write one, or alt=''")


def leftovers(names: Iterable[str], listed: Iterable[str], root: str) -> Iterator[Trouble]:
    """Pages that no sitemap lists, and listed pages that are not there."""
    names = set(names)
    files = {n for n in names if n.count("/") == 1 and n.endswith("/index.html") and is_page(n)}
    wanted = {f"{url.removeprefix(root).lstrip('/')}index.html" for url in listed}
    for path in sorted(files - wanted):
        text = "up, but in no sitemap: unpublished, or of another build; see pages build --prune"
        yield _error(path, "leftover", text)
    for path in sorted(wanted - files):
        yield _error(path, "lost", "in the sitemap, but not there; build or publish again")


def is_page(path: str) -> bool:
    """True for a file in a page's folder."""
    return PAGE.fullmatch(path.partition("/")[0]) is not None


def locations(sitemap: bytes) -> list[str]:
    """The addresses of a sitemap, or of an index."""
    from html import unescape

    found = re.findall(r"<loc>(.*?)</loc>", sitemap.decode("utf-8", "replace"))
    return [unescape(one) for one in found]
