"""The returned message inside a report: where it begins, whose it is, to whom it went.

Whose report it is comes from our own ids and tokens, and those stand in the returned headers. The
same cut keeps the returned text away from every rule that reads the report's own words.
"""

import re
from dataclasses import dataclass

from agents.inbox import headers
from agents.inbox.bounces import report
from agents.inbox.headers import Headers

DIVIDER = r"""
      (?:below\ (?:this\ line\ )?is|this\ is|here\ is|enclosed\ is|attached\ is|following\ is)
        \ (?:a\ |the\ )?(?:copy|first\ part|full\ copy|header)
    | (?:the\ )?(?:headers?|beginning|start|copy|text|body|contents?)\ of\ (?:the\ |your\ )?
        (?:original|returned|undelivered|rejected|unsent|failed|bounced)?\ ?(?:e-?mail|message|mail)
    | (?:your\ |the\ )?(?:original|returned|undelivered|unsent|undeliverable|rejected|bounced)
        \ (?:e-?mail|message|mail|text)
        (?:\ headers?|\ text|\ body|\ source)?(?:\ (?:is|follows|was)|\b)
    | message\ headers?\ (?:follow|and)
    | (?:start\ of\ )?returned\ message
    | begin\ (?:of\ )?(?:original|returned|message)
    | mensaje\ original | message\ (?:d'origine|original) | messaggio\ originale
    | mensagem\ original | urspr(?:ü|ue)ngliche\ nachricht | oorspronkelijk\ bericht
    | originalnachricht | ursprungligt\ meddelande | исходное\ (?:сообщение|письмо)
    | oryginalna\ wiadomo | 元のメッセージ | オリジナルメッセージ | 原始邮件
"""
HEADER_LINE = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}[ \t]{0,2}:")
OPENINGS = (
    r"(?:received|return-path|delivered-to|x-[a-z-]{2,40}|dkim-signature|domainkey-signature"
    r"|arc-seal|message-id|from|date|to|subject|mime-version|content-type|authentication-results)"
    r"[ \t]{0,2}:"
)
OPENING = re.compile(OPENINGS, re.IGNORECASE)
CANDIDATES = re.compile(
    rf"^(?:(?P<field>{OPENINGS})|[ \t>*=_\#-]{{0,80}}(?:{DIVIDER})[^\n]{{0,120}}$)",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
TELLING = re.compile(
    r"(?:received|return-path|message-id|dkim-signature|mime-version)[ \t]{0,2}:", re.IGNORECASE
)
OWN_FIELDS = "x-leadwire-"
TOKEN_ADDRESSES = ("return-path", "errors-to", "sender", "reply-to", "from", "x-envelope-from")
SCANNED = 200_000  # characters of a text in which the cut is looked for
WINDOW = 4_000  # characters behind a possible cut that confirm it
LINES = 4_000  # lines of a returned message that are looked at


@dataclass(frozen=True)
class Original:
    """What the returned message says of itself; every field empty when nothing was returned."""

    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sender: str = ""
    subject: str = ""
    tokens: tuple[str, ...] = ()


def split(text: str) -> tuple[str, str]:
    """A report's text cut into its own words and the returned message, which may be empty."""
    if header_block(text.split("\n", 14)[:13], 0):
        return "", text  # an attachment that holds the returned headers and nothing else
    for match in CANDIDATES.finditer(text, 0, SCANNED):
        start = match.start()
        lines = text[start : start + WINDOW].split("\n")
        cut = header_block(lines, 0) if match["field"] else announces(lines, 0)
        if start and cut:
            return text[:start], text[start:]
    return text, ""


def announces(lines: list[str], number: int) -> bool:
    """A divider's words may stand in prose: a headed block or nothing must follow soon."""
    following = [line for line in lines[number + 1 : number + 12] if line.strip()]
    if not following:
        return True
    return any(OPENING.match(line.lstrip("> \t")) for line in following[:6])


def header_block(lines: list[str], number: int) -> bool:
    """Whether at least three header fields stand together here, one of them telling."""
    fields, telling = 0, False
    for line in lines[number : number + 12]:
        if line[:1] in (" ", "\t") and line.strip():
            continue
        if not HEADER_LINE.match(line):
            break
        if line.partition(":")[0].strip().lower() in report.KNOWN:
            return False  # delivery-status fields, not a message
        fields += 1
        telling = telling or TELLING.match(line) is not None
    return fields >= 3 and telling


def from_text(block: str) -> Original:
    """The original found in the text after a divider."""
    lines = block.split("\n")[:LINES]
    for number, line in enumerate(lines):
        if OPENING.match(line.lstrip("> \t")):
            flat = "\n".join(line.removeprefix("> ") for line in lines[number:])
            raw = flat.encode("utf-8", "replace")
            end, _ = headers.split_block(raw, 0, len(raw))
            return from_headers(headers.parse_block(raw, 0, end, 500)[0])
    return Original()


def from_headers(found: Headers) -> Original:
    """The original told by its header fields."""
    names = ("to", "cc", "bcc", "x-envelope-to", "delivered-to", "x-original-to", "x-rcpt-to")
    recipients = [
        address
        for name in names
        for value in found.all(name)[:5]
        for address in headers.find_addresses(value, 100)
    ]
    return Original(
        message_ids=ids_of(found),
        recipients=tuple(dict.fromkeys(recipients)),
        sender=headers.first_address(found.get("from") or found.get("return-path")),
        subject=found.get("subject"),
        tokens=tokens_of(found),
    )


def tokens_of(found: Headers) -> tuple[str, ...]:
    """Values by which a send may be known besides its ids: our own fields, and plus-addresses of
    the returned message's sender (VERP)."""
    own = [found.get(name) for name in sorted(found.names()) if name.startswith(OWN_FIELDS)]
    addresses = [
        address
        for name in TOKEN_ADDRESSES
        for address in headers.find_addresses(found.get(name), 5)
        if "+" in address.partition("@")[0]
    ]
    return tuple(dict.fromkeys([*own, *addresses]))


def ids_of(found: Headers) -> tuple[str, ...]:
    """Message ids by which a send of ours may be known: a vendor may have replaced the first."""
    names = ("message-id", "x-original-message-id", "x-message-id", "references", "in-reply-to")
    ids = [one for name in names for value in found.all(name) for one in headers.message_ids(value)]
    return tuple(dict.fromkeys(ids))


def merged(first: Original, second: Original) -> Original:
    """Two finds of the same original put together."""
    return Original(
        tuple(dict.fromkeys(first.message_ids + second.message_ids)),
        tuple(dict.fromkeys(first.recipients + second.recipients)),
        first.sender or second.sender,
        first.subject or second.subject,
        tuple(dict.fromkeys(first.tokens + second.tokens)),
    )
