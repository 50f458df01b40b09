"""A sorted list of tuples, for the memory store's due times and pages.

Inserting moves the tail, which for a hundred thousand entries costs some microseconds; the engines
behind the other stores have trees for it.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any

Entry = tuple[Any, ...]


class Ordered:
    """Entries in order, each at most once."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, entry: Entry) -> None:
        """Adds an entry; the caller knows that it is not there."""
        insort(self.entries, entry)

    def remove(self, entry: Entry) -> None:
        """Removes an entry; the caller knows that it is there."""
        del self.entries[bisect_left(self.entries, entry)]

    def up_to(self, bound: Any) -> Iterator[Entry]:
        """Yields entries whose first value is at most `bound`."""
        for place in range(self.count(bound)):
            yield self.entries[place]

    def count(self, bound: Any) -> int:
        """Counts entries whose first value is at most `bound`."""
        return bisect_right(self.entries, bound, key=lambda entry: entry[0])

    def after(self, entry: Entry) -> Iterator[Entry]:
        """Yields entries greater than one, which need not be there."""
        for place in range(bisect_right(self.entries, entry), len(self.entries)):
            yield self.entries[place]
