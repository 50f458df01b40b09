"""A mail vendor's event, sent as JSON inside a mail, into results.

Amazon SES publishes bounces, complaints and deliveries to a topic, and a topic may have a mailbox
for a subscriber: then a mail arrives whose text is one JSON object, with or without the topic's own
envelope around it, and a line on how to unsubscribe below.
Source: docs.aws.amazon.com/ses/latest/dg/notification-contents.html, event names of both editions.
"""

import json
from collections.abc import Iterator
from typing import Any

from agents.inbox.bounces.diagnosis import diagnose
from agents.inbox.bounces.original import Original
from agents.inbox.values import Class, Kind, Reason, Result

TYPE_FIELDS = ("notificationType", "eventType")
LIMIT = 300_000  # characters of a text that are looked at as JSON
Event = dict[str, Any]


def event_in(text: str) -> Event | None:
    """The event that a text consists of; None where it is none."""
    stripped = text.lstrip()[:LIMIT]
    if not stripped.startswith("{"):
        return None
    found = first_object(stripped)
    if found is not None and isinstance(found.get("Message"), str):
        found = first_object(found["Message"])
    return found if found is not None and kind_of(found) in READERS else None


def first_object(text: str) -> Event | None:
    try:
        found, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def kind_of(event: Event) -> str:
    return next((str(event[name]).lower() for name in TYPE_FIELDS if name in event), "")


def read(event: Event) -> tuple[Kind, tuple[Result, ...], Original]:
    """Kind, results and the message an event is about."""
    name = kind_of(event)
    kind, results = READERS[name]
    return kind, tuple(results(event)), original_of(event)


def bounced(event: Event) -> Iterator[Result]:
    """SES's own judgement (bounceType) decides where the diagnostic says nothing."""
    bounce = mapping(event.get("bounce"))
    permanent = str(bounce.get("bounceType", "")).lower() == "permanent"
    suppressed = "suppress" in str(bounce.get("bounceSubType", "")).lower()
    for one in listed(bounce.get("bouncedRecipients")):
        words = str(one.get("diagnosticCode", "")).partition(";")[2].strip()
        found = diagnose(
            words, status=str(one.get("status", "")), action=str(one.get("action", "")).lower()
        )
        general = found.reason is Reason.UNDETERMINED and permanent
        yield Result(
            recipient=str(one.get("emailAddress", "")),
            class_=Class.HARD if general and not suppressed else found.class_,
            reason=Reason.SUPPRESSED if suppressed else found.reason,
            status=found.status,
            reply_code=found.reply_code,
            diagnostic=words[:500],
            about=found.about,
        )


def complained(event: Event) -> Iterator[Result]:
    complaint = mapping(event.get("complaint"))
    for one in listed(complaint.get("complainedRecipients")):
        yield Result(
            recipient=str(one.get("emailAddress", "")),
            class_=Class.COMPLAINT,
            reason=Reason.ABUSE,
            diagnostic=str(complaint.get("complaintFeedbackType", "")),
        )


def delivered(event: Event) -> Iterator[Result]:
    delivery = mapping(event.get("delivery"))
    words = str(delivery.get("smtpResponse", ""))
    found = diagnose(words, action="delivered")
    for one in delivery.get("recipients") or []:
        yield Result(
            recipient=str(one),
            class_=Class.OTHER,
            reason=Reason.DELIVERED,
            status=found.status,
            reply_code=found.reply_code,
            diagnostic=words[:500],
        )


def delayed(event: Event) -> Iterator[Result]:
    delay = mapping(event.get("deliveryDelay"))
    for one in listed(delay.get("delayedRecipients")):
        words = str(one.get("diagnosticCode", ""))
        found = diagnose(words, status=str(one.get("status", "")), action="delayed")
        yield Result(
            recipient=str(one.get("emailAddress", "")),
            class_=Class.SOFT,
            reason=found.reason,
            status=found.status,
            reply_code=found.reply_code,
            diagnostic=words[:500],
            about=found.about,
        )


READERS = {
    "bounce": (Kind.BOUNCE, bounced),
    "complaint": (Kind.COMPLAINT, complained),
    "delivery": (Kind.DELIVERED, delivered),
    "deliverydelay": (Kind.BOUNCE, delayed),
}


def original_of(event: Event) -> Original:
    mail = mapping(event.get("mail"))
    common = mapping(mail.get("commonHeaders"))
    ids = [str(one).strip("<> ") for one in (mail.get("messageId"), common.get("messageId")) if one]
    return Original(
        message_ids=tuple(dict.fromkeys(ids)),
        recipients=tuple(str(one) for one in mail.get("destination") or []),
        sender=str(mail.get("source", "")),
        subject=str(common.get("subject", "")),
        tokens=tuple(
            str(one.get("value", ""))
            for one in listed(mail.get("headers"))
            if str(one.get("name", "")).lower().startswith("x-leadwire-")
        ),
    )


def mapping(value: object) -> Event:
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Event]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
