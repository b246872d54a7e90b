"""One appointment as a calendar file (RFC 5545): times in UTC, words that tell nothing.

METHOD:PUBLISH, because answers to an invitation would not be read. The UID never changes, the
SEQUENCE grows with each move and with the cancellation, so calendars replace what they have.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from icalendar import Calendar, Event, vUri

CONTENT_TYPE = "text/calendar; charset=utf-8; method={method}"
FILE_NAME = "appointment.ics"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What stands in the file. `place` is "Video" or "In person", never more."""

    uid: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    organizer: str  # an e-mail address
    url: str
    place: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """CANCEL takes the event out of a calendar again."""
        return "CANCEL" if self.is_cancelled else "PUBLISH"

    @property
    def content_type(self) -> str:
        """The mail part's type must name the same method as the file."""
        return CONTENT_TYPE.format(method=self.method)


def calendar_file(entry: CalendarEntry, *others: CalendarEntry) -> bytes:
    """The file's bytes, lines ended by CRLF; all entries of one file have the same method."""
    calendar = Calendar()
    calendar.add("prodid", "-//Practice Portal//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    for each in (entry, *others):
        calendar.add_component(_event(each))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at)
    event.add("last-modified", entry.stamped_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", "Appointment")
    event.add("location", entry.place)
    event.add("organizer", vUri(f"mailto:{entry.organizer}"))
    event.add("url", entry.url)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event
