"""What can be wrong with a store, ordered by what the caller does next.

    StoreError
    ├── Unavailable     try again: busy, disconnected, or a commit whose fate is unknown
    ├── Full            the disk is full: free space, nothing was lost
    ├── OldSchema       run `leadwire migrate`
    ├── NewSchema       this process is older than the store: upgrade it
    ├── Locked          another process consumes from this file: stop it, or publish only
    ├── Corrupt         not a store, or damaged: restore a backup
    ├── Misplaced       a path on a network mount, or in a folder or server that is not there
    └── Unfit           a server that is set up so that it must not be used: its role, its clock

Foreign exceptions end at the adapter, with the cause chained.
"""


class StoreError(Exception):
    """Something is wrong with the store; the text names the remedy."""


class Unavailable(StoreError):
    """Try again later; a commit that raised this may or may not have happened."""


class Full(Unavailable):
    """No space left on the device."""


class OldSchema(StoreError):
    """The store's schema is older than this process."""


class NewSchema(StoreError):
    """The store's schema is newer than this process."""


class Locked(StoreError):
    """Another process holds the store's consumer lock."""


class Corrupt(StoreError):
    """The file is no store, or it is damaged."""


class Misplaced(StoreError):
    """The file cannot live where it was put."""


class Unfit(StoreError):
    """The server, the role or the clocks are not what a store needs; the text names what to set."""
