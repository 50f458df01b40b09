"""Turns things to measure into rows: nine rounds, taken by turns, so that noise hits all alike.

Each thing is a function that does its work once and returns a figure. A row is the median with its
quartiles; a ratio is taken within each round, where both sides met the same noise.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import Any

ROUNDS = 9


def interleaved(
    things: Mapping[str, Callable[[], float]], rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """Runs each thing once a round, by turns; returns each one's figures by round."""
    figures: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(rounds):
        for name, thing in things.items():
            gc.collect()
            figures[name].append(thing())
    return figures


def row(
    name: str, figures: Sequence[float], unit: str, digits: int | None = None
) -> dict[str, Any]:
    """Returns a figure's row: `name`, `value` (the median), `quartiles` and `unit`."""
    low, _, high = quantiles(figures, n=4)
    rounded = [round(figure, digits) for figure in (median(figures), low, high)]
    return {"name": name, "value": rounded[0], "quartiles": rounded[1:], "unit": unit}


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Any]:
    """Returns the row of what ours reaches of theirs, round by round."""
    return row(name, [a / b for a, b in zip(ours, theirs, strict=True)], "ratio", digits=3)
