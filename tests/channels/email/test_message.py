"""A request becomes the same whole message every time, whatever strangers put into its fields."""

import json
import os
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.base import Request
from channels.email import message
from channels.errors import Unsendable
from contracts.outcome import Channel
from tests.channels.requests import mail, text

BECOME_HEADERS = (
    *("subject", "sender_name", "sender", "recipient", "reply_to", "reference", "date"),
    *("in_reply_to", "references", "headers"),
)
SAMPLES = Path(__file__).parents[2] / "samples" / "hostile"
_FOLDER = os.environ.get("LEADWIRE_SHARED_DATA")
SHARED = Path(_FOLDER) / "hostile" if _FOLDER else None


def parsed(request: Request) -> EmailMessage:
    """Reads a message back with the standard library, which had no part in building it."""
    built = message_from_bytes(message.build(request), policy=policy.default)
    assert isinstance(built, EmailMessage)
    assert not built.defects
    return built


def body_of(built: EmailMessage, kind: str = "plain") -> str:
    part = built.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def is_well_formed(octets: bytes) -> bool:
    """CRLF everywhere, no line over 998 octets, nothing but printable ASCII and tab."""
    lines = octets.split(b"\r\n")
    return (
        lines[-1] == b""
        and max(map(len, lines)) <= 998
        and not re.search(rb"[^\t\x20-\x7e]", b"".join(lines))
    )


def test_every_field_arrives_where_readers_look_for_it() -> None:
    """Sender, recipient, subject, ids, date, reply address and text are read back as given."""
    built = parsed(
        mail(
            sender_name="Zoë Ångström",
            subject="Grüße aus Köln – schöne Woche",
            reply_to="replies@studio.example",
            in_reply_to="<earlier@bakery.example>",
            references=("first@studio.example", "<earlier@bakery.example>"),
            body="Für Kim\n",
        )
    )
    assert str(built["from"]) == "Zoë Ångström <anna@studio.example>"
    assert str(built["to"]) == "kim@bakery.example"
    assert str(built["reply-to"]) == "replies@studio.example"
    assert str(built["subject"]) == "Grüße aus Köln – schöne Woche"
    assert str(built["message-id"]) == "<5e0d-1@studio.example>"
    assert str(built["in-reply-to"]) == "<earlier@bakery.example>"
    assert str(built["references"]) == "<first@studio.example> <earlier@bakery.example>"
    assert str(built["date"]) == "Mon, 02 Mar 2026 10:00:00 +1100"
    assert body_of(built) == "Für Kim\n"


def test_html_stands_beside_the_text_as_an_alternative() -> None:
    """Both parts are read back, the text first, as RFC 2046 5.1.4 wants the richest last."""
    built = parsed(mail(html="<p>Käse</p>\n"))
    kinds = [part.get_content_type() for part in built.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert body_of(built, "html") == "<p>Käse</p>\n"


def test_one_click_headers_are_never_encoded_or_split_inside_a_uri() -> None:
    """RFC 8058 wants both as they are; a long URI keeps its line, the next stands on its own."""
    uri = "<https://u.example/" + "a" * 300 + ">"
    octets = message.build(
        mail(
            headers={
                "List-Unsubscribe": f"{uri}, <mailto:u@u.example>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        )
    )
    assert f"List-Unsubscribe: {uri},\r\n <mailto:u@u.example>\r\n".encode() in octets
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in octets


@hypothesis_settings(deadline=None)
@given(order=st.permutations(["X-A", "X-B", "List-ID"]), html=st.booleans())
def test_equal_requests_give_equal_bytes(order: list[str], html: bool) -> None:
    """The order in which extra headers were added plays no part."""
    values = {"X-A": "1", "X-B": "2", "List-ID": "<a.example>"}
    request = mail(headers=values, html="<p>x</p>" if html else None)
    again = replace(request, headers={name: values[name] for name in order})
    assert request == again
    assert message.build(request) == message.build(again)


@pytest.mark.parametrize("field", BECOME_HEADERS)
@pytest.mark.parametrize("bad", ["\r", "\n", "\r\nBcc: eve@evil.example", "\0"])
def test_nothing_that_becomes_a_header_may_break_its_line(field: str, bad: str) -> None:
    """CR, LF and NUL are refused by name, not repaired: they are an attack or a bug."""
    hostile: object = f"{getattr(mail(), field)}{bad}"
    if field == "references":
        hostile = (f"a@b.example{bad}",)
    elif field == "headers":
        hostile = {"X-Campaign": f"spring{bad}"}
    with pytest.raises(Unsendable):
        message.build(mail(**{field: hostile}))


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "eve@evil.example"},
        {"from": "eve@evil.example"},
        {"Content-Type": "text/plain"},
        {"Resent-To": "eve@evil.example"},
        {"X-A": "1", "x-a": "2"},
        {"X A": "1"},
        {"X:A": "1"},
        {"": "1"},
        {"X-A\r\nBcc": "1"},
        {"List-Unsubscribe": "<https://ü.example>"},
        {"List-Unsubscribe": ""},
        {"List-Unsubscribe": "<https://u.example/" + "a" * 1000 + ">"},
    ],
)
def test_extra_headers_cannot_shadow_ours_or_be_none(headers: dict[str, str]) -> None:
    """What the request's fields make, what is no header, and what no line holds is refused."""
    with pytest.raises(Unsendable):
        message.build(mail(headers=headers))


