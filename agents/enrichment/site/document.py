"""A page's text into what a visitor reads: lines in order, each with its place in the page, and
beside them links, metadata, structured data and scripts.

What a visitor cannot see (hidden elements, comments, form fields, templates) is no line: traps for
address collectors and the words of those who broke in stand there. Text that a style sheet turns
around is turned back, letters of full width are ordinary ones; `raw` keeps it as it stands, for
evidence. A picture's alternative text is read where it holds an address or a number.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from agents.identity.words import words

LONGEST = 1_500_000
"""Characters of a page that are looked at."""
MOST_LINES = 4000
LONGEST_LINE = 4000
"""Characters of a line; a longer one is no paragraph, and patterns would walk over it for long."""
LONGEST_TITLE = 300
DEEPEST_TREE = 1500
"""Elements within each other that are parsed: the parser's time grows with the square of it."""
DEEPEST = 200

SKIPPED = words(
    """
    script style template noscript textarea select option svg iframe object canvas input head
    title video audio math
    """
)
BLOCKS = words(
    """
    address article aside blockquote body center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary
    table tbody td tfoot th thead tr ul
    """
)
REGIONS = frozenset(["header", "nav", "footer", "aside", "blockquote"])
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,}"
    r"|font-size\s*:\s*[01](?:px)?\s*(?:;|$)|opacity\s*:\s*0(?![.\d])|clip\s*:\s*rect\(\s*0"
    r"|(?<![\w-])height\s*:\s*0(?![.\d]).{0,200}overflow\s*:\s*hidden"
    r"|overflow\s*:\s*hidden.{0,200}(?<![\w-])height\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
ICON = re.compile(r"(?:^|[\s_-])(fax|phone|telephone|mobile)(?:$|[\s_-])")
"""A picture of a telephone or of a fax machine, where an icon font draws what stands behind it."""
AWAY_CLASS = re.compile(
    r"\.([\w-]{1,60})\s*\{[^}]{0,300}(?:left|top|text-indent)\s*:\s*-\d{3,}(?:px|em|rem)[^}]{0,300}\}",
    re.IGNORECASE,
)
"""A class whose elements stand far outside the window. Others are hidden until a visitor opens them
(menus, tabs), so `display: none` in a style sheet says nothing."""
TURNED = re.compile(r"direction\s*:\s*rtl", re.IGNORECASE)
TURNED_CLASS = re.compile(
    r"\.([\w-]{1,60})\s*\{[^}]{0,300}direction\s*:\s*rtl[^}]{0,300}\}", re.IGNORECASE
)

Path = tuple[int, ...]


@dataclass(slots=True)
class Link:
    """One link as written and where it leads."""

    href: str
    url: str
    text: str


@dataclass(slots=True)
class Line:
    """One line of text. `path` leads to its block, `tag` is the block's, `region` the part of the
    page (header, nav, footer, aside, main, or what somebody is quoted with: blockquote)."""

    text: str
    raw: str
    path: Path
    tag: str
    region: str
    links: list[Link] = field(default_factory=list)
    strong: str = ""
    """The part of it that stands out, where that is not all of it."""
    classes: str = ""

    @property
    def heading(self) -> bool:
        """True for a heading."""
        return self.tag in HEADINGS


@dataclass(slots=True)
class Item:
    """One element of microdata: its types and its properties."""

    types: tuple[str, ...]
    values: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """A page, read."""

    url: str
    title: str = ""
    language: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)
    ld: list[str] = field(default_factory=list)
    """Texts of JSON-LD blocks."""
    scripts: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    """Addresses of scripts, style sheets and preconnected hosts."""
    items: list[Item] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    """Where the pages of a frameset are."""
    asks_password: bool = False
    logo: str = ""


def read(html: str, url: str) -> Document:
    """Reads a page; any text is one."""
    html = _shallow(html[:LONGEST])
    tree = LexborHTMLParser(html)
    found = Document(url=url)
    _head(tree, found)
    root = tree.body or tree.root
    if root is not None:
        styles = " ".join(_styles(tree))
        turned, away = (frozenset(one.findall(styles)) for one in (TURNED_CLASS, AWAY_CLASS))
        _Walk(found, turned, away).block(root)
        found.items = list(_items(root))
    return found


TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
CLOSED_BY_OTHERS = words(
    "p li td th tr dt dd option br img input meta link hr wbr source area base col embed path"
)


def _shallow(html: str) -> str:
    """The page up to where its elements stand too deep within each other."""
    depth = 0
    for tag in TAG.finditer(html):
        if tag.group(2).lower() in CLOSED_BY_OTHERS:
            continue
        depth = max(0, depth - 1) if tag.group(1) else depth + 1
        if depth > DEEPEST_TREE:
            return html[: tag.start()]
    return html


