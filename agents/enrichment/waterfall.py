"""Whom to ask next about a lead, and the loop that asks.

`choose` is pure: what is missing goes in, the next source or the end comes out, with a word on each
source that is passed over. `ask_all` is the loop around it: choose, ask, merge, choose again, until
the overall confidence is at 80 % or nobody is left who could add what is missing (spec 7.1).
Sources are asked cheapest first, equal ones in the order in which they were named.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from agents.enrichment.base import Answer, Card, Finding, Source, SourceFailed, Subject
from agents.enrichment.core import Result, enriched
from agents.enrichment.wanting import When
from agents.scoring.profile import OVERALL_TARGET, ClientProfile
from contracts.lead import Routed, Tried

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The source to ask next; None: it ends here. `passed` says why each other one was not."""

    card: Card | None
    passed: tuple[Tried, ...] = ()


def choose(
    result: Result, left: Sequence[Card], unable: Mapping[str, str], limit_micros: int | None = None
) -> Choice:
    """Chooses among the sources that were not asked yet.

    `unable` is source → why it cannot look for this lead at all; `limit_micros` is what may still
    be spent on it.
    """
    reasons = {card.name: _against(result, card, unable, limit_micros) for card in left}
    able = sorted((c for c in left if not reasons[c.name]), key=lambda card: card.cost_micros)
    passed = [
        Tried(source=card.name, outcome="passed_over", why=reasons[card.name])
        for card in left
        if reasons[card.name]
    ]
    return Choice(card=able[0] if able else None, passed=tuple(passed))


def _against(
    result: Result, card: Card, unable: Mapping[str, str], limit_micros: int | None
) -> str:
    """Why a source is not asked; empty where it may be."""
    if result.baseline.complete:
        sure = f"{result.baseline.confidence:.0%}"
        return f"overall confidence is at {sure}, {OVERALL_TARGET:.0%} is enough"
    if not card.helps.intersection(result.lacking):
        return f"can add nothing of what is missing ({', '.join(result.lacking)})"
    if card.name in unable:
        return unable[card.name]
    if limit_micros is not None and card.cost_micros > limit_micros:
        return f"costs up to {card.cost_micros} micros, {limit_micros} are left for this lead"
    return ""


@dataclass(slots=True)
class _Course:
    """What one lead's waterfall has come to."""

    findings: list[Finding] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def spent(self) -> int:
        """What was spent so far, in micros."""
        return sum(one.cost_micros for one in self.tried)


async def ask_all(
    routed: Routed,
    sources: Sequence[Source],
    *,
    tenant: str,
    profile: ClientProfile,
    now: datetime,
    brain: When = "gaps",
    limit_micros: int | None = None,
) -> Result:
    """Asks sources until it is enough; a source that fails is named, and the others go on."""
    course = _Course()
    sources = of_tenant(sources, tenant)
    left = list(sources)
    while True:
        result = _merged(routed, course, sources, profile, now, brain)
        subject = Subject(tenant=tenant, lead=routed.lead, now=now, known=result.merged.values())
        cards = [source.card for source in left]
        room = None if limit_micros is None else limit_micros - course.spent
        choice = choose(result, cards, cannot(left, subject), room)
        if choice.card is None:
            course.tried += choice.passed
            return _merged(routed, course, sources, profile, now, brain)
        source = next(one for one in left if one.card is choice.card)
        left.remove(source)
        await _ask(source, subject, course)


def _merged(
    routed: Routed,
    course: _Course,
    sources: Sequence[Source],
    profile: ClientProfile,
    now: datetime,
    brain: When,
) -> Result:
    return enriched(
        routed,
        course.findings,
        profile=profile,
        now=now,
        tried=course.tried,
        notes=course.notes,
        ceilings={source.card.name: source.card.ceiling for source in sources},
        brain=brain,
    )


def of_tenant(sources: Sequence[Source], tenant: str) -> list[Source]:
    """Returns the sources that serve a client; another client's are not even named."""
    return [source for source in sources if source.card.tenant in (None, tenant)]


def cannot(sources: Sequence[Source], subject: Subject) -> dict[str, str]:
    """Returns source → why it cannot look for this lead; those that can are left out."""
    reasons = {source.card.name: source.cannot(subject) for source in sources}
    return {name: why for name, why in reasons.items() if why}


async def _ask(source: Source, subject: Subject, course: _Course) -> None:
    name = source.card.name
    try:
        async with asyncio.timeout(source.card.seconds):
            answer = await source.find(subject)
    except TimeoutError:
        words = f"no answer within {source.card.seconds:g} s"
        course.tried.append(Tried(source=name, outcome="failed", why=words))
    except SourceFailed as error:
        course.tried.append(Tried(source=name, outcome="failed", why=str(error)[:500]))
    except Exception as error:
        log.error("source_raised", source=name, error=repr(error))
        course.tried.append(Tried(source=name, outcome="failed", why=f"a fault of ours: {error!r}"))
    else:
        course.tried.append(_outcome(name, answer))
        course.findings += answer.findings


def _outcome(name: str, answer: Answer) -> Tried:
    return Tried(
        source=name,
        outcome="found" if answer.findings else "nothing",
        why=answer.note,
        found=len(answer.findings),
        cost_micros=answer.cost_micros,
    )
