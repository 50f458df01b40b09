"""Landing pages: how many a second from lead to files in a folder, and how memory grows with them.

    python -m tests.bench pages

Ten thousand pages into a folder that is thrown away, and a thousand before: processor time a page
is the same in both where the work is linear (ratio 1), and memory holds no more than a chunk.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.landing.building import Plan, Run
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
            opening_hours="Mo-Fr 09:00-18:00; Sa 10:00-14:00",
        )
        yield f"lead-{number}", lead, Enrichment(services=["Repairs", "Advice"])


BOTH = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def used() -> float:
    """Seconds of processor, those of processes that have ended among them."""
    found = [resource.getrusage(who) for who in BOTH]
    return sum(one.ru_utime + one.ru_stime for one in found)


def made(count: int) -> dict[str, float]:
    """Makes so many pages in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Plan(url="https://pages.example", out=Path(folder)))
        wall, cpu = time.perf_counter(), used()
        run.over(leads(count))
        run.finish(prune=False)
        wall, cpu = time.perf_counter() - wall, used() - cpu
    assert run.tally.pages == count
    peak = sum(resource.getrusage(who).ru_maxrss for who in BOTH)
    return {
        "wall": wall,
        "cpu": cpu,
        "peak_mb": peak / (1024 if sys.platform == "linux" else 2**20),
    }


def rows() -> Iterator[dict[str, Any]]:
    """Yields pages a second, processor time a page, and what ten times as many cost in both."""
    made(50)
    small, large = made(SMALL), made(LARGE)
    yield {"name": "pages.seconds", "value": round(large["wall"], 1), "unit": f"s for {LARGE}"}
    yield {"name": "pages.a_second", "value": round(LARGE / large["wall"]), "unit": "pages/s"}
    cpu = large["cpu"] / LARGE * 1000
    yield {"name": "pages.cpu", "value": round(cpu, 2), "unit": "ms a page"}
    ratio = cpu / (small["cpu"] / SMALL * 1000)
    yield {"name": "pages.linear", "value": round(ratio, 2), "unit": "ratio"}
    for name, run in (("small", small), ("large", large)):
        yield {"name": f"pages.peak_{name}", "value": round(run["peak_mb"]), "unit": "MB"}
