"""The linear pipeline over 10,000 leads without network: leads a second, memory, and whether both
are linear.

    python -m tests.bench.pipeline [LEADS]

The leads are grown from the sample of British restaurants by seeded noise (`tests/agents/identity/
grown.py`), as a CSV in that layout. Each run is a process of its own, so that its peak is its own;
`resident_growth` is what the peak of ten times the leads is of the peak of a tenth: near 1 where
memory is flat. Cost is CPU time of the process less that of starting it, so that a neighbour's load
counts little.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.agents.identity import grown
from tests.bench.rounds import ratio, row

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "places" / "uk_restaurants.csv"
LEADS = 10_000
COLUMNS: Mapping[str, str] = {
    "Name": "Business Name",
    "Line 1": "Address",
    "Line 2": "",
    "Town": "Town",
    "County": "",
    "Postcode": "Postcode",
}
"""The columns of the layout `uk_eat_out`, and what a grown listing calls them."""
ROUNDS = 3
SEED = 7


def write(path: Path, count: int) -> None:
    """Writes a file of so many grown listings."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        base = grown.of_restaurants(list(csv.DictReader(file)))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        for listing, _ in grown.grown(base, count, SEED):
            out.writerow({name: listing.get(column, "") for name, column in COLUMNS.items()})


HERE = """
import json, pathlib, re, resource, sys, time
from agents.cli import COMMANDS
started = time.perf_counter()
COMMANDS.main(["pipeline", *sys.argv[1:]], standalone_mode=False)
usage = resource.getrusage(resource.RUSAGE_SELF)
status = pathlib.Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else usage.ru_maxrss
print(json.dumps({"seconds": time.perf_counter() - started,
                  "cpu": usage.ru_utime + usage.ru_stime, "mib": int(peak) / 1024}))
"""


"""What runs in the process. `ru_maxrss` would be the parent's where that is larger (Linux keeps it
over `exec`), hence the kernel's own figure."""


def measure(path: Path, out: Path, *more: str) -> dict[str, float]:
    """Runs the command in a process of its own: seconds of the run, CPU seconds and peak MiB of
    the process. A row that is refused ends it: what is measured is leads that go all the way."""
    given = [str(path), "--out", str(out), "--map", "uk_eat_out", "--category", "restaurant"]
    words = [*given, "--strict", *more]
    done = subprocess.run(
        [sys.executable, "-c", HERE, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows(count: int = LEADS) -> Iterator[dict[str, Any]]:
    """Yields the rows for `make bench`: sizes by turns, three rounds."""
    sizes = {"one": 1, "tenth": count // 10, "whole": count}
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in sizes}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in sizes.items():
            write(Path(folder) / f"{name}.csv", size)
        for number in range(ROUNDS):
            for name in sizes:
                path = Path(folder) / f"{name}.csv"
                out = Path(folder) / f"{name}{number}"
                figures[name].append(measure(path, out, "--skip", "landing"))
        yield from _with_pages(Path(folder), count)
    yield row(f"pipeline_{count}_leads", _rate(figures["whole"], count), "leads/s", digits=0)
    yield row(f"pipeline_{count}_peak", [f["mib"] for f in figures["whole"]], "MiB", digits=1)
    yield ratio("pipeline_cost_per_lead_whole_to_tenth", *_costs(figures, count))
    pairs = ([f["mib"] for f in figures["whole"]], [f["mib"] for f in figures["tenth"]])
    yield ratio("pipeline_resident_growth_whole_to_tenth", *pairs)


def _with_pages(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """The same with every lead's page, a tenth of the leads: each page costs as much as the rest
    fifty times over, and how pages grow is `tests/bench/pages.py`'s to say."""
    found = [measure(folder / "tenth.csv", folder / f"pages{n}") for n in range(ROUNDS)]
    yield row(f"pipeline_{count // 10}_with_pages", _rate(found, count // 10), "leads/s", digits=0)
    yield row(f"pipeline_{count // 10}_with_pages_peak", [f["mib"] for f in found], "MiB", digits=1)


def _rate(found: list[dict[str, float]], count: int) -> list[float]:
    return [count / figure["seconds"] for figure in found]


def _costs(
    figures: dict[str, list[dict[str, float]]], count: int
) -> tuple[list[float], list[float]]:
    """CPU seconds a lead of the whole and of a tenth, less what starting costs."""
    start = [figure["cpu"] for figure in figures["one"]]
    return (
        [(f["cpu"] - s) / count for f, s in zip(figures["whole"], start, strict=True)],
        [(f["cpu"] - s) / (count // 10) for f, s in zip(figures["tenth"], start, strict=True)],
    )


def main(arguments: list[str]) -> None:
    """Prints a row a figure."""
    for figure in rows(int(arguments[0]) if arguments else LEADS):
        print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
