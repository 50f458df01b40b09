"""`leadwire leads score FILE`: keys that came in go out unchanged, with quality beside them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents.cli.leads_score import score
from contracts import schema

SAMPLES = Path(__file__).parents[2] / "samples" / "leads"
BAKERY: dict[str, Any] = schema.examples()["inbound.leads.v1"]["main"]


def run(*arguments: str, input: str | bytes = "") -> tuple[int, list[dict[str, Any]], str]:
    done = CliRunner().invoke(score, [*arguments, "--json"], input=input)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_csv_comes_out_with_its_own_columns_and_quality() -> None:
    """Spec 1.6: keys that came in go out unchanged; spec 1.3: what is added."""
    path = SAMPLES / "uk_restaurants.csv"
    code, rows, _ = run(str(path), "--category", "restaurant")
    assert (code, len(rows)) == (0, 60)
    first = rows[0]
    assert list(first)[:6] == ["Name", "Line 1", "Line 2", "Town", "County", "Postcode"]
    quality = first["quality"]
    shares = ("completeness_score", "confidence_score", "category_score", "size_score")
    assert all(0 <= quality[name] <= 1 for name in shares)
    assert quality["category_score"] == 1.0
    assert quality["missing"] == ["website", "phone", "email"]
    assert first["lead"] == {"qualified": quality["qualified"]}


def test_jsonl_keeps_every_value_as_it_is() -> None:
    """Nulls, blanks and nested values included; stdin is a dash."""
    row = {**BAKERY, "x": None, "y": {"z": [1, ""]}, "phone": 35391555}
    code, rows, _ = run("-", input=json.dumps(row))
    assert code == 0
    assert {key: rows[0][key] for key in row} == row


def test_a_row_that_has_quality_and_lead_keeps_them() -> None:
    """Upstream's figures stay, ours fill what it left open; its own `lead` is not touched."""
    row = {"email": "a@b.example", "quality": {"als": 88, "mine": 1}, "lead": "L-1"}
    _, rows, _ = run("-", input=json.dumps(row))
    assert rows[0]["lead"] == "L-1"
    assert (rows[0]["quality"]["als"], rows[0]["quality"]["mine"]) == (88, 1)
    assert rows[0]["quality"]["tier"] == "hot"


def test_columns_are_mapped_as_told() -> None:
    """`--map FIELD=COLUMN`; the columns come out under their own names."""
    table = "Kunde,Post\nBäckerei,a@b.example\n"
    arguments = ("-", "--map", "business_name=Kunde", "--map", "email=Post")
    _, rows, _ = run(*arguments, input=table)
    assert (rows[0]["Kunde"], rows[0]["Post"]) == ("Bäckerei", "a@b.example")
    assert {"name", "email"}.isdisjoint(rows[0]["quality"]["missing"])


def test_rows_that_cannot_be_scored_are_named_and_kept(tmp_path: Path) -> None:
    """On stderr and in --rejects, with row, place and reason; the others are scored."""
    rejects = tmp_path / "rejects.jsonl"
    table = "Name,Email,Latitude,Longitude\nA,a@b.example,1,2\nB,b@b.example,x\nC,c@b.example,,\n"
    code, rows, talk = run("-", "--rejects", str(rejects), input=table)
    assert (code, [row["Name"] for row in rows]) == (1, ["A", "C"])
    assert "row 2 (line 3): ragged" in talk
    (kept,) = map(json.loads, rejects.read_text().splitlines())
    assert (kept["row"], kept["code"], kept["raw"]) == (2, "ragged", "B,b@b.example,x")


def test_a_row_whose_values_are_wrong_is_named_with_its_field() -> None:
    """The JSON pointer."""
    code, rows, talk = run("-", input='{"email":["x"]}\n{"email":"a@b.example"}\n')
    assert (code, len(rows)) == (1, 1)
    assert "row 1 (line 1): invalid at /email" in talk


def test_latin_1_is_read_and_said() -> None:
    """A note on stderr."""
    code, rows, talk = run(
        "-", input="Name,Address,Website\nCafé,1 Rue,b.example\n".encode("cp1252")
    )
    assert (code, rows[0]["Name"]) == (0, "Café")
    assert "note: not all of it is UTF-8" in talk


@pytest.mark.parametrize(
    ("arguments", "table", "words"),
    [
        (("--map", "email=Mial"), "Mail,Name\nx,y\n", "did you mean 'Mail'?"),
        ((), "Foo,Bar\nx,y\n", "no column says how to reach anybody"),
        ((), "", "is empty"),
        ((), "PK\x03\x04", "save it as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    arguments: tuple[str, ...], table: str, words: str
) -> None:
    """Exit code 1, nothing on stdout, no traceback."""
    code, rows, talk = run("-", *arguments, input=table)
    assert (code, rows) == (1, [])
    assert words in talk
    assert "Traceback" not in talk


def test_a_file_without_rows_matched_nothing() -> None:
    """Exit code 6."""
    code, rows, talk = run("-", input="Name,Email\n")
    assert (code, rows, talk) == (6, [], "no leads in it\n")


def test_people_get_a_table_or_an_explanation() -> None:
    """The table by default, `--explain` the whole story of each score."""
    table = CliRunner().invoke(score, ["-"], input=json.dumps(BAKERY))
    assert "Harbour Street" in table.stdout
    told = CliRunner().invoke(score, ["-", "--explain"], input=json.dumps(BAKERY))
    assert told.stdout.startswith("Harbour Street Bakery\n  Score ")
    assert "Industry fit:" in told.stdout
