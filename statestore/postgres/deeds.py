"""The port's single writes: each one statement, or one transaction of a few."""

from collections.abc import Sequence
from datetime import datetime

from contracts.ids import LeadId, TenantId
from statestore.base import Lease, OutboxRow
from statestore.erasure import ERASED, blank
from statestore.postgres import tenants
from statestore.postgres.asking import Asking
from statestore.records import event_of, micros, moment_or_none, packed

# ── outbox ────────────────────────────────────────────────────────────────────────────────────

_CLAIM = """
WITH free AS (
    (SELECT number, NULL::bigint AS available FROM leadwire.outbox
     WHERE leased_until IS NULL OR leased_until <= $1
     ORDER BY number LIMIT $3 FOR UPDATE SKIP LOCKED)
), later AS (
    (SELECT number, available FROM leadwire.deferred
     WHERE available <= $2 AND (leased_until IS NULL OR leased_until <= $1)
     ORDER BY available, number LIMIT $3 FOR UPDATE SKIP LOCKED)
), chosen AS (
    SELECT number, available FROM (SELECT * FROM free UNION ALL SELECT * FROM later) AS both_
    ORDER BY number LIMIT $3
), now AS (
    UPDATE leadwire.outbox AS o SET leased_until = $4 FROM chosen AS c
    WHERE o.number = c.number AND c.available IS NULL
    RETURNING o.number, o.topic, o.attempt, o.event, NULL::bigint AS available
), soon AS (
    UPDATE leadwire.deferred AS o SET leased_until = $4 FROM chosen AS c
    WHERE o.number = c.number AND c.available IS NOT NULL
    RETURNING o.number, o.topic, o.attempt, o.event, o.available
)
SELECT * FROM now UNION ALL SELECT * FROM soon ORDER BY number
"""


async def claim_outbox(
    asking: Asking, now: datetime, limit: int, machine: float, until: float
) -> list[OutboxRow]:
    """Claims rows that are available, oldest first; `machine` and `until` by the server's clock."""
    found = await asking.plain(_CLAIM, machine, micros(now), limit, until)
    return [
        OutboxRow(
            number=number,
            event=event_of(event),
            topic=topic,
            attempt=attempt,
            available=moment_or_none(available),
        )
        for number, topic, attempt, event, available in found
    ]


_PUBLISHED = """
WITH gone AS (
    DELETE FROM leadwire.outbox WHERE number = ANY($1::bigint[]) RETURNING number
), later AS (
    DELETE FROM leadwire.deferred WHERE number = ANY($1::bigint[])
)
SELECT set_config('synchronous_commit', 'off', true)
"""


async def delete_published(asking: Asking, numbers: Sequence[int]) -> None:
    """Deletes outbox rows. The commit is not waited for: a row that comes back with a crash of the
    server is published twice, which is harmless."""
    await asking.plain(_PUBLISHED, list(numbers))


_FORGET = """
WITH old AS (
    SELECT agent, id FROM leadwire.inbox WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM leadwire.inbox AS i USING old
    WHERE i.agent = old.agent AND i.id = old.id RETURNING 1
)
SELECT count(*) FROM gone
"""


async def forget_consumed(asking: Asking, before: datetime, limit: int) -> int:
    """Drops inbox rows older than a moment; returns how many."""
    return int(await asking.value(_FORGET, micros(before), limit))


_SETTLE = (
    "UPDATE leadwire.dead SET state = $2, note = $3, settled_at = $4 "
    "WHERE id = $1 AND state = 'dead' RETURNING 1"
)


async def settle_dead(asking: Asking, id_: str, state: str, note: str, at: datetime) -> bool:
    """Marks a dead letter; False where it is not there or not dead."""
    statement = (_SETTLE, (id_, state, note, micros(at)))
    [found] = await asking.writing(tenants.EVERYBODY, statement)
    return bool(found)


# ── leases ────────────────────────────────────────────────────────────────────────────────────

_ACQUIRE = """
INSERT INTO leadwire.leases AS l (name, owner, epoch, until) VALUES ($1, $2, 1, $3)
ON CONFLICT (name) DO UPDATE SET
    owner = excluded.owner,
    epoch = l.epoch + CASE WHEN l.owner = excluded.owner THEN 0 ELSE 1 END,
    until = excluded.until
WHERE l.owner = excluded.owner OR l.until <= $4
RETURNING epoch
"""


async def acquire(
    asking: Asking, name: str, owner: str, machine: float, until: float
) -> int | None:
    """Takes or renews a lease by the rule of `statestore.leasing`, and returns its epoch; None
    while somebody else holds it. Moments by the server's clock."""
    found = await asking.plain(_ACQUIRE, name, owner, until, machine)
    return int(found[0][0]) if found else None


async def release(asking: Asking, lease: Lease) -> None:
    """Gives a lease back if it is still the holder's."""
    await asking.plain(
        "UPDATE leadwire.leases SET owner = '', until = 0 "
        "WHERE name = $1 AND owner = $2 AND epoch = $3",
        lease.name,
        lease.owner,
        lease.epoch,
    )


# ── erasure, closing ──────────────────────────────────────────────────────────────────────────

_BLANK = (
    "UPDATE leadwire.{} SET data = $3, version = version + 1 "
    "WHERE tenant = $1 AND parent = $2 AND parent <> '' RETURNING 1"
)
_UNQUOTE = (
    "UPDATE leadwire.sends SET diagnostic = '', request = NULL, version = version + 1 "
    "WHERE tenant = $1 AND lead = $2 AND (diagnostic <> '' OR request IS NOT NULL)"
)
_DISCARD = (
    "UPDATE leadwire.dead SET value = '', detail = '', state = 'discarded', note = $3 "
    "WHERE tenant = $1 AND subject = $2"
)


async def erase(asking: Asking, tenant: TenantId, lead: LeadId, at: datetime) -> int:
    """Blanks what identifies a lead's people (`statestore.erasure`); returns how many rows."""
    data = packed(blank(at)).decode()
    persons, contents, _, _ = await asking.writing(
        tenants.scope([tenant]),
        (_BLANK.format("persons"), (tenant, lead, data)),
        (_BLANK.format("contents"), (tenant, lead, data)),
        (_UNQUOTE, (tenant, lead)),
        (_DISCARD, (tenant, lead, ERASED)),
    )
    return len(persons) + len(contents)


_PUT_META = (
    "INSERT INTO leadwire.meta VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


async def put_meta(asking: Asking, name: str, value: str | None) -> None:
    """Writes a word about the store itself."""
    await asking.plain(_PUT_META, name, value)


async def meta(asking: Asking) -> dict[str, str | None]:
    """Reads every word about the store itself."""
    return dict(await asking.plain("SELECT name, value FROM leadwire.meta"))
