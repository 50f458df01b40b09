"""A server's words into one of our reasons: classes of wording, tried in an order that matters.

`firm` and `loose` are called with a diagnostic already flattened by `diagnosis.py` (lower case,
addresses and links replaced, repeated codes removed). The order is the argument: a specific cause
that is no fault of the address (full, too large, unauthenticated, listed) is looked for before the
words that say the address is dead, because many servers put "recipient rejected" or "user unknown"
around it; vague words (denied, rejected, blocked) come last, because they surround everything.
Which words is said in tables: `refusals.py` (causes and vague words), `deaths.py` (dead addresses).

`from_status` reads RFC 3463 codes where the words say nothing.
"""

from agents.inbox.bounces.deaths import DEAD, DISABLED, PIECES
from agents.inbox.bounces.refusals import SPECIFIC, VAGUE
from agents.inbox.values import Reason
from agents.inbox.wording import Table

STATUS: dict[str, Reason] = {
    "1.1": Reason.USER_UNKNOWN,
    "1.2": Reason.DOMAIN_UNKNOWN,
    "1.3": Reason.USER_UNKNOWN,
    "1.6": Reason.MOVED,
    "1.7": Reason.SENDER_REJECTED,
    "1.8": Reason.SENDER_REJECTED,
    "1.9": Reason.SYSTEM,
    "1.10": Reason.ACCEPTS_NO_MAIL,
    "1.20": Reason.CONTENT_REJECTED,
    "1.90": Reason.RATE_LIMITED,
    "1.351": Reason.USER_UNKNOWN,
    "2.1": Reason.MAILBOX_DISABLED,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE,
    "2.4": Reason.NOT_PERMITTED,
    "2.121": Reason.RATE_LIMITED,
    "2.122": Reason.RATE_LIMITED,
    "3.1": Reason.SYSTEM_FULL,
    "3.2": Reason.ACCEPTS_NO_MAIL,
    "3.4": Reason.TOO_LARGE,
    "4.1": Reason.NETWORK,
    "4.2": Reason.NETWORK,
    "4.3": Reason.NETWORK,
    "4.4": Reason.NETWORK,
    "4.6": Reason.LOOP,
    "4.7": Reason.EXPIRED,
    "4.14": Reason.LOOP,
    "4.300": Reason.EXPIRED,
    "4.310": Reason.DOMAIN_UNKNOWN,
    "4.316": Reason.EXPIRED,
    "7.8": Reason.POLICY,
    "7.13": Reason.MAILBOX_DISABLED,
    "7.16": Reason.TOO_LARGE,
    "7.25": Reason.REVERSE_DNS,
    "7.27": Reason.SENDER_REJECTED,
    **{f"7.{detail}": Reason.AUTHENTICATION_FAILED for detail in (20, 21, 22, 23, 24, 26, 29, 30)},
}
SUBJECTS: dict[str, Reason] = {
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.PROTOCOL,
    "6": Reason.CONTENT_REJECTED,
    "7": Reason.POLICY,
}
FIRM = Table([*SPECIFIC, DISABLED, *DEAD], PIECES)
LOOSE = Table(VAGUE, PIECES)


def firm(words: str) -> Reason | None:
    """The reason that a flattened diagnostic states in so many words; None where it states none."""
    found = FIRM.first(words)
    return Reason(found[0]) if found else None


def loose(words: str) -> Reason | None:
    """The reason that vague words suggest (denied, failed, rejected); None where there are none."""
    found = LOOSE.first(words)
    return Reason(found[0]) if found else None


def from_status(status: str) -> Reason | None:
    """The reason behind an RFC 3463 status ("5.1.1"); None for x.0.0 and unknown details."""
    _, _, rest = status.partition(".")
    return STATUS.get(rest) or SUBJECTS.get(rest.partition(".")[0])
