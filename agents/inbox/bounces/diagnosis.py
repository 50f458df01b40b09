"""What a mail server said about one recipient, with codes and context, into class and reason.

`diagnose` is called once per recipient with the words found for it. The words decide before the
codes: real reports put 5.0.0 on everything, 5.1.1 on full mailboxes and 5.7.1 on unknown users.
The codes decide whether a refusal is permanent, and they decide alone where the words are silent.
"""

import re
from dataclasses import dataclass

from agents.inbox.bounces import reasons
from agents.inbox.values import DEAD, SENDER_SIDE, About, Class, Reason

LINK = re.compile(r"(?:https?|ftp)://\S{1,500}|\bwww\.\S{1,300}")
LISTS = re.compile(
    r"(?i)spamhaus|spamcop|sorbs|barracudacentral|abuseat|dnsbl|cloudmark|uceprotect|/rbl"
)
# A mail provider's help link names its topic ("?p=NoSuchUser"); another's has a number for it.
TOPIC = re.compile(r"[?&]p=([A-Za-z]{3,40})")
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
HELP_CODE = re.compile(r"mail\.i\.ua/err/(\d{1,2})")
HELP_CODES = {
    "1": "relaying denied",
    "2": "user not found",
    "3": "mailbox inactive",
    "4": "mailbox full",
    "5": "sending limit exceeded",
    "6": "use the smtp server of your provider",
    "7": "bad helo",
    "8": "could not verify sender",
    "9": "ip address blacklisted",
    "10": "not allowed to post to this recipient",
}  # http://mail.i.ua/err/N
ADDRESS = re.compile(r"<?[^\s<>()\[\],;:\"'@]{1,64}@[\w.-]{1,200}[\w]>?")
REPEATED = re.compile(
    r"\b[245]\d\d[ -]#?\(?[245]\.\d{1,3}\.\d{1,3}\)?[ :;-]{0,5}|\b[245]\d\d-(?=\D)"
)
# Labels that a gateway puts before the other side's own reply; they only repeat its first digit.
LABEL = re.compile(r"[45]\.\d\.\d - [a-z ]{5,60}(?=[45]\d\d-')")
MARKS = str.maketrans(dict.fromkeys('_()<>[]"«»', " "))
SPACE = re.compile(r"\s+")
PAIR = re.compile(
    r"\b([245]\d\d)(?:[ -]{1,9}|\D{0,4}\()[#'(]{0,2}([245]\.\d{1,3}\.\d{1,3})\b(?!\.\d)"
)
ENHANCED = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]\d|\d)")
NOT_A_CODE = r"(?!\s{1,3}(?:hours?|days?|minutes?|sec|times|bytes|kb?\b|mess|attempt|recip|by\b))"
REPLY = re.compile(
    r"(?:^|[:;>(\[\s#'\"]|smtp;|said:?|code:?)\s{0,3}"
    r"([245][0-5]\d)(?=[ \-:;,.)\]\s]|$)(?!\.\d)" + NOT_A_CODE,
    re.IGNORECASE,
)
QUOTED_REPLY = re.compile(r"(?:^|[\s:;'\"#])[45][0-5]\d(?=[\s:;,.-])" + NOT_A_CODE)
SAID = r"(?:in reply to|after|following|>>>|our|response to|\[)\s{0,3}(?:the )?(?:pipelined )?"
COMMANDS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("helo", r"my name was rejected|initial connection"),
        ("data", SAID + r"(?:end of data|data|bdat|\.)(?!\w)"),
        ("data", r"failed after i sent the message|end of message|smtp command\s{1,4}data\b"),
        ("rcpt", SAID + r"rcpt|rcpt to response|does not like recipient"),
        ("rcpt", r"rejected (?:recipient|address)"),
        ("mail", SAID + r"mail[_ ]from|rejected mail from|does not like (?:sender|our mail)"),
        ("helo", SAID + r"(?:ehlo|helo|lhlo|starttls)"),
    )
)
WORDS_LIMIT = 3_000  # characters of one recipient's diagnostic that are interpreted
TEMPORARY_ACTIONS = frozenset({"delayed"})
POSITIVE_ACTIONS = frozenset({"delivered", "relayed", "expanded", "deliverable"})
WEAK = frozenset({Reason.SYSTEM, Reason.PROTOCOL})


@dataclass(frozen=True)
class Diagnosis:
    """Class, reason and codes for one recipient; `about` says whom it blames."""

    class_: Class
    reason: Reason
    status: str
    reply_code: str
    about: About


def diagnose(words: str, *, status: str = "", action: str = "", context: str = "") -> Diagnosis:
    """Judges one recipient from its diagnostic, its Status and Action fields and the transcript.

    `context` is text around the diagnostic that may tell the SMTP command, nothing else.
    """
    stated, code = codes(words)
    status = choose(stated, bare_status(status))
    if action in POSITIVE_ACTIONS and not status.startswith(("4", "5")):
        return Diagnosis(Class.OTHER, Reason.DELIVERED, status, code, About.RECIPIENT)
    command = command_of(words) or command_of(context)
    reason = reason_of(flattened(words), status, code, command, action)
    class_ = Class.HARD if is_hard(reason, status, stated, code, action) else Class.SOFT
    return Diagnosis(class_, reason, status, code, about(reason, status))


