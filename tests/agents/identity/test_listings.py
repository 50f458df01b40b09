"""Listings: columns recognised by name, nothing lost, the operator's mapping above all."""

import csv
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import listings
from tests.agents.identity.samples import table

WANTED = {
    "name": "Blue Door",
    "address": "12 High Street",
    "city": "Bath",
    "postcode": "BA1 5AB",
    "country": "GB",
    "phone": "+441225444555",
    "email": "hello@bluedoor.example",
    "website": "bluedoor.example",
}
HEADERS = [
    ["Business Name", "Address", "City", "Post Code", "Country", "Phone", "E-mail", "Website"],
    ["business_name", "street_address", "town", "zip", "country_code", "telephone", "email", "url"],
    ["COMPANY", "ADDRESS 1", "CITY/TOWN", "POSTAL CODE", "COUNTRY", "TEL.", "EMAIL ADDRESS",
     "WEB SITE"],
    ["companyName", "addressLine1", "locality", "postalCode", "countryName", "phoneNumber", "mail",
     "homepage"],
    ["Firma", "Straße", "Ort", "PLZ", "Land", "Telefon", "E-Mail", "Webseite"],
    ["Nom", "Adresse", "Ville", "Code postal", "Pays", "Téléphone", "Courriel", "Site web"],
    ["Nombre comercial", "Dirección", "Ciudad", "Código Postal", "País", "Teléfono",
     "Correo electrónico", "Sitio web"],
    ["名称", "住所", "市区町村", "郵便番号", "国", "電話番号", "メール", "ホームページ"],
    ["Название", "Адрес", "Город", "Почтовый индекс", "Страна", "Телефон", "Почта", "Сайт"],
]  # fmt: skip
CELLS = ["Blue Door", "12 High Street", "Bath", "ba15ab", "United Kingdom", "01225 444555",
         "Hello@BlueDoor.example", "bluedoor.example"]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header[0])
def test_ordinary_headers_are_recognised(header: list[str]) -> None:
    """Case, blanks, underscores and languages do not matter."""
    found = listings.normalise(dict(zip(header, CELLS, strict=True)))
    assert {name: getattr(found, name) for name in WANTED} == WANTED
    assert found.zones == ("Europe/London",)
    assert found.extra == {}


def test_childcare_listings_are_recognised() -> None:
    row = table("places/chicago_childcare.csv")[4]
    found = listings.normalise(row, country="US")
    assert (found.row, found.name) == (5, "CHICAGO PUBLIC SCHOOLS HAY COMM. ACADEMY, JOHN")
    assert (found.address, found.postcode) == ("1018 N LARAMIE", "60651")
    assert (found.phone, found.phone_written) == (None, "5346000")
    assert found.zones == ("America/Chicago",)
    assert found.extra["Source"] == "chapin_dfss_providers_2011_070212.csv"


def test_restaurant_listings_are_recognised() -> None:
    row = next(r for r in table("places/uk_restaurants.csv") if r["Name"].startswith("Silverfjord"))
    found = listings.normalise(row)
    assert found.address == "Silverfjord Hotel, Ruthven Road"
    assert (found.city, found.postcode, found.country) == ("Kingussie", "PH21 1ES", "GB")
    assert found.country_why == "postcode"


def test_mapped_places_are_recognised() -> None:
    """Tags inside an object, as OpenStreetMap's."""
    row = {
        "osm_id": 1, "lat": 42.0, "lon": 21.43,
        "tags": {"name": "Ди Наполи", "amenity": "fast_food", "addr:street": "Иван Козаров",
                 "addr:housenumber": "31", "addr:city": "Скопје", "addr:postcode": "1000",
                 "contact:phone": "+389 70 567295", "cuisine": "pizza"},
    }  # fmt: skip
    found = listings.normalise(row)
    assert (found.name, found.category) == ("Ди Наполи", "fast_food")
    assert (found.address, found.house_number) == ("Иван Козаров 31", "31")
    assert (found.phone, found.country) == ("+38970567295", "MK")
    assert (found.latitude, found.longitude) == (42.0, 21.43)
    assert found.extra == {"osm_id": 1, "tags.cuisine": "pizza"}


def test_food_truck_permits_are_recognised() -> None:
    """Ids of districts in a column named "Zip Codes" are no postcodes: the coordinates tell."""
    row = {
        "locationid": "7", "Applicant": "Sunny Street LLC dba Taco Sunrise",
        "FacilityType": "Truck",
        "Address": "85 02ND ST", "Latitude": "37.788457", "Longitude": "-122.39988",
        "Zip Codes": "28855", "Status": "APPROVED",
    }  # fmt: skip
    found = listings.normalise(row, country="US")
    assert (found.name, found.extra["legal name"]) == ("Taco Sunrise", "Sunny Street LLC")
    assert (found.category, found.address) == ("Truck", "85 02ND ST")
    assert (found.postcode, found.extra["postcode written"]) == ("", "28855")
    assert found.zones == ("America/Los_Angeles",)


def test_a_routed_lead_is_recognised() -> None:
    """The upstream pipeline's own shape (spec 1.1)."""
    row = {
        "dedup_key": "k1", "route": "TARGET", "business_name": "Blue Door",
        "address": {"street": "12 High Street", "city": "Bath", "postcode": "BA1 5AB"},
        "geo": {"lat": 51.38, "lng": -2.36}, "phone": "+44 1225 444555",
        "categories": ["cafe", "bar"],
    }  # fmt: skip
    found = listings.normalise(row)
    assert (found.name, found.address, found.city) == ("Blue Door", "12 High Street", "Bath")
    assert (found.latitude, found.category) == (51.38, "cafe; bar")
    assert found.extra == {"dedup_key": "k1", "route": "TARGET"}


