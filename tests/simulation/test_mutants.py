"""The simulation is worth what it notices: with a guard switched off it must fail, and where it
does not, a second guard is named and the two are switched off together (facts/reliability B1)."""

import pytest

from tests.simulation.mutants import MUTANTS, REDUNDANT, Mutant
from tests.simulation.world import simulate

SEEDS = range(6)


def broken(mutant: Mutant, seed: int) -> list[str]:
    """The rules that a seed breaks with the mutant's guards off."""
    with pytest.MonkeyPatch.context() as patch:
        for guard in mutant.off:
            guard(patch)
        outcome = simulate(seed, leads=mutant.leads, profile=mutant.profile)
    return sorted({line.partition(":")[0] for line in outcome.broken})


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_guard_that_is_off_is_noticed(mutant: Mutant) -> None:
    """Within a few seeds, and by a rule that it guards."""
    wanted = set(mutant.rules.split())
    assert any(wanted.intersection(broken(mutant, seed)) for seed in SEEDS)


@pytest.mark.parametrize("mutant", REDUNDANT, ids=lambda mutant: mutant.name)
def test_behind_a_redundant_guard_stands_a_second_one(mutant: Mutant) -> None:
    """With one of two off nothing is broken, by faults that show it when both are off."""
    assert broken(mutant, 0) == []
