"""Turns a score into lines that a salesperson understands.

`leadwire leads score --explain`, `leadwire explain` and the pipeline's report print them. The same
facts as in `Quality`, in the order in which they are asked: how good, may we write, why, what would
make it better, what to doubt. Pure; says nothing that `Quality` does not hold.
"""

from collections.abc import Iterator, Mapping, Sequence

from agents.scoring.profile import BOUNDS, TARGETS
from contracts.lead import AlsPart, Quality, Tier

UNDER, CLOSED = "score ", "no channel is open"
"""How the reasons begin that keep a lead from being qualified (`score.py` words them)."""
HELPFUL = 3
"""Parts that are named as what would help most."""
LABELS: Mapping[str, str] = {
    "industry_fit": "Industry fit",
    "decision_maker": "Decision maker",
    "company_size": "Company size",
    "budget_signals": "Budget signals",
    "pain_points": "Pain points",
    "timing_signals": "Timing signals",
    "tech_stack": "Tech stack",
}
NEXT: Mapping[Tier, Tier] = {"cold": "cool", "cool": "warm", "warm": "hot"}


def explain(quality: Quality, bounds: Mapping[Tier, float] = BOUNDS) -> list[str]:
    """Returns the score in lines, the weightiest part first."""
    return [
        _head(quality, bounds),
        _qualified(quality),
        *(_line(name, part) for name, part in quality.parts.items()),
        *_parts_elsewhere(quality),
        _data(quality),
        *_helpful(quality),
        *_doubts(quality),
    ]


def _head(quality: Quality, bounds: Mapping[Tier, float]) -> str:
    by = "" if quality.by == "leadwire" else f", stated by {quality.by}"
    above = NEXT.get(quality.tier)
    way = f"; {above} begins at {bounds[above]:g}" if above else ""
    return f"Score {quality.als:.1f} of 100: {quality.tier}{by}{way}."


def _qualified(quality: Quality) -> str:
    if quality.qualified:
        return "Qualified: the score is high enough, and there is a channel to reach them by."
    why = [reason for reason in quality.reasons if reason.startswith((UNDER, CLOSED))]
    return f"Not qualified: {'; '.join(why) or 'upstream says so'}."


def _line(name: str, part: AlsPart) -> str:
    earned, most = part.weight * part.points, part.weight * 100
    start = f"{LABELS.get(name, name)}: {earned:.1f} of {most:.0f} points"
    if not part.evidence:
        return f"{start}: nothing is known"
    return f"{start}: {'; '.join(part.evidence)} ({_sure(name, part)})"


def _sure(name: str, part: AlsPart) -> str:
    wanted = TARGETS.get(name, 0.0)
    if part.confidence == 0:
        return "unconfirmed: whoever said so did not say how sure they are"
    enough = "" if part.confidence >= wanted else f", {wanted:.0%} would be enough"
    return f"{part.confidence:.0%} sure{enough}"


def _parts_elsewhere(quality: Quality) -> Iterator[str]:
    if not quality.parts:
        yield f"The parts of the score are not known: {quality.by} gave the total."


def _data(quality: Quality) -> str:
    absent = f", missing: {', '.join(quality.missing)}" if quality.missing else ""
    return (
        f"Data: {quality.completeness_score:.0%} complete{absent}; "
        f"{quality.confidence_score:.0%} sure to be right."
    )


def _helpful(quality: Quality) -> Iterator[str]:
    """What is not known well enough and has points left. What is known stays as it is: a business
    of another trade does not become one of ours by finding out more."""
    left = {
        name: part.weight * (100 - part.points)
        for name, part in quality.parts.items()
        if part.confidence < TARGETS.get(name, 0.0)
        and not (name == "industry_fit" and part.evidence)
    }
    best = sorted((name for name in left if left[name] >= 1), key=lambda name: -left[name])
    words = [f"{LABELS[name].lower()} (up to {left[name]:.1f} points)" for name in best[:HELPFUL]]
    if words:
        yield f"Worth finding out: {', '.join(words)}."


def _doubts(quality: Quality) -> Iterator[str]:
    """The reasons that are neither about qualifying, nor a gap, nor a weak part."""
    weak = tuple(f"{name.replace('_', ' ')}: " for name in quality.parts)
    other = [
        reason
        for reason in quality.reasons
        if not reason.startswith((UNDER, CLOSED, *weak)) and not reason.endswith(" is missing")
    ]
    if other:
        yield f"Check before you call: {'; '.join(other)}."


__all__: Sequence[str] = ("explain",)
