"""Which times are open: the one answer that list, hold, confirm, move and the therapist share.

Pure. Instants are whole UTC seconds; weekly hours are wall-clock minutes in the practice's zone.
The open start times are computed as a set: hours (weekly and extra) without time off, shortened
by the session's length, minus the starts that would touch something busy, minus full days; then
the start grid is laid over what is left. Cost: O(windows + busy + answers), one sweep each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.intervals import Interval, contains, difference, intersection, merged
from booking.wall_clock import (
    Stretch,
    day_interval,
    day_start,
    days_of,
    local_date,
    stretches,
)

MINUTE = 60


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One window of one weekday on the practice's wall clock; `place` empty: either way."""

    weekday: int  # Monday is 0
    opens: int  # minutes after midnight
    closes: int  # minutes after midnight, up to 1440
    place: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # the last day on which it holds

    def holds_on(self, day: date) -> bool:
        """Whether this window exists on that local date."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class ExtraTime:
    """Time opened once, beside the weekly hours."""

    start: int
    end: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a kind of session asks of a time. Lengths in seconds."""

    length: int
    before: int = 0
    after: int = 0
    grid: int = 30 * MINUTE
    notice: int = 0
    horizon_days: int = 60
    daily_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Diary:
    """What a practitioner's time looks like; the order of the rows never matters."""

    zone: ZoneInfo
    weekly: Sequence[WeeklyHours] = ()
    extra: Sequence[ExtraTime] = ()
    closed: Sequence[Interval] = ()
    busy: Sequence[Interval] = ()  # blocked intervals, their own buffers included
    counted: Sequence[int] = field(default=())  # starts that count towards the daily cap


class Reason(StrEnum):
    """Why a time is not open, most telling first."""

    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    TAKEN = "taken"
    DAY_FULL = "day_full"
    TIME_OFF = "time_off"
    OUTSIDE_HOURS = "outside_hours"
    OFF_GRID = "off_grid"


def open_starts(
    diary: Diary, terms: Terms, *, place: str, now: int, start: int, end: int
) -> list[int]:
    """Every open start in [start, end), ascending."""
    low, high = bookable_range(diary.zone, terms, now)
    low, high = max(low, start), min(high, end)
    if low >= high:
        return []
    cut = stretches(diary.zone, low, high + terms.length)
    starts = [(a, b - terms.length + 1) for a, b in _hours(diary, place, cut)]
    starts = difference(merged(starts), _starts_that_touch_busy(diary, terms))
    starts = difference(starts, _full_days(diary, terms))
    return list(_on_grid(intersection(starts, [(low, high)]), cut, terms.grid))


def is_open(diary: Diary, terms: Terms, *, place: str, now: int, start: int) -> bool:
    """Whether this very start is one that `open_starts` lists."""
    return bool(open_starts(diary, terms, place=place, now=now, start=start, end=start + 1))


def why_not(diary: Diary, terms: Terms, *, place: str, now: int, start: int) -> Reason | None:
    """None if the time is open, else the reason to tell the person."""
    if is_open(diary, terms, place=place, now=now, start=start):
        return None
    return next(_reasons(diary, terms, place, now, start))


def bookable_range(zone: ZoneInfo, terms: Terms, now: int) -> Interval:
    """From the minimum notice to the end of the last local day of the horizon."""
    last_day = local_date(zone, now) + timedelta(days=terms.horizon_days)
    return now + terms.notice, day_start(zone, last_day + timedelta(days=1))


def _hours(diary: Diary, place: str, cut: Sequence[Stretch]) -> list[Interval]:
    """When a session may be held this way: weekly and extra time without time off."""
    span = [(cut[0].start, cut[-1].end)]
    weekly = [hours for hours in diary.weekly if hours.place in ("", place)]
    extra = merged((one.start, one.end) for one in diary.extra if one.place in ("", place))
    windows = [*_weekly_windows(weekly, cut), *intersection(extra, span)]
    return difference(merged(windows), merged(diary.closed))


def _weekly_windows(weekly: Sequence[WeeklyHours], cut: Iterable[Stretch]) -> Iterator[Interval]:
    """The instants at which the wall clock stands inside weekly hours."""
    for stretch in cut:
        for day, midnight in days_of(stretch):
            for hours in weekly:
                if hours.holds_on(day):
                    opens = midnight + hours.opens * MINUTE - stretch.offset
                    closes = midnight + hours.closes * MINUTE - stretch.offset
                    yield max(opens, stretch.start), min(closes, stretch.end)


def _starts_that_touch_busy(diary: Diary, terms: Terms) -> list[Interval]:
    """Starts whose session, buffers included, would overlap something busy."""
    lead, tail = terms.length + terms.after - 1, terms.before
    return merged((a - lead, b + tail) for a, b in diary.busy if a < b)


def _full_days(diary: Diary, terms: Terms) -> list[Interval]:
    """Local dates on which the daily cap is reached."""
    if terms.daily_cap is None:
        return []
    booked = Counter(local_date(diary.zone, start) for start in diary.counted)
    full = (day for day, count in booked.items() if count >= (terms.daily_cap or 0))
    return merged(day_interval(diary.zone, day) for day in full)


def _on_grid(starts: Sequence[Interval], cut: Sequence[Stretch], grid: int) -> Iterator[int]:
    """The starts at round wall-clock times: a multiple of `grid` seconds after midnight."""
    for stretch in cut:
        for low, high in intersection(starts, [(stretch.start, stretch.end)]):
            first = -(-(low + stretch.offset) // grid) * grid - stretch.offset
            yield from range(first, high, grid)


def _reasons(diary: Diary, terms: Terms, place: str, now: int, start: int) -> Iterator[Reason]:
    low, high = bookable_range(diary.zone, terms, now)
    end = start + terms.length
    if start < low:
        yield Reason.TOO_SOON
    if start >= high:
        yield Reason.TOO_FAR
    if contains(_starts_that_touch_busy(diary, terms), start, start + 1):
        yield Reason.TAKEN
    if contains(_full_days(diary, terms), start, start + 1):
        yield Reason.DAY_FULL
    if intersection(merged(diary.closed), [(start, end)]):
        yield Reason.TIME_OFF
    if not contains(_hours(diary, place, stretches(diary.zone, start, end)), start, end):
        yield Reason.OUTSIDE_HOURS
    yield Reason.OFF_GRID
