"""Turns what a person typed into a plain form in which wordings can be compared.

Used by the readers of keywords, opt-outs and intentions. `fold` makes letters comparable: case,
full-width forms, accents of the Latin alphabet, curly apostrophes. `prepare` makes a text of one
sentence a line, so that a pattern which cannot cross a line end cannot cross a sentence either, and
keeps the sentences as they were typed, so that the words that led to an answer can be shown.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

SENTENCE_LIMIT = 600  # characters; longer ones are cut between words
PARAGRAPH_LINES = 60  # lines that are joined at most


# Letters that no decomposition takes apart.
LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d",
    "þ": "th", "ŋ": "n",
}  # fmt: skip


def latin_table() -> dict[int, str]:
    """Builds the table that takes accents off Latin letters and evens out typography."""
    table: dict[int, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = "".join(
            c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c)
        )
        if plain and plain != chr(code):
            table[code] = plain.lower()
    table |= {ord(a): b for a, b in LETTERS.items()}
    table |= {ord(c): "'" for c in "’‘´`ʼ＇"} | {ord(c): '"' for c in "“”„«»"}
    table |= {ord(c): "-" for c in "‐‑‒–—−"}
    table |= dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, *range(0x300, 0x370)), "")
    return table


TABLE = latin_table()


def fold(text: str) -> str:
    """Folds case, width, Latin accents, apostrophes, dashes and invisible characters."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return unicodedata.normalize("NFKC", text).casefold().translate(TABLE)


@dataclass(frozen=True)
class Prepared:
    """A text by sentences: as typed, and folded with one sentence a line."""

    sentences: tuple[str, ...]
    folded: str
    starts: tuple[int, ...]  # where each folded sentence begins

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence at an offset of the folded text."""
        return bisect_right(self.starts, offset) - 1

    def bounds(self, offset: int) -> tuple[int, int]:
        """Where the folded sentence around an offset begins and ends."""
        number = self.sentence_at(offset)
        last = number + 1 == len(self.starts)
        return self.starts[number], len(self.folded) if last else self.starts[number + 1] - 1

    def typed(self, start: int, end: int) -> str:
        """The words between two offsets of the folded text, as they were typed."""
        first, _ = self.bounds(start)
        skip = len(WORDS.findall(self.folded, first, start))
        count = max(1, len(WORDS.findall(self.folded, start, end)))
        sentence = self.sentences[self.sentence_at(start)]
        spans = [found.span() for found in WORDS.finditer(sentence)]
        if len(spans) < skip + count:
            return self.folded[start:end].strip()
        return sentence[spans[skip][0] : spans[skip + count - 1][1]]


WORDS = re.compile(r"[^\W_]+")
ENDS = re.compile(r"(?<=[.!?…;])[\"')\]]{0,3}\s+|(?<=[。！？；])|(?<=[.!?])(?=[A-ZÀ-Þ][a-zà-ÿ])")
BULLET = re.compile(r"^[-*•·–—]\s+")


def prepare(text: str) -> Prepared:
    """Splits a text into sentences and folds them."""
    typed = [piece for sentence in sentences(text) for piece in pieces(sentence)]
    folded = [" ".join(fold(sentence).split()) for sentence in typed]
    starts = accumulate((len(sentence) + 1 for sentence in folded[:-1]), initial=0)
    return Prepared(tuple(typed), "\n".join(folded), tuple(starts))


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line end inside a wrapped paragraph ends none."""
    found: list[str] = []
    for paragraph in paragraphs(text):
        found.extend(s.strip() for s in ENDS.split(paragraph) if s.strip())
    return found


def paragraphs(text: str) -> list[str]:
    """Joins the lines of each wrapped paragraph."""
    found: list[str] = []
    parts: list[str] = []
    for raw in text.split("\n"):
        line = BULLET.sub("", raw.strip())
        if parts and not (line and goes_on(parts[-1], line) and len(parts) < PARAGRAPH_LINES):
            found.append(" ".join(parts))
            parts = []
        if line:
            parts.append(line)
    return [*found, " ".join(parts)] if parts else found


def goes_on(above: str, line: str) -> bool:
    """Tells whether a line only wraps the one above: a long one, or one in mid-sentence."""
    return above[-1] not in ".!?:;。！？" and (line[0].islower() or len(above) >= 50)


def pieces(sentence: str) -> list[str]:
    """Cuts an endless sentence between words."""
    cut: list[str] = []
    start = 0
    while len(sentence) - start > SENTENCE_LIMIT:
        at = sentence.rfind(" ", start + SENTENCE_LIMIT // 2, start + SENTENCE_LIMIT)
        at = start + SENTENCE_LIMIT if at < 0 else at
        cut.append(sentence[start:at].strip())
        start = at
    return [*cut, sentence[start:].strip()]
