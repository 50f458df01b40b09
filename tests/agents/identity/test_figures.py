"""The acceptance figures hold over the public samples; the same numbers as the command prints."""

from collections.abc import Callable, Iterator

import pytest

from tests.agents.identity import figures


@pytest.mark.parametrize("part", figures.FIGURES, ids=lambda part: part.__name__)
def test_figures_are_at_least_what_is_asked(
    part: Callable[[], Iterator[figures.Figure]],
) -> None:
    """Every figure of the command reaches what is asked of it."""
    found = list(part())
    assert found
    low = [figure for figure in found if not figure.holds]
    assert not low, "\n".join(f"{figure.name}: {figure.value} {figure.short[:5]}" for figure in low)


def test_the_halves_of_the_titles_are_disjoint_and_whole() -> None:
    """The half held out is not the half in view."""
    rows = [{"title": f"title {number}"} for number in range(100)]
    first, second = (figures.rows_of_half(rows, half) for half in (0, 1))
    assert len(first) + len(second) == 100
    assert not {row["title"] for row in first} & {row["title"] for row in second}


def test_f1_counts_pairs() -> None:
    """Two true pairs, one of them found and one wrong pair found make one half."""
    from agents.identity.places import Join

    joins = [Join(0), Join(0), Join(2), Join(2), Join(4)]
    assert figures.f1([1, 1, 2, 3, 3], joins) == 0.5
