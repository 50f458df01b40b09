"""Calendars: regions by code or name, types kept apart, errors that name the region."""

from datetime import date

import holidays as library
import pytest

from agents.identity import calendars


def named(region: str, year: int) -> dict[str, calendars.Holiday]:
    return {day.date.isoformat(): day for day in calendars.holidays(region, year)}


def test_a_subdivision_keeps_its_own_days() -> None:
    assert named("DE-BY", 2026)["2026-01-06"].type == "public"
    assert "2026-01-06" not in named("DE-BE", 2026)
    assert named("CA-QC", 2026)["2026-06-24"].type == "public"


@pytest.mark.parametrize("region", ["de-by", " DE-BY ", "DE-Bayern", "DE-BAYERN"])
def test_regions_are_known_by_code_and_name(region: str) -> None:
    assert calendars.holidays(region, 2026) == calendars.holidays("DE-BY", 2026)


def test_days_that_not_everybody_has_say_so() -> None:
    """A bank's day off is no public holiday, and the caller decides."""
    assert named("AT", 2026)["2026-12-24"].type == "bank"
    assert named("GB", 2026)["2026-04-06"].type == "regional"
    assert named("GB-ENG", 2026)["2026-04-06"].type == "public"
    assert named("TR", 2026)["2026-10-28"].type == "half_day"


def test_substitutes_and_estimates_are_marked() -> None:
    assert named("GB", 2027)["2027-12-27"].substitute
    assert not named("GB", 2027)["2027-12-25"].substitute
    assert any(day.estimated for day in calendars.holidays("AE", 2030))
    assert not any(day.estimated for day in calendars.holidays("DE", 2030))


def test_a_date_is_asked_alone() -> None:
    found = calendars.holiday("AU-NSW", date(2026, 1, 26))
    assert found is not None
    assert (found.name, found.type) == ("Australia Day", "public")
    assert calendars.holiday("AU-NSW", date(2026, 1, 27)) is None


def test_days_come_in_order_and_once() -> None:
    for region in ("IN", "US", "JP", "BR-SP", "CH-ZH"):
        days = [day.date for day in calendars.holidays(region, 2026)]
        assert days == sorted(set(days))


@pytest.mark.parametrize("region", ["XX", "", "-", "Atlantis", "DE-XX", "💥", "XX-YY"])
def test_an_unknown_region_is_a_named_error(region: str) -> None:
    """Not an empty calendar: that would read as "no holidays"."""
    with pytest.raises(calendars.UnknownRegion, match="no calendar"):
        calendars.holidays(region, 2026)


def test_an_unknown_subdivision_names_its_country() -> None:
    with pytest.raises(calendars.UnknownRegion) as caught:
        calendars.holidays("DE-XX", 2026)
    assert caught.value.country == "DE"


@pytest.mark.parametrize("year", [0, 1900, 3000])
def test_years_beyond_the_calendars_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="1970"):
        calendars.holidays("DE", year)


@pytest.mark.slow
def test_every_country_of_the_library_has_a_calendar() -> None:
    for country in library.list_supported_countries(include_aliases=False):
        assert calendars.holidays(country, 2026) is not None


def test_names_do_not_hang_on_the_machines_language(monkeypatch: pytest.MonkeyPatch) -> None:
    calendars._days.cache_clear()
    monkeypatch.setenv("LANGUAGE", "fr")
    assert named("DE", 2031)["2031-01-01"].name == "Neujahr"
