"""The demo shows what can be set; a new practice begins with plain defaults."""

from datetime import date, time

import pytest

from booking.models import (
    Appointment,
    AppointmentSeries,
    AvailabilityException,
    AvailabilityRule,
    Practitioner,
    Reminder,
    WaitlistEntry,
)
from booking.waitlist_words import wished
from intake.models import Intake, Measure, SafetyAlert, Score
from intake.services.sides import read_both
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


def test_the_demo_shows_a_series_reminders_and_who_waits():
    demo_practice.seed(now=NOW)

    series = AppointmentSeries.objects.get()
    weeks = [one.starts_at for one in series.occurrences.order_by("starts_at")]
    assert (series.client.legal_name, series.every_weeks, series.count) == ("Tomás Sample", 1, 6)
    assert len(weeks) == 6
    assert {moment.astimezone(NEW_YORK).strftime("%a %H:%M") for moment in weeks} == {"Mon 09:00"}
    assert Appointment.objects.count() == 15
    assert Reminder.objects.filter(state="planned", appointment__series=series).count() == 12
    waits = WaitlistEntry.objects.waiting(NOW.date())
    assert [(one.client.legal_name, one.session_type.slug, wished(one)) for one in waits] == [
        ("Wren Placeholder", "emdr-session", "Saturday, morning, office"),
        ("Ioana Model", "emdr-session", "Saturday, until Tuesday, March 2, 2027"),
        ("Ada Example", "intake-session", "Saturday, office"),
    ]


def test_seeding_again_adds_nothing():
    demo_practice.seed(now=NOW)

    assert demo_practice.seed(now=NOW) is False
    assert (Appointment.objects.count(), WaitlistEntry.objects.count()) == (15, 3)


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


def test_the_demo_shows_both_sides_of_fit():
    demo_practice.seed(now=NOW)

    ways = Practitioner.objects.get().ways_of_working.order_by("version")
    assert [way.version for way in ways] == [1, 2]
    intake = Intake.objects.get(client__user__email=demo_practice.MARA_EMAIL)
    both = read_both(intake)
    assert all(pair.hers and pair.theirs for pair in both.pairs)
    assert len([pair for pair in both.pairs if pair.question]) == 7
    assert [chapter.title for chapter in both.chapters] == [
        "From earlier therapy",
        "From what they hope for and fear",
    ]


def test_the_demo_shows_a_year_of_measures_and_no_open_alert():
    demo_practice.seed(now=NOW)

    totals = {
        name: [score.result["total"] for score in Score.objects.filter(instrument=name)]
        for name in ("PHQ-9", "PCL-5")
    }
    assert totals["PHQ-9"] == [19, 18, 20, 16, 9, 15, 13, 14, 11, 9, 8]
    assert totals["PCL-5"] == [58, 55, 57, 52, 49, 51, 46, 41, 43, 36, 33, 30, 27]
    states = [one.state for one in Measure.objects.filter(plan__slug="phq-9").order_by("due_on")]
    assert (states.count("declined"), states.count("lapsed"), states[-1]) == (1, 1, "open")
    assert [alert.is_open for alert in SafetyAlert.objects.all()] == [False]
