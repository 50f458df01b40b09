"""Keywords of text messages, exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.replies import keywords
from agents.replies.keywords import match
from tests.agents.replies import samples

ROWS = [
    (row["provider"], row["action"], word)
    for row in samples.jsonl("sms_keywords.jsonl")
    for word in row["keywords"]
]


@pytest.mark.parametrize(("vendor", "kind", "word"), ROWS)
def test_every_vendors_keywords_are_known(vendor: str, kind: str, word: str) -> None:
    """In any case, with blanks and punctuation around them."""
    for spelt in (word, word.lower(), f"  {word.title()}.\n", f"«{word}»!", f"\u200b{word}\u00a0"):
        found = match(spelt, vendor=vendor)
        assert found is not None
        assert (found.kind, found.keyword) == (kind, word)


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("STOP PLEASE", "braze"),
        ("STOP ALL", "twilio"),
        ("QUIT", "onesignal"),
        ("HELP ME", "braze"),
        ("please STOP sending me PDFs", "twilio"),
        ("", "twilio"),
        ("?!", None),
        ("STOP " * 50, None),
    ],
)
def test_anything_else_is_no_keyword(text: str, vendor: str | None) -> None:
    """A vendor's list alone counts, and the whole message must be the keyword."""
    assert match(text, vendor=vendor) is None


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("ＳＴＯＰ", "STOP"),  # full-width letters
        ("ЅТОР", "STOP"),  # look-alikes of another alphabet
        ("S\u0301TOP", "STOP"),
        ("arret", "ARRÊT"),
        ("Arrêt !", "ARRÊT"),
        ("Opt-Out", "OPT-OUT"),
        ("opt  out", "OPT OUT"),
        ("стоп", "СТОП"),
        ("退订", "退订"),
        ("ABMELDEN", "ABMELDEN"),
    ],
)
def test_spellings_are_folded(text: str, keyword: str) -> None:
    """Width, accents, blanks and alphabets do not hide a keyword."""
    found = match(text)
    assert found is not None
    assert keywords.normal(found.keyword) == keywords.normal(keyword)
    assert found.kind == "opt_out"


@pytest.mark.parametrize("text", ["fine", "fin", "seis", "Peru", "TD", "basta"])
def test_words_of_several_meanings_count_in_their_language_only(text: str) -> None:
    """ "Fine" is an answer in English and an end in Italian."""
    assert match(text) is None
    assert any(match(text, language=code) for code in ("fr", "it", "fi", "zh"))


def test_in_mail_only_opt_outs_are_keywords() -> None:
    """ "Yes" and "info" are answers there."""
    assert match("yes", channel="email") is None
    assert match("stop", channel="email") is not None
    assert match("yes", channel="sms") is not None


def test_an_unknown_vendor_is_treated_like_none() -> None:
    """Every list counts then."""
    assert match("REVOKE", vendor="nobody") == match("REVOKE")


@given(st.text(max_size=60))
def test_no_text_breaks_the_look_up(text: str) -> None:
    """Whatever comes in, an answer comes out, and the same for its repetition in capitals."""
    assert match(text) is None or match(text.upper()) is not None
