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
ADDRESS = re.compile(r"<?[^\s<>()\[\],;:\"'@]{1,64}@[\w.-]{1,200}[\w]>?")
REPEATED = re.compile(r"\b[245]\d\d[ -]#?\(?[245]\.\d{1,3}\.\d{1,3}\)?[ :;-]*|\b[245]\d\d-(?=\D)")
SPACE = re.compile(r"\s+")
PAIR = re.compile(r"\b([245]\d\d)(?:[ -]+|\D{0,4}\()#?\(?([245]\.\d{1,3}\.\d{1,3})\b(?!\.\d)")
ENHANCED = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]\d|\d)")
REPLY = re.compile(
    r"(?:^|[:;>(\[\s#'\"]|smtp;|said:?|code:?)\s{0,3}([245][0-5]\d)(?=[ \-:;,.)\]\s]|$)(?!\.\d)"
    r"(?!\s{1,3}(?:hours?|days?|minutes?|seconds?|times|bytes|k?b\b|messages?|attempts?|recipients?))",
    re.IGNORECASE,
)
COMMANDS = (
    (
        "data",
        r"(?:in reply to|after|following|>>>|response to)\s{0,3}(?:the )?(?:end of data|data|bdat|\.)(?!\w)",
    ),
    ("data", r"failed after i sent the message|end of message|smtp command\s{1,4}data\b"),
    (
        "rcpt",
        r"(?:in reply to|after|following|>>>|our|response to|\[)\s{0,3}(?:pipelined )?rcpt|rcpt to response",
    ),
    ("rcpt", r"does not like recipient|rejected recipient|rejected address"),
    (
        "mail",
        r"(?:in reply to|after|following|>>>|our|response to|\[)\s{0,3}(?:pipelined )?mail[_ ]from",
    ),
    ("mail", r"rejected mail from|does not like (?:sender|our mail)"),
    (
        "helo",
        r"(?:in reply to|after|following|>>>|our)\s{0,3}(?:ehlo|helo|lhlo|starttls)|initial connection",
    ),
)
COMMAND_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in COMMANDS)
WORDS_LIMIT = 3_000  # characters of one recipient's diagnostic that are interpreted
TEMPORARY_ACTIONS = frozenset({"delayed"})
POSITIVE_ACTIONS = {
    "delivered": Reason.DELIVERED,
    "relayed": Reason.DELIVERED,
    "expanded": Reason.DELIVERED,
    "deliverable": Reason.DELIVERED,
}


@dataclass(frozen=True)
class Diagnosis:
    """Class, reason and codes for one recipient; `about` says whom it blames."""

    class_: Class
    reason: Reason
    status: str
    reply_code: str
    about: About


def flattened(text: str) -> str:
    """A diagnostic as the patterns of `reasons.py` expect it."""
    lowered = LINK.sub(" ", text[:WORDS_LIMIT].lower())
    lowered = REPEATED.sub(" ", ADDRESS.sub("@", lowered))
    return SPACE.sub(" ", lowered).strip()


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


def codes(words: str) -> tuple[str, str]:
    """The enhanced status and the SMTP reply code that a text states; empty where it states none."""
    text = words[:WORDS_LIMIT]
    pair = PAIR.search(text)
    if pair and pair[1][0] == pair[2][0]:
        return pair[2], pair[1]
    enhanced = ENHANCED.search(LINK.sub(" ", text))
    reply = REPLY.search(LINK.sub(" ", text))
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
    return next((name for name, pattern in COMMAND_PATTERNS if pattern.search(lowered)), "")


def reason_of(words: str, status: str, code: str, command: str, action: str) -> Reason:
    found = reasons.from_words(words)
    if found is Reason.USER_UNKNOWN and command == "data" and not status.startswith("5.1."):
        # Said to the text and not to the address: a filter speaks in an address's words.
        return Reason.MAILBOX_FILTERED
    if found in DEAD and command in ("mail", "helo"):
        return Reason.SENDER_REJECTED if command == "mail" else Reason.SENDER_BLOCKED
    coded = reasons.from_status(status)
    if found in (None, *WEAK) and coded in DEAD and command not in ("mail", "helo"):
        return found if found and contradicts(found, code) else coded or Reason.UNDETERMINED
    return found or coded or from_code(code, command, action)


WEAK = (Reason.SYSTEM, Reason.PROTOCOL)


def contradicts(found: Reason, code: str) -> bool:
    return code.startswith("4")


def from_code(code: str, command: str, action: str) -> Reason:
    if code == "551":
        return Reason.MOVED
    if code in ("552", "452"):
        return Reason.MAILBOX_FULL
    if command in ("mail", "helo"):
        return Reason.SENDER_BLOCKED
    if action in TEMPORARY_ACTIONS:
        return Reason.DELAYED
    return Reason.SYSTEM if code.startswith("4") else Reason.UNDETERMINED


def is_hard(reason: Reason, status: str, stated: str, code: str, action: str) -> bool:
    """Whether the address is dead: a dead reason, and nothing that says "for now".

    A status field of 4.x.x beside a domain that does not exist is the reporting server's own
    patience; only the other side's code counts there.
    """
    if reason is Reason.MAILBOX_DISABLED:
        return status == "5.2.1" and not code.startswith("4")
    if reason not in DEAD or code.startswith("4") or stated.startswith("4"):
        return False
    if reason is Reason.USER_UNKNOWN:
        return not status.startswith("4") and action not in TEMPORARY_ACTIONS
    return True


def about(reason: Reason, status: str) -> About:
    """5.7.x and its like blame us; an address that is dead is about the lead whatever the code."""
    if reason in SENDER_SIDE:
        return About.SENDER
    policy = status[1:3] == ".7" and reason not in DEAD and reason is not Reason.MAILBOX_DISABLED
    return About.SENDER if policy else About.RECIPIENT
