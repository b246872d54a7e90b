"""What would happen if an appointment moved: the same answer as the move itself."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from booking.availability import Reason
from booking.models import (
    Appointment,
    AvailabilityException,
    ExceptionKind,
    SessionType,
    Status,
)
from booking.services import appointments, outlook
from booking.services.open_slots import NotOpen
from booking.services.outlook import Obstacle
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.unit.booking.test_diary import busy, closed

pytestmark = pytest.mark.django_db
NEIGHBOUR = "11:00"


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


def look(session_type: SessionType, clock: str, place: str = "telehealth") -> outlook.MoveOutlook:
    moving = an_appointment(session_type, new_york(MONDAY, "09:00"))
    return outlook.of_move(
        appointment=moving, starts_at=new_york(MONDAY, clock), place=place, now=NOW
    )


def test_an_open_time_has_nothing_in_the_way_and_the_client_is_told(
    session_type: SessionType,
) -> None:
    found = look(session_type, "10:00")

    assert (found.reason, found.in_the_way, found.is_possible) == (None, [], True)
    assert found.ends_at == new_york(MONDAY, "10:50")
    assert found.is_told


def test_someone_without_an_address_is_not_told(session_type: SessionType) -> None:
    moving = an_appointment(session_type, client=ClientFactory(user=None))

    found = outlook.of_move(
        appointment=moving, starts_at=new_york(MONDAY, "09:00"), place="telehealth", now=NOW
    )

    assert not found.is_told


def test_outside_the_hours_it_goes_ahead_when_the_time_is_opened(
    session_type: SessionType,
) -> None:
    found = look(session_type, "20:00")

    assert (found.reason, found.opens_time, found.is_possible) == (
        Reason.OUTSIDE_HOURS,
        True,
        True,
    )


def test_outside_the_hours_it_keeps_the_length_that_was_agreed(session_type: SessionType) -> None:
    moving = an_appointment(session_type)
    session_type.minutes = 30
    session_type.save(update_fields=["minutes"])
    wanted = new_york(MONDAY, "20:00")

    found = outlook.of_move(appointment=moving, starts_at=wanted, place="telehealth", now=NOW)
    moved = appointments.reschedule(
        appointment=Appointment.objects.get(pk=moving.pk),
        starts_at=wanted,
        place="telehealth",
        outside_hours=True,
        by=session_type.practitioner.user,
        now=NOW,
        source=Source(),
    )

    assert found.opens_time
    assert (moved.starts_at, moved.ends_at) == (wanted, new_york(MONDAY, "20:50"))
    assert not AvailabilityException.objects.exists()


def test_a_neighbour_and_its_pause_are_named(session_type: SessionType) -> None:
    neighbour = an_appointment(session_type, new_york(MONDAY, NEIGHBOUR))

    found = look(session_type, "10:15")

    assert (found.reason, found.is_possible) == (Reason.TAKEN, False)
    assert [(one.kind, one.appointment) for one in found.in_the_way] == [
        (Obstacle.SESSION, neighbour)
    ]


def test_a_visitor_who_is_booking_is_named_with_the_time_it_lasts(
    session_type: SessionType,
) -> None:
    held = an_appointment(session_type, new_york(MONDAY, NEIGHBOUR), status=Status.HELD)

    (one,) = look(session_type, NEIGHBOUR).in_the_way

    assert (one.kind, one.appointment, one.until) == (Obstacle.HOLD, None, held.held_until)


def test_time_off_is_named(session_type: SessionType) -> None:
    closed(session_type.practitioner, new_york(MONDAY, "11:00"), new_york(MONDAY, "12:00"))

    found = look(session_type, "10:30")

    assert found.reason == Reason.TIME_OFF
    assert [one.kind for one in found.in_the_way] == [Obstacle.TIME_OFF]


def test_an_event_of_another_calendar_is_named_without_its_title(
    session_type: SessionType,
) -> None:
    busy(session_type.practitioner, (new_york(MONDAY, "11:00"), new_york(MONDAY, "12:00")))

    found = look(session_type, "10:30")

    assert found.reason == Reason.BUSY_ELSEWHERE
    assert [(one.kind, one.appointment) for one in found.in_the_way] == [(Obstacle.ELSEWHERE, None)]


def test_the_way_from_the_office_is_counted(session_type: SessionType) -> None:
    session_type.practitioner.travel_minutes = 30
    session_type.practitioner.save(update_fields=["travel_minutes"])
    an_appointment(session_type, new_york(MONDAY, NEIGHBOUR), place="office")

    found = look(session_type, "10:00")

    assert found.reason == Reason.NO_TIME_TO_TRAVEL
    assert [one.kind for one in found.in_the_way] == [Obstacle.SESSION]


def test_the_time_it_came_from_is_no_obstacle_as_long_as_it_can_be_undone(
    session_type: SessionType,
) -> None:
    moving = an_appointment(session_type, new_york(MONDAY, "09:00"))
    by, later = session_type.practitioner.user, NOW + timedelta(minutes=1)
    moved = appointments.reschedule(
        appointment=moving,
        starts_at=new_york(MONDAY, "11:00"),
        place="telehealth",
        by=by,
        now=NOW,
    )

    back = outlook.of_move(
        appointment=moved, starts_at=new_york(MONDAY, "09:00"), place="telehealth", now=later
    )
    other = an_appointment(session_type, new_york(MONDAY, "10:00"))
    taken = outlook.of_move(
        appointment=other, starts_at=new_york(MONDAY, "09:00"), place="telehealth", now=later
    )

    assert back.reason is None
    assert taken.reason == Reason.TAKEN
    assert taken.in_the_way[0].kind == Obstacle.KEPT


def test_nothing_is_written(session_type: SessionType) -> None:
    moving = an_appointment(session_type)

    outlook.of_move(
        appointment=moving, starts_at=new_york(MONDAY, "20:00"), place="office", now=NOW
    )

    moving.refresh_from_db()
    assert (moving.starts_at, moving.sequence) == (new_york(MONDAY, "10:00"), 0)
    assert not AvailabilityException.objects.exists()


@pytest.mark.parametrize("quarter", range(0, 24 * 4, 3))
def test_what_is_foretold_is_what_comes(session_type: SessionType, quarter: int) -> None:
    """Over a whole day with something of each kind in it: the answer and the deed agree."""
    practitioner, by = session_type.practitioner, session_type.practitioner.user
    an_appointment(session_type, new_york(MONDAY, NEIGHBOUR))
    closed(practitioner, new_york(MONDAY, "14:00"), new_york(MONDAY, "15:00"))
    AvailabilityException.objects.create(
        practitioner=practitioner,
        kind=ExceptionKind.EXTRA,
        starts_at=new_york(MONDAY, "13:00"),
        ends_at=new_york(MONDAY, "18:00"),
    )
    moving = an_appointment(session_type, new_york(MONDAY, "09:00"))
    starts_at: datetime = new_york(MONDAY, "00:00") + timedelta(minutes=15 * quarter)

    found = outlook.of_move(appointment=moving, starts_at=starts_at, place="telehealth", now=NOW)

    assert found.reason == reason_of_move(moving, starts_at, by)


def reason_of_move(moving: Appointment, starts_at: datetime, by: User) -> Reason | None:
    try:
        appointments.reschedule(
            appointment=moving, starts_at=starts_at, place="telehealth", by=by, now=NOW
        )
    except NotOpen as error:
        return error.reason
    return None


def test_what_two_moves_gave_up_is_no_obstacle_to_a_third(session_type: SessionType) -> None:
    moving = an_appointment(session_type)
    by = session_type.practitioner.user
    for clock in ("11:00", "09:00"):
        moving = appointments.reschedule(
            appointment=moving,
            starts_at=new_york(MONDAY, clock),
            place="office",
            by=by,
            now=NOW,
        )

    found = [
        outlook.of_move(
            appointment=moving, starts_at=new_york(MONDAY, clock), place="office", now=NOW
        )
        for clock in ("10:00", "11:00")
    ]
    assert [one.reason for one in found] == [None, None]
