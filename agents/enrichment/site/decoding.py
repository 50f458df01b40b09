"""The octets of a page into text, as a browser would read them.

A byte order mark wins, then octets that are valid UTF-8, then what the header or the page itself
declares, else Windows-1252. Valid UTF-8 comes before the declaration: text in another charset is
practically never valid UTF-8 by chance, while wrong declarations are everywhere.
"""

import codecs
import re

from channels.enrichment.base import Page

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
LOOKED_AT = 4096
LIKE_BROWSERS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252"}
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]")


def text(page: Page) -> str:
    """Returns a page's text; what cannot be decoded becomes U+FFFD, what no store holds a blank."""
    body = page.body
    for mark, charset in MARKS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(charset, "replace"))
    try:
        return _clean(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        if not page.whole and error.start > len(body) - 4:
            return _clean(body[: error.start].decode("utf-8"))
    return _clean(_decoded(body, _declared(page)))


def _declared(page: Page) -> str:
    header = HEADER.search(page.content_type)
    inside = DECLARED.search(page.body[:LOOKED_AT])
    name = header.group(1) if header else inside.group(1).decode() if inside else ""
    return name.lower()


def _decoded(body: bytes, name: str) -> str:
    if name.replace("_", "-") in ("", "utf-8", "utf8"):
        name = "cp1252"
    try:
        return body.decode(LIKE_BROWSERS.get(name, name), "replace")
    except LookupError:
        return body.decode("cp1252", "replace")


def _clean(found: str) -> str:
    return UNSTORABLE.sub(" ", found)
