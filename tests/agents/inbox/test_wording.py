"""Tables of wording: a line a wording, looked up by stems."""

import pytest

from agents.inbox import absence_words, wording
from agents.inbox.bounces import plain, reasons, recognise

TABLES = {
    "specific": reasons.FIRM,
    "vague": reasons.LOOSE,
    "subjects": recognise.SUBJECT,
    "failures": recognise.WORDS,
    "boilerplate": plain.BOILERPLATE,
    "absent": absence_words.ABSENT,
    "gone": absence_words.GONE,
    "received": absence_words.RECEIVED,
    "returning": absence_words.RETURNING,
}
ADVERSE = (
    "-",
    "a",
    "a ",
    "user-",
    "not ",
    "' ",
    "\n",
    "550 ",
    "mail from ",
    "your ip ",
    "。",
    "a@ ",
)


def test_the_first_line_that_matches_decides() -> None:
    """Order is the argument of a table."""
    table = wording.Table([("full", "over quota"), ("dead", r"user \w{1,9}")])
    assert table.first("user over quota") == ("full", "over quota")
    assert table.first("user unknown") == ("dead", "user unknown")
    assert table.first("nothing of it") is None


def test_pieces_and_continued_lines_are_put_in() -> None:
    """A table may share fragments and wrap long lines."""
    table = wording.table(
        r"""
        <who> is \
        away
        """,
        {"who": "(?:she|he)"},
    )
    assert table.says("HE IS AWAY today") == "he is away"


@pytest.mark.parametrize("name", TABLES)
def test_every_wording_is_lower_case_and_has_stems(name: str) -> None:
    """A line in capitals could never match; one without stems would be tried on every text."""
    for rule in TABLES[name].index.rules:
        bare = (
            rule.source.replace(r"\W", "").replace(r"\S", "").replace(r"\D", "").replace(r"\Z", "")
        )
        assert bare == bare.lower(), rule.source
        assert rule.stems != ("",), rule.source


@pytest.mark.parametrize("name", TABLES)
def test_no_text_drives_a_wording_into_backtracking(name: str) -> None:
    """Every line is tried on adverse texts; an unbounded one would not end."""
    texts = [(adverse * 3000)[:3000] for adverse in ADVERSE]
    rules = TABLES[name].index.rules
    ended = [rule.pattern.search(text) is None for rule in rules for text in texts]
    assert len(ended) == len(rules) * len(texts)
