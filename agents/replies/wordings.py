"""How wordings are written down, and how they are looked for quickly.

The tables (`words/`) hold, by language, the ways in which people say a thing. `Wordings` is one
block of such a table: what it stands for, a weight, and lines of which each is one way to say it, a
regular expression over folded text (`folding.py`: lower case, no Latin accents, one sentence a
line). Names in braces stand for parts that a language's wordings share; a line that ends in a
backslash goes on in the next; `#` begins a remark.

There are a few thousand lines, and a reply has twenty words. So each line's *stems* are derived
from it: substrings of which one must occur wherever the line matches. Looking for stems costs a
fraction of a millisecond; the few lines whose stems occur are compiled when first needed. Gaps in
the tables are bounded and a pattern cannot cross a line end, so that no text makes a line slow.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

CONTINUED = re.compile(r"\\\n\s*")
GRAM = 3  # characters by which stems are looked up
SHORT = 1_000  # characters that are faster read whole than sentence by sentence
BLOCK = 16_384  # characters that are looked at together
UNSPACED = ("ja", "zh", "ko", "th")  # languages whose words are not set apart by spaces

Cue = Literal[
    "interest", "meeting", "call_me", "asks_for_more", "agreement",
    "decline", "hostile", "legal",
    "timing", "budget", "authority", "need", "competitor",
    "referral", "wrong_person", "gone", "customer",
    "question", "thanks", "noted",
    "absence", "bounce",
]  # fmt: skip

Label = Literal["positive", "negative", "neutral", "objection", "out_of_office", "bounce"]


Objection = Literal["timing", "budget", "authority", "need", "competitor"]


class Wordings(NamedTuple):
    """One block of a table. Weights: 3 says it outright, 2 in most contexts, 1 hints at it."""

    kind: str
    weight: float
    lines: str


@dataclass(frozen=True)
class Rule:
    """One way to say something."""

    kind: str
    weight: float
    language: str
    source: str
    stems: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled; in languages with spaces it begins where a word begins."""
        spaced = self.language not in UNSPACED
        return re.compile(rf"(?<!\w)(?:{self.source})" if spaced else self.source, re.MULTILINE)

    def sentences(self, folded: str) -> set[tuple[int, int]]:
        """Where the sentences begin and end that hold one of the stems; all of a short text."""
        if len(folded) < SHORT:
            return {(0, len(folded))}
        found = set()
        for stem in self.stems:
            at = folded.find(stem)
            while at >= 0:
                start = folded.rfind("\n", 0, at) + 1
                end = folded.find("\n", at)
                end = len(folded) if end < 0 else end
                found.add((start, end))
                at = folded.find(stem, end)
        return found


class Index:
    """Finds the rules that can match a text by the stems that occur in it."""

    def __init__(self, found: Iterable[Rule]) -> None:
        self.rules = tuple(found)
        by_stem: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for stem in rule.stems:
                by_stem.setdefault(stem, []).append(number)
        self.short = [(stem, numbers) for stem, numbers in by_stem.items() if len(stem) < GRAM]
        self.by_gram: dict[str, list[tuple[str, list[int]]]] = {}
        for stem, numbers in by_stem.items():
            if len(stem) >= GRAM:
                self.by_gram.setdefault(stem[:GRAM], []).append((stem, numbers))

    def candidates(self, folded: str) -> list[Rule]:
        """The rules of which a stem occurs in the text, in their order."""
        grams = {folded[at : at + GRAM] for at in range(len(folded) - GRAM + 1)}
        groups = [self.by_gram[gram] for gram in grams & self.by_gram.keys()]
        numbers: set[int] = set()
        for stem, rules_of in (pair for group in (self.short, *groups) for pair in group):
            if stem in folded:
                numbers.update(rules_of)
        return [self.rules[number] for number in sorted(numbers)]

    def matches(self, folded: str) -> Iterator[tuple[Rule, re.Match[str]]]:
        """Finds all wordings in a text; a long text is read block by block."""
        for start, end in blocks(folded):
            block = folded[start:end] if end - start < len(folded) else folded
            for rule in self.candidates(block):
                for start_of, end_of in rule.sentences(block):
                    for match in rule.pattern.finditer(folded, start + start_of, start + end_of):
                        yield rule, match


