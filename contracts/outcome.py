"""One vocabulary: channels, statuses, what became of a send, and why something did not happen."""

from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """How a person is reached. `call` and `post` are accepted as other names (spec 5.0)."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    LINKEDIN = "linkedin"
    VOICE = "voice"
    MAIL = "mail"

    @classmethod
    def _missing_(cls, value: object) -> "Channel | None":
        return {"call": cls.VOICE, "post": cls.MAIL}.get(str(value))

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Marks the enumeration open: channels join without a new version (spec 1.7)."""
        return {**handler(core), "x-open": True}


class Mode(StrEnum):
    """What a run is for; everything but `live` is marked so on every event."""

    LIVE = "live"
    TEST = "test"
    DRYRUN = "dryrun"
    DEMO = "demo"


class Status(StrEnum):
    """Where a lead stands; exactly these names are stored, shown and exported (spec 2.1)."""

    NEW = "new"
    IN_SEQUENCE = "in_sequence"
    RESPONDED = "responded"
    ENGAGED = "engaged"
    NO_RESPONSE = "no_response"
    CONVERTED = "converted"
    UNSUBSCRIBED = "unsubscribed"
    DO_NOT_CONTACT = "do_not_contact"
    BOUNCED = "bounced"
    FAILED = "failed"
    CLOSED = "closed"


class SendState(StrEnum):
    """Where a send stands in the ledger (design §1.5)."""

    PLANNED = "planned"
    """Commanded, nothing claimed."""
    CLAIMED = "claimed"
    """May be on the wire."""
    SENT = "sent"
    """The vendor accepted it."""
    HELD = "held"
    """A gate said not now; planned again when the gate allows."""
    REFUSED = "refused"
    """Certainly not sent, and not to be tried again under this id."""
    UNKNOWN = "unknown"
    """Nobody can say; counts as sent for cadence, quota and cost, and is never tried again."""


class Outcome(StrEnum):
    """What one vendor call came to."""

    ACCEPTED = "accepted"
    """The vendor took responsibility for the message."""
    REFUSED = "refused"
    """Certainly not accepted, and asking again would not help."""
    RECIPIENT_REFUSED = "recipient_refused"
    """Certainly not accepted: this recipient cannot be reached (SMTP 5.1.x, no such number)."""
    DEFERRED = "deferred"
    """Certainly not accepted, and worth another try later (4xx, 429, connection refused)."""
    NOT_STARTED = "not_started"
    """The permit had run out, or the process was stopping: no byte of content left."""
    UNKNOWN = "unknown"
    """The content, or its end, may have left and no clear answer came."""


class Stage(StrEnum):
    """How far a vendor call got; the stage tells definite from ambiguous (design §6)."""

    NONE = "none"
    CONNECTED = "connected"
    ENVELOPE = "envelope"
    CONTENT_BEGUN = "content_begun"
    CONTENT_COMPLETE = "content_complete"


class VendorClass(StrEnum):
    """What an adapter can do about an ambiguous outcome (facts/reliability A4)."""

    KEY = "K"
    """Retries with the same idempotency key and bytes, within the key's life."""
    LOOKUP = "L"
    """Looks the send up by our reference."""
    WEBHOOK = "W"
    """Waits for a late webhook that carries our reference."""
    NOTHING = "N"
    """Nothing; an unknown stays unknown until a person or a late fact settles it."""


class StopReason(StrEnum):
    """Why nothing may be sent under a stop's key."""

    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    DO_NOT_CONTACT = "do_not_contact"
    HARD_BOUNCE = "hard_bounce"
    COMPLAINT = "complaint"
    RESPONDED = "responded"
    MEETING_BOOKED = "meeting_booked"
    CONVERTED = "converted"
    NEGATIVE_SENTIMENT = "negative_sentiment"
    OUT_OF_OFFICE = "out_of_office"
    DNCR = "dncr"
    KILLED = "killed"
    PAUSED = "paused"
    MERGED = "merged"
    DOUBTFUL_OPT_OUT = "doubtful_opt_out"
    REVIEW = "review"


class ReplyClass(StrEnum):
    """What an answer is (spec 7.4)."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    OBJECTION = "objection"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
