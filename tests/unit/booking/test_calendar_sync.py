"""Both ways with a real CalDAV server: what goes there, what comes from there, what goes wrong."""

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection as database

import booking.tasks  # noqa: F401 - registers the effects
from booking import guarded_http
from booking.caldav import Account, CalendarProblem, WrongPassword
from booking.models import (
    Appointment,
    AppointmentChange,
    CalendarConnection,
    ExternalBusy,
    ExternalEvent,
    PushedEvent,
    PushState,
    SessionType,
    Status,
)
from booking.services import (
    appointments,
    calendar_conflicts,
    calendar_connections,
    calendar_pull,
    calendar_push,
)
from booking.services.calendar_connections import NothingChosen
from booking.services.open_slots import open_slots
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.servers.radicale import PASSWORD, USERNAME, Radicale

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
SOURCE = Source()


@pytest.fixture(autouse=True)
def _at_home(settings: Any) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = True


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


_made = iter(range(1000))


@pytest.fixture
def calendar(radicale_server: Radicale) -> str:
    """An empty calendar of the therapist; its address."""
    return radicale_server.make_calendar(f"work{next(_made)}")


@pytest.fixture
def connection(session_type: SessionType, calendar: str) -> CalendarConnection:
    return a_connection(session_type, calendar)


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


# -- out


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


# -- conflicts


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


# -- in


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


# -- what goes wrong


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


# -- connecting


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
    home = radicale_server.make_calendar(f"home{next(_made)}")
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
