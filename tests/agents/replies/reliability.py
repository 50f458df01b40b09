"""Measures whether a confidence means something: answers by what was said and what was right."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.replies import calibration, cues, folding, intent, opt_out
from tests.agents.replies import samples

Answer = tuple[float, bool]  # the confidence (or margin), and whether the label was right
BINS = (0.0, 0.5, 0.7, 0.88, 0.93, 0.97, 1.0)


def answers(part: str) -> list[Answer]:
    """The confidence of each answer to a part of the samples, and whether it was right."""
    read = ((one, intent.classify(one.text)) for one in samples.meanings() if one.part == part)
    return [(found.confidence, found.label == one.label) for one, found in read]


def margins(part: str) -> list[Answer]:
    """The same with the margin that the confidence is looked up by."""
    return [(margin(one), intent.classify(one.text).label == one.label)
            for one in samples.meanings() if one.part == part]  # fmt: skip


def margin(one: samples.Meant) -> float:
    found = cues.find(folding.prepare(one.text))
    ranked = intent.add_up(found, opt_out.in_mail(one.text)).ranked()
    return calibration.margin(ranked[0][0], ranked[1][0])


def table(found: Sequence[Answer]) -> Iterator[tuple[float, float, int, float, float]]:
    """Yields (from, to, answers, mean confidence, share right) for each bin with answers."""
    for low, high in pairwise(BINS):
        inside = [one for one in found if low <= one[0] < high]
        if inside:
            count = len(inside)
            yield (
                low,
                high,
                count,
                sum(said for said, _ in inside) / count,
                sum(hit for _, hit in inside) / count,
            )


def expected_error(found: Sequence[Answer]) -> float:
    """The mean distance between what was said and what was right, weighted by answers."""
    return sum(count * abs(said - seen) for _, _, count, said, seen in table(found)) / len(found)


def fitted(found: Sequence[Answer]) -> list[float]:
    """The share right at each step of `calibration.STEPS`, one right and one wrong answer added."""
    edges = [least for least, _ in calibration.STEPS]
    shares = []
    for low, high in zip(edges, [*edges[1:], 2.0], strict=True):
        inside = [hit for said, hit in found if low <= said < high]
        shares.append((sum(inside) + 1) / (len(inside) + 2))
    return shares
