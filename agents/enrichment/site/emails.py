"""E-mail addresses in a page, as people and their tools write them, each with its literal words.

Plain, with words for the signs ("info (at) x (dot) example", in ten languages), encoded by
Cloudflare, or put together by a script from literal parts. What only looks like an address is none:
names of images, versions of packages, placeholders in forms and examples.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from agents.enrichment.site import wording
from agents.enrichment.site.document import PROTECTED, Document, Line
from agents.identity import addresses
from agents.identity.words import words

AT_WORDS = (
    r"at|ätt?|arobas[e]?|arroba|chiocciola|małpa|malpa|snabel-?a|snabela|apenstaartje|aapje|et|@|a|"
    r"krøllalfa|klammeraffe"
)
DOT_WORDS = r"dot|punkt|point|punto|kropka|ponto|punt|prick|\."
BRACKETED_AT = rf"\s*[\[({{<]\s*(?:{AT_WORDS})\s*[\])}}>]\s*"
BRACKETED_DOT = rf"\s*[\[({{<]\s*(?:{DOT_WORDS})\s*[\])}}>]\s*"
PLAIN_AT = r"\s+(?:at|arobase|arroba|chiocciola|małpa|snabel-?a|apenstaartje)\s+"
PLAIN_DOT = r"\s+(?:dot|punkt|point|punto|kropka|ponto|punt|prick)\s+"
LOCAL = r"(?<![\w.%+@/-])[\w.%+'-]{1,64}"
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"

PLAIN = re.compile(rf"{LOCAL}@(?:{LABEL}\.)+[^\W\d_]{{2,24}}(?![\w@-])")
OBFUSCATED = re.compile(
    rf"({LOCAL})(?:{BRACKETED_AT}({LABEL}(?:(?:{BRACKETED_DOT}|{PLAIN_DOT}|\s?\.\s?){LABEL})+)"
    rf"|\s*@\s*({LABEL}(?:(?:{BRACKETED_DOT}|\s?\.\s?){LABEL})+))(?![\w@])",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    rf"({LOCAL})(?:{PLAIN_AT}|{BRACKETED_AT})({LABEL}(?:(?:{PLAIN_DOT}|{BRACKETED_DOT}|\.){LABEL})+)"
    r"(?![\w@])",
    re.IGNORECASE,
)
ANY_DOT = re.compile(rf"{BRACKETED_DOT}|{PLAIN_DOT}|\s*\.\s*", re.IGNORECASE)

FILES = words(
    """
    png jpg jpeg gif svg webp avif ico bmp css js mjs ts json xml pdf html htm php asp aspx mp4
    mp3 webm woff woff2 ttf eot zip gz map txt md scss less vue jsx tsx heic tif tiff
    """
)
GENERIC_DOMAINS = words(
    """
    example domain domaine dominio domein domena beispiel exemple company yourcompany email mail
    yourdomain website mysite site test sample acme mydomain server provider firma empresa
    entreprise votre-domaine sentry wixpress placeholder
    """
)
"""First labels of domains that stand for somebody's own."""
GENERIC_LOCALS = words(
    """
    you your name yourname your.name user username email someone somebody jane.doe john.doe
    max.mustermann mustermann prenom.nom votre votreemail nombre tu vorname.nachname firstname
    firstname.lastname first.last xxx abc
    """
)
NOBODY = words(
    """
    mailer-daemon postmaster abuse wordpress mailer notification notifications root
    nobody hostmaster
    """
)
NO_REPLY = re.compile(r"(?:.*[._+-])?(?:do[._-]?not|no)[._-]?repl(?:y|ies)(?:[._+-].*)?")
"""Mailboxes that programs write from and nobody reads."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One address with the literal words, the line that they stand in, and how it was written:
    `link`, `text`, `words`, `encoded` or `script`."""

    address: str
    literal: str
    line: Line | None
    how: str


def seen(document: Document) -> list[Seen]:
    """Returns every address of a page, in order, with repetitions."""
    found: list[Seen] = []
    for line in document.lines:
        found += _of_line(line)
    for script in document.scripts:
        found += _of_script(script)
    return [one for one in found if right(one.address)]


def of_line(line: Line) -> list[str]:
    """Returns the addresses of one line."""
    return [one.address for one in _of_line(line) if right(one.address)]


def _of_line(line: Line) -> Iterator[Seen]:
    for link in line.links:
        href = link.href.strip()
        if href.lower().startswith("mailto:"):
            for part in re.split(r"[,;]", unquote(href[7:]).partition("?")[0]):
                yield Seen(part.strip(), href, line, "link")
        elif PROTECTED in href:
            code = href.partition("#")[2]
            yield Seen(decoded(code), code, line, "encoded")
    yield from _of_text(line)


