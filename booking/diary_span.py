"""Which days a view of the therapist's calendar shows, and where earlier and later lead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from booking.wording import day_and_year

WEEK = timedelta(days=7)


class View(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class DiarySpan:
    """Local dates from `first` to `last`, both shown."""

    view: View
    first: date
    last: date

    @classmethod
    def around(cls, view: View, day: date) -> DiarySpan:
        """The day itself, its week from Monday, its month, or two weeks from its Monday."""
        monday = day - timedelta(days=day.weekday())
        first, last = {
            View.DAY: (day, day),
            View.WEEK: (monday, monday + WEEK - timedelta(days=1)),
            View.MONTH: (day.replace(day=1), _month_after(day) - timedelta(days=1)),
            View.LIST: (monday, monday + 2 * WEEK - timedelta(days=1)),
        }[view]
        return cls(view, first, last)

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def earlier(self) -> date:
        """A day of the span before."""
        return self.first - timedelta(days=1)

    @property
    def later(self) -> date:
        """A day of the span after."""
        return self.last + timedelta(days=1)

    @property
    def title(self) -> str:
        """`January 2027`, `Tuesday, January 12, 2027`, `January 4 to January 10, 2027`."""
        if self.view == View.MONTH:
            return f"{self.first:%B %Y}"
        if self.view == View.DAY:
            return day_and_year(self.first)
        first = f"{self.first:%B} {self.first.day}"
        year = f", {self.first.year}" if self.first.year != self.last.year else ""
        return f"{first}{year} to {self.last:%B} {self.last.day}, {self.last.year}"

    @property
    def only_filled(self) -> bool:
        """A month and a list leave out the days that have nothing in them."""
        return self.view in (View.MONTH, View.LIST)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
