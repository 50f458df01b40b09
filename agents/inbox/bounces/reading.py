"""What a message reports: the one entry of this package.

`read` gets a parsed message and answers with a `Report`, or None where a person, an absence notice
or a list wrote. Whether it is a report is decided in `recognise.py`; here its pieces are put
together: fields first, the readable text where they are silent, the returned message for whatever
neither names.
"""

import re
from dataclasses import dataclass, replace

from agents.inbox import headers, markup
from agents.inbox.bounces import complaints, notification, original, plain, recognise, report
from agents.inbox.bounces.diagnosis import Diagnosis, diagnose
from agents.inbox.bounces.original import Original
from agents.inbox.mime import Message, Part
from agents.inbox.values import About, Class, Kind, Reason, Result

RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"}
)
RECEIPT_PARTS = ("message/disposition-notification", "message/global-disposition-notification")
RECEIPTS = {
    "displayed": Reason.OPENED,
    "deleted": Reason.DELETED,
    "processed": Reason.DELIVERED,
    "dispatched": Reason.DELIVERED,
}
RECIPIENTS = 1_000  # of one report; a mail of ours has one
NESTED = 2  # reports inside reports that are opened
FEW_WORDS = 20  # own words of somebody who only passes a report on
FORWARDED = re.compile(
    r"(?im)^[\s>_*-]{0,60}(?:begin forwarded message|forwarded message|original message"
    r"|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato"
    r"|doorgestuurd bericht|mensagem encaminhada|vidarebefordrat meddelande|転送)[^\n]{0,80}\n"
)
MARKUP_LIMIT = 400_000  # characters of HTML that are read for a report's words
TELLING = "the report's own words"  # stands for them until they are needed
VAGUE = frozenset(
    {Reason.UNDETERMINED, Reason.SYSTEM, Reason.DELAYED, Reason.PROTOCOL, Reason.POLICY}
)


@dataclass(frozen=True)
class Report:
    """What a report says: its kind, a result for each recipient, whose message it returns, why."""

    kind: Kind
    results: tuple[Result, ...]
    original: Original
    why: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True)
class Words:
    """A report's own text, and the returned message that stood in it or beside it."""

    own: str
    original: Original
    returned: bool


def read(message: Message) -> Report | None:
    """The report that a message is; None when it is none."""
    if complaints.feedback_part(message) is not None or complaints.by_mail(message):
        return complaint(message)
    if complaints.aggregate(message):
        return aggregated(message)
    return receipt_of(message) or notified(message) or undelivered(message, NESTED)


def undelivered(message: Message, depth: int) -> Report | None:
    """A delivery report, also one that a gateway or a person wrapped into another message."""
    fields = status_groups(message)
    words = words_of(message)
    found = recognise.evidence(message, words.own, fields=bool(fields), returned=words.returned)
    if not recognise.convincing(found, answers=recognise.looks_answered(message)):
        return forwarded(message, words, depth)
    results = results_of(message, fields, words)
    limit = "too_many_recipients" if len(results) > RECIPIENTS else ""
    results = results[:RECIPIENTS]
    if not any(result.status or result.diagnostic for result in results):
        inner = enclosed(message, depth)
        if inner is not None:
            return replace(inner, why=(*found.why, "read from the report inside"))
    delivered = all(result.reason is Reason.DELIVERED for result in results)
    return Report(
        Kind.DELIVERED if delivered else Kind.BOUNCE, results, words.original, found.why, limit
    )


def enclosed(message: Message, depth: int) -> Report | None:
    """The report that a message carries as an attached message."""
    if depth == 0:
        return None
    inside = (part.children[0] for part in message.own_messages if part.children)
    reports = (undelivered(Message(root), depth - 1) for root in inside)
    return next((report for report in reports if report is not None), None)


def forwarded(message: Message, words: Words, depth: int) -> Report | None:
    """A report that somebody passed on without saying more than a few words of their own."""
    subject = message.headers.get("subject")
    if not (recognise.FORWARD.match(subject) and recognise.SUBJECT.says(subject)):
        return None
    own, below = quoted_report(message.plain)
    if len(own.split()) > FEW_WORDS:
        return None
    inner = enclosed(message, depth)
    if inner is not None:
        return replace(inner, why=("a report passed on", *inner.why))
    if not report.holds_fields(below):
        return None
    before, after = original.split(below)
    inside = Words(before, original.from_text(after), bool(after))
    results = results_of(message, report.groups(below), inside)
    return Report(Kind.BOUNCE, results, inside.original, ("a report passed on",))


