"""Sessions that repeat: conflicts before anything is written, and changes of one, some or all."""

import base64
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.models import User
from booking.availability import Reason
from booking.models import (
    Appointment,
    AppointmentSeries,
    AvailabilityException,
    ExceptionKind,
    Place,
    SessionType,
    Status,
)
from booking.services import changes, series, series_changes
from booking.services.series import Choice, ConflictsLeft, NothingToBook, Wish
from booking.services.series_changes import Scope, Target
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import undo_is_over

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


def a_wish(session_type: SessionType, **fields: Any) -> Wish:
    values: dict[str, Any] = {
        "client": ClientFactory(),
        "place": Place.OFFICE,
        "first_on": MONDAY,
        "starts": time(10),
        "every_weeks": 1,
        "count": 4,
    }
    return Wish(session_type=session_type, **values | fields)


def therapist(session_type: SessionType) -> User:
    return session_type.practitioner.user


def all_of(wish: Wish) -> dict[int, Choice]:
    return {one.number: Choice(one.starts_at) for one in series.plan(wish, now=NOW)}


def booked(session_type: SessionType, **fields: Any) -> list[Appointment]:
    wish = a_wish(session_type, **fields)
    made = series.book(wish=wish, choices=all_of(wish), by=therapist(session_type), now=NOW)
    return series.occurrences_of(made)


def local(row: Appointment) -> str:
    return row.starts_at.astimezone(NEW_YORK).strftime("%m-%d %H:%M %Z")


def starts(rows: list[Appointment]) -> list[str]:
    return [local(Appointment.objects.get(pk=row.pk)) for row in rows]


def test_the_hour_of_the_wall_clock_stays_when_the_clocks_change(session_type) -> None:
    rows = booked(session_type, count=12)

    assert [local(row) for row in rows][8:] == [
        "03-01 10:00 EST",
        "03-08 10:00 EST",
        "03-15 10:00 EDT",
        "03-22 10:00 EDT",
    ]


def test_every_other_week_leaves_one_out(session_type) -> None:
    rows = booked(session_type, every_weeks=2, count=3)

    assert [local(row)[:5] for row in rows] == ["01-04", "01-18", "02-01"]
    assert [row.number for row in rows] == [1, 2, 3]


def test_the_plan_names_each_conflict_and_offers_times_of_that_day(session_type) -> None:
    an_appointment(session_type, new_york(MONDAY + WEEK, "10:30"))
    AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY + 2 * WEEK, "00:00"),
        ends_at=new_york(MONDAY + 2 * WEEK, "23:59"),
    )

    plan = series.plan(a_wish(session_type), now=NOW)

    assert [one.reason for one in plan] == [None, Reason.TAKEN, Reason.TIME_OFF, None]
    nearest = [moment.astimezone(NEW_YORK).strftime("%H:%M") for moment in plan[1].others]
    assert nearest == ["09:00", "09:30"]
    assert plan[2].others == []


def test_an_hour_outside_the_hours_is_named_and_can_be_opened(session_type) -> None:
    wish = a_wish(session_type, starts=time(15), count=2)
    plan = series.plan(wish, now=NOW)
    choices = {one.number: Choice(one.starts_at, outside_hours=True) for one in plan}

    made = series.book(wish=wish, choices=choices, by=therapist(session_type), now=NOW)

    assert [one.opens_time for one in plan] == [True, True]
    assert [local(row) for row in series.occurrences_of(made)] == [
        "01-04 15:00 EST",
        "01-11 15:00 EST",
    ]


def test_the_hour_that_the_clocks_skip_is_no_time(session_type) -> None:
    wish = a_wish(session_type, first_on=date(2027, 3, 7), starts=time(2, 30), count=2)

    plan = series.plan(wish, now=NOW)

    assert (plan[0].starts_at is None, plan[1].starts_at) == (False, None)
    assert not plan[1].is_open


def test_a_plan_costs_the_same_for_two_and_for_twenty(session_type) -> None:
    counts = []
    for count in (2, 20):
        wish = a_wish(session_type, count=count)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            series.plan(wish, now=NOW)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 4


