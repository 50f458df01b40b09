"""Turns each message that a fake vendor accepts into a line of JSON that an audit can read alone.

A line is written, and handed to the operating system, before anything is answered: when the
process dies, what was acknowledged stands in the book. The fields are the vendor's own view: `at`
(ISO 8601, business time), `vendor`, `channel`, `reference`, `recipient`, `sender`, `message_id`,
`key` (class K), `sha256` of the request's body, `fake` true.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted message."""

    at: str
    vendor: str
    channel: str
    reference: str
    recipient: str
    sender: str
    message_id: str
    key: str
    sha256: str
    fake: bool = True

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class Book:
    """Accepted messages in order; kept in a file where one is named, and read from it at start."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.entries: list[Entry] = []
        self._by_reference: dict[str, list[Entry]] = {}
        self._by_key: dict[str, Entry] = {}
        if path and path.exists():
            for line in path.read_text("utf-8").split("\n"):
                if line:
                    self._index(Entry(**json.loads(line)))

    def add(self, entry: Entry) -> None:
        """Writes one entry; raises OSError where the disk does not take it."""
        if self._path:
            line = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        self._index(entry)

    def _index(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._by_reference.setdefault(entry.reference, []).append(entry)
        if entry.key:
            self._by_key[entry.key] = entry

    def of(self, reference: str) -> list[Entry]:
        """Returns the entries of one reference; more than one is a double."""
        return self._by_reference.get(reference, [])

    def under(self, key: str) -> Entry | None:
        """Returns the newest entry of an idempotency key."""
        return self._by_key.get(key)
