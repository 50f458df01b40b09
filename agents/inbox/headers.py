"""Header blocks of any brokenness into fields, addresses, ids, dates and parameters.

Called by the MIME reader for whole messages, parts and returned originals. Every step is linear in
the size of the block: no pattern here can backtrack over more than a bounded window. Own code and
not the standard library's, which takes a third of a millisecond for the fields of one message and
raises on several of the shapes that arrive.
"""

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agents.inbox import charsets

PARAMETER_LINE = re.compile(rb"[A-Za-z*0-9-]{1,40}=")
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
MESSAGE_ID = re.compile(r"<([^<>\s]{1,1000})>")
BARE_ID = re.compile(r"[^\s<>,;\"()]{1,500}@[^\s<>,;\"()]{1,500}")
SPACES = re.compile(r"\n[ \t]*")
HEX = re.compile(r"=([0-9A-Fa-f]{2})")
LOCAL_END = re.compile(r"[^\s<>()\[\],;:\"'@|\\]{1,64}\Z")
LOCAL_QUOTED = re.compile(r"\"[^\"\r\n]{1,62}\"\Z")
DOMAIN = re.compile(r"\[[0-9A-Fa-f.:IPv]{3,60}\]|[\w][\w-]{0,62}(?:\.[\w][\w-]{0,62}){0,10}")
PARAMETER = re.compile(
    r";\s{0,20}([^\s=;\"]{1,80})\s{0,20}=\s{0,20}(\"[^\"]{0,2000}\"|[^;]{0,2000})"
)
REPEATS = 200  # fields of one name that are read
VALUE_LIMIT = 65_536  # characters of one field that are looked at


@dataclass(frozen=True)
class Headers:
    """The fields of one block by name in lower case, values in order, raw and with their folds."""

    index: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    read: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def get(self, name: str) -> str:
        """The first value of a field, unfolded and decoded (RFC 2047); empty when absent."""
        values = self.all(name)
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, decoded, in order, at most `REPEATS`."""
        found = self.index.get(name)
        if found is None:
            return ()
        if name not in self.read:  # each is decoded once, however often it is asked for
            self.read[name] = tuple(text_of(value) for value in found[:REPEATS])
        return self.read[name]

    def last(self, name: str) -> str:
        """The last non-empty value: of two contradicting fields the later one is the writer's."""
        return next((value for value in reversed(self.all(name)) if value), "")

    def has(self, name: str) -> bool:
        return name in self.index

    def oversized(self) -> bool:
        """Whether a value is longer than what is read of one."""
        return any(len(v) > VALUE_LIMIT for values in self.index.values() for v in values)

    def names(self) -> frozenset[str]:
        return frozenset(self.index)


def indexed(fields: list[tuple[str, list[bytes]]]) -> Headers:
    index: dict[str, list[bytes]] = {}
    for name, lines in fields:
        value = lines[0] if len(lines) == 1 else b"\n".join(lines)
        index.setdefault(name, []).append(value)
    return Headers(index)


