"""The landing agent: `lead.scored` of a TARGET lead → its page, up → `lead.page_published`.

A doing agent: it claims a lead's page, makes and writes it between two commits, and says that it is
up only after it is. Writing the same page again changes nothing, so a claim whose process died is
simply made again: its commit also puts the same event into the outbox once more, for the moment at
which its lease ends. What a place cannot do just now (no space, no answer) is tried again with
growing delays; what a person has to mend (a template, a refused bucket) is kept with the lead.

`lead.erased`, `lead.merged` and a person's `lead.page_withdrawn` take a page down, for good: no
later score brings it up again. What the row `page` holds identifies nobody once the page is down.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agents import reclaiming
from agents.base import DELAYS, Group, Reads, Temporary, View, retry_topic
from agents.doing import CallPermit, Claim, Doing
from agents.landing import publishing
from agents.landing.core import TARGET, make
from agents.landing.publishing import Place, PlaceError
from agents.landing.sites import Sites
from agents.landing.values import Page, PageError
from contracts import lead as says
from contracts import registry
from contracts.base import Payload
from contracts.envelope import Event
from contracts.ids import EventId, TenantId, named
from statestore.base import Line, Outgoing, Ref, Row, RowWrite, Unit

NAME = "landing"
KIND = "page"
CLAIMED, UP, FAILED, DOWN = "claimed", "up", "failed", "down"
LEASE = timedelta(minutes=5)
"""Business time after which somebody looks whether a claim still stands."""
AGAIN_FOR = "landingof"
"""The extension by which an event that looks after a claim names the event that was claimed."""
REMOVES = frozenset({"lead.erased", "lead.merged", "lead.page_withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed lead: what its page is made from, or that it comes down."""

    event: Event
    tenant: str
    lead: str
    slug: str
    tries: int
    scored: says.Scored | None

    @property
    def ref(self) -> Ref:
        """Its row."""
        return Ref(TenantId(self.tenant), KIND, self.lead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it: a page that is up, a number of files that went, or a problem."""

    page: Page | None = None
    written: int = 0
    removed: int = 0
    problem: str = ""
    lasting: bool = True


class Landing(Doing[Job, Done]):
    """Makes pages, and takes them down (spec 1.4)."""

    name = NAME
    topics = ("lead.scored", *sorted(REMOVES))

    def __init__(self, place: Place, sites: Sites, *, slots: int = 4) -> None:
        self.place = place
        self.sites = sites
        self.slots = slots
        self.changed = asyncio.Event()
        """Set where the set of pages that are up may have changed; `upkeep.py` waits for it."""

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        if view.rows:
            return Reads()
        return Reads(rows=tuple(_ref(event) for _, events in groups for event in events))

    # claim

    def decide(self, event: Event, view: View) -> Claim[Job] | Unit | None:
        """Claims a lead's page; nothing where there is to be none, or where this was done."""
        cause = event.with_(id=EventId(event.extensions.get(AGAIN_FOR, event.id)))
        row = view.rows.get(_ref(event))
        mine = row is not None and row.data.get("event") == cause.id
        removal = event.topic in REMOVES
        if row is not None and (row.status == DOWN or (mine and row.status != CLAIMED)):
            return None
        if event.id != cause.id and not mine:
            return None
        if row is not None and row.status == CLAIMED and not mine:
            raise Temporary("the page of this lead is being written")
        scored = None if removal else registry.payload(cause, says.Scored)
        if scored is not None and scored.lead.route != TARGET:
            return None
        return self.claimed(cause, row, scored, view)

    def claimed(
        self, event: Event, row: Row | None, scored: says.Scored | None, view: View
    ) -> Claim[Job]:
        """The claim, and the event that looks after it."""
        known = dict(row.data) if row is not None else {}
        tries = int(known.get("tries", 0)) + 1 if row and row.status == CLAIMED else 1
        job = Job(
            event=event,
            tenant=event.tenant,
            lead=str(event.data["lead_id"]),
            slug=str(known.get("slug") or ""),
            tries=tries,
            scored=scored,
        )
        data = {**known, "event": event.id, "tries": tries, "since": view.now.isoformat()}
        after = _again(event, f"lease-{view.now.isoformat()}", view, LEASE)
        write = _write(event, row, CLAIMED, data)
        kept = reclaiming.kept(NAME, job.lead, after)
        return Claim(Unit(tenant=event.tenant, rows=(write, kept), events=(after,)), job)

    # call

    async def call(self, job: Job, permit: CallPermit) -> Done:
        try:
            if job.scored is None:
                return Done(removed=await self.take_down(job))
            return await self.bring_up(job, job.scored)
        except PlaceError as error:
            return Done(problem=f"lead {job.lead}: {error}", lasting=error.lasting)
        except PageError as error:
            return Done(problem=str(error))
        except Exception as error:
            return Done(problem=f"lead {job.lead}: {error!r}; report this", lasting=False)

    async def bring_up(self, job: Job, scored: says.Scored) -> Done:
        """Makes the page and writes what changed of it."""
        site = await asyncio.to_thread(self.sites.of, job.tenant, job.lead)
        page = await asyncio.to_thread(
            make, scored.lead, scored.enrichment, site, key=job.lead, slug=job.slug
        )
        assert isinstance(page, Page)  # the route was looked at before the claim
        written = await publishing.publish(self.place, page, below=f"{job.tenant}/")
        return Done(page=page, written=written)

    async def take_down(self, job: Job) -> int:
        """Removes every page of the lead, by its record and by the mark of its key."""
        below = f"{job.tenant}/"
        slugs = await publishing.slugs_of(self.place, job.lead, below=below)
        slugs |= {job.slug} if job.slug else set()
        return sum(
            [await publishing.remove_page(self.place, slug, below=below) for slug in sorted(slugs)]
        )

    def abandoned(self, job: Job) -> Done | None:
        return None  # the event that looks after the claim comes at its lease's end

    # record

    def reads_to_record(self, job: Job, outcome: Done) -> Reads:
        return Reads(rows=(job.ref,))

    def record(self, job: Job, outcome: Done, view: View) -> Unit | None:
        row = view.rows.get(job.ref)
        if row is None or row.status != CLAIMED or row.data.get("event") != job.event.id:
            return None
        self.changed.set()
        if outcome.problem:
            return self.failed(job, outcome, row, view)
        if outcome.page is None:
            return self.down(job, outcome, row, view)
        return self.up(job, outcome.page, row, view)

    def up(self, job: Job, page: Page, row: Row, view: View) -> Unit:
        """The page is up: said where it is new or has changed."""
        new = row.data.get("hash") != page.hash or row.data.get("url") != page.url
        data = {
            "event": job.event.id,
            "slug": page.slug,
            "url": page.url,
            "hash": page.hash,
            "template": page.template,
            "at": view.now.isoformat(),
            "missing": list(page.missing),
        }
        said = says.PagePublished(
            lead_id=job.event.data["lead_id"],
            occurred_at=view.now,
            url=page.url,
            template=page.template,
            content_hash=f"sha256:{page.hash}",
        )
        told = {"template": page.template, "missing": list(page.missing), "hash": page.hash[:12]}
        return self._unit(job, row, UP, data, "page_up", told, said if new else None, view)

    def down(self, job: Job, outcome: Done, row: Row, view: View) -> Unit:
        """The page is down; the row keeps nothing that identifies anybody."""
        why = job.event.topic
        data = {"event": job.event.id, "at": view.now.isoformat(), "why": why}
        said = says.PageWithdrawn(
            lead_id=job.event.data["lead_id"], occurred_at=view.now, reason=why
        )
        own = job.event.topic == says.PageWithdrawn.TYPE.rpartition(".")[0]
        was = bool(row.data.get("url") or outcome.removed) and not own  # it is said already
        told = {"why": why, "files": outcome.removed}
        return self._unit(job, row, DOWN, data, "page_down", told, said if was else None, view)

    def failed(self, job: Job, outcome: Done, row: Row, view: View) -> Unit:
        """It will be tried again, or a person has to mend something."""
        again = not outcome.lasting and job.tries <= len(DELAYS)
        told = {"problem": outcome.problem, "tries": job.tries, "again": again}
        data = {**row.data, "problem": outcome.problem}
        unit = self._unit(
            job, row, CLAIMED if again else FAILED, data, "page_failed", told, None, view
        )
        if not again:
            return unit
        delay = timedelta(seconds=DELAYS[job.tries - 1])
        after = _again(job.event, f"try-{job.tries}", view, delay)
        rows = (unit.rows[0], reclaiming.kept(NAME, job.lead, after))
        return Unit(tenant=unit.tenant, rows=rows, journal=unit.journal, events=(after,))

    def _unit(
        self,
        job: Job,
        row: Row,
        status: str,
        data: Mapping[str, Any],
        code: str,
        told: Mapping[str, Any],
        said: Payload | None,
        view: View,
    ) -> Unit:
        event = job.event
        line = Line(
            tenant=event.tenant,
            account=event.account,
            lead=event.data["lead_id"],
            at=view.now,
            agent=NAME,
            kind="page",
            code=code,
            data=told,
            repeat=f"{code}:{told.get('hash', '')}",
        )
        events: tuple[Outgoing, ...] = ()
        if said is not None:
            out = registry.produce(said, key=event.key, source=f"/{NAME}", cause=event)
            events = (Outgoing(event=out),)
        return Unit(
            tenant=event.tenant,
            rows=(
                _write(event, row, status, data),
                reclaiming.over(event.tenant, NAME, job.lead),
            ),
            events=events,
            journal=(line,),
        )


def _ref(event: Event) -> Ref:
    return Ref(TenantId(event.tenant), KIND, str(event.data["lead_id"]))


def _again(event: Event, why: str, view: View, delay: timedelta) -> Outgoing:
    """The same event once more, for this agent alone, at a later moment."""
    later = event.with_(
        id=EventId(named("landing", event.id, why)),
        extensions={**event.extensions, AGAIN_FOR: event.id},
    )
    return Outgoing(event=later, available=view.now + delay, topic=retry_topic(NAME))


def _write(event: Event, row: Row | None, status: str, data: Mapping[str, Any]) -> RowWrite:
    return RowWrite(
        ref=_ref(event),
        expect=row.version if row is not None else 0,
        parent=event.account,
        status=status,
        data=data,
    )