def blocks(folded: str) -> Iterator[tuple[int, int]]:
    """Cuts a long text at sentence ends into blocks of about `BLOCK` characters."""
    start = 0
    while len(folded) - start > BLOCK:
        end = folded.rfind("\n", start, start + BLOCK) + 1
        if end <= start:
            end = folded.find("\n", start + BLOCK) + 1 or len(folded)
        yield start, end
        start = end
    yield start, len(folded)


def rules(language: str, blocks: Iterable[Wordings], parts: Mapping[str, str]) -> list[Rule]:
    """Reads the blocks of one language's table."""
    found = []
    for block in blocks:
        for line in written(block.lines):
            source = filled(line, parts)
            found.append(Rule(block.kind, block.weight, language, source, stems(source)))
    return found


def written(lines: str) -> Iterator[str]:
    """The wordings of a block, one at a time, without margins and remarks."""
    for line in CONTINUED.sub("", lines).split("\n"):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            yield bare


def filled(line: str, parts: Mapping[str, str]) -> str:
    """Puts the shared parts in; a part may use those before it."""
    for name in re.findall(r"\{([a-z_]+)\}", line):
        part = CONTINUED.sub("", parts[name])
        line = line.replace("{" + name + "}", "(" + filled(part, parts) + ")")
    return line


# --- stems -----------------------------------------------------------------------------------

ANY: tuple[str, ...] = ("",)
ZERO_WIDTH = ("(?=", "(?!", "(?<=", "(?<!")
QUANTIFIER = re.compile(r"[*+?]|\{(\d+)?,?(\d+)?\}")


def stems(source: str) -> tuple[str, ...]:
    """Substrings of which at least one occurs in every match of a pattern."""
    found, end = branches(source, 0)
    if end != len(source):
        raise ValueError(f"unbalanced bracket in wording {source!r} at {end}")
    return found


def branches(source: str, at: int) -> tuple[tuple[str, ...], int]:
    """Stems of alternatives from `at` to their end; all must have some, or there are none."""
    union: list[str] = []
    free = False
    while True:
        found, at = sequence(source, at)
        free = free or found == ANY
        union.extend(found)
        if at >= len(source) or source[at] == ")":
            return (ANY if free else tuple(dict.fromkeys(union))), at
        at += 1


def sequence(source: str, at: int) -> tuple[tuple[str, ...], int]:
    """Stems of one alternative: the best of its literal runs and of its groups."""
    best, run = ANY, ""
    while at < len(source) and source[at] not in "|)":
        literal, group, after = atom(source, at)
        quantifier = QUANTIFIER.match(source, after)
        optional = (
            quantifier is not None
            and quantifier.group()[0] in "*?{"
            and quantifier[1] in (None, "0")
        )
        if quantifier or literal is None:
            kept = run + literal if literal and not optional else run
            best, run = better(best, (kept,)), ""
            if group and not optional:
                best = better(best, group)
        else:
            run += literal
        at = (
            quantifier.end() + (source[quantifier.end() : quantifier.end() + 1] == "?")
            if quantifier
            else after
        )
    return better(best, (run,)), at


def better(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The set of stems that is rarer in texts: its shortest stem is longer, or it is smaller."""

    def rarity(found: tuple[str, ...]) -> tuple[int, int]:
        return min(6, min(len(stem) for stem in found)), -len(found)

    return max(one, other, key=rarity)


def atom(source: str, at: int) -> tuple[str | None, tuple[str, ...] | None, int]:
    """Reads one atom: its literal text (None where it is none), a group's stems, where it ends."""
    char = source[at]
    if char == "\\":
        follow = source[at + 1]
        return (None if follow.isalnum() else follow), None, at + 2
    if char == "[":
        return None, None, source.index("]", at + 2) + 1
    if char == "(":
        inside = re.compile(r"\(\?(?::|=|!|<=|<!)|\(").match(source, at)
        start = inside.end() if inside else at + 1
        found, end = branches(source, start)
        zero = source.startswith(ZERO_WIDTH, at)
        return ("" if zero else None), (None if zero else found), end + 1
    if char in "^$":
        return "", None, at + 1
    return (None if char == "." else char), None, at + 1
