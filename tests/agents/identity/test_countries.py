"""Countries: codes and names in many languages, and none guessed near a border."""

import pytest

from agents.identity import countries


@pytest.mark.parametrize(
    ("written", "code"),
    [("DE", "DE"), ("de", "DE"), ("Deutschland", "DE"), ("DEU", "DE"), ("U.S.A.", "US"),
     ("United States", "US"), ("UK", "GB"), ("Scotland", "GB"), ("Česko", "CZ"), ("日本", "JP"),
     ("Северна Македонија", "MK"), ("Côte d'Ivoire", "CI"), ("XX", None), ("", None),
     ("Narnia", None)],
)  # fmt: skip
def test_countries_are_known_by_code_and_name(written: str, code: str | None) -> None:
    assert countries.read(written) == code


@pytest.mark.parametrize(
    ("values", "given", "found"),
    [
        ({"country": "France", "postcode": "SW1A 1AA"}, "DE", ("FR", "stated")),
        ({"postcode": "SW1A 1AA"}, "DE", ("DE", "operator")),
        ({"postcode": "SW1A 1AA"}, None, ("GB", "postcode")),
        ({"postcode": "M5V 2T6"}, None, ("CA", "postcode")),
        ({"postcode": "94105", "state": "CA"}, None, ("US", "postcode")),
        ({"postcode": "94105", "state": "NY"}, None, ("", "")),
        ({"postcode": "10115"}, None, ("", "")),
    ],
)
def test_what_is_stated_stands_before_what_is_inferred(
    values: dict[str, str], given: str | None, found: tuple[str, str]
) -> None:
    assert countries.of_row(values, given) == found


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [(41.88, -87.63, "US"), (42.0, 21.43, "MK"), (47.56, 7.6, ""), (48.57, 7.75, ""),
     (0.0, -30.0, "")],
)  # fmt: skip
def test_coordinates_tell_a_country_only_deep_inside(
    latitude: float, longitude: float, found: str
) -> None:
    """Basel and Strasbourg stay unknown: a national number would be read as a neighbour's."""
    assert countries.of_row({}, None, latitude, longitude)[0] == found
