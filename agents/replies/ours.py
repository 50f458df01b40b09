"""Marks the lines of a reply that are our own sent text coming back.

`visible.py` calls this first when the inbox knows what was sent (by In-Reply-To or our token): our
footer says "unsubscribe", and read as the person's words it would be a false opt-out.

Clients re-wrap, re-quote and re-link what they quote, so lines are compared by their words: the
reply's words at one quote depth form a stream, runs of at least `RUN` words that stand in our text
in the same order are ours, and a line whose words lie nearly all in such runs is our line. Links
and addresses are left out on both sides, since clients and gateways rewrite them. One pass over
both texts.
"""

import re
from collections.abc import Iterator

from agents.replies.lines import Line

GRAM = 4  # words that must stand together
RUN = 8  # words of a run that is ours beyond chance; a whole shorter message also counts
SHARE = 0.8  # of a line's words

WORD = re.compile(r"[^\W_]+")
LINK = re.compile(
    r"<[^<>\s]{1,2000}>|\[[^\[\]\s]{1,2000}\]|\(?https?://\S+|www\.\S+|(?<!\S)\S{1,300}@\S+"
)

Word = tuple[int, str]  # line number, folded word


def our_lines(lines: list[Line], sent: str) -> list[bool]:
    """Tells for each line whether it is ours. `sent` is the plain text of what we sent."""
    own = [word for text in sent.split("\n") for word in words_of(text)]
    ours = [False] * len(lines)
    if not own:
        return ours
    whole = {tuple(words_of(text)) for text in sent.split("\n")}
    grams = {tuple(own[i : i + GRAM]) for i in range(max(1, len(own) - GRAM + 1))}
    size = min(GRAM, len(own))
    for stream in streams(lines):
        mark(stream, grams, size, min(RUN, len(own)), ours)
    for index, line in enumerate(lines):
        if not ours[index] and len(line.bare.split()) >= 4 and tuple(words_of(line.bare)) in whole:
            ours[index] = True
    return ours


def words_of(text: str) -> list[str]:
    """The folded words of a line, without links and addresses."""
    if "/" in text or "@" in text or "www." in text:
        text = LINK.sub(" ", text)
    return [word.casefold() for word in WORD.findall(text)]


def streams(lines: list[Line]) -> Iterator[list[Word]]:
    """Yields the words of each stretch of lines at one quote depth."""
    stream: list[Word] = []
    level = 0
    for index, line in enumerate(lines):
        if line.bare and line.level != level:
            if stream:
                yield stream
            stream, level = [], line.level
        stream.extend((index, word) for word in words_of(line.bare))
    if stream:
        yield stream


def mark(
    stream: list[Word], grams: set[tuple[str, ...]], size: int, run: int, ours: list[bool]
) -> None:
    """Marks the lines of one stream whose words lie in long runs of our words."""
    covered = [False] * len(stream)
    start = end = 0
    for index in range(len(stream) - size + 1):
        if tuple(word for _, word in stream[index : index + size]) not in grams:
            continue
        if index > end:
            cover(covered, start, end, run)
            start = index
        end = index + size
    cover(covered, start, end, run)
    for line, share in shares(stream, covered):
        ours[line] = ours[line] or share >= SHARE


def cover(covered: list[bool], start: int, end: int, run: int) -> None:
    """Takes a run for ours if it is long enough."""
    if end - start >= run:
        covered[start:end] = [True] * (end - start)


def shares(stream: list[Word], covered: list[bool]) -> Iterator[tuple[int, float]]:
    """Yields for each line of a stream which share of its words is covered."""
    seen: dict[int, list[int]] = {}
    for (line, _), hit in zip(stream, covered, strict=True):
        counts = seen.setdefault(line, [0, 0])
        counts[0] += 1
        counts[1] += hit
    for line, (total, hits) in seen.items():
        yield line, hits / total
