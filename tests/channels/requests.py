"""Requests for tests: `mail(...)` is a whole, sendable one; a test says what it changes."""

from typing import Any

from channels.base import Request
from contracts.ids import SendId, TenantId
from contracts.outcome import Channel


def mail(**changes: Any) -> Request:
    """Returns a request for one e-mail."""
    fields: dict[str, Any] = {
        "send_id": SendId("5e0d-1"),
        "tenant": TenantId("client-a"),
        "channel": Channel.EMAIL,
        "sender": "anna@studio.example",
        "sender_name": "Anna Berg",
        "recipient": "kim@bakery.example",
        "subject": "Bread on Sundays",
        "body": "Hello Kim,\n\nis the shop open on Sundays?\n",
        "reference": "5e0d-1@studio.example",
        "date": "Mon, 02 Mar 2026 10:00:00 +1100",
    }
    return Request(**(fields | changes))


def text(**changes: Any) -> Request:
    """Returns a request for one SMS."""
    fields: dict[str, Any] = {
        "send_id": SendId("5e0d-2"),
        "tenant": TenantId("client-a"),
        "channel": Channel.SMS,
        "sender": "+61400000001",
        "recipient": "+61400000002",
        "body": "Hello Kim",
        "reference": "5e0d-2",
    }
    return Request(**(fields | changes))