def quoted_report(text: str) -> tuple[str, str]:
    """A forward cut into what was added and what was passed on, its quote marks removed."""
    begin = FORWARDED.search(text)
    if begin is None:
        return text, ""
    below = re.sub(r"(?m)^>(?: |(?=>|$))", "", text[begin.end() :])
    return text[: begin.start()], below


def notified(message: Message) -> Report | None:
    """A mail vendor's event that came as JSON in a mail."""
    event = notification.event_in(message.plain[: notification.LIMIT])
    if event is None:
        return None
    kind, results, about = notification.read(event)
    return Report(kind, results, about, ("a mail vendor's notification",))


def complaint(message: Message) -> Report:
    returned = words_of(message).original
    kind, results = complaints.results(message, returned)
    complained = any(result.class_ is Class.COMPLAINT for result in results)
    why = (f"feedback report: {kind}",)
    return Report(Kind.COMPLAINT if complained else Kind.OTHER, results, returned, why)


def aggregated(message: Message) -> Report:
    """A periodic report on our domain: of interest to whoever sends, and about no recipient."""
    result = Result(
        recipient=headers.first_address(message.headers.get("from")),
        class_=Class.OTHER,
        reason=Reason.AUTHENTICATION_REPORT,
        about=About.SENDER,
    )
    return Report(Kind.OTHER, (result,), Original(), ("a periodic report on our domain",))


def receipt_of(message: Message) -> Report | None:
    """A read receipt (RFC 8098): displayed, deleted and their like."""
    part = next((part for part in message.own if part.kind in RECEIPT_PARTS), None)
    if part is None:
        return None
    fields = complaints.block(part)
    words = fields.get("disposition").lower()
    reason = next((RECEIPTS[name] for name in RECEIPTS if name in words), Reason.DELIVERED)
    named = [
        address
        for name in ("original-recipient", "final-recipient")
        for address in headers.find_addresses(fields.get(name))
    ]
    recipient = (named or [headers.first_address(message.headers.get("from"))])[0]
    ids = headers.message_ids(fields.get("original-message-id"))
    found = original.merged(Original(message_ids=ids), words_of(message).original)
    result = Result(recipient=recipient, class_=Class.OTHER, reason=reason, diagnostic=words)
    return Report(Kind.DELIVERED, (result,), found, (f"receipt: {words or 'no disposition'}",))


def status_groups(message: Message) -> tuple[report.Group, ...]:
    """Groups of RFC 3464 fields from the status part, else from any text that holds them."""
    for part in message.own:
        if part.kind in recognise.STATUS_PARTS:
            found = report.groups(part.text)
            if found:
                return found
    for part in message.own:
        if part.kind.startswith("text/") and report.holds_fields(part.text):
            found = report.groups(original.split(part.text)[0])
            if found:
                return found
    return ()


def words_of(message: Message) -> Words:
    """The report's own words and what it returns, from text, HTML, attachments and headers."""
    own: list[str] = []
    found = Original()
    returned = False
    for part in message.own:
        before, after = original.split(readable(part))
        own.append(before)
        if after:
            returned = True
            found = original.merged(found, original.from_text(after))
    for part in message.parts[1:]:
        if part.kind in RETURNED:
            returned = True
            found = original.merged(found, original.from_headers(returned_headers(part)))
    return Words("\n\n".join(text for text in own if text), found, returned)


def readable(part: Part) -> str:
    """The text of a part in which a report may speak; empty for everything else."""
    if part.kind in ("text/plain", "text/x-report", "text/enriched"):
        return part.text
    return markup.text_of(part.text[:MARKUP_LIMIT]) if part.kind == "text/html" else ""


def returned_headers(part: Part) -> headers.Headers:
    if part.children:
        return part.children[0].headers
    raw = part.payload.replace(b"\r\n", b"\n").lstrip(b"\n")
    end, _ = headers.split_block(raw, 0, len(raw))
    return headers.parse_block(raw, 0, end, 500)[0]


