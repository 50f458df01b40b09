"""Telephone numbers: E.164 from any writing, nothing invented, several numbers told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import phones


@pytest.mark.parametrize(
    ("value", "region", "e164"),
    [
        ("+49 (0) 30 901820", None, "+4930901820"),
        ("Tel.: +49 30 901820", None, "+4930901820"),
        ("tel:+49-30-901820", None, "+4930901820"),
        ("＋４９ ３０ ９０１８２０", None, "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("030/901820", "Germany", "+4930901820"),
        ("020 7946 0018", "UK", "+442079460018"),
        ("0049 30 901820", "DE", "+4930901820"),
        ("011 49 30 901820", "US", "+4930901820"),
        ("(312) 555-0123", "us", "+13125550123"),
        ("312.555.0123 ext. 4", "US", "+13125550123"),
        ("85751234", "BJ", "+22985751234"),
        ("34 21234", "001", "+8823421234"),
    ],
)
def test_writings_of_one_number_have_one_form(value: str, region: str | None, e164: str) -> None:
    found = phones.read(value, region)
    assert (found.e164, found.valid) == (e164, True)


@pytest.mark.parametrize(
    ("value", "region", "said"),
    [
        ("", None, "empty"),
        ("call me", None, "no digits"),
        ("310-821-0059", None, "country"),
        ("+63 2 415 4796", None, "plan"),
        ("12345", "US", "too short"),
        ("+1 312 555 0123 4567", None, "too long"),
        ("030 901820", "ZZ", "ISO"),
        ("5" * 400, "US", "longer"),
        ("510 012 345", "001", "network"),
    ],
)
def test_what_is_no_number_says_why(value: str, region: str | None, said: str) -> None:
    """No number is guessed: without its country a national one stays unread."""
    found = phones.read(value, region)
    assert (found.e164, found.valid) == (None, False)
    assert said in found.why


def test_a_list_gives_its_first_number_and_keeps_all() -> None:
    found = phones.read("+7 (812) 385-1226; +7 (812) 570-5655")
    assert found.e164 == "+78123851226"
    assert found.numbers == ("+78123851226", "+78125705655")


@pytest.mark.parametrize("separator", [", ", " / ", " or ", "; ", "\n"])
def test_commas_slashes_and_words_separate_numbers_for_read_all(separator: str) -> None:
    value = f"+6042262357{separator}+60172612357"
    assert [found.e164 for found in phones.read_all(value)] == ["+6042262357", "+60172612357"]


def test_an_extension_is_kept_apart() -> None:
    assert phones.read("+1 312-555-0123 x 42").extension == "42"


@pytest.mark.parametrize(
    ("value", "zones"),
    [
        ("+1 709 896 1234", ("America/Halifax",)),
        ("+1 709 722 1234", ("America/St_Johns",)),
        ("+1 312 555 0123", ("America/Chicago",)),
        ("+870 773 111 632", ()),
        ("+1423245", ("America/New_York",)),
    ],
)
def test_zones_follow_the_longest_beginning(value: str, zones: tuple[str, ...]) -> None:
    """Labrador keeps Atlantic time, Newfoundland its own; satellites keep none."""
    assert phones.read(value).zones == zones


@given(st.text(), st.sampled_from([None, "US", "DE", "001", "", "XX", "💥"]))
def test_any_text_is_read(text: str, region: str | None) -> None:
    """Nothing raises, and what is valid has a form that reads as itself."""
    found = phones.read(text, region)
    assert found.valid == (found.e164 is not None)
    if found.e164:
        assert phones.read(found.e164).e164 == found.e164


@given(st.text(alphabet="+0123456789 ()-/.,;x#", max_size=60))
def test_what_looks_like_a_number_is_read(text: str) -> None:
    for found in (phones.read(text, "GB"), *phones.read_all(text, "GB")):
        assert found.e164 is None or phones.read(found.e164).valid
