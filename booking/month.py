"""A month as the calendar page shows it: weeks of days, Monday first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2027-01`. Raises ValueError for anything else."""
        year, dash, number = text.partition("-")
        if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal()):
            raise ValueError(text)
        return cls.of(date(int(year), int(number), 1))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Self:
        """The month after."""
        return type(self).of(self.first + timedelta(days=31))

    @property
    def previous(self) -> Self:
        """The month before."""
        return type(self).of(self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    is_open: bool
    is_chosen: bool
    is_today: bool

    # Not by the template's filter for dates: a month asks a hundred times.
    @property
    def iso(self) -> str:
        return self.date.isoformat()

    @property
    def number(self) -> str:
        return str(self.date.day)


def weeks(
    month: Month, *, open_days: Collection[date], chosen: date | None, today: date
) -> list[list[Day | None]]:
    """Rows of seven; None where a cell belongs to another month."""
    days = [month.first + timedelta(days=n) for n in range((month.last - month.first).days + 1)]
    cells: list[Day | None] = [None] * month.first.weekday()
    cells += [Day(day, day in open_days, day == chosen, day == today) for day in days]
    cells += [None] * (-len(cells) % 7)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]
