"""Turns an e-mail address as written into a verdict and a normal form, by grammar alone.

Called by intake, the sender's last check and `leadwire inspect address`. `valid` is what RFC 5321
lets every mail server take; `unusual` is what some RFC allows but servers differ on (quoted or
commented parts, folding space, literals, limits passed, no dot): refuse it or ask a person;
`invalid` breaks the grammar. No name server is asked, ever: whether mail arrives is learned from
bounces, and a lookup in the hot path would tell strangers whom we are about to write to.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agents.identity.words import words

Verdict = Literal["valid", "invalid", "unusual"]

LOCAL_LIMIT = 64  # octets, RFC 5321 4.5.3.1.1
DOMAIN_LIMIT = 255  # octets, RFC 5321 4.5.3.1.2
LABEL_LIMIT = 63  # octets, RFC 1035 2.3.4
ADDRESS_LIMIT = 254  # a path of 256 octets less its brackets, RFC 3696 erratum 1690
READ_LIMIT = 10_000  # characters; longer input is refused unread

# Top-level domains that publish mail hosts of their own, so that an address without a dot can
# work there (RFC 7085 2, and .io, whose host came and went). Elsewhere it is a local name.
DOTLESS = words("ai ax cf dm gp gt hr io kh km lk mq pa tt ua va ws ye")

ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+")
FOLD = re.compile(r"(?:[ \t]+|\r\n[ \t]+)+")  # RFC 5322 3.2.2 with its obsolete form
TEXT = re.compile(r"[^\x00\t\n\r ()\[\]\"\\]+")
LABEL = re.compile(r"(?!-)[A-Za-z0-9\-]+(?<!-)")


class Malformed(ValueError):
    """The grammar is broken; the message says where and how. Never leaves this module."""


@dataclass(frozen=True, slots=True)
class Address:
    """`normalised` is the form to compare and suppress by: lower case throughout, no comments,
    no needless quotes, domain in ASCII. None where there is no address in the value."""

    address: str
    verdict: Verdict
    normalised: str | None
    why: str
    local: str | None = None
    domain: str | None = None


def read(address: str) -> Address:
    """Judges one address by RFC 5321 and 5322. Never raises and never asks the network."""
    if len(address) > READ_LIMIT:
        return Address(address[:64] + "…", "invalid", None, "far too long for an address")
    scanner = _Scanner(address)
    try:
        local = scanner.local()
        domain = scanner.domain()
    except Malformed as error:
        return Address(address, "invalid", None, str(error))
    return _judge(address, local, domain, scanner.notes)


class _Scanner:
    """Walks once over an address and notes each liberty that it takes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.notes: list[str] = []

    def local(self) -> str:
        """Reads words joined by dots up to and with the at sign; gives them without comments."""
        words = [self.word()]
        while self.peek() != "@":
            self.expect(".", "no at sign after the local part")
            words.append(self.word())
        self.at += 1
        if len(words) > 1 and any(word.startswith('"') for word in words):
            self.note("quoted and plain words mixed (obsolete)")
        return ".".join(words)

    def word(self) -> str:
        self.space()
        word = self.quoted() if self.peek() == '"' else self.atom("local part")
        self.space()
        return word

    def domain(self) -> str:
        """Reads a dotted domain or a literal up to the end of the text."""
        self.space()
        if self.peek() == "[":
            domain = self.literal()
        else:
            labels = [self.label()]
            while self.peek() == ".":
                self.at += 1
                labels.append(self.label())
            domain = ".".join(labels)
        self.space()
        if self.at < len(self.text):
            raise Malformed(f"unexpected {self.peek()!r} after the domain")
        return domain

    def label(self) -> str:
        self.space()
        label = self.atom("domain")
        self.space()
        if label.startswith("-") or label.endswith("-"):
            raise Malformed(f"the domain's part {label!r} begins or ends with a hyphen")
        return label

    def atom(self, where: str) -> str:
        match = ATOM.match(self.text, self.at)
        if match is None:
            found = repr(self.peek()) if self.peek() else "the end"
            raise Malformed(f"found {found} where a word of the {where} should stand")
        self.at = match.end()
        return match.group()

    def quoted(self) -> str:
        self.note("quoted local part")
        return self.enclosed('"', "quoted string", lambda char: char in "()[] \t")

    def literal(self) -> str:
        self.note("address literal in place of a domain")
        return self.enclosed("]", "address literal", lambda char: char in '()" \t')

    def space(self) -> None:
        """Skips folding space and comments (CFWS), noting both."""
        while self.at < len(self.text):
            if fold := FOLD.match(self.text, self.at):
                self.note("white space")
                self.at = fold.end()
            elif self.peek() == "(":
                self.note("comment")
                self.comment()
            else:
                return

    def comment(self) -> None:
        # A counter, not recursion: ten thousand brackets are a text that strangers do send.
        depth = 0
        while True:
            char = self.peek()
            if char == "":
                raise Malformed("a comment is not closed")
            depth += (char == "(") - (char == ")")
            if char in "()":
                self.at += 1
            else:
                self.piece("comment", lambda char: char in '[]"')
            if depth == 0:
                return

    def enclosed(self, end: str, name: str, plain: Callable[[str], bool]) -> str:
        start = self.at
        self.at += 1
        while self.peek() != end:
            if self.peek() == "":
                raise Malformed(f"a {name} is not closed")
            self.piece(name, plain)
        self.at += 1
        return self.text[start : self.at]

    def piece(self, name: str, plain: Callable[[str], bool]) -> None:
        """One run of text inside a comment, quoted string or literal."""
        if fold := FOLD.match(self.text, self.at):
            self.at = fold.end()
        elif self.peek() == "\\":
            self.pair(name)
        elif text := TEXT.match(self.text, self.at):
            if any(ord(char) < 32 or ord(char) == 127 for char in text.group()):
                self.note(f"control character in a {name} (obsolete)")
            self.at = text.end()
        elif plain(self.peek()):
            self.at += 1
        else:
            raise Malformed(f"{self.peek()!r} is not allowed in a {name}")

    def pair(self, name: str) -> None:
        escaped = self.text[self.at + 1 : self.at + 2]
        if escaped == "":
            raise Malformed(f"a {name} ends in a backslash")
        if not escaped.isascii():
            raise Malformed(f"{escaped!r} cannot be escaped in a {name}")
        if escaped < " " and escaped != "\t":
            self.note("escaped control character (obsolete)")
        self.at += 2

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def expect(self, char: str, otherwise: str) -> None:
        if self.peek() != char:
            found = f", found {self.peek()!r}" if self.peek() else ""
            raise Malformed(otherwise + found)
        self.at += 1

    def note(self, what: str) -> None:
        if what not in self.notes:
            self.notes.append(what)


