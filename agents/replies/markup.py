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
    for kind, value, attributes in tokens(html):
        if kind == "text":
            write(page, value)
        elif kind == "open":
            enter(page, value, attributes)
        else:
            leave(page, value)
    flush(page)
    return settle(page)


def tokens(html: str) -> Iterator[tuple[str, str, str]]:
    """Yields (kind, text or tag name, attributes) for texts, opening and closing tags."""
    at, end = 0, len(html)
    while at < end:
        tag = html.find("<", at)
        if tag < 0:
            break
        if tag > at:
            yield "text", html[at:tag], ""
        at, token = markup_at(html, tag)
        if token is None:
            break
        yield token
        if token[0] == "open" and token[1] in RAW:
            at = after_raw(html, at, token[1])
    if at < end:
        yield "text", html[at:], ""


def markup_at(html: str, tag: int) -> tuple[int, tuple[str, str, str] | None]:
    """Reads the tag, comment or stray `<` at `tag`; None where nothing closes any more."""
    if html.startswith("<!--", tag):
        close = html.find("-->", tag + 4)
        return (
            (close + 3, ("text", "", ""))
            if close >= 0
            else (skip_open_comment(html, tag), ("text", "", ""))
        )
    close = html.find(">", tag + 1)
    if close < 0:
        return tag, None
    follow = html[tag + 1 : tag + 2]
    if follow in ("!", "?"):
        return close + 1, ("text", "", "")
    closing = follow == "/"
    name = NAME.match(html, tag + 2 if closing else tag + 1)
    if name is None:
        return tag + 1, ("text", "<", "")
    if closing:
        return close + 1, ("close", name.group().lower(), "")
    close = after_quotes(html, name.end(), close)
    return close + 1, ("open", name.group().lower(), html[name.end() : close])


def skip_open_comment(html: str, tag: int) -> int:
    """A comment that never closes ends at its first `>`, as browsers of old did it."""
    close = html.find(">", tag + 4)
    return close + 1 if close >= 0 else len(html)


def after_quotes(html: str, start: int, close: int) -> int:
    """Moves the end of a tag behind a `>` that stands inside a quoted attribute, within reason."""
    for _ in range(8):
        part = html[start:close]
        if part.count('"') % 2 == 0 or close - start > 4000:
            return close
        further = html.find(">", close + 1, close + 4000)
        if further < 0:
            return close
        close = further
    return close


def after_raw(html: str, at: int, tag: str) -> int:
    """Skips what stands in an element whose content is no markup."""
    for found in re.finditer(rf"</{tag}", html[at:], re.IGNORECASE):
        return at + found.start()
    return len(html)


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
        (m[1].lower(), (m[2] or m[3] or m[4] or "").lower()) for m in ATTRIBUTE.finditer(attributes)
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
    lines = page.lines
    last = last_certain(page)
    for index in range(last):
        if page.soft[index] and not announced(lines, index):
            lines[index] = lines[index]._replace(level=0)
    if any(line.level == 0 and line.bare for line in lines):
        return lines
    return [line._replace(level=0) if page.soft[i] else line for i, line in enumerate(lines)]


def last_certain(page: Page) -> int:
    """The index of the last line that is quoted beyond doubt, or 0."""
    for index in range(len(page.lines) - 1, -1, -1):
        line = page.lines[index]
        if line.level and (not page.soft[index] or (line.bare and announced(page.lines, index))):
            return index
    return 0


def announced(lines: list[Line], index: int) -> bool:
    """Tells whether the words right above a quoted stretch end like an attribution."""
    while index > 0 and (lines[index - 1].level or not lines[index - 1].bare):
        index -= 1
    return index > 0 and lines[index - 1].bare.endswith((":", "："))
