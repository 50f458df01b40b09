"""The same leads and answers come to the same end on Kafka and Postgres as in memory, whatever the
order and repetition of events (acceptance line b of the cluster)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agents.simulator import demo
from tests.journeys.outside import Process
from tests.journeys.test_same_everywhere import Outcomes, run
from tests.services.cluster import Cluster, private_cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.service("kafka"),
    pytest.mark.service("postgres"),
]

RUNS = (("memory", "plain"), ("cluster", "plain"), ("cluster", "disturbed"))


@contextmanager
def prepared(folder: Path) -> Iterator[Cluster]:
    """A cluster with schema and topics for two campaigns, by the operator's own commands."""
    with private_cluster(folder) as cluster:
        for way in ("plain", "disturbed"):
            operator = folder / f"operator-{way}"
            demo.prepare(operator)
            (operator / "leadwire.toml").write_text("")
            settings = asyncio.run(settings_of(cluster, way))
            command = Process(operator, (), settings, "operator")
            command.call("migrate")
            command.call("topics", "apply")
        yield cluster


async def settings_of(cluster: Cluster, way: str) -> dict[str, str]:
    """A database and topics of its own for each campaign."""
    await cluster.database.server.database(way)
    settings = dict(cluster.settings)
    where = settings["store"].rpartition("/")[0]
    return {**settings, "store": f"{where}/{way}", "bus_prefix": f"{way}."}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """All three runs beside each other."""
    folder = tmp_path_factory.mktemp("cluster")

    async def all_of_them(cluster: Cluster) -> list[dict[str, Any]]:
        room = asyncio.Semaphore(2)
        engines = {
            f"{kind}-{way}": await settings_of(cluster, way) if kind == "cluster" else {}
            for kind, way in RUNS
        }
        return await asyncio.gather(
            *(
                run(
                    kind,
                    way,
                    folder / f"{kind}-{way}",
                    room,
                    engines[f"{kind}-{way}"],
                )
                for kind, way in RUNS
            )
        )

    with prepared(folder) as cluster:
        return dict(zip(RUNS, asyncio.run(all_of_them(cluster)), strict=True))


@pytest.mark.parametrize("way", ["plain", "disturbed"])
def test_every_lead_ends_as_in_memory(outcomes: Outcomes, way: str) -> None:
    """The same status, reason, set of (step, channel) sent, and stops per lead."""
    reference, found = outcomes[RUNS[0]]["leads"], outcomes["cluster", way]["leads"]
    assert found.keys() == reference.keys()
    differing = {lead: (reference[lead], found[lead]) for lead in found}
    assert not {lead: pair for lead, pair in differing.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("way", ["plain", "disturbed"])
def test_nobody_is_written_to_twice(outcomes: Outcomes, way: str) -> None:
    """As many mails as sends as steps, nothing dead, and copies where there should be."""
    found = outcomes["cluster", way]
    steps = sum(len(lead["steps"]) for lead in found["leads"].values())
    assert found["mails"] == found["sent"] == steps
    assert found["dead"] == 0
    assert found["waited"] > 50
    assert (found["copies"] > 1000) == (way == "disturbed")
