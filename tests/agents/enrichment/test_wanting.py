"""Spec 7.2's rule, each side of each figure."""

import pytest

from agents.enrichment.wanting import When, wants_brain
from agents.scoring.score import Baseline
from contracts.lead import AlsPart


def baseline(
    als: float, confidence: float, maker: float = 0.9, pains: float = 0.9, signals: str = ""
) -> Baseline:
    sure = {"decision_maker": maker, "pain_points": pains}
    names = (*sure, "budget_signals", "timing_signals")
    parts = {
        name: AlsPart(
            weight=0.1,
            points=50,
            confidence=sure.get(name, 0.0),
            evidence=("said",) if name == signals else (),
        )
        for name in names
    }
    return Baseline(als=als, confidence=confidence, parts=parts, sufficient=(), missing=())


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (baseline(40, 0.69), True),
        (baseline(40, 0.70), False),
        (baseline(39.9, 0.1), False),
        (baseline(30, 0.9, maker=0.49), True),
        (baseline(30, 0.9, maker=0.50), False),
        (baseline(30, 0.9, pains=0.29), True),
        (baseline(30, 0.9, pains=0.30), False),
        (baseline(29.9, 0.9, maker=0.0, pains=0.0), False),
        (baseline(90, 0.9, maker=0.1), True),
    ],
)
def test_gaps(found: Baseline, wanted: bool) -> None:
    assert (wants_brain(found) is not None) is wanted


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (baseline(85, 0.1, signals="budget_signals"), True),
        (baseline(85, 0.1, signals="timing_signals"), True),
        (baseline(85, 0.1), False),
        (baseline(84.9, 0.1, signals="budget_signals"), False),
    ],
)
def test_hot_with_signals(found: Baseline, wanted: bool) -> None:
    when: When = "hot_with_signals"
    assert (wants_brain(found, when) is not None) is wanted


def test_the_reason_names_the_figures() -> None:
    words = wants_brain(baseline(52, 0.9, maker=0.1, pains=0.2))
    assert words == "score 52.0 with decision maker 10%, under 50%; pain points 20%, under 30%"