def test_what_is_left_out_is_not_booked_and_keeps_its_number(session_type) -> None:
    wish = a_wish(session_type)
    choices = all_of(wish)
    del choices[2]

    made = series.book(wish=wish, choices=choices, by=therapist(session_type), now=NOW)

    assert [row.number for row in series.occurrences_of(made)] == [1, 3, 4]
    assert made.count == 4


def test_a_time_that_is_taken_meanwhile_books_nothing(session_type) -> None:
    wish = a_wish(session_type)
    choices = all_of(wish)
    an_appointment(session_type, new_york(MONDAY + WEEK, "10:00"))

    with pytest.raises(ConflictsLeft) as caught:
        series.book(wish=wish, choices=choices, by=therapist(session_type), now=NOW)

    assert caught.value.reasons == {2: Reason.TAKEN}
    assert AppointmentSeries.objects.count() == 0
    assert Appointment.objects.count() == 1
    assert MailMessage.objects.count() == 0


def test_nothing_chosen_is_no_series(session_type) -> None:
    with pytest.raises(NothingToBook):
        series.book(wish=a_wish(session_type), choices={}, by=therapist(session_type), now=NOW)


def test_the_client_gets_one_mail_with_every_session_in_one_file(session_type) -> None:
    rows = booked(session_type)

    message = MailMessage.objects.get()
    file = Calendar.from_ical(base64.b64decode(message.attachments[0]["content"]))
    assert message.subject == "Your appointments are confirmed"
    assert message.text.count("10:00 am, New York time") == 4
    assert [str(event["uid"]) for event in file.walk("VEVENT")] == [
        str(row.public_id) for row in rows
    ]
    assert AuditEvent.objects.filter(action="series.book").count() == 1
    assert AuditEvent.objects.filter(action="appointment.book_for_client").count() == 4


@pytest.mark.parametrize(
    ("scope", "left"),
    [(Scope.THIS, [1, 2, 4]), (Scope.FOLLOWING, [1, 2]), (Scope.ALL, [])],
)
def test_cancelling_reaches_this_these_or_all(session_type, scope, left) -> None:
    rows = booked(session_type)

    series_changes.cancel(appointment=rows[2], scope=scope, by=therapist(session_type), now=NOW)

    confirmed = Appointment.objects.filter(status=Status.CONFIRMED).order_by("number")
    assert [row.number for row in confirmed] == left


def test_several_cancelled_are_one_mail_and_one_undo(session_type) -> None:
    rows, by = booked(session_type), therapist(session_type)
    MailMessage.objects.all().delete()
    series_changes.cancel(appointment=rows[1], scope=Scope.FOLLOWING, by=by, now=NOW)
    batch = rows[1].changes.get().batch

    back = changes.undo(batch=batch, by=by, now=NOW + timedelta(minutes=1))
    undo_is_over()

    assert len(back) == 3
    assert {row.status for row in Appointment.objects.exclude(series=None)} == {Status.CONFIRMED}
    assert MailMessage.objects.count() == 0
    series_changes.cancel(
        appointment=rows[1], scope=Scope.FOLLOWING, by=by, now=NOW + timedelta(minutes=9)
    )
    undo_is_over(now=NOW + timedelta(minutes=20))
    assert MailMessage.objects.get().subject == "Your appointments are cancelled"


def test_what_is_over_stays_as_it_is(session_type) -> None:
    rows = booked(session_type)
    later = rows[1].ends_at + timedelta(hours=1)

    done = series_changes.cancel(
        appointment=rows[3], scope=Scope.ALL, by=therapist(session_type), now=later
    )

    assert [one.appointment.number for one in done] == [3, 4]


def test_a_client_who_ends_all_owes_only_for_what_is_too_near(session_type) -> None:
    rows = booked(session_type)
    client = rows[0].client.user
    late = rows[0].starts_at - timedelta(hours=2)

    done = series_changes.cancel(appointment=rows[0], scope=Scope.ALL, by=client, now=late)

    assert [one.fee_cents for one in done] == [75_00, 0, 0, 0]
    assert [one.appointment.status for one in done] == [
        Status.LATE_CANCELLED,
        *[Status.CANCELLED] * 3,
    ]


