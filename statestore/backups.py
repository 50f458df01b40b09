"""What a backup is, whichever engine holds the store: a file put in place when it is whole, and the
stops beside it as CSV, which stay readable when nothing else does.

Both `upkeep.py` modules of the SQL stores call it.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from statestore.errors import Misplaced
from statestore.records import STOP_COLUMNS, Record, moment


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written: the copy, its bytes, and the stops beside it as CSV."""

    file: Path
    size: int
    stops_file: Path
    stops: int


def part_of(target: Path, overwrite: bool) -> Path:
    """Names the file that a copy grows in. Raises Misplaced where the target is there already."""
    if target.exists() and not overwrite:
        raise Misplaced(f"{target} is there already; name another file, or add --overwrite")
    return target.with_name(target.name + ".part")


def stops_beside(target: Path) -> Path:
    """Names the file of a backup's stops."""
    return target.with_name(target.name + ".stops.csv")


def write_stops(stops: Iterable[Record], target: Path) -> int:
    """Writes stops, in the order of `STOP_COLUMNS`, as rows of CSV; returns how many. Text that a
    spreadsheet would run is quoted (ASVS 1.2.10)."""
    names = STOP_COLUMNS.split(", ")
    count = 0
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for stop in stops:
            cells = dict(zip(names, stop, strict=True))
            for name in ("at", "until"):
                cells[name] = "" if cells[name] is None else moment(cells[name]).isoformat()
            writer.writerow([_harmless(str(cells[name] or "")) for name in names])
            count += 1
    return count


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
