"""What a stage of the linear pipeline is, and the contract that is checked around each of them.

A stage takes a chunk of leads and returns the same leads, in the same order, each with more known
of it. Whatever it does to what came in, to the order or to the number breaks the contract: the run
ends there and names stage, lead and key (spec 1.6). Refused leads pass by.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from agents.enrichment.base import Source
from agents.enrichment.wanting import When
from agents.enrichment.waterfall import ask_all
from agents.pipeline.carried import Carried
from agents.scoring.profile import ClientProfile
from agents.scoring.score import scored
from contracts.errors import ContractError
from contracts.lead import Routed, Scored

AT_ONCE = 16
"""Leads that are asked about together where sources reach out."""


class StageError(Exception):
    """A stage broke its contract or cannot go on; the text names stage, lead, key and remedy."""


class Stage(Protocol):
    """One step of the pipeline; the bus agents' cores stand behind it."""

    @property
    def name(self) -> str:
        """How messages and `--skip` call it."""

    async def __call__(self, leads: Sequence[Carried]) -> Sequence[Carried]:
        """Returns the same leads in the same order; raises StageError to end the run."""


class Scoring:
    """Adds quality and score by the scoring agent's own function. A lead that came scored keeps
    what upstream said, as at intake."""

    name = "scoring"

    def __init__(self, profile: ClientProfile) -> None:
        self.profile = profile

    async def __call__(self, leads: Sequence[Carried]) -> list[Carried]:
        """Scores each."""
        return [self._one(one) for one in leads]

    def _one(self, one: Carried) -> Carried:
        if isinstance(one.payload, Scored) or one.payload is None:
            return one
        return replace(one, payload=scored(one.payload, self.profile))


class Enrichment:
    """Adds what the sources find, by the enrichment agent's own waterfall and merge.

    `at_once` is how many leads are asked about together; a source keeps its own manners beyond
    that. Ages of findings count from the run's moment, so that a run that goes on says the same.
    """

    name = "enrichment"

    def __init__(
        self,
        profile: ClientProfile,
        sources: Sequence[Source] = (),
        *,
        brain: When = "gaps",
        at_once: int = AT_ONCE,
    ) -> None:
        self.profile = profile
        self.sources = sources
        self.brain: When = brain
        self.at_once = at_once

    async def __call__(self, leads: Sequence[Carried]) -> list[Carried]:
        """Asks about each; a lead that came scored is not asked about, as on the bus."""
        places = asyncio.Semaphore(self.at_once)

        async def one(lead: Carried) -> Carried:
            if lead.payload is None or isinstance(lead.payload, Scored):
                return lead
            async with places:
                return replace(lead, payload=await self._asked(lead.payload, lead.tenant))

        return list(await asyncio.gather(*(one(lead) for lead in leads)))

    async def _asked(self, payload: Routed, tenant: str) -> Routed:
        result = await ask_all(
            payload,
            self.sources,
            tenant=tenant,
            profile=self.profile,
            now=payload.occurred_at,
            brain=self.brain,
        )
        return result.payload

    async def close(self) -> None:
        """Lets go of what the sources hold open."""
        for source in self.sources:
            await source.close()


class Function:
    """A stage made of a function over payloads, for programs that bring their own core."""

    def __init__(self, name: str, core: Callable[[Routed], Awaitable[Routed | Scored]]) -> None:
        self.name = name
        self.core = core

    async def __call__(self, leads: Sequence[Carried]) -> list[Carried]:
        """Calls it for each lead."""
        return [
            replace(one, payload=await self.core(one.payload))
            if isinstance(one.payload, Routed)
            else one
            for one in leads
        ]


async def checked(stage: Stage, leads: Sequence[Carried]) -> list[Carried]:
    """Runs a stage over the leads that take part, and puts the others back in their places."""
    taking = [one for one in leads if one.payload is not None]
    try:
        found = list(await stage(taking))
    except ContractError as error:
        raise StageError(f"{stage.name}: {error}") from error
    _check_number(stage, taking, found)
    for before, after in zip(taking, found, strict=True):
        _check(stage, before, after)
    done = iter(found)
    return [one if one.payload is None else next(done) for one in leads]


def _check_number(stage: Stage, before: Sequence[Carried], after: Sequence[Carried]) -> None:
    lost = {one.row: one for one in before}
    for one in after:
        if lost.pop(one.row, None) is None:
            raise StageError(f"{stage.name}: returned {one.label}, which was not given to it")
    if lost:
        first = next(iter(lost.values()))
        raise StageError(f"{stage.name}: {first.label} was given to it and did not come back")
    if [one.row for one in before] != [one.row for one in after]:
        raise StageError(f"{stage.name}: returned its leads in another order")


def _check(stage: Stage, before: Carried, after: Carried) -> None:
    old, new = before.payload, after.payload
    if old is None or new is None:
        raise StageError(f"{stage.name}: {before.label} came back without its record")
    if after.data is not before.data and after.data != before.data:
        name = changed_key(before.data, after.data)
        raise StageError(f"{stage.name}: {before.label}: /{name} came in and was changed")
    if new.lead is not old.lead and new.lead != old.lead:
        name = changed_key(old.lead.wire(), new.lead.wire())
        raise StageError(f"{stage.name}: {before.label}: /lead/{name} came in and was changed")
    if (new.lead_id, new.account_id) != (old.lead_id, old.account_id):
        raise StageError(f"{stage.name}: {before.label}: /routing/lead_id came in and was changed")


def changed_key(before: object, after: object) -> str:
    """Returns the first key whose value differs."""
    old: Mapping[str, object] = before if isinstance(before, Mapping) else {}
    new: Mapping[str, object] = after if isinstance(after, Mapping) else {}
    return next((str(k) for k in (*old, *new) if old.get(k) != new.get(k)), "")
