"""One reminder goes out once, if it is still right, and never in quiet hours."""

import smtplib
from datetime import time, timedelta

import pytest
from django.core import mail as outgoing

from booking.models import Reminder, ReminderState
from booking.reminder_words import lines
from booking.services import changes, reminder_sending
from booking.states import Status
from portal.shared import outbox
from portal.shared.models import OutboxEntry
from tests.factories.booking import MONDAY, NEW_YORK, NOW, a_practice, new_york
from tests.factories.reminders import (
    HOUR,
    MINUTE,
    SATURDAY,
    TEN,
    by_mail,
    by_text,
    entry_of,
    killed,
    run,
    words,
)

pytestmark = pytest.mark.django_db


def test_a_mail_with_the_time_a_link_and_nothing_else():
    reminder = by_mail(chosen_name="Ada")

    entry = run(reminder)

    [sent] = outgoing.outbox
    page = f"http://testserver/appointments/{reminder.appointment.public_id}/"
    assert sent.subject == "A reminder of your appointment"
    assert sent.to == [reminder.appointment.client.email]
    assert "Monday, January 4, 2027, 10:00 am, New York time" in sent.body
    assert page in sent.body
    assert "http://testserver/me/details/" in sent.body
    assert reminder.appointment.session_type.name not in sent.body + sent.subject
    assert (reminder.state, reminder.settled_at) == (ReminderState.SENT, SATURDAY)
    assert reminder.provider_id == sent.extra_headers["Message-ID"]
    assert entry.done_at == SATURDAY
    assert words(reminder) == "E-mail reminder: sent Saturday, January 2, 10:00 am"


def test_run_again_nothing_goes_out_twice(text_messages):
    mailed, texted = by_mail(), by_text()
    for reminder in (mailed, texted):
        run(reminder)
        due = int(reminder.due_at.timestamp())
        reminder_sending.send(reminder_id=reminder.pk, due=due, now=SATURDAY + MINUTE)

    assert len(outgoing.outbox) == 1
    assert len(text_messages.asked) == 1


# -- Still right? --------------------------------------------------------------------------
def cancel(appointment) -> None:
    appointment.status, appointment.cancelled_at = Status.CANCELLED, NOW
    appointment.save()


def move(appointment) -> None:
    type(appointment).objects.filter(pk=appointment.pk).update(starts_at=TEN + 10 * MINUTE)


def opt_out(appointment) -> None:
    appointment.client.reminders_by_mail = False
    appointment.client.save()


@pytest.mark.parametrize(
    ("change", "reason"),
    [(cancel, "not_confirmed"), (move, "moved"), (opt_out, "not_wanted")],
)
def test_it_looks_again_before_it_leaves(change, reason):
    """Also where whoever changed it did not plan anew."""
    reminder = by_mail()
    change(reminder.appointment)

    run(reminder)

    assert outgoing.outbox == []
    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, reason)
    assert lines([reminder], NEW_YORK) == []


def test_after_the_session_began_it_is_too_late():
    reminder = by_mail()

    run(reminder, at=TEN)

    assert outgoing.outbox == []
    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, "too_late")


def test_of_two_that_are_late_only_the_nearer_one_goes_out():
    far = by_mail()
    near = Reminder.objects.get(appointment=far.appointment, hours_before=3)

    morning = new_york(MONDAY, "08:30")
    entry = OutboxEntry.objects.get(
        kind="send_reminder", payload={"reminder_id": near.pk, "due": int(near.due_at.timestamp())}
    )
    run(far, at=morning)
    outbox.run(entry.pk, clock=lambda: morning)

    near.refresh_from_db()
    assert (far.state, far.reason) == (ReminderState.DROPPED, "overtaken")
    assert near.state == ReminderState.SENT
    assert len(outgoing.outbox) == 1


def test_an_entry_of_an_earlier_plan_does_nothing():
    reminder = by_mail()
    stale = entry_of(reminder)
    Reminder.objects.filter(pk=reminder.pk).update(due_at=reminder.due_at + HOUR)

    outbox.run(stale.pk, clock=lambda: SATURDAY)

    assert outgoing.outbox == []
    reminder.refresh_from_db()
    assert reminder.state == ReminderState.PLANNED


