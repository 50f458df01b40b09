"""HTML of reports into the lines that it shows."""

import pytest

from agents.inbox import markup


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("a<br>b", "a\nb"),
        ("<style>p{}</style>x<script>y</script>", "x"),
        ("x<!-- hidden -->y", "xy"),
        ("a &lt;b&gt; &amp; c&nbsp;d", "a <b> & c d"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<style>never closed", "never closed"),
        ("<b>bold</b>er", "bolder"),
    ],
)
def test_what_a_reader_sees_is_kept(html: str, text: str) -> None:
    """Text and blocks, without what is not shown."""
    assert markup.text_of(html) == text
