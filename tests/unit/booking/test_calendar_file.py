from datetime import UTC, datetime
from uuid import UUID

import pytest
from icalendar import Calendar

from booking.calendar_file import CalendarEntry, calendar_file


def entry(**changes) -> CalendarEntry:
    values = {
        "uid": UUID("3f2b8a52-6d1c-4a35-9a0e-1f4f6b1f0c11"),
        "sequence": 2,
        "starts_at": datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 1, 6, 50, tzinfo=UTC),
        "stamped_at": datetime(2026, 10, 1, 12, 0, 5, tzinfo=UTC),
        "organizer": "portal@practice.example.com",
        "url": "https://portal.example.com/appointments/3f2b8a52-6d1c-4a35-9a0e-1f4f6b1f0c11/",
        "place": "Video",
    }
    return CalendarEntry(**{**values, **changes})


def test_file_is_plain_utc_with_a_stable_id_and_says_nothing_private():
    lines = calendar_file(entry()).decode().replace("\r\n ", "").split("\r\n")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert "METHOD:PUBLISH" in lines
    assert "UID:3f2b8a52-6d1c-4a35-9a0e-1f4f6b1f0c11" in lines
    assert "SEQUENCE:2" in lines
    assert "DTSTART:20261101T063000Z" in lines
    assert "DTEND:20261101T065000Z" in lines
    assert "DTSTAMP:20261001T120005Z" in lines
    assert "SUMMARY:Appointment" in lines
    assert "LOCATION:Video" in lines
    assert "STATUS:CONFIRMED" in lines
    assert "CLASS:PRIVATE" in lines
    assert not any(
        line.startswith(("DESCRIPTION", "ATTENDEE", "BEGIN:VTIMEZONE")) for line in lines
    )


def test_every_line_ends_with_crlf_and_is_at_most_75_octets():
    raw = calendar_file(entry(url="https://portal.example.com/" + "a" * 200))

    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_cancelled_entry_takes_the_event_away():
    lines = calendar_file(entry(is_cancelled=True, sequence=3)).decode().split("\r\n")

    assert "METHOD:CANCEL" in lines
    assert "STATUS:CANCELLED" in lines
    assert "SEQUENCE:3" in lines


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_mail_part_names_the_method_of_the_file(is_cancelled):
    one = entry(is_cancelled=is_cancelled)
    calendar = Calendar.from_ical(calendar_file(one))

    assert one.content_type.endswith(f"method={calendar['METHOD']}")
    assert [event["DTSTART"].dt for event in calendar.walk("VEVENT")] == [one.starts_at]
