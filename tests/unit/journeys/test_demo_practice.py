"""The demo shows what can be set; a new practice begins with plain defaults."""

from datetime import date, time

import pytest

from booking.models import Appointment, AvailabilityException, AvailabilityRule, Practitioner
from portal.journeys import demo_practice
from portal.journeys.furnish import furnish
from tests.factories.booking import NEW_YORK, NOW, PractitionerFactory

pytestmark = pytest.mark.django_db


def kinds(practitioner: Practitioner) -> list[tuple[str, str, bool, bool]]:
    return [
        (one.slug, one.booking, one.is_packed, one.once_per_client)
        for one in practitioner.session_types.all()
    ]


def test_the_demo_uses_what_can_be_set():
    demo_practice.seed(now=NOW)

    practitioner = Practitioner.objects.get()
    assert practitioner.travel_minutes == 30
    assert kinds(practitioner) == [
        ("consult", "instant", False, True),
        ("intake-session", "instant", False, False),
        ("emdr-session", "instant", True, False),
        ("emdr-intensive", "request", False, False),
    ]
    saturday = AvailabilityRule.objects.get(weekday=5)
    assert (saturday.starts, saturday.ends, saturday.place) == (time(10), time(14), "office")
    assert saturday.valid_from == saturday.alternates_from == date(2027, 1, 2)
    closed = AvailabilityException.objects.get()
    assert closed.note == "Susan B. Anthony Day and Washington’s Birthday"
    assert str(closed.starts_at.astimezone(NEW_YORK)) == "2027-02-15 00:00:00-05:00"
    assert Appointment.objects.count() == 9


def test_a_new_practice_begins_plainly():
    practitioner = PractitionerFactory()

    furnish(practitioner=practitioner, now=NOW)

    assert (practitioner.travel_minutes, practitioner.daily_cap) == (0, None)
    assert kinds(practitioner) == [
        ("consult", "instant", False, True),
        ("intake-session", "instant", False, False),
        ("emdr-session", "instant", False, False),
    ]
    assert not AvailabilityRule.objects.exclude(alternates_from=None).exists()
    assert not AvailabilityException.objects.exists()
