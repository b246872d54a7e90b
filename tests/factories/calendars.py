"""The therapist's calendar on a real server: connected, filled, and brought in step."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database

from booking.calendar_problems import CalendarProblem
from booking.models import Appointment, CalendarConnection, ExternalBusy, SessionType
from booking.services import calendar_pull, calendar_push
from booking.services.open_slots import open_slots
from tests.factories.booking import MONDAY, NEW_YORK, NOW, new_york
from tests.servers.radicale import PASSWORD, USERNAME


def a_connection(session_type: SessionType, calendar: str, **values: Any) -> CalendarConnection:
    return CalendarConnection.objects.create(
        practitioner=session_type.practitioner,
        name="Work",
        server_url=calendar.split(USERNAME)[0],
        calendar_url=calendar,
        username=USERNAME,
        password=values.pop("password", PASSWORD),
        **values,
    )


def an_event(
    uid: str, starts: str = "20270104T150000Z", ends: str = "20270104T160000Z", *more: str
) -> str:
    return "\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20260901T000000Z",
            f"DTSTART:{starts}",
            f"DTEND:{ends}",
            "SUMMARY:Dentist",
            *more,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def sync(connection: CalendarConnection, now: datetime = NOW) -> CalendarConnection:
    connection.refresh_from_db()
    calendar_pull.sync(connection, now=now)
    connection.refresh_from_db()
    return connection


def failing_sync(connection: CalendarConnection, now: datetime = NOW) -> str:
    """The code that the page gets."""
    with pytest.raises(CalendarProblem):
        calendar_pull.sync(connection, now=now)
    connection.refresh_from_db()
    return connection.failure


def push(connection: CalendarConnection, appointment: Appointment) -> None:
    calendar_push.push(connection_id=connection.pk, appointment_id=appointment.pk, now=NOW)


def href(calendar: str, appointment: Appointment) -> str:
    return f"{calendar}{appointment.public_id}.ics"


def clocks(session_type: SessionType) -> list[str]:
    start = new_york(MONDAY, "00:00")
    found = open_slots(
        session_type=session_type,
        zone=NEW_YORK,
        start=start,
        end=start + timedelta(days=1),
        now=NOW,
    )
    return [slot.starts_at.astimezone(NEW_YORK).strftime("%H:%M") for slot in found]


def stored(table: str, column: str) -> bytes:
    """What the one row of a table really holds."""
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        ((value,),) = cursor.fetchall()
    return bytes(value)


def busy() -> list[str]:
    return [
        f"{row.starts_at:%m-%d %H:%M}-{row.ends_at:%H:%M}"
        for row in ExternalBusy.objects.order_by("starts_at")
    ]
