"""What a receipt means for the ledger: pure, by outcome and by the vendor's class.

    accepted            sent; quota and credit are spent; `lead.contacted`
    refused             refused; given back unless an earlier try was unclear; `lead.send_refused`
    recipient refused   the same, and the address is dead: `lead.bounced`, stops for everybody
    deferred            planned again after 60/300/900 s (spec 5.6), given back meanwhile; failed
    refused or failed   before anybody was named (no log-in, nobody there): held, and the resource
                        rests a while; the leads are not to blame, and none of them is used up
    not started         handed back: planned again soon, nothing was spent
    unknown             K: again with the same key and bytes within the key's life; L: look it up;
                        W, N: unknown, spent, never tried again; a late word may still settle it

A refusal on the second try proves nothing about the first: once a try was unclear nothing is given
back, and what a gate or the vendor refuses later stays `unknown` (facts/reliability A4).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channels.base import Capabilities, Receipt
from contracts.outcome import Outcome, SendState, VendorClass
from statestore.base import Send

KEY_MARGIN = 0.8
"""Share of a key's life within which a retry may begin; the rest is for clocks and queues."""
LOOKUPS = 2
"""How often class L is asked before a send stays unknown."""
HORIZON = timedelta(minutes=2)
"""Class L: the shortest wait before a lookup is believed."""
REST = timedelta(minutes=15)
"""How long a resource that was refused itself is left alone, unless a person resumes it sooner."""
HANDED_BACK, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=15)
"""The shortest and the longest wait before what was not started is claimed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The ledger row after a receipt, and what goes with it.

    `quota`: True keeps the reservation, False gives it back, None leaves it open (more tries).
    `again`: when the sender takes it up once more. `news`: which fact is published, if any.
    """

    send: Send
    quota: bool | None
    again: datetime | None = None
    news: str | None = None
    dead_address: bool = False
    rests: datetime | None = None
    """Until when nothing more goes over this resource: it was refused itself."""


def settle(send: Send, receipt: Receipt, can: Capabilities, now: datetime) -> Settlement:
    """Returns what a receipt makes of a claimed send."""
    counted = receipt.outcome is not Outcome.NOT_STARTED
    row = replace(
        send,
        tries=send.tries + (1 if counted else 0),
        code=receipt.code,
        diagnostic=receipt.diagnostic[:500],
        provider_id=receipt.provider_id or send.provider_id,
        owner=None,
        lease_until=None,
        next_try=None,
    )
    if receipt.outcome is Outcome.ACCEPTED:
        return sent(row, now)
    if receipt.outcome is Outcome.NOT_STARTED:
        return _handed_back(row, now)
    if receipt.outcome is Outcome.UNKNOWN:
        return unclear(replace(row, ambiguous=True), can, now)
    if receipt.outcome is Outcome.DEFERRED:
        return _deferred(row, receipt, can, now)
    return _refused(row, receipt, now)


def sent(row: Send, now: datetime) -> Settlement:
    """The vendor took it."""
    done = replace(row, state=SendState.SENT, settled_at=now)
    return Settlement(send=done, quota=True, news="contacted")


def _handed_back(row: Send, now: datetime) -> Settlement:
    """Half as long as it has been wanted for: a server that never answers within a permit's life
    is asked less and less often, until its command has expired; a starved machine at once."""
    wanted = now - row.planned_at
    again = now + min(max(wanted / 2, HANDED_BACK), LONGEST_WAIT)
    planned = replace(row, state=SendState.PLANNED, next_try=again)
    return Settlement(send=planned, quota=None if row.ambiguous else False, again=again)


def unclear(row: Send, can: Capabilities, now: datetime) -> Settlement:
    """Nobody can say; what may be done about it is the class's."""
    if can.vendor_class is VendorClass.KEY:
        again = now + timedelta(seconds=_delay(row, can))
        if key_lives(row, can, again) and row.tries < len(can.retries) + 1:
            return _later(row, again)
    if can.vendor_class is VendorClass.LOOKUP and row.tries <= LOOKUPS:
        return _later(row, now + max(can.lookup_horizon or HORIZON, HORIZON))
    return unknown(row, now)


def key_lives(send: Send, can: Capabilities, at: datetime) -> bool:
    """Whether a call at some moment is within the life of the send's key, counted from its first
    claim; False where the vendor names none."""
    began = send.claimed_at or at
    return can.key_life is not None and at - began < can.key_life * KEY_MARGIN


def _later(row: Send, again: datetime) -> Settlement:
    waiting = replace(row, state=SendState.PLANNED, next_try=again)
    return Settlement(send=waiting, quota=None, again=again)


def unknown(row: Send, now: datetime) -> Settlement:
    """It stays unclear: counted as sent, never tried again, shown by name."""
    done = replace(row, state=SendState.UNKNOWN, settled_at=now, ambiguous=True)
    return Settlement(send=done, quota=True, news="unknown")


def _deferred(row: Send, receipt: Receipt, can: Capabilities, now: datetime) -> Settlement:
    if row.tries > len(can.retries):
        return _refused(replace(row, code=f"failed_{receipt.code}"), receipt, now)
    seconds = max(_delay(row, can), receipt.retry_after or 0.0)
    again = now + timedelta(seconds=seconds)
    waiting = replace(row, state=SendState.PLANNED, next_try=again)
    return Settlement(send=waiting, quota=None if row.ambiguous else False, again=again)


def _refused(row: Send, receipt: Receipt, now: datetime) -> Settlement:
    if row.ambiguous:
        return unknown(row, now)
    if receipt.unaddressed:
        held = replace(row, state=SendState.HELD)
        return Settlement(send=held, quota=False, news="held", rests=now + REST)
    done = replace(row, state=SendState.REFUSED, settled_at=now)
    gone = receipt.outcome is Outcome.RECIPIENT_REFUSED and not receipt.about_sender
    return Settlement(send=done, quota=False, news="refused", dead_address=gone)


def _delay(row: Send, can: Capabilities) -> float:
    return can.retries[min(max(row.tries - 1, 0), len(can.retries) - 1)]
