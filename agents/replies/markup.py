"""Turns the HTML of a mail into lines, with quoting elements counted as quote depth.

`visible.py` reads these lines like those of a plain text. What clients quote in is known by its
element (`blockquote`), its class or its id (table below); some clients only draw a mark from which
on everything is the earlier message. Elements that a reader does not see (styles, scripts, hidden
preheaders) are left out: hidden text is nobody's words.

Why not the standard library's parser: it is quadratic on some broken input (thousands of `<` or
unclosed comments), and mail is full of it. This one looks at each character a constant number of
times, never nests calls, and takes unclosed tags for text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Literal, NamedTuple

from agents.replies.lines import Line, Mark

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
    "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
))  # fmt: skip
SPACED = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote",
))  # fmt: skip
VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
))  # fmt: skip
UNSEEN = frozenset(("style", "script", "head", "title", "template", "noscript", "object"))
RAW = frozenset(("style", "script", "title", "textarea", "xmp"))

# Elements in which clients put the earlier message, by class, id or name.
QUOTING = re.compile(
    r"yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|front-blockquote|isreplycontent"
    r"|isforwardcontent|messagereplysection|mail_android_quote|gmail_extra_quote"
    r"|moz-forward-container|gmail_attr|moz-cite-prefix|ecxgmail_quote|replyforwardcontainer|cite_content|quotedtext"
    r"|wordsection_quote|(?:^|\s)quote(?:\s|$)|(?:^|\s)cite(?:\s|$)|skiptranslate-quote|ydpquote"
    r"|mailquote|mail-quote-collapse|history_container|hmmessage_quote"
)
# Gmail's container holds the attribution, the quotes, and answers between them.
CONTAINER = re.compile(r"(?:^|\s)(?:x_)*gmail_quote(?:_container)?(?:\s|$)")
# From this element on, everything is the earlier message.
CUTTING = re.compile(
    r"divrplyfwdmsg|appendonsend|stopspelling|zwchr|__divider__|olk_src_body_section"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message"
    r"|yahoo_quoted_header|replysplit|originalmessage"
)
SIGNING = re.compile(
    r"gmail_signature|messagesignaturesection|moz-signature|ms-outlook-mobile-signature|protonmail_signature_block"
    r"|applemailsignature|(?:^|\s)(?:x_)*signature(?:\s|$)|composer_signature|mobile-signature"
    r"|zmail_signature|ydp\w{1,12}signature"
)
HIDDEN = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all"
)
ATTRIBUTE = re.compile(
    r"(?<![\w-])(class|id|name|style|type|data-marker"
    r"|data-smartmail)\s{0,4}=\s{0,4}(?:\"([^\"]{0,600})|'([^']{0,600})|([^\s>\"']{1,200}))",
    re.IGNORECASE,
)
NAME = re.compile(r"[a-z][a-z0-9:-]{0,40}", re.IGNORECASE)
SPACE = re.compile(r"[ \t\n\r\f]+")
RAW_ENDS = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in RAW}
REACH = 4_000  # characters of a tag's attributes that are looked at


class Token(NamedTuple):
    """A piece of markup: text, or an opening or closing tag with its attributes."""

    kind: Literal["text", "open", "close"]
    value: str  # the text, or the tag's name
    attributes: str = ""


@dataclass(slots=True)
class Element:
    """An open element, and what it means for the text in it."""

    tag: str
    quoting: bool = False
    soft: bool = False  # a quote only by its tag: a person may have typed it
    container: int = 0
    signing: bool = False
    hidden: bool = False


@dataclass(slots=True)
class Page:
    """What has been rendered so far, and what is open."""

    lines: list[Line] = field(default_factory=list)
    soft: list[bool] = field(default_factory=list)
    container: list[int] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    count: dict[str, int] = field(default_factory=dict)
    piece: list[str] = field(default_factory=list)
    level: int = 0
    softly: int = 0
    containers: list[int] = field(default_factory=list)
    signing: int = 0
    hidden: int = 0
    pre: int = 0
    numbered: int = 0


def to_lines(html: str) -> list[Line]:
    """Renders HTML to lines."""
    page = Page()
    for token in tokens(html):
        if token.kind == "text":
            write(page, token.value)
        elif token.kind == "open":
            enter(page, token.value, token.attributes)
        else:
            leave(page, token.value)
    flush(page)
    return settle(page)


def tokens(html: str) -> Iterator[Token]:
    """Yields texts, opening and closing tags.

    Where a comment never closes, no later one is searched to the end of the page again.
    """
    at, end, comments = 0, len(html), True
    while at < end:
        tag = html.find("<", at)
        if tag < 0:
            break
        if tag > at:
            yield Token("text", html[at:tag])
        if html.startswith("<!--", tag):
            close = html.find("-->", tag + 4) if comments else -1
            comments = close >= 0
            at = close + 3 if comments else after_declaration(html, tag)
            continue
        at, token = markup_at(html, tag)
        if token is not None:
            yield token
            at = after_raw(html, at, token)
    if at < end:
        yield Token("text", html[at:])


def markup_at(html: str, tag: int) -> tuple[int, Token | None]:
    """Reads the tag or stray `<` at `tag`, and where it ends; None for a declaration."""
    follow = html[tag + 1 : tag + 2]
    if follow and follow in "!?":
        return after_declaration(html, tag), None
    closing = follow == "/"
    name = NAME.match(html, tag + 2 if closing else tag + 1)
    if name is None:
        return tag + 1, Token("text", "<")
    close = html.find(">", name.end())
    if close < 0:
        return len(html), Token("text", html[tag:])
    if closing:
        return close + 1, Token("close", name.group().lower())
    close = after_quotes(html, name.end(), close)
    return close + 1, Token("open", name.group().lower(), html[name.end() : close])


def after_declaration(html: str, tag: int) -> int:
    """Where a declaration, or a comment that never closes, ends: at its first `>`."""
    close = html.find(">", tag + 2)
    return close + 1 if close >= 0 else len(html)


def after_quotes(html: str, start: int, close: int) -> int:
    """Moves the end of a tag behind a `>` that stands inside a quoted attribute, within reason."""
    for _ in range(8):
        if close - start > REACH or html.count('"', start, close) % 2 == 0:
            return close
        further = html.find(">", close + 1, close + REACH)
        if further < 0:
            return close
        close = further
    return close


def after_raw(html: str, at: int, token: Token) -> int:
    """Skips what stands in an element whose content is no markup."""
    if token.kind != "open" or token.value not in RAW:
        return at
    found = RAW_ENDS[token.value].search(html, at)
    return found.start() if found else len(html)


def write(page: Page, text: str) -> None:
    """Adds text to the current line."""
    if not text or page.hidden:
        return
    if "&" in text:
        text = unescape(text)
    if page.pre:
        for part in text.replace("\r\n", "\n").splitlines(keepends=True):
            page.piece.append(part.rstrip("\n"))
            if part.endswith("\n"):
                flush(page, keep_blank=True)
        return
    page.piece.append(SPACE.sub(" ", text))


def enter(page: Page, tag: str, attributes: str) -> None:
    """Opens an element: breaks the line where it is a block, and notes what it means."""
    if tag == "br":
        flush(page, keep_blank=True)
        return
    marked = hints(attributes)
    if tag == "hr":
        flush(page)
        rule(page, Mark.CUT if CUTTING.search(marked) else Mark.RULE)
    if tag in VOID:
        return
    element = meaning(page, tag, marked)
    if tag in BLOCKS:
        flush(page)
        if tag in SPACED and "msonormal" not in marked:
            blank(page)
    if CUTTING.search(marked) and tag != "hr":
        flush(page)
        rule(page, Mark.CUT)
    page.open.append(element)
    page.count[tag] = page.count.get(tag, 0) + 1
    note(page, element, 1)


def hints(attributes: str) -> str:
    """The values by which clients mark elements, folded, one string; hidden ones as a word."""
    if not attributes:
        return ""
    values = [
        (m[1].lower(), (m[2] or m[3] or m[4] or "").lower())
        for m in ATTRIBUTE.finditer(attributes[:REACH])
    ]
    styles = [value for key, value in values if key == "style" and HIDDEN.search(value)]
    return " ".join(
        [value for key, value in values if key != "style"] + ["hidden-style"] * bool(styles)
    )


def meaning(page: Page, tag: str, marked: str) -> Element:
    """Says what an element means for the text in it."""
    element = Element(tag, hidden=tag in UNSEEN or "hidden-style" in marked)
    if tag == "blockquote":
        element.quoting = True
        element.soft = not marked.strip() or not re.search(r"cite|gmail_quote|quote", marked)
    elif marked:
        element.quoting = bool(QUOTING.search(marked)) and not CONTAINER.search(marked)
        if CONTAINER.search(marked):
            page.numbered += 1
            element.container = page.numbered
        element.signing = bool(SIGNING.search(marked))
    return element


def note(page: Page, element: Element, by: int) -> None:
    """Counts an element in (1) or out (-1)."""
    page.level += by * element.quoting
    page.softly += by * element.soft
    page.signing += by * element.signing
    page.hidden += by * element.hidden
    page.pre += by * (element.tag == "pre")
    if element.container:
        if by > 0:
            page.containers.append(element.container)
        else:
            page.containers.pop()


def leave(page: Page, tag: str) -> None:
    """Closes an element, and those left open inside it; a stray closing tag closes nothing."""
    if tag == "br":
        flush(page, keep_blank=True)
    if not page.count.get(tag):
        return
    while True:
        element = page.open.pop()
        page.count[element.tag] -= 1
        if element.tag in BLOCKS:
            flush(page)
        note(page, element, -1)
        if element.tag == tag:
            break
    if tag in SPACED:
        blank(page)


def flush(page: Page, keep_blank: bool = False) -> None:
    """Ends the current line."""
    text = "".join(page.piece).strip(" \t\n") if not page.pre else "".join(page.piece)
    page.piece.clear()
    if text.strip("\u200b\u200c\u200d\ufeff"):
        add(page, text)
    elif keep_blank:
        blank(page)


def add(page: Page, text: str) -> None:
    """Adds a line with the depth and marks of where it stands."""
    mark = Mark.SIGNATURE if page.signing else Mark.PLAIN
    page.lines.append(Line(text, page.level, text.strip(), mark))
    page.soft.append(bool(page.softly) and page.softly == page.level)
    page.container.append(page.containers[-1] if page.containers else 0)


def blank(page: Page) -> None:
    """Adds a blank line unless there is one."""
    if page.lines and page.lines[-1].bare and not page.hidden:
        add(page, "")


def rule(page: Page, mark: Mark) -> None:
    """Adds a drawn rule or the client's cutting mark."""
    if not page.hidden:
        add(page, "")
        page.lines[-1] = Line("", page.level, "", mark)


def settle(page: Page) -> list[Line]:
    """Decides about blockquotes that a person may have typed.

    A bare blockquote is the person's own where a quote follows that the client marked, or that an
    attribution announces; and where the whole message stands in it.
    """
    lines, sure = page.lines, certain(page)
    last = max((i for i, line in enumerate(lines) if line.level and sure[i]), default=0)
    settled = [
        line._replace(level=0) if page.soft[i] and i < last and not sure[i] else line
        for i, line in enumerate(lines)
    ]
    if any(line.level == 0 and line.bare for line in settled):
        return settled
    return [line._replace(level=0) if page.soft[i] else line for i, line in enumerate(settled)]


def certain(page: Page) -> list[bool]:
    """Tells for each line whether it is quoted beyond doubt: the client marked it, or the words
    above its stretch end like an attribution."""
    sure = []
    announced = False
    for line, soft in zip(page.lines, page.soft, strict=True):
        if line.bare and not line.level:
            announced = line.bare.endswith((":", "："))
        sure.append(bool(line.level) and (not soft or announced))
    return sure
