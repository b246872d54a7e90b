"""What clients would see, and who would stand outside, if the weekly hours were these.

Asks the one availability core, with a diary made of the hours that are not saved yet.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from zoneinfo import ZoneInfo

from booking.availability import (
    Diary,
    ExtraTime,
    Terms,
    WeeklyHours,
    bookable_range,
    open_starts,
    possible_starts,
)
from booking.intervals import Interval
from booking.models import Appointment, ExceptionKind, Place, Practitioner, SessionType
from booking.services.diary_rows import instant, load_diary
from booking.services.open_slots import seconds, terms_of
from booking.states import Status
from booking.wall_clock import day_start, local_date
from booking.weekly_windows import Window

DAYS = 14
FEW = 8
"""So many appointments outside the hours are named; the others are counted."""
Offers = dict[int, tuple[Place, ...]]


class Mark(StrEnum):
    """How a time differs from what clients see now."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"
    OTHER_WAYS = "other_ways"


@dataclass(frozen=True, slots=True)
class Time:
    """One start; `places` are those that would be offered, or were where it is gone."""

    starts_at: datetime
    places: tuple[Place, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    times: list[Time]


@dataclass(frozen=True, slots=True)
class Preview:
    """The days that hold a time or a difference, and from when it can be booked at all."""

    days: list[Day]
    bookable_from: datetime
    bookable_until: datetime  # exclusive

    def count(self, *marks: Mark) -> int:
        """How many times carry one of these marks."""
        return sum(time.mark in marks for day in self.days for time in day.times)


def preview(
    *, session_type: SessionType, windows: Sequence[Window], zone: ZoneInfo, now: datetime
) -> Preview:
    """The coming two weeks of one kind of session, compared with the saved hours."""
    terms, moment = terms_of(session_type), seconds(now)
    low, high = bookable_range(zone, terms, moment)
    until = day_start(zone, local_date(zone, moment) + timedelta(days=DAYS))
    start, end = max(low, moment), min(high, until)
    times: list[Time] = []
    if start < end:
        diary = load_diary(session_type, terms, zone, (start, end), now)
        changed = replace(diary, weekly=[window.hours for window in windows])
        before, after = (
            _offers(session_type, one, terms, moment, start, end) for one in (diary, changed)
        )
        times = [_compared(second, before, after) for second in sorted(before | after)]
    return Preview(_by_day(times, zone), instant(low), instant(high))


@dataclass(frozen=True, slots=True)
class Outside:
    """The earliest appointments outside the hours, and how many there are in all."""

    earliest: list[Appointment]
    count: int


def outside(
    *, practitioner: Practitioner, windows: Sequence[Window], zone: ZoneInfo, now: datetime
) -> Outside:
    """Coming appointments that neither these hours nor extra time would hold.

    Two queries, three when there are any; no client is read.
    """
    rows = Appointment.objects.filter(
        practitioner=practitioner, status__in=[Status.CONFIRMED, Status.REQUESTED], ends_at__gt=now
    )
    coming = list(rows.order_by("starts_at").values_list("pk", "starts_at", "ends_at", "place"))
    if not coming:
        return Outside([], 0)
    last = max(ends_at for _, _, ends_at, _ in coming)
    hours = _hours_by_place(practitioner, [one.hours for one in windows], zone, now, last)
    found = [
        pk
        for pk, starts_at, ends_at, place in coming
        if starts_at > now
        and not _holds(hours[place], int(starts_at.timestamp()), int(ends_at.timestamp()))
    ]
    named = Appointment.objects.filter(pk__in=found[:FEW]).select_related("session_type")
    return Outside(list(named), len(found))


def _hours_by_place(
    practitioner: Practitioner,
    weekly: Sequence[WeeklyHours],
    zone: ZoneInfo,
    now: datetime,
    last: datetime,
) -> dict[str, list[Interval]]:
    """The seconds that lie in the hours, until the last appointment ends."""
    extra = practitioner.availability_exceptions.filter(
        kind=ExceptionKind.EXTRA, ends_at__gt=now
    ).values_list("starts_at", "ends_at", "place")
    diary = Diary(
        zone=zone,
        weekly=weekly,
        extra=[ExtraTime(seconds(start), seconds(end), place) for start, end, place in extra],
    )
    start, end = int(now.timestamp()), seconds(last)
    terms = Terms(length=1, horizon_days=(last - now).days + 2)
    return {
        place: possible_starts(diary, terms, place=place, now=start, start=start, end=end)
        for place in Place.values
    }


def _holds(hours: Sequence[Interval], start: int, end: int) -> bool:
    """Whether [start, end) lies in one of the sorted, disjoint hours."""
    before = bisect_right(hours, start, key=itemgetter(0))
    return before > 0 and end <= hours[before - 1][1]


def _offers(
    session_type: SessionType, diary: Diary, terms: Terms, now: int, start: int, end: int
) -> Offers:
    found: Offers = {}
    for place in session_type.places:
        for second in open_starts(diary, terms, place=place, now=now, start=start, end=end):
            found[second] = (*found.get(second, ()), place)
    return found


def _compared(second: int, before: Offers, after: Offers) -> Time:
    was, will = before.get(second, ()), after.get(second, ())
    if was == will:
        mark = Mark.SAME
    elif not was:
        mark = Mark.NEW
    elif not will:
        mark = Mark.GONE
    else:
        mark = Mark.OTHER_WAYS
    return Time(instant(second), will or was, mark)


def _by_day(times: Iterable[Time], zone: ZoneInfo) -> list[Day]:
    days: dict[date, Day] = {}
    for one in times:
        on = one.starts_at.astimezone(zone).date()
        days.setdefault(on, Day(on, [])).times.append(one)
    return list(days.values())
