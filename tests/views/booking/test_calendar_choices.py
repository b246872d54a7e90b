"""What the therapist decides about her calendars: events that differ, the secret address."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from booking.models import (
    Appointment,
    CalendarConnection,
    CalendarFeed,
    PushedEvent,
    PushState,
    SessionType,
)
from booking.services import calendar_pull
from tests.factories.booking import (
    MONDAY,
    NOW,
    an_appointment,
    new_york,
)
from tests.servers.radicale import Radicale
from tests.views.booking.calendar_pages import HOME, page, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_home(settings: Any) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = True


def a_conflict(
    connection: CalendarConnection, session_type: SessionType, radicale: Radicale, hour: str = "16"
) -> Appointment:
    """Ten o'clock here, an hour later there."""
    one = an_appointment(session_type)
    calendar_pull.sync(connection, now=NOW)
    url = f"{connection.calendar_url}{one.public_id}.ics"
    moved = radicale.get(url).replace("\r\n", "\n").replace("20270104T15", f"20270104T{hour}")
    radicale.put(url, moved)
    connection.refresh_from_db()
    calendar_pull.sync(connection, now=NOW)
    return one


def decide(therapist: Browser, one: Appointment, decision: str) -> str:
    pushed = PushedEvent.objects.select_related("connection").get()
    return post(
        therapist, f"{HOME}{pushed.connection.public_id}/events/{one.public_id}/{decision}/"
    )


def test_a_conflict_shows_both_times_and_moves_if_she_likes(
    therapist: Browser,
    connection: CalendarConnection,
    session_type: SessionType,
    radicale_server: Radicale,
) -> None:
    one = a_conflict(connection, session_type, radicale_server)
    shown = page(therapist)
    assert "Ada Example, Session Changed in the other calendar" in shown
    assert "Here: Mon, Jan 4, 10:00 am to 10:50 am" in shown
    assert "In “Rowan’s days”: Mon, Jan 4, 11:00 am to 11:50 am" in shown

    shown = decide(therapist, one, "move")

    one.refresh_from_db()
    assert one.starts_at == new_york(MONDAY, "11:00")
    assert "The appointment has moved." in shown
    assert "Please decide" not in shown


def test_a_time_that_can_not_be_had_says_why_and_changes_nothing(
    therapist: Browser,
    connection: CalendarConnection,
    session_type: SessionType,
    radicale_server: Radicale,
) -> None:
    one = a_conflict(connection, session_type, radicale_server, hour="23")

    shown = decide(therapist, one, "move")

    assert "It can’t move there. This is outside your hours" in shown
    assert PushedEvent.objects.get().state == PushState.CONFLICT
    one.refresh_from_db()
    assert one.starts_at == new_york(MONDAY, "10:00")


def test_putting_it_back(
    therapist: Browser,
    connection: CalendarConnection,
    session_type: SessionType,
    radicale_server: Radicale,
) -> None:
    one = a_conflict(connection, session_type, radicale_server)

    shown = decide(therapist, one, "put-back")

    assert "Your calendar shows the appointment as it is here." in shown
    url = f"{connection.calendar_url}{one.public_id}.ics"
    assert "DTSTART:20270104T150000Z" in radicale_server.get(url)


def test_leaving_out_what_was_deleted_there(
    therapist: Browser,
    connection: CalendarConnection,
    session_type: SessionType,
    radicale_server: Radicale,
) -> None:
    one = an_appointment(session_type)
    calendar_pull.sync(connection, now=NOW)
    radicale_server.remove(f"{connection.calendar_url}{one.public_id}.ics")
    connection.refresh_from_db()
    calendar_pull.sync(connection, now=NOW)
    assert "Not in “Rowan’s days” any more" in page(therapist)

    shown = decide(therapist, one, "leave-out")

    assert "It stays out of your calendar." in shown
    assert "Please decide" not in shown


def test_the_secret_address_is_shown_once(therapist: Browser) -> None:
    shown = post(therapist, f"{HOME}address/", titles="")
    (address,) = re.findall(r"http://testserver/calendar/[\w-]{43}\.ics", shown)

    assert Browser().get(address).status_code == 200
    assert address not in page(therapist)
    assert "Last read" in page(therapist)
    assert "The new address takes the place of the old one" in page(therapist, f"{HOME}address/")


def test_the_secret_address_is_closed(therapist: Browser) -> None:
    post(therapist, f"{HOME}address/", titles="")

    shown = post(therapist, f"{HOME}address/end/")

    assert "The address is closed." in shown
    assert not CalendarFeed.objects.exists()
