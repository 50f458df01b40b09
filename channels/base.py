"""The channel's port: `send(request, permit)` and what a vendor can do about an unclear outcome.

What an adapter promises
- It asks `permit.check()` at its last moment before content can leave, on every attempt: HTTP in
  the client's trace hook when the request's headers start, after connect and TLS; SMTP after the
  server's 354, before the first byte of content. The check raises `PermitExpired`; the adapter
  then ends the call without a byte of content and answers `NOT_STARTED`.
- It reports the stage that it reached, and the stage decides, never an exception's class: before
  content began every failure is definite; from then on only the vendor's clear word is, or the
  certainty that the end of the content was never handed to the socket (SMTP's final dot).
- `send` returns a `Receipt` for whatever the vendor or the network does; it raises only for our
  own faults (`channels.errors`), before anything was on the wire. Cancellation passes through with
  the connection dropped: revoke the permit and wait instead, since a cancelled call is unknown.
- It carries `request.reference` to wherever the vendor has a place for it.
- It never retries by itself: one call is one attempt. It reuses no connection that was idle for
  more than 2 s.
- The address that it sends to is the request's; redirection in test mode happened before.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from contracts.ids import SendId, TenantId
from contracts.outcome import Channel, Outcome, Stage, VendorClass


class PermitExpired(Exception):
    """The permit's seconds are over: nothing may leave."""


class Permit(Protocol):
    """Two seconds in which a call may begin (design §6)."""

    def check(self) -> None:
        """Raises PermitExpired once the permit's life is over, or once it was revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One message to one recipient, whole and final.

    `recipient` and `sender` are addresses or numbers of the channel. `reference` is our name for
    it at the vendor: Message-ID without brackets for mail, idempotency key or custom argument
    elsewhere. `headers` are extra mail headers, already checked for CR, LF and NUL.
    """

    send_id: SendId
    tenant: TenantId
    channel: Channel
    sender: str
    recipient: str
    body: str
    reference: str
    sender_name: str = ""
    subject: str = ""
    html: str | None = None
    envelope_from: str | None = None
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    """RFC 5322 date of the message; business time, set by the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one call came to. `retry_after` is the vendor's wish in seconds."""

    outcome: Outcome
    stage: Stage
    code: str = ""
    """Machine readable: `smtp_550_5.1.1`, `http_429`, `timeout`, `connection_reset` …"""
    diagnostic: str = ""
    """The vendor's own words, 500 characters at most."""
    provider_id: str | None = None
    retry_after: float | None = None
    about_sender: bool = False
    """True where the refusal is about us (SMTP 5.7.x, authentication): the lead is not to blame."""
    unaddressed: bool = False
    """True where it came before any recipient was named, or whoever they are (a host that is away,
    a log-in that is refused): the next lead would meet the same, so the resource rests."""


DIAGNOSTIC_LIMIT = 500


def diagnostic(text: str) -> str:
    """Returns a vendor's words as a receipt keeps them: no control character, no unpaired
    surrogate, 500 characters at most."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f]", " ", whole)[:DIAGNOSTIC_LIMIT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a vendor can do; the README's table is made from these."""

    vendor: str
    channel: Channel
    vendor_class: VendorClass
    key_life: timedelta | None = None
    """Class K: how long the vendor remembers a key."""
    lookup_horizon: timedelta | None = None
    """Class L: how long until a lookup that finds nothing may be believed."""
    lookup_complete: bool = False
    threads: bool = False
    one_click_unsubscribe: bool = False
    html: bool = False
    retries: tuple[float, ...] = (60.0, 300.0, 900.0)
    """Delays in seconds between attempts after a definite, passing refusal (spec 5.6)."""
    verified_live: bool = False
    """False: never run against the real vendor (said so in the README's table)."""


class Adapter(ABC):
    """One vendor on one channel, for one sending resource."""

    capabilities: Capabilities

    @abstractmethod
    def render(self, request: Request) -> bytes:
        """Returns the request's bytes as they will go out; the same request, the same bytes.

        Raises `channels.errors.Unsendable` where the vendor cannot express it.
        """

    @abstractmethod
    async def send(self, request: Request, rendered: bytes, permit: Permit) -> Receipt:
        """Makes one attempt with these bytes."""

    async def prepare(self) -> None:  # noqa: B027 — most vendors have nothing to prepare
        """Opens what the next send needs (connect, TLS, authentication), before any claim.

        Optional for the caller, harmless when repeated, and silent about failure: the send meets
        it again. It exists because a server that greets slowly, as a defence against spam, would
        use up every permit before the envelope (design §6: two seconds from before the claim).
        What was prepared is used within 2 s or dropped.
        """

    async def close(self) -> None:  # noqa: B027 — an adapter may hold no connection
        """Gives connections back."""


class Lookup(ABC):
    """What an adapter of class L is besides; `isinstance(adapter, Lookup)` asks for it."""

    @abstractmethod
    async def look_up(self, reference: str) -> Receipt | None:
        """Asks the vendor for a send by our reference.

        Returns a receipt with ACCEPTED where the vendor has it, None where the vendor says that it
        knows of none (to be believed after `capabilities.lookup_horizon`), and UNKNOWN where no
        clear answer came. Needs no permit: nothing is sent.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorEvent:
    """A vendor's later word in our vocabulary; the raw event is kept beside it."""

    kind: str
    """delivered, opened, clicked, bounced_hard, bounced_soft, complained, unsubscribed, accepted,
    responded, unknown"""
    event_id: str
    occurred_at: str
    reference: str | None = None
    provider_id: str | None = None
    recipient: str | None = None
    code: str = ""
    diagnostic: str = ""
    raw: Mapping[str, object] = field(default_factory=dict)


class WebhookReader(Protocol):
    """Verifies a vendor's request over its raw bytes in constant time, and translates it."""

    def read(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Sequence[VendorEvent]:
        """Returns the request's events; raises `channels.errors.Forged` or `Unreadable`. `now` is
        the moment in Unix seconds, for schemes that sign a timestamp."""
