"""HTML of mail into the lines of text that it shows; for reports, not for what a person wrote.

Linear whatever the input: a tag is looked for up to the next angle bracket and no further.
"""

import html
import re

HIDDEN = re.compile(r"<(style|script|head|title)\b", re.IGNORECASE)
CLOSING = {
    name: re.compile(rf"</{name}\b[^<>]*>?", re.IGNORECASE)
    for name in ("style", "script", "head", "title")
}
BREAK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|hr|/?pre|/?td)\b[^<>]*>", re.I)
TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>")
BLANKS = re.compile(r"[ \t\u00a0]+")
LINES = re.compile(r"\n\s*\n+")


def text_of(markup: str) -> str:
    """The visible text, a line for each block; entities resolved."""
    flat = without_hidden(without_comments(markup)).replace("\n", " ")
    flat = html.unescape(TAG.sub("", BREAK.sub("\n", flat)))
    return LINES.sub("\n", BLANKS.sub(" ", flat)).strip()


def without_comments(markup: str) -> str:
    kept: list[str] = []
    position = 0
    while True:
        start = markup.find("<!--", position)
        end = markup.find("-->", start + 4) if start >= 0 else -1
        if end < 0:
            return "".join(kept) + markup[position:]
        kept.append(markup[position:start])
        position = end + 3


def without_hidden(markup: str) -> str:
    """Without the elements whose content is not shown; an unclosed one hides nothing."""
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()  # searched for once only, or many of them would cost a square
    for match in HIDDEN.finditer(markup):
        name = match[1].lower()
        if match.start() < position or name in unclosed:
            continue
        end = CLOSING[name].search(markup, match.end())
        if end is None:
            unclosed.add(name)
            continue
        kept.append(markup[position : match.start()])
        position = end.end()
    return "".join(kept) + markup[position:]
