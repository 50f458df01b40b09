"""What can be wrong with a bus, ordered by what the caller does next.

BusError
├── Unavailable     try again: the relay does; nothing was lost, the outbox keeps it
│   └── Full        the disk is full: free space
├── Refused         this message will never be taken (too large): dead-letter it
│   └── UnknownTopic    no such topic: a typo, or `leadwire topics apply` is due
├── Locked          another process consumes from this file: stop it, or publish only
├── Corrupt         not a bus file, or damaged
├── Misplaced       a path on a network mount, or in a folder that is not there
└── Misconfigured   a setting or the broker's own is not as it must be: the text names it
"""

from collections.abc import Sequence


class BusError(Exception):
    """Something is wrong with the bus; the text names the remedy."""


class Unavailable(BusError):
    """Try again later. `published` are the indexes of the call's messages that the bus has in spite
    of it, where it can tell: one of its parts is away, and others are not."""

    def __init__(self, text: str = "", published: Sequence[int] = ()) -> None:
        super().__init__(text)
        self.published = tuple(published)


class Full(Unavailable):
    """No space left on the device."""


class Refused(BusError):
    """Some messages will never be taken; `indexes` say which of the call's messages.

    The others of the call are published before this is raised.
    """

    def __init__(self, text: str, indexes: Sequence[int] = ()) -> None:
        super().__init__(text)
        self.indexes = tuple(indexes)


class UnknownTopic(Refused):
    """No such topic."""


class Locked(BusError):
    """Another process holds the consumer lock."""


class Corrupt(BusError):
    """The file is no bus, or it is damaged."""


class Misplaced(BusError):
    """The file cannot live where it was put."""


class Misconfigured(BusError):
    """A setting, or one of the broker's, is not as it must be; trying again changes nothing."""
