"""Connecting, choosing and disconnecting calendars."""

from typing import Any

import pytest
import time_machine

from booking import caldav
from booking.caldav import Account
from booking.calendar_problems import WrongPassword
from booking.models import (
    CalendarConnection,
    ExternalBusy,
    SessionType,
)
from booking.services import (
    calendar_connections,
)
from booking.services.calendar_connections import NothingChosen
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from portal.shared.request import Source
from tests.factories.booking import NOW, an_appointment
from tests.factories.calendars import (
    an_event,
    href,
    stored,
    sync,
)
from tests.servers.radicale import PASSWORD, USERNAME, Radicale

pytestmark = pytest.mark.django_db
SOURCE = Source()


def connect(session_type: SessionType, radicale: Radicale, password: str = PASSWORD) -> Any:
    return calendar_connections.connect(
        practitioner=session_type.practitioner,
        account=Account(radicale.url, USERNAME, password),
        by=session_type.practitioner.user,
        source=SOURCE,
        now=NOW,
    )


def test_connect_keeps_the_password_encrypted_and_only_when_it_is_right(
    session_type: Any, radicale_server: Radicale, calendar: str
) -> None:
    with pytest.raises(WrongPassword):
        connect(session_type, radicale_server, "wrong")
    assert not CalendarConnection.objects.exists()

    connection = connect(session_type, radicale_server)

    assert calendar in [one.url for one in calendar_connections.found(connection)]
    assert connection.password == PASSWORD
    assert PASSWORD.encode() not in stored("booking_calendarconnection", "password")


def test_one_calendar_gets_appointments_and_several_give_busy_times(
    session_type: Any, radicale_server: Radicale, calendar: str
) -> None:
    home = radicale_server.make_calendar("home")
    connection = connect(session_type, radicale_server)
    chosen = {
        "connection": connection,
        "calendars": calendar_connections.found(connection),
        "shows_initials": False,
        "by": session_type.practitioner.user,
        "source": SOURCE,
        "now": NOW,
    }
    with pytest.raises(NothingChosen):
        calendar_connections.choose(push_to="", pull_from=[], **chosen)

    calendar_connections.choose(push_to=calendar, pull_from=[calendar, home], **chosen)

    rows = CalendarConnection.objects.order_by("calendar_url")
    assert [(row.calendar_url, row.pushes, row.pulls) for row in rows] == [
        (home, False, True),
        (calendar, True, True),
    ]
    assert OutboxEntry.objects.filter(kind="sync_calendar").count() == 2


@pytest.mark.parametrize("remove", [True, False])
def test_disconnect_forgets_and_takes_our_events_along_if_she_likes(
    connection: CalendarConnection,
    calendar: str,
    radicale_server: Radicale,
    session_type: Any,
    remove: bool,
) -> None:
    one = an_appointment(session_type)
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    sync(connection)

    calendar_connections.disconnect(
        connection=connection,
        remove_pushed=remove,
        by=session_type.practitioner.user,
        source=SOURCE,
        now=NOW,
    )
    assert not ExternalBusy.objects.exists()
    for entry in OutboxEntry.objects.filter(kind="end_calendar"):
        with time_machine.travel(NOW, tick=False):
            outbox.run(entry.pk)

    assert radicale_server.has(href(calendar, one)) is not remove
    assert radicale_server.has(f"{calendar}a.ics")
    assert not CalendarConnection.objects.exists()


@pytest.mark.parametrize("path", ["", "rowan/", "nothing/here/"])
def test_the_calendars_are_found_from_wherever_she_begins(
    radicale_server: Radicale, calendar: str, path: str
) -> None:
    """A bare server name, her own page, or a wrong path: then by the well-known place."""
    account = Account(f"{radicale_server.url}{path}", USERNAME, PASSWORD)

    assert calendar in [one.url for one in caldav.calendars(account)]
