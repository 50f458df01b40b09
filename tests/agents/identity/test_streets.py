"""Streets: one form for the writings of one address, in the orders of several countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import streets


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4701 N. Winthrop Ave ", "4701 North Winthrop Avenue"),
        ("1-5, Bloomberg Arcade", "1-5 Bloomberg Arcade"),
        ("Ground Floor, 10 Greenfield Crescent", "10 Greenfield Cres"),
        ("Hauptstr. 12a", "Hauptstraße 12 a"),
        ("3012 16 E 92ND ST", "3012-16 E. 92nd St."),
        ("85 02ND ST", "85 2nd Street"),
        ("9501 S. Saint Mary Rd", "9501 South St. Mary Road"),
        ("ул. Иван Козаров 31", "Иван Козаров 31, ul."),
        ("12 Rue de la Paix", "12, rue de la Paix"),
        ("No. 5 High Street", "5 High St"),
        ("2141 South Tan Court 1st Floor", "2141 S Tan Ct"),
        ("Flat 3, 22 High St", "22 High Street"),
    ],
)
def test_writings_of_one_address_are_one(one: str, other: str) -> None:
    first, second = streets.read(one), streets.read(other)
    assert (first.low, first.high, first.core) == (second.low, second.high, second.core)
    assert first.core


@pytest.mark.parametrize(
    ("address", "span"),
    [("7954-58 S. Western", (7954, 7958)), ("161-163, Camden Road", (161, 163)),
     ("10-11 Main Street", (10, 11)), ("12 Main Street", (12, 12)), ("Main Street", (0, 0)),
     ("Kerkstraat 7", (7, 7)), ("Via San Massimo 12", (12, 12)), ("11th Street", (0, 0))],
)  # fmt: skip
def test_house_numbers_span(address: str, span: tuple[int, int]) -> None:
    found = streets.read(address)
    assert (found.low, found.high) == span


def test_parts_that_are_no_street_are_kept_apart() -> None:
    found = streets.read("Silverfjord Hotel , Ruthven Road, Kingussie")
    assert found.core == ("ruthven",)
    assert set(found.rest) == {"silverfjord hotel", "kingussie"}


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    found = streets.read(text)
    assert 0 <= found.low <= found.high


@given(st.text(alphabet="0123456789 -/,.#abst", max_size=400))
def test_numbers_in_any_order_are_read(text: str) -> None:
    assert streets.read(text).low >= 0
