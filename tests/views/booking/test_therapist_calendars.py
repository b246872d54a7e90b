"""The pages that connect calendars, with a real CalDAV server behind them, without a script."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import (
    CalendarConnection,
    ExternalBusy,
    ExternalEvent,
    PushedEvent,
    PushState,
    SessionType,
)
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    PractitionerFactory,
    an_appointment,
    new_york,
)
from tests.servers.radicale import PASSWORD, USERNAME, Radicale
from tests.views.booking.calendar_pages import HOME, connect, page, post, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_home(settings: Any) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = True


def test_an_empty_page_says_what_to_do(therapist: Browser) -> None:
    shown = page(therapist)

    assert "No calendar is connected yet" in shown
    assert "Make an address" in shown


def test_it_says_how_late_other_calendars_are_and_which_one_is_right(therapist: Browser) -> None:
    said = (
        "Calendar programs look when they like: Google Calendar after 8 to 24 hours, Outlook "
        "about every 3 hours, many once a day or less often. Nothing here can hurry them. What "
        "you see there may be old; the calendar here is the one that is right."
    )

    assert said in page(therapist)
    assert said in page(therapist, reverse("booking:calendar_feed_make"))
    made = post(therapist, reverse("booking:calendar_feed_make"), titles="")
    assert "Your secret address" in made
    assert said in made


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("icloud", "https://caldav.icloud.com/"),
        ("fastmail", "https://caldav.fastmail.com/dav/"),
        ("nextcloud", "https://cloud.example.com/remote.php/dav/"),
    ],
)
def test_known_services_come_with_their_address(
    therapist: Browser, service: str, address: str
) -> None:
    assert f'value="{address}"' in page(therapist, f"{HOME}connect/?service={service}")


def test_connect_choose_and_the_first_exchange(
    therapist: Browser, radicale_server: Radicale, calendar: str
) -> None:
    answer = connect(therapist, radicale_server)
    (row,) = CalendarConnection.objects.all()
    choose = reverse("booking:calendar_choose", args=[row.public_id])
    assert answer["Location"] == choose
    assert "Rowan’s days" in page(therapist, choose)

    shown = post(therapist, choose, push_to=calendar, pull_from=[calendar], titles="initials")

    row.refresh_from_db()
    assert (row.calendar_url, row.pushes, row.pulls) == (calendar, True, True)
    assert row.shows_initials
    assert "Connected. The first exchange is on its way." in shown
    assert "Rowan’s days First exchange on its way Both ways · with initials" in shown
    assert OutboxEntry.objects.filter(kind="sync_calendar").count() == 1
    assert list(
        AuditEvent.objects.filter(action__startswith="calendar.").values_list("action", flat=True)
    ) == ["calendar.connect", "calendar.choose"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password": "wrong"}, "The server refuses the user name or the password."),
        ({"server_url": "http://127.0.0.1:9/"}, "The server does not answer."),
        ({"server_url": "ftp://x"}, "Enter a valid URL."),
    ],
)
def test_what_goes_wrong_stands_next_to_the_field_and_nothing_else_is_lost(
    therapist: Browser, radicale_server: Radicale, values: dict[str, str], words: str
) -> None:
    shown = text(connect(therapist, radicale_server, **values))

    assert words in shown
    assert f'value="{USERNAME}"' in shown
    assert PASSWORD not in shown
    assert not CalendarConnection.objects.exists()


def test_an_address_inside_is_refused_in_plain_words(
    therapist: Browser, radicale_server: Radicale, settings: Any
) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = False

    for address in (radicale_server.url, "https://127.0.0.1/", "https://localhost/"):
        shown = text(connect(therapist, radicale_server, server_url=address))
        assert "We don’t connect to this address. It has to begin with https://" in shown


def test_choosing_nothing_is_asked_again(
    therapist: Browser, radicale_server: Radicale, calendar: str
) -> None:
    connect(therapist, radicale_server)
    row = CalendarConnection.objects.get()

    shown = post(therapist, f"{HOME}{row.public_id}/choose/", push_to="")

    assert "Choose at least one calendar, for one way or the other." in shown


def test_sync_now_says_how_it_went(
    therapist: Browser, connection: CalendarConnection, radicale_server: Radicale
) -> None:
    assert "“Rowan’s days” is up to date." in post(therapist, f"{HOME}{connection.public_id}/sync/")
    assert "In step" in page(therapist)

    CalendarConnection.objects.update(calendar_url="http://127.0.0.1:9/rowan/work/")
    shown = post(therapist, f"{HOME}{connection.public_id}/sync/")

    assert "The server does not answer. Nothing is lost." in shown
    assert "Needs a look" in shown
    assert "Since Jan 1, 10:00 am" in shown


def test_a_refused_password_is_entered_anew(
    therapist: Browser, connection: CalendarConnection
) -> None:
    connection.password = "wrong"
    connection.save()
    path = f"{HOME}{connection.public_id}/"
    assert "Enter a new password" in post(therapist, f"{path}sync/")

    assert "refuses the user name" in post(therapist, f"{path}password/", password="still wrong")
    shown = post(therapist, f"{path}password/", password=PASSWORD)

    assert "The new password works." in shown
    connection.refresh_from_db()
    assert (connection.password, connection.failure) == (PASSWORD, "")


def test_unreadable_events_are_counted(therapist: Browser, connection: CalendarConnection) -> None:
    for name in ("a", "b"):
        ExternalEvent.objects.create(
            connection=connection, href=name, source="", expanded_until=NOW, is_bad=True
        )

    assert "2 events in it can’t be read and keep no time free." in page(therapist)


def test_changing_the_ways(
    therapist: Browser,
    connection: CalendarConnection,
    radicale_server: Radicale,
) -> None:
    event = ExternalEvent.objects.create(
        connection=connection, href="a", source="x", expanded_until=NOW
    )
    ExternalBusy.objects.create(
        event=event,
        practitioner_id=connection.practitioner_id,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )
    path = f"{HOME}{connection.public_id}/"
    assert "Keep at least one way, or disconnect the calendar." in post(therapist, path)

    shown = post(therapist, path, pushes="on")

    assert "Gets appointments" in shown
    assert not ExternalBusy.objects.exists()


def test_disconnecting(therapist: Browser, connection: CalendarConnection) -> None:
    path = f"{HOME}{connection.public_id}/end/"
    assert "Appointments here stay." in page(therapist, path)

    shown = post(therapist, path, remove="on")

    assert "Disconnected. Its busy times are open again." in shown
    assert not CalendarConnection.objects.exists()


def test_another_therapists_calendar_does_not_exist(
    therapist: Browser, connection: CalendarConnection
) -> None:
    CalendarConnection.objects.update(practitioner=PractitionerFactory())
    path = f"{HOME}{connection.public_id}/"

    answers = [
        therapist.get(path),
        therapist.post(f"{path}sync/"),
        therapist.post(f"{path}end/"),
        therapist.post(f"{path}password/", {"password": "x"}),
        therapist.post(f"{path}events/{connection.public_id}/move/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert CalendarConnection.objects.count() == 1


def test_the_day_tells_of_what_fails_for_over_an_hour_and_of_open_questions(
    therapist: Browser, connection: CalendarConnection, session_type: SessionType
) -> None:
    today = reverse("journeys:therapist_today")
    rows = CalendarConnection.objects.filter(pk=connection.pk)

    rows.update(failure="slow", failing_since=NOW - timedelta(minutes=59))
    assert "out of step" not in page(therapist, today)
    rows.update(failure="slow", failing_since=NOW - timedelta(minutes=60))
    assert "Rowan’s days has been out of step since Jan 1, 9:00 am" in page(therapist, today)

    PushedEvent.objects.create(
        connection=connection,
        appointment=an_appointment(session_type),
        href="x",
        sequence=0,
        state=PushState.GONE,
        noticed_at=NOW,
    )
    assert "1 appointment was changed in your own calendar." in page(therapist, today)


def test_the_page_costs_the_same_for_one_and_for_three(
    therapist: Browser, connection: CalendarConnection, session_type: SessionType
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            therapist.get(HOME)
        return len(captured)

    def one_more(number: int) -> None:
        CalendarConnection.objects.create(
            practitioner=session_type.practitioner,
            name=f"c{number}",
            server_url="https://x.example.com/",
            calendar_url="https://x.example.com/c/",
            username="u",
            password="p",
        )
        PushedEvent.objects.create(
            connection=connection,
            appointment=an_appointment(session_type, new_york(MONDAY, f"{12 + number}:00")),
            href="x",
            sequence=0,
            state=PushState.GONE,
            noticed_at=NOW,
        )

    one_more(0)
    queries()
    one = queries()
    one_more(1)
    one_more(2)

    assert queries() == one
