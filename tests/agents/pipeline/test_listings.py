"""Real listings of four layouts through the pipeline: every row in every output, every column as
it was (issue's line a)."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents.cli import COMMANDS

SAMPLES = Path(__file__).parents[2] / "samples"
SHARED = os.environ.get("LEADWIRE_SHARED_DATA")
TRUCKS = [
    "locationid,Applicant,FacilityType,LocationDescription,Address,permit,Latitude,Longitude",
    "1,Quay Tacos,Truck,QUAY ST: 1ST to 2ND,12 QUAY ST,T-1,37.7884570288289,-122.39988416",
    '2,"Holm, Buns & Co",Push Cart,"DOCK ST, corner",1 DOCK ST,,37.75,-122.40',
    "3,Quay Tacos,Truck,PIER ST,9 PIER ST,T-1,0,0",
]
"""Rows of our own in the layout of the city's permits, which may not be copied."""
OUTPUTS = ("routed.jsonl", "enriched.jsonl", "scored.jsonl")


def given(path: Path) -> list[dict[str, Any]]:
    """The rows of a file by another reader than ours."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def run(*words: object) -> Result:
    return CliRunner().invoke(COMMANDS, ["pipeline", *map(str, words)])


def files() -> Iterator[tuple[str, Path, int]]:
    """Layout, file and rows: the repository's, and the shared ones where they are at hand."""
    yield "uk_eat_out", SAMPLES / "places" / "uk_restaurants.csv", 1199
    yield "openstreetmap", SAMPLES / "leads" / "osm_places.jsonl", 15
    if SHARED:
        folder = Path(SHARED) / "leads"
        yield "sf_food_trucks", folder / "sf_food_trucks.csv", 280
        yield "openstreetmap", folder / "osm_places.jsonl", 243
        yield "chicago_childcare", folder / "chicago_childcare.csv", 1678
    else:
        yield "chicago_childcare", SAMPLES / "leads" / "chicago_childcare.csv", 80


def check(path: Path, out: Path, count: int) -> dict[str, Any]:
    """Every row in every output, in order, each column equal; the figures add up."""
    rows = given(path)
    assert len(rows) == count
    for name in OUTPUTS:
        found = lines(out / name)
        assert [
            {key: one[key] for key in row} for row, one in zip(rows, found, strict=True)
        ] == rows
        assert [one["routing"]["row"] for one in found] == list(range(1, count + 1))
    pages = lines(out / "landing_pages.jsonl")
    assert [one["row"] for one in pages] == list(range(1, count + 1))
    assert all(("url" in one) != ("why" in one) for one in pages)
    stats: dict[str, Any] = json.loads((out / "stats.json").read_bytes())
    refused = sum("refused" in one["routing"] for one in lines(out / "scored.jsonl"))
    scored = sum("quality" in one for one in lines(out / "scored.jsonl"))
    assert (stats["rows"], stats["refused"], stats["scored"]) == (count, refused, scored)
    assert refused + scored == count == len(rows)
    assert len(lines(out / "rejected.jsonl")) == refused
    up = [one for one in pages if "url" in one]
    assert len(up) == stats["pages"] == stats["landing_stats"]["pages"] == scored - stats["same_as"]
    assert all((out / "pages" / one["path"]).is_file() for one in up)
    assert len({one["path"] for one in up}) == len(up)
    return stats


@pytest.mark.parametrize(
    ("layout", "path", "count"), list(files()), ids=lambda value: str(value)[-24:]
)
def test_every_row_comes_out_of_every_stage_with_its_columns(
    layout: str, path: Path, count: int, tmp_path: Path
) -> None:
    """By a layout that ships; ends 0 whatever had to be refused."""
    done = run(path, "--out", tmp_path / "out", "--map", layout)
    assert done.exit_code == 0, done.output
    stats = check(path, tmp_path / "out", count)
    assert stats["routed"] > 0.4 * count


def test_the_layout_of_the_food_trucks_fits_rows_of_our_own(tmp_path: Path) -> None:
    """Two permits of one applicant at two places are two leads."""
    path = tmp_path / "trucks.csv"
    path.write_text("\r\n".join(TRUCKS) + "\r\n", encoding="utf-8")
    done = run(path, "--out", tmp_path / "out", "--map", "sf_food_trucks")
    assert done.exit_code == 0, done.output
    stats = check(path, tmp_path / "out", 3)
    assert (stats["routed"], stats["same_as"]) == (3, 0)
    lead = lines(tmp_path / "out" / "scored.jsonl")[1]["lead"]
    assert (lead["business_name"], lead["city"]) == ("Holm, Buns & Co", "San Francisco")


def test_a_json_object_goes_out_as_the_bytes_that_it_came_in(tmp_path: Path) -> None:
    """Numbers keep their spelling, escapes and blanks too."""
    written = (
        '{ "email":"a@b.example","price": 1.10,"big":1E400000,"x":"\\u00e9", "y" : {"z":[1 ]}}'
    )
    written = written.replace("1E400000", "12345678901234567890123")
    path = tmp_path / "leads.jsonl"
    path.write_text(written + "\n", encoding="utf-8")
    assert run(path, "--out", tmp_path / "out").exit_code == 0
    for name in OUTPUTS:
        assert (tmp_path / "out" / name).read_text("utf-8").startswith(written[:-1] + ',"lead":')
