"""One line of JSON: a value, or the reason and place of why it is none."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Malformed
from contracts.parsing import read_json, read_object

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=9),
    lambda child: st.lists(child, max_size=4)
    | st.dictionaries(st.text("abc/~", max_size=4), child, max_size=4),
    max_leaves=9,
)  # fmt: skip


@given(PLAIN)
def test_any_json_value_reads_back(value: Any) -> None:
    """What is JSON is read as it is."""
    assert read_json(orjson.dumps(value)) == value


@pytest.mark.parametrize(
    ("line", "pointer", "words"),
    [
        (rb'{"a": {"b": "x\u0000"}}', "/a/b", "NUL character"),
        (rb'{"a": ["\ud800"]}', "/a/0", "unpaired surrogate at character 0"),
        (rb'{"a": "\udc00x"}', "/a", "unpaired surrogate"),
        (rb'{"\ud800": 1}', "", "unpaired surrogate"),
        (b'{"a": "\xe9"}', "", "not UTF-8: byte 0xe9 at 7; write the file in UTF-8"),
        (b'{"a": NaN}', "", "NaN is no JSON value"),
        (b'{"a": Infinity}', "", "Infinity is no JSON value"),
        (b'{"a": 1e999}', "", "not JSON"),
        (b'{"a": 1,}', "", "not JSON"),
        (b"{'a': 1}", "", "not JSON"),
        (b"", "", "not JSON"),
        (b"[" * 5000 + b"]" * 5000, "", "nested too deep"),
        (b"[" * 150 + b"]" * 150, "/0" * 100, "nested more than 100 levels"),
    ],
)
def test_what_is_no_value_says_why_and_where(line: bytes, pointer: str, words: str) -> None:
    """The JSON pointer leads into the line."""
    with pytest.raises(Malformed) as caught:
        read_json(line)
    assert caught.value.problems[0].pointer == pointer
    assert words in str(caught.value)


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_reason(line: bytes) -> None:
    """Never another exception."""
    try:
        orjson.loads(line)
    except ValueError:
        with pytest.raises(Malformed):
            read_json(line)


@pytest.mark.parametrize(
    ("line", "kind"), [(b"[]", "an array"), (b'"x"', "text"), (b"1", "a number"), (b"null", "null"),
                       (b"true", "a boolean")],
)  # fmt: skip
def test_a_line_holds_one_object(line: bytes, kind: str) -> None:
    """And says what it holds instead."""
    with pytest.raises(Malformed, match=f"this holds {kind}"):
        read_object(line)
