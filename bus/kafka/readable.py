"""Reads what brokers send also where a record's header has a name that is no text.

Kafka takes any bytes for a header's name; aiokafka 0.14 decodes names strictly and raises, so that
one such record of a stranger's would end its partition's reading for ever, and its group's.
`consumer` puts `Records` where aiokafka's fetcher looks for its own: a batch is read as ever, and
only where that fails once more, slower, with names made readable as `wire.readable` makes values.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

LENGTH_AT, HEAD = 8, 12
"""Where a batch says how long it is, and how many bytes that leaves out."""


class Records:
    """What one fetch brought of a partition: aiokafka's `MemoryRecords` over the same bytes."""

    def __init__(self, raw: bytes) -> None:
        self._quick = MemoryRecords(raw)
        self._raw = memoryview(raw)
        self._at = 0

    def size_in_bytes(self) -> int:
        """Returns how many bytes there are."""
        return int(self._quick.size_in_bytes())

    def has_next(self) -> bool:
        """Says whether another whole batch is there."""
        return bool(self._quick.has_next())

    def next_batch(self) -> "Batch":
        """Returns the next batch; raises CorruptRecordException for one that is too short."""
        start = self._at
        length = int.from_bytes(self._raw[start + LENGTH_AT : start + HEAD], "big")
        self._at = start + HEAD + length
        return Batch(self._quick.next_batch(), self._raw[start : self._at])


class Batch:
    """One batch: aiokafka's own but for its records, which are read at once."""

    def __init__(self, quick: Any, raw: memoryview) -> None:
        self._quick = quick
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._quick, name)

    def __next__(self) -> Any:
        return next(self._quick)  # of a broker's own mark, which has one record and no header

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._quick))
        except UnicodeDecodeError:
            return iter(list(_Lenient(self._raw)))


class _Lenient(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    """aiokafka's own reading in Python, over bytes that always decode."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        if not isinstance(self._buffer, _Text):
            self._buffer = _Text(self._buffer)


class _Text(bytearray):
    """Bytes whose pieces decode whatever they are."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return found if isinstance(found, int) else _Text(found)

    def decode(self, *_: str) -> str:
        return super().decode("utf-8", "backslashreplace")
