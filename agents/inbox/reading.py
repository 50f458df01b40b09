"""What an incoming message means: the one entry to the inbox's readers.

`read` turns the raw bytes of one message into a `Reading` for the inbox agent and for
`leadwire inspect mail`. It is pure, uses no clock, and never raises on any bytes: a message beyond
the limits comes back as kind `other` with `refused` naming the limit, and the caller pauses the
account, because what could not be read may have been a *stop*.

The order is: delivery report or complaint; automatic answer; bulk mail; else a person, whose
visible words go to the readers of `agents.replies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from agents.inbox import automatic, headers, mime, returning
from agents.inbox.bounces import reading as reports
from agents.inbox.bounces import unsubscribing
from agents.inbox.mime import LIMITS, Message
from agents.inbox.values import Class, Kind, Reason, Result
from agents.replies import intent as intents
from agents.replies import opt_out as opt_outs
from agents.replies.intent import Intent
from agents.replies.opt_out import OptOut
from agents.replies.visible import Visible, visible_from_html, visible_reply

AUTOMATIC_FIELDS = ("auto-submitted", "precedence", "x-auto-response-suppress", "x-autoreply")
LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "mailing-list", "feedback-id")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one message says. Addresses and ids as they stand, ids without their brackets.

    `tokens` are our own header values found in a returned message, and `original_ids` its message
    ids: they tie a report to a send of ours, and a report without either names no send
    (`names_no_send`). `refused` is empty, or names the limit because of which the caller pauses
    the account. `return_date` is the first day back.
    """

    kind: Kind
    results: tuple[Result, ...] = ()
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    written: datetime | None = None
    visible_text: str = ""
    signature: str = ""
    quoted: str = ""
    opt_out: str = "no"
    opt_out_why: str = ""
    intent: str = ""
    sentiment: float = 0.0
    objection: str = ""
    wish: Intent | None = None
    return_date: date | None = None
    deputy: str = ""
    gone: bool = False
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    original_ids: tuple[str, ...] = ()
    original_recipients: tuple[str, ...] = ()
    list_headers: Mapping[str, str] = field(default_factory=dict)
    auto_headers: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    why: tuple[str, ...] = ()

    @property
    def names_no_send(self) -> bool:
        """Whether a report gives nothing by which a send of ours could be found."""
        return not (self.original_ids or self.tokens or self.references or self.in_reply_to)


def read(
    raw: bytes, *, sent: Mapping[str, str] | None = None, now: datetime | None = None
) -> Reading:
    """Reads one raw message; an mbox of several reports is read as one with all their results.

    `sent` maps message ids of ours to the plain text that we sent under them; `now` (aware)
    dates a message that carries no readable date, and nothing else.
    """
    messages = mime.mailbox(raw)
    first = read_one(messages[0], sent or {}, now)
    if len(messages) == 1:
        return first
    others = [read_one(message, sent or {}, now) for message in messages[1:]]
    return combined(first, others)


def read_one(raw: bytes, sent: Mapping[str, str], now: datetime | None) -> Reading:
    message = mime.parse(raw)
    base = envelope(message)
    report = reports.read(message)
    if report is not None:
        return refused(with_report(base, report), report.refused)
    return refused(written(base, message, sent, now), too_long(message))


def too_long(message: Message) -> str:
    return "text_too_long" if message.text_size > LIMITS.text else ""


def refused(found: Reading, reason: str) -> Reading:
    """A reading that a limit cut short: whatever was found stays, but nothing follows from it
    except what the caller does for `refused`, for the rest may have said *stop*."""
    reason = found.refused or reason
    if not reason:
        return found
    return replace(
        found,
        kind=Kind.OTHER,
        results=(*found.results, result(found.sender, Class.OTHER, Reason.UNREADABLE)),
        refused=reason,
        why=(*found.why, f"not read to its end: {reason}"),
    )


def combined(first: Reading, others: list[Reading]) -> Reading:
    """Several messages of one mailbox: results and ids of all, the rest from the first."""
    everyone = [first, *others]
    return replace(
        first,
        results=tuple(result for reading in everyone for result in reading.results),
        tokens=merged(*(reading.tokens for reading in everyone)),
        original_ids=merged(*(reading.original_ids for reading in everyone)),
        original_recipients=merged(*(reading.original_recipients for reading in everyone)),
        refused=next((reading.refused for reading in everyone if reading.refused), ""),
        why=(*first.why, f"{len(everyone)} messages in one file"),
    )


def merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def envelope(message: Message) -> Reading:
    """What the header says, before anything is judged."""
    found = message.headers
    return Reading(
        kind=Kind.OTHER,
        sender=headers.first_address(found.get("from") or found.get("return-path")),
        sender_name=display_name(found.get("from")),
        recipients=recipients_of(found),
        subject=found.get("subject"),
        written=headers.parse_date(found.get("date")),
        message_id=first_of(headers.message_ids(found.get("message-id"))),
        in_reply_to=first_of(headers.message_ids(found.get("in-reply-to"))),
        references=merged(*(headers.message_ids(value) for value in found.all("references"))),
        list_headers=picked(found, LIST_FIELDS),
        auto_headers=picked(found, AUTOMATIC_FIELDS),
        refused=message.refused,
        why=message.notes,
    )


def recipients_of(found: headers.Headers) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")
    return merged(
        *(headers.find_addresses(value, 100) for name in names for value in found.all(name)[:10])
    )


def display_name(value: str) -> str:
    name = value.partition("<")[0].strip().strip("\"'").strip()
    return "" if "@" in name else name[:200]


