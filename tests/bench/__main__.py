"""`make bench`: a JSON object a line (`name`, `value`, quartiles), measured side by side in a run.

Asserts nothing about time. Name a module to run it alone: `python -m tests.bench hop`.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

MODULES = (
    *("hop", "kafka_hop", "two_processes", "store", "bus", "stops", "mail"),
    *("pipeline", "pages"),
)
"""In the order of what is asked first; `places` (a million listings) runs by its name only."""


def rows(names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yields the rows of the named modules, each as soon as it is known."""
    for name in names:
        yield from import_module(f"tests.bench.{name}").rows()


def main() -> None:
    """Prints every row."""
    for row in rows(tuple(sys.argv[1:]) or MODULES):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
