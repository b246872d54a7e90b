"""Every rule of an offer, as its rows say it."""

from datetime import timedelta

import pytest

from booking.availability import Reason
from booking.models import (
    Appointment,
    CalendarConnection,
    ExternalBusy,
    ExternalEvent,
    Place,
    Practitioner,
    Status,
)
from booking.services.open_slots import (
    Overlook,
    check_open,
    held_terms,
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
from tests.unit.booking.test_open_slots import clocks, refusal

pytestmark = pytest.mark.django_db


def elsewhere(session_type, start: str, end: str) -> None:
    """A busy time of another calendar."""
    connection = CalendarConnection.objects.create(
        practitioner=session_type.practitioner,
        name="Mine",
        server_url="https://calendar.example.com/",
        username="u",
        password="p",
    )
    event = ExternalEvent.objects.create(
        connection=connection, href="/one.ics", source="", expanded_until=NOW
    )
    ExternalBusy.objects.create(
        event=event,
        practitioner=session_type.practitioner,
        starts_at=new_york(MONDAY, start),
        ends_at=new_york(MONDAY, end),
    )


def test_another_calendars_busy_time_is_not_offered_and_the_therapist_is_told():
    session_type = a_session_type(buffer_after_minutes=0)
    elsewhere(session_type, "09:50", "10:10")

    assert clocks(session_type) == ["09:00", "10:30", "11:00"]
    terms = therapist_terms(session_type)
    assert refusal(session_type, "09:30", terms=terms) == Reason.BUSY_ELSEWHERE


def test_a_rule_of_every_other_week():
    session_type = SessionTypeFactory()
    RuleFactory(practitioner=session_type.practitioner, alternates_from=MONDAY, ends="10:00")

    assert clocks(session_type, days=15) == ["09:00", "09:00"]


@pytest.mark.parametrize(
    ("cap", "reason", "left"),
    [
        ({"daily_cap": 1}, Reason.DAY_FULL, ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        ({"weekly_cap": 1}, Reason.WEEK_FULL, []),
    ],
)
def test_caps_of_all_types_together(cap, reason, left):
    session_type = a_session_type()
    Practitioner.objects.update(**cap)
    session_type.practitioner.refresh_from_db()
    RuleFactory(practitioner=session_type.practitioner, weekday=1)
    other = SessionTypeFactory(practitioner=session_type.practitioner)
    an_appointment(other, new_york(MONDAY, "15:00"))

    assert clocks(session_type, days=2) == left
    assert refusal(session_type, "09:00") == reason
    assert "09:00" in clocks(session_type, terms=therapist_terms(session_type))


def test_a_weekly_cap_counts_days_outside_the_range_that_is_asked_for():
    session_type = a_session_type(weekly_cap=1)
    an_appointment(session_type, new_york(MONDAY + timedelta(days=6), "23:00"))

    assert clocks(session_type) == []
    assert refusal(session_type, "09:00") == Reason.WEEK_FULL


def test_a_time_kept_for_undo_is_taken_but_counts_for_no_cap():
    session_type = a_session_type(daily_cap=1)
    an_appointment(session_type, status=Status.HELD, holder="undo:1")

    assert clocks(session_type) == ["09:00", "11:00"]
    Appointment.objects.update(holder="visitor")
    assert clocks(session_type) == []


def test_travel_keeps_two_ways_to_meet_apart_also_for_the_therapist():
    session_type = a_session_type(minutes=30, buffer_after_minutes=0)
    session_type.practitioner.travel_minutes = 45
    an_appointment(session_type, place=Place.OFFICE)

    assert clocks(session_type, place=Place.OFFICE) == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    assert clocks(session_type, place=Place.TELEHEALTH) == ["11:30"]
    terms = therapist_terms(session_type)
    assert refusal(session_type, "11:00", terms=terms) == Reason.NO_TIME_TO_TRAVEL


def test_packed_looks_at_the_shortest_type_that_is_offered():
    session_type = a_session_type(is_packed=True, minutes=60, buffer_after_minutes=0)
    SessionTypeFactory(practitioner=session_type.practitioner, minutes=5, is_active=False)
    assert clocks(session_type) == ["09:00", "10:00", "11:00"]

    SessionTypeFactory(practitioner=session_type.practitioner, minutes=20, buffer_after_minutes=10)

    assert clocks(session_type) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_packed_is_for_visitors_the_therapist_places_sessions_as_she_likes():
    session_type = a_session_type(is_packed=True, minutes=60, buffer_after_minutes=0)

    assert refusal(session_type, "09:30") == Reason.LEAVES_HOLE
    assert "09:35" in clocks(session_type, terms=therapist_terms(session_type))


def test_what_is_held_stays_open_to_its_holder_whatever_others_do_meanwhile():
    """The neighbour goes away, the day fills up, the notice runs out; only closed time counts."""
    session_type = a_session_type(is_packed=True, minutes=60, buffer_after_minutes=0, daily_cap=2)
    neighbour = an_appointment(session_type, new_york(MONDAY, "09:20"))
    held = an_appointment(session_type, new_york(MONDAY, "10:20"), status=Status.HELD, holder="me")
    neighbour.delete()
    for clock in ("15:00", "17:00"):
        an_appointment(session_type, new_york(MONDAY, clock))
    mine = {"overlook": Overlook(appointment_id=held.pk)}
    late = new_york(MONDAY, "10:00")
    assert refusal(session_type, "10:20", **mine) == Reason.DAY_FULL

    kept = {"terms": held_terms(held), **mine}
    check_open(
        session_type=session_type,
        zone=NEW_YORK,
        starts_at=held.starts_at,
        place=Place.OFFICE,
        now=late,
        **kept,
    )
    elsewhere(session_type, "10:30", "10:40")
    assert refusal(session_type, "10:20", now=late, **kept) == Reason.BUSY_ELSEWHERE


def test_every_rule_at_once_still_takes_two_queries(django_assert_num_queries):
    session_type = a_session_type(weekly_cap=9, daily_cap=5)
    session_type.practitioner.travel_minutes = 30
    elsewhere(session_type, "09:00", "09:10")
    an_appointment(session_type)

    with django_assert_num_queries(2):
        assert clocks(session_type) == ["11:00"]
