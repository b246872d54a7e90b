"""Dates and times in the words of a page or a mail, always in a zone that is named."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.zones import city


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """`9:00 am`; `1:30 am EDT` in the hour that comes twice when clocks go back."""
    wall = moment.astimezone(zone)
    words = wall_clock(wall.time())
    comes_twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    return f"{words} {wall.tzname()}" if comes_twice else words


def wall_clock(value: time) -> str:
    """`9:00 am`: what a clock on the wall shows, on any day."""
    return f"{value.hour % 12 or 12}:{value.minute:02d} {'am' if value.hour < 12 else 'pm'}"


def day(value: date) -> str:
    """`Tuesday, January 12`."""
    return f"{value:%A, %B} {value.day}"


def day_and_year(value: date) -> str:
    """`Tuesday, January 12, 2027`."""
    return f"{day(value)}, {value.year}"


def day_and_clock(moment: datetime, zone: ZoneInfo) -> str:
    """`Tuesday, January 12, 10:30 am`."""
    return f"{day(moment.astimezone(zone).date())}, {clock(moment, zone)}"


def full(moment: datetime, zone: ZoneInfo) -> str:
    """`Tuesday, January 12, 2027, 10:30 am, New York time`: for mails and confirmations."""
    local = moment.astimezone(zone).date()
    return f"{day_and_year(local)}, {clock(moment, zone)}, {city(zone)} time"


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`10:30 to 10:50 am`, or with both halves of the day named when they differ."""
    first, last = clock(start, zone), clock(end, zone)
    same_half = first[-2:] == last[-2:] and first[-2:] in ("am", "pm")
    return f"{first[:-3] if same_half else first} to {last}"


def stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`Monday, January 4`, `… to Friday, January 8`, or with clocks where days are not whole."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.time() == last.time() == time.min:
        last_day = last.date() - timedelta(days=1)
        return day(first.date()) + ("" if last_day == first.date() else f" to {day(last_day)}")
    if first.date() == last.date():
        return f"{day(first.date())}, {span(start, end, zone)}"
    return f"{day_and_clock(start, zone)} to {day_and_clock(end, zone)}"


def done(count: int, one: str, several: str) -> str:
    """`The appointment is cancelled.` or `3 appointments are cancelled.`"""
    return f"The appointment {one}." if count == 1 else f"{count} appointments {several}."


def minutes_left(until: datetime, now: datetime) -> int:
    """Whole minutes, rounded up, never below zero."""
    return max(0, -int((now - until).total_seconds() // 60))
