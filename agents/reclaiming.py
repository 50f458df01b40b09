"""A doing agent's claim keeps the event that looks after it, so that a lost bus loses no lead.

Enrichment and landing put that event into the outbox in the commit that claims; it comes at the
end of the claim's lease. Where the bus loses it and the claiming process is dead as well, nothing
else in the store would come back to the lead. So the claim's commit keeps the event in a row of its
own, the record's commit clears it, and `Reclaimer` says it again where its moment is long over.
Said once too often it changes nothing: the agent finds its claim settled, or under way.

The row is kept with what identifies people, since the event holds a lead's fields: an erasure
blanks it, and then there is nobody to go on with.
"""

from datetime import datetime, timedelta

import structlog

from agents.base import Commits, retry_topic
from agents.leading import Leading
from agents.scanning import pages
from bus.base import Message
from bus.codec import decode, encode
from contracts.envelope import Event
from contracts.ids import EventId, TenantId, named
from statestore.base import Outgoing, Ref, Row, RowWrite, Unit

log = structlog.get_logger()

KIND = "claim"
OPEN, OVER = "open", "over"
LATE = timedelta(minutes=5)
"""How long an event may be on its way before it counts as lost."""


def kept(agent: str, lead: str, after: Outgoing) -> RowWrite:
    """The row of a claim, with the event that looks after it."""
    event = after.event
    message = encode(event)
    data = {
        "agent": agent,
        "due": after.available.isoformat() if after.available else event.time.isoformat(),
        "topic": message.topic,
        "key": message.key,
        "headers": dict(message.headers),
        "value": message.value.decode(),
    }
    return RowWrite(
        ref=_ref(event.tenant, agent, lead), expect=None, parent=lead, status=OPEN, data=data
    )


def over(tenant: TenantId, agent: str, lead: str) -> RowWrite:
    """The row of a claim that is settled: nothing of the event is left."""
    return RowWrite(
        ref=_ref(tenant, agent, lead), expect=None, parent=lead, status=OVER, data={"agent": agent}
    )


def _ref(tenant: TenantId, agent: str, lead: str) -> Ref:
    return Ref(tenant, KIND, f"{agent}/{lead}")


class Reclaimer:
    """Looks for claims that nobody comes back to, as often as the auditor looks at leads."""

    def __init__(self, commits: Commits, *, every: float, owner: str) -> None:
        self.commits = commits
        self.every = every
        self.leading = Leading(commits, "reclaimer", owner, 1.5 * every)

    async def run(self) -> None:
        """Looks for ever."""
        await self.leading.rounds(
            self.every, self.look, lambda error: log.warning("reclaimer_waits", error=str(error))
        )

    async def look(self) -> int:
        """Looks at every open claim once; returns how many events were said again."""
        found = 0
        async for rows in pages(self.commits.store, None, KIND, status=OPEN):
            units = [unit for row in rows if (unit := again(row, self.commits.clock.now()))]
            await self.commits.commit(units)
            found += sum(len(unit.events) for unit in units)
        if found:
            log.warning("claims_reminded", count=found)
        return found


def again(row: Row, now: datetime) -> Unit | None:
    """What is done about an open claim: nothing before its event is late, then that event under one
    more name; where an erasure took it away, the claim is over."""
    agent = row.ref.key.partition("/")[0]
    if not row.data.get("value"):
        return Unit(tenant=row.ref.tenant, rows=(over(row.ref.tenant, agent, row.parent),))
    if now < datetime.fromisoformat(row.data["due"]) + LATE:
        return None
    return Unit(tenant=row.ref.tenant, events=_said_again(row, agent))


def _said_again(row: Row, agent: str) -> tuple[Outgoing, ...]:
    data = row.data
    message = Message(data["topic"], data["key"], data["headers"], data["value"].encode())
    event: Event = decode(message)
    renamed = event.with_(id=EventId(named("reclaimed", event.id, row.version)))
    return (Outgoing(event=renamed, topic=retry_topic(agent)),)