def first_of(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def picked(found: headers.Headers, names: tuple[str, ...]) -> dict[str, str]:
    return {name: found.get(name)[:500] for name in names if found.has(name)}


def with_report(base: Reading, report: reports.Report) -> Reading:
    """A delivery report, complaint or receipt."""
    return replace(
        base,
        kind=report.kind,
        results=report.results,
        intent="bounce" if report.kind is Kind.BOUNCE else "",
        opt_out="yes" if report.kind is Kind.COMPLAINT else "no",
        opt_out_why="a complaint is an opt-out" if report.kind is Kind.COMPLAINT else "",
        tokens=report.original.tokens,
        original_ids=report.original.message_ids,
        original_recipients=report.original.recipients,
        why=(*base.why, *report.why, *unnamed(base, report)),
    )


def unnamed(base: Reading, report: reports.Report) -> tuple[str, ...]:
    """The label of a report that gives nothing by which a send of ours could be found."""
    known = report.original.message_ids or report.original.tokens or base.references
    plus = any("+" in address.partition("@")[0] for address in base.recipients)
    return () if known or base.in_reply_to or plus else ("names no send of ours",)


def written(
    base: Reading, message: Message, sent: Mapping[str, str], now: datetime | None
) -> Reading:
    """Something that a person, an automatic answerer or a list wrote."""
    asked = unsubscribing.asked(message, base.recipients, message.plain[:2000])
    if asked:
        return unsubscribed(base, asked)
    visible = visible_of(message, ours(base, sent))
    base = replace(
        base, visible_text=visible.text, signature=visible.signature, quoted=visible.quoted
    )
    answer = automatic.detect(message.headers, base.subject, visible.text)
    if answer is None and bulk(base, message):
        return replace(base, kind=Kind.OTHER, why=(*base.why, "bulk mail that answers nothing"))
    stop = opt_outs.in_mail(visible.text, base.subject)
    if answer is None or (answer.worded and stop.answer == "yes"):
        return personally(base, visible, stop)
    return automatically(base, answer, stop, now)


def ours(base: Reading, sent: Mapping[str, str]) -> str | None:
    """The text that we sent, if the message answers one of ours; the latest of them first."""
    for one in (base.in_reply_to, *reversed(base.references)):
        text = sent.get(one) or sent.get(f"<{one}>")
        if one and text:
            return text
    return None


def visible_of(message: Message, sent: str | None) -> Visible:
    """The visible words, from the plain text where there is any, else from the HTML."""
    text = message.plain
    if text.strip():
        return visible_reply(text[: LIMITS.text], sent=sent)
    markup = message.html
    return (
        visible_from_html(markup[: LIMITS.text], sent=sent)
        if markup.strip()
        else Visible("", "", "", "")
    )


def bulk(base: Reading, message: Message) -> bool:
    """A newsletter and its kind: it offers to unsubscribe and answers nobody."""
    if base.in_reply_to or base.references:
        return False
    return "list-unsubscribe" in base.list_headers or (
        message.headers.has("list-id") and automatic.bulk(message.headers)
    )


def unsubscribed(base: Reading, why: str) -> Reading:
    """A mail program's request to be taken off: an opt-out, counted as feedback."""
    return replace(
        base,
        kind=Kind.COMPLAINT,
        results=(result(base.sender, Class.COMPLAINT, Reason.UNSUBSCRIBED),),
        opt_out="yes",
        opt_out_why=why,
        why=(*base.why, f"asks to be taken off: {why}"),
    )


def automatically(
    base: Reading, answer: automatic.Automatic, stop: OptOut, now: datetime | None
) -> Reading:
    """An absence notice, a departure, or another automatic answer.

    A machine's text may be anybody's: a request to be left alone in it is doubtful.
    """
    found = returning.read(
        f"{base.subject}\n{base.visible_text}", written=base.written or now, sender=base.sender
    )
    doubt = "" if stop.answer == "no" else f"in an automatic answer: {stop.why}"
    base = replace(
        base,
        kind=answer.kind,
        gone=answer.gone,
        opt_out="doubtful" if doubt else "no",
        opt_out_why=doubt,
        return_date=None if answer.gone else found.day,
        deputy=found.deputy,
        results=(result(base.sender, Class.OOO, automatic_reason(answer)),),
        why=(*base.why, *answer.why, *found.why),
    )
    absent = answer.kind is Kind.OUT_OF_OFFICE
    return replace(base, intent="out_of_office") if absent else wished(base)


def automatic_reason(answer: automatic.Automatic) -> Reason:
    if answer.gone:
        return Reason.GONE
    return Reason.ABSENT if answer.kind is Kind.OUT_OF_OFFICE else Reason.AUTOMATIC


def result(recipient: str, class_: Class, reason: Reason) -> Result:
    return Result(recipient=recipient, class_=class_, reason=reason)


def personally(base: Reading, visible: Visible, stop: OptOut) -> Reading:
    """A person's own words: opt-out first, then what they want."""
    return wished(
        replace(
            base,
            kind=Kind.REPLY,
            results=(result(base.sender, Class.OTHER, Reason.REPLIED),),
            opt_out=stop.answer,
            opt_out_why=stop.why,
            why=(*base.why, "a person wrote", visible.why),
        )
    )


def wished(base: Reading) -> Reading:
    """With what the visible words want (spec 7.4)."""
    wish = intents.classify(base.visible_text, subject=base.subject)
    return replace(
        base,
        intent=str(wish.label),
        sentiment=wish.sentiment,
        objection=str(wish.objection or ""),
        wish=wish,
    )
