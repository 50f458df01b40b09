"""Turns a region and a year into its public holidays, and a date into the holiday it is.

Called by the window gate and `leadwire inspect calendar`. The rules are those of the `holidays`
library, asked for all its general categories: what is a bank or optional day comes with that type,
and the caller decides which types keep it from calling. Sources differ on such days; `public` alone
is law for everybody in the region.

A country without its subdivision also lists the days that most of its subdivisions keep (Easter
Monday in GB, Good Friday in CH) as `regional`: whoever knows only the country had better not call
then. Days that follow the moon are forecasts until they are proclaimed; they are marked so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

# The library's categories in our words, the strongest first: a date that stands in several takes
# the first. Categories of one faith, of schools or of the army are nobody's day off in general.
TYPES: Mapping[str, str] = {
    "public": "public",
    "government": "government",
    "bank": "bank",
    "de_facto": "observance",
    "half_day": "half_day",
    "optional": "optional",
}
REGIONAL = "regional"
MOST = 2 / 3  # share of subdivisions that must keep a day for the country to list it
YEARS = range(1970, 2101)


class UnknownRegion(ValueError):
    """No calendar for this region: the caller keeps to weekdays and says so (design §5).

    `country` is the country's code where that has a calendar and only the subdivision has none:
    it keeps no days of its own, or we do not know them.
    """

    def __init__(self, message: str, country: str | None = None) -> None:
        super().__init__(message)
        self.country = country


@dataclass(frozen=True, slots=True)
class Holiday:
    """One local day. `type` is a value of TYPES or `regional`; `name` is in the region's language;
    `substitute` = given for another day that falls on a weekend; `estimated` = by the moon."""

    date: date
    name: str
    type: str
    substitute: bool
    estimated: bool = False


def holidays(region: str, year: int) -> tuple[Holiday, ...]:
    """Holidays of an ISO country ("DE") or subdivision ("DE-BY", "CA-QC") by date.

    Raises UnknownRegion where there is no calendar, ValueError for a year outside 1970–2100.
    """
    return tuple(_days(region.strip().upper(), year).values())


def holiday(region: str, date: date) -> Holiday | None:
    """The holiday on a local date, the strongest where there are several. Raises UnknownRegion."""
    return _days(region.strip().upper(), date.year).get(date)


@lru_cache(maxsize=4096)
def _days(region: str, year: int) -> Mapping[date, Holiday]:
    if year not in YEARS:
        raise ValueError(f"year {year}: calendars are known from {YEARS[0]} to {YEARS[-1]}")
    country, _, part = region.partition("-")
    found: dict[date, Holiday] = {}
    for category, kind in TYPES.items():
        if category in _calendar(country, "", year).supported_categories:
            for day in _kept(country, part, year, category, kind):
                found.setdefault(day.date, day)
    if not part:
        for day in _regional(country, year):
            found.setdefault(day.date, day)
    return {day: found[day] for day in sorted(found)}


def _kept(country: str, part: str, year: int, category: str, kind: str) -> Iterator[Holiday]:
    """Days of one category. Which are given for others is told by asking again without those."""
    plain = _calendar(country, part, year, category, observed=False)
    english = _calendar(country, part, year, category, language="en_US")
    for day, name in _calendar(country, part, year, category).items():
        yield Holiday(day, name, kind, day not in plain, "(estimated" in english.get(day, ""))


def _regional(country: str, year: int) -> Iterator[Holiday]:
    """Days that most subdivisions keep."""
    parts = _calendar(country, "", year).subdivisions
    names: dict[date, str] = {}
    kept: Counter[date] = Counter()
    for part in parts:
        for day, name in _calendar(country, part, year, "public").items():
            names[day] = name
            kept[day] += 1
    for day, count in kept.items():
        if count >= MOST * len(parts):
            yield Holiday(day, names[day], REGIONAL, substitute=False)


@lru_cache(maxsize=1024)
def _part(country: str, part: str) -> str | None:
    """A subdivision as the library spells it: "BY" and "Bavaria" alike, whatever the case."""
    import holidays as library

    if not part:
        return None
    known = library.country_holidays(country)
    names = {name.upper(): name for name in known.subdivisions}
    names |= {name.upper(): code for name, code in known.subdivisions_aliases.items()}
    return names.get(part, part)


def _calendar(
    country: str,
    part: str,
    year: int,
    category: str | None = None,
    *,
    observed: bool = True,
    language: str | None = None,
) -> Any:
    """A calendar of the library. Its language is named always: it would take the machine's."""
    import holidays as library

    try:
        home = library.country_holidays(country).default_language
        return library.country_holidays(
            country,
            subdiv=_part(country, part),
            years=year,
            observed=observed,
            expand=False,
            language=language or home,
            categories=(category,) if category else None,
        )
    except NotImplementedError:
        pass
    if part:
        _calendar(country, "", year)
        raise UnknownRegion(f"no calendar of its own for {country}-{part}: use {country}", country)
    raise UnknownRegion(f"no calendar for {country}: use an ISO 3166 code such as DE or DE-BY")
