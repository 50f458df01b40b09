"""A claimed send and its content → the request that its vendor gets: whole and final.

Mail carries our names in three places: Message-ID (`<send@domain>`), a keyed token in the return
path (VERP) and in the unsubscribe link, so that whatever comes back can be tied to the send by
evidence and not by guess (RFC 5322, RFC 8058).
"""

from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from typing import Any

from agents.definitions import Resource
from agents.names import Names, reference
from channels.base import Request
from contracts.outcome import Channel
from statestore.base import Send


def build(
    send: Send,
    *,
    content: Mapping[str, Any],
    recipient: str,
    resource: Resource,
    sender_name: str,
    names: Names,
    base_url: str,
    earlier: Sequence[Send] = (),
    answered: str | None = None,
) -> Request:
    """Returns the request of a send; the same arguments give the same bytes."""
    thread = tuple(one.reference for one in earlier if one.reference)
    thread += (answered,) if answered else ()
    moment = send.claimed_at or send.planned_at
    return Request(
        send_id=send.id,
        tenant=send.tenant,
        channel=send.channel,
        sender=resource.address,
        sender_name=sender_name,
        recipient=recipient,
        subject=content.get("subject", ""),
        body=content["body"],
        html=content.get("html"),
        reference=send.reference or reference(send.id, resource.address),
        envelope_from=return_path(resource, names.token(send.id, "return")),
        in_reply_to=thread[-1] if thread else None,
        references=thread,
        headers=_headers(send, names, base_url),
        date=format_datetime(moment),
    )


def return_path(resource: Resource, token: str) -> str | None:
    """Returns `local+token@domain` for mail, unless the resource cannot take plus addresses."""
    if resource.channel is not Channel.EMAIL or not resource.settings.get("verp", True):
        return None
    local, _, domain = resource.address.rpartition("@")
    return f"{local}+{token}@{domain}"


def _headers(send: Send, names: Names, base_url: str) -> dict[str, str]:
    if send.channel is not Channel.EMAIL:
        return {}
    link = f"{base_url.rstrip('/')}/u/{names.token(send.id, 'unsubscribe')}"
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
