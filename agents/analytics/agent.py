"""Analytics: every event of a lead's life → one pseudonymous line of JSON, by topic and day.

Lines carry ids, times and codes, and nothing that identifies a person (spec 9.5): personal topics
are reduced to their scores, and fields of words are left out. Files are appended and flushed to
the disk before a batch is acknowledged, so a crash may repeat lines and never loses one; a line is
unique by (`source`, `id`), as on the bus.
"""

import fcntl
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import structlog

from bus.base import Delivery
from bus.codec import decode
from contracts.catalogue import CATALOGUE
from contracts.envelope import Event, topic_of
from contracts.errors import ContractError

log = structlog.get_logger()

NAME = "analytics"
TOPICS = tuple(
    topic_of(entry.type)
    for entry in CATALOGUE
    if entry.produced and not entry.internal and entry.type != "lead.rejected.v1"
)
SCORES = ("als", "tier", "qualified", "completeness_score", "confidence_score")
"""What is kept of a lead's quality."""
WORDS = frozenset(
    {"text", "diagnostic", "key_phrases", "evidence", "message", "url", "reason_text"}
)
"""Fields that may hold what a person wrote or is called."""

LONGEST = 1 << 20
"""Bytes that a line has at most: more than the bus takes for a message."""


class Analytics:
    """A bus handler; `folder` holds `<topic>/<day>.jsonl`, days in UTC business time."""

    name = NAME
    topics = TOPICS

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        """Appends a line an event; unreadable ones are logged, the agents dead-letter them."""
        lines: dict[Path, list[bytes]] = {}
        for delivery in deliveries:
            try:
                event = decode(delivery.message)
            except ContractError as error:
                log.warning(
                    "event_unreadable", agent=NAME, origin=delivery.origin, error=str(error)
                )
                continue
            path = self.folder / event.topic / f"{event.time:%Y-%m-%d}.jsonl"
            lines.setdefault(path, []).append(orjson.dumps(line(event)) + b"\n")
        for path, new in lines.items():
            append(path, b"".join(new))


def append(path: Path, data: bytes) -> None:
    """Appends whole lines durably; half a line that a crash left at the end is cut off first, as
    its event comes again. The file is locked meanwhile: half a line may be another process's that
    is about to become whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(_whole(file))
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _whole(file: BinaryIO) -> int:
    """Returns where the last whole line of a file ends; looks no further back than the longest."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(end - 1, 0))
    if file.read(1) in (b"", b"\n"):
        return end
    begin = max(end - LONGEST, 0)
    file.seek(begin)
    newline = file.read().rfind(b"\n")
    return begin + newline + 1 if newline >= 0 or begin == 0 else end


def line(event: Event) -> dict[str, Any]:
    """Returns an event as an analyst gets it: envelope by its CloudEvents names, data reduced."""
    return {
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "time": _text(event.time),
        "recordedtime": _text(event.recorded),
        "tenant": event.tenant,
        "account": event.account,
        "campaign": event.campaign,
        "correlationid": event.correlation,
        "causationid": event.causation,
        "mode": event.mode.value,
        "data": reduced(event.topic, event.data),
    }


def reduced(topic: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the data without what identifies people."""
    if topic in {"lead.routed", "lead.enriched", "lead.scored"}:
        quality = data.get("quality") or {}
        kept = {"lead_id": data.get("lead_id"), "occurred_at": data.get("occurred_at")}
        return {**kept, **{name: quality[name] for name in SCORES if name in quality}}
    return {name: value for name, value in data.items() if name not in WORDS}


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
