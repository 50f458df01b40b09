"""Landing pages: how many a second from lead to files in a folder, and how memory grows with them.

Prints a JSON object: pages a second, seconds of processor a thousand pages for a small and for a
large run (their ratio is 1 where the work is linear), and the peak of memory in both.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from agents.cli.pages import Run
from agents.landing.core import Site
from agents.landing.publishing import Folder
from contracts.lead import Enrichment, LeadFields

SMALL, LARGE = 1_000, 10_000
CATEGORIES = (
    "restaurant",
    "cafe",
    "day care",
    "plumber",
    "florist",
    "dentist",
    "realtor",
    "garage",
)


def leads(count: int) -> Iterator[tuple[str, LeadFields, Enrichment | None]]:
    """Leads as listings have them, no two alike."""
    for number in range(count):
        lead = LeadFields(
            dedup_key=f"lead-{number}",
            business_name=f"Blue Door {number}",
            category=CATEGORIES[number % len(CATEGORIES)],
            address=f"{number} Quay Street",
            city=f"Town {number % 97}",
            postcode=f"{number % 100_000:05}",
            country="US",
            phone=f"+1 312 555 {number % 10_000:04}",
            website=f"blue-door-{number}.example",
            opening_hours="Mo-Fr 09:00-18:00; Sa 10:00-14:00",  # type: ignore[call-arg]
        )
        yield f"lead-{number}", lead, Enrichment(services=["Repairs", "Advice"])  # type: ignore[call-arg]


def made(count: int) -> dict[str, float]:
    """Makes so many pages in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Site(url="https://pages.example"), Folder(Path(folder)))
        wall, cpu = time.perf_counter(), time.process_time()
        run.over(leads(count))
        run.finish(prune=False)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert run.tally.pages == count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "wall": wall,
        "cpu": cpu,
        "peak_mb": peak / (1024 if sys.platform == "linux" else 2**20),
    }


def measured() -> dict[str, object]:
    """A small run, then a large one, in this process."""
    made(50)
    small, large = made(SMALL), made(LARGE)
    return {
        "bench": "pages",
        "pages": LARGE,
        "seconds": round(large["wall"], 1),
        "pages_a_second": round(LARGE / large["wall"]),
        "cpu_ms_a_page": round(large["cpu"] / LARGE * 1000, 2),
        "cpu_ratio_large_to_small": round(large["cpu"] / LARGE / (small["cpu"] / SMALL), 2),
        "peak_mb_small": round(small["peak_mb"]),
        "peak_mb_large": round(large["peak_mb"]),
    }


if __name__ == "__main__":
    print(json.dumps(measured()))
