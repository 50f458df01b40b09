"""Says what a fake vendor shall do with a message: values, and a script that gives them out.

A behaviour is any function from message to manner; a campaign whose runs shall be compared uses one
that looks at reference and attempt alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Answer(StrEnum):
    """What becomes of a request, and what the caller sees of it."""

    ACCEPT = "accept"
    """Accepted, 202."""
    REFUSE = "refuse"
    """Not accepted, 422."""
    NO_SUCH_RECIPIENT = "no_such_recipient"
    """Not accepted, 422 with the code that vendors use for a dead number or address."""
    THROTTLE = "throttle"
    """Not accepted, 429 with Retry-After."""
    ACCEPT_AND_DROP = "accept_and_drop"
    """Accepted, and the connection broken off without an answer."""
    DROP = "drop"
    """Not accepted, and the connection broken off: the caller cannot tell it from the above."""
    ACCEPT_LATE = "accept_late"
    """Broken off now, accepted when the vendor is told to `settle`."""
    FAIL_AFTER_ACCEPT = "fail_after_accept"
    """Accepted, 500."""
    FAIL = "fail"
    """Not accepted, 500: again the caller cannot tell."""
    HANG = "hang"
    """Accepted, and no answer until the vendor is told to `settle`."""


class Webhook(StrEnum):
    """When the vendor calls back about a message that it accepted."""

    AFTER = "after"
    BEFORE = "before"
    """Before the caller has its answer."""
    TWICE = "twice"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One request as the vendor read it; `attempt` counts requests for the reference, from 1."""

    reference: str
    recipient: str
    sender: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one message is dealt with. `retry_after` is in seconds."""

    answer: Answer = Answer.ACCEPT
    webhook: Webhook = Webhook.AFTER
    retry_after: int = 30


Behaviour = Callable[[Message], Manner]


def honest(message: Message) -> Manner:
    """Accepts everything and calls back once."""
    return Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A manner for the messages that fit; an empty condition fits all. `times` None: for ever."""

    manner: Manner
    reference: str = ""
    recipient: str = ""
    times: int | None = 1

    def fits(self, message: Message) -> bool:
        return self.reference in ("", message.reference) and self.recipient in (
            "",
            message.recipient,
        )


@dataclass(slots=True)
class Script:
    """A behaviour from rules: the first that fits and is not used up decides, else honesty."""

    rules: list[Rule] = field(default_factory=list)
    _used: dict[int, int] = field(default_factory=dict)

    def __call__(self, message: Message) -> Manner:
        for number, rule in enumerate(self.rules):
            used = self._used.get(number, 0)
            if rule.fits(message) and (rule.times is None or used < rule.times):
                self._used[number] = used + 1
                return rule.manner
        return Manner()
