"""A stage that breaks its contract ends the run, and names stage, lead and key (spec 1.6)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from agents.pipeline.carried import Carried
from agents.pipeline.runner import Options, through
from agents.pipeline.stages import Function, Scoring, StageError
from agents.scoring.profile import ClientProfile
from contracts.lead import Routed

LEADS: list[dict[str, Any]] = [
    {
        "dedup_key": f"k{number}",
        "business_name": f"Bakery {number}",
        "email": f"a{number}@b.example",
    }
    for number in range(3)
]


class Bad:
    """A stage that does as it is told."""

    name = "mine"

    def __init__(self, does: Callable[[list[Carried]], Sequence[Carried]]) -> None:
        self.does = does

    async def __call__(self, leads: Sequence[Carried]) -> Sequence[Carried]:
        return self.does(list(leads))


def renamed(one: Carried) -> Carried:
    assert one.payload is not None
    lead = one.payload.lead.model_copy(update={"business_name": "Another"})
    return replace(one, payload=one.payload.model_copy(update={"lead": lead}))


def moved(one: Carried) -> Carried:
    assert one.payload is not None
    return replace(one, payload=one.payload.model_copy(update={"lead_id": "x"}))


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (lambda leads: leads[:2],
         r"mine: lead 'k2' \(row 3\) was given to it and did not come back"),
        (lambda leads: [*leads, leads[0]], r"lead 'k0' \(row 1\), which was not given"),
        (lambda leads: leads[::-1], "another order"),
        (lambda leads: [renamed(leads[0]), *leads[1:]],
         r"lead 'k0' \(row 1\): /lead/business_name came in and was changed"),
        (lambda leads: [replace(leads[0], data={**leads[0].data, "email": ""}), *leads[1:]],
         r"lead 'k0' \(row 1\): /email came in and was changed"),
        (lambda leads: [moved(leads[0]), *leads[1:]], "/routing/lead_id came in and was changed"),
        (lambda leads: [replace(leads[0], payload=None), *leads[1:]], "without its record"),
    ],
)  # fmt: skip
async def test_a_broken_contract_names_stage_lead_and_key(
    does: Callable[[list[Carried]], Sequence[Carried]], words: str
) -> None:
    """Fail fast: nothing goes on from a stage that cannot be trusted."""
    with pytest.raises(StageError, match=words):
        await through(LEADS, Options(stages=(Bad(does),)))


async def test_a_stage_of_ones_own_takes_part() -> None:
    """A function from payload to payload; each stage can be left out."""
    seen: list[str] = []

    async def core(payload: Routed) -> Routed:
        seen.append(str(payload.lead.dedup_key))
        return payload

    own: Callable[[Routed], Awaitable[Routed]] = core
    result = await through(LEADS, Options(stages=(Function("mine", own),)))
    assert (seen, result.scored_leads) == (["k0", "k1", "k2"], [])
    assert [one["dedup_key"] for one in result.routed_leads] == seen


async def test_refused_leads_pass_by_and_stay_in_their_places() -> None:
    """No stage sees them; every list holds them, with the reason."""
    rows = [LEADS[0], {"business_name": "Nobody"}, LEADS[2]]
    result = await through(rows, Options(stages=(Scoring(ClientProfile()),)))
    for found in (result.routed_leads, result.scored_leads):
        assert [one["business_name"] for one in found] == ["Bakery 0", "Nobody", "Bakery 2"]
    refused = result.scored_leads[1]["routing"]["refused"]
    assert (refused["code"], "quality" in result.scored_leads[1]) == ("invalid", False)
    assert result.stats["refused_by_code"] == {"invalid": 1}
    assert result.refused == [result.routed_leads[1]]
