"""What can be wrong with an event.

    ContractError
    ├── UnknownType      no such event type, or a version newer than this process
    ├── Malformed        not JSON, not a CloudEvent, or text that some store cannot hold
    ├── Invalid          a field is missing or wrong; `problems` name each with a JSON pointer
    └── TooLarge         over the bus's size limit

All of them are lasting: the same bytes fail again, so the event is rejected or dead-lettered with
the reason, never retried.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place: an RFC 6901 pointer into the data, and words for a person."""

    pointer: str
    message: str


class ContractError(ValueError):
    """An event breaks its contract; `code` is stable, `problems` say where."""

    code = "contract"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (Problem("", message),)


class UnknownType(ContractError):
    """No such event type or version."""

    code = "unknown_type"


class Malformed(ContractError):
    """Not readable as an event at all."""

    code = "malformed"


class Invalid(ContractError):
    """Readable, but a field is missing, of the wrong type, or out of bounds."""

    code = "invalid"


class TooLarge(ContractError):
    """Over the size limit of the bus."""

    code = "too_large"