def results_of(
    message: Message, fields: tuple[report.Group, ...], words: Words
) -> tuple[Result, ...]:
    """A result for each recipient: from the fields, else from the text, else from the original."""
    mentioned = plain.mentions(words.own, excluded(message))
    if fields:
        return tuple(from_group(group, words, mentioned, len(fields) == 1) for group in fields)
    failed = headers.find_addresses(", ".join(message.headers.all("x-failed-recipients")))
    if not mentioned:
        named = failed or words.original.recipients[:1] or ("",)
        mentioned = tuple(plain.Mention(recipient, "") for recipient in named)
    elif failed:
        mentioned = limited(mentioned, failed)
    return tuple(from_mention(mention, words, len(mentioned) == 1) for mention in mentioned)


def limited(
    mentioned: tuple[plain.Mention, ...], failed: tuple[str, ...]
) -> tuple[plain.Mention, ...]:
    """The mentions that X-Failed-Recipients confirms; it may name the address before a forward."""
    wanted = {address.lower() for address in failed}
    both = tuple(mention for mention in mentioned if mention.recipient.lower() in wanted)
    return both or tuple(plain.Mention(address, mentioned[0].words) for address in failed)


def excluded(message: Message) -> frozenset[str]:
    """Addresses of the report itself: its reader and its sender are no recipients."""
    names = ("to", "from", "delivered-to", "return-path", "x-original-to", "reply-to", "cc")
    found = (
        address
        for name in names
        for value in message.headers.all(name)[:5]
        for address in headers.find_addresses(value, 50)
    )
    return frozenset(address.lower() for address in found)


def from_group(
    group: report.Group, words: Words, mentioned: tuple[plain.Mention, ...], alone: bool
) -> Result:
    """One recipient by its fields; the readable text helps where they say nothing."""
    recipient = recipient_of(group, words, mentioned if alone else ())
    diagnostic = report.typed(group.get("diagnostic-code"))
    for name in ("x-supplementary-info", "x-smtp-server-response", "x-notes"):
        diagnostic = diagnostic or report.typed(group.get(name))
    status, action = group.get("status"), group.get("action").lower().split(" ")[0]
    command, reply = plain.session(words.own) if alone else ("", "")
    own = next((m.words for m in mentioned if m.recipient.lower() == recipient.lower()), "")
    found = diagnose(diagnostic, status=status, action=action, context=command or own)
    for more in (own, reply, TELLING if alone else ""):
        if vague(found) and more:
            more = plain.telling(words.own) if more is TELLING else more
            full = f"{diagnostic} {more}"
            second = diagnose(full, status=status, action=action, context=command or own)
            found = better(found, second)
    return made(recipient, found, diagnostic or own)


def recipient_of(group: report.Group, words: Words, mentioned: tuple[plain.Mention, ...]) -> str:
    """The address as we wrote it where the report tells it, else as it ended up."""
    for name in report.ADDRESS:
        found = headers.find_addresses(report.typed(group.get(name)), 1)
        if found:
            return found[0]
    if mentioned:
        return mentioned[0].recipient
    return (words.original.recipients or ("",))[0]


def from_mention(mention: plain.Mention, words: Words, alone: bool) -> Result:
    """One recipient by what the readable text says about it."""
    command, reply = plain.session(words.own) if alone else ("", "")
    found = diagnose(mention.words, context=words.own if alone else mention.words)
    if vague(found) and reply:
        found = better(found, diagnose(reply, context=command))
    if vague(found) and alone:
        found = better(found, diagnose(plain.telling(words.own), context=words.own))
    return made(mention.recipient, found, mention.words or plain.telling(words.own))


def vague(found: Diagnosis) -> bool:
    return found.reason in VAGUE


def better(first: Diagnosis, second: Diagnosis) -> Diagnosis:
    """The second reading where it says more, with the codes of the first where it had any."""
    if vague(second) and first.reason is not Reason.UNDETERMINED:
        return first
    return Diagnosis(
        second.class_,
        second.reason,
        first.status or second.status,
        first.reply_code or second.reply_code,
        second.about,
    )


def made(recipient: str, found: Diagnosis, diagnostic: str) -> Result:
    return Result(
        recipient=recipient,
        class_=found.class_,
        reason=found.reason,
        status=found.status,
        reply_code=found.reply_code,
        diagnostic=" ".join(diagnostic.split())[:500],
        about=found.about,
    )
