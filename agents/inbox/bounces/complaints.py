"""Feedback reports (ARF, RFC 5965) and complaints by plain mail into results.

An abuse report is a complaint and an opt-out. The recipient is often redacted, so the address
comes from whichever field still names it, and the send from the returned message's ids. Reports of
failed authentication (RFC 6591) concern our domain and nobody's wish.
"""

import re

from agents.inbox import headers
from agents.inbox.bounces.original import Original
from agents.inbox.mime import Message, Part
from agents.inbox.values import About, Class, Reason, Result

NOT_COMPLAINTS = frozenset({"auth-failure", "not-spam", "dmarc", "virus-test"})
RECIPIENT_FIELDS = (
    "original-rcpt-to",
    "removal-recipient",
    "x-hmxmroriginalrecipient",
    "x-original-rcpt-to",
)
BY_MAIL = re.compile(
    r"^\W{0,5}(?:\[[^\]]{1,40}\] ?)?(?:spam |abuse |e-?mail )?(?:complaint (?:about|from|regarding|report)"
    r"|(?:e-?mail )?(?:abuse|feedback|spam) (?:report|complaint|loop|notification)|(?:e-?mail )?feedback report)",
    re.IGNORECASE,
)


def feedback_part(message: Message) -> Part | None:
    return next((part for part in message.own if part.kind == "message/feedback-report"), None)


def by_mail(message: Message) -> bool:
    """Whether a provider complains by mail without the report's format: subject and returned mail."""
    if not BY_MAIL.search(message.headers.get("subject")):
        return False
    return any(part.kind in ("message/rfc822", "text/rfc822-headers") for part in message.parts[1:])


def results(message: Message, original: Original) -> tuple[str, tuple[Result, ...]]:
    """The feedback type ("abuse" where none is stated) and one result for each complainer."""
    part = feedback_part(message)
    fields = headers.Headers() if part is None else block(part)
    kind = fields.get("feedback-type").lower().split(" ")[0] or "abuse"
    complaint = kind not in NOT_COMPLAINTS
    recipients = complainers(fields, message, original) or ("",)
    return kind, tuple(
        Result(
            recipient=recipient,
            class_=Class.COMPLAINT if complaint else Class.OTHER,
            reason=Reason.ABUSE if complaint else Reason.AUTHENTICATION_REPORT,
            diagnostic=kind,
            about=About.RECIPIENT if complaint else About.SENDER,
        )
        for recipient in recipients
    )


def block(part: Part) -> headers.Headers:
    raw = part.payload.replace(b"\r\n", b"\n").lstrip(b"\n")
    return headers.parse_block(raw, 0, len(raw), 200)[0]


def complainers(fields: headers.Headers, message: Message, original: Original) -> tuple[str, ...]:
    """Who complained: the report's own fields, then the returned message's."""
    for name in RECIPIENT_FIELDS:
        values = [*fields.all(name), *(v for part in message.parts for v in part.headers.all(name))]
        found = [address for value in values for address in headers.find_addresses(value, 5)]
        if found:
            return tuple(dict.fromkeys(found))
    return original.recipients[:1]