def test_a_late_worker_wakes_nobody():
    reminder = by_mail()
    late = new_york(MONDAY - timedelta(days=2), "23:30")
    morning = new_york(MONDAY - timedelta(days=1), "08:00")

    entry = run(reminder, at=late)

    assert outgoing.outbox == []
    assert (entry.done_at, entry.due_at, entry.tries) == (None, morning, 0)
    run(reminder, at=morning)
    assert reminder.state == ReminderState.SENT


def test_where_the_session_begins_before_the_morning_it_stays_unsent():
    practice = a_practice()
    practice.reminder_hours, practice.quiet_until = [48], time(11)
    practice.save()
    reminder = by_mail()

    entry = run(reminder, at=new_york(MONDAY, "03:00"))
    assert entry.due_at == TEN
    run(reminder, at=TEN)

    assert outgoing.outbox == []
    assert (reminder.state, reminder.reason) == (ReminderState.DROPPED, "too_late")


def test_a_change_that_may_be_taken_back_is_not_told_by_a_reminder():
    reminder = by_mail()
    until = SATURDAY + 2 * MINUTE
    therapist = reminder.appointment.practitioner.user
    changes.begin(
        appointment=reminder.appointment,
        action="reschedule",
        by=therapist,
        now=until - changes.UNDO,
    )

    entry = run(reminder)

    assert (outgoing.outbox, entry.due_at) == ([], until)
    run(reminder, at=until)
    assert reminder.state == ReminderState.SENT


# -- The mail server -----------------------------------------------------------------------
def fail_with(monkeypatch, error):
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr("portal.shared.mail.EmailMultiAlternatives.send", broken)


def test_a_mail_server_that_is_down_is_asked_again(monkeypatch, caplog):
    reminder = by_mail()
    with monkeypatch.context() as patch:
        fail_with(patch, ConnectionRefusedError("ada@example.com"))
        entry = run(reminder)

    assert (entry.done_at, entry.dead_at, entry.due_at) == (None, None, SATURDAY + MINUTE)
    assert reminder.state == ReminderState.PLANNED
    assert "@" not in caplog.text
    run(reminder, at=SATURDAY + MINUTE)
    assert reminder.state == ReminderState.SENT
    assert len(outgoing.outbox) == 1


def test_down_until_the_session_begins_is_a_fault_that_is_shown(monkeypatch):
    reminder = by_mail()
    fail_with(monkeypatch, ConnectionRefusedError())
    run(reminder)

    run(reminder, at=TEN)

    assert (reminder.state, reminder.reason) == (ReminderState.FAILED, "unreachable")
    assert words(reminder) == (
        "E-mail reminder: could not be delivered; "
        "the service could not be reached before the session"
    )


@pytest.mark.parametrize(
    ("code", "state"), [(550, ReminderState.FAILED), (450, ReminderState.PLANNED)]
)
def test_an_address_that_is_refused(monkeypatch, code, state):
    reminder = by_mail()
    refusal = smtplib.SMTPRecipientsRefused({"ada@example.com": (code, b"no such mailbox")})
    fail_with(monkeypatch, refusal)

    run(reminder)

    assert reminder.state == state


def test_killed_after_the_mail_left_the_same_message_id_is_kept(monkeypatch):
    """The second copy carries the id of the first, by which a mailbox knows it."""
    reminder = by_mail()
    with monkeypatch.context() as patch:
        patch.setattr(reminder_sending, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            run(reminder)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == (ReminderState.PLANNED, "sending")

    run(reminder)

    assert reminder.state == ReminderState.SENT
    assert len({sent.extra_headers["Message-ID"] for sent in outgoing.outbox}) == 1
    assert len(outgoing.outbox) == 1  # the mail itself was noted as sent


def test_the_words_for_what_is_still_to_come():
    assert words(by_mail()) == "E-mail reminder: planned for Saturday, January 2, 10:00 am"
