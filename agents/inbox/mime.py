"""A raw message of any brokenness into headers, parts and decoded text.

`parse` is called by the reading of incoming mail and never raises: what is broken is read as far
as it goes and named in `notes`; what exceeds a limit is left out and named in `refused`, and the
reader above makes that pause the sender's account. Parts are slices of the raw bytes, decoded only
when somebody asks for their text, so that attachments cost nothing and a message of 25 MB is cut
up by a handful of searches for its boundaries.

Sources: RFC 5322, 2045, 2046, 2047, 2231, 6522 (reports).
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from agents.inbox import charsets, headers
from agents.inbox.headers import Headers


@dataclass(frozen=True)
class Limits:
    """What one message may cost. Counts, and sizes in bytes.

    The defaults let every message through that a mail server accepts from a person (attachments
    of 150 MB included) and stop those that somebody built to keep the reader busy.
    """

    size: int = 160 * 2**20
    fields: int = 60_000
    depth: int = 40
    parts: int = 5_000
    text: int = 32 * 2**20


LIMITS = Limits()
PATHOLOGICAL_LINE = 1_000_000  # bytes without a line end in a text part
GUESSED = re.compile(rb"(?:\A|\n)--([^\s][^\n]{0,199}?)[ \t]*\n(?=[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-)")
NAMED_TEXT = (".txt", ".log", ".eml", ".asc", ".text")


@dataclass(frozen=True)
class Part:
    """One node of the MIME tree. `kind` is the media type in lower case ("text/plain")."""

    raw: bytes = field(repr=False)
    start: int
    end: int
    headers: Headers
    kind: str
    parameters: dict[str, str]
    depth: int
    children: tuple["Part", ...] = ()

    @cached_property
    def disposition(self) -> str:
        return headers.parameters(self.headers.last("content-disposition"))[0]

    @cached_property
    def filename(self) -> str:
        given = headers.parameters(self.headers.last("content-disposition"))[1]
        return headers.decode_words(given.get("filename") or self.parameters.get("name", ""))

    @cached_property
    def payload(self) -> bytes:
        """The body with its transfer encoding undone, as far as it can be."""
        return undo(self.raw[self.start : self.end], self.encoding)

    @cached_property
    def encoding(self) -> str:
        found = self.headers.last("content-transfer-encoding").lower()
        return found.split(";")[0].strip().strip("'\"")

    @cached_property
    def text(self) -> str:
        """The body as text without line ends but `\\n`; empty for what is not text."""
        data = self.payload
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return charsets.decode(data, self.parameters.get("charset", ""))

    @property
    def attached(self) -> bool:
        return self.disposition == "attachment" or bool(self.filename)

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in order of appearance."""
        pending = [self]
        while pending:
            part = pending.pop()
            yield part
            pending.extend(reversed(part.children))


