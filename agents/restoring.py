"""A restored copy → every touch that may have gone out since it was taken is *unknown*.

`leadwire restore` calls it while the copy is closed for claims. The copy knows nothing of what
happened after it was taken, and a touch that is sent twice is worse than one that is late: so what
the copy holds as planned, claimed or held counts as sent, and so does every later step of a lead
in sequence that could have fallen due since, by the campaign's own gaps. Unknown sends are never
tried again under their name; a person, or a vendor's late word, settles them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from agents import definitions
from agents.base import Commits, View
from agents.definitions import Campaign
from agents.gathering import rules_for
from agents.orchestrator.policy import sends_of_round
from agents.orchestrator.record import KIND, Record, read
from agents.scanning import pages
from agents.sender.news import settled
from agents.sender.recovery import command_of
from agents.sender.settlement import unknown
from channels.base import Receipt
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    LeadId,
    PersonId,
    ResourceId,
    TenantId,
    send_id,
)
from contracts.outcome import Channel, Mode, Outcome, SendState, Stage, Status
from statestore.base import Committed, Line, QuotaReserve, Ref, Row, Send, StateStore, Unit
from statestore.errors import StoreError

PAGE = 500
CODE = "restored"
OPEN = (SendState.PLANNED, SendState.CLAIMED, SendState.HELD)
LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Marked:
    """How many sends became unknown: those of the ledger, and those that it did not know yet."""

    ledger: int
    later: int


async def mark(commits: Commits, as_of: datetime, mode: Mode) -> Marked:
    """Marks what may have gone out since `as_of`; repeating it marks nothing more."""
    store, now = commits.store, commits.clock.now()
    ledger = 0
    for state in OPEN:
        while sends := await store.sends_in(state, limit=PAGE):
            marked = await _commit(commits, sends, as_of, now)
            if not marked:
                raise StoreError(f"send {sends[0].id} and {len(sends) - 1} more cannot be marked")
            ledger += marked
    later = 0
    async for rows in pages(store, None, KIND, status=Status.IN_SEQUENCE.value):
        later += await _commit(commits, await _later(store, rows, now, mode), as_of, now)
    await _note(commits, as_of, now, ledger + later)
    return Marked(ledger, later)


async def _later(store: StateStore, rows: Sequence[Row], now: datetime, mode: Mode) -> list[Send]:
    records = [read(row) for row in rows]
    refs = {ref for record in records if (ref := _definition(record)) is not None}
    campaigns = {
        ref: definitions.read(row, Campaign) for ref, row in (await store.rows(refs)).items()
    }
    sends: dict[tuple[TenantId, LeadId], list[Send]] = {}
    for tenant in {record.tenant for record in records}:
        leads = [record.id for record in records if record.tenant == tenant]
        found = await store.sends_of(tenant, leads)
        sends.update({(tenant, lead): rows for lead, rows in found.items()})
    return [
        send
        for record in records
        if (campaign := campaigns.get(_definition(record))) is not None  # type: ignore[arg-type]
        for send in doubtful(record, sends.get((record.tenant, record.id), []), campaign, now, mode)
    ]


def _definition(record: Record) -> Ref | None:
    enrolment = record.lead.enrolment
    if enrolment is None:
        return None
    name = f"{enrolment['campaign']}@{enrolment['version']}"
    return Ref(record.tenant, "definition", name)


def doubtful(
    record: Record, sends: Sequence[Send], campaign: Campaign, now: datetime, mode: Mode
) -> Iterator[Send]:
    """Yields the steps that the ledger does not know and that may have gone out by now.

    A step may go once its gap, the touch gap and the channel's cooldown have passed since what went
    before (windows and quota would only put it off); the plan of the copy says it more exactly for
    the step that it names. Steps without an address cannot have gone.
    """
    mine = {s.step: s for s in sends_of_round(record.lead, sends)}
    addresses: Mapping[str, str] = record.lead.profile.get("addresses", {})
    gone: list[tuple[Channel, datetime]] = []
    for number, step in enumerate(campaign.sequence, start=1):
        known = mine.get(number)
        if known is not None:
            if known.state is not SendState.REFUSED:
                gone.append((known.channel, _earliest(known)))
            continue
        if step.channel.value not in addresses:
            continue
        due = _due(record, number, step.channel, gone, campaign)
        if due > now:
            return
        yield _send(record, campaign, number, len(gone) + 1, due, sends, mode)
        gone.append((step.channel, due))


def _earliest(send: Send) -> datetime:
    """When a send can have gone out at the soonest."""
    if send.code == CODE or send.settled_at is None:
        return send.claimed_at or send.planned_at
    return send.settled_at


def _due(
    record: Record,
    number: int,
    channel: Channel,
    gone: Sequence[tuple[Channel, datetime]],
    campaign: Campaign,
) -> datetime:
    rules = rules_for(campaign, None)
    gap = timedelta(days=max(campaign.gap_days(number), rules.touch_gap_days))
    cooldown = timedelta(days=rules.channel_cooldown_days)
    enrolment = record.lead.enrolment or {}
    moments = [datetime.fromisoformat(enrolment["at"])]
    moments += [at + gap for _, at in gone[-1:]]
    moments += [at + cooldown for used, at in gone if used is channel]
    plan = record.plan or {}
    if plan.get("step") == number and plan.get("channel"):
        moments.append(datetime.fromisoformat(plan["at"]))
    return max(moments)


def _send(
    record: Record,
    campaign: Campaign,
    number: int,
    attempt: int,
    due: datetime,
    sends: Sequence[Send],
    mode: Mode,
) -> Send:
    channel = campaign.sequence[number - 1].channel
    same = [send.resource for send in sends if send.channel is channel]
    enrolment = record.lead.enrolment or {}
    name = send_id(record.tenant, campaign.id, record.lead.round, record.id, number, channel.value)
    return Send(
        id=name,
        tenant=record.tenant,
        account=record.account,
        lead=record.id,
        person=PersonId(str(record.lead.profile["person"])),
        campaign=CampaignId(campaign.id),
        definition=int(enrolment["version"]),
        round=record.lead.round,
        step=number,
        attempt=attempt,
        channel=channel,
        address_hash=AddressHash(record.lead.profile["addresses"][channel.value]),
        resource=ResourceId(same[-1] if same else any_of(campaign.resources, name)),
        state=SendState.PLANNED,
        planned_at=due,
        not_after=due + LASTS,
        mode=mode,
    )


def any_of(resources: Sequence[str], name: str) -> str:
    """Picks one of several by a name: nobody knows which one it was, and none shall bear all."""
    return resources[UUID(name).int % len(resources)]


# ── writing ───────────────────────────────────────────────────────────────────────────────────


async def _commit(commits: Commits, sends: Sequence[Send], as_of: datetime, now: datetime) -> int:
    """Settles sends as unknown, as the sender does with a claim whose process died."""
    if not sends:
        return 0
    results = await commits.commit([unit(send, as_of, now) for send in sends])
    return sum(isinstance(result, Committed) for result in results)


def unit(send: Send, as_of: datetime, now: datetime) -> Unit:
    """Returns the unit that makes a send unknown: ledger, quota, fact and history."""
    receipt = Receipt(
        outcome=Outcome.UNKNOWN,
        stage=Stage.CONTENT_BEGUN,
        code=CODE,
        diagnostic=f"the store was restored as of {as_of.isoformat()}; whether this went out "
        "since, only the vendor's own list says",
    )
    row = replace(send, code=CODE, owner=None, lease_until=None, next_try=None)
    made = settled(send, command_of(send), unknown(row, now), receipt, View(now))
    slot = QuotaReserve(resource=send.resource, tenant=send.tenant, send=send.id, at=now, limits=())
    return made.with_(quota=(slot, *made.quota))


async def _note(commits: Commits, as_of: datetime, now: datetime, count: int) -> None:
    """Tells every client's history that its store was restored."""
    clients = await commits.store.scan(None, "client", limit=10_000)
    lines = [
        Line(
            tenant=row.ref.tenant,
            account=AccountId(""),
            at=now,
            agent="restore",
            kind="restore",
            code=CODE,
            data={"as_of": as_of.isoformat(), "unknown": count},
        )
        for row in clients
    ]
    await commits.commit([Unit(tenant=line.tenant, journal=(line,)) for line in lines])
