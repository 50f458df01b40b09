"""Turns the tree into one line about how long its functions and files are; `make lint` runs it.

A function's length is its lines from `def` to its last statement, less docstring, blank lines and
comment lines. Limits: median 9, 95th percentile 40, none over 80; a file has at most 500 lines of
any kind. Exit 1 where one is broken, with the functions and files that break it.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

FOLDERS = ("agents", "bus", "channels", "contracts", "statestore", "tests")
MEDIAN, NINETY_FIFTH, LONGEST = 9, 40, 80
LONGEST_FILE = 500


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """Yields (length, "file:line name") for each function in a file."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield counted(node, lines), f"{path}:{node.lineno} {node.name}"


def counted(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Counts the lines of code of one function."""
    skipped: set[int] = set()
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        skipped = set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    numbers = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    code = [lines[n - 1].strip() for n in numbers if n not in skipped]
    return sum(1 for line in code if line and not line.startswith("#"))


def files() -> list[Path]:
    """Every module of the product and its tests."""
    return [path for name in FOLDERS for path in sorted(Path(name).rglob("*.py"))]


def main() -> int:
    rows = [row for path in files() for row in functions(path)]
    sizes = [(len(path.read_text(encoding="utf-8").splitlines()), str(path)) for path in files()]
    lengths = [length for length, _ in rows]
    top = quantiles(lengths, n=20)[-1]
    print(
        f"functions {len(lengths)}  median {median(lengths):g}  95% {top:g}  longest {max(lengths)}"
        f"  files {len(sizes)}  longest {max(sizes)[0]}"
    )
    long = beyond(LONGEST, rows) + beyond(LONGEST_FILE, sizes)
    return 1 if long or median(lengths) > MEDIAN or top > NINETY_FIFTH else 0


def beyond(most: int, rows: list[tuple[int, str]]) -> int:
    """Prints what is longer than it may be, the longest first; returns how many there are."""
    found = sorted((row for row in rows if row[0] > most), reverse=True)
    for length, place in found:
        print(f"  over {most}: {length} {place}")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
