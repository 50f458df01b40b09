"""The readable text of a report into the recipients it names and the words said about each.

For servers that send no machine-readable part, and beside it, where that part is silent. An
address is a recipient by where it stands: alone on its line, at its beginning, or after words that
introduce one. Addresses inside sentences count only where nothing else is found.
"""

import re
from dataclasses import dataclass

from agents.inbox import headers
from agents.inbox.wording import table

BRACKETS = r"""\s{0,3}(?:\(\w{1,20}\))?\s{0,3}[:=]?\s{0,3}[<"'`(\[]{0,3}\Z"""
INTRODUCED = re.compile(
    r"(?:recipients?|rcpt to|to|for|address(?:es|ee)?|mail ?box|user|addressed to"
    r"|deliver(?:y|ing|ed)?(?: (?:your|the|this) (?:mail|message|e-?mail))? to"
    r"|destinat(?:ion|aire|ario|atario)|empf(?:ä|ae?)nger|an|para|à|at|宛先|あて先)" + BRACKETS,
    re.IGNORECASE,
)
NOT_RECIPIENT = re.compile(
    r"(?:mail from|from|sender|contact|reply[- ]to|return[- ]path|postmaster|support|help"
    r"|assistance|cc|absender|message-id|references|envelope-from|e-?mail)\s{0,3}(?:address)?"
    + BRACKETS,
    re.IGNORECASE,
)
# What may stand before a recipient on its line: marks, a number, a reply code.
LEADING = re.compile(
    r"[\s>*•·#|+<\"'`(\[-]{0,40}(?:[45]\d\d[ -](?:[45]\.\d\.\d{1,3} )?|\d{1,3}[.)]\s{1,3})?<?"
)
BOILERPLATE = table(r"""
    \bthis is (?:the|an? )\W?(?:qmail|mail|postfix|mailer|email|dragonfly|automat\w{2,8}|delivery)
    \bthis is a permanent error|\bi'?m (?:sorry|afraid)|^\s*hi[.!]
    \bfor (?:further|more) (?:assistance|information|help)
    \bif you do so|\byou can\b|delete your own text|\bthe (?:mail system|postfix program)
    this message was created automatically|a message that you sent|its recipients|please note
    no action is required|you do not need|there is no need|if your message was also|do not reply
    could not be delivered to (?:one|all|any|the following)|(?:wasn't|was not) able to deliver
    \bwas (?:received|sent)(?: at| on)|\bfrom \S{1,100} \[|\bwith id \S{1,80}$
    be delivered to one or more|begin the session|the following addresse?s? (?:had|failed)
    transcript of session
""")
REFUSED = re.compile(
    r"^(?:>>>|\s?In:|Sent <<<)\s{0,3}([A-Za-z]{4})[^\n]{0,500}\n"
    r"(?:(?:<<<|\s?Out:|Received >>>|\s{4,})\s{0,3}(?![45]\d\d)[^\n]{0,500}\n){0,20}"
    r"(?:<<<|\s?Out:|Received >>>)\s{0,3}([45]\d\d[^\n]{0,500})",
    re.MULTILINE,
)
LINES = 10_000  # lines of a report's text that are looked at
WORDS = 1_800  # characters kept for one recipient
PARAGRAPH = 40  # lines below a recipient that may be about it
DAEMONS = frozenset(
    {"mailer-daemon", "postmaster", "abuse", "noreply", "no-reply", "support", "mail-daemon"}
)


@dataclass(frozen=True)
class Mention:
    """A recipient that the text names, and what stands about it."""

    recipient: str
    words: str


def mentions(text: str, excluded: frozenset[str] = frozenset()) -> tuple[Mention, ...]:
    """The recipients that a report's own words name, `excluded` addresses (lower case) left out."""
    lines = text.split("\n", LINES)[:LINES]
    named = [number for number, line in enumerate(lines) if "@" in line]
    found = kept([(n, a) for n in named for a in leading(lines[n])], excluded)
    found = found or kept([(n, a) for n in named for a in introduced(lines[n])], excluded)
    starts = [number for number, _ in found]
    return tuple(Mention(address, about(lines, number, starts)) for number, address in found)


def kept(candidates: list[tuple[int, str]], excluded: frozenset[str]) -> list[tuple[int, str]]:
    """Candidates without the excluded ones, each address at its first line."""
    lines: dict[str, tuple[int, str]] = {}
    for number, address in candidates:
        lowered = address.lower()
        if lowered not in excluded and lowered.partition("@")[0] not in DAEMONS:
            lines.setdefault(lowered, (number, address))
    return sorted(lines.values())


def leading(line: str) -> tuple[str, ...]:
    """The address with which a line begins; nothing where the line only mentions it later."""
    start = LEADING.match(line)
    offset = start.end() if start else 0
    at = line.find("@", offset, offset + 66)
    if at < 0 or " " in line[offset:at]:
        return ()
    return headers.find_addresses(line[offset : at + 256], 1)


def introduced(line: str) -> tuple[str, ...]:
    """Addresses that words like *to* or *recipient* introduce."""
    found: list[str] = []
    for address in headers.find_addresses(line[:2000], 20):
        at = line.find(address)
        before, after = line[:at][-60:], line[at + len(address) :]
        labelled = before.rstrip(" <").endswith((":", "：")) and not after.strip(" .>)")
        if (labelled or INTRODUCED.search(before)) and not NOT_RECIPIENT.search(before):
            found.append(address)
    return tuple(found)


def about(lines: list[str], number: int, starts: list[int]) -> str:
    """From the recipient's line to the next recipient or the end of its paragraphs."""
    after = [start for start in starts if start > number]
    end = min(after[0] if after else len(lines), number + PARAGRAPH)
    return "\n".join(lines[number:end])[:WORDS]


def telling(text: str) -> str:
    """A report's own words without the sentences that every report has."""
    lines = text.split("\n", LINES)[:LINES]
    return "\n".join(line for line in lines if not BOILERPLATE.says(line[:400]))


def session(text: str) -> tuple[str, str]:
    """The command and the reply of the first refusal in a transcript: empty where there is none.

    Transcripts come as >>> and <<< lines, or as In: and Out: lines in a postmaster's notice.
    """
    match = REFUSED.search(text[:50_000])
    return (f">>> {match[1]}", match[2]) if match else ("", "")
