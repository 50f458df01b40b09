"""Turns a company's name as written into its base name and its legal form.

Called by intake and the place clusters (two records of one firm differ first of all in how they
write "Limited") and by `leadwire inspect company`. The forms and their spellings are a table beside
this module. A name that is nothing but a legal form has an empty base: it names nobody.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from agents.identity.words import fold, lines

LONGEST = 12  # words of the longest legal form


@dataclass(frozen=True, slots=True)
class Company:
    """`base` keeps the writing of the name; `legal_form` is the canonical form or None."""

    name: str
    base: str
    legal_form: str | None


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a name, where it stands there, and how it is compared."""

    start: int
    end: int
    text: str
    key: str


def read(name: str) -> Company:
    """Splits a name; whatever cannot be split is its own base. Never raises."""
    return _read(unicodedata.normalize("NFC", name[:500]), name)


@lru_cache(maxsize=65536)
def _read(text: str, name: str) -> Company:
    words = list(_words(text))
    found: list[str] = []
    words = _strip_end(text, words, found)
    words = _strip_start(words, found)
    words = _strip_middle(words, found)
    words = _strip_end(text, words, found)
    form = " ".join(dict.fromkeys(found)) or None
    return Company(name, _joined(text, words), form)


_SILENT = re.compile(r"[.,;:()\[\]\\'’\"״·]+")
_SPACED = re.compile(r"\S+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _words(text: str) -> Iterator[_Word]:
    for match in _SPACED.finditer(text):
        key = _SILENT.sub("", fold(match.group()))
        if key:
            yield _Word(match.start(), match.end(), match.group(), key)


@cache
def _forms() -> dict[str, _Form]:
    """Spelling (folded, words joined by one blank) → form."""
    found: dict[str, _Form] = {}
    place = ""
    for line in lines("legal_forms.txt"):
        if line.startswith("["):
            place = line.strip("[]")
        else:
            name, _, spellings = line.partition(" : ")
            for spelling in spellings.split(" ; "):
                for key in _keys(spelling.strip()):
                    found.setdefault(key, _Form(name, place))
    return found


def _keys(spelling: str) -> Iterator[str]:
    yield " ".join(word.key for word in _words(spelling))
    if re.fullmatch(r"(\w\.){2,}\w?", spelling):
        yield " ".join(fold(spelling).replace(".", " ").split())


def _strip_end(text: str, words: list[_Word], found: list[str]) -> list[_Word]:
    while words:
        for count in range(min(LONGEST, len(words)), 0, -1):
            tail = words[-count:]
            form = _forms().get(" ".join(word.key for word in tail))
            if form and _fits(form, tail, words):
                found.insert(0, form.name)
                words = words[:-count]
                break
        else:
            return _glued(words, found, at_end=True)
        while words and words[-1].key in {"&", "and", "+", "-", "–", "und", "et"}:
            words = words[:-1]
    return words


def _fits(form: _Form, tail: list[_Word], words: list[_Word]) -> bool:
    if form.place != "cautious":
        return True
    written = "".join(word.text for word in tail)
    if "." in written or "/" in written:
        return len(words) > len(tail)
    rest = "".join(word.text for word in words[: -len(tail)])
    return written.isupper() and bool(rest) and not rest.isupper()


def _strip_start(words: list[_Word], found: list[str]) -> list[_Word]:
    while words:
        for count in range(min(LONGEST, len(words)), 0, -1):
            head = words[:count]
            form = _forms().get(" ".join(word.key for word in head))
            if form and form.place in {"either", "anywhere"}:
                found.append(form.name)
                words = words[count:]
                break
        else:
            return _glued(words, found, at_end=False)
    return words


def _strip_middle(words: list[_Word], found: list[str]) -> list[_Word]:
    """Takes out forms that cannot be anything else ("Hello Pty Ltd World")."""
    for start in range(1, len(words)):
        for count in range(min(LONGEST, len(words) - 1 - start), 0, -1):
            form = _forms().get(" ".join(word.key for word in words[start : start + count]))
            if form and form.place == "anywhere":
                found.append(form.name)
                return _strip_middle(words[:start] + words[start + count :], found)
    return words


def _glued(words: list[_Word], found: list[str], *, at_end: bool) -> list[_Word]:
    """East Asian forms stand without a blank: 株式会社 before or after the name."""
    if not words:
        return words
    word = words[-1] if at_end else words[0]
    if not _CJK.search(word.key):
        return words
    for key, form in _forms().items():
        if form.place != "either" or not _CJK.search(key) or len(word.key) <= len(key):
            continue
        if word.text.endswith(key) if at_end else word.text.startswith(key):
            found.append(form.name)
            size = len(key)
            kept = (
                _Word(word.start, word.end - size, word.text[:-size], word.key[:-size])
                if at_end
                else _Word(word.start + size, word.end, word.text[size:], word.key[size:])
            )
            return [*words[:-1], kept] if at_end else [kept, *words[1:]]
    return words


def _joined(text: str, words: list[_Word]) -> str:
    if not words:
        return ""
    whole = all(not text[a.end : b.start].strip() for a, b in pairwise(words))
    pieces = " ".join(word.text for word in words) if whole else " ".join(w.text for w in words)
    return pieces.strip(" ,;:-–—&+/!.").strip() or pieces
