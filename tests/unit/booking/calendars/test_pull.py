"""What keeps her busy there keeps its time free here."""

from datetime import timedelta
from typing import Any

import pytest

from booking.models import (
    CalendarConnection,
    ExternalBusy,
    ExternalEvent,
    PushedEvent,
    PushState,
    Status,
)
from tests.factories.booking import NOW, an_appointment
from tests.factories.calendars import (
    a_connection,
    an_event,
    busy,
    clocks,
    href,
    stored,
    sync,
)
from tests.servers.radicale import Radicale

pytestmark = pytest.mark.django_db


def test_an_event_there_blocks_a_time_here_and_gives_it_back(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    assert clocks(session_type) == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    radicale_server.put(f"{calendar}a.ics", an_event("a"))

    sync(connection)
    blocked = clocks(session_type)
    radicale_server.remove(f"{calendar}a.ics")
    sync(connection)

    assert blocked == ["09:00", "11:00"]
    assert clocks(session_type) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


KINDS = {
    "weekly": an_event(
        "weekly", "20270105T150000Z", "20270105T160000Z", "RRULE:FREQ=WEEKLY;COUNT=2"
    ),
    "day": an_event("day", "20270107", "20270108").replace(":2027010", ";VALUE=DATE:2027010"),
    "floating": an_event("floating", "20270108T100000", "20270108T110000"),
    "free": an_event("free", "20270109T150000Z", "20270109T160000Z", "TRANSP:TRANSPARENT"),
    "off": an_event("off", "20270110T150000Z", "20270110T160000Z", "STATUS:CANCELLED"),
}


def test_every_kind_of_event(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    for name, text in KINDS.items():
        radicale_server.put(f"{calendar}{name}.ics", text)

    sync(connection)

    assert busy() == [
        "01-05 15:00-16:00",
        "01-07 05:00-05:00",
        "01-08 15:00-16:00",
        "01-12 15:00-16:00",
    ]


def test_only_what_changed_is_read_again(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    radicale_server.put(f"{calendar}b.ics", an_event("b", "20270106T150000Z", "20270106T160000Z"))
    sync(connection)
    kept = ExternalEvent.objects.get(href__endswith="a.ics").pk
    radicale_server.put(f"{calendar}b.ics", an_event("b", "20270106T170000Z", "20270106T180000Z"))

    sync(connection)

    assert busy() == ["01-04 15:00-16:00", "01-06 17:00-18:00"]
    assert ExternalEvent.objects.get(href__endswith="a.ics").pk == kept


def test_a_token_that_the_server_forgot_reads_everything_anew(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    radicale_server.put(f"{calendar}b.ics", an_event("b"))
    sync(connection)
    radicale_server.remove(f"{calendar}b.ics")
    forgotten = "http://radicale.org/ns/sync/" + "0" * 64
    CalendarConnection.objects.update(sync_token=forgotten)

    sync(connection)

    assert busy() == ["01-04 15:00-16:00"]
    assert connection.sync_token not in ("", forgotten)
    assert connection.failure == ""


def test_repeats_are_counted_on_as_time_goes_by(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    radicale_server.put(
        f"{calendar}a.ics",
        an_event("a", "20270104T150000Z", "20270104T160000Z", "RRULE:FREQ=WEEKLY"),
    )
    sync(connection)
    last = ExternalBusy.objects.order_by("-starts_at")[0].starts_at

    sync(connection, NOW + timedelta(days=10))
    same = ExternalBusy.objects.order_by("-starts_at")[0].starts_at
    sync(connection, NOW + timedelta(days=40))

    later = ExternalBusy.objects.order_by("-starts_at")[0].starts_at
    assert same == last
    assert later - last == timedelta(days=42)
    assert ExternalEvent.objects.count() == 1


def test_a_copy_of_our_own_appointment_is_skipped(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type, status=Status.CANCELLED)
    radicale_server.put(f"{calendar}copy.ics", an_event(str(one.public_id)))

    sync(connection)

    assert busy() == []


def test_a_bad_event_is_counted_and_the_others_count(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    endless = an_event("x", "20270104T150000Z", "20270104T150001Z", "RRULE:FREQ=SECONDLY")
    radicale_server.put(f"{calendar}x.ics", endless)
    radicale_server.put(f"{calendar}a.ics", an_event("a"))

    sync(connection)

    assert busy() == ["01-04 15:00-16:00"]
    assert ExternalEvent.objects.filter(is_bad=True).count() == 1
    assert connection.failure == ""


def test_a_calendar_that_only_gets_appointments_gives_no_busy_times(
    session_type: Any, calendar: str, radicale_server: Radicale
) -> None:
    connection = a_connection(session_type, calendar, pulls=False)
    one = an_appointment(session_type)
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    sync(connection)
    radicale_server.remove(href(calendar, one))

    sync(connection)

    assert busy() == []
    assert PushedEvent.objects.get().state == PushState.GONE


def test_what_she_reads_is_encrypted(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    sync(connection)

    assert "Dentist" in ExternalEvent.objects.get().source
    assert b"Dentist" not in stored("booking_externalevent", "source")
