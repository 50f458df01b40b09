"""Feedback reports (ARF, RFC 5965) and complaints by plain mail into results.

An abuse report is a complaint and an opt-out. The recipient is often redacted, so the address
comes from whichever field still names it, and the send from the returned message's ids. Reports of
failed authentication (RFC 6591) concern our domain and nobody's wish.
"""

import re

from agents.inbox import headers
from agents.inbox.bounces import recognise
from agents.inbox.bounces.original import Original
from agents.inbox.mime import Message, Part
from agents.inbox.values import About, Class, Reason, Result

OPT_OUTS = frozenset({"opt-out", "opt-out-list", "unsubscribe"})
NOT_COMPLAINTS = frozenset({"auth-failure", "not-spam", "dmarc", "virus-test"})
RECIPIENT_FIELDS = (
    "original-rcpt-to",
    "removal-recipient",
    "x-hmxmroriginalrecipient",
    "x-original-rcpt-to",
)
IN_TEXT = re.compile(
    r"this is an? (?:e-?mail )?(?:abuse|spam|feedback|complaint) report|e-?mail abuse report for"
    r"|(?:^|\n)feedback-type:\s{0,3}abuse",
    re.IGNORECASE,
)
AGGREGATE = re.compile(r"\W{0,5}(?:\[[^\]]{1,60}\]\s?)?report domain:\s{0,3}\S", re.IGNORECASE)
BY_MAIL = re.compile(
    r"^\W{0,5}(?:\[[^\]]{1,40}\] ?)?(?:spam |abuse |e-?mail )?"
    r"(?:complaint (?:about|from|regarding|report)"
    r"|(?:e-?mail )?(?:abuse|feedback|spam) (?:report|complaint|loop|notification)"
    r"|(?:e-?mail )?feedback report)",
    re.IGNORECASE,
)


def aggregate(message: Message) -> bool:
    """Whether a message is a periodic report on our domain's mail (RFC 7489, 8460)."""
    return bool(AGGREGATE.match(message.headers.get("subject")))


def feedback_part(message: Message) -> Part | None:
    return next((part for part in message.own if part.kind == "message/feedback-report"), None)


def by_mail(message: Message) -> bool:
    """Whether a provider complains by mail without the report's format.

    Either the text is the report's own (RFC 5965 lets its subject begin with "FW:"), or the subject
    says so and the mail is returned.
    """
    subject = message.headers.get("subject")
    kinds = ("message/rfc822", "text/rfc822-headers")
    returned = any(part.kind in kinds for part in message.parts[1:])
    if IN_TEXT.search(message.plain[:3000]):
        return returned or not recognise.ANSWER.match(subject)
    return returned and bool(BY_MAIL.search(subject))


def results(message: Message, original: Original) -> tuple[str, tuple[Result, ...]]:
    """The feedback type ("abuse" where none is stated) and one result for each complainer."""
    part = feedback_part(message)
    fields = fields_in(message) if part is None else block(part)
    kind = fields.get("feedback-type").lower().split(" ")[0] or "abuse"
    complaint = kind not in NOT_COMPLAINTS
    recipients = complainers(fields, message, original) or ("",)
    return kind, tuple(
        Result(
            recipient=recipient,
            class_=Class.COMPLAINT if complaint else Class.OTHER,
            reason=reason_of(kind),
            diagnostic=kind,
            about=About.RECIPIENT if complaint else About.SENDER,
        )
        for recipient in recipients
    )


def reason_of(kind: str) -> Reason:
    """RFC 5965's types: abuse and its like, opt-outs, and reports that concern our domain."""
    if kind in OPT_OUTS:
        return Reason.UNSUBSCRIBED
    return Reason.AUTHENTICATION_REPORT if kind in NOT_COMPLAINTS else Reason.ABUSE


def fields_in(message: Message) -> headers.Headers:
    """The report's fields where they stand in the text; none where they do not."""
    raw = message.plain[:20_000].encode("utf-8", "replace")
    start = re.search(rb"(?im)^(?:feedback-type|user-agent|version):", raw)
    if start is None:
        return headers.Headers()
    end, _ = headers.split_block(raw, start.start(), len(raw))
    return headers.parse_block(raw, start.start(), end, 200)[0]


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
