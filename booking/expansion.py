"""Reads iCalendar text that strangers wrote, in a process of its own (`python -m`).

A repeat rule of one line can keep a computer busy for years, and no thread can be stopped from
outside. So this program gets the texts on its standard input, has little memory and little time
for each, and answers with numbers. It knows neither Django nor the database.
"""

import json
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

LONGEST_TEXT = 512 * 1024  # characters of one object
MOST_REPEATS = 5_000  # of one object in the whole span
CPU_SECONDS_EACH = 1.0
CPU_SECONDS = 60
MEMORY = 1024 * 1024 * 1024
DAY = timedelta(days=1)
REPEATS = ("RRULE", "RDATE")
LASTS = "X-LASTS"
"""A DURATION as it was written: the expander makes an end of it by the wall clock alone."""
FREE = "X-MICROSOFT-CDO-BUSYSTATUS"

Span = tuple[datetime, datetime]


class TookTooLong(BaseException):
    """No `except Exception` of a library may keep it."""


class TooMany(Exception):
    """More repeats than a life has."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    signal.signal(signal.SIGPROF, _end)
    asked = json.load(sys.stdin)
    zone = ZoneInfo(asked["zone"])
    span = (_instant(asked["start"]), _instant(asked["end"]))
    for text in asked["texts"]:
        sys.stdout.write(json.dumps(_guarded(text, zone, span)) + "\n")


def _guarded(text: str, zone: ZoneInfo, span: Span) -> dict[str, Any]:
    """What the text says, or why it can't be read; never longer than CPU_SECONDS_EACH."""
    if len(text) > LONGEST_TEXT:
        return {"bad": "long"}
    try:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_EACH)
        try:
            return reading(text, zone, span)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TookTooLong:
        return {"bad": "endless"}
    except (TooMany, MemoryError):
        return {"bad": "endless"}
    except Exception as error:
        return {"bad": type(error).__name__}


def reading(text: str, zone: ZoneInfo, span: Span) -> dict[str, Any]:
    """The UID, when the first event is, and when the person is busy in `span`."""
    calendar = Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    if not events:
        return {"uid": "", "busy": [], "later": False, "first": None, "off": False, "plain": False}
    master = next((one for one in events if "RECURRENCE-ID" not in one), events[0])
    first = _times(master, zone)
    repeats = any(name in one for one in events for name in REPEATS)
    return {
        "uid": str(master.get("UID", "")),
        "first": [_second(moment) for moment in first],
        "off": _is_off(master),
        "plain": len(events) == 1 and not repeats,
        "later": repeats or first[1] > span[1],
        "busy": list(_busy(calendar, zone, span)),
    }


def _busy(calendar: Component, zone: ZoneInfo, span: Span) -> Iterator[tuple[int, int]]:
    start, end = span
    for one in calendar.walk("VEVENT"):
        if "DURATION" in one:
            one[LASTS] = one["DURATION"]
    # A day more on both sides: wall-clock times are compared as if they were UTC there.
    found = recurring_ical_events.of(calendar).between(start - DAY, end + DAY)
    if len(found) > MOST_REPEATS:
        raise TooMany
    for event in found:
        begins, ends = _times(event, zone)
        begins, ends = max(begins, start), min(ends, end)
        if _takes_time(event) and _second(begins) < _second(ends):
            yield _second(begins), _second(ends)


def _takes_time(event: Component) -> bool:
    is_free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return not (is_free or _is_off(event) or str(event.get(FREE, "")).upper() == "FREE")


def _is_off(event: Component) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _times(event: Component, zone: ZoneInfo) -> Span:
    """Start and end; without an end a date takes its day and a time takes none (RFC 5545)."""
    named: Any = event
    start = named["DTSTART"].dt
    if "DURATION" in event:
        return _aware(start, zone), _after(start, named["DURATION"].dt, zone)
    if "DTEND" in event:
        end = named["DTEND"].dt
        if LASTS in event and end - start == named[LASTS].dt:  # a repeat may have its own length
            return _aware(start, zone), _after(start, named[LASTS].dt, zone)
    else:
        end = start if isinstance(start, datetime) else start + DAY
    return _aware(start, zone), _aware(end, zone)


def _after(start: date, lasts: timedelta, zone: ZoneInfo) -> datetime:
    """Days are counted on the wall clock, and hours as they pass (RFC 5545, 3.3.6)."""
    days = timedelta(days=lasts.days)
    return _aware(start + days, zone) + (lasts - days)


def _aware(value: date, zone: ZoneInfo) -> datetime:
    """Dates begin at the practice's midnight; times without a zone are on the practice's clock."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _end(*_: Any) -> None:
    raise TookTooLong


if __name__ == "__main__":
    main()
