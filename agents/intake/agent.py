"""The intake agent: what strangers write to `inbound.leads` → `lead.routed`, `lead.scored`,
`lead.rejected`, `lead.merged`.

It is the one reader of the door. Each record is validated, upcast, tied to a lead by exact
identity, and committed with its identity rows, so that two records of one lead that arrive at once
cannot both found it: the later one loses its commit and is tied on the second look. What is refused
is kept as it came, with the reason, and said so on `lead.rejected`.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from agents import counting, definitions
from agents.base import ROUNDS, Commits
from agents.definitions import Client
from agents.intake import ties
from agents.intake.intake import Admitted, Door, Refused, admit
from agents.names import Names
from agents.scoring import profile
from bus.base import Delivery, Message
from bus.foreign import Foreign, read_foreign, split
from bus.foreign import named as named_by
from contracts import lead, registry, trace
from contracts.envelope import Event
from contracts.errors import ContractError
from contracts.ids import (
    OPERATOR,
    AccountId,
    ContentId,
    LeadId,
    PartitionKey,
    TenantId,
    named,
    partition_key,
    stop_id,
)
from contracts.outcome import Mode, StopReason
from statestore.base import (
    Consumed,
    Line,
    Lost,
    Outgoing,
    Poisoned,
    Ref,
    Row,
    RowWrite,
    Stop,
    StopAdd,
    Unit,
)

log = structlog.get_logger()

NAME = "intake"
REJECTED = PartitionKey(f"{OPERATOR}/rejected")
KEPT = 100_000
"""Bytes that are kept of a refused record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record at the door: the event, or why it cannot be read, and its name here."""

    message: Message
    origin: str
    foreign: Foreign | ContractError

    @property
    def name(self) -> str:
        """(source, id) where the stranger gave them, else what it holds and where it lay."""
        source, id_ = self.given
        if id_:
            return f"{source}:{id_}"
        return hashlib.sha256(f"{self.origin}\x00".encode() + self.message.value).hexdigest()

    @property
    def given(self) -> tuple[str, str | None]:
        """(source, id) as the stranger gave them, as far as the record could be read."""
        if isinstance(self.foreign, Foreign):
            return self.foreign.source or "", self.foreign.id
        return named_by(self.message)

    @property
    def refusal(self) -> str:
        """The name under which it is refused: mended and sent again under its id, it is looked at
        again, and the same bytes are not."""
        return f"{self.name}#{hashlib.sha256(self.message.value).hexdigest()[:16]}"

    @property
    def traceparent(self) -> str | None:
        """The trace that the stranger's own system began, where it says one."""
        if not isinstance(self.foreign, Foreign):
            return None
        return trace.read(self.foreign.extensions.get("traceparent"))