def split_block(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header block ends and where the body begins, by the first empty line."""
    if raw.startswith(b"\n", start, end):
        return start, start + 1
    blank = raw.find(b"\n\n", start, end)
    return (end, end) if blank < 0 else (blank + 1, blank + 2)


def parse_block(raw: bytes, start: int, end: int, limit: int) -> tuple[Headers, int, bool]:
    """The fields between `start` and `end`, where they end, and whether `limit` cut them.

    A line that is neither field nor continuation ends the block (then the body has begun without
    its empty line), unless a field follows it: then it is a continuation without its indent.
    """
    fields: list[tuple[str, list[bytes]]] = []
    lines = raw[start:end].split(b"\n")
    position = start
    for number, line in enumerate(lines):
        match = FIELD.match(line)
        if match and len(fields) >= limit:
            return indexed(fields), end, True
        if match:
            fields.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif fields and (line[:1] in (b" ", b"\t") or stray(lines, number)):
            fields[-1][1].append(line)
        elif line and not (number == 0 and line.startswith((b"From ", b">From "))):
            return indexed(fields), position, False
        position += len(line) + 1
    return indexed(fields), end, False


def stray(lines: list[bytes], number: int) -> bool:
    """Whether a malformed line is a continuation without its indent, so that the block goes on."""
    if number == 0 or not lines[number]:
        return False
    if lines[number - 1].rstrip().endswith(b";") and PARAMETER_LINE.match(lines[number]):
        return True
    following = lines[number + 1] if number + 1 < len(lines) else b""
    return bool(FIELD.match(following)) and FIELD.match(lines[number - 1]) is not None


def text_of(value: bytes) -> str:
    """One field's value as text: unfolded, encoded words decoded, stripped."""
    text = charsets.decode(value[:VALUE_LIMIT])
    if "\n" in text:
        text = SPACES.sub(" ", text)
    return (decode_words(text) if "=?" in text else text).strip()


def decode_words(text: str) -> str:
    """RFC 2047 words replaced by what they say; broken ones stay as they stand."""
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    for match in WORD.finditer(text):
        gap = text[end : match.start()]
        data = word_bytes(match[2], match[3])
        if data is None:
            continue
        charset = match[1].partition("*")[0].lower()
        if pending and not gap.strip() and pending[0] == charset:
            pending = (charset, pending[1] + data)  # a character may be split over two words
        else:
            if pending:
                pieces.append(charsets.decode(pending[1], pending[0]))
            # White space between two encoded words is no part of the text (RFC 2047, 6.2).
            pieces.append("" if pending and not gap.strip() else gap)
            pending = (charset, data)
        end = match.end()
    if pending:
        pieces.append(charsets.decode(pending[1], pending[0]))
    return charsets.storable("".join(pieces) + text[end:])


def word_bytes(encoding: str, payload: str) -> bytes | None:
    if encoding in "qQ":
        plain = payload.replace("_", " ").encode("utf-8", "replace")
        return re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), plain)
    try:
        return binascii.a2b_base64(payload.encode("ascii", "ignore") + b"==")
    except binascii.Error:
        return None


def find_addresses(text: str, limit: int = 1000) -> tuple[str, ...]:
    """Every e-mail address that stands in a text, in order, once each, at most `limit`.

    Found from the @ outwards within the lengths of RFC 5321 (64 and 255), so that a long run of
    letters costs nothing.
    """
    found: dict[str, None] = {}
    for address in scan_addresses(text):
        found.setdefault(address)
        if len(found) >= limit:
            break
    return tuple(found)


def scan_addresses(text: str) -> Iterator[str]:
    at = text.find("@")
    while at >= 0:
        before = text[max(0, at - 64) : at]
        local = LOCAL_END.search(before) or LOCAL_QUOTED.search(before)
        domain = DOMAIN.match(text, at + 1, at + 256)
        if local and domain:
            yield f"{local[0].lstrip('.=')}@{domain[0]}"
        at = text.find("@", at + 1)


def first_address(text: str) -> str:
    """The address of a From-like field: in angle brackets if there are any, else the first."""
    bracket = text.rfind("<")
    inside = find_addresses(text[bracket:], 1) if bracket >= 0 else ()
    return (inside or find_addresses(text, 1) or ("",))[0]


def message_ids(text: str) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References field, without their brackets."""
    ids = MESSAGE_ID.findall(text)
    return tuple(dict.fromkeys(ids or BARE_ID.findall(text[:5000])))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured field's main value and its parameters, both lower-cased but for the values.

    Continuations and charsets of RFC 2231 are joined; a missing quote ends at the semicolon.
    """
    main, _, _ = value.partition(";")
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in PARAMETER.finditer(value):
        name, *section = match[1].lower().split("*")
        encoded = len(section) > 0 and section[-1] == ""
        number = int(section[0]) if section and section[0].isdigit() and len(section[0]) < 4 else 0
        pieces.setdefault(name, {}).setdefault(number, (encoded, unquoted(match[2])))
    return main.strip().strip('"').lower(), {name: whole(part) for name, part in pieces.items()}


def unquoted(value: str) -> str:
    stripped = value.strip()
    if len(stripped) > 1 and stripped[0] == '"' and stripped[-1] == '"':
        return stripped[1:-1].replace('\\"', '"')
    return stripped.strip('"')


def whole(parts: dict[int, tuple[bool, str]]) -> str:
    ordered = [parts[number] for number in sorted(parts)]
    text = "".join(value for _, value in ordered)
    if not any(encoded for encoded, _ in ordered) or text.count("'") < 2:
        return text
    charset, _, rest = text.split("'", 2)
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), rest.encode("utf-8"))
    return charsets.decode(data, charset)


def parse_date(text: str) -> datetime | None:
    """The moment of a Date field, aware (UTC where no zone is given); None when unreadable."""
    try:
        moment = parsedate_to_datetime(text[:120])
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
