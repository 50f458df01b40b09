"""The tables of wordings, and the index that makes them quick."""

import re
from collections.abc import Iterator

import pytest

from agents.replies import cues, folding, opt_out, wordings
from agents.replies.wordings import stems
from tests.agents.replies import samples

RULES = [*cues.index().rules, *opt_out.index().rules]


def test_every_wording_compiles() -> None:
    """Wordings are compiled when they are first needed; here all of them are."""
    assert all(rule.pattern for rule in RULES)


def test_no_wording_repeats_what_repeats() -> None:
    """`(a+)*` can be matched in exponentially many ways; no group that repeats without bound
    holds an unbounded repetition."""
    assert [rule.source for rule in RULES if any(map(repeats, repeated(rule.source)))] == []


def repeated(source: str) -> Iterator[str]:
    """The groups of a pattern that are repeated without bound."""
    opened, at = [], 0
    while at < len(source):
        char = source[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = source.index("]", at + 2)
        elif char == "(":
            opened.append(at)
        elif char == ")":
            start = opened.pop()
            if re.match(r"[*+]|\{\d*,\}", source[at + 1 :]):
                yield source[start + 1 : at]
        at += 1


def repeats(group: str) -> bool:
    """Whether a group holds an unbounded repetition."""
    return bool(re.search(r"(?<!\\)[*+]", group))


def test_the_index_finds_what_trying_every_wording_finds() -> None:
    """Stems are necessary: leaving them out changes nothing but the time."""
    texts = [one.text for one in samples.meanings()[::4]]
    texts += [one.text for one in samples.requests()[::4]]
    for index in (cues.index(), opt_out.index()):
        for text in texts:
            folded = folding.prepare(text).folded
            quick = {(id(rule), m.span()) for rule, m in index.matches(folded)}
            slow = {(id(r), m.span()) for r in index.rules for m in r.pattern.finditer(folded)}
            assert quick == slow


def test_the_index_reads_long_texts_like_short_ones() -> None:
    """Blocks end at sentences, so nothing is missed at their borders."""
    lines = [folding.prepare(one.text).folded for one in samples.requests()] * 3
    long = "\n".join(lines)
    assert len(long) > 3 * wordings.BLOCK
    found = {(id(rule), m.span()) for rule, m in opt_out.index().matches(long)}
    slow = {(id(r), m.span()) for r in opt_out.index().rules for m in r.pattern.finditer(long)}
    assert found == slow


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"(not|never) (\w+ ){0,3}?interested", ("interested",)),
        (r"un(sub|der)(?!x)", ("sub", "der")),
        (r"(?<!not )call (me|us)", ("call ",)),
        (r"a?b+c", ("b",)),
        (r"\w+", ("",)),
    ],
)
def test_stems_are_what_every_match_holds(source: str, wanted: tuple[str, ...]) -> None:
    """Optional parts and classes give none."""
    assert stems(source) == wanted


def test_an_unbalanced_wording_is_refused() -> None:
    """A slip in a table is found when it is read."""
    with pytest.raises(ValueError, match="unbalanced"):
        stems("a)b")


def test_folding_keeps_sentences_on_their_own_lines() -> None:
    """Wrapped lines are joined; a blank line, a full stop and a short line end a sentence."""
    found = folding.prepare("Bitte löschen Sie\nmeine Daten. Danke!\n\nGrüße\nMax")
    assert found.folded.split("\n") == [
        "bitte loschen sie",
        "meine daten.",
        "danke!",
        "grusse",
        "max",
    ] or (found.folded.split("\n") == ["bitte loschen sie meine daten.", "danke!", "grusse", "max"])


def test_typed_words_are_found_again() -> None:
    """An offset of the folded text leads back to what was typed, whatever folding did to it."""
    found = folding.prepare("Die GROẞE Straße\u200b ist ﬁne.")
    at = found.folded.index("strasse")
    assert found.typed(at, at + 7) == "Straße"
