"""A server that is away, slow, strict or strange: noted, waited for, never lost."""

import logging
import socket
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from booking import guarded_http
from booking.models import (
    CalendarConnection,
)
from booking.services import (
    calendar_connections,
    calendar_pull,
    calendar_push,
)
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from portal.shared.request import Source
from tests.factories.booking import NOW, an_appointment
from tests.factories.calendars import (
    a_connection,
    an_event,
    busy,
    failing_sync,
    href,
    sync,
)
from tests.servers.radicale import PASSWORD, USERNAME, Radicale

pytestmark = pytest.mark.django_db
SOURCE = Source()


def test_a_server_that_is_down_is_noted_and_well_again(
    session_type: Any, own_radicale: Radicale
) -> None:
    calendar = own_radicale.make_calendar("work")
    own_radicale.put(f"{calendar}a.ics", an_event("a"))
    connection = sync(a_connection(session_type, calendar))
    own_radicale.go_down()

    code = failing_sync(connection)
    failing_sync(connection, NOW + timedelta(minutes=5))
    assert (code, connection.failing_since, connection.synced_at) == ("unreachable", NOW, NOW)
    assert busy() == ["01-04 15:00-16:00"]  # what we knew still counts

    own_radicale.come_back()
    sync(connection, NOW + timedelta(minutes=10))
    assert (connection.failure, connection.failing_since) == ("", None)


def test_while_it_is_down_appointments_wait(session_type: Any, own_radicale: Radicale) -> None:
    calendar = own_radicale.make_calendar("work")
    connection = a_connection(session_type, calendar)
    one = an_appointment(session_type)
    own_radicale.go_down()
    with time_machine.travel(NOW, tick=False):
        calendar_push.later(one, now=NOW)
        entry = OutboxEntry.objects.get(kind="push_event")
        outbox.run(entry.pk)
    entry.refresh_from_db()
    assert (entry.done_at, entry.tries, entry.due_at) == (None, 0, NOW + timedelta(minutes=5))

    own_radicale.come_back()
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        outbox.run(entry.pk)

    assert own_radicale.has(href(calendar, one))
    connection.refresh_from_db()
    assert connection.failure == "unreachable"  # until the next sync says that all is well


def test_a_wrong_password_is_asked_for_once(session_type: Any, calendar: str) -> None:
    connection = a_connection(session_type, calendar, password="wrong")

    assert failing_sync(connection) == "refused"
    assert calendar_pull.waiting_ids() == []

    calendar_connections.renew_password(
        connection=connection,
        password=PASSWORD,
        by=session_type.practitioner.user,
        source=SOURCE,
        now=NOW,
    )
    assert calendar_pull.waiting_ids() == [connection.pk]
    assert sync(connection).failure == ""


def test_a_slow_server_ends_with_its_time(
    session_type: Any, calendar: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/{USERNAME}/work/"
        monkeypatch.setattr(guarded_http, "SILENCE_SECONDS", 0.2)

        assert failing_sync(a_connection(session_type, url)) == "slow"


def test_a_calendar_that_was_deleted_there(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    radicale_server.remove(calendar)

    assert failing_sync(connection) == "not_there"


def test_a_private_address_is_refused_unless_the_operator_allows_it(
    connection: CalendarConnection, settings: Any
) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = False

    assert failing_sync(connection) == "address"


def test_a_sync_that_was_overtaken_writes_nothing(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    early = CalendarConnection.objects.get()
    sync(connection)
    CalendarConnection.objects.update(sync_token="further")

    calendar_pull.pull(early, now=NOW)

    assert busy() == ["01-04 15:00-16:00"]
    assert CalendarConnection.objects.get().sync_token == "further"


def test_no_log_line_holds_what_stands_in_the_calendar(
    connection: CalendarConnection,
    calendar: str,
    radicale_server: Radicale,
    caplog: pytest.LogCaptureFixture,
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))

    with caplog.at_level(logging.DEBUG):
        sync(connection)
        CalendarConnection.objects.update(password="another-secret")
        connection.refresh_from_db()
        failing_sync(connection)

    lines = [record.getMessage() for record in caplog.records]
    assert f"calendar connection {connection.pk}: refused" in lines
    for secret in ("Dentist", PASSWORD, "another-secret", USERNAME):
        assert not [line for line in lines if secret in line]
