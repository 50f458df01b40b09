"""Turns a header's name and value into folded lines for the wire; `message` is its caller.

Written here rather than left to the standard library, because its folding depends on the Python
version and puts encoded words into a Message-ID or a List-Unsubscribe that is too long for one
line, which breaks threading and one-click unsubscribe.

Three kinds of value: *text* for people (folded at blanks; encoded words of RFC 2047 where it leaves
printable ASCII), a *mailbox* (`Name <address>`), and *tokens* for machines (ids, URIs), which are
never encoded: what does not fit is refused.
"""

import base64
import re
from collections.abc import Iterable, Iterator

from channels.email.addresses import Address
from channels.errors import Unsendable

WISHED, LIMIT = 78, 998
"""Octets in a line without its CRLF: should and must (RFC 5322 2.1.1)."""

_ENCODED_WORD = 75
_FRAME = len("=?utf-8?B??=")
_PLAIN = re.compile(r"[\x21-\x7e]+(?: +[\x21-\x7e]+)*")
_NAME = re.compile(r"[\x21-\x39\x3b-\x7e]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LONGEST_QUOTED = 60


def checked(text: str, what: str) -> str:
    """Returns a text that may stand in a header; `what` names it in the error.

    Raises Unsendable for CR, LF and NUL, which would start another header or end the text early,
    and for unpaired surrogates, which no charset can carry.
    """
    for bad, named in (("\r", "CR"), ("\n", "LF"), ("\0", "NUL")):
        if bad in text:
            raise Unsendable(f"{what} holds {named}, which a header cannot: {text[:120]!r}")
    return encodable(text, what)


def encodable(text: str, what: str) -> str:
    """Returns a text that UTF-8 can carry; raises Unsendable otherwise."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unsendable(f"{what} holds an unpaired surrogate at {error.start}") from error
    return text


def text(name: str, value: str) -> bytes:
    """Returns a header for people to read, such as Subject."""
    checked(value, name)
    if _PLAIN.fullmatch(value) and "=?" not in value:
        folded = fold(name, re.findall(r" +[^ ]+", f" {value}"))
        if _longest(folded) <= LIMIT:
            return folded
    return fold(name, (f" {word}" for word in encoded_words(value, _room(name))))


def mailbox(name: str, display: str, address: Address) -> bytes:
    """Returns a header with one mailbox, such as From; an empty display name is left out."""
    checked(display, f"{name}'s display name")
    words = [*_phrase(display.strip(), _room(name)), f"<{address}>" if display else str(address)]
    return _within_limit(name, fold(name, (f" {word}" for word in words)))


def tokens(name: str, values: Iterable[str]) -> bytes:
    """Returns a header of machine-readable tokens, one blank between them, never encoded.

    Raises Unsendable for a token with anything but printable ASCII, or longer than a line may be.
    """
    pieces = []
    for value in values:
        if not re.fullmatch(r"[\x21-\x7e]+", value):
            raise Unsendable(f"{name} may hold printable ASCII only: {value[:120]!r}")
        pieces.append(f" {value}")
    return _within_limit(name, fold(name, pieces))


def named(name: str) -> str:
    """Returns a header name; raises Unsendable where it is none (RFC 5322 3.6.8)."""
    if not _NAME.fullmatch(name) or len(name) > WISHED - _FRAME - 8:
        raise Unsendable(f"not a header name: {name[:120]!r}")
    return name


def fold(name: str, pieces: Iterable[str]) -> bytes:
    """Joins pieces, each beginning with a blank, breaking before those that no longer fit.

    The first piece stays on the name's line however long it is: readers exist that take a line
    holding a name alone for an empty header.
    """
    lines = [f"{name}:".encode()]
    for number, piece in enumerate(pieces):
        octets = piece.encode()
        if number and len(lines[-1]) + len(octets) > WISHED:
            lines.append(octets)
        else:
            lines[-1] += octets
    return b"\r\n".join(lines) + b"\r\n"


def encoded_words(value: str, room: int) -> Iterator[str]:
    """Yields UTF-8 base64 encoded words, the first no longer than `room`, no character split."""
    limit, word = _payload(room), b""
    for character in value:
        octets = character.encode()
        if len(word) + len(octets) > limit:
            yield _encoded(word)
            limit, word = _payload(_ENCODED_WORD), b""
        word += octets
    if word:
        yield _encoded(word)


def _payload(room: int) -> int:
    return (min(room, _ENCODED_WORD) - _FRAME) // 4 * 3


def _encoded(word: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(word).decode()}?="


def _phrase(display: str, room: int) -> list[str]:
    """A display name as words of a phrase: atoms, one quoted string, or encoded words.

    "=?" goes into encoded words, since readers decode what looks like one even inside quotes.
    """
    if _ATOMS.fullmatch(display) and "=?" not in display:
        return display.split(" ")
    if _PLAIN.fullmatch(display) and "=?" not in display and len(display) <= _LONGEST_QUOTED:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    return list(encoded_words(display, room))


def _room(name: str) -> int:
    return WISHED - len(name) - len(": ")


def _longest(folded: bytes) -> int:
    return max(len(line) for line in folded.split(b"\r\n"))


def _within_limit(name: str, folded: bytes) -> bytes:
    if _longest(folded) > LIMIT:
        raise Unsendable(f"{name} has a part of over {LIMIT} octets; a line of mail holds no more")
    return folded
