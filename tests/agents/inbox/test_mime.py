"""Raw messages into parts and text, whatever is broken."""

import base64
import email
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.inbox import mime
from tests.agents.inbox import samples


def kinds(raw: bytes) -> list[str]:
    return [part.kind for part in mime.parse(raw).parts]


MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"


def test_parts_are_cut_at_the_boundary_and_nothing_like_it() -> None:
    """A longer boundary begins like the shorter one."""
    raw = MIXED + b"--b\n\none\n--bb\nstill one\n--b\n\ntwo\n--b--\nafter"
    assert [part.text for part in mime.parse(raw).own] == ["one\n--bb\nstill one", "two"]


def test_a_missing_end_ends_the_last_part() -> None:
    """A message cut off keeps what it had."""
    assert mime.parse(MIXED + b"--b\n\none\n--b\n\ntwo").plain == "one\n\ntwo"


def test_an_undeclared_boundary_is_found() -> None:
    """A multipart without its parameter is still cut."""
    raw = b"Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\none\n--x--\n"
    message = mime.parse(raw)
    assert (message.plain, message.notes) == ("one", ("boundary guessed",))


def test_a_multipart_without_parts_is_text() -> None:
    """Nothing that a person wrote is lost to a wrong label."""
    message = mime.parse(b"Content-Type: multipart/mixed; boundary=z\n\nHello\n")
    assert (message.plain.strip(), message.notes) == ("Hello", ("multipart without parts",))


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", base64.b64encode(b"Hello there"), "Hello there"),
        ("BASE64;", base64.b64encode(b"Hello there"), "Hello there"),
        ("base64", b"Hello, this is no base64 at all.", "Hello, this is no base64 at all."),
        ("base64", base64.b64encode(b"Hello") + b"\n\nA list's footer", "Hello\n\nA list's footer"),
        ("quoted-printable", quopri.encodestring(b"a=b caf\xc3\xa9"), "a=b café"),
        ("x-uuencode", b"begin 644 x\n%2&5L;&\\ \n`\nend\n", "Hello"),
        ("7bit", b"plain", "plain"),
        ("no-such", b"plain", "plain"),
        ("", b"plain", "plain"),
    ],
)  # fmt: skip
def test_transfer_encodings_are_undone(encoding: str, body: bytes, text: str) -> None:
    """Also where the label is wrong or misspelt."""
    head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    assert mime.parse(head.encode() + body).plain == text


def test_attachments_are_no_text_of_the_message() -> None:
    """A text file beside the answer is not what the person wrote."""
    raw = MIXED + (
        b"--b\nContent-Type: text/plain\n\nhello\n--b\n"
        b"Content-Type: text/plain; name=notes.txt\n\nunsubscribe\n--b--\n"
    )
    assert mime.parse(raw).plain == "hello"


def test_a_named_text_counts_where_nothing_else_is_there() -> None:
    """Some programs give the only text a name."""
    assert mime.parse(b"Content-Type: text/plain; name=body.txt\n\nstop").plain == "stop"


def test_an_embedded_message_is_not_the_message() -> None:
    """What was attached as a message is kept apart."""
    raw = MIXED + b"--b\n\nmine\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ntheirs\n--b--"
    message = mime.parse(raw)
    assert message.plain == "mine"
    assert message.own_messages[0].children[0].headers.get("subject") == "x"


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"])
def test_line_ends_do_not_matter(ends: bytes) -> None:
    """A message reads the same however its lines end."""
    for row in samples.broken():
        raw = row["raw"].replace(b"\r\n", b"\n")
        assert kinds(raw.replace(b"\n", ends)) == kinds(raw)


def test_every_leaf_that_the_standard_library_finds_is_found() -> None:
    """An independent parser finds no part that ours loses."""
    for row in (*samples.broken(), *samples.bounces()):
        theirs = [p for p in email.message_from_bytes(row["raw"]).walk() if not p.is_multipart()]
        assert len(mime.parse(row["raw"]).parts) >= len(theirs) - status_blocks(row["raw"])


def status_blocks(raw: bytes) -> int:
    """The standard library makes a part of every block of a delivery-status; RFC 3464 does not."""
    parts = email.message_from_bytes(raw).walk()
    return sum(
        len(p.get_payload())
        for p in parts
        if p.get_content_type() in ("message/delivery-status", "message/feedback-report")
        and isinstance(p.get_payload(), list)
    )


def test_limits_are_named() -> None:
    """What is left out is said."""
    small = mime.Limits(size=500, fields=3, depth=2, parts=3)
    assert mime.parse(b"a: b\n" * 200, small).refused == "message_too_large"
    assert mime.parse(b"a: b\n" * 9, small).refused == "too_many_header_fields"
    assert mime.parse(MIXED + b"--b\n\nx\n" * 9, small).refused == "too_many_parts"
    nested = b"Content-Type: message/rfc822\n\n" * 5
    assert mime.parse(nested, small).refused == "nested_too_deep"


def test_a_mailbox_is_cut_into_its_messages() -> None:
    """Each From line before a header begins a message; one in a text does not."""
    first = b"From a@b Thu Jul  2 12:05:05 2020\nSubject: one\n\nFrom here on: nothing\n"
    second = b"From c@d Thu Jul  2 12:05:06 2020\nSubject: two\n\ntext\n"
    assert mime.mailbox(first + b"\n" + second) == (first + b"\n", second)
    assert mime.mailbox(b"Subject: x\n\n" + first) == (b"Subject: x\n\n" + first,)


@given(st.binary(max_size=600))
def test_no_bytes_raise(raw: bytes) -> None:
    """Anything is a message."""
    message = mime.parse(MIXED + raw)
    for part in message.parts:
        part.text.encode("utf-8")