@dataclass(frozen=True)
class Message:
    """A parsed message: its root part, what was odd, and why reading stopped short, if it did."""

    root: Part
    notes: tuple[str, ...] = ()
    refused: str = ""

    @property
    def headers(self) -> Headers:
        return self.root.headers

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every part in order, those of embedded messages included."""
        return tuple(self.root.walk())

    @cached_property
    def own(self) -> tuple[Part, ...]:
        """The leaves that belong to the message itself, not to a message embedded in it."""
        return tuple(own_leaves(self.root))

    @cached_property
    def own_messages(self) -> tuple[Part, ...]:
        """The messages embedded directly in this one."""
        return tuple(
            part for part in self.root.walk() if part.kind == "message/rfc822" and part.depth
        )

    @property
    def text_size(self) -> int:
        """Bytes of the largest inline text part, as it was transferred."""
        sizes = [p.end - p.start for p in self.own if p.kind.startswith("text/") and not p.attached]
        return max(sizes, default=0)

    @cached_property
    def plain(self) -> str:
        """The inline plain text, several parts joined by an empty line."""
        return self.inline("text/plain")

    @cached_property
    def html(self) -> str:
        """The inline HTML, several parts joined by an empty line."""
        return self.inline("text/html")

    def inline(self, kind: str) -> str:
        """The text of a media type; a named part counts only where nothing else is there."""
        parts = [part for part in self.own if part.kind == kind]
        texts = [part.text for part in parts if not part.attached]
        if not any(text.strip() for text in texts):
            texts = [part.text for part in parts if part.disposition != "attachment"]
        return "\n\n".join(text for text in texts if text.strip())


def own_leaves(root: Part) -> Iterator[Part]:
    pending = [root]
    while pending:
        part = pending.pop()
        if part.kind == "message/rfc822" and part is not root:
            continue
        if not part.children:
            yield part
        pending.extend(reversed(part.children))


@dataclass
class Budget:
    """What is left of the limits while one message is cut up, and what was noticed."""

    limits: Limits
    parts: int = 0
    notes: dict[str, None] = field(default_factory=dict)
    refused: str = ""

    def note(self, text: str) -> None:
        self.notes.setdefault(text)

    def refuse(self, reason: str) -> None:
        self.refused = self.refused or reason


def parse(raw: bytes, limits: Limits = LIMITS) -> Message:
    """Cuts a raw message into parts; never raises. See `Limits` for what stops it."""
    budget = Budget(limits)
    if len(raw) > limits.size:
        budget.refuse("message_too_large")
        raw = raw[: limits.size]
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = len(raw) - len(raw.lstrip(b"\n \t")) if raw[:1] in (b"\n", b" ", b"\t") else 0
    root = cut(raw, start, len(raw), 0, "text/plain", budget)
    return Message(root, tuple(budget.notes), budget.refused)


def cut(raw: bytes, start: int, end: int, depth: int, default: str, budget: Budget) -> Part:
    """The part that stands between two offsets, with everything below it."""
    budget.parts += 1
    block_end, body = headers.split_block(raw, start, end)
    fields, reached, capped = headers.parse_block(raw, start, block_end, budget.limits.fields)
    if capped:
        budget.refuse("too_many_header_fields")
    if fields.oversized():
        budget.note("a header field was read to its first 65,536 bytes")
    if reached < block_end:
        budget.note("body begins without an empty line")
        body = reached
    kind, given = media_type(fields, default)
    part = Part(raw, min(body, end), end, fields, kind, given, depth)
    children = branches(part, budget) if may_branch(part, budget) else ()
    return (
        part if not children else Part(raw, part.start, end, fields, kind, given, depth, children)
    )


def media_type(fields: Headers, default: str) -> tuple[str, dict[str, str]]:
    value = fields.last("content-type")
    kind, given = headers.parameters(value) if value else ("", {})
    if kind == "text":
        kind = "text/plain"
    return (kind if "/" in kind else default), given


def may_branch(part: Part, budget: Budget) -> bool:
    if not part.kind.startswith(("multipart/", "message/")):
        return False
    if part.depth >= budget.limits.depth:
        budget.refuse("nested_too_deep")
        return False
    return True


def branches(part: Part, budget: Budget) -> tuple[Part, ...]:
    if part.kind.startswith("multipart/"):
        return pieces(part, budget)
    if part.kind in ("message/rfc822", "message/global", "message/news"):
        return (embedded(part, budget),)
    if part.kind in ("text/rfc822-headers", "message/rfc822-headers"):
        return ()
    return ()


def embedded(part: Part, budget: Budget) -> Part:
    """The message inside a message/rfc822 part, even where it was encoded against RFC 2046."""
    raw, start, end = part.raw, part.start, part.end
    if part.encoding in ("base64", "quoted-printable"):
        raw = part.payload.replace(b"\r\n", b"\n")
        start, end = 0, len(raw)
        budget.note("embedded message was transfer-encoded")
    while start < end and raw[start : start + 1] in (b"\n", b" ", b"\t"):
        start += 1
    return cut(raw, start, end, part.depth + 1, "text/plain", budget)


def pieces(part: Part, budget: Budget) -> tuple[Part, ...]:
    """The parts of a multipart body; without a working boundary the whole body is one text."""
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    spans = list(sections(part.raw, part.start, part.end, part.parameters.get("boundary", "")))
    if not spans:
        spans = guessed_sections(part, budget)
    cuts: list[Part] = []
    for start, end in spans:
        if budget.parts >= budget.limits.parts:
            budget.refuse("too_many_parts")
            break
        cuts.append(cut(part.raw, start, end, part.depth + 1, default, budget))
    if not cuts:
        budget.note("multipart without parts")
        cuts.append(
            Part(part.raw, part.start, part.end, Headers(), "text/plain", {}, part.depth + 1)
        )
    return tuple(cuts)


def guessed_sections(part: Part, budget: Budget) -> list[tuple[int, int]]:
    match = GUESSED.search(part.raw, max(part.start - 1, 0), part.end)
    if match is None:
        return []
    budget.note("boundary guessed")
    boundary = charsets.decode(match[1], "latin-1")
    return list(sections(part.raw, part.start, part.end, boundary))


def sections(raw: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int]]:
    """Where each part stands; a missing closing boundary ends the last part at the end."""
    marker = b"--" + boundary.encode("utf-8", "replace")
    if len(marker) < 3:
        return
    begun: int | None = None
    for line_start, line_end, closing in boundary_lines(raw, start, end, marker):
        if begun is not None:
            yield begun, max(begun, line_start - 1)
        begun = None if closing else min(line_end + 1, end)
        if closing:
            return
    if begun is not None:
        yield begun, end


def boundary_lines(
    raw: bytes, start: int, end: int, marker: bytes
) -> Iterator[tuple[int, int, bool]]:
    """Lines that are the boundary and nothing more: a longer boundary may begin like ours."""
    found = (
        start if raw.startswith(marker, start, end) else raw.find(b"\n" + marker, start, end) + 1
    )
    while (start <= found and found > 0) or found == start == 0:
        if not raw.startswith(marker, found, end):
            return
        line_end = raw.find(b"\n", found, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[found + len(marker) : min(line_end, found + len(marker) + 100)].strip()
        if rest in (b"", b"--"):
            yield found, line_end, rest == b"--"
        found = raw.find(b"\n" + marker, max(line_end, start), end) + 1
        if found == 0:
            return


def undo(data: bytes, encoding: str) -> bytes:
    """Transfer encoding undone; an unknown or broken one leaves what can be read."""
    if encoding == "quoted-printable":
        return quopri.decodestring(data)
    if encoding == "base64":
        return base64_bytes(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return uuencoded(data)
    return data


def base64_bytes(data: bytes) -> bytes:
    """Decodes what is base64 of the data; a text that only claims to be stays as it is."""
    body, tail = data, b""
    split = data.find(b"\n\n")
    # A list server appends its footer in clear after the encoded text.
    if split >= 0 and not looks_base64(data[split:]):
        body, tail = data[:split], data[split:]
    if not looks_base64(body):
        return data
    cleaned = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    try:
        return binascii.a2b_base64(cleaned[: len(cleaned) - (len(cleaned) % 4 == 1)] + b"==") + tail
    except binascii.Error:
        return data


def looks_base64(data: bytes) -> bool:
    sample = data[:4000].strip()
    strange = len(sample.translate(None, BASE64_ALPHABET))
    return strange * 20 <= len(sample) and b" " not in sample.split(b"\n")[0].strip()


BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n\t"


def uuencoded(data: bytes) -> bytes:
    begin = re.search(rb"(?:\A|\n)begin [0-7]{3,4} [^\n]*\n", data)
    if begin is None:
        return data
    decoded: list[bytes] = []
    for line in data[begin.end() :].split(b"\n"):
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return data[: begin.start()] + b"".join(decoded)


MBOX = re.compile(
    rb"\n(?=From [^\n]{1,200}\d\d:\d\d[^\n]{0,40}\d{4}[^\n]{0,20}\n[!-9;-~]{1,80}:[^\n]{0,9999}\n)"
)
MBOX_MESSAGES = 1_000


def mailbox(raw: bytes) -> tuple[bytes, ...]:
    """The messages of an mbox; the one message itself where the bytes are none.

    A mailbox begins with a "From " line, and each further message with one after an empty line.
    """
    if not raw.startswith(b"From "):
        return (raw,)
    flat = raw.replace(b"\r\n", b"\n")
    starts = [0, *(match.start() + 1 for match in MBOX.finditer(flat))][:MBOX_MESSAGES]
    return tuple(flat[a:b] for a, b in zip(starts, [*starts[1:], len(flat)], strict=True))