class Intake:
    """A bus handler; `take` is also what a command may call."""

    name = NAME
    topics = ("inbound.leads",)

    def __init__(self, commits: Commits, names: Names, mode: Mode) -> None:
        self.commits = commits
        self.names = names
        self.mode = mode

    async def __call__(self, deliveries: Sequence[Delivery]) -> None:
        """Takes or refuses every record of a batch."""
        with counting.batch(NAME, self.commits.clock):
            await self.take([record for delivery in deliveries for record in records(delivery)])

    async def take(self, found: Sequence[Record]) -> None:
        """Admits, ties and commits; losers are looked at again."""
        left = await self._fresh(found)
        for _ in range(ROUNDS):
            if not left:
                return
            units = await self._units(left)
            results = await self.commits.commit(units)
            counting.at_the_door(self.topics[0], units, results)
            pairs = list(zip(left, results, strict=True))
            for record, result in pairs:
                if isinstance(result, Poisoned):
                    await self._refuse(record, result.error)
            left = [record for record, result in pairs if isinstance(result, Lost)]
        if left:
            raise RuntimeError(f"{len(left)} records lost {ROUNDS} commits in a row")

    async def _fresh(self, found: Sequence[Record]) -> list[Record]:
        unique = {(record.name, record.refusal): record for record in found}
        names = [name for pair in unique for name in pair]
        seen = await self.commits.store.consumed(NAME, names)
        return [record for pair, record in unique.items() if seen.isdisjoint(pair)]

    async def _units(self, found: Sequence[Record]) -> list[Unit]:
        door = await self._door()
        judged = [self._judged(record, door) for record in found]
        holders = await self._holders([one for one in judged if isinstance(one, Admitted)])
        return [
            self._admitted(record, one, holders)
            if isinstance(one, Admitted)
            else self._refused(record, one)
            for record, one in zip(found, judged, strict=True)
        ]

    async def _door(self) -> Door:
        rows = await self.commits.store.scan(None, "client", limit=10_000)
        clients = [definitions.read(row, Client) for row in rows]
        return Door({TenantId(c.id): profile.of(c) for c in clients}, self.names)

    def _judged(self, record: Record, door: Door) -> Admitted | Refused:
        foreign = record.foreign
        if isinstance(foreign, ContractError):
            return Refused(
                code=foreign.code,
                message=str(foreign),
                problems=foreign.problems,
                original_id=record.given[1],
            )
        return admit(
            foreign.data,
            door=door,
            now=self.commits.clock.now(),
            origin=record.origin,
            type_=foreign.type or "inbound.leads.v1",
            tenant=foreign.extensions.get("tenant"),
            original_id=foreign.id,
            occurred_at=foreign.time,
        )

    async def _holders(
        self, admitted: Sequence[Admitted]
    ) -> dict[tuple[TenantId, str], ties.Holder]:
        refs = [_ref(one.tenant, key) for one in admitted for key in one.keys]
        rows = await self.commits.store.rows(refs) if refs else {}
        found = {(ref.tenant, ref.key): _held_by(row) for ref, row in rows.items()}
        while into := await self._turned_out(found):
            found = {
                (tenant, key): into.get((tenant, holder.lead), holder)
                for (tenant, key), holder in found.items()
            }
        return found

    async def _turned_out(
        self, found: Mapping[tuple[TenantId, str], ties.Holder]
    ) -> dict[tuple[TenantId, LeadId], ties.Holder]:
        """Which of the holders turned out to be another lead, and who that is: a closed lead holds
        nothing, else two of them could close each other."""
        leads = {(tenant, holder.lead) for (tenant, _), holder in found.items()}
        refs = {_merged_ref(tenant, lead): (tenant, lead) for tenant, lead in leads}
        rows = await self.commits.store.rows(list(refs)) if refs else {}
        return {refs[ref]: _held_by(row) for ref, row in rows.items()}

    # units

    def _admitted(
        self,
        record: Record,
        one: Admitted,
        known: Mapping[tuple[TenantId, str], ties.Holder],
    ) -> Unit:
        holders = {key: holder for (tenant, key), holder in known.items() if tenant == one.tenant}
        tie = one.tie(holders)
        lead_ = one.tied(tie) if tie is not None else one
        fresh = [key for key in lead_.keys if key.hash not in holders]
        cause = f"{NAME}:{record.name}"
        event = registry.produce(
            lead_.payload,
            key=lead_.key,
            source=f"/{NAME}",
            cause=cause,
            mode=self.mode,
            traceparent=record.traceparent,
        )
        merged = self._merged(lead_, tie, cause, event.traceparent)
        return Unit(
            tenant=one.tenant,
            consumed=self._consumed(record.name),
            rows=(*(_identity(lead_, key) for key in fresh), *_into(lead_, tie)),
            stops=self._closed(lead_, tie, cause),
            events=(Outgoing(event=event), *merged),
            journal=(self._line(record, lead_, tie, event),),
        )

    def _closed(self, one: Admitted, tie: ties.Tie | None, cause: str) -> tuple[StopAdd, ...]:
        """What was learnt here stops here: of a lead that turned out to be another one nothing goes
        out while the news is still on its way to whoever plans."""
        others = tie.others if tie is not None else ()
        keys = sorted({f"lead:{holder.lead}" for holder in others})
        return tuple(
            StopAdd(
                stop=Stop(
                    id=stop_id(f"{one.tenant}/{key}", StopReason.MERGED, one.payload.lead_id),
                    tenant=one.tenant,
                    key=key,
                    reason=StopReason.MERGED,
                    at=self.commits.clock.now(),
                    cause=cause,
                    by=NAME,
                )
            )
            for key in keys
        )

    def _merged(
        self, one: Admitted, tie: ties.Tie | None, cause: str, traceparent: str | None
    ) -> list[Outgoing]:
        """Further leads that this record names are the same lead: said under each one's account."""
        if tie is None:
            return []
        evidence = ", ".join(tie.evidence)
        return [self._merge(one, holder, evidence, cause, traceparent) for holder in tie.others]

    def _merge(
        self,
        one: Admitted,
        holder: ties.Holder,
        evidence: str,
        cause: str,
        traceparent: str | None,
    ) -> Outgoing:
        fact = lead.Merged(
            lead_id=holder.lead,
            occurred_at=self.commits.clock.now(),
            into=one.payload.lead_id,
            evidence=evidence,
            by=NAME,
        )
        event = registry.produce(
            fact,
            key=partition_key(one.tenant, holder.account),
            source=f"/{NAME}",
            cause=cause,
            ordinal=holder.lead,
            mode=self.mode,
            traceparent=traceparent,
        )
        return Outgoing(event=event)

    def _line(self, record: Record, one: Admitted, tie: ties.Tie | None, event: Event) -> Line:
        payload = one.payload
        return Line(
            tenant=one.tenant,
            account=payload.account_id,
            lead=payload.lead_id,
            at=self.commits.clock.now(),
            agent=NAME,
            kind="fact",
            code="received" if tie is None else "received_again",
            data={
                "origin": record.origin,
                "notes": list(one.notes),
                "tied_by": list(tie.evidence) if tie else [],
                "trace": event.traceparent,
            },
        )

    def _refused(self, record: Record, one: Refused) -> Unit:
        kept = ContentId(named("rejected", record.refusal))
        now = self.commits.clock.now()
        fact = one.fact(now=now, origin=record.origin, kept_as=kept)
        event = registry.produce(
            fact,
            key=REJECTED,
            source=f"/{NAME}",
            cause=f"{NAME}:{record.refusal}",
            mode=self.mode,
            traceparent=record.traceparent,
        )
        row = RowWrite(
            ref=Ref(OPERATOR, "message", kept),
            expect=None,
            status="rejected",
            data={
                "code": one.code,
                "message": one.message,
                "pointer": one.pointer,
                "origin": record.origin,
                "at": now.isoformat(),
                "topic": record.message.topic,
                "value": base64.b64encode(record.message.value[:KEPT]).decode(),
            },
        )
        log.warning("lead_rejected", code=one.code, pointer=one.pointer, origin=record.origin)
        return Unit(
            tenant=OPERATOR,
            consumed=self._consumed(record.refusal),
            rows=(row,),
            events=(Outgoing(event=event),),
        )

    async def _refuse(self, record: Record, error: str) -> None:
        """A record that the store cannot hold is kept as its refusal."""
        refused = Refused(code="unstorable", message=error, problems=())
        await self.commits.commit([self._refused(record, refused)])

    def _consumed(self, name: str) -> Consumed:
        return Consumed(agent=NAME, ids=(name,), at=self.commits.clock.now())


