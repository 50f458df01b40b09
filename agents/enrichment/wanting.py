"""When a model would be asked (spec 7.2): a pure rule over the baseline, recorded and no more.

Deterministic enrichment calls no model; it only says that one is wanted and why, so that operators
see what the brain would be for before they give it a budget.
"""

from typing import Literal

from agents.scoring.profile import BOUNDS
from agents.scoring.score import Baseline

When = Literal["gaps", "hot_with_signals"]

FAIR, SURE = 40.0, 0.70
LIKELY, KNOWN_PEOPLE, KNOWN_PAINS = 30.0, 0.50, 0.30


def wants_brain(found: Baseline, when: When = "gaps") -> str | None:
    """Returns why a model should look, or None.

    `gaps`: baseline ALS ≥ 40 and confidence < 70 %, or ALS ≥ 30 and (decision maker < 50 % or pain
    points < 30 %). `hot_with_signals`: ALS ≥ 85 and a budget or timing signal.
    """
    if when == "hot_with_signals":
        return _hot(found)
    if found.als >= FAIR and found.confidence < SURE:
        return f"score {found.als:.1f} with confidence {found.confidence:.0%}, under {SURE:.0%}"
    if found.als < LIKELY:
        return None
    lacking = [
        f"{name.replace('_', ' ')} {found.parts[name].confidence:.0%}, under {least:.0%}"
        for name, least in (("decision_maker", KNOWN_PEOPLE), ("pain_points", KNOWN_PAINS))
        if found.parts[name].confidence < least
    ]
    return f"score {found.als:.1f} with {'; '.join(lacking)}" if lacking else None


def _hot(found: Baseline) -> str | None:
    signals = [n for n in ("budget_signals", "timing_signals") if found.parts[n].evidence]
    if found.als < BOUNDS["hot"] or not signals:
        return None
    return f"hot at {found.als:.1f} with {' and '.join(s.replace('_', ' ') for s in signals)}"
