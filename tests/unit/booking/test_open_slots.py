"""The loader: the right rows, two queries, whatever lies in the past."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.availability import Reason
from booking.models import (
    AvailabilityException,
    ExceptionKind,
    Place,
    Status,
)
from booking.services.open_slots import (
    NotOpen,
    Overlook,
    SlotTaken,
    check_open,
    nearest_open,
    open_slots,
    therapist_terms,
)
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    RuleFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db


def clocks(session_type, *, now=NOW, days=1, **options) -> list[str]:
    start = new_york(MONDAY, "00:00")
    slots = open_slots(
        session_type=session_type,
        zone=NEW_YORK,
        start=start,
        end=start + timedelta(days=days),
        now=now,
        **options,
    )
    return [slot.starts_at.astimezone(NEW_YORK).strftime("%H:%M") for slot in slots]


def refusal(session_type, clock: str, *, place=Place.TELEHEALTH, now=NOW, **options) -> Reason:
    with pytest.raises(NotOpen) as caught:
        check_open(
            session_type=session_type,
            zone=NEW_YORK,
            starts_at=new_york(MONDAY, clock),
            place=place,
            now=now,
            **options,
        )
    return caught.value.reason


def test_rules_exceptions_and_appointments_decide_together():
    session_type = a_session_type()
    extra = {"practitioner": session_type.practitioner, "kind": ExceptionKind.EXTRA}
    AvailabilityException.objects.create(
        starts_at=new_york(MONDAY, "14:00"), ends_at=new_york(MONDAY, "16:00"), **extra
    )
    AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY, "09:00"),
        ends_at=new_york(MONDAY, "09:30"),
    )
    an_appointment(session_type, new_york(MONDAY, "10:30"))

    assert clocks(session_type) == ["09:30", "14:00", "14:30", "15:00"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.HELD, ["09:00", "11:00"]),
        (Status.REQUESTED, ["09:00", "11:00"]),
        (Status.CONFIRMED, ["09:00", "11:00"]),
        (Status.CANCELLED, ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        (Status.EXPIRED, ["09:00", "09:30", "10:00", "10:30", "11:00"]),
    ],
)
def test_only_what_lives_takes_time(status, expected):
    session_type = a_session_type()
    an_appointment(session_type, status=status)

    assert clocks(session_type, now=NOW) == expected


def test_a_hold_whose_time_is_over_takes_no_time():
    session_type = a_session_type()
    held = an_appointment(session_type, status=Status.HELD)

    assert "10:00" not in clocks(session_type, now=held.held_until - timedelta(seconds=1))
    assert "10:00" in clocks(session_type, now=held.held_until)


def test_a_visitors_own_hold_and_the_appointment_being_moved_are_overlooked():
    session_type = a_session_type()
    held = an_appointment(session_type, status=Status.HELD, holder="me")

    assert "10:00" in clocks(session_type, overlook=Overlook(holder="me"))
    assert "10:00" not in clocks(session_type, overlook=Overlook(holder="you"))
    assert "10:00" in clocks(session_type, overlook=Overlook(appointment_id=held.pk))


def test_another_practitioners_time_does_not_matter():
    session_type = a_session_type()
    an_appointment(a_session_type())

    assert "10:00" in clocks(session_type)


def test_other_types_of_the_practitioner_take_time_but_do_not_count_for_the_cap():
    session_type = a_session_type(daily_cap=1)
    other = SessionTypeFactory(practitioner=session_type.practitioner)
    an_appointment(other, new_york(MONDAY, "09:00"))
    assert clocks(session_type) == ["10:00", "10:30", "11:00"]

    an_appointment(session_type, new_york(MONDAY, "10:00"))
    assert clocks(session_type) == []


def test_slots_name_the_ways_to_meet():
    session_type = SessionTypeFactory(minutes=60, grid_minutes=60)
    RuleFactory(practitioner=session_type.practitioner, place=Place.OFFICE, ends="11:00")
    RuleFactory(practitioner=session_type.practitioner, starts="10:00")
    start = new_york(MONDAY, "00:00")

    slots = open_slots(
        session_type=session_type,
        zone=NEW_YORK,
        start=start,
        end=start + timedelta(days=1),
        now=NOW,
    )

    assert [slot.places for slot in slots] == [
        (Place.OFFICE,),
        (Place.TELEHEALTH, Place.OFFICE),
        (Place.TELEHEALTH, Place.OFFICE),
    ]
    assert clocks(session_type, place=Place.TELEHEALTH) == ["10:00", "11:00"]


def test_hours_that_end_a_minute_before_midnight_end_at_midnight():
    session_type = SessionTypeFactory(minutes=60, grid_minutes=60)
    RuleFactory(practitioner=session_type.practitioner, starts="22:00", ends="23:59")

    assert clocks(session_type) == ["22:00", "23:00"]


@pytest.mark.parametrize("listed", ["09:00", "09:30", "10:00", "10:30", "11:00"])
def test_what_is_listed_passes_the_check(listed):
    session_type = a_session_type()

    check_open(
        session_type=session_type,
        zone=NEW_YORK,
        starts_at=new_york(MONDAY, listed),
        place=Place.OFFICE,
        now=NOW,
    )

    assert listed in clocks(session_type)


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("08:00", Reason.OUTSIDE_HOURS),
        ("11:05", Reason.OFF_GRID),
        ("11:30", Reason.OUTSIDE_HOURS),
        ("10:00", Reason.TAKEN),
    ],
)
def test_what_is_not_listed_is_refused_with_the_reason(clock, reason):
    session_type = a_session_type()
    an_appointment(session_type)

    assert refusal(session_type, clock) == reason


def test_a_taken_time_is_refused_as_taken():
    session_type = a_session_type()
    an_appointment(session_type)

    with pytest.raises(SlotTaken):
        check_open(
            session_type=session_type,
            zone=NEW_YORK,
            starts_at=new_york(MONDAY, "10:30"),
            place=Place.OFFICE,
            now=NOW,
        )


def test_a_way_to_meet_that_the_type_has_not_is_refused():
    session_type = a_session_type(at_office=False)

    assert refusal(session_type, "09:00", place=Place.OFFICE) == Reason.WRONG_PLACE
    assert refusal(session_type, "09:00", place="moon") == Reason.WRONG_PLACE


def test_notice_and_horizon_bind_visitors_and_not_the_therapist():
    session_type = a_session_type(horizon_days=2, notice_hours=240)
    late = new_york(MONDAY, "08:59")

    assert refusal(session_type, "09:00", now=NOW) == Reason.TOO_SOON
    assert clocks(session_type, now=late, terms=therapist_terms(session_type))[0] == "09:00"


def test_fractions_of_a_second_are_off_the_grid():
    session_type = a_session_type()

    with pytest.raises(NotOpen) as caught:
        check_open(
            session_type=session_type,
            zone=NEW_YORK,
            starts_at=new_york(MONDAY, "09:00") + timedelta(microseconds=1),
            place=Place.OFFICE,
            now=NOW,
        )

    assert caught.value.reason == Reason.OFF_GRID


@pytest.mark.parametrize("count", [0, 1, 40])
def test_two_queries_whatever_lies_in_the_past(count, django_assert_num_queries):
    session_type = a_session_type()
    for n in range(count):
        an_appointment(session_type, NOW - timedelta(days=3, hours=2 * n))

    with django_assert_num_queries(2):
        assert len(clocks(session_type)) == 5


def test_nothing_is_read_when_nothing_can_be_open(django_assert_num_queries):
    session_type = a_session_type()

    with django_assert_num_queries(0):
        assert clocks(session_type, now=NOW + timedelta(days=900)) == []


def test_nearest_times_stand_in_the_order_of_the_clock():
    session_type = a_session_type()
    start = new_york(MONDAY, "00:00")
    slots = open_slots(
        session_type=session_type,
        zone=NEW_YORK,
        start=start,
        end=start + timedelta(days=9),
        now=NOW,
    )

    found = nearest_open(slots, new_york(MONDAY, "10:15"), count=3)

    assert [slot.starts_at.astimezone(NEW_YORK).strftime("%H:%M") for slot in found] == [
        "09:30", "10:00", "10:30",
    ]  # fmt: skip


def test_clock_change_day_gives_instants_in_utc():
    session_type = SessionTypeFactory(minutes=60, grid_minutes=60, horizon_days=90)
    RuleFactory(practitioner=session_type.practitioner, weekday=6, starts="01:00", ends="04:00")
    start = datetime(2027, 3, 14, 5, tzinfo=UTC)

    slots = open_slots(
        session_type=session_type,
        zone=NEW_YORK,
        start=start,
        end=start + timedelta(days=1),
        now=NOW,
    )

    assert [slot.starts_at for slot in slots] == [
        datetime(2027, 3, 14, 6, tzinfo=UTC),
        datetime(2027, 3, 14, 7, tzinfo=UTC),
    ]
