"""Appointments appear in the therapist's own calendar, in UTC and without a name."""

from typing import Any

import pytest
import time_machine

from booking.models import (
    Appointment,
    CalendarConnection,
    PushedEvent,
    PushState,
    Status,
)
from booking.services import (
    appointments,
    calendar_push,
)
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.booking import MONDAY, NOW, ClientFactory, an_appointment, new_york
from tests.factories.calendars import (
    href,
    push,
)
from tests.servers.radicale import Radicale

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")


def test_an_appointment_stands_there_in_utc_and_tells_nothing(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type, client=ClientFactory(legal_name="Ada Example"))

    push(connection, one)

    text = radicale_server.get(href(calendar, one))
    lines = set(text.split("\r\n"))
    assert {"DTSTART:20270104T150000Z", "DTEND:20270104T155000Z", f"UID:{one.public_id}"} <= lines
    assert {"SUMMARY:Appointment", "LOCATION:Video", "STATUS:CONFIRMED"} <= lines
    assert "Ada" not in text
    assert "URL" not in text
    assert "DESCRIPTION" not in text
    pushed = PushedEvent.objects.get()
    assert (pushed.state, pushed.sequence, bool(pushed.etag)) == (PushState.PUSHED, 0, True)


def test_initials_where_she_chose_them(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    CalendarConnection.objects.update(shows_initials=True)
    one = an_appointment(session_type, client=ClientFactory(legal_name="Ada Example"))

    push(connection, one)

    assert "SUMMARY:Appointment A. E.\r\n" in radicale_server.get(href(calendar, one))


def test_pushing_again_changes_nothing_and_a_move_replaces_it(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    push(connection, one)
    push(connection, one)
    first = radicale_server.get(href(calendar, one))

    one.starts_at, one.ends_at = new_york(MONDAY, "11:00"), new_york(MONDAY, "11:50")
    one.blocked_from, one.blocked_until, one.sequence = one.starts_at, one.ends_at, 1
    one.save()
    push(connection, one)

    second = radicale_server.get(href(calendar, one))
    assert "DTSTART:20270104T150000Z" in first
    assert "DTSTART:20270104T160000Z" in second
    assert "SEQUENCE:1" in second
    assert PushedEvent.objects.get().sequence == 1


def test_what_she_added_to_the_event_stays(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    one = an_appointment(session_type)
    push(connection, one)
    text = radicale_server.get(href(calendar, one)).replace("\r\n", "\n")
    radicale_server.put(
        href(calendar, one), text.replace("END:VEVENT", "DESCRIPTION:Bring tea\nEND:VEVENT")
    )
    Appointment.objects.update(sequence=1)

    push(connection, one)

    assert "DESCRIPTION:Bring tea" in radicale_server.get(href(calendar, one))
    assert (PushedEvent.objects.get().state, PushedEvent.objects.get().sequence) == ("pushed", 1)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.LATE_CANCELLED])
def test_a_cancelled_one_is_taken_away(
    connection: CalendarConnection,
    calendar: str,
    radicale_server: Radicale,
    session_type: Any,
    status: Status,
) -> None:
    one = an_appointment(session_type)
    push(connection, one)
    Appointment.objects.update(status=status, cancelled_at=NOW, sequence=1)

    push(connection, one)
    push(connection, one)

    assert not radicale_server.has(href(calendar, one))
    assert not PushedEvent.objects.exists()


def test_a_lost_answer_is_no_conflict(
    connection: CalendarConnection, calendar: str, session_type: Any
) -> None:
    one = an_appointment(session_type)
    push(connection, one)
    PushedEvent.objects.all().delete()  # the worker died before it could write it down

    push(connection, one)

    assert PushedEvent.objects.get().state == PushState.PUSHED


def test_every_change_of_the_diary_reaches_the_calendar(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, session_type: Any
) -> None:
    with time_machine.travel(NOW, tick=False):
        one = appointments.book_for_client(
            session_type=session_type,
            client=ClientFactory(),
            starts_at=TEN,
            place="telehealth",
            by=session_type.practitioner.user,
            now=NOW,
        )
        (entry,) = OutboxEntry.objects.filter(kind="push_event")
        assert entry.payload == {"connection_id": connection.pk, "appointment_id": one.pk}

        outbox.run(entry.pk)

    assert radicale_server.has(href(calendar, one))


def test_without_a_connection_nothing_is_written_down(session_type: Any) -> None:
    calendar_push.later(an_appointment(session_type), now=NOW)

    assert not OutboxEntry.objects.filter(kind="push_event").exists()
