"""Folding keeps what tells words apart in each script, and tables hold what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity.words import fold, lines


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Straße", "strasse"), ("ÉCOLE", "ecole"), ("Łódź", "lodz"), ("Ærø", "aero"),
     ("Ωμέγα", "ωμεγα"), ("Ёлка", "елка"),
     ("マネージャー", "マネージャー"), ("팀장", "팀장"), ("ｶﾞｽ", "ガス"), ("בּ", "ב"), ("İ", "i")],
)  # fmt: skip
def test_folding_takes_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "table", ["title_levels.txt", "title_occupations.txt", "columns.txt", "streets.txt",
              "name_words.txt", "regions.txt", "postcodes.txt", "anchors.txt", "countries.txt"]
)  # fmt: skip
def test_lines_of_a_table_have_a_key_and_words(table: str) -> None:
    for line in lines(table):
        key, colon, words = line.partition(" : ")
        assert key.strip(), line
        assert colon, line
        assert words.strip(), line
