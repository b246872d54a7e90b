"""Public holidays as suggestions: the practice itself decides on which of them it closes."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """One day; `in_state` where the state alone keeps it, not the whole country."""

    on: date
    name: str
    in_state: bool


def coming(first: date, *, state: str) -> list[PublicHoliday]:
    """Federal holidays and those of the state, observed days among them, for twelve months."""
    last = _a_year_after(first)
    days = _of_years(first.year, last.year, state)
    return [day for day in days if first <= day.on < last]


@lru_cache(maxsize=8)
def _of_years(first: int, last: int, state: str) -> list[PublicHoliday]:
    years = range(first, last + 1)
    everywhere = holidays.country_holidays("US", years=years, language="en_US")
    known = state if state in everywhere.subdivisions else None
    here = holidays.country_holidays("US", subdiv=known, years=years, language="en_US")
    return [
        PublicHoliday(
            day, " and ".join(here.get_list(day)).replace("'", "’"), day not in everywhere
        )
        for day in sorted(here)
    ]


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # February 29
        return date(day.year + 1, 3, 1)
