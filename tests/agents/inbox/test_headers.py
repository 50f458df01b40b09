"""Header blocks of any brokenness: fields, addresses, ids, parameters, dates."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.inbox import headers


def block(raw: bytes) -> headers.Headers:
    return headers.parse_block(raw, 0, len(raw), 1000)[0]


def test_a_fold_is_one_value() -> None:
    """Continuation lines belong to the field above them."""
    assert block(b"Subject: one\n two\n\tthree\nTo: x").get("subject") == "one two three"


def test_a_line_without_indent_between_fields_goes_on() -> None:
    """A field wrapped without indent loses neither itself nor what follows."""
    found = block(b"Subject: one\ntwo three\nTo: x")
    assert (found.get("subject"), found.get("to")) == ("one two three", "x")


def test_a_parameter_without_indent_belongs_to_its_field() -> None:
    """The boundary of a part may stand at the beginning of its line."""
    found = block(b'Content-Type: multipart/mixed;\nboundary="b"\n')
    assert headers.parameters(found.get("content-type"))[1] == {"boundary": "b"}


def test_text_without_an_empty_line_begins_the_body() -> None:
    """The block ends where prose begins."""
    raw = b"Subject: hi\nHello there, how are you\nBye"
    fields, end, _ = headers.parse_block(raw, 0, len(raw), 10)
    assert (fields.get("subject"), raw[end:]) == ("hi", b"Hello there, how are you\nBye")


def test_a_mailbox_line_is_no_field() -> None:
    """What a mailbox writes before a message is left out."""
    assert block(b"From a@b Mon May 2 16:07:05 2005\nSubject: x").get("subject") == "x"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?B?TsOpZQ==?=", "Née"),
        ("=?utf-8?q?N=C3=A9e?= =?utf-8?q?_x?=", "Née x"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("=?iso-8859-1?Q?Gr=FC=DFe?= aus Wien", "Grüße aus Wien"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?NONE?B?VEVTVA=?=", "TEST"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?two words?=", "two words"),
    ],
)
def test_encoded_words_are_decoded(raw: str, text: str) -> None:
    """RFC 2047, and the ways in which it is broken."""
    assert headers.decode_words(raw) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kim <kim@firm.example>", ("kim@firm.example",)),
        ("<@relay.example:kim@firm.example>", ("kim@firm.example",)),
        ('"odd one"@firm.example', ('"odd one"@firm.example',)),
        ("kim@[192.0.2.1], lee@firm.example.", ("kim@[192.0.2.1]", "lee@firm.example")),
        ("mail kim@firm.example; or not", ("kim@firm.example",)),
        ("@ a@ @b <>", ()),
        ("jörg@bücher.example", ("jörg@bücher.example",)),
    ],
)
def test_addresses_are_found(text: str, found: tuple[str, ...]) -> None:
    """Wherever they stand, and however they are wrapped."""
    assert headers.find_addresses(text) == found


def test_an_address_in_brackets_is_the_writers() -> None:
    """A display name may hold an address of its own."""
    assert headers.first_address('"sales@x.example" <kim@firm.example>') == "kim@firm.example"


@pytest.mark.parametrize(
    ("value", "main", "given"),
    [
        ('text/plain; charset="utf-8"', "text/plain", {"charset": "utf-8"}),
        (
            "text/plain; charset=utf-8; format=flowed",
            "text/plain",
            {"charset": "utf-8", "format": "flowed"},
        ),
        ("attachment; filename*=utf-8''n%C3%A9.txt", "attachment", {"filename": "né.txt"}),
        ('a/b; name*0="one "; name*1=two', "a/b", {"name": "one two"}),
        ("a/b; name=This is a test.txt", "a/b", {"name": "This is a test.txt"}),
        ("a/b;;", "a/b", {}),
    ],
)
def test_parameters_are_read(value: str, main: str, given: dict[str, str]) -> None:
    """RFC 2045 and 2231, quoted or not."""
    assert headers.parameters(value) == (main, given)


def test_ids_are_found_with_and_without_brackets() -> None:
    """References of several fields and of careless programs."""
    assert headers.message_ids("<a@b> <c@d>\n <e@f>") == ("a@b", "c@d", "e@f")
    assert headers.message_ids("a@b.example") == ("a@b.example",)


@pytest.mark.parametrize("text", ["", "yesterday", "Fri, 99 Foo 2024", "12345678901234567890"])
def test_a_date_that_is_none_is_none(text: str) -> None:
    """Unreadable dates raise nothing."""
    assert headers.parse_date(text) is None


def test_a_date_keeps_its_zone() -> None:
    """The writer's own clock is what "Monday" is reckoned by."""
    found = headers.parse_date("Wed, 26 Jun 2024 10:00:00 +0200")
    assert found is not None
    assert found.isoformat() == "2024-06-26T10:00:00+02:00"
    assert headers.parse_date("26 Jun 2024 10:00:00") == datetime(2024, 6, 26, 10, tzinfo=UTC)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_what_the_standard_library_writes_comes_back(subject: str) -> None:
    """An independent writer of headers agrees with our reader."""
    message = EmailMessage()
    message["Subject"] = subject
    raw = bytes(message).replace(b"\r\n", b"\n")
    expected = " ".join(str(message["Subject"]).split())
    assert " ".join(block(raw).get("subject").split()) == expected


@given(st.binary(max_size=400))
def test_no_bytes_raise(raw: bytes) -> None:
    """A block of anything is read."""
    fields = block(raw)
    for name in fields.names():
        fields.get(name).encode("utf-8")
