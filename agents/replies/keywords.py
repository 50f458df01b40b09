"""Recognises the keywords of text messages: opt-out, opt-in and help, by vendor and language.

The inbox asks for every short message; deterministic by design, since an opt-out by keyword is
binding (47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel and unsubscribe) and
a vendor enforces its own list whatever we think. A message is a keyword when it is nothing else:
compared after trimming, without case, outer punctuation, accents, full-width forms or look-alike
letters of another alphabet. With a vendor the vendor's list alone counts; without one all lists
and the languages' words. Anything longer is read by `opt_out.py`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agents.replies import keyword_words as words
from agents.replies.folding import fold

Kind = Literal["opt_out", "opt_in", "help"]

LONGEST = 40
OUTER = re.compile(r"^[\W_]+|[\W_]+$")
LOOKALIKES = str.maketrans("аесорхуѕіјԁкмтнв", "aecopxysijdkmthb")


@dataclass(frozen=True)
class Keyword:
    """A recognised keyword: what it asks for, and its spelling in the list."""

    kind: Kind
    keyword: str


def normal(text: str) -> str:
    """The form in which keywords are compared."""
    return " ".join(OUTER.sub("", fold(text)).split())


def index_of(table: dict[Kind, tuple[str, ...]]) -> dict[str, Keyword]:
    """Turns a table of keywords into a look-up by normal form; opt-out wins over the others."""
    found: dict[str, Keyword] = {}
    kinds: tuple[Kind, ...] = ("help", "opt_in", "opt_out")
    for kind in kinds:
        found |= {normal(word): Keyword(kind, word) for word in table.get(kind, ())}
    return found


VENDORS = {vendor: index_of(table) for vendor, table in words.VENDORS.items()}
LANGUAGES = {language: index_of(table) for language, table in words.LANGUAGES.items()}
AMBIGUOUS = {normal(word) for word in words.AMBIGUOUS}
SURE = index_of(words.COMMON)
EVERY = {
    key: found
    for table in (*LANGUAGES.values(), *VENDORS.values(), SURE)
    for key, found in table.items()
    if key not in AMBIGUOUS
}


def match(
    text: str, *, channel: str = "sms", vendor: str | None = None, language: str | None = None
) -> Keyword | None:
    """Tells which keyword a message is, or None.

    `vendor` is a channel vendor's name (`twilio`, `telnyx`, …); one whose list is not known is
    treated like none. `language` (ISO 639-1) narrows the languages' words to one beside the common
    ones. In mail and calls "yes", "start" and "info" are answers and no keywords, so on channels
    other than `sms` and `whatsapp` only opt-outs count.
    """
    key = normal(text) if len(text) <= 4 * LONGEST else ""
    if not key or len(key) > LONGEST:
        return None
    found = table_for(vendor, language).get(key) or table_for(vendor, language).get(
        key.translate(LOOKALIKES)
    )
    if found and found.kind != "opt_out" and channel not in ("sms", "whatsapp"):
        return None
    return found


def table_for(vendor: str | None, language: str | None) -> dict[str, Keyword]:
    """The keywords that count for a vendor and a language."""
    known = VENDORS.get(vendor.casefold()) if vendor else None
    if known is not None:
        return known
    if language is None:
        return EVERY
    return LANGUAGES.get(language.casefold()[:2], {}) | SURE
