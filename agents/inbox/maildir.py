"""Reads a resource's mailbox: a Maildir folder, its watermark, and nothing twice.

A file in `new/` is taken in one commit and then moved to `cur/`; a crash in between takes it again,
which changes nothing. Each pass to the end of `new/` writes the watermark, by which the gate knows
that answers have been read (spec 6, *freshness*). A file that cannot be read is left where it is
and named; the others go on, and the watermark is not moved past it.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog

from agents.definitions import Resource
from agents.inbox.taking import Taking
from contracts.ids import ResourceId, TenantId
from statestore.base import Committed, Lost, Poisoned, Ref, Result, RowWrite, Unit
from statestore.errors import Unavailable

log = structlog.get_logger()

BATCH = 50
LARGEST = 30_000_000
"""Bytes; a larger file is left for a person, by name."""


class MaildirReader:
    """One mailbox of one resource; `run` until cancelled."""

    def __init__(self, taking: Taking, resource: Resource, *, ceiling: float = 5.0) -> None:
        if not resource.inbox.maildir:
            raise ValueError(f"resource {resource.id}: inbox kind `read` needs `maildir`")
        self.taking = taking
        self.resource = resource
        self.folder = Path(resource.inbox.maildir)
        self.every = timedelta(seconds=resource.inbox.every_seconds)
        self.ceiling = ceiling
        self.left: set[str] = set()
        self._nudge = asyncio.Event()
        for name in ("new", "cur", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def nudge(self) -> None:
        """Makes the reader look now."""
        self._nudge.set()

    async def run(self) -> None:
        """Reads for ever."""
        clock = self.taking.commits.clock
        while True:
            self._nudge.clear()
            try:
                await self.read()
            except Unavailable as error:
                log.warning("mailbox_waits", resource=self.resource.id, error=str(error))
            await clock.wait(clock.now() + self.every, self._nudge, self.ceiling)

    async def read(self) -> int:
        """Reads to the end of `new/` once; returns how many messages were taken."""
        taken = 0
        while True:
            there = sorted((self.folder / "new").iterdir())
            self.left &= {path.name for path in there}
            paths = [path for path in there if path.name not in self.left]
            batch = paths[:BATCH]
            taken += await self._take(batch, last=len(paths) <= BATCH)
            if len(paths) <= BATCH:
                return taken

    async def _take(self, paths: Sequence[Path], *, last: bool) -> int:
        known = [(path, raw) for path in paths if (raw := self._bytes(path)) is not None]
        tenant = TenantId(self.resource.client)
        extra = [self._watermark()] if last and not self.left else []
        if not known and not extra:
            return 0
        resource = ResourceId(self.resource.id)
        results = await self.taking.take(tenant, resource, [raw for _, raw in known], extra)
        for (path, _), result in zip(known, results, strict=True):
            self._done(path, result)
        return len(known)

    def _bytes(self, path: Path) -> bytes | None:
        try:
            if path.stat().st_size <= LARGEST:
                return path.read_bytes()
            reason = f"larger than {LARGEST} bytes"
        except OSError as error:
            reason = str(error)
        self._leave(path, reason)
        return None

    def _done(self, path: Path, result: Result) -> None:
        if isinstance(result, Poisoned):
            self._leave(path, result.error)
        elif isinstance(result, Committed) or (
            isinstance(result, Lost) and result.code == "version"
        ):
            with suppress(FileNotFoundError):  # another process has moved it meanwhile
                path.rename(self.folder / "cur" / f"{path.name}:2,S")

    def _leave(self, path: Path, reason: str) -> None:
        """Leaves a file for a person; follow-ups of this mailbox hold until it is gone."""
        log.error("message_unreadable", resource=self.resource.id, file=path.name, reason=reason)
        self.left.add(path.name)

    def _watermark(self) -> Unit:
        now = self.taking.commits.clock.now()
        tenant = TenantId(self.resource.client)
        row = RowWrite(
            ref=Ref(tenant, "watermark", self.resource.id),
            expect=None,
            data={"read_at": now.isoformat()},
        )
        return Unit(tenant=tenant, rows=(row,))
