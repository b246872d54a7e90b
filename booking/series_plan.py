"""The days of sessions that repeat: by the wall clock, so a DST change moves no hour. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.wall_clock import NoSuchTime, moment_of

WEEK = timedelta(days=7)


def repeated(
    first_on: date, starts: time, *, every_weeks: int, count: int, zone: ZoneInfo
) -> Iterator[tuple[date, datetime | None]]:
    """Each day with the moment of its session; None where the clocks skip that hour."""
    for number in range(count):
        day = first_on + number * every_weeks * WEEK
        yield day, at(day, starts, zone)


def shifted(
    starts_at: datetime, *, days: int, starts: time, zone: ZoneInfo
) -> tuple[date, datetime | None]:
    """As many local days on (or back, below zero), and at this hour of the wall clock."""
    day = starts_at.astimezone(zone).date() + timedelta(days=days)
    return day, at(day, starts, zone)


def at(day: date, starts: time, zone: ZoneInfo) -> datetime | None:
    """The moment, or None in the hour that a spring change skips."""
    try:
        return moment_of(zone, day, starts)
    except NoSuchTime:
        return None
