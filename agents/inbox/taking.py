"""Takes raw messages in: reads, matches, and commits each as one unit. What the Maildir reader,
the door and the webhook share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from agents.base import Commits
from agents.inbox import matching
from agents.inbox.absorb import Arrival, absorb
from agents.inbox.reading import Reading, read
from agents.inbox.values import Kind
from agents.names import Names
from contracts.ids import OPERATOR, AddressHash, ResourceId, SendId, TenantId
from contracts.outcome import Mode
from statestore.base import Committed, Poisoned, Ref, Result, Row, Send, Unit

log = structlog.get_logger()


def careful(raw: bytes, now: datetime) -> Reading:
    """Reads a message; one at which our reader fails is kept as unreadable, and named: the
    mailbox goes on, and whom it can be tied to is paused for a person."""
    try:
        return read(raw, now=now)
    except Exception as error:
        log.error("reader_failed", error=repr(error), octets=len(raw))
        return Reading(kind=Kind.REPLY, refused=f"our reader failed: {type(error).__name__}")


ANSWERS = frozenset({Kind.REPLY, Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY})
"""Kinds for which the writer's address is evidence enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the store knows for a batch of messages."""

    sends: Mapping[SendId, Send]
    written_to: Mapping[AddressHash, Sequence[Send]]
    contents: Mapping[str, Row]


class Taking:
    """Takes messages of one client's mailbox."""

    def __init__(self, commits: Commits, names: Names, mode: Mode) -> None:
        self.commits = commits
        self.names = names
        self.mode = mode

    async def take(
        self,
        tenant: TenantId,
        resource: ResourceId,
        raws: Sequence[bytes],
        extra: Sequence[Unit] = (),
    ) -> list[Result]:
        """Commits each message, and `extra` units beside them; a message that was taken before
        loses with `version`, which is as good as taken. Returns one result a message."""
        now = self.commits.clock.now()
        readings = [careful(raw, now) for raw in raws]
        found = await self._find(tenant, readings)
        units = [
            absorb(self._arrival(tenant, resource, raw, reading, found))
            for raw, reading in zip(raws, readings, strict=True)
        ]
        results = await self.commits.commit([*units, *extra])
        for reading, result in zip(readings, results, strict=False):
            outcome = "taken" if isinstance(result, Committed) else type(result).__name__.lower()
            log.info("message_taken", kind=reading.kind.value, outcome=outcome, resource=resource)
            if isinstance(result, Poisoned):
                log.error("message_refused", resource=resource, error=result.error)
        return results[: len(units)]

    def _arrival(
        self, tenant: TenantId, resource: ResourceId, raw: bytes, reading: Reading, found: Found
    ) -> Arrival:
        writer = matching.writer(reading, self.names)
        tied = matching.match(
            reading,
            self.names,
            {id_: send for id_, send in found.sends.items() if send.tenant == tenant},
            found.written_to.get(writer, ()) if writer else (),
            forgeable=reading.kind in ANSWERS,
        )
        if tied is not None and reading.kind is Kind.REPLY:
            reading = self._without_ours(raw, reading, tied.send, found)
        return Arrival(
            tenant=tenant,
            resource=resource,
            raw=raw,
            reading=reading,
            match=tied,
            writer=writer,
            now=self.commits.clock.now(),
            mode=self.mode,
        )

    def _without_ours(self, raw: bytes, reading: Reading, send: Send, found: Found) -> Reading:
        """Reads an answer again with our own text known, so that it is never taken for theirs."""
        row = found.contents.get(str(send.content))
        if row is None or not row.data.get("body") or not send.reference:
            return reading
        sent = {send.reference: str(row.data["body"])}
        return read(raw, sent=sent, now=self.commits.clock.now())

    async def _find(self, tenant: TenantId, readings: Sequence[Reading]) -> Found:
        store = self.commits.store
        ids: set[SendId] = set()
        writers: set[AddressHash] = set()
        for reading in readings:
            ids |= {*matching.by_token(reading, self.names), *matching.by_message_id(reading)}
            writer = matching.writer(reading, self.names)
            writers |= {writer} if writer else set()
        whose = None if tenant == OPERATOR else tenant  # the operator's mailbox serves everybody
        sends = await store.sends(whose, ids) if ids else {}
        written_to = await store.sends_to(tenant, sorted(writers)) if writers else {}
        every = [*sends.values(), *(s for found in written_to.values() for s in found)]
        refs = {Ref(tenant, "content", str(s.content)) for s in every if s.content}
        rows = await store.rows(refs) if refs else {}
        return Found(
            sends=sends,
            written_to=written_to,
            contents={ref.key: row for ref, row in rows.items()},
        )
