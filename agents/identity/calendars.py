"""Turns a region and a year into its public holidays, and a date into the holiday it is.

Called by the window gate and `leadwire inspect calendar`. The rules are those of the `holidays`
library, asked for all its categories: what is a bank or optional day comes with that type, and
the caller decides which types keep it from calling. Sources differ on such days; `public` alone
is law for all.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

# The library's categories in our words, the strongest first: a date that stands in several
# categories takes the first.
TYPES = {
    "public": "public",
    "government": "government",
    "bank": "bank",
    "de_facto": "observance",
    "half_day": "half_day",
    "optional": "optional",
}
YEARS = range(1970, 2101)


class UnknownRegion(ValueError):
    """No calendar for this region: the caller keeps to weekdays and says so (design §5)."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One local day. `type` is one of the values of TYPES; `substitute` = stands in for another."""

    date: date
    name: str
    type: str
    substitute: bool


def holidays(region: str, year: int) -> tuple[Holiday, ...]:
    """Holidays of an ISO country ("DE") or subdivision ("DE-BY", "CA-QC") by date.

    Raises UnknownRegion where there is no calendar, ValueError for a year outside 1970–2100.
    """
    if year not in YEARS:
        raise ValueError(f"year {year}: calendars are known from {YEARS[0]} to {YEARS[-1]}")
    return _year(region.strip().upper(), year)


def holiday(region: str, date: date) -> Holiday | None:
    """The holiday on a local date, the strongest where there are several. Raises UnknownRegion."""
    return next((day for day in holidays(region, date.year) if day.date == date), None)


@lru_cache(maxsize=4096)
def _year(region: str, year: int) -> tuple[Holiday, ...]:
    import holidays as library

    country, _, part = region.partition("-")
    found: dict[date, Holiday] = {}
    for category, kind in TYPES.items():
        try:
            supported = library.country_holidays(country).supported_categories
        except NotImplementedError as error:
            raise UnknownRegion(f"no calendar for {region}: use an ISO 3166 country") from error
        if category not in supported:
            continue
        try:
            days = library.country_holidays(
                country, subdiv=part or None, years=year, categories=(category,), language="en_US"
            )
        except NotImplementedError as error:
            raise UnknownRegion(f"no calendar for {region}: {country} has no {part}") from error
        for day, name in days.items():
            substitute = "observed" in name.lower() or "substitute" in name.lower()
            found.setdefault(day, Holiday(day, name, kind, substitute))
    return tuple(found[day] for day in sorted(found))
