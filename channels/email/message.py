"""Turns a request into the bytes of an RFC 5322 message, for every adapter of raw mail.

The same request gives the same bytes on every machine and Python version: date and Message-ID are
the request's, the boundary is a hash of the content, extra headers go in alphabetical order. That
is what lets a second attempt be compared with the first. All content is 7-bit, so that no server
on the way must offer 8BITMIME; only an address outside ASCII makes headers UTF-8 (RFC 6532).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from channels.base import Request
from channels.email import addresses, headers
from channels.errors import Unsendable
from contracts.outcome import Channel

RESERVED = frozenset(
    {"bcc", "cc", "date", "from", "in-reply-to", "message-id", "mime-version", "received"}
    | {"references", "reply-to", "return-path", "sender", "subject", "to"}
)
"""Headers that the request's own fields make, or that only a server may add."""

MACHINE_READ = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id"})
"""Headers whose value is never put into encoded words."""

REFERENCES_KEPT = 20
"""A long thread keeps its first id and the newest ones; readers thread by either."""

_MESSAGE_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,900}")
_OWN_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,200}@[A-Za-z0-9.-]{1,253}")


def build(request: Request) -> bytes:
    """Returns the message with CRLF line ends, as it goes behind DATA before dot-stuffing.

    Raises Unsendable for CR, LF or NUL in anything that becomes a header, NUL or an unpaired
    surrogate in the text, an address that is none, a missing or unreadable date, a reference that
    is no Message-ID, and an extra header that the request's own fields make.
    """
    if request.channel is not Channel.EMAIL:
        raise Unsendable(f"a request for {request.channel} cannot become an e-mail")
    return b"".join([*_head(request), *_content(request)])


def is_international(request: Request) -> bool:
    """Whether a server must offer SMTPUTF8 to carry this request (RFC 6531)."""
    given = (request.sender, request.recipient, request.envelope_from, request.reply_to)
    return any(addresses.read(text, "address").is_international for text in given if text)


def _head(request: Request) -> Iterator[bytes]:
    sender = addresses.read(request.sender, "sender")
    yield headers.tokens("Date", _date(request.date).split())
    yield headers.mailbox("From", request.sender_name, sender)
    yield headers.mailbox("To", "", addresses.read(request.recipient, "recipient"))
    if request.reply_to:
        yield headers.mailbox("Reply-To", "", addresses.read(request.reply_to, "reply-to"))
    yield headers.text("Subject", request.subject)
    yield headers.tokens("Message-ID", [f"<{_own_id(request.reference)}>"])
    yield from _thread(request)
    yield from _extra(request)
    yield b"MIME-Version: 1.0\r\n"


def _date(date: str) -> str:
    try:
        parsedate_to_datetime(headers.checked(date, "date"))
    except ValueError as error:
        raise Unsendable(f"date is not one of RFC 5322: {date[:60]!r}") from error
    return date


def _own_id(reference: str) -> str:
    if not _OWN_ID.fullmatch(reference):
        raise Unsendable(f"reference cannot be a Message-ID (local@domain): {reference[:120]!r}")
    return reference


def _thread(request: Request) -> Iterator[bytes]:
    """In-Reply-To and References (RFC 5322 3.6.4: the parent's references, then the parent)."""
    parents = _foreign_ids([request.in_reply_to] if request.in_reply_to else [])
    chain = [kept for kept in _foreign_ids(list(request.references)) if kept not in parents]
    chain = list(dict.fromkeys([*chain, *parents]))
    if len(chain) > REFERENCES_KEPT:
        chain = [chain[0], *chain[1 - REFERENCES_KEPT :]]
    if parents:
        yield headers.tokens("In-Reply-To", parents)
    if chain:
        yield headers.tokens("References", chain)


def _foreign_ids(given: list[str]) -> list[str]:
    """Ids in angle brackets. One that no header can carry (blanks inside, not ASCII, endless) is
    left out rather than refused: a person whose mailer makes odd ids shall still be answered."""
    bare = [headers.checked(text, "message id").strip().strip("<>") for text in given]
    return [f"<{text}>" for text in bare if _MESSAGE_ID.fullmatch(text)]


def _extra(request: Request) -> Iterator[bytes]:
    seen: set[str] = set()
    for name, value in sorted(request.headers.items(), key=lambda item: item[0].lower()):
        key = headers.named(name).lower()
        if key in RESERVED or key in seen or key.startswith(("content-", "resent-")):
            raise Unsendable(f"header {name} is set by the request's own fields, or given twice")
        seen.add(key)
        yield _extra_line(name, headers.checked(value, name))


def _extra_line(name: str, value: str) -> bytes:
    if name.lower() not in MACHINE_READ:
        return headers.text(name, value)
    if not value.strip():
        raise Unsendable(f"header {name} is empty; leave it out instead")
    return headers.tokens(name, value.split())


def _content(request: Request) -> Iterator[bytes]:
    text = _part("text/plain", headers.encodable(request.body, "body"))
    if request.html is None:
        yield text
        return
    html = _part("text/html", headers.encodable(request.html, "html"))
    boundary = _boundary(text, html)
    yield f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
    for part in (text, html):
        yield f"--{boundary}\r\n".encode() + part + b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _boundary(text: bytes, html: bytes) -> str:
    """A hash of the parts; no text can hold the hash of itself but by a break of SHA-256."""
    return f"=_{hashlib.sha256(text + html).hexdigest()[:40]}"


def _part(kind: str, text: str) -> bytes:
    if "\0" in text:
        raise Unsendable("the text holds NUL, which mail cannot carry (RFC 5322 3.5)")
    encoding, octets = encode(text)
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + octets


def encode(text: str) -> tuple[str, bytes]:
    """Returns (content transfer encoding, octets), ending in CRLF, for a text of any line ends.

    7bit where it arrives untouched by any relay, else the shorter of quoted-printable, which people
    can read in the source, and base64.
    """
    octets = "\r\n".join(re.split(r"\r\n|\r|\n", text)).encode()
    octets = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
    if _travels_untouched(octets):
        return "7bit", octets
    printable = _quoted_printable(octets)
    lines = base64.b64encode(octets)
    packed = b"".join(lines[at : at + 76] + b"\r\n" for at in range(0, len(lines), 76))
    return ("quoted-printable", printable) if len(printable) <= len(packed) else ("base64", packed)


def _travels_untouched(octets: bytes) -> bool:
    """No long line to be wrapped, trailing blank to be cut, or "From " to be escaped by mbox."""
    if re.search(rb"[^\t\r\n\x20-\x7e]|[ \t]\r\n|^From ", octets, re.MULTILINE):
        return False
    return max(map(len, octets.split(b"\r\n"))) <= headers.WISHED


def _quoted_printable(octets: bytes) -> bytes:
    printable = binascii.b2a_qp(octets, istext=True)
    return re.sub(rb"(?m)^From ", b"=46rom ", printable)
