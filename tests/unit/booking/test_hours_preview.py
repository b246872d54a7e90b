"""The preview of hours that are not saved: exact times, exact differences, who is outside."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import AvailabilityException, ExceptionKind, Status
from booking.services import hours_preview, weekly_hours
from booking.services.hours_preview import Mark
from booking.services.open_slots import open_slots
from booking.weekly_windows import Window, fingerprint
from portal.shared.models import AuditEvent
from tests.factories.booking import (
    MONDAY,
    NEW_YORK,
    NOW,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db

SAME, NEW, GONE, OTHER = Mark.SAME, Mark.NEW, Mark.GONE, Mark.OTHER_WAYS
NINE_TO_NOON = Window(0, time(9), time(12))


def shown(session_type, *windows) -> list[tuple[str, str, str]]:
    found = hours_preview.preview(
        session_type=session_type, windows=windows, zone=NEW_YORK, now=NOW
    )
    return [
        (f"{one.starts_at.astimezone(NEW_YORK):%m-%d %H:%M}", "/".join(one.places), one.mark)
        for day in found.days
        for one in day.times
    ]


def outside(session_type, *windows) -> list[str]:
    found = hours_preview.outside(
        practitioner=session_type.practitioner, windows=windows, zone=NEW_YORK, now=NOW
    )
    assert found.count == len(found.earliest)
    return [f"{one.starts_at.astimezone(NEW_YORK):%m-%d %H:%M}" for one in found.earliest]


def test_unchanged_hours_show_what_clients_see_now():
    session_type = a_session_type()
    an_appointment(session_type)

    found = hours_preview.preview(
        session_type=session_type, windows=[NINE_TO_NOON], zone=NEW_YORK, now=NOW
    )

    end = new_york(date(2027, 1, 15), "00:00")
    slots = open_slots(session_type=session_type, zone=NEW_YORK, start=NOW, end=end, now=NOW)
    times = [(time.starts_at, time.places) for day in found.days for time in day.times]
    assert times == [(slot.starts_at, slot.places) for slot in slots]
    assert found.count(SAME) == len(slots) == 7
    assert [day.on for day in found.days] == [MONDAY, MONDAY + timedelta(days=7)]


def test_what_is_new_and_what_is_no_longer_offered():
    session_type = a_session_type(grid_minutes=60)

    ways = "telehealth/office"
    assert shown(session_type, Window(0, time(10), time(13)), Window(1, time(9), time(10))) == [
        ("01-04 09:00", ways, GONE),
        ("01-04 10:00", ways, SAME),
        ("01-04 11:00", ways, SAME),
        ("01-04 12:00", ways, NEW),
        ("01-05 09:00", ways, NEW),
        ("01-11 09:00", ways, GONE),
        ("01-11 10:00", ways, SAME),
        ("01-11 11:00", ways, SAME),
        ("01-11 12:00", ways, NEW),
        ("01-12 09:00", ways, NEW),
    ]


def test_another_way_to_meet_is_a_difference():
    session_type = a_session_type(grid_minutes=60)

    changed = shown(session_type, Window(0, time(9), time(12), place="office"))

    assert changed[:3] == [(f"01-04 {clock}:00", "office", OTHER) for clock in ("09", "10", "11")]


def test_every_other_week_from_the_week_that_is_named():
    session_type = a_session_type(grid_minutes=60)
    saturdays = Window(5, time(10), time(12), first_on=date(2027, 1, 5), every_other_week=True)

    new = [when for when, _, mark in shown(session_type, NINE_TO_NOON, saturdays) if mark == NEW]

    assert new == ["01-09 10:00", "01-09 11:00"]


def test_only_what_could_be_booked_at_all_is_shown():
    session_type = a_session_type(grid_minutes=60, notice_hours=24 * 5)
    assert [when for when, _, _ in shown(session_type, NINE_TO_NOON)] == [
        "01-11 09:00",
        "01-11 10:00",
        "01-11 11:00",
    ]


def test_a_horizon_that_is_over_shows_nothing():
    assert shown(a_session_type(open_until=date(2026, 12, 31)), NINE_TO_NOON) == []


def test_who_would_stand_outside():
    session_type = a_session_type()
    practitioner = session_type.practitioner
    an_appointment(session_type, new_york(MONDAY, "09:00"))
    an_appointment(session_type, new_york(MONDAY, "11:00"), status=Status.REQUESTED)
    an_appointment(session_type, new_york(MONDAY, "12:00"), status=Status.CANCELLED)
    an_appointment(session_type, new_york(MONDAY, "18:00"))
    an_appointment(session_type, new_york(date(2028, 1, 3), "10:00"))
    an_appointment(session_type, new_york(date(2026, 12, 28), "20:00"))
    AvailabilityException.objects.create(
        practitioner=practitioner,
        kind=ExceptionKind.EXTRA,
        starts_at=new_york(MONDAY, "18:00"),
        ends_at=new_york(MONDAY, "19:00"),
    )

    assert outside(session_type, NINE_TO_NOON) == []
    assert outside(session_type, Window(0, time(9), time(11))) == ["01-04 11:00"]
    assert outside(session_type, Window(0, time(9), time(12), last_on=MONDAY)) == ["01-03 10:00"]
    assert outside(session_type, Window(0, time(9), time(12), place="office")) == [
        "01-04 09:00",
        "01-04 11:00",
        "01-03 10:00",
    ]


def test_many_outside_are_counted_and_the_earliest_named():
    session_type = a_session_type(buffer_after_minutes=0)
    days = [MONDAY + timedelta(days=n) for n in range(10)]
    for day in reversed(days):
        an_appointment(session_type, new_york(day, "20:00"))

    found = hours_preview.outside(
        practitioner=session_type.practitioner, windows=[], zone=NEW_YORK, now=NOW
    )

    assert found.count == 10
    assert [one.starts_at for one in found.earliest] == [new_york(day, "20:00") for day in days[:8]]


def test_no_more_queries_for_three_windows_and_appointments_than_for_one():
    session_type = a_session_type()

    def queries(*windows: Window) -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(session_type, *windows)
            outside(session_type, *windows)
        return len(captured)

    an_appointment(session_type, new_york(MONDAY, "09:00"))
    one = queries(Window(1, time(9), time(12)))
    an_appointment(session_type, new_york(MONDAY, "10:00"))
    an_appointment(session_type, new_york(MONDAY, "11:00"))

    assert queries(*(Window(day, time(9), time(12)) for day in (1, 2, 3))) == one


def save(practitioner, *windows, seen=None):
    return weekly_hours.save(
        practitioner=practitioner,
        windows=windows,
        seen=seen or fingerprint(weekly_hours.current(practitioner)),
        by=practitioner.user,
        now=NOW,
    )


def test_saving_writes_only_what_differs_and_tells_how_much():
    practitioner = a_session_type().practitioner
    (kept,) = practitioner.availability_rules.all()
    saturdays = Window(
        5, time(10), time(14), "office", date(2027, 1, 9), date(2027, 6, 30), every_other_week=True
    )

    saved = save(practitioner, NINE_TO_NOON, saturdays)

    assert saved.windows == weekly_hours.current(practitioner) == [NINE_TO_NOON, saturdays]
    assert practitioner.availability_rules.filter(pk=kept.pk).exists()
    event = AuditEvent.objects.get()
    assert (event.action, event.detail) == (
        "hours.change",
        {"rules": 2, "added": 1, "removed": 0},
    )


def test_overlapping_windows_are_saved_as_one():
    practitioner = a_session_type().practitioner

    saved = save(practitioner, NINE_TO_NOON, Window(0, time(11), time(15)))

    assert saved.joined == [Window(0, time(9), time(15))]
    assert [str(rule) for rule in practitioner.availability_rules.all()] == ["Monday 09:00-15:00"]


def test_hours_that_were_changed_meanwhile_are_not_overwritten():
    practitioner = a_session_type().practitioner
    seen = fingerprint(weekly_hours.current(practitioner))
    save(practitioner, Window(2, time(9), time(12)))

    with pytest.raises(weekly_hours.ChangedMeanwhile):
        save(practitioner, Window(3, time(9), time(12)), seen=seen)

    assert weekly_hours.current(practitioner) == [Window(2, time(9), time(12))]
