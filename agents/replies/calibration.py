"""Turns scores into a confidence that means something: the share of such answers that are right.

`intent.py` asks with the two best scores. The steps, by how far the best is ahead, were fitted on
the part of `tests/samples/replies/intents.tsv` named `calibrate`; `tests/agents/replies/figures.py`
prints the reliability on the part named `judge`, which was neither fitted nor tuned on. Replies of
another kind than those samples will be right less often than the numbers say.
"""

from bisect import bisect_right

# The least margin of each step, and the share of right answers at it, one right and one wrong
# answer added to each so that few samples promise little.
STEPS: tuple[tuple[float, float], ...] = (
    (0.0, 0.47),  # nothing found, or two labels level: half of these are neutral
    (0.001, 0.64),
    (0.2, 0.86),
    (0.35, 0.9),
    (0.5, 0.96),
    (0.75, 0.98),
)


def margin(best: float, second: float) -> float:
    """How far the best score is ahead: 0 (level, or nothing found) towards 1."""
    return (best - second) / (best + second + 1.0)


def confidence(best: float, second: float) -> float:
    """The confidence of an answer with these scores."""
    place = bisect_right([least for least, _ in STEPS], margin(best, second)) - 1
    return STEPS[max(0, place)][1]
