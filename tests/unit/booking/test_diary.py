"""What a day of the therapist's diary holds, and what it does not."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import (
    AppointmentSeries,
    AvailabilityException,
    CalendarConnection,
    ExceptionKind,
    ExternalBusy,
    ExternalEvent,
    Practitioner,
    SessionType,
    Status,
)
from booking.services import diary
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    ClientFactory,
    RuleFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


@pytest.fixture
def practitioner(session_type: SessionType) -> Practitioner:
    return session_type.practitioner


def days(practitioner: Practitioner, count: int = 1, first: date = MONDAY) -> list[diary.Day]:
    return diary.days(practitioner=practitioner, first=first, count=count, zone=NEW_YORK, now=NOW)


def closed(practitioner: Practitioner, start: datetime, end: datetime) -> AvailabilityException:
    return AvailabilityException.objects.create(
        practitioner=practitioner, kind=ExceptionKind.CLOSED, starts_at=start, ends_at=end
    )


def busy(practitioner: Practitioner, *spans: tuple[datetime, datetime]) -> None:
    calendar = CalendarConnection.objects.create(
        practitioner=practitioner,
        name="Family",
        server_url="https://dav.example.com/",
        username="a",
        password="b",
    )
    event = ExternalEvent.objects.create(
        connection=calendar, href="1.ics", source="secret words", expanded_until=NOW
    )
    for start, end in spans:
        ExternalBusy.objects.create(
            event=event, practitioner=practitioner, starts_at=start, ends_at=end
        )


@pytest.mark.parametrize(
    ("status", "fields", "is_shown"),
    [
        (Status.CONFIRMED, {}, True),
        (Status.REQUESTED, {}, True),
        (Status.COMPLETED, {}, True),
        (Status.NO_SHOW, {}, True),
        (Status.LATE_CANCELLED, {}, True),
        (Status.CANCELLED, {}, False),
        (Status.EXPIRED, {}, False),
        (Status.HELD, {}, True),
        (Status.HELD, {"held_at": NOW - DAY, "held_until": NOW}, False),
        (Status.HELD, {"holder": "undo:0d6dcd5c"}, False),
    ],
)
def test_what_stands_in_the_diary(
    session_type: SessionType, status: Status, fields: dict[str, Any], is_shown: bool
) -> None:
    an_appointment(session_type, status=status, **fields)

    (monday,) = days(session_type.practitioner)

    assert len(monday.appointments) == is_shown


def test_a_session_over_midnight_stands_in_the_day_it_begins_and_reaches_into_the_next(
    session_type: SessionType,
) -> None:
    late = an_appointment(session_type, new_york(MONDAY, "23:40"))
    begins, ends = diary.bounds(NEW_YORK, MONDAY + DAY, 1)

    found = diary.between(practitioner=session_type.practitioner, begins=begins, ends=ends, now=NOW)

    assert found.appointments == [late]
    monday, tuesday = days(session_type.practitioner, 2)
    assert (monday.appointments, tuesday.appointments) == ([late], [])


def test_a_day_lists_everything_in_the_order_of_the_clock(session_type: SessionType) -> None:
    practitioner = session_type.practitioner
    an_appointment(session_type, new_york(MONDAY, "10:00"))
    closed(practitioner, new_york(MONDAY, "08:00"), new_york(MONDAY, "09:00"))
    busy(practitioner, (new_york(MONDAY, "13:00"), new_york(MONDAY, "14:00")))

    (monday,) = days(practitioner)

    assert [
        (f"{one.starts_at.astimezone(NEW_YORK):%H:%M}", bool(one.appointment), bool(one.busy))
        for one in monday.entries
    ] == [("08:00", False, False), ("10:00", True, False), ("13:00", False, True)]


def test_two_calendars_that_know_the_same_event_show_it_once(practitioner: Practitioner) -> None:
    busy(
        practitioner,
        (new_york(MONDAY, "13:00"), new_york(MONDAY, "14:00")),
        (new_york(MONDAY, "13:30"), new_york(MONDAY, "15:00")),
    )

    (monday,) = days(practitioner)

    assert [(one.starts_at, one.minutes) for one in monday.busy] == [
        (new_york(MONDAY, "13:00"), 120)
    ]


def test_time_off_of_a_week_stands_in_each_of_its_days(practitioner: Practitioner) -> None:
    closed(practitioner, new_york(MONDAY, "12:00"), new_york(MONDAY + 2 * DAY, "00:00"))

    found = days(practitioner, 4, MONDAY - DAY)

    assert [len(day.exceptions) for day in found] == [0, 1, 1, 0]


def test_alternating_hours_stand_in_every_other_week(practitioner: Practitioner) -> None:
    RuleFactory(practitioner=practitioner, weekday=1, alternates_from=MONDAY)
    tuesday = MONDAY + DAY

    hours = diary.open_hours(practitioner, [tuesday + n * 7 * DAY for n in range(3)])

    assert list(hours.values()) == [[diary.Window(540, 720)], [], [diary.Window(540, 720)]]


def test_hours_for_each_way_to_meet_are_laid_over_each_other(practitioner: Practitioner) -> None:
    RuleFactory(practitioner=practitioner, place="office", ends="23:59")

    assert diary.open_hours(practitioner, [MONDAY]) == {MONDAY: [diary.Window(540, 1440)]}


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2027, 3, 14)])
def test_a_day_of_a_clock_change_begins_and_ends_at_its_midnights(day: date) -> None:
    begins, ends = diary.bounds(NEW_YORK, day, 1)

    assert (begins, ends) == (new_york(day, "00:00"), new_york(day + DAY, "00:00"))
    hours = 25 if day.month == 11 else 23
    assert (ends.timestamp() - begins.timestamp()) / 3600 == hours


def test_free_time_between_is_named_and_a_pause_is_not(session_type: SessionType) -> None:
    for clock in ("09:00", "10:00", "13:00"):
        an_appointment(session_type, new_york(MONDAY, clock))
    (monday,) = days(session_type.practitioner)

    gaps = [one.gap for one in diary.with_gaps(monday.entries) if one.gap]

    assert [(one.starts_at, one.minutes) for one in gaps] == [(new_york(MONDAY, "10:50"), 130)]


def test_a_month_costs_as_many_queries_as_a_day(session_type: SessionType) -> None:
    series = AppointmentSeries.objects.create(
        practitioner=session_type.practitioner,
        session_type=session_type,
        client=ClientFactory(),
        place="office",
        first_on=MONDAY,
        starts="10:00",
        count=8,
        created_by=session_type.practitioner.user,
    )
    for n in range(3):
        an_appointment(
            session_type, new_york(MONDAY + 7 * n * DAY, "10:00"), series=series, number=n + 1
        )

    with CaptureQueriesContext(connection) as captured:
        found = days(session_type.practitioner, 31)
        names = [
            (one.client.display_name, one.series.count) for day in found for one in day.appointments
        ]

    assert names == [("Ada Example", 8)] * 3
    assert len(captured) == 4
