"""The readable text of a report into the recipients it names and the words said about each.

For servers that send no machine-readable part, and beside it, where that part is silent. An
address is a recipient by where it stands: alone on its line, at its beginning, or after words that
introduce one. Addresses inside sentences count only where nothing else is found.
"""

import re
from dataclasses import dataclass

from agents.inbox import headers

INTRODUCED = re.compile(
    r"(?:recipients?|rcpt to|to|for|address(?:es|ee)?|mail ?box|user|deliver(?:y|ing|ed)?(?: (?:your|the|this)"
    r" (?:mail|message|e-?mail))? to|destinat(?:ion|aire|ario|atario)|empf(?:ä|ae?)nger|an|para|à|at|宛先|あて先)"
    r"\s{0,3}(?:\(\w{1,20}\))?\s{0,3}[:=]?\s{0,3}[<\"'`(\[]{0,3}\Z",
    re.IGNORECASE,
)
NOT_RECIPIENT = re.compile(
    r"(?:mail from|from|sender|contact|reply[- ]to|return[- ]path|postmaster|support|help|assistance|cc|absender"
    r"|message-id|references|envelope-from|e-?mail)\s{0,3}(?:address)?\s{0,3}[:=]?\s{0,3}[<\"'`(\[]{0,3}\Z",
    re.IGNORECASE,
)
LEADING = re.compile(r"[\s>*•·#|+<\"'`(\[-]{0,40}(?:\d{1,3}[.)]\s{1,3})?<?")
BOILERPLATE = re.compile(
    r"(?i)\b(?:this is (?:the|an? )\W?(?:qmail|mail|postfix|mailer|email|dragonfly|automat\w+|permanent error|delivery)"
    r"|i'?m (?:sorry|afraid)|hi[.!]|for (?:further|more) (?:assistance|information|help)|if you do so|you can\b"
    r"|delete your own text|(?:the )?(?:mail system|postfix program)|this message was created automatically"
    r"|a message that you sent|its recipients|please note|no action is required|you do not need|there is no need"
    r"|if your message was also|do not reply|could not be delivered to (?:one|all|any|the following)"
    r"|(?:wasn't|was not) able to deliver|was (?:received|sent)(?: at| on)|from \S+ \[|with id \S+$"
    r"|be delivered to one or more|begin the session|the following addresse?s? (?:had|failed)|transcript of session)"
)
SESSION = re.compile(
    r"^>>>\s{0,3}([A-Za-z]{4})[^\n]{0,500}\n(?:<<< ?[23][^\n]{0,500}\n){0,20}<<< ?([45][^\n]{0,500})",
    re.M,
)
LINES = 2_000
WORDS = 1_800  # characters kept for one recipient


@dataclass(frozen=True)
class Mention:
    """A recipient that the text names, and what stands about it."""

    recipient: str
    words: str


def mentions(text: str, excluded: frozenset[str] = frozenset()) -> tuple[Mention, ...]:
    """The recipients that a report's own words name, `excluded` addresses (lower case) left out."""
    lines = text.split("\n", LINES)[:LINES]
    strong = [(n, a) for n, line in enumerate(lines) if "@" in line for a in leading(line)]
    found = kept(strong, excluded)
    if not found:
        weak = [(n, a) for n, line in enumerate(lines) if "@" in line for a in introduced(line)]
        found = kept(weak, excluded)
    return tuple(
        Mention(address, words_about(lines, number, [n for n, _ in found]))
        for number, address in found
    )


def kept(candidates: list[tuple[int, str]], excluded: frozenset[str]) -> list[tuple[int, str]]:
    """Candidates without the excluded ones, each address at its most telling line."""
    lines: dict[str, tuple[int, str]] = {}
    for number, address in candidates:
        if address.lower() not in excluded and not daemon(address):
            lines.setdefault(address.lower(), (number, address))
    return sorted(lines.values())


def daemon(address: str) -> bool:
    local = address.partition("@")[0].lower()
    return local in ("mailer-daemon", "postmaster", "abuse", "noreply", "no-reply", "support")


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
        before = line[: line.find(address)][-60:]
        if INTRODUCED.search(before) and not NOT_RECIPIENT.search(before):
            found.append(address)
    return tuple(found)


def words_about(lines: list[str], number: int, starts: list[int]) -> str:
    """From the recipient's line to the next recipient or the end of its paragraphs."""
    after = [start for start in starts if start > number]
    end = min(after[0] if after else len(lines), number + 40)
    return "\n".join(lines[number:end])[:WORDS]


def telling(text: str) -> str:
    """A report's own words without the sentences that every report has."""
    kept_lines = [
        line for line in text.split("\n", LINES)[:LINES] if not BOILERPLATE.search(line[:400])
    ]
    return "\n".join(kept_lines)


def session(text: str) -> tuple[str, str]:
    """The command and the reply of the first refusal in a transcript (>>> and <<< lines)."""
    match = SESSION.search(text[:50_000])
    return (f">>> {match[1]}", match[2]) if match else ("", "")
