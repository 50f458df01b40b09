"""Turns what an SMTP server answered at which step into a receipt; pure, called by `smtp`.

The step tells whom a refusal is about. Before RCPT nobody has been named, so a permanent refusal
is about us. At RCPT and after the content the enhanced code decides (RFC 3463, RFC 5248): x.1.y is
the recipient, but for 5.1.7 and 5.1.8, which are the sender's address; x.7.y is policy, and so
about us. Servers without enhanced codes say it in words; the tables below hold the few phrasings
that are common and cannot mean anything else. What no rule knows is a plain refusal: neither the
recipient is struck off nor our resource cooled down for a phrase that we did not understand.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from channels.base import Receipt, diagnostic
from contracts.outcome import Outcome, Stage


class Step(StrEnum):
    """Where in the dialogue an answer came; named as the command that it answers."""

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"


BEFORE_RECIPIENT = frozenset(
    {Step.GREETING, Step.EHLO, Step.STARTTLS, Step.AUTH, Step.RSET, Step.MAIL}
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of a server: its code, and its lines without code and separator."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(line for line in self.lines if line)

    @property
    def enhanced(self) -> str:
        """The enhanced status code of RFC 3463 that begins the text, or nothing."""
        found = _ENHANCED.match(self.lines[0])
        return found.group() if found else ""


_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_QUEUED = re.compile(r"queued (?:mail for delivery )?as:? <?([\w.@=+/-]{4,100})", re.IGNORECASE)

_NOBODY = re.compile(
    r"\b(?:user|recipient|mailbox|address|account)s? (?:is )?(?:unknown|not (?:found|exist))"
    r"|\bno such (?:user|recipient|mailbox|address|account)"
    r"|\b(?:unknown|invalid) (?:user|recipient|mailbox|local part)"
    r"|\b(?:user|recipient|mailbox|address|account)\b.{0,60}?\bdo(?:es)?(?: not|n't) exist"
    r"|\bno mailbox (?:here )?by that name",
    re.IGNORECASE,
)
"""Nobody there, said without an enhanced code."""

_SWITCHED_OFF = re.compile(r"disabled|inactive|deactivated|closed", re.IGNORECASE)
"""5.2.1 also stands for "receives too fast"; only these words mean that the mailbox is gone."""

_ABOUT_US = re.compile(
    r"\bblock(?:ed|list)|\bblacklist|\bspamhaus\b|\brbl\b|\bdnsbl\b|\bspf\b|\bdkim\b|\bdmarc\b"
    r"|\brelay(?:ing)?\b.{0,30}?\b(?:denied|not permitted|not allowed|prohibited)"
    r"|\bunable to relay|\breputation\b|\bauthentication required|\bspam\b",
    re.IGNORECASE,
)
"""Policy against our address, domain or relay, said without an enhanced code."""


_TOO_LARGE = 552
"""At MAIL: the message with its SIZE is meant, not the sender (RFC 1870)."""

_LOG_IN = frozenset({530, 534, 535, 538})
"""Log-in needed, too weak, wrong, needs TLS (RFC 4954), also where a relay says so at RCPT."""


def receipt(reply: Reply, step: Step, stage: Stage) -> Receipt:
    """Returns what an unwelcome reply, or the final one, comes to.

    A 2xx after the content is acceptance; a 4xx or 5xx anywhere is a definite refusal, after the
    content as well (RFC 5321 4.2.5: the server then takes no responsibility). Any other code is
    out of place: definite before the content, unknown after it.
    """
    outcome, about_sender = _meaning(reply, step)
    return Receipt(
        outcome=outcome,
        stage=stage,
        code="_".join(filter(None, (f"smtp_{reply.code}", reply.enhanced))),
        diagnostic=diagnostic(reply.text),
        provider_id=_queue_id(reply) if outcome is Outcome.ACCEPTED else None,
        about_sender=about_sender,
        unaddressed=_unaddressed(reply, step),
    )


def _unaddressed(reply: Reply, step: Step) -> bool:
    """Whether every message of ours would be answered so: nothing of this one was said yet, but for
    what MAIL says of its size or its letters; or a log-in is wanted."""
    if reply.code in _LOG_IN:
        return True
    about_message = reply.code == _TOO_LARGE or reply.enhanced.startswith("5.6.")
    return step in BEFORE_RECIPIENT and not (step is Step.MAIL and about_message)


def _meaning(reply: Reply, step: Step) -> tuple[Outcome, bool]:
    match reply.code // 100:
        case 5:
            return _permanent(reply, step)
        case 4:
            return Outcome.DEFERRED, step is Step.AUTH
        case 2 if step is Step.CONTENT:
            return Outcome.ACCEPTED, False
    return (Outcome.UNKNOWN if step is Step.CONTENT else Outcome.DEFERRED), False


def _permanent(reply: Reply, step: Step) -> tuple[Outcome, bool]:
    """Whether the recipient or we are meant, by step, then enhanced code, then words."""
    if step in BEFORE_RECIPIENT:
        return Outcome.REFUSED, reply.code != _TOO_LARGE
    if reply.enhanced:
        return _permanent_by_code(reply)
    if _ABOUT_US.search(reply.text):
        return Outcome.REFUSED, True
    if reply.code in _LOG_IN:
        return Outcome.REFUSED, True
    nobody = _NOBODY.search(reply.text) is not None
    return (Outcome.RECIPIENT_REFUSED if nobody else Outcome.REFUSED), False


def _permanent_by_code(reply: Reply) -> tuple[Outcome, bool]:
    _, subject, detail = reply.enhanced.split(".")
    if subject == "7" or (subject, detail) in {("1", "7"), ("1", "8")}:
        return Outcome.REFUSED, True
    if subject == "1":
        return Outcome.RECIPIENT_REFUSED, False
    if (subject, detail) == ("2", "1") and _SWITCHED_OFF.search(reply.text):
        return Outcome.RECIPIENT_REFUSED, False
    return Outcome.REFUSED, False


def _queue_id(reply: Reply) -> str | None:
    found = _QUEUED.search(reply.text)
    return found.group(1).rstrip(".") if found else None
