"""Bytes into text that every store can hold, whatever charset was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.inbox import charsets


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (b"caf\xc3\xa9", "utf-8", "café"),
        (b"caf\xc3\xa9", "us-ascii", "café"),
        (b"caf\xe9", "us-ascii", "café"),
        (b"\x80 5", "iso-8859-1", "€ 5"),
        (b"\xbd\xba\xc6\xbc\xc7\xd8", "ks_c_5601-1987", "스티해"),
        (b"\x1b$B$3$s\x1b(B", "", "こん"),
        (b"\x1b$B$3$s\x1b(B", "iso-2022-jp", "こん"),
        (b"Hi +AOk-", "unicode-1-1-utf-7", "Hi é"),
        (b"ok", "x-no-such-thing", "ok"),
        (b"ok", '"utf-8"', "ok"),
        (b"ok", "base64", "ok"),
        (b"", "utf-16", ""),
    ],
)
def test_declared_and_undeclared_charsets_are_read(data: bytes, charset: str, text: str) -> None:
    """The declared charset where it fits, else what mail usually means."""
    assert charsets.decode(data, charset) == text


def test_utf8_with_one_broken_character_stays_utf8() -> None:
    """One bad byte does not turn a text into another charset."""
    data = "ein längerer Text über größere Bäume".encode() + b"\xc3("
    assert charsets.decode(data).startswith("ein längerer Text über größere Bäume")


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-7", "utf-16", "gb2312", "hz"]))
def test_what_no_store_holds_never_comes_out(data: bytes, charset: str) -> None:
    """No NUL, no control character, no half of a surrogate pair."""
    text = charsets.decode(data, charset)
    text.encode("utf-8")
    assert not charsets.UNSTORABLE.search(text)