def _judge(address: str, local: str, domain: str, notes: list[str]) -> Address:
    plain = _unquoted(local)
    host = domain if domain.startswith("[") else _ascii(domain)
    if host is None:
        return Address(address, "invalid", None, "the domain is no international name (IDNA)")
    reasons = [*notes, *_local_limits(local), *_domain_limits(host)]
    if len(f"{local}@{host}".encode()) > ADDRESS_LIMIT:
        reasons.append(f"longer than {ADDRESS_LIMIT} octets")
    normal = f"{plain}@{host}".lower()
    verdict: Verdict = "unusual" if reasons else "valid"
    if any(char < " " or char == "\x7f" for char in normal):
        return Address(address, verdict, None, "; ".join(reasons))
    return Address(address, verdict, normal, "; ".join(reasons) or "plain address", plain, host)


def _unquoted(local: str) -> str:
    """`"jane"` and `jane` are one mailbox (RFC 5321 4.1.2): the shorter form is the normal one."""
    if not local.startswith('"') or not local.endswith('"'):
        return local
    content = re.sub(r"\\(.)", r"\1", local[1:-1], flags=re.DOTALL)
    parts = content.split(".")
    return content if all(ATOM.fullmatch(part) for part in parts) else local


def _ascii(domain: str) -> str | None:
    if domain.isascii():
        return domain
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(f"x@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return None


def _local_limits(local: str) -> list[str]:
    reasons = []
    if len(local.encode("utf-8", "surrogatepass")) > LOCAL_LIMIT:
        reasons.append(f"local part longer than {LOCAL_LIMIT} octets")
    if not local.isascii():
        reasons.append("letters beyond ASCII before the at sign: needs SMTPUTF8 (RFC 6531)")
    return reasons


def _domain_limits(domain: str) -> list[str]:
    if domain.startswith("["):
        return []
    labels = domain.split(".")
    reasons = []
    if len(domain) > DOMAIN_LIMIT:
        reasons.append(f"domain longer than {DOMAIN_LIMIT} octets")
    if any(len(label) > LABEL_LIMIT for label in labels):
        reasons.append(f"part of the domain longer than {LABEL_LIMIT} octets")
    if not all(LABEL.fullmatch(label) for label in labels):
        reasons.append("signs in the domain that host names do not have")
    if labels[-1][0].isdigit():
        reasons.append("numeric top-level domain")
    if len(labels) == 1 and domain.lower() not in DOTLESS:
        reasons.append("no dot in the domain")
    return reasons