def _of_text(line: Line) -> Iterator[Seen]:
    text = line.text
    if "protected]" in text and line.links:
        return
    plain = [match.group() for match in PLAIN.finditer(text) if not _exemplary(text, match)]
    for address in plain:
        literal = address if address in line.raw else line.raw
        yield Seen(address, literal, line, "text" if address in line.raw else "words")
    if plain:
        return
    patterns = [OBFUSCATED, SPOKEN] if _speaks_of_mail(text) else [OBFUSCATED]
    for pattern in patterns:
        for match in pattern.finditer(text):
            domain = ANY_DOT.sub(".", next(one for one in match.groups()[1:] if one))
            address = f"{match.group(1)}@{domain}"
            if _spoken_enough(match.group()) and not _exemplary(text, match):
                yield Seen(address, match.group(), line, "words")
                return


def _exemplary(text: str, match: re.Match[str]) -> bool:
    """Says whether an address is an example of one: "e.g." stands before it."""
    return bool(wording.PLACEHOLDER.search(text[max(0, match.start() - 25) : match.start()]))


def _speaks_of_mail(text: str) -> bool:
    """ "at" and "dot" are words of every sentence; they are signs only where mail is spoken of, and
    the other languages' words for the sign are signs anywhere."""
    return bool(wording.MAIL.search(text)) or bool(
        re.search(r"arobase|arroba|chiocciola|małpa|snabel|apenstaart", text, re.IGNORECASE)
        or re.search(r"\sAT\s.+\sDOT\s", text)
    )


def _spoken_enough(literal: str) -> bool:
    """A bare " at " needs its " dot " too: "us at home.example" is a sentence."""
    bare_at = re.search(r"\sat\s", literal, re.IGNORECASE)
    return not bare_at or re.search(PLAIN_DOT, literal, re.IGNORECASE) is not None


def decoded(code: str) -> str:
    """Decodes Cloudflare's protection: the first octet is the key of the others."""
    try:
        octets = bytes.fromhex(code)
    except ValueError:
        return ""
    return bytes(one ^ octets[0] for one in octets[1:]).decode("utf-8", "replace") if octets else ""


# ── put together by scripts ───────────────────────────────────────────────────────────────────

STRING = r"(?:'([^'\\\n]{0,120})'|\"([^\"\\\n]{0,120})\")"
ASSIGNED = re.compile(rf"(?:var|let|const)?\s*([A-Za-z_$][\w$]{{0,40}})\s*=\s*{STRING}\s*[;,\n]")
SUM = re.compile(
    rf"(?:{STRING}|[A-Za-z_$][\w$]{{0,40}})(?:\s*\+\s*(?:{STRING}|[A-Za-z_$][\w$]{{0,40}}))+"
)
TERM = re.compile(rf"{STRING}|([A-Za-z_$][\w$]{{0,40}})")


def _of_script(script: str) -> Iterator[Seen]:
    """Sums of literal texts, and of names that were given literal texts; nothing is run."""
    if "@" not in script and "%40" not in script:
        return
    known = {m.group(1): m.group(2) or m.group(3) or "" for m in ASSIGNED.finditer(script)}
    for match in SUM.finditer(script):
        text = "".join(_term(term, known) for term in TERM.finditer(match.group()))
        address = PLAIN.search(text)
        if address and "mailto:" in text:
            yield Seen(address.group(), match.group(), None, "script")


def _term(term: re.Match[str], known: dict[str, str]) -> str:
    if term.group(3):
        return known.get(term.group(3), "\x00")
    return term.group(1) or term.group(2) or ""


# ── what is none ──────────────────────────────────────────────────────────────────────────────


def right(address: str) -> bool:
    """Says whether it is an address that somebody can have: no file, no placeholder."""
    found = addresses.read(address)
    if found.verdict != "valid" or found.domain is None or found.local is None:
        return False
    domain, local = found.domain.lower(), found.local.lower()
    labels = domain.split(".")
    if labels[-1] in FILES or (not labels[-1].isalpha() and not labels[-1].startswith("xn--")):
        return False
    if labels[-2] in GENERIC_DOMAINS or local in GENERIC_LOCALS:
        return len(labels) == 2 and labels[-2] in ("mail", "email") and local not in GENERIC_LOCALS
    machine = local in NOBODY or NO_REPLY.fullmatch(local) is not None
    return not machine and not re.fullmatch(r"[0-9a-f]{20,}", local)
