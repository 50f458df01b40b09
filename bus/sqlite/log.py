"""What groups have read of a bus file: fetches for them, counts for them, remembers for them.

It lives in the loop's thread and reads with a connection of its own; a read is a page or two out
of memory, and a thread for it would wait for the interpreter's lock longer than it takes. A group
that keeps up reads nothing at all: what this process has published is handed over as soon as it is
durable. The file is read after a start, by a group that fell behind its buffer, for what failed,
and for what other processes published.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import orjson

from bus.base import Delivery, Message
from bus.groups import Cursor, Groups
from bus.records import unpack
from bus.sqlite.file import named
from bus.sqlite.writer import TRIM

CHUNK = 1000
"""Rows that one statement reads at most."""
CHUNKS = 8
"""Statements that one fetch runs at most, where rows are others' again and again."""


class Topic:
    """One topic's table: its last seq that is counted, and who has acknowledged what."""

    def __init__(self, name: str, number: int, base: int, end: int) -> None:
        self.name = name
        self.number = number
        self.base = base
        """The seq before the oldest row that is there."""
        self.end = end
        self.acknowledged: dict[str, list[int]] = {}
        self.cursors: dict[str, list[Cursor]] = {}
        self.trimming = False

    def floor(self) -> int:
        """Up to where every group has acknowledged; nothing where nobody reads."""
        return min((min(mine) for mine in self.acknowledged.values()), default=self.base)


