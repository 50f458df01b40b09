"""The state store in one SQLite file (design §8): WAL, group commit, any number of readers.

`store` is the port; it hands writes to `writing` (one transaction for whoever waits) and reads to
`reading` and `timing`. `loading` fetches what a batch of units asks about, `statestore.judge`
decides on it, `flushing` writes what changed. `places` says where a file may live and who may
consume from it; `copies` backs up and restores.
"""

from statestore.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