def records(delivery: Delivery) -> list[Record]:
    """Takes a delivery apart: one record, or several where a stranger sent a batch."""
    try:
        messages = split(delivery.message)
    except ContractError as error:
        return [Record(delivery.message, delivery.origin, error)]
    return [
        Record(
            message, f"{delivery.origin}#{place}" if len(messages) > 1 else delivery.origin, foreign
        )
        for place, message in enumerate(messages)
        for foreign in (_read(message),)
    ]


def _read(message: Message) -> Foreign | ContractError:
    try:
        return read_foreign(message)
    except ContractError as error:
        return error


def _ref(tenant: TenantId, key: ties.Key) -> Ref:
    return Ref(tenant, "identity", key.hash)


def _merged_ref(tenant: TenantId, lead_: LeadId) -> Ref:
    return Ref(tenant, "identity", f"merged:{lead_}")


def _held_by(row: Row) -> ties.Holder:
    data = row.data
    return ties.Holder(LeadId(data["lead"]), AccountId(data["account"]), data.get("person"))


def _into(one: Admitted, tie: ties.Tie | None) -> list[RowWrite]:
    """What is kept of leads that turned out to be this one: where to look for them."""
    gone = {holder.lead for holder in tie.others} if tie is not None else set()
    return [_names(one, _merged_ref(one.tenant, lead_), "merged") for lead_ in sorted(gone)]


def _identity(one: Admitted, key: ties.Key) -> RowWrite:
    return _names(one, _ref(one.tenant, key), key.kind)


def _names(one: Admitted, ref: Ref, kind: str) -> RowWrite:
    holder = one.holder
    return RowWrite(
        ref=ref,
        expect=0,
        parent=holder.account,
        data={
            "lead": holder.lead,
            "account": holder.account,
            "person": holder.person,
            "kind": kind,
        },
    )
