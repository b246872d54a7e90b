"""A reminder that came due while its appointment was away for a moment is not lost."""

from datetime import timedelta

import pytest
from django.core import mail as outgoing

from booking.models import Appointment, Reminder, ReminderState
from booking.services import changes
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_practice,
    new_york,
)
from tests.factories.changes import cancel, move
from tests.factories.reminders import HOUR, MINUTE, SATURDAY, TEN, planned, run_all

pytestmark = pytest.mark.django_db
JUST_BEFORE, JUST_AFTER = SATURDAY - MINUTE, SATURDAY + MINUTE


@pytest.fixture
def appointment() -> Appointment:
    """Its first reminder is due on Saturday at ten."""
    return planned(ClientFactory(reminders_by_mail=True), TEN).appointment


def undo(row: Appointment, now=JUST_AFTER) -> None:
    change = row.changes.order_by("pk").last()
    changes.undo(batch=change.batch, by=change.made_by, now=now)


def states() -> list[tuple]:
    rows = Reminder.objects.order_by("for_start", "-hours_before")
    return [(row.hours_before, row.state, row.due_at) for row in rows]


def test_cancelled_and_undone_it_goes_out_late_and_once(appointment):
    cancel(appointment, now=JUST_BEFORE)
    run_all(at=SATURDAY)
    assert outgoing.outbox == []

    undo(appointment)
    run_all(at=JUST_AFTER)
    run_all(at=JUST_AFTER + MINUTE)

    [sent] = outgoing.outbox
    assert "Monday, January 4, 2027, 10:00 am" in sent.body
    assert Reminder.objects.get(hours_before=48).state == ReminderState.SENT


def test_moved_and_undone_it_goes_out_for_the_old_time(appointment):
    move(appointment, TEN + HOUR, by=appointment.practitioner.user, now=JUST_BEFORE)
    run_all(at=SATURDAY)
    assert outgoing.outbox == []

    undo(appointment)
    run_all(at=JUST_AFTER)

    [sent] = outgoing.outbox
    assert "10:00 am" in sent.body


def test_moved_back_by_hand_it_waits_until_that_can_not_be_undone(appointment):
    therapist = appointment.practitioner.user
    moved = move(appointment, TEN + HOUR, by=therapist, now=JUST_BEFORE)
    move(moved, TEN, by=therapist, now=JUST_AFTER)

    run_all(at=JUST_AFTER)
    assert outgoing.outbox == []
    run_all(at=JUST_AFTER + changes.UNDO)

    assert len(outgoing.outbox) == 1


def test_in_quiet_hours_it_waits_for_the_morning(appointment):
    practice = a_practice()
    practice.quiet_from = SATURDAY.astimezone(practice.zone).time()
    practice.save()
    cancel(appointment, now=JUST_BEFORE)

    undo(appointment)

    morning = new_york(MONDAY - timedelta(days=1), "08:00")
    assert states()[0] == (48, ReminderState.PLANNED, morning)


def test_where_the_session_begins_before_the_morning_it_stays_dropped():
    """Due just before the quiet hours in which the session itself begins."""
    night, evening = new_york(MONDAY, "23:00"), new_york(MONDAY, "20:00")
    row = planned(ClientFactory(reminders_by_mail=True), night).appointment
    practice = a_practice()
    practice.quiet_from = (evening + MINUTE).astimezone(practice.zone).time()
    practice.save()
    cancel(row, now=evening - MINUTE, by=row.practitioner.user)

    undo(row, now=evening + MINUTE)

    near = Reminder.objects.get(hours_before=3)
    assert (near.state, near.reason) == (ReminderState.DROPPED, "not_confirmed")


def test_what_was_dropped_long_ago_and_comes_back_stays_dropped(appointment):
    """Moved away, and days later back: the mail of that move has just told the time."""
    therapist = appointment.practitioner.user
    moved = move(appointment, TEN + HOUR, by=therapist, now=NOW)

    move(moved, TEN, by=therapist, now=JUST_AFTER)

    far = Reminder.objects.get(for_start=TEN, hours_before=48)
    assert far.state == ReminderState.DROPPED


def test_what_the_client_did_not_want_then_stays_dropped(appointment):
    Reminder.objects.filter(hours_before=48).update(
        state=ReminderState.DROPPED, reason="not_wanted", settled_at=JUST_BEFORE
    )
    cancel(appointment, now=JUST_BEFORE)

    undo(appointment)

    assert states()[0] == (48, ReminderState.DROPPED, SATURDAY)
