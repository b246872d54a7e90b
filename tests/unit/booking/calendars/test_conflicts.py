"""What was changed or deleted there is shown, and changes nothing until she decides."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from booking.models import (
    Appointment,
    AppointmentChange,
    CalendarConnection,
    PushedEvent,
    PushState,
    Status,
)
from booking.services import (
    calendar_conflicts,
)
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from portal.shared.request import Source
from tests.factories.booking import MONDAY, NOW, an_appointment, new_york
from tests.factories.calendars import (
    busy,
    href,
    push,
    sync,
)
from tests.servers.radicale import Radicale

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
SOURCE = Source()


def move_theirs(radicale: Radicale, url: str, hour: str = "18") -> None:
    text = radicale.get(url).replace("\r\n", "\n")
    text = text.replace("DTSTART:20270104T15", f"DTSTART:20270104T{hour}")
    radicale.put(url, text.replace("DTEND:20270104T15", f"DTEND:20270104T{hour}"))


def test_theirs_moved_is_a_conflict_that_shows_both_times(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    move_theirs(radicale_server, href(calendar, one))

    sync(connection)

    pushed = PushedEvent.objects.get()
    one.refresh_from_db()
    assert pushed.state == PushState.CONFLICT
    assert pushed.their_starts_at == datetime(2027, 1, 4, 18, tzinfo=UTC)
    assert pushed.their_ends_at == datetime(2027, 1, 4, 18, 50, tzinfo=UTC)
    assert one.starts_at == TEN
    assert busy() == []  # our own event never blocks our own time


def test_a_push_over_their_move_writes_nothing(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    push(connection, one)
    move_theirs(radicale_server, href(calendar, one))
    Appointment.objects.update(sequence=1, place="office")

    push(connection, one)
    push(connection, one)

    assert PushedEvent.objects.get().state == PushState.CONFLICT
    assert "DTSTART:20270104T180000Z" in radicale_server.get(href(calendar, one))


def test_put_it_back(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    move_theirs(radicale_server, href(calendar, one))
    sync(connection)

    decide(calendar_conflicts.put_back)

    assert "DTSTART:20270104T150000Z" in radicale_server.get(href(calendar, one))
    assert PushedEvent.objects.get().state == PushState.PUSHED
    sync(connection)
    assert PushedEvent.objects.get().state == PushState.PUSHED


def decide(decision: Any, now: datetime = NOW) -> None:
    pushed = PushedEvent.objects.select_related("appointment", "connection").get()
    by = pushed.connection.practitioner.user
    decision(pushed=pushed, by=by, source=SOURCE, now=now)


def test_move_the_appointment_there(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    move_theirs(radicale_server, href(calendar, one), hour="16")
    sync(connection)

    with time_machine.travel(NOW, tick=False):
        decide(calendar_conflicts.move_there)
        (entry,) = OutboxEntry.objects.filter(kind="push_event")
        outbox.run(entry.pk)

    one.refresh_from_db()
    assert (one.starts_at, one.sequence) == (new_york(MONDAY, "11:00"), 1)
    assert PushedEvent.objects.get().state == PushState.PUSHED
    assert "SEQUENCE:1" in radicale_server.get(href(calendar, one))
    assert AppointmentChange.objects.get().action == "reschedule"


def test_deleted_there_is_shown_and_the_appointment_stays(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    radicale_server.remove(href(calendar, one))

    sync(connection)
    sync(connection)

    one.refresh_from_db()
    assert PushedEvent.objects.get().state == PushState.GONE
    assert PushedEvent.objects.get().noticed_at == NOW
    assert one.status == Status.CONFIRMED
    assert not radicale_server.has(href(calendar, one))


def test_deleted_there_and_put_back(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    radicale_server.remove(href(calendar, one))
    sync(connection)

    decide(calendar_conflicts.put_back)

    assert radicale_server.has(href(calendar, one))
    assert PushedEvent.objects.get().state == PushState.PUSHED


def test_deleted_there_and_left_out(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    radicale_server.remove(href(calendar, one))
    sync(connection)

    decide(calendar_conflicts.leave_out)
    CalendarConnection.objects.update(sync_token="")
    sync(connection)

    assert PushedEvent.objects.get().state == PushState.PUSHED
    assert not radicale_server.has(href(calendar, one))


def test_cancelled_here_and_moved_there_is_asked_first(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    sync(connection)
    move_theirs(radicale_server, href(calendar, one))
    Appointment.objects.update(status=Status.CANCELLED, cancelled_at=NOW)

    push(connection, one)

    assert PushedEvent.objects.get().state == PushState.CONFLICT
    assert radicale_server.has(href(calendar, one))
    decide(calendar_conflicts.put_back)
    assert not radicale_server.has(href(calendar, one))