@pytest.mark.parametrize(
    "value", ["(37.7884, -122.3998)", "37.7884,-122.3998", "POINT (-122.3998 37.7884)"]
)
@pytest.mark.parametrize("column", ["Location", "coordinates", "geo_point_2d"])
def test_coordinates_in_one_column_are_read(column: str, value: str) -> None:
    found = listings.normalise({"name": "x", column: value})
    assert (found.latitude, found.longitude) == (37.7884, -122.3998)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("0", "0"), ("91", "5"), ("x", "5"), ("", ""), ("nan", "nan")]
)
def test_coordinates_that_are_none_are_left_out(latitude: str, longitude: str) -> None:
    found = listings.normalise({"name": "x", "lat": latitude, "lon": longitude})
    assert (found.latitude, found.longitude) == (None, None)


@pytest.mark.parametrize("field", ["name", "business_name", "Company"])
def test_the_operators_mapping_overrides_recognition(field: str) -> None:
    """The column that would have been taken passes through."""
    found = listings.normalise(
        {"name": "internal", "Display": "Blue Door"}, mapping={field: "Display"}
    )
    assert found.name == "Blue Door"
    assert found.extra == {"name": "internal"}


def test_a_mapping_to_no_field_is_refused_by_name() -> None:
    with pytest.raises(listings.UnknownField, match=r"no field 'colour'.*postcode"):
        listings.normalise({"a": 1}, mapping={"colour": "a"})


@pytest.mark.parametrize(
    ("written", "name", "legal"),
    [
        ("Okara CTG Limited Trading As Bombay Tandoori", "Bombay Tandoori", "Okara CTG Limited"),
        ("E-cafe Ltd t/a xpressonet", "xpressonet", "E-cafe Ltd"),
        ("Sasha’s Factory Ltd ta Chelsea Creperie", "Chelsea Creperie", "Sasha’s Factory Ltd"),
        ("Big Burger 552 t/a LEMACA Ltd", "Big Burger 552", "LEMACA Ltd"),
    ],
)
def test_who_trades_as_what_is_told_apart(written: str, name: str, legal: str) -> None:
    found = listings.normalise({"name": written})
    assert (found.name, found.extra["legal name"]) == (name, legal)


@pytest.mark.parametrize(
    ("postcode", "country", "kept"),
    [("2139", "US", "02139"), ("02139-4307", "US", "02139"), ("94105.0", "US", "94105"),
     ("310", "US", ""), ("m5v2t6", "CA", "M5V 2T6"), ("sw1a1aa", "GB", "SW1A 1AA"),
     ("10115", "DE", "10115"), ("1000", "MK", "1000")],
)  # fmt: skip
def test_postcodes_take_their_countrys_form(postcode: str, country: str, kept: str) -> None:
    found = listings.normalise({"name": "x", "zip": postcode}, country=country)
    assert found.postcode == kept
    assert kept or found.extra["postcode written"] == postcode


def test_a_national_number_is_not_read_without_its_country() -> None:
    """It would be somebody else's."""
    found = listings.normalise({"name": "x", "phone": "310-821-0059"})
    assert (found.phone, found.phone_written) == (None, "310-821-0059")
    assert listings.normalise({"name": "x", "phone": "310-821-0059"}, country="US").phone


CELL = (
    st.none() | st.integers() | st.floats() | st.text(max_size=30) | st.lists(st.text(max_size=5))
)
KNOWN = ["Name", "addr", "zip", "Phone", "lat", "lon", "Country", "email", "row"]
COLUMN = st.sampled_from(KNOWN) | st.text(max_size=12)


@given(st.dictionaries(COLUMN, CELL, max_size=8))
def test_nothing_of_a_row_is_lost(row: dict[str, Any]) -> None:
    """Every column that says something stands in a field or in extra."""
    found = listings.normalise(row)
    told = json.dumps([getattr(found, name) for name in found.__slots__], default=str).casefold()
    for column, value in row.items():
        text = " ".join(str(value).split())
        named = listings.columns().get(listings.squash(column))
        if named is None and not listings.columns().get(listings.squash(column.rpartition(".")[2])):
            assert column in found.extra
        elif named and named[0] == "name" and len(row) == 1 and text.isascii() and text.isalnum():
            assert text.casefold() in told or text.casefold() in listings.EMPTY


def test_every_row_of_the_samples_is_read() -> None:
    for name in ("places/chicago_childcare.csv", "places/uk_restaurants.csv"):
        read = [listings.normalise(row, country="GB") for row in table(name)]
        assert all(found.name for found in read)


def test_fields_that_a_mapping_may_name_are_listed() -> None:
    assert {"name", "postcode", "phone", "latitude", "row"} <= set(listings.fields())


def test_the_table_of_columns_reads_as_csv_headers_do() -> None:
    """A header with a byte order mark or quotes is still the column."""
    rows = csv.DictReader(['"Business Name","Postal-Code"', '"Blue Door","BA1 5AB"'])
    assert listings.normalise(next(rows)).postcode == "BA1 5AB"
