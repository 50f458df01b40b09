"""Columns become fields: as the operator says, by a layout, or by their names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agents.intake import mapping, reading
from agents.intake.mapping import MappingError, chosen

SAMPLES = Path(__file__).parents[2] / "samples" / "leads"


def mapped(row: dict[str, Any], *texts: str, by_name: bool = True) -> dict[str, Any]:
    return chosen(texts, tuple(row), by_name=by_name).apply(row)


def test_a_pair_names_the_column_of_a_field_and_the_rest_passes_through() -> None:
    """`--map FIELD=COLUMN`; unknown columns keep their names and writing."""
    row = {"Work_Email": "a@b.example", "Weird ": " x ", "n": None}
    lead = mapped(row, "email=Work_Email")
    assert lead == {"email": "a@b.example", "Weird ": " x ", "n": None}


def test_several_columns_of_one_field_are_joined_in_order() -> None:
    """An address with commas, a name with blanks; blank cells leave no trace."""
    row = {"A": "1 Main St", "B": "", "C": "Dock", "x": "Alex", "y": "Example"}
    lead = mapped(row, "address=A", "address=B", "address=C", "name=x", "name=y")
    assert lead == {"address": "1 Main St, Dock", "name": "Alex Example"}


def test_of_several_columns_of_a_number_the_first_filled_one_counts() -> None:
    """Two numbers joined are none."""
    row = {"mobile": "", "office": "01 555 0142", "other": "01 555 0143"}
    lead = mapped(row, "phone=mobile", "phone=office", "phone=other")
    assert lead["phone"] == "01 555 0142"


def test_what_is_mapped_wins_over_what_is_recognised() -> None:
    """The other column keeps its value."""
    row = {"email": "old@b.example", "Work Email": "new@b.example"}
    lead = mapped(row, "email=Work Email")
    assert lead["email"] == "new@b.example"
    assert lead["column_email"] == "old@b.example"


def test_fields_below_metadata_are_nested() -> None:
    """`metadata.company_name` (spec 1.1); `quality.als` for leads that come scored."""
    lead = mapped({"C": "Tools", "S": "71"}, "metadata.company_name=C", "quality.als=S",
                  "email=C")  # fmt: skip
    assert lead["metadata"] == {"company_name": "Tools"}
    assert lead["quality"] == {"als": "71"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("emial=Mail", "did you mean email?"),
        ("email=Mial", "there is no column 'Mial'; did you mean 'Mail'?"),
        ("nowhere", "neither FIELD=COLUMN, nor a file"),
        ("nowhere", "openstreetmap"),
    ],
)
def test_a_wrong_mapping_names_the_nearest_right_one(text: str, words: str) -> None:
    """Field, column, layout; the columns that there are come with it."""
    with pytest.raises(MappingError) as caught:
        mapped({"Mail": "a@b.example"}, text)
    assert words in str(caught.value)


def test_a_file_that_reaches_nobody_is_refused_by_its_columns() -> None:
    """A missing column is named before the first row is read."""
    with pytest.raises(
        MappingError, match=r"no column says how to reach anybody.*Columns: Foo, Bar"
    ):
        mapped({"Foo": "x", "Bar": "y"})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"First Name": "Alex", "Last Name": "Example", "Job Title": "CTO", "Company": "Tools",
             "Work Email": "a@b.example", "Mobile Phone": "+353 1 234 5678"},
            {"name": "Alex Example", "title": "CTO", "business_name": "Tools",
             "email": "a@b.example", "phone": "+353 1 234 5678"},
        ),
        (
            {"Business Name": "Bakery", "Street Address": "1 Main St", "Zip Code": "1234",
             "Phone Number": "1", "Website URL": "b.example", "Category": "bakery"},
            {"business_name": "Bakery", "address": "1 Main St", "postcode": "1234", "phone": "1",
             "website": "b.example", "category": "bakery"},
        ),
        (
            {"Firma": "Bäckerei", "Ansprechpartner": "Alex Beispiel", "Straße": "Hauptstr. 1",
             "PLZ": "50667", "Ort": "Köln", "Telefon": "0221 1", "E-Mail": "a@b.example"},
            {"business_name": "Bäckerei", "name": "Alex Beispiel", "address": "Hauptstr. 1",
             "postcode": "50667", "city": "Köln", "phone": "0221 1", "email": "a@b.example"},
        ),
        ({"Name": "Alex", "Email": "a@b.example"}, {"name": "Alex", "email": "a@b.example"}),
        ({"Name": "Bakery", "Address": "1 Main St"},
         {"business_name": "Bakery", "address": "1 Main St"}),
        ({"dedup_key": "1", "email": "a@b.example"}, {"dedup_key": "1", "email": "a@b.example"}),
    ],
)  # fmt: skip
def test_columns_are_recognised_by_name(row: dict[str, Any], expected: dict[str, Any]) -> None:
    """Lists of businesses and lists of people, in several languages."""
    assert mapped(row) == expected


def test_jsonl_keeps_its_own_names() -> None:
    """Its keys are names of fields already; only a whole layout is recognised."""
    row = {"Name": "x", "email": "a@b.example"}
    assert mapped(row, by_name=False) == row


@pytest.mark.parametrize(
    ("file", "layout", "first"),
    [
        ("uk_restaurants.csv", "uk_eat_out",
         {"business_name": "SUBWAY WALTON VALE", "address": "107 Walton Vale", "city": "Liverpool",
          "region": "Merseyside", "postcode": "L9 4SR", "country": "GB", "category": "restaurant"}),
        ("chicago_childcare.csv", "chicago_childcare",
         {"city": "Chicago", "country": "US", "region": "IL", "category": "child care"}),
        ("osm_places.jsonl", "openstreetmap", {}),
    ],
)  # fmt: skip
def test_a_layout_that_ships_is_recognised_by_its_columns(
    file: str, layout: str, first: dict[str, Any]
) -> None:
    """And fills the fields of every row of its sample."""
    with (SAMPLES / file).open("rb") as stream:
        source = reading.read(stream, name=file)
        rows = [row for row in source.rows if isinstance(row, reading.Accepted)]
    columns = source.columns or tuple(rows[0].data)
    found = chosen((), columns, by_name=source.format == "csv")
    assert found.name == layout
    leads = [found.apply(row.data) for row in rows]
    assert {key: leads[0].get(key) for key in first} == first
    assert all(lead["business_name"] for lead in leads)


def test_an_element_of_openstreetmap_becomes_a_lead_and_keeps_its_tags() -> None:
    """Tags are read by path; nothing of the element is lost."""
    line = (SAMPLES / "osm_places.jsonl").read_text("utf-8").splitlines()[0]
    row = json.loads(line)
    lead = mapped(row, by_name=False)
    tags = row["tags"]
    assert lead["dedup_key"] == f"{row['osm_type']}/{row['osm_id']}"
    assert lead["business_name"] == tags["name"]
    assert lead["address"].endswith(tags["addr:street"])
    assert lead["tags"] == tags


def test_the_layouts_that_ship_fit_the_shared_files() -> None:
    """All four, over every row, where the shared data are at hand."""
    folder = os.environ.get("LEADWIRE_SHARED_DATA")
    if not folder:
        pytest.skip("LEADWIRE_SHARED_DATA names no folder; it holds files that may not be copied")
    files = {
        "uk_restaurants.csv": ("uk_eat_out", 1199),
        "chicago_childcare.csv": ("chicago_childcare", 1678),
        "sf_food_trucks.csv": ("sf_food_trucks", 280),
        "osm_places.jsonl": ("openstreetmap", 243),
    }
    for name, (layout, count) in files.items():
        with (Path(folder) / "leads" / name).open("rb") as stream:
            source = reading.read(stream, name=name)
            rows = [row for row in source.rows if isinstance(row, reading.Accepted)]
        found = mapping.fitting(source.columns or tuple(rows[0].data))
        assert (found.name, len(rows)) == (layout, count)
        named = sum("business_name" in found.apply(row.data) for row in rows)
        assert named > 0.98 * count


def test_a_layout_file_of_the_operators_own_is_read(tmp_path: Path) -> None:
    """TOML: a column, columns to join, the first of several, constants."""
    path = tmp_path / "mine.toml"
    path.write_text(
        '[fields]\nemail = { first = ["Mail1", "Mail2"] }\naddress = ["A", "B"]\n'
        '[constants]\ncountry = "IE"\n'
    )
    row = {"Mail1": "", "Mail2": "a@b.example", "A": "1 Main St", "B": "Dock", "x": "y"}
    assert mapped(row, str(path)) == {
        "email": "a@b.example", "address": "1 Main St, Dock", "x": "y", "country": "IE",
    }  # fmt: skip
    assert mapped({**row, "country": "FR"}, str(path))["country"] == "FR"
    assert mapped({**row, "M3": "z@b.example"}, str(path), "email=M3")["email"] == "z@b.example"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[fields", "not readable as TOML"),
        ("[feilds]", "no key 'feilds'"),
        ('[fields]\nemial = "x"', "did you mean email"),
        ("[fields]\nemail = 3", "a column, a list of columns, or first/join/with"),
    ],
)
def test_a_broken_layout_file_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    """With the file's name, or the field's."""
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(MappingError) as caught:
        mapping.layout(str(path))
    assert words in str(caught.value)