@pytest.mark.parametrize("clock", [time(9), time(11)])
def test_all_move_to_another_hour(session_type, clock) -> None:
    rows = booked(session_type)

    series_changes.move(
        appointment=rows[0],
        scope=Scope.ALL,
        to=Target(MONDAY, clock, Place.OFFICE),
        by=therapist(session_type),
        now=NOW,
    )

    assert starts(rows) == [f"01-{day} {clock:%H:%M} EST" for day in ("04", "11", "18", "25")]


@pytest.mark.parametrize("weeks", [1, -1])
def test_all_move_by_a_week_through_each_others_times(session_type, weeks) -> None:
    rows = booked(session_type, first_on=MONDAY + WEEK)

    series_changes.move(
        appointment=rows[1],
        scope=Scope.ALL,
        to=Target(MONDAY + (2 + weeks) * WEEK, time(10), Place.TELEHEALTH),
        by=therapist(session_type),
        now=NOW,
    )

    expected = [MONDAY + (1 + weeks + n) * WEEK for n in range(4)]
    assert starts(rows) == [f"{day:%m-%d} 10:00 EST" for day in expected]
    assert {row.place for row in Appointment.objects.exclude(series=None)} == {"telehealth"}


def test_a_move_is_undone_as_one(session_type) -> None:
    rows, by = booked(session_type, first_on=MONDAY + WEEK), therapist(session_type)
    before = starts(rows)
    to = Target(MONDAY + 2 * WEEK, time(10), Place.OFFICE)
    series_changes.move(appointment=rows[0], scope=Scope.ALL, to=to, by=by, now=NOW)

    changes.undo(batch=rows[0].changes.get().batch, by=by, now=NOW + timedelta(minutes=2))

    assert starts(rows) == before


def test_moves_keep_the_wall_clock_over_a_change_of_the_clocks(session_type) -> None:
    rows = booked(session_type, first_on=date(2027, 3, 8), count=2)

    moved = series_changes.move(
        appointment=rows[0],
        scope=Scope.ALL,
        to=Target(date(2027, 3, 15), time(9, 30), Place.OFFICE),
        by=therapist(session_type),
        now=NOW,
    )

    assert [local(row) for row in moved] == ["03-15 09:30 EDT", "03-22 09:30 EDT"]


def test_conflicts_of_a_move_are_shown_and_what_stays_stays(session_type) -> None:
    rows, by = booked(session_type), therapist(session_type)
    an_appointment(session_type, new_york(MONDAY + 2 * WEEK, "09:00"))
    to = Target(MONDAY, time(9), Place.OFFICE)
    way: dict[str, Any] = {"appointment": rows[0], "scope": Scope.ALL, "to": to, "now": NOW}

    plan = series_changes.plan_move(**way)
    with pytest.raises(ConflictsLeft) as caught:
        series_changes.move(**way, by=by)
    series_changes.move(**way, by=by, stay={rows[2].pk})

    assert [step.reason for step in plan] == [None, None, Reason.TAKEN, None]
    assert caught.value.reasons == {rows[2].pk: Reason.TAKEN}
    assert [clock[6:11] for clock in starts(rows)] == ["09:00", "09:00", "10:00", "09:00"]


def test_an_occurrence_moved_alone_moves_on_with_the_others(session_type) -> None:
    rows, by = booked(session_type), therapist(session_type)
    alone = Target(MONDAY + WEEK, time(11), Place.OFFICE)
    series_changes.move(appointment=rows[1], scope=Scope.THIS, to=alone, by=by, now=NOW)

    series_changes.move(
        appointment=rows[0],
        scope=Scope.ALL,
        to=Target(MONDAY, time(9), Place.OFFICE),
        by=by,
        now=NOW + timedelta(minutes=1),
    )

    assert {clock[6:11] for clock in starts(rows)} == {"09:00"}


def test_an_appointment_without_a_series_is_just_this_one() -> None:
    row = an_appointment()

    assert series_changes.reach(row, Scope.ALL, now=NOW) == [row]


def test_plan_of_a_move_costs_the_same_for_two_and_for_twenty(session_type) -> None:
    counts = []
    for count, clock in ((2, time(9)), (20, time(11))):
        rows = booked(session_type, count=count, starts=clock)
        with CaptureQueriesContext(connection) as queries:
            series_changes.plan_move(
                appointment=rows[0],
                scope=Scope.ALL,
                to=Target(MONDAY, time(10), Place.OFFICE),
                now=NOW,
            )
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 7