def _styles(tree: LexborHTMLParser) -> list[str]:
    return [node.text() for node in tree.css("style")]


def _head(tree: LexborHTMLParser, found: Document) -> None:
    title = tree.css_first("title")
    found.title = squeezed(title.text()[:LONGEST_TITLE]) if title is not None else ""
    root = tree.css_first("html")
    found.language = _attribute(root, "lang") if root is not None else ""
    for node in tree.css("meta"):
        name = _attribute(node, "property") or _attribute(node, "name")
        name = name or _attribute(node, "http-equiv")
        if name:
            found.meta.setdefault(name.lower(), _attribute(node, "content"))
    for node in tree.css("script"):
        _script(node, found)
    for node in tree.css("link"):
        found.sources.append(_attribute(node, "href"))
        if _attribute(node, "hreflang") and _attribute(node, "href"):
            href = urljoined(found.url, _attribute(node, "href"))
            found.alternates.append((_attribute(node, "hreflang"), href))
    found.frames = [urljoined(found.url, _attribute(n, "src")) for n in tree.css("frame[src]")]
    found.asks_password = tree.css_first("input[type=password]") is not None
    logo = next((n for n in tree.css("img[alt]") if "logo" in str(n.attributes).lower()), None)
    found.logo = squeezed(_attribute(logo, "alt")) if logo is not None else ""


def _script(node: LexborNode, found: Document) -> None:
    kind = _attribute(node, "type").lower()
    if "ld+json" in kind:
        found.ld.append(node.text())
    elif _attribute(node, "src"):
        found.sources.append(_attribute(node, "src"))
    elif kind in ("", "text/javascript", "module", "application/javascript"):
        found.scripts.append(node.text()[:50_000])


def _attribute(node: LexborNode, name: str) -> str:
    return str(node.attributes.get(name) or "").strip()


def squeezed(text: str) -> str:
    """Text with single blanks and without signs that nobody sees."""
    return " ".join(text.translate(UNSEEN).split())


UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
UNSEEN |= dict.fromkeys(range(0x202A, 0x202F)) | dict.fromkeys(range(0x2066, 0x206A))
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Letters and signs of full width, as Japanese and Chinese pages mix them in, to ordinary ones."""


def urljoined(base: str, href: str) -> str:
    """Where a link leads; empty for what is no URL."""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


class _Walk:
    """Walks the tree once and writes lines down."""

    def __init__(self, found: Document, turned: frozenset[str], away: frozenset[str]) -> None:
        self.found = found
        self.turned = turned
        self.away = away
        self.region = "main"

    def block(self, node: LexborNode, path: Path = ()) -> None:
        """Writes the lines of one block, its inner blocks among them."""
        line = self._new(node, path)
        before = self.region
        if node.tag in REGIONS:
            self.region = node.tag
        self._inside(node, line, path, 0)
        self.region = before

    def _new(self, node: LexborNode, path: Path) -> "_Open":
        classes = f"{_attribute(node, 'class')} {_attribute(node, 'id')}".strip()
        return _Open(node.tag or "", path, classes)

    def _inside(self, node: LexborNode, line: "_Open", path: Path, depth: int) -> None:
        after_inline = False
        for number, child in enumerate(node.iter(include_text=True)):
            if len(self.found.lines) >= MOST_LINES:
                break
            inline = child.tag not in BLOCKS and child.tag not in ("-text", "br", "-comment")
            if inline and after_inline:
                line.add(" ")  # <span>…</span><span>…</span>: two things, whatever the style says
            after_inline = inline
            if child.tag == "-text":
                line.add(child.text(deep=False))
            elif child.tag == "br":
                self._close(line)
            elif child.tag == "img":
                line.add(_spelled(child))
            elif child.tag in BLOCKS and not self._unseen(child):
                self._close(line)
                if len(path) < DEEPEST:
                    self.block(child, (*path, number))
            elif child.tag and child.tag[0] not in "-!" and child.tag not in SKIPPED:
                self._inline(child, line, path, depth)
        if depth == 0:
            self._close(line)

    def _inline(self, node: LexborNode, line: "_Open", path: Path, depth: int) -> None:
        if self._unseen(node) or depth > DEEPEST:
            return
        icon = ICON.search(_attribute(node, "class")) if node.tag in ("i", "span") else None
        if icon is not None and not node.text().strip():
            line.add(f" {icon.group(1)} ")
        reaches = _attribute(node, "href").lower().startswith(("mailto:", "tel:"))
        line.add(" " * reaches)
        start = line.length
        self._inside(node, line, path, depth + 1)
        if self._is_turned(node):
            line.turn(start)
        if node.tag in ("b", "strong", "em") and not line.strong:
            line.strong = line.since(start)
        code = _attribute(node, "data-cfemail")
        if code:
            line.links.append(Link(f"{PROTECTED}{code}", "", ""))
        elif node.tag == "a" and node.attributes.get("href"):
            self._link(node, line, start)
        line.add(" " * reaches)

    def _unseen(self, node: LexborNode) -> bool:
        if _hidden(node):
            return True
        return bool(self.away) and not self.away.isdisjoint(_attribute(node, "class").split())

    def _link(self, node: LexborNode, line: "_Open", start: int) -> None:
        href = _attribute(node, "href")
        text = line.since(start) or _attribute(node, "aria-label") or _attribute(node, "title")
        link = Link(href, urljoined(self.found.url, href), squeezed(text))
        line.links.append(link)
        self.found.links.append(link)

    def _is_turned(self, node: LexborNode) -> bool:
        if node.tag == "bdo" and _attribute(node, "dir").lower() == "rtl":
            return True
        classes = _attribute(node, "class").split()
        style = _attribute(node, "style")
        override = "bidi-override" in style and TURNED.search(style) is not None
        return override or not self.turned.isdisjoint(classes)

    def _close(self, line: "_Open") -> None:
        text = squeezed("".join(line.parts)[:LONGEST_LINE].translate(WIDE))
        if text or line.links:
            self.found.lines.append(
                Line(
                    text=text,
                    raw=squeezed("".join(line.raw)[:LONGEST_LINE]),
                    path=line.path,
                    tag=line.tag,
                    region=self.region,
                    links=line.links,
                    strong=squeezed(line.strong) if squeezed(line.strong) != text else "",
                    classes=line.classes,
                )
            )
        line.clear()


class _Open:
    """A line that is being written."""

    def __init__(self, tag: str, path: Path, classes: str) -> None:
        self.tag, self.path, self.classes = tag, path, classes
        self.clear()

    def clear(self) -> None:
        """Begins the next line of the same block."""
        self.parts: list[str] = []
        self.raw: list[str] = []
        self.links: list[Link] = []
        self.strong = ""

    def add(self, text: str) -> None:
        """Adds text as it stands."""
        self.parts.append(text)
        self.raw.append(text)

    @property
    def length(self) -> int:
        """How many parts there are."""
        return len(self.parts)

    def since(self, start: int) -> str:
        """The text of the parts since one."""
        return "".join(self.parts[start:])

    def turn(self, start: int) -> None:
        """Turns the text since a part around."""
        self.parts[start:] = ["".join(self.parts[start:])[::-1]]


PROTECTED = "/cdn-cgi/l/email-protection#"
"""What Cloudflare puts in the place of an address; its code follows."""


def _spelled(picture: LexborNode) -> str:
    """An address or a number that stands on a picture, as its alternative text says it."""
    text = _attribute(picture, "alt")
    tells = "@" in text or sum(letter.isdigit() for letter in text) >= 6
    return f" {text} " if tells and len(text) <= 120 else ""


def _hidden(node: LexborNode) -> bool:
    attributes: Mapping[str, str | None] = node.attributes
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style) and HIDDEN.search(style or "") is not None


# ── microdata ─────────────────────────────────────────────────────────────────────────────────


Ids = Mapping[str, LexborNode]
"""Elements that an item takes in by `itemref`."""


def _items(root: LexborNode) -> Iterator[Item]:
    items = root.css("[itemscope]")
    wanted = {name for node in items for name in _attribute(node, "itemref").split()}
    ids = {_attribute(node, "id"): node for node in root.css("[id]")} if wanted else {}
    for node in items:
        if node.attributes.get("itemprop") is None:
            yield _item(node, 0, ids)


def _item(node: LexborNode, depth: int, ids: Ids) -> Item:
    types = tuple(t.rpartition("/")[2] for t in _attribute(node, "itemtype").split())
    found = Item(types)
    if depth < 6:
        _properties(node.iter(), found, depth, ids)
        others = [ids[name] for name in _attribute(node, "itemref").split() if name in ids]
        _properties(others[:10], found, depth, ids)
    return found


def _properties(nodes: Iterable[LexborNode], found: Item, depth: int, ids: Ids) -> None:
    for child in nodes:
        names = _attribute(child, "itemprop").split()
        nested = "itemscope" in child.attributes
        value: Any = _item(child, depth + 1, ids) if nested else _value(child)
        for name in names:
            found.values.setdefault(name, []).append(value)
        if not nested:
            _properties(child.iter(), found, depth, ids)


def _value(node: LexborNode) -> str:
    """The value of a property: its attribute where the element has one, else its text."""
    for name in ("content", "datetime", "href", "src", "value"):
        if node.attributes.get(name):
            return _attribute(node, name)
    return squeezed(node.text())
