"""A server that can't tell what changed since (RFC 6578): its list is compared instead."""

from collections.abc import Iterator
from typing import Any

import pytest

from booking.models import CalendarConnection, ExternalEvent, PushedEvent, PushState
from tests.factories.booking import an_appointment
from tests.factories.calendars import a_connection, an_event, busy, failing_sync, href, push, sync
from tests.servers.plain_caldav import PlainCaldav
from tests.servers.radicale import Radicale

pytestmark = pytest.mark.django_db

NOT_SUPPORTED = '<error xmlns="DAV:"><supported-report/></error>'
MAY_NOT = '<error xmlns="DAV:"><need-privileges/></error>'
REFUSALS = {
    "400": (400, ""),
    "403 and why": (403, NOT_SUPPORTED),
    "403": (403, ""),
    "403 misnamed": (403, MAY_NOT),
    "405": (405, ""),
    "415": (415, ""),
    "501": (501, ""),
    "an empty answer": (207, '<multistatus xmlns="DAV:"/>'),
}


@pytest.fixture
def plain(radicale_server: Radicale) -> Iterator[PlainCaldav]:
    server = PlainCaldav(radicale_server)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connection(session_type: Any, calendar: str, plain: PlainCaldav) -> CalendarConnection:
    return a_connection(session_type, plain.address_of(calendar))


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_however_it_refuses_news_and_deletions_come(
    refusal: tuple[int, str],
    connection: CalendarConnection,
    calendar: str,
    radicale_server: Radicale,
    plain: PlainCaldav,
) -> None:
    plain.refusal = refusal
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    radicale_server.put(f"{calendar}b.ics", an_event("b", "20270106T150000Z", "20270106T160000Z"))
    sync(connection)
    before = busy()
    radicale_server.remove(f"{calendar}a.ics")
    radicale_server.put(f"{calendar}c.ics", an_event("c", "20270107T150000Z", "20270107T160000Z"))

    sync(connection)

    assert before == ["01-04 15:00-16:00", "01-06 15:00-16:00"]
    assert busy() == ["01-06 15:00-16:00", "01-07 15:00-16:00"]
    assert connection.failure == ""


def test_only_what_changed_is_read_again(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, plain: PlainCaldav
) -> None:
    over = an_event("over", "20200106T150000Z", "20200106T160000Z")
    free = an_event("free", "20270109T150000Z", "20270109T160000Z", "TRANSP:TRANSPARENT")
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    radicale_server.put(f"{calendar}over.ics", over)
    radicale_server.put(f"{calendar}free.ics", free)
    sync(connection)
    kept = ExternalEvent.objects.get().pk
    plain.asked.clear()

    sync(connection)
    nothing_new = plain.read()
    radicale_server.put(f"{calendar}over.ics", over.replace("202001", "202701"))
    sync(connection)

    assert nothing_new == []
    assert plain.read() == ["over.ics"]
    assert busy() == ["01-04 15:00-16:00", "01-06 15:00-16:00"]
    assert ExternalEvent.objects.get(href__endswith="a.ics").pk == kept


def test_a_server_that_says_so_is_not_asked(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, plain: PlainCaldav
) -> None:
    plain.is_honest = True
    radicale_server.put(f"{calendar}a.ics", an_event("a"))

    sync(connection)
    radicale_server.remove(f"{calendar}a.ics")
    sync(connection)

    assert plain.was_asked_for_changes() == 0
    assert busy() == []


def test_a_refusal_is_met_once(connection: CalendarConnection, plain: PlainCaldav) -> None:
    sync(connection)
    sync(connection)

    assert plain.was_asked_for_changes() == 1


@pytest.mark.parametrize(
    "refusal", [(403, NOT_SUPPORTED), (410, ""), (501, "")], ids=["403", "410", "501"]
)
def test_a_server_that_could_and_can_not_any_more(
    refusal: tuple[int, str],
    connection: CalendarConnection,
    calendar: str,
    radicale_server: Radicale,
    plain: PlainCaldav,
) -> None:
    plain.refusal = None
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    radicale_server.put(f"{calendar}b.ics", an_event("b", "20270106T150000Z", "20270106T160000Z"))
    sync(connection)
    plain.refusal = refusal
    radicale_server.remove(f"{calendar}a.ics")

    sync(connection)

    assert busy() == ["01-06 15:00-16:00"]


def test_our_own_events_are_watched_there_too(
    connection: CalendarConnection,
    calendar: str,
    radicale_server: Radicale,
    plain: PlainCaldav,
    session_type: Any,
) -> None:
    one = an_appointment(session_type)
    push(connection, one)
    sync(connection)
    plain.asked.clear()
    sync(connection)
    untouched = PushedEvent.objects.get().state, plain.read()
    radicale_server.remove(href(calendar, one))

    sync(connection)

    assert untouched == (PushState.PUSHED, [])
    assert PushedEvent.objects.get().state == PushState.GONE


def test_a_calendar_that_nobody_may_list_stays_forbidden(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, plain: PlainCaldav
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    sync(connection)
    plain.listing = (403, MAY_NOT)

    assert failing_sync(connection) == "forbidden"
    assert busy() == ["01-04 15:00-16:00"]


def test_an_empty_list_is_no_list(
    connection: CalendarConnection, calendar: str, radicale_server: Radicale, plain: PlainCaldav
) -> None:
    radicale_server.put(f"{calendar}a.ics", an_event("a"))
    sync(connection)
    plain.listing = (207, '<multistatus xmlns="DAV:"/>')

    assert failing_sync(connection) == "odd"
    assert busy() == ["01-04 15:00-16:00"]
