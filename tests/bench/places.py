"""How long a million business listings take to cluster, in how much memory, and how well.

    python -m tests.bench.places [LISTINGS]

The listings are grown from the sample of British restaurants by seeded noise (`tests/agents/
identity/grown.py`): new places made of its words, a third of them chains, each written one to four
times as directories would. So the true places are known and F1 can be counted. Each size runs in a
process of its own, so that the memory printed is this work's alone: the listings, the clusters and
the index of one pass. What is asked: a million in under ten minutes on two cores within 4 GiB.
"""

import csv
import json
import resource
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.identity import listings, places
from tests.agents.identity import figures, grown

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "places" / "uk_restaurants.csv"
LISTINGS = 1_000_000
SEED = 7


def measure(count: int) -> dict[str, float]:
    """Grows, normalises and clusters; seconds of each (on a clock, and of clustering on one core),
    F1, and the process's peak in GiB."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        base = grown.of_restaurants(list(csv.DictReader(file)))
    truth = array("l")
    read = []
    started = time.perf_counter()
    for row, place in grown.grown(base, count, SEED):
        read.append(listings.normalise(row, country="GB"))
        truth.append(place)
    normalised, busy = time.perf_counter(), time.process_time()
    joins = places.cluster(read)
    clustered, done = time.perf_counter(), time.process_time()
    return {
        "normalise_seconds": normalised - started,
        "cluster_seconds": clustered - normalised,
        "cluster_cpu_seconds": done - busy,
        "f1": figures.f1(truth, joins),
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def apart(count: int) -> dict[str, float]:
    """`measure` in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.places", "--here", str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def rows(count: int = LISTINGS) -> Iterator[dict[str, Any]]:
    """Measures once (a million listings drown the noise), and returns rows for `make bench`."""
    for name, value in apart(count).items():
        rounded = round(value, 4)
        yield {
            "name": f"places_{count}_{name}",
            "value": rounded,
            "quartiles": [rounded, rounded],
            "unit": {"f1": "share", "peak_gib": "GiB"}.get(name, "s"),
        }


def main(arguments: list[str]) -> None:
    """Prints one row a figure, or with --here the bare figures of this process."""
    if arguments[:1] == ["--here"]:
        print(json.dumps(measure(int(arguments[1]))))
        return
    for figure in rows(int(arguments[0]) if arguments else LISTINGS):
        print(json.dumps(figure))


if __name__ == "__main__":
    main(sys.argv[1:])
