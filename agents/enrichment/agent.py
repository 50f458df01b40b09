"""The enrichment agent: `lead.routed` → sources → `lead.enriched`.

A doing agent: it claims a lead, asks the sources between two commits, and records what they found.
A lead that no source can add to (or where none is configured) is settled in one commit, without a
call. Findings that a person has to look at make the lead wait as `needs_review` (spec 7.1); it is
listed by `leadwire review list` and told by `leadwire explain`.

Asking changes nothing anywhere, so a claim whose process died is simply made again: its commit
also puts the same event into the outbox once more, for the moment at which its lease ends, and
keeps it (`agents/reclaiming.py`) for the case that the bus loses it. Whoever takes it then finds
the lead settled, under way, or to be asked about again; after three tries it goes on without the
sources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agents import definitions, reclaiming
from agents.base import Group, Permanent, Reads, Temporary, View, retry_topic
from agents.definitions import Client
from agents.doing import CallPermit, Claim, Doing
from agents.enrichment import review
from agents.enrichment.base import Source, Subject
from agents.enrichment.core import Result, enriched
from agents.enrichment.wanting import When
from agents.enrichment.waterfall import Choice, ask_all, cannot, choose, of_tenant
from agents.scoring import profile
from agents.scoring.profile import ClientProfile
from contracts import registry
from contracts.envelope import Event
from contracts.ids import EventId, TenantId, named
from contracts.lead import Routed, Tried
from statestore.base import Line, Outgoing, Ref, Row, RowWrite, Unit

NAME = "enrichment"
KIND = "enrichment"
CLAIMED, DONE, REVIEW = "claimed", "done", "needs_review"
LEASE = timedelta(minutes=10)
"""Business time after which somebody looks whether a claim still stands."""
TRIES = 3
AGAIN_FOR = "enrichmentof"
"""The extension by which an event that looks after a claim names the event that was claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed lead and all that asking about it needs."""

    event: Event
    routed: Routed
    profile: ClientProfile
    before: Result

    @property
    def ref(self) -> Ref:
        """Its row."""
        return _ref(self.event)


class Enrichment(Doing[Job, Result]):
    """Asks sources about leads (spec 1.2, 7.1)."""

    name = NAME
    topics = ("lead.routed",)

    def __init__(
        self,
        sources: Sequence[Source] = (),
        *,
        slots: int = 8,
        brain: When = "gaps",
        limit_micros: int | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.slots = slots
        self.brain: When = brain
        self.limit_micros = limit_micros
        self.under_way: set[str] = set()
        """Leads that this process asks about just now."""

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        if view.rows:
            return Reads()
        events = [event for _, found in groups for event in found]
        clients = {Ref(event.tenant, "client", event.tenant) for event in events}
        return Reads(rows=(*clients, *(_ref(event) for event in events)))

    # claim

    def decide(self, event: Event, view: View) -> Claim[Job] | Unit | None:
        """Settles a lead that nobody can add to, else claims it; an event that looks after a claim
        does the same once more."""
        cause = event.with_(id=EventId(event.extensions.get(AGAIN_FOR, event.id)))
        row = view.row(event.tenant, KIND, str(event.data["lead_id"]))
        mine = row is not None and row.data.get("event") == cause.id
        if row is not None and mine and row.status != CLAIMED:
            return None
        if event.id != cause.id and not mine:
            return None
        if row is not None and row.status == CLAIMED and not mine:
            raise Temporary("another record of this lead is being enriched")
        return self.claimed(cause, row, view)

    def claimed(self, event: Event, row: Row | None, view: View) -> Claim[Job] | Unit:
        """Claims a lead, or settles it where nobody has to be asked."""
        routed = registry.payload(event, Routed)
        client = _profile(event, view)
        tries = int(row.data.get("tries", 0)) if row and row.status == CLAIMED else 0
        before = enriched(routed, profile=client, now=view.now, brain=self.brain)
        if tries >= TRIES:
            gone = [given_up(source) for source in of_tenant(self.sources, event.tenant)]
            return self.settled(event, before.with_tried(gone), row, view)
        choice = self.chosen(event.tenant, before, view)
        if choice.card is None:
            return self.settled(event, before.with_tried(choice.passed), row, view)
        if str(event.data["lead_id"]) in self.under_way:
            return self.claim_unit(event, row, tries, view)
        return Claim(
            self.claim_unit(event, row, tries + 1, view),
            Job(event=event, routed=routed, profile=client, before=before),
        )

    def chosen(self, tenant: str, before: Result, view: View) -> Choice:
        """Whom to begin with, if anybody."""
        sources = of_tenant(self.sources, tenant)
        subject = Subject(
            tenant=tenant, lead=before.payload.lead, now=view.now, known=before.merged.values()
        )
        cards = [source.card for source in sources]
        return choose(before, cards, cannot(sources, subject), self.limit_micros)

    def claim_unit(self, event: Event, row: Row | None, tries: int, view: View) -> Unit:
        """The claim, and the event that looks after it."""
        guard = event.with_(
            id=EventId(named("enrichment-lease", event.id, view.now.isoformat())),
            extensions={**event.extensions, AGAIN_FOR: event.id},
        )
        after = Outgoing(event=guard, available=view.now + LEASE, topic=retry_topic(NAME))
        data = {
            "event": event.id,
            "tries": tries,
            "since": view.now.isoformat(),
            "kept": row is not None and bool(row.data.get("kept")),
        }
        kept = reclaiming.kept(NAME, str(event.data["lead_id"]), after)
        return Unit(
            tenant=event.tenant,
            rows=(_write(event, row, CLAIMED, data), kept),
            events=(after,),
        )

    # call

    async def call(self, job: Job, permit: CallPermit) -> Result:
        lead_id = str(job.event.data["lead_id"])
        self.under_way.add(lead_id)
        try:
            return await ask_all(
                job.routed,
                self.sources,
                tenant=job.event.tenant,
                profile=job.profile,
                now=job.before.now,
                brain=self.brain,
                limit_micros=self.limit_micros,
            )
        finally:
            self.under_way.discard(lead_id)

    # record

    def reads_to_record(self, job: Job, outcome: Result) -> Reads:
        return Reads(rows=(job.ref,))

    def record(self, job: Job, outcome: Result, view: View) -> Unit | None:
        row = view.rows.get(job.ref)
        if row is None or row.status != CLAIMED or row.data.get("event") != job.event.id:
            return None
        return self.settled(job.event, outcome, row, view, before=job.before)

    def settled(
        self,
        event: Event,
        result: Result,
        row: Row | None,
        view: View,
        before: Result | None = None,
    ) -> Unit:
        """What is kept of a result: the enriched lead, or a lead that waits for a person."""
        waits = bool(result.review)
        rows = []
        if waits or row is not None:
            data = {
                "event": event.id,
                "since": view.now.isoformat(),
                "fields": sorted({one.field for one in result.review}),
                "kept": waits,
            }
            rows.append(_write(event, row, REVIEW if waits else DONE, data))
        if row is not None and row.status == CLAIMED:
            rows.append(reclaiming.over(event.tenant, NAME, str(event.data["lead_id"])))
        if waits:
            rows.append(review.kept(event, result))
        elif row is not None and row.data.get("kept"):
            rows.append(review.settled(event, "superseded"))
        line = Line(
            tenant=event.tenant,
            account=event.account,
            lead=result.payload.lead_id,
            at=view.now,
            agent=NAME,
            kind="enrichment",
            code=REVIEW if waits else "enriched",
            data=told(result, before),
        )
        return Unit(
            tenant=event.tenant,
            rows=tuple(rows),
            events=() if waits else (Outgoing(event=said(event, result)),),
            journal=(line,),
        )


def given_up(source: Source) -> Tried:
    """What is said of a source whose answer no process lived to record."""
    words = f"{TRIES} processes ended before they had its answer"
    return Tried(source=source.card.name, outcome="failed", why=words)


def said(event: Event, result: Result) -> Event:
    """`lead.enriched`, named by the routed event behind it: settled twice, it is said once."""
    return registry.produce(result.payload, key=event.key, source=f"/{NAME}", cause=event)


def told(result: Result, before: Result | None = None) -> dict[str, object]:
    """What the history says: names of fields and sources, figures; no value that was found."""
    found = result.enrichment
    tried = [
        {"source": one.source, "outcome": one.outcome, "why": one.why, "found": one.found}
        for one in found.tried
    ]
    return {
        "fields": sorted(name for name in found.confidence if name in result.merged.chosen),
        "tried": tried,
        "confidence": found.overall_confidence,
        "confidence_before": before.enrichment.overall_confidence if before else None,
        "als": found.baseline_als,
        "contradictions": sorted({one.field for one in found.contradictions}),
        "review": sorted({f"{one.field}: {one.why}" for one in result.review}),
        "wants_brain": found.wants_brain,
        "cost_micros": found.cost_micros,
    }


def _profile(event: Event, view: View) -> ClientProfile:
    row = view.row(event.tenant, "client", event.tenant)
    if row is None:
        raise Permanent(f"no client {event.tenant}; declare it with `leadwire apply`")
    return profile.of(definitions.read(row, Client))


def _ref(event: Event) -> Ref:
    return Ref(TenantId(event.tenant), KIND, str(event.data["lead_id"]))


def _write(event: Event, row: Row | None, status: str, data: Mapping[str, object]) -> RowWrite:
    return RowWrite(
        ref=_ref(event),
        expect=row.version if row is not None else 0,
        parent=event.account,
        status=status,
        data=data,
    )