@pytest.mark.parametrize(
    "changes",
    [
        {"date": ""},
        {"date": "yesterday"},
        {"reference": "no-at-sign"},
        {"reference": "two words@x.example"},
        {"recipient": "Kim <kim@bakery.example>"},
        {"recipient": "kim@bakery.example, eve@evil.example"},
        {"recipient": ""},
        {"sender": "anna"},
        {"body": "a\0b"},
        {"body": "lone \ud800"},
        {"html": "lone \ud800"},
        {"subject": "lone \udfff"},
        {"sender_name": "lone \udfff"},
    ],
)
def test_what_mail_cannot_express_is_refused_with_its_field(changes: dict[str, str]) -> None:
    """The text names what is wrong, so that a person can put it right."""
    (field,) = changes
    named = {"body": "text|body", "html": "text|html", "sender_name": "display name"}
    with pytest.raises(Unsendable, match=f"(?i){named.get(field, field)}"):
        message.build(mail(**changes))


def test_a_request_of_another_channel_is_no_mail() -> None:
    """An SMS that reaches the mail builder is a wiring fault and says so."""
    with pytest.raises(Unsendable, match=Channel.SMS):
        message.build(text())


def test_an_odd_foreign_message_id_costs_the_thread_not_the_answer() -> None:
    """An id with blanks cannot stand in a header; the readable ones still thread."""
    built = parsed(mail(in_reply_to="not an id", references=("a@b.example", "ä@b.example")))
    assert built["in-reply-to"] is None
    assert str(built["references"]) == "<a@b.example>"


def test_a_long_thread_keeps_its_first_and_newest_ids() -> None:
    """References stay bounded however long people talk."""
    chain = tuple(f"m{number}@b.example" for number in range(400))
    kept = str(parsed(mail(references=chain, in_reply_to=chain[-1]))["references"]).split()
    assert kept == ["<m0@b.example>", *(f"<m{n}@b.example>" for n in range(381, 400))]


def test_an_address_outside_ascii_asks_for_smtputf8_and_keeps_its_domain_ascii() -> None:
    """Only the local part needs RFC 6531; a domain has an A-label."""
    assert message.is_international(mail(recipient="日本@bakery.example"))
    request = mail(recipient="kim@bäckerei.example")
    assert not message.is_international(request)
    assert str(parsed(request)["to"]) == "kim@xn--bckerei-5wa.example"


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=400)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)


@hypothesis_settings(deadline=None)
@given(body=TEXTS, html=st.none() | TEXTS)
def test_any_text_comes_back_as_it_was(body: str, html: str | None) -> None:
    """Whatever is written is read, with a line end at the end, in 7-bit lines."""
    request = mail(body=body, html=html)
    assert is_well_formed(message.build(request))
    assert body_of(parsed(request)) == body + ("" if body.endswith("\n") else "\n")


def display_name(octets: bytes) -> str:
    """Reads the name before From's address by the older reader of the standard library, as the
    newer one leaves the blank between two encoded words in a phrase (RFC 2047 6.2 drops it)."""
    value = re.sub(r"\r\n", "", message_from_bytes(octets)["from"]).rpartition("<")[0].strip()
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return str(make_header(decode_header(value)))


@hypothesis_settings(deadline=None)
@given(subject=LINES, name=LINES)
def test_any_subject_and_name_comes_back_as_it_was(subject: str, name: str) -> None:
    """Header text survives folding and encoding, and never becomes a second header."""
    request = mail(subject=subject, sender_name=name)
    octets = message.build(request)
    assert is_well_formed(octets)
    built = parsed(request)
    assert str(built["subject"]) == subject
    assert display_name(octets) == name.strip()
    assert len(built.keys()) == len(parsed(mail()).keys())


def hostile_strings(folder: Path) -> list[str]:
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            rows.append(row.get("text") or row.get("cell") or row.get("payload") or "")
    return rows


@pytest.mark.parametrize("folder", [SAMPLES, SHARED], ids=["samples", "shared"])
def test_hostile_strings_are_carried_as_text_or_refused_whole(folder: Path | None) -> None:
    """Each goes through name, subject, header, text and html, or is refused for CR, LF or NUL."""
    if folder is None:
        pytest.skip("LEADWIRE_SHARED_DATA names no folder of shared samples")
    strings = hostile_strings(folder)
    assert len(strings) > 200
    for hostile in strings:
        line = re.sub(r"[\r\n\0]", " ", hostile)
        request = mail(
            subject=line, sender_name=line, headers={"X-Note": line}, body=hostile, html=hostile
        )
        assert is_well_formed(message.build(request))
        built = parsed(request)
        assert str(built["subject"]) == line
        assert set(built.keys()) == {*parsed(mail(html="")).keys(), "X-Note"}
        assert body_of(built).rstrip("\n") == hostile.replace("\r", "\n").rstrip("\n")
        if line != hostile:
            with pytest.raises(Unsendable):
                message.build(replace(request, subject=hostile))
