"""The same leads and answers come to the same end on every pair of bus and store, whatever the
order and repetition of events (acceptance line c)."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import everywhere

pytestmark = pytest.mark.slow

RUNS = (
    ("memory", "plain"),
    ("memory", "disturbed"),
    ("sqlite", "plain"),
    ("sqlite", "disturbed"),
)
LIMIT = 420
"""Machine seconds after which runs that hang are ended."""


async def run(
    kind: str,
    way: str,
    folder: Path,
    room: asyncio.Semaphore,
    engines: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Runs one campaign in a process of its own; `engines` are settings of kind `cluster`."""
    async with room:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", everywhere.__name__, kind, way, str(folder)),
            json.dumps(dict(engines or {})),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), LIMIT)
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, f"{kind}, {way}:\n{err.decode()[-3000:]}"
        found: dict[str, Any] = json.loads(out)
        return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """All four runs, two at a time."""

    async def all_of_them() -> list[dict[str, Any]]:
        room = asyncio.Semaphore(2)
        folder = tmp_path_factory.mktemp("everywhere")
        return await asyncio.gather(
            *(run(kind, way, folder / f"{kind}-{way}", room) for kind, way in RUNS)
        )

    return dict(zip(RUNS, asyncio.run(all_of_them()), strict=True))


Outcomes = dict[tuple[str, str], dict[str, Any]]


@pytest.mark.parametrize("other", RUNS[1:], ids="-".join)
def test_every_lead_ends_alike(outcomes: Outcomes, other: tuple[str, str]) -> None:
    """The same status, reason, set of (step, channel) sent, and stops per lead."""
    reference, found = outcomes[RUNS[0]]["leads"], outcomes[other]["leads"]
    assert found.keys() == reference.keys()
    differing = {lead: (reference[lead], found[lead]) for lead in found}
    differing = {lead: pair for lead, pair in differing.items() if pair[0] != pair[1]}
    assert not differing


@pytest.mark.parametrize("which", RUNS, ids="-".join)
def test_nobody_is_written_to_twice(outcomes: Outcomes, which: tuple[str, str]) -> None:
    """As many mails as sends as steps, and nothing dead."""
    found = outcomes[which]
    steps = sum(len(lead["steps"]) for lead in found["leads"].values())
    assert found["mails"] == found["sent"] == steps
    assert found["dead"] == 0


@pytest.mark.parametrize("which", RUNS, ids="-".join)
def test_the_runs_are_worth_comparing(outcomes: Outcomes, which: tuple[str, str]) -> None:
    """300 leads, quotas that bind, ends of every kind, stops, and copies where there should be."""
    found = outcomes[which]
    states = {lead["status"] for lead in found["leads"].values()}
    assert len(found["leads"]) == everywhere.LEADS
    assert found["waited"] > 50
    assert {"no_response", "engaged", "unsubscribed", "bounced", "responded"} <= states
    assert {len(lead["steps"]) for lead in found["leads"].values()} >= {1, 2, 3}
    assert sum(bool(lead["stops"]) for lead in found["leads"].values()) > 50
    assert (found["copies"] > 1000) == (which[1] == "disturbed")
