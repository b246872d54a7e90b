"""An appointment as an event for calendars outside: times in UTC, words that tell a stranger
nothing, the same UID for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

PRODUCT = "-//Practice Portal//Calendar//EN"
LONGEST_TEXT = 256 * 1024  # characters; ours have five hundred
OURS = ("SUMMARY", "LOCATION", "DTSTART", "DTEND", "DURATION", "STATUS", "SEQUENCE", "DTSTAMP")


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """What is told. `status`: CONFIRMED, TENTATIVE or CANCELLED."""

    uid: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    title: str
    place: str  # "Video" or "In person"
    status: str = "CONFIRMED"


@dataclass(frozen=True, slots=True)
class Theirs:
    """How the event stands on the other side. `is_plain`: one event, and no repeats of it."""

    starts_at: datetime
    ends_at: datetime
    is_off: bool
    is_plain: bool


def title_for(name: str, *, shows_initials: bool) -> str:
    """ "Appointment", or "Appointment A. E." where the therapist chose that."""
    initials = " ".join(f"{part[0].upper()}." for part in name.split()[:3])
    return f"Appointment {initials}" if shows_initials and initials else "Appointment"


def file_of(
    events: Iterable[OwnEvent], *, name: str = "", hours_between_readings: int = 0
) -> bytes:
    """A calendar file, lines ended by CRLF; with a name it is one to subscribe to (RFC 7986)."""
    calendar = _calendar()
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        pause = timedelta(hours=hours_between_readings)
        calendar.add("refresh-interval", pause, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{hours_between_readings}H")
    for one in events:
        calendar.add_component(_event(one))
    return bytes(calendar.to_ical())


def text_of(one: OwnEvent) -> str:
    """The event alone, for a server."""
    return file_of([one]).decode()


def read_theirs(text: str, zone: ZoneInfo) -> Theirs | None:
    """When the event is over there; None when that can't be read."""
    try:
        events = _parsed(text).walk("VEVENT")
        one: Any = events[0]
        repeats = any(name in one for name in ("RRULE", "RDATE"))
        return Theirs(
            starts_at=_instant(one["DTSTART"].dt, zone),
            ends_at=_instant(one.end, zone),
            is_off=str(one.get("STATUS", "")).upper() == "CANCELLED",
            is_plain=len(events) == 1 and not repeats,
        )
    except Exception:  # whatever stands there, it is no event that we can compare
        return None


def merged(text: str, one: OwnEvent) -> str:
    """Their text with our time, title and state; their reminders, notes and colours stay."""
    try:
        calendar = _parsed(text)
        (theirs,) = calendar.walk("VEVENT")
        ours = _event(one)
        for name in OURS:
            theirs.pop(name, None)
            if name in ours:
                theirs[name] = ours[name]
        return calendar.to_ical().decode()
    except Exception:
        return text_of(one)


def _parsed(text: str) -> Calendar:
    if len(text) > LONGEST_TEXT:
        raise ValueError("longer than an event of ours")
    return Calendar.from_ical(text)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _event(one: OwnEvent) -> Event:
    event = Event()
    event.add("uid", str(one.uid))
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.stamped_at)
    event.add("last-modified", one.stamped_at)
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("location", one.place)
    event.add("class", "PRIVATE")
    event.add("status", one.status)
    event.add("transp", "TRANSPARENT" if one.status == "CANCELLED" else "OPAQUE")
    return event


def _instant(value: Any, zone: ZoneInfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