def flattened(text: str) -> str:
    """A diagnostic as the tables of wording expect it: lower case, on one line, its addresses and
    links replaced, and of its reply codes the first alone."""
    lowered = LINK.sub(linked, text[:WORDS_LIMIT]).lower()
    lowered = LABEL.sub(" ", ADDRESS.sub("@", lowered))
    first = REPEATED.search(lowered)
    if first:  # it marks where the other side's reply begins; the others are in the way
        rest = REPEATED.sub(" ", lowered[first.end() :])
        lowered = f"{lowered[: first.start()]}{first[0][:3]} {rest}"
    return SPACE.sub(" ", lowered.translate(MARKS)).strip()


def linked(match: re.Match[str]) -> str:
    """What a link says: that it leads to a blocklist, or the topic or code of a help page."""
    if LISTS.search(match[0].partition("?")[0]):
        return " blocklist "
    topic = TOPIC.search(match[0])
    if topic:
        return f" {CAPITAL.sub(' ', topic[1])} ".lower()
    code = HELP_CODE.search(match[0])
    return f" {HELP_CODES.get(code[1], '')} " if code else " "


def codes(words: str) -> tuple[str, str]:
    """The enhanced status and the SMTP reply code that a text states; empty where there is none."""
    text = words[:WORDS_LIMIT]
    pair = PAIR.search(text)
    if pair and pair[1][0] == pair[2][0]:
        return pair[2], pair[1]
    bare = LINK.sub(" ", text)
    enhanced, reply = ENHANCED.search(bare), REPLY.search(bare)
    return enhanced[1] if enhanced else "", reply[1] if reply else ""


def bare_status(value: str) -> str:
    match = re.search(r"([245]\.\d{1,3}\.\d{1,3})", value)
    return match[1] if match else ""


def choose(stated: str, field: str) -> str:
    """The more telling of the status in the words and the one in the field."""
    if not stated or not field:
        return stated or field
    generic = field.endswith(".0.0") or field[1:] in (".5.0", ".4.7") or field[0] != stated[0]
    return stated if generic or not stated.endswith(".0.0") else field


def command_of(text: str) -> str:
    """The SMTP command that was refused, as far as the text tells: rcpt, mail, data, helo."""
    lowered = SPACE.sub(" ", text[:WORDS_LIMIT].lower())
    return next((name for name, pattern in COMMANDS if pattern.search(lowered)), "")


def reason_of(words: str, status: str, code: str, command: str, action: str) -> Reason:
    """The reason by words, then by status, then by code, with the refused command in mind."""
    found = reason_in(words)
    if found is Reason.USER_UNKNOWN and command == "data" and not status.startswith("5.1."):
        # Said to the text and not to the address: a filter speaks in an address's words.
        return Reason.MAILBOX_FILTERED
    if found in DEAD and command in ("mail", "helo"):
        return Reason.SENDER_REJECTED if command == "mail" else Reason.SENDER_BLOCKED
    coded = reasons.from_status(status)
    dead = coded in DEAD and command not in ("mail", "helo") and not code.startswith("4")
    if coded is not None and dead and (found is None or found in WEAK):
        return coded
    return found or coded or from_code(code, command, action)


def reason_in(words: str) -> Reason | None:
    """The reason in a flattened text: the other side's reply is asked before the reporter's words,
    and words that name a cause before those that name none."""
    reply = QUOTED_REPLY.search(words)
    texts = (words[reply.start() :], words) if reply and reply.start() else (words,)
    found = (read(text) for read in (reasons.firm, reasons.loose) for text in texts)
    return next((reason for reason in found if reason is not None), None)


def from_code(code: str, command: str, action: str) -> Reason:
    """The reason by reply code (RFC 5321, 7504), where nothing else is known."""
    if code == "551":
        return Reason.MOVED
    if code in ("521", "556"):
        return Reason.ACCEPTS_NO_MAIL
    if code in ("552", "452"):
        return Reason.MAILBOX_FULL
    if command in ("mail", "helo"):
        return Reason.SENDER_BLOCKED
    if action in TEMPORARY_ACTIONS:
        return Reason.DELAYED
    return Reason.SYSTEM if code.startswith("4") else Reason.UNDETERMINED


def is_hard(reason: Reason, status: str, stated: str, code: str, action: str) -> bool:
    """Whether the address is dead: a dead reason, and nothing that says "for now".

    A status field of 4.x.x beside a domain without mail exchanger is the reporting server's own
    patience: waiting brings none. Beside a name that was not found it is the resolver's doubt.
    """
    if reason is Reason.MAILBOX_DISABLED:
        return status == "5.2.1" and not code.startswith("4")
    if reason not in DEAD or code.startswith("4") or stated.startswith("4"):
        return False
    if reason is Reason.ACCEPTS_NO_MAIL:
        return True
    return not status.startswith("4") and action not in TEMPORARY_ACTIONS


def about(reason: Reason, status: str) -> About:
    """5.7.x and its like blame us; an address that is dead is about the lead whatever the code."""
    if reason in SENDER_SIDE:
        return About.SENDER
    policy = status[1:3] == ".7" and reason not in DEAD and reason is not Reason.MAILBOX_DISABLED
    return About.SENDER if policy else About.RECIPIENT
