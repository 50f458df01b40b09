"""The words in which the inbox speaks of what came back: kinds, classes, reasons, results.

One vocabulary for every shape of report, so that the agents above never read a vendor's or a mail
server's own words. `REASONS` says for each reason what it does to the address and whom it is about.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an incoming message is."""

    REPLY = "reply"  # a person wrote
    OUT_OF_OFFICE = "out_of_office"  # an absence notice; ends by itself
    AUTO_REPLY = "auto_reply"  # any other automatic answer, "no longer works here" included
    BOUNCE = "bounce"  # something was not, or not yet, delivered
    COMPLAINT = "complaint"  # a feedback report: somebody called our mail spam
    DELIVERED = "delivered"  # delivered, relayed, opened or deleted: a success report or receipt
    OTHER = "other"  # bulk mail, authentication reports, and what could not be read


class Class(StrEnum):
    """What a message means for one recipient."""

    HARD = "hard"  # the address is dead
    SOFT = "soft"  # not delivered, but the address is not proven dead
    OOO = "ooo"  # delivered, and a machine answered
    COMPLAINT = "complaint"
    OTHER = "other"  # says nothing against the address


class About(StrEnum):
    """Whom a result blames: 5.7.x and its like are about the sender, not the lead."""

    RECIPIENT = "recipient"
    SENDER = "sender"


class Reason(StrEnum):
    """Why; each with one line of meaning."""

    USER_UNKNOWN = "user_unknown"  # no such mailbox
    DOMAIN_UNKNOWN = "domain_unknown"  # no such domain or host
    MOVED = "moved"  # the person has another address now
    ACCEPTS_NO_MAIL = (
        "accepts_no_mail"  # the domain declares no mail exchanger, or refuses all mail
    )
    MAILBOX_DISABLED = "mailbox_disabled"  # suspended, expired, inactive
    MAILBOX_FILTERED = "mailbox_filtered"  # refused after the text was seen, in an address's words
    MAILBOX_FULL = "mailbox_full"
    TOO_LARGE = "too_large"
    CONTENT_REJECTED = "content_rejected"  # format, attachment or wording
    SPAM_SUSPECTED = "spam_suspected"
    VIRUS_SUSPECTED = "virus_suspected"
    SENDER_BLOCKED = "sender_blocked"  # our address, host or network is on somebody's list
    SENDER_REJECTED = "sender_rejected"  # our envelope sender was not accepted
    AUTHENTICATION_FAILED = "authentication_failed"  # SPF, DKIM, DMARC
    REVERSE_DNS = "reverse_dns"  # our host's name and address do not match
    POLICY = "policy"
    RELAY_DENIED = "relay_denied"
    RATE_LIMITED = "rate_limited"  # too much mail from us, or to this mailbox, in a time
    NOT_PERMITTED = "not_permitted"  # a closed group or list
    ENCRYPTION = "encryption"  # TLS could not be agreed on
    PROTOCOL = "protocol"  # a command was not understood
    LOOP = "loop"  # handed on too often
    EXPIRED = "expired"  # tried until the time was up
    DELAYED = "delayed"  # still being tried
    NETWORK = "network"  # not reachable just now
    SYSTEM = "system"  # the other server is broken or not configured
    SYSTEM_FULL = "system_full"  # the other server, not the mailbox, has no room
    SUPPRESSED = "suppressed"  # our own vendor would not send
    UNDETERMINED = "undetermined"  # a bounce that does not say why
    DELIVERED = "delivered"
    OPENED = "opened"  # a read receipt
    DELETED = "deleted"  # a receipt: deleted without being read
    ABUSE = "abuse"  # a complaint
    UNSUBSCRIBED = "unsubscribed"  # asked to be taken off, by a provider or a mail program
    AUTHENTICATION_REPORT = "authentication_report"  # about somebody's use of our domain
    ABSENT = "absent"
    GONE = "gone"  # no longer works there
    AUTOMATIC = "automatic"  # some other automatic answer
    REPLIED = "replied"
    UNRELATED = "unrelated"  # bulk mail and the like
    UNREADABLE = "unreadable"  # refused by a limit


SENDER_SIDE = frozenset(
    {
        Reason.SPAM_SUSPECTED,
        Reason.VIRUS_SUSPECTED,
        Reason.SENDER_BLOCKED,
        Reason.SENDER_REJECTED,
        Reason.AUTHENTICATION_FAILED,
        Reason.REVERSE_DNS,
        Reason.POLICY,
        Reason.RELAY_DENIED,
        Reason.CONTENT_REJECTED,
        Reason.TOO_LARGE,
        Reason.AUTHENTICATION_REPORT,
        Reason.ENCRYPTION,
    }
)

DEAD = frozenset({Reason.USER_UNKNOWN, Reason.DOMAIN_UNKNOWN, Reason.MOVED, Reason.ACCEPTS_NO_MAIL})


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a message says about one recipient.

    `status` is an RFC 3463 code ("5.1.1") and `reply_code` an SMTP reply ("550"); both are empty
    where the message states none. `diagnostic` is the other side's own text.
    """

    recipient: str
    class_: Class
    reason: Reason
    status: str = ""
    reply_code: str = ""
    diagnostic: str = ""
    about: About = About.RECIPIENT