class SqliteLog:
    """All topics of one file, as this process's groups see them."""

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        numbers: Mapping[str, int],
        partitions: int,
        dirty: Callable[[], None],
    ) -> None:
        self.db = db
        self.path = path
        self.partitions = partitions
        self.groups: Groups | None = None
        self._dirty = dirty
        self._unsaved: dict[tuple[str, str], None] = {}
        self._version = -1
        with named(path):
            self.topics = {name: self._topic(name, number) for name, number in numbers.items()}
            self._load_offsets()
        ends = " UNION ALL ".join(
            f"SELECT {topic.number}, max(seq) FROM log_{topic.number}"  # noqa: S608
            for topic in self.topics.values()
        )
        self._ends = ends or "SELECT 0, 0"
        self.numbered = {topic.number: topic for topic in self.topics.values()}

    def _topic(self, name: str, number: int) -> Topic:
        sql = f"SELECT coalesce(min(seq), 1) - 1, coalesce(max(seq), 0) FROM log_{number}"  # noqa: S608
        base, end = self.db.execute(sql).fetchone()
        return Topic(name, number, base, end)

    def _load_offsets(self) -> None:
        numbered = {topic.number: topic for topic in self.topics.values()}
        sql = "SELECT reader, topic, acknowledged FROM offsets"
        for reader, number, text in self.db.execute(sql):
            if number in numbered:
                numbered[number].acknowledged[reader] = orjson.loads(text)

    # what Groups asks for

    def begin(self, group: str, topic: str) -> list[Cursor]:
        """Returns a group's cursors of a topic; for a new group the log is kept from now on."""
        state = self.topics[topic]
        mine = state.acknowledged.get(group)
        if mine is None:
            mine = state.acknowledged[group] = [state.base] * self.partitions
            self._note(group, topic)
        with named(self.path):
            pending = self._pending(state, mine)
        cursors = [
            Cursor(group, topic, partition, seq, pending.get(partition, 0))
            for partition, seq in enumerate(mine)
        ]
        state.cursors[group] = cursors
        return cursors

    def _pending(self, state: Topic, mine: Sequence[int]) -> Counter[int]:
        """Counts what lies behind each partition's seq: once over all of it, and less what some
        partitions have acknowledged already."""
        least = min(mine)
        counts = Counter(self._counts(state, least, state.end))
        for partition, seq in enumerate(mine):
            if seq > least:
                counts[partition] -= self._counts(state, least, seq).get(partition, 0)
        return counts

    def _counts(self, state: Topic, after: int, upto: int) -> dict[int, int]:
        sql = (
            f"SELECT partition, count(*) FROM log_{state.number}"  # noqa: S608
            " WHERE seq > ? AND seq <= ? GROUP BY partition"
        )
        return dict(self.db.execute(sql, (after, upto)).fetchall())

    def fill(self, cursor: Cursor, want: int, room: int) -> None:
        """Reads on from where the cursor is; what it reads of siblings on the way is theirs."""
        state = self.topics[cursor.topic]
        for _ in range(CHUNKS):
            limit = min(room, CHUNK)
            if cursor.high >= state.end or limit <= 0 or cursor.queue:
                return
            room -= self._read(state, cursor, limit)

    def _read(self, state: Topic, cursor: Cursor, limit: int) -> int:
        """Reads a chunk and returns how many deliveries were queued."""
        sql = (
            f"SELECT seq, partition, key, headers, value FROM log_{state.number}"  # noqa: S608
            " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
        )
        after = cursor.high
        with named(self.path):
            rows = self.db.execute(sql, (after, state.end, limit)).fetchall()
        upto = rows[-1][0] if len(rows) == limit else state.end
        takers = {
            other.partition: other
            for other in state.cursors[cursor.group]
            if other.owner is cursor.owner and other.retry is None and after <= other.high < upto
        }
        queued, topic = 0, state.name
        for seq, partition, key, headers, value in rows:
            taker = takers.get(partition)
            if taker is not None and seq > taker.high:
                message = Message(topic, key, unpack(headers), value)
                taker.queue.append(Delivery(message, partition, seq))
                queued += 1
        for taker in takers.values():
            taker.high = upto
        if cursor.owner is not None:
            cursor.owner.buffered += queued
        return queued

    def acknowledged(self, cursors: Collection[Cursor]) -> None:
        """Marks what has to be saved; it is saved with the next publish, or soon."""
        for cursor in cursors:
            self._note(cursor.group, cursor.topic)

    def _note(self, group: str, topic: str) -> None:
        if not self._unsaved:
            self._dirty()
        self._unsaved[group, topic] = None

    # what was published

    def handed_over(
        self, state: Topic, first: int, partitions: Sequence[int], messages: Sequence[Message]
    ) -> None:
        """Takes rows that this process wrote from seq `first` on: where each belongs, and what it
        is, unless nobody here read the topic when it was published."""
        if first <= state.end:
            return  # another process's were noticed meanwhile, and these with them
        if first > state.end + 1:
            self._count_on(state, first - 1)
        before, state.end = state.end, first + len(partitions) - 1
        if messages:
            parts: dict[int, list[Delivery]] = {}
            for seq, (partition, message) in enumerate(
                zip(partitions, messages, strict=True), first
            ):
                parts.setdefault(partition, []).append(Delivery(message, partition, seq))
            for cursors in state.cursors.values():
                for cursor in cursors:
                    self._push(cursor, before, state.end, parts.get(cursor.partition, ()))
        self._tell(state, Counter(partitions))

    @staticmethod
    def _push(cursor: Cursor, before: int, end: int, part: Collection[Delivery]) -> None:
        """Queues a part where the cursor has everything before it, and its owner has room."""
        owner = cursor.owner
        if owner is None or cursor.high < before or cursor.retry is not None:
            return
        if owner.buffered + len(part) > owner.subscription.buffer:
            return
        cursor.queue.extend(part)
        cursor.high = end
        owner.buffered += len(part)

    def notice(self) -> None:
        """Looks for what other processes have published; cheap where nothing was written."""
        with named(self.path):
            version = self.db.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return
            self._version = version
            ends = self.db.execute(self._ends).fetchall()
            for number, end in ends:
                state = self.numbered.get(number)
                if state is not None and end is not None and end > state.end:
                    self._count_on(state, end)

    def _count_on(self, state: Topic, end: int) -> None:
        with named(self.path):
            counts = self._counts(state, state.end, end)
        state.end = end
        self._tell(state, counts)

    def _tell(self, state: Topic, counts: Mapping[int, int]) -> None:
        if self.groups is not None:
            self.groups.appended(state.name, counts)

    # what is saved and dropped

    def unsaved(self) -> list[tuple[str, int, str]]:
        """Returns what `offsets` has to say anew: (group, topic, acknowledged); forgets it here."""
        rows = []
        for group, name in self._unsaved:
            state = self.topics[name]
            cursors = state.cursors.get(group, ())
            mine = state.acknowledged[group]
            for cursor in cursors:
                mine[cursor.partition] = cursor.committed if cursor.pending else state.end
            rows.append((group, state.number, orjson.dumps(mine).decode()))
        self._unsaved.clear()
        return rows

    def unsaved_again(self, rows: Iterable[tuple[str, int, str]]) -> None:
        """Takes back what could not be saved."""
        for group, number, _ in rows:
            self._note(group, self.numbered[number].name)

    def surplus(self, saved: Iterable[tuple[str, int, str]]) -> dict[int, int]:
        """Returns which topics may lose a piece of their rows, and up to where.

        Asked with the offsets that are durable now: what may still be read after a crash stays.
        The last row stays as well, since the next one's number follows from it.
        """
        found = {}
        for number in {number for _, number, _ in saved}:
            upto = self._piece(self.numbered[number])
            if upto is not None:
                found[number] = upto
        return found

    def trimmed(self, trims: Mapping[int, int]) -> dict[int, int]:
        """Notes that pieces are gone; returns the next ones."""
        found = {}
        for number, upto in trims.items():
            state = self.numbered[number]
            state.base, state.trimming = upto, False
            further = self._piece(state)
            if further is not None:
                found[number] = further
        return found

    def not_trimmed(self, trims: Iterable[int]) -> None:
        """Notes that pieces are still there: they are tried with a later acknowledgement."""
        for number in trims:
            self.numbered[number].trimming = False

    @staticmethod
    def _piece(state: Topic) -> int | None:
        floor = min(state.floor(), state.end - 1)
        if state.trimming or floor - state.base < TRIM:
            return None
        state.trimming = True
        return state.base + TRIM

    def absent(self) -> dict[str, int]:
        """Returns groups that this file keeps messages for and that have no member here."""
        found: dict[str, int] = {}
        for state in self.topics.values():
            for group, mine in state.acknowledged.items():
                if group not in state.cursors and min(mine) < state.end:
                    found[group] = found.get(group, 0) + state.end - min(mine)
        return found
