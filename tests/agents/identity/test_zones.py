"""Zones: the strongest evidence first, the rest narrows or widens, and how sure is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import zones
from agents.identity.words import lines


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ({"stated": "Europe/Berlin", "country": "FR"}, ("Europe/Berlin",)),
        ({"country": "NO"}, ("Europe/Oslo",)),
        ({"country": "US", "postcode": "60608"}, ("America/Chicago",)),
        ({"country": "US", "postcode": "60608-1234"}, ("America/Chicago",)),
        ({"country": "US", "region": "California"}, ("America/Los_Angeles",)),
        ({"country": "US", "region": "us-ca"}, ("America/Los_Angeles",)),
        ({"country": "US", "region": "AZ", "postcode": "85004"}, ("America/Phoenix",)),
        ({"country": "US", "latitude": 37.79, "longitude": -122.4}, ("America/Los_Angeles",)),
        ({"country": "CA", "postcode": "V6B 1A1"}, ("America/Vancouver",)),
        ({"country": "AU", "postcode": "6000"}, ("Australia/Perth",)),
        ({"country": "AU", "region": "Queensland"}, ("Australia/Brisbane",)),
        ({"country": "BR", "postcode": "69000-000"}, ("America/Manaus",)),
        ({"country": "RU", "postcode": "690000"}, ("Asia/Vladivostok",)),
        ({"country": "ES", "postcode": "35001"}, ("Atlantic/Canary",)),
        ({"country": "MX", "region": "Quintana Roo"}, ("America/Cancun",)),
        ({"latitude": 12.99, "longitude": 77.57}, ("Asia/Kolkata",)),
        ({"latitude": 42.0, "longitude": 21.4}, ("Europe/Skopje",)),
        ({"phone": "+442079460000"}, ("Europe/London",)),
        ({"phone": "+212 522 123456"}, ("Africa/Casablanca",)),
        ({"phone": "020 7946 0000", "country": "GB"}, ("Europe/London",)),
        ({}, ()),
        ({"country": "XX", "postcode": "1", "phone": "nonsense", "stated": "Mars/Olympus"}, ()),
    ],
)
def test_evidence_of_every_kind_is_read(evidence: dict[str, Any], wanted: tuple[str, ...]) -> None:
    found = zones.likely(**evidence)
    assert found.zones == wanted
    assert bool(found.sure) == bool(wanted)
    assert found.why


def test_a_place_overrules_an_area_code() -> None:
    """People carry numbers across a country (facts: an area code is weak evidence)."""
    found = zones.likely(country="US", region="CA", phone="+13125550123")
    assert found.zones == ("America/Los_Angeles",)
    alone = zones.likely(country="US", phone="+13125550123")
    assert alone.zones == ("America/Chicago",)
    assert alone.sure < found.sure
    assert len(alone.possible) > 1


def test_a_country_of_several_times_answers_all() -> None:
    """The caller plans for the intersection of their windows."""
    found = zones.likely(country="US")
    assert {"America/New_York", "Pacific/Honolulu", "America/Phoenix"} <= set(found.zones)
    assert found.sure > 0.9


def test_evidence_that_contradicts_widens_and_makes_unsure() -> None:
    found = zones.likely(country="AU", postcode="4000", region="WA")
    assert {"Australia/Brisbane", "Australia/Perth"} <= set(found.zones)
    assert found.sure < 0.7
    assert "against" in found.why


def test_evidence_that_agrees_makes_surer() -> None:
    alone = zones.likely(country="US", postcode="60608")
    both = zones.likely(country="US", postcode="60608", region="IL")
    assert both.sure > alone.sure


def test_a_split_state_answers_both_of_its_times() -> None:
    found = zones.likely(country="US", region="Tennessee")
    assert set(found.zones) == {"America/Chicago", "America/New_York"}
    assert zones.likely(country="US", region="TN", postcode="38103").zones == ("America/Chicago",)


def test_a_place_near_a_border_answers_both_sides() -> None:
    """Half way between Eastern and Central towns."""
    assert len(zones.likely(country="US", latitude=36.9, longitude=-85.5).zones) == 2


def test_countries_have_their_own_zones() -> None:
    assert zones.country_zones("se") == ("Europe/Stockholm",)
    assert zones.country_zones("US")[0] in {"America/New_York", "America/Chicago"}
    assert zones.country_zones("XX") == ()
    assert not any(zone.startswith("Antarctica") for zone in zones.country_zones("AU"))


def test_zones_that_keep_the_same_time_are_the_same() -> None:
    assert zones.same("America/New_York", "America/Detroit")
    assert not zones.same("America/Phoenix", "America/Denver")
    assert not zones.same("Europe/Paris", "No/Such")


@pytest.mark.parametrize("table", ["regions.txt", "postcodes.txt", "anchors.txt"])
def test_tables_name_zones_that_exist(table: str) -> None:
    """A misspelt zone would silence a lead for ever."""
    for line in lines(table):
        for word in line.replace(" : ", " ").split():
            if "/" in word:
                assert zones.likely(stated=word).zones == (word,), line


def test_towns_are_told_by_their_own_neighbours() -> None:
    """Each of the towns from which coordinates are told, left out and told by the others: most
    stand near a border on purpose, and still nine in ten answers hold the right time."""
    towns = list(zones._anchors())
    right = sum(zone in _without(towns, at) for at, (_, zone, _, _) in enumerate(towns[:786]))
    assert right >= 0.85 * 786


def _without(towns: list[tuple[str, str, float, float]], left: int) -> set[str]:
    country, _, north, east = towns[left]
    best: dict[Any, float] = {}
    for place, zone, latitude, longitude in towns:
        distance = zones._distance(north, east, latitude, longitude)
        if place == country and distance > 5:
            times = zones._times(zone)
            best[times] = min(distance, best.get(times, distance))
    nearest = min(best.values())
    held = {times for times, distance in best.items() if nearest >= distance * zones.BORDER}
    return {zone for _, zone, _, _ in towns if zones._times(zone) in held}


@given(
    st.none() | st.text(max_size=4),
    st.none() | st.text(max_size=10),
    st.none() | st.text(max_size=10),
    st.none() | st.floats(),
    st.none() | st.floats(),
)
def test_any_evidence_is_weighed(
    country: str | None,
    region: str | None,
    postcode: str | None,
    latitude: float | None,
    longitude: float | None,
) -> None:
    """Nothing raises, and every zone answered is one."""
    found = zones.likely(
        country=country, region=region, postcode=postcode, latitude=latitude, longitude=longitude
    )
    assert 0.0 <= found.sure <= 1.0
    assert all(zones.likely(stated=zone).zones for zone in found.zones)
