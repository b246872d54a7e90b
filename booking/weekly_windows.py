"""The weekly hours as the therapist writes them, before and after they are saved."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from hashlib import sha256

from booking.availability import WeeklyHours
from booking.models import AvailabilityRule, Weekday
from booking.wall_clock import monday_of
from booking.wording import wall_clock

END_OF_DAY = time(23, 59)
"""Hours that end here end at midnight: a clock has no 24:00."""


@dataclass(frozen=True, slots=True)
class Window:
    """From one time to another on a weekday; `place` empty: either way to meet.

    Every other week counts from the week of `first_on`, which it then needs.
    """

    weekday: int
    starts: time
    ends: time
    place: str = ""
    first_on: date | None = None
    last_on: date | None = None
    every_other_week: bool = False

    def __str__(self) -> str:
        ends = "midnight" if self.ends >= END_OF_DAY else wall_clock(self.ends)
        return f"{Weekday(self.weekday).label} {wall_clock(self.starts)} to {ends}"

    @property
    def hours(self) -> WeeklyHours:
        """As the availability core wants it."""
        return WeeklyHours(
            weekday=self.weekday,
            opens=minutes(self.starts),
            closes=closing(self.ends),
            place=self.place,
            valid_from=self.first_on,
            valid_until=self.last_on,
            alternates_from=self.first_on if self.every_other_week else None,
        )


def of_rule(rule: AvailabilityRule) -> Window:
    """A saved rule; its first day is moved into the first week in which it holds."""
    first = rule.valid_from
    if rule.alternates_from is not None:
        first = first or rule.alternates_from
        weeks = (monday_of(first) - monday_of(rule.alternates_from)).days // 7
        first = monday_of(first) + timedelta(days=7) if weeks % 2 else first
    return Window(
        weekday=rule.weekday,
        starts=rule.starts,
        ends=rule.ends,
        place=rule.place,
        first_on=first,
        last_on=rule.valid_until,
        every_other_week=rule.alternates_from is not None,
    )


def joined(windows: Iterable[Window]) -> tuple[list[Window], list[Window]]:
    """Windows that touch or overlap, and are alike in all else, become one.

    Returns all windows in the order of the week, and those that were made of several.
    """
    alike: dict[object, list[Window]] = defaultdict(list)
    for window in sorted(windows, key=_order):
        alike[replace(window, starts=time.min, ends=END_OF_DAY)].append(window)
    found = [swept for group in alike.values() for swept in _swept(group)]
    return (
        sorted((window for window, _ in found), key=_order),
        sorted((window for window, count in found if count > 1), key=_order),
    )


def _swept(group: list[Window]) -> list[tuple[Window, int]]:
    """One walk over like windows in the order of their starts: each, and of how many it is made."""
    result = [(group[0], 1)]
    for window in group[1:]:
        last, count = result[-1]
        if window.starts <= last.ends:
            result[-1] = (replace(last, ends=max(last.ends, window.ends)), count + 1)
        else:
            result.append((window, 1))
    return result


def fingerprint(windows: Iterable[Window]) -> str:
    """The same for the same hours in any order: tells whether they were changed meanwhile."""
    ordered = sorted(map(repr, windows))
    return sha256("\n".join(ordered).encode()).hexdigest()[:32]


def _order(window: Window) -> tuple[int, time, time, str, date, date]:
    first, last = window.first_on or date.min, window.last_on or date.max
    return window.weekday, window.starts, window.ends, window.place, first, last


def minutes(clock: time) -> int:
    """After midnight, by the wall clock."""
    return clock.hour * 60 + clock.minute


def closing(clock: time) -> int:
    """The minute at which hours end."""
    return 24 * 60 if clock >= END_OF_DAY else minutes(clock)
